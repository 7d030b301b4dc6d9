"""What the exercise on the sigmoid asks, with its answers."""

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
)
from course_utils.sigmoid import log_sigmoid, logit, odds, sigmoid, softplus


def both_labels(rng, n):
    return rng.permutation(np.arange(n) % 2)


def towards(labels, distances):
    """Return logits that lie on the side of the labels, as far from zero as given."""
    return np.where(labels == 1, distances, -distances)


def moderate(rng):
    calls = []
    for n in (5, 8):
        labels = both_labels(rng, n)
        sides = rng.permutation(np.resize([1, 1, -1], n))
        calls.append((labels, towards(labels, sides * rng.uniform(0.2, 3, size=n))))
    return calls


def sure_and_wrong(rng):
    labels = both_labels(rng, 6)
    return [
        (labels, towards(labels, -rng.uniform(800, 2000, size=6))),
        (labels, towards(labels, -rng.uniform(30, 100, size=6))),
    ]


def sure_and_right(rng):
    labels = both_labels(rng, 6)
    return [
        (labels, towards(labels, rng.uniform(25, 35, size=6))),
        (labels, towards(labels, rng.uniform(50, 300, size=6))),
    ]


def margins(labels, logits):
    return (2 * labels - 1) * logits


def by_logaddexp(labels, logits):
    return np.logaddexp(0.0, np.where(labels == 1, -logits, logits))


def as_it_stands(labels, logits):
    return np.log(1 + np.exp(-margins(labels, logits)))


def overflowing(labels, logits):
    return np.log1p(np.exp(-margins(labels, logits)))


def digits_lost(labels, logits):
    m = margins(labels, logits)
    return np.maximum(-m, 0) + np.log(1 + np.exp(-np.abs(m)))


def large_numbers_subtracted(labels, logits):
    return softplus(logits) - labels * logits


def wrong_side(labels, logits):
    return softplus(margins(labels, logits))


def labels_as_signs(labels, logits):
    return softplus(-labels * logits)


def minus_lost(labels, logits):
    return log_sigmoid(margins(labels, logits))


def averaged(labels, logits):
    return by_logaddexp(labels, logits).mean()


def of_probabilities(labels, p):
    return -labels * np.log(p) - (1 - labels) * np.log(1 - p)


def hinge(labels, logits):
    return np.maximum(-margins(labels, logits), 0)


def clipped(distance):
    def keeping_away(labels, logits):
        p = 1 / (1 + np.exp(-logits))
        return of_probabilities(labels, np.clip(p, distance, 1 - distance))

    return Mistake(
        f"clipped at {distance:g}",
        keeping_away,
        f"You keep probabilities {distance:g} away from zero and one. So a logit that is sure and "
        "wrong costs always the same, however wrong it is. Compute from the logit, not from the "
        "probability.",
    )


def ordinary_evidence(rng):
    return [
        (rng.uniform(0.05, 0.95, size=5), rng.uniform(0.5, 2)),
        (rng.uniform(0.05, 0.95, size=4), -rng.uniform(0.5, 2)),
        (rng.uniform(0.5, 0.55, size=3), rng.uniform(0.1, 0.3)),
    ]


def overwhelming_evidence(rng):
    return [(rng.uniform(0.05, 0.95, size=4), sign * rng.uniform(800, 2000)) for sign in (1, -1)]


def no_doubt(rng):
    return [(np.array([0.0, 1.0, rng.uniform(0.2, 0.8)]), w) for w in (1.5, -2.5)]


def by_odds(p, w):
    """Divide above and below by the probability itself; zero and one stay what they are."""
    return np.array([x if x in (0, 1) else 1 / (1 + (1 - x) / x * np.exp(-w)) for x in p])


def probability_multiplied(p, w):
    return p * np.exp(w)


def left_as_odds(p, w):
    return odds(p) * np.exp(w)


def left_as_logit(p, w):
    return logit(p) + w


