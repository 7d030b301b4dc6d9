"""Calibration: proper scores, the parts of the Brier score, and the temperature."""

from __future__ import annotations

import numpy as np

from course_utils._validation import FloatArray
from course_utils.derivations.cross_entropy import cross_entropy, kl_divergence, positive
from course_utils.derivations.engine import (
    Definition,
    Derivation,
    at_least,
    chain,
    claim,
    equals,
    greater,
    inserted,
    less,
)
from course_utils.derivations.formulas import (
    NON_NEGATIVE,
    ONE,
    POSITIVE,
    UNIT,
    at,
    between,
    delta,
    derivative,
    distribution,
    equation,
    exp,
    family,
    indices,
    label,
    labels,
    log,
    relation,
    size,
    symbol,
    total,
    whole,
)
from course_utils.derivations.inequalities import EqualityCase, Minimum, Sign
from course_utils.derivations.information import entropy
from course_utils.derivations.likelihood import log_bound
from course_utils.derivations.steps import Reindexing
from course_utils.derivations.symbols import N, n
from course_utils.losses import absolute_error, brier_score, softmax_cross_entropy, zero_one_loss
from course_utils.softmax import softmax

K = size("K", 2)
i, j, k = indices("i j k", K)
p = distribution("p", K, interval=UNIT)
q = distribution("q", K, interval=UNIT)
true_class = label("true_class", "y", K)

# Scores of a forecast q when the class y comes, and their mean if y is drawn from p.

brier_loss = symbol("brier loss", r"\operatorname{BS}", arguments="y, Q")
brier = symbol("BS(P, Q)", r"\operatorname{BS}", arguments="P, Q")
least_brier = symbol("BS(P, P)", r"\operatorname{BS}", arguments="P, P")


def _mean_brier(p: FloatArray, q: FloatArray) -> FloatArray:
    return p @ brier_score(np.arange(len(p)), np.tile(q, (len(p), 1)), reduction="none")


brier_of_label = Definition(
    label="eq-calibration-brier",
    title="Brier score of one forecast",
    symbol=brier_loss,
    expression=total(k, (q[k] - delta(k, true_class)) ** 2),
    introduces="the Brier score of the forecast $Q$ when the class $y$ comes",
    numpy=lambda true_class, q: brier_score(true_class, q),
    independent="`course_utils.losses.brier_score`",
)

expected_brier = Definition(
    label="eq-calibration-brier-mean",
    title="Mean Brier score of a forecast",
    symbol=brier,
    expression=total(j, p[j] * total(k, (q[k] - delta(j, k)) ** 2)),
    introduces="the mean Brier score of the forecast $Q$ if the class is drawn from $P$",
    numpy=lambda p, q: (
        p @ brier_score(np.arange(len(p)), np.tile(q, (len(p), 1)), reduction="none")
    ),
    independent="`course_utils.losses.brier_score` of every class, weighted",
)

expected_brier_of_truth = Definition(
    label="eq-calibration-brier-least",
    title="Mean Brier score of the truth itself",
    symbol=least_brier,
    expression=total(j, p[j] * total(k, (p[k] - delta(j, k)) ** 2)),
    introduces="the mean Brier score of the forecast that equals the truth",
    numpy=lambda p: _mean_brier(p, p),
    independent="`course_utils.losses.brier_score` of every class, weighted",
)

brier_excess = Derivation(
    label="eq-calibration-brier-excess",
    title="What a forecast costs beyond the truth is its squared distance",
    where=(expected_brier, expected_brier_of_truth),
    steps=(
        *chain(
            brier,
            equals(
                total(k, q[k] ** 2) - 2 * total(k, p[k] * q[k]) + 1,
                "multiply out; the $p_j$ sum to 1, and of the deltas the terms $j = k$ remain",
            ),
            equals(
                1 - total(k, p[k] ** 2) + total(k, (q[k] - p[k]) ** 2),
                "complete the square",
            ),
            equals(
                least_brier + total(k, (q[k] - p[k]) ** 2),
                "what does not depend on $q$ is the value at $q = p$",
            ),
        ),
    ),
    numpy=lambda p, q: (
        p @ brier_score(np.arange(len(p)), np.tile(q, (len(p), 1)), reduction="none")
    ),
    independent="`course_utils.losses.brier_score` of every class, weighted",
)

difference = symbol("difference", "u")

square_bound = Derivation(
    label="eq-calibration-square",
    title="A square is not negative",
    steps=claim(
        relation(difference**2, "≥", 0),
        "it is 0 for $u = 0$, falls before and rises behind it",
        Minimum(difference, whole(0)),
    ),
    independent="both sides at random points",
)

