"""What the exercise on soft labels as likelihood asks, with its answers."""

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
    Several,
)
from course_utils.information import cross_entropy


def distribution(rng, k):
    """Probabilities that are all well above zero."""
    return 0.8 * rng.dirichlet(np.ones(k)) + 0.2 / k


def all_possible(rng):
    tilted = np.array([0.6, 0.3, 0.1]), np.array([0.2, 0.2, 0.6])
    first = 0.5 + 0.3 * rng.random()
    return [
        (*(part[rng.permutation(3)] for part in tilted), 9),
        (distribution(rng, 4), distribution(rng, 4), int(rng.integers(50, 100_000))),
        ([0.25, 0.75], [first, 1 - first], 1),
    ]


def some_impossible(rng):
    p = np.append(distribution(rng, 3), 0.0)
    excluded_by_both = np.append(distribution(rng, 3), 0.0)
    excluded_by_one = distribution(rng, 4)
    order = rng.permutation(4)
    return [(p[order], excluded_by_both[order], 5), (p[order], excluded_by_one[order], 40)]


def flat_or_nearly(rng):
    flat = np.array([0.2, 0.2, 0.2, 0.4])
    nearly = flat * np.array([1, 1 + 1e-6, 1 - 1e-6, 1])
    certain = np.eye(3)[rng.integers(3)]
    cases = [(certain, distribution(rng, 3), 4)]
    for q, draws in [(flat, 3), (nearly, 1), (nearly, 7)]:
        p = np.append(distribution(rng, 3), 0.0)
        order = rng.permutation(4)
        cases.append((p[order], q[order], draws))
    return cases


def by_pairs(p, q, draws):
    """The deviation from a comparison of every class with every other: nothing cancels."""
    mean = cross_entropy(p, q)
    p, q = np.array(p, dtype=float), np.array(q, dtype=float)
    p, q = p[p > 0], q[p > 0]
    variance = 0.5 * np.sum(np.outer(p, p) * np.log(np.divide.outer(q, q)) ** 2)
    return float(mean), np.sqrt(variance / draws)


def changed(change):
    """A mistake that makes another pair of the right mean and deviation of one draw."""
    return lambda p, q, draws: change(*by_pairs(p, q, 1), draws)


def every_class_alike(p, q, draws):
    losses = -np.log(np.array(q)[np.array(p) > 0])
    return losses.mean(), losses.std() / np.sqrt(draws)


def one_pass(p, q, draws):
    p, q = np.array(p, dtype=float), np.array(q, dtype=float)
    p, losses = p[p > 0], -np.log(q[p > 0])
    mean = p @ losses
    return mean, np.sqrt((p @ losses**2 - mean**2) / draws)


def zero_times_infinity(p, q, draws):
    p, losses = np.array(p), -np.log(q)
    mean = p @ losses
    return mean, np.sqrt(p @ (losses - mean) ** 2 / draws)


def model_as_truth(p, q, draws):
    p, q = np.array(p, dtype=float), np.array(q, dtype=float)
    losses = -np.log(p[q > 0])
    mean = q[q > 0] @ losses
    return mean, np.sqrt(q[q > 0] @ (losses - mean) ** 2 / draws)


def log_model(rng, n, k):
    return np.log(np.array([distribution(rng, k) for _ in range(n)]))


def equally_many_votes(rng):
    three = rng.permuted([[1, 5, 4], [7, 1, 2], [3, 6, 1]], axis=1)
    two = rng.permuted([[19, 1], [8, 12]], axis=1)
    return [(three, log_model(rng, 3, 3)), (two, log_model(rng, 2, 2))]


def differing_votes(rng):
    three = rng.permuted([[1, 2, 1], [40, 1, 9], [2, 1, 17]], axis=1)
    unseen = np.array([[1, 3], [0, 0], [25, 6]])
    return [(three, log_model(rng, 3, 3)), (unseen, log_model(rng, 3, 2))]


