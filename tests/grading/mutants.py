"""Mutants of a function: every single change of a list of operators, one at a time.

* sign: ``a + b`` and ``a - b`` change places, ``-a`` becomes ``a``;
* arithmetic: ``a * b`` and ``a / b`` change places, ``a ** b`` becomes ``a * b``;
* comparison: ``<`` and ``<=``, ``>`` and ``>=``, ``==`` and ``!=`` change places; ``<`` becomes
  ``>`` and so on;
* logic: ``and`` and ``or`` change places, ``not`` is dropped;
* constant: n becomes n + 1; 1 becomes 0; ``True`` and ``False`` change places;
* axis: ``axis=-1`` and ``axis=0`` change places, and ``axis`` is dropped;
* reduction: mean, sum, max, min, argmax, argmin, average, prod become their neighbours;
* base: log, log2, log10, log1p; exp, exp2, expm1 become their neighbours;
* swap: the two first arguments of a call, and of the function itself, change places;
* guard: an ``if`` is taken always or never; ``np.where(c, a, b)`` becomes a or b; ``np.maximum``,
  ``np.minimum``, ``np.clip`` and ``abs`` become their first argument; a ``raise`` is dropped.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

BINARY: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (),
}
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
NAMES = {
    "mean": ("sum",),
    "average": ("sum",),
    "sum": ("mean",),
    "prod": ("sum",),
    "max": ("min",),
    "min": ("max",),
    "argmax": ("argmin",),
    "argmin": ("argmax",),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "log": ("log2", "log10", "log1p"),
    "log2": ("log", "log10"),
    "log10": ("log", "log2"),
    "log1p": ("log",),
    "exp": ("exp2", "expm1"),
    "expm1": ("exp",),
    "exp2": ("exp",),
}
FIRST_ARGUMENT = {"maximum", "minimum", "clip", "abs", "absolute", "nan_to_num"}


@dataclass(frozen=True)
class Mutant:
    """A changed source; `name` says what was changed, and stays when lines move."""

    name: str
    source: str


def replacements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may stand in the place of a node."""
    match node:
        case ast.BinOp():
            for operator in BINARY.get(type(node.op), ()):
                yield ast.BinOp(node.left, operator(), node.right)
        case ast.AugAssign():
            for operator in BINARY.get(type(node.op), ()):
                yield ast.AugAssign(node.target, operator(), node.value)
        case ast.UnaryOp(op=ast.USub() | ast.Not()):
            yield node.operand
        case ast.Compare(ops=[only]):
            for comparison in COMPARISONS.get(type(only), ()):
                yield ast.Compare(node.left, [comparison()], node.comparators)
        case ast.BoolOp():
            other = ast.Or if isinstance(node.op, ast.And) else ast.And
            yield ast.BoolOp(other(), node.values)
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int() | float()):
            yield ast.Constant(node.value + 1)
            if node.value == 1:
                yield ast.Constant(0)
        case ast.Attribute() if node.attr in NAMES:
            for name in NAMES[node.attr]:
                yield ast.Attribute(node.value, name, node.ctx)
        case ast.Name() if node.id in ("sum", "max", "min"):
            yield ast.Name({"sum": "max", "max": "min", "min": "max"}[node.id], node.ctx)
        case ast.Call():
            yield from calls(node)
        case ast.IfExp():
            yield node.body
            yield node.orelse
        case ast.If():
            yield ast.If(ast.Constant(True), node.body, node.orelse)
            yield ast.If(ast.Constant(False), node.body, node.orelse)
        case ast.Raise():
            yield ast.Pass()
        case ast.arguments() if len(node.args) >= 2:
            swapped = copy.copy(node)
            swapped.args = [node.args[1], node.args[0], *node.args[2:]]
            yield swapped


def calls(node: ast.Call) -> Iterator[ast.AST]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name == "where" and len(node.args) == 3:
        yield node.args[1]
        yield node.args[2]
    elif name in FIRST_ARGUMENT and node.args:
        yield node.args[0]
    if len(node.args) >= 2 and not any(isinstance(a, ast.Starred) for a in node.args[:2]):
        yield ast.Call(node.func, [node.args[1], node.args[0], *node.args[2:]], node.keywords)
    for index, keyword in enumerate(node.keywords):
        if keyword.arg != "axis":
            continue
        others = [*node.keywords[:index], *node.keywords[index + 1 :]]
        yield ast.Call(node.func, node.args, others)
        old = ast.unparse(keyword.value)
        new = ast.Constant(0) if old in ("-1", "1") else ast.UnaryOp(ast.USub(), ast.Constant(1))
        yield ast.Call(node.func, node.args, [*others, ast.keyword("axis", new)])


def described(node: ast.AST) -> str:
    if isinstance(node, ast.If):
        return f"if {ast.unparse(node.test)}"
    return " ".join(ast.unparse(node).split())


def places(tree: ast.AST) -> Iterator[tuple[ast.AST, Callable[[ast.AST], None]]]:
    """Yield every node below `tree` with a function that puts another in its place."""
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if isinstance(value, ast.AST):
                yield value, lambda new, p=parent, n=name: setattr(p, n, new)  # type: ignore[misc]
            elif isinstance(value, list):
                for index, item in enumerate(value):
                    if isinstance(item, ast.AST):
                        yield item, lambda new, v=value, i=index: v.__setitem__(i, new)  # type: ignore[misc]


def mutants(source: str, function: str) -> list[Mutant]:
    """Return every mutant of a function in `source`; docstrings and annotations stay."""
    tree = ast.parse(source)
    (definition,) = [
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function
    ]
    if ast.get_docstring(definition) is not None:
        del definition.body[0]
    definition.returns = None
    for argument in definition.args.args:
        argument.annotation = None
    found: list[Mutant] = []
    seen = {ast.unparse(tree)}
    names: Counter[str] = Counter()
    for node, put in list(places(definition)):
        for new in replacements(node):
            put(new)
            text = ast.unparse(ast.fix_missing_locations(tree))
            put(node)
            if text in seen:
                continue
            seen.add(text)
            name = f"{function}: {described(node)} -> {described(new)}"
            names[name] += 1
            found.append(Mutant(f"{name} #{names[name]}" if names[name] > 1 else name, text))
    return found
