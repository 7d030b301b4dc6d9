"""Formulas print as a textbook would set them."""

import pytest

from course_utils.derivations import DerivationError
from course_utils.derivations.formulas import (
    INFINITY,
    PI,
    POSITIVE,
    UNIT,
    Function,
    absolute,
    argmax,
    argmin,
    at,
    between,
    cos,
    decimal,
    delta,
    derivative,
    equation,
    exp,
    factorial,
    family,
    indices,
    integral,
    label,
    labels,
    largest,
    limit,
    log,
    partial,
    product,
    relation,
    sin,
    size,
    sqrt,
    symbol,
    total,
    total_but,
    whole,
)
from course_utils.derivations.latex import domain, latex

K, N = size("K"), size("N")
i, j, k = indices("i j k", K)
(n,) = indices("n", N)
p, z, w = family("p", K), family("z", K), family("W", K, K)
y = labels("labels", N, classes=K, head="y")
mark = label("label", "y", K)
x, m = symbol("x"), symbol("m")
t = symbol("theta", r"\theta", UNIT)
f = Function("f", "f")
lse = symbol("lse", r"\operatorname{lse}", arguments="z")

PRINTED = {
    r"p_k": p[k],
    r"W_{ij}": w[i, j],
    r"p_{y_n}": p[y[n]],
    r"W_{i, y_n}": w[i, y[n]],
    r"\log p_y": log(p[mark]),
    r"\cos \theta": cos(t),
    r"\cos(\theta + m) - m \sin m": cos(t + m) - m * sin(m),
    r"(\sin m)^2": sin(m) ** 2,
    r"\delta_{ij}": delta(i, j),
    r"-\log p_k": -log(p[k]),
    r"\log(1 - x)": log(1 - x),
    r"\log(2 \pi)": log(2 * PI),
    r"\log \frac{x}{m}": log(x / m),
    r"\log \sum_{k=1}^{K} e^{z_k}": log(total(k, exp(z[k]))),
    r"(\log x) m": log(x) * m,
    r"m \log x": m * log(x),
    r"\left(\sum_{k=1}^{K} p_k\right) x": total(k, p[k]) * x,
    r"x \sum_{k=1}^{K} p_k": x * total(k, p[k]),
    r"\sum_{k=1}^{K} (p_k - x)": total(k, p[k] - x),
    r"\sum_{k=1}^{K} p_k - x": total(k, p[k]) - x,
    r"-\sum_{k=1}^{K} p_k \log p_k": -total(k, p[k] * log(p[k])),
    r"\sum_{k=1}^{K} (-p_k)": total(k, -p[k]),
    r"\sum_{k \ne y} e^{z_k - z_y}": total_but(k, mark, exp(z[k] - z[mark])),
    r"-\sum_{j \ne i} p_j": -total_but(j, i, p[j]),
    r"\sum_{k=1}^{K} (1 - \delta_{ij}) p_k": total(k, (1 - delta(i, j)) * p[k]),
    r"\prod_{n=1}^{N} p_{y_n}": product(n, p[y[n]]),
    r"\max_{k} z_k": largest(k, z[k]),
    r"e^{-m}": exp(-m),
    r"e^{z_k + x}": exp(z[k] + x),
    r"e^{x / m}": exp(x / m),
    r"\exp\left(-\frac{(x - m)^2}{2 x^2}\right)": exp(-((x - m) ** 2 / (2 * x**2))),
    r"(1 - \theta)^{N - 1}": (1 - t) ** (N - 1),
    r"f(x)^2": f(x) ** 2,
    r"(\log x)^2": log(x) ** 2,
    r"(e^{x})^2": exp(x) ** 2,
    r"\sqrt{2 \pi} x": sqrt(2 * PI) * x,
    r"x!\,(m + 1)!": factorial(x) * factorial(m + 1),
    r"\lvert x - m \rvert^2": absolute(x - m) ** 2,
    r"x - (m - x)": x - (m - x),
    r"x - m - x": x - m - x,
    r"x - (-m)": x - (-m),
    r"x + (-m)": x + (-m),
    r"x (-m)": x * (-m),
    r"-x m": -x * m,
    r"-(x + m)": -(x + m),
    r"2 \cdot 3": whole(2) * whole(3),
    r"0.7 x": decimal("0.7") * x,
    r"\frac{1}{2} x": whole(1) / whole(2) * x,
    r"\left(\frac{x}{m}\right)^2": (x / m) ** 2,
    r"\frac{\partial p_i}{\partial z_j}": partial(p[i], z[j]),
    r"\frac{\partial^2 \operatorname{lse}(z)}{\partial z_i \, \partial z_j}": partial(
        partial(lse, z[j]), z[i]
    ),
    r"\frac{\partial}{\partial z_j} \, \frac{x}{m}": partial(x / m, z[j]),
    r"\frac{\partial x}{\partial z_j} \, \frac{\partial z_j}{\partial m}": partial(x, z[j])
    * partial(z[j], m),
    r"\frac{x}{m} \cdot \frac{m}{x}": x / m * (m / x),
    r"\frac{d\,f(x)}{dx}": derivative(f(x), x),
    r"\frac{d^2}{dx^2} (x^2 - x)": derivative(x**2 - x, x, 2),
    r"\frac{d}{dx} (f(x) m)": derivative(f(x) * m, x),
    r"\int_{0}^{1} \theta^N \, d\theta": integral(t**N, t, 0, 1),
    r"\lim_{m \to -\infty} f(m)": limit(f(m), m, -INFINITY),
    r"\lim_{x \to 0^{+}} f(x)": limit(f(x), x, 0),
    r"p_k(z_1 + x, \dots, z_K + x)": at(p[k], z[i], z[i] + x),
    r"\operatorname{lse}(z_1 + x, \dots, z_K + x)": at(lse, z[i], z[i] + x),
    r"\left. f(x) \right|_{x = 0}": at(f(x), x, 0),
    r"f(x \mid m, \theta)": f(x, given=(m, t)),
    r"\operatorname*{arg\,max}_{\theta} f(\theta)": argmax(t, f(t)),
    r"\operatorname*{arg\,min}_{x} (-x)": argmin(x, -x),
    r"x \le m": relation(x, "≤", m),
    r"x < m \iff m \ne x": relation(relation(x, "<", m), "⟺", relation(m, "≠", x)),
    r"p_k = x \quad \text{for every } k": equation(p[k], x).for_every(k),
}


@pytest.mark.parametrize("printed", PRINTED)
def test_printed(printed: str) -> None:
    assert latex(PRINTED[printed]) == printed


@pytest.mark.parametrize(
    ("variable", "printed"),
    [
        (x, r"x \in \mathbb{R}"),
        (t, r"0 < \theta < 1"),
        (symbol("u", interval=POSITIVE), "u > 0"),
        (symbol("h", interval=between(0, N, integer=True)), "0 < h < N"),
        (family("a", K, interval=POSITIVE)[k], "a_k > 0"),
        (size("K", 3), r"K \ge 3"),
    ],
)
def test_domain(variable: object, printed: str) -> None:
    assert domain(variable) == printed  # type: ignore[arg-type]


def test_a_formula_has_no_domain() -> None:
    with pytest.raises(DerivationError, match="no domain"):
        domain(x + 1)
