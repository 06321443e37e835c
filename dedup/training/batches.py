"""Which pictures train together: lookalikes share a batch, so that they are told apart."""

from collections.abc import Iterator

import numpy as np

# Nearer than this, two pictures may well show one scene: neither a pair nor its opposite.
SAME_SCENE_COSINE = 0.85


def hard_batches(
    vectors: np.ndarray, size: int, lookalikes: int, random: np.random.Generator
) -> Iterator[np.ndarray]:
    """Endless batches of `size` row numbers: drawn seeds, each with its nearest neighbours.

    Every row is a seed once before any is a second time. The neighbours are the hard negatives:
    another dog of the same breed on another lawn, but never what may be the same scene.
    """
    neighbours = hard_neighbours(vectors, lookalikes)
    queue: list[int] = []
    while True:
        batch: list[int] = []
        while len(batch) < size:
            if not queue:
                queue = random.permutation(len(vectors)).tolist()
            seed = queue.pop()
            family = [seed, *neighbours[seed].tolist()]
            batch.extend(row for row in family if row not in batch)
        yield np.array(batch[:size])


def hard_neighbours(vectors: np.ndarray, count: int) -> np.ndarray:
    """For each row the `count` nearest others that are not so near as to be the same scene."""
    cosines = vectors @ vectors.T
    cosines[cosines >= SAME_SCENE_COSINE] = -1
    np.fill_diagonal(cosines, -1)
    return np.argsort(-cosines, axis=1, kind="stable")[:, :count]
