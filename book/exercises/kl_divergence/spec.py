"""What the exercise on the Kullback–Leibler divergence asks, with its answers."""

import numpy as np

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
    Text,
)
from course_utils.information import cross_entropy, entropy, kl_divergence


def distributions(rng, n, k):
    """Rows of probabilities that are all well above zero."""
    return 0.8 * rng.dirichlet(np.ones(k), size=n) + 0.2 / k


def ordinary(rng):
    return [
        (np.log(distributions(rng, n, k)), distributions(rng, n, k))
        for n, k in [(4, 3), (1, 5), (5, 2), (3, 3)]
    ]


def zeros_in_the_target(rng):
    certain = np.eye(4)[rng.integers(4, size=3)]
    votes = rng.permuted([[0.5, 0.5, 0.0], [0.9, 0.1, 0.0]], axis=1)
    return [
        (np.log(distributions(rng, 3, 4)), certain),
        (np.log(distributions(rng, 2, 3)), votes),
    ]


def zeros_in_both(rng):
    pairs = []
    for n, k in [(2, 3), (3, 4)]:
        p, q = (np.hstack([distributions(rng, n, k), np.zeros((n, 1))]) for _ in range(2))
        with np.errstate(divide="ignore"):
            pairs.append((np.log(q), p))
    return pairs


def ruled_out_by_the_model(rng):
    p, q = distributions(rng, 3, 3), distributions(rng, 3, 3)
    place = rng.integers(3)
    q[1, place] = 0
    q[1] /= q[1].sum()
    with np.errstate(divide="ignore"):
        return [(np.log(q), p)]


def mean_divergence(log_q, p):
    return kl_divergence(p, np.exp(log_q), axis=1).mean()


def terms_as_they_stand(log_q, p):
    return p * (np.log(p) - log_q)


def terms_without_nan(log_q, p):
    return np.where(p > 0, terms_as_they_stand(log_q, p), 0)


def other_direction(log_q, p):
    q = np.exp(log_q)
    return np.where(q > 0, q * (log_q - np.log(p)), 0).sum() / len(p)


def clipped(log_q, p):
    return (p * (np.log(p + 1e-12) - np.maximum(log_q, np.log(1e-12)))).sum() / len(p)


def cross_entropy_instead(log_q, p):
    return -np.where(p > 0, p * log_q, 0).sum() / len(p)


CALLS = {
    "right": lambda p, q: kl_divergence(p, q).mean(),
    "logarithm": lambda p, q: -entropy(p).mean() - (p * q).sum() / len(p),
    "direction": lambda p, q: kl_divergence(q, p).mean(),
    "reduction": lambda p, q: kl_divergence(p, q).mean() / p.shape[1],
}


def printed(value):
    """The value as a log with ten digits holds it."""
    return float(f"{value:.9e}")


def far_apart(rng, kinds):
    cases = []
    for kind in kinds:
        p, q = np.array([[0.7, 0.2, 0.1]]), np.array([[0.2, 0.2, 0.6]])
        p = np.vstack([rng.permuted(p, axis=1), distributions(rng, 3, 3)])
        q = np.vstack([rng.permuted(q, axis=1), distributions(rng, 3, 3)])
        cases.append((p, q, printed(CALLS[kind](p, q))))
    return cases


def nearly_equal(rng):
    cases = []
    for kind in ("right", "direction", "reduction"):
        columns = rng.permutation(3)
        p = np.array([[0.7, 0.2, 0.1], [0.6, 0.3, 0.1]])[:, columns]
        q = p * (1 + 1e-3 * np.array([-0.5, 0.5, 2.5])[columns])
        q /= q.sum(axis=1, keepdims=True)
        cases.append((p, q, printed(CALLS[kind](p, q))))
    return cases


def of_another_origin(rng):
    p, q = distributions(rng, 4, 3), distributions(rng, 4, 3)
    bits = kl_divergence(p, q, base=2).mean()
    return [(p, q, printed(cross_entropy(p, q).mean())), (p, q, printed(bits))]


