"""Takeout JSON and XMP: what they tell of a photo. `sidecar_names` finds whose they are."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from gallery.core import labels, sizes, written_dates, xmp
from gallery.core.sidecar_names import sidecar_for
from gallery.core.taken_at import Candidate, Precision, Source

__all__ = ["SidecarFacts", "UnreadableSidecar", "read", "sidecar_for"]

LARGEST_BYTES = 8 * 1024 * 1024  # a sidecar has some kilobytes; edit histories make some larger


class UnreadableSidecar(Exception):
    """A file that is no sidecar; `reason` is a sentence for the person who gave it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SidecarFacts:
    candidates: tuple[Candidate, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    favourite: bool = False
    archived: bool = False
    trashed: bool = False
    description: str = ""
    title: str = ""  # Takeout: the file's name before the export cut it
    rating: int | None = None  # 0..5
    tags: tuple[str, ...] = ()


def read(name: str, content: bytes) -> SidecarFacts:
    """Read a sidecar, told apart by its name's ending. Raises `UnreadableSidecar`."""
    if len(content) > LARGEST_BYTES:
        raise UnreadableSidecar(
            f"The sidecar has {sizes.in_words(len(content))}; that is too large."
        )
    return read_xmp(content) if name.lower().endswith(".xmp") else read_takeout(content)


def read_takeout(content: bytes) -> SidecarFacts:
    """Read the JSON that Google puts beside a photo."""
    try:
        told = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableSidecar("The sidecar is no readable JSON.") from error
    if not isinstance(told, dict) or "photoTakenTime" not in told:
        raise UnreadableSidecar("The JSON does not describe a photo: it has no photoTakenTime.")
    taken = _takeout_time(told)
    latitude, longitude = _takeout_position(told)
    return SidecarFacts(
        candidates=(taken,) if taken else (),
        latitude=latitude,
        longitude=longitude,
        favourite=told.get("favorited") is True,
        archived=told.get("archived") is True,
        trashed=told.get("trashed") is True,
        description=_text(told.get("description")),
        title=_text(told.get("title")),
    )


def _takeout_time(told: Mapping[str, Any]) -> Candidate | None:
    text = _timestamp(told, "photoTakenTime")
    if not text:
        return None
    try:
        # Adding to the epoch works for times before 1970 on every platform.
        instant = datetime.fromtimestamp(0, UTC) + timedelta(seconds=int(text))
    except (ValueError, OverflowError):
        return Candidate(
            Source.SIDECAR, None, None, Precision.UNKNOWN, 0, text=text[:80], refusal="is no epoch"
        )
    # Google fills in the upload's time for a photo without any date.
    is_upload = text == _timestamp(told, "creationTime")
    return Candidate(
        source=Source.SIDECAR,
        local=None,
        offset_minutes=None,
        precision=Precision.SECOND,
        confidence=35 if is_upload else 80,
        note="Google Takeout, equal to the upload's time" if is_upload else "Google Takeout",
        text=text,
        instant=instant,
    )


def _timestamp(told: Mapping[str, Any], field: str) -> str:
    value = told.get(field)
    return _text(str(value.get("timestamp", ""))) if isinstance(value, dict) else ""


def _takeout_position(told: Mapping[str, Any]) -> tuple[float | None, float | None]:
    for field in ("geoData", "geoDataExif"):
        value = told.get(field)
        if not isinstance(value, dict):
            continue
        position = _position(value.get("latitude"), value.get("longitude"))
        if position != (None, None):
            return position
    return None, None


def _position(latitude: Any, longitude: Any) -> tuple[float | None, float | None]:
    try:
        north, east = float(latitude), float(longitude)
    except (TypeError, ValueError, OverflowError):
        return None, None
    is_on_earth = math.isfinite(north + east) and abs(north) <= 90 and abs(east) <= 180
    # Google writes zeros where it knows no place.
    if not is_on_earth or (north == 0 and east == 0):
        return None, None
    return north, east


def read_xmp(content: bytes) -> SidecarFacts:
    """Read the XMP that Lightroom, darktable, digiKam and others put beside a photo."""
    try:
        lists = xmp.lists(content)
    except xmp.UnreadableXmp as error:
        raise UnreadableSidecar(f"The XMP cannot be read: {error}.") from error
    told = {name: values[0] for name, values in lists.items()}
    dates = (
        _xmp_date(told, "exif:DateTimeOriginal", 80),
        _xmp_date(told, "photoshop:DateCreated", 75),
        _xmp_date(told, "xmp:CreateDate", 65),
    )
    latitude, longitude = _position(
        _xmp_degrees(told.get("exif:GPSLatitude", ""), "S"),
        _xmp_degrees(told.get("exif:GPSLongitude", ""), "W"),
    )
    rating = labels.rating_of(told.get("xmp:Rating", ""))
    return SidecarFacts(
        candidates=tuple(each for each in dates if each),
        latitude=latitude,
        longitude=longitude,
        favourite=rating == 5,
        description=_text(told.get("dc:description")),
        title=_text(told.get("dc:title")),
        rating=rating,
        tags=labels.tags_of(lists.get("dc:subject", ())),
    )


def _xmp_date(told: Mapping[str, str], field: str, confidence: int) -> Candidate | None:
    text = told.get(field, "")
    date = written_dates.read(text)
    if date is None:
        return None
    return Candidate(
        source=Source.SIDECAR,
        local=date.local,
        offset_minutes=date.offset_minutes if date.local else None,
        precision=date.precision,
        confidence=0
        if date.refusal
        else confidence + (5 if date.offset_minutes is not None else 0),
        note=f"XMP {field}",
        text=text[:80],
        refusal=date.refusal,
    )


def _xmp_degrees(text: str, negative: str) -> float | None:
    """Degrees from "48,51.5N" or "48,51,30N"."""
    if not text or text[-1] not in "NSEW":
        return None
    try:
        parts = [float(each) for each in text[:-1].split(",")]
    except ValueError:
        return None
    degrees, minutes, seconds = (*parts, 0.0, 0.0)[:3]
    value = degrees + minutes / 60 + seconds / 3600
    return -value if text[-1] == negative else value


def _text(value: object) -> str:
    """What can be shown: no database takes a NUL or half of a surrogate pair."""
    if not isinstance(value, str):
        return ""
    shown = (each for each in value[:10_000] if each.isprintable() or each in "\n\t")
    return "".join(shown).strip()
