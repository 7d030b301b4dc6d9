"""What the exercise on calibration asks, with its answers."""

import numpy as np

from course_utils.calibration import expected_calibration_error
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


def within(rng, places, bins):
    """Forecasts in these bins, well away from their ends."""
    return (np.asarray(places) + rng.uniform(0.1, 0.9, size=len(places))) / bins


def all_bins_in_use(rng):
    cases = []
    for bins, cases_each in [(5, 4), (10, 3)]:
        forecasts = within(rng, np.repeat(np.arange(bins), cases_each), bins)
        # Above the forecasts in the even bins and below in the odd ones, so that signs count.
        outcomes = (np.repeat(np.arange(bins), cases_each) % 2 == 0).astype(int)
        outcomes[-1] = 1 - outcomes[-1]
        order = rng.permutation(len(forecasts))
        cases.append((outcomes[order], forecasts[order], bins))
    return [*cases, (cases[0][0].tolist(), cases[0][1].tolist(), 5)]


def empty_bins(rng):
    forecasts = within(rng, [1, 1, 1, 4, 4, 4, 4, 4], 8)
    outcomes = np.array([1, 1, 0, 0, 0, 1, 0, 0])
    order = rng.permutation(8)
    base_rate = np.full(8, 0.375)
    return [
        (outcomes[order], forecasts[order], 8),
        (rng.permutation([1, 1, 1, 0, 0, 0, 0, 0]), base_rate, 10),
    ]


def zero_and_one(rng):
    forecasts = np.concatenate([[1.0, 1.0, 0.0, 0.0], within(rng, [9, 9, 8, 8, 0, 0], 10)])
    outcomes = np.array([0, 1, 1, 0, 1, 1, 1, 1, 0, 0])
    order = rng.permutation(10)
    return [(outcomes[order], forecasts[order], 10), (outcomes[order], forecasts[order], 2)]


def binned(outcomes, forecasts, bins):
    """Shares, frequencies and mean forecasts of the bins: nan where a bin is empty."""
    y, f = np.array(outcomes, dtype=float), np.array(forecasts, dtype=float)
    where = np.clip(np.ceil(f * bins) - 1, 0, bins - 1)
    groups = [where == b for b in range(bins)]
    means = np.array([[y[group].sum(), f[group].sum()] for group in groups]).T
    counts = np.array([group.sum() for group in groups])
    return counts / len(y), *(means / counts)


def summed(term):
    """A mistake that adds up another term of the bins that are not empty."""

    def wrong(outcomes, forecasts, bins):
        share, frequency, forecast = binned(outcomes, forecasts, bins)
        return np.nansum(term(share, frequency, forecast))

    return wrong


def bins_alike(outcomes, forecasts, bins):
    _, frequency, forecast = binned(outcomes, forecasts, bins)
    return np.nanmean(np.abs(frequency - forecast))


def nan_of_empty_bins(outcomes, forecasts, bins):
    share, frequency, forecast = binned(outcomes, forecasts, bins)
    return np.sum(share * np.abs(frequency - forecast))


def middle_of_the_bin(outcomes, forecasts, bins):
    share, frequency, _ = binned(outcomes, forecasts, bins)
    return np.nansum(share * np.abs(frequency - (np.arange(bins) + 0.5) / bins))


def case_by_case(outcomes, forecasts, bins):
    return np.mean(np.abs(np.array(outcomes) - np.array(forecasts)))


def without(lost):
    """A mistake that loses the forecasts of this value, and divides by the number of all."""

    def wrong(outcomes, forecasts, bins):
        y, f = np.array(outcomes), np.array(forecasts)
        kept = f != lost
        part = expected_calibration_error(y[kept], f[kept], n_bins=bins)
        return float(part) * kept.mean()

    return wrong


def scattered(rng):
    cases = []
    for n, k, beta in [(4, 3, 0.4), (1, 5, 2.5), (3, 3, 1.7)]:
        logits = rng.permuted(np.tile(1.5 * np.arange(k), (n, 1)), axis=1)
        logits += rng.uniform(-0.3, 0.3, size=(n, k))
        labels = logits.argsort(axis=1)[np.arange(n), -2]
        cases.append((labels, logits, beta))
    return cases


def at_zero(rng):
    (labels, logits, _), *_ = scattered(rng)
    return [(labels, logits, 0.0)]


def large(rng):
    (labels, logits, _), *_ = scattered(rng)
    shifts = rng.permutation([0.0, 1000.0, 3000.0, -2000.0])[:, np.newaxis]
    return [(labels, logits + shifts, 0.9), (labels, 400 * logits, 1.3)]


