"""What the exercise on regression asks, with its answers."""

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
from course_utils.likelihood import gaussian_mixture_nll, gaussian_nll


def scattered(rng, n):
    """Places, and values around a rising line that stays clear of zero."""
    x = np.linspace(0.0, 4.0, n) + rng.uniform(-0.2, 0.2, size=n)
    y = rng.uniform(3, 5) + rng.uniform(1, 2) * x + rng.choice([-0.4, 0.4], size=n)
    return x, y


def own_error_bars(rng):
    cases = []
    for n in (4, 6, 9):
        x, y = scattered(rng, n)
        scales = rng.permutation(np.geomspace(0.1, 2.0, n))
        y += scales * np.resize([1.0, -0.6, -1.3], n)
        cases.append((x, y, scales))
    return [*cases, tuple(part.tolist() for part in cases[0])]


def one_far_off(rng):
    cases = []
    for n in (5, 8):
        x, y = scattered(rng, n)
        scales = np.linspace(0.2, 0.4, n)
        place = rng.integers(n)
        y[place] += rng.choice([-30.0, 30.0])
        scales[place] = 20.0
        cases.append((x, y, scales))
    return cases


def equal_error_bars(rng):
    return [(*scattered(rng, n), np.full(n, 0.3)) for n in (3, 6)]


def weighted_line(x, y, weights):
    """The least weighted squares in closed form, from weighted means."""
    x, y, weights = (np.array(part, dtype=float) for part in (x, y, weights))
    weights = weights / weights.sum()
    dx, dy = x - weights @ x, y - weights @ y
    slope = (weights * dx) @ dy / ((weights * dx) @ dx)
    return np.array([weights @ y - slope * (weights @ x), slope])


def with_power(power):
    return lambda x, y, scales: weighted_line(x, y, np.array(scales) ** power)


def through_the_origin(x, y, scales):
    x, y, weights = np.array(x), np.array(y), np.array(scales) ** -2.0
    return np.array([0.0, weights @ (x * y) / (weights @ x**2)])


def near(rng):
    return [
        (mu + rng.uniform(0.5, 2, size=n) * rng.choice([-1, 1], size=n), mu, gamma)
        for n in (2, 5)
        for mu, gamma in [(rng.normal(size=n), rng.uniform(-0.7, -0.1, size=n))]
    ]


def far(rng):
    mu, gamma = 3 * rng.normal(size=4), rng.uniform(-1, 1, size=4)
    away = np.array([50.0, -60.0, 0.5, 400.0]) * np.exp(gamma)
    return [(mu + away, mu, gamma), (mu - 2 * away, mu, gamma)]


def narrow_and_wide(rng):
    gamma = rng.permutation([-6.0, -2.0, 1.5, 7.0])
    mu = rng.normal(size=4)
    return [(mu + rng.uniform(0.3, 3, size=4) * np.exp(gamma), mu, gamma)]


def by_complex_steps(y, mu, gamma):
    """The slopes from a step into the imaginary, which loses no digits."""

    def loss(mu, gamma):
        return (0.5 * ((y - mu) / np.exp(gamma)) ** 2 + gamma).mean()

    steps = 1e-30j * np.eye(len(y))
    in_mu = np.array([loss(mu + step, gamma).imag for step in steps]) / 1e-30
    in_gamma = np.array([loss(mu, gamma + step).imag for step in steps]) / 1e-30
    return float(gaussian_nll(y, mu, np.exp(gamma)).mean()), in_mu, in_gamma


def changed(change):
    """A mistake that is made of the right loss and slopes and of the input."""
    return lambda y, mu, gamma: change(*by_complex_steps(y, mu, gamma), y, mu, gamma)


def no_variance(loss, in_mu, in_gamma, y, mu, gamma):
    return loss, (mu - y) / len(y), in_gamma


def summed(loss, in_mu, in_gamma, y, mu, gamma):
    return loss * len(y), in_mu * len(y), in_gamma * len(y)


def slopes_of_the_sum(loss, in_mu, in_gamma, y, mu, gamma):
    return loss, in_mu * len(y), in_gamma * len(y)


