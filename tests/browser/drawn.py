"""The photos of the browser tests: some bursts, and some photos that stand alone."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from tests.pictures import blurred, scene, shifted, with_exif, with_grain

SIZE = (720, 540)


def write_library(folder: Path, *, bursts: int = 3, singles: int = 2) -> None:
    """Write bursts of three photos a second apart, and photos hours away from all others."""
    folder.mkdir(parents=True)
    for number in range(bursts):
        for index, image in enumerate(burst(number)):
            taken = f"2024:05:{10 + number} 10:00:0{index}"
            write_photo(folder / f"burst{number}_{index}.jpg", image, taken)
    for number in range(singles):
        image = scene(900 + number, SIZE)
        write_photo(folder / f"alone{number}.jpg", image, f"2024:04:01 {8 + number}:00:00")


def burst(seed: int) -> list[Image.Image]:
    """Three shots of one scene: the camera moved a little, and the last is not sharp."""
    first = scene(100 + seed, SIZE)
    return [
        first,
        with_grain(shifted(first, 5, 2), seed + 1),
        blurred(with_grain(shifted(first, 3), seed + 2), 4),
    ]


def write_photo(path: Path, image: Image.Image, taken: str) -> Path:
    path.write_bytes(with_exif(image, taken=taken, make="Drawn", model="Drawn 12"))
    return path
