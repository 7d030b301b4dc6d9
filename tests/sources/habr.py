"""Checks of the findings in the article on Habr."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import scipy.integrate
import scipy.stats
import yaml
from mpmath import mp
from verdicts import Verdict, agree, check, is_distribution, lowest, mp_sigmoid, slope

from course_utils.information import (
    cross_entropy,
    entropy,
    gaussian_cross_entropy,
    gaussian_kl_divergence,
    kl_divergence,
)
from course_utils.labels import labels_from_votes, one_hot
from course_utils.likelihood import bernoulli_log_likelihood, gaussian_nll
from course_utils.losses import binary_cross_entropy, categorical_cross_entropy, squared_error
from course_utils.sigmoid import logit, odds, sigmoid
from course_utils.softmax import hardmax, log_softmax, softmax

Z = np.array([2.0, 1.0, -1.0])


@check("habr-joint")
def _() -> Verdict:
    tosses = [1] + 9 * [0]
    prior = scipy.stats.beta(2, 2)
    best = lowest(lambda t: -float(bernoulli_log_likelihood(tosses, t)), 1e-6, 1 - 1e-6)
    joint = lowest(
        lambda t: -float(bernoulli_log_likelihood(tosses, t)) - prior.logpdf(t), 1e-6, 1 - 1e-6
    )
    return Verdict(agree(joint, 1 / 10, 1e-6), agree(best, 1 / 10, 1e-6))


@check("habr-inputs")
def _() -> Verdict:
    # One pair (0, 2); the label has the mean θ, and the input has it too, or the mean 0.
    def estimate(input_mean):
        return lowest(lambda t: gaussian_nll(0, input_mean(t), 1) + gaussian_nll(2, t, 1), -5, 5)

    conditional = lowest(lambda t: gaussian_nll(2, t, 1), -5, 5)
    return Verdict(
        agree(conditional, estimate(lambda t: t), 1e-6),
        agree(conditional, estimate(lambda t: 0.0), 1e-6),
    )


@check("habr-best-exists")
def _() -> Verdict:
    # Inputs −1 and 1 with labels 0 and 1: by symmetry the loss of the weight is this.
    def loss(w):
        return mp.log(1 + mp.exp(-w))

    def with_prior(w):
        return loss(w) + w**2 / 20

    weights = (1.0, 10.0, 100.0)
    some_slope_is_zero = any(slope(loss, w) >= 0 for w in weights)
    return Verdict(some_slope_is_zero, slope(with_prior, 0.0) < 0 < slope(with_prior, 10.0))


@check("habr-square")
def _() -> Verdict:
    y, mu, s = 2.0, 0.5, 0.7
    truth = -scipy.stats.norm(mu, s).logpdf(y)
    full = (y - mu) ** 2 / (2 * s**2) + np.log(s) + np.log(2 * np.pi) / 2
    return Verdict(agree((y - mu) ** 2, truth), agree(full, truth))


@check("habr-logloss")
def _() -> Verdict:
    from sklearn.metrics import log_loss

    labels, p = [0, 1, 1], np.array([[0.9, 0.1], [0.3, 0.7], [0.6, 0.4]])
    each = -np.log(p[np.arange(3), labels])
    return Verdict(agree(each[0], log_loss(labels, p)), agree(each.mean(), log_loss(labels, p)))


def better_has_smaller_loss(loss) -> bool:
    """The prediction that gives the class more must cost less."""
    return bool(loss(0.9) < loss(0.6) < loss(0.1))


@check("habr-categorical-sign")
def _() -> Verdict:
    y = np.array([0.0, 1.0])

    def printed(p):
        return np.sum(y * np.log([1 - p, p]))

    def mended(p):
        return -printed(p)

    same = agree(mended(0.6), categorical_cross_entropy(1, [0.4, 0.6]))
    return Verdict(better_has_smaller_loss(printed), better_has_smaller_loss(mended) and same)


@check("habr-binary-sign")
def _() -> Verdict:
    def printed(p, y=1.0):
        return y * np.log(p) + (1 - y) * np.log(1 - p)

    def mended(p, y=1.0):
        return -printed(p, y)

    same = agree(mended(0.6), binary_cross_entropy(1, 0.6))
    return Verdict(better_has_smaller_loss(printed), better_has_smaller_loss(mended) and same)


@check("habr-one-term")
def _() -> Verdict:
    terms = [-p * np.log(q) if p else 0.0 for p, q in zip([1, 0, 0], [1.0, 0.0, 0.0], strict=True)]
    return Verdict(bool(np.count_nonzero(terms) == 1), bool(np.count_nonzero(terms) <= 1))


@check("habr-zero-log-zero")
def _() -> Verdict:
    p, q = np.array([1.0, 0.0]), np.array([1.0, 0.0])
    with np.errstate(all="ignore"):
        literal = -np.sum(p * np.log(q))
    return Verdict(bool(np.isfinite(literal)), agree(cross_entropy(p, q), 0.0))


@check("habr-log-ln")
def _() -> Verdict:
    p = 0.4
    return Verdict(agree(-np.log2(p), -np.log(p)), agree(-np.log2(p) * np.log(2), -np.log(p)))


@check("habr-class-index")
def _() -> Verdict:
    labels, sample = [2, 0, 1], 2
    p = np.array([0.2, 0.5, 0.3])
    truth = -np.log(p[labels[sample]])
    return Verdict(
        agree(cross_entropy(one_hot(sample, 3), p), truth),
        agree(cross_entropy(one_hot(labels[sample], 3), p), truth),
    )


@check("habr-binary-labels")
def _() -> Verdict:
    second, of_second = True, 0.9  # the label, and the probability of the second class
    truth = -np.log(of_second)

    def loss(y):
        return -y * np.log(of_second) - (1 - y) * np.log(1 - of_second)

    return Verdict(
        agree(loss(float(not second)), truth),
        agree(loss(float(second)), truth),
        (loss(float(not second)), truth),
    )


def equation_numbers() -> set[int]:
    """Return the numbers that stand beside equations of the article."""
    contents = Path(__file__).parents[2] / "book" / "data" / "source_contents.yml"
    sections = yaml.safe_load(contents.read_text(encoding="utf-8"))["source_habr"]
    items = [item for section in sections for item in section["items"]]
    return {int(found[1]) for item in items if (found := re.fullmatch(r"habr-eq-(\d+)", item))}


@check("habr-formulas-18-19")
def _() -> Verdict:
    return Verdict({18, 19} <= equation_numbers(), equation_numbers() == set(range(1, 11)))


@check("habr-formula-21")
def _() -> Verdict:
    return Verdict(21 in equation_numbers(), 5 in equation_numbers())


@check("habr-svm")
def _() -> Verdict:
    from sklearn.svm import LinearSVC

    x = np.array([[-4.0], [-1.0], [0.0], [1.0], [5.0], [9.0]])
    machine = LinearSVC().fit(x, [0, 0, 1, 1, 2, 2])
    scores = machine.decision_function(x)
    return Verdict(
        all(map(is_distribution, scores)) or hasattr(machine, "predict_proba"),
        all(map(is_distribution, softmax(scores))),
    )


@check("habr-log-probabilities")
def _() -> Verdict:
    shifted = Z - np.log(np.exp(Z).sum())
    return Verdict(is_distribution(np.exp(Z)), is_distribution(np.exp(shifted)))


@check("habr-normalised")
def _() -> Verdict:
    p = softmax(Z)
    weights = np.exp(Z)
    return Verdict(not agree(p / p.sum(), p), not agree(weights / weights.sum(), weights))


@check("habr-two-constraints")
def _() -> Verdict:
    def squares(z):
        return z**2 / np.sum(z**2)

    def ratio_depends_on_difference(f):
        return agree(f(Z)[0] / f(Z)[1], f(Z + 1)[0] / f(Z + 1)[1])

    complies = is_distribution(squares(Z)) and is_distribution(softmax(Z))
    return Verdict(
        complies and agree(squares(Z), softmax(Z)),
        ratio_depends_on_difference(softmax) and not ratio_depends_on_difference(squares),
    )


@check("habr-logit-name")
def _() -> Verdict:
    others = np.log([np.exp(np.delete(Z, k)).sum() for k in range(3)])
    return Verdict(agree(logit(softmax(Z)), Z), agree(logit(softmax(Z)), Z - others))


def printed_softmax(z, first, summand):
    k = len(z)
    return np.array(
        [np.exp(z[i]) / sum(np.exp(summand(i, j)) for j in range(first(i), k)) for i in range(k)]
    )


@check("habr-softmax-limit")
def _() -> Verdict:
    printed = printed_softmax(Z, lambda i: i, lambda i, j: Z[j])
    mended = printed_softmax(Z, lambda i: 0, lambda i, j: Z[j])
    return Verdict(is_distribution(printed), is_distribution(mended) and agree(mended, softmax(Z)))


@check("habr-softmax-summand")
def _() -> Verdict:
    printed = printed_softmax(Z, lambda i: i, lambda i, j: Z[i])
    other = printed_softmax(5 * Z[::-1], lambda i: i, lambda i, j: 5 * Z[::-1][i])
    assert agree(printed, [1 / 3, 1 / 2, 1])
    mended = printed_softmax(Z, lambda i: 0, lambda i, j: Z[j])
    return Verdict(not agree(printed, other), not agree(mended, softmax(5 * Z[::-1])))


@check("habr-softmax-argument")
def _() -> Verdict:
    j = 1
    return Verdict(
        agree(softmax([Z[j] for _ in Z]), softmax(Z)), agree(softmax(list(Z)), softmax(Z))
    )


@check("habr-softmax-overflow")
def _() -> Verdict:
    z = np.array([1000.0, 999.0])
    with np.errstate(all="ignore"):
        literal = np.exp(z) / np.exp(z).sum()
        shifted = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
    truth = [float(mp_sigmoid(1)), float(mp_sigmoid(-1))]
    return Verdict(agree(literal, truth), agree(shifted, truth) and agree(softmax(z), truth))


@check("habr-never-zero")
def _() -> Verdict:
    p = softmax([0.0, -800.0])
    return Verdict(
        bool(p.min() > 0 and p.max() < 1), bool(np.isfinite(log_softmax([0.0, -800.0])).all())
    )


@check("habr-only-restriction")
def _() -> Verdict:
    # Probabilities of class 1 at the corners of a square: high, low, low, high.
    wanted = logit([0.9, 0.1, 0.1, 0.9])
    corners = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
    linear = corners @ np.linalg.lstsq(corners, wanted, rcond=None)[0]
    return Verdict(agree(sigmoid(linear), sigmoid(wanted)), agree(sigmoid(wanted)[0], 0.9))


@check("habr-differentiable-model")
def _() -> Verdict:
    def stump(threshold):  # scores of a tree with one split, at the input 1
        return np.array([0.0, 2.0]) if threshold < 1 else np.array([0.0, -2.0])

    def loss(threshold):
        return -log_softmax(stump(threshold))[1]

    def scaled(w):
        return -log_softmax(np.array([0.0, w]))[1]

    step = 1e-5
    assert loss(0.5) < loss(1.5)
    return Verdict(
        bool(loss(1.5 + step) != loss(1.5 - step)), bool(scaled(1.5 + step) != scaled(1.5 - step))
    )


@check("habr-keras")
def _() -> Verdict:
    import os

    os.environ.setdefault("KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras", reason="Keras is an optional peer")
    z, y = np.array([[0.0, 50.0]]), np.array([[1.0, 0.0]])

    def loss(prediction, from_logits):
        return float(keras.losses.CategoricalCrossentropy(from_logits=from_logits)(y, prediction))

    clipped, exact = loss(softmax(z), False), loss(z, True)
    further = loss(softmax([[0.0, 70.0]]), False)
    assert agree(further, clipped)  # no gradient: the loss stands still
    return Verdict(agree(clipped, 50.0, 1e-5), agree(exact, 50.0, 1e-5), (clipped, exact))


@check("habr-closer")
def _() -> Verdict:
    z = np.array([10.0, 1.0, 0.0])
    p, q = softmax(z), softmax(0.1 * z)
    pairs = [(0, 1), (0, 2), (1, 2)]
    return Verdict(
        all(abs(q[i] - q[j]) < abs(p[i] - p[j]) for i, j in pairs),
        all(abs(np.log(q[i] / q[j])) < abs(np.log(p[i] / p[j])) for i, j in pairs),
    )


@check("habr-negative-factor")
def _() -> Verdict:
    def less_certain(factor):
        return bool(softmax(factor * Z).max() < softmax(Z).max())

    return Verdict(less_certain(-5.0), less_certain(0.0) and less_certain(0.9))


@check("habr-equal-logits")
def _() -> Verdict:
    def more_certain(z):
        return bool(softmax(3 * z).max() > softmax(z).max())

    return Verdict(more_certain(np.full(3, 8.0)), more_certain(Z))


@check("habr-temperature")
def _() -> Verdict:
    def heat_spreads(at_temperature):
        return bool(entropy(at_temperature(5.0)) > entropy(at_temperature(0.5)))

    return Verdict(
        heat_spreads(lambda t: softmax(t * Z)),
        heat_spreads(lambda t: softmax(Z / t)) and agree(softmax(Z / 5), softmax(Z, temperature=5)),
    )


TIED = np.array([2.0, 2.0, 0.0])


@check("habr-ties")
def _() -> Verdict:
    limit = softmax(1e6 * TIED)
    return Verdict(agree(limit.max(), 1.0), agree(limit, [0.5, 0.5, 0]))


@check("habr-hardmax-argmax")
def _() -> Verdict:
    limit = softmax(1e6 * TIED)
    index = one_hot(int(np.argmax(TIED)), 3)
    return Verdict(
        agree(index, limit), agree(hardmax(Z), softmax(1e6 * Z)) and agree(hardmax(TIED), index)
    )


@check("habr-zero-derivative")
def _() -> Verdict:
    def quotient(at, step):
        return (hardmax([at + step, 0.0])[0] - hardmax([at - step, 0.0])[0]) / (2 * step)

    steps = (1e-2, 1e-4, 1e-6)
    return Verdict(
        all(quotient(0.0, s) == 0 for s in steps), all(quotient(1.0, s) == 0 for s in steps)
    )


def sides(function, step=1e-9):
    return (function(step) - function(0.0)) / step, (function(0.0) - function(-step)) / step


@check("habr-differentiable")
def _() -> Verdict:
    # |x| changes smoothly in the sense of the source: by no more than x does.
    continuous = abs(abs(1e-9) - abs(0.0)) <= 1e-9
    return Verdict(
        continuous and agree(*sides(abs), 1e-6),
        agree(*sides(lambda x: float(sigmoid(x))), 1e-6),
    )


@check("habr-soft-labels")
def _() -> Verdict:
    step, y = 1e-6, 1

    def loss(k, by):
        z = Z.copy()
        z[k] += by
        return -log_softmax(z)[y]

    by_differences = [(loss(k, step) - loss(k, -step)) / (2 * step) for k in range(3)]
    return Verdict(
        agree(by_differences, np.zeros(3), 1e-6),
        agree(by_differences, softmax(Z) - one_hot(y, 3), 1e-6),
    )


@check("habr-s-curves")
def _() -> Verdict:
    def is_probability(curve):
        return all(0 <= curve(x) <= 1 for x in (-3.0, -1.0, 0.0, 1.0, 3.0))

    return Verdict(is_probability(np.tanh), is_probability(sigmoid), (float(np.tanh(-1)),))


@check("habr-s-curve-gradient")
def _() -> Verdict:
    x = 1.2

    def gradient_is_p_minus_y(curve):
        return agree(slope(lambda m: -mp.log(curve(m)), x), float(curve(x)) - 1)

    def input_is_log_odds(curve):
        return agree(float(mp.log(curve(x) / (1 - curve(x)))), x)

    return Verdict(
        gradient_is_p_minus_y(mp.ncdf) or input_is_log_odds(mp.ncdf),
        gradient_is_p_minus_y(mp_sigmoid) and input_is_log_odds(mp_sigmoid),
    )


@check("habr-logit-domain")
def _() -> Verdict:
    return Verdict(
        bool(np.isfinite(logit([0.0, 0.5, 1.0])).all()),
        agree(sigmoid(logit([0.01, 0.5, 0.99])), [0.01, 0.5, 0.99]),
    )


def sample_odds_ratio() -> float:
    """Of probabilities 0.8 and 0.6, from a table of ten and ten."""
    return float(scipy.stats.contingency.odds_ratio([[8, 2], [6, 4]], kind="sample").statistic)


@check("habr-odds-ratio")
def _() -> Verdict:
    return Verdict(
        agree(sample_odds_ratio(), odds(0.8)),
        agree(sample_odds_ratio(), odds(0.8) / odds(0.6)),
        (float(odds(0.8)), sample_odds_ratio(), 0.8, 0.6),
    )


@check("habr-log-odds-ratio")
def _() -> Verdict:
    ratio = np.log(sample_odds_ratio())
    return Verdict(agree(ratio, logit(0.8)), agree(ratio, logit(0.8) - logit(0.6)))


@check("habr-shares")
def _() -> Verdict:
    share = labels_from_votes([11, 9])[0]
    spread = scipy.stats.binom(20, share).std() / 20
    again = scipy.stats.binom(20, share).pmf(11)
    simulated = np.random.default_rng(0).binomial(20, share, 100_000).std() / 20
    # A standard deviation of 100000 draws is off by a share of 1/sqrt(200000): five of these.
    return Verdict(agree(again, 1.0), agree(spread, simulated, 5 / 200_000**0.5), (share, spread))


@check("habr-hold-back")
def _() -> Verdict:
    votes = [1] * 11 + [0] * 9
    soft = labels_from_votes([11, 9])
    by_votes = lowest(lambda q: sum(-np.log(q if v else 1 - q) for v in votes), 0.01, 0.99)
    by_soft = lowest(lambda q: float(cross_entropy(soft, [q, 1 - q])), 0.01, 0.99)
    return Verdict(not agree(by_votes, by_soft, 1e-6), agree(by_votes, by_soft, 1e-6))


def expected(error, c, at=(0.5, 1.5), weights=(0.5, 0.5)):
    return sum(w * error(y - c) for y, w in zip(at, weights, strict=True))


@check("habr-middle-error")
def _() -> Verdict:
    def only_the_middle(error):
        return all(expected(error, c) > expected(error, 1.0) + 1e-9 for c in (0.5, 0.8, 1.2, 1.5))

    return Verdict(only_the_middle(abs), only_the_middle(np.square))


@check("habr-middle-weights")
def _() -> Verdict:
    def best(weights):
        return lowest(lambda c: expected(np.square, c, weights=weights), 0, 2)

    return Verdict(
        agree(best((0.7, 0.3)), 1.0, 1e-6),
        agree(best((0.5, 0.5)), 1.0, 1e-6) and agree(best((0.7, 0.3)), 0.8, 1e-6),
        (best((0.7, 0.3)), 0.7, 0.3),
    )


@check("habr-metric")
def _() -> Verdict:
    p, q, r = [0.9, 0.1], [0.5, 0.5], [0.1, 0.9]
    a, b = [0.7, 0.3], [0.2, 0.8]
    symmetric = agree(kl_divergence(a, b), kl_divergence(b, a))
    triangle = kl_divergence(p, r) <= kl_divergence(p, q) + kl_divergence(q, r)
    return Verdict(
        symmetric and bool(triangle),
        agree(kl_divergence(p, p), 0.0) and bool(kl_divergence(p, q) > 0),
    )


@check("habr-similarity")
def _() -> Verdict:
    near, far = kl_divergence([0.7, 0.3], [0.6, 0.4]), kl_divergence([0.7, 0.3], [0.1, 0.9])
    return Verdict(bool(near > far), bool(near < far))


@check("habr-expectation")
def _() -> Verdict:
    big_p, q, small_p = np.array([0.7, 0.3]), np.array([0.5, 0.5]), np.array([0.2, 0.8])
    ratio = np.log(big_p / q)
    truth = kl_divergence(big_p, q)
    return Verdict(agree(small_p @ ratio, truth), agree(big_p @ ratio, truth))


@check("habr-support")
def _() -> Verdict:
    return Verdict(
        bool(np.isfinite(kl_divergence([0.5, 0.5], [1.0, 0.0]))),
        bool(np.isfinite(kl_divergence([0.5, 0.5], [0.999, 0.001]))),
    )


@check("habr-integral")
def _() -> Verdict:
    p, q = scipy.stats.norm(0, 1), scipy.stats.norm(1, 1)
    truth = gaussian_kl_divergence(0, 1, 1, 1)

    def integral(weight):
        return scipy.integrate.quad(lambda x: weight(x) * (p.logpdf(x) - q.logpdf(x)), -12, 12)[0]

    return Verdict(agree(integral(p.cdf), truth, 1e-6), agree(integral(p.pdf), truth, 1e-6))


@check("habr-finite-entropy")
def _() -> Verdict:
    def constant(scale):
        return gaussian_cross_entropy(0, scale, 1, 1) - gaussian_kl_divergence(0, scale, 1, 1)

    narrow = np.array([float(constant(s)) for s in (1e-2, 1e-4, 1e-8)])
    # The difference is the target's entropy. It falls by log 100 when the scale does.
    return Verdict(
        agree(narrow, np.full(3, narrow[0])),
        agree(constant(0.1), scipy.stats.norm(0, 0.1).entropy()),
    )


@check("habr-order")
def _() -> Verdict:
    label, prediction = [1.0, 0.0], [0.7, 0.3]
    loss = -np.log(0.7)
    return Verdict(
        agree(cross_entropy(prediction, label), loss), agree(cross_entropy(label, prediction), loss)
    )


@check("habr-drawn-from")
def _() -> Verdict:
    conditional = np.array([[0.9, 0.1], [0.1, 0.9]])
    marginal = conditional.mean(axis=0)
    q = np.array([0.8, 0.2])
    truth = cross_entropy(conditional[0], q)
    draws = np.random.default_rng(0).random(200_000)

    def mean_nll(p):
        return -np.log(q[(draws > p[0]).astype(int)]).mean()

    # The loss has the spread log(0.8/0.2)·√(p(1 − p)): five standard errors are below 0.01.
    return Verdict(
        agree(mean_nll(marginal), truth, 1e-2), agree(mean_nll(conditional[0]), truth, 1e-2)
    )


@check("habr-sets")
def _() -> Verdict:
    votes, q = [1] * 11 + [0] * 9, 0.6
    truth = -float(bernoulli_log_likelihood(votes, q))

    def nll(labels):
        return sum(-np.log(q if v else 1 - q) for v in labels)

    return Verdict(agree(nll(set(votes)), truth), agree(nll(votes), truth))


@check("habr-one-over-k")
def _() -> Verdict:
    p, q = 0.55, np.array([0.4, 0.6])
    target = cross_entropy([1 - p, p], q)

    def nll(draws):
        votes = (np.random.default_rng(1).random(draws) < p).astype(int)
        return -np.log(q[votes]).sum()

    # The mean has the standard error log(0.6/0.4)·√(0.55·0.45/K): five of these.
    near = [agree(nll(k) / k, target, 5 * 0.21 / k**0.5) for k in (1000, 100_000)]
    return Verdict(agree(nll(100_000), target, 1e-2), all(near))


@check("habr-limit")
def _() -> Verdict:
    return Verdict(
        bool(np.isfinite(cross_entropy([0.55, 0.45], [1.0, 0.0]))),
        bool(np.isfinite(cross_entropy([0.55, 0.45], [0.9, 0.1]))),
    )


@check("habr-delta")
def _() -> Verdict:
    def function(y):  # what the narrowing densities tend to, wherever that is a number
        return 0.0 if y else np.inf

    points = np.linspace(-1, 1, 1000)
    as_function = scipy.integrate.trapezoid([function(y) for y in points], points)
    narrow = scipy.stats.norm(0, 1e-3)
    as_limit = scipy.integrate.quad(lambda y: narrow.pdf(y) * np.cos(y), -0.01, 0.01)[0]
    return Verdict(agree(as_function, 1.0), agree(as_limit, np.cos(0.0), 1e-5))


@check("habr-empirical")
def _() -> Verdict:
    labels = [0, 0, 1]
    shares = labels_from_votes(np.bincount(labels))
    return Verdict(
        any(agree(shares, one_hot(k, 2)) for k in (0, 1)),
        agree(shares, one_hot(labels, 2).mean(axis=0)),
    )


@check("habr-y-true")
def _() -> Verdict:
    y_true, other, s = 2.0, 0.0, 1e-4
    narrow, model = scipy.stats.norm(y_true, s), scipy.stats.norm(0.5, 0.7)
    integral = -scipy.integrate.quad(
        lambda y: narrow.pdf(y) * model.logpdf(y), y_true - 10 * s, y_true + 10 * s
    )[0]
    return Verdict(
        agree(-model.logpdf(other), integral, 1e-5), agree(-model.logpdf(y_true), integral, 1e-5)
    )


@check("habr-rms")
def _() -> Verdict:
    y = np.array([0.0, 1.0, 5.0])

    def gain(measure):  # from predicting 1 to predicting 2
        return measure(y - 1) - measure(y - 2)

    truth = gain(lambda r: gaussian_nll(r, 0, 1).mean())
    return Verdict(
        agree(gain(lambda r: np.sqrt(np.mean(r**2))), truth),
        agree(gain(lambda r: np.mean(r**2) / 2), truth),
    )


@check("habr-scale")
def _() -> Verdict:
    y = np.array([0.0, 1.0])

    def best(scales):
        return lowest(lambda mu: float(np.sum(gaussian_nll(y, mu, scales))), -1, 2)

    least_squares = y.mean()
    return Verdict(
        agree(best([1.0, 3.0]), least_squares, 1e-6),
        agree(best([3.0, 3.0]), least_squares, 1e-6),
        (best([1.0, 3.0]), least_squares),
    )


@check("habr-mean")
def _() -> Verdict:
    from sklearn.metrics import mean_squared_error

    y, p = np.array([0.0, 0.0, 1.0]), np.array([0.3, 0.3, 0.4])
    mean = mean_squared_error(y, p)
    return Verdict(agree(np.sum((y - p) ** 2), mean), agree(np.sum((y - p) ** 2) / 3, mean))


def elicits(loss) -> bool:
    """Whether the expected loss is least for the probability of class 1 that is true."""
    return agree(lowest(lambda q: 0.7 * loss(1, q) + 0.3 * loss(0, q), 0, 1), 0.7, 1e-5)


@check("habr-brier")
def _() -> Verdict:
    def brier(y, q):
        return 2 * (y - q) ** 2

    return Verdict(not elicits(brier), elicits(brier))


@check("habr-closer-is-enough")
def _() -> Verdict:
    def absolute(y, q):
        return abs(y - q)

    def brier(y, q):
        return (y - q) ** 2

    def falls(loss):
        return bool(loss(1, 0.9) < loss(1, 0.6) < loss(1, 0.1))

    assert falls(absolute)
    assert falls(brier)
    return Verdict(elicits(absolute), elicits(brier))


M = -1.3


@check("habr-bce-gradient")
def _() -> Verdict:
    truth = slope(lambda m: -mp.log(mp_sigmoid(m)), M)
    return Verdict(agree(1 - sigmoid(M), truth), agree(sigmoid(M) - 1, truth))


@check("habr-bce-limit")
def _() -> Verdict:
    far = slope(lambda m: -mp.log(mp_sigmoid(m)), -60.0)
    return Verdict(agree(far, 1.0), agree(far, -1.0))


@check("habr-squared-gradient")
def _() -> Verdict:
    def loss(m):
        return (1 - mp_sigmoid(m)) ** 2 + (0 - (1 - mp_sigmoid(m))) ** 2

    assert agree(float(loss(M)), squared_error(1, [1 - sigmoid(M), sigmoid(M)]))
    s = sigmoid(M)
    return Verdict(
        agree(-2 * s * (1 - s) ** 2, slope(loss, M)), agree(-4 * s * (1 - s) ** 2, slope(loss, M))
    )