def added_to_odds(p, w):
    o = odds(p) + w
    return o / (1 + o)


def factor_w(p, w):
    o = odds(p) * w
    return o / (1 + o)


def other_direction(p, w):
    return sigmoid(logit(p) - w)


def fraction_overflows(p, w):
    return p * np.exp(w) / (1 - p + p * np.exp(w))


def odds_overflow(p, w):
    o = p / (1 - p) * np.exp(w)
    return o / (1 + o)


def rule_of_four(p, w):
    return p + w / 4


def probability_as_logit(p, w):
    return sigmoid(p + w)


def flaw_of_pair(p):
    if p.size != 2:
        return "Give two probabilities: the one nearer to one half, then the other."
    p = p.astype(np.float64)
    if not ((p >= 0) & (p <= 1)).all():
        return "A probability lies between 0 and 1."
    nearer, farther = abs(p - 0.5)
    if not nearer < farther - 1e-9:
        return "The first probability has to lie nearer to one half than the second."
    of_nearer, of_farther = by_odds(p, 3.0) - p
    if not of_farther > of_nearer + 1e-9:
        return (
            "Here the nearer one rises more. A long step gains most where the middle of the step, "
            "and not its beginning, lies at one half."
        )
    return None


exercise = Exercise(
    slug="sigmoid",
    title="One logit, and no digit lost",
    minutes=45,
    questions=(
        Choice(
            name="prediction_1",
            title="Predict: another S-curve",
            points=1,
            correct="c",
            hints={
                "a": "That holds for the sigmoid, within limits. Write down the loss of a negative "
                "score with this curve, and differentiate.",
                "b": "That is nearly so for the sigmoid, whose pull tends to one. This curve tends "
                "to zero far more slowly: what does that do to the slope of its logarithm?",
            },
        ),
        Function(
            name="losses",
            title="The loss of one logit",
            reference=by_logaddexp,
            answer=Array(1),
            atol=1e-300,
            atol32=1e-30,
            cases=(
                Cases("moderate logits", 1, moderate),
                Cases("sure and wrong", 1, sure_and_wrong),
                Cases("sure and right: tiny losses, to eight digits", 1, sure_and_right),
            ),
            mistakes=(
                Mistake(
                    "the formula as it stands",
                    as_it_stands,
                    "The exponential overflows if the logit is far on the wrong side, and on the "
                    "right side 1 + exp forgets its digits. Take the larger of two numbers out, "
                    "and look for `np.log1p`.",
                ),
                Mistake(
                    "overflow",
                    overflowing,
                    "Tiny losses are right; but `np.exp` overflows if the logit is far on the "
                    "wrong side. Arrange it so that the exponential is never above one.",
                ),
                Mistake(
                    "digits lost",
                    digits_lost,
                    "Nothing overflows; but 1 + exp is rounded, and tiny losses have lost their "
                    "digits. `np.log1p` does without the sum.",
                ),
                Mistake(
                    "two large numbers subtracted",
                    large_numbers_subtracted,
                    "For label 1 you subtract two large and nearly equal numbers. Bring label and "
                    "logit together first: the loss depends on their margin alone.",
                ),
                Mistake(
                    "the wrong side",
                    wrong_side,
                    "Your loss is small where the sign of the logit is wrong.",
                ),
                Mistake(
                    "labels taken for signs",
                    labels_as_signs,
                    "You multiply logits by labels of 0 and 1. A label of 0 then costs log 2 "
                    "whatever the logit is: that form is for labels of minus one and one.",
                ),
                Mistake(
                    "sign",
                    minus_lost,
                    "The minus before the logarithm is missing. No loss of a label is negative.",
                ),
                Mistake(
                    "mean",
                    averaged,
                    "You average. One loss for each sample is asked for.",
                ),
                Mistake(
                    "logits taken for probabilities",
                    of_probabilities,
                    "You take the logarithm of a logit. It has to become a probability first, in "
                    "thought at least.",
                ),
                Mistake(
                    "without the logarithm",
                    hinge,
                    "You count only how far a logit lies on the wrong side. Near zero, and on the "
                    "right side, the logarithm adds to that.",
                ),
                clipped(1e-15),
                clipped(1e-12),
                clipped(1e-7),
            ),
        ),
        Function(
            name="probability_after",
            title="Evidence",
            reference=by_odds,
            answer=Array(1),
            atol=1e-300,
            cases=(
                Cases("ordinary evidence, for and against", 1, ordinary_evidence),
                Cases("overwhelming evidence", 1, overwhelming_evidence),
                Cases("probabilities of exactly zero and one", 1, no_doubt),
            ),
            mistakes=(
                Mistake(
                    "probability multiplied",
                    probability_multiplied,
                    "You multiply the probability. It is the odds that are multiplied: an odds "
                    "ratio is no ratio of probabilities.",
                ),
                Mistake(
                    "left as odds",
                    left_as_odds,
                    "You return odds. Turn them back into probabilities.",
                ),
                Mistake(
                    "left as logit",
                    left_as_logit,
                    "You return logits. Turn them back into probabilities.",
                ),
                Mistake(
                    "added to the odds",
                    added_to_odds,
                    "You add to the odds. What is added to a logit multiplies the odds.",
                ),
                Mistake(
                    "factor w",
                    factor_w,
                    "You multiply the odds by w. The factor is the exponential of w.",
                ),
                Mistake(
                    "the other direction",
                    other_direction,
                    "Your probabilities fall where w is positive.",
                ),
                Mistake(
                    "overflow",
                    fraction_overflows,
                    "Right, until the exponential overflows: then infinity is divided by infinity. "
                    "Add to the logit, and turn that into a probability with care.",
                ),
                Mistake(
                    "infinite odds",
                    odds_overflow,
                    "Right, until the odds are infinite: then infinity is divided by infinity. "
                    "That happens for a probability of one, and for overwhelming evidence.",
                ),
                Mistake(
                    "a quarter of w",
                    rule_of_four,
                    "A quarter of the change of the logit is a rule of thumb for small changes "
                    "near one half.",
                ),
                Mistake(
                    "probability taken for a logit",
                    probability_as_logit,
                    "You add w to a probability. Turn the probability into a logit first.",
                ),
            ),
        ),
        Claim(
            name="claim_4",
            title="Judge: the same news for all",
            points=1,
            holds=False,
            example="counterexample_4",
            form=Array(1),
            flaw=flaw_of_pair,
            wrong_verdict="One half is about the best place to begin a very short step of the "
            "logit. Where does a step of three lead that begins there?",
        ),
        Number(
            name="times_as_fast",
            title="Three logits or two",
            points=2,
            expected=np.array([1.3 / 0.8, 0.2 / -0.3]),
            answer=Array(1),
            mistakes=(
                Mistake(
                    "twice",
                    np.array([2.0, 2.0]),
                    "Twice is right for two classes, where the two slopes are opposite. With three "
                    "classes the slope of the third logit is another number.",
                ),
                Mistake(
                    "the third logit stands still",
                    np.array([1.0, 1.0]),
                    "You let the third logit stand still. In the model with three logits it moves "
                    "as well, and with it both differences.",
                ),
                Mistake(
                    "the other way round",
                    np.array([0.8 / 1.3, -0.3 / 0.2]),
                    "You divide the other way round.",
                ),
                Mistake(
                    "size alone",
                    np.array([1.3 / 0.8, 0.2 / 0.3]),
                    "The sizes are right. But look at the second pair: which way does each of the "
                    "two numbers move?",
                ),
                Mistake(
                    "sum for difference",
                    np.array([0.3 / 0.8, 0.8 / 0.3]),
                    "You add the changes of two logits. The change of their difference is the "
                    "difference of their changes.",
                ),
            ),
        ),
    ),
)
