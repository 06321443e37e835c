"""What the frame score says of two frames of one camera, among the reasons of the pair."""

from __future__ import annotations

from dedup.core.camera_frames import FrameComparison, Outcome
from dedup.core.reasons import where
from dedup.core.values import Kind, Reason

# The frame score looks at the place and the light of every thing: where it has spoken, the words
# that the small frames gave for the same are left out.
SAID_BY_FRAMES = frozenset({"moved", "light", "exposure", "scene", "copy"})


def with_frames(reasons: tuple[Reason, ...], frames: FrameComparison) -> tuple[Reason, ...]:
    """The reasons of a pair that one fixed camera took, the most telling first."""
    if any(reason.code == "identical" for reason in reasons):
        return reasons
    told = tuple(
        Reason(reason.code, _sentence(reason, frames, is_first=place == 0))
        for place, reason in enumerate(frames.reasons)
    )
    if frames.outcome is Outcome.ANOTHER_VIEW:
        return (*told, *reasons)
    return (*told, *(reason for reason in reasons if reason.code not in SAID_BY_FRAMES))


def kind_with_frames(kind: Kind, frames: FrameComparison) -> Kind:
    """The kind of the pair, where the small frames saw no movement or a false one."""
    if kind in (Kind.IDENTICAL, Kind.DIFFERENT) or frames.outcome is Outcome.ANOTHER_VIEW:
        return kind
    return Kind.MOVED if frames.outcome is Outcome.MOVED else Kind.LIGHT


def _sentence(reason: Reason, frames: FrameComparison, *, is_first: bool) -> str:
    words = reason.sentence
    if is_first and frames.outcome is Outcome.MOVED and frames.boxes:
        largest = frames.boxes[0]
        words += where(largest.left + largest.width / 2, largest.top + largest.height / 2)
    if is_first:
        return f"Same fixed camera: {words}"
    return words[0].upper() + words[1:]
