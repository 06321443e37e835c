"""A row of measures reads the same pair from either side."""

from __future__ import annotations

import numpy as np
import pytest

from dedup.core.features import measure
from dedup.core.measures import column, swapped
from dedup.core.reasons import reasons
from dedup.core.scoring import explain
from tests.pictures import blurred, brightened, scene, shifted

PICTURES = {
    "brighter": brightened(scene(1), 1.6),
    "softer": blurred(scene(1), 2),
    "shifted": shifted(scene(1), 20, 6),
}


@pytest.mark.parametrize("name", PICTURES)
def test_the_swapped_row_is_that_of_the_swapped_pair(name: str) -> None:
    one, other = measure(np.asarray(scene(1))), measure(np.asarray(PICTURES[name]))
    ahead, back = explain(one, other), explain(other, one)
    turned = swapped(ahead.measures)
    for sign in ("exposure_ev", "sharpness", "right", "down"):
        assert column(turned, sign) == pytest.approx(
            column(back.measures, sign), abs=0.02, nan_ok=True
        )


def test_a_brighter_picture_is_darker_seen_from_the_other_side() -> None:
    one, other = measure(np.asarray(scene(1))), measure(np.asarray(PICTURES["brighter"]))
    found = explain(one, other)
    ahead = [each.sentence for each in reasons(found.measures, found.percent)]
    back = [each.sentence for each in reasons(swapped(found.measures), found.percent)]
    assert any("brighter" in sentence for sentence in ahead)
    assert any("darker" in sentence for sentence in back)


def test_swapping_twice_changes_nothing() -> None:
    found = explain(measure(np.asarray(scene(1))), measure(np.asarray(PICTURES["shifted"])))
    np.testing.assert_allclose(swapped(swapped(found.measures)), found.measures, rtol=1e-5)
