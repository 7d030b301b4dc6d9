"""Likelihood: from independent samples to the losses, and the estimates in closed form."""

from __future__ import annotations

import numpy as np

from course_utils.derivations.calculus import (
    Descent,
    Integration,
    LimitValue,
    Parts,
    SameExtremum,
    SignOfDerivative,
)
from course_utils.derivations.engine import (
    Assumption,
    Definition,
    Derivation,
    at_most,
    chain,
    claim,
    equals,
    inserted,
    less,
)
from course_utils.derivations.formulas import (
    PI,
    POSITIVE,
    ZERO,
    Function,
    Interval,
    argmax,
    argmin,
    between,
    delta,
    derivative,
    distribution,
    equation,
    exp,
    factorial,
    family,
    integral,
    limit,
    log,
    product,
    relation,
    size,
    sqrt,
    symbol,
    total,
    whole,
)
from course_utils.derivations.inequalities import (
    EqualityCase,
    Minimum,
    Rearrangement,
    Sign,
    Termwise,
)
from course_utils.derivations.steps import (
    Induction,
    Reindexing,
)
from course_utils.derivations.symbols import (
    K,
    N,
    chance,
    density,
    k,
    likelihood,
    loss,
    mu,
    n,
    outcome,
    outcomes,
    s,
    theta,
    true_classes,
    u,
)
from course_utils.likelihood import (
    bernoulli_log_likelihood,
    categorical_log_likelihood,
    gaussian_nll,
)

# Data and parameters of this chapter alone.
y = family("y", N)
x = family("x", N)
a = family("a", N, interval=POSITIVE)
all_y = symbol("all y", r"y_1, \dots, y_N")
all_x = symbol("all x", r"x_1, \dots, x_N")
one_sample = density(y[n], given=(x[n], theta))

independence = Assumption(
    label="eq-likelihood-iid",
    title="Independent samples",
    statement=equation(
        density(all_y, given=(all_x, theta)),
        product(n, one_sample),
    ),
    why="the samples are independent of each other and follow the same model",
)

definition = Definition(
    label="eq-likelihood-definition",
    title="Likelihood",
    symbol=likelihood(theta),
    expression=product(n, one_sample),
    introduces="the likelihood: the probability of the data as a function of the parameters",
)

loss_definition = Definition(
    label="eq-likelihood-loss",
    title="Mean negative log-likelihood",
    symbol=loss(theta),
    expression=-(1 / N) * total(n, log(one_sample)),
    introduces="the loss that is minimised: the negative log-likelihood (NLL) per sample",
)

log_of_product = Derivation(
    label="eq-likelihood-log-of-product",
    title="The logarithm of a product",
    domain=(a[n],),
    steps=chain(
        log(product(n, a[n])),
        equals(
            total(n, log(a[n])),
            "induction over $N$: both sides are $\\log a_1$ for $N = 1$, and one more factor adds "
            "$\\log a_{N+1}$ to both",
            Induction(N),
        ),
    ),
    numpy=lambda a: np.sum(np.log(a)),
    independent="NumPy's sum of logarithms of random positive factors",
)

log_sum = Derivation(
    label="eq-likelihood-log-sum",
    title="The log-likelihood is a sum over the samples",
    where=(definition,),
    steps=chain(
        log(likelihood(theta)),
        equals(log(product(n, one_sample)), "insert the definition", inserted),
        equals(
            total(n, log(one_sample)),
            "the logarithm of a product of positive factors is the sum of their logarithms",
        ),
    ),
    independent="both sides evaluated by loops for an arbitrary smooth positive density",
)

maximum_is_minimum = Derivation(
    label="eq-likelihood-argmax",
    title="Maximum likelihood is minimum loss",
    where=(definition, loss_definition),
    steps=chain(
        argmax(theta, likelihood(theta)),
        equals(
            argmin(theta, loss(theta)),
            "$L = -\\frac{1}{N} \\log \\mathcal{L}$, and $-\\frac{1}{N} \\log u$ falls "
            "for every $u > 0$: where one is largest the other is smallest",
            SameExtremum(-(1 / N) * log(u), u),
        ),
    ),
    independent="the order of two random parameters under both functions",
)

# Coin tosses.

tosses = size("N", 2)
h = symbol("h", interval=between(0, tosses, integer=True))
h_counted = symbol("h")
bernoulli_probability = density(outcome, given=(chance,))

