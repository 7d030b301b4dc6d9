"""The normal form of sums: what it proves, and what it must not prove."""

import pytest
import sympy

from course_utils.derivations import DerivationError
from course_utils.derivations.formulas import (
    NON_NEGATIVE,
    PI,
    POSITIVE,
    UNIT,
    at,
    between,
    cos,
    delta,
    distribution,
    equation,
    exp,
    family,
    indices,
    label,
    labels,
    largest,
    log,
    partial,
    product,
    sin,
    size,
    sqrt,
    symbol,
    total,
    whole,
)
from course_utils.derivations.meaning import Algebra
from course_utils.derivations.sums import FiniteSum

K, N = size("K"), size("N")
i, j, k, l = indices("i j k l", K)  # noqa: E741
n, m = indices("n m", N)
a, b, x = family("a", K), family("b", K), symbol("x")
c = family("c", N, K)
r = family("r", K, interval=POSITIVE)
q = distribution("q", K)
t = distribution("t", N, K)
classes = labels("classes", K, classes=K)
square = distribution("square", K, K)
y = labels("y", N, classes=K)
one_label = label("label", "y", K)
h = symbol("h", interval=between(0, N, integer=True))
u = symbol("u", interval=UNIT)

EQUAL = {
    "linear": (total(k, 2 * a[k] + x * b[k]), 2 * total(k, a[k]) + x * total(k, b[k])),
    "names of bound indices": (total(k, a[k]), total(j, a[j])),
    "a sum of ones": (total(k, 1), K),
    "a product of sums": (total(j, total(k, a[j] * b[k])), total(k, a[k]) * total(j, b[j])),
    "order of summation": (
        total(n, total(k, c[n, k] * a[k])),
        total(k, total(n, a[k] * c[n, k])),
    ),
    "two indices of one range": (
        total(i, total(j, exp(a[i] * b[j]))),
        total(i, total(j, exp(b[i] * a[j]))),
    ),
    "delta selects": (total(k, delta(k, i) * a[k]), a[i]),
    "delta selects twice": (
        total(j, total(k, delta(j, k) * a[j] * b[k])),
        total(k, a[k] * b[k]),
    ),
    "delta selects a label": (total(k, delta(k, one_label) * log(r[k])), log(r[one_label])),
    "labels, collected": (
        total(n, a[y[n]]),
        total(k, total(n, delta(y[n], k)) * a[k]),
    ),
    "free delta with a number": (delta(i, 1) * a[i], delta(i, 1) * a[1]),
    "free delta with a label": (delta(i, y[n]) * a[i], delta(i, y[n]) * a[y[n]]),
    "free delta": (delta(i, j) * a[i], delta(i, j) * a[j]),
    "angles add up": (cos(x + u), cos(x) * cos(u) - sin(x) * sin(u)),
    "a straight angle": (cos(PI - x), -cos(x)),
    "the slope of a cosine": (partial(cos(2 * x), x), -2 * sin(2 * x)),
    "delta squared": (delta(i, j) ** 2, delta(i, j)),
    "distribution": (total(k, q[k] * x), x),
    "distribution inside": (total(k, total(n, t[n, k] * b[k] ** 0)), N),
    "each row a distribution": (total(n, total(k, t[n, k])), N),
    "softmax sums to one, inside out": (
        total(k, total(n, exp(c[n, k]) / total(j, exp(c[n, j])))),
        N,
    ),
    "exponentials": (total(k, exp(a[k] + x)), exp(x) * total(k, exp(a[k]))),
    "logarithm": (log(r[i] ** 2 / r[j]), 2 * log(r[i]) - log(r[j])),
    "logarithm of a difference": (log((1 - u) / u), log(1 - u) - log(u)),
    "logarithm of numbers": (log(whole(12)), 2 * log(whole(2)) + log(whole(3))),
    "logarithm of a product": (log(product(n, exp(x))), N * x),
    "root": (sqrt(r[i]) ** 2, r[i]),
    "powers": (u ** (h + 1), u * u**h),
    "derivative of a sum": (partial(total(k, a[k] ** 2), a[j]), 2 * a[j]),
    "derivative in two indices": (
        partial(total(n, total(k, c[n, k] ** 2 * a[k])), c[m, j]),
        2 * c[m, j] * a[j],
    ),
    "second derivative": (
        partial(partial(total(k, a[k] ** 3), a[i]), a[j]),
        6 * delta(i, j) * a[i],
    ),
    "changed members": (at(total(k, a[k]), a[i], a[i] + x), total(k, a[k]) + K * x),
    "a sum of two terms": (total(indices("k", 2)[0], x ** indices("k", 2)[0]), x + x**2),
}

