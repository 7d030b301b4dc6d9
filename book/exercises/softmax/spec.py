"""What the exercise on softmax asks, with its answers."""

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
)
from course_utils.losses import softmax_cross_entropy


def row_by_row(logits, allowed):
    """Return the softmax of the allowed logits of each row, put back into their places."""
    p = np.zeros(logits.shape)
    for row, z, may in zip(p, logits, allowed, strict=True):
        row[may] = exact.softmax(z[may])
    return p


def mask(rng, n, k):
    """Draw which classes are allowed: two or more in each row, and one or more forbidden."""
    allowed = np.full((n, k), True)
    for row in allowed:
        row[rng.permutation(k)[: rng.integers(1, k - 1)]] = False
    return allowed


def ordinary(rng):
    drawn = [(rng.normal(size=(n, k)) * 2, mask(rng, n, k)) for n, k in [(4, 3), (1, 5), (4, 4)]]
    return [*drawn, (rng.normal(size=(3, 2)), np.array([[True, False], [True, True]] * 2)[:3])]


def large(rng):
    return [(rng.normal(size=(4, 3)) + shift, mask(rng, 4, 3)) for shift in (1000.0, -1000.0)]


def unequal_rows(rng):
    steps = np.array([[0.0], [900.0], [-900.0]])
    return [(rng.normal(size=(3, 4)) + steps, mask(rng, 3, 4)) for _ in range(2)]


def forbidden_above(rng):
    allowed = mask(rng, 3, 4)
    return [(rng.normal(size=(3, 4)) + np.where(allowed, 0.0, 2000.0), allowed)]


