"""All candidate dates in, one `TakenAt` out: when a photo was taken, how sure that is, and why.

The readers of EXIF, file names and sidecars make the candidates; nothing here opens a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo


class Precision(StrEnum):
    DAY = "day"
    SECOND = "second"
    SUBSECOND = "subsecond"
    UNKNOWN = "unknown"


class Source(StrEnum):
    EXIF = "exif"  # DateTimeOriginal
    EXIF_DIGITIZED = "exif_digitized"
    EXIF_MODIFIED = "exif_modified"  # weak: editing programs change it
    GPS = "gps"
    NAME = "name"
    SIDECAR = "sidecar"
    FILE = "file"  # weak: the file's own time
    IMPORT = "import"  # nothing is known; the time of the import
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One date that was found for a photo, or one that was found and refused.

    A time with a zone of its own (epoch numbers, GPS, Pixel names) is an `instant`; a time as a
    clock on the wall shows it is `local`. A refused candidate may have neither.
    """

    source: Source
    local: datetime | None  # naive
    offset_minutes: int | None
    precision: Precision
    confidence: int  # 0..100
    note: str = ""
    text: str = ""  # as it was written
    sequence: int | None = None  # order among shots of one second
    refusal: str | None = None
    instant: datetime | None = None  # aware, UTC
    burst_key: str | None = None  # equal for the shots of one burst

    @property
    def is_usable(self) -> bool:
        return self.refusal is None and (self.local is not None or self.instant is not None)


@dataclass(frozen=True, slots=True)
class TakenAt:
    instant: datetime  # aware, UTC; the home zone is assumed where no offset is known
    offset_minutes: int  # to show the local time
    offset_known: bool
    precision: Precision
    source: Source
    confidence: int
    candidates: tuple[Candidate, ...]  # all of them, refused ones too: "why this date?"
    reasons: tuple[str, ...] = ()  # sentences: what was combined, what contradicts

    @property
    def local(self) -> datetime:
        """The wall-clock time at the place of the photo, without a zone."""
        return self.instant.replace(tzinfo=None) + timedelta(minutes=self.offset_minutes)


# Which source is believed first, unless the owner says otherwise. A person's word always goes
# before these, the time of the import behind.
DEFAULT_ORDER = (
    Source.EXIF,
    Source.EXIF_DIGITIZED,
    Source.SIDECAR,
    Source.GPS,
    Source.NAME,
    Source.EXIF_MODIFIED,
    Source.FILE,
)

# Sources whose instant comes from the shot itself. A file's own time is an instant as well, but of
# the last copy, so its distance to the wall clock says nothing about the zone.
ZONE_WITNESSES = (Source.NAME, Source.GPS, Source.SIDECAR)

# A receiver may repeat its last fix for some minutes; a name or an epoch is written at the shot.
WITNESS_TOLERANCE = {Source.GPS: timedelta(minutes=5)}
DEFAULT_TOLERANCE = timedelta(seconds=10)

# Minutes east of UTC that are or were law somewhere since 1970. Only these are believed, because
# any two unrelated times are "near" some multiple of 15 minutes.
_ODD_OFFSETS = (-570, -270, -210, -150, 210, 270, 330, 345, 390, 510, 525, 570, 630, 690, 765, 825)
REAL_OFFSETS = frozenset((*range(-720, 841, 60), *_ODD_OFFSETS))

EARLIEST_YEAR = 1826  # the oldest photograph that survives
NEVER_SET_DAYS = frozenset({(1980, 1, 1), (2000, 1, 1)})  # where reset camera clocks start
ZERO_DAYS = frozenset({(1904, 1, 1), (1969, 12, 31), (1970, 1, 1)})  # zero of epoch counters
MACHINE_SOURCES = frozenset(DEFAULT_ORDER) - {Source.NAME}


