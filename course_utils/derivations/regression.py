"""Regression: cross-entropy for numbers, from an exact target to error bars, medians and bins."""

from __future__ import annotations

import numpy as np

from course_utils.derivations.calculus import (
    LimitValue,
    SameExtremum,
    SignOfDerivative,
    ZeroDerivative,
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
    at,
    derivative,
    distribution,
    equation,
    exp,
    family,
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
from course_utils.derivations.steps import Earlier, Replacement
from course_utils.derivations.symbols import K, N, density, j, k, mu, n, s, theta, true_classes, u
from course_utils.information import gaussian_cross_entropy, gaussian_kl_divergence
from course_utils.likelihood import gaussian_mixture_nll, gaussian_nll, laplace_nll

HALF = ONE / 2

# From an exact target to a density: a Gaussian target of a width that shrinks to nothing. The
# chapter on the Kullback-Leibler divergence does the integrals; here the target is y up to s_p,
# and the model has the mean mu and the scale s.

width = symbol("width", "s_p", POSITIVE)
blurred_nll = HALF * log(2 * PI * s**2) + (width**2 + (value - mu) ** 2) / (2 * s**2)
entropy_value = HALF * log(2 * PI * width**2) + HALF
divergence_value = log(s / width) + (width**2 + (value - mu) ** 2) / (2 * s**2) - HALF

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

same_minimiser = Derivation(
    label="eq-regression-gap",
    title="The difference does not contain the model",
    steps=chain(
        blurred_nll - divergence_value,
        equals(entropy_value, "the quotient cancels; of the logarithms, that of $s_p$ is left"),
    ),
    numpy=lambda value, width, mu, s: (
        gaussian_cross_entropy(value, width, mu, s) - gaussian_kl_divergence(value, width, mu, s)
    ),
    independent="`gaussian_cross_entropy` less `gaussian_kl_divergence` of `information`",
)

divergence_bound = Derivation(
    label="eq-regression-divergence-bound",
    title="For an exact target the divergence is infinite",
    statement=relation(divergence_value, "≥", log(s / width) - HALF),
    steps=(
        *chain(
            divergence_value - (log(s / width) - HALF),
            equals((width**2 + (value - mu) ** 2) / (2 * s**2), "the rest cancels"),
            at_least(0, "squares are not negative", Sign()),
        ),
        *claim(
            relation(divergence_value, "≥", log(s / width) - HALF),
            "move the second part to the right",
            Rearrangement(),
        ),
    ),
    independent="both sides at random points",
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
residual = symbol("residual", r"\rho")

best_scale = Derivation(
    label="eq-regression-best-scale",
    title="The best variance is that of the target plus the squared residual",
    # Small, so that few random variances come closer to a wrong place than to the right one.
    example=((width, ONE / 10), (residual, ONE / 5)),
    steps=chain(
        argmin(
            variance,
            (width**2 + residual**2) / (2 * variance) + HALF * log(2 * PI * variance),
        ),
        equals(
            width**2 + residual**2,
            "the derivative $\\frac{1}{2s^4} (s^2 - s_p^2 - \\rho^2)$ changes its sign there",
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

log_scale = symbol("log_scale", r"\gamma")
learnt_nll = (value - mu) ** 2 / 2 * exp(-(2 * log_scale)) + log_scale + HALF * log(2 * PI)

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
        equals(derivative(learnt_nll, log_scale), "$\\log s = \\gamma$"),
        equals(
            1 - (value - mu) ** 2 * exp(-(2 * log_scale)),
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

# Gauss's question: for which noise is the mean always the most likely value?

psi = Function("psi", r"\psi")
noise = Function("noise", "f", POSITIVE)
one, other = symbol("a"), symbol("b")
steepness = symbol("steepness", "c")
additive = relation(psi(one + other), "=", psi(one) + psi(other))

gauss_additive = Derivation(
    label="eq-regression-gauss-additive",
    title="The slope of the loss turns sums into sums",
    assumptions=(
        equation(psi(one) + psi(other) + psi(-(one + other)), 0),
        equation(psi(-(one + other)), -psi(one + other)),
        "the first for three values that deviate from their mean by $a$, $b$ and $-(a + b)$, the "
        "second for two that deviate by $a + b$ and $-(a + b)$",
    ),
    example=((psi(one), steepness * one),),
    statement=additive,
    steps=chain(
        psi(one + other),
        equals(0 - (-psi(one + other)), "minus times minus"),
        equals(0 - psi(-(one + other)), "the second assumption", Replacement()),
        equals(
            psi(one) + psi(other) - (psi(one) + psi(other) + psi(-(one + other))),
            "add and subtract the same",
        ),
        equals(psi(one) + psi(other) - whole(0), "the first assumption", Replacement()),
        equals(psi(one) + psi(other), "leave out what is zero"),
    ),
    independent="both sides for a straight line",
)

gauss_slope = Definition(
    label="eq-regression-gauss-slope",
    title="Its slope at zero",
    symbol=steepness,
    expression=at(derivative(psi(other), other), other, 0),
    introduces="the slope of $\\psi$ at 0",
)

gauss_linear = Derivation(
    label="eq-regression-gauss-linear",
    title="So it is a straight line",
    where=(gauss_slope,),
    assumptions=(additive, equation(psi(0), 0)),
    example=((psi(one), u * one),),
    steps=(
        *chain(
            derivative(psi(one), one),
            equals(
                at(derivative(psi(one + other), other), other, 0),
                "$\\psi(a + b)$ grows with $b$ as it grows with $a$",
            ),
            equals(
                at(derivative(psi(one) + psi(other), other), other, 0),
                "sums become sums",
                Replacement(),
            ),
            equals(steepness, "$\\psi(a)$ does not depend on $b$"),
        ),
        *chain(
            derivative(psi(one) - steepness * one, one),
            equals(derivative(psi(one), one) - steepness, "term by term"),
            equals(0, "as just shown", Earlier()),
        ),
        *chain(
            psi(one) - steepness * one,
            equals(
                psi(whole(0)) - steepness * whole(0),
                "what has no slope anywhere is the same everywhere",
                ZeroDerivative(one, whole(0)),
            ),
            equals(0, "$\\psi(0) = 0$"),
        ),
        *chain(
            psi(one),
            equals(psi(one) - steepness * one + steepness * one, "add and subtract the same"),
            equals(whole(0) + steepness * one, "as just shown", Replacement()),
            equals(steepness * one, "leave out what is zero"),
        ),
    ),
    independent="both sides for a straight line",
)

gauss = Derivation(
    label="eq-regression-gauss",
    title="And the noise is Gaussian",
    assumptions=(
        equation(derivative(log(noise(one)), one), -(steepness * one)),
        "since $\\psi(a) = c a$ is the slope of $-\\log f(a)$",
    ),
    example=((noise(one), exp(-(steepness * one**2 / 2))),),
    steps=(
        *chain(
            derivative(log(noise(one)) + steepness * one**2 / 2, one),
            equals(derivative(log(noise(one)), one) + steepness * one, "term by term"),
            equals(-(steepness * one) + steepness * one, "the assumption", Replacement()),
            equals(0, "cancel"),
        ),
        *chain(
            log(noise(one)) + steepness * one**2 / 2,
            equals(
                log(noise(whole(0))) + steepness * whole(0) ** 2 / 2,
                "what has no slope anywhere is the same everywhere",
                ZeroDerivative(one, whole(0)),
            ),
        ),
        *chain(
            noise(one),
            equals(
                exp(log(noise(one)) + steepness * one**2 / 2) * exp(-(steepness * one**2 / 2)),
                "the exponential undoes the logarithm",
            ),
            equals(
                exp(log(noise(whole(0))) + steepness * whole(0) ** 2 / 2)
                * exp(-(steepness * one**2 / 2)),
                "as just shown",
                Replacement(),
            ),
            equals(
                noise(0) * exp(-(steepness * one**2 / 2)),
                "once more: the exponential undoes the logarithm",
            ),
        ),
    ),
    independent="both sides for a Gaussian",
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

spike = Derivation(
    label="eq-regression-spike",
    title="A component that sits on a value",
    steps=chain(
        -log(share / (sqrt(2 * PI) * s)),
        equals(log(sqrt(2 * PI) * s / share), "minus a logarithm is that of the reciprocal"),
    ),
    numpy=lambda share, s: gaussian_nll(0.0, 0.0, s) - np.log(share),
    independent="`course_utils.likelihood.gaussian_nll` at its mean",
)

spike_limit = Derivation(
    label="eq-regression-spike-limit",
    title="What stands under the logarithm shrinks to nothing",
    steps=chain(
        limit(sqrt(2 * PI) * s / share, s, 0),
        equals(0, "it is proportional to $s$", LimitValue()),
    ),
    independent="the value at a scale of $10^{-20}$",
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
