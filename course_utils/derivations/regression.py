"""Regression: cross-entropy for numbers, from an exact target to error bars, medians and bins."""

from __future__ import annotations

import numpy as np

from course_utils.derivations.calculus import (
    Integration,
    LimitValue,
    SameExtremum,
    SignOfDerivative,
)
from course_utils.derivations.engine import (
    Definition,
    Derivation,
    at_least,
    at_most,
    chain,
    claim,
    equals,
    inserted,
)
from course_utils.derivations.formulas import (
    INFINITY,
    NON_NEGATIVE,
    ONE,
    PI,
    POSITIVE,
    UNIT,
    Formula,
    Function,
    Index,
    absolute,
    argmin,
    derivative,
    distribution,
    equation,
    exp,
    family,
    integral,
    limit,
    log,
    relation,
    sqrt,
    symbol,
    total,
    whole,
)
from course_utils.derivations.inequalities import Increasing, OneTerm, Rearrangement, Sign
from course_utils.derivations.likelihood import gaussian, mean_of, value, x, y
from course_utils.derivations.steps import Replacement
from course_utils.derivations.symbols import K, N, density, j, k, mu, n, s, theta, true_classes, u
from course_utils.information import gaussian_cross_entropy, gaussian_kl_divergence
from course_utils.likelihood import gaussian_mixture_nll, gaussian_nll, laplace_nll

HALF = ONE / 2

# From an exact target to a density: a Gaussian target of a width that shrinks to nothing.

width = symbol("width", "s_p", POSITIVE)
at_value = symbol("at_value", "r")
target = Function("target", "p", POSITIVE)
model = Function("model", "q", POSITIVE)
entropy_of_pair = symbol("H(P, Q)", "H", arguments="P, Q")
entropy_alone = symbol("H(P)", "H", arguments="P")
divergence = symbol("D(P || Q)", "D", arguments=r"P \,\|\, Q")

target_density = Definition(
    label="eq-regression-target",
    title="Target density",
    symbol=target(at_value),
    expression=1 / (sqrt(2 * PI) * width) * exp(-((at_value - value) ** 2 / (2 * width**2))),
    introduces="a target that is the value $y$ up to the width $s_p$",
    numpy=lambda at_value, value, width: np.exp(-gaussian_nll(at_value, value, width)),
    independent="`course_utils.likelihood.gaussian_nll`",
)

model_density = Definition(
    label="eq-regression-model",
    title="Model density",
    symbol=model(at_value),
    expression=1 / (sqrt(2 * PI) * s) * exp(-((at_value - mu) ** 2 / (2 * s**2))),
    introduces="what the model says: a Gaussian with mean $\\mu$ and scale $s$",
    numpy=lambda at_value, mu, s: np.exp(-gaussian_nll(at_value, mu, s)),
    independent="`course_utils.likelihood.gaussian_nll`",
)

cross_entropy = Definition(
    label="eq-regression-cross-entropy",
    title="Cross-entropy of densities",
    symbol=entropy_of_pair,
    expression=-integral(target(at_value) * log(model(at_value)), at_value, -INFINITY, INFINITY),
    introduces="the cross-entropy of two densities: an integral in place of the sum",
    where=(target_density, model_density),
)

entropy = Definition(
    label="eq-regression-entropy",
    title="Differential entropy",
    symbol=entropy_alone,
    expression=-integral(target(at_value) * log(target(at_value)), at_value, -INFINITY, INFINITY),
    introduces="the entropy of a density",
    where=(target_density,),
)


def moment(power: int) -> Formula:
    """The integral of (r - y)^power under the target."""
    weighted = target(at_value) * (at_value - value) ** power if power else target(at_value)
    return integral(weighted, at_value, -INFINITY, INFINITY)


first_moment = integral(target(at_value) * (at_value - value), at_value, -INFINITY, INFINITY)
moments = (
    *chain(moment(0), equals(1, "a density", Integration())),
    *chain(first_moment, equals(0, "its mean is $y$", Integration())),
    *chain(moment(2), equals(width**2, "its variance is $s_p^2$", Integration())),
)
constant = log(s) + HALF * log(2 * PI)
blurred_nll = (width**2 + (value - mu) ** 2) / (2 * s**2) + log(s) + HALF * log(2 * PI)

