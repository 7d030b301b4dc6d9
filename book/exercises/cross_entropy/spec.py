"""What the exercise on cross-entropy asks, with its answers."""

import numpy as np

from course_utils.grading.spec import Array, Cases, Claim, Exercise, Function, Mistake, Number
from course_utils.information import entropy
from course_utils.losses import binary_cross_entropy, categorical_cross_entropy


def batch(rng, n, k):
    """Draw distributions and labels; the first label is the class that got least."""
    p = rng.dirichlet(np.full(k, 2.0), size=n)
    labels = rng.integers(k, size=n)
    labels[0] = p[0].argmin()
    return labels, p


def ordinary_batches(rng):
    return [batch(rng, n, k) for n, k in [(5, 3), (1, 4), (3, 2)]]


def many_samples(rng):
    return [batch(rng, 1500, 3)]


def zero_elsewhere(rng):
    labels, p = batch(rng, 4, 3)
    p[[0, 1], (labels[:2] + 1) % 3] = 0.0
    p[3] = np.eye(3)[labels[3]]
    # The second loss is zero, which shows a clipped logarithm even in single precision.
    return [(labels, p / p.sum(axis=1, keepdims=True)), (labels, np.eye(3)[labels])]


def zero_at_the_label(rng):
    calls = []
    for n, k in [(4, 3), (40, 5)]:
        labels, p = batch(rng, n, k)
        p[1, labels[1]] = 0.0
        calls.append((labels, p / p.sum(axis=1, keepdims=True)))
    return calls


def of_the_labels(labels, p):
    return p[np.arange(len(labels)), labels]


def product_first(labels, p):
    return -np.log(np.prod(of_the_labels(labels, p))) / len(labels)


def sum_over_samples(labels, p):
    return -np.log(of_the_labels(labels, p)).sum()


def positive_logs(labels, p):
    return np.log(of_the_labels(labels, p)).mean()


def log_of_the_mean(labels, p):
    return -np.log(of_the_labels(labels, p).mean())


def through_one_hot(labels, p):
    return -(np.eye(p.shape[1])[labels] * np.log(p)).sum(axis=1).mean()


def mean_over_all(labels, p):
    return -np.log(of_the_labels(labels, p)).sum() / p.size


def of_the_picks(labels, p):
    return -np.log(p.max(axis=1)).mean()


def counted_from_one(labels, p):
    return -np.log(of_the_labels(labels - 1, p)).mean()


def every_row_with_every_label(labels, p):
    return -np.log(p[:, labels]).mean()


def in_bits(labels, p):
    return -np.log2(of_the_labels(labels, p)).mean()


CLIPPED = (
    "You keep probabilities {:g} away from zero, so that calling the truth impossible has a finite "
    "price, which you chose and not the model. Leave the infinity: it is the warning."
)


def clipped(distance):
    def keeping_away(labels, p):
        return -np.log(np.clip(of_the_labels(labels, p), distance, 1 - distance)).mean()

    return Mistake(f"clipped at {distance:g}", keeping_away, CLIPPED.format(distance))


def ordinary_answers(rng):
    """Draw answers; each picture has a yes, and the first a second one and a no."""
    calls = []
    for n, k in [(2, 3), (4, 3), (3, 5)]:
        answers = rng.integers(2, size=(n, k))
        answers[:, 1] = 1
        answers[0, :3] = rng.permutation([1, 1, 0])
        calls.append((answers, rng.uniform(0.05, 0.4, size=(n, k))))
    return calls


def rightly_certain(rng):
    ((answers, p), *_) = ordinary_answers(rng)
    p[:, :2] = answers[:, :2]
    return [(answers, p), (answers, answers.astype(float))]


def wrongly_certain(rng):
    calls = []
    for answer in (0, 1):
        ((answers, p), *_) = ordinary_answers(rng)
        answers[1, 2], p[1, 2] = answer, 1.0 - answer
        calls.append((answers, p))
    return calls


def questions_summed(answers, p):
    losses = binary_cross_entropy(answers.astype(float), p, reduction="none")
    return losses.sum(axis=1).mean()


