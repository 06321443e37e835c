"""Write the network as ONNX: normalisation folded in, weights stored as 16-bit floats.

The graph is built by hand from the table of blocks. That needs only `onnx`, gives the same bytes
every time, and puts scaling, pooling and unit length inside, so that the product has nothing to
know but the size of the input.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from dedup.training.network import Block, EfficientNetLite0, SameConv, same_padding

OPSET = 17
# onnxruntime from 1.20 on, the oldest the product allows, reads this version.
IR_VERSION = 9


@dataclass(slots=True)
class GraphWriter:
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    weights: list[onnx.TensorProto] = field(default_factory=list)

    def add(self, operator: str, inputs: Sequence[str], **attributes: Any) -> str:
        name = f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], name, **attributes))
        return name

    def constant(self, value: np.ndarray) -> str:
        name = f"weight_{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(value, name))
        return name

    def half(self, value: np.ndarray) -> str:
        """A constant kept on disk with 16 bits; onnxruntime widens it once, when it loads."""
        stored = self.constant(value.astype(np.float16))
        return self.add("Cast", [stored], to=TensorProto.FLOAT)


def export(network: EfficientNetLite0, out: Path, *, side: int, pooling_power: float) -> None:
    """Raw RGB bytes (n, side, side, 3) in, unit vectors (n, size) out."""
    writer = GraphWriter()
    values = _pooled(writer, _backbone(writer, network, side), pooling_power)
    writer.add("LpNormalization", [values], axis=1, p=2)
    writer.nodes[-1].output[0] = "vectors"
    model = helper.make_model(
        helper.make_graph(
            writer.nodes,
            "embedding",
            [helper.make_tensor_value_info("pictures", TensorProto.UINT8, ["n", side, side, 3])],
            [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", "size"])],
            writer.weights,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="contact-sheet",
    )
    onnx.checker.check_model(model, full_check=True)
    out.write_bytes(model.SerializeToString(deterministic=True))


def _backbone(writer: GraphWriter, network: EfficientNetLite0, side: int) -> str:
    values = writer.add("Cast", ["pictures"], to=TensorProto.FLOAT)
    values = writer.add("Transpose", [values], perm=[0, 3, 1, 2])
    values = writer.add("Sub", [values, writer.constant(np.array(127, np.float32))])
    values = writer.add("Mul", [values, writer.constant(np.array(1 / 128, np.float32))])
    values, side = _convolution(writer, values, network._conv_stem, network._bn0, side)
    values = _relu6(writer, values)
    for block in network._blocks:
        assert isinstance(block, Block)
        values, side = _block(writer, values, block, side)
    values, _ = _convolution(writer, values, network._conv_head, network._bn1, side)
    return _relu6(writer, values)


def _block(writer: GraphWriter, values: str, block: Block, side: int) -> tuple[str, int]:
    inner = values
    if block.shape.expansion > 1:
        inner, side = _convolution(writer, inner, block._expand_conv, block._bn0, side)
        inner = _relu6(writer, inner)
    inner, side = _convolution(writer, inner, block._depthwise_conv, block._bn1, side)
    inner = _relu6(writer, inner)
    inner, side = _convolution(writer, inner, block._project_conv, block._bn2, side)
    if block.shape.is_residual:
        inner = writer.add("Add", [inner, values])
    return inner, side


def _convolution(
    writer: GraphWriter, values: str, conv: SameConv, norm: nn.BatchNorm2d, side: int
) -> tuple[str, int]:
    """A convolution with the batch normalisation behind it folded into weight and bias."""
    assert norm.running_var is not None and norm.running_mean is not None
    gain = (norm.weight / (norm.running_var + norm.eps).sqrt()).detach()
    weight = (conv.weight.detach() * gain[:, None, None, None]).numpy()
    bias = (norm.bias - norm.running_mean * gain).detach().numpy()
    kernel, stride = conv.kernel_size[0], conv.stride[0]
    before, after = same_padding(side, kernel, stride)
    values = writer.add(
        "Conv",
        [values, writer.half(weight), writer.constant(bias.astype(np.float32))],
        kernel_shape=[kernel, kernel],
        strides=[stride, stride],
        pads=[before, before, after, after],
        group=conv.groups,
    )
    return values, -(-side // stride)


def _relu6(writer: GraphWriter, values: str) -> str:
    bounds = [writer.constant(np.array(bound, np.float32)) for bound in (0, 6)]
    return writer.add("Clip", [values, *bounds])


def _pooled(writer: GraphWriter, values: str, power: float) -> str:
    """Generalised mean over the field, as `losses.pooled` computes it."""
    floor = writer.constant(np.array(1e-3, np.float32))
    values = writer.add("Max", [values, floor])
    values = writer.add("Pow", [values, writer.constant(np.array(power, np.float32))])
    values = writer.add("Flatten", [writer.add("GlobalAveragePool", [values])])
    return writer.add("Pow", [values, writer.constant(np.array(1 / power, np.float32))])
