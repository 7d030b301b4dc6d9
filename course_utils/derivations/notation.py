"""What makes a formula well formed: one meaning for each name, and fresh bound indices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from course_utils.derivations.formulas import (
    Big,
    DerivationError,
    Family,
    Formula,
    Index,
    Item,
    Partial,
    Relation,
    Size,
    Symbol,
    bound_by,
    children,
    free_indices,
    walk,
)


def check_notation(formulas: Sequence[Formula]) -> None:
    """Refuse names with two meanings and bound indices that are not fresh.

    SymPy's ``diff(Sum(exp(z[k]), (k, 1, K)), z[k])`` returns the whole sum without a word; here
    the index of a derivative must not be bound inside it.
    """
    meanings: dict[str, object] = {}
    for node in (part for whole_formula in formulas for part in walk(whole_formula)):
        for leaf in _leaves(node):
            name = leaf.name
            if meanings.setdefault(name, leaf) != leaf:
                raise DerivationError(f"{name!r} stands for two different things")
    for each in formulas:
        _check_bound(each, frozenset())


def _leaves(node: Formula) -> Iterator[Symbol | Size | Index | Family]:
    if isinstance(node, Symbol | Size | Index):
        yield node
    elif isinstance(node, Item):
        yield node.family
    elif isinstance(node, Big):
        yield node.index


def _check_bound(node: Formula, taken: frozenset[str]) -> None:
    free = {index.name for index in free_indices(node)}
    if isinstance(node, Relation):
        inside = {index.name for side in children(node) for index in _bound_inside(side)}
        _require_fresh(free & inside)
    if isinstance(node, Big):
        _require_fresh({node.index.name} & taken)
        taken = taken | {node.index.name}
    if isinstance(node, Partial):
        places = {index.name for index in free_indices(node.variable)}
        _require_fresh(places & {index.name for index in _bound_inside(node.body)})
    for child in children(node):
        _check_bound(child, taken)


def _bound_inside(node: Formula) -> frozenset[Index]:
    found = bound_by(node)
    for child in children(node):
        found |= _bound_inside(child)
    return found


def _require_fresh(names: set[str] | frozenset[str]) -> None:
    if names:
        raise DerivationError(
            f"the bound index {min(names)!r} is used outside its sum as well: take a fresh one"
        )