def excluded_classes(rng):
    excluded = log_model(rng, 2, 3)
    excluded[:, 1] = -np.inf
    nobody, somebody = np.array([[4, 0, 1], [2, 0, 9]]), np.array([[4, 0, 1], [2, 3, 9]])
    return [(nobody, excluded), (somebody, excluded)]


def vote_by_vote(counts, log_q):
    votes = [
        log_q[clip, chosen]
        for clip, row in enumerate(counts)
        for chosen, votes in enumerate(row)
        for _ in range(votes)
    ]
    return -np.mean(votes)


def weighted(counts, log_q):
    return -np.where(counts > 0, counts * log_q, 0)


def mean_over_clips(counts, log_q):
    return (weighted(counts, log_q).sum(axis=1) / counts.sum(axis=1)).mean()


def flaw_of_counterexample(pair):
    if pair.shape[0] != 2 or pair.shape[1] < 2:
        return "Give two rows, P and then Q, over the same two or more classes."
    if not np.isfinite(pair).all() or (pair < 0).any():
        return "Probabilities are finite and not negative."
    if np.abs(pair.sum(axis=1) - 1).max() > 1e-6:
        return "Each of the two rows has to sum to one."
    p, q = pair.astype(np.float64)
    possible = q[p > 0]
    if len(possible) == 1:
        return "This soft label is certain: only one class can be drawn. Give one that is not."
    if possible.min() <= 0:
        return "The model excludes a class that can be drawn: its mean loss is infinite."
    if np.log(possible.max() / possible.min()) > 1e-6:
        return "Here the losses of the classes that can be drawn differ, so a draw has an error."
    if q.max() - q.min() <= 1e-6:
        return "This model gives 1/K to every class, as the claim says."
    return None


