"""What a day brought: frames that came, stayed and went, what changed, and silences. Reads only."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils import timezone

from dedup import frame_days
from dedup.core.thinning import Fate, Why
from dedup.models import ThinnedFrame, Thinning
from dedup.thinning import plans
from gallery import camera_facts
from gallery.core.camera_overview import FrameFacts
from gallery.core.camera_times import ODD_FACTOR, intervals
from gallery.core.taken_at import Precision
from gallery.models import Camera, Photo

CHANGES_SHOWN = 48
SILENCES_SHOWN = 10
NEAREST_SHOWN = 6  # on each side of the line
# So many intervals tell what is usual for a camera: a week of one frame in five minutes.
USUAL_OF = 2000
EXACT = [Precision.SECOND.value, Precision.SUBSECOND.value]

Box = tuple[float, float, float, float]  # left, top, width, height in shares of the frame
Moment = tuple[str, dt.datetime]  # name of a frame, and when it was taken, in UTC


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the frames of a day. What was deleted forever since is in none but ``deleted``."""

    came: int = 0
    came_bytes: int = 0
    stayed: int = 0
    archived: int = 0
    archived_bytes: int = 0
    trashed: int = 0  # or hidden
    trashed_bytes: int = 0
    deleted: int = 0  # that a rule let go


@dataclass(frozen=True, slots=True)
class Changed:
    """A frame that shows something new, beside the one that it was compared with."""

    photo: Photo
    beside_id: int
    reason: str
    boxes: Sequence[Box]


@dataclass(frozen=True, slots=True)
class Silence:
    """Longer than three times the usual interval without a frame; ``until`` none: still."""

    seconds: float
    since: dt.datetime  # in the zone of the owner
    until: dt.datetime | None
    after: str  # name of the frame before it


@dataclass(frozen=True, slots=True)
class Digest:
    day: dt.date
    counts: Counts
    runs: Sequence[Thinning]  # of a rule, for this day
    waiting: int  # frames of the day on the timeline that no rule has asked about
    changed: Sequence[Changed]
    changed_count: int
    just_going: Sequence[ThinnedFrame]
    just_kept: Sequence[ThinnedFrame]
    listed: Sequence[ThinnedFrame]
    refused: Sequence[FrameFacts]  # files of the day that became no photo
    silences: Sequence[Silence]  # the longest, in the order of time
    usual_s: float | None
    before: dt.date | None
    after: dt.date | None

    @property
    def is_empty(self) -> bool:
        return not (self.counts.came or self.counts.deleted or self.refused)


def digest_of(camera: Camera, day: dt.date) -> Digest:
    runs = runs_of(camera, day)
    frames = _frames(runs)
    changed, changed_count = _changed(camera, day, frames, runs)
    silences, usual = silences_of(camera, day)
    around = Photo.objects.filter(camera=camera, hidden_at=None).values_list("taken_day", flat=True)
    return Digest(
        day=day,
        counts=counts_of(camera, day, runs),
        runs=runs,
        waiting=_waiting(camera, day),
        changed=changed,
        changed_count=changed_count,
        just_going=plans.nearest(frames.filter(spared=False), Fate.GOES)[:NEAREST_SHOWN],
        just_kept=plans.nearest(frames, Fate.KEPT)[:NEAREST_SHOWN],
        listed=list(frames.filter(fate=Fate.LISTED).select_related("photo").order_by("place")),
        refused=_refused(camera, day),
        silences=silences,
        usual_s=usual,
        before=around.filter(taken_day__lt=day).order_by("-taken_at").first(),
        after=around.filter(taken_day__gt=day).order_by("taken_at").first(),
    )


def last_day(camera: Camera) -> dt.date | None:
    found: dt.date | None = Photo.objects.filter(camera=camera, hidden_at=None).aggregate(
        day=Max("taken_day")
    )["day"]
    return found


def runs_of(camera: Camera, day: dt.date) -> list[Thinning]:
    runs = Thinning.objects.filter(camera=camera, live_rule__isnull=False, first_day=day)
    return list(runs.select_related("change", "job", "live_rule").order_by("pk"))


def counts_of(camera: Camera, day: dt.date, runs: Iterable[Thinning]) -> Counts:
    photos = Photo.objects.filter(plans.on_day(day), camera=camera).order_by()
    gone = {run.pk: run.gone_count for run in runs if run.gone_count}
    there = ThinnedFrame.objects.filter(thinning__in=gone, fate=Fate.GOES, spared=False)
    deleted = sum(gone.values()) - there.count() if gone else 0
    return Counts(**photos.aggregate(**tallies()), deleted=deleted)


