"""Checks of the findings in the article on Zhihu."""

from __future__ import annotations

import numpy as np
from mpmath import mp
from verdicts import Verdict, agree, check, lowest, mp_sigmoid, slope

from course_utils.losses import (
    binary_cross_entropy,
    categorical_cross_entropy,
    squared_error,
)
from course_utils.sigmoid import sigmoid
from course_utils.softmax import log_softmax, softmax

LABELS = np.array([2, 1, 0])  # pig, dog, cat
MODEL_1 = np.array([[0.3, 0.3, 0.4], [0.3, 0.4, 0.3], [0.1, 0.2, 0.7]])
MODEL_2 = np.array([[0.1, 0.2, 0.7], [0.1, 0.7, 0.2], [0.3, 0.4, 0.3]])


@check("zhihu-sigmoid-or-softmax")
def _() -> Verdict:
    scores = np.array([2.0, 1.0, -1.0])
    return Verdict(agree(sigmoid(scores).sum(), 1.0), agree(softmax(scores).sum(), 1.0))


@check("zhihu-mse")
def _() -> Verdict:
    from sklearn.metrics import mean_squared_error

    y = np.eye(3)[LABELS]
    entries = mean_squared_error(y, MODEL_1)
    samples = float(squared_error(LABELS, MODEL_1))
    return Verdict(
        agree(round(entries, 2), 0.81), agree(round(samples, 2), 0.81), (entries, samples)
    )


@check("zhihu-learning-rate")
def _() -> Verdict:
    rate = 0.15
    steps = [rate * slope(lambda m: mp_sigmoid(m) ** 2 / 2, m) for m in (4.0, 1.5)]
    rates = [rate, rate]
    return Verdict(not agree(*rates), not agree(*steps))


@check("zhihu-slow-at-start")
def _() -> Verdict:
    def speed(p):
        return slope(lambda m: mp_sigmoid(m) ** 2 / 2, float(mp.log(p / (1 - p))))

    fastest = speed(2 / 3)

    def slow(p):
        return bool(speed(p) < fastest / 5)

    return Verdict(slow(0.5), slow(0.98))


@check("zhihu-good-losses")
def _() -> Verdict:
    def expected(q):
        return 0.7 * (1 - q) ** 2 + 0.3 * q**2

    tells_apart = squared_error(LABELS, MODEL_2) < squared_error(LABELS, MODEL_1)
    good = bool(tells_apart) and agree(lowest(expected, 0, 1), 0.7, 1e-6)
    return Verdict(not good, good)


def printed_agrees(printed: float, truth: float) -> bool:
    return agree(printed, round(truth, 2))


@check("zhihu-0.91")
def _() -> Verdict:
    with mp.workdps(30):
        truth = float(-mp.log(mp.mpf("0.4")))
    return Verdict(printed_agrees(0.91, truth), printed_agrees(0.92, truth), (truth, 0.4))


@check("zhihu-0.35")
def _() -> Verdict:
    with mp.workdps(30):
        truth = float(-mp.log(mp.mpf("0.7")))
    return Verdict(printed_agrees(0.35, truth), printed_agrees(0.36, truth), (truth, 0.7))


@check("zhihu-1.37")
def _() -> Verdict:
    truth = float(categorical_cross_entropy(LABELS, MODEL_1))
    return Verdict(printed_agrees(1.37, truth), printed_agrees(1.38, truth), (truth,))


@check("zhihu-0.63")
def _() -> Verdict:
    truth = float(categorical_cross_entropy(LABELS, MODEL_2))
    return Verdict(printed_agrees(0.63, truth), printed_agrees(0.64, truth), (truth,))


@check("zhihu-third-term")
def _() -> Verdict:
    printed = np.exp([np.log(0.3), np.log(0.4), np.log(0.4)])
    mended = np.exp([np.log(0.3), np.log(0.4), np.log(0.3)])
    return Verdict(agree(printed, MODEL_2[2]), agree(mended, MODEL_2[2]), (0.3, 0.4))


@check("zhihu-indicator")
def _() -> Verdict:
    wanted = np.eye(3)[LABELS]
    classes = np.arange(3)
    sign = np.sign(LABELS[:, None] - classes)
    indicator = (LABELS[:, None] == classes).astype(float)
    return Verdict(agree(sign, wanted), agree(indicator, wanted))


@check("zhihu-indicator-binary")
def _() -> Verdict:
    inputs = np.array([-2.0, 3.0])  # the second is positive
    return Verdict(
        agree(np.sign(inputs), [0.0, 1.0]), agree((inputs > 0).astype(float), [0.0, 1.0])
    )


@check("zhihu-log-base")
def _() -> Verdict:
    return Verdict(
        agree(-np.log10(0.1), 2.30, 5e-3),
        agree(-np.log(0.1), 2.30, 5e-3),
        (float(-np.log(0.1)), 0.1),
    )


@check("zhihu-convex")
def _() -> Verdict:
    def in_weights(v, w):  # p = σ(v·w), label 1: a network of two weights
        return -np.log(sigmoid(v * w))

    def in_probability(p):
        return -np.log(p)

    return Verdict(
        bool(in_weights(0.0, 0.0) <= (in_weights(2.0, 2.0) + in_weights(-2.0, -2.0)) / 2),
        all(
            in_probability((a + b) / 2) <= (in_probability(a) + in_probability(b)) / 2
            for a in (0.1, 0.5, 0.9)
            for b in (0.2, 0.6, 0.8)
        ),
    )