exercise = Exercise(
    slug="soft_likelihood",
    title="How far off are a few votes?",
    minutes=45,
    questions=(
        Choice(
            name="prediction_1",
            title="Predict: the scatter of the sum",
            points=1,
            correct="c",
            hints={
                "a": "So does the scatter of the mean. The negative log-likelihood is the sum, M "
                "times the mean.",
                "b": "Every draw adds its own variance, and none takes any away.",
                "d": "That would need errors of the same sign in all draws. Independent variances "
                "add, and the standard deviation is the root of the sum.",
            },
        ),
        Function(
            name="mean_and_deviation",
            title="Mean and scatter of a few draws",
            reference=by_pairs,
            answer=Several((Real("the mean"), Real("the standard deviation"))),
            # Tighter than by default: a tiny deviation that has lost its digits is no rounding.
            rtol32=1e-6,
            atol32=1e-12,
            cases=(
                Cases("every class can be drawn; arrays and lists", 1.5, all_possible),
                Cases("classes that cannot be drawn", 1, some_impossible),
                Cases("models that are flat, or nearly so, where it counts", 1.5, flat_or_nearly),
            ),
            mistakes=(
                Mistake(
                    "one pass",
                    one_pass,
                    "The mean of the squares minus the square of the mean: for a nearly flat "
                    "model these are almost equal, and their difference is rounding. Subtract the "
                    "mean first, then square.",
                ),
                Mistake(
                    "draws ignored",
                    changed(lambda mean, deviation, draws: (mean, deviation)),
                    "This is the standard deviation of one draw. The mean of several scatters "
                    "less.",
                ),
                Mistake(
                    "divided by M",
                    changed(lambda mean, deviation, draws: (mean, deviation / draws)),
                    "You divide the standard deviation by M. It is the variance that is divided "
                    "by M.",
                ),
                Mistake(
                    "variance",
                    changed(lambda mean, deviation, draws: (mean, deviation**2 / draws)),
                    "The second number is the variance. Its root is wanted.",
                ),
                Mistake(
                    "sum for mean",
                    changed(lambda mean, deviation, draws: (draws * mean, deviation * draws**0.5)),
                    "These are mean and standard deviation of the sum of the losses, which grow "
                    "with M. The loss per draw is wanted.",
                ),
                Mistake(
                    "every class alike",
                    every_class_alike,
                    "You average over the classes as if each were drawn equally often. Class k "
                    "comes with the probability that the soft label gives it.",
                ),
                Mistake(
                    "zero times infinity",
                    zero_times_infinity,
                    "A class that cannot be drawn adds nothing, even if the model excludes it, "
                    "too: leave it out before you take the logarithm.",
                ),
                Mistake(
                    "model as truth",
                    model_as_truth,
                    "You draw from the model and take the logarithm of the soft label. It is the "
                    "other way round: P is drawn from, Q is judged.",
                ),
                Mistake(
                    "bits",
                    changed(
                        lambda mean, deviation, draws: (
                            mean / np.log(2),
                            deviation / np.log(2) / draws**0.5,
                        )
                    ),
                    "These are bits. The loss is measured with the natural logarithm.",
                ),
            ),
        ),
        Function(
            name="nll_per_vote",
            title="The loss of the votes",
            reference=vote_by_vote,
            answer=Real(),
            cases=(
                Cases("clips with equally many votes", 0.5, equally_many_votes),
                Cases("clips with different numbers of votes", 1, differing_votes),
                Cases("classes that the model excludes", 0.5, excluded_classes),
            ),
            mistakes=(
                Mistake(
                    "mean over clips",
                    mean_over_clips,
                    "You give every clip the same weight. In a likelihood every vote counts "
                    "alike: a clip with more votes weighs more.",
                ),
                Mistake(
                    "divided by the clips",
                    lambda counts, log_q: weighted(counts, log_q).sum() / len(counts),
                    "You divide by the number of clips. The loss is wanted per vote.",
                ),
                Mistake(
                    "sum",
                    lambda counts, log_q: weighted(counts, log_q).sum(),
                    "This is the negative log-likelihood of all votes. Divide it by their number.",
                ),
                Mistake(
                    "mean over entries",
                    lambda counts, log_q: weighted(counts, log_q).mean(),
                    "You divide by the number of entries of the table. Divide by the number of "
                    "votes in it.",
                ),
                Mistake(
                    "zero times infinity",
                    lambda counts, log_q: -(counts * log_q).sum() / counts.sum(),
                    "Nobody voted for the excluded class, so it adds nothing; but zero times "
                    "minus infinity is nan. Look at the classes with votes only.",
                ),
                Mistake(
                    "logarithm taken again",
                    lambda counts, log_q: -(counts * np.log(log_q)).sum() / counts.sum(),
                    "`log_q` holds logarithms already, which are negative: the logarithm of a "
                    "negative number is nan.",
                ),
                Mistake(
                    "sign",
                    lambda counts, log_q: -weighted(counts, log_q).sum() / counts.sum(),
                    "This is the log-likelihood. The loss is its negative.",
                ),
            ),
        ),
        Number(
            name="second_sad_4",
            title="What the first label tells",
            points=1,
            expected=53 / 90,
            mistakes=(
                Mistake(
                    "independent",
                    0.45,
                    "This is the probability of a sad label if nothing is known. The first label "
                    "says something about the kind of clip.",
                ),
                Mistake(
                    "both",
                    0.265,
                    "This is the probability that both labels are sad. The first is known to be "
                    "sad: divide by the probability of that.",
                ),
                Mistake(
                    "product",
                    0.2025,
                    "You multiplied the two probabilities of a sad label. That asks for "
                    "independence, which holds given the clip only, and it is no conditional "
                    "probability.",
                ),
                Mistake(
                    "surely the second kind",
                    0.7,
                    "A sad label makes the second kind more probable, and not certain.",
                ),
            ),
        ),
        Claim(
            name="claim_5",
            title="Judge: no error, then knows nothing?",
            points=2,
            holds=False,
            example="counterexample_5",
            form=Array(2),
            flaw=flaw_of_counterexample,
            wrong_verdict="Only the classes that can be drawn make the error. What may the model "
            "say about the others?",
        ),
    ),
)
