"""The scores of a camera's frames around a line."""

from dedup.core.frame_scores import FrameScore, histogram, sides, telling


def score(percent: float, later: int = 0, **fields: object) -> FrameScore:
    values = {"outcome": "moved", "light_ev": 0.0, "is_day": True} | fields
    return FrameScore(percent=percent, earlier=1000, later=later, **values)  # type: ignore[arg-type]


SCORES = [score(percent, later) for later, percent in enumerate((0, 5, 40, 49.5, 50, 70, 100))]


def test_every_score_is_in_one_bar() -> None:
    bars = histogram(SCORES)
    assert sum(bar.count for bar in bars) == len(SCORES)
    assert bars[-1].count == 1 and bars[-1].last == 100


def test_no_scores_make_an_empty_drawing() -> None:
    assert all(bar.height == 0 for bar in histogram([]))


def test_the_examples_of_each_side_are_the_nearest_to_the_line() -> None:
    found = sides(SCORES, line=50, saved=50)
    assert [each.percent for each in found.examples_changed] == [49.5, 40, 5]
    assert [each.percent for each in found.examples_redundant] == [50, 70, 100]
    assert (found.changed, found.redundant) == (4, 3)
    assert (found.become_changed, found.become_redundant) == (0, 0)


def test_a_line_that_moved_says_how_many_change_sides() -> None:
    assert sides(SCORES, line=60, saved=50).become_changed == 1
    assert sides(SCORES, line=40, saved=50).become_redundant == 2


def test_telling_pairs_are_each_named_once_and_say_why() -> None:
    scores = [
        *SCORES,
        score(90, 20, outcome="only_light", light_ev=-1.2),
        score(95, 21, outcome="only_light", light_ev=0.1),
        score(1, 22, is_day=False),
    ]
    found = telling(scores, line=50)
    laters = [each.later for _, each in found]
    assert len(laters) == len(set(laters))
    whys = {each.later: why for why, each in found}
    assert whys[20] == "only light"
    assert whys[4] == "near the line"
    assert whys[22] == "by night"
