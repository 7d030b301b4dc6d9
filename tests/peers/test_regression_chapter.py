"""What the chapter *regression* says of PyTorch and scikit-learn. The page includes some of it."""

from importlib.util import find_spec

import numpy as np
import pytest

needs_torch = pytest.mark.skipif(
    find_spec("torch") is None, reason="the claim is about PyTorch, which is not installed"
)


@needs_torch
def test_gaussian_nll_loss_takes_variances_and_drops_the_constant() -> None:
    import math

    import torch
    from torch.nn import GaussianNLLLoss

    mean, value = torch.tensor([20.0]), torch.tensor([23.0])
    variance = torch.tensor([4.0])  # not the scale 2
    kept = GaussianNLLLoss(full=True)(mean, value, variance)
    short = GaussianNLLLoss()(mean, value, variance)

    exact = (23 - 20) ** 2 / (2 * 4) + math.log(2)
    assert abs(short - exact) < 1e-6
    assert abs(kept - short - math.log(2 * math.pi) / 2) < 1e-6


@needs_torch
def test_gaussian_nll_loss_holds_the_variance_above_eps() -> None:
    import torch
    from torch.nn import GaussianNLLLoss

    value, tiny = torch.tensor([23.0]), torch.tensor([1e-12])
    held = GaussianNLLLoss(eps=1e-6)(value, value, tiny)
    assert torch.isclose(held, 0.5 * torch.log(torch.tensor(1e-6)))


def test_sample_weight_of_linear_regression_is_one_over_the_variance() -> None:
    from scipy import optimize, stats
    from sklearn.linear_model import LinearRegression

    rng = np.random.default_rng(2)
    x, s = rng.normal(size=20), rng.uniform(0.1, 2, size=20)
    y = 1 + 2 * x + s * rng.normal(size=20)
    line = LinearRegression().fit(x[:, np.newaxis], y, sample_weight=1 / s**2)

    def nll(parameters: np.ndarray) -> float:
        return -float(stats.norm.logpdf(y, parameters[0] + parameters[1] * x, s).sum())

    best = optimize.minimize(nll, [0.0, 0.0], tol=1e-10).x
    np.testing.assert_allclose([line.intercept_, line.coef_[0]], best, atol=1e-5)


def test_gaussian_mixture_adds_reg_covar_to_every_variance() -> None:
    from sklearn.mixture import GaussianMixture

    # Two clusters without any width.
    values = np.repeat([0.0, 1.0], 10)[:, np.newaxis]
    model = GaussianMixture(2, reg_covar=1e-6, random_state=0).fit(values)
    np.testing.assert_allclose(model.covariances_.ravel(), 1e-6, rtol=1e-6)