def first_that_agrees(calls, p, q, reported, agrees):
    for name, call in calls.items():
        if agrees(call(p, q), reported):
            return name
    return "none"


def to_a_millionth(value, reported):
    return bool(abs(value - reported) <= 1e-6 * abs(reported))


def with_calls(**changed):
    return lambda p, q, reported: first_that_agrees(
        {**CALLS, **changed}, p, q, reported, to_a_millionth
    )


def with_an_absolute_tolerance(p, q, reported):
    return first_that_agrees(CALLS, p, q, reported, lambda a, b: bool(abs(a - b) < 1e-8))


def nearest(p, q, reported):
    return min(CALLS, key=lambda name: abs(CALLS[name](p, q) - reported))


def flaw_of_counterexample(pair):
    if pair.shape[0] != 2 or pair.shape[1] < 2:
        return "Give two rows, P and then Q, over the same two or more classes."
    if not np.isfinite(pair).all() or (pair < 0).any():
        return "Probabilities are finite and not negative."
    if np.abs(pair.sum(axis=1) - 1).max() > 1e-6:  # as far as float32 may miss it
        return "Each of the two rows has to sum to one."
    p, q = pair / pair.sum(axis=1, keepdims=True)
    there, back = float(kl_divergence(p, q)), float(kl_divergence(q, p))
    if there < 0.01 and back >= 1:
        return None
    if back < 0.01 and there >= 1:
        return "The right pair in the wrong order: P is the first row, Q the second."
    if there >= 0.01:
        return "Here D(P‖Q) is not below 0.01: the claim says nothing about this pair."
    return (
        "Here both directions are small, as the claim says. Which class could Q allow that P "
        "hardly does?"
    )


