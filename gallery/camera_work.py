"""Acts on cameras with many photos, or on many cameras, as a job: a result for each, one undo.

What an act does is in ``camera_acts``. The job's result has the shape that ``gallery.bulk`` reads,
so the same page shows and undoes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db import transaction

from gallery import camera_acts
from gallery.camera_acts import CannotMerge
from gallery.models import Camera, Change, Job, User
from gallery.work import jobs
from gallery.work.claims import Claim, finish

KIND = "cameras"
STAGES = ("Merging cameras",)

# A camera with more photos is a worker's business: the page would wait for seconds.
MOST_AT_ONCE = 2_000


def merge_later(cameras: Sequence[Camera], into: Camera, by: User) -> Job:
    """Let workers merge cameras into one; each is a change of its own, undone together."""
    names = cameras[0].name if len(cameras) == 1 else f"{len(cameras):,} cameras"
    title = f"Merge {names} into {into.name}"[:200]
    options = {"into": into.pk, "by": by.pk}
    return jobs.start(KIND, by, title, [[camera.pk] for camera in cameras], options)


def work_on(claim: Claim) -> None:
    """Merge one camera. Doing it again is refused, because it is merged."""
    by = User.objects.get(pk=claim.options["by"])
    with transaction.atomic():
        made, problems, gone = _merged(claim.payload, claim.options["into"], by)
        _note(claim.job_id, made, problems, gone)
        finish(claim, done=len(made), failed=len(problems), skipped=gone)


def _merged(
    camera_ids: Sequence[int], into_id: int, by: User
) -> tuple[list[Change], list[str], int]:
    made: list[Change] = []
    problems: list[str] = []
    cameras = Camera.objects.in_bulk([*camera_ids, into_id])
    mine = {pk: row for pk, row in cameras.items() if by.is_staff or row.owner_id == by.pk}
    there = [mine[pk] for pk in camera_ids if pk in mine and into_id in mine]
    for camera in there:
        try:
            made.append(camera_acts.merge(camera, mine[into_id], by=by))
        except CannotMerge as refusal:
            problems.append(f"{camera.name}: {refusal}")
    return made, problems, len(camera_ids) - len(there)


def _note(job_id: int, made: Sequence[Change], problems: Sequence[str], gone: int) -> None:
    """Add to what the job's page tells; it counts photos, as for all acts."""
    job = Job.objects.select_for_update().get(pk=job_id)
    told = Counter(job.result.get("counts", {}))
    told.update({"done": sum(change.photo_count for change in made)})
    told.update({"refused": len(problems), "gone": gone})
    job.result = {
        "changes": [*job.result.get("changes", []), *(change.pk for change in made)],
        "counts": {name: count for name, count in told.items() if count},
        "left": [],
        "problems": [*job.result.get("problems", []), *problems],
    }
    job.save(update_fields=["result"])
