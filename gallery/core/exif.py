"""EXIF tags: dates with and without offset, the camera, how it was set, where it stood.

Cameras and programs write every tag wrong somewhere, so each is read on its own and one that makes
no sense is left out: `read` never raises.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, timedelta
from fractions import Fraction
from typing import Any, TypeVar

from PIL import ExifTags, Image

from gallery.core import labels, written_dates, xmp
from gallery.core.taken_at import Candidate, Precision, Source
from gallery.core.written_dates import WrittenDate

T = TypeVar("T")
Tags = Mapping[int, Any]
Base, GPS, IFD = ExifTags.Base, ExifTags.GPS, ExifTags.IFD

RATING = 0x4746  # Microsoft's tag, 0..5; Pillow has no name for it
KEYWORDS = 0x9C9E  # XPKeywords, Microsoft's as well

# What Pillow's readers raise on damaged metadata; found by feeding them damaged files.
DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,  # libheif; RecursionError is one too
    struct.error,
    SyntaxError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class ExifFacts:
    candidates: tuple[Candidate, ...] = ()
    make: str = ""
    model: str = ""
    serial: str = ""
    lens: str = ""
    software: str = ""
    image_unique_id: str = ""
    content_id: str = ""  # Apple's, the same in the video of a live photo
    orientation: int = 1  # 1..8; how the decoded pixels are still to be turned
    exposure_seconds: float | None = None
    f_number: float | None = None
    iso: int | None = None
    focal_length_mm: float | None = None
    exposure_bias_ev: float | None = None
    exposure_mode: int | None = None  # 0 automatic, 1 manual, 2 bracket
    flash: bool | None = None
    latitude: float | None = None
    longitude: float | None = None
    rating: int | None = None
    tags: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """What a page shows of the shot: everything that is known, except dates and tags."""
        facts = asdict(self)
        del facts["candidates"], facts["tags"]
        return {name: value for name, value in facts.items() if value not in (None, "")}


def read(image: Image.Image) -> ExifFacts:
    """Read the facts of an opened picture. Its pixels are not decoded.

    Rating and tags also from the XMP inside of it, which most programs write besides or instead.
    """
    exif = _attempt(lambda: _exif_of(image))
    facts = ExifFacts() if exif is None else facts_of(exif)
    told = _attempt(lambda: xmp.inside(image)) or {}
    if not told:
        return facts
    rating = labels.rating_of(told.get("xmp:Rating", [""])[0])
    return replace(
        facts,
        rating=facts.rating if rating is None else rating,
        tags=labels.tags_of([*facts.tags, *told.get("dc:subject", ())]),
    )


def facts_of(exif: Image.Exif) -> ExifFacts:
    main: Tags = _attempt(lambda: {tag: exif.get(tag) for tag in exif}) or {}
    shot: Tags = _attempt(lambda: exif.get_ifd(IFD.Exif)) or {}
    gps: Tags = _attempt(lambda: exif.get_ifd(IFD.GPSInfo)) or {}
    return facts_from(main, shot, gps)


def facts_from(main: Tags, shot: Tags, gps: Tags) -> ExifFacts:
    """The facts that the three directories of tags tell: of the file, the shot and the place."""
    latitude, longitude = _position(gps)
    return ExifFacts(
        candidates=_dates(main, shot, gps),
        make=_text(main, Base.Make),
        model=_text(main, Base.Model),
        serial=_text(shot, Base.BodySerialNumber) or _text(main, Base.CameraSerialNumber),
        lens=_text(shot, Base.LensModel),
        software=_text(main, Base.Software),
        image_unique_id=_text(shot, Base.ImageUniqueID),
        content_id=_attempt(lambda: _apple_content_id(shot)) or "",
        orientation=_whole(main, Base.Orientation, 1, 8) or 1,
        exposure_seconds=_number(shot, Base.ExposureTime, 1e-7, 1e6),
        f_number=_number(shot, Base.FNumber, 0.1, 500),
        iso=_whole(shot, Base.ISOSpeedRatings, 1, 10_000_000),
        focal_length_mm=_number(shot, Base.FocalLength, 0.1, 10_000),
        exposure_bias_ev=_number(shot, Base.ExposureBiasValue, -20, 20),
        exposure_mode=_whole(shot, Base.ExposureMode, 0, 2),
        flash=_flash(shot),
        latitude=latitude,
        longitude=longitude,
        rating=_whole(main, RATING, 0, 5),
        tags=_attempt(lambda: labels.windows_keywords(main.get(KEYWORDS))) or (),
    )


APPLE_NOTES, APPLE_HEAD_BYTES, APPLE_CONTENT_ID = b"Apple iOS\0", 14, 0x0011


def _apple_content_id(shot: Tags) -> str:
    """From the maker's notes: a directory whose offsets count from the start of the notes."""
    notes = shot.get(Base.MakerNote)
    if not isinstance(notes, bytes) or not notes.startswith(APPLE_NOTES):
        return ""
    (count,) = struct.unpack_from(">H", notes, APPLE_HEAD_BYTES)
    for number in range(min(count, 200)):
        entry = struct.unpack_from(">HHII", notes, APPLE_HEAD_BYTES + 2 + 12 * number)
        tag, kind, length, offset = entry
        if tag == APPLE_CONTENT_ID and kind == 2 and length <= 80:
            return notes[offset : offset + length].decode("ascii", "ignore").strip("\0 ")
    return ""


