"""Checks of the findings in the article on CSDN."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import scipy.integrate
import scipy.stats
from mpmath import mp
from sklearn.metrics import hinge_loss
from verdicts import Verdict, agree, check, lowest, mp_sigmoid, slope

from course_utils.information import cross_entropy, entropy, kl_divergence, self_information
from course_utils.labels import one_hot, smooth_labels
from course_utils.likelihood import gaussian_nll
from course_utils.sigmoid import sigmoid
from course_utils.softmax import log_softmax, softmax

Z = np.array([[10.0, 0.0, -10.0], [8.0, 8.0, 8.0]])
LABELS = np.array([0, 2])


def the_torch():
    return pytest.importorskip("torch", reason="PyTorch is an optional peer")


@check("csdn-never")
def _() -> Verdict:
    return Verdict(
        bool(np.isfinite(self_information(0.0))), bool(np.isfinite(self_information(1e-12)))
    )


@check("csdn-outside")
def _() -> Verdict:
    # Two pieces of news of one probability: the one is on every screen, the other costs a journey.
    effort = {"the next toss is heads": 1, "the coin in the next room shows heads": 10}
    information = [float(self_information(0.5)) for _ in effort]
    grows_with_effort = information[1] > information[0]
    return Verdict(grows_with_effort, self_information(0.01) > self_information(0.5))


@check("csdn-binomial")
def _() -> Verdict:
    coin = entropy([0.5, 0.5])
    return Verdict(
        agree(scipy.stats.binom(10, 0.5).entropy(), coin),
        agree(scipy.stats.bernoulli(0.5).entropy(), coin),
    )


@check("csdn-true-distribution")
def _() -> Verdict:
    truth = np.array([0.7, 0.3])
    labels = (np.random.default_rng(0).random(100_000) < truth[1]).astype(int)
    # A share of 100000 has a standard error below 0.0015: five of these.
    return Verdict(
        any(agree(one_hot(k, 2), truth) for k in (0, 1)),
        agree(one_hot(labels, 2).mean(axis=0), truth, 5 * 0.0015),
    )


@check("csdn-direction")
def _() -> Verdict:
    p, near, other = np.array([0.7, 0.3]), np.array([0.35, 0.65]), np.array([0.95, 0.05])
    first = kl_divergence(p, near) < kl_divergence(p, other)
    second = kl_divergence(near, p) < kl_divergence(other, p)
    return Verdict(bool(first == second), agree(kl_divergence(p, p), 0.0))


@check("csdn-first-half")
def _() -> Verdict:
    p = np.array([0.7, 0.3])
    first = np.sum(p * np.log(p))
    return Verdict(agree(first, entropy(p)), agree(-first, entropy(p)))


@check("csdn-same-thing")
def _() -> Verdict:
    p, q = smooth_labels([1.0, 0.0, 0.0], 0.1), np.array([0.7, 0.2, 0.1])
    h, d = cross_entropy(p, q), kl_divergence(p, q)
    return Verdict(agree(h, d), agree(h, d + entropy(p)))


@check("csdn-one-logit")
def _() -> Verdict:
    def responds(probability):
        return not agree(probability(-2.0), probability(2.0))

    return Verdict(
        responds(lambda m: softmax([m])[0]),
        responds(sigmoid) and agree(softmax([0.0, 2.0])[1], sigmoid(2.0)),
    )


@check("csdn-fixed-targets")
def _() -> Verdict:
    def d_and_h(moving):
        def at(m, what):
            q = [sigmoid(m), 1 - sigmoid(m)]
            p = [0.5 * q[0] + 0.3, 0.5 * q[1] + 0.2] if moving else [0.7, 0.3]
            return float(what(p, q))

        h = 1e-6
        return [(at(1 + h, f) - at(1 - h, f)) / (2 * h) for f in (kl_divergence, cross_entropy)]

    return Verdict(agree(*d_and_h(moving=True), 1e-6), agree(*d_and_h(moving=False), 1e-6))


@check("csdn-kldivloss")
def _() -> Verdict:
    torch = the_torch()
    z, labels = torch.tensor(Z), torch.tensor(LABELS)
    targets = torch.nn.functional.one_hot(labels, 3).double()
    ce = torch.nn.CrossEntropyLoss()(z, labels).item()
    logs = torch.log_softmax(z, -1)
    default = default_kl(torch, logs, targets)
    batch = torch.nn.KLDivLoss(reduction="batchmean")(logs, targets).item()
    return Verdict(agree(default, ce), agree(batch, ce), (ce, default))


def default_kl(torch, logs, targets) -> float:
    """Return ``KLDivLoss()``, whose mean over the entries warns that it is no mean of samples."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(torch.nn.KLDivLoss()(logs, targets).item())


