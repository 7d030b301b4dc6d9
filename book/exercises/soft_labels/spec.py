"""What the exercise on soft labels asks, with its answers."""

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
    Several,
)
from course_utils.losses import softmax_cross_entropy, softmax_cross_entropy_and_gradient


def vote_by_vote(votes, logits):
    """The mean of the hard losses, one for every vote."""
    answers = np.repeat(np.arange(len(votes)), votes)
    logits = np.tile(np.asarray(logits, dtype=float), (len(answers), 1))
    return softmax_cross_entropy(answers, logits)


def ordinary(rng):
    return [
        (rng.permutation([11, 5, 1]), rng.normal(size=3) * 2),
        (rng.permutation([9, 0, 3, 2]), rng.normal(size=4) * 2),
        ([7, 4], [0.3, rng.uniform(0.5, 1.5)]),
    ]


def far_from_zero(rng):
    return [
        (np.array([8, 3, 2]), rng.normal(size=3) + 880.0),
        (np.array([2, 9, 4]), rng.normal(size=3) - 880.0),
        (np.array([6, 1, 3]), np.array([850.0, 0.0, 840.0]) + rng.normal(size=3)),
    ]


def ruled_out(rng):
    first = rng.normal(size=3)
    first[2] = -np.inf
    second = rng.normal(size=5)
    second[[0, 3]] = -np.inf
    return [(np.array([6, 3, 0]), first), (np.array([0, 7, 1, 0, 4]), second)]


def log_softmax(logits):
    return exact.log_softmax(np.asarray(logits, dtype=float))


def each_vote(votes, log_q):
    """Minus the sum of log q over the votes; a class without votes adds nothing."""
    votes = np.asarray(votes)
    return -np.sum(votes[votes > 0] * log_q[votes > 0])


def sum_of_losses(votes, logits):
    return each_vote(votes, log_softmax(logits))


def mean_of_classes(votes, logits):
    return vote_by_vote(votes, logits) / len(votes)


def majority(votes, logits):
    return -log_softmax(logits)[np.argmax(votes)]


def in_bits(votes, logits):
    return vote_by_vote(votes, logits) / np.log(2)


def exchanged(votes, logits):
    shares = np.asarray(votes) / np.sum(votes)
    return -np.sum(exact.softmax(np.asarray(logits, dtype=float)) * np.log(shares))


def no_shift(votes, logits):
    e = np.exp(np.asarray(logits))
    return each_vote(votes, np.log(e / e.sum())) / np.sum(votes)


def shifted_but_rounded(votes, logits):
    q = exact.softmax(np.asarray(logits, dtype=float))
    return each_vote(votes, np.log(q)) / np.sum(votes)


def zero_times_infinity(votes, logits):
    return -np.sum(np.asarray(votes) * log_softmax(logits)) / np.sum(votes)


def ordinary_logits(rng):
    return [
        (rng.normal(size=3) * 3, rng.normal(size=3), rng.uniform(2.0, 5.0)),
        (rng.normal(size=5) * 3, rng.normal(size=5), rng.uniform(0.3, 0.7)),
    ]


def extreme(rng):
    return [
        (rng.normal(size=3) * 3 + 1900.0, rng.normal(size=3) - 1900.0, rng.uniform(1.5, 2.0)),
        (
            rng.permutation([-1900.0, 1800.0, 1799.0]),
            rng.permutation([-1800.0, 0.0, 1700.0]),
            rng.uniform(1.5, 2.0),
        ),
        (rng.normal(size=4) * 3, rng.normal(size=4), 1000.0),
    ]


def difference(teacher, student):
    return exact.softmax(student) - exact.softmax(teacher)


def without_the_factor(teacher, student, T):
    return difference(teacher / T, student / T)


def factor_squared(teacher, student, T):
    return difference(teacher / T, student / T) / T**2


def made_up_for(teacher, student, T):
    return difference(teacher / T, student / T) * T


def downhill(teacher, student, T):
    return difference(student / T, teacher / T) / T


