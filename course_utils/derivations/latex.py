r"""Formulas as LaTeX, in the order in which they were written.

>>> from course_utils.derivations.formulas import exp, family, indices, log, size, total
>>> K = size("K")
>>> k, j = indices("k j", K)
>>> z = family("z", K)
>>> print(latex(log(exp(z[k]) / total(j, exp(z[j])))))
\log \frac{e^{z_k}}{\sum_{j=1}^{K} e^{z_j}}
"""

from __future__ import annotations

from dataclasses import dataclass

from course_utils.derivations.formulas import (
    BUILT_IN,
    ONE,
    Apply,
    At,
    Big,
    Binary,
    Constant,
    Delta,
    DerivationError,
    Extremum,
    Formula,
    Index,
    Integral,
    Item,
    Limit,
    Negative,
    Number,
    Partial,
    Relation,
    Size,
    Symbol,
    absolute,
    cos,
    exp,
    factorial,
    formula,
    log,
    sin,
    sqrt,
    substitute,
    walk,
)

# How tightly the outermost operation of a printed formula binds.
SUM, PRODUCT, POWER, ATOM = range(1, 5)

OPERATORS = {
    "=": "=",
    "≠": r"\ne",
    "<": "<",
    "≤": r"\le",
    ">": ">",
    "≥": r"\ge",
    "⟺": r"\iff",
}
CONSTANTS = {"pi": r"\pi", "infinity": r"\infty"}
BIG = {"sum": r"\sum", "product": r"\prod"}


@dataclass(frozen=True)
class Text:
    """A printed formula; `open_end`: what would follow it could be read as part of it."""

    latex: str
    level: int = ATOM
    open_end: bool = False
    leading_minus: bool = False

    def within(self, level: int) -> str:
        """In parentheses if its operation binds less tightly than `level`."""
        return self.latex if self.level >= level else _parentheses(self.latex)


def latex(node: Formula) -> str:
    """Return the LaTeX of a formula, without delimiters."""
    return _print(node).latex


def domain(variable: Formula) -> str:
    """Return where a variable lives, such as ``0 < p < 1``."""
    if isinstance(variable, Item):
        interval, name = variable.family.interval, latex(variable)
    elif isinstance(variable, Symbol):
        interval, name = variable.interval, latex(variable)
    elif isinstance(variable, Size):
        return rf"{variable.name} \ge {variable.least}"
    else:
        raise DerivationError(f"{variable!r} has no domain")
    sign = r"\le" if interval.closed else "<"
    if interval.lower is None and interval.upper is None:
        return rf"{name} \in \mathbb{{R}}"
    if interval.lower is None and interval.upper is not None:
        return f"{name} {sign} {latex(interval.upper)}"
    if interval.lower is not None and interval.upper is None:
        above = r"\ge" if interval.closed else ">"
        return f"{name} {above} {latex(interval.lower)}"
    assert interval.lower is not None
    assert interval.upper is not None
    return f"{latex(interval.lower)} {sign} {name} {sign} {latex(interval.upper)}"


def _parentheses(text: str) -> str:
    tall = any(mark in text for mark in (r"\frac", r"\sum", r"\prod", r"\int"))
    return rf"\left({text}\right)" if tall else f"({text})"


