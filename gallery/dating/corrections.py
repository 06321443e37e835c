"""The ways to correct a date; each says what one photo's date becomes, or why it is left.

They travel as JSON, because workers apply them to long lists of photos.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, TypeAlias
from zoneinfo import ZoneInfo

from gallery.core.taken_at import (
    EARLIEST_YEAR,
    MACHINE_SOURCES,
    Candidate,
    Precision,
    Source,
    to_json,
)
from gallery.dating.neighbours import nearest_of, neighbours_of
from gallery.models import Change, Photo

BY_HAND = 100  # the confidence of a person's word

# Times that a camera's clock wrote, itself or through a program that copied them.
OF_THE_CAMERA = frozenset(
    (
        *(Source.EXIF, Source.EXIF_DIGITIZED, Source.EXIF_MODIFIED),
        *(Source.NAME, Source.SIDECAR, Source.PERSON),
    )
)
assert OF_THE_CAMERA - {Source.PERSON, Source.NAME} <= MACHINE_SOURCES

ByHand: TypeAlias = dict[str, Any] | None


class Left(Exception):
    """This photo's date is left as it is; ``args[0]`` is the reason, a sentence."""


@dataclass(frozen=True, slots=True)
class SetMoment:
    """It was taken then. Without a time of day only the day is known."""

    kind: ClassVar[str] = "moment"
    act: ClassVar[str] = Change.Act.SET_DATE
    day: str
    time: str = ""
    zone: str = ""  # a name, or nothing where it is not known

    def by_hand(self, photo: Photo) -> ByHand:
        local = dt.datetime.fromisoformat(f"{self.day}T{self.time or '00:00'}")
        fraction = local.microsecond or "." in self.time
        precision = Precision.SUBSECOND if fraction else Precision.SECOND
        offset = offset_at(local, self.zone) if self.zone else None
        return said(local, offset, precision if self.time else Precision.DAY)

    def summary(self) -> str:
        return f"Date set to {' '.join((self.day, self.time)).strip()}"


@dataclass(frozen=True, slots=True)
class SetDay:
    """They were taken on that day, each at its own time of day."""

    kind: ClassVar[str] = "day"
    act: ClassVar[str] = Change.Act.SET_DATE
    day: str

    def by_hand(self, photo: Photo) -> ByHand:
        day = dt.date.fromisoformat(self.day)
        if not is_exact(photo):
            return said(dt.datetime.combine(day, dt.time()), None, Precision.DAY)
        local = dt.datetime.combine(day, _local(photo).time())
        offset = photo.utc_offset_minutes if photo.utc_offset_known else None
        return said(local, offset, Precision(photo.taken_precision))

    def summary(self) -> str:
        return f"Day set to {self.day}"


@dataclass(frozen=True, slots=True)
class Shift:
    """The clock went wrong by so much. For one camera, only times that its clock wrote move."""

    kind: ClassVar[str] = "shift"
    act: ClassVar[str] = Change.Act.SHIFT_CLOCK
    seconds: float
    of_camera: bool = False

    def by_hand(self, photo: Photo) -> ByHand:
        if self.of_camera:
            _refuse_other_clocks(photo)
        by = dt.timedelta(seconds=self.seconds)
        if not is_exact(photo) and by % dt.timedelta(days=1):
            raise Left("Only the day is known, so hours and minutes cannot be moved.")
        if photo.taken_precision == Precision.UNKNOWN:
            raise Left("No date is known that could be moved.")
        try:
            local = _local(photo) + by
        except OverflowError:
            raise Left("That year does not exist.") from None
        # An offset that was concluded from the wrong time is concluded anew from the right one.
        offset = _written_offset(photo)
        text = f"clock shifted by {amount(self.seconds)}"
        moved = said(local, offset, Precision(photo.taken_precision), text=text)
        if _is_instant_only(photo):
            moved["instant"] = (photo.taken_at + by).isoformat()
            moved.pop("local")
        return moved

    def summary(self) -> str:
        return f"Clock shifted by {amount(self.seconds)}"


@dataclass(frozen=True, slots=True)
class SetZone:
    """The clocks on the wall are right, and they showed the time of that zone."""

    kind: ClassVar[str] = "zone"
    act: ClassVar[str] = Change.Act.SET_DATE
    zone: str

    def by_hand(self, photo: Photo) -> ByHand:
        if not is_exact(photo):
            raise Left("Only the day is known, so a zone changes nothing.")
        precision = Precision(photo.taken_precision)
        text = f"zone set to {self.zone}"
        # What counts seconds since 1970 is right about the moment, and says nothing of the wall.
        if not photo.utc_offset_known and _is_instant_only(photo):
            aware = photo.taken_at.astimezone(ZoneInfo(self.zone))
            return said(aware.replace(tzinfo=None), _minutes(aware), precision, text=text)
        local = _local(photo)
        return said(local, offset_at(local, self.zone), precision, text=text)

    def summary(self) -> str:
        return f"Time zone set to {self.zone.replace('_', ' ')}"