def hard_teacher(teacher, student, T):
    return difference(teacher, student / T) / T


def hard_student(teacher, student, T):
    return difference(teacher / T, student) / T


def multiplied(teacher, student, T):
    return difference(teacher * T, student * T) * T


def no_shift_of_logits(teacher, student, T):
    p, q = np.exp(teacher / T), np.exp(student / T)
    return (q / q.sum() - p / p.sum()) / T


SHARE = 0.6
MAJORITY = SHARE**5 + 5 * SHARE**4 * (1 - SHARE) + 10 * SHARE**3 * (1 - SHARE) ** 2
SMOOTHED = 0.8 * SHARE + 0.2 / 2


def flaw_of_counterexample(example):
    votes, q = example
    if votes.size != q.size or votes.size < 2:
        return "Give as many votes as probabilities, for two classes or more."
    if not (np.isfinite(votes).all() and (votes >= 0).all() and (votes == votes.round()).all()):
        return "Votes are whole numbers, zero or more."
    if not votes.any():
        return "Nobody has voted."
    if not (np.isfinite(q).all() and (q >= 0).all() and abs(q.sum() - 1) < 1e-6):
        return "The probabilities of the model must not be negative, and must sum to one."
    if np.count_nonzero(votes) == 1:
        return "All votes agree, so the shares are a hard label, and both sides are equal."
    return None


