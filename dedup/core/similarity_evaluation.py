"""The engine's own figures on judged pairs: what manage.py evaluate_similarity prints."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from dedup.core import evaluation, fusion, grading
from dedup.core.features import Features, measure
from dedup.core.labelled_pairs import Measured, read_rgb, same_pixels_in, small_copy
from dedup.core.measures import FeatureBlock, cheap_measures, column
from dedup.core.scoring import LocalSource, score_pairs
from dedup.core.values import DEFAULT_THRESHOLD, Floats, PairScores, Rgb
from gallery.core.pictures import UnreadablePicture

PRECISION = 0.99
GRADED_PICTURES = 24
_TIMED_PAIRS = 4096
_SMALLEST_GRADED_PX = 64  # a change of a smaller picture is no whole pixel


@dataclass(frozen=True, slots=True)
class SimilarityFigures:
    pairs: int
    pictures: int
    ap: float
    recall_at_precision_99: float
    threshold_of_precision_99: float
    default_threshold: float
    precision_at_default: float
    recall_at_default: float
    grading: float
    grading_by_change: dict[str, float]
    recall_by_kind: dict[str, float]
    quarters: tuple[float, float, float]  # of the similar pairs' percent
    # Medians after decoding. A scan measures the local features of a picture only when one of
    # its pairs stays undecided without them.
    ms_per_picture: float
    ms_per_picture_with_local: float
    local_share: float  # of the pictures that needed them
    us_per_pair: float  # settled in blocks by hashes, embedding and small frames
    ms_per_undecided_pair: float
    undecided_share: float
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Timed:
    scores: PairScores
    us_per_pair: float
    ms_per_undecided_pair: float


def evaluate(
    measured: Measured,
    images: Path,
    *,
    on_progress: Callable[[Iterable[str]], Iterable[str]] = lambda names: names,
) -> tuple[SimilarityFigures, Floats]:
    """All figures, and the percent of each pair of `measured.pairs`."""
    timed = _score(measured)
    percent, similar = timed.scores.percent, measured.similar
    curve = evaluation.curve(percent, similar)
    threshold = curve.threshold_at(PRECISION)
    graded = grade(on_progress(_graded(measured.names)), images)
    undecided = ~np.isnan(column(timed.scores.measures, "votes"))
    needs_local = np.isin(
        np.arange(len(measured.names)),
        np.concatenate([measured.left[undecided], measured.right[undecided]]),
    )
    figures = SimilarityFigures(
        pairs=len(similar),
        pictures=len(measured.names),
        ap=curve.average_precision(),
        recall_at_precision_99=evaluation.recall_at(percent, similar, threshold),
        threshold_of_precision_99=threshold,
        default_threshold=DEFAULT_THRESHOLD,
        precision_at_default=evaluation.precision_at(percent, similar, DEFAULT_THRESHOLD),
        recall_at_default=evaluation.recall_at(percent, similar, DEFAULT_THRESHOLD),
        grading=_mean(graded.values()),
        grading_by_change=graded,
        recall_by_kind=evaluation.recall_by_kind(percent, similar, measured.kinds, threshold),
        quarters=_quarters(percent[similar]),
        ms_per_picture=float(np.median(measured.light_ms + measured.local_ms * needs_local)),
        ms_per_picture_with_local=float(np.median(measured.light_ms + measured.local_ms)),
        local_share=float(needs_local.mean()),
        us_per_pair=timed.us_per_pair,
        ms_per_undecided_pair=timed.ms_per_undecided_pair,
        undecided_share=float(undecided.mean()) if len(undecided) else 0.0,
        unreadable=measured.unreadable,
    )
    return figures, percent


def grade(names: Iterable[str], images: Path) -> dict[str, float]:
    """Mean rank correlation of the strength of each controlled change with the falling percent."""
    found: dict[str, list[float]] = {name: [] for name in grading.CHANGES}
    for name in names:
        try:
            picture = read_rgb(images / name)
        except (UnreadablePicture, OSError):
            continue
        if min(picture.shape[:2]) >= _SMALLEST_GRADED_PX:
            for change, correlation in _grades(picture):
                found[change].append(correlation)
    return {change: _mean(values) for change, values in found.items() if values}


def _grades(picture: Rgb) -> Iterator[tuple[str, float]]:
    start = _measured(grading.middle(picture))
    for name, (changed, strengths) in grading.CHANGES.items():
        steps = [_measured(changed(picture, strength)) for strength in strengths]
        percent = percent_to_first([start, *steps])
        yield name, -evaluation.rank_correlation(strengths, percent.tolist())


def percent_to_first(features: list[Features]) -> Floats:
    """The percent of the first picture with each of the others."""
    block = FeatureBlock.from_light([each.light_bytes() for each in features])
    others = np.arange(1, len(features))
    scores = score_pairs(
        block,
        np.zeros_like(others),
        others,
        local=LocalSource(lambda row: features[row].local_bytes()),
    )
    return scores.percent


def _measured(picture: Rgb) -> Features:
    return measure(small_copy(Image.fromarray(picture)))


def _score(measured: Measured) -> _Timed:
    if not len(measured.left):
        raise ValueError("There is no pair of two readable pictures to score.")
    block = FeatureBlock.from_light([each.light_bytes() for each in measured.features])
    score = partial(
        score_pairs,
        block,
        measured.left,
        measured.right,
        local=LocalSource(lambda row: measured.features[row].local_bytes()),
    )
    scores = score(same_pixels=same_pixels_in(measured))
    # Timed without reading files again: that depends on the originals, not on the engine.
    start = time.process_time()
    score()
    all_seconds = time.process_time() - start
    seconds = _seconds_per_settled_pair(block, measured)
    undecided = int(np.count_nonzero(~np.isnan(column(scores.measures, "votes"))))
    dear = max(0.0, all_seconds - seconds * len(measured.left)) / max(1, undecided)
    return _Timed(scores, us_per_pair=seconds * 1e6, ms_per_undecided_pair=dear * 1e3)


def _seconds_per_settled_pair(block: FeatureBlock, measured: Measured) -> float:
    """Whole blocks, as a scan compares them, of these pairs again and again."""
    some = np.arange(_TIMED_PAIRS) % len(measured.left)
    left, right = measured.left[some], measured.right[some]
    seconds = []
    for _ in range(5):
        start = time.process_time()
        fusion.percent(cheap_measures(block, left, right))
        seconds.append(time.process_time() - start)
    return float(np.median(seconds)) / _TIMED_PAIRS


def _graded(names: tuple[str, ...]) -> list[str]:
    """Some pictures, spread evenly over all of them."""
    return list(names[:: max(1, len(names) // GRADED_PICTURES)])[:GRADED_PICTURES]


def _quarters(percent: Floats) -> tuple[float, float, float]:
    if not len(percent):
        return (0.0, 0.0, 0.0)
    low, middle, high = np.percentile(percent, [25, 50, 75]).tolist()
    return low, middle, high


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return float(np.mean(known)) if known else 0.0
