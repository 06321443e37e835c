"""What must hold of anything that a reader takes from foreign bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from gallery.core import doubts
from gallery.core.cameras import CameraIdentity
from gallery.core.taken_at import EARLIEST_YEAR, Candidate, choose, from_json, to_json
from gallery.dating import columns
from gallery.models import Camera, Photo

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ZONES = [ZoneInfo(name) for name in ("UTC", "Pacific/Kiritimati", "America/New_York")]


def assert_candidates_sound(candidates: Iterable[Candidate]) -> None:
    """They travel as JSON, give a date inside the accepted years, and fit into the database."""
    found = tuple(candidates)
    stored = json.loads(json.dumps(to_json(found)))
    assert from_json(stored) == found
    assert_storable(stored)
    for zone in ZONES:
        taken = choose(found, home_zone=zone, imported_at=NOW)
        assert taken.instant.year >= EARLIEST_YEAR - 1
        assert taken.instant <= NOW.replace(day=NOW.day + 2)
        assert abs(taken.offset_minutes) <= 14 * 60
        assert taken.local.date() == columns.moment_of(taken)["taken_day"]
        doubts.of_date(taken)
        for name, value in columns.columns_of(taken).items():
            _fits(Photo, name, value)


def assert_camera_sound(camera: CameraIdentity | None) -> None:
    for name, value in asdict(camera).items() if camera else ():
        _fits(Camera, name, value)
        assert_storable(value)


def assert_storable(value: Any) -> None:
    """No database refuses it: no NUL, no half of a surrogate pair, no number without an end."""
    text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    text.encode()  # raises for a lone surrogate
    assert "\\u0000" not in text


def _fits(model: Any, name: str, value: Any) -> None:
    longest = getattr(model._meta.get_field(name), "max_length", None)
    if longest and isinstance(value, str):
        assert len(value) <= longest, f"{name}: {value[:60]}"
