"""Losses and their gradients: against mpmath, by their properties, at the edges."""

import math
from functools import partial

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_utils.losses import (
    absolute_error,
    binary_cross_entropy,
    brier_score,
    categorical_cross_entropy,
    focal_loss,
    generalised_cross_entropy,
    hinge_loss,
    sigmoid_cross_entropy,
    sigmoid_cross_entropy_and_gradient,
    softmax_cross_entropy,
    softmax_cross_entropy_and_gradient,
    sparsemax_loss,
    squared_error,
    squared_error_and_gradient,
    zero_one_loss,
)
from course_utils.softmax import softmax, sparsemax

INF, NAN = math.inf, math.nan
EPS = 2.0**-52
DTYPES = [np.float64, np.float32]

OF_PROBABILITIES = [zero_one_loss, squared_error, brier_score, categorical_cross_entropy]
OF_LOGITS = [
    softmax_cross_entropy,
    focal_loss,
    generalised_cross_entropy,
    hinge_loss,
    absolute_error,
    sparsemax_loss,
]
WITH_GRADIENT = [softmax_cross_entropy_and_gradient, squared_error_and_gradient]
BINARY = [binary_cross_entropy, sigmoid_cross_entropy]
OF_CLASSES = OF_PROBABILITIES + OF_LOGITS + WITH_GRADIENT
ALL = OF_CLASSES + BINARY + [sigmoid_cross_entropy_and_gradient]

# A confident prediction leaves 1e-300 beside 1, and squares of it. The literal definitions below
# keep hundreds of digits even then, so they need no trick that could share a mistake with the code.
DIGITS = 700

# Tolerances count the rounding unit of the dtype: one for each of exponential, sum, quotient and
# logarithm, and the same again for what is above half a unit.
UNITS = 6

FAMILIES = ["normal", "wide", "offset", "nearly equal", "minus infinity", "confident", "mistaken"]


def some_logits(family, dtype, samples=8, classes=6):
    rng = np.random.default_rng(FAMILIES.index(family))
    z = rng.normal(0, 3, (samples, classes))
    if family == "wide":
        z = rng.normal(0, 100, (samples, classes))
    elif family == "offset":
        z += 1e4
    elif family == "nearly equal":
        z = 1e4 + 1e-6 * z
    elif family == "minus infinity":
        z[:, 2] = -INF
    elif family in ("confident", "mistaken"):
        # What is left for the others stays above the smallest normal number, also when squared.
        z[:, 0] = z.max(axis=1) + rng.uniform(15, 40 if dtype is np.float32 else 340, samples)
    return z.astype(dtype)


def some_labels(family, samples=8):
    rng = np.random.default_rng(100 + FAMILIES.index(family))
    if family == "confident":
        return np.zeros(samples, int)
    return rng.choice([1, 3, 4, 5] if family in ("minus infinity", "mistaken") else 6, samples)


def some_distributions(family, dtype, samples=8, classes=6):
    rng = np.random.default_rng(200 + FAMILIES.index(family))
    y = rng.dirichlet(np.full(classes, 0.5), samples)
    if family == "minus infinity":
        y[:, 2] = 0
        y /= y.sum(axis=1, keepdims=True)
    elif family == "confident":
        y = 1e-3 * y + 0.999 * np.eye(classes)[0]
    return y.astype(dtype)


def exact(number):
    return number if isinstance(number, mpmath.mpf) else mpmath.mpf(float(number))


def exactly(numbers):
    return [exact(n) for n in numbers]


def one_hot(label, classes):
    return [mpmath.mpf(int(k == label)) for k in range(classes)]


# The literal definitions, of a distribution y and logits z in mpmath numbers.


def true_softmax(z, temperature=1):
    exponentials = [mpmath.exp(v / mpmath.mpf(temperature)) for v in z]
    total = mpmath.fsum(exponentials)
    return [e / total for e in exponentials]


def true_sparsemax(z):
    low, high = max(z) - 1, max(z)
    for _ in range(250):
        middle = (low + high) / 2
        if mpmath.fsum(max(v - middle, 0) for v in z) > 1:
            low = middle
        else:
            high = middle
    return [max(v - high, mpmath.mpf(0)) for v in z]


def true_cross_entropy(y, z, temperature=1):
    p = true_softmax(z, temperature)
    return -mpmath.fsum(a * mpmath.log(b) for a, b in zip(y, p, strict=True) if a)


def true_focal(y, z, gamma=2):
    p = true_softmax(z)
    return -mpmath.fsum(
        a * (1 - b) ** mpmath.mpf(gamma) * mpmath.log(b) for a, b in zip(y, p, strict=True) if a
    )


def true_generalised(y, z, q=0.7):
    q = mpmath.mpf(q)
    return mpmath.fsum(a * (1 - b**q) / q for a, b in zip(y, true_softmax(z), strict=True))


def true_hinge(y, z):
    return mpmath.fsum(a * max(0, 1 + max(z[:k] + z[k + 1 :]) - z[k]) for k, a in enumerate(y) if a)


def true_absolute(y, z):
    return mpmath.fsum(abs(b - a) for a, b in zip(y, true_softmax(z), strict=True))


def true_squared(y, z):
    return mpmath.fsum((b - a) ** 2 for a, b in zip(y, true_softmax(z), strict=True))


def true_sparsemax_loss(y, z):
    # For Σy = 1 only: what rounding leaves of the sum would count here times the logits.
    y = [v / mpmath.fsum(y) for v in y]
    p = true_sparsemax(z)
    finite = [k for k, v in enumerate(z) if not mpmath.isinf(v)]
    return mpmath.fsum((y[k] - z[k]) ** 2 - (p[k] - z[k]) ** 2 for k in finite) / 2


def true_binary(y, z):
    p = 1 / (1 + mpmath.exp(-z))
    return -(y * mpmath.log(p) if y else 0) - ((1 - y) * mpmath.log(1 - p) if y != 1 else 0)


TRUTH = {
    softmax_cross_entropy: true_cross_entropy,
    focal_loss: true_focal,
    generalised_cross_entropy: true_generalised,
    hinge_loss: true_hinge,
    absolute_error: true_absolute,
    sparsemax_loss: true_sparsemax_loss,
}


