"""Measure photos once: open the small copy, ask the core, store features or the reason why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from numpy.typing import NDArray

from dedup.core import features
from dedup.core.features import FEATURES_VERSION
from dedup.core.values import ENGINE_VERSION
from dedup.models import LocalFeatures, MeasureFailure, PairScore, PhotoFeatures
from gallery.core.batches import batches
from gallery.core.pictures import UnreadablePicture
from gallery.decoding.decoder import DecoderFailed
from gallery.files import derivatives, originals
from gallery.files.in_place import OriginalNotHere
from gallery.models import Photo, PhotoQuerySet

Light: TypeAlias = NDArray[Any]  # one record of dedup.core.features.LIGHT

# Of a stored score: other features or another engine would give another one.
SCORE_VERSION = FEATURES_VERSION * 1000 + ENGINE_VERSION

_NOTHING_TO_SEE = np.zeros((16, 16, 3), np.uint8)

ROWS_PER_STATEMENT = 100


@dataclass(frozen=True, slots=True)
class Measured:
    """What became of one photo: its light features, or why there are none."""

    photo_id: int
    light: Light | None  # one record
    reason: str = ""


def unmeasured(photos: PhotoQuerySet) -> PhotoQuerySet:
    """Photos that the current version has neither measured nor failed to measure."""
    current = {"photo": OuterRef("pk"), "version": FEATURES_VERSION}
    return photos.filter(
        ~Exists(PhotoFeatures.objects.filter(**current)),
        ~Exists(MeasureFailure.objects.filter(**current)),
    )


def measure(photo: Photo) -> Light:
    """Light features of a photo, from its small copy. Raises UnreadablePicture or OSError."""
    return features.measure_light(derivatives.read_rgb(photo, "grid"))


def local_features_of(photo_ids: Sequence[int], *, needed: int) -> dict[int, bytes]:
    """Stored local features of some photos; those of the needed one are measured if missing.

    They take as long as all the rest, and of a hundred photos only some are ever asked for them:
    so they are measured, once, when a pair stays undecided without them.
    """
    stored = LocalFeatures.objects.filter(photo__in=photo_ids).values_list("photo", "data")
    found = {photo_id: bytes(data) for photo_id, data in stored}
    if needed not in found:
        found[needed] = _measure_local(needed)
    return found


def _measure_local(photo_id: int) -> bytes:
    photo = Photo.objects.only("pk", "checksum", "file_name").get(pk=photo_id)
    try:
        data = features.measure_local(derivatives.read_rgb(photo, "grid")).to_bytes()
    except (UnreadablePicture, DecoderFailed, OSError):
        # Lost since it was measured: nothing speaks for its pairs, so none is called alike.
        return features.measure_local(_NOTHING_TO_SEE).to_bytes()
    LocalFeatures.objects.bulk_create(
        [LocalFeatures(photo_id=photo_id, data=data)],
        update_conflicts=True,
        unique_fields=["photo"],
        update_fields=["data"],
    )
    return data


def measure_all(photos: Iterable[Photo]) -> Iterator[Measured]:
    """One result for each photo, good or bad: one broken file does not stop the others."""
    for photo in photos:
        try:
            yield Measured(photo.pk, measure(photo))
        except (UnreadablePicture, DecoderFailed, OSError, ValueError) as error:
            yield Measured(photo.pk, None, f"{photo.file_name}: {reason(photo, error)}")


def reason(photo: Photo, error: Exception) -> str:
    """Why a photo could not be measured, for the person whose it is."""
    if isinstance(error, OriginalNotHere):
        return str(error)
    if not originals.exists(photo.checksum):
        return "its original is missing from the storage."
    return str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__


def store_all(results: Sequence[Measured]) -> None:
    """Store what was measured, in place of what an earlier version left. Safe to call twice.

    A photo that was deleted meanwhile is passed over.
    """
    there = set(
        Photo.objects.filter(pk__in=[result.photo_id for result in results]).values_list(
            "pk", flat=True
        )
    )
    good = [(r.photo_id, r.light) for r in results if r.light is not None and r.photo_id in there]
    bad = [r for r in results if r.light is None and r.photo_id in there]
    MeasureFailure.objects.filter(photo__in=[photo_id for photo_id, _ in good]).delete()
    PhotoFeatures.objects.filter(photo__in=[result.photo_id for result in bad]).delete()
    # Those of an earlier version; they are measured again when they are asked for.
    LocalFeatures.objects.filter(photo__in=[photo_id for photo_id, _ in good]).delete()
    _store_features(good)
    MeasureFailure.objects.bulk_create(
        [
            MeasureFailure(photo_id=r.photo_id, version=FEATURES_VERSION, reason=r.reason)
            for r in bad
        ],
        update_conflicts=True,
        unique_fields=["photo"],
        update_fields=["version", "reason"],
    )


def forget(photos: PhotoQuerySet) -> int:
    """Let the next scan measure these photos again, and compare them anew."""
    ids = list(photos.order_by("pk").values_list("pk", flat=True))
    with transaction.atomic():
        for some in batches(ids):
            for rows in (MeasureFailure.objects, LocalFeatures.objects, PhotoFeatures.objects):
                rows.filter(photo__in=some).delete()
            PairScore.objects.filter(Q(photo_a__in=some) | Q(photo_b__in=some)).delete()
    return len(ids)


def _store_features(measured: Sequence[tuple[int, Light]]) -> None:
    now = timezone.now()
    rows = []
    for photo_id, light in measured:
        quality = features.quality_in(light)
        rows.append(
            PhotoFeatures(
                photo_id=photo_id,
                version=FEATURES_VERSION,
                light=light.tobytes(),
                sharpness=quality.sharpness,
                clipping=quality.clipping,
                measured_at=now,
            )
        )
    PhotoFeatures.objects.bulk_create(
        rows,
        batch_size=ROWS_PER_STATEMENT,
        update_conflicts=True,
        unique_fields=["photo"],
        update_fields=["version", "light", "sharpness", "clipping", "pixels", "measured_at"],
    )
