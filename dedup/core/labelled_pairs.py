"""Pairs that people have judged, and the engine's features and scores of them.

A pairs file has the columns image_a, image_b, similar (1 or 0) and kind.
"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from dedup.core.features import Features, measure_light, measure_local
from dedup.core.identity import Original, SamePixels
from dedup.core.values import Flags, Floats, Indices, Rgb
from gallery.core import pixels
from gallery.core.pictures import (
    GRID,
    PREVIEW,
    Decoded,
    UnreadablePicture,
    decode_once,
    encode,
)

_COLUMNS = ("image_a", "image_b", "similar", "kind")


class UnusablePairsFile(ValueError):
    """The file is not a list of judged pairs; the message says where."""


@dataclass(frozen=True, slots=True)
class LabelledPair:
    image_a: str
    image_b: str
    similar: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Measured:
    """The readable pictures of some pairs, and the pairs between them."""

    folder: Path
    names: tuple[str, ...]
    originals: tuple[Original, ...]
    features: tuple[Features, ...]
    pairs: tuple[LabelledPair, ...]
    left: Indices  # of names
    right: Indices
    unreadable: tuple[str, ...]  # "name: reason"
    light_ms: Floats  # of each name, after decoding: what every pair needs
    local_ms: Floats  # the local features, which only undecided pairs need

    @property
    def similar(self) -> Flags:
        return np.array([pair.similar for pair in self.pairs], dtype=bool)

    @property
    def kinds(self) -> list[str]:
        return [pair.kind for pair in self.pairs]


def read_pairs(pairs_csv: Path) -> tuple[LabelledPair, ...]:
    """Raises UnusablePairsFile, or OSError where the file cannot be opened."""
    try:
        with pairs_csv.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise UnusablePairsFile(f"{pairs_csv}: there is no column {missing[0]!r}.")
            return tuple(_pair(row, f"{pairs_csv}, line {reader.line_num}") for row in reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnusablePairsFile(f"{pairs_csv}: {error}.") from error


def measure_pairs(
    pairs: Sequence[LabelledPair],
    images: Path,
    *,
    on_progress: Callable[[Iterable[str]], Iterable[str]] = lambda names: names,
) -> Measured:
    """Measure every picture once. Pairs with an unreadable picture are left out and listed."""
    wanted = sorted({name for pair in pairs for name in (pair.image_a, pair.image_b)})
    found: dict[str, tuple[Original, Features]] = {}
    unreadable: list[str] = []
    light_seconds: list[float] = []
    local_seconds: list[float] = []
    for name in on_progress(wanted):
        try:
            decoded = decode_once(images / name, long_edge_px=PREVIEW.long_edge_px)
            copy = small_copy(decoded.image)
            start = time.process_time()
            light = measure_light(copy)
            between = time.process_time()
            local = measure_local(copy)
            local_seconds.append(time.process_time() - between)
            light_seconds.append(between - start)
            found[name] = original_of(decoded), Features(light, local)
        except (UnreadablePicture, OSError, ValueError) as error:
            unreadable.append(f"{name}: {error}")
    place = {name: index for index, name in enumerate(found)}
    usable = [pair for pair in pairs if pair.image_a in place and pair.image_b in place]
    return Measured(
        folder=images,
        names=tuple(found),
        originals=tuple(original for original, _ in found.values()),
        features=tuple(features for _, features in found.values()),
        pairs=tuple(usable),
        left=np.array([place[pair.image_a] for pair in usable], dtype=np.int64),
        right=np.array([place[pair.image_b] for pair in usable], dtype=np.int64),
        unreadable=tuple(unreadable),
        light_ms=np.array(light_seconds, np.float32) * 1000,
        local_ms=np.array(local_seconds, np.float32) * 1000,
    )


def _pair(row: dict[str, str], where: str) -> LabelledPair:
    if row["similar"] not in ("0", "1"):
        raise UnusablePairsFile(f"{where}: similar must be 1 or 0, not {row['similar']!r}.")
    return LabelledPair(row["image_a"], row["image_b"], row["similar"] == "1", row["kind"] or "")


def original_of(decoded: Decoded) -> Original:
    facts = decoded.facts
    return Original(facts.width, facts.height, facts.format, facts.exif.orientation)


def same_pixels_in(measured: Measured) -> SamePixels:
    """Proves by the files themselves what equal small copies suggest; each is read once."""

    @cache
    def digest(row: int) -> bytes:
        return pixels.digest(measured.folder / measured.names[row])

    def same(one: int, other: int, *, copies_are_equal: bool) -> bool:
        first, second = measured.originals[one], measured.originals[other]
        if not first.may_equal(second, copies_are_equal=copies_are_equal):
            return False
        try:
            return digest(one) == digest(other)
        except (UnreadablePicture, OSError):
            return False

    return same


def read_rgb(path: Path) -> Rgb:
    """The upright picture, at most as large as the product decodes it."""
    return np.asarray(decode_once(path, long_edge_px=PREVIEW.long_edge_px).image)


def small_copy(image: Image.Image) -> Rgb:
    """The grid copy of an upright RGB picture, as the product stores and reads it."""
    stored = encode(image, GRID)
    with Image.open(io.BytesIO(stored)) as copy:
        return np.asarray(copy.convert("RGB"))
