from __future__ import annotations

import pytest

from gallery.core import sizes


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1024, "1.0 kB"),
        (9_940, "9.9 kB"),
        (9_960, "10 kB"),
        (999_400, "999 kB"),
        (999_600, "1.0 MB"),
        (300_000_000, "300 MB"),
        (64_000_000_000, "64 GB"),
        (5 * 10**15, "5000 TB"),
    ],
)
def test_sizes_are_decimal_and_short(count: int, words: str) -> None:
    assert sizes.in_words(count) == words