DIFFERENT = {
    "angles add up with a minus": (cos(x + u), cos(x) * cos(u) + sin(x) * sin(u)),
    "a cosine is not linear": (cos(2 * x), 2 * cos(x)),
    "two sums": (total(k, a[k]), total(k, b[k])),
    "square of a sum": (total(k, a[k] ** 2), total(k, a[k]) ** 2),
    "sum of quotients": (total(k, a[k] / r[k]), total(k, a[k]) / total(k, r[k])),
    "another range": (total(k, x), total(n, x)),
    "delta of another range": (total(n, delta(n, m) * c[n, i]), c[m, j]),
    "delta with an index that runs further": (total(k, delta(k, n) * a[k]), a[n]),
    "delta of different indices": (delta(i, j), whole(1)),
    "indices in another order": (total(n, c[n, i]), total(k, c[m, k])),
    "no distribution": (total(k, r[k]), whole(1)),
    "distribution over the wrong index": (total(i, square[i, j]), whole(1)),
    "distribution at labels": (total(k, q[classes[k]]), whole(1)),
    "distribution over another range": (total(n, q[n]), whole(1)),
    "logarithm of a number without a sign": (log(a[i] * b[i]), log(a[i]) + log(b[i])),
    "even root": (sqrt(x**2), x),
    "derivative of another term": (partial(total(k, a[k] ** 2), a[j]), 2 * a[i]),
    "exponential of a product": (exp(a[i] * a[j]), exp(a[i]) * exp(a[j])),
}


@pytest.mark.parametrize("case", EQUAL)
def test_equal(case: str) -> None:
    assert Algebra().equal(*EQUAL[case])


@pytest.mark.parametrize("case", DIFFERENT)
def test_different(case: str) -> None:
    assert not Algebra().equal(*DIFFERENT[case])


def test_members_of_a_distribution_vary_one_by_one_under_a_derivative() -> None:
    # Their sum is 1, but its derivative by one of them is that of a sum.
    assert Algebra().equal(partial(total(k, q[k]), q[j]), whole(1))


def test_the_rule_for_products_can_be_kept_out() -> None:
    sides = log(product(n, exp(x * x))), N * x * x
    assert Algebra().equal(*sides)
    assert not Algebra(logarithm_of_product=False).equal(*sides)


def test_a_fact_replaces_one_term() -> None:
    fact = equation(total(k, a[k]), N)
    assert Algebra(facts=[fact]).equal(total(k, x * a[k]), N * x)
    assert not Algebra(facts=[fact]).equal(total(k, a[k] ** 2), N)


def test_a_fact_for_every_index_is_used_at_every_index() -> None:
    general = Algebra(facts=[equation(a[k], exp(b[k])).for_every(k)])
    assert general.equal(a[i] * total(j, a[j]), exp(b[i]) * total(j, exp(b[j])))
    single = Algebra(facts=[equation(a[k], exp(b[k]))])
    assert not single.equal(a[i], exp(b[i]))


def test_a_definition_captures_no_index_of_its_user() -> None:
    softmax = [(q[k], exp(a[k]) / total(j, exp(a[j])))]
    by_hand = total(j, exp(a[j]) ** 2) / total(i, exp(a[i])) ** 2
    assert Algebra(softmax).equal(total(j, q[j] ** 2), by_hand)


@pytest.mark.parametrize(
    ("formula", "positive", "non_negative"),
    [
        (r[i] + 1, True, True),
        (x**2, False, True),
        (x**2 + 1, True, True),
        (x, False, False),
        (u * (1 - u), True, True),
        (u - 1, False, False),
        (N - h, True, True),
        (h - N, False, False),
        (total(k, r[k] * a[k] ** 2), False, True),
        (total(k, exp(a[k])), True, True),
        (total(k, a[k]), False, False),
        (-log(u), True, True),
        (log(1 - u), False, False),
        (family("s", K, interval=NON_NEGATIVE)[k], False, True),
    ],
)
def test_signs(formula: object, positive: bool, non_negative: bool) -> None:
    algebra = Algebra()
    expression = algebra.expression(formula)  # type: ignore[arg-type]
    assert algebra.is_positive(expression) is positive
    assert algebra.is_non_negative(expression) is non_negative


def test_sympy_may_not_differentiate_a_finite_sum() -> None:
    index, bound = sympy.symbols("k K", integer=True, positive=True)
    logit = sympy.IndexedBase("z", real=True)[index]
    with pytest.raises(DerivationError, match="must not"):
        sympy.diff(FiniteSum(sympy.exp(logit), (index, bound)), logit)


def test_a_maximum_has_no_expression() -> None:
    with pytest.raises(DerivationError, match="name it"):
        Algebra().expression(largest(k, a[k]))
