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
EMBEDDING_VERSION = 1
EMBEDDING_SIZE = 1280

_MODEL_FILE = Path(__file__).parent / "weights" / "embedding.onnx"
_INPUT_SIDE = 224

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
    side = _INPUT_SIDE
    squashed = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
    (vectors,) = _session(os.getpid()).run(None, {"pictures": squashed[None]})
    return np.asarray(vectors[0], np.float32)


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
        _MODEL_FILE, sess_options=options, providers=["CPUExecutionProvider"]
    )
