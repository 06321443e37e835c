"""What training rewards: views of one scene together, scenes apart, old knowledge kept."""

import torch
from torch import nn

from dedup.training.batches import SAME_SCENE_COSINE


def pooled(field: torch.Tensor, power: float) -> torch.Tensor:
    """Unit vectors by generalised-mean pooling: the higher the power, the more peaks count."""
    raised = field.clamp(min=1e-3).pow(power).mean(dim=(2, 3)).pow(1 / power)
    return nn.functional.normalize(raised)


def twin_loss(
    first: torch.Tensor, second: torch.Tensor, anchors: torch.Tensor, temperature: float
) -> torch.Tensor:
    """NT-Xent over both branches: of all views in the batch, the twin must be the nearest.

    `anchors` are the pictures' vectors from the untuned network; two pictures that it finds nearly
    equal may show one scene and are not pushed apart.
    """
    views = torch.cat([first, second])
    logits = views @ views.T / temperature
    count = len(first)
    maybe_same = (anchors @ anchors.T >= SAME_SCENE_COSINE).repeat(2, 2)
    twins = torch.arange(2 * count).roll(count)
    maybe_same[torch.arange(2 * count), twins] = False
    return nn.functional.cross_entropy(logits.masked_fill(maybe_same, -torch.inf), twins)


def anchor_loss(
    views: torch.Tensor, rows: torch.Tensor, anchors: torch.Tensor, temperature: float
) -> torch.Tensor:
    """Of all pictures as the untuned network sees them clean, a view's own must be the nearest.

    This is a second contrast, against every training picture instead of the batch, and the leash:
    the vectors stay where ImageNet put them, so what it knows of places and viewpoints survives.
    """
    logits = views @ anchors.T / temperature
    own = anchors[rows]
    maybe_same = own @ anchors.T >= SAME_SCENE_COSINE
    maybe_same[torch.arange(len(rows)), rows] = False
    return nn.functional.cross_entropy(logits.masked_fill(maybe_same, -torch.inf), rows)