def assert_near(results, truths, units, scale=None):
    """Hold floats to mpmath numbers, within `units` of rounding of the truth or of `scale`."""
    info = np.finfo(results.dtype)
    scales = truths if scale is None else scale
    for i, (result, truth, size) in enumerate(zip(results.flat, truths, scales, strict=True)):
        # Below the normal numbers, digits run out: there the smallest step is the unit.
        unit = max(float(abs(size)) * float(info.eps), float(info.smallest_subnormal))
        error = float(abs(mpmath.mpf(float(result)) - truth))
        assert error <= units * unit, f"entry {i}: {result!r} is {error / unit:.1f} units off"


# Values against mpmath


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("loss", OF_LOGITS)
def test_losses_of_logits_against_mpmath(loss, family, dtype):
    z, labels, y = (
        some_logits(family, dtype),
        some_labels(family),
        some_distributions(family, dtype),
    )
    of_labels, of_distributions = (loss(t, z, reduction="none") for t in (labels, y))
    assert of_labels.dtype == of_distributions.dtype == dtype
    with mpmath.workdps(DIGITS):
        hard = [one_hot(k, len(row)) for k, row in zip(labels, z, strict=True)]
        for results, targets in ((of_labels, hard), (of_distributions, [*map(exactly, y)])):
            rows = [*map(exactly, z)]
            truths = [TRUTH[loss](t, row) for t, row in zip(targets, rows, strict=True)]
            scale = None
            if loss in (hinge_loss, sparsemax_loss):
                # 1 or p is added to a gap: where they cancel, the error is that of the larger.
                scale = [
                    1 + mpmath.fsum(a * (max(row) - v) for a, v in zip(t, row, strict=True) if a)
                    for t, row in zip(targets, rows, strict=True)
                ]
            elif loss is absolute_error and results is of_distributions:
                # p_k − y_k cancels: the error is that of p_k and y_k, which sum to 2.
                scale = [2] * len(rows)
            assert_near(results, truths, 2 * UNITS, scale)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("family", FAMILIES)
def test_the_gradient_of_a_label_against_mpmath(family, dtype):
    z, labels = some_logits(family, dtype), some_labels(family)
    loss, gradient = softmax_cross_entropy_and_gradient(labels, z, reduction="none")
    assert loss.dtype == gradient.dtype == dtype
    as_distributions = np.eye(6, dtype=dtype)[labels]
    dense = softmax_cross_entropy_and_gradient(as_distributions, z, reduction="none")[1]
    with mpmath.workdps(DIGITS):
        for k, row, result, other in zip(labels, z, gradient, dense, strict=True):
            p = true_softmax(exactly(row))
            truth = [a - b for a, b in zip(p, one_hot(k, 6), strict=True)]
            assert_near(result, truth, UNITS)
            assert_near(other, truth, UNITS)


@pytest.mark.parametrize("dtype", DTYPES)
def test_gradients_over_many_classes(dtype):
    z = np.random.default_rng(4).normal(0, 1, (1, 1000)).astype(dtype)
    label = np.array([7])
    of_label = softmax_cross_entropy_and_gradient(label, z)[1][0]
    of_hot = softmax_cross_entropy_and_gradient(np.eye(1000, dtype=dtype)[label], z)[1][0]
    with mpmath.workdps(50):
        p = true_softmax(exactly(z[0]))
        truth = [a - b for a, b in zip(p, one_hot(7, 1000), strict=True)]
        assert_near(of_label, truth, UNITS)
        assert_near(of_hot, truth, UNITS)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("family", "smoothing"),
    # Smoothing makes a class of probability 0 cost inf, which stands among the edges below.
    [(f, s) for f in FAMILIES for s in (0.0, 0.1) if not (s and f == "minus infinity")],
)
@pytest.mark.parametrize("weighted", [False, True])
def test_soft_targets_smoothing_and_weights_against_mpmath(weighted, smoothing, family, dtype):
    z, y = some_logits(family, dtype), some_distributions(family, dtype)
    weights = np.random.default_rng(3).uniform(0.2, 3, 6).astype(dtype) if weighted else None
    losses, gradient = softmax_cross_entropy_and_gradient(
        y, z, label_smoothing=smoothing, class_weight=weights, reduction="none"
    )
    factors = exactly(weights) if weighted else [mpmath.mpf(1)] * 6
    epsilon = mpmath.mpf(smoothing)
    with mpmath.workdps(DIGITS):
        for row, target, loss, result in zip(z, y, losses, gradient, strict=True):
            p = true_softmax(exactly(row))
            mass = [
                w * ((1 - epsilon) * t + epsilon / 6)
                for w, t in zip(factors, exactly(target), strict=True)
            ]
            truth = -mpmath.fsum(m * mpmath.log(v) for m, v in zip(mass, p, strict=True) if m)
            assert_near(loss[None], [truth], 2 * UNITS)
            total = mpmath.fsum(mass)
            expected = [v * total - m for v, m in zip(p, mass, strict=True)]
            # p·Σy − y cancels where they are near. Next to certainty, 1 − p and Σy − y do instead,
            # which are smaller.
            scale = [
                min(v * total + m, (1 - v) * total + total - m)
                for v, m in zip(p, mass, strict=True)
            ]
            assert_near(result, expected, 2 * UNITS, scale)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("hard", [True, False])
def test_squared_error_of_logits_against_mpmath(hard, family, dtype):
    z = some_logits(family, dtype)
    targets = some_labels(family) if hard else some_distributions(family, dtype)
    losses, gradient = squared_error_and_gradient(targets, z, reduction="none")
    assert losses.dtype == gradient.dtype == dtype
    with mpmath.workdps(DIGITS):
        for row, target, loss, result in zip(z, targets, losses, gradient, strict=True):
            y = one_hot(target, 6) if hard else exactly(target)
            p = true_softmax(exactly(row))
            d = [a - b for a, b in zip(p, y, strict=True)]
            # Errors of p − y, relative to it for a label, else to p + y.
            errors = [abs(v) if hard else a + b for v, a, b in zip(d, p, y, strict=True)]
            size = mpmath.fsum(abs(v) * e for v, e in zip(d, errors, strict=True))
            assert_near(loss[None], [true_squared(y, exactly(row))], 2 * UNITS, [size])
            mean = mpmath.fsum(a * v for a, v in zip(p, d, strict=True))
            truth = [2 * a * (v - mean) for a, v in zip(p, d, strict=True)]
            # A weighted sum of differences of these: its error is that of the sum of their sizes.
            top = p.index(max(p))
            ways = [abs(e) + abs(errors[top]) if k != top else 0 for k, e in enumerate(errors)]
            spread = mpmath.fsum(a * way for a, way in zip(p, ways, strict=True))
            sizes = [2 * a * (way + spread) for a, way in zip(p, ways, strict=True)]
            assert_near(result, truth, 2 * UNITS, sizes)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("targets", ["no", "yes", "soft"])
