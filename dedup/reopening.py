"""Decisions about pairs: say that two photos are not similar, and review again what was decided.

Pages and API call these functions. Each is one transaction and one undoable change, which moves no
photo.
"""

from __future__ import annotations

from django.db import transaction

from dedup import group_states, reviewing
from dedup.models import DecidedPair, Decision, GroupMember
from gallery.models import Change, Photo, User


def decision_about(first: Photo, second: Photo) -> Decision | None:
    """The standing decision that keeps two photos from being offered together, if there is one."""
    a, b = sorted((first.checksum, second.checksum))
    pairs = DecidedPair.objects.standing().filter(owner=first.owner_id, checksum_a=a, checksum_b=b)
    found = pairs.select_related("decision__change").order_by("-decision").first()
    return found.decision if found else None


def part(first: Photo, second: Photo, *, by: User) -> Decision:
    """Say that two photos of one owner are not similar: they are never offered together again.

    In open groups that hold both, the one that is less like the cover is set apart. Saying it twice
    is harmless.
    """
    with transaction.atomic():
        photos = Photo.objects.select_for_update(of=("self",)).filter(pk__in=[first.pk, second.pk])
        list(photos.order_by("pk").values_list("pk"))
        if standing := decision_about(first, second):
            return standing
        summary = f"{first.file_name} and {second.file_name} are not similar"[:200]
        change = reviewing.empty_change(first.owner, by, summary)
        decision = Decision.of(change, Decision.Kind.NOT_SIMILAR)
        decision.save()
        reviewing.store_pairs(decision, [(first.checksum, second.checksum)])
        _set_apart(first, second, decision)
    return decision


def review_again(decision: Decision, *, by: User) -> Change | None:
    """Ask again what was decided; photos that went to the archive or the trash stay there.

    Its pairs are offered together by the next scan, and a group of which two photos are left opens
    at once. None if it does not stand any more.
    """
    with transaction.atomic():
        rows = Decision.objects.select_for_update(of=("self",)).filter(pk=decision.pk).standing()
        standing = rows.select_related("owner").first()
        if standing is None:
            return None
        summary = f"To be reviewed again: {standing.summary}"[:200]
        change = reviewing.empty_change(standing.owner, by, summary)
        standing.reopened_by = change
        standing.save(update_fields=["reopened_by"])
        group_states.after_change(standing.owner, [], change)
    return change


def _set_apart(first: Photo, second: Photo, decision: Decision) -> None:
    both = GroupMember.objects.on_timeline().filter(photo=second.pk).values("group")
    members = GroupMember.objects.on_timeline().select_related("group")
    concerned = set()
    for member in members.filter(photo=first.pk, group__in=both, group__state="open"):
        other = members.get(photo=second.pk, group=member.group_id)
        # The cover stays; so does whoever is more like it.
        less = min((member, other), key=lambda each: (_is_cover(each), each.percent, -each.pk))
        GroupMember.objects.filter(pk=less.pk).update(set_apart_by=decision)
        concerned.add(member.group_id)
    group_states.refresh(decision.owner, concerned)


def _is_cover(member: GroupMember) -> bool:
    return member.photo_id == member.group.cover_id
