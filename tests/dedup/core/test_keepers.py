"""The keeper is chosen by ordered reasons, and the first that decides is said."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.keepers import (
    USUAL,
    USUAL_ORDER,
    KeeperFacts,
    Preferences,
    Ranking,
    Rule,
    complete_order,
)
from dedup.core.values import Suggestion


def choose(facts: list[KeeperFacts], preferences: Preferences = USUAL) -> Suggestion:
    return Ranking(facts, preferences).choose([each.photo_id for each in facts])


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
        pytest.param(
            {"rating": 4}, "Suggested: the best rated, 4 stars against none.", id="rating"
        ),
        pytest.param({"in_album": True}, "Suggested: it is in an album.", id="album"),
        pytest.param({"raw": True}, "Suggested: there is a RAW of it.", id="RAW"),
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


SMALL_FAVOURITE = replace(PLAIN, photo_id=2, favourite=True, width=1600, height=1200)


def test_the_order_of_the_rules_decides_and_is_told() -> None:
    first = choose([PLAIN, SMALL_FAVOURITE])
    assert (first.photo_id, first.reasons[0]) == (2, "Suggested: a favourite.")
    pixels_first = Preferences(complete_order([Rule.RESOLUTION]))
    other = choose([PLAIN, SMALL_FAVOURITE], pixels_first)
    assert other.photo_id == 1
    assert other.reasons[0].endswith("4032×3024 against 1600×1200.")  # noqa: RUF001


def test_a_rule_that_is_switched_off_decides_nothing() -> None:
    rules = tuple(rule for rule in USUAL_ORDER if rule != Rule.FAVOURITE)
    assert choose([PLAIN, SMALL_FAVOURITE], Preferences(rules)).photo_id == 1
    assert choose([PLAIN, SMALL_FAVOURITE], Preferences(())).photo_id == 1, "added first"


def test_quality_goes_before_the_date() -> None:
    late = replace(PLAIN, photo_id=2, taken_us=9_000_000, size_bytes=4_000_000)
    assert choose([PLAIN, late]).photo_id == 2
    assert USUAL_ORDER[-1] == Rule.AGE


def test_the_newest_is_chosen_by_who_wants_that() -> None:
    late = replace(PLAIN, photo_id=2, taken_us=9_000_000)
    found = choose([PLAIN, late], Preferences(newest=True))
    assert (found.photo_id, found.reasons) == (
        2,
        ("Suggested: the last one taken, 0:00:08 after.",),
    )


def test_preferred_folders_and_cameras_are_looked_for() -> None:
    sorted_out = replace(PLAIN, photo_id=2, folder="Photos/Sorted/2024")
    wanted = Preferences(folders=("sorted",))
    assert choose([PLAIN, sorted_out], wanted).reasons[0].endswith("a folder you prefer.")
    assert choose([replace(PLAIN, folder="Unsorted"), sorted_out], wanted).photo_id == 2
    ours = replace(PLAIN, photo_id=2, camera_id=7)
    assert choose([PLAIN, ours], Preferences(cameras=(7,))).photo_id == 2
    assert choose([PLAIN, ours]).photo_id == 1


@given(st.lists(st.sampled_from(Rule)))
def test_an_order_is_completed_without_loss(rules: list[Rule]) -> None:
    order = complete_order(rules)
    assert sorted(order) == sorted(USUAL_ORDER)
    assert [rule for rule in order if rule in rules] == list(dict.fromkeys(rules))


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
    assert Ranking(mixed).photo_ids == Ranking(found).photo_ids
    assert choose(mixed).photo_id == Ranking(found).photo_ids[0]
