"""The frozen values that travel between the parts of the engine; nothing here computes a score."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Gray: TypeAlias = NDArray[np.uint8]  # (height, width)
Rgb: TypeAlias = NDArray[np.uint8]  # (height, width, 3)
Indices: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float32]
Flags: TypeAlias = NDArray[np.bool_]
Codes: TypeAlias = NDArray[np.uint8]

# Raised whenever a pair of the same features would get another percent or other reasons.
ENGINE_VERSION = 3

# From the precision and recall curve in docs/similarity.md (manage.py evaluate_similarity).
DEFAULT_THRESHOLD = 70.0

SHORTEST_WINDOW_SECONDS = 0.1
LONGEST_WINDOW_SECONDS = 24 * 60 * 60.0


class WindowMode(enum.StrEnum):
    """GAP: neighbours are at most a window apart. SPAN: the whole group fits in one window."""

    GAP = "gap"
    SPAN = "span"


class Kind(enum.IntEnum):
    """What a pair is, in the order in which the words are tried."""

    IDENTICAL = 0  # the same bytes or the same pixels
    SAME_PICTURE = 1  # resized, recompressed, turned or mirrored
    SHIFTED = 2  # same scene, shifted, zoomed or turned a little
    EXPOSURE = 3  # same scene, brighter or darker
    LIGHT = 4  # same frame, only the light differs
    MOVED = 5  # same frame, something moved
    SCENE = 6  # same scene from elsewhere, or only partly the same
    DIFFERENT = 7


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo as far as time and camera matter."""

    photo_id: int
    taken_us: int  # microseconds since the epoch, on a clock shared by all shots
    camera_id: int | None
    precise: bool  # false where only the day, or nothing, is known: such a photo has no window


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may choose for a scan; refuses values outside the promised range."""

    window_seconds: float = 60.0
    mode: WindowMode = WindowMode.GAP
    threshold_percent: float = DEFAULT_THRESHOLD
    across_cameras: bool = True
    max_neighbours: int = 500

    def __post_init__(self) -> None:
        if not SHORTEST_WINDOW_SECONDS <= self.window_seconds <= LONGEST_WINDOW_SECONDS:
            raise ValueError(f"The window must be 0.1 s to 24 h, not {self.window_seconds} s.")
        if not 0.0 <= self.threshold_percent <= 100.0:
            raise ValueError(f"The threshold must be 0 to 100 %, not {self.threshold_percent} %.")
        if self.max_neighbours < 1:
            raise ValueError(f"At least 1 neighbour must be compared, not {self.max_neighbours}.")
        object.__setattr__(self, "mode", WindowMode(self.mode))

    @property
    def window_us(self) -> int:
        return round(self.window_seconds * 1_000_000)

    def to_json(self) -> dict[str, float | int | str | bool]:
        """Plain values only, as a JSON column stores them."""
        return asdict(self) | {"mode": self.mode.value}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Options:
        return cls(**stored)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a pair got its percent: a stable code, and the sentence a person reads."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class PairScores:
    """Scores of many pairs, in the order in which the pairs were given."""

    percent: Floats  # (n,) 0..100
    measures: Floats  # (n, len(MEASURES)); NaN where a measure was not needed
    kind: Codes  # (n,) values of Kind


@dataclass(frozen=True, slots=True)
class Member:
    photo_id: int
    percent: float  # to the cover


@dataclass(frozen=True, slots=True)
class Group:
    """Similar photos: every member passes the threshold to the cover."""

    cover: int  # photo id
    members: tuple[Member, ...]  # without the cover, most similar first
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Which photo of a group to keep, and why."""

    photo_id: int
    reasons: tuple[str, ...]
