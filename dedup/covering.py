"""Make another photo of a group its cover: one act of one person, undone like all others."""

from __future__ import annotations

from django.db import transaction

from dedup import group_states, groups, reviewing
from dedup.models import ChosenCover, Decision, SimilarGroup
from gallery.models import User


def choose_cover(group: SimilarGroup, photo_id: int, *, by: User) -> Decision | None:
    """The percentages of an open group become those to this photo, which is suggested to stay.

    Moves no photo. None if it is the cover already; ``reviewing.Refused`` where the group is
    settled or the photo is not among those that are left.
    """
    with transaction.atomic():
        (held,) = reviewing.locked([group.pk])
        if held.state != SimilarGroup.State.OPEN:
            raise reviewing.Refused("This group is settled already.")
        (view,) = groups.views_of([held])
        chosen = next((each for each in view.members if each.photo.pk == photo_id), None)
        if chosen is None:
            raise reviewing.Refused(f"Photo {photo_id} is not in this group.")
        if chosen.is_cover:
            return None
        owner = held.scan.owner
        name, count = chosen.photo.file_name, view.photo_count
        change = reviewing.empty_change(owner, by, f"Made {name} the cover of {count} photos"[:200])
        decision = Decision.objects.create(
            owner=owner,
            kind=Decision.Kind.COVER,
            summary=change.summary,
            change=change,
            made_by=by,
            made_at=change.made_at,
            cover_checksum=chosen.photo.checksum,
        )
        ChosenCover.objects.create(group=held, photo_id=photo_id, decision=decision)
        group_states.refresh(owner, [held.pk])
    return decision
