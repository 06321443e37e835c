"""How right the percent is, beside what others compare pictures by, on judged pairs and frames.

The peers' scores are computed on the same small copies. imagehash is the library itself; difPy's
and imagededup's measures are redone from their sources, for their packages bring PyTorch or decode
everything again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import imagehash
import numpy as np
from django.core.management.base import CommandError, CommandParser, OutputWrapper
from django.utils import timezone
from numpy.typing import NDArray
from PIL import Image
from scipy.fftpack import dct
from tqdm import tqdm

from dedup.core import camera_evaluation, evaluation, labelled_pairs, similarity_evaluation
from dedup.core.camera_evaluation import CameraFigures
from dedup.core.labelled_pairs import Measured
from dedup.core.measures import FeatureBlock
from dedup.core.similarity_evaluation import SimilarityFigures
from dedup.core.values import Rgb

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
KINDS = ("burst", "exposure", "viewpoint", "series")
DIFPY_SIDE = 50
# Not measured here: it needs PyTorch. The figures are those of the data's own description.
IMAGENET_ROW = (
    "EfficientNet-Lite0 of ImageNet, cosine *",
    ".9230",
    ".720",
    ".88",
    ".48",
    ".66",
    ".56",
)

Vectors = NDArray[Any]  # one row for each picture
Scores = NDArray[np.float64]  # one for each pair, higher is more alike


@dataclass(frozen=True, slots=True)
class _Peer:
    name: str
    describe: Callable[[Rgb], NDArray[Any]]
    compare: Callable[[Vectors, Vectors], Scores]


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the judged pairs")


def run(options: dict[str, Any]) -> None:
    out = OutputWrapper(sys.stdout)
    data: Path = options["data"]
    pairs_csv, images = data / "similarity" / "pairs.csv", data / "similarity" / "images"
    if not pairs_csv.is_file():
        raise CommandError(f"There are no judged pairs in {data}.")
    pairs = labelled_pairs.read_pairs(pairs_csv)
    measured = labelled_pairs.measure_pairs(pairs, images, on_progress=_bar("Pictures"))
    found, percent = similarity_evaluation.evaluate(measured, images, on_progress=_bar("Grading"))
    rows = [_row("Contact Sheet", percent, measured), *_peer_rows(measured, images)]
    out.write(f"\n{timezone.localdate()}, {found.pairs} pairs of {found.pictures} pictures\n\n")
    _write_table(out, ("score", "AP", "recall at 99 % precision", *KINDS), rows)
    _write_own(out, found)
    frames_csv = data / "camera" / "pairs.csv"
    _write_camera(out, camera_evaluation.evaluate(frames_csv, frames_csv.parent / "labelled"))


def _peer_rows(measured: Measured, images: Path) -> Iterator[tuple[str, ...]]:
    block = FeatureBlock.from_light([each.light_bytes() for each in measured.features])
    left, right = block.vectors[measured.left], block.vectors[measured.right]
    yield _row("its embedding alone, cosine", np.einsum("ij,ij->i", left, right), measured)
    yield IMAGENET_ROW
    described: list[list[NDArray[Any]]] = [[] for _ in PEERS]
    for name in _bar("Peers")(measured.names):
        picture = labelled_pairs.read_rgb(images / name)
        for peer, vectors in zip(PEERS, described, strict=True):
            vectors.append(peer.describe(picture))
    for peer, found in zip(PEERS, described, strict=True):
        stacked = np.stack(found)
        scores = peer.compare(stacked[measured.left], stacked[measured.right])
        yield _row(peer.name, scores, measured)


def _row(name: str, scores: NDArray[Any], measured: Measured) -> tuple[str, ...]:
    similar = measured.similar
    curve = evaluation.curve(scores, similar)
    threshold = curve.threshold_at(0.99)
    by_kind = evaluation.recall_by_kind(scores, similar, measured.kinds, threshold)
    return (
        name,
        _short(curve.average_precision(), 4),
        _short(evaluation.recall_at(scores, similar, threshold), 3),
        *(_short(by_kind.get(kind, 0.0), 2) for kind in KINDS),
    )


def _write_own(out: OutputWrapper, found: SimilarityFigures) -> None:
    default = f"{found.default_threshold:.0f} %"
    rows = [
        (f"precision at {default}, the default", _short(found.precision_at_default, 4)),
        (f"recall at {default}", _short(found.recall_at_default, 3)),
        ("quarters of the similar pairs", ", ".join(f"{each:.1f}" for each in found.quarters)),
        ("grading", _short(found.grading, 3)),
        *(
            (f"grading of {name}", _short(each, 3))
            for name, each in found.grading_by_change.items()
        ),
        ("ms a picture, local features where needed", f"{found.ms_per_picture:.1f}"),
        ("share of pictures that need them", f"{found.local_share:.0%}"),
        ("ms a picture with local features", f"{found.ms_per_picture_with_local:.1f}"),
        ("µs a pair settled in blocks", f"{found.us_per_pair:.1f}"),
        ("ms a pair that needs local features", f"{found.ms_per_undecided_pair:.2f}"),
        ("share of such pairs", f"{found.undecided_share:.1%}"),
        ("unreadable", str(len(found.unreadable))),
    ]
    _write_table(out, ("of Contact Sheet", ""), rows)


def _write_camera(out: OutputWrapper, found: CameraFigures) -> None:
    own = {name: asdict(found)[name] for name in camera_evaluation.Separation.__slots__[:3]}
    rows = [
        _camera_row("Contact Sheet", own),
        _camera_row("... without small changes", asdict(found.without_small)),
        *(_camera_row(name, asdict(each)) for name, each in found.compared.items()),
    ]
    head = ("camera frames", "area under the curve", "redundant at 1 %", "redundant at 2 %")
    _write_table(out, head, rows)


def _camera_row(name: str, figures: dict[str, float]) -> tuple[str, ...]:
    return (
        name,
        _short(figures["auc"], 3),
        _short(figures["redundant_found_at_1_percent"], 2),
        _short(figures["redundant_found_at_2_percent"], 2),
    )


def _write_table(out: OutputWrapper, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """As Markdown, to be kept in docs/similarity.md as it is."""
    for cells in (head, ["---"] * len(head), *rows):
        out.write("| " + " | ".join(cells) + " |")
    out.write("")


def _short(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".removeprefix("0")


def _bar(label: str) -> Callable[[Any], Any]:
    return lambda names: tqdm(names, desc=label, disable=None, leave=False)


def _hash(find: Callable[[Image.Image], imagehash.ImageHash]) -> Callable[[Rgb], NDArray[Any]]:
    return lambda picture: find(Image.fromarray(picture)).hash.ravel()


def _imagededup_phash(picture: Rgb) -> NDArray[Any]:
    """imagededup 0.3: the median leaves out the constant part, and ties count as set."""
    gray = Image.fromarray(picture).resize((32, 32), Image.Resampling.LANCZOS).convert("L")
    low = dct(dct(np.asarray(gray, dtype=np.float64), axis=0), axis=1)[:8, :8].ravel()
    return np.asarray(low >= np.median(low[1:]))


def _difpy_tensor(picture: Rgb) -> NDArray[Any]:
    side = (DIFPY_SIDE, DIFPY_SIDE)
    return cv2.resize(picture, side, interpolation=cv2.INTER_AREA).astype(np.float32).ravel()


def _equal_bits(left: Vectors, right: Vectors) -> Scores:
    return np.asarray((left == right).mean(axis=1), dtype=np.float64)


def _small_error(left: Vectors, right: Vectors) -> Scores:
    return np.array([-np.mean((a - b) ** 2) for a, b in zip(left, right, strict=True)])


PEERS = (
    _Peer("dHash 64, imagehash", _hash(imagehash.dhash), _equal_bits),
    _Peer("pHash 64, imagehash", _hash(imagehash.phash), _equal_bits),
    _Peer("pHash 256, imagehash", _hash(lambda image: imagehash.phash(image, 16)), _equal_bits),
    _Peer("wHash 64, imagehash", _hash(imagehash.whash), _equal_bits),
    _Peer("aHash 64, imagehash", _hash(imagehash.average_hash), _equal_bits),
    _Peer("pHash 64, as imagededup", _imagededup_phash, _equal_bits),
    _Peer("mean squared error, as difPy", _difpy_tensor, _small_error),
)