brier_strict = Derivation(
    label="eq-calibration-brier-strict",
    title="The Brier score is strictly proper",
    where=(expected_brier, expected_brier_of_truth),
    steps=claim(
        relation(equation(brier, least_brier), "⟺", equation(q[k], p[k]).for_every(k)),
        "the difference is a sum of squares, which is 0 only if each of them is",
        EqualityCase(square_bound, q[k] - p[k], ONE, (k,)),
    ),
    independent="`course_utils.losses.brier_score` at equal and at random distributions",
)

cross_entropy_strict = Derivation(
    label="eq-calibration-cross-entropy-strict",
    title="Cross-entropy is strictly proper",
    where=(cross_entropy, entropy, kl_divergence),
    assumptions=(positive,),
    steps=claim(
        relation(
            equation(cross_entropy.symbol, entropy.symbol), "⟺", equation(q[k], p[k]).for_every(k)
        ),
        "the difference is $D(P \\,\\|\\, Q)$, and Gibbs' inequality is an equality for $q = p$ "
        "alone",
        EqualityCase(log_bound, q[k] / p[k], p[k], (k,)),
    ),
    independent="`course_utils.information.cross_entropy` at equal and at random distributions",
)

# Accuracy and absolute error.

chosen = label("chosen", r"\hat{y}", K)
likeliest = symbol("largest probability", r"\max_k p_k")
behind = family("behind", K, head=r"\Delta", interval=NON_NEGATIVE)

zero_one = Derivation(
    label="eq-calibration-zero-one",
    title="Mean zero-one loss of a forecast",
    assumptions=(
        "$\\hat{y}$ is the class to which the forecast $Q$ gives the largest probability",
    ),
    steps=chain(
        total(j, p[j] * (1 - delta(j, chosen))),
        equals(
            1 - p[chosen], "the $p_j$ sum to 1, and of the deltas the term $j = \\hat{y}$ remains"
        ),
    ),
    numpy=lambda p, chosen: (
        p
        @ zero_one_loss(
            np.arange(len(p)), np.tile(np.eye(len(p))[chosen], (len(p), 1)), reduction="none"
        )
    ),
    independent="`course_utils.losses.zero_one_loss` of every class, weighted",
)

absolute_of_label = Derivation(
    label="eq-calibration-absolute",
    title="Absolute error of one forecast",
    assumptions=(
        "no probability is above 1, so that $|q_k - \\delta_{ky}|$ is $1 - q_y$ for $k = y$ and "
        "$q_k$ for all others",
    ),
    steps=chain(
        total(k, delta(k, true_class) * (1 - q[k]) + (1 - delta(k, true_class)) * q[k]),
        equals(1 - q[true_class] + 1 - q[true_class], "all but $q_y$ sum to $1 - q_y$"),
        equals(2 * (1 - q[true_class]), "collect"),
    ),
    numpy=lambda true_class, q: absolute_error(true_class, np.log(q)),
    independent="`course_utils.losses.absolute_error`",
)

absolute_mean = Derivation(
    label="eq-calibration-absolute-mean",
    title="Mean absolute error of a forecast",
    steps=chain(
        total(j, p[j] * (2 * (1 - q[j]))),
        equals(2 * (1 - total(k, p[k] * q[k])), "the $p_j$ sum to 1"),
    ),
    numpy=lambda p, q: (
        p @ absolute_error(np.arange(len(p)), np.tile(np.log(q), (len(p), 1)), reduction="none")
    ),
    independent="`course_utils.losses.absolute_error` of every class, weighted",
)

absolute_bound = Derivation(
    label="eq-calibration-absolute-bound",
    title="The best forecast for the absolute error bets all on the likeliest class",
    assumptions=(
        relation(p[k], "=", likeliest - behind[k]).for_every(k),
        "the gaps $\\Delta_k$ below the largest probability are not negative",
    ),
    example=(
        (p[k], likeliest - behind[k]),
        (behind[k], (1 - delta(k, 1)) / (2 * K)),
        (likeliest, (1 + (K - 1) / (2 * K)) / K),
    ),
    steps=chain(
        2 * (1 - total(k, p[k] * q[k])),
        equals(
            2 * (1 - likeliest) + 2 * total(k, behind[k] * q[k]),
            "write each probability as the largest less its gap; the $q_k$ sum to 1",
        ),
        at_least(
            2 * (1 - likeliest),
            "the sum is not negative, and 0 if all of $Q$ lies on a class without a gap",
            Sign(),
        ),
    ),
    independent="both sides at random forecasts",
)

rare = symbol("theta", r"\theta", between(ONE / 2, 1))