gaussian_pair = Derivation(
    label="eq-regression-gaussian-pair",
    title="Cross-entropy of two Gaussians",
    where=(cross_entropy,),
    steps=(
        *moments,
        *chain(
            entropy_of_pair,
            equals(
                1 / (2 * s**2) * moment(2)
                + (value - mu) / s**2 * first_moment
                + ((value - mu) ** 2 / (2 * s**2) + constant) * moment(0),
                "$-\\log q(r) = (r - \\mu)^2/(2s^2) + \\log s + \\frac12 \\log(2\\pi)$, and "
                "$r - \\mu = (r - y) + (y - \\mu)$",
            ),
            equals(
                1 / (2 * s**2) * width**2
                + (value - mu) / s**2 * first_moment
                + ((value - mu) ** 2 / (2 * s**2) + constant) * moment(0),
                "the variance of the target",
                Replacement(),
            ),
            equals(
                1 / (2 * s**2) * width**2
                + (value - mu) / s**2 * whole(0)
                + ((value - mu) ** 2 / (2 * s**2) + constant) * moment(0),
                "around its mean",
                Replacement(),
            ),
            equals(
                1 / (2 * s**2) * width**2
                + (value - mu) / s**2 * whole(0)
                + ((value - mu) ** 2 / (2 * s**2) + constant) * whole(1),
                "it is a density",
                Replacement(),
            ),
            equals(blurred_nll, "collect"),
        ),
    ),
    numpy=lambda value, width, mu, s: gaussian_cross_entropy(value, width, mu, s),
    independent="`course_utils.information.gaussian_cross_entropy`, and quadrature",
)

entropy_value = HALF + HALF * log(2 * PI * width**2)

gaussian_entropy = Derivation(
    label="eq-regression-gaussian-entropy",
    title="Entropy of a Gaussian",
    where=(entropy,),
    steps=(
        *moments,
        *chain(
            entropy_alone,
            equals(
                1 / (2 * width**2) * moment(2) + HALF * log(2 * PI * width**2) * moment(0),
                "$-\\log p(r) = (r - y)^2/(2s_p^2) + \\frac12 \\log(2\\pi s_p^2)$",
            ),
            equals(
                1 / (2 * width**2) * width**2 + HALF * log(2 * PI * width**2) * moment(0),
                "the variance",
                Replacement(),
            ),
            equals(
                1 / (2 * width**2) * width**2 + HALF * log(2 * PI * width**2) * whole(1),
                "it is a density",
                Replacement(),
            ),
            equals(entropy_value, "cancel"),
        ),
    ),
    numpy=lambda value, width: gaussian_cross_entropy(value, width, value, width),
    independent="`course_utils.information.gaussian_cross_entropy` of a density with itself",
)

delta_limit = Derivation(
    label="eq-regression-delta",
    title="The cross-entropy tends to the negative log-likelihood",
    where=(gaussian,),
    steps=chain(
        limit(blurred_nll, width, 0),
        equals(
            (value - mu) ** 2 / (2 * s**2) + log(s) + HALF * log(2 * PI),
            "a polynomial in $s_p$ is continuous: insert 0",
            LimitValue(),
        ),
        equals(
            -log(density(value, given=(mu, s))),
            "the Gaussian negative log-likelihood",
        ),
    ),
    numpy=lambda value, mu, s: gaussian_nll(value, mu, s),
    independent="`course_utils.likelihood.gaussian_nll`",
)

divergence_value = log(s / width) + (width**2 + (value - mu) ** 2) / (2 * s**2) - HALF

divergence_of_pair = Derivation(
    label="eq-regression-divergence",
    title="The divergence is the cross-entropy less the entropy",
    steps=chain(
        blurred_nll - entropy_value,
        equals(divergence_value, "$\\frac12 \\log(2\\pi)$ cancels"),
    ),
    numpy=lambda value, width, mu, s: gaussian_kl_divergence(value, width, mu, s),
    independent="`course_utils.information.gaussian_kl_divergence`",
)

divergence_limit = Derivation(
    label="eq-regression-divergence-limit",
    title="The divergence grows without bound",
    steps=chain(
        limit(exp(-divergence_value), width, 0),
        equals(
            0,
            "$e^{-D}$ is $s_p$ times $e^{1/2 - (s_p^2 + (y - \\mu)^2)/(2s^2)}/s$, which stays "
            "finite",
            LimitValue(),
        ),
    ),
    independent="the divergence at a width of $10^{-20}$",
)

scale_of = Function("scale_of", "s", POSITIVE)
input_value = symbol("input", "x")
predicted, spread = mean_of(input_value, theta), scale_of(input_value, theta)
blurred_of = (width**2 + (value - predicted) ** 2) / (2 * spread**2) + log(spread)

same_minimiser = Derivation(
    label="eq-regression-same-minimiser",
    title="For every width, both have the same minimiser",
    steps=chain(
        argmin(theta, blurred_of + HALF * log(2 * PI)),
        equals(
            argmin(theta, blurred_of + HALF * log(2 * PI) - entropy_value),
            "the entropy of the target does not depend on the parameters",
            SameExtremum(value - entropy_value, value),
        ),
    ),
    independent="the order of two random parameters under both functions",
)

