"""Any file name gives dates inside the accepted years, or none; and never an error."""

from __future__ import annotations

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from gallery.core import cameras, filenames
from gallery.core.filename_patterns import PATTERNS
from gallery.dating import columns
from tests.gallery.core.sound import NOW, assert_camera_sound, assert_candidates_sound

EXAMPLES = [example for pattern in PATTERNS for example in pattern.examples]
texts = st.text(st.characters(exclude_categories=[]), max_size=120)


def check(name: str) -> None:
    assert_candidates_sound(filenames.read(name, now=NOW))
    assert_camera_sound(cameras.identify(None, name))
    series = columns.series_of(name)
    assert series["series_number"] is None or 0 <= series["series_number"] < 2**31


@settings(max_examples=200, deadline=None)
@given(texts)
@example("\udcff_00_20210101123045.jpg")
@example("\udcff_01_20190319093422939_TIMING.jpg")
@example("\0_00_20210101123045.jpg")
@example("a" * 240 + "_00_20210101123045.jpg")
@example("IMG_" + "9" * 200 + ".jpg")
def test_any_text_is_a_name(name: str) -> None:
    check(name)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(EXAMPLES), st.randoms(use_true_random=False))
def test_a_name_of_a_known_form_with_other_digits(name: str, random: object) -> None:
    choice = random.choice  # type: ignore[attr-defined]
    check(re.sub(r"\d", lambda _: choice("0123456789"), name))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(EXAMPLES), texts, texts, st.integers(0, 60))
def test_a_name_of_a_known_form_with_more_around_and_within(
    name: str, before: str, after: str, place: int
) -> None:
    check(before + name + after)
    check(name[:place] + before + name[place:])


@settings(max_examples=100, deadline=None)
@given(st.text("0123456789_-. ()/", max_size=200))
def test_a_name_of_digits_and_marks(name: str) -> None:
    check(name)
