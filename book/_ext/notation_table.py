r"""The notation appendix: one meaning for each letter, held against every equation of the book.

``{notation}`` shows the table of ``book/data/notation.yml``. A row names one or more symbols and
what they mean. Letters are told apart with their decoration and by how they stand: alone ($p$),
with an index ($p_k$), or before an argument ($p(y)$); which letters the index has does not matter,
unless it is a fixed one, such as in $z_0$ or $K_+$. A row with ``in`` holds in these chapters
alone. The build stops if an equation has a letter without a row for its chapter, if a letter has
two rows in one chapter, or if a row is not used where it says.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from build_guard import Breaches
from observation_tables import MarkdownDirective, table
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from course_utils import derivations
from course_utils.derivations.formulas import (
    Apply,
    At,
    Big,
    Constant,
    Delta,
    Formula,
    Index,
    Item,
    Size,
    Symbol,
    factorial,
    log,
    sqrt,
    walk,
)
from course_utils.derivations.latex import CONSTANTS

BOOK = Path(__file__).parents[1]
DATA = BOOK / "data" / "notation.yml"
PAGE = "book/notation"
NOTATION = Breaches("notation")

LETTER = re.compile(
    r"(?P<head>\\operatorname\*?\{\w+\}|\\(?:hat|bar|tilde|mathcal)\{\\?[A-Za-z]+\}"
    r"|\\[A-Za-z]+|[A-Za-z])"
    r"(?P<mark>'*(?:\^\{\\[a-z]+\}(?=_))?)"
    r"(?:_(?P<index>\{[^{}]*\}|\\?[A-Za-z]+|.))?"
    r"(?P<argument>\()?"
)
# What is written in LaTeX like a letter, and is none, or needs no explanation.
NO_LETTERS = {
    *(r"\mid", r"\dots", r"\times", r"\top", r"\lVert", r"\rVert", r"\Vert", r"\cdot", r"\infty"),
    *(r"\max", r"\cos", r"\sin"),
}


@dataclass(frozen=True, order=True)
class Letter:
    """A letter with its decoration, and how it stands."""

    head: str
    index: str | None = None
    applied: bool = False

    @property
    def exact(self) -> str:
        index = "" if self.index is None else f"_{self.index}"
        return f"{self.head}{index}{'(' if self.applied else ''}"

    @property
    def generic(self) -> str:
        """The key of all letters that differ by their running index alone."""
        index = "" if self.index is None else "_"
        return f"{self.head}{index}{'(' if self.applied else ''}"

    @property
    def key(self) -> str:
        """What a row with this letter stands for."""
        return self.generic if re.fullmatch("[a-z]*", self.index or "") else self.exact


@dataclass(frozen=True)
class Row:
    """Symbols with one meaning; no `chapters` means that it holds in the whole book."""

    symbols: tuple[str, ...]
    meaning: str
    chapters: tuple[str, ...] = ()

    def covers(self, chapter: str) -> bool:
        return not self.chapters or chapter in self.chapters

    @property
    def keys(self) -> dict[str, str]:
        """The key of each symbol, which is that of its first letter."""
        return {next(letters(symbol)).key: symbol for symbol in self.symbols}


Uses = Mapping[str, Mapping[Letter, str]]
"""By chapter, the letters of its equations, each with the label of the first that has it."""


def letters(latex: str) -> Iterator[Letter]:
    """Yield the letters of the name of a variable; an index that belongs to a name is part of it.

    >>> [letter.exact for letter in letters(r"D(\\tilde{P} \\|\\| Q)")]
    ['D(', '\\\\tilde{P}', 'Q']
    """
    for found in LETTER.finditer(latex):
        if found["head"] not in NO_LETTERS:
            index = found["index"] and found["index"].strip("{}")
            yield Letter(found["head"] + found["mark"], index, bool(found["argument"]))


def letters_of(statement: Formula) -> Iterator[Letter]:
    """Yield the letters of a formula, as they are printed."""
    for part in walk(statement):
        match part:
            case Symbol():
                arguments = f"({part.arguments})" if part.arguments else ""
                yield from letters(part.head + arguments)
            case Size():
                yield from letters(part.name)
            case Index():
                yield from letters(part.head or part.name)
            case Item():
                yield from letters(f"{part.family.head}_k")
            case Delta():
                yield from letters(r"\delta_k")
            case Constant():
                yield from letters(CONSTANTS[part.name])
            case Big():
                yield from letters(part.index.name)
                yield from letters_of(part.index.size)
            case At(variable=Item(family=changed)):
                yield from letters_of(changed.sizes[-1])
            case Apply() if part.function == log:
                yield from letters(r"\log")
            case Apply() if part.function not in (sqrt, factorial):
                yield from letters(f"{part.function.head}(")


def chapter_of(label: str) -> str:
    """Return the slug of the chapter whose module of derivations has this label."""
    slugs = [module.name for module in pkgutil.iter_modules(derivations.__path__)]
    found = [slug for slug in slugs if label.startswith(f"eq-{slug.replace('_', '-')}-")]
    return max(found, key=len)


def letters_used() -> dict[str, dict[Letter, str]]:
    """Return the letters of all entries, by chapter."""
    found: dict[str, dict[Letter, str]] = {}
    for label, entry in derivations.entries().items():
        in_chapter = found.setdefault(chapter_of(label), {})
        for part in (entry.relation, *entry.domain):
            for letter in letters_of(part):
                in_chapter.setdefault(letter, label)
    return found


def read(path: Path = DATA) -> dict[str, list[Row]]:
    """Return the rows of the table, by group."""
    groups = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {group: [_row(**row) for row in rows] for group, rows in groups.items()}


def _row(symbol: str | list[str], meaning: str, **scope: list[str]) -> Row:
    symbols = (symbol,) if isinstance(symbol, str) else tuple(symbol)
    return Row(symbols, meaning, tuple(scope.pop("in", ())), **scope)


def problems(rows: Sequence[Row], uses: Uses) -> list[str]:
    """Say what the table lacks, has twice, or has for nothing."""
    by_key: dict[str, list[Row]] = {}
    for row in rows:
        for key in row.keys:
            by_key.setdefault(key, []).append(row)
    found = [
        f"the letter ${letter.exact.rstrip('(')}$ of {label!r} has no meaning in the chapter "
        f"{chapter!r}: add a row for `{letter.generic}` to book/data/notation.yml, or take a "
        "letter that has this meaning already"
        for chapter in uses
        for letter, label in uses[chapter].items()
        if not any(row.covers(chapter) for row in by_key.get(_key(letter, by_key), []))
    ]
    used = {(chapter, _key(letter, by_key)): letter for chapter in uses for letter in uses[chapter]}
    for key, sharing in by_key.items():
        claimed = [chapter for row in sharing for chapter in row.chapters or ("the whole book",)]
        if len(sharing) > 1 and ("the whole book" in claimed or len(set(claimed)) < len(claimed)):
            found.append(
                f"`{key}` has several meanings, and one chapter has two of them: give each row "
                "chapters of its own with `in`"
            )
    for row in rows:
        for key, symbol in row.keys.items():
            if not any(row.covers(chapter) and key == other for chapter, other in used):
                found.append(f"no equation uses ${symbol}$ ({row.meaning}): remove it")
        for chapter in row.chapters:
            if not any((chapter, key) in used for key in row.keys):
                found.append(f"{' '.join(row.symbols)} is not used in the chapter {chapter!r}")
    return found


def _key(letter: Letter, known: Mapping[str, object]) -> str:
    return letter.exact if letter.exact in known else letter.generic


class NotationDirective(MarkdownDirective):
    classes = ("notation",)

    def markdown(self) -> str:
        self.env.note_dependency(str(DATA))
        order = chapters_in_order(Path(self.env.srcdir, "_toc.yml"))
        uses = letters_used()
        groups = []
        for title, rows in read().items():
            cells = [
                [
                    ", ".join(f"${symbol}$" for symbol in row.symbols),
                    row.meaning,
                    where(row, order, uses),
                ]
                for row in rows
            ]
            groups.append(f"**{title}**\n\n" + table(["Symbol", "Meaning", "Where"], cells))
        return "\n\n".join(groups)


def where(row: Row, order: Sequence[str], uses: Uses) -> str:
    """Say where the symbols are introduced, and that they are used elsewhere too."""
    having = [
        chapter
        for chapter in order
        if row.covers(chapter)
        and any({letter.exact, letter.generic} & set(row.keys) for letter in uses.get(chapter, ()))
    ]
    links = [f"{{doc}}`{short_title(chapter)} <{chapter}>`" for chapter in having]
    if row.chapters or len(links) < 2:
        return ", ".join(links)
    return f"from {links[0]} on"


def short_title(chapter: str) -> str:
    """Return the title of a page, up to its colon, without the star of optional reading."""
    text = (BOOK / f"{chapter}.md").read_text(encoding="utf-8")
    heading = re.search(r"^# (?P<title>[^:*\n]+)", text, re.M)
    assert heading is not None, f"{chapter}.md has no title"
    return heading["title"]


def chapters_in_order(toc: Path) -> list[str]:
    """Return the slugs of the book's pages in reading order."""
    found: list[str] = []

    def visit(part: Any) -> None:
        if isinstance(part, dict):
            for key in ("root", "file"):
                if str(part.get(key, "")).startswith("book/"):
                    found.append(part[key].removeprefix("book/"))
            for value in part.values():
                visit(value)
        elif isinstance(part, list):
            for value in part:
                visit(value)

    visit(yaml.safe_load(toc.read_text(encoding="utf-8")))
    return found


def check_notation(app: Sphinx, env: BuildEnvironment) -> list[str]:
    NOTATION.of(env).pop(PAGE, None)
    rows = [row for group in read().values() for row in group]
    for problem in problems(rows, letters_used()):
        NOTATION.add_page(env, PAGE, problem)
    return []


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("notation", NotationDirective)
    app.connect("env-updated", check_notation, priority=400)
    NOTATION.connect(app)
    return {"parallel_read_safe": False}
