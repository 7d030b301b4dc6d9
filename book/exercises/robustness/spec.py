"""What the exercise on robustness asks, with its answers."""

import numpy as np

from course_utils.grading.spec import (
    Array,
    Cases,
    Choice,
    Claim,
    Exercise,
    Function,
    Mistake,
    Real,
    Several,
    Truth,
)
from course_utils.losses import brier_score, softmax_cross_entropy_and_gradient
from course_utils.softmax import log_softmax


def generalised_gradient(logits, label, q):
    """Return the gradient of cross-entropy, weighted through the logarithm of p_y."""
    z = np.asarray(logits, dtype=float)
    gradient = softmax_cross_entropy_and_gradient(label, z)[1]
    return np.exp(q * log_softmax(z)[label]) * gradient


def ordinary_samples(rng):
    return [
        (rng.normal(size=k) * 1.5, int(rng.integers(k)), float(rng.uniform(0.3, 0.9)))
        for k in (3, 2, 5)
    ] + [([0.5, -1.0, 1.5], 1, 1.0)]


def cross_entropy_samples(rng):
    return [(rng.normal(size=4) * 1.5, int(rng.integers(4)), 0.0), ([2.0, -1.0], 1, 0)]


def extreme_samples(rng):
    # The last logits lie apart by more than an exponential can bridge.
    return [
        (rng.normal(size=3) + 1000, int(rng.integers(3)), 0.7),
        (rng.normal(size=3) - 1000, int(rng.integers(3)), 0.4),
        ([-1000.0, 0.0, 1000.0], 0, 0.0),
    ]


def share_of(logits):
    e = np.exp(np.asarray(logits) - np.max(logits))
    return e / e.sum()


def error_of(p, label):
    return p - (np.arange(len(p)) == label)


def uphill(logits, label, q):
    p = share_of(logits)
    return -(p[label] ** q) * error_of(p, label)


def cross_entropy_for_every_q(logits, label, q):
    return error_of(share_of(logits), label)


def one_power_short(logits, label, q):
    p = share_of(logits)
    return p[label] ** (q - 1) * error_of(p, label)


def each_by_its_own(logits, label, q):
    p = share_of(logits)
    return p**q * error_of(p, label)


def label_forgotten(logits, label, q):
    p = share_of(logits)
    return p[label] ** q * p


def no_shift(logits, label, q):
    e = np.exp(np.asarray(logits))
    p = e / e.sum()
    return p[label] ** q * error_of(p, label)


def by_transitions(losses, label, share):
    """Return the row of the right class in the table of noise, times the losses."""
    k = len(losses)
    table = (1 - share - share / (k - 1)) * np.eye(k) + share / (k - 1)
    return float(table[label] @ np.asarray(losses, dtype=float))


def ordinary_noise(rng):
    return [
        (rng.uniform(0.5, 4, size=k), int(rng.integers(k)), float(rng.uniform(0.15, 0.4)))
        for k in (3, 6)
    ] + [([0.5, 3.0, 1.0, 2.0], 0, 0.25)]


def edges_of_noise(rng):
    return [
        (rng.uniform(0.5, 4, size=2), int(rng.integers(2)), 0.3),
        (rng.uniform(0.5, 4, size=3), int(rng.integers(3)), 0.0),
        (rng.uniform(0.5, 4, size=4), int(rng.integers(4)), 1.0),
    ]


def any_class(losses, label, share):
    return (1 - share) * losses[label] + share * np.mean(losses)


def others_summed(losses, label, share):
    return (1 - share) * losses[label] + share * (np.sum(losses) - losses[label])


def divided_by_all(losses, label, share):
    others = np.sum(losses) - losses[label]
    return (1 - share) * losses[label] + share * others / len(losses)


def shares_exchanged(losses, label, share):
    others = np.sum(losses) - losses[label]
    return share * losses[label] + (1 - share) * others / (len(losses) - 1)


def nothing_of_others(losses, label, share):
    return (1 - share) * losses[label]


def cross_entropy(p):
    return -np.log(p)


def brier(p):
    """Return the squared distances from every corner, each summed by itself."""
    return np.array([((p - corner) ** 2).sum() for corner in np.eye(len(p))])


LOSSES = {
    "focal": lambda p: (1 - p) ** 2 * cross_entropy(p),
    "brier": brier,
    "absolute": lambda p: np.abs(p - np.eye(len(p))).sum(axis=1),
    "capped": lambda p: np.minimum(cross_entropy(p), 3),
    "normalised": lambda p: cross_entropy(p) / cross_entropy(p).sum(),
    "mixed": lambda p: cross_entropy(p) + brier(p),
}
FORECASTS = np.arange(1, 200) / 200