def _print(node: Formula) -> Text:
    match node:
        case Number():
            return _number(node)
        case Constant():
            return Text(CONSTANTS[node.name])
        case Symbol():
            return Text(node.head + (f"({node.arguments})" if node.arguments else ""))
        case Size():
            return Text(node.name)
        case Index():
            return Text(node.head or node.name)
        case Item():
            return Text(f"{node.family.head}_{_subscript(node.subscripts)}")
        case Delta():
            return Text(rf"\delta_{_subscript((node.left, node.right))}")
        case Apply():
            return _apply(node)
        case Negative():
            body = _print(node.body)
            shown = _parentheses(body.latex) if body.leading_minus else body.within(PRODUCT)
            return Text(f"-{shown}", PRODUCT if body.level > SUM else SUM, body.open_end, True)
        case Binary():
            return _binary(node)
        case Big(kind="max"):
            body = _print(node.body)
            return Text(rf"\max_{{{node.index.name}}} {body.within(PRODUCT)}", PRODUCT, True)
        case Big():
            other, summand = _but_one(node)
            body = _print(summand)
            shown = _parentheses(body.latex) if body.leading_minus else body.within(PRODUCT)
            bounds = rf"_{{{node.index.name}=1}}^{{{latex(node.index.size)}}}"
            if other is not None:
                bounds = rf"_{{{node.index.name} \ne {latex(other)}}}"
            return Text(f"{BIG[node.kind]}{bounds} {shown}", PRODUCT, True)
        case Partial():
            return _partial(node)
        case Integral():
            body = _print(node.body)
            bounds = rf"_{{{latex(node.lower)}}}^{{{latex(node.upper)}}}"
            measure = rf"\, d{latex(node.variable)}"
            return Text(rf"\int{bounds} {body.within(PRODUCT)} {measure}", PRODUCT)
        case Limit():
            side = "" if isinstance(node.point, Constant | Negative) else "^{+}"
            approach = rf"{latex(node.variable)} \to {latex(node.point)}{side}"
            return Text(rf"\lim_{{{approach}}} {_print(node.body).within(PRODUCT)}", PRODUCT, True)
        case At():
            return _at(node)
        case Extremum():
            operator = rf"\operatorname*{{arg\,{node.kind}}}"
            body = _print(node.body)
            shown = _parentheses(body.latex) if body.leading_minus else body.within(PRODUCT)
            return Text(rf"{operator}_{{{latex(node.variable)}}} {shown}", PRODUCT, True)
        case Relation():
            shown = f"{latex(node.left)} {OPERATORS[node.op]} {latex(node.right)}"
            if node.every:
                names = ", ".join(index.name for index in node.every)
                shown += rf" \quad \text{{for every }} {names}"
            return Text(shown, 0)
    raise DerivationError(f"no LaTeX for {node!r}")


def _number(node: Number) -> Text:
    if node.text or node.value.denominator == 1:
        return Text(node.text or str(node.value))
    return Text(rf"\frac{{{node.value.numerator}}}{{{node.value.denominator}}}")


def _subscript(subscripts: tuple[Formula, ...]) -> str:
    names = [latex(subscript) for subscript in subscripts]
    separator = ", " if len(names) > 1 and any(len(name) > 1 for name in names) else ""
    joined = separator.join(names)
    return joined if len(joined) == 1 else f"{{{joined}}}"


def _apply(node: Apply) -> Text:
    if node.function == exp:
        argument = node.arguments[0]
        if _is_script(argument):
            return Text(f"e^{{{_script(argument)}}}", POWER)
        return Text(rf"\exp{_parentheses(latex(argument))}")
    if node.function in (log, cos, sin):
        argument = node.arguments[0]
        shown = _print(argument)
        bare = isinstance(argument, Big | Number | Constant | Symbol | Size | Item) or (
            isinstance(argument, Apply) or (isinstance(argument, Binary) and argument.op == "/")
        )
        inside = shown.latex if bare else _parentheses(shown.latex)
        head = node.function.head
        return Text(f"{head} {inside}" if bare else f"{head}{inside}", PRODUCT, True)
    if node.function == sqrt:
        return Text(rf"\sqrt{{{latex(node.arguments[0])}}}")
    if node.function == absolute:
        return Text(rf"\lvert {latex(node.arguments[0])} \rvert")
    if node.function == factorial:
        return Text(f"{_print(node.arguments[0]).within(ATOM)}!", POWER)
    arguments = ", ".join(latex(argument) for argument in node.arguments)
    if node.given:
        arguments += r" \mid " + ", ".join(latex(condition) for condition in node.given)
    return Text(f"{node.function.head}{_parentheses(arguments)}")


def _is_script(node: Formula) -> bool:
    """Whether it is small enough to stand in an exponent."""
    return not any(
        isinstance(part, Big | Partial | Integral | Limit)
        or (isinstance(part, Binary) and part.op == "/" and not _is_short_fraction(part))
        for part in walk(node)
    )


def _is_short_fraction(node: Binary) -> bool:
    return all(isinstance(part, Number | Symbol | Size | Item) for part in (node.left, node.right))


def _script(node: Formula) -> str:
    if isinstance(node, Binary) and node.op == "/":
        return f"{latex(node.left)} / {latex(node.right)}"
    return latex(node)


