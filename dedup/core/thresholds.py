"""What a threshold promises, in words: the precision measured on judged pairs."""

from __future__ import annotations

from dedup.core.fusion import coefficients

# Of a few hundred judged pairs none was wrong: that is no promise of more than 99 in 100.
MOST_PROMISED = 99


def precision_at(threshold: float) -> float:
    """The measured share of one scene among pairs from this percent on, 0..1."""
    known = [share for percent, share in coefficients().precision if percent <= threshold]
    return known[-1] if known else coefficients().precision[0][1]


def describe_threshold(threshold: float) -> str:
    """As "at 70 %, 99 of 100 are the same scene"; never promises more than was measured."""
    if threshold >= 100:
        return "At 100 %, only identical pictures."
    lowest = coefficients().precision[0][0]
    if threshold < lowest:
        return f"Below {lowest:.0f} %, most are different scenes."
    share = min(MOST_PROMISED, int(precision_at(threshold) * 100))
    return f"At {threshold:.0f} %, {share} of 100 are the same scene."