@check("csdn-shapes")
def _() -> Verdict:
    torch = the_torch()
    z, labels = torch.tensor(Z), torch.tensor(LABELS)
    targets = torch.nn.functional.one_hot(labels, 3).double()
    ce = torch.nn.CrossEntropyLoss(reduction="none")(z, labels)
    kl = torch.nn.KLDivLoss(reduction="none")(torch.log_softmax(z, -1), targets)
    return Verdict(agree(kl, ce), agree(kl.sum(dim=-1), ce))


@check("csdn-printed-loss")
def _() -> Verdict:
    with mp.workdps(30):
        truth = float(mp.log(1 + mp.exp(-10) + mp.exp(-20)))
    return Verdict(
        agree(4.5418e-05, truth, 1e-8),
        agree(4.5401e-05, truth, 1e-8) and agree(-log_softmax(Z[0])[0], truth, 1e-15),
        (truth,),
    )


@check("csdn-one-hot-width")
def _() -> Verdict:
    torch = the_torch()
    batch = torch.tensor([0, 1])
    return Verdict(
        torch.nn.functional.one_hot(batch).shape[1] == 3,
        torch.nn.functional.one_hot(batch, 3).shape[1] == 3,
    )


@check("csdn-extra-entropy")
def _() -> Verdict:
    torch = the_torch()
    p, z = smooth_labels([1.0, 0.0, 0.0], 0.1), Z[0]
    there = torch.nn.KLDivLoss(reduction="sum")(torch.tensor(log_softmax(z)), torch.tensor(p))
    extra = there.item() - cross_entropy(p, softmax(z))
    return Verdict(agree(extra, entropy(p)), agree(extra, -entropy(p)))


@check("csdn-open-interval")
def _() -> Verdict:
    targets = one_hot(LABELS, 3)
    return Verdict(
        bool(((targets > 0) & (targets < 1)).all()), bool(((targets >= 0) & (targets <= 1)).all())
    )


@check("csdn-softmax-axis")
def _() -> Verdict:
    torch = the_torch()
    z = torch.tensor(np.random.default_rng(0).normal(size=(2, 4, 3)))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        implicit = torch.nn.functional.softmax(z)
    assert any("mplicit dim" in str(w.message) for w in caught)
    explicit = torch.nn.functional.softmax(z, dim=-1)
    ones = np.ones((2, 4))
    return Verdict(agree(implicit.sum(dim=-1), ones), agree(explicit.sum(dim=-1), ones))


@check("csdn-largest-slope")
def _() -> Verdict:
    def speed(p):  # of the logit under half the squared error, with target 0
        m = float(mp.log(p / (1 - p)))
        return slope(lambda t: mp_sigmoid(t) ** 2 / 2, m)

    steepest = lowest(lambda p: -slope(mp_sigmoid, float(mp.log(p / (1 - p)))), 0.05, 0.95)
    fastest = lowest(lambda p: -speed(p), 0.05, 0.95)
    return Verdict(agree(steepest, fastest, 1e-4), agree(fastest, 2 / 3, 1e-4))


@check("csdn-larger-steps")
def _() -> Verdict:
    def distance(rate):  # from the minimum of x², after twenty steps from 1
        x = 1.0
        for _ in range(20):
            x -= rate * 2 * x
        return abs(x)

    return Verdict(bool(distance(1.1) < distance(0.3)), bool(distance(0.3) < distance(0.1)))


@check("csdn-faster")
def _() -> Verdict:
    p, target, rate = 0.6, 0.0, 0.1

    def step(error_gradient, own_rate):
        return own_rate * error_gradient

    squared, entropic = (p - target) * p * (1 - p), p - target

    def faster(squared_rate):
        return bool(step(entropic, rate) > step(squared, squared_rate) + 1e-12)

    return Verdict(faster(rate / (p * (1 - p))), faster(rate))


@check("csdn-convex")
def _() -> Verdict:
    def deep(v, w):  # two weights, one after the other; input 1 and label 1
        return float(np.logaddexp(0, -v * w))

    def linear(v, w):
        return float(np.logaddexp(0, -v - w))

    def midpoint_is_no_higher(loss):
        return loss(0.0, 0.0) <= (loss(1.0, 1.0) + loss(-1.0, -1.0)) / 2 + 1e-12

    return Verdict(midpoint_is_no_higher(deep), midpoint_is_no_higher(linear))


