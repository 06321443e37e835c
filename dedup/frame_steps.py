"""Every frame of a fixed camera against the one before it: compared by workers, stored, read.

From this come the histogram of the tuner and the story of a day. What is stored is valid while
the two frames are neighbours and the settings of their time of day are the same; the line alone
may move, because it is not part of how sure a change is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from dedup import camera_settings
from dedup.core.camera_frames import FrameComparison, Outcome, UnlikeFrames, compare_prepared
from dedup.core.camera_settings import CameraRules, FrameSettings
from dedup.models import FrameStep
from dedup.prepared_frames import UNREADABLE, PreparedFrames
from gallery.core.batches import batches
from gallery.core.taken_at import Precision
from gallery.models import Camera, Job, Photo, PhotoQuerySet, User
from gallery.work import jobs
from gallery.work.claims import Claim, extend, finish

KIND = "frame_steps"
STAGES = ("Comparing frames",)
PAIRS_PER_CHUNK = 60

PRECISE = [Precision.SECOND.value, Precision.SUBSECOND.value]
NEEDED = ("pk", "taken_at", "utc_offset_minutes", "utc_offset_known")
STORED = ("earlier", "settings", "redundant_percent", "outcome", "moved_percent", "boxes")


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A frame with the one before it, and the settings for the two."""

    earlier: Photo
    later: Photo
    settings: FrameSettings


def frames_of(camera: Camera) -> PhotoQuerySet:
    """Frames in the order of time; thinned ones too, as long as they are not in the trash."""
    photos = Photo.objects.filter(camera=camera, trashed_at=None, taken_precision__in=PRECISE)
    return photos.order_by("taken_at", "pk")


def neighbours(camera: Camera, rules: CameraRules) -> Iterator[Neighbours]:
    earlier: Photo | None = None
    for later in frames_of(camera).only(*NEEDED).iterator(chunk_size=5000):
        if earlier is not None:
            settings = camera_settings.settings_for_pair(
                rules, earlier.taken_local, later.taken_local
            )
            yield Neighbours(earlier, later, settings)
        earlier = later


def missing(camera: Camera) -> list[list[int]]:
    """Ids [earlier, later] of neighbours that were never compared so."""
    rows = FrameStep.objects.filter(later__camera=camera, later__trashed_at=None)
    stored = {row.pk: row for row in rows.iterator(chunk_size=5000)}
    pairs = neighbours(camera, camera_settings.rules_for(camera))
    return [[pair.earlier.pk, pair.later.pk] for pair in pairs if not _holds(stored, pair)]


def compare_later(camera: Camera, by: User) -> Job | None:
    """Let workers compare what is missing. The job that does so already, or none is needed."""
    if running := running_job(camera):
        return running
    pairs = missing(camera)
    if not pairs:
        return None
    pieces = [pairs[at : at + PAIRS_PER_CHUNK] for at in range(0, len(pairs), PAIRS_PER_CHUNK)]
    title = f"Compare frames of {camera.name}"[:200]
    return jobs.start(KIND, camera.owner, title, pieces, {"camera": camera.pk, "by": by.pk})


def running_job(camera: Camera) -> Job | None:
    open_jobs = Job.objects.filter(owner=camera.owner_id, kind=KIND, finished_at=None)
    return next((job for job in open_jobs if job.options.get("camera") == camera.pk), None)


def work_on(claim: Claim) -> None:
    """Compare one piece of the list. Doing it again gives the same."""
    frames = PreparedFrames(3)
    photos = Photo.objects.in_bulk({pk for pair in claim.payload for pk in pair})
    camera = Camera.objects.filter(pk=claim.options["camera"]).first()
    rules = camera_settings.rules_for(camera) if camera else CameraRules()
    rows = []
    for earlier_id, later_id in claim.payload:
        extend(claim)
        earlier, later = photos.get(earlier_id), photos.get(later_id)
        if earlier is not None and later is not None:
            settings = camera_settings.settings_for_pair(
                rules, earlier.taken_local, later.taken_local
            )
            rows.append(_compared(Neighbours(earlier, later, settings), frames))
    with transaction.atomic():
        _store(rows)
        failed = sum(row.redundant_percent is None for row in rows)
        finish(
            claim,
            done=len(rows) - failed,
            failed=failed,
            skipped=len(claim.payload) - len(rows),
        )


def _holds(stored: dict[int, FrameStep], pair: Neighbours) -> bool:
    row = stored.get(pair.later.pk)
    if row is None or row.earlier_id != pair.earlier.pk or row.settings != pair.settings.digest:
        return False
    return row.redundant_percent is None or bool(row.boxes) or not _lacks_boxes(row, pair.settings)


def _lacks_boxes(row: FrameStep, settings: FrameSettings) -> bool:
    """Whether the line was moved since, so that the frame counts as changed now."""
    assert row.redundant_percent is not None
    is_changed = row.redundant_percent < settings.threshold_percent
    return is_changed and row.outcome != Outcome.ANOTHER_VIEW


def _compared(pair: Neighbours, frames: PreparedFrames) -> FrameStep:
    row = FrameStep(later=pair.later, earlier=pair.earlier, settings=pair.settings.digest)
    try:
        found = compare_prepared(
            frames.get(pair.earlier, pair.settings), frames.get(pair.later, pair.settings)
        )
    except (*UNREADABLE, UnlikeFrames) as problem:
        row.reason = (str(problem) or type(problem).__name__)[:200]
        return row
    _fill(row, found)
    return row


def _fill(row: FrameStep, found: FrameComparison) -> None:
    row.redundant_percent = round(found.redundant_percent, 2)
    row.outcome = found.outcome.value
    row.moved_percent = round(found.score, 3)
    row.boxes = [
        [round(edge, 4) for edge in (box.left, box.top, box.width, box.height)]
        for box in found.boxes
    ]
    row.light_ev = round(found.light_change_ev, 2)
    row.reason = "; ".join(reason.sentence for reason in found.reasons)[:200]


def _store(rows: Sequence[FrameStep]) -> None:
    there = set(
        Photo.objects.filter(pk__in=[pk for row in rows for pk in (row.pk, row.earlier_id)])
        .order_by()
        .values_list("pk", flat=True)
    )
    rows = [row for row in rows if row.pk in there and row.earlier_id in there]
    for some in batches(rows, 200):
        FrameStep.objects.bulk_create(
            some,
            update_conflicts=True,
            unique_fields=["later"],
            update_fields=[*STORED, "light_ev", "reason"],
        )
