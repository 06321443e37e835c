"""Between a photo's columns and what ``core.taken_at`` knows of a date."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from gallery.core import doubts, filenames, taken_at
from gallery.core.taken_at import Candidate, Source, TakenAt
from gallery.models import Photo, User

# What an act on dates may change, and its undo puts back. Doubts follow from these.
DATE_COLUMNS = (
    "taken_at",
    "utc_offset_minutes",
    "utc_offset_known",
    "taken_day",
    "taken_precision",
    "taken_source",
    "taken_confidence",
    "taken_reasons",
    "taken_by_hand",
    "taken_settled_at",
)


def chosen(candidates: Sequence[Candidate], owner: User, imported_at: dt.datetime) -> TakenAt:
    """The date of a photo as its owner's settings want it."""
    return taken_at.choose(
        candidates,
        home_zone=owner.home_zone,
        imported_at=imported_at,
        order=owner.sources_in_order,
    )


def chosen_again(photo: Photo, owner: User, by_hand: dict[str, Any] | None) -> TakenAt:
    """The date of a photo that is here: from all that was found, and what a person says."""
    found = [by_hand] if by_hand else []
    stored = taken_at.from_json([*found, *photo.taken_candidates])
    # The time of the import stands in the list where nothing else could be used.
    candidates = [each for each in stored if each.source is not Source.IMPORT]
    return chosen(candidates, owner, photo.imported_at)


def columns_of(taken: TakenAt) -> dict[str, Any]:
    """The columns of a new photo that hold its date."""
    return {
        **moment_of(taken),
        "taken_candidates": taken_at.to_json(taken.candidates),
        **doubt_of(taken),
    }


def moment_of(taken: TakenAt) -> dict[str, Any]:
    return {
        "taken_at": taken.instant,
        "utc_offset_minutes": taken.offset_minutes,
        "utc_offset_known": taken.offset_known,
        "taken_day": taken.local.date(),
        "taken_precision": taken.precision.value,
        "taken_source": taken.source.value,
        "taken_confidence": taken.confidence,
        "taken_reasons": list(taken.reasons),
    }


def doubt_of(taken: TakenAt) -> dict[str, str]:
    """What is doubtful about the date by itself; its neighbours may add more."""
    return doubt_columns(doubts.of_date(taken))


def doubt_columns(found: doubts.Finding | None) -> dict[str, str]:
    if found is None:
        return {"taken_doubt": "", "taken_doubt_reason": ""}
    return {"taken_doubt": found.doubt.value, "taken_doubt_reason": found.reason[:240]}


def series_of(path: str) -> dict[str, Any]:
    """The columns that say where in a camera's count a photo stands, from its name and folder."""
    counted = filenames.counter(path)
    if counted is None:
        return {"series_key": "", "series_number": None}
    prefix, number = counted
    folder = path.replace("\\", "/").rpartition("/")[0]
    key = hashlib.blake2b(f"{folder}\0{prefix}".encode(errors="replace"), digest_size=8)
    return {"series_key": key.hexdigest(), "series_number": number}