best_mean = Derivation(
    label="eq-regression-best-mean",
    title="The best mean is the observed value, whatever the width",
    steps=chain(
        argmin(mu, blurred_nll),
        equals(
            value,
            "the derivative $(\\mu - y)/s^2$ is negative before $y$ and positive behind it",
            SignOfDerivative(),
        ),
    ),
    independent="the cross-entropy of random means, none of which is better",
)

variance = symbol("variance", "s^2", POSITIVE)

best_scale = Derivation(
    label="eq-regression-best-scale",
    title="The best variance is that of the target plus the squared error",
    steps=chain(
        argmin(
            variance,
            (width**2 + (value - mu) ** 2) / (2 * variance) + HALF * log(2 * PI * variance),
        ),
        equals(
            width**2 + (value - mu) ** 2,
            "the derivative $\\frac{1}{2s^4} (s^2 - s_p^2 - (y - \\mu)^2)$ changes its sign there",
            SignOfDerivative(),
        ),
    ),
    independent="the cross-entropy of random variances, none of which is better",
)

# Error bars: each value with a scale of its own.

own_scale = family("own_scale", N, head="s", interval=POSITIVE)
weights = family("weights", N, head="a", interval=POSITIVE)
weighted_average = symbol("weighted_average", r"\bar{y}_a")

own_scales = Derivation(
    label="eq-regression-error-bars",
    title="Error bars weigh the squares",
    where=(gaussian,),
    steps=chain(
        argmin(theta, -total(n, log(density(y[n], given=(mean_of(x[n], theta), own_scale[n]))))),
        equals(
            argmin(theta, total(n, (y[n] - mean_of(x[n], theta)) ** 2 / own_scale[n] ** 2)),
            "the first is half of the second, plus terms without parameters",
            SameExtremum(value / 2 + total(n, log(sqrt(2 * PI) * own_scale[n])), value),
        ),
    ),
    independent="the order of two random parameters under both functions",
)

weighted_mean_definition = Definition(
    label="eq-regression-weighted-mean",
    title="Weighted mean",
    symbol=weighted_average,
    expression=total(n, weights[n] * y[n]) / total(n, weights[n]),
    introduces="the mean with the weights $a_n = 1/s_n^2$",
    numpy=lambda weights, y: np.average(y, weights=weights),
    independent="NumPy's weighted average",
)

weighted_mean = Derivation(
    label="eq-regression-weighted-mean-best",
    title="The weighted mean minimises the weighted squares",
    where=(weighted_mean_definition,),
    steps=chain(
        argmin(mu, total(n, weights[n] * (y[n] - mu) ** 2)),
        equals(
            weighted_average,
            "the derivative is $2 \\sum_n a_n\\,(\\mu - \\bar{y}_a)$",
            SignOfDerivative(),
        ),
    ),
    independent="the weighted squares around random values, none of which is better",
)

# A scale that is learnt.

log_scale = symbol("log_scale", r"\rho")
learnt_nll = (value - mu) ** 2 / (2 * exp(log_scale) ** 2) + log_scale + HALF * log(2 * PI)

mean_slope = Derivation(
    label="eq-regression-slope-mean",
    title="What a value teaches the mean",
    where=(gaussian,),
    steps=chain(
        derivative(-log(density(value, given=(mu, s))), mu),
        equals((mu - value) / s**2, "prediction minus target, over the variance"),
    ),
    independent="numerical derivatives at random points",
)

scale_slope = Derivation(
    label="eq-regression-slope-scale",
    title="What a value teaches the scale",
    where=(gaussian,),
    steps=chain(
        derivative(-log(density(value, given=(mu, exp(log_scale)))), log_scale),
        equals(derivative(learnt_nll, log_scale), "$\\log s = \\rho$"),
        equals(
            1 - (value - mu) ** 2 / exp(log_scale) ** 2,
            "chain rule: the scale grows if the error is larger than the scale",
        ),
    ),
    independent="numerical derivatives at random points",
)

# Laplace noise.

middle = symbol("middle", "m")
breadth = symbol("breadth", "b", POSITIVE)
laplace_density = Function("laplace", "p", POSITIVE)

laplace = Definition(
    label="eq-regression-laplace",
    title="Laplace density",
    symbol=laplace_density(value, given=(middle, breadth)),
    expression=1 / (2 * breadth) * exp(-(absolute(value - middle) / breadth)),
    introduces="the Laplace density with the median $m$ and the mean absolute deviation $b$",
    numpy=lambda value, middle, breadth: np.exp(-laplace_nll(value, middle, breadth)),
    independent="`course_utils.likelihood.laplace_nll`",
)

