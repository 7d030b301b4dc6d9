"""What the exercise on temperature asks, with its answers."""

import numpy as np

from course_utils import softmax as exact
from course_utils.grading.spec import (
    Array,
    Cases,
    Choice,
    Claim,
    Exercise,
    Function,
    Mistake,
    Number,
    Real,
    Several,
)

TINY = 1e-306
"""A logit of 3000 divided by it is no finite float, a gap of one divided by it is."""


def softmax_with_its_limit(logits, temperature):
    # No gap in the cases is small against 1e-300, so that this is the limit in every digit.
    return exact.softmax(np.asarray(logits, dtype=float), temperature=temperature or 1e-300)


def ordinary(rng):
    return [
        (rng.normal(size=4) * 2, rng.uniform(0.3, 0.8)),
        (rng.normal(size=3) * 2, rng.uniform(1.5, 4.0)),
        (rng.normal(size=5), 1.0),
        ([0.5, -0.5, 2.0], rng.uniform(1.5, 4.0)),
    ]


def large_or_cold(rng):
    return [
        (rng.normal(size=3) + 1000.0, rng.uniform(0.5, 0.9)),
        (rng.normal(size=3) - 1000.0, rng.uniform(0.5, 0.9)),
        (rng.permutation([3000.0, 2999.0, 1000.0]), TINY),
        (rng.permutation([2000.0, 2000.0, 1999.0, -5.0]), TINY),
    ]


def at_zero(rng):
    level = rng.normal()
    return [
        (rng.permutation([1.0, 0.0, -2.0]) + level, 0.0),
        (np.array([0.0, 3.0, 3.0, 3.0, 1.0]) + level, 0.0),
        ([level] * 4, 0),
    ]


def limit(z):
    return (z == z.max()) / np.sum(z == z.max())


def multiplied(z, T):
    z = np.asarray(z)
    return exact.softmax(z * T) if T else limit(z)


def multiplied_at_zero_too(z, T):
    return exact.softmax(np.asarray(z) * T)


def no_shift(z, T):
    z = np.asarray(z)
    return np.exp(z / T) / np.sum(np.exp(z / T)) if T else limit(z)


def no_shift_and_no_limit(z, T):
    z = np.asarray(z)
    return np.exp(z / np.float64(T)) / np.sum(np.exp(z / np.float64(T)))


def divided_first(z, T):
    z = np.asarray(z)
    if not T:
        return limit(z)
    e = np.exp(z / T - np.max(z / T))
    return e / e.sum()


def no_limit(z, T):
    z = np.asarray(z) - np.max(z)
    e = np.exp(z / np.float64(T))
    return e / e.sum()


def hardmax_at_zero(z, T):
    return softmax_with_its_limit(z, T) if T else exact.hardmax(np.asarray(z))


def some_in(rng):
    def nudge(size):
        return rng.uniform(-0.02, 0.02, size=size) + rng.normal()

    return [
        (np.array([-0.8, 0.6, 1.0]) + nudge(3),),
        (np.array([0.3, -2.0, 0.45, -1.0, 0.5, 0.4]) + nudge(6),),
        ([0.1, 0.7, 0.9],),
    ]


def all_or_one(rng):
    near = np.array([-0.1, 0.1, 0.0, 0.05]) + rng.uniform(-0.02, 0.02, size=4) + rng.normal()
    apart = np.array([0.0, 1.0, 3.0]) + rng.uniform(-0.3, 0.3, size=3)
    return [(near,), (apart,), (np.array([rng.normal()]),)]


def ties(rng):
    return [
        (rng.permutation([1.0, 1.0, -3.0]) + 500.0,),
        (np.full(4, -rng.uniform(5.0, 9.0)),),
        (np.array([0.0, 0.0, 1.0]),),
    ]


def clipped_and_divided(z):
    z = np.maximum(z, 0)
    return z / np.sum(z)


def all_in(z):
    z = np.asarray(z)
    return np.maximum(z - (z.sum() - 1) / len(z), 0)


def all_in_and_divided(z):
    p = all_in(z)
    return p / p.sum()


def in_the_order_given(z):
    z = np.asarray(z)
    thresholds = (np.cumsum(z) - 1) / np.arange(1, len(z) + 1)
    return np.maximum(z - thresholds[np.sum(z > thresholds) - 1], 0)


def sums_to_zero(z):
    z = np.asarray(z)
    total = np.cumsum(np.sort(z)[::-1])
    return np.maximum(z - np.max(total / np.arange(1, len(z) + 1)), 0)


def one_too_many(z):
    z = np.asarray(z)
    total = 0.0
    for count, last in enumerate(sorted(z, reverse=True), start=1):
        total += last
        threshold = (total - 1) / count
        if last <= threshold:
            break
    return np.maximum(z - threshold, 0)


def ordinary_softmax(z):
    return exact.softmax(np.asarray(z))


def flaw_of_counterexample(example):
    logits, low, high = example
    if not np.isfinite(logits).all():
        return "Give finite logits."
    if not (np.isfinite(low) and np.isfinite(high) and 0 < low < high):
        return "Give two positive temperatures, the lower one first."
    if logits.size < 2:
        return "There has to be a class behind the leader, which the claim is about."
    behind = logits < logits.max()
    if np.count_nonzero(~behind) > 1:
        return "Several classes lead together: the claim is about a single leader."
    if logits.size == 2:
        return "With two classes, what the leader loses goes to the other: the claim holds there."
    shifted = (logits - logits.max()).astype(float)
    before, after = (np.exp(shifted / T) / np.exp(shifted / T).sum() for T in (low, high))
    if (after[behind] < before[behind] - 1e-9).any():
        return None
    return (
        "At the higher temperature no class behind the leader has less. Which class, close behind "
        "the leader, has more than its equal share at some temperature?"
    )


