"""The exercise of the classes in `classes`: it stays as it is when the course changes."""

import numpy as np

from course_utils import softmax as exact
from course_utils.grading.spec import Array, Cases, Choice, Claim, Exercise, Function, Mistake, Real


def ordinary(rng):
    return [(rng.normal(size=(n, k)) * 3,) for n, k in [(4, 3), (1, 5), (5, 5), (3, 2)]]


def large(rng):
    return [(rng.normal(size=(4, 3)) + shift,) for shift in (1000.0, -1000.0, 800.0)]


def unequal_rows(rng):
    return [(rng.normal(size=(3, 4)) + np.array([[0.0], [900.0], [-900.0]]),) for _ in range(2)]


def ruled_out(rng):
    logits = rng.normal(size=(3, 4))
    logits[[0, 1, 2], rng.permutation(4)[:3]] = -np.inf
    alone = np.full((2, 3), -np.inf)
    alone[[0, 1], rng.integers(3, size=2)] = rng.normal(size=2)
    return [(logits,), (alone,)]


def one_maximum_for_all(z):
    e = np.exp(z - z.max())
    return e / e.sum(axis=1, keepdims=True)


def no_shift(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def down_the_columns(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def over_everything(z):
    e = np.exp(z - z.max())
    return e / e.sum()


def not_divided(z):
    return np.exp(z - z.max(axis=1, keepdims=True))


def finite(rng):
    return [(rng.normal(size=k) * 2,) for k in (2, 3, 6)] + [([0.5, -0.5, 2.0],)]


def far_from_zero(rng):
    near = [(rng.normal(size=3) + shift,) for shift in (2000.0, -2000.0)]
    return [*near, (rng.permutation([-1000.0, 0.0, 1000.0]),)]


def naive_logsumexp(z):
    return np.log(np.sum(np.exp(z)))


def forgotten_shift(z):
    z = np.asarray(z)
    return np.log(np.sum(np.exp(z - z.max())))


def log_of_mean(z):
    z = np.asarray(z)
    return z.max() + np.log(np.mean(np.exp(z - z.max())))


def sum_of_logs(z):
    return np.sum(np.log(np.exp(z)))


def maximum_alone(z):
    return np.max(z)


def flaw_of_counterexample(logits):
    if logits.size < 2:
        return "A counterexample needs two classes or more."
    if not np.isfinite(logits).all():
        return "Give finite logits: the claim is about numbers one can square."
    if not (logits**2).sum() > 0:
        return "All logits are zero: the shares of the squares are not defined."
    top = np.flatnonzero(logits == logits.max())
    if np.isin(np.flatnonzero(logits**2 == (logits**2).max()), top).any():
        return "For these logits the largest square belongs to the largest logit: look below zero."
    return None


exercise = Exercise(
    slug="softmax",
    title="Softmax that never overflows",
    minutes=40,
    questions=(
        Choice(
            name="prediction_1",
            title="Predict: one constant for all",
            points=1,
            correct="c",
            hints={
                "a": "The exponentials grow by a common factor, and so does their sum: "
                "what does the quotient do?",
                "b": "The class that leads gains nothing: every exponential grows by the same "
                "factor.",
            },
        ),
        Function(
            name="softmax_rows",
            title="Softmax of each row",
            reference=lambda z: exact.softmax(z, axis=1),
            answer=Array(2),
            atol=1e-300,
            cases=(
                Cases("batches of ordinary logits", 1, ordinary),
                Cases("logits of a thousand, and of minus a thousand", 1, large),
                Cases("rows far apart from each other", 1, unequal_rows),
                Cases("classes ruled out by a logit of minus infinity", 1, ruled_out),
            ),
            mistakes=(
                Mistake(
                    "one maximum for the whole batch",
                    one_maximum_for_all,
                    "You subtract one maximum from the whole batch. A row far below it underflows "
                    "to zeros, and zero is divided by zero: each row needs its own maximum.",
                ),
                Mistake(
                    "no shift",
                    no_shift,
                    "`np.exp` overflows above 709. Subtract the largest logit of each row first: "
                    "the probabilities do not change.",
                ),
                Mistake(
                    "down the columns",
                    down_the_columns,
                    "Your columns sum to one. The classes of a sample stand in a row: `axis=1`.",
                ),
                Mistake(
                    "over everything",
                    over_everything,
                    "Your whole batch sums to one. Each row is a distribution of its own.",
                ),
                Mistake(
                    "not divided",
                    not_divided,
                    "The largest entry of each row is one: the exponentials still have to be "
                    "divided by their sum.",
                ),
            ),
        ),
        Function(
            name="logsumexp",
            title="The logarithm of the denominator",
            reference=exact.logsumexp,
            answer=Real(),
            cases=(
                Cases("ordinary logits, as arrays and as a list", 1.5, finite),
                Cases(
                    "logits near two thousand and minus two thousand, and far apart",
                    1.5,
                    far_from_zero,
                ),
            ),
            mistakes=(
                Mistake(
                    "no shift",
                    naive_logsumexp,
                    "The logarithm comes too late: the sum is already infinite or zero. Take the "
                    "largest logit out of the sum first.",
                ),
                Mistake(
                    "the shift is not added back",
                    forgotten_shift,
                    "You took the largest logit out of the sum and did not put it back.",
                ),
                Mistake(
                    "mean for sum",
                    log_of_mean,
                    "You average the exponentials: the result is too small by log K.",
                ),
                Mistake(
                    "sum of logarithms",
                    sum_of_logs,
                    "You took the logarithm of each term. The logarithm of a sum is not the sum "
                    "of the logarithms.",
                ),
                Mistake(
                    "the maximum alone",
                    maximum_alone,
                    "The largest logit is only a lower bound of the result; the other classes "
                    "add to it.",
                ),
            ),
        ),
        Claim(
            name="claim_4",
            title="Judge: do squares keep the winner?",
            points=2,
            holds=False,
            example="counterexample_4",
            form=Array(1),
            flaw=flaw_of_counterexample,
            wrong_verdict="Squares forget the sign. Which logit has the largest square if some "
            "are negative?",
        ),
    ),
)