def choose(
    candidates: Sequence[Candidate],
    *,
    home_zone: ZoneInfo,
    imported_at: datetime,
    order: Sequence[Source] = DEFAULT_ORDER,
) -> TakenAt:
    """Choose the most trustworthy date and complete it from the others.

    The others may lend an offset, sub-seconds, or the time of a day that is known only as a day.
    """
    checked = tuple(_checked(each, home_zone, imported_at) for each in candidates)
    rank = {source: place for place, source in enumerate(complete_order(order))}
    usable = [each for each in checked if each.is_usable]
    usable.sort(key=lambda each: (_is_never_set(each), rank[each.source], -each.confidence))
    if not usable:
        unknown = Candidate(
            Source.IMPORT, None, None, Precision.UNKNOWN, 0, instant=imported_at.astimezone(UTC)
        )
        return _without_a_date(unknown, checked, home_zone)
    best, others = usable[0], usable[1:]
    reasons: list[str] = []
    best = _with_time_of_day(best, others, home_zone, reasons)
    best, known = _with_offset(best, others, home_zone, reasons)
    best = _with_subseconds(best, others, reasons)
    return TakenAt(
        instant=_instant(best),
        offset_minutes=best.offset_minutes or 0,
        offset_known=known,
        precision=best.precision,
        source=best.source,
        confidence=_agreed_confidence(best, others, home_zone, reasons),
        candidates=checked,
        reasons=tuple(reasons),
    )


def complete_order(order: Iterable[Source]) -> tuple[Source, ...]:
    """All sources in the wanted order; those that it leaves out follow in the usual one."""
    wanted = [each for each in dict.fromkeys(order) if each in DEFAULT_ORDER]
    others = [each for each in DEFAULT_ORDER if each not in wanted]
    return (Source.PERSON, *wanted, *others, Source.IMPORT)


def _without_a_date(
    unknown: Candidate, checked: tuple[Candidate, ...], home_zone: ZoneInfo
) -> TakenAt:
    assert unknown.instant is not None
    return TakenAt(
        instant=unknown.instant,
        offset_minutes=_offset_at(unknown.instant.astimezone(home_zone)),
        offset_known=False,
        precision=Precision.UNKNOWN,
        source=Source.IMPORT,
        confidence=0,
        candidates=(*checked, unknown),
        reasons=("No date was found; this is the time of the import.",),
    )


def _checked(candidate: Candidate, home_zone: ZoneInfo, imported_at: datetime) -> Candidate:
    """The candidate, refused or marked where its date cannot be or is hardly true."""
    if not candidate.is_usable:
        return candidate
    written = candidate.local or candidate.instant
    assert written is not None
    # The outermost years leave no room to move into another zone.
    if not EARLIEST_YEAR <= written.year <= 9990:
        return replace(candidate, refusal=f"the year {written.year} cannot be")
    local = _local(candidate, home_zone)
    if candidate.source is Source.PERSON:
        return candidate  # was asked about it when it was written
    if _instant_at_home(candidate, home_zone) > imported_at + timedelta(days=1):
        return replace(candidate, refusal=f"{local:%Y-%m-%d} is in the future")
    day = (local.year, local.month, local.day)
    if candidate.source in MACHINE_SOURCES and day in ZERO_DAYS:
        return replace(candidate, refusal=f"{local:%Y-%m-%d} is the zero of a counter, no date")
    if _is_never_set(candidate):
        note = "cameras whose clock was never set start on this day"
        return replace(candidate, note=note, confidence=min(candidate.confidence, 15))
    return candidate


def _is_never_set(candidate: Candidate) -> bool:
    written = candidate.local or candidate.instant
    if written is None or candidate.source not in MACHINE_SOURCES:
        return False
    if candidate.precision is Precision.DAY:
        return False
    # Other makers start at other years, but always with the first moment of one.
    is_new_year = written.replace(year=2000, tzinfo=None) == datetime(2000, 1, 1)  # noqa: DTZ001
    return is_new_year or (written.year, written.month, written.day) in NEVER_SET_DAYS


