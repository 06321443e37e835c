"""The exported file computes what the trained network computes: needs the extra `train`."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

torch = pytest.importorskip("torch", reason="needs PyTorch: pip install .[train]")
pytest.importorskip("onnx", reason="needs onnx: pip install .[train]")

from dedup.training.export import export  # noqa: E402
from dedup.training.losses import pooled  # noqa: E402
from dedup.training.network import EfficientNetLite0  # noqa: E402
from dedup.training.train import as_input  # noqa: E402

SIDE = 224


@pytest.fixture(scope="module")
def vectors(network: EfficientNetLite0, pictures: list[np.ndarray]) -> np.ndarray:
    with torch.no_grad():
        return np.asarray(pooled(network(as_input(pictures)), 3.0))


def _run(file: Path, pictures: list[np.ndarray]) -> np.ndarray:
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"pictures": np.stack(pictures)})
    return np.asarray(found)


def test_onnxruntime_gives_the_vectors_of_the_trained_network(
    network: EfficientNetLite0, pictures: list[np.ndarray], vectors: np.ndarray, tmp_path: Path
) -> None:
    export(network, tmp_path / "e.onnx", side=SIDE, pooling_power=3.0)
    found = _run(tmp_path / "e.onnx", pictures)
    assert np.ptp(vectors @ vectors.T) > 0.1  # or any two vectors would be equal enough
    assert (found * vectors).sum(axis=1).min() > 0.99


def test_exporting_twice_gives_the_same_bytes(network: EfficientNetLite0, tmp_path: Path) -> None:
    files = [tmp_path / "first.onnx", tmp_path / "second.onnx"]
    for file in files:
        export(network, file, side=SIDE, pooling_power=3.0)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_the_full_model_fits_into_the_repository(
    network: EfficientNetLite0, tmp_path: Path
) -> None:
    export(network, tmp_path / "e.onnx", side=224, pooling_power=3.0)
    assert (tmp_path / "e.onnx").stat().st_size < 8_000_000
