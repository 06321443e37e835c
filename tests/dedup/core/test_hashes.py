"""The hashes are imagehash's, pinned by known answers so that no upgrade moves them silently."""

import imagehash
import numpy as np
import pytest
from PIL import Image

from dedup.core.hashes import SIDES, distances, hashes
from dedup.core.values import Rgb


def waves(width: int, height: int) -> np.ndarray:
    """The same pixels on every machine: no random numbers, no drawing library."""
    y, x = np.mgrid[0:height, 0:width]
    red = 128 + 80 * np.sin(x / 17) + 40 * np.cos(y / 11)
    green = 128 + 60 * np.sin((x + 2 * y) / 23)
    blue = (x * 3 + y * 5) % 256
    pixels: Rgb = np.clip(np.stack([red, green, blue], axis=2), 0, 255).astype(np.uint8)
    return pixels


KNOWN = {
    (320, 240): {
        "phash64": "fc26ac07ac07acf8",
        "dhash64": "26e43164bc26ac31",
        "phash256": "fc0004ffac5404ffac5407ffac54f882525c90ff55aafb0251a8fb0a53a8fb2a",
        "dhash256": "8e371c3c3c38e4718ee38e1d1e38dc70c8e187118e3b1c383870c6718e638e1c",
    },
    (481, 333): {
        "phash64": "abaa0baa2baa2baa",
        "dhash64": "5155555555555551",
        "phash256": "ab85fe052b65fe112b65fe052b45fe052b45fe00d4a201ffd4a5010fd45a41ff",
        "dhash256": "39e73316c331987331a6b3398e331967331ac3339a633186f3399e3339e6331a",
    },
}


@pytest.mark.parametrize("size", KNOWN)
def test_hashes_have_their_known_answers(size: tuple[int, int]) -> None:
    found = {name: bits.tobytes().hex() for name, bits in hashes(waves(*size)).items()}
    assert found == KNOWN[size]


def test_hashes_are_those_of_imagehash() -> None:
    picture = waves(200, 150)
    image = Image.fromarray(picture)
    found = hashes(picture)
    assert found["phash64"].tobytes().hex() == str(imagehash.phash(image))
    assert found["dhash64"].tobytes().hex() == str(imagehash.dhash(image))
    assert found["phash256"].tobytes().hex() == str(imagehash.phash(image, 16))
    assert found["dhash256"].tobytes().hex() == str(imagehash.dhash(image, 16))


@pytest.mark.parametrize("name", SIDES)
def test_distances_count_the_differing_bits(name: str) -> None:
    bits = SIDES[name] ** 2
    random = np.random.default_rng(0)
    left, right = random.integers(0, 256, (2, 50, bits // 8), dtype=np.uint8)
    counted = (np.unpackbits(left, axis=1) != np.unpackbits(right, axis=1)).sum(axis=1)
    assert (distances(left, right) == counted).all()