def of_the_answers(answers, p):
    return np.where(answers == 1, p, 1 - p)


def yes_alone(answers, p):
    return -np.log(np.where(answers == 1, p, 1.0)).sum(axis=1).mean()


def mean_of_everything(answers, p):
    return -np.log(of_the_answers(answers, p)).mean()


def sum_of_everything(answers, p):
    return -np.log(of_the_answers(answers, p)).sum()


def minus_lost(answers, p):
    return np.log(of_the_answers(answers, p)).sum(axis=1).mean()


def yes_for_no(answers, p):
    return -np.log(of_the_answers(1 - answers, p)).sum(axis=1).mean()


def both_terms_as_printed(answers, p):
    losses = -answers * np.log(p) - (1 - answers) * np.log(1 - p)
    return losses.sum(axis=1).mean()


def arguments_exchanged(answers, p):
    losses = -p * np.log(answers) - (1 - p) * np.log(1 - answers)
    return losses.sum(axis=1).mean()


def clipped_answers(distance):
    def keeping_away(answers, p):
        return both_terms_as_printed(answers, np.clip(p, distance, 1 - distance))

    return Mistake(f"clipped at {distance:g}", keeping_away, CLIPPED.format(distance))


def flaw_of_pair(models):
    if models.shape != (2, 3):
        return "Give two rows of three probabilities each, one row for each model."
    models = models.astype(np.float64)
    if not ((models >= 0).all() and np.allclose(models.sum(axis=1), 1)):
        return "Each row has to be a distribution: no entry below zero, and a sum of one."
    models /= models.sum(axis=1, keepdims=True)
    first, second = -np.log(models[:, 0])
    if not first < second - 1e-9:
        return (
            "The first model has to have the smaller cross-entropy: compare what the two give to "
            "the true class, which is the first."
        )
    of_others = -np.log1p(-np.minimum(models[:, 1:], 1)).sum(axis=1)
    if not first + of_others[0] > second + of_others[1] + 1e-9:
        return (
            "Here the first model has the smaller sum, too. The sum also depends on how a model "
            "divides what is left among the two other classes: let the models differ in that."
        )
    return None


VOTES = np.array([[0.8, 0.2], [0.5, 0.5], [1.0, 0.0]])