absolute_improper = Derivation(
    label="eq-calibration-absolute-improper",
    title="The absolute error is improper",
    domain=(rare,),
    steps=chain(
        2 * (1 - (rare**2 + (1 - rare) ** 2)),
        equals(
            2 * (1 - rare) + 2 * (1 - rare) * (2 * rare - 1),
            "the honest forecast of two classes with the probabilities $\\theta$ and $1 - \\theta$",
        ),
        greater(
            2 * (1 - rare),
            "the forecast that is certain of the first class costs less",
            Sign(),
        ),
    ),
    independent="`course_utils.losses.absolute_error` of both forecasts",
)

# The parts of the Brier score of an event. Group g holds the share w_g of the forecasts, all of
# them f_g, and the event came in the share o_g of its cases.

G = size("G")
g, h = indices("g h", G)
w = distribution("w", G)
f = family("f", G, interval=UNIT)
o = family("o", G, head=r"\bar{y}", interval=UNIT)
base = symbol("base rate", r"\bar{y}")
score = symbol("score", r"\operatorname{BS}")

base_rate = Definition(
    label="eq-calibration-base-rate",
    title="Base rate",
    symbol=base,
    expression=total(g, w[g] * o[g]),
    introduces="the base rate: how often the event comes at all",
    numpy=lambda w, o: w @ o,
    independent="NumPy's inner product",
)

grouped_score = Definition(
    label="eq-calibration-grouped",
    title="Brier score of an event, forecast by forecast",
    symbol=score,
    expression=total(g, w[g] * (o[g] * (1 - f[g]) ** 2 + (1 - o[g]) * f[g] ** 2)),
    introduces="the mean of $(f - y)^2$ over all cases, where $y$ is 1 if the event came, else 0",
    numpy=lambda w, f, o: w @ (o * (1 - f) ** 2 + (1 - o) * f**2),
    independent="NumPy's inner product",
)

reliability = total(g, w[g] * (f[g] - o[g]) ** 2)
resolution = total(g, w[g] * (o[g] - base) ** 2)

decomposition = Derivation(
    label="eq-calibration-decomposition",
    title="Reliability, resolution, uncertainty",
    where=(base_rate, grouped_score),
    assumptions=("every distinct forecast is a group of its own",),
    steps=chain(
        score,
        equals(
            reliability + total(g, w[g] * o[g] * (1 - o[g])),
            "in each group, $\\bar{y}(1 - f)^2 + (1 - \\bar{y})f^2$ is $(f - \\bar{y})^2 + "
            "\\bar{y}(1 - \\bar{y})$",
        ),
        equals(
            reliability - resolution + base * (1 - base),
            "the base rate is the mean of the $\\bar{y}_g$",
        ),
    ),
    independent="`course_utils.calibration.brier_decomposition` of random labels, in the tests",
)

calibrated_score = Derivation(
    label="eq-calibration-sharpness",
    title="Of calibrated forecasts the sharper has the better score",
    where=(grouped_score,),
    assumptions=(
        relation(o[g], "=", f[g]).for_every(g),
        "the forecasts are calibrated: each event comes as often as it was forecast",
    ),
    example=((o[g], f[g]),),
    steps=chain(
        score,
        equals(total(g, w[g] * (f[g] * (1 - f[g]))), "insert $\\bar{y}_g = f_g$ and collect"),
        equals(
            ONE / 4 - total(g, w[g] * (f[g] - ONE / 2) ** 2),
            "complete the square; the shares sum to 1",
        ),
    ),
    numpy=lambda w, f: w @ (f * (1 - f)),
    independent="NumPy's inner product",
)

# From single cases to groups.

groups = labels("groups", N, classes=G, head="g")
came = family("came", N, head="y", interval=UNIT)
size_of_group = family("size_of_group", G, head="N")
came_in_group = family("came_in_group", G, head="h")

group_size = Definition(
    label="eq-calibration-count",
    title="Cases of a group",
    symbol=size_of_group[g],
    expression=total(n, delta(groups[n], g)),
    introduces="how many cases have the forecast $f_g$",
    numpy=lambda groups, G: np.bincount(groups, minlength=int(G)),
    independent="NumPy's `bincount`",
)

group_events = Definition(
    label="eq-calibration-events",
    title="Events of a group",
    symbol=came_in_group[g],
    expression=total(n, delta(groups[n], g) * came[n]),
    introduces="in how many of them the event came",
    numpy=lambda groups, came, G: np.bincount(groups, weights=came, minlength=int(G)),
    independent="NumPy's `bincount` with weights",
)

