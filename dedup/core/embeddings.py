"""Picture to unit vector: photographs of one scene point the same way.

The network is `weights/embedding.onnx`, run by onnxruntime on the CPU; how it was made, what it
was trained on and how well it does is in `docs/embedding-model-card.md`.
"""

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

# Written beside every stored vector. Vectors of different versions cannot be compared.
EMBEDDING_VERSION = 4
EMBEDDING_SIZE = 1280

MODEL_FILE = Path(__file__).parent / "weights" / "embedding.onnx"
# A quarter less work than 224, on which ImageNet was learned, and it tells pairs no worse.
INPUT_SIDE = 192
_CLIPPED_SHARE = 0.01  # of all values, at either end
_LEAST_SPREAD = 8
_MID_GREY = 0.45

Picture = np.ndarray  # (height, width, 3) uint8, RGB, the right way up
Vectors = np.ndarray  # (pictures, EMBEDDING_SIZE) float32, rows of length 1


def embed(pictures: Sequence[Picture]) -> Vectors:
    """One row for each picture, in their order; the cosine of two rows is their dot product.

    A row depends on its own picture only, to the last bit: pictures go through the network one by
    one, which on one thread costs no more than a batch does and needs less memory.
    """
    for picture in pictures:
        _check(picture)
    vectors = np.empty((len(pictures), EMBEDDING_SIZE), np.float32)
    for row, picture in enumerate(pictures):
        vectors[row] = _embed_one(picture)
    return vectors


def _check(picture: Picture) -> None:
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
        raise ValueError(
            "a picture to embed must be RGB bytes of shape (height, width, 3), "
            f"not {picture.dtype} of shape {picture.shape}"
        )
    if picture.size == 0:
        raise ValueError(f"a picture to embed must not be empty: its shape is {picture.shape}")


def _embed_one(picture: Picture) -> np.ndarray:
    (vectors,) = _session(os.getpid()).run(None, {"pictures": prepared(picture)[None]})
    return np.asarray(vectors[0], np.float32)


def prepared(picture: Picture) -> Picture:
    """The picture as the network sees it: squashed to a square, its exposure evened out."""
    return levelled(squashed(picture))


def squashed(picture: Picture, side: int = INPUT_SIDE) -> Picture:
    """The whole frame, its shape given up: a crop would lose what stands at the edge."""
    return cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)


def levelled(picture: Picture) -> Picture:
    """Black and white points drawn apart, then a gamma that brings the mean to mid-grey.

    One curve for all three channels, so colours keep their hue. It undoes most of a change of
    exposure before the network has to; what clipping destroyed stays lost.
    """
    counts = np.bincount(picture.ravel(), minlength=256)
    shares = counts.cumsum() / picture.size
    black, white = np.searchsorted(shares, [_CLIPPED_SHARE, 1 - _CLIPPED_SHARE])
    # A frame with hardly any contrast becomes a grey one, not pure noise.
    spread = max(int(white) - int(black), _LEAST_SPREAD)
    curve = np.clip((np.arange(256) - (int(black) + int(white)) / 2) / spread + 0.5, 0, 1)
    mean = np.clip(counts @ curve / picture.size, 0.02, 0.98)
    gamma = np.clip(np.log(_MID_GREY) / np.log(mean), 1 / 3, 3)
    return np.asarray(cv2.LUT(picture, np.rint(255 * curve**gamma).astype(np.uint8)))


@lru_cache(maxsize=1)
def _session(process: int) -> onnxruntime.InferenceSession:
    """The network, loaded once in each process.

    A session must not cross a fork, where its threads and locks do not follow; `process` is the
    key that makes a forked worker load its own.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # the workers are the parallelism
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only
    return onnxruntime.InferenceSession(
        MODEL_FILE, sess_options=options, providers=["CPUExecutionProvider"]
    )