def examined(name):
    """Return the three verdicts as found by trying forecasts, mostly of two classes."""
    loss = LOSSES[name]
    table = np.array([loss(np.array([p, 1 - p])) for p in FORECASTS])
    bounded = bool(loss(np.array([1e-300, 1.0 - 1e-16])).max() < 10)
    of_three = [loss(np.array(p)).sum() for p in ([0.2, 0.3, 0.5], [0.05, 0.05, 0.9])]
    symmetric = bool(np.ptp(table.sum(axis=1)) < 1e-9 and np.isclose(*of_three))
    lowest = [FORECASTS[(table @ [t, 1 - t]).argmin()] for t in (0.6, 0.8, 0.99)]
    return bounded, symmetric, bool(np.allclose(lowest, [0.6, 0.8, 0.99]))


VERDICTS = {name: examined(name) for name in LOSSES}


def named(*names):
    return lambda rng: [(name,) for name in names]


def with_one_wrong(name, place):
    """Return a student's function that is wrong in one of the eighteen answers."""

    def answer(asked):
        verdict = list(VERDICTS[asked])
        if asked == name:
            verdict[place] = not verdict[place]
        return tuple(verdict)

    return answer


def bounded_is_symmetric(name):
    bounded, _, proper = VERDICTS[name]
    return bounded, bounded, proper


def in_reverse(name):
    return VERDICTS[name][::-1]


SPOILT = (0.6, 0.2, 0.2)
"""The chances of the labels, if four in ten are replaced evenly and the right one is the first."""


def flaw_of_forecasts(forecasts):
    if forecasts.shape != (2, 3):
        return "Give two forecasts for three classes: two rows of three probabilities."
    if not (np.isfinite(forecasts).all() and (forecasts >= 0).all()):
        return "Probabilities are finite and not negative."
    if not np.allclose(forecasts.sum(axis=1), 1):
        return "The probabilities of each forecast should sum to one."
    forecasts = forecasts / forecasts.sum(axis=1, keepdims=True)
    clean = [float(brier_score(0, p)) for p in forecasts]
    noisy = [sum(t * float(brier_score(k, p)) for k, t in enumerate(SPOILT)) for p in forecasts]
    if not clean[0] < clean[1] - 1e-9:
        return "Without noise the first forecast should have the lower Brier score for class 0."
    if not noisy[0] > noisy[1] + 1e-9:
        return (
            "With noise the first forecast still has the lower mean score. How sure of class 0 "
            "is the forecast that noisy labels like best?"
        )
    return None