def test_binary_losses_against_mpmath(targets, dtype):
    rng = np.random.default_rng(30)
    bound = 80 if dtype is np.float32 else 700
    z = np.concatenate([rng.normal(0, 3, 40), rng.uniform(-bound, bound, 40)]).astype(dtype)
    y = {"no": np.zeros(80), "yes": np.ones(80), "soft": rng.uniform(0, 1, 80)}[targets]
    y = y.astype(dtype)
    losses, gradient = sigmoid_cross_entropy_and_gradient(y, z, reduction="none")
    assert losses.dtype == gradient.dtype == dtype
    assert np.array_equal(losses, sigmoid_cross_entropy(y, z, reduction="none"))
    p = rng.uniform(0, 1, 80).astype(dtype) ** 20
    from_p = binary_cross_entropy(y, p, reduction="none")
    with mpmath.workdps(DIGITS):
        pairs = [*zip(exactly(y), exactly(z), strict=True)]
        assert_near(losses, [true_binary(a, b) for a, b in pairs], UNITS)
        chances = [1 / (1 + mpmath.exp(-b)) for _, b in pairs]
        truths = [c - a for c, (a, _) in zip(chances, pairs, strict=True)]
        # (1 − y)·p − y·(1 − p) cancels for soft targets only.
        sizes = [(1 - a) * c + a * (1 - c) for c, (a, _) in zip(chances, pairs, strict=True)]
        assert_near(gradient, truths, UNITS, sizes)
        log_odds = [mpmath.log(c / (1 - c)) for c in exactly(p)]
        truths = [true_binary(a, b) for a, b in zip(exactly(y), log_odds, strict=True)]
        assert_near(from_p, truths, UNITS)


@pytest.mark.parametrize("dtype", DTYPES)
def test_losses_of_probabilities_against_mpmath(dtype):
    rng = np.random.default_rng(31)
    p = rng.dirichlet(np.full(5, 0.3), 30).astype(dtype)
    labels, y = rng.integers(0, 5, 30), rng.dirichlet(np.ones(5), 30).astype(dtype)
    with mpmath.workdps(50):
        hard = [one_hot(k, 5) for k in labels]
        for targets, dense in ((labels, hard), (y, [*map(exactly, y)])):
            pairs = [*zip(dense, map(exactly, p), strict=True)]
            truths = [
                mpmath.fsum(-a * mpmath.log(b) for a, b in zip(*pair, strict=True) if a)
                for pair in pairs
            ]
            assert_near(categorical_cross_entropy(targets, p, reduction="none"), truths, UNITS)
            truths = [
                mpmath.fsum((b - a) ** 2 for a, b in zip(*pair, strict=True)) for pair in pairs
            ]
            assert_near(squared_error(targets, p, reduction="none"), truths, UNITS)
            truths = [
                mpmath.fsum(a for k, a in enumerate(t) if k != row.index(max(row)))
                for t, row in pairs
            ]
            assert_near(zero_one_loss(targets, p, reduction="none"), truths, UNITS)


# Gradients against central differences: with 80 digits and a step of 1e-25 they err by 1e-50.

STEP = mpmath.mpf(10) ** -25


def differences(loss, z):
    """Return the derivatives of loss(z) by each entry of the matrix z."""
    z = [exactly(row) for row in np.asarray(z).tolist()]
    derivatives = []
    for n, row in enumerate(z):
        for k in range(len(row)):
            values = []
            for sign in (1, -1):
                moved = [list(r) for r in z]
                moved[n][k] += sign * STEP
                values.append(loss(moved))
            derivatives.append((values[0] - values[1]) / (2 * STEP))
    return derivatives


Z = [[0.3, -1.2, 2.0], [1.5, 0.7, -0.4]]
WEIGHTS = [0.5, 2.0, 1.25]


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("temperature", [1.0, 2.0, 0.7])
@pytest.mark.parametrize("weights", [None, WEIGHTS])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("targets", [[2, 1], [[0.2, 0.3, 0.5], [0.0, 1.0, 0.0]]])
def test_the_gradient_of_cross_entropy_is_its_derivative(
    targets, smoothing, weights, temperature, reduction
):
    def loss(z):
        total = divisor = mpmath.mpf(0)
        for target, row in zip(targets, z, strict=True):
            y = exactly(target) if isinstance(target, list) else one_hot(target, 3)
            w = exactly(weights or [1, 1, 1])
            epsilon = mpmath.mpf(smoothing)
            mass = [a * ((1 - epsilon) * b + epsilon / 3) for a, b in zip(w, y, strict=True)]
            total += true_cross_entropy(mass, row, temperature)
            divisor += mpmath.fsum(a * b for a, b in zip(w, y, strict=True))
        return total / divisor if reduction == "mean" else total

    value, gradient = softmax_cross_entropy_and_gradient(
        targets,
        Z,
        label_smoothing=smoothing,
        class_weight=weights,
        temperature=temperature,
        reduction=reduction,
    )
    with mpmath.workdps(80):
        assert_near(value[None], [loss([*map(exactly, Z)])], 2 * UNITS)
        # Terms of p − y are at most 2, times weights of at most 2, divided by T.
        assert_near(gradient, differences(loss, Z), 2 * UNITS, [4 / temperature] * 6)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("targets", [[2, 1], [[0.2, 0.3, 0.5], [0.0, 1.0, 0.0]]])
def test_the_gradient_of_squared_error_is_its_derivative(targets, reduction):
    def loss(z):
        total = mpmath.mpf(0)
        for target, row in zip(targets, z, strict=True):
            y = exactly(target) if isinstance(target, list) else one_hot(target, 3)
            total += true_squared(y, row)
        return total / 2 if reduction == "mean" else total

    value, gradient = squared_error_and_gradient(targets, Z, reduction=reduction)
    with mpmath.workdps(80):
        assert_near(value[None], [loss([*map(exactly, Z)])], 2 * UNITS)
        assert_near(gradient, differences(loss, Z), 2 * UNITS, [1] * 6)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_the_gradient_of_binary_cross_entropy_is_its_derivative(reduction):
    y = [[1.0, 0.0, 0.3], [0.0, 0.9, 1.0]]

    def loss(z):
        total = mpmath.fsum(
            true_binary(mpmath.mpf(a), b)
            for row, logits in zip(y, z, strict=True)
            for a, b in zip(row, logits, strict=True)
        )
        return total / 6 if reduction == "mean" else total

    value, gradient = sigmoid_cross_entropy_and_gradient(y, Z, reduction=reduction)
    with mpmath.workdps(80):
        assert_near(value[None], [loss([*map(exactly, Z)])], UNITS)
        assert_near(gradient, differences(loss, Z), UNITS, [1] * 6)


