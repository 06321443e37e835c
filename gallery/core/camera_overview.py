"""What a data set of one camera looks like: counts, times, sizes, and everything that is odd."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from gallery.core.camera_times import Bar, Intervals, histogram, intervals
from gallery.core.doubts import RESET_DAYS

# A frame is day or night by its average brightness. Street and building-site cameras at night
# stay below 60 of 255 even under floodlights, by day above 80.
NIGHT_BELOW = 70.0
# Cut-off frames have 10 by 6 pixels; nothing can be seen or compared in them.
TINY_EDGE_PX = 32


@dataclass(frozen=True, slots=True)
class FrameFacts:
    """One file of a camera, as far as it could be read."""

    name: str
    taken: dt.datetime | None  # aware
    width: int = 0  # zero: the file tells none
    height: int = 0
    size_bytes: int = 0
    brightness: float | None = None  # mean of the luminance, 0..255
    problem: str = ""  # why it cannot be read; empty for a sound frame
    form: str = ""  # how its time was told, in words
    doubt: str = ""  # a sentence about its date that is known already

    @property
    def is_tiny(self) -> bool:
        return 0 < min(self.width, self.height) < TINY_EDGE_PX

    @property
    def is_sound(self) -> bool:
        return not self.problem and not self.is_tiny


@dataclass(frozen=True, slots=True)
class Named:
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class SizeCount:
    width: int
    height: int
    count: int


@dataclass(frozen=True, slots=True)
class Daylight:
    day: int
    night: int
    unknown: int

    @property
    def night_percent(self) -> float:
        return 100 * self.night / max(1, self.day + self.night)


@dataclass(frozen=True, slots=True)
class CameraOverview:
    camera: str
    zone: str  # of every time shown, and of the names that tell a local time
    frames: int  # all files, the unreadable ones too
    size_bytes: int
    first: dt.datetime | None  # in the zone
    last: dt.datetime | None
    sizes: tuple[SizeCount, ...]  # most frequent first, tiny ones too
    intervals: Intervals
    unreadable: tuple[Named, ...]
    tiny: tuple[Named, ...]
    forms: tuple[tuple[str, int], ...]
    doubts: tuple[Named, ...]
    daylight: Daylight
    hours: tuple[tuple[dt.date, tuple[int, ...]], ...]  # of every day that has frames: 24 counts
    bars: tuple[Bar, ...]


def by_camera(
    frames: Iterable[tuple[str, FrameFacts]], zone: str, now: dt.datetime
) -> list[CameraOverview]:
    """One overview for each camera, by name."""
    found: defaultdict[str, list[FrameFacts]] = defaultdict(list)
    for camera, frame in frames:
        found[camera].append(frame)
    return [overview(camera, found[camera], zone, now) for camera in sorted(found)]


def overview(
    camera: str, frames: Sequence[FrameFacts], zone: str, now: dt.datetime
) -> CameraOverview:
    """``zone`` is the IANA name of the zone that everything is told in."""
    local = ZoneInfo(zone)
    timed = sorted(
        ((frame.name, frame.taken.astimezone(local)) for frame in frames if frame.taken),
        key=lambda each: (each[1], each[0]),
    )
    times = [taken for _, taken in timed]
    forms = Counter(frame.form for frame in frames if frame.form)
    return CameraOverview(
        camera=camera,
        zone=zone,
        frames=len(frames),
        size_bytes=sum(frame.size_bytes for frame in frames),
        first=times[0] if times else None,
        last=times[-1] if times else None,
        sizes=_sizes(frames),
        intervals=intervals(_in_utc(timed)),
        unreadable=tuple(Named(each.name, each.problem) for each in frames if _is_broken(each)),
        tiny=tuple(
            Named(each.name, f"{each.width} by {each.height} pixels")
            for each in frames
            if each.is_tiny
        ),
        forms=tuple(forms.most_common()),
        doubts=tuple(_doubts(frames, timed, now)),
        daylight=_daylight(frames),
        hours=_hours(times),
        bars=histogram([taken for _, taken in _in_utc(timed)]),
    )


def _is_broken(frame: FrameFacts) -> bool:
    return bool(frame.problem) and not frame.is_tiny


def _in_utc(timed: Sequence[tuple[str, dt.datetime]]) -> list[tuple[str, dt.datetime]]:
    """Times of one zone are subtracted by their clocks, which leap twice a year."""
    return [(name, taken.astimezone(dt.UTC)) for name, taken in timed]


def _sizes(frames: Sequence[FrameFacts]) -> tuple[SizeCount, ...]:
    counts = Counter((each.width, each.height) for each in frames if each.width)
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return tuple(SizeCount(*size, count) for size, count in ordered)


def _daylight(frames: Sequence[FrameFacts]) -> Daylight:
    levels = [frame.brightness for frame in frames if frame.is_sound]
    known = [level for level in levels if level is not None]
    night = sum(level < NIGHT_BELOW for level in known)
    return Daylight(len(known) - night, night, len(levels) - len(known))


def _doubts(
    frames: Sequence[FrameFacts], timed: Sequence[tuple[str, dt.datetime]], now: dt.datetime
) -> Iterable[Named]:
    yield from (Named(each.name, each.doubt) for each in frames if each.doubt)
    told = {each.name for each in frames if each.doubt}
    for frame in frames:
        if frame.taken is None:
            yield Named(frame.name, "Nothing tells when it was taken.")
    for name, taken in timed:
        reason = "" if name in told else _doubt(taken, now)
        if reason:
            yield Named(name, reason)
    for (name, taken), (other, same) in itertools.pairwise(timed):
        if taken == same:
            yield Named(other, f"The same moment as {name}.")


def _doubt(taken: dt.datetime, now: dt.datetime) -> str:
    if taken > now + dt.timedelta(days=1):
        return "Lies in the future."
    if (taken.year, taken.month, taken.day) in RESET_DAYS:
        return f"Clocks that were reset start again on {taken.day} {taken:%B %Y}."
    return ""


def _hours(times: Sequence[dt.datetime]) -> tuple[tuple[dt.date, tuple[int, ...]], ...]:
    counts: defaultdict[dt.date, list[int]] = defaultdict(lambda: [0] * 24)
    for taken in times:
        counts[taken.date()][taken.hour] += 1
    return tuple((day, tuple(counts[day])) for day in sorted(counts))
