"""All pairs of one group with what was measured of them, for whoever doubts a percentage."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dedup.core.measure_words import measures_in_words
from dedup.core.values import Kind, Reason
from dedup.groups import GroupView
from dedup.measuring import SCORE_VERSION
from dedup.models import PairScore
from dedup.pairs import reasons_of
from gallery.models import Photo

# A table with a row and a column for each photo is read up to here.
WIDEST_MATRIX = 8
MOST_ROWS = 200
VERY_ALIKE = 90.0


@dataclass(frozen=True, slots=True)
class PairRow:
    first: Photo
    second: Photo
    percent: float | None  # none where the two were never compared
    word: str
    reasons: tuple[Reason, ...] = ()
    measures: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MatrixRow:
    photo: Photo
    cells: tuple[PairRow | None, ...]  # none on the diagonal


@dataclass(frozen=True, slots=True)
class PairTable:
    rows: list[PairRow]  # those of the asked photo first, the most alike first
    left_out: int
    matrix: list[MatrixRow]  # empty for large groups


def of_group(view: GroupView, asked_id: int) -> PairTable:
    """Every two photos of a group; first those with the asked one in it."""
    photos = [member.photo for member in view.cover_first]
    threshold = view.group.scan.chosen.threshold_percent
    scores = _scores([photo.pk for photo in photos])
    pairs = {
        frozenset((first.pk, second.pk)): _row(first, second, scores, threshold)
        for first, second in itertools.combinations(photos, 2)
    }
    rows = sorted(pairs.values(), key=lambda row: (asked_id not in _ids(row), -(row.percent or 0)))
    matrix = _matrix(photos, pairs) if len(photos) <= WIDEST_MATRIX else []
    return PairTable(rows[:MOST_ROWS], max(0, len(rows) - MOST_ROWS), matrix)


def word_for(kind: Kind, percent: float, threshold: float) -> str:
    """What a percentage means. Two photos of one library never are one file: it is kept once."""
    if kind == Kind.IDENTICAL:
        return "Identical picture"
    if kind == Kind.SAME_PICTURE:
        return "Same picture"
    if percent >= VERY_ALIKE:
        return "Very alike"
    return "Alike" if percent >= threshold else "Less alike"


def _row(
    first: Photo, second: Photo, scores: dict[frozenset[int], PairScore], threshold: float
) -> PairRow:
    score = scores.get(frozenset((first.pk, second.pk)))
    if score is None:
        return PairRow(first, second, None, "Not compared")
    return PairRow(
        first,
        second,
        score.percent,
        word_for(Kind(score.kind), score.percent, threshold),
        reasons_of(score, seen_from=first.pk),
        measures_in_words(np.frombuffer(score.measures, "<f4")),
    )


def _matrix(photos: Sequence[Photo], pairs: dict[frozenset[int], PairRow]) -> list[MatrixRow]:
    return [
        MatrixRow(row, tuple(pairs.get(frozenset((row.pk, column.pk))) for column in photos))
        for row in photos
    ]


def _scores(photo_ids: Sequence[int]) -> dict[frozenset[int], PairScore]:
    found = PairScore.objects.filter(
        version=SCORE_VERSION, photo_a__in=photo_ids, photo_b__in=photo_ids
    )
    return {frozenset((score.photo_a_id, score.photo_b_id)): score for score in found}


def _ids(row: PairRow) -> tuple[int, int]:
    return row.first.pk, row.second.pk