exercise = Exercise(
    slug="temperature",
    title="Temperature, from zero upwards",
    minutes=50,
    questions=(
        Choice(
            name="prediction_1",
            title="Predict: which way to turn the knob",
            points=1,
            correct="b",
            hints={
                "a": "Here the number multiplies. What does a larger factor do to the gaps between "
                "the logits?",
                "c": "The order of the probabilities stays as it is, but words are drawn, and the "
                "probabilities themselves change.",
            },
        ),
        Function(
            name="softmax_at",
            title="Softmax at a temperature, zero included",
            reference=softmax_with_its_limit,
            answer=Array(1),
            cases=(
                Cases("ordinary logits and temperatures", 1, ordinary),
                Cases("logits in the thousands, and very low temperatures", 1, large_or_cold),
                Cases("a temperature of zero", 1, at_zero),
            ),
            mistakes=(
                Mistake(
                    "the temperature multiplies",
                    multiplied,
                    "Your function is surer at a high temperature than at a low one: what you "
                    "multiply by is the inverse of the temperature.",
                ),
                Mistake(
                    "the temperature multiplies, at zero too",
                    multiplied_at_zero_too,
                    "You multiply the logits, so that a temperature of zero makes all classes "
                    "equal. That is what an infinite temperature does.",
                ),
                Mistake(
                    "no shift",
                    no_shift,
                    "The exponentials of large logits overflow, and those of very negative ones "
                    "are all zero. Use that only differences of logits count.",
                ),
                Mistake(
                    "no shift and no limit",
                    no_shift_and_no_limit,
                    "Two things are missing: large logits need a shift before the exponential, and "
                    "a temperature of zero needs a branch of its own, since it divides by zero.",
                ),
                Mistake(
                    "divided before the shift",
                    divided_first,
                    "You shift, but too late: a logit divided by a very low temperature has "
                    "overflowed by then. A gap that is zero stays zero when it is divided.",
                ),
                Mistake(
                    "no limit",
                    no_limit,
                    "A temperature of zero divides by zero in your function. The limit needs a "
                    "branch of its own.",
                ),
                Mistake(
                    "everything to one of the leaders",
                    hardmax_at_zero,
                    "At zero you give everything to the first of the largest logits. Equal logits "
                    "have equal probabilities at every temperature above zero: what is the limit?",
                ),
            ),
        ),
        Function(
            name="sparsemax",
            title="Sparsemax",
            reference=lambda z: exact.sparsemax(np.asarray(z, dtype=float)),
            answer=Array(1),
            cases=(
                Cases("some classes in, the others out", 1, some_in),
                Cases("all classes in, or only one", 1, all_or_one),
                Cases("equal logits, and logits far from zero", 1, ties),
            ),
            mistakes=(
                Mistake(
                    "clipped at zero and divided",
                    clipped_and_divided,
                    "You replace negative logits by zero and divide by the sum. Adding a constant "
                    "to all logits would change that; sparsemax subtracts a threshold instead.",
                ),
                Mistake(
                    "the threshold of all classes",
                    all_in,
                    "Your threshold counts all classes, also those that end with zero. Where some "
                    "are out, your result sums to more than one.",
                ),
                Mistake(
                    "the threshold of all classes, then divided",
                    all_in_and_divided,
                    "You take the threshold of all classes and divide by the sum afterwards. It "
                    "sums to one, but it is not the nearest distribution: find out which are in.",
                ),
                Mistake(
                    "in the order given",
                    in_the_order_given,
                    "You take the classes in as they come. Those that are in have the largest "
                    "logits, so sort them first, for the threshold only.",
                ),
                Mistake(
                    "sum of zero",
                    sums_to_zero,
                    "Your threshold is the mean of the logits that are in. What is above it then "
                    "sums to something else than one.",
                ),
                Mistake(
                    "one class too many",
                    one_too_many,
                    "You stop at the first class that is not above its threshold, but keep the "
                    "threshold that this class has already changed.",
                ),
                Mistake(
                    "softmax",
                    ordinary_softmax,
                    "This is softmax, which gives every class something. Sparsemax subtracts a "
                    "threshold and has no exponential.",
                ),
            ),
        ),
        Number(
            name="third_enters",
            title="When does the third class come in?",
            points=1,
            expected=3.3,
            mistakes=(
                Mistake(
                    "the second class",
                    1.5,
                    "At this temperature the second class comes in; the third comes later.",
                ),
                Mistake(
                    "the gap to the leader",
                    2.4,
                    "This is the gap between the first and the third logit. A class that is that "
                    "far behind is out, but one that is nearer need not be in: the second class "
                    "raises the threshold.",
                ),
                Mistake(
                    "the multiplier",
                    1 / 3.3,
                    "This is the factor that multiplies the logits. Its inverse is asked for.",
                ),
                Mistake(
                    "the gap to the second class",
                    0.9,
                    "This is the gap between the second and the third logit. The threshold depends "
                    "on the first logit as well.",
                ),
            ),
        ),
        Claim(
            name="claim_5",
            title="Judge: do all the others gain?",
            points=2,
            holds=False,
            example="counterexample_5",
            form=Several(
                (Array(1, "a list of logits"), Real("a temperature"), Real("a higher temperature"))
            ),
            flaw=flaw_of_counterexample,
            wrong_verdict="The leader does lose. But think of a class close behind it, with many "
            "others far behind both: how much has it at a low temperature, and how much at a very "
            "high one?",
        ),
    ),
)