exercise = Exercise(
    slug="cross_entropy",
    title="One term, all terms",
    minutes=40,
    questions=(
        Number(
            name="break_even",
            title="One poor prediction among good ones",
            points=1,
            expected=0.5**4 / 0.6**3,
            mistakes=(
                Mistake(
                    "means of the probabilities",
                    2.0 - 1.8,
                    "This makes the means of the probabilities equal. The loss is a mean of "
                    "logarithms: compare products.",
                ),
                Mistake(
                    "one sample for one",
                    0.5 * 0.5 / 0.6,
                    "You balance one good prediction against the poor one. There are three.",
                ),
            ),
        ),
        Function(
            name="loss_of_labels",
            title="The loss of labels",
            reference=categorical_cross_entropy,
            atol32=1e-12,
            cases=(
                Cases("ordinary batches", 1, ordinary_batches),
                Cases("thousands of samples", 0.5, many_samples),
                Cases("probability zero for a class that did not happen", 0.5, zero_elsewhere),
                Cases("probability zero for a true label", 1, zero_at_the_label),
            ),
            mistakes=(
                Mistake(
                    "sum for mean",
                    sum_over_samples,
                    "You sum over the samples: the number grows with the data. Take the mean.",
                ),
                Mistake(
                    "sign",
                    positive_logs,
                    "The minus is missing. A loss of labels is never negative.",
                ),
                Mistake(
                    "logarithm of the mean",
                    log_of_the_mean,
                    "You average the probabilities and take the logarithm afterwards. The mean is "
                    "one of logarithms.",
                ),
                Mistake(
                    "logarithm of the product",
                    product_first,
                    "The product of thousands of probabilities is zero in floating point, and "
                    "your loss infinite. Take the logarithm of each first.",
                ),
                Mistake(
                    "zero times minus infinity",
                    through_one_hot,
                    "A class that did not happen and got nothing is zero times minus infinity in "
                    "your sum, which is nan. Pick the term of the label instead.",
                ),
                Mistake(
                    "mean over samples and classes",
                    mean_over_all,
                    "You divide by the number of samples and by that of the classes. Each sample "
                    "has one term: divide by the number of samples.",
                ),
                Mistake(
                    "probability of the pick",
                    of_the_picks,
                    "You take the largest probability of each row. The loss looks at the class "
                    "that is true, not at the one that the model prefers.",
                ),
                Mistake(
                    "counted from one",
                    counted_from_one,
                    "Your labels begin with one. Here the first column is class 0, and -1 would be "
                    "the last column.",
                ),
                Mistake(
                    "every row with every label",
                    every_row_with_every_label,
                    "`[:, labels]` takes the columns of all labels from every row. Each row needs "
                    "its own label alone.",
                ),
                Mistake("bits", in_bits, "Your unit is the bit. Take the natural logarithm."),
                clipped(1e-15),
                clipped(1e-12),
                clipped(1e-7),
            ),
        ),
        Function(
            name="yes_no_loss",
            title="Several questions of yes or no",
            reference=questions_summed,
            atol32=1e-12,
            cases=(
                Cases("ordinary pictures", 1, ordinary_answers),
                Cases("certain and right", 1, rightly_certain),
                Cases("certain and wrong", 1, wrongly_certain),
            ),
            mistakes=(
                Mistake(
                    "yes alone",
                    yes_alone,
                    "You count the questions whose answer is yes. A model that says yes to "
                    "everything would have no loss: a no has its term as well.",
                ),
                Mistake(
                    "mean over the questions",
                    mean_of_everything,
                    "You average over the questions, too. The loss of a picture is the sum over "
                    "its questions.",
                ),
                Mistake(
                    "sum over the pictures",
                    sum_of_everything,
                    "You sum over the pictures. Take the mean over them, so that the loss does not "
                    "grow with their number.",
                ),
                Mistake(
                    "sign",
                    minus_lost,
                    "The minus is missing. A loss of answers is never negative.",
                ),
                Mistake(
                    "yes for no",
                    yes_for_no,
                    "You take yes for no. An answer of 1 means yes, and the probability is that "
                    "of yes.",
                ),
                Mistake(
                    "zero times minus infinity",
                    both_terms_as_printed,
                    "The term that is switched off is zero times minus infinity where the model is "
                    "certain, and that is nan. Choose the term instead of multiplying it by zero.",
                ),
                Mistake(
                    "arguments exchanged",
                    arguments_exchanged,
                    "You take the logarithms of the answers. The logarithm belongs to the model's "
                    "probabilities, and the answers are the weights.",
                ),
                clipped_answers(1e-15),
                clipped_answers(1e-12),
                clipped_answers(1e-7),
            ),
        ),
        Number(
            name="smallest_loss",
            title="The floor",
            points=1,
            expected=float(entropy(VOTES).mean()),
            mistakes=(
                Mistake(
                    "zero",
                    0.0,
                    "Zero is reached if every target is certain. The annotators did not agree "
                    "about two of the clips: what does even the best prediction cost there?",
                ),
                Mistake(
                    "bits",
                    float(entropy(VOTES, base=2).mean()),
                    "Your unit is the bit. Take the natural logarithm.",
                ),
                Mistake(
                    "sum over the clips",
                    float(entropy(VOTES).sum()),
                    "This is the sum over the clips. The mean is asked for.",
                ),
                Mistake(
                    "one prediction for all",
                    float(entropy(VOTES.mean(axis=0))),
                    "This is the best that a model can do that says the same for every clip. Here "
                    "it sees the clip.",
                ),
            ),
        ),
        Claim(
            name="claim_5",
            title="Judge: do both losses rank alike?",
            points=2,
            holds=False,
            example="counterexample_5",
            form=Array(2),
            flaw=flaw_of_pair,
            wrong_verdict="The same best model does not mean the same order of all the others. "
            "Which of the two losses sees how the wrong classes share what is left?",
        ),
    ),
)
