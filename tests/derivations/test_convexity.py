"""The results on convexity, against eigenvalues, differences, quadrature and other solvers."""

import numpy as np
import pytest
from scipy import integrate, optimize, special

from course_utils.derivations import DerivationError
from course_utils.derivations import convexity as proofs
from course_utils.derivations.formulas import REAL, Function, integral, relation
from course_utils.losses import softmax_cross_entropy

RNG = np.random.default_rng(11)
LOGITS = [RNG.normal(scale=2, size=k) for k in (2, 3, 6)]


def mean_loss(labels: np.ndarray, features: np.ndarray, parameters: np.ndarray) -> float:
    z = features @ parameters[:, :-1].T + parameters[:, -1]
    return float(np.mean(special.logsumexp(z, axis=1) - z[np.arange(len(z)), labels]))


def second_difference(function: object, step: float = 1e-3) -> float:
    middle, ends = function(0.0), function(step) + function(-step)  # type: ignore[operator]
    return float((ends - 2 * middle) / step**2)


@pytest.mark.parametrize("z", LOGITS)
def test_hessian_in_the_logits_is_flat_along_the_ones_alone(z: np.ndarray) -> None:
    proofs.hessian.check()
    proofs.flat_directions.check()
    y = RNG.dirichlet(np.ones(len(z)))
    unit = np.eye(len(z))
    by_differences = [
        [
            (
                softmax_cross_entropy(y, z + 1e-3 * (a + b))
                - softmax_cross_entropy(y, z + 1e-3 * (a - b))
                - softmax_cross_entropy(y, z - 1e-3 * (a - b))
                + softmax_cross_entropy(y, z - 1e-3 * (a + b))
            )
            / 4e-6
            for a in unit
        ]
        for b in unit
    ]
    p = special.softmax(z)
    hessian = np.diag(p) - np.outer(p, p)
    # Differences of step h err by h² times the fourth derivative, which is below 1.
    np.testing.assert_allclose(by_differences, hessian, atol=1e-6)
    curvatures, directions = np.linalg.eigh(hessian)
    assert abs(curvatures[0]) < 1e-15
    np.testing.assert_allclose(np.ptp(directions[:, 0]), 0, atol=1e-13)
    assert np.all(curvatures[1:] > 1e-4)


@pytest.mark.parametrize(("classes", "features"), [(2, 1), (3, 2), (5, 4)])
def test_cross_entropy_bends_upwards_along_every_line(classes: int, features: int) -> None:
    proofs.line_curvature.check()
    x = RNG.normal(size=(20, features))
    labels = RNG.integers(classes, size=20)
    for _ in range(20):
        start, direction = RNG.normal(size=(2, classes, features + 1))
        p = special.softmax(x @ start[:, :-1].T + start[:, -1], axis=1)
        moves = x @ direction[:, :-1].T + direction[:, -1]
        variances = (p * moves**2).sum(axis=1) - (p * moves).sum(axis=1) ** 2
        bend = second_difference(
            lambda t, at=start, way=direction: mean_loss(labels, x, at + t * way)
        )
        assert bend == pytest.approx(variances.mean(), rel=1e-3, abs=1e-5)
        assert bend >= 0


def test_of_two_points_no_chord_lies_below_the_loss() -> None:
    proofs.tangent.check()
    proofs.chord_from_tangents.check()
    proofs.local_is_global.check()
    x, labels = RNG.normal(size=(30, 2)), RNG.integers(3, size=30)
    for _ in range(50):
        one, other = RNG.normal(scale=3, size=(2, 3, 3))
        t = RNG.uniform()
        chord = (1 - t) * mean_loss(labels, x, one) + t * mean_loss(labels, x, other)
        assert mean_loss(labels, x, (1 - t) * one + t * other) <= chord


def test_remainder_of_the_tangent_is_the_weighted_curvature() -> None:
    proofs.tangent.check()
    remainder, _ = integrate.quad(lambda r: (1 - r) * -np.cos(r), 0, 1)
    assert np.cos(1) - np.cos(0) - 0 == pytest.approx(remainder)


def test_curvature_of_unknown_sign_proves_nothing_about_the_tangent() -> None:
    free = Function("free", "h", REAL)
    place = next(i for i, step in enumerate(proofs.tangent.steps) if step.claim.op == "≥")
    unsigned = relation(integral((1 - proofs.r) * free(proofs.r), proofs.r, 0, 1), "≥", 0)
    with pytest.raises(DerivationError, match="not seen"):
        proofs.tangent.steps[place].by.prove(unsigned, proofs.tangent.setting(place + 1))


