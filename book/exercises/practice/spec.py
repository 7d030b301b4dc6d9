"""What the exercise on practice asks, with its answers."""

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
    Text,
)
from course_utils.losses import softmax_cross_entropy


def nll(logits, labels, temperature=1.0):
    return float(softmax_cross_entropy(labels, logits, temperature=temperature))


def chosen(losses, temperatures):
    return float(temperatures[int(np.argmin(losses))])


def honest(logits, labels, test_logits, test_labels, temperatures):
    best = chosen([nll(logits, labels, T) for T in temperatures], temperatures)
    return best, nll(test_logits, test_labels, best)


def clear(losses):
    """Return whether the lowest loss is lowest by far more than the rounding of float32."""
    lowest, second, *_ = np.sort(losses)
    return second - lowest > 0.002 * second


def ordinary_images(rng):
    """Draw images on which validation, test and both together choose different temperatures."""
    drawn = []
    while len(drawn) < 3:
        temperatures = rng.permutation([0.5, 1.0, 2.0, 4.0])
        logits, test_logits = rng.normal(size=(7, 3)) * 3, rng.normal(size=(9, 3)) * 3
        labels, test_labels = rng.integers(3, size=7), rng.integers(3, size=9)
        for z, y in [(logits, labels), (test_logits, test_labels)]:
            y[:5] = z[:5].argmax(axis=1)
        by_validation = [nll(logits, labels, T) for T in temperatures]
        by_test = [nll(test_logits, test_labels, T) for T in temperatures]
        by_all = np.average([by_validation, by_test], axis=0, weights=[7, 9])
        lists = by_validation, by_test, by_all
        places = [int(np.argmin(losses)) for losses in lists]
        if not all(map(clear, lists)) or len(set(places)) < 3:
            continue
        if places[0] == 0 or temperatures[places[0]] == 1:
            continue
        if not drawn:
            temperatures = temperatures.tolist()
        drawn.append((logits, labels, test_logits, test_labels, temperatures))
    return drawn


def very_certain_images(rng):
    """Draw logits so large that exponentials overflow, some of them certain and wrong."""
    drawn = []
    for factor in (1000.0, -1000.0):
        logits, test_logits = (
            factor * (1 + rng.permuted(np.tile([0.0, 1.0, 2.0], (n, 1)), axis=1)) for n in (6, 4)
        )
        labels, test_labels = logits.argmin(axis=1), test_logits.argmin(axis=1)
        labels[0], test_labels[0] = logits[0].argmax(), test_logits[0].argmax()
        drawn.append((logits, labels, test_logits, test_labels, [1.0, 5.0, 2.0]))
    return drawn


def of_labels(logits, labels):
    return logits[np.arange(len(labels)), labels]


def naive_nll(z, y):
    e = np.exp(z)
    return np.mean(-np.log(of_labels(e / e.sum(axis=1, keepdims=True), y)))