def test_the_gradient_of_the_sparsemax_loss_would_be_sparsemax_minus_target():
    z, y = [0.3, -0.2, 0.9], [0.2, 0.5, 0.3]
    step = 2.0**-20
    slopes = [
        (sparsemax_loss(y, z + step * e) - sparsemax_loss(y, z - step * e)) / (2 * step)
        for e in np.eye(3)
    ]
    # The loss is a quadratic here, so only the rounding of 1e-16 / 2e-6 remains.
    assert slopes == pytest.approx((sparsemax(z) - y).tolist(), abs=1e-9)


@pytest.mark.parametrize("z", [-30.0, -1.0, 0.0, 2.0, 30.0])
@pytest.mark.parametrize("label", [0, 1])
def test_the_factor_of_the_squared_error_of_two_classes_is_four(z, label):
    first, second = 1 / (1 + math.exp(-z)), 1 / (1 + math.exp(z))
    difference = first if label == 1 else -second
    gradient = squared_error_and_gradient(label, [z, 0.0])[1]
    expected = 4 * difference * first * second
    assert gradient == pytest.approx([expected, -expected], rel=2e-15)


# Worked examples


def test_the_printed_table_of_a_source():
    p = [[0.3, 0.3, 0.4], [0.3, 0.4, 0.3], [0.1, 0.2, 0.7]]
    labels = [2, 1, 0]
    assert zero_one_loss(labels, p) == pytest.approx(1 / 3, rel=1e-15)
    assert squared_error(labels, p, reduction="none") == pytest.approx([0.54, 0.54, 1.34])
    expected = -(math.log(0.4) + math.log(0.4) + math.log(0.1)) / 3
    assert categorical_cross_entropy(labels, p) == pytest.approx(expected, rel=1e-15)


def test_the_loss_that_a_source_computed_in_float32():
    # float32's log(1 − 4.54e-05) is -4.5418e-05.
    for dtype in DTYPES:
        loss = softmax_cross_entropy(0, np.array([10, 0, -10], dtype))
        assert f"{loss:.4e}" == "4.5401e-05"


def test_a_confident_and_correct_prediction_costs_something():
    loss, gradient = softmax_cross_entropy_and_gradient(0, [46.0, 0.0])
    rest = math.exp(-46)
    assert loss == pytest.approx(rest, rel=1e-15)
    assert gradient == pytest.approx([-rest, rest], rel=1e-15)


def test_the_binary_form_summed_over_classes_is_another_loss():
    y, p = [1, 0, 0], [0.7, 0.2, 0.1]
    assert binary_cross_entropy(y, p, reduction="sum") == pytest.approx(0.685, abs=5e-4)
    assert categorical_cross_entropy([y], [p]) == pytest.approx(0.357, abs=5e-4)


def test_smoothing_of_ten_classes_has_its_best_gap_and_minimum():
    classes, epsilon = 10, 0.1
    gap = math.log(1 + classes * (1 - epsilon) / epsilon)
    assert gap == pytest.approx(4.51, abs=5e-3)
    z = np.zeros(classes)
    z[3] = gap
    loss, gradient = softmax_cross_entropy_and_gradient(3, z, label_smoothing=epsilon)
    assert loss == pytest.approx(0.500, abs=5e-4)
    assert np.allclose(gradient, 0, atol=1e-16)


def test_focal_loss_is_least_away_from_the_truth():
    p = np.linspace(0.5, 0.9, 4001)
    z = np.stack([np.log(p), np.log1p(-p)], axis=1)
    expected = focal_loss(np.broadcast_to([0.8, 0.2], z.shape), z, reduction="none")
    assert p[expected.argmin()] == pytest.approx(0.627, abs=5e-4)


def test_bounds():
    z = np.array([[-1e4, 0.0, 0.0]])
    assert absolute_error([0], z) == 2
    assert generalised_cross_entropy([0], z, q=0.5) == 2
    assert focal_loss([0], z) == pytest.approx(1e4 + math.log(2), rel=1e-15)
    assert squared_error([0], [[0.0, 1.0, 0.0]]) == 2


# Properties

fair = settings(max_examples=100, deadline=None, derandomize=True)
logits = st.floats(-50, 50)
eighths = st.integers(-400, 400).map(lambda n: n / 8)


@st.composite
def problems(draw, elements=logits):
    """Return labels, logits and distributions of the same few samples."""
    samples, classes = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    z = draw(hnp.arrays(np.float64, (samples, classes), elements=elements))
    labels = draw(hnp.arrays(np.intp, samples, elements=st.integers(0, classes - 1)))
    votes = draw(hnp.arrays(np.float64, (samples, classes), elements=st.integers(0, 9)))
    votes[:, 0] += 1
    return labels, z, votes / votes.sum(axis=1, keepdims=True)


def predictions(loss, z):
    return softmax(z) if loss in OF_PROBABILITIES else z


def outputs(result):
    return result if isinstance(result, tuple) else (result,)


def value(result):
    return outputs(result)[0]


@fair
@given(problems())
def test_losses_are_not_negative(problem):
    labels, z, y = problem
    for loss in OF_CLASSES:
        for targets in (labels, y):
            assert value(loss(targets, predictions(loss, z), reduction="none")).min() >= 0


@fair
@given(problems())
def test_labels_are_one_hot_distributions(problem):
    labels, z, _ = problem
    hot = np.eye(z.shape[1])[labels]
    for loss in OF_CLASSES:
        for reduction in ("none", "sum", "mean"):
            of_labels, of_hot = (
                outputs(loss(t, predictions(loss, z), reduction=reduction)) for t in (labels, hot)
            )
            for first, second in zip(of_labels, of_hot, strict=True):
                # The same terms in another order of roundings. Only the gradient of the squared
                # error is a difference of terms, which are at most 1.
                atol = 1e-15 if loss is squared_error_and_gradient else 0
                assert np.allclose(first, second, rtol=4e-15, atol=atol)


