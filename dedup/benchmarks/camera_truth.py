"""How right a thinning was, on frames of which everything is known (tests/made_up_cameras.py)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# The product promises to keep things from this size; smaller ones are told, not promised.
PROMISED_PERCENT = 0.5
SAME_ASPECT = 0.01


@dataclass(frozen=True, slots=True)
class ThinningFigures:
    redundant: int  # frames that differ from the one before by light and noise only
    redundant_gone: int
    events: Mapping[float, tuple[int, int]]  # percent of the picture: (kept, planted)
    lost: tuple[str, ...]  # events of which no frame stays
    shapes_kept: int  # first frames of another shape

    @property
    def removed_percent(self) -> float:
        return 100 * self.redundant_gone / max(1, self.redundant)

    @property
    def promised(self) -> tuple[int, int]:
        """Kept and planted events of at least the promised size."""
        large = [counts for area, counts in self.events.items() if area >= PROMISED_PERCENT]
        return sum(kept for kept, _ in large), sum(planted for _, planted in large)


def judge(truth: Mapping[str, Any], gone: Iterable[str]) -> ThinningFigures:
    """``truth`` is the ground truth of the set, ``gone`` the names of the frames that go."""
    names_gone = set(gone)
    kept_of: defaultdict[str, int] = defaultdict(int)
    area_of: dict[str, float] = {}
    redundant = redundant_gone = shapes = 0
    unreadable = {*truth["unreadable"], *truth["tiny"]}
    for before, frame in _neighbours(truth["frames"], unreadable):
        stays = frame["name"] not in names_gone
        for thing in frame["things"]:
            area_of[thing["event"]] = thing["area_percent"]
            kept_of[thing["event"]] += stays
        if before is None or before["scene"] != frame["scene"]:
            continue
        if not _same_shape(before, frame):
            shapes += stays
            continue
        redundant += 1
        redundant_gone += not stays
    return ThinningFigures(
        redundant,
        redundant_gone,
        _by_area(area_of, kept_of),
        tuple(event for event in area_of if not kept_of[event]),
        shapes,
    )


def _by_area(
    area_of: Mapping[str, float], kept_of: Mapping[str, int]
) -> dict[float, tuple[int, int]]:
    found: dict[float, tuple[int, int]] = {}
    for event, area in area_of.items():
        kept, planted = found.get(area, (0, 0))
        found[area] = (kept + bool(kept_of[event]), planted + 1)
    return dict(sorted(found.items()))


def _neighbours(
    frames: Iterable[dict[str, Any]], left_out: set[str]
) -> Iterator[tuple[dict[str, Any] | None, dict[str, Any]]]:
    """Every frame with the one before it of its camera; the set is in the order of time."""
    last: dict[str, dict[str, Any]] = {}
    for frame in frames:
        if frame["name"] not in left_out:
            yield last.get(frame["camera"]), frame
            last[frame["camera"]] = frame


def _same_shape(a: dict[str, Any], b: dict[str, Any]) -> bool:
    narrow, wide = sorted((a["width"] / a["height"], b["width"] / b["height"]))
    return bool(wide <= narrow * (1 + SAME_ASPECT))
