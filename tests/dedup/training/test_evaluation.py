"""The measures by which a network is chosen."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from dedup.core.embeddings import MODEL_FILE, embed
from dedup.training.evaluation import (
    average_precision,
    embedding_of,
    measure,
    read_pairs,
    read_picture,
    threshold_at_precision,
)

YES, NO = True, False


@pytest.mark.parametrize(
    ("similar", "expected"),
    [
        pytest.param([YES, YES, NO, NO], 1.0, id="perfect"),
        pytest.param([NO, NO, YES, YES], (1 / 3 + 2 / 4) / 2, id="upside_down"),
        pytest.param([YES, NO, YES, NO], (1 + 2 / 3) / 2, id="one_mistake"),
    ],
)
def test_average_precision_of_a_ranking(similar: list[bool], expected: float) -> None:
    scores = np.array([0.9, 0.8, 0.7, 0.6])
    assert average_precision(scores, np.array(similar)) == pytest.approx(expected)


def test_pairs_of_equal_score_are_found_together() -> None:
    scores = np.ones(4)
    assert average_precision(scores, np.array([YES, NO, NO, NO])) == pytest.approx(0.25)
    assert average_precision(scores, np.array([NO, NO, NO, YES])) == pytest.approx(0.25)


def test_the_threshold_is_the_lowest_that_is_precise_enough() -> None:
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    similar = np.array([YES, NO, YES, YES, NO])
    assert threshold_at_precision(scores, similar, 0.75) == 0.6
    assert threshold_at_precision(scores, similar, 1.0) == 0.9


def test_no_threshold_is_precise_enough_when_the_best_pair_is_wrong() -> None:
    assert threshold_at_precision(np.array([0.9, 0.1]), np.array([NO, YES]), 0.99) == np.inf


def test_a_pairs_file_is_measured_by_kind(tmp_path: Path) -> None:
    for name, level in (("dark", 20), ("dark2", 30), ("light", 220), ("light2", 240)):
        cv2.imwrite(str(tmp_path / f"{name}.png"), np.full((8, 8, 3), level, np.uint8))
    file = tmp_path / "pairs.csv"
    file.write_text(
        "image_a,image_b,similar,kind\n"
        "dark.png,dark2.png,1,night\nlight.png,light2.png,1,day\ndark.png,light.png,0,random\n"
    )

    def brightness(pictures: Sequence[np.ndarray]) -> np.ndarray:
        angles = np.array([picture.mean() / 100 for picture in pictures])
        return np.stack([np.cos(angles), np.sin(angles)], axis=1)

    measures = measure(read_pairs(file), tmp_path, brightness)
    assert measures.average_precision == 1
    assert measures.recall_at_precision_99 == 1
    assert measures.recall_by_kind == {"day": 1, "night": 1}


def test_an_unreadable_picture_is_named(tmp_path: Path) -> None:
    file = tmp_path / "broken.jpg"
    file.write_bytes(b"no picture")
    with pytest.raises(ValueError, match=r"broken\.jpg cannot be read"):
        read_picture(file)


def test_a_model_file_is_measured_as_the_product_would_use_it() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (60, 90, 3)).astype(np.uint8)
    found = embedding_of(MODEL_FILE)([picture])
    np.testing.assert_allclose(found, embed([picture]), atol=1e-4)