@dataclass(frozen=True, slots=True)
class Beside:
    """The day of the photo that the camera counted just before or after this one."""

    kind: ClassVar[str] = "beside"
    act: ClassVar[str] = Change.Act.SET_DATE

    def by_hand(self, photo: Photo) -> ByHand:
        nearest = nearest_of(photo, *neighbours_of(photo))
        if nearest is None:
            raise Left("Its camera counted no photo beside it whose date is sure.")
        # Its time only gives the place among the others of that day; no more than the day is known.
        local = _local(nearest)
        return said(local, None, Precision.DAY, text=f"the day of {nearest.file_name}")

    def summary(self) -> str:
        return "Day taken from the photo beside it"


@dataclass(frozen=True, slots=True)
class Forget:
    """Take back what a person said: the files decide again."""

    kind: ClassVar[str] = "forget"
    act: ClassVar[str] = Change.Act.SET_DATE

    def by_hand(self, photo: Photo) -> ByHand:
        return None

    def summary(self) -> str:
        return "Date by the files again"


@dataclass(frozen=True, slots=True)
class Again:
    """Choose again by the owner's settings. What a person said stays."""

    kind: ClassVar[str] = "again"
    act: ClassVar[str] = Change.Act.REDATE

    def by_hand(self, photo: Photo) -> ByHand:
        found: ByHand = photo.taken_by_hand
        return found

    def summary(self) -> str:
        return "Dated again"


@dataclass(frozen=True, slots=True)
class Keep:
    """The date is right although it looks doubtful."""

    kind: ClassVar[str] = "keep"
    act: ClassVar[str] = Change.Act.KEEP_DATE

    def by_hand(self, photo: Photo) -> ByHand:
        found: ByHand = photo.taken_by_hand
        return found

    def summary(self) -> str:
        return "Date kept"


Correction: TypeAlias = SetMoment | SetDay | Shift | SetZone | Beside | Forget | Again | Keep

_KINDS: dict[str, Any] = {
    each.kind: each for each in (SetMoment, SetDay, Shift, SetZone, Beside, Forget, Again, Keep)
}


def to_stored(correction: Correction) -> dict[str, Any]:
    return {"kind": correction.kind, **asdict(correction)}


def from_stored(stored: dict[str, Any]) -> Correction:
    values = {name: value for name, value in stored.items() if name != "kind"}
    made: Correction = _KINDS[stored["kind"]](**values)
    return made


def said(
    local: dt.datetime, offset: int | None, precision: Precision, *, text: str = ""
) -> dict[str, Any]:
    """A person's word in the shape of a candidate. Raises Left for a year that cannot be."""
    if not EARLIEST_YEAR <= local.year <= dt.datetime.now(dt.UTC).year + 1:
        raise Left(f"That would be the year {local.year}.")
    [stored] = to_json([Candidate(Source.PERSON, local, offset, precision, BY_HAND, text=text)])
    return stored


def offset_at(local: dt.datetime, zone: str) -> int:
    """Minutes east of UTC when clocks of the zone show this."""
    return _minutes(local.replace(tzinfo=ZoneInfo(zone)))


def is_exact(photo: Photo) -> bool:
    return photo.taken_precision in (Precision.SECOND, Precision.SUBSECOND)


def amount(seconds: float) -> str:
    """-1 h 2 min 3 s, as a person says it."""
    sign = "\N{MINUS SIGN}" if seconds < 0 else "+"
    left = round(abs(seconds), 3)
    parts = []
    for name, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        whole, left = divmod(left, size)
        if whole:
            parts.append(f"{whole:.0f} {name}")
    if left or not parts:
        parts.append(f"{round(left, 3):g} s")
    return sign + " ".join(parts)


def _refuse_other_clocks(photo: Photo) -> None:
    if photo.taken_source not in OF_THE_CAMERA:
        raise Left("Its date does not come from the camera's clock.")
    was_shifted = (photo.taken_by_hand or {}).get("text", "").startswith("clock shifted")
    if photo.taken_source == Source.PERSON and not was_shifted:
        raise Left("Its date was set by hand.")


def _is_instant_only(photo: Photo) -> bool:
    """Whether the source that decided wrote a moment, and no time on the wall."""
    decided = _decided(photo)
    return decided is not None and decided.local is None


def _written_offset(photo: Photo) -> int | None:
    decided = _decided(photo)
    if decided is None:
        return photo.utc_offset_minutes if photo.utc_offset_known else None
    return decided.offset_minutes


def _decided(photo: Photo) -> Candidate | None:
    """The candidate that the date was taken from."""
    source = photo.taken_source
    of_source = (each for each in photo.candidates if each.source == source and each.is_usable)
    return next(of_source, None)


def _local(photo: Photo) -> dt.datetime:
    return photo.taken_local.replace(tzinfo=None)


def _minutes(aware: dt.datetime) -> int:
    return round((aware.utcoffset() or dt.timedelta(0)) / dt.timedelta(minutes=1))
