"""A small stand-in for the trained network, for the tests that have PyTorch."""

from typing import Any

import cv2
import numpy as np
import pytest

SIDE = 224


@pytest.fixture(scope="session")
def pictures() -> list[np.ndarray]:
    """Checkers of a few colours, coarse and fine, so that no two look alike."""
    random = np.random.default_rng(0)
    drawn = [random.integers(0, 256, (2 + n, 2 + n % 5, 3)).astype(np.uint8) for n in range(12)]
    return [cv2.resize(each, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST) for each in drawn]


@pytest.fixture(scope="session")
def network(pictures: list[np.ndarray]) -> Any:
    """Drawn weights, and normalisation that has seen the pictures, so that vectors differ."""
    torch = pytest.importorskip("torch", reason="needs PyTorch: pip install .[train]")
    from dedup.training.network import EfficientNetLite0
    from dedup.training.train import as_input

    torch.manual_seed(0)
    torch.set_num_threads(1)
    network = EfficientNetLite0().train()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0  # take over the statistics of one pass completely
    with torch.no_grad():
        network(as_input(pictures))
        network._bn1.bias.fill_(-1.0)  # few features at a time, as trained ones are
    return network.eval()
