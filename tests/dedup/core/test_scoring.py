"""The percent means the same whatever the order, the block, the size or the neighbours."""

import io
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dedup.core import embeddings, fusion
from dedup.core.features import Features, measure
from dedup.core.grading import CHANGES, middle
from dedup.core.identity import SamePixels
from dedup.core.measures import MEASURES
from dedup.core.scoring import FeatureBlock, LocalSource, explain, score_pairs
from dedup.core.values import Kind, PairScores
from tests import pictures

SCENES = [np.asarray(pictures.scene(seed, (480, 360))) for seed in range(4)]


def changed_pictures() -> list[np.ndarray]:
    """Some pictures at every distance from each other, from copies to other scenes."""
    found = [middle(scene) for scene in SCENES]
    for change, (change_by, strengths) in CHANGES.items():
        found += [change_by(SCENES[0], strengths[step]) for step in (1, 6)]
        found.append(change_by(SCENES[1], strengths[3 if change != "blur" else 7]))
    found.append(np.ascontiguousarray(found[0][:, ::-1]))
    found.append(found[0].copy())
    return found


FEATURES = [measure(picture) for picture in changed_pictures()]


def scored(
    features: Sequence[Features],
    pairs: Sequence[tuple[int, int]],
    same_pixels: SamePixels | None = None,
) -> PairScores:
    block = FeatureBlock.from_light([each.light_bytes() for each in features])
    return score_pairs(
        block,
        np.array([left for left, _ in pairs], dtype=np.int64),
        np.array([right for _, right in pairs], dtype=np.int64),
        local=LocalSource(lambda row: features[row].local_bytes()),
        same_pixels=same_pixels,
    )


ALL = [(left, right) for left in range(len(FEATURES)) for right in range(left)]
PERCENT = dict(zip(ALL, scored(FEATURES, ALL).percent.tolist(), strict=True))
some_pairs = st.lists(st.sampled_from(ALL), min_size=1, max_size=12)


@settings(deadline=None, max_examples=25)
@given(some_pairs)
def test_swapping_the_two_pictures_changes_no_percent(pairs: list[tuple[int, int]]) -> None:
    turned = scored(FEATURES, [pair[::-1] for pair in pairs])
    assert turned.percent.tolist() == [PERCENT[pair] for pair in pairs]


@settings(deadline=None, max_examples=25)
@given(some_pairs, st.permutations(range(len(FEATURES))))
def test_a_percent_depends_on_its_own_two_pictures_only(
    pairs: list[tuple[int, int]], order: list[int]
) -> None:
    """Neither on the other pairs of the block, nor on the place of the pictures in it."""
    place = {number: row for row, number in enumerate(order)}
    found = scored([FEATURES[n] for n in order], [(place[a], place[b]) for a, b in pairs])
    assert found.percent.tolist() == [PERCENT[pair] for pair in pairs]


@settings(deadline=None)
@given(st.sampled_from(range(len(FEATURES))))
def test_a_picture_is_identical_with_itself(number: int) -> None:
    found = scored(FEATURES, [(number, number)])
    assert found.percent[0] == 100
    assert found.kind[0] == Kind.IDENTICAL


def test_100_percent_is_for_identical_pixels_only() -> None:
    copies = {(left, right) for (left, right), percent in PERCENT.items() if percent == 100}
    assert copies == {(len(FEATURES) - 1, 0)}
    assert max(percent for pair, percent in PERCENT.items() if pair not in copies) < 100


def test_one_changed_pixel_is_nearly_but_not_quite_identical() -> None:
    other = middle(SCENES[0]).copy()
    other[100, 100] ^= 64
    percent = scored([FEATURES[0], measure(other)], [(0, 1)]).percent[0]
    assert 98 < percent < 100


def test_equal_small_copies_are_100_percent_only_if_the_originals_are_equal() -> None:
    copy = len(FEATURES) - 1
    asked: list[tuple[int, int, bool]] = []

    def never(one: int, other: int, *, copies_are_equal: bool) -> bool:
        asked.append((one, other, copies_are_equal))
        return False

    found = scored(FEATURES, [(0, copy), (0, 1), (0, 0)], never)
    assert asked == [(0, copy, True)]
    assert 99 < found.percent[0] < 100
    assert found.kind[0] == Kind.SAME_PICTURE
    assert found.percent[2] == 100
    assert scored(FEATURES, [(0, copy)], lambda one, other, copies_are_equal: True).percent == 100


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("seed", [0, 2])
def test_the_percent_falls_as_a_change_grows(change: str, seed: int) -> None:
    change_by, strengths = CHANGES[change]
    features = [measure(middle(SCENES[seed]))]
    features += [measure(change_by(SCENES[seed], strength)) for strength in strengths[::2]]
    percent = scored(features, [(0, step) for step in range(1, len(features))]).percent
    assert (np.diff(percent) < 0).all()
    assert percent[0] > 85


