"""Train the embedding: python -m dedup.training.train --data DIR --out FILE --seed 0"""

import argparse
import logging
import math
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from dedup.core.embeddings import INPUT_SIDE, squashed
from dedup.training.augmentations import view
from dedup.training.batches import hard_batches
from dedup.training.evaluation import read_picture
from dedup.training.export import export
from dedup.training.losses import anchor_loss, pooled, twin_loss
from dedup.training.network import EfficientNetLite0, load_imagenet

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides the result besides the pictures and the seed."""

    steps: int = 100
    pictures: int = 24  # in a batch, each seen twice
    lookalikes: int = 3  # hard negatives that each drawn picture brings along
    train_side: int = 160
    anchor_side: int = 224  # as ImageNet was learned
    frozen_blocks: int = 5  # edges and textures stay as they are; it nearly halves the time
    learning_rate: float = 2e-4
    temperature: float = 0.07
    anchor_weight: float = 1.0
    pooling_power: float = 3.0


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    options = _arguments()
    torch.set_num_threads(options.threads)
    recipe = Recipe(steps=options.steps)
    imagenet, pictures = load_imagenet(), _read_pictures(options.data)
    tuned = train(imagenet, pictures, recipe, seed=options.seed)
    export(tuned, options.out, side=INPUT_SIDE, pooling_power=recipe.pooling_power)
    log.info("wrote %s", options.out)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train the embedding and write it as ONNX.")
    parser.add_argument("--data", type=Path, required=True, help="folder of JPEG pictures")
    parser.add_argument("--out", type=Path, required=True, help="ONNX file to write")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=Recipe().steps)
    # The sums of several threads come in no fixed order; one thread repeats a run exactly.
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def _read_pictures(folder: Path) -> list[np.ndarray]:
    files = sorted(folder.glob("*.jpg"))
    if not files:
        raise SystemExit(f"{folder} holds no .jpg pictures to train on")
    return [read_picture(file) for file in files]


def train(
    imagenet: EfficientNetLite0, pictures: list[np.ndarray], recipe: Recipe, *, seed: int
) -> EfficientNetLite0:
    """A tuned copy of the network. Batch statistics stay ImageNet's: small batches would harm."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    clean = [squashed(each, recipe.anchor_side) for each in pictures]
    anchors = clean_vectors(imagenet, clean, recipe.pooling_power)
    network = deepcopy(imagenet)
    network.eval().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(
        tuned_weights(network, recipe.frozen_blocks), recipe.learning_rate, weight_decay=1e-4
    )
    batches = hard_batches(anchors.numpy(), recipe.pictures, recipe.lookalikes, random)
    for step, rows in zip(range(recipe.steps), batches, strict=False):
        for group in optimiser.param_groups:
            group["lr"] = recipe.learning_rate * schedule(step, recipe.steps)
        branches = _two_views([pictures[row] for row in rows], random, recipe.train_side)
        loss = _step(network, optimiser, branches, torch.from_numpy(rows), anchors, recipe)
        if step % 10 == 0:
            log.info("step %d of %d: loss %.4f", step, recipe.steps, loss)
    return network


def tuned_weights(network: EfficientNetLite0, frozen_blocks: int) -> list[nn.Parameter]:
    late = [network._blocks[frozen_blocks:], network._conv_head, network._bn1]
    return [weight for part in late for weight in part.parameters()]


def schedule(step: int, steps: int) -> float:
    """Share of the full learning rate: up over the first twentieth, then down along a cosine."""
    warm = max(1, steps // 20)
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def _step(
    network: EfficientNetLite0,
    optimiser: torch.optim.Optimizer,
    branches: torch.Tensor,
    rows: torch.Tensor,
    anchors: torch.Tensor,
    recipe: Recipe,
) -> float:
    """Both branches through the same weights, one step downhill; returns the loss."""
    with torch.no_grad():
        early = network.early(branches, recipe.frozen_blocks)
    vectors = pooled(network.late(early, recipe.frozen_blocks), recipe.pooling_power)
    first, second = vectors.chunk(2)
    loss = twin_loss(first, second, anchors[rows], recipe.temperature)
    loss = loss + recipe.anchor_weight * anchor_loss(
        vectors, rows.repeat(2), anchors, recipe.temperature
    )
    optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimiser.step()
    return float(loss.detach())


def _two_views(pictures: list[np.ndarray], random: np.random.Generator, side: int) -> torch.Tensor:
    return as_input([view(picture, random, side) for _ in range(2) for picture in pictures])


def as_input(pictures: list[np.ndarray]) -> torch.Tensor:
    """Equal-sized RGB bytes as the network wants them; the exported graph does the same."""
    values = torch.from_numpy(np.stack(pictures).astype(np.float32))
    # A permuted view of (n, h, w, 3) already lies in memory as channels_last.
    return ((values - 127) / 128).permute(0, 3, 1, 2)


def clean_vectors(
    network: EfficientNetLite0, inputs: list[np.ndarray], pooling_power: float
) -> torch.Tensor:
    """One vector for each picture, not augmented, at the size the product uses."""
    network = deepcopy(network).eval()
    network.to(memory_format=torch.channels_last)
    with torch.no_grad():
        batches = (as_input(some) for some in _by(16, inputs))
        return torch.cat([pooled(network(batch), pooling_power) for batch in batches])


def _by(count: int, pictures: list[np.ndarray]) -> Iterator[list[np.ndarray]]:
    for start in range(0, len(pictures), count):
        yield pictures[start : start + count]


if __name__ == "__main__":
    main()
