"""The projection behind the network."""

import numpy as np
import pytest

from dedup.training.whitening import fit_whitening


def spread() -> np.ndarray:
    """500 vectors whose four axes differ in spread by powers of two, off the origin."""
    drawn = np.random.default_rng(0).normal(size=(500, 4)) * [8, 4, 2, 1]
    turn, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(4, 4)))
    return (drawn @ turn + 10).astype(np.float32)


@pytest.mark.parametrize(("power", "ratio"), [(0.0, 64), (0.5, 8), (1.0, 1)])
def test_the_power_evens_out_the_axes(power: float, ratio: float) -> None:
    whitening = fit_whitening(spread(), 4, power)
    variances = ((spread() - whitening.mean) @ whitening.matrix).var(axis=0)
    assert variances[0] / variances[3] == pytest.approx(ratio, rel=0.25)


def test_the_first_axes_are_kept() -> None:
    whitening = fit_whitening(spread(), 2, 0.0)
    variances = ((spread() - whitening.mean) @ whitening.matrix).var(axis=0)
    assert variances == pytest.approx([64, 16], rel=0.25)


def test_whitened_vectors_have_unit_length() -> None:
    found = fit_whitening(spread(), 3, 0.5)(spread())
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, rtol=1e-5)


def test_axes_without_any_spread_stay_finite() -> None:
    flat = spread()
    flat[:, 3] = 0
    assert np.isfinite(fit_whitening(flat, 4, 1.0).matrix).all()
