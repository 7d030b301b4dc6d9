"""The results on gradients, against complex steps, differences and a race of two neurons."""

import numpy as np
import pytest
from scipy import optimize, special

from course_utils.derivations import gradients as proofs

RNG = np.random.default_rng(5)
STEP = 1e-20  # a complex step has no rounding error, however small it is


def sigmoid(m: complex) -> complex:
    return 1 / (1 + np.exp(-m))


def log_softmax(z: np.ndarray) -> np.ndarray:
    return np.asarray(z - np.log(np.exp(z).sum(axis=-1, keepdims=True)))


def slope(function: object, at: float) -> float:
    return float(function(at + 1j * STEP).imag / STEP)  # type: ignore[operator]


def gradient(function: object, at: np.ndarray) -> np.ndarray:
    result = np.empty(at.shape)
    for place in np.ndindex(at.shape):
        moved = at.astype(complex)
        moved[place] += 1j * STEP
        result[place] = function(moved).imag / STEP  # type: ignore[operator]
    return result


M = np.array([-3.0, -0.4, 0.0, 1.2, 4.0])
Y = np.array([0.0, 1.0, 0.3, 0.9, 0.5])


@pytest.mark.parametrize(("m", "y"), list(zip(M, Y, strict=True)))
def test_gradients_of_one_logit(m: float, y: float) -> None:
    p = sigmoid(m)

    def cross_entropy(m: complex) -> complex:
        return -y * np.log(sigmoid(m)) - (1 - y) * np.log(1 - sigmoid(m))

    def squared(m: complex) -> complex:
        return (sigmoid(m) - y) ** 2

    by_hand = {
        proofs.sigmoid_derivative: (sigmoid, p * (1 - p)),
        proofs.binary_gradient: (cross_entropy, p - y),
        proofs.squared_gradient: (squared, 2 * (p - y) * p * (1 - p)),
        proofs.half_squared_gradient: (lambda m: squared(m) / 2, (p - y) * p * (1 - p)),
        proofs.two_class_squared_gradient: (
            lambda m: squared(m) + ((1 - sigmoid(m)) - (1 - y)) ** 2,
            4 * (p - y) * p * (1 - p),
        ),
        proofs.mean_squared_gradient: (
            lambda m: (squared(m) + ((1 - sigmoid(m)) - (1 - y)) ** 2) / 2,
            2 * (p - y) * p * (1 - p),
        ),
    }
    for derivation, (loss, expected) in by_hand.items():
        derivation.check()
        assert slope(loss, m) == pytest.approx(expected, abs=1e-15), derivation.label


@pytest.mark.parametrize("k", [2, 3, 7])
def test_gradients_of_several_logits(k: int) -> None:
    proofs.categorical_gradient.check()
    proofs.squared_multiclass_gradient.check()
    z, y = RNG.normal(size=k), RNG.dirichlet(np.ones(k))
    p = special.softmax(z)
    np.testing.assert_allclose(gradient(lambda z: -y @ log_softmax(z), z), p - y, atol=1e-15)
    jacobian = np.diag(p) - np.outer(p, p)
    by_steps = gradient(lambda z: np.sum((np.exp(log_softmax(z)) - y) ** 2), z)
    np.testing.assert_allclose(by_steps, 2 * jacobian @ (p - y), atol=1e-15)


def test_gradients_of_weights_biases_and_inputs() -> None:
    proofs.weight_gradient.check()
    weights, biases, x = RNG.normal(size=(4, 3)), RNG.normal(size=4), RNG.normal(size=3)
    y = RNG.dirichlet(np.ones(4))

    def loss(weights: np.ndarray, biases: np.ndarray, x: np.ndarray) -> complex:
        return complex(-y @ log_softmax(weights @ x + biases))

    error = special.softmax(weights @ x + biases) - y
    by_weights = gradient(lambda w: loss(w, biases, x), weights)
    np.testing.assert_allclose(by_weights, np.outer(error, x), atol=1e-15)
    by_biases = gradient(lambda b: loss(weights, b, x), biases)
    np.testing.assert_allclose(by_biases, error, atol=1e-15)
    by_input = gradient(lambda x: loss(weights, biases, x), x)
    np.testing.assert_allclose(by_input, weights.T @ error, atol=1e-15)