def _exif_of(image: Image.Image) -> Image.Exif:
    # Pillow decodes a whole PNG to look for tags behind its pixels; see `pictures` for those.
    if image.format == "PNG" and not has_early_exif(image):
        return Image.Exif()
    return image.getexif()


def has_early_exif(image: Image.Image) -> bool:
    """Whether the tags of a PNG stand before its pixels."""
    return "exif" in image.info or "Raw profile type exif" in image.info


def _attempt(read_it: Callable[[], T]) -> T | None:
    try:
        return read_it()
    except DAMAGE:
        return None


def _dates(main: Tags, shot: Tags, gps: Tags) -> tuple[Candidate, ...]:
    original = _written(shot, main, Base.DateTimeOriginal, Base.SubsecTimeOriginal)
    digitized = _written(shot, main, Base.DateTimeDigitized, Base.SubsecTimeDigitized)
    modified = _written(main, shot, Base.DateTime, Base.SubsecTime)
    offsets = {
        Source.EXIF: _offset(shot, Base.OffsetTimeOriginal),
        Source.EXIF_DIGITIZED: _offset(shot, Base.OffsetTimeDigitized),
        Source.EXIF_MODIFIED: _offset(shot, Base.OffsetTime),
    }
    dates = {
        Source.EXIF: original,
        Source.EXIF_DIGITIZED: digitized,
        Source.EXIF_MODIFIED: modified,
    }
    found = [
        _candidate(source, date, text, _agreed_offset(source, dates, offsets))
        for source, (date, text) in dates.items()
        if date is not None
    ]
    satellite = _attempt(lambda: _gps_time(gps))
    return (*found, satellite) if satellite else tuple(found)


def _written(
    tags: Tags, other_tags: Tags, tag: int, fraction_tag: int
) -> tuple[WrittenDate | None, str]:
    """A date field with its fraction; some writers put it into the neighbouring directory."""
    text = _text(tags, tag) or _text(other_tags, tag)
    fraction = re.match(r"\d*", _text(tags, fraction_tag) or _text(other_tags, fraction_tag))
    return written_dates.read(text, fraction=fraction[0] if fraction else ""), text


def _offset(shot: Tags, tag: int) -> int | None:
    return written_dates.read_offset(_text(shot, tag))


def _agreed_offset(
    source: Source,
    dates: Mapping[Source, tuple[WrittenDate | None, str]],
    offsets: Mapping[Source, int | None],
) -> int | None:
    """The field's own offset; else that of another field with the very same second.

    An offset that stands beside a later edit was written at another place and time.
    """
    if offsets[source] is not None:
        return offsets[source]
    date = dates[source][0]
    if date is None or date.local is None:
        return None
    second = date.local.replace(microsecond=0)
    lent = {
        offsets[other]
        for other, (written, _) in dates.items()
        if offsets[other] is not None
        and written is not None
        and written.local is not None
        and written.local.replace(microsecond=0) == second
    }
    return lent.pop() if len(lent) == 1 else None