@check("csdn-closed-form")
def _() -> Verdict:
    # If the slope is linear, one step of Newton's method solves it. Both losses are convex.
    x = np.array([-1.0, 0.5, 2.0])

    def solved_by_one_step(gradient, curvature):
        return agree(gradient(0.0 - gradient(0.0) / curvature(0.0)), 0.0)

    def squares(w):
        return float(x @ (w * x - [0.2, 0.9, 1.0]))

    def logistic(w):
        return float(x @ (sigmoid(w * x) - [0, 0, 1]))

    return Verdict(
        solved_by_one_step(logistic, lambda w: float(x**2 @ (sigmoid(w * x) * sigmoid(-w * x)))),
        solved_by_one_step(squares, lambda w: float(x @ x)),
    )


@check("csdn-not-regression")
def _() -> Verdict:
    from sklearn.linear_model import LogisticRegression

    x = np.array([-2.0, -1.0, 0.0, 1.0, 2.0, 3.0])[:, None]
    y = np.array([0, 1, 0, 0, 1, 1])
    model = LogisticRegression(C=1e12, tol=1e-10, max_iter=1000).fit(x, y)
    outputs = model.predict_proba(x)[:, 1]
    # A classifier gives classes. A regression gives conditional means: the residuals sum to zero.
    return Verdict(
        bool(np.isin(outputs, [0, 1]).all()),
        agree((y - outputs) @ np.c_[np.ones(6), x], [0, 0], 1e-4),
    )


@check("csdn-local-minima")
def _() -> Verdict:
    def loss(w):  # one sample, input 1 and label 1
        return (1 - mp_sigmoid(w)) ** 2

    places = np.linspace(-8, 8, 65)
    slopes = np.array([slope(loss, w) for w in places])
    local_minimum = bool((np.diff(np.sign(slopes)) > 0).any())
    plateau = abs(slopes[0]) < 1e-3 and float(loss(-8.0)) > 0.99
    return Verdict(local_minimum, bool(plateau))


@check("csdn-gaussian-errors")
def _() -> Verdict:
    noise = scipy.stats.expon()  # skewed, with mean 1

    def expected_square(c):
        return noise.var() + (noise.mean() - c) ** 2

    draws = noise.rvs(200_000, random_state=0)
    by_squares = lowest(lambda c: float(np.mean((draws - c) ** 2)), 0, 3)
    assert noise.stats(moments="s") > 1
    # Standard error of the mean 1/√200000: five of these.
    return Verdict(
        not agree(by_squares, 1.0, 5 / 200_000**0.5),
        agree(lowest(expected_square, 0, 3), 1.0, 1e-6),
    )


@check("csdn-multinomial")
def _() -> Verdict:
    p, counts = np.array([0.55, 0.45]), np.array([11, 9])
    of_labels = float(counts @ np.log(p))
    return Verdict(
        agree(scipy.stats.multinomial(20, p).logpmf(counts), of_labels),
        agree(sum(scipy.stats.multinomial(1, p).logpmf(one_hot([0] * 11 + [1] * 9, 2))), of_labels),
    )


@check("csdn-bins")
def _() -> Verdict:
    # Gaussian data and a Gaussian model: the loss over narrow bins is the density's, less a
    # constant, so that it presumes nothing else.
    y = np.random.default_rng(0).normal(0.3, 1.0, 500)
    width = 0.01
    left = np.floor(y / width) * width

    def binned(mu):
        model = scipy.stats.norm(mu, 1)
        return -np.log(model.cdf(left + width) - model.cdf(left)).mean() + np.log(width)

    def density(mu):
        return float(gaussian_nll(y, mu, 1.0).mean())

    best = lowest(binned, -2, 2)
    return Verdict(
        not agree(best, lowest(density, -2, 2), width), agree(binned(0.3), density(0.3), width)
    )


@check("csdn-opposition")
def _() -> Verdict:
    y, mu, s = 1.0, 0.2, 0.7
    narrow, model = scipy.stats.norm(y, 1e-4), scipy.stats.norm(mu, s)
    points = np.linspace(y - 1e-3, y + 1e-3, 4001)
    h = -scipy.integrate.trapezoid(narrow.pdf(points) * model.logpdf(points), points)
    return Verdict(
        not agree(h, gaussian_nll(y, mu, s), 1e-5), agree(h, gaussian_nll(y, mu, s), 1e-5)
    )


@check("csdn-weights-too")
def _() -> Verdict:
    def speed(error, x):
        return abs(error * x)

    return Verdict(
        speed(0.9, 0.01) > speed(0.1, 1.0), all(speed(0.9, x) > speed(0.1, x) for x in (0.01, 1.0))
    )


@check("csdn-activations")
def _() -> Verdict:
    # The hinge loss takes scores as they are; squashed to 0…1, no margin of 1 can be reached.
    scores, labels = np.array([3.0, -2.0]), np.array([1, 0])
    return Verdict(
        agree(hinge_loss(labels, sigmoid(scores)), 0.0), agree(hinge_loss(labels, scores), 0.0)
    )