def by_complex_step(labels, logits, beta):
    """The slope from a step into the imaginary, which loses no digits."""
    gaps = logits - logits[np.arange(len(labels)), labels][:, np.newaxis]
    top = gaps.max(axis=1, keepdims=True)
    step = 1e-30j
    rest = np.log(np.exp((beta + step) * (gaps - top)).sum(axis=1))
    return float(np.mean(top[:, 0] + rest.imag / 1e-30))


def probabilities(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def of_label(values, labels):
    return values[np.arange(len(labels)), labels]


def slope_with(p, logits, labels):
    return np.mean((p * logits).sum(axis=1) - of_label(logits, labels))


def no_shift(labels, logits, beta):
    e = np.exp(beta * logits)
    return slope_with(e / e.sum(axis=1, keepdims=True), logits, labels)


def predicted_for_label(labels, logits, beta):
    return slope_with(probabilities(beta * logits), logits, logits.argmax(axis=1))


def of_the_logits(labels, logits, beta):
    return np.mean(of_label(probabilities(beta * logits), labels) - 1)


OUTCOMES = np.array([1, 0, 0, 1, 0, 1, 0, 0])


def error_with_ten_bins(forecasts, nudge):
    """The calibration error; forecasts on an end go down or up, by the sign of the nudge."""
    where = np.clip(np.floor(10 * forecasts + nudge).astype(int), 0, 9)
    return np.abs(np.bincount(where, OUTCOMES - forecasts)).sum() / len(forecasts)


def flaw_of_counterexample(rows):
    if rows.shape != (2, len(OUTCOMES)):
        return f"Give two rows of {len(OUTCOMES)} forecasts, one for each of the days."
    if not ((rows >= 0) & (rows <= 1)).all():
        return "Forecasts are probabilities: between 0 and 1."
    a, b = rows.astype(np.float64)
    briers = np.mean((rows.astype(np.float64) - OUTCOMES) ** 2, axis=1)
    smaller = [
        error_with_ten_bins(a, nudge) < error_with_ten_bins(b, nudge) - 1e-6
        for nudge in (-1e-6, 1e-6)
    ]
    better = briers[0] < briers[1] + 1e-6
    if all(smaller) and not better:
        return None
    if any(smaller) and not all(smaller) and not better:
        return "Some forecasts lie on an end between two bins, and it matters. Move them a little."
    if not any(smaller):
        return "The first forecaster should have the smaller calibration error, and has not."
    return (
        "The first forecaster has the better Brier score as well, as the claim says. Who is "
        "calibrated, and knows nothing?"
    )


exercise = Exercise(
    slug="calibration",
    title="What a calibration error does not tell",
    minutes=50,
    questions=(
        Choice(
            name="prediction_1",
            title="Predict: a temperature and a threshold",
            points=1,
            correct="b",
            hints={
                "a": "All logits of a case are divided by the same positive number. Can that "
                "change which of them is the largest?",
                "c": "The order stays, but the threshold looks at a probability: a temperature "
                "above one brings all probabilities nearer to each other.",
            },
        ),
        Function(
            name="calibration_error",
            title="The calibration error",
            reference=lambda outcomes, forecasts, bins: expected_calibration_error(
                outcomes, forecasts, n_bins=bins
            ),
            answer=Real(),
            cases=(
                Cases("every bin in use; arrays and lists", 1, all_bins_in_use),
                Cases("empty bins, and one forecast for all", 1, empty_bins),
                Cases("forecasts of exactly zero and one", 1, zero_and_one),
            ),
            mistakes=(
                Mistake(
                    "nan of empty bins",
                    nan_of_empty_bins,
                    "An empty bin has no frequency: zero divided by zero is nan, and spoils the "
                    "sum. Such a bin adds nothing.",
                ),
                Mistake(
                    "ones lost",
                    without(1.0),
                    "A forecast of exactly one falls out of all your bins. The last bin holds its "
                    "upper end.",
                ),
                Mistake(
                    "zeros lost",
                    without(0.0),
                    "A forecast of exactly zero falls out of all your bins. The first bin holds "
                    "its lower end.",
                ),
                Mistake(
                    "bins alike",
                    bins_alike,
                    "You average over the bins as if each held equally many cases. The weight of "
                    "a bin is its share of the cases.",
                ),
                Mistake(
                    "signs",
                    summed(lambda share, frequency, forecast: share * (frequency - forecast)),
                    "Gaps of opposite sign cancel in your sum: a model that is too sure here and "
                    "not sure enough there would look calibrated.",
                ),
                Mistake(
                    "signs, forecast minus frequency",
                    summed(lambda share, frequency, forecast: share * (forecast - frequency)),
                    "A calibration error is never negative, and gaps of opposite sign must not "
                    "cancel: take the size of each gap before you sum.",
                ),
                Mistake(
                    "middle of the bin",
                    middle_of_the_bin,
                    "You compare the frequency with the middle of the bin. The forecasts in it may "
                    "lie elsewhere: take their mean.",
                ),
                Mistake(
                    "squares",
                    summed(lambda share, frequency, forecast: share * (frequency - forecast) ** 2),
                    "You weigh squared gaps. That is the reliability of the Brier score; the "
                    "calibration error takes the absolute gap.",
                ),
                Mistake(
                    "case by case",
                    case_by_case,
                    "You compare each forecast with its outcome. That is the absolute error: the "
                    "means of a bin are to be compared.",
                ),
            ),
        ),
        Number(
            name="by_chance_3",
            title="The error of a model without fault",
            points=2,
            # An integral over the characteristic function of a bin's sum gives 0.081399, and
            # 400 000 simulated samples 0.081408 with a standard error of 0.00003.
            expected=0.081399,
            rtol=0.03,
            mistakes=(
                Mistake(
                    "zero",
                    0.0,
                    "Calibrated are the probabilities. The frequencies of a few cases deviate from "
                    "them by chance, and absolute values do not cancel.",
                ),
                Mistake(
                    "certain labels",
                    0.25,
                    "Your outcomes follow from the forecasts: it rains whenever more than one half "
                    "was said. That forecaster is not calibrated. Draw the outcomes.",
                ),
                Mistake(
                    "coins",
                    0.2656,
                    "Your outcomes are tosses of a fair coin, whatever was said. Each has to be "
                    "drawn with the probability that was forecast.",
                ),
                Mistake(
                    "the other way round",
                    0.5075,
                    "With you it rains with one minus the probability that was said: a random "
                    "number is *below* f with probability f.",
                ),
            ),
        ),
        Function(
            name="slope",
            title="Which way to turn the temperature",
            reference=by_complex_step,
            answer=Real(),
            cases=(
                Cases("ordinary logits", 1, scattered),
                Cases("an inverse temperature of zero", 0.5, at_zero),
                Cases("large logits", 0.5, large),
            ),
            mistakes=(
                Mistake(
                    "no shift",
                    no_shift,
                    "`np.exp` overflows above 709. Subtract the largest scaled logit of each row "
                    "first: the probabilities do not change.",
                ),
                Mistake(
                    "sign",
                    lambda labels, logits, beta: -by_complex_step(labels, logits, beta),
                    "This is the slope of the log-likelihood. The loss is its negative.",
                ),
                Mistake(
                    "sum",
                    lambda labels, logits, beta: (
                        by_complex_step(labels, logits, beta) * len(labels)
                    ),
                    "This is the slope of the sum over the samples. The loss is their mean.",
                ),
                Mistake(
                    "probabilities without the factor",
                    lambda labels, logits, beta: slope_with(probabilities(logits), logits, labels),
                    "Your probabilities are those of the logits as they stand. The mean logit is "
                    "taken under the scaled model, at this inverse temperature.",
                ),
                Mistake(
                    "divided by beta",
                    lambda labels, logits, beta: slope_with(
                        probabilities(logits / np.float64(beta)), logits, labels
                    ),
                    "You divide the logits by `beta`. They are divided by the temperature, and "
                    "`beta` is its inverse.",
                ),
                Mistake(
                    "scaled logits",
                    lambda labels, logits, beta: by_complex_step(labels, logits, beta) * beta,
                    "You average the scaled logits. The derivative in the factor leaves the "
                    "factor behind: average the logits as they were given.",
                ),
                Mistake(
                    "predicted class",
                    predicted_for_label,
                    "You subtract the largest logit. It is the logit of the class that came, right "
                    "or wrong.",
                ),
                Mistake(
                    "slope in a logit",
                    of_the_logits,
                    "Probability minus one is the slope in the logit of the label. The slope in "
                    "the factor adds up all logits, each with its own slope as weight.",
                ),
            ),
        ),
        Claim(
            name="claim_5",
            title="Judge: the smaller error, the better forecaster?",
            points=2,
            holds=False,
            example="counterexample_5",
            form=Array(2),
            flaw=flaw_of_counterexample,
            wrong_verdict="Think of a forecaster who says the base rate every day, and of one who "
            "tells wet days from dry ones and exaggerates a little.",
        ),
    ),
)