@check("zhihu-optimum")
def _() -> Verdict:
    x = np.array([-1.0, -0.5, 1.0])

    def some_slope_is_zero(labels):
        slopes = [float(x @ (sigmoid(w * x) - labels)) for w in np.linspace(-30, 30, 601)]
        return min(slopes) <= 0 <= max(slopes)

    return Verdict(some_slope_is_zero(np.array([0, 0, 1])), some_slope_is_zero(np.array([0, 1, 1])))


X = np.array([0.5, -1.0, 2.0, 1.5])
Y = np.array([1.0, 0.0, 0.0, 1.0])
W = 0.4


def loss_of(n, w):
    """Return the loss of one sample, for differences of fifty digits."""
    p = mp_sigmoid(w * X[n])
    return -(Y[n] * mp.log(p) + (1 - Y[n]) * mp.log(1 - p))


@check("zhihu-mean-gradient")
def _() -> Verdict:
    each = [slope(lambda w, n=n: loss_of(n, w), W) for n in range(4)]
    mean = slope(lambda w: sum(loss_of(n, w) for n in range(4)) / 4, W)
    return Verdict(
        any(agree(g, g / 4) or agree(mean, g / 4) for g in each), agree(mean, sum(each) / 4)
    )


@check("zhihu-weight-index")
def _() -> Verdict:
    def mean_loss(weights):
        return float(binary_cross_entropy(Y, sigmoid(np.asarray(weights) * X)))

    # A weight of its own for each sample fits anything; one weight for all does not.
    own = mean_loss([500.0 * (2 * y - 1) * np.sign(x) for x, y in zip(X, Y, strict=True)])
    shared = min(mean_loss(w) for w in np.linspace(-20, 20, 401))
    return Verdict(agree(own, shared), bool(shared > 0.1 > own))


@check("zhihu-lost-factor")
def _() -> Verdict:
    mean = slope(lambda w: sum(loss_of(n, w) for n in range(4)) / 4, W)
    parts = (sigmoid(W * X) - Y) * X
    return Verdict(agree(parts.sum(), mean), agree(parts.sum() / 4, mean))


@check("zhihu-bias")
def _() -> Verdict:
    # Nine of ten labels are 1 where the input is 0.
    def best(score):
        return min(
            -0.9 * float(np.log(sigmoid(score(t)))) - 0.1 * float(np.log(sigmoid(-score(t))))
            for t in np.linspace(-5, 5, 1001)
        )

    least = -0.9 * np.log(0.9) - 0.1 * np.log(0.1)
    return Verdict(
        agree(best(lambda w: w * 0.0), least, 1e-4), agree(best(lambda b: b), least, 1e-4)
    )


@check("zhihu-domain")
def _() -> Verdict:
    def formula(y, p):
        with np.errstate(all="ignore"):
            return -np.float64(y) / p + np.float64(1 - y) / (1 - p)

    return Verdict(
        bool(np.isfinite(formula(1, np.float64(1.0)))),
        agree(formula(1, np.float64(0.3)), slope(lambda p: -mp.log(p), 0.3)),
    )


@check("zhihu-larger-error")
def _() -> Verdict:
    logits, y = np.array([-3.0, 0.0, 3.0]), 1.0  # from bad to good
    quality = -binary_cross_entropy(np.full(3, y), sigmoid(logits), reduction="none")

    def falls_with_quality(measure):
        return bool((np.diff(measure) < 0).all() and (np.diff(quality) > 0).all())

    error = sigmoid(logits) - y
    return Verdict(falls_with_quality(error), falls_with_quality(np.abs(error)))


@check("zhihu-speed")
def _() -> Verdict:
    def adam(gradient, rate=0.1, first=0.9, second=0.999):
        mean, square = (1 - first) * gradient, (1 - second) * gradient**2
        return rate * (mean / (1 - first)) / np.sqrt(square / (1 - second))

    def descent(gradient, rate=0.1):
        return rate * gradient

    def grows(step):
        return bool(step(10.0) > step(1.0) + 1e-9)

    return Verdict(grows(adam), grows(descent))


@check("zhihu-arcface-matrix")
def _() -> Verdict:
    classes, features = 7, 3
    rng = np.random.default_rng(0)
    weights, x = rng.normal(size=(classes, features)), rng.normal(size=features)
    unit = weights / np.linalg.norm(weights, axis=1, keepdims=True)
    cosines = unit @ (x / np.linalg.norm(x))
    theta = np.arccos(cosines[0])
    arcface = 30 * np.r_[np.cos(theta + 0.5), cosines[1:]]
    assert len(arcface) == classes == len(weights @ x)
    return Verdict(unit.size < weights.size, unit.size == classes * features)


@check("zhihu-competition")
def _() -> Verdict:
    scores, raised = np.array([2.0, 1.0, -1.0]), np.array([2.0, 3.0, -1.0])

    def others_fall(f):
        return bool(f(raised)[0] < f(scores)[0])

    return Verdict(others_fall(sigmoid), others_fall(softmax))


@check("zhihu-only-the-label")
def _() -> Verdict:
    z, y, step = np.array([2.0, 1.0, -1.0]), 0, 1e-6

    def slope_in(k):
        moved = [z.copy(), z.copy()]
        moved[0][k] += step
        moved[1][k] -= step
        return float(-log_softmax(moved[0])[y] + log_softmax(moved[1])[y]) / (2 * step)

    wrong = [slope_in(1), slope_in(2)]
    return Verdict(agree(wrong[0], wrong[1], 1e-6), agree(wrong, softmax(z)[1:], 1e-6))
