"""The results on robustness, against differences, searches and sums over labels."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, special

from course_utils.derivations import robustness as proofs

RNG = np.random.default_rng(9)
CLASSES = [2, 3, 6]
STEP = 1e-20  # a complex step has no rounding error, however small it is


def softmax(z: np.ndarray) -> np.ndarray:
    weights = np.exp(z)
    return np.asarray(weights / weights.sum())


def gradient(loss: object, z: np.ndarray) -> np.ndarray:
    steps = np.eye(len(z)) * STEP * 1j
    return np.array([loss(z + step).imag / STEP for step in steps])  # type: ignore[operator]


@pytest.mark.parametrize("k", CLASSES)
def test_gradients_are_weighted_errors(k: int) -> None:
    proofs.generalised_gradient.check()
    proofs.focal_gradient.check()
    proofs.absolute_gradient.check()
    z, y = RNG.normal(size=k), int(RNG.integers(k))
    p = softmax(z)
    error = p - np.eye(k)[y]
    np.testing.assert_allclose(
        gradient(lambda z: (1 - softmax(z)[y] ** 0.7) / 0.7, z), p[y] ** 0.7 * error, atol=1e-15
    )
    np.testing.assert_allclose(
        gradient(lambda z: 2 * (1 - softmax(z)[y]), z), 2 * p[y] * error, atol=1e-15
    )
    weight = (1 - p[y]) ** 3 - 3 * p[y] * (1 - p[y]) ** 2 * np.log(p[y])
    np.testing.assert_allclose(
        gradient(lambda z: -((1 - softmax(z)[y]) ** 3) * np.log(softmax(z)[y]), z),
        weight * error,
        atol=1e-15,
    )


def test_weights_far_out() -> None:
    proofs.focal_limit.check()
    proofs.generalised_limit.check()
    p = 1e-12
    assert (1 - p) ** 2 - 2 * p * (1 - p) * np.log(p) == pytest.approx(1, abs=1e-10)
    assert p**0.7 < 1e-8


@pytest.mark.parametrize("k", CLASSES)
def test_bounds_are_reached_or_passed(k: int) -> None:
    proofs.brier_bound.check()
    proofs.generalised_bound.check()
    proofs.focal_unbounded.check()
    certain = np.eye(k)[0]
    assert ((certain - np.eye(k)[1]) ** 2).sum() == 2
    for q in RNG.dirichlet(np.ones(k), size=50):
        assert ((q - np.eye(k)[1]) ** 2).sum() < 2
    focal = [-((1 - p) ** 2) * np.log(p) for p in (1e-5, 1e-50, 1e-300)]
    assert focal[-1] > 600


@pytest.mark.parametrize("k", CLASSES)
def test_mean_over_noisy_labels(k: int) -> None:
    proofs.noisy_loss.check()
    proofs.tolerant.check()
    losses, y, noise = RNG.random(k), 1, 0.3
    chances = np.full(k, noise / (k - 1))
    chances[y] = 1 - noise
    expected = (1 - noise * k / (k - 1)) * losses[y] + noise / (k - 1) * losses.sum()
    assert chances @ losses == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("k", CLASSES)
def test_only_absolute_and_zero_one_losses_have_a_constant_sum(k: int) -> None:
    for entry in (
        proofs.absolute_symmetric,
        proofs.zero_one_symmetric,
        proofs.brier_sum,
        proofs.brier_asymmetric,
        proofs.cross_entropy_asymmetric,
        proofs.generalised_asymmetric,
        proofs.focal_asymmetric,
    ):
        entry.check()
    forecasts = RNG.dirichlet(np.ones(k), size=20)
    one_hot = np.eye(k)
    sums = {
        "absolute": [np.abs(q - one_hot).sum() for q in forecasts],
        "zero-one": [(np.arange(k) != q.argmax()).sum() for q in forecasts],
        "Brier": [((q - one_hot) ** 2).sum() for q in forecasts],
        "cross-entropy": [-np.log(q).sum() for q in forecasts],
        "generalised": [((1 - q**0.7) / 0.7).sum() for q in forecasts],
        "focal": [-((1 - q) ** 2 * np.log(q)).sum() for q in forecasts],
    }
    constant = {name for name, values in sums.items() if np.ptp(values) < 1e-12}
    assert constant == {"absolute", "zero-one"}
    np.testing.assert_allclose(sums["absolute"], 2 * (k - 1))
    np.testing.assert_allclose(sums["Brier"], k * (forecasts**2).sum(axis=1) + k - 2)


@pytest.mark.parametrize("k", CLASSES)
def test_even_noise_keeps_the_winner_up_to_a_limit(k: int) -> None:
    proofs.noise_keeps_order.check()
    p = RNG.dirichlet(np.ones(k))
    limit = 1 - 1 / k
    for noise, same in ((limit - 0.01, True), (limit + 0.01, False)):
        spoilt = (1 - noise) * p + noise / (k - 1) * (1 - p)
        assert spoilt.sum() == pytest.approx(1, rel=1e-14)
        assert np.array_equal(np.argsort(spoilt), np.argsort(p)) == same


def best_forecast(loss: object, theta: float) -> float:
    found = optimize.minimize_scalar(
        lambda p: theta * loss(p) + (1 - theta) * loss(1 - p),  # type: ignore[operator]
        bounds=(1e-9, 1 - 1e-9),
        method="bounded",
        options={"xatol": 1e-12},
    )
    return float(found.x)


def test_focal_loss_is_least_at_0627_for_the_truth_08() -> None:
    for entry in (proofs.focal_improper, proofs.focal_below, proofs.focal_above):
        entry.check()
    best = best_forecast(lambda p: -((1 - p) ** 2) * np.log(p), 0.8)
    assert f"{best:.3f}" == "0.627"
    for theta in (0.55, 0.7, 0.95):
        assert 0.5 < best_forecast(lambda p: -((1 - p) ** 2) * np.log(p), theta) < theta


@pytest.mark.parametrize("theta", [0.6, 0.8])
@pytest.mark.parametrize("q", [0.3, 0.5, 0.7])
def test_generalised_cross_entropy_is_least_beyond_the_truth(q: float, theta: float) -> None:
    proofs.generalised_improper.check()
    best = best_forecast(lambda p: (1 - p**q) / q, theta)
    odds = (theta / (1 - theta)) ** (1 / (1 - q))
    # A search by values is right to about half of the digits.
    assert best == pytest.approx(odds / (1 + odds), abs=1e-6)
    assert best > theta


def test_the_best_margin_for_the_hinge_loss_says_the_side_alone() -> None:
    proofs.mean_hinge.check()
    margins = np.linspace(-3, 3, 601)
    for theta in (0.51, 0.7, 0.99):
        mean = theta * np.maximum(0, 1 - margins) + (1 - theta) * np.maximum(0, 1 + margins)
        assert margins[mean.argmin()] == pytest.approx(1)
        assert mean.min() == pytest.approx(2 * (1 - theta))


def test_cross_entropy_as_the_limit_of_the_generalised() -> None:
    p = special.softmax(RNG.normal(size=5))
    np.testing.assert_allclose((1 - p**1e-6) / 1e-6, -np.log(p), rtol=1e-5)