def test_squared_error_changes_its_bend_at_one_third() -> None:
    proofs.squared_curvature.check()
    proofs.inflection.check()
    logits = np.linspace(-6, 6, 241)
    bends = np.array(
        [
            second_difference(lambda t, at=at: (1 - special.expit(at + t)) ** 2)  # type: ignore[misc]
            for at in logits
        ]
    )
    p = special.expit(logits)
    np.testing.assert_allclose(bends, 2 * p * (1 - p) ** 2 * (3 * p - 1), atol=1e-6)
    (place,) = np.flatnonzero(np.diff(np.sign(bends)))
    assert logits[place] < -np.log(2) < logits[place + 1]
    assert np.all(np.diff((1 - p) ** 2) < 0)


def test_scaling_a_separating_direction_drives_the_loss_below_every_bound() -> None:
    proofs.separable_bound.check()
    proofs.separable_limit.check()
    labels = np.repeat([0, 1, 2], 5)
    x = np.array([[0.0, 2.0], [-2.0, -1.0], [2.0, -1.0]])[labels] + RNG.uniform(-0.3, 0.3, (15, 2))
    direction = np.column_stack([[[0.0, 1.0], [-1.0, -1.0], [1.0, -1.0]], np.zeros(3)])
    z = x @ direction[:, :-1].T
    leads = z[np.arange(15), labels][:, None] - z
    least = np.sort(leads, axis=1)[:, 1].min()
    assert least > 0
    losses = [mean_loss(labels, x, t * direction) for t in (1.0, 3.0, 10.0)]
    for t, found in zip((1.0, 3.0, 10.0), losses, strict=True):
        assert 0 < found <= 2 * np.exp(-t * least)
    assert losses[0] > losses[1] > losses[2]


def test_prior_and_penalty_have_the_same_minimiser() -> None:
    proofs.prior.check()
    proofs.map_estimate.check()
    x, labels, tau = RNG.normal(size=(12, 2)), np.arange(12) % 2, 0.7

    def penalised(flat: np.ndarray) -> float:
        parameters = flat.reshape(2, 3)
        weights = parameters[:, :-1]
        return mean_loss(labels, x, parameters) + np.sum(weights**2) / (2 * len(x) * tau**2)

    def minus_log_posterior(flat: np.ndarray) -> float:
        parameters = flat.reshape(2, 3)
        density = -0.5 * (parameters[:, :-1] / tau) ** 2 - np.log(tau * np.sqrt(2 * np.pi))
        return len(x) * mean_loss(labels, x, parameters) - float(density.sum())

    one, other = (
        optimize.minimize(function, np.zeros(6), tol=1e-12).x
        for function in (penalised, minus_log_posterior)
    )
    np.testing.assert_allclose(one, other, atol=1e-5)


def test_penalty_adds_its_strength_to_the_curvature() -> None:
    proofs.penalised_curvature.check()
    x, labels, strength = RNG.normal(size=(10, 2)), RNG.integers(3, size=10), 0.3
    start, direction = RNG.normal(size=(2, 3, 3))
    size = np.sum(direction[:, :-1] ** 2)

    def penalised(t: float) -> float:
        parameters = start + t * direction
        return mean_loss(labels, x, parameters) + strength / 2 * np.sum(parameters[:, :-1] ** 2)

    assert second_difference(penalised) >= strength * size
    # A common shift of all biases is all that stays flat.
    shift = np.array([[0.0, 0.0, 1.0]] * 3)
    flat = second_difference(lambda t: mean_loss(labels, x, start + t * shift))
    assert abs(flat) < 1e-8


def test_normal_equations_give_the_least_squares() -> None:
    proofs.squares_gradient.check()
    proofs.squares_excess.check()
    x, y, v = RNG.normal(size=(15, 3)), RNG.normal(size=15), RNG.normal(size=3)
    w = np.linalg.solve(x.T @ x, x.T @ y)
    np.testing.assert_allclose(w, np.linalg.lstsq(x, y, rcond=None)[0], rtol=1e-10)

    def loss(w: np.ndarray) -> float:
        return float(np.mean((y - x @ w) ** 2) / 2)

    assert loss(w + v) - loss(w) == pytest.approx(np.mean((x @ v) ** 2) / 2)


def test_newton_step_solves_a_weighted_least_squares() -> None:
    proofs.reweighting.check()
    proofs.logistic_hessian.check()
    x, y, w = RNG.normal(size=(15, 2)), RNG.integers(2, size=15), RNG.normal(size=2)
    p = special.expit(x @ w)
    pull = p * (1 - p)
    newton = np.linalg.solve((x.T * pull) @ x, x.T @ (y - p))
    response = x @ w + (y - p) / pull
    root = np.sqrt(pull)
    weighted = np.linalg.lstsq(x * root[:, None], response * root, rcond=None)[0]
    np.testing.assert_allclose(w + newton, weighted, rtol=1e-9)
