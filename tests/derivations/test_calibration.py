"""The results on calibration, against sums over classes and cases, searches and differences."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, special

from course_utils.calibration import brier_decomposition
from course_utils.derivations import calibration as proofs
from course_utils.derivations.evaluation import Point

RNG = np.random.default_rng(8)
CLASSES = [2, 3, 6]
STEP = 1e-20  # a complex step has no rounding error, however small it is


def mean_score(score: object, p: np.ndarray, q: np.ndarray) -> float:
    """The mean of a score of (class, forecast) when the class is drawn from p."""
    return float(sum(p[y] * score(y, q) for y in range(len(p))))  # type: ignore[operator]


def brier(y: int, q: np.ndarray) -> float:
    return float(sum((q[k] - (k == y)) ** 2 for k in range(len(q))))


def absolute(y: int, q: np.ndarray) -> float:
    return float(sum(abs(q[k] - (k == y)) for k in range(len(q))))


def minus_log(y: int, q: np.ndarray) -> float:
    return -float(np.log(q[y]))


@pytest.mark.parametrize("k", CLASSES)
@pytest.mark.parametrize("score", [brier, minus_log])
def test_no_forecast_beats_the_truth_by_a_strictly_proper_score(score: object, k: int) -> None:
    proofs.brier_strict.check()
    proofs.cross_entropy_strict.check()
    p = RNG.dirichlet(np.ones(k))
    for q in RNG.dirichlet(np.ones(k), size=50):
        assert mean_score(score, p, q) > mean_score(score, p, p)
    # A search over all forecasts ends at the truth.
    found = optimize.minimize(
        lambda z: mean_score(score, p, special.softmax(z)), np.zeros(k), tol=1e-12
    )
    np.testing.assert_allclose(special.softmax(found.x), p, atol=1e-4)


@pytest.mark.parametrize("k", CLASSES)
def test_the_excess_of_the_brier_score_is_the_squared_distance(k: int) -> None:
    proofs.brier_excess.check()
    p, q = RNG.dirichlet(np.ones(k), size=2)
    excess = mean_score(brier, p, q) - mean_score(brier, p, p)
    assert excess == pytest.approx(((p - q) ** 2).sum(), rel=1e-12)


@pytest.mark.parametrize("k", CLASSES)
def test_the_error_rate_sees_the_winner_alone(k: int) -> None:
    proofs.zero_one.check()
    p = RNG.dirichlet(np.ones(k))
    for q in RNG.dirichlet(np.ones(k), size=20):
        rate = mean_score(lambda y, q: y != q.argmax(), p, q)
        assert rate == pytest.approx(1 - p[q.argmax()], rel=1e-13)


@pytest.mark.parametrize("k", CLASSES)
def test_the_absolute_error_is_least_for_certainty(k: int) -> None:
    for entry in (
        proofs.absolute_of_label,
        proofs.absolute_mean,
        proofs.absolute_bound,
        proofs.absolute_improper,
    ):
        entry.check()
    p = RNG.dirichlet(np.ones(k))
    certain = np.eye(k)[p.argmax()]
    least = mean_score(absolute, p, certain)
    assert least == pytest.approx(2 * (1 - p.max()), rel=1e-13)
    assert least < mean_score(absolute, p, p)
    for q in RNG.dirichlet(np.ones(k), size=50):
        assert mean_score(absolute, p, q) == pytest.approx(2 * (1 - p @ q), rel=1e-13)
        assert mean_score(absolute, p, q) > least


def test_the_parts_of_the_brier_score_are_those_of_a_sample() -> None:
    proofs.collected.check()
    proofs.decomposition.check()
    forecasts = RNG.integers(1, 10, size=400) / 10
    came = (RNG.random(400) < forecasts**2).astype(int)
    values, group, counts = np.unique(forecasts, return_inverse=True, return_counts=True)
    # The entry's formula, evaluated with the shares and frequencies of the sample.
    point = Point(0, [(proofs.base, proofs.base_rate.expression)])
    point.values["G"] = len(values)
    for g in range(len(values)):
        point.values["w", (g + 1,)] = counts[g] / 400
        point.values["f", (g + 1,)] = values[g]
        point.values["o", (g + 1,)] = came[group == g].mean()
    parts = brier_decomposition(came, forecasts)
    assert float(point.value(proofs.reliability)) == pytest.approx(parts.reliability, rel=1e-12)
    assert float(point.value(proofs.resolution)) == pytest.approx(parts.resolution, rel=1e-12)
    whole = float(point.value(proofs.decomposition.relation.right))
    assert whole == pytest.approx(np.mean((forecasts - came) ** 2), rel=1e-12)


def test_bins_add_the_terms_that_the_package_gives() -> None:
    proofs.within_bins.check()
    forecasts, came = RNG.random(300), RNG.integers(0, 2, 300)
    parts = brier_decomposition(came, forecasts, n_bins=4)
    bins = np.ceil(forecasts * 4).astype(int) - 1
    means = np.array([forecasts[bins == b].mean() for b in range(4)])
    rounded = np.mean((means[bins] - came) ** 2)
    three = parts.reliability - parts.resolution + parts.uncertainty
    assert three == pytest.approx(rounded, rel=1e-12)
    frequencies = np.array([came[bins == b].mean() for b in range(4)])
    rest = forecasts - means[bins]
    assert parts.within_bin_variance == pytest.approx(np.mean(rest**2), rel=1e-12)
    covariance = 2 * np.mean(rest * (came - frequencies[bins]))
    assert parts.within_bin_covariance == pytest.approx(covariance, rel=1e-12)


def test_of_calibrated_forecasts_the_sharper_has_the_better_score() -> None:
    proofs.calibrated_score.check()
    w = np.full(2, 0.5)
    scores = [w @ (f * (1 - f)) for f in (np.array([0.5 - d, 0.5 + d]) for d in (0, 0.2, 0.4))]
    np.testing.assert_allclose(scores, [0.25, 0.25 - 0.04, 0.25 - 0.16], rtol=1e-14)


@pytest.mark.parametrize("k", CLASSES)
def test_slope_and_curvature_in_the_inverse_temperature(k: int) -> None:
    for entry in (proofs.slope, proofs.curvature, proofs.below_label, proofs.start_slope):
        entry.check()
    z, y, beta = RNG.normal(size=k), int(RNG.integers(k)), 0.7

    def loss(b: complex) -> complex:
        return np.log(np.exp(b * z).sum()) - b * z[y]  # type: ignore[no-any-return]

    p = special.softmax(beta * z)
    assert loss(beta + 1j * STEP).imag / STEP == pytest.approx(p @ z - z[y], abs=1e-14)
    assert loss(1j * STEP).imag / STEP == pytest.approx(z.mean() - z[y], abs=1e-14)

    def slope(b: complex) -> complex:
        weights = np.exp(b * z)
        return weights @ z / weights.sum() - z[y]  # type: ignore[no-any-return]

    variance = p @ (z - p @ z) ** 2
    assert slope(beta + 1j * STEP).imag / STEP == pytest.approx(variance, rel=1e-13)
    assert variance > 0


def test_the_temperature_changes_no_order() -> None:
    proofs.order.check()
    z = RNG.normal(size=(100, 5))
    for t in (0.1, 1.0, 30.0):
        assert np.array_equal(np.argsort(special.softmax(z / t, axis=1)), np.argsort(z))


def test_the_loss_bends_down_in_the_temperature() -> None:
    proofs.not_convex.check()
    e, h = np.e, 1e-3
    at = np.log1p(np.exp(-1 / np.array([1 - h, 1, 1 + h])))
    # A difference of three values is off by h² and by the rounding over h².
    assert np.diff(at, 2)[0] / h**2 == pytest.approx(-(2 + e) / (1 + e) ** 2, abs=1e-5)