bernoulli = Definition(
    label="eq-likelihood-bernoulli",
    title="Bernoulli distribution",
    symbol=bernoulli_probability,
    expression=chance**outcome * (1 - chance) ** (1 - outcome),
    introduces="the probability of an outcome $y$, 1 for heads and 0 for tails",
    numpy=lambda outcome, theta: np.exp(bernoulli_log_likelihood([outcome], theta)),
    independent="`course_utils.likelihood.bernoulli_log_likelihood` of single outcomes",
)

head_count = Definition(
    label="eq-likelihood-heads",
    title="Number of heads",
    symbol=h_counted,
    expression=total(n, outcomes[n]),
    introduces="the number $h$ of heads among $N$ tosses",
    numpy=lambda outcomes: np.sum(outcomes),
    independent="NumPy's sum",
)

bernoulli_log = Derivation(
    label="eq-likelihood-bernoulli-log",
    title="Log-likelihood of a coin",
    where=(bernoulli, head_count),
    domain=(chance,),
    steps=chain(
        log(product(n, density(outcomes[n], given=(chance,)))),
        equals(
            total(n, outcomes[n] * log(chance) + (1 - outcomes[n]) * log(1 - chance)),
            "the logarithm turns the product into a sum, and exponents into factors",
        ),
        equals(
            h_counted * log(chance) + (N - h_counted) * log(1 - chance),
            "count the heads and the tails",
        ),
    ),
    numpy=lambda outcomes, theta: bernoulli_log_likelihood(outcomes, theta),
    independent="`course_utils.likelihood.bernoulli_log_likelihood` of random tosses",
)

coin = chance**h * (1 - chance) ** (tosses - h)
log_coin = h * log(chance) + (tosses - h) * log(1 - chance)

bernoulli_score = Derivation(
    label="eq-likelihood-bernoulli-score",
    title="Score of a coin",
    domain=(chance,),
    steps=chain(
        derivative(log_coin, chance),
        equals(h / chance - (tosses - h) / (1 - chance), "differentiate each term"),
        equals(
            (h - tosses * chance) / (chance * (1 - chance)),
            "one denominator: for $0 < h < N$ the score is 0 at $\\theta = h/N$ alone",
        ),
    ),
    independent="numerical differentiation of the log-likelihood at random points",
)

bernoulli_curvature = Derivation(
    label="eq-likelihood-bernoulli-curvature",
    title="The log-likelihood of a coin is concave",
    domain=(chance, h),
    steps=chain(
        derivative(log_coin, chance, 2),
        equals(
            -(h / chance**2) - (tosses - h) / (1 - chance) ** 2,
            "differentiate the score $h/\\theta - (N - h)/(1 - \\theta)$ once more",
        ),
        less(0, "both terms are negative", Sign()),
    ),
    independent="numerical second derivative of the log-likelihood at random points",
)

bernoulli_estimate = Derivation(
    label="eq-likelihood-bernoulli-estimate",
    title="Maximum-likelihood estimate of a coin",
    domain=(h,),
    steps=chain(
        argmax(chance, coin),
        equals(argmax(chance, log_coin), "the logarithm is increasing", SameExtremum(log(u), u)),
        equals(
            h / tosses,
            "the score is positive before $h/N$ and negative behind it",
            SignOfDerivative(),
        ),
    ),
    independent="the likelihood of random parameters, none of which is better",
)

no_heads_score = Derivation(
    label="eq-likelihood-no-heads-score",
    title="Without heads, the score has no root",
    domain=(chance,),
    steps=chain(
        derivative(log((1 - chance) ** N), chance),
        equals(-(N / (1 - chance)), "the likelihood of $h = 0$ is $(1 - \\theta)^N$"),
        less(0, "numerator and denominator are positive", Sign()),
    ),
    independent="numerical differentiation of the log-likelihood at random points",
)

no_heads_limit = Derivation(
    label="eq-likelihood-no-heads-limit",
    title="Without heads, the likelihood rises to 1 at the edge",
    steps=chain(
        limit((1 - chance) ** N, chance, 0),
        equals(
            1,
            "a polynomial is continuous: insert $\\theta = 0$",
            LimitValue(),
        ),
    ),
    independent="the likelihood beside the edge",
)

heads = symbol("heads", "h", Interval(ZERO, closed=True, integer=True))
tails = symbol("tails", "t", Interval(ZERO, integer=True))
area_under_coin = integral(chance**heads * (1 - chance) ** tails, chance, 0, 1)