def _with_time_of_day(
    best: Candidate, others: Sequence[Candidate], home_zone: ZoneInfo, reasons: list[str]
) -> Candidate:
    """A day alone takes its time of day from a more precise candidate of the same day."""
    # Who says a day and no time of it does not know the time.
    if best.precision is not Precision.DAY or best.source is Source.PERSON:
        return best
    day = _local(best, home_zone).date()
    for other in others:
        precise = other.precision in (Precision.SECOND, Precision.SUBSECOND)
        if precise and _local(other, home_zone).date() == day:
            day_from, time_from = _words(best), _words(other)
            reasons.append(f"The day is from the {day_from}, the time from the {time_from}.")
            sequence = other.sequence if other.sequence is not None else best.sequence
            confidence = max(best.confidence, other.confidence)
            return replace(other, confidence=confidence, sequence=sequence)
    return best


def _with_offset(
    best: Candidate, others: Sequence[Candidate], home_zone: ZoneInfo, reasons: list[str]
) -> tuple[Candidate, bool]:
    """Give the candidate a local time and an offset; tell whether the offset is known."""
    if best.offset_minutes is not None:
        return _completed(best, best.offset_minutes), True
    for other in sorted(others, key=lambda each: each.source is not Source.NAME):
        offset = _offset_between(best, other)
        if offset is not None:
            reasons.append(f"The offset from UTC follows from the {_words(other)}.")
            return _completed(best, offset), True
    aware = best.instant.astimezone(home_zone) if best.instant else _local(best, home_zone)
    return _completed(best, _offset_at(aware.replace(tzinfo=home_zone))), False


def _offset_between(best: Candidate, other: Candidate) -> int | None:
    """The offset that makes a wall-clock time and an instant the same moment, if one does."""
    local, instant, witness = best.local, other.instant, other
    if local is None:
        local, instant, witness = other.local, best.instant, best
    if local is None or instant is None or witness.source not in ZONE_WITNESSES:
        return None
    if Precision.DAY in (best.precision, other.precision):
        return None
    difference = local - instant.replace(tzinfo=None)
    minutes = round(difference / timedelta(minutes=15)) * 15
    tolerance = WITNESS_TOLERANCE.get(witness.source, DEFAULT_TOLERANCE)
    if minutes not in REAL_OFFSETS or abs(difference - timedelta(minutes=minutes)) > tolerance:
        return None
    # Google reads a time without a zone as UTC, so an equal time proves nothing about the place.
    if witness.source is Source.SIDECAR and minutes == 0:
        return None
    return minutes


def _completed(candidate: Candidate, offset_minutes: int) -> Candidate:
    local = candidate.local
    if local is None:
        assert candidate.instant is not None
        local = candidate.instant.replace(tzinfo=None) + timedelta(minutes=offset_minutes)
    return replace(candidate, local=local, offset_minutes=offset_minutes)


def _with_subseconds(best: Candidate, others: Sequence[Candidate], reasons: list[str]) -> Candidate:
    """Borrow the fraction of the second from a finer candidate of the same second."""
    if best.precision is not Precision.SECOND or best.local is None:
        return best
    for other in others:
        if other.precision is not Precision.SUBSECOND:
            continue
        finer = other.local
        if finer is None and other.instant is not None:
            offset = timedelta(minutes=best.offset_minutes or 0)
            finer = other.instant.replace(tzinfo=None) + offset
        if finer is not None and finer.replace(microsecond=0) == best.local:
            reasons.append(f"The fraction of the second is from the {_words(other)}.")
            return replace(best, local=finer, instant=None, precision=Precision.SUBSECOND)
    return best