@fair
@given(problems())
def test_reductions_agree(problem):
    labels, z, y = problem
    for loss in OF_CLASSES:
        for targets in (labels, y):
            each, total, mean = (
                value(loss(targets, predictions(loss, z), reduction=r))
                for r in ("none", "sum", "mean")
            )
            assert each.shape == labels.shape
            assert total == pytest.approx(math.fsum(each), rel=1e-15)
            assert mean == pytest.approx(math.fsum(each) / len(each), rel=1e-15)


@fair
@given(problems())
def test_gradients_are_of_the_reduced_loss(problem):
    labels, z, y = problem
    for function in WITH_GRADIENT:
        for targets in (labels, y):
            each, total, mean = (
                function(targets, z, reduction=r)[1] for r in ("none", "sum", "mean")
            )
            assert np.array_equal(each, total)
            assert np.allclose(mean, each / len(labels), rtol=1e-15, atol=0)


@fair
@given(problems())
def test_gradients_sum_to_zero_over_the_classes(problem):
    labels, z, y = problem
    for function in WITH_GRADIENT:
        for targets in (labels, y):
            gradient = function(targets, z, reduction="none")[1]
            # Entries are at most 1 in size.
            assert np.allclose(gradient.sum(axis=-1), 0, atol=2e-15)


@fair
@given(problems(eighths), st.integers(-1000, 1000))
def test_a_shift_of_the_logits_changes_nothing(problem, shift):
    # On multiples of 1/8 the shift is exact, so the results agree to the last bit, but where
    # small logits are not shifted: there each side is within 3 units of the truth, gradients 6.
    labels, z, y = problem
    for loss in OF_LOGITS + WITH_GRADIENT:
        for targets in (labels, y):
            pair = (outputs(loss(targets, moved, reduction="none")) for moved in (z, z + shift))
            for before, after in zip(*pair, strict=True):
                if loss in (softmax_cross_entropy, softmax_cross_entropy_and_gradient):
                    assert np.allclose(before, after, rtol=12 * EPS, atol=5e-324)
                else:
                    assert np.array_equal(before, after)


@fair
@given(problems(eighths), st.sampled_from([0.25, 2.0, 8.0]))
def test_a_temperature_divides_the_logits(problem, temperature):
    labels, z, y = problem
    for targets in (labels, y):
        loss, gradient = softmax_cross_entropy_and_gradient(targets, z, temperature=temperature)
        scaled, of_scaled = softmax_cross_entropy_and_gradient(targets, z / temperature)
        assert loss == pytest.approx(scaled, rel=6 * EPS, abs=0)
        assert np.allclose(gradient * temperature, of_scaled, rtol=12 * EPS, atol=0)


@fair
@given(problems(), st.floats(0, 1))
def test_smoothing_is_a_mixture_with_the_uniform_distribution(problem, smoothing):
    labels, z, y = problem
    classes = z.shape[1]
    for targets, dense in ((labels, np.eye(classes)[labels]), (y, y)):
        smooth = softmax_cross_entropy(targets, z, label_smoothing=smoothing)
        mixed = softmax_cross_entropy((1 - smoothing) * dense + smoothing / classes, z)
        assert smooth == pytest.approx(mixed, rel=1e-14, abs=1e-300)
        none = softmax_cross_entropy_and_gradient(targets, z, label_smoothing=0)
        plain = softmax_cross_entropy_and_gradient(targets, z)
        assert none[0] == plain[0]
        assert np.array_equal(none[1], plain[1])


@fair
@given(problems(), st.lists(st.floats(0.125, 8), min_size=5, max_size=5))
def test_the_weighted_mean_divides_by_the_weights(problem, weights):
    labels, z, _ = problem
    w = np.array(weights[: z.shape[1]])
    each = softmax_cross_entropy(labels, z, reduction="none")
    weighted = softmax_cross_entropy(labels, z, class_weight=w, reduction="none")
    assert np.allclose(weighted, w[labels] * each, rtol=1e-15, atol=0)
    expected = math.fsum(w[labels] * each) / math.fsum(w[labels])
    for targets in (labels, np.eye(z.shape[1])[labels]):
        mean = softmax_cross_entropy(targets, z, class_weight=w)
        assert mean == pytest.approx(expected, rel=1e-14, abs=1e-300)
    # Equal weights drop out of the mean.
    equal = softmax_cross_entropy(labels, z, class_weight=np.full(z.shape[1], 4.0))
    assert equal == pytest.approx(softmax_cross_entropy(labels, z), rel=1e-15)


@fair
@given(problems())
def test_special_cases_of_the_families_of_losses(problem):
    labels, z, y = problem
    for targets in (labels, y):
        cross_entropy = softmax_cross_entropy(targets, z, reduction="none")
        plain = focal_loss(targets, z, gamma=0, reduction="none")
        assert np.allclose(plain, cross_entropy, rtol=1e-15)
        limit = generalised_cross_entropy(targets, z, q=1e-12, reduction="none")
        # (1 − p^q)/q = −log p + q·log²p/2 − …, and −log p is at most 102.
        assert np.allclose(limit, cross_entropy, rtol=1e-10)
    half = generalised_cross_entropy(labels, z, q=1, reduction="none")
    assert np.allclose(2 * half, absolute_error(labels, z, reduction="none"), rtol=2e-15)


@fair
@given(problems())
def test_absolute_error_sums_to_a_constant_over_the_labels(problem):
    _, z, _ = problem
    samples, classes = z.shape
    total = sum(absolute_error(np.full(samples, k), z, reduction="none") for k in range(classes))
    assert np.allclose(total, 2 * (classes - 1), rtol=0, atol=1e-14)


@fair
@given(problems())
def test_cross_entropy_of_logits_and_of_probabilities_agree(problem):
    labels, z, y = problem
    p = softmax(z)
    for targets in (labels, y):
        # log p loses digits where p is near 1: 1e-16 of p is 1e-16 of the loss, absolutely.
        assert np.allclose(
            categorical_cross_entropy(targets, p), softmax_cross_entropy(targets, z), atol=1e-15
        )
        assert np.allclose(
            squared_error(targets, p), squared_error_and_gradient(targets, z)[0], atol=1e-15
        )


