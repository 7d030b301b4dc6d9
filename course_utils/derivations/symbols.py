"""The letters of the book, each with one meaning, as the notation appendix lists them."""

from __future__ import annotations

from course_utils.derivations.formulas import (
    NON_NEGATIVE,
    ONE,
    POSITIVE,
    UNIT,
    ZERO,
    Function,
    Interval,
    distribution,
    family,
    indices,
    label,
    labels,
    size,
    symbol,
)

# Sizes: classes, samples, features.
K = size("K")
N = size("N")
D = size("D")
i, j, k = indices("i j k", K)
n, m = indices("n m", N)
d, e = indices("d e", D)

# Data.
x = family("x", D)
true_class = label("true_class", "y", K)
true_classes = labels("true_classes", N, classes=K, head="y")
y = distribution("y", K, interval=NON_NEGATIVE)
outcome = symbol("outcome", "y", Interval(ZERO, ONE, closed=True, integer=True))
outcomes = family("outcomes", N, head="y", interval=Interval(ZERO, ONE, closed=True, integer=True))

# Scores, probabilities, parameters.
z = family("z", K)
c = symbol("c")
W = family("W", K, D)
b = family("b", K)
theta = symbol("theta", r"\theta")
chance = symbol("theta", r"\theta", UNIT)
mu = symbol("mu", r"\mu")
s = symbol("s", interval=POSITIVE)
u = symbol("u", interval=POSITIVE)
v = family("v", K)

# Functions.
likelihood = Function("likelihood", r"\mathcal{L}", POSITIVE)
loss = Function("loss", "L")
density = Function("density", "p", POSITIVE)
sigma = Function("sigma", r"\sigma")