BASE_CONFIDENCE = {Source.EXIF: 90, Source.EXIF_DIGITIZED: 75, Source.EXIF_MODIFIED: 30}


def _candidate(source: Source, date: WrittenDate, text: str, lent: int | None) -> Candidate:
    offset = date.offset_minutes if date.offset_minutes is not None else lent
    confidence = 0 if date.refusal else BASE_CONFIDENCE[source]
    return Candidate(
        source=source,
        local=date.local,
        offset_minutes=offset if date.local else None,
        precision=date.precision,
        confidence=confidence + (5 if offset is not None and not date.refusal else 0),
        text=text[:80],
        refusal=date.refusal,
    )


def _gps_time(gps: Tags) -> Candidate | None:
    day = _text(gps, GPS.GPSDateStamp)
    clock = gps.get(GPS.GPSTimeStamp)
    date = written_dates.read(day)
    if date is None or clock is None:
        return None
    hours, minutes, seconds = (float(each) for each in clock)
    text = f"{day} {hours:g}:{minutes:g}:{seconds:g} UTC"
    if date.local is None or not 0 <= hours * 3600 + minutes * 60 + seconds < 86_401:
        refusal = date.refusal or "has a time of day that does not exist"
        return Candidate(Source.GPS, None, None, Precision.UNKNOWN, 0, text=text, refusal=refusal)
    midnight = date.local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    # The receiver's clock is exact but its last fix may be minutes old: whole seconds will do.
    instant = midnight + timedelta(hours=hours, minutes=minutes, seconds=math.floor(seconds))
    return Candidate(Source.GPS, None, None, Precision.SECOND, 70, text=text, instant=instant)


def _position(gps: Tags) -> tuple[float | None, float | None]:
    latitude = _attempt(lambda: _degrees(gps, GPS.GPSLatitude, GPS.GPSLatitudeRef, "S"))
    longitude = _attempt(lambda: _degrees(gps, GPS.GPSLongitude, GPS.GPSLongitudeRef, "W"))
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None, None
    # A receiver without a fix writes zeros; nobody photographs that point of the Atlantic.
    if latitude == 0 and longitude == 0:
        return None, None
    return round(latitude, 7), round(longitude, 7)


def _degrees(gps: Tags, tag: int, ref_tag: int, negative: str) -> float | None:
    parts = gps.get(tag)
    if parts is None:
        return None
    degrees, minutes, seconds = (*(float(part) for part in parts), 0.0, 0.0)[:3]
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value):
        return None
    return -value if _text(gps, ref_tag).upper().startswith(negative) else value


def _text(tags: Tags, tag: int) -> str:
    value = tags.get(tag)
    if isinstance(value, tuple) and len(value) == 1:
        value = value[0]
    if isinstance(value, bytes):
        value = value.decode("utf-8", errors="replace")
    if isinstance(value, int):
        value = str(value)
    if not isinstance(value, str):
        return ""
    # What stands behind a NUL is left over from an older, longer value.
    shown = value.split("\0", 1)[0]
    return "".join(each for each in shown if each.isprintable()).strip()[:200]


def _number(tags: Tags, tag: int, smallest: float, largest: float) -> float | None:
    value = _attempt(lambda: float(Fraction(str(_first(tags.get(tag))))))
    if value is None or not smallest <= value <= largest:
        return None
    return value


def _whole(tags: Tags, tag: int, smallest: int, largest: int) -> int | None:
    value = _number(tags, tag, smallest, largest)
    return None if value is None else int(value)


def _first(value: object) -> object:
    return value[0] if isinstance(value, tuple) and value else value


def _flash(shot: Tags) -> bool | None:
    value = _whole(shot, Base.Flash, 0, 0xFFFF)
    return None if value is None else bool(value & 1)


TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def turned(image: Image.Image, orientation: int) -> Image.Image:
    """The picture as it is looked at."""
    turn = TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)