def tallies() -> dict[str, Count | Sum]:
    """What to aggregate of photos for the fields of ``Counts``."""
    archived, trashed = Q(archived_at__isnull=False, trashed_at=None), ~Q(trashed_at=None)
    return {
        "came": Count("pk"),
        "came_bytes": Sum("size_bytes", default=0),
        "stayed": Count("pk", filter=Q(archived_at=None, trashed_at=None)),
        "archived": Count("pk", filter=archived),
        "archived_bytes": Sum("size_bytes", filter=archived, default=0),
        "trashed": Count("pk", filter=trashed),
        "trashed_bytes": Sum("size_bytes", filter=trashed, default=0),
    }


def _frames(runs: Sequence[Thinning]) -> QuerySet[ThinnedFrame]:
    return ThinnedFrame.objects.filter(thinning__in=[run.pk for run in runs], is_known=False)


def _waiting(camera: Camera, day: dt.date) -> int:
    asked = ThinnedFrame.objects.filter(
        thinning__camera=camera, thinning__live_rule__isnull=False, thinning__first_day=day
    )
    frames = plans.frames_on_timeline(camera).filter(plans.on_day(day))
    return frames.exclude(pk__in=asked.exclude(fate="").values("photo")).count()


def _changed(
    camera: Camera, day: dt.date, frames: QuerySet[ThinnedFrame], runs: Sequence[Thinning]
) -> tuple[list[Changed], int]:
    """What a run found; of a day without one, what was found from each frame to the next."""
    if not runs:
        steps = frame_days.day_of(camera, day).changes
        return [_of_step(each) for each in steps[:CHANGES_SHOWN]], len(steps)
    moved = frames.filter(fate=Fate.KEPT, why__in=[Why.MOVED, Why.OTHER_SHAPE])
    moved = moved.filter(beside__isnull=False)
    shown = moved.select_related("photo").order_by("photo__taken_at", "photo")
    return [_of_run(frame) for frame in shown[:CHANGES_SHOWN]], moved.count()


def _of_run(frame: ThinnedFrame) -> Changed:
    assert frame.beside_id is not None
    boxes = [(box["left"], box["top"], box["width"], box["height"]) for box in frame.boxes]
    return Changed(frame.photo, frame.beside_id, frame.reason.removeprefix("Kept: "), boxes)


def _of_step(frame: frame_days.DayFrame) -> Changed:
    assert frame.step is not None
    boxes = [(box[0], box[1], box[2], box[3]) for box in frame.step.boxes]
    return Changed(frame.photo, frame.step.earlier_id, frame.step.reason, boxes)


def _refused(camera: Camera, day: dt.date) -> list[FrameFacts]:
    zone = camera.owner.home_zone
    facts = camera_facts.refused(camera)
    return [each for each in facts if each.taken and each.taken.astimezone(zone).date() == day]


def silences_of(camera: Camera, day: dt.date) -> tuple[list[Silence], float | None]:
    """When the camera wrote nothing for long, with its usual interval in seconds."""
    sure = Photo.objects.filter(camera=camera, taken_precision__in=EXACT, taken_doubt="")
    rows = sure.order_by("taken_at", "pk")
    of_day = list(rows.filter(plans.on_day(day)).values_list("file_name", "taken_at"))
    if not of_day:
        return [], None
    first, last = of_day[0][1], of_day[-1][1]
    before = list(
        rows.filter(taken_at__lt=first).reverse().values_list("file_name", "taken_at")[:USUAL_OF]
    )
    earlier = before[::-1]
    usual = intervals([*earlier, *of_day]).median_s
    if not usual:
        return [], usual
    later = rows.filter(taken_at__gt=last).values_list("file_name", "taken_at").first()
    found = list(_silences([*earlier[-1:], *of_day], later, camera, ODD_FACTOR * usual))
    longest = sorted(found, key=lambda each: -each.seconds)[:SILENCES_SHOWN]
    return sorted(longest, key=lambda each: each.since), usual


def _silences(
    moments: Sequence[Moment], later: Moment | None, camera: Camera, longest_s: float
) -> Iterator[Silence]:
    zone = camera.owner.home_zone
    ends: list[tuple[Moment, Moment | None]] = list(itertools.pairwise(moments))
    for (name, since), end in [*ends, (moments[-1], later)]:
        until = end[1] if end else None
        seconds = ((until or timezone.now()) - since).total_seconds()
        if seconds > longest_s:
            yield Silence(
                seconds,
                since.astimezone(zone),
                until.astimezone(zone) if until else None,
                name,
            )