@fair
@given(hnp.arrays(np.float64, 4, elements=st.floats(-50, 50)), st.integers(0, 15))
def test_the_binary_loss_is_that_of_two_classes(z, bits):
    y = np.array([bits >> i & 1 for i in range(4)])
    two = np.stack([z, np.zeros(4)], axis=1)
    assert np.allclose(
        sigmoid_cross_entropy(y, z, reduction="none"),
        softmax_cross_entropy(1 - y, two, reduction="none"),
        rtol=1e-15,
    )
    gradient = sigmoid_cross_entropy_and_gradient(y, z)[1]
    of_two = softmax_cross_entropy_and_gradient(1 - y, two)[1]
    assert np.allclose(gradient, of_two[:, 0], rtol=2e-15, atol=0)
    shortfall = np.maximum(0, 1 - (2 * y - 1) * z)
    assert np.allclose(hinge_loss(1 - y, two, reduction="none"), shortfall, rtol=1e-15)


# Edges


def test_probability_zero_of_a_true_class_costs_inf_and_of_another_nothing():
    p = [0.0, 1.0]
    assert categorical_cross_entropy(0, p) == INF
    assert categorical_cross_entropy(1, p) == 0
    assert categorical_cross_entropy([0.0, 1.0], p) == 0
    assert categorical_cross_entropy([0.5, 0.5], p) == INF
    assert math.copysign(1, categorical_cross_entropy(1, p)) == 1  # 0, not −0
    assert categorical_cross_entropy(0, [1e-300, 1.0]) == pytest.approx(690.7755278982137)
    assert binary_cross_entropy([0, 1], [0.0, 1.0], reduction="none").tolist() == [0, 0]
    assert binary_cross_entropy([1, 0], [0.0, 1.0], reduction="none").tolist() == [INF, INF]
    assert binary_cross_entropy(0.5, 1.0) == INF


@pytest.mark.parametrize(
    ("loss", "at_excluded"),
    [
        (softmax_cross_entropy, INF),
        (focal_loss, INF),
        (partial(generalised_cross_entropy, q=0.5), 2.0),
        (hinge_loss, INF),
        (absolute_error, 2.0),
        (sparsemax_loss, INF),
    ],
)
def test_a_logit_of_minus_infinity(loss, at_excluded):
    z = [0.0, -INF, 0.0]
    assert loss(1, z) == at_excluded
    assert loss([0.0, 1.0, 0.0], z) == at_excluded
    without = [0.0, 0.0]
    assert loss([0.5, 0.0, 0.5], z) == loss([0.5, 0.5], without) < INF
    assert loss(2, z) == loss(1, without) < INF


def test_gradients_at_minus_infinity_stay_finite():
    z = [0.0, -INF, 0.0]
    loss, gradient = softmax_cross_entropy_and_gradient(1, z)
    assert (loss, gradient.tolist()) == (INF, [0.5, -1.0, 0.5])
    loss, gradient = softmax_cross_entropy_and_gradient([0.5, 0.0, 0.5], z)
    assert (loss, gradient.tolist()) == (math.log(2), [0, 0, 0])
    loss, gradient = squared_error_and_gradient(1, z)
    assert (loss, gradient.tolist()) == (1.5, [0, 0, 0])


def test_smoothing_gives_every_class_a_part():
    z = [0.0, -INF, 0.0]
    assert softmax_cross_entropy(0, z, label_smoothing=0.1) == INF
    # … unless it has no weight.
    weighted = softmax_cross_entropy(0, z, label_smoothing=0.3, class_weight=[1, 0, 1])
    assert weighted == pytest.approx(0.9 * math.log(2), rel=1e-15)


def test_certain_log_odds():
    z = [INF, -INF, INF, -INF]
    losses, gradient = sigmoid_cross_entropy_and_gradient([1, 0, 0, 1], z, reduction="none")
    assert losses.tolist() == [0, 0, INF, INF]
    assert gradient.tolist() == [0, 0, 1, -1]
    assert sigmoid_cross_entropy(0.5, INF) == INF


def test_logits_far_apart():
    assert softmax_cross_entropy(1, [1e308, -1e308]) == INF
    assert softmax_cross_entropy(1, [1e308, 0.0]) == 1e308
    assert hinge_loss(1, [1e308, -1e308]) == INF
    assert softmax_cross_entropy(0, [1e308, -1e308]) == 0
    single = np.full((3, 2), [3e38, 0], np.float32)
    assert softmax_cross_entropy([1, 1, 1], single, reduction="sum") == INF
    assert softmax_cross_entropy([1, 1, 1], single) == np.float32(3e38)


def test_a_single_class_costs_nothing():
    for loss in OF_LOGITS:
        assert loss(0, [5.0]) == loss([1.0], [5.0]) == 0
    for function in WITH_GRADIENT:
        loss, gradient = function(0, [5.0])
        assert (loss, gradient.tolist()) == (0, [0])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("target", [1, [0.0, 1.0]])
def test_the_weight_of_a_single_sample(target, dtype):
    z, w = np.array([0.5, 1.0], dtype), [4.0, 2.0]
    loss, gradient = softmax_cross_entropy_and_gradient(target, z)
    weighted = softmax_cross_entropy_and_gradient(target, z, class_weight=w, reduction="sum")
    assert weighted[0] == 2 * loss
    assert np.array_equal(weighted[1], 2 * gradient)
    mean = softmax_cross_entropy_and_gradient(target, z, class_weight=w)
    assert mean[0] == loss
    assert np.array_equal(mean[1], gradient)
    assert mean[0].dtype == mean[1].dtype == dtype


def test_a_weight_of_zero_takes_a_class_out():
    z = [[0.0, -INF], [0.0, 1.0]]
    loss, gradient = softmax_cross_entropy_and_gradient([1, 0], z, class_weight=[1, 0])
    assert loss == softmax_cross_entropy([0], z[1:])
    assert gradient[0].tolist() == [0, 0]
    with pytest.raises(ValueError, match="class_weight must give a sample a positive weight"):
        softmax_cross_entropy([1, 1], z, class_weight=[1, 0])
    assert softmax_cross_entropy([1, 1], z, class_weight=[1, 0], reduction="sum") == 0


@pytest.mark.parametrize("function", ALL)
def test_an_empty_batch_has_no_mean(function):
    binary = function in BINARY or function is sigmoid_cross_entropy_and_gradient
    p, y = (np.zeros(0),) * 2 if binary else (np.zeros((0, 3)), np.zeros(0, int))
    assert value(function(y, p, reduction="none")).shape == (0,)
    assert value(function(y, p, reduction="sum")) == 0
    with pytest.raises(ValueError, match="'mean' needs at least one sample"):
        function(y, p)