def clipped_nll(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = np.clip(e / e.sum(axis=1, keepdims=True), 1e-15, 1)
    return np.mean(-np.log(of_labels(p, y)))


def tuned_by(loss):
    """Return the honest choice and report with another loss."""

    def answer(logits, labels, test_logits, test_labels, temperatures):
        best = chosen([loss(logits / T, labels) for T in temperatures], temperatures)
        return best, loss(test_logits / best, test_labels)

    return answer


def chosen_by_test(logits, labels, test_logits, test_labels, temperatures):
    return honest(test_logits, test_labels, test_logits, test_labels, temperatures)


def chosen_by_all(logits, labels, test_logits, test_labels, temperatures):
    z, y = np.concatenate([logits, test_logits]), np.concatenate([labels, test_labels])
    return honest(z, y, test_logits, test_labels, temperatures)


def validation_reported(logits, labels, test_logits, test_labels, temperatures):
    return honest(logits, labels, logits, labels, temperatures)


def chosen_by_mistakes(logits, labels, test_logits, test_labels, temperatures):
    # No temperature changes the number of mistakes, so the first one is taken.
    return float(temperatures[0]), nll(test_logits, test_labels, temperatures[0])


def multiplied(logits, labels, test_logits, test_labels, temperatures):
    best = chosen([nll(logits * T, labels) for T in temperatures], temperatures)
    return best, nll(test_logits * best, test_labels)


def reported_without(logits, labels, test_logits, test_labels, temperatures):
    best, _ = honest(logits, labels, test_logits, test_labels, temperatures)
    return best, nll(test_logits, test_labels)


def summed(logits, labels, test_logits, test_labels, temperatures):
    best, mean = honest(logits, labels, test_logits, test_labels, temperatures)
    return best, mean * len(test_labels)


def in_reverse(*arguments):
    return honest(*arguments)[::-1]


def central(values, low=0.025, high=0.975):
    """Return quantiles by interpolating between the ordered values."""
    ordered = np.sort(values)
    places = np.linspace(0, 1, len(ordered))
    return tuple(float(np.interp(share, places, ordered)) for share in (low, high))


def differences_by_counts(first, second, picks):
    """Return the resampled mean differences, from how often each image was drawn."""
    n = len(first)
    counts = np.array([np.bincount(row, minlength=n) for row in picks])
    return counts @ second / n - counts @ first / n


def by_counts(first, second, picks):
    return central(differences_by_counts(first, second, picks))


def judged(n, r, spread):
    """Return what draws the losses of two models with much in common, and resampled sets."""

    def inputs(rng):
        common = rng.exponential(size=n) * spread
        first = common + rng.uniform(0.1, 0.5, size=n)
        second = common + rng.uniform(0.2, 1.0, size=n)
        return [(first, second, rng.integers(n, size=(r, n)))]

    return inputs


def first_minus_second(first, second, picks):
    return by_counts(second, first, picks)


def a_fortieth_of_a_percent(first, second, picks):
    return central(differences_by_counts(first, second, picks), 0.00025, 0.00975)


def ninety_percent(first, second, picks):
    return central(differences_by_counts(first, second, picks), 0.05, 0.95)


def of_single_images(first, second, picks):
    return central(second - first)


def down_the_columns(first, second, picks):
    return central((second - first)[picks].mean(axis=0))


def sums(first, second, picks):
    return tuple(len(first) * end for end in by_counts(first, second, picks))


def ends_subtracted(first, second, picks):
    one, other = central(first[picks].mean(axis=1)), central(second[picks].mean(axis=1))
    return other[0] - one[0], other[1] - one[1]


def first_not_resampled(first, second, picks):
    return central(second[picks].mean(axis=1) - first.mean())


def first_in_another_order(first, second, picks):
    return central(second[picks].mean(axis=1) - first[picks[::-1]].mean(axis=1))


def by_the_formula(first, second, picks):
    d = second - first
    error = d.std() / np.sqrt(len(d))
    return d.mean() - 1.96 * error, d.mean() + 1.96 * error


def given_data():
    """Return the labels and logits of the fourth question."""
    rng = np.random.default_rng(132)
    scores = 8 * rng.random((400, 4))
    labels = np.argmax(scores - np.log(-np.log(rng.random((400, 4)))), axis=1)
    first = scores + 1.5 * rng.random((400, 4))
    second = 1.8 * (scores + 1.5 * rng.random((400, 4)))
    return labels, first, second


LABELS, *LOGITS = given_data()
FIRST, SECOND = (softmax_cross_entropy(LABELS, z, reduction="none") for z in LOGITS)
MEAN, SPREAD = float(np.mean(SECOND - FIRST)), float(np.std(SECOND - FIRST))
ERROR = SPREAD / 20
ERROR_APART = float(np.sqrt(FIRST.var() + SECOND.var())) / 20
OF_WINNERS = np.subtract(
    *(softmax_cross_entropy(z.argmax(axis=1), z, reduction="none") for z in LOGITS[::-1])
)


def ends(values):
    error = values.std() / np.sqrt(values.size)
    return values.mean() - 2 * error, values.mean() + 2 * error


def flaw_of_losses(rows):
    if len(rows) != 2 or not 5 <= rows.shape[1] <= 1000:
        return "Give two rows, with at least five and at most a thousand images."
    if not (np.isfinite(rows).all() and (rows >= 0).all()):
        return "An NLL is finite here, and never negative."
    (low_a, high_a), (low_b, high_b) = ends(rows[0]), ends(rows[1])
    if not (low_a < high_b - 1e-9 and low_b < high_a - 1e-9):
        return "The intervals of the two models do not overlap: bring the means closer together."
    low, high = ends(rows[1] - rows[0])
    if low <= 1e-9 and high >= -1e-9:
        return (
            "The interval of the differences has zero inside. Let the images differ much from one "
            "another, and the two models hardly in what they make of an image."
        )
    return None


exercise = Exercise(
    slug="practice",
    title="A report that you could sign",
    minutes=60,
    questions=(
        Choice(
            name="prediction_1",
            title="Predict: the best of twenty",
            points=1,
            correct="b",
            hints={
                "a": "All twenty are equally good, so the lowest of twenty numbers is the lowest "
                "by luck. What do the test images know of the luck of the validation images?",
                "c": "Nothing makes up for luck: the test images have not heard of it. What do you "
                "expect on them of any of the twenty models?",
            },
        ),
        Function(
            name="tuned_nll",
            title="A temperature, fitted and reported",
            reference=honest,
            answer=Several((Real("the temperature"), Real("the test NLL"))),
            cases=(
                Cases(
                    "images on which validation and test favour different temperatures",
                    2,
                    ordinary_images,
                ),
                Cases("models that are very certain, and sometimes wrong", 1, very_certain_images),
            ),
            mistakes=(
                Mistake(
                    "chosen on the test images",
                    chosen_by_test,
                    "You let the test images choose the temperature, so the report flatters it. "
                    "Which images are there to choose by?",
                ),
                Mistake(
                    "chosen on all images",
                    chosen_by_all,
                    "The test images had a say in your choice, together with the validation "
                    "images. They may only report.",
                ),
                Mistake(
                    "the validation NLL reported",
                    validation_reported,
                    "You report the NLL of the images that chose. It is flattered: the report "
                    "belongs to the test images.",
                ),
                Mistake(
                    "chosen by mistakes",
                    chosen_by_mistakes,
                    "You always take the first temperature. Do you choose by the number of "
                    "mistakes? No temperature changes it.",
                ),
                Mistake(
                    "multiplied",
                    multiplied,
                    "Your logits are multiplied by the temperature. They should be divided by it.",
                ),
                Mistake(
                    "reported without the temperature",
                    reported_without,
                    "The temperature is well chosen, but the test logits were not divided by it.",
                ),
                Mistake(
                    "sum for mean",
                    summed,
                    "You report the sum of the losses. The NLL of a model is the mean over its "
                    "images.",
                ),
                Mistake(
                    "overflow",
                    tuned_by(naive_nll),
                    "`np.exp` overflows above 709, and the logarithm of an underflow is minus "
                    "infinity. Work with the logarithm of softmax, never with that of a rounded "
                    "probability.",
                ),
                Mistake(
                    "clipped probabilities",
                    tuned_by(clipped_nll),
                    "Your NLL never exceeds 34.5: clipping the probabilities hides how wrong a "
                    "certain model is. From the logits no probability has to be clipped.",
                ),
                Mistake(
                    "the other order",
                    in_reverse,
                    "Both numbers are right. The temperature comes first.",
                ),
            ),
        ),
        Function(
            name="paired_interval",
            title="The paired bootstrap",
            reference=by_counts,
            answer=Several((Real("the lower end"), Real("the upper end"))),
            cases=(
                Cases("models that differ on every image", 1, judged(12, 40, 1.0)),
                Cases("more images, some of them dear for both models", 1, judged(50, 30, 6.0)),
            ),
            mistakes=(
                Mistake(
                    "first minus second",
                    first_minus_second,
                    "Your difference is the first minus the second. The other way round was asked "
                    "for.",
                ),
                Mistake(
                    "percent and shares confused",
                    a_fortieth_of_a_percent,
                    "`np.percentile` takes percent, `np.quantile` takes shares. Both of your ends "
                    "lie below the first percent.",
                ),
                Mistake(
                    "the central 90 %",
                    ninety_percent,
                    "You cut off five percent on each side, so 90 % remain.",
                ),
                Mistake(
                    "quantiles of single images",
                    of_single_images,
                    "These are quantiles of the differences of single images. The question is how "
                    "far their *mean* moves from one resampled set to another.",
                ),
                Mistake(
                    "down the columns",
                    down_the_columns,
                    "A resampled set is a row of `picks`. You averaged over the sets.",
                ),
                Mistake(
                    "sums",
                    sums,
                    "You added up the differences of each resampled set. Take their mean.",
                ),
                Mistake(
                    "ends subtracted",
                    ends_subtracted,
                    "You resampled each model by itself and subtracted the ends. Subtract image "
                    "by image first: what both models share then cancels.",
                ),
                Mistake(
                    "the first model not resampled",
                    first_not_resampled,
                    "Only the second model met the resampled images. Both have to meet the same "
                    "ones.",
                ),
                Mistake(
                    "not paired",
                    first_in_another_order,
                    "Your two models met different resampled images. Pairing means the same "
                    "images for both.",
                ),
                Mistake(
                    "the formula of the standard error",
                    by_the_formula,
                    "This is the mean plus and minus 1.96 standard errors. Here the quantiles of "
                    "the resampled means are asked for.",
                ),
            ),
        ),
        Number(
            name="report_4",
            title="Find: equally many mistakes",
            points=2,
            expected=(MEAN, ERROR, "first"),
            answer=Several((Real(), Real(), Text(("first", "second", "undecided")))),
            rtol=6e-3,
            mistakes=(
                Mistake(
                    "not paired",
                    (MEAN, ERROR_APART, "undecided"),
                    "You combined the standard errors of the two models as if each had its own "
                    "images. Take the difference image by image, and then its standard deviation.",
                ),
                Mistake(
                    "the standard deviation of single images",
                    (MEAN, SPREAD, "undecided"),
                    "This is the spread of single images. The mean of 400 of them is less "
                    "uncertain than one of them.",
                ),
                Mistake(
                    "divided by N",
                    (MEAN, SPREAD / 400, "first"),
                    "You divided by the number of images. The standard error falls with its "
                    "square root.",
                ),
                Mistake(
                    "first minus second",
                    (-MEAN, ERROR, "first"),
                    "The decision is right, and the sign is not: second minus first was asked for.",
                ),
                Mistake(
                    "the larger loss taken",
                    (MEAN, ERROR, "second"),
                    "Both numbers are right. Second minus first is positive: which model has the "
                    "lower loss?",
                ),
                Mistake(
                    "undecided in spite of the numbers",
                    (MEAN, ERROR, "undecided"),
                    "Both numbers are right. Divide the first by the second: is the result above "
                    "two?",
                ),
                Mistake(
                    "the winner in the place of the label",
                    (float(OF_WINNERS.mean()), float(OF_WINNERS.std()) / 20, "second"),
                    "You took the probability of the class that the model prefers. The NLL is "
                    "about the right class, whether the model prefers it or not.",
                ),
            ),
        ),
        Claim(
            name="claim_5",
            title="Judge: intervals that overlap",
            points=2,
            holds=False,
            example="counterexample_5",
            form=Array(2),
            flaw=flaw_of_losses,
            largest=2000,
            wrong_verdict="What both models find hard widens both intervals, and cancels in the "
            "difference. Think of two models of which one costs a little more on every image.",
        ),
    ),
)
