"""Frames of a fixed camera: which of a group show more than other light, and so stay.

To the eye of the engine two frames of one camera are alike whatever drives through them. The
frame score looks for the small thing that moved; only the pairs with a cover are asked for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dedup import camera_settings
from dedup.core.camera_frames import UnlikeFrames, compare_prepared
from dedup.core.camera_settings import CameraRules
from dedup.core.values import Group
from dedup.prepared_frames import UNREADABLE, PreparedFrames
from gallery.models import Camera, Photo

NOT_COMPARED = "Keep: this frame could not be compared with the cover."


def worth_keeping(
    groups: Iterable[Group], cameras: dict[int, int | None], on_frame: Callable[[], None]
) -> dict[int, str]:
    """Frames that differ from their cover by more than light: photo id to the reason.

    ``cameras`` is the camera of each photo; ``on_frame`` is called between any two frames.
    """
    fixed = fixed_cameras()
    rules = camera_settings.rules_of(fixed)
    found: dict[int, str] = {}
    for group in groups:
        camera = cameras[group.cover]
        ids = [member.photo_id for member in group.members]
        if camera in fixed and all(cameras[photo_id] == camera for photo_id in ids):
            found |= _moved(group.cover, ids, rules[camera], on_frame)
    return found


def fixed_cameras() -> frozenset[int]:
    return frozenset(Camera.objects.exclude(prefix="").values_list("pk", flat=True))


def _moved(
    cover_id: int, ids: list[int], rules: CameraRules, on_frame: Callable[[], None]
) -> dict[int, str]:
    photos = Photo.objects.in_bulk([cover_id, *ids])
    frames = PreparedFrames(2)  # the cover, and the frame beside it
    found = {}
    for photo_id in ids:
        on_frame()
        cover, photo = photos.get(cover_id), photos.get(photo_id)
        if reason := _why_kept(cover, photo, rules, frames):
            found[photo_id] = reason
    return found


def _why_kept(
    cover: Photo | None, photo: Photo | None, rules: CameraRules, frames: PreparedFrames
) -> str:
    if cover is None or photo is None:
        return NOT_COMPARED
    settings = camera_settings.settings_for_pair(rules, cover.taken_local, photo.taken_local)
    try:
        compared = compare_prepared(frames.get(cover, settings), frames.get(photo, settings))
    except (*UNREADABLE, UnlikeFrames):
        return NOT_COMPARED
    if compared.redundant_percent >= settings.threshold_percent:
        return ""
    what = compared.reasons[0].sentence if compared.reasons else "it differs from the cover"
    return f"Keep: {what}."