collected = Derivation(
    label="eq-calibration-collect",
    title="Collect the cases with equal forecasts",
    where=(group_size, group_events),
    assumptions=("$y_n$ is 1 or 0, so that $(f - y_n)^2 = y_n (1 - f)^2 + (1 - y_n) f^2$",),
    steps=chain(
        1 / N * total(n, came[n] * (1 - f[groups[n]]) ** 2 + (1 - came[n]) * f[groups[n]] ** 2),
        equals(
            1
            / N
            * total(
                g,
                came_in_group[g] * (1 - f[g]) ** 2
                + (size_of_group[g] - came_in_group[g]) * f[g] ** 2,
            ),
            "each case is in one group, whose forecast is a common factor",
            Reindexing(),
        ),
    ),
    independent="both sides for random groups",
)

# Bins, whose forecasts differ. Of bin g the share w_gi has the forecast f_gi.

members = size("I")
(member,) = indices("i", members)
share = distribution("share", G, members, head="w")
forecast = family("forecast", G, members, head="f", interval=UNIT)
happened = family("happened", G, members, head="y", interval=UNIT)
mean_forecast = family("mean_forecast", G, head=r"\bar{f}")
mean_happened = family("mean_happened", G, head=r"\bar{y}")
rounded = symbol("score of the means", r"\operatorname{BS}", arguments=r"\bar{f}")

bin_forecast = Definition(
    label="eq-calibration-bin-forecast",
    title="Mean forecast of a bin",
    symbol=mean_forecast[g],
    expression=total(member, share[g, member] * forecast[g, member]),
    introduces="the mean of the forecasts $f_{gi}$ in the bin $g$, of which each has the share "
    "$w_{gi}$",
    numpy=lambda share, forecast: (share * forecast).sum(axis=1),
    independent="NumPy's sum",
)

bin_frequency = Definition(
    label="eq-calibration-bin-frequency",
    title="Frequency in a bin",
    symbol=mean_happened[g],
    expression=total(member, share[g, member] * happened[g, member]),
    introduces="how often the event came in the bin $g$, if it came with the frequency $y_{gi}$ "
    "where $f_{gi}$ was forecast",
    numpy=lambda share, happened: (share * happened).sum(axis=1),
    independent="NumPy's sum",
)

binned_score = Definition(
    label="eq-calibration-binned",
    title="Brier score with bins",
    symbol=score,
    expression=total(
        g,
        w[g]
        * total(
            member,
            share[g, member]
            * (
                happened[g, member] * (1 - forecast[g, member]) ** 2
                + (1 - happened[g, member]) * forecast[g, member] ** 2
            ),
        ),
    ),
    introduces="the same score, when the forecasts are sorted into bins",
    numpy=lambda w, share, forecast, happened: (
        w @ (share * (happened * (1 - forecast) ** 2 + (1 - happened) * forecast**2)).sum(axis=1)
    ),
    independent="NumPy's sums",
)

rounded_score = Definition(
    label="eq-calibration-rounded",
    title="Brier score of the mean forecasts",
    symbol=rounded,
    expression=total(
        g,
        w[g]
        * (
            mean_happened[g] * (1 - mean_forecast[g]) ** 2
            + (1 - mean_happened[g]) * (0 - mean_forecast[g]) ** 2
        ),
    ),
    introduces="the score of a forecaster who says the mean of the bin in place of each forecast",
    where=(bin_forecast, bin_frequency),
)

within_bins = Derivation(
    label="eq-calibration-bins",
    title="Bins add two terms",
    where=(binned_score, rounded_score, bin_forecast, bin_frequency),
    steps=chain(
        score,
        equals(
            rounded
            + total(
                g,
                w[g]
                * total(member, share[g, member] * (forecast[g, member] - mean_forecast[g]) ** 2),
            )
            - 2
            * total(
                g,
                w[g]
                * total(
                    member,
                    share[g, member]
                    * (
                        (forecast[g, member] - mean_forecast[g])
                        * (happened[g, member] - mean_happened[g])
                    ),
                ),
            ),
            "write each forecast as the mean of its bin plus a rest; the rests have the mean 0 in "
            "each bin",
        ),
    ),
    independent="`course_utils.calibration.brier_decomposition` of random labels, in the tests",
)

# The temperature: one sample with the logits z and the true class y, at the inverse temperature.

beta = symbol("beta", r"\beta", POSITIVE)
z = family("z", K)
scaled = family("scaled", K, head="p")
loss = symbol("loss", "L")

