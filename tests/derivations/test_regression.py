"""The results on regression, against quadrature, SciPy, and minimisers found by search."""

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from course_utils.derivations import regression as proofs
from course_utils.derivations.evaluation import Point
from course_utils.information import gaussian_cross_entropy, gaussian_kl_divergence
from course_utils.likelihood import gaussian_mixture_nll

RNG = np.random.default_rng(12)


@pytest.mark.parametrize(
    ("y", "width", "mu", "s"), [(1.0, 0.5, 0.3, 1.2), (-2.0, 1.5, 0.0, 0.7), (0.0, 0.01, 0.1, 1.0)]
)
def test_blurred_loss_is_the_cross_entropy_by_quadrature(
    y: float, width: float, mu: float, s: float
) -> None:
    proofs.same_minimiser.check()
    target, model = stats.norm(y, width), stats.norm(mu, s)
    ends = y - 12 * width, y + 12 * width  # beyond, the target is below 1e-31
    cross, _ = integrate.quad(lambda r: -target.pdf(r) * model.logpdf(r), *ends)
    point = Point(0)
    for name, number in {"value": y, "width": width, "mu": mu, "s": s}.items():
        point = point.with_value(name, number)
    assert float(point.value(proofs.blurred_nll)) == pytest.approx(cross)
    divergence = cross - float(target.entropy())
    assert float(point.value(proofs.divergence_value)) == pytest.approx(divergence)
    assert float(point.value(proofs.entropy_value)) == pytest.approx(float(target.entropy()))


def test_exact_target_leaves_the_likelihood_and_an_infinite_divergence() -> None:
    proofs.delta_limit.check()
    proofs.divergence_bound.check()
    y, mu, s = 1.0, 0.4, 0.8
    widths = 10.0 ** -np.arange(1, 9)
    cross = gaussian_cross_entropy(y, widths, mu, s)
    divergences = gaussian_kl_divergence(y, widths, mu, s)
    np.testing.assert_allclose(cross[-1], -stats.norm.logpdf(y, mu, s), rtol=1e-14)
    # Ten times narrower is log 10 more.
    np.testing.assert_allclose(np.diff(divergences)[2:], np.log(10), rtol=1e-4)


@pytest.mark.parametrize("width", [0.01, 0.5, 3.0])
def test_minimisers_agree_for_every_width(width: float) -> None:
    proofs.best_mean.check()
    proofs.best_scale.check()
    proofs.same_minimiser.check()
    y, known = 1.3, 0.9
    for measure in (gaussian_cross_entropy, gaussian_kl_divergence):
        found = optimize.minimize_scalar(lambda mu, f=measure: float(f(y, width, mu, known)))
        assert found.x == pytest.approx(y, abs=1e-6)
        found = optimize.minimize_scalar(
            lambda s, f=measure: float(f(y, width, 1.0, s)), bounds=(0.01, 10), method="bounded"
        )
        assert found.x == pytest.approx(np.sqrt(width**2 + 0.3**2), abs=1e-4)


def test_error_bars_weigh_the_squares() -> None:
    proofs.own_scales.check()
    proofs.weighted_mean.check()
    x, s = RNG.normal(size=30), RNG.uniform(0.2, 3, size=30)
    y = 1 + 2 * x + s * RNG.normal(size=30)

    def nll(line: np.ndarray) -> float:
        return -float(stats.norm.logpdf(y, line[0] + line[1] * x, s).sum())

    found = optimize.minimize(nll, [0.0, 0.0], tol=1e-10).x
    np.testing.assert_allclose(found, np.polyfit(x, y, 1, w=1 / s)[::-1], atol=1e-5)