exercise = Exercise(
    slug="robustness",
    title="Which loss forgives a wrong label?",
    minutes=55,
    questions=(
        Choice(
            name="prediction_1",
            title="Predict: a stronger focus",
            points=1,
            correct="b",
            hints={
                "a": "The factor is small for labels that the model believes already. What is it "
                "for a label that the model finds incredible?",
                "c": "γ is an exponent and no factor. Which number does it raise to a power here?",
            },
        ),
        Function(
            name="pull",
            title="How hard a loss pulls",
            reference=generalised_gradient,
            answer=Array(1),
            cases=(
                Cases("ordinary logits, as arrays and as a list", 1, ordinary_samples),
                Cases("q = 0, the cross-entropy", 0.5, cross_entropy_samples),
                Cases("logits of a thousand, and of minus a thousand", 0.5, extreme_samples),
            ),
            mistakes=(
                Mistake(
                    "the other sign",
                    uphill,
                    "Every sign is turned round. A larger logit of the label makes the loss "
                    "smaller, so its derivative is negative.",
                ),
                Mistake(
                    "cross-entropy for every q",
                    cross_entropy_for_every_q,
                    "This is the gradient of cross-entropy. The generalised one trusts a label "
                    "the less, the less the model believes it: a weight is missing.",
                ),
                Mistake(
                    "one power of p too few",
                    one_power_short,
                    "You have the derivative by p_y, and the chain goes on: the derivatives of "
                    "p_y by the logits bring in another factor p_y.",
                ),
                Mistake(
                    "each class weighted by its own probability",
                    each_by_its_own,
                    "Your derivatives do not sum to zero. There is one weight for the whole "
                    "sample, and it belongs to the label.",
                ),
                Mistake(
                    "the label is not subtracted",
                    label_forgotten,
                    "None of your derivatives is negative. Where does the label come in, other "
                    "than in the weight?",
                ),
                Mistake(
                    "overflow",
                    no_shift,
                    "`np.exp` overflows above 709 and leaves nothing but zeros below −745. Softmax "
                    "does not change if you subtract the largest logit first.",
                ),
            ),
        ),
        Function(
            name="noisy_mean",
            title="The mean over even noise",
            reference=by_transitions,
            answer=Real(),
            cases=(
                Cases("three classes and more, as arrays and as a list", 1, ordinary_noise),
                Cases("two classes, no noise, and nothing but noise", 1, edges_of_noise),
            ),
            mistakes=(
                Mistake(
                    "replaced by any class",
                    any_class,
                    "You replace a label by any class, the right one included. Here it is replaced "
                    "by one of the others.",
                ),
                Mistake(
                    "others summed",
                    others_summed,
                    "You add up the losses of the other classes. They share the chance ε among "
                    "them.",
                ),
                Mistake(
                    "others divided by K",
                    divided_by_all,
                    "Your chances do not sum to one. Among how many classes is ε shared?",
                ),
                Mistake(
                    "shares exchanged",
                    shares_exchanged,
                    "ε is the chance that the label is replaced. You took it for the chance that "
                    "the label stays.",
                ),
                Mistake(
                    "the replaced labels cost nothing",
                    nothing_of_others,
                    "Samples whose label was replaced have a loss as well: that of the new label.",
                ),
            ),
        ),
        Function(
            name="verdict",
            title="Six verdicts",
            reference=examined,
            answer=Several((Truth(), Truth(), Truth())),
            cases=(
                Cases("the focal loss", 0.5, named("focal")),
                Cases("the Brier score", 0.5, named("brier")),
                Cases("the absolute error", 0.5, named("absolute")),
                Cases("the capped cross-entropy", 0.5, named("capped")),
                Cases("the normalised cross-entropy", 0.5, named("normalised")),
                Cases("the mixture of cross-entropy and Brier score", 0.5, named("mixed")),
            ),
            mistakes=(
                Mistake(
                    "the focal loss is bounded",
                    with_one_wrong("focal", 0),
                    "The focal loss is not bounded: its factor tends to one as the probability of "
                    "the label goes to zero, and what does the logarithm do there?",
                ),
                Mistake(
                    "the focal loss is strictly proper",
                    with_one_wrong("focal", 2),
                    "Scan two-class forecasts for the truth 0.8: the mean focal loss is lowest "
                    "somewhere else.",
                ),
                Mistake(
                    "bounded is symmetric",
                    bounded_is_symmetric,
                    "You call every bounded loss symmetric. Add up the losses of an even and of a "
                    "certain forecast: for two of the bounded ones the sums differ.",
                ),
                Mistake(
                    "the capped loss is strictly proper",
                    with_one_wrong("capped", 2),
                    "A cap changes which forecast is best once a true probability is small. Try "
                    "the truth 0.99.",
                ),
                Mistake(
                    "the capped loss is symmetric",
                    with_one_wrong("capped", 1),
                    "Add up the capped losses of an even forecast, and of one that is nearly "
                    "certain. Are the sums the same?",
                ),
                Mistake(
                    "the normalised loss is strictly proper",
                    with_one_wrong("normalised", 2),
                    "The losses of a normalised forecast sum to one, so it is symmetric. Can a "
                    "symmetric loss be strictly proper? Scan for the truth 0.8.",
                ),
                Mistake(
                    "the normalised loss is not symmetric",
                    with_one_wrong("normalised", 1),
                    "Divide the K losses of a forecast by their sum: what do the quotients sum to?",
                ),
                Mistake(
                    "a sum of proper losses is not proper",
                    with_one_wrong("mixed", 2),
                    "Both parts of the mixture are lowest at the truth and nowhere else. What does "
                    "that say about their sum?",
                ),
                Mistake(
                    "the other order",
                    in_reverse,
                    "All eighteen answers are there, in the reverse order. First bounded, then "
                    "symmetric, then strictly proper.",
                ),
            ),
        ),
        Claim(
            name="claim_5",
            title="Judge: bounded, hence tolerant?",
            points=2,
            holds=False,
            example="counterexample_5",
            form=Array(2),
            flaw=flaw_of_forecasts,
            wrong_verdict="A bound limits one label; here four in ten push together. Compare a "
            "forecast that is certain of class 0 with one that is less sure.",
        ),
    ),
)