laplace_loss = Derivation(
    label="eq-regression-laplace-nll",
    title="Laplace noise gives absolute errors",
    where=(laplace,),
    steps=chain(
        -log(laplace_density(value, given=(middle, breadth))),
        equals(
            absolute(value - middle) / breadth + log(2 * breadth),
            "the logarithm undoes the exponential and splits the factor before it",
        ),
    ),
    numpy=lambda value, middle, breadth: laplace_nll(value, middle, breadth),
    independent="`course_utils.likelihood.laplace_nll` at random points",
)

median = symbol("median", r"\tilde{m}")
side = family("side", N, head="c")
surplus = family("surplus", N, head="v", interval=NON_NEGATIVE)

median_minimises = Derivation(
    label="eq-regression-median",
    title="The median minimises the absolute errors",
    assumptions=(
        relation(absolute(y[n] - middle), "=", side[n] * (y[n] - middle) + surplus[n]).for_every(n),
        relation(absolute(y[n] - median), "=", side[n] * (y[n] - median)).for_every(n),
        equation(total(n, side[n]), 0),
        "$c_n$ is 1 for a value above the median, $-1$ for one below, and anything between for one "
        "that is equal to it, so that they sum to 0: half of the values lie on either side",
        "$v_n \\ge 0$, since $-1 \\le c_n \\le 1$, and no such multiple of a number is larger than "
        "its absolute value",
    ),
    example=(
        (y[n], median),
        (side[n], whole(0) * u),
        (surplus[n], absolute(median - middle)),
    ),
    statement=relation(total(n, absolute(y[n] - middle)), "≥", total(n, absolute(y[n] - median))),
    steps=(
        *chain(
            total(n, absolute(y[n] - middle)) - total(n, absolute(y[n] - median)),
            equals(
                total(n, side[n] * (y[n] - middle) + surplus[n])
                - total(n, absolute(y[n] - median)),
                "the first assumption",
                Replacement(),
            ),
            equals(
                total(n, side[n] * (y[n] - middle) + surplus[n])
                - total(n, side[n] * (y[n] - median)),
                "the second assumption",
                Replacement(),
            ),
            equals(
                total(n, surplus[n]) + (median - middle) * total(n, side[n]),
                "multiply out: the values cancel",
            ),
            equals(
                total(n, surplus[n]) + (median - middle) * whole(0),
                "the third assumption",
                Replacement(),
            ),
            equals(total(n, surplus[n]), "leave out what is zero"),
            at_least(0, "no term is negative", Sign()),
        ),
        *claim(
            relation(total(n, absolute(y[n] - middle)), "≥", total(n, absolute(y[n] - median))),
            "move the second sum to the right",
            Rearrangement(),
        ),
    ),
    independent="NumPy's median against random values",
)

# The squares and the mean, whatever the noise.

chances = distribution("chances", K, head="p", interval=NON_NEGATIVE)
places = family("places", K, head="y")
guess = symbol("guess", "a")
expected = symbol("expected", r"\mu")

expectation = Definition(
    label="eq-regression-expectation",
    title="Mean of a distribution",
    symbol=expected,
    expression=total(k, chances[k] * places[k]),
    introduces="the mean of a distribution over the values $y_1, \\dots, y_K$",
    numpy=lambda chances, places: chances @ places,
    independent="NumPy's product",
)

mean_always = Derivation(
    label="eq-regression-mean-always",
    title="Expected squared error, for any distribution",
    where=(expectation,),
    steps=chain(
        total(k, chances[k] * (places[k] - guess) ** 2),
        equals(
            total(k, chances[k] * (places[k] - expected) ** 2)
            + 2 * (expected - guess) * total(k, chances[k] * (places[k] - expected))
            + (expected - guess) ** 2,
            "write $y_k - a = (y_k - \\mu) + (\\mu - a)$; the probabilities sum to 1",
        ),
        equals(
            total(k, chances[k] * (places[k] - expected) ** 2) + (expected - guess) ** 2,
            "around the mean the deviations sum to 0",
        ),
    ),
    independent="both sides for random distributions",
)

# Mixtures.

shares = distribution("shares", K, head=r"\alpha")
centres = family("centres", K, head=r"\mu")
scales = family("scales", K, head="s", interval=POSITIVE)
mixture_density = Function("mixture", "p", POSITIVE)