def test_gradients_by_differences() -> None:
    proofs.mean_slope.check()
    proofs.scale_slope.check()
    y, mu, gamma, nudge = 1.0, 0.2, -0.4, 1e-6

    def nll(mu: float, gamma: float) -> float:
        return -float(stats.norm.logpdf(y, mu, np.exp(gamma)))

    by_mean = (nll(mu + nudge, gamma) - nll(mu - nudge, gamma)) / (2 * nudge)
    by_scale = (nll(mu, gamma + nudge) - nll(mu, gamma - nudge)) / (2 * nudge)
    assert by_mean == pytest.approx((mu - y) / np.exp(2 * gamma), rel=1e-7)
    assert by_scale == pytest.approx(1 - (y - mu) ** 2 / np.exp(2 * gamma), rel=1e-7)


@pytest.mark.parametrize("size", [1, 2, 5, 8])
def test_median_minimises_the_absolute_errors(size: int) -> None:
    proofs.median_minimises.check()
    y = RNG.normal(size=size).round(1)
    y[: size // 2] = y[0]  # ties
    least = np.abs(y - np.median(y)).sum()
    for m in RNG.normal(size=200):
        assert np.abs(y - m).sum() >= least - 1e-14
    # The signs of the proof exist: they lie between -1 and 1 and sum to 0.
    above, below = np.sum(y > np.median(y)), np.sum(y < np.median(y))
    equal = size - above - below
    assert equal >= abs(int(above) - int(below))


def test_mean_minimises_the_expected_square_for_any_distribution() -> None:
    proofs.mean_always.check()
    p, y = RNG.dirichlet(np.ones(6)), RNG.normal(size=6) ** 3
    found = optimize.minimize_scalar(lambda a: float(p @ (y - a) ** 2)).x
    assert found == pytest.approx(p @ y, abs=1e-7)


@pytest.mark.parametrize(
    ("noise", "mean_is_best"), [("norm", True), ("laplace", False), ("logistic", False)]
)
def test_only_under_gaussian_noise_the_mean_is_the_most_likely(
    noise: str, mean_is_best: bool
) -> None:
    proofs.gauss_additive.check()
    proofs.gauss_linear.check()
    proofs.gauss.check()
    y = np.array([0.0, 1.0, 5.0])
    density = getattr(stats, noise)
    found = optimize.minimize_scalar(
        lambda mu: -float(density.logpdf(y - mu).sum()), bounds=(0, 5), method="bounded"
    ).x
    assert (abs(found - y.mean()) < 1e-4) == mean_is_best


def test_a_shrinking_component_lowers_the_loss_for_ever() -> None:
    proofs.mixture_bound.check()
    proofs.spike.check()
    proofs.spike_limit.check()
    y = RNG.normal(size=20)
    losses = [
        gaussian_mixture_nll(y, [0.5, 0.5], [y[0], 0.0], [s, 1.0]).sum()
        # So narrow that the other component adds less than a ten-thousandth at its value.
        for s in 10.0 ** -np.arange(4, 10)
    ]
    np.testing.assert_allclose(np.diff(losses), -np.log(10), rtol=1e-3)


def test_bins_add_the_logarithm_of_their_width() -> None:
    proofs.binned.check()
    proofs.one_density.check()
    edges = np.array([0.0, 0.5, 1.5, 4.0])
    q = np.array([0.2, 0.5, 0.3])
    histogram = stats.rv_histogram((q, edges), density=False)
    values = RNG.uniform(0, 4, size=50)
    bins = np.digitize(values, edges) - 1
    by_density = -histogram.logpdf(values).mean()
    by_bins = -np.log(q[bins]).mean() + np.log(np.diff(edges)[bins]).mean()
    assert by_density == pytest.approx(by_bins)


def test_two_neighbouring_bins_keep_the_mean_and_add_a_variance() -> None:
    proofs.two_hot_mean.check()
    proofs.two_hot_variance.check()
    left, h, t = 2.0, 0.5, 0.3
    share, place = np.array([1 - t, t]), np.array([left, left + h])
    assert share @ place == pytest.approx(left + t * h)
    assert share @ (place - share @ place) ** 2 == pytest.approx(t * (1 - t) * h**2)