exercise = Exercise(
    slug="soft_labels",
    title="Votes, smoothed labels and teachers",
    minutes=45,
    questions=(
        Choice(
            name="prediction_1",
            title="Predict: a right and confident model",
            points=1,
            correct="b",
            hints={
                "a": "The slope is probability minus target. Compare the probability of the label "
                "with its smoothed target, which is less than one.",
                "c": "The slope is zero only where probability and target are equal. What is the "
                "smoothed target of the label?",
            },
        ),
        Function(
            name="soft_loss",
            title="The loss of all votes",
            reference=vote_by_vote,
            cases=(
                Cases("ordinary votes and logits, as arrays and as lists", 1, ordinary),
                Cases(
                    "logits far from zero, and votes for very unlikely classes",
                    1,
                    far_from_zero,
                ),
                Cases("impossible classes that nobody named", 1, ruled_out),
            ),
            mistakes=(
                Mistake(
                    "sum for mean",
                    sum_of_losses,
                    "This is the sum of the losses of all votes. Their mean is asked for.",
                ),
                Mistake(
                    "mean over the classes",
                    mean_of_classes,
                    "You divide by the number of classes as well. The mean is over the votes; over "
                    "the classes one sums.",
                ),
                Mistake(
                    "majority",
                    majority,
                    "This is the loss of the majority's label. The other votes count as well.",
                ),
                Mistake(
                    "in bits",
                    in_bits,
                    "Your logarithm has the base two. Losses are in nats here.",
                ),
                Mistake(
                    "exchanged",
                    exchanged,
                    "You take the logarithm of the shares and weigh it with the probabilities of "
                    "the model. It is the other way round: the votes weigh the losses.",
                ),
                Mistake(
                    "no shift",
                    no_shift,
                    "The exponentials of large logits overflow, and those of very negative ones "
                    "are all zero. Stay with logarithms, and use that only differences of logits "
                    "count.",
                ),
                Mistake(
                    "the logarithm of a rounded probability",
                    shifted_but_rounded,
                    "A small probability is rounded to zero before you take its logarithm. Take "
                    "the logarithm of softmax on paper: it is a difference.",
                ),
                Mistake(
                    "zero times infinity",
                    zero_times_infinity,
                    "No votes times an infinite loss is nan in floats. A class that nobody named "
                    "adds nothing to the loss.",
                ),
            ),
        ),
        Number(
            name="learnt",
            title="What four kinds of targets teach",
            points=2,
            expected=[SHARE, SHARE, MAJORITY, SMOOTHED],
            answer=Array(1, "four numbers, in a list or an array with one axis"),
            mistakes=(
                Mistake(
                    "the majority is certain",
                    [SHARE, SHARE, 1.0, SMOOTHED],
                    "Three are right. But the majority of five people is not the same for every "
                    "photograph: how often does it say ripe?",
                ),
                Mistake(
                    "the majority tells the share",
                    [SHARE, SHARE, SHARE, SMOOTHED],
                    "Three are right. The majority of five says ripe with another probability than "
                    "one person does.",
                ),
                Mistake(
                    "exactly three of five",
                    [SHARE, SHARE, 10 * SHARE**3 * (1 - SHARE) ** 2, SMOOTHED],
                    "Three are right. For the majority you count three votes of five only; four "
                    "and five are majorities as well.",
                ),
                Mistake(
                    "the other class",
                    [SHARE, SHARE, 1 - MAJORITY, SMOOTHED],
                    "Three are right. The third is the probability that the majority says unripe.",
                ),
                Mistake(
                    "smoothing changes nothing",
                    [SHARE, SHARE, MAJORITY, SHARE],
                    "Three are right. Smoothing moves the mean of the targets towards one half.",
                ),
                Mistake(
                    "smoothing among the others",
                    [SHARE, SHARE, MAJORITY, 0.8 * SHARE + 0.2 * (1 - SHARE)],
                    "Three are right. In the fourth you give all of ε to the other class. Here it "
                    "is shared among all classes, the label included.",
                ),
                Mistake(
                    "one vote is certain",
                    [SHARE, 1.0, MAJORITY, SMOOTHED],
                    "Three are right. A single vote is certain of itself, but the votes of many "
                    "photographs differ: what is their mean?",
                ),
            ),
        ),
        Function(
            name="distillation_gradient",
            title="What the student feels",
            reference=lambda teacher, student, T: softmax_cross_entropy_and_gradient(
                exact.softmax(teacher, temperature=T), student, temperature=T
            )[1],
            answer=Array(1),
            cases=(
                Cases("ordinary logits and temperatures", 1, ordinary_logits),
                Cases("logits far from zero, and a very high temperature", 1, extreme),
            ),
            mistakes=(
                Mistake(
                    "without the factor",
                    without_the_factor,
                    "The difference of the probabilities is right. The chain rule adds a factor: "
                    "the logits are divided by the temperature.",
                ),
                Mistake(
                    "the factor squared",
                    factor_squared,
                    "The factor is too small by T. Only one 1/T is exact; the second appears in "
                    "the difference itself when T is high.",
                ),
                Mistake(
                    "made up for",
                    made_up_for,
                    "You multiply by T squared, as one does in a mixture with hard labels. The "
                    "loss here has no such factor.",
                ),
                Mistake(
                    "downhill",
                    downhill,
                    "You return the direction of descent. The gradient has the opposite sign.",
                ),
                Mistake(
                    "the teacher is not softened",
                    hard_teacher,
                    "Your teacher speaks at temperature one. Both models are softened alike.",
                ),
                Mistake(
                    "the student is not softened",
                    hard_student,
                    "Your student speaks at temperature one. Both models are softened alike.",
                ),
                Mistake(
                    "multiplied",
                    multiplied,
                    "You multiply by the temperature throughout. It divides: a high temperature "
                    "makes both models less sure.",
                ),
                Mistake(
                    "no shift",
                    no_shift_of_logits,
                    "The exponentials overflow, or are all zero, where logits are far from zero. "
                    "Use that only differences of logits count.",
                ),
            ),
        ),
        Claim(
            name="claim_5",
            title="Judge: is it so for the squared error?",
            points=2,
            holds=False,
            example="counterexample_5",
            form=Several((Array(1, "a list of votes"), Array(1, "a list of probabilities"))),
            flaw=flaw_of_counterexample,
            wrong_verdict="The cross-entropy is linear in the target; a square is not. Try two "
            "votes that disagree, and a model that says one half.",
        ),
    ),
)
