"""How well cosines tell similar pairs from others, on a file `image_a,image_b,similar,kind`.

python -m dedup.training.evaluation PAIRS.csv --images DIR [--model FILE.onnx]
"""

import argparse
import csv
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

from dedup.core.embeddings import MODEL_FILE, prepared

Embed = Callable[[Sequence[np.ndarray]], np.ndarray]


@dataclass(frozen=True, slots=True)
class LabelledPairs:
    """Pairs as row numbers into `images`."""

    images: tuple[str, ...]
    first: np.ndarray
    second: np.ndarray
    similar: np.ndarray
    kinds: np.ndarray


@dataclass(frozen=True, slots=True)
class Measures:
    average_precision: float
    recall_at_precision_99: float
    threshold_at_precision_99: float
    recall_by_kind: dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure an embedding on labelled pairs.")
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=MODEL_FILE)
    options = parser.parse_args()
    measures = measure(read_pairs(options.pairs), options.images, embedding_of(options.model))
    json.dump(asdict(measures), sys.stdout, indent=2)
    sys.stdout.write("\n")


def embedding_of(model: Path) -> Embed:
    """Embed with a model file that training wrote, as the product does with its own."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])

    def embed(pictures: Sequence[np.ndarray]) -> np.ndarray:
        inputs = np.stack([prepared(picture) for picture in pictures])
        return np.asarray(session.run(None, {"pictures": inputs})[0])

    return embed


def read_pairs(file: Path) -> LabelledPairs:
    with file.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    images = tuple(sorted({row[side] for row in rows for side in ("image_a", "image_b")}))
    number = {image: index for index, image in enumerate(images)}
    return LabelledPairs(
        images,
        np.array([number[row["image_a"]] for row in rows]),
        np.array([number[row["image_b"]] for row in rows]),
        np.array([row["similar"] == "1" for row in rows]),
        np.array([row["kind"] for row in rows]),
    )


def read_picture(file: Path) -> np.ndarray:
    """RGB bytes, turned upright as EXIF says."""
    picture = cv2.imread(str(file), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"{file} cannot be read as a picture")
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)


def measure(pairs: LabelledPairs, images: Path, embed: Embed) -> Measures:
    vectors = np.concatenate([embed([read_picture(images / image)]) for image in pairs.images])
    cosines = np.einsum("nd,nd->n", vectors[pairs.first], vectors[pairs.second])
    return measure_scores(cosines, pairs)


def measure_scores(scores: np.ndarray, pairs: LabelledPairs) -> Measures:
    threshold = threshold_at_precision(scores, pairs.similar, 0.99)
    found = scores >= threshold
    kinds = sorted(set(pairs.kinds[pairs.similar].tolist()))
    return Measures(
        average_precision(scores, pairs.similar),
        float(found[pairs.similar].mean()),
        threshold,
        {kind: float(found[pairs.similar & (pairs.kinds == kind)].mean()) for kind in kinds},
    )


def average_precision(scores: np.ndarray, similar: np.ndarray) -> float:
    precision, recall, _ = _curve(scores, similar)
    return float(np.sum(np.diff(recall, prepend=0.0) * precision))


def threshold_at_precision(scores: np.ndarray, similar: np.ndarray, wanted: float) -> float:
    """The lowest score from which on at least this share is right; infinite if there is none."""
    precision, _, thresholds = _curve(scores, similar)
    good = np.flatnonzero(precision >= wanted)
    return float(thresholds[good[-1]]) if good.size else float("inf")


def _curve(scores: np.ndarray, similar: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Precision, recall and threshold, one entry for each distinct score, from the best down."""
    order = np.argsort(-scores, kind="stable")
    ranked, right = scores[order], np.cumsum(similar[order])
    # Pairs of equal score are found together: only the last of them is a possible threshold.
    last = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    return right[last] / (last + 1), right[last] / similar.sum(), ranked[last]


if __name__ == "__main__":
    main()
