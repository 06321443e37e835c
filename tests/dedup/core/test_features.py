"""What is measured survives being stored, fits the promised size, and never crashes."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from dedup.core.features import (
    LIGHT,
    MOST_BYTES,
    Features,
    StaleFeatures,
    light_records,
    measure,
)
from tests.pictures import scene

STRANGE = {
    "1x1": np.zeros((1, 1, 3), np.uint8),
    "1 x 20000": np.zeros((20000, 1, 3), np.uint8),
    "20000 x 1": np.full((1, 20000, 3), 200, np.uint8),
    "all black": np.zeros((360, 480, 3), np.uint8),
    "all white": np.full((360, 480, 3), 255, np.uint8),
    "noise": np.random.default_rng(0).integers(0, 256, (360, 480, 3), dtype=np.uint8),
    "checkered": (np.indices((360, 480)).sum(axis=0) // 4 % 2 * 255)[..., None]
    .repeat(3, axis=2)
    .astype(np.uint8),
    "turned memory": np.asarray(scene(1))[::-1, ::-1].transpose(1, 0, 2),
    "read only": np.asarray(scene(2)),
}


@pytest.mark.parametrize("picture", STRANGE.values(), ids=STRANGE.keys())
def test_any_picture_is_measured_within_the_size_and_comes_back(picture: np.ndarray) -> None:
    found = measure(picture)
    stored = found.to_bytes()
    assert len(stored) <= MOST_BYTES
    assert stored == found.light_bytes() + found.local_bytes()
    again = Features.from_bytes(stored)
    assert again.light == found.light
    assert again.to_bytes() == stored
    assert np.isfinite(dataclasses.astuple(found.quality)).all()


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(np.zeros((4, 4), np.uint8), id="grey"),
        pytest.param(np.zeros((4, 4, 4), np.uint8), id="with alpha"),
        pytest.param(np.zeros((4, 4, 3), np.uint16), id="16 bit"),
        pytest.param(np.zeros((0, 4, 3), np.uint8), id="empty"),
    ],
)
def test_what_is_no_rgb_picture_is_refused_in_words(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="RGB bytes of shape"):
        measure(wrong)


def test_measuring_twice_gives_the_same_bytes() -> None:
    picture = np.asarray(scene(3))
    assert measure(picture).to_bytes() == measure(picture.copy()).to_bytes()


def test_a_light_block_has_one_layout_for_all() -> None:
    stored = [measure(np.asarray(scene(seed))).light_bytes() for seed in (1, 2)]
    records = light_records(stored)
    assert records.dtype == LIGHT
    assert len(records) == 2


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda stored: stored[:-1], id="cut short"),
        pytest.param(lambda stored: b"CSF0" + stored[4:], id="other layout"),
        pytest.param(lambda stored: stored[:4] + b"\xff\xff" + stored[6:], id="other version"),
        pytest.param(lambda stored: b"", id="empty"),
    ],
)
def test_features_of_another_version_are_refused(spoil: Callable[[bytes], bytes]) -> None:
    stored = measure(np.asarray(scene(1))).light_bytes()
    with pytest.raises(StaleFeatures):
        light_records([stored, spoil(stored)])


def test_local_features_that_are_cut_short_are_refused() -> None:
    stored = measure(np.asarray(scene(1))).to_bytes()
    for cut in (1, 100, len(stored) - LIGHT.itemsize - 2):
        with pytest.raises(ValueError, match="local features"):
            Features.from_bytes(stored[:-cut])


def test_the_digest_tells_pictures_apart_and_knows_equal_ones() -> None:
    picture = np.asarray(scene(1))
    other = picture.copy()
    other[5, 5, 0] ^= 1
    digests = [measure(each).light["pixels"].tobytes() for each in (picture, picture, other)]
    assert digests[0] == digests[1] != digests[2]
