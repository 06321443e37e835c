"""The work of jobs of kind "dates": correct many photos, as one change with one undo."""

from __future__ import annotations

from collections import Counter

from django.db import transaction

from gallery.dating.acts import Corrected, correct_only
from gallery.dating.corrections import from_stored
from gallery.models import Change, Job, Photo, User
from gallery.work.claims import Claim, finish

STAGES = ("Changing dates",)

# The page lists what was left; beyond, the count is enough.
LEFT_LISTED = 2000

SAME = "It has this date already."


def work_on(claim: Claim) -> None:
    """Correct one piece of the list. Doing it again changes nothing: the dates are so."""
    by = User.objects.get(pk=claim.options["by"])
    correction = from_stored(claim.options["correction"])
    # The change and the end of the chunk are one transaction: neither can be without the other.
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=claim.job_id)
        change = _open_change(job)
        before = change.photo_count if change else 0
        photos = Photo.objects.owned_by(by).filter(pk__in=claim.payload)
        done = correct_only(photos, correction, by=by, into=change)
        changed = done.change.photo_count - before
        _note(job, done, changed, len(claim.payload))
        finish(claim, done=changed, skipped=len(claim.payload) - changed)


def _open_change(job: Job) -> Change | None:
    """The change of the pieces before this one, unless somebody has undone it meanwhile."""
    made: list[int] = job.result.get("changes", [])
    last = Change.objects.select_for_update().filter(pk__in=made[-1:], undone_at=None)
    return last.select_related("owner").first()


def _note(job: Job, done: Corrected, changed: int, offered: int) -> None:
    """Add to what the job's page tells, in the shape that ``gallery.bulk`` reads."""
    told = Counter(job.result.get("counts", {}))
    told["done"] += changed
    told["nothing_to_do"] += len(done.left) + len(done.same)
    told["gone"] += offered - changed - len(done.left) - len(done.same)
    made: list[int] = job.result.get("changes", [])
    if done.change.pk and done.change.pk not in made:
        made = [*made, done.change.pk]
    left = [[photo_id, "nothing_to_do", why] for photo_id, why in done.left]
    left += [[photo_id, "nothing_to_do", SAME] for photo_id in done.same]
    job.result = {
        "changes": made,
        "counts": {name: count for name, count in told.items() if count},
        "left": [*job.result.get("left", []), *left][:LEFT_LISTED],
        "problems": [],
    }
    job.save(update_fields=["result"])