def _agreed_confidence(
    best: Candidate, others: Sequence[Candidate], home_zone: ZoneInfo, reasons: list[str]
) -> int:
    """More sure where independent sources agree, less where they name different days."""
    confidence = best.confidence
    if best.source is Source.PERSON:
        return confidence
    telling = [each for each in others if each.confidence > 30 and each.source is not best.source]
    local = _local(best, home_zone)
    for other in telling:
        apart = abs(_local(other, home_zone) - local)
        if apart > timedelta(days=1) and local.date() != _local(other, home_zone).date():
            said = f"{_local(other, home_zone):%Y-%m-%d}"
            reasons.append(f"The {_words(other)} says {said}, more than a day apart.")
            return max(5, confidence - 20)
    if any(abs(_local(each, home_zone) - local) <= timedelta(seconds=2) for each in telling):
        confidence += 5
    return min(100, confidence)


def _local(candidate: Candidate, home_zone: ZoneInfo) -> datetime:
    if candidate.local is not None:
        return candidate.local
    assert candidate.instant is not None
    return candidate.instant.astimezone(home_zone).replace(tzinfo=None)


def _instant_at_home(candidate: Candidate, home_zone: ZoneInfo) -> datetime:
    if candidate.instant is not None:
        return candidate.instant
    assert candidate.local is not None
    if candidate.offset_minutes is not None:
        return _instant(candidate)
    return candidate.local.replace(tzinfo=home_zone).astimezone(UTC)


def _instant(candidate: Candidate) -> datetime:
    assert candidate.local is not None
    offset = timezone(timedelta(minutes=candidate.offset_minutes or 0))
    return candidate.local.replace(tzinfo=offset).astimezone(UTC)


def _offset_at(aware: datetime) -> int:
    # Before standard time, zones were off by odd seconds; whole minutes are exact enough, and the
    # instant is computed from the rounded value, so the local time stays as it was written.
    offset = aware.utcoffset() or timedelta(0)
    return round(offset / timedelta(minutes=1))


WORDS = {
    Source.EXIF: "EXIF original time",
    Source.EXIF_DIGITIZED: "EXIF digitized time",
    Source.EXIF_MODIFIED: "EXIF modify time",
    Source.GPS: "GPS time",
    Source.NAME: "file name",
    Source.SIDECAR: "sidecar",
    Source.FILE: "file's own time",
    Source.IMPORT: "import",
    Source.PERSON: "person's choice",
}


def _words(candidate: Candidate) -> str:
    return WORDS[candidate.source]


def to_json(candidates: Iterable[Candidate]) -> list[dict[str, Any]]:
    """Plain values for a JSON field; empty ones are left out."""
    return [_candidate_to_json(each) for each in candidates]


def _candidate_to_json(candidate: Candidate) -> dict[str, Any]:
    written = {
        "source": candidate.source.value,
        "local": candidate.local and candidate.local.isoformat(),
        "offset_minutes": candidate.offset_minutes,
        "precision": candidate.precision.value,
        "confidence": candidate.confidence,
        "note": candidate.note or None,
        "text": candidate.text or None,
        "sequence": candidate.sequence,
        "refusal": candidate.refusal,
        "instant": candidate.instant and candidate.instant.isoformat(),
        "burst_key": candidate.burst_key,
    }
    return {key: value for key, value in written.items() if value is not None}


def from_json(stored: Iterable[Mapping[str, Any]]) -> tuple[Candidate, ...]:
    return tuple(_candidate_from_json(each) for each in stored)


def _candidate_from_json(stored: Mapping[str, Any]) -> Candidate:
    local, instant = stored.get("local"), stored.get("instant")
    return Candidate(
        source=Source(stored["source"]),
        local=datetime.fromisoformat(local) if local else None,
        offset_minutes=stored.get("offset_minutes"),
        precision=Precision(stored["precision"]),
        confidence=stored["confidence"],
        note=stored.get("note", ""),
        text=stored.get("text", ""),
        sequence=stored.get("sequence"),
        refusal=stored.get("refusal"),
        instant=datetime.fromisoformat(instant) if instant else None,
        burst_key=stored.get("burst_key"),
    )