area = Derivation(
    label="eq-likelihood-area",
    title="Area under the likelihood of a coin",
    steps=(
        *chain(
            integral(chance**heads, chance, 0, 1),
            equals(1 / (heads + 1), "heads alone", Parts(chance ** (heads + 1) / (heads + 1))),
        ),
        *chain(
            area_under_coin,
            equals(
                tails
                / (heads + 1)
                * integral(chance ** (heads + 1) * (1 - chance) ** (tails - 1), chance, 0, 1),
                "integrate by parts",
                Parts(chance ** (heads + 1) * (1 - chance) ** tails / (heads + 1)),
            ),
        ),
        *chain(
            area_under_coin,
            equals(
                factorial(heads) * factorial(tails) / factorial(heads + tails + 1),
                "each use of the line above turns a tail into a head, until none is left",
                Descent(tails, heads, tails / (heads + 1)),
            ),
        ),
    ),
    independent="quadrature at random numbers of heads and tails",
)

area_example = Derivation(
    label="eq-likelihood-area-example",
    title="The likelihood of 1 head in 10 is no density",
    steps=chain(
        integral(chance * (1 - chance) ** 9, chance, 0, 1),
        equals(
            integral((1 - chance) ** 9, chance, 0, 1) - integral((1 - chance) ** 10, chance, 0, 1),
            "write $\\theta = 1 - (1 - \\theta)$ for the first factor",
        ),
        equals(
            1 / whole(10) - 1 / whole(11),
            "$-(1 - \\theta)^{n + 1} / (n + 1)$ has the derivative $(1 - \\theta)^n$",
            Integration(),
        ),
        equals(1 / whole(110), "subtract"),
    ),
    independent="quadrature",
)

# Several classes.

counts = family("counts", K, head="N", interval=POSITIVE)
shares = distribution("shares", K, head=r"\theta")
class_counts = family("counts", K, head="N")

count_definition = Definition(
    label="eq-likelihood-counts",
    title="Class counts",
    symbol=class_counts[k],
    expression=total(n, delta(true_classes[n], k)),
    introduces="the number $N_k$ of samples of class $k$",
)

categorical_log = Derivation(
    label="eq-likelihood-categorical-log",
    title="The categorical log-likelihood depends on the counts alone",
    where=(count_definition,),
    domain=(shares[k],),
    steps=chain(
        log(product(n, shares[true_classes[n]])),
        equals(
            total(n, log(shares[true_classes[n]])),
            "the logarithm turns the product into a sum",
        ),
        equals(
            total(k, class_counts[k] * log(shares[k])),
            "collect the samples of each class",
            Reindexing(),
        ),
    ),
    numpy=lambda true_classes, shares: categorical_log_likelihood(true_classes, shares),
    independent="`course_utils.likelihood.categorical_log_likelihood` of random labels",
)

log_bound = Derivation(
    label="eq-likelihood-log-bound",
    title="The logarithm lies below its tangent",
    domain=(u,),
    steps=claim(
        relation(log(u), "≤", u - 1),
        "the difference $u - 1 - \\log u$ has the derivative $(u - 1)/u$: it falls before $u = 1$, "
        "where it is 0, and rises behind it",
        Minimum(u, whole(1)),
    ),
    independent="both sides at random points",
)

best_shares = total(k, counts[k] * log(counts[k] / N))

categorical_bound = Derivation(
    label="eq-likelihood-categorical-bound",
    title="No categorical likelihood exceeds that of the relative frequencies",
    domain=(counts[k], shares[k]),
    assumptions=(equation(total(k, counts[k]), N),),
    example=((N, total(k, counts[k])),),
    steps=(
        *chain(
            total(k, counts[k] * log(shares[k])) - best_shares,
            equals(
                total(k, counts[k] * log(N * shares[k] / counts[k])),
                "a difference of logarithms",
            ),
            at_most(
                total(k, counts[k] * (N * shares[k] / counts[k] - 1)),
                "$\\log u \\le u - 1$ for every class",
                Termwise(log_bound, N * shares[k] / counts[k], counts[k], (k,)),
            ),
            equals(N * total(k, shares[k]) - total(k, counts[k]), "multiply out"),
            equals(0, "the probabilities sum to 1 and the counts to $N$"),
        ),
        *claim(
            relation(total(k, counts[k] * log(shares[k])), "≤", best_shares),
            "move the second term to the right",
            Rearrangement(),
        ),
    ),
    independent="both sides at random distributions and counts",
)

