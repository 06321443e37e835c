"""What was measured of a pair, as a table that a person can read."""

from __future__ import annotations

import math

import numpy as np

from dedup.core.hashes import SIDES
from dedup.core.measures import MEASURES
from dedup.core.values import Floats


def measures_in_words(measures: Floats) -> tuple[tuple[str, str], ...]:
    """Name and value of each measure that was taken (a row of measures)."""
    row = dict(zip(MEASURES, measures.astype(float).tolist(), strict=True))
    bits = float(np.mean([row[name] for name in SIDES]))
    told = [
        ("Content", f"{row['cosine'] * 100:.0f} of 100 alike to the network"),
        ("Hash bits that differ", f"{bits:.0%}"),
        ("Small frames, light evened", f"{max(0.0, row['gray']) * 100:.0f} of 100 alike"),
        ("Exposure", _signed(row["exposure_ev"], ".1f", " EV")),
        ("Sharpness", _signed(row["sharpness"] * 100, ".0f", " of 100")),
        ("Points found again", _points(row)),
        ("Seen by both", _share(row["overlap"])),
        ("Shift", _shift(row)),
        ("Turn", _signed(row["turn"], ".1f", "°")),
        ("Zoom", _zoom(row["zoom"])),
        ("Changed, view and light evened", _share(row["changed"])),
    ]
    return tuple((name, value) for name, value in told if value)


def _points(row: dict[str, float]) -> str:
    if math.isnan(row["votes"]):
        return ""
    mirrored = ", in a mirror" if row["mirrored"] == 1 else ""
    # Votes are weighed, so the points of one plane may be a few more.
    found = max(round(row["votes"]), round(row["inliers"]))
    return f"{found}, {row['inliers']:.0f} of them in one plane{mirrored}"


def _share(value: float) -> str:
    if math.isnan(value):
        return ""
    return f"{value:.1%}" if value < 0.1 else f"{value:.0%}"


def _shift(row: dict[str, float]) -> str:
    if math.isnan(row["right"]) or math.isnan(row["down"]):
        return ""
    right, down = (_signed(row[name] * 100, ".1f", " %") for name in ("right", "down"))
    return f"{right} to the right, {down} down"


def _zoom(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.2f}×"  # noqa: RUF001


def _signed(value: float, form: str, unit: str) -> str:
    """With its sign, but no "-0.0": what is shown as nothing has no direction."""
    if math.isnan(value):
        return ""
    size = f"{abs(value):{form}}"
    if float(size) == 0:
        return size + unit
    return f"{'+' if value > 0 else '−'}{size}{unit}"  # noqa: RUF001
