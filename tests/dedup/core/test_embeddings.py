"""The learned embedding: its contract, and that it sees scenes rather than light."""

import multiprocessing
from pathlib import Path

import cv2
import numpy as np
import pytest

from dedup.core import embeddings
from dedup.core.embeddings import EMBEDDING_SIZE, embed, levelled


def scene(seed: int, height: int = 240, width: int = 320) -> np.ndarray:
    """Sky, ground and a few solid shapes, placed and coloured by the seed."""
    random = np.random.default_rng(seed)
    sky, ground = random.integers(90, 220, 3), random.integers(30, 150, 3)
    picture = np.empty((height, width, 3), np.uint8)
    picture[:] = sky
    horizon = int(height * random.uniform(0.4, 0.7))
    picture[horizon:] = ground
    for _ in range(random.integers(5, 10)):
        colour = tuple(int(value) for value in random.integers(0, 256, 3))
        x, y = int(random.integers(width)), int(random.integers(height))
        size = int(random.integers(height // 12, height // 3))
        if random.random() < 0.5:
            cv2.rectangle(picture, (x, y), (x + size, y + 2 * size), colour, -1)
        else:
            cv2.circle(picture, (x, y), size, colour, -1)
    return cv2.GaussianBlur(picture, (0, 0), 1)


def exposed(picture: np.ndarray, stops: float) -> np.ndarray:
    linear = (picture / 255.0) ** 2.2 * 2.0**stops
    return np.asarray(np.rint(np.clip(linear, 0, 1) ** (1 / 2.2) * 255), np.uint8)


def test_vectors_have_unit_length_and_the_stated_size() -> None:
    vectors = embed([scene(1), scene(2), scene(3, 50, 700)])
    assert vectors.shape == (3, EMBEDDING_SIZE)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_pictures_give_no_vectors() -> None:
    assert embed([]).shape == (0, EMBEDDING_SIZE)


def test_the_same_picture_gives_the_same_bits() -> None:
    np.testing.assert_array_equal(embed([scene(1)]), embed([scene(1)]))


def test_a_vector_does_not_depend_on_the_other_pictures_or_their_order() -> None:
    pictures = [scene(seed) for seed in range(5)]
    forward, backward = embed(pictures), embed(pictures[::-1])
    np.testing.assert_array_equal(forward, backward[::-1])
    np.testing.assert_array_equal(forward[2:3], embed(pictures[2:3]))


def test_a_picture_is_not_changed_by_embedding_it() -> None:
    picture = scene(1)
    before = picture.copy()
    embed([picture])
    np.testing.assert_array_equal(picture, before)


def test_a_view_with_odd_strides_is_embedded_like_its_copy() -> None:
    flipped = scene(1)[:, ::-1]
    np.testing.assert_array_equal(embed([flipped]), embed([flipped.copy()]))


@pytest.mark.parametrize("stops", [-2.0, -1.0, 1.0, 2.0])
def test_a_darker_or_brighter_copy_is_nearer_than_any_other_scene(stops: float) -> None:
    scenes = [scene(seed) for seed in range(6)]
    vectors, copies = embed(scenes), embed([exposed(picture, stops) for picture in scenes])
    assert (copies @ vectors.T).argmax(axis=1).tolist() == list(range(6))


def test_a_shifted_and_turned_copy_is_nearer_than_any_other_scene() -> None:
    scenes = [scene(seed) for seed in range(6)]
    turn = cv2.getRotationMatrix2D((160, 120), 4, 1.1)
    turn[:, 2] += (9, -6)
    copies = [cv2.warpAffine(picture, turn, (320, 240)) for picture in scenes]
    assert (embed(copies) @ embed(scenes).T).argmax(axis=1).tolist() == list(range(6))


@pytest.mark.parametrize("shape", [(1, 1), (1, 20_000), (20_000, 1), (2, 3)])
def test_a_picture_of_a_hostile_size_still_gives_a_unit_vector(shape: tuple[int, int]) -> None:
    vectors = embed([np.full((*shape, 3), 200, np.uint8)])
    assert np.isfinite(vectors).all()
    assert np.linalg.norm(vectors[0]) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("stops", [-2.0, -1.0, 0.5, 1.0])
def test_levelling_undoes_most_of_a_change_of_exposure(stops: float) -> None:
    picture = scene(4) // 2 + 20  # nothing near black or white, so that little is clipped
    copy = exposed(picture, stops)
    before = np.abs(copy.astype(int) - picture).mean()
    after = np.abs(levelled(copy).astype(int) - levelled(picture)).mean()
    assert after < before / 2


def test_levelling_keeps_the_order_of_levels() -> None:
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    assert (np.diff(levelled(ramp)[0, :, 0].astype(int)) >= 0).all()
    assert levelled(ramp).min() == 0
    assert levelled(ramp).max() == 255


@pytest.mark.parametrize("level", [0, 128, 255])
def test_levelling_makes_a_flat_picture_grey(level: int) -> None:
    grey = levelled(np.full((9, 9, 3), level, np.uint8))
    assert np.ptp(grey) == 0
    assert 80 < grey.mean() < 150


@pytest.mark.parametrize("level", [0, 255])
def test_a_flat_picture_gives_a_unit_vector(level: int) -> None:
    vectors = embed([np.full((40, 60, 3), level, np.uint8)])
    assert np.linalg.norm(vectors[0]) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(np.zeros((10, 10), np.uint8), id="gray"),
        pytest.param(np.zeros((10, 10, 4), np.uint8), id="with_alpha"),
        pytest.param(np.zeros((10, 10, 3), np.float32), id="floats"),
        pytest.param(np.zeros((10, 10, 3), np.uint16), id="sixteen_bits"),
    ],
)
def test_another_kind_of_array_is_refused_by_name(picture: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"RGB bytes.*not (uint8|float32|uint16) of shape"):
        embed([picture])


def test_an_empty_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="must not be empty"):
        embed([np.zeros((0, 10, 3), np.uint8)])


def test_the_model_file_is_small_and_its_licence_lies_beside_it() -> None:
    weights = Path(embeddings.__file__).parent / "weights"
    assert (weights / "embedding.onnx").stat().st_size < 8_000_000
    assert "Apache" in (weights / "NOTICE").read_text()
    assert (weights / "LICENSE-Apache-2.0.txt").is_file()


def _embed_in_child(connection: "multiprocessing.connection.Connection") -> None:
    connection.send(embed([scene(1)]))
    connection.close()


def test_a_forked_worker_embeds_like_its_parent() -> None:
    expected = embed([scene(1)])  # the parent's session exists before the fork
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    worker = context.Process(target=_embed_in_child, args=(theirs,))
    worker.start()
    assert ours.poll(60), "the forked worker did not answer"
    np.testing.assert_array_equal(ours.recv(), expected)
    worker.join(10)
    assert worker.exitcode == 0
