"""Network, losses, training and export: need the extra `train`."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs PyTorch: pip install .[train]")
pytest.importorskip("onnx", reason="needs onnx: pip install .[train]")

from dedup.training.losses import anchor_loss, pooled, twin_loss  # noqa: E402
from dedup.training.network import (  # noqa: E402
    EfficientNetLite0,
    block_shapes,
    same_padding,
)
from dedup.training.train import Recipe, schedule, train  # noqa: E402

SMALL = Recipe(steps=2, pictures=4, lookalikes=1, train_side=32)


def test_the_blocks_fit_together() -> None:
    shapes = list(block_shapes())
    assert len(shapes) == 16
    for before, after in pairwise(shapes):
        assert before.channels_out == after.channels_in


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "expected"),
    [(224, 3, 2, (0, 1)), (113, 3, 2, (1, 1)), (112, 3, 1, (1, 1)), (56, 5, 2, (1, 2))],
)
def test_padding_is_tensorflows(
    size: int, kernel: int, stride: int, expected: tuple[int, int]
) -> None:
    assert same_padding(size, kernel, stride) == expected


def test_both_halves_of_the_network_are_the_whole(network: EfficientNetLite0) -> None:
    batch = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        whole = network(batch)
        halves = network.late(network.early(batch, 5), 5)
    assert whole.shape == (1, 1280, 2, 2)
    torch.testing.assert_close(whole, halves)


def test_a_high_power_pools_towards_the_peak() -> None:
    field = torch.tensor([[[[0.0, 4.0]], [[2.0, 2.0]]]])  # one peak; the same everywhere
    shares = [pooled(field, power)[0, 0] / pooled(field, power)[0, 1] for power in (1.0, 3.0, 50.0)]
    assert shares[0] == pytest.approx(1, abs=1e-3)
    assert shares[0] < shares[1] < shares[2] < 2.0


def _directions(count: int) -> Any:
    return torch.eye(count)


def test_twins_together_and_others_apart_cost_least() -> None:
    scenes = _directions(4)
    right = twin_loss(scenes, scenes, scenes, 0.1)
    wrong = twin_loss(scenes, scenes.roll(1, dims=0), scenes, 0.1)
    assert right < 0.01
    assert wrong > 5


def test_pictures_that_may_show_one_scene_are_not_pushed_apart() -> None:
    scenes = _directions(3)
    scenes[1] = scenes[0]
    assert twin_loss(scenes, scenes, scenes, 0.1) < 0.01
    assert anchor_loss(scenes, torch.arange(3), scenes, 0.1) < 0.01


def test_a_view_far_from_its_clean_picture_costs_more() -> None:
    scenes = _directions(4)
    near = anchor_loss(scenes, torch.arange(4), scenes, 0.1)
    far = anchor_loss(scenes.roll(1, dims=0), torch.arange(4), scenes, 0.1)
    assert near < 0.01
    assert far > 5


def test_the_learning_rate_rises_then_falls_to_nothing() -> None:
    rates = [schedule(step, 100) for step in range(100)]
    assert max(rates) == 1
    assert rates[:5] == sorted(rates[:5])
    assert rates[5:] == sorted(rates[5:], reverse=True)
    assert rates[-1] < 0.01


def test_training_repeats_exactly_from_a_seed_and_leaves_the_early_layers(
    network: EfficientNetLite0, pictures: list[np.ndarray]
) -> None:
    before = {name: value.clone() for name, value in network.state_dict().items()}
    first, second = (train(network, pictures, SMALL, seed=5).state_dict() for _ in range(2))
    for name, value in first.items():
        torch.testing.assert_close(value, second[name], rtol=0, atol=0)
        torch.testing.assert_close(network.state_dict()[name], before[name], rtol=0, atol=0)
    early, late = "_blocks.0._project_conv.weight", "_conv_head.weight"
    torch.testing.assert_close(first[early], before[early], rtol=0, atol=0)
    assert not torch.equal(first[late], before[late])
