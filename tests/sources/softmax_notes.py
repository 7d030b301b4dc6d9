"""Checks of the findings in the lecture notes on softmax."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import scipy.stats
from mpmath import mp
from scipy.optimize import minimize
from verdicts import Verdict, agree, check, is_distribution, lowest, mp_sigmoid

from course_utils.information import cross_entropy, entropy, kl_divergence, self_information
from course_utils.labels import labels_from_votes
from course_utils.likelihood import bernoulli_log_likelihood, gaussian_nll
from course_utils.sigmoid import sigmoid
from course_utils.softmax import softmax

TOSSES = [1] + 9 * [0]
HEADS = (0.1, 0.7, 0.2)
"""Probability of heads under the three models of the notes."""
FAIR = 0.5


def likelihood(heads: float) -> float:
    return float(np.exp(bernoulli_log_likelihood(TOSSES, heads)))


@check("notes-sum-is-mean")
def _() -> Verdict:
    from sklearn.metrics import mean_squared_error

    x, y = np.array([1.0, 2.0, 4.0]), np.array([1.5, 1.0, 3.0])
    total = np.sum((x - y) ** 2)
    return Verdict(
        agree(total, mean_squared_error(x, y)), agree(total / 3, mean_squared_error(x, y))
    )


@check("notes-standard-deviation")
def _() -> Verdict:
    y, prediction = np.array([1.0, 2.0, 6.0]), np.array([2.0, 2.0, 2.0])
    mse = np.mean((y - prediction) ** 2)
    return Verdict(agree(y.std(), mse), agree(y.var() + (y.mean() - 2) ** 2, mse))


@check("notes-logistic-least-squares")
def _() -> Verdict:
    from sklearn.linear_model import LogisticRegression

    x = np.array([-2.0, -1.0, 0.0, 1.0, 2.0, 3.0])
    y = np.array([0, 1, 0, 0, 1, 1])
    there = LogisticRegression(C=1e12, tol=1e-10, max_iter=1000).fit(x[:, None], y)

    def fitted(loss):
        return minimize(lambda t: loss(sigmoid(t[0] * x + t[1])), [0.5, 0.0], tol=1e-12).x

    squares = fitted(lambda p: np.sum((p - y) ** 2))
    likely = fitted(lambda p: -np.sum(np.log(np.where(y, p, 1 - p))))
    found = [there.coef_[0, 0], there.intercept_[0]]
    return Verdict(agree(squares, found, 1e-3), agree(likely, found, 1e-3))


@check("notes-minimised-over")
def _() -> Verdict:
    x, y = np.array([1.0, 2.0]), np.array([2.0, 3.9])

    def depends_on_weight(objective):
        return objective(1.0) != objective(1.5)

    return Verdict(
        bool(depends_on_weight(lambda w: np.sum((x - y) ** 2))),
        bool(depends_on_weight(lambda w: np.sum((w * x - y) ** 2))),
    )


@check("notes-continuity")
def _() -> Verdict:
    step = 1e-9
    jump = abs(abs(step) - abs(-step)) + abs(abs(step) - 0)
    kink = (abs(step) - 0) / step - (0 - abs(-step)) / step
    return Verdict(bool(jump > 1e-6), bool(jump <= 2 * step and agree(kink, 2.0)))


@check("notes-shares")
def _() -> Verdict:
    fair = scipy.stats.binom(10, FAIR)
    # A fair coin shows the share 1/10 sometimes; it does not have the probability 1/10.
    share_is_probability = fair.pmf(1) == 0
    return Verdict(bool(share_is_probability), agree(fair.mean() / 10, FAIR))


@check("notes-outcomes")
def _() -> Verdict:
    def accepted(outcomes):
        try:
            bernoulli_log_likelihood(outcomes, 0.1)
        except ValueError:
            return False
        return True

    return Verdict(accepted([0.1] + 9 * [0.9]), accepted(TOSSES))


@check("notes-independence")
def _() -> Verdict:
    # A sticky coin: fair at first, then the same side again with probability 0.9.
    def truth(sequence):
        repeats = sum(a == b for a, b in pairwise(sequence))
        return 0.5 * 0.9**repeats * 0.1 ** (len(sequence) - 1 - repeats)

    def product(sequence):
        return 0.5 ** len(sequence)

    def is_distribution_over_sequences(p):
        sequences = [[n >> k & 1 for k in range(4)] for n in range(16)]
        return agree(sum(map(p, sequences)), 1.0)

    assert is_distribution_over_sequences(truth)
    independent = np.random.default_rng(0).integers(0, 2, (200_000, 2))
    # A share of 200000 has a standard error below 0.0011: five of these.
    return Verdict(
        agree(product(TOSSES), truth(TOSSES)),
        agree(np.mean(independent.sum(axis=1) == 0), product([0, 0]), 5 * 0.0011),
    )


@check("notes-order")
def _() -> Verdict:
    one_head = scipy.stats.binom(10, 0.1).pmf(1)
    return Verdict(
        agree(likelihood(0.1), one_head),
        agree(10 * likelihood(0.1), one_head),
        (likelihood(0.1), float(one_head)),
    )


@check("notes-nearest-value")
def _() -> Verdict:
    nearest = min(HEADS, key=lambda h: abs(likelihood(h) - likelihood(FAIR)))
    largest = max(HEADS, key=likelihood)
    estimate = lowest(lambda t: -float(bernoulli_log_likelihood(TOSSES, t)), 1e-6, 1 - 1e-6)
    return Verdict(agree(nearest, estimate, 1e-5), agree(largest, estimate, 1e-5))


@check("notes-nearest-model")
def _() -> Verdict:
    nearest = min(HEADS, key=lambda h: float(kl_divergence([FAIR, 1 - FAIR], [h, 1 - h])))
    assert nearest == min(HEADS, key=lambda h: abs(h - FAIR))
    return Verdict(agree(max(HEADS, key=likelihood), nearest), agree(0.7, nearest), (0.7, 0.3))


@check("notes-value-estimate")
def _() -> Verdict:
    best = max(HEADS, key=likelihood)
    return Verdict(
        agree(likelihood(best), best), agree(best, sum(TOSSES) / 10), (best, likelihood(best))
    )


@check("notes-x-for-labels")
def _() -> Verdict:
    prediction, label = 0.8, 0.0

    def printed(x, y):
        with np.errstate(all="ignore"):
            return x * np.log(y) + (1 - x) * np.log(1 - y)

    return Verdict(
        bool(np.isfinite(printed(x=prediction, y=label))),
        agree(printed(x=label, y=prediction), bernoulli_log_likelihood([0], prediction)),
    )


@check("notes-no-input")
def _() -> Verdict:
    w, b = 1.5, -0.5

    def probability(x):
        return sigmoid(w * x + b)

    return Verdict(agree(probability(0.0), probability(1.0)), agree(probability(1.0), sigmoid(1.0)))


@check("notes-bias")
def _() -> Verdict:
    w, b, x = 1.0, 0.5, 2.0
    return Verdict(bool(0 <= sigmoid(w * x) + b <= 1), bool(0 <= sigmoid(w * x + b) <= 1))


@check("notes-bernoulli")
def _() -> Verdict:
    p = 0.3
    truth = scipy.stats.bernoulli(p).pmf([0, 1])
    x = np.array([0, 1])
    return Verdict(agree(p**x * (1 - p ** (1 - x)), truth), agree(p**x * (1 - p) ** (1 - x), truth))


@check("notes-log-equals")
def _() -> Verdict:
    return Verdict(
        agree(likelihood(0.1), bernoulli_log_likelihood(TOSSES, 0.1)),
        agree(np.log(likelihood(0.1)), bernoulli_log_likelihood(TOSSES, 0.1)),
    )


@check("notes-maximum-value")
def _() -> Verdict:
    greatest = max(float(bernoulli_log_likelihood(TOSSES, t)) for t in np.linspace(0.01, 0.99, 99))
    at_any, at_best = (float(bernoulli_log_likelihood(TOSSES, t)) for t in (0.7, 0.1))
    return Verdict(agree(at_any, greatest), agree(at_best, greatest))


@check("notes-entropies")
def _() -> Verdict:
    p, q = np.array([0.9, 0.1]), np.array([0.1, 0.9])

    def tells_apart(measure):
        return not agree(measure(p, q), measure(p, p))

    return Verdict(tells_apart(lambda a, b: entropy(b)), tells_apart(cross_entropy), (*p, *q))


@check("notes-difference")
def _() -> Verdict:
    information = self_information(1 / 8, base=2) - self_information(1.0, base=2)
    return Verdict(agree(1 / 8 - 1, information), agree(np.log2(1.0) - np.log2(1 / 8), information))


@check("notes-surprisal")
def _() -> Verdict:
    p = np.array([1 / 2, 1 / 4, 1 / 4])
    surprisals = -np.log2(p)
    return Verdict(
        any(agree(s, entropy(p, base=2)) for s in surprisals),
        agree(p @ surprisals, entropy(p, base=2)),
    )


@check("notes-semi-final")
def _() -> Verdict:
    # Of eight equal teams four play the semi-final (1/2决赛), and two the final.
    teams, semi_final, final = 8, 4, 2
    gained = {left: self_information(left / teams, base=2) for left in (semi_final, final)}
    return Verdict(agree(gained[semi_final], 2.0), agree([gained[4], gained[2]], [1.0, 2.0]))


@check("notes-equal-teams")
def _() -> Verdict:
    strengths = np.array([0.3] + 7 * [0.1])
    return Verdict(
        agree(self_information(strengths[0], base=2), 3.0),
        agree(self_information(np.full(8, 1 / 8)[0], base=2), 3.0),
    )


@check("notes-product")
def _() -> Verdict:
    p = np.full(8, 1 / 8)
    one = p[0] * self_information(p[0], base=2)
    return Verdict(agree(one, entropy(p, base=2)), agree(8 * one, entropy(p, base=2)), (one, 3.0))


@check("notes-afterwards")
def _() -> Verdict:
    p = np.array([1 / 2, 1 / 4, 1 / 4])
    winners = np.random.default_rng(0).choice(3, size=5, p=p)
    before = self_information(p, base=2)
    after = [self_information(p[w], base=2) for w in winners]
    return Verdict(not agree(before[winners], after), agree(before[winners], after))


@check("notes-cross-entropy-of-p")
def _() -> Verdict:
    p, q, r = [0.7, 0.3], [0.5, 0.5], [0.9, 0.1]
    return Verdict(
        agree(cross_entropy(p, q), cross_entropy(p, r)), agree(cross_entropy(p, p), entropy(p))
    )


@check("notes-gibbs")
def _() -> Verdict:
    p = np.array([0.5, 0.5])

    def difference(q):
        return float(np.sum(p * -np.log2(q)) - np.sum(p * -np.log2(p)))

    return Verdict(
        difference(np.array([1.0, 0.8])) >= 0,
        all(difference(np.array([q, 1 - q])) >= 0 for q in np.linspace(0.01, 0.99, 99)),
    )


@check("notes-theory-practice")
def _() -> Verdict:
    labels, model = [0, 0, 1], np.array([0.6, 0.4])
    shares = labels_from_votes(np.bincount(labels))
    loss = -np.log(model[labels]).mean()
    return Verdict(
        agree(cross_entropy(model, shares), loss), agree(cross_entropy(shares, model), loss)
    )


@check("notes-complement")
def _() -> Verdict:
    p = 0.7

    def never(share):
        return np.random.default_rng(0).binomial(1, share, 1000).max() == 0

    return Verdict(bool(never(1 - p)), bool(never(1 - 1.0)), (p, 1 - p))


def classwise(p, q):
    """What the notes print: the binary form, summed over the classes."""
    p, q = np.asarray(p), np.asarray(q)
    return -np.sum(p * np.log(q) + (1 - p) * np.log(1 - q))


@check("notes-classwise")
def _() -> Verdict:
    p, q = [1.0, 0.0, 0.0], [0.7, 0.2, 0.1]
    return Verdict(
        agree(classwise(p, q), cross_entropy(p, q)),
        agree(-np.log(0.7), cross_entropy(p, q)),
        (float(classwise(p, q)), float(cross_entropy(p, q)), *q),
    )


@check("notes-twice")
def _() -> Verdict:
    p, q = [0.7, 0.3], [0.6, 0.4]
    return Verdict(
        agree(classwise(p, q), cross_entropy(p, q)), agree(classwise(p, q) / 2, cross_entropy(p, q))
    )


@check("notes-likelihood-formula")
def _() -> Verdict:
    thetas = (0.05, 0.1, 0.3)
    log_likelihood = np.array([float(bernoulli_log_likelihood(TOSSES, t)) for t in thetas])
    shares = labels_from_votes([9, 1])
    losses = np.array([float(cross_entropy(shares, [1 - t, t], base=2)) for t in thetas])
    return Verdict(agree(losses, log_likelihood), agree(-losses * 10 * np.log(2), log_likelihood))


@check("notes-base-two")
def _() -> Verdict:
    from sklearn.metrics import log_loss

    there = log_loss([1], [[0.6, 0.4]], labels=[0, 1])
    return Verdict(
        agree(-np.log2(0.4), there), agree(-np.log(0.4), there), (float(-np.log2(0.4) / there),)
    )


@check("notes-tanh")
def _() -> Verdict:
    x = np.array([-2.0, -0.5, 0.0, 1.0])
    mended = (1 + np.tanh(x)) / 2
    return Verdict(
        bool(((np.tanh(x) >= 0) & (np.tanh(x) <= 1)).all()),
        bool(((mended >= 0) & (mended <= 1)).all()) and agree(mended, sigmoid(2 * x)),
    )


@check("notes-open-interval")
def _() -> Verdict:
    with mp.workdps(400):
        ends = [mp_sigmoid(mp.mpf(m)) for m in (-800, 800)]
        return Verdict(bool(ends[0] == 0 or ends[1] == 1), bool(ends[0] > 0 and ends[1] < 1))


@check("notes-probabilities")
def _() -> Verdict:
    # Labels of class 1 in 7 of 10 cases; logits with and without a factor 5.
    z = np.log([0.3, 0.7])
    p, sharper = softmax(z), softmax(5 * z)
    assert is_distribution(p)
    assert is_distribution(sharper)
    frequency = 0.7
    return Verdict(agree(sharper[1], frequency), agree(p[1], frequency))


@check("notes-expressive")
def _() -> Verdict:
    scores = np.random.default_rng(0).normal(size=(1000, 4))
    changed = bool((softmax(scores).argmax(axis=1) != scores.argmax(axis=1)).any())
    return Verdict(changed, not changed)


@check("notes-stable")
def _() -> Verdict:
    z, shifted = np.array([0.0, 20.0]), np.array([1.0, 20.0])
    p, q = softmax(z), softmax(shifted)
    relative, absolute = q[0] / p[0], np.abs(q - p).max()
    return Verdict(bool(relative < 1.5), bool(absolute <= 1 / 4), (float(relative),))


@check("notes-easy")
def _() -> Verdict:
    z = np.array([1000.0, 1000.0])
    with np.errstate(all="ignore"):
        literal = np.exp(z) / np.exp(z).sum()
    return Verdict(agree(literal, [0.5, 0.5]), agree(softmax(z), [0.5, 0.5]))


@check("notes-interpretable")
def _() -> Verdict:
    # The same decisions, right in 7 of 10 cases, with and without a factor 5.
    z = np.log([0.3, 0.7])

    def states_the_truth(p):
        return agree(p[1], 0.7)

    same_decision = softmax(z).argmax() == softmax(5 * z).argmax()
    return Verdict(
        bool(same_decision) and states_the_truth(softmax(5 * z)),
        bool(same_decision) and states_the_truth(softmax(5 * z, temperature=5)),
    )


@check("notes-sign")
def _() -> Verdict:
    p = np.array([0.7, 0.3])

    def printed(q):
        return float(np.sum(p * np.log(q)))

    def least_at_truth(h):
        return agree(lowest(lambda q: h(np.array([q, 1 - q])), 1e-3, 1 - 1e-3), 0.7, 1e-5)

    return Verdict(least_at_truth(printed), least_at_truth(lambda q: -printed(q)))


@check("notes-difference-measure")
def _() -> Verdict:
    p = [0.7, 0.3]
    return Verdict(agree(cross_entropy(p, p), 0.0), agree(kl_divergence(p, p), 0.0))


@check("notes-smaller")
def _() -> Verdict:
    equal, apart = ([0.5, 0.5], [0.5, 0.5]), ([1.0, 0.0], [0.6, 0.4])

    def closer(measure):
        return bool(measure(*equal) < measure(*apart))

    return Verdict(
        closer(cross_entropy),
        closer(kl_divergence),
        (float(cross_entropy(*equal)), float(cross_entropy(*apart))),
    )


@check("notes-regression")
def _() -> Verdict:
    y = np.array([0.3, 1.1, 2.5, 2.6])
    squares = lowest(lambda mu: float(np.sum((y - mu) ** 2)), 0, 4)
    nll = lowest(lambda mu: float(np.sum(gaussian_nll(y, mu, 0.7))), 0, 4)
    return Verdict(not agree(squares, nll, 1e-6), agree(squares, nll, 1e-6))