def test_equally_probable_classes():
    assert zero_one_loss([0, 1], [[0.5, 0.5]] * 2, reduction="none").tolist() == [0, 1]
    assert zero_one_loss([0.3, 0.7], [0.5, 0.5]) == 0.7


# Shapes, dtypes and arrays


def case(function, dtype=np.float64):
    """Return targets and predictions that suit the function, (2, 3) and in two classes."""
    p = np.array([[0.25, 0.75], [0.5, 0.5], [0.125, 0.875]], dtype)
    if function in BINARY or function is sigmoid_cross_entropy_and_gradient:
        return np.array([[1, 0], [0, 1], [1, 1]]), p
    return np.array([1, 0, 0]), p


@pytest.mark.parametrize("function", ALL)
def test_the_result_has_the_dtype_of_the_predictions(function):
    for dtype, expected in [
        (np.float32, np.float32),
        (np.float64, np.float64),
        (np.float16, np.float64),
    ]:
        targets, p = case(function, dtype)
        for y in (targets, np.eye(2)[targets] if targets.ndim == 1 else targets.astype(float)):
            for reduction in ("mean", "sum", "none"):
                for result in outputs(function(y, p, reduction=reduction)):
                    assert result.dtype == expected
    targets, p = case(function)
    assert outputs(function(targets.tolist(), p.tolist()))[0].dtype == np.float64


@pytest.mark.parametrize("function", ALL)
def test_a_reduced_loss_is_a_scalar(function):
    for reduction in ("mean", "sum"):
        assert isinstance(value(function(*case(function), reduction=reduction)), np.float64)
    assert isinstance(value(function(*case(function), reduction="none")), np.ndarray)


@pytest.mark.parametrize("function", OF_CLASSES)
def test_one_sample_needs_no_batch(function):
    targets, p = case(function)
    expected = [r[0] for r in outputs(function(targets, p, reduction="none"))]
    for reduction in ("none", "mean"):
        for y in (targets[0], float(targets[0]), np.eye(2)[targets[0]]):
            for first, second in zip(
                outputs(function(y, p[0], reduction=reduction)), expected, strict=True
            ):
                assert np.allclose(first, second, rtol=1e-15)


@pytest.mark.parametrize("function", [*BINARY, sigmoid_cross_entropy_and_gradient])
def test_a_single_answer_needs_no_array(function):
    for dtype in DTYPES:
        results = outputs(function(1, dtype(0.25)))
        expected = outputs(function([1], np.array([0.25], dtype)))
        for first, second in zip(results, expected, strict=True):
            assert first == second
            assert first.dtype == dtype


@pytest.mark.parametrize("function", OF_CLASSES)
@pytest.mark.parametrize("axis", [0, 1, -2])
def test_axis(function, axis):
    rng = np.random.default_rng(40)
    p = softmax(rng.normal(0, 2, (2, 3, 4)), axis=axis)
    moved = np.moveaxis(p, axis, -1).copy()
    labels = rng.integers(0, moved.shape[-1], moved.shape[:-1])
    hot = np.eye(moved.shape[-1])[labels]
    for y, y_moved in ((labels, labels), (np.moveaxis(hot, -1, axis), hot)):
        results = outputs(function(y, p, axis=axis, reduction="none"))
        expected = outputs(function(y_moved, moved, reduction="none"))
        assert np.array_equal(results[0], expected[0])
        if len(results) == 2:
            assert np.array_equal(results[1], np.moveaxis(expected[1], -1, axis))


@pytest.mark.parametrize("function", ALL)
def test_inputs_are_not_changed(function):
    targets, p = case(function)
    for y in (targets, np.eye(2)[targets] if targets.ndim == 1 else targets.astype(float)):
        copies = y.copy(), p.copy()
        for array in (y, p):
            array.flags.writeable = False
        function(y, p)
        assert np.array_equal(y, copies[0])
        assert np.array_equal(p, copies[1])


@pytest.mark.parametrize("function", ALL)
def test_views(function):
    targets, p = case(function)
    wide = np.full((6, 4), 9.0)
    wide[::2, ::2] = p
    for view in (wide[::2, ::2], np.asfortranarray(p)):
        for first, second in zip(
            outputs(function(targets, view)), outputs(function(targets, p)), strict=True
        ):
            assert np.array_equal(first, second)


@pytest.mark.parametrize("function", [*WITH_GRADIENT, sigmoid_cross_entropy_and_gradient])
def test_out(function):
    targets, z = case(function)
    for reduction in ("mean", "sum", "none"):
        loss, expected = function(targets, z, reduction=reduction)
        out = np.empty((2, 3)).T
        again, gradient = function(targets, z, reduction=reduction, out=out)
        assert gradient is out
        assert np.array_equal(again, loss)
        assert np.array_equal(gradient, expected)
    assert function(targets, z, reduction="none", out=z)[1] is z
    assert np.array_equal(z, expected)
    for out, error, text in [
        (np.empty((2, 2)), ValueError, r"^out must have shape \(3, 2\), but has shape \(2, 2\)$"),
        (np.empty((3, 2), np.float32), TypeError, r"^out must have dtype float64"),
        ([0.0], TypeError, r"^out must be a NumPy array"),
    ]:
        with pytest.raises(error, match=text):
            function(*case(function), out=out)


@pytest.mark.parametrize("function", WITH_GRADIENT)
def test_out_along_another_axis(function):
    z = np.random.default_rng(41).normal(0, 2, (3, 5))
    expected = function([0, 1, 2, 0, 1], z, axis=0)[1]
    out = np.empty((3, 5))
    assert function([0, 1, 2, 0, 1], z, axis=0, out=out)[1] is out
    assert np.array_equal(out, expected)


# Bad input

BAD_TARGETS = [
    ([0, 3], ValueError, r"^targets must lie in 0\.\.2, but targets\[1\] is 3$"),
    ([-1, 0], ValueError, r"^targets must lie in 0\.\.2, but targets\[0\] is -1$"),
    ([0, 0.5], ValueError, r"^targets must be whole numbers, but targets\[1\] is 0\.5$"),
    ([0, NAN], ValueError, r"^targets must be whole numbers, but targets\[1\] is nan$"),
    ([True, False], TypeError, r"^targets must be integer labels, but has dtype bool$"),
    ([0, 1, 2], ValueError, r"^targets must be labels of shape \(2,\) or distributions"),
    ([[0], [1]], ValueError, r"^targets must be labels of shape \(2,\) or distributions"),
    (["a", "b"], TypeError, r"^targets must be integer labels, but has dtype <U1$"),
    (
        [[0.5, 0.5, 0], [0.5, 0.6, 0]],
        ValueError,
        r"^targets must sum to 1 .* targets\[1, :\] sums to 1\.1$",
    ),
    (
        [[0.5, 0.5, 0], [1.5, -0.5, 0]],
        ValueError,
        r"^targets must be non-negative and finite, but targets\[1, 1\] is -0\.5$",
    ),
    (
        [[0.5, 0.5, 0], [NAN, 0.5, 0]],
        ValueError,
        r"^targets must be non-negative and finite, but targets\[1, 0\] is nan$",
    ),
]