categorical_estimate = Derivation(
    label="eq-likelihood-categorical-estimate",
    title="Maximum-likelihood estimate of class probabilities",
    domain=(counts[k], shares[k]),
    assumptions=(equation(total(k, counts[k]), N),),
    example=((N, total(k, counts[k])),),
    steps=claim(
        relation(
            equation(total(k, counts[k] * log(shares[k])), best_shares),
            "⟺",
            equation(shares[k], counts[k] / N).for_every(k),
        ),
        "the bound uses $\\log u \\le u - 1$ with $u = N\\theta_k/N_k$, which is an equality for "
        "$u = 1$ alone",
        EqualityCase(log_bound, N * shares[k] / counts[k], counts[k], (k,)),
    ),
    independent="both sides at random distributions and counts",
)

# Gaussian noise.

value = symbol("value", "y")
mean_of = Function("mean", r"\mu")
means = family("means", N, head=r"\mu")
gaussian_density = density(value, given=(mu, s))

gaussian = Definition(
    label="eq-likelihood-gaussian",
    title="Gaussian density",
    symbol=gaussian_density,
    expression=1 / (sqrt(2 * PI) * s) * exp(-((value - mu) ** 2 / (2 * s**2))),
    introduces="the density of a value $y$ around the mean $\\mu$ with the scale $s$",
    numpy=lambda value, mu, s: np.exp(-gaussian_nll(value, mu, s)),
    independent="`course_utils.likelihood.gaussian_nll`",
)

gaussian_nll_derivation = Derivation(
    label="eq-likelihood-gaussian-nll",
    title="Gaussian negative log-likelihood",
    where=(gaussian,),
    steps=chain(
        -log(gaussian_density),
        equals(
            (value - mu) ** 2 / (2 * s**2) + log(s) + 1 / whole(2) * log(2 * PI),
            "the logarithm undoes the exponential and splits the factor before it",
        ),
    ),
    numpy=lambda value, mu, s: gaussian_nll(value, mu, s),
    independent="`course_utils.likelihood.gaussian_nll` at random points",
)

squares = total(n, (y[n] - means[n]) ** 2)

least_squares = Derivation(
    label="eq-likelihood-least-squares",
    title="Maximum likelihood with Gaussian noise is least squares",
    where=(gaussian,),
    steps=chain(
        argmin(theta, -total(n, log(density(y[n], given=(mean_of(x[n], theta), s))))),
        equals(
            argmin(theta, total(n, (y[n] - mean_of(x[n], theta)) ** 2)),
            "with a known scale $s$, the first is $\\frac{1}{2 s^2}$ times the second, plus a "
            "constant",
            SameExtremum(value / (2 * s**2) + N * log(sqrt(2 * PI) * s), value),
        ),
    ),
    independent="the order of two random parameters under both functions",
)

squared_residuals = symbol("S", interval=POSITIVE)
variance = symbol("variance", "s^2", POSITIVE)

residual_sum = Definition(
    label="eq-likelihood-residual-sum",
    title="Sum of squared residuals",
    symbol=squared_residuals,
    expression=squares,
    introduces="the sum $S$ of the squared residuals",
    numpy=lambda y, means: np.sum((y - means) ** 2),
    independent="NumPy's sum of squares",
)

gaussian_scale = Derivation(
    label="eq-likelihood-scale",
    title="The estimated variance is the mean squared residual",
    domain=(squared_residuals,),
    steps=chain(
        argmin(
            variance, squared_residuals / (2 * variance) + N / whole(2) * log(2 * PI * variance)
        ),
        equals(
            squared_residuals / N,
            "the derivative $\\frac{N}{2 s^4} (s^2 - S/N)$ is negative before $S/N$ and positive "
            "behind it",
            SignOfDerivative(),
        ),
    ),
    independent="the negative log-likelihood of random variances, none of which is better",
)

average = symbol("average", r"\bar{y}")

sample_mean = Definition(
    label="eq-likelihood-sample-mean",
    title="Sample mean",
    symbol=average,
    expression=1 / N * total(n, y[n]),
    introduces="the mean of the sample",
    numpy=lambda y: np.mean(y),
    independent="NumPy's mean",
)

mean_minimises = Derivation(
    label="eq-likelihood-mean",
    title="The mean minimises the squared errors",
    where=(sample_mean,),
    steps=chain(
        argmin(mu, total(n, (y[n] - mu) ** 2)),
        equals(
            average,
            "the derivative is $2N(\\mu - \\bar{y})$: negative before the mean and positive behind "
            "it",
            SignOfDerivative(),
        ),
    ),
    independent="the squared errors around random values, none of which is better",
)
