"""Reads the time in a file name like IMG_20190509_154733.jpg; `filename_patterns` has the forms."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from gallery.core.filename_forms import Pattern, Zone
from gallery.core.filename_patterns import PATTERNS
from gallery.core.filename_refusals import NOT_TIMES
from gallery.core.taken_at import Candidate, Precision, Source
from gallery.core.written_dates import calendar_refusal, read_offset

# What programs add to the name of a copy. It stands at the end, sometimes more than once. The
# second of a minute is written with two digits, so "(1)" and "~2" are never part of a time.
COPY_SUFFIX = re.compile(
    r"(?: ?\(\d{1,3}\)| - copy| - kopie| copy(?: \d+)?| ?\((?:another )?copy\)|~\d{1,2}|-edited"
    r"|-bearbeitet|-modifi(?:é|cato)|-editado|-editat|-edytowane|-bewerkt|-編集済み|-effects)\Z",
    re.IGNORECASE,
)
COPY_PREFIX = re.compile(r"(?:copy|kopie|copie|copia|kopia) (?:of|von|de|di|van) ", re.IGNORECASE)
EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}\Z")

# Before 2000 there were hardly any digital photos, and small numbers that are no epoch abound.
EPOCH_FROM_YEAR = 2000
OLD_YEAR = 1970


@dataclass(frozen=True, slots=True)
class _Reading:
    pattern: Pattern
    match: re.Match[str]
    candidate: Candidate

    @property
    def rank(self) -> tuple[bool, bool, bool, int]:
        """The form of a known program first, then a time before a day, then the longest."""
        is_time = self.pattern.precision is not Precision.DAY
        length = self.match.end() - self.match.start()
        return self.candidate.is_usable, is_time, self.pattern.is_known, length


def read(name: str, *, now: datetime) -> tuple[Candidate, ...]:
    """The dates in a file name, the best one first; refused ones tell why.

    The name may have folders before it: some programs write the day there. `now` bounds the years.
    """
    path = name.replace("\\", "/")
    stem = stem_of(path)
    for reason, form, _ in NOT_TIMES:
        match = form.match(stem)
        if match:
            counter = _refused(_shown(stem), f"is {reason}", _sequence(match))
            return (*_folder_days(path, now, counter.sequence), counter)
    readings = _readings(path, stem, now)
    if not readings:
        return ()
    best = readings[0]
    rivals = tuple(_rival(each, best) for each in readings[1:] if _differs(each, best))
    unsure = any(each.refusal == LOST for each in rivals) and not best.pattern.is_known
    chosen = best.candidate
    if unsure:
        chosen = replace(chosen, confidence=chosen.confidence - 20, note="one of two times")
    return (chosen, *rivals)


def stem_of(path: str) -> str:
    """The name without folders, extension and what was added to a copy."""
    stem = EXTENSION.sub("", path.rsplit("/", 1)[-1])
    while COPY_SUFFIX.search(stem):
        stem = COPY_SUFFIX.sub("", stem)
    return stem


def is_copy(path: str) -> bool:
    """Whether the name says that the file is a copy of another, or was made of it."""
    stem = EXTENSION.sub("", path.rsplit("/", 1)[-1])
    return bool(COPY_SUFFIX.search(stem) or COPY_PREFIX.match(stem))


def counter(name: str) -> tuple[str, int] | None:
    """Prefix and number of a name in which a camera counts its pictures: IMG_0041."""
    stem = stem_of(name.replace("\\", "/"))
    _, form, _ = NOT_TIMES[0]
    match = form.match(stem)
    return (stem[: match.start("seq")].upper(), int(match["seq"])) if match else None


def camera_in(name: str) -> tuple[str, str] | None:
    """The camera and channel that a recorder wrote into the name."""
    stem = stem_of(name.replace("\\", "/"))
    for pattern in PATTERNS:
        if "camera" not in pattern.regex.groupindex:
            continue
        match = pattern.regex.search(stem)
        if match:
            return match["camera"], match.groupdict().get("channel") or ""
    return None


def _readings(path: str, stem: str, now: datetime) -> list[_Reading]:
    found = [
        _Reading(pattern, match, _candidate(pattern, match, now))
        for pattern in PATTERNS
        for match in pattern.regex.finditer(path if pattern.reads_folders else stem)
    ]
    found = [each for each in found if not _is_noise(each, found)]
    found.sort(key=lambda each: each.rank, reverse=True)
    return found


def _is_noise(reading: _Reading, others: list[_Reading]) -> bool:
    """Digits that merely could have been a day or an epoch are not worth a word.

    Nor is the day within a time that is refused: who writes hour 25 may write any day.
    """
    form = reading.pattern
    is_day = form.precision is Precision.DAY
    if form.is_known or not (is_day or "s" in form.regex.groupindex):
        return False
    within_refused = any(
        each.candidate.refusal and each.pattern.precision is not Precision.DAY
        for each in others
        if not form.reads_folders and not _differs(each, reading)
    )
    return within_refused or not reading.candidate.is_usable


def _folder_days(path: str, now: datetime, sequence: int | None) -> tuple[Candidate, ...]:
    """The day that a folder states, for a name that states none."""
    found = [each for each in _readings(path, "", now) if each.pattern.reads_folders]
    return tuple(replace(each.candidate, sequence=sequence) for each in found[:1])


LOST = "another time in the name is more likely"


def _differs(reading: _Reading, best: _Reading) -> bool:
    """Whether a reading says something else, not the same digits less completely."""
    if reading.pattern.reads_folders or best.pattern.reads_folders:
        return False
    start, end = best.match.span()
    return reading.match.end() <= start or reading.match.start() >= end


def _rival(reading: _Reading, best: _Reading) -> Candidate:
    candidate = reading.candidate
    return candidate if candidate.refusal else replace(candidate, confidence=0, refusal=LOST)


def _candidate(pattern: Pattern, match: re.Match[str], now: datetime) -> Candidate:
    groups = match.groupdict()
    if groups.get("ms") or groups.get("s"):
        return _from_epoch(pattern, match, now)
    return _from_calendar(pattern, match, now)


def _from_epoch(pattern: Pattern, match: re.Match[str], now: datetime) -> Candidate:
    groups = match.groupdict()
    if groups.get("ms"):
        milliseconds = int(groups["ms"])
        instant = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)
    else:
        fraction = timedelta(microseconds=_microsecond(groups.get("f")))
        instant = datetime.fromtimestamp(int(groups["s"]), UTC) + fraction
    if not EPOCH_FROM_YEAR <= instant.year <= now.year + 1:
        return _refused(_shown(match[0]), f"read as an epoch it is the year {instant.year}")
    return Candidate(
        source=Source.NAME,
        local=None,
        offset_minutes=None,
        precision=pattern.precision,
        confidence=pattern.confidence,
        note=_note(pattern),
        text=_shown(match[0]),
        sequence=_sequence(match),
        instant=instant,
    )


def _from_calendar(pattern: Pattern, match: re.Match[str], now: datetime) -> Candidate:
    groups = match.groupdict()
    year, month, day = (int(groups[name]) for name in ("Y", "m", "d"))
    hour, minute, second = (int(groups.get(name) or 0) for name in ("H", "M", "S"))
    if groups.get("ampm"):
        hour = hour % 12 + (12 if groups["ampm"].upper() == "PM" else 0)
    refusal = calendar_refusal(year, month, day, hour, minute, second)
    if year > now.year + 1:
        refusal = f"has the year {year}"
    if groups.get("y") and int(groups["y"]) != year % 100:
        refusal = "has another year than its folder"
    if refusal:
        return _refused(_shown(match[0]), refusal, _sequence(match))
    fraction = groups.get("f")
    clock = datetime(year, month, day, hour, minute, second, _microsecond(fraction))  # noqa: DTZ001
    has_fraction = bool(fraction) and pattern.precision is not Precision.DAY
    return _in_zone(
        Candidate(
            source=Source.NAME,
            local=clock,
            offset_minutes=None,
            precision=Precision.SUBSECOND if has_fraction else pattern.precision,
            confidence=pattern.confidence if year >= OLD_YEAR else min(pattern.confidence, 30),
            note=_note(pattern) if year >= OLD_YEAR else "older than digital photos: a scan?",
            text=_shown(match[0]),
            sequence=_sequence(match),
            burst_key=_burst_key(pattern, match),
        ),
        pattern.zone,
        groups.get("z"),
    )


def _in_zone(candidate: Candidate, zone: Zone, written_zone: str | None) -> Candidate:
    assert candidate.local is not None
    if zone is Zone.UTC:
        return replace(candidate, local=None, instant=candidate.local.replace(tzinfo=UTC))
    if zone is Zone.LOCAL:
        return candidate
    # "Z" is how programs say UTC; it tells the moment but nothing about the place.
    if written_zone in ("Z", "z"):
        return replace(candidate, local=None, instant=candidate.local.replace(tzinfo=UTC))
    offset = read_offset(written_zone or "")
    if offset is None:
        return replace(candidate, local=None, refusal=f"has the zone {written_zone}", confidence=0)
    return replace(candidate, offset_minutes=offset)


def _refused(text: str, reason: str, sequence: int | None = None) -> Candidate:
    return Candidate(
        Source.NAME, None, None, Precision.UNKNOWN, 0, text=text, refusal=reason, sequence=sequence
    )


def _shown(text: str) -> str:
    """What a page and a database can hold of a name: no control characters, no broken letters."""
    return "".join(each for each in text if each.isprintable())[:200]


def _note(pattern: Pattern) -> str:
    return f"{pattern.wrote_it}, {pattern.note}" if pattern.note else pattern.wrote_it


def _microsecond(fraction: str | None) -> int:
    return int((fraction or "0")[:6].ljust(6, "0"))


def _sequence(match: re.Match[str]) -> int | None:
    number = match.groupdict().get("seq")
    return int(number) if number and len(number) <= 9 else None


def _burst_key(pattern: Pattern, match: re.Match[str]) -> str | None:
    """Equal for the shots of one burst: the time that their names share."""
    if not pattern.is_burst:
        return None
    groups = match.groupdict()
    digits = "".join(groups[name] for name in "YmdHMS")
    return digits + (groups.get("f") or "")
