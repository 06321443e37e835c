"""Which frames go, and why: a picture is a number here, and numbers near each other are alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from dedup.core.camera_prepared import UnlikeFrames
from dedup.core.camera_stages import StagedComparison
from dedup.core.thinning import Fate, Frame, Keep, Rule, Verdict, Why, in_order, plan

NOON = dt.datetime(2021, 3, 27, 12, 0, tzinfo=dt.UTC)
ALIKE = 1.5
Number = Frame[int, float]


def compare(kept: Number, frame: Number) -> StagedComparison:
    assert kept.picture is not None and frame.picture is not None
    if frame.picture > 1000 > kept.picture:
        raise UnlikeFrames("The frames have different shapes.")
    still = abs(kept.picture - frame.picture) < ALIKE
    return StagedComparison(still, 90.0 if still else 5.0, 0.0, (), "as told")


def frames(*pictures: float | None, minutes: float = 5) -> list[Number]:
    return [
        Frame(at, NOON + dt.timedelta(minutes=minutes * at), picture, "" if picture else "Broken.")
        for at, picture in enumerate(pictures)
    ]


def planned(given: Sequence[Number], rule: Rule = Rule()) -> list[Verdict[int]]:  # noqa: B008
    by_key = {frame.key: frame for frame in given}
    ordered = in_order([(frame.key, frame.taken) for frame in given], rule)
    return list(plan((by_key[key] for key, _ in ordered), compare, rule))


def kept(verdicts: Sequence[Verdict[int]]) -> list[int]:
    return sorted(each.key for each in verdicts if each.fate is Fate.KEPT)


def test_the_first_of_a_still_stretch_stays() -> None:
    assert kept(planned(frames(10, 10, 10, 20, 20, 10))) == [0, 3, 5]


def test_or_the_last_one() -> None:
    assert kept(planned(frames(10, 10, 10, 20, 20, 10), Rule(Keep.LAST))) == [2, 4, 5]


@pytest.mark.parametrize("keep", list(Keep))
def test_a_slow_change_is_not_walked_through_in_small_steps(keep: Keep) -> None:
    """Every frame is like its neighbours; what goes is compared with what stays all the same."""
    verdicts = planned(frames(*(10 + at for at in range(9))), Rule(keep))
    assert kept(verdicts) == [0, 2, 4, 6, 8]
    stays = set(kept(verdicts))
    assert all(each.beside in stays for each in verdicts if each.fate is Fate.GOES)


def test_one_in_so_many_minutes_stays_even_if_nothing_moves() -> None:
    verdicts = planned(frames(*[10] * 9), Rule(every_minutes=15))
    assert kept(verdicts) == [0, 3, 6]
    assert [each.why for each in verdicts if each.fate is Fate.KEPT] == [
        Why.START,
        Why.EVERY,
        Why.EVERY,
    ]


def test_unreadable_frames_are_listed_and_never_compared_with() -> None:
    verdicts = planned(frames(None, 10, None, 10))
    assert [each.fate for each in verdicts] == [Fate.LISTED, Fate.KEPT, Fate.LISTED, Fate.GOES]
    assert "Broken." in verdicts[0].reason
    assert verdicts[3].beside == 1


def test_a_frame_of_another_shape_stays_and_is_compared_with_from_then_on() -> None:
    verdicts = planned(frames(10, 2000, 2000))
    assert [each.why for each in verdicts] == [Why.START, Why.OTHER_SHAPE, Why.STILL]


def test_a_frame_without_a_time_stays_and_comes_behind() -> None:
    timeless: Number = Frame(9, None, 10.0)
    verdicts = planned([timeless, *frames(10, 10)])
    assert verdicts[-1].key == 9
    assert verdicts[-1].why is Why.NO_TIME


def test_every_verdict_has_a_reason() -> None:
    assert all(each.reason for each in planned(frames(10, None, 10, 30, 2000)))


def test_a_plan_in_parts_is_the_plan_of_the_whole() -> None:
    whole = frames(10, 10, 30, 30, 11, 11, 11)
    first = list(plan(whole[:4], compare, Rule()))
    rest = list(plan(whole[4:], compare, Rule(), kept=whole[2]))
    assert [*first, *rest] == planned(whole)


@pytest.mark.parametrize("minutes", [0, -1, 20_000, float("nan")])
def test_a_rule_that_makes_no_sense_is_refused(minutes: float) -> None:
    with pytest.raises(ValueError, match="One frame can be kept"):
        Rule(every_minutes=minutes)
