"""What kind of pair it is, and why it got its percent, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from dedup.core.measures import MEASURES, column
from dedup.core.values import Codes, Flags, Floats, Kind, Reason

# Below these nobody sees a difference.
SEEN_STEPS = 0.3
SEEN_SHIFT = 0.02
SEEN_ZOOM = 1.03
SEEN_TURN = 1.0
SEEN_SHARPNESS = 0.08
# A small shift moves all of the frame; beyond this it is a view from elsewhere.
FARTHEST_SHIFT = 0.3
# A turn by hand against a turn of the picture.
TURNED = 45.0
# What changed of the evened frames: less is noise, more is another view.
SEEN_CHANGE, LARGEST_CHANGE = 0.02, 0.35
STEADY_SHIFT, STEADY_TURN, STEADY_STEPS = 0.1, 3.0, 1.5
LEAST_OVERLAP = 0.5
COPY_GRAY, COPY_COSINE = 0.99, 0.97
SAME_FRAME_GRAY = 0.9


def kinds(measures: Floats, percent: Floats, same_camera: Flags | None = None) -> Codes:
    """One Kind for each pair: the first that fits."""
    steps = np.abs(column(measures, "exposure_ev"))
    gray = column(measures, "gray")
    fixed = np.ones(len(percent), dtype=bool) if same_camera is None else same_camera
    copy = (gray >= COPY_GRAY) & (column(measures, "cosine") >= COPY_COSINE)
    tests = [
        (percent >= 100, Kind.IDENTICAL),
        (percent < 50, Kind.DIFFERENT),
        (is_turned_picture(measures), Kind.SAME_PICTURE),
        (copy & (steps < SEEN_STEPS), Kind.SAME_PICTURE),
        (is_shifted(measures), Kind.SHIFTED),
        (is_moved({name: column(measures, name) for name in MEASURES}), Kind.MOVED),
        (steps >= SEEN_STEPS, Kind.EXPOSURE),
        ((gray >= SAME_FRAME_GRAY) & fixed, Kind.LIGHT),
    ]
    return np.select(
        [fits for fits, _ in tests], [int(kind) for _, kind in tests], int(Kind.SCENE)
    ).astype(np.uint8)


def is_turned_picture(measures: Floats) -> Flags:
    """Mirrored, or turned by about a quarter or half: an edit, not another shot."""
    turned = np.abs(column(measures, "turn")) >= TURNED
    whole = column(measures, "overlap") >= 0.9
    found: Flags = whole & ((column(measures, "mirrored") == 1) | turned)
    return found


def is_shifted(measures: Floats) -> Flags:
    """The view moved, zoomed or tilted a little."""
    farthest = np.fmax(np.abs(column(measures, "right")), np.abs(column(measures, "down")))
    turn, zoom = np.abs(column(measures, "turn")), column(measures, "zoom")
    zoom = np.maximum(zoom, 1 / np.maximum(zoom, 1e-3))
    moved = (farthest >= SEEN_SHIFT) | (turn >= SEEN_TURN) | (zoom >= SEEN_ZOOM)
    found: Flags = moved & (farthest <= FARTHEST_SHIFT)
    return found


def reasons(measures: Floats, percent: float) -> tuple[Reason, ...]:
    """For one pair (a row of measures), the most telling first. Never empty."""
    if percent >= 100:
        return (Reason("identical", "Identical picture"),)
    if percent < 50:
        return (Reason("different", "Different scenes"),)
    row = dict(zip(MEASURES, measures.astype(float).tolist(), strict=True))
    told = list(_told(row))
    if is_turned_picture(measures):
        return (_turned_picture(row), *(_alone(each) for each in told))
    told = [*_view(row), *told]
    if not told:
        return (_unchanged(row),)
    first = Reason(told[0].code, f"Same scene, {told[0].sentence}")
    return (first, *(_alone(each) for each in told[1:]))


def _alone(reason: Reason) -> Reason:
    return Reason(reason.code, reason.sentence[0].upper() + reason.sentence[1:])


def _told(row: dict[str, float]) -> Iterator[Reason]:
    """What differs besides the view. NaN compares as false: what is not known is not said."""
    steps = row["exposure_ev"]
    if abs(steps) >= SEEN_STEPS:
        yield Reason("exposure", f"{abs(steps):.1f} EV {'brighter' if steps > 0 else 'darker'}")
    if abs(row["sharpness"]) >= SEEN_SHARPNESS:
        yield Reason("sharpness", f"clearly {'sharper' if row['sharpness'] > 0 else 'softer'}")
    if is_moved(row):
        place = where(row["changed_right"], row["changed_down"])
        yield Reason("moved", "something moved" + place)


def is_moved(row: Mapping[str, Any]) -> Any:
    """Something in the frame, not the frame: from elsewhere all that is near seems to move."""
    steady = (np.abs(row["turn"]) < STEADY_TURN) & (np.abs(row["exposure_ev"]) < STEADY_STEPS)
    for name in ("right", "down"):
        steady &= np.abs(row[name]) < STEADY_SHIFT
    changed = row["changed"]
    return steady & (changed >= SEEN_CHANGE) & (changed <= LARGEST_CHANGE)


def _unchanged(row: dict[str, float]) -> Reason:
    if row["gray"] >= COPY_GRAY and row["cosine"] >= COPY_COSINE:
        return Reason("copy", "Same picture, at most resized or compressed again")
    if row["gray"] >= SAME_FRAME_GRAY:
        return Reason("light", "Same view, only light or details differ")
    return Reason("scene", "Same scene")


def _turned_picture(row: dict[str, float]) -> Reason:
    if row["mirrored"]:
        return Reason("mirrored", "Same picture, mirrored")
    return Reason("turned", f"Same picture, turned by {abs(row['turn']):.0f}°")


def _view(row: dict[str, float]) -> Iterator[Reason]:
    moves = [abs(row[name]) for name in ("right", "down")]
    farthest = max((move for move in moves if not math.isnan(move)), default=0.0)
    if farthest > FARTHEST_SHIFT or 0 <= row["overlap"] < LEAST_OVERLAP:
        yield Reason("elsewhere", "another part of it or from elsewhere")
        return
    if farthest >= SEEN_SHIFT:
        yield Reason("shifted", f"shifted {farthest * 100:.0f} %{_direction(row)}")
    zoom = max(row["zoom"], 1 / row["zoom"]) if row["zoom"] > 0 else 1.0
    if zoom >= SEEN_ZOOM:
        word = "closer" if row["zoom"] > 1 else "wider"
        yield Reason("zoomed", f"{(zoom - 1) * 100:.0f} % {word}")
    if abs(row["turn"]) >= SEEN_TURN:
        yield Reason("tilted", f"tilted {abs(row['turn']):.0f}°")


def _direction(row: dict[str, float]) -> str:
    right, down = row["right"], row["down"]
    if abs(right) >= abs(down):
        return " to the right" if right > 0 else " to the left"
    return " down" if down > 0 else " up"


def where(across: float, along: float) -> str:
    """A place in shares of the frame's edges, to be added to a sentence; NaN gives nothing."""
    if across != across:
        return ""
    side = ("left", "middle", "right")[min(2, int(across * 3))]
    height = ("top", "middle", "bottom")[min(2, int(along * 3))]
    if side == height:
        return ", in the middle"
    return ", " + " ".join(word for word in (height, side) if word != "middle")
