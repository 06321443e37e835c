"""Two photos side by side: the percent with all that can be said of it, and where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image

from dedup import camera_settings, measuring
from dedup.core.camera_frames import FrameComparison, UnlikeFrames, compare
from dedup.core.camera_settings import FrameSettings
from dedup.core.differences import difference_picture
from dedup.core.features import FEATURES_VERSION, Features, light_records
from dedup.core.frame_words import kind_with_frames, with_frames
from dedup.core.geometry import Matrix
from dedup.core.local_features import LocalFeatures
from dedup.core.measure_words import measures_in_words
from dedup.core.measures import best_agreement
from dedup.core.scoring import Explanation, explain
from dedup.core.values import ENGINE_VERSION, Kind, Reason, Rgb
from dedup.models import PhotoFeatures
from dedup.originals import Originals
from gallery.core.pictures import Derivative, UnreadablePicture, encode
from gallery.decoding.decoder import DecoderFailed
from gallery.files import derivatives
from gallery.models import Photo

# Raised when the difference of the same photos is drawn in another way.
DRAWN_VERSION = 1
DIFFERENCE = Derivative("difference", 1024, 85)
# Small people are lost in the smallest copy.
LOOKED_AT = "preview"
# Fewer agreeing points may lie on one plane by chance.
FEWEST_INLIERS = 8

UNREADABLE = (UnreadablePicture, DecoderFailed, OSError, ValueError)


class CannotCompare(Exception):
    """One of the two cannot be read any more; the text names it and says why."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the second photo differs from the first."""

    percent: float
    kind: Kind
    reasons: tuple[Reason, ...]
    measures: tuple[tuple[str, str], ...]  # what was measured, in words
    frames: FrameComparison | None  # where both are of one fixed camera


class PhotoPair:
    """Two photos of one owner; each part is computed when it is first asked for."""

    def __init__(self, first: Photo, second: Photo) -> None:
        self.first = first
        self.second = second

    @property
    def version(self) -> str:
        """Names what is drawn of these two originals."""
        originals = f"{self.first.checksum[:16]}-{self.second.checksum[:16]}"
        drawn = f"{originals}-{FEATURES_VERSION}.{ENGINE_VERSION}.{DRAWN_VERSION}"
        settings = self._frame_settings
        return f"{drawn}-{settings.digest}.{settings.threshold_percent:g}" if settings else drawn

    def compared(self) -> Comparison:
        """Raises CannotCompare."""
        found = self._explained()
        frames = self.frames
        return Comparison(
            percent=found.percent,
            kind=kind_with_frames(found.kind, frames) if frames else found.kind,
            reasons=with_frames(found.reasons, frames) if frames else found.reasons,
            measures=measures_in_words(found.measures),
            frames=frames,
        )

    def difference(self) -> bytes:
        """A JPEG of what differs, drawn over the second photo. Raises CannotCompare."""
        drawn = difference_picture(
            self._picture(self.first),
            self._picture(self.second),
            self.frames.boxes if self.frames and self.frames.boxes else None,
            view=self._view(),
        )
        return encode(Image.fromarray(drawn), DIFFERENCE)

    @cached_property
    def frames(self) -> FrameComparison | None:
        """What the frame score says, if one fixed camera took both."""
        if self._frame_settings is None:
            return None
        try:
            return compare(
                self._picture(self.first), self._picture(self.second), self._frame_settings
            )
        except UnlikeFrames:
            return None

    @cached_property
    def _frame_settings(self) -> FrameSettings | None:
        """Those of the one fixed camera that took both, if one did."""
        camera = self.first.camera
        if camera is None or not camera.prefix or camera.pk != self.second.camera_id:
            return None
        rules = camera_settings.rules_for(camera)
        return camera_settings.settings_for_pair(
            rules, self.first.taken_local, self.second.taken_local
        )

    def _explained(self) -> Explanation:
        originals = Originals([self.first.pk, self.second.pk])
        ids = (self.first.pk, self.second.pk)

        def same_pixels(one: int, other: int, *, copies_are_equal: bool) -> bool:
            return originals.are_equal(ids[one], ids[other], copies_are_equal=copies_are_equal)

        same_camera = self.first.camera_id is not None
        return explain(
            *self._features,
            same_pixels=same_pixels,
            same_camera=same_camera and self.first.camera_id == self.second.camera_id,
        )

    @cached_property
    def _features(self) -> tuple[Features, Features]:
        return _features_of(self.first), _features_of(self.second)

    def _view(self) -> Matrix | None:
        """Where the first photo lies in the second, in shares of both, if points tell."""
        first, second = (each.local for each in self._features)
        found = best_agreement(first, second)
        if found.homography is None or found.inliers < FEWEST_INLIERS:
            return None
        view = _in_shares(found.homography, first, second)
        return _MIRROR @ view if found.mirrored else view

    def _picture(self, photo: Photo) -> Rgb:
        try:
            return derivatives.read_rgb(photo, LOOKED_AT)
        except UNREADABLE as error:
            raise _cannot(photo, error) from error


_MIRROR = np.array([[-1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])


def _in_shares(homography: Matrix, first: LocalFeatures, second: LocalFeatures) -> Matrix:
    from_shares = np.diag([float(first.width), float(first.height), 1.0])
    to_shares = np.diag([1.0 / second.width, 1.0 / second.height, 1.0])
    return to_shares @ homography @ from_shares


def _features_of(photo: Photo) -> Features:
    """The stored ones, or else measured for this once."""
    try:
        stored = PhotoFeatures.objects.filter(photo=photo, version=FEATURES_VERSION)
        data = stored.values_list("light", flat=True).first()
        light = light_records([bytes(data)]) if data else measuring.measure(photo)
        local = measuring.local_features_of([photo.pk], needed=photo.pk)[photo.pk]
        return Features(light, LocalFeatures.from_bytes(local))
    except UNREADABLE as error:
        raise _cannot(photo, error) from error


def _cannot(photo: Photo, error: Exception) -> CannotCompare:
    return CannotCompare(f"{photo.file_name} cannot be compared: {measuring.reason(photo, error)}")
