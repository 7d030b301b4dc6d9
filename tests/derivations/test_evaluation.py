"""Evaluation at random points, against values computed by hand or by NumPy."""

import numpy as np
import pytest
from mpmath import mp

from course_utils.derivations.evaluation import Point, table
from course_utils.derivations.formulas import (
    INFINITY,
    NON_NEGATIVE,
    PI,
    UNIT,
    Function,
    absolute,
    argmin,
    at,
    between,
    delta,
    derivative,
    distribution,
    equation,
    exp,
    factorial,
    family,
    indices,
    integral,
    labels,
    largest,
    limit,
    log,
    partial,
    product,
    relation,
    size,
    sqrt,
    symbol,
    total,
    whole,
)

K = size("K")
i, j, k = indices("i j k", K)
z = family("z", K)
x = symbol("x")
p = family("p", K)
SOFTMAX = (p[k], exp(z[k]) / total(j, exp(z[j])))


def point(**values: float) -> Point:
    made = Point(0)
    for name, value in values.items():
        made = made.with_value(name, mp.mpf(value))
    return made


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ((x + 1) ** 2 / 4 - x, 0.25),
        (-(x - 3), 1.0),
        (sqrt(x) * sqrt(x), 2.0),
        (factorial(x + 2), 24.0),
        (absolute(-x), 2.0),
        (log(exp(x)), 2.0),
        (derivative(x**3, x), 12.0),
        (derivative(x**3, x, 2), 12.0),
        (integral(x**2, x, 0, 3), 9.0),
        (limit(1 / (1 + exp(-x)), x, INFINITY), 1.0),
        (limit(1 / (1 + exp(-x)), x, -INFINITY), 0.0),
        (limit(x * log(x), x, 0), 0.0),
        (at(x**2, x, 5 * x), 100.0),
        (PI / PI, 1.0),
    ],
)
def test_value(formula: object, value: float) -> None:
    assert float(point(x=2).value(formula)) == pytest.approx(value, abs=1e-15)  # type: ignore[arg-type]


@pytest.mark.parametrize(("shift", "seed"), [(0, 1), (1, 2), (2, 3)])
def test_sums_products_and_maxima_are_those_of_numpy(shift: int, seed: int) -> None:
    here = Point(seed)
    values = np.array(table(z[k], [k], here))
    assert float(here.value(total(k, z[k] + shift))) == pytest.approx(np.sum(values + shift))
    assert float(here.value(product(k, z[k]))) == pytest.approx(np.prod(values))
    assert float(here.value(largest(k, z[k]))) == np.max(values)
    assert np.array(table(delta(i, j), [i, j], here)).tolist() == np.eye(len(values)).tolist()


def test_partial_derivative_by_a_member_moves_that_member_alone() -> None:
    here = Point(4, [SOFTMAX])
    q = np.array(table(p[k], [k], here))
    slopes = np.array(table(partial(p[i], z[j]), [i, j], here))
    np.testing.assert_allclose(slopes, np.diag(q) - np.outer(q, q), atol=1e-15)


def test_changed_arguments_refer_to_the_old_members() -> None:
    here = Point(4, [SOFTMAX])
    z_values = np.array(table(z[k], [k], here))
    doubled = np.array(table(at(p[i], z[k], 2 * z[k]), [i], here))
    weights = np.exp(2 * z_values)
    np.testing.assert_allclose(doubled, weights / weights.sum(), rtol=1e-14)


def test_variables_lie_where_they_are_said_to_lie() -> None:
    N = size("N", 2)
    h = symbol("h", interval=between(0, N, integer=True))
    y = distribution("y", N, K, interval=NON_NEGATIVE)
    n = indices("n", N)[0]
    marks = labels("marks", N, classes=K)
    u = symbol("u", interval=UNIT)
    for seed in range(50):
        here = Point(seed)
        assert here.size(N) >= 2
        assert 0 < here.value(h) < here.size(N)
        assert here.value(h) == int(here.value(h))
        assert 0 < here.value(u) < 1
        rows = np.array(table(y[n, k], [n, k], here))
        assert rows.min() >= 0
        np.testing.assert_allclose(rows.sum(axis=1), 1, rtol=1e-15)
        assert set(table(marks[n], [n], here)) <= set(range(1, here.size(K) + 1))


def test_an_unknown_function_is_the_same_function_at_every_place() -> None:
    f = Function("f", "f")
    here = point(x=2)
    assert here.value(f(x)) == here.value(f(whole(2)))
    assert here.value(f(x)) != here.value(f(x + 1))
    assert here.value(f(x)) != here.value(Function("g", "g")(x))


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (equation(x + x, 2 * x), True),
        (equation(x, x + whole(1) / 10**12), False),
        (relation(x, "≤", x), True),
        (relation(x + 1, "≤", x), False),
        (relation(x + 1, "<", x), False),
        (relation(x, ">", x + 1), False),
        (relation(x, "≥", x + 1), False),
        (relation(x, "≠", x), False),
    ],
)
def test_verdict_on_a_relation(claim: object, verdict: bool) -> None:
    with mp.workdps(30):
        assert point(x=2).holds(claim) is verdict  # type: ignore[arg-type]


def test_the_same_seed_gives_the_same_point() -> None:
    one, other = (table(z[k], [k], Point(7)) for _ in range(2))
    assert one == other
    assert one != table(z[k], [k], Point(8))


def test_an_extremum_has_no_value() -> None:
    with pytest.raises(Exception, match="Extremum has no value"):
        point(x=1).value(argmin(x, x**2))
