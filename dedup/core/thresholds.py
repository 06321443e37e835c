"""What a threshold promises, in words: precision and recall measured on judged pairs."""

from __future__ import annotations

from dataclasses import dataclass

from dedup.core.fusion import coefficients

# Of a few hundred judged pairs none was wrong: that is no promise of more than 99 in 100.
MOST_PROMISED = 99
# With the places that a page fills in while a person moves the slider.
SENTENCE = (
    "At {percent} %, {right} of 100 are the same scene, and {found} of 100 similar pairs are found."
)
ONLY_IDENTICAL = "At 100 %, only identical pictures are found."


@dataclass(frozen=True, slots=True)
class Promise:
    right: int  # of 100 pairs from a percentage on, so many are one scene
    found: int  # of 100 pairs of one scene, so many are among them


def promise_at(threshold: float) -> Promise:
    """Rounded down, and never more than was measured."""
    curve = coefficients().curve
    known = [point for point in curve if point[0] <= threshold]
    _, precision, recall = known[-1] if known else curve[0]
    return Promise(
        right=min(MOST_PROMISED, _of_100(precision)), found=min(MOST_PROMISED, _of_100(recall))
    )


def describe_threshold(threshold: float) -> str:
    """As "At 70 %, 99 of 100 are the same scene, and 91 of 100 similar pairs are found."."""
    if threshold >= 100:
        return ONLY_IDENTICAL
    promise = promise_at(threshold)
    return SENTENCE.format(percent=f"{threshold:g}", right=promise.right, found=promise.found)


def _of_100(share: float) -> int:
    return int(share * 100 + 1e-9)