scaled_probabilities = Definition(
    label="eq-calibration-scaled",
    title="Probabilities at an inverse temperature",
    symbol=scaled[k],
    expression=exp(beta * z[k]) / total(j, exp(beta * z[j])),
    introduces="the probabilities at the inverse temperature $\\beta = 1/T$",
    numpy=lambda z, beta: softmax(z, temperature=1 / beta),
    independent="`course_utils.softmax.softmax` with a temperature",
)

scaled_loss = Definition(
    label="eq-calibration-loss",
    title="Loss at an inverse temperature",
    symbol=loss,
    expression=log(total(j, exp(beta * z[j]))) - beta * z[true_class],
    introduces="the cross-entropy $-\\log p_y$ of a sample of class $y$",
    numpy=lambda z, beta, true_class: softmax_cross_entropy(true_class, z, temperature=1 / beta),
    independent="`course_utils.losses.softmax_cross_entropy` with a temperature",
)

slope = Derivation(
    label="eq-calibration-slope",
    title="Slope of the loss in the inverse temperature",
    where=(scaled_loss, scaled_probabilities),
    steps=chain(
        derivative(loss, beta),
        equals(
            total(k, exp(beta * z[k]) / total(j, exp(beta * z[j])) * z[k]) - z[true_class],
            "each exponential gives its logit as a factor",
        ),
        equals(total(k, scaled[k] * z[k]) - z[true_class], "the definition", inserted),
    ),
    numpy=lambda z, beta, true_class: softmax(beta * z) @ z - z[true_class],
    independent="`course_utils.softmax.softmax` and NumPy's inner product",
)

mean_logit = symbol("mean logit", r"\bar{z}")

mean_logit_definition = Definition(
    label="eq-calibration-mean-logit",
    title="Mean logit",
    symbol=mean_logit,
    expression=total(j, scaled[j] * z[j]),
    introduces="the mean of the logits, weighted by the probabilities",
    where=(scaled_probabilities,),
    numpy=lambda z, beta: softmax(beta * z) @ z,
    independent="`course_utils.softmax.softmax` and NumPy's inner product",
)

variance = total(k, scaled[k] * (z[k] - mean_logit) ** 2)

curvature = Derivation(
    label="eq-calibration-convex",
    title="The loss is convex in the inverse temperature",
    where=(scaled_loss, scaled_probabilities, mean_logit_definition),
    statement=relation(equation(derivative(loss, beta, 2), variance), "≥", 0),
    steps=(
        *chain(
            derivative(loss, beta, 2),
            equals(
                total(k, scaled[k] * z[k] ** 2) - total(k, scaled[k] * z[k]) ** 2,
                "differentiate the slope",
            ),
            equals(variance, "the variance of the logits under the probabilities"),
        ),
        *claim(relation(variance, "≥", 0), "a sum of squares with positive weights", Sign()),
    ),
    independent="numerical second derivatives at random logits",
)

order = Derivation(
    label="eq-calibration-order",
    title="The temperature keeps the order of the classes",
    where=(scaled_probabilities,),
    steps=chain(
        scaled[i] / scaled[j],
        equals(exp(beta * (z[i] - z[j])), "the denominators cancel"),
    ),
    independent="`course_utils.softmax.softmax` at random logits",
)

below_label = Derivation(
    label="eq-calibration-gaps",
    title="The slope by the gaps below the label's logit",
    where=(scaled_loss, scaled_probabilities),
    steps=chain(
        derivative(loss, beta),
        equals(total(k, scaled[k] * z[k]) - z[true_class], "the slope"),
        equals(
            -total(k, scaled[k] * (z[true_class] - z[k])),
            "the probabilities sum to 1, so that $z_y$ may be taken into the sum",
        ),
    ),
    numpy=lambda z, beta, true_class: softmax(beta * z) @ (z - z[true_class]),
    independent="`course_utils.softmax.softmax` and NumPy's inner product",
)

start_slope = Derivation(
    label="eq-calibration-chance",
    title="Slope at an infinite temperature",
    where=(scaled_loss,),
    steps=chain(
        at(derivative(loss, beta), beta, 0),
        equals(1 / K * total(k, z[k]) - z[true_class], "all probabilities are $1/K$"),
    ),
    numpy=lambda z, true_class: z.mean() - z[true_class],
    independent="NumPy's mean",
)

T = symbol("T", interval=POSITIVE)

not_convex = Derivation(
    label="eq-calibration-not-convex",
    title="The loss is not convex in the temperature",
    steps=chain(
        at(derivative(log(1 + exp(-(1 / T))), T, 2), T, 1),
        equals(-((2 + exp(ONE)) / (1 + exp(ONE)) ** 2), "differentiate twice"),
        less(0, "a minus before positive numbers", Sign()),
    ),
    independent="numerical second derivatives",
)