def without_log_scale(loss, in_mu, in_gamma, y, mu, gamma):
    return loss - gamma.mean(), in_mu, in_gamma - 1 / len(y)


def without_constant(loss, in_mu, in_gamma, y, mu, gamma):
    return loss - 0.5 * np.log(2 * np.pi), in_mu, in_gamma


def uphill(loss, in_mu, in_gamma, y, mu, gamma):
    return loss, -in_mu, -in_gamma


def in_the_scale(loss, in_mu, in_gamma, y, mu, gamma):
    return loss, in_mu, in_gamma / np.exp(gamma)


def log_of_density(loss, in_mu, in_gamma, y, mu, gamma):
    density = np.exp(-0.5 * ((y - mu) / np.exp(gamma)) ** 2) / np.exp(gamma)
    return -np.log(density / np.sqrt(2 * np.pi)).mean(), in_mu, in_gamma


def log_variance(y, mu, gamma):
    loss, in_mu, in_half = by_complex_steps(y, mu, gamma / 2)
    return loss, in_mu, in_half / 2


VALUES = np.array([0.25, 0.75, 1.5, 2.0, 4.5])


def flaw_of_mixture(rows):
    if rows.shape != (3, 2):
        return "Give three rows of two numbers: shares, means, scales."
    shares, means, scales = rows.astype(np.float64)
    if not np.isfinite(rows).all():
        return "All six numbers have to be finite."
    if (shares <= 0).any() or abs(shares.sum() - 1) > 1e-6:
        return "The shares have to be positive and to sum to one."
    if (scales <= 0).any():
        return "A scale is positive. It may be as small as you like, but not zero."
    loss = gaussian_mixture_nll(VALUES, shares / shares.sum(), means, scales).mean()
    if loss < -10:
        return None
    if not np.isin(means, VALUES).any():
        return (
            "The loss is not below minus ten. A density is highest at the mean of a component: "
            "on what should such a mean lie?"
        )
    if loss > 10:
        return (
            "One component on a value is right, but some other value is now far from both: the "
            "second component has to cover all the rest."
        )
    return "You are on the way: a mean lies on a value. The loss is not yet below minus ten."


