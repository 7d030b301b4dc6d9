"""Softmax: from its constraints to its Jacobian."""

from __future__ import annotations

from typing import Any

from course_utils.derivations.engine import (
    Definition,
    Derivation,
    chain,
    equals,
    inserted,
)
from course_utils.derivations.formulas import (
    at,
    delta,
    exp,
    family,
    indices,
    partial,
    size,
    symbol,
    total,
)

K = size("K")
i, j, k = indices("i j k", K)
z = family("z", K)
p = family("p", K)
c = symbol("c")


def _softmax(z: Any) -> Any:
    from course_utils.softmax import softmax

    return softmax(z)


def _jacobian(z: Any) -> Any:
    from course_utils.softmax import softmax_jacobian

    return softmax_jacobian(z)


definition = Definition(
    label="eq-softmax-definition",
    title="Softmax",
    symbol=p[k],
    expression=exp(z[k]) / total(j, exp(z[j])),
    introduces="the probabilities $p_k$ that belong to the logits $z_k$",
    numpy=_softmax,
    independent="`course_utils.softmax.softmax` at random logits",
)

shift_invariance = Derivation(
    label="eq-softmax-shift",
    title="Shift invariance of softmax",
    where=(definition,),
    steps=chain(
        at(p[k], z[i], z[i] + c),
        equals(
            exp(z[k] + c) / total(j, exp(z[j] + c)),
            "insert the shifted logits into the definition",
        ),
        equals(
            (exp(c) * exp(z[k])) / (exp(c) * total(j, exp(z[j]))),
            "the shift is a factor of every term of the sum",
        ),
        equals(p[k], "the factor cancels"),
    ),
    numpy=_softmax,
    independent="`course_utils.softmax.softmax` at random logits",
)

jacobian = Derivation(
    label="eq-softmax-jacobian",
    title="Jacobian of softmax",
    where=(definition,),
    steps=chain(
        partial(p[i], z[j]),
        equals(
            partial(exp(z[i]) / total(k, exp(z[k])), z[j]),
            "insert the definition",
            inserted,
        ),
        equals(
            (delta(i, j) * exp(z[i])) / total(k, exp(z[k]))
            - (exp(z[i]) * exp(z[j])) / total(k, exp(z[k])) ** 2,
            "quotient rule; of the sum below only the term $k = j$ depends on $z_j$",
        ),
        equals(p[i] * (delta(i, j) - p[j]), "both fractions contain $p_i$"),
    ),
    numpy=_jacobian,
    independent="`course_utils.softmax.softmax_jacobian` at random logits",
)
