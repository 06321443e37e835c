"""Whether two originals show the same pixels: proved by decoding them, once each, when asked.

To decode every original in full at import would double its time, and almost no photo has a twin.
"""

from __future__ import annotations

from collections.abc import Sequence

from dedup.core.features import FEATURES_VERSION
from dedup.core.identity import Original
from dedup.models import PhotoFeatures
from gallery.core.batches import batches
from gallery.core.pictures import UnreadablePicture
from gallery.decoding.decoder import DecoderFailed, decoder
from gallery.files import originals
from gallery.models import Photo


class Originals:
    """The originals of some photos; nothing is read before the first question."""

    def __init__(self, photo_ids: Sequence[int]) -> None:
        self._ids = photo_ids
        self._facts: dict[int, Original] | None = None
        self._digests: dict[int, bytes] = {}

    def are_equal(self, one: int, other: int, *, copies_are_equal: bool) -> bool:
        """False where an original cannot be read any more: nothing is claimed of it."""
        first, second = self._fact(one), self._fact(other)
        if first is None or second is None:
            return False
        if not first.may_equal(second, copies_are_equal=copies_are_equal):
            return False
        digest = self._digest(one)
        return digest != b"" and digest == self._digest(other)

    def _fact(self, photo_id: int) -> Original | None:
        if self._facts is None:
            self._facts = {
                row[0]: Original(row[1], row[2], row[3], row[4] or 1)
                for some in batches(self._ids)
                for row in Photo.objects.filter(pk__in=some).values_list(
                    "pk", "width", "height", "format", "facts__orientation"
                )
            }
        return self._facts.get(photo_id)

    def _digest(self, photo_id: int) -> bytes:
        if photo_id not in self._digests:
            self._digests[photo_id] = _stored(photo_id) or _decoded(photo_id)
        return self._digests[photo_id]


def _stored(photo_id: int) -> bytes:
    rows = PhotoFeatures.objects.filter(photo=photo_id, version=FEATURES_VERSION)
    return bytes(rows.values_list("pixels", flat=True).first() or b"")


def _decoded(photo_id: int) -> bytes:
    """Empty where the original is lost or damaged."""
    try:
        photo = Photo.objects.only("pk", "checksum").get(pk=photo_id)
        with originals.local_copy(photo) as path:
            digest = decoder().pixel_digest(path)
    except (Photo.DoesNotExist, UnreadablePicture, DecoderFailed, OSError):
        return b""
    PhotoFeatures.objects.filter(photo=photo_id).update(pixels=digest)
    return digest
