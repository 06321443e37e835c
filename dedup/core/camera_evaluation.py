"""How well the frame score tells redundant from changed frames, on judged pairs."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from dedup.core.camera_classic import ClassicSettings, classic_score, prepare_classic
from dedup.core.camera_frames import (
    DEFAULT_SETTINGS,
    FrameSettings,
    PreparedFrame,
    UnlikeFrames,
    compare_prepared,
    prepare,
)
from dedup.core.frames import normalise
from dedup.core.hashes import distances, hashes
from dedup.core.values import Gray, Rgb

Scores = NDArray[np.float64]  # the higher, the more surely redundant

REDUNDANT, CHANGED = "redundant", "changed"
SMALL = "small:"  # begins or stands in the words of pairs whose change is tiny
COMPARISON_SIZE = (640, 480)
LARGEST_PICTURE_PIXELS = 60_000_000
CACHED_FRAMES = 8


@dataclass(frozen=True, slots=True)
class JudgedPair:
    frame_a: str
    frame_b: str
    label: str
    what: str


@dataclass(frozen=True, slots=True)
class Separation:
    auc: float
    redundant_found_at_1_percent: float  # at most so many of the changed frames lost
    redundant_found_at_2_percent: float
    redundant: int
    changed: int


@dataclass(frozen=True, slots=True)
class CameraFigures:
    auc: float
    redundant_found_at_1_percent: float
    redundant_found_at_2_percent: float
    unreadable: tuple[str, ...]  # "name: reason"
    without_small: Separation
    compared: Mapping[str, Separation]  # the simple scores of the field, on the same pairs
    scores: tuple[tuple[JudgedPair, float], ...]  # percent redundant, pairs that were read

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"unreadable": list(self.unreadable)}


def read_pairs(pairs_csv: Path) -> tuple[JudgedPair, ...]:
    with pairs_csv.open(newline="", encoding="utf-8-sig") as file:
        rows = csv.DictReader(file)
        missing = {"frame_a", "frame_b", "label"} - set(rows.fieldnames or ())
        if missing:
            raise ValueError(f"{pairs_csv.name} has no column {', '.join(sorted(missing))}.")
        return tuple(
            JudgedPair(row["frame_a"], row["frame_b"], row["label"].strip(), row.get("what") or "")
            for row in rows
        )


def evaluate(
    pairs_csv: Path,
    images: Path,
    settings: FrameSettings = DEFAULT_SETTINGS,
    *,
    compare_with_field: bool = True,
) -> CameraFigures:
    """Score every pair of the file; frames that cannot be read or compared are listed."""
    reader = _Frames(images, settings, with_field=compare_with_field)
    scored: list[tuple[JudgedPair, float]] = []
    field: list[Mapping[str, float]] = []
    unreadable: dict[str, None] = {}
    for pair in read_pairs(pairs_csv):
        try:
            percent, simple = reader.scores(pair)
        except (_UnreadableFrameError, UnlikeFrames) as reason:
            named = (
                str(reason) if isinstance(reason, _UnreadableFrameError) else _both(pair, reason)
            )
            unreadable[named] = None
            continue
        scored.append((pair, percent))
        field.append(simple)
    return _figures(scored, field, tuple(unreadable))


def _both(pair: JudgedPair, reason: Exception) -> str:
    return f"{pair.frame_a}, {pair.frame_b}: {reason}"


def _figures(
    scored: Sequence[tuple[JudgedPair, float]],
    field: Sequence[Mapping[str, float]],
    unreadable: tuple[str, ...],
) -> CameraFigures:
    pairs = [pair for pair, _ in scored]
    percents = np.array([percent for _, percent in scored], np.float64)
    judged = np.array([pair.label in (REDUNDANT, CHANGED) for pair in pairs], bool)
    tiny = np.array([pair.label == CHANGED and SMALL in pair.what for pair in pairs], bool)
    redundant = np.array([pair.label == REDUNDANT for pair in pairs], bool)
    overall = separation(percents[judged], redundant[judged])
    names = list(field[0]) if field else []
    return CameraFigures(
        auc=overall.auc,
        redundant_found_at_1_percent=overall.redundant_found_at_1_percent,
        redundant_found_at_2_percent=overall.redundant_found_at_2_percent,
        unreadable=unreadable,
        without_small=separation(percents[judged & ~tiny], redundant[judged & ~tiny]),
        compared={
            name: separation(
                np.array([row[name] for row in field], np.float64)[judged], redundant[judged]
            )
            for name in names
        },
        scores=tuple(scored),
    )


def separation(scores: Scores, redundant: NDArray[np.bool_]) -> Separation:
    """Higher scores should be the redundant ones. NaN where one of the labels is missing."""
    return Separation(
        auc=area_under_curve(scores, redundant),
        redundant_found_at_1_percent=redundant_found(scores, redundant, lost=0.01),
        redundant_found_at_2_percent=redundant_found(scores, redundant, lost=0.02),
        redundant=int(redundant.sum()),
        changed=int((~redundant).sum()),
    )


def area_under_curve(scores: Scores, redundant: NDArray[np.bool_]) -> float:
    """Chance that a redundant pair scores higher than a changed one; ties count half."""
    high, low = scores[redundant], scores[~redundant]
    if len(high) == 0 or len(low) == 0:
        return float("nan")
    wins = (high[:, None] > low[None, :]).mean() + 0.5 * (high[:, None] == low[None, :]).mean()
    return float(wins)


def redundant_found(scores: Scores, redundant: NDArray[np.bool_], *, lost: float) -> float:
    """Share of the redundant above the threshold that at most `lost` of the changed pass."""
    high, low = scores[redundant], np.sort(scores[~redundant])[::-1]
    if len(high) == 0 or len(low) == 0:
        return float("nan")
    may_pass = int(lost * len(low) + 1e-9)
    return float((high > low[may_pass]).mean()) if may_pass < len(low) else 1.0


class _UnreadableFrameError(Exception):
    """The message names the file and the reason."""


class _Frames:
    """Reads and prepares frames, keeping the last few: pairs are neighbours in time."""

    def __init__(self, images: Path, settings: FrameSettings, *, with_field: bool) -> None:
        self.images = images
        self.settings = settings
        self.with_field = with_field
        self.kept: dict[str, tuple[PreparedFrame, Mapping[str, Any]]] = {}

    def scores(self, pair: JudgedPair) -> tuple[float, Mapping[str, float]]:
        a, simple_a = self._frame(pair.frame_a)
        b, simple_b = self._frame(pair.frame_b)
        percent = compare_prepared(a, b).redundant_percent
        return percent, _field_scores(simple_a, simple_b) if self.with_field else {}

    def _frame(self, name: str) -> tuple[PreparedFrame, Mapping[str, Any]]:
        if name not in self.kept:
            picture = read_frame(self.images, name)
            simple = _simple(picture) if self.with_field else {}
            if len(self.kept) >= CACHED_FRAMES:
                del self.kept[next(iter(self.kept))]
            self.kept[name] = (prepare(picture, self.settings), simple)
        return self.kept[name]


def read_frame(images: Path, name: str) -> Rgb:
    try:
        with Image.open(images / name) as picture:
            if picture.width * picture.height > LARGEST_PICTURE_PIXELS:
                raise _UnreadableFrameError(f"{name}: too many pixels for a camera frame")
            return np.asarray(picture.convert("RGB"))
    except UnidentifiedImageError:
        raise _UnreadableFrameError(f"{name}: not a picture that can be read") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _UnreadableFrameError(f"{name}: {error}") from error


CLASSIC = ClassicSettings()


def _simple(picture: Rgb) -> Mapping[str, Any]:
    """What the field compares a frame by."""
    full = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    gray = np.asarray(cv2.resize(full, COMPARISON_SIZE, interpolation=cv2.INTER_AREA), np.uint8)
    return {
        "gray": gray,
        "classic": prepare_classic(gray, CLASSIC),
        "normalised": normalise(gray),
        "hashes": hashes(picture),
    }


def _field_scores(a: Mapping[str, Any], b: Mapping[str, Any]) -> Mapping[str, float]:
    simple: dict[str, Callable[[], float]] = {
        "classic frame score": lambda: classic_score(a["classic"], b["classic"], CLASSIC),
        "mean difference": lambda: _mean_difference(a["gray"], b["gray"]),
        "mean difference without light": lambda: float(
            np.abs(a["normalised"] - b["normalised"]).mean()
        ),
        **{name: _hash_distance(a, b, name) for name in a["hashes"]},
    }
    return {name: -score() for name, score in simple.items()}


def _mean_difference(a: Gray, b: Gray) -> float:
    return float(cv2.absdiff(a, b).mean())


def _hash_distance(a: Mapping[str, Any], b: Mapping[str, Any], name: str) -> Callable[[], float]:
    return lambda: float(distances(a["hashes"][name][None], b["hashes"][name][None])[0])
