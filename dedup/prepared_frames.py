"""Frames made ready for the frame score, the last few kept: only what changed is done again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TypeAlias

from dedup.core.camera_frames import PreparedFrame, prepare
from dedup.core.camera_prepared import with_settings
from dedup.core.camera_settings import FrameSettings
from gallery.core.pictures import UnreadablePicture
from gallery.decoding.decoder import DecoderFailed
from gallery.files import derivatives
from gallery.models import Photo

# Small people are lost in the smallest copy.
SIZE = "preview"
UNREADABLE = (UnreadablePicture, DecoderFailed, OSError)

Key: TypeAlias = tuple[str, tuple[int, ...]]


class PreparedFrames:
    """Up to so many frames, each up to 12 MB; may be shared by threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Key, PreparedFrame] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, photo: Photo, settings: FrameSettings) -> PreparedFrame:
        """The frame under these settings; its picture is read again only for another blur.

        Raises one of UNREADABLE.
        """
        key = (photo.checksum, settings.blur_radii)
        with self._lock:
            frame = self._kept.get(key)
        if frame is None:
            frame = prepare(derivatives.read_rgb(photo, SIZE), settings)
        elif frame.settings != settings:
            frame = with_settings(frame, settings)
        self._keep(key, frame)
        return frame

    def _keep(self, key: Key, frame: PreparedFrame) -> None:
        with self._lock:
            self._kept[key] = frame
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
