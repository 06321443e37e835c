"""The end of a run of a live rule: what goes is archived or trashed, as one change."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from dedup.core.thinning import Fate
from dedup.models import LiveRule, Thinning
from dedup.thinning.protecting import decided_by_person
from gallery import changes
from gallery.core.batches import batches
from gallery.models import Change, ChangedPhoto, Photo, User
from gallery.work.claims import Paused

SWITCHED_OFF = "The rule was switched off before the frames were compared."
WOULD_EMPTY = (
    "Archived, not moved to the trash: a group of similar photos would have kept none of its own."
)
LEFT_ALREADY = "it was moved while the frames were compared"
ALONE = "the frame that it was compared with was moved meanwhile"


def carry_out(thinning: Thinning) -> None:
    """Let go what the run found; inside the transaction that ends it.

    Afterwards the frames that went are exactly those that "go" and are not spared. Raises Paused
    while the rule is, which hands the run back.
    """
    # Whoever pauses or switches off waits for this, or this for them.
    held = LiveRule.objects.select_for_update(of=("self",))
    rule = held.get(runs=thinning)
    if rule.paused_at is not None:
        raise Paused(f"{rule} is paused")
    if not rule.is_in_force:
        thinning.note = SWITCHED_OFF
        thinning.frames.filter(fate=Fate.GOES).update(spared=True)
    else:
        _spare(thinning)
        _act(thinning, rule)
    thinning.carried_out_at = timezone.now()
    thinning.save(update_fields=["carried_out_at", "change", "gone_count", "gone_bytes", "note"])


def _spare(thinning: Thinning) -> None:
    """Frames stay that a person took up meanwhile, or whose kept one left the timeline."""
    going = thinning.frames.filter(fate=Fate.GOES, spared=False)
    left = ~Q(photo__archived_at=None) | ~Q(photo__trashed_at=None)
    going.filter(left).update(spared=True, spared_because=LEFT_ALREADY)
    alone = Q(beside=None) | ~Q(beside__archived_at=None) | ~Q(beside__trashed_at=None)
    going.filter(alone).update(spared=True, spared_because=ALONE)
    ids = list(going.order_by().values_list("photo", flat=True))
    by_reason: dict[str, list[int]] = {}
    for pk, reason in decided_by_person(ids).items():
        by_reason.setdefault(reason, []).append(pk)
    for reason, some in by_reason.items():
        for few in batches(some):
            going.filter(photo__in=few).update(spared=True, spared_because=reason)


def _act(thinning: Thinning, rule: LiveRule) -> None:
    going = thinning.frames.filter(fate=Fate.GOES, spared=False)
    ids = list(going.order_by("place").values_list("photo", flat=True))
    if not ids:
        return
    change = _changed(thinning, rule, ids)
    rows = ChangedPhoto.objects.filter(change=change)
    thinning.change = change
    thinning.gone_count = len(ids)
    thinning.gone_bytes = rows.aggregate(size=Sum("photo__size_bytes", default=0))["size"]


def _changed(thinning: Thinning, rule: LiveRule, ids: list[int]) -> Change:
    photos = Photo.objects.filter(pk__in=ids)
    by: User = rule.made_by or thinning.camera.owner
    told = f"{thinning.camera.name}, {thinning.first_day:%Y-%m-%d}: {{}} "
    told += f"{len(ids):,} frame{'' if len(ids) == 1 else 's'} by its rule"
    if rule.act == LiveRule.Act.TRASH:
        try:
            with transaction.atomic():
                return changes.trash(photos, by=by, summary=told.format("moved to trash"))
        except changes.WouldEmptyGroups:
            thinning.note = WOULD_EMPTY
    return changes.archive(photos, by=by, summary=told.format("archived"))
