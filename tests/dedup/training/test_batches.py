"""Which pictures share a batch."""

from itertools import islice

import numpy as np

from dedup.training.batches import SAME_SCENE_COSINE, hard_batches, hard_neighbours


def families(count: int, members: int) -> np.ndarray:
    """Unit vectors in families: cosine about .7 inside one, about 0 between two."""
    random = np.random.default_rng(0)
    centres = np.repeat(random.normal(size=(count, 200)), members, axis=0)
    vectors = centres + 0.65 * random.normal(size=centres.shape)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def test_neighbours_are_of_the_family_and_never_the_picture_itself() -> None:
    neighbours = hard_neighbours(families(10, 4), 3)
    rows = np.arange(40)[:, None]
    assert (neighbours // 4 == rows // 4).all()
    assert (neighbours != rows).all()


def test_what_may_be_the_same_scene_is_no_negative() -> None:
    vectors = families(10, 4)
    vectors[1] = vectors[0]  # a second copy of picture 0
    assert vectors[0] @ vectors[1] > SAME_SCENE_COSINE
    neighbours = hard_neighbours(vectors, 3)
    assert 1 not in neighbours[0]
    assert 0 not in neighbours[1]


def test_a_batch_holds_distinct_pictures_and_brings_lookalikes() -> None:
    for batch in islice(hard_batches(families(10, 4), 12, 3, np.random.default_rng(1)), 20):
        assert len(set(batch.tolist())) == 12
        _, sizes = np.unique(batch // 4, return_counts=True)
        assert sizes.max() == 4


def test_every_picture_is_seen_within_a_few_rounds() -> None:
    batches = hard_batches(families(10, 4), 12, 3, np.random.default_rng(1))
    seen = np.unique(np.concatenate(list(islice(batches, 20))))
    assert seen.tolist() == list(range(40))


def test_the_same_seed_gives_the_same_batches() -> None:
    first, second = (
        list(islice(hard_batches(families(10, 4), 12, 3, np.random.default_rng(7)), 5))
        for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)
