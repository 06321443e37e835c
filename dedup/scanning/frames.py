"""Frames of a fixed camera: which of a group show more than other light, and so stay.

To the eye of the engine two frames of one camera are alike whatever drives through them. The
frame score looks for the small thing that moved; only the pairs with a cover are asked for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dedup.core.camera_frames import compare_prepared, prepare
from dedup.core.camera_prepared import FrameSettings, PreparedFrame, UnlikeFrames
from dedup.core.values import Group
from gallery.core.pictures import UnreadablePicture
from gallery.files import derivatives
from gallery.models import Camera, Photo

# Small people are lost in the smallest copy.
SIZE = "preview"
NOT_COMPARED = "Keep: this frame could not be compared with the cover."
# Below even odds a frame is not called redundant.
REDUNDANT_PERCENT = 50.0


def worth_keeping(
    groups: Iterable[Group], cameras: dict[int, int | None], on_frame: Callable[[], None]
) -> dict[int, str]:
    """Frames that differ from their cover by more than light: photo id to the reason.

    ``cameras`` is the camera of each photo; ``on_frame`` is called between any two frames.
    """
    fixed = set(Camera.objects.exclude(prefix="").values_list("pk", flat=True))
    found: dict[int, str] = {}
    for group in groups:
        camera = cameras[group.cover]
        ids = [member.photo_id for member in group.members]
        if camera in fixed and all(cameras[photo_id] == camera for photo_id in ids):
            found |= _moved(group.cover, ids, on_frame)
    return found


def _moved(cover_id: int, ids: list[int], on_frame: Callable[[], None]) -> dict[int, str]:
    photos = Photo.objects.in_bulk([cover_id, *ids])
    cover = _prepared(photos.get(cover_id))
    found = {}
    for photo_id in ids:
        on_frame()
        if reason := _why_kept(cover, _prepared(photos.get(photo_id))):
            found[photo_id] = reason
    return found


def _why_kept(cover: PreparedFrame | None, frame: PreparedFrame | None) -> str:
    if cover is None or frame is None:
        return NOT_COMPARED
    try:
        compared = compare_prepared(cover, frame)
    except UnlikeFrames:
        return NOT_COMPARED
    if compared.redundant_percent >= REDUNDANT_PERCENT:
        return ""
    what = compared.reasons[0].sentence if compared.reasons else "it differs from the cover"
    return f"Keep: {what}."


def _prepared(photo: Photo | None) -> PreparedFrame | None:
    if photo is None:
        return None
    try:
        return prepare(derivatives.read_rgb(photo, SIZE), FrameSettings())
    except (UnreadablePicture, OSError):
        return None
