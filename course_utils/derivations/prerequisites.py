"""Prerequisites: expectation, change of variables, Jacobian, positive semi-definite matrices."""

from __future__ import annotations

import numpy as np

from course_utils.derivations.calculus import Substitution
from course_utils.derivations.engine import (
    Definition,
    Derivation,
    at_least,
    chain,
    equals,
    inserted,
)
from course_utils.derivations.formulas import (
    UNIT,
    Function,
    derivative,
    distribution,
    family,
    indices,
    integral,
    partial,
    size,
    symbol,
    total,
)
from course_utils.derivations.inequalities import Sign
from course_utils.derivations.symbols import D, N, W, d, e, k, n, x

# A random variable X with K values.

K = size("K", 2)
(value,) = indices("k", K)
p = distribution("p", K, interval=UNIT)
values = family("values", K, head="x")
a, b = symbol("a"), symbol("b")
mean = symbol("E(X)", r"\operatorname{E}", arguments="X")
variance_of_x = symbol("Var(X)", r"\operatorname{Var}", arguments="X")

expectation = Definition(
    label="eq-prerequisites-expectation",
    title="Expectation",
    symbol=mean,
    expression=total(value, p[value] * values[value]),
    introduces="the expectation of a random variable $X$ with the values $x_k$",
    numpy=lambda p, values: np.average(values, weights=p),
    independent="NumPy's weighted average",
)

linearity = Derivation(
    label="eq-prerequisites-linear",
    title="Expectation is linear",
    where=(expectation,),
    steps=chain(
        total(value, p[value] * (a * values[value] + b)),
        equals(
            a * total(value, p[value] * values[value]) + b * total(value, p[value]),
            "multiply out; $a$ and $b$ are the same in every term",
        ),
        equals(a * mean + b, "the probabilities sum to one"),
    ),
    numpy=lambda p, values, a, b: np.average(a * values + b, weights=p),
    independent="NumPy's weighted average",
)

variance = Definition(
    label="eq-prerequisites-variance",
    title="Variance",
    symbol=variance_of_x,
    expression=total(value, p[value] * (values[value] - mean) ** 2),
    introduces="the variance: the expected square of the distance from the expectation",
    where=(expectation,),
    numpy=lambda p, values: np.average((values - np.average(values, weights=p)) ** 2, weights=p),
    independent="NumPy's weighted average",
)

variance_short = Derivation(
    label="eq-prerequisites-variance-short",
    title="Variance by two expectations",
    where=(expectation, variance),
    steps=chain(
        variance_of_x,
        equals(total(value, p[value] * (values[value] - mean) ** 2), "the definition", inserted),
        equals(
            total(value, p[value] * values[value] ** 2)
            - 2 * mean * total(value, p[value] * values[value])
            + mean**2,
            "multiply out; the expectation is the same in every term",
        ),
        equals(
            total(value, p[value] * values[value] ** 2) - mean**2,
            "the second sum is the expectation",
        ),
    ),
    numpy=lambda p, values: np.average((values - np.average(values, weights=p)) ** 2, weights=p),
    independent="NumPy's weighted average",
)

# Change of variables.

from_x, from_y = symbol("x"), symbol("y")
left, right = symbol("a"), symbol("b")
g, density_of_y = Function("g", "g"), Function("density of y", "f")

substitution = Derivation(
    label="eq-prerequisites-substitution",
    title="Change of variables",
    assumptions=("$g$ is differentiable and increasing, and $f$ is continuous",),
    steps=chain(
        integral(density_of_y(g(from_x)) * derivative(g(from_x), from_x), from_x, left, right),
        equals(
            integral(density_of_y(from_y), from_y, g(left), g(right)),
            "substitute $y = g(x)$",
            Substitution(g(from_x)),
        ),
    ),
    independent="quadrature with arbitrary smooth functions",
)

# Jacobian and positive semi-definite matrices.

linear_jacobian = Derivation(
    label="eq-prerequisites-jacobian",
    title="Jacobian of a linear map",
    steps=chain(
        partial(total(d, W[k, d] * x[d]), x[e]),
        equals(W[k, e], "only the term $d = e$ depends on $x_e$"),
    ),
    independent="finite differences of random linear maps",
)

rows = family("rows", N, D, head="a")
direction = family("direction", D, head="v")

gram = Derivation(
    label="eq-prerequisites-gram",
    title="Sums of products of the same table with itself are positive semi-definite",
    steps=chain(
        total(d, total(e, direction[d] * total(n, rows[n, d] * rows[n, e]) * direction[e])),
        equals(
            total(n, total(d, rows[n, d] * direction[d]) ** 2),
            "sum over $n$ last: each term is a number times itself",
        ),
        at_least(0, "a sum of squares", Sign()),
    ),
    independent="eigenvalues of random tables",
)