@pytest.mark.parametrize("function", OF_CLASSES)
@pytest.mark.parametrize(("targets", "error", "text"), BAD_TARGETS)
def test_bad_targets(function, targets, error, text):
    with pytest.raises(error, match=text):
        function(targets, np.full((2, 3), 1 / 3))


BAD_PREDICTIONS = [
    ([[1.0, 0.0], [NAN, 0.0]], ValueError, r"\[1, 0\] is nan$"),
    ([[1.0, 0.0], [INF, 0.0]], ValueError, r"\[1, 0\] is inf$"),
    (np.zeros((2, 0)), ValueError, "must not be empty along axis 1"),
    (1.0, ValueError, "must have at least one dimension"),
    ([["a", "b"]], TypeError, "must hold real numbers"),
    ([[1j, 0]], TypeError, "must hold real numbers"),
    ([[1.0], [0.5, 0.5]], ValueError, "must be a rectangular array of numbers"),
]


@pytest.mark.parametrize("function", OF_CLASSES)
@pytest.mark.parametrize(("predictions", "error", "text"), BAD_PREDICTIONS)
def test_bad_predictions(function, predictions, error, text):
    name = "probabilities" if function in OF_PROBABILITIES else "logits"
    with pytest.raises(error, match=rf"^{name} .*{text}"):
        function([0, 1], predictions)


@pytest.mark.parametrize("function", OF_PROBABILITIES)
def test_bad_probabilities(function):
    with pytest.raises(ValueError, match=r"^probabilities must sum to 1 .* probabilities\[1, :\]"):
        function([0, 1], [[0.5, 0.5], [0.5, 0.4]])
    with pytest.raises(ValueError, match=r"^probabilities must be non-negative .*\[1, 1\] is -1"):
        function([0, 1], [[0.5, 0.5], [2.0, -1.0]])


@pytest.mark.parametrize("function", OF_LOGITS + WITH_GRADIENT)
def test_bad_logits(function):
    with pytest.raises(
        ValueError, match=r"^logits must have a finite entry .*\[1, :\] is all -inf"
    ):
        function([0, 1], [[0.0, 0.0], [-INF, -INF]])


@pytest.mark.parametrize("function", [*BINARY, sigmoid_cross_entropy_and_gradient])
def test_bad_binary_arguments(function):
    name = "probabilities" if function is binary_cross_entropy else "logits"
    with pytest.raises(ValueError, match=r"^targets must lie in \[0, 1\], but targets\[1\] is 2"):
        function([0, 2], [0.5, 0.5])
    with pytest.raises(ValueError, match=r"^targets must lie in \[0, 1\], but targets\[0\] is nan"):
        function([NAN, 1], [0.5, 0.5])
    with pytest.raises(ValueError, match=rf"^targets must have the shape of {name} \(2, 1\), but"):
        function([0, 1], [[0.5], [0.5]])
    with pytest.raises(ValueError, match=rf"^{name} .*{name}\[1\] is nan$"):
        function([0, 1], [0.5, NAN])
    with pytest.raises(TypeError, match=rf"^{name} must hold real numbers"):
        function([0, 1], ["a", "b"])


def test_probabilities_outside_the_unit_interval():
    with pytest.raises(
        ValueError, match=r"^probabilities must lie in \[0, 1\], but .*\[1\] is 1\.5"
    ):
        binary_cross_entropy([0, 1], [0.5, 1.5])


@pytest.mark.parametrize("function", ALL)
@pytest.mark.parametrize("reduction", ["average", None, "Mean"])
def test_bad_reduction(function, reduction):
    with pytest.raises(ValueError, match=r"^reduction must be 'mean', 'sum' or 'none', but is"):
        function(*case(function), reduction=reduction)


@pytest.mark.parametrize("function", OF_CLASSES)
def test_bad_axis(function):
    with pytest.raises(ValueError, match=r"^axis must lie in -2\.\.1 for"):
        function(*case(function), axis=2)
    with pytest.raises(TypeError, match=r"^axis must be an integer"):
        function(*case(function), axis=0.0)


@pytest.mark.parametrize("function", [softmax_cross_entropy, softmax_cross_entropy_and_gradient])
@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"temperature": 0}, ValueError, "temperature must be positive and finite"),
        ({"temperature": NAN}, ValueError, "temperature must be positive and finite"),
        ({"temperature": [1.0]}, TypeError, "temperature must be a single real number"),
        ({"label_smoothing": -0.1}, ValueError, r"label_smoothing must lie in \[0, 1\]"),
        ({"label_smoothing": 1.1}, ValueError, r"label_smoothing must lie in \[0, 1\]"),
        ({"class_weight": [1.0]}, ValueError, r"class_weight must have shape \(2,\)"),
        ({"class_weight": [1, -1]}, ValueError, r"class_weight must be .* class_weight\[1\] is -1"),
        (
            {"class_weight": [1, INF]},
            ValueError,
            r"class_weight must be .*class_weight\[1\] is inf",
        ),
    ],
)
def test_bad_options_of_softmax_cross_entropy(function, options, error, text):
    with pytest.raises(error, match=rf"^{text}"):
        function(*case(function), **options)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (partial(focal_loss, gamma=-1), ValueError, "gamma must be non-negative and finite"),
        (partial(focal_loss, gamma=NAN), ValueError, "gamma must be non-negative and finite"),
        (partial(focal_loss, gamma="2"), TypeError, "gamma must be a single real number"),
        (partial(generalised_cross_entropy, q=0), ValueError, "q must be positive and finite"),
        (partial(generalised_cross_entropy, q=1.5), ValueError, r"q must lie in \(0, 1\]"),
        (partial(generalised_cross_entropy, q=NAN), ValueError, "q must be positive and finite"),
    ],
)
def test_bad_options_of_the_other_losses(call, error, text):
    with pytest.raises(error, match=rf"^{text}"):
        call([0], [[0.0, 1.0]])