exercise = Exercise(
    slug="regression",
    title="Error bars, known and learnt",
    minutes=50,
    questions=(
        Choice(
            name="prediction_1",
            title="Predict: squares without a Gaussian",
            points=1,
            correct="c",
            hints={
                "a": "A loss that is least at the most frequent value would have to ignore how "
                "far away the other values are. A square does not.",
                "b": "The median minimises the absolute error, which counts how many values "
                "lie on each side. A square weighs how far away they are.",
                "d": "Maximum likelihood it is under Gaussian noise only. But it estimates "
                "something definite under any noise with a variance.",
            },
        ),
        Function(
            name="fit_line",
            title="A line through error bars",
            reference=with_power(-2.0),
            answer=Array(1),
            # A fit by iteration, such as SciPy's `curve_fit`, stops some 1e-7 away.
            rtol=1e-5,
            cases=(
                Cases("error bars of all widths, as arrays and as lists", 1.5, own_error_bars),
                Cases("a value far off, with a wide error bar", 1, one_far_off),
                Cases("error bars that are all equal", 0.5, equal_error_bars),
            ),
            mistakes=(
                Mistake(
                    "weights 1/s",
                    with_power(-1.0),
                    "Your squares are weighted by one over the scale. An error bar half as wide "
                    "counts four times: the residual is divided by the scale and *then* squared.",
                ),
                Mistake(
                    "weights 1/s to the fourth",
                    with_power(-4.0),
                    "Your weights are squared once too often. `np.polyfit`, for one, multiplies "
                    "the residuals by its weights before it squares them, and so does whoever "
                    "multiplies rows by them.",
                ),
                Mistake(
                    "error bars ignored",
                    with_power(0.0),
                    "This is the line of ordinary least squares. Exact values have to count more "
                    "than vague ones.",
                ),
                Mistake(
                    "upside down",
                    with_power(2.0),
                    "The vaguest values have the largest weight with you. A wide error bar should "
                    "count little.",
                ),
                Mistake(
                    "slope first",
                    lambda *data: with_power(-2.0)(*data)[::-1],
                    "The numbers are right, their order is not: the intercept first. (`np.polyfit` "
                    "returns the highest power first.)",
                ),
                Mistake(
                    "through the origin",
                    through_the_origin,
                    "Your line goes through the origin: the intercept is to be fitted as well.",
                ),
            ),
        ),
        Function(
            name="loss_and_slopes",
            title="A scale that is learnt",
            reference=by_complex_steps,
            answer=Several(
                (
                    Real("the mean loss"),
                    Array(1, "a list or array of its slopes in the means"),
                    Array(1, "a list or array of its slopes in the logarithms of the scales"),
                )
            ),
            cases=(
                Cases("values near their means", 1, near),
                Cases("values many scales away", 1, far),
                Cases("very narrow and very wide scales", 1, narrow_and_wide),
            ),
            mistakes=(
                Mistake(
                    "logarithm of the density",
                    changed(log_of_density),
                    "Far from the mean the density is zero in floats, and its logarithm minus "
                    "infinity. Take the logarithm on paper: the loss is a square and two more "
                    "terms.",
                ),
                Mistake(
                    "slope for unit scale",
                    changed(no_variance),
                    "Prediction minus target is the slope in the mean for a scale of one. With "
                    "another scale the square is divided by something, and so is its slope.",
                ),
                Mistake(
                    "sum",
                    changed(summed),
                    "This is the sum of the losses, with the slopes of the sum. The mean is "
                    "wanted.",
                ),
                Mistake(
                    "slopes of the sum",
                    changed(slopes_of_the_sum),
                    "The loss is the mean, the slopes are those of the sum: they are too large by "
                    "the number of values.",
                ),
                Mistake(
                    "log of the scale left out",
                    changed(without_log_scale),
                    "You left out the logarithm of the scale. Then an infinite scale is best.",
                ),
                Mistake(
                    "constant left out",
                    changed(without_constant),
                    "Half the logarithm of two pi is missing. Slopes do not notice, but the loss "
                    "is then not comparable with that of another density.",
                ),
                Mistake(
                    "logarithm of the variance",
                    log_variance,
                    "You read `gamma` as the logarithm of the variance. It is that of the scale.",
                ),
                Mistake(
                    "slope in the scale",
                    changed(in_the_scale),
                    "The last slope is that in the scale itself. Asked is the slope in its "
                    "logarithm; the chain rule has one more factor.",
                ),
                Mistake(
                    "sign of the slopes",
                    changed(uphill),
                    "Your slopes have the opposite sign. A mean below its value has to grow: the "
                    "loss falls there, so its slope is negative.",
                ),
            ),
        ),
        Number(
            name="binned_4",
            title="Bins of different widths",
            points=1,
            # By mpmath, bin by bin.
            expected=2.4332560647627,
            mistakes=(
                Mistake(
                    "widths left out",
                    1.5829567193472,
                    "This is the cross-entropy over the bins. It is no loss of a density per "
                    "minute: a probability that is spread over a wide bin is thin.",
                ),
                Mistake(
                    "widths with the wrong sign",
                    0.7326573739316,
                    "You multiplied by the widths. The density in a bin is its probability divided "
                    "by its width.",
                ),
                Mistake(
                    "sum",
                    19.4660485181017,
                    "This is the sum over the values. Divide it by their number.",
                ),
                Mistake(
                    "bits",
                    3.5104464578462,
                    "These are bits. Take the natural logarithm.",
                ),
            ),
        ),
        Claim(
            name="claim_5",
            title="Judge: a floor under the loss?",
            points=2,
            holds=False,
            example="counterexample_5",
            form=Array(2),
            flaw=flaw_of_mixture,
            wrong_verdict="One component may give up all values but one. What does its density do "
            "at its own mean as its scale shrinks?",
        ),
    ),
)