exercise = Exercise(
    slug="kl_divergence",
    title="The loss that does not complain",
    minutes=50,
    questions=(
        Choice(
            name="prediction_1",
            title="Predict: the mean over all entries",
            points=1,
            correct="b",
            hints={
                "a": "The loss is divided by a constant. Does dividing a function by ten move "
                "the place where it is least?",
                "c": "The gradient is divided by the same constant as the loss, and a step is the "
                "rate times the gradient.",
            },
        ),
        Function(
            name="kl_div",
            title="The divergence, mean over samples",
            reference=mean_divergence,
            answer=Real(),
            cases=(
                Cases("targets and models without zeros", 1.5, ordinary),
                Cases("targets with zeros, certain ones among them", 0.5, zeros_in_the_target),
                Cases("classes that target and model both exclude", 0.5, zeros_in_both),
                Cases("a class that only the model excludes", 0.5, ruled_out_by_the_model),
            ),
            mistakes=(
                Mistake(
                    "zero times infinity",
                    lambda log_q, p: terms_as_they_stand(log_q, p).sum() / len(p),
                    "Where a target is zero, `np.log(p)` is minus infinity, and zero times "
                    "infinity is nan. Such a term is zero: leave it out before you compute it.",
                ),
                Mistake(
                    "other direction",
                    other_direction,
                    "This is D(Q‖P), averaged over what the model says. The targets are the "
                    "truth: their probabilities are the weights.",
                ),
                Mistake(
                    "logarithm taken again",
                    lambda log_q, p: (p * (np.log(p) - np.log(log_q))).sum() / len(p),
                    "`log_q` holds logarithms already. They are negative, and the logarithm of a "
                    "negative number is nan.",
                ),
                Mistake(
                    "cross-entropy",
                    cross_entropy_instead,
                    "This is the cross-entropy. It exceeds the divergence by the entropy of the "
                    "targets, which is zero for certain targets only.",
                ),
                Mistake(
                    "mean over entries",
                    lambda log_q, p: terms_without_nan(log_q, p).mean(),
                    "You divide by the number of entries. A divergence is a sum over the classes; "
                    "only the samples are averaged.",
                ),
                Mistake(
                    "not divided",
                    lambda log_q, p: terms_without_nan(log_q, p).sum(),
                    "This is the sum over the samples. Divide it by their number.",
                ),
                Mistake(
                    "sign",
                    lambda log_q, p: -terms_without_nan(log_q, p).sum() / len(p),
                    "Your divergence is negative, which none is. What does the model lose against "
                    "someone who knows the truth?",
                ),
                Mistake(
                    "clipped",
                    clipped,
                    "A small number added to, or put in the place of, a zero hides that the model "
                    "excludes what can happen. That divergence is infinite.",
                ),
            ),
        ),
        Function(
            name="diagnose",
            title="Which mistake was made?",
            reference=with_calls(),
            answer=Text(("right", "logarithm", "direction", "reduction", "none")),
            cases=(
                Cases(
                    "the right call, and one without the logarithm",
                    0.5,
                    lambda rng: far_apart(rng, ("right", "logarithm")),
                ),
                Cases(
                    "swapped distributions, and the mean over all entries",
                    0.5,
                    lambda rng: far_apart(rng, ("direction", "reduction")),
                ),
                Cases("distributions that differ by a thousandth", 0.5, nearly_equal),
                Cases("numbers that none of the calls returns", 0.5, of_another_origin),
            ),
            mistakes=(
                Mistake(
                    "directions exchanged",
                    with_calls(right=CALLS["direction"], direction=CALLS["right"]),
                    'You call "right" what is swapped. `kl_div` takes the model first, '
                    "as a logarithm, and the target second.",
                ),
                Mistake(
                    "absolute tolerance",
                    with_an_absolute_tolerance,
                    "Nearly equal distributions have a divergence below a millionth, and all calls "
                    "agree up to a fixed small number. Compare relative to the reported number. "
                    "(`np.isclose` adds an absolute tolerance unless told otherwise.)",
                ),
                Mistake(
                    "always the nearest",
                    nearest,
                    "You name the nearest call even if it is far from the reported number. Then "
                    'the answer is "none".',
                ),
                Mistake(
                    "wrong divisor",
                    with_calls(reduction=lambda p, q: CALLS["right"](p, q) / p.size),
                    "Your number for the mean over all entries is another one. That mean divides "
                    "the sum of the terms by the number of entries, and `kl_div` by that of the "
                    "samples: what is the ratio of both?",
                ),
                Mistake(
                    "swapped without the logarithm",
                    with_calls(direction=lambda p, q: CALLS["logarithm"](q, p)),
                    "In the swapped call, too, the first argument is a logarithm: that of the "
                    "targets. One mistake at a time.",
                ),
                Mistake(
                    "logarithm twice",
                    with_calls(logarithm=lambda p, q: np.nan),
                    'In the call "logarithm" the model itself stands where its logarithm should '
                    "be. You seem to take one logarithm too many, or to give that call another "
                    "first argument.",
                ),
            ),
        ),
        Number(
            name="reverse_4",
            title="One mode or the middle",
            points=2,
            # By mpmath.quad with thirty digits.
            expected=np.array([0.632720193737, 0.227841508191]),
            answer=Array(1, "a list or array of two numbers"),
            mistakes=(
                Mistake(
                    "forward",
                    np.array([3.36727980626, 0.185426986823]),
                    "This is the forward direction: you average over the truth. In reverse the "
                    "model is averaged over.",
                ),
                Mistake(
                    "order",
                    np.array([0.227841508191, 0.632720193737]),
                    "The numbers are right, their order is not: the Gaussian on one mode first.",
                ),
                Mistake(
                    "bits",
                    np.array([0.912822287519, 0.328705813825]),
                    "These are bits. Take the natural logarithm.",
                ),
                Mistake(
                    "no halves",
                    np.array([-0.060426986823, -0.465305672369]),
                    "A divergence is not negative. Your truth integrates to two: each of its modes "
                    "has one half of the probability.",
                ),
            ),
        ),
        Claim(
            name="claim_5",
            title="Judge: small there, small back?",
            points=2,
            holds=False,
            example="counterexample_5",
            form=Array(2),
            flaw=flaw_of_counterexample,
            wrong_verdict="Each direction weighs the logarithms by its own distribution. What if "
            "a class is rare under Q and all but impossible under P?",
        ),
    ),
)