def test_a_resized_or_recompressed_copy_scores_above_a_slightly_changed_one() -> None:
    picture = Image.fromarray(middle(SCENES[0]))
    smaller = np.asarray(picture.resize((picture.width // 2, picture.height // 2)))
    stored = np.asarray(Image.open(_jpeg(picture, 60)).convert("RGB"))
    shift, _ = CHANGES["shift"]
    features = [FEATURES[0], *(measure(each) for each in (smaller, stored))]
    features.append(measure(shift(SCENES[0], 0.02)))
    percent = scored(features, [(0, 1), (0, 2), (0, 3)]).percent
    assert 99.9 >= min(percent[:2]) > percent[2]
    assert min(percent[:2]) > 95


def _jpeg(picture: Image.Image, quality: int) -> io.BytesIO:
    stored = io.BytesIO()
    picture.save(stored, "JPEG", quality=quality)
    stored.seek(0)
    return stored


def test_other_scenes_are_below_even_odds() -> None:
    for left in range(4):
        for right in range(left):
            assert PERCENT[(left, right)] < 50


def test_a_mirrored_picture_is_explained_as_one() -> None:
    mirror = len(FEATURES) - 2
    found = explain(FEATURES[0], FEATURES[mirror])
    assert found.percent == pytest.approx(PERCENT[(mirror, 0)])
    assert found.kind == Kind.SAME_PICTURE
    assert found.reasons[0].sentence == "Same picture, mirrored"


def test_many_frames_of_a_burst_are_settled_without_local_features() -> None:
    """What keeps 500 frames of one window quick: geometry for every pair would take minutes."""
    shift, _ = CHANGES["shift"]
    burst = [measure(shift(SCENES[0], 0.002 * step)) for step in range(8)]
    block = FeatureBlock.from_light([each.light_bytes() for each in burst])
    left, right = np.triu_indices(len(burst), 1)
    found = score_pairs(block, left, right, local=LocalSource(_never))
    assert (found.percent > 80).all()


def test_the_source_of_local_features_hears_beforehand_what_it_will_be_asked_for() -> None:
    expected: list[int] = []
    asked: list[int] = []

    def stored(row: int) -> bytes:
        assert expected, "asked before it was told"
        asked.append(row)
        return FEATURES[row].local_bytes()

    block = FeatureBlock.from_light([each.light_bytes() for each in FEATURES])
    left, right = np.array(ALL).T
    score_pairs(block, left, right, local=LocalSource(stored, expected.extend))
    assert asked == list(dict.fromkeys(expected))
    assert len(expected) < 2 * len(ALL), "some pairs are settled without"


def _never(row: int) -> bytes:
    raise AssertionError("The local features were read for a settled pair.")


FLAT = [
    np.zeros((1, 1, 3), np.uint8),
    np.zeros((20000, 1, 3), np.uint8),
    np.zeros((360, 480, 3), np.uint8),
    np.full((360, 480, 3), 255, np.uint8),
    np.random.default_rng(0).integers(0, 256, (360, 480, 3), dtype=np.uint8),
]


def test_hostile_pictures_get_a_percent_like_any_other() -> None:
    features = [*(measure(picture) for picture in FLAT), FEATURES[0]]
    pairs = [(left, right) for left in range(len(features)) for right in range(left + 1)]
    found = scored(features, pairs)
    assert np.isfinite(found.percent).all()
    assert ((found.percent >= 0) & (found.percent <= 100)).all()
    assert all(
        percent == 100
        for (left, right), percent in zip(pairs, found.percent, strict=True)
        if left == right
    )


def test_no_pairs_are_scored_in_no_time() -> None:
    found = scored(FEATURES, [])
    assert found.percent.shape == (0,)
    assert found.measures.shape == (0, len(MEASURES))


def test_the_coefficients_belong_to_the_shipped_embedding() -> None:
    assert fusion.coefficients().embedding_version == embeddings.EMBEDDING_VERSION


def test_no_term_of_the_evidence_lowers_it() -> None:
    known = fusion.coefficients()
    assert min(known.cheap.weights.values()) >= 0
    assert min(known.full.weights.values()) >= 0


def test_even_odds_are_50_percent_and_both_sides_meet_there() -> None:
    changed = np.array([0.0, 1.0, 5.0])
    assert fusion.percent_of(np.zeros(3), changed) == pytest.approx([50, 50, 50])
    assert fusion.percent_of(np.full(3, 1e-6), changed) == pytest.approx([50, 50, 50], abs=1e-3)


@given(st.floats(-20, 20), st.floats(-20, 20), st.floats(0, 4), st.floats(0, 4))
def test_the_percent_rises_with_evidence_and_falls_with_change(
    odds: float, more: float, changed: float, further: float
) -> None:
    low, high = sorted((odds, more))
    near, far = sorted((changed, further))
    worst, best = fusion.percent_of(np.array([low, high]), np.array([far, near]))
    assert 0 <= worst <= best <= 99.9001
