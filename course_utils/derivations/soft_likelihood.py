"""Soft labels as the limit of many drawn labels."""

from __future__ import annotations

import numpy as np

from course_utils import information
from course_utils.derivations.calculus import LimitValue
from course_utils.derivations.cross_entropy import K, cross_entropy, i, j, k, p, q
from course_utils.derivations.engine import (
    Assumption,
    Definition,
    Derivation,
    at_least,
    chain,
    claim,
    equals,
    inserted,
)
from course_utils.derivations.formulas import (
    INFINITY,
    NON_NEGATIVE,
    ONE,
    POSITIVE,
    delta,
    distribution,
    equation,
    family,
    indices,
    labels,
    limit,
    log,
    product,
    relation,
    size,
    sqrt,
    symbol,
    total,
)
from course_utils.derivations.inequalities import Rearrangement, Sign
from course_utils.derivations.steps import Reindexing
from course_utils.derivations.symbols import N, density, n, theta

# M labels, drawn from the soft label of one input.
M = size("M")
(m,) = indices("m", M)
drawn = labels("drawn", M, classes=K, head="y")
all_drawn = symbol("all drawn", r"y_1, \dots, y_M")
given_input = symbol("x")
cross = cross_entropy.symbol

independence = Assumption(
    label="eq-soft-likelihood-independent",
    title="Draws are independent, given the input",
    statement=equation(density(all_drawn, given=(given_input, theta)), product(m, q[drawn[m]])),
    why="each label is drawn anew from the soft label of the input $x$, and the model gives class "
    "$k$ the probability $q_k$ at this input",
)

draws_log = Derivation(
    label="eq-soft-likelihood-draws",
    title="Negative log-likelihood of the draws",
    steps=chain(
        -log(product(m, q[drawn[m]])),
        equals(-total(m, log(q[drawn[m]])), "the logarithm of a product is a sum"),
    ),
    numpy=lambda drawn, q: -np.sum(np.log(q[drawn])),
    independent="NumPy's sum of logarithms at random draws",
)

losses = family("loss", K, head=r"\ell")

loss_definition = Definition(
    label="eq-soft-likelihood-loss",
    title="Loss of each label",
    symbol=losses[k],
    expression=-log(q[k]),
    introduces="the loss of the model if the label drawn is $k$",
    numpy=lambda q: information.self_information(q),
    independent="`course_utils.information.self_information`",
)

mean_of_one = Derivation(
    label="eq-soft-likelihood-mean",
    title="The mean loss of one draw is the cross-entropy",
    where=(loss_definition, cross_entropy),
    steps=chain(
        total(k, p[k] * losses[k]),
        equals(-total(k, p[k] * log(q[k])), "insert the losses; the sign stands in front"),
        equals(cross, "the definition", inserted),
    ),
    numpy=lambda p, q: information.cross_entropy(p, q),
    independent="`course_utils.information.cross_entropy` at random distributions",
)

variance = symbol("V")

variance_definition = Definition(
    label="eq-soft-likelihood-variance",
    title="Variance of the loss of one draw",
    symbol=variance,
    expression=total(k, p[k] * (losses[k] - cross) ** 2),
    introduces="the variance of the loss of one draw",
    where=(loss_definition, cross_entropy),
    numpy=lambda p, q: np.sum(p * (np.log(q) + information.cross_entropy(p, q)) ** 2),
    independent="NumPy's sum",
)

variance_by_pairs = Derivation(
    label="eq-soft-likelihood-pairs",
    title="The variance compares every two classes",
    where=(variance_definition,),
    steps=chain(
        variance,
        equals(
            total(k, p[k] * losses[k] ** 2) - total(k, p[k] * losses[k]) ** 2,
            "multiply out; the $p_k$ sum to 1",
        ),
        equals(
            ONE / 2 * total(i, total(j, p[i] * p[j] * (log(q[i]) - log(q[j])) ** 2)),
            "Lagrange's identity, since the $p_k$ sum to 1",
        ),
    ),
    numpy=lambda p, q: np.sum(np.outer(p, p) * np.subtract.outer(np.log(q), np.log(q)) ** 2) / 2,
    independent="NumPy's double sum at random distributions",
)

# One more draw, whatever the sum of the others is: it takes J values.
J = size("J", 2)
a_index, b_index = indices("i j", J)
chance = distribution("chance", J, head=r"\omega")
value = family("value", J, head="a")
free_loss = family("free loss", K, head=r"\ell")
mean_a, mean_b = total(b_index, chance[b_index] * value[b_index]), total(k, p[k] * free_loss[k])

means_add = Derivation(
    label="eq-soft-likelihood-means-add",
    title="One more draw adds its mean",
    steps=chain(
        total(b_index, total(k, chance[b_index] * p[k] * (value[b_index] + free_loss[k]))),
        equals(mean_a + mean_b, "multiply out; the $p_k$ sum to 1, and so do the $\\omega_j$"),
    ),
    independent="both sides by loops at random distributions",
)

mean_sum, mean_draw = symbol("mean sum", "A"), symbol("mean draw", "H")

