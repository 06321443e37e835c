"""Fewer and fairer dimensions: rotate, shrink what all pictures share, keep the first few."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Whitening:
    """`(vectors - mean) @ matrix`, then unit length."""

    mean: np.ndarray  # (features,) float32
    matrix: np.ndarray  # (features, size) float32

    def __call__(self, vectors: np.ndarray) -> np.ndarray:
        projected = (vectors - self.mean) @ self.matrix
        return np.asarray(projected / np.linalg.norm(projected, axis=1, keepdims=True))


def fit_whitening(vectors: np.ndarray, size: int, power: float) -> Whitening:
    """Principal axes of pictures of many scenes, each divided by its spread to the power.

    Power 0 only rotates; power 1 gives every axis the same weight, which also lifts the noise of
    the last ones; between them, what nearly all pictures share (a bright sky, a blurred ground)
    loses its say without that.
    """
    mean = vectors.mean(axis=0)
    variances, axes = np.linalg.eigh(np.cov((vectors - mean).T.astype(np.float64)))
    first = np.argsort(-variances, kind="stable")[:size]
    scale = np.maximum(variances[first], 1e-12) ** (-power / 2)
    return Whitening(mean.astype(np.float32), (axes[:, first] * scale).astype(np.float32))