def _but_one(node: Big) -> tuple[Formula | None, Formula]:
    """The one term that a sum leaves out by a factor 1 - δ, if there is one, and the summand."""
    match node:
        case Big(kind="sum", body=Binary("*", Binary("-", left, Delta() as found), summand)):
            if left == ONE and found.left == node.index:
                return found.right, summand
    return None, node.body


def _binary(node: Binary) -> Text:
    left, right = _print(node.left), _print(node.right)
    if node.op == "/":
        return Text(rf"\frac{{{left.latex}}}{{{right.latex}}}", PRODUCT)
    if node.op == "^":
        base = left.within(ATOM)
        return Text(f"{base}^{_script_group(node.right)}", POWER)
    if node.op == "*":
        angles = all(
            isinstance(x, Apply) and x.function in (cos, sin) for x in (node.left, node.right)
        )
        bracketed = left.open_end and not angles
        first = _parentheses(left.latex) if bracketed else left.within(PRODUCT)
        second = _parentheses(right.latex) if right.leading_minus else right.within(PRODUCT)
        between = r" \cdot " if second[0].isdigit() else _space(node)
        return Text(f"{first}{between}{second}", PRODUCT, right.open_end, left.leading_minus)
    keeps_sign = node.op == "+" and right.level >= SUM and not right.leading_minus
    if keeps_sign:
        second = right.latex
    else:
        second = _parentheses(right.latex) if right.leading_minus else right.within(PRODUCT)
    return Text(f"{left.within(SUM)} {node.op} {second}", SUM, right.open_end, left.leading_minus)


def _space(node: Binary) -> str:
    """What keeps two factors from running into each other."""
    sides = (node.left, node.right)
    if all(isinstance(side, Binary) and side.op == "/" for side in sides):
        return r" \cdot "
    if all(
        isinstance(side, Partial) or (isinstance(side, Binary) and side.op == "/") for side in sides
    ):
        return r" \, "
    factorials = isinstance(node.left, Apply) and node.left.function == factorial
    return r"\," if factorials else " "


def _script_group(node: Formula) -> str:
    text = _script(node)
    return text if len(text) == 1 else f"{{{text}}}"


def _partial(node: Partial) -> Text:
    d = r"\partial" if node.partial else "d"
    variables, body = [(node.variable, node.order)], node.body
    while isinstance(body, Partial) and body.partial == node.partial:
        variables.append((body.variable, body.order))
        body = body.body
    merged: list[tuple[Formula, int]] = []
    for variable, order in variables:
        if merged and merged[-1][0] == variable:
            merged[-1] = (variable, merged[-1][1] + order)
        else:
            merged.append((variable, order))
    orders = sum(order for _, order in merged)
    gap = " " if node.partial else ""
    below = r" \, ".join(f"{d}{gap}{latex(variable)}{_order(order)}" for variable, order in merged)
    above = f"{d}{_order(orders)}"
    if isinstance(body, Symbol | Item) or (
        isinstance(body, Apply) and body.function not in BUILT_IN
    ):
        spaced = " " if node.partial else r"\,"
        if isinstance(body, Symbol | Item) and not latex(body).startswith("\\"):
            spaced = gap
        return Text(rf"\frac{{{above}{spaced}{latex(body)}}}{{{below}}}", PRODUCT)
    shown = _print(body)
    # Of a bare product it would be open whether its last factors are under the derivative.
    ambiguous = shown.leading_minus or (isinstance(body, Binary) and body.op == "*")
    inside = _parentheses(shown.latex) if ambiguous else shown.within(PRODUCT)
    gap = r" \, " if inside.startswith(r"\frac") else " "
    return Text(rf"\frac{{{above}}}{{{below}}}{gap}{inside}", PRODUCT, True)


def _order(order: int) -> str:
    return "" if order == 1 else f"^{order}"


def _at(node: At) -> Text:
    if isinstance(node.variable, Symbol):
        place = f"{latex(node.variable)} = {latex(node.value)}"
        return Text(rf"\left. {latex(node.body)} \right|_{{{place}}}")
    (index,) = node.variable.subscripts
    if not (isinstance(index, Index) and isinstance(node.body, Symbol | Item)):
        raise DerivationError("a formula at changed arguments is shown for a name alone")
    ends = [latex(substitute(node.value, {index: end})) for end in (formula(1), index.size)]
    head = node.body.head if isinstance(node.body, Symbol) else latex(node.body)
    return Text(rf"{head}({ends[0]}, \dots, {ends[1]})")
