"""Where the frame score of a fixed camera has spoken, the reasons of the pair follow it."""

from dedup.core.camera_frames import FrameComparison, Outcome
from dedup.core.frame_words import kind_with_frames, with_frames
from dedup.core.frames import Box
from dedup.core.values import Kind, Reason

LIGHT = Reason("light", "the light differs: 0.4 EV darker")
GENERIC = (
    Reason("exposure", "Same scene, 0.4 EV darker"),
    Reason("sharpness", "Clearly softer"),
    Reason("moved", "Something moved, left"),
)


def frames(outcome: Outcome, *reasons: Reason, boxes: tuple[Box, ...] = ()) -> FrameComparison:
    return FrameComparison(outcome, 1.0, 10.0, boxes, -0.4, reasons)


def sentences(reasons: tuple[Reason, ...]) -> list[str]:
    return [reason.sentence for reason in reasons]


def test_what_moved_is_said_first_with_its_place_and_only_once() -> None:
    moved = Reason("moved", "something moved in 1 place, 0.3 % of the frame")
    found = frames(Outcome.MOVED, moved, LIGHT, boxes=(Box(0.8, 0.8, 0.1, 0.1),))
    assert sentences(with_frames(GENERIC, found)) == [
        "Same fixed camera: something moved in 1 place, 0.3 % of the frame, bottom right",
        "The light differs: 0.4 EV darker",
        "Clearly softer",
    ]


def test_only_light_overrules_a_movement_that_the_small_frames_thought_to_see() -> None:
    told = with_frames(GENERIC, frames(Outcome.ONLY_LIGHT, LIGHT))
    assert sentences(told)[0] == "Same fixed camera: the light differs: 0.4 EV darker"
    assert "moved" not in {reason.code for reason in told}


def test_a_camera_that_moved_leaves_the_reasons_of_the_views() -> None:
    moved = Reason("camera_moved", "the camera moved by 4.0 % of the frame")
    shifted = (Reason("shifted", "Same scene, shifted 4 % to the left"),)
    told = with_frames(shifted, frames(Outcome.ANOTHER_VIEW, moved))
    assert [reason.code for reason in told] == ["camera_moved", "shifted"]


def test_identical_frames_are_just_that() -> None:
    identical = (Reason("identical", "Identical picture"),)
    same = frames(Outcome.SAME, Reason("same", "nothing differs but noise"))
    assert with_frames(identical, same) == identical


def test_the_kind_follows_the_frames_too() -> None:
    moved, light = frames(Outcome.MOVED), frames(Outcome.ONLY_LIGHT)
    assert kind_with_frames(Kind.LIGHT, moved) == Kind.MOVED
    assert kind_with_frames(Kind.MOVED, light) == Kind.LIGHT
    assert kind_with_frames(Kind.IDENTICAL, moved) == Kind.IDENTICAL
    assert kind_with_frames(Kind.SHIFTED, frames(Outcome.ANOTHER_VIEW)) == Kind.SHIFTED
