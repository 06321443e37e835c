"""Frames of a fixed camera: which of a group show more than other light, and so stay.

To the eye of the engine two frames of one camera are alike whatever drives through them. The
frame score looks for the small thing that moved; only the pairs with a cover are asked for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dedup import camera_settings
from dedup.core.camera_frames import compare_prepared, prepare
from dedup.core.camera_prepared import PreparedFrame, UnlikeFrames
from dedup.core.camera_settings import CameraRules, FrameSettings
from dedup.core.values import Group
from gallery.core.pictures import UnreadablePicture
from gallery.files import derivatives
from gallery.models import Camera, Photo

# Small people are lost in the smallest copy.
SIZE = "preview"
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
    found = {}
    cover = _Cover(photos.get(cover_id))
    for photo_id in ids:
        on_frame()
        if reason := _why_kept(cover, photos.get(photo_id), rules):
            found[photo_id] = reason
    return found


class _Cover:
    """The cover of a group, prepared once for each of the settings that it is compared by."""

    def __init__(self, photo: Photo | None) -> None:
        self.photo = photo
        self._prepared: dict[FrameSettings, PreparedFrame | None] = {}

    def prepared(self, settings: FrameSettings) -> PreparedFrame | None:
        if settings not in self._prepared:
            self._prepared[settings] = _prepared(self.photo, settings)
        return self._prepared[settings]


def _why_kept(cover: _Cover, photo: Photo | None, rules: CameraRules) -> str:
    if cover.photo is None or photo is None:
        return NOT_COMPARED
    settings = camera_settings.settings_for_pair(rules, cover.photo.taken_local, photo.taken_local)
    first, second = cover.prepared(settings), _prepared(photo, settings)
    if first is None or second is None:
        return NOT_COMPARED
    try:
        compared = compare_prepared(first, second)
    except UnlikeFrames:
        return NOT_COMPARED
    if compared.redundant_percent >= settings.threshold_percent:
        return ""
    what = compared.reasons[0].sentence if compared.reasons else "it differs from the cover"
    return f"Keep: {what}."


def _prepared(photo: Photo | None, settings: FrameSettings) -> PreparedFrame | None:
    if photo is None:
        return None
    try:
        return prepare(derivatives.read_rgb(photo, SIZE), settings)
    except (UnreadablePicture, OSError):
        return None