def component(index: Index) -> Formula:
    """One component of the mixture, with its share."""
    bell = exp(-((value - centres[index]) ** 2 / (2 * scales[index] ** 2)))
    return shares[index] / (sqrt(2 * PI) * scales[index]) * bell


mixture = Definition(
    label="eq-regression-mixture",
    title="Mixture of Gaussians",
    symbol=mixture_density(value),
    expression=total(k, component(k)),
    introduces="a mixture of $K$ Gaussians with the shares $\\alpha_k$",
    numpy=lambda value, shares, centres, scales: np.exp(
        -gaussian_mixture_nll(value, shares, centres, scales)
    ),
    independent="`course_utils.likelihood.gaussian_mixture_nll`",
)

mixture_bound = Derivation(
    label="eq-regression-mixture-bound",
    title="Every component alone bounds the loss of a mixture",
    where=(mixture,),
    statement=relation(-log(mixture_density(value)), "≤", -log(component(j))),
    steps=(
        *chain(
            mixture_density(value),
            equals(total(k, component(k)), "the definition", inserted),
            at_least(component(j), "a sum of positive terms is at least each of them", OneTerm(j)),
        ),
        *claim(
            relation(log(mixture_density(value)), "≥", log(component(j))),
            "the logarithm is increasing",
            Increasing(log(u), u),
        ),
        *claim(
            relation(-log(mixture_density(value)), "≤", -log(component(j))),
            "change the signs",
            Rearrangement(),
        ),
    ),
    independent="`course_utils.likelihood.gaussian_mixture_nll` at random points",
)

share = symbol("share", r"\alpha", UNIT)
spike_loss = -log(share / (sqrt(2 * PI) * s))

spike = Derivation(
    label="eq-regression-spike",
    title="A component that sits on a value",
    steps=chain(
        spike_loss,
        equals(log(s) + HALF * log(2 * PI) - log(share), "the logarithm of a fraction"),
    ),
    numpy=lambda share, s: gaussian_nll(0.0, 0.0, s) - np.log(share),
    independent="`course_utils.likelihood.gaussian_nll` at its mean",
)

spike_limit = Derivation(
    label="eq-regression-spike-limit",
    title="Its loss falls without bound",
    steps=chain(
        limit(exp(log(s) + HALF * log(2 * PI) - log(share)), s, 0),
        equals(0, "it is $\\sqrt{2\\pi}\\,s/\\alpha$", LimitValue()),
    ),
    independent="the loss at a scale of $10^{-20}$",
)

# Bins.

bin_chances = distribution("bin_chances", K, head="q")
bin_widths = family("bin_widths", K, head="h", interval=POSITIVE)

binned = Derivation(
    label="eq-regression-bins",
    title="Cross-entropy over bins is a negative log-density, up to the widths",
    steps=chain(
        -(1 / N) * total(n, log(bin_chances[true_classes[n]] / bin_widths[true_classes[n]])),
        equals(
            -(1 / N) * total(n, log(bin_chances[true_classes[n]]))
            + 1 / N * total(n, log(bin_widths[true_classes[n]])),
            "the logarithm of a fraction is a difference",
        ),
    ),
    numpy=lambda true_classes, bin_chances, bin_widths: (
        -np.mean(np.log(bin_chances[true_classes] / bin_widths[true_classes]))
    ),
    independent="NumPy's logarithm of the densities of random values",
)

one_density = Derivation(
    label="eq-regression-bins-area",
    title="Probabilities over widths are a density",
    steps=chain(
        total(k, bin_widths[k] * (bin_chances[k] / bin_widths[k])),
        equals(1, "the widths cancel, and the probabilities sum to 1"),
    ),
    independent="both sides for random bins",
)

left_centre, gap = symbol("left_centre", "l"), symbol("gap", "h", POSITIVE)
part = symbol("part", "t", UNIT)

two_hot_mean = Derivation(
    label="eq-regression-two-hot",
    title="Two neighbouring bins can hold a value exactly",
    steps=chain(
        (1 - part) * left_centre + part * (left_centre + gap),
        equals(left_centre + part * gap, "multiply out"),
    ),
    independent="both sides at random points",
)

two_hot_variance = Derivation(
    label="eq-regression-two-hot-variance",
    title="But they blur it",
    steps=chain(
        (1 - part) * (left_centre - (left_centre + part * gap)) ** 2
        + part * (left_centre + gap - (left_centre + part * gap)) ** 2,
        equals(part * (1 - part) * gap**2, "collect"),
        equals(gap**2 / 4 - gap**2 * (part - HALF) ** 2, "complete the square"),
        at_most(gap**2 / 4, "a square is not negative", Sign()),
    ),
    independent="both sides at random points",
)
