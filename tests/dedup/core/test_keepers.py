"""The keeper is chosen by ordered reasons, and the first that decides is said."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.keepers import KeeperFacts, choose, rank

PLAIN = KeeperFacts(
    photo_id=1,
    width=4032,
    height=3024,
    size_bytes=3_000_000,
    taken_us=1_000_000,
    sharpness=0.5,
    exposure_clipping=0.1,
)


@pytest.mark.parametrize(
    ("better", "sentence"),
    [
        pytest.param({"favourite": True}, "Suggested: a favourite.", id="favourite"),
        pytest.param({"edited": True}, "Suggested: the edited one.", id="edited"),
        pytest.param(
            {"width": 8064, "height": 6048},
            "Suggested: the largest picture, 8064×6048 against 4032×3024.",  # noqa: RUF001
            id="resolution",
        ),
        pytest.param({"sharpness": 0.8}, "Suggested: the sharpest picture.", id="sharpness"),
        pytest.param(
            {"exposure_clipping": 0.0},
            "Suggested: better exposed, 0% of it without detail against 10%.",
            id="exposure",
        ),
        pytest.param({"eyes_open": 1.0}, "Suggested: eyes open.", id="eyes"),
        pytest.param(
            {"size_bytes": 5_000_000},
            "Suggested: the largest file, 5.0 MB against 3.0 MB.",
            id="size",
        ),
        pytest.param(
            {"taken_us": -1_000_000}, "Suggested: the first one taken, 0:00:02 before.", id="oldest"
        ),
    ],
)
def test_each_reason_decides_alone_and_is_said(better: dict[str, Any], sentence: str) -> None:
    found = choose([PLAIN, replace(PLAIN, photo_id=2, **better)])
    assert found.photo_id == 2
    assert found.reasons == (sentence,)


def test_an_earlier_reason_beats_all_later_ones_together() -> None:
    favourite = replace(PLAIN, photo_id=9, favourite=True, width=10, height=10, sharpness=0.0)
    assert choose([PLAIN, favourite]).photo_id == 9


def test_a_difference_of_sharpness_that_nobody_sees_is_no_reason() -> None:
    larger = replace(PLAIN, photo_id=2, size_bytes=9_000_000)
    assert choose([replace(PLAIN, sharpness=0.52), larger]).photo_id == 2


def test_different_rivals_lose_for_different_reasons() -> None:
    rivals = [
        replace(PLAIN, photo_id=2, width=100, height=100),
        replace(PLAIN, photo_id=3, sharpness=0.1),
    ]
    assert [reason.split()[2] for reason in choose([PLAIN, *rivals]).reasons] == [
        "largest",
        "sharpest",
    ]


def test_there_must_be_a_photo_to_choose_from() -> None:
    with pytest.raises(ValueError):
        choose([])


facts = st.builds(
    KeeperFacts,
    photo_id=st.integers(1, 10_000),
    width=st.integers(1, 3),
    height=st.integers(1, 3),
    size_bytes=st.integers(1, 3),
    taken_us=st.integers(0, 3),
    favourite=st.booleans(),
    edited=st.booleans(),
    sharpness=st.floats(0, 1),
    exposure_clipping=st.floats(0, 1),
    eyes_open=st.none() | st.floats(0, 1),
)


@given(
    st.lists(facts, min_size=1, max_size=8, unique_by=lambda each: each.photo_id),
    st.randoms(use_true_random=False),
)
def test_ranking_and_choice_do_not_depend_on_the_order(
    found: list[KeeperFacts], random: Random
) -> None:
    mixed = list(found)
    random.shuffle(mixed)
    assert rank(mixed) == rank(found)
    assert choose(mixed).photo_id == rank(found)[0]