def shares(z, axis=1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def ruled_out(logits, allowed, by=-np.inf):
    return np.where(allowed, logits, by)


def one_maximum_for_all(logits, allowed):
    z = ruled_out(logits, allowed)
    e = np.exp(z - z.max())
    return e / e.sum(axis=1, keepdims=True)


def maximum_of_the_forbidden(logits, allowed):
    e = np.exp(logits - logits.max(axis=1, keepdims=True)) * allowed
    return e / e.sum(axis=1, keepdims=True)


def no_shift(logits, allowed):
    e = np.exp(ruled_out(logits, allowed))
    return e / e.sum(axis=1, keepdims=True)


def over_everything(logits, allowed):
    z = ruled_out(logits, allowed)
    e = np.exp(z - z.max())
    return e / e.sum()


def not_divided(logits, allowed):
    z = ruled_out(logits, allowed)
    return np.exp(z - z.max(axis=1, keepdims=True))


def some_losses(rng):
    drawn = [(rng.normal(size=k) * 2, int(rng.integers(k))) for k in (3, 6)]
    return [*drawn, ([0.5, -0.5, 2.0], 1)]


def certain_and_wrong(rng):
    drawn = []
    for top in (2000.0, -2000.0):
        z = rng.normal(size=3) + top
        z[2] -= 1500
        drawn.append((z, 2))
    return drawn


def certain_and_right(rng):
    drawn = []
    for k in (2, 4):
        z, y = rng.normal(size=k), int(rng.integers(k))
        z[y] += rng.uniform(45, 75)
        drawn.append((z, y))
    return drawn


def summed_up(z):
    z = np.asarray(z)
    return z.max() + np.log(np.sum(np.exp(z - z.max())))


def log_of_softmax(z, y):
    return -np.log(shares(np.asarray(z), axis=0)[y])


def difference(z, y):
    return summed_up(z) - z[y]


def naive_loss(z, y):
    return -np.log(np.exp(z[y]) / np.sum(np.exp(z)))


def clipped(z, y):
    return -np.log(np.clip(shares(np.asarray(z), axis=0)[y], 1e-15, 1))


def without_a_shift(z, y):
    return np.log1p(np.sum(np.exp(np.delete(z, y) - z[y])))


def no_minus(z, y):
    return -softmax_cross_entropy(y, np.asarray(z))


def only_others(z, y):
    return summed_up(np.delete(z, y)) - z[y]


def in_bits(z, y):
    return softmax_cross_entropy(y, np.asarray(z)) / np.log(2)


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
    title="Softmax that keeps its digits",
    minutes=45,
    questions=(
        Choice(
            name="prediction_1",
            title="Predict: twice the logits",
            points=1,
            correct="b",
            hints={
                "a": "A common *summand* cancels. A common factor does not: what does doubling do "
                "to the differences between the logits?",
                "c": "Signs make no difference: adding one constant can make all logits positive, "
                "and changes no probability. Look at their differences.",
            },
        ),
        Function(
            name="masked_softmax",
            title="Only what is allowed",
            reference=row_by_row,
            answer=Array(2),
            atol=1e-300,
            atol32=2e-45,  # the last digit of the smallest numbers of float32
            cases=(
                Cases("batches of ordinary logits", 1, ordinary),
                Cases("logits of a thousand, and of minus a thousand", 0.5, large),
                Cases("rows far apart from each other", 0.5, unequal_rows),
                Cases("forbidden classes far above the others", 1, forbidden_above),
            ),
            mistakes=(
                Mistake(
                    "one maximum for the whole batch",
                    one_maximum_for_all,
                    "You subtract one maximum from the whole batch. A row far below it underflows "
                    "to zeros, and zero is divided by zero: each row needs its own maximum.",
                ),
                Mistake(
                    "the maximum of the forbidden classes",
                    maximum_of_the_forbidden,
                    "Your maximum may be that of a forbidden class. If it is far above the others, "
                    "all that is allowed underflows to zero. Forbid before you take the maximum.",
                ),
                Mistake(
                    "not divided again",
                    lambda z, allowed: shares(z) * allowed,
                    "You set probabilities to zero after the softmax, so the rest no longer sums "
                    "to one.",
                ),
                Mistake(
                    "a logit of zero",
                    lambda z, allowed: shares(z * allowed),
                    "You give forbidden classes the logit zero. Its exponential is one: which "
                    "logit has the exponential zero?",
                ),
                Mistake(
                    "a logit of minus a hundred",
                    lambda z, allowed: shares(ruled_out(z, allowed, by=-100.0)),
                    "A logit of −100 forbids nothing where the allowed ones lie near −1000.",
                ),
                Mistake(
                    "forbidden for allowed",
                    lambda z, allowed: shares(ruled_out(z, ~allowed)),
                    "You took `True` for forbidden.",
                ),
                Mistake(
                    "no mask",
                    lambda z, allowed: shares(z),
                    "Your forbidden classes get a probability, as if all were allowed.",
                ),
                Mistake(
                    "no shift",
                    no_shift,
                    "`np.exp` overflows above 709. Subtract the largest logit of each row first: "
                    "the probabilities do not change.",
                ),
                Mistake(
                    "down the columns",
                    lambda z, allowed: shares(ruled_out(z, allowed), axis=0),
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
            name="label_loss",
            title="The loss, with all its digits",
            reference=lambda z, y: softmax_cross_entropy(y, np.asarray(z)),
            answer=Real(),
            atol=0.0,
            atol32=0.0,
            cases=(
                Cases("ordinary logits, as arrays and as a list", 1, some_losses),
                Cases("a model that is certain and wrong", 1, certain_and_wrong),
                Cases("a model that is certain and right", 1, certain_and_right),
            ),
            mistakes=(
                Mistake(
                    "no shift",
                    naive_loss,
                    "`np.exp` overflows above 709 and gives zero below −745. Only differences of "
                    "logits count: subtract before you take any exponential.",
                ),
                Mistake(
                    "the logarithm of softmax",
                    log_of_softmax,
                    "You take the logarithm of a probability that is rounded already: to zero "
                    "where the model is certain and wrong, to one where it is certain and right.",
                ),
                Mistake(
                    "clipped",
                    clipped,
                    "Clipping hides how wrong a certain model is: your loss never exceeds 34.5. "
                    "From the logits no probability has to be clipped.",
                ),
                Mistake(
                    "nearly equal numbers subtracted",
                    difference,
                    "Large losses are right, small ones lose their digits: you subtract two "
                    "numbers that are nearly equal. Keep the term of the label out of the sum.",
                ),
                Mistake(
                    "no shift among the others",
                    without_a_shift,
                    "Small losses are right. Where another class is far ahead of the label, its "
                    "exponential overflows: take the largest out of the sum.",
                ),
                Mistake(
                    "no minus",
                    no_minus,
                    "Your loss is negative. The logarithm of a probability is below zero, and the "
                    "loss is minus that.",
                ),
                Mistake(
                    "only the others",
                    only_others,
                    "The label's own exponential belongs to the denominator, too. Without it the "
                    "loss becomes negative.",
                ),
                Mistake(
                    "in bits",
                    in_bits,
                    "This is the loss in bits. Use the natural logarithm.",
                ),
            ),
        ),
        Number(
            name="certain_4",
            title="Find: when is it certain?",
            points=1,
            expected=17,
            mistakes=(
                Mistake(
                    "in double precision",
                    37,
                    "This is the answer in double precision. Make the array one of `np.float32`, "
                    "and look at its `dtype` after each step.",
                ),
                Mistake(
                    "the last that is not",
                    16,
                    "At 16 the first probability is still a unit below one.",
                ),
                Mistake(
                    "the other is zero",
                    104,
                    "That is where the *second* probability becomes exactly zero. The first is "
                    "one much earlier.",
                ),
                Mistake(
                    "overflow",
                    89,
                    "That is where `np.exp(d)` overflows. With the largest logit subtracted "
                    "nothing overflows; when does the exponential of −d leave no trace in the sum?",
                ),
            ),
        ),
        Claim(
            name="claim_5",
            title="Judge: do squares keep the winner?",
            points=2,
            holds=False,
            example="counterexample_5",
            form=Array(1),
            flaw=flaw_of_counterexample,
            wrong_verdict="Squares forget the sign. Which logit has the largest square if some "
            "are negative?",
        ),
    ),
)