variances_add = Derivation(
    label="eq-soft-likelihood-variances-add",
    title="One more independent draw adds its variance",
    assumptions=(equation(mean_a, mean_sum), equation(mean_b, mean_draw)),
    example=((mean_sum, mean_a), (mean_draw, mean_b)),
    steps=chain(
        total(
            b_index,
            total(
                k,
                chance[b_index]
                * p[k]
                * (value[b_index] + free_loss[k] - (mean_sum + mean_draw)) ** 2,
            ),
        ),
        equals(
            total(b_index, chance[b_index] * (value[b_index] - mean_sum) ** 2)
            + total(k, p[k] * (free_loss[k] - mean_draw) ** 2)
            + 2
            * total(b_index, chance[b_index] * (value[b_index] - mean_sum))
            * total(k, p[k] * (free_loss[k] - mean_draw)),
            "multiply the square out; the probabilities of both are multiplied, so that the mixed "
            "part is a product of two sums",
        ),
        equals(
            total(b_index, chance[b_index] * (value[b_index] - mean_sum) ** 2)
            + total(k, p[k] * (free_loss[k] - mean_draw) ** 2),
            "deviations from a mean have the mean 0",
        ),
    ),
    independent="both sides by loops at random distributions",
)

scaled_variance = Derivation(
    label="eq-soft-likelihood-scaled",
    title="Dividing by M divides the variance by its square",
    steps=chain(
        total(b_index, chance[b_index] * (value[b_index] / M - mean_sum / M) ** 2),
        equals(
            1 / M**2 * total(b_index, chance[b_index] * (value[b_index] - mean_sum) ** 2),
            "the square of $1/M$ is a common factor",
        ),
    ),
    independent="both sides by loops at random distributions",
)

spread = symbol("V", interval=POSITIVE)

resampling_mean = Derivation(
    label="eq-soft-likelihood-resampling-mean",
    title="Mean of M losses: exact",
    steps=chain(
        1 / M * total(m, cross),
        equals(cross, "$M$ draws add the same mean $M$ times, and $1/M$ takes it back"),
    ),
    independent="both sides by loops",
)

resampling_variance = Derivation(
    label="eq-soft-likelihood-resampling-variance",
    title="Variance of the mean of M losses",
    steps=chain(
        1 / M**2 * total(m, spread),
        equals(spread / M, "$M$ draws add the same variance $M$ times; $1/M$ counts squared"),
    ),
    independent="both sides by loops",
)

rate = Derivation(
    label="eq-soft-likelihood-rate",
    title="Standard deviation of the mean of M losses",
    steps=chain(
        sqrt(spread / M),
        equals(sqrt(spread) / sqrt(M), "the root of a fraction"),
    ),
    independent="both sides at random points",
)

# Law of large numbers.

far = family("far", J, head="e", interval=NON_NEGATIVE)
rest = family("rest", J, head="w", interval=NON_NEGATIVE)
distance = symbol("c", interval=POSITIVE)

squared_distance = (value[b_index] - mean_sum) ** 2
remainder = (squared_distance - rest[b_index]) / distance**2
beyond = distance**2 * total(b_index, chance[b_index] * far[b_index])
spread_of_values = total(b_index, chance[b_index] * squared_distance)

chebyshev = Derivation(
    label="eq-soft-likelihood-chebyshev",
    title="Chebyshev's inequality",
    assumptions=(
        relation(far[b_index], "=", remainder).for_every(b_index),
        "$e_j$ is 1 where $a_j$ lies at least $c$ away from $A$, and 0 elsewhere: then the rest of "
        "the square, $w_j$, is not negative",
    ),
    example=((far[b_index], remainder),),
    steps=(
        *chain(
            spread_of_values - beyond,
            equals(total(b_index, chance[b_index] * rest[b_index]), "by the meaning of $w_j$"),
            at_least(0, "neither the probabilities nor the $w_j$ are negative", Sign()),
        ),
        *claim(
            relation(beyond, "≤", spread_of_values),
            "move one part to the other side",
            Rearrangement(),
        ),
    ),
    independent="both sides at random distributions",
)

many = symbol("M", interval=POSITIVE)

large_numbers = Derivation(
    label="eq-soft-likelihood-large-numbers",
    title="The bound vanishes as the draws become many",
    steps=chain(
        limit(spread / (distance**2 * many), many, INFINITY),
        equals(0, "the numerator stays, the denominator grows", LimitValue()),
    ),
    independent="the value at a very large $M$",
)

# All inputs together.

sample_draws = labels("sample draws", N, M, classes=K, head="y")
sample_q = distribution("sample q", N, K, head="q")
share = family("share", N, K, head=r"\hat{p}")

shares = Definition(
    label="eq-soft-likelihood-shares",
    title="Shares of the drawn labels",
    symbol=share[n, k],
    expression=1 / M * total(m, delta(sample_draws[n, m], k)),
    introduces="the share of class $k$ among the $M$ labels of input $n$",
)

data_loss = Derivation(
    label="eq-soft-likelihood-data",
    title="The mean loss of all draws is the mean cross-entropy of their shares",
    where=(shares,),
    steps=chain(
        -(1 / (N * M)) * total(n, total(m, log(sample_q[n, sample_draws[n, m]]))),
        equals(
            -(1 / (N * M))
            * total(n, total(k, total(m, delta(sample_draws[n, m], k)) * log(sample_q[n, k]))),
            "collect the labels of each class at each input",
            Reindexing(),
        ),
        equals(
            -(1 / N) * total(n, total(k, share[n, k] * log(sample_q[n, k]))),
            "the counts over $M$ are the shares",
        ),
    ),
    independent="both sides by loops at random draws",
)