def test_gradients_of_a_batch() -> None:
    proofs.batch_weight_gradient.check()
    x, weights, biases = RNG.normal(size=(6, 3)), RNG.normal(size=(4, 3)), RNG.normal(size=4)
    y = RNG.dirichlet(np.ones(4), size=6)

    def loss(weights: np.ndarray, biases: np.ndarray) -> complex:
        return complex(-np.sum(y * log_softmax(x @ weights.T + biases)) / 6)

    error = special.softmax(x @ weights.T + biases, axis=1) - y
    by_weights = gradient(lambda w: loss(w, biases), weights)
    np.testing.assert_allclose(by_weights, error.T @ x / 6, atol=1e-15)
    by_biases = gradient(lambda b: loss(weights, b), biases)
    np.testing.assert_allclose(by_biases, error.mean(axis=0), atol=1e-15)


def test_cross_entropy_keeps_its_slope_where_squared_error_loses_it() -> None:
    for entry in (
        proofs.cross_entropy_wrong,
        proofs.cross_entropy_right,
        proofs.squared_wrong,
        proofs.squared_right,
    ):
        entry.check()
    far = np.array([-40.0, 40.0])
    p = special.expit(far)
    np.testing.assert_allclose(p - 1, [-1, 0], atol=1e-15)
    np.testing.assert_allclose(2 * (p - 1) * p * (1 - p), [0, 0], atol=1e-15)


def test_squared_error_learns_fastest_at_two_thirds() -> None:
    proofs.steepest.check()
    proofs.steepest_slope.check()
    found = optimize.minimize_scalar(
        lambda p: -2 * p**2 * (1 - p), bounds=(0, 1), method="bounded", options={"xatol": 1e-10}
    )
    assert found.x == pytest.approx(2 / 3, abs=1e-7)
    assert -found.fun == pytest.approx(8 / 27, rel=1e-14)


def test_race_of_two_neurons() -> None:
    for entry in (
        proofs.squared_speed,
        proofs.cross_entropy_speed,
        proofs.squared_race,
        proofs.cross_entropy_race,
    ):
        entry.check()
    # Nielsen's starts: weight and bias 2 and 2, or 0.6 and 0.9, for the input 1.
    outputs = special.expit([2 + 2, 0.6 + 0.9])
    assert [round(float(p), 2) for p in outputs] == [0.98, 0.82]
    p = np.array([0.98, 0.82])
    squared, cross_entropy = p**2 * (1 - p), p
    assert squared[1] / squared[0] == pytest.approx((123 / 49) ** 2, rel=1e-13)
    assert round(squared[1] / squared[0], 1) == 6.3
    assert cross_entropy[1] / cross_entropy[0] == pytest.approx(41 / 49)


def test_cumulants_of_all_three_losses_have_the_mean_as_slope() -> None:
    proofs.exponential_family.check()
    m, y = 0.7, 0.4
    for cumulant, mean in (
        (lambda e: e**2 / 2, m),
        (lambda e: np.log(1 + np.exp(e)), special.expit(m)),
    ):
        assert slope(lambda e, a=cumulant: a(e) - y * e, m) == pytest.approx(mean - y)
    logits = RNG.normal(size=4)
    by_steps = gradient(lambda z: np.log(np.sum(np.exp(z))), logits)
    np.testing.assert_allclose(by_steps, special.softmax(logits), atol=1e-15)


def test_class_weights_and_the_mean_over_classes() -> None:
    weights, y, z = RNG.uniform(0, 3, 5), RNG.dirichlet(np.ones(5)), RNG.normal(0, 2, 5)
    by_steps = gradient(lambda at: -(weights * y * log_softmax(at)).sum(), z)
    assert proofs.weighted_gradient.numpy(weights, y, z) == pytest.approx(by_steps, rel=1e-12)
    by_steps = gradient(lambda at: ((np.exp(log_softmax(at)) - y) ** 2).mean(), z)
    assert proofs.squared_multiclass_mean.numpy(y, z) == pytest.approx(by_steps, rel=1e-11)
