"""The equation ledger: every display equation of the book has an entry, and the entry holds.

``{equation} eq-label`` puts the statement of an entry of :mod:`course_utils.derivations` on the
page as a numbered equation, so that what the page shows is what was checked. ``{equation-ledger}``
lists all of them; ``{ledger-count}`` gives the counts. An equation without label or entry, with a
``\\tag``, or that differs from what was checked stops the build; so does an entry that fails its
check or that no page shows, be it as a numbered equation or within a proof.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from build_guard import Breaches
from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.directives.patches import MathDirective
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.display import progress_message
from sphinx.util.docutils import SphinxDirective, SphinxRole

from course_utils import derivations

logger = logging.getLogger(__name__)

LEDGER = Breaches("equation ledger")
STATUSES = ("proved", "numerically checked", "defined", "assumed")
# At most one entry in so many may rest on numerical evidence alone.
ENTRIES_PER_NUMERIC_CHECK = 10
COLUMNS = ("Equation", "What it says", "How it is known", "Independent check")


class LedgerTable(nodes.General, nodes.Element):
    """Placeholder of the ledger, filled when every page has been read."""


class LedgerCount(nodes.Inline, nodes.TextElement):
    """Placeholder of one count."""


class EquationDirective(MathDirective):
    """Show the statement of an entry as a numbered equation: ``{equation} eq-label``."""

    required_arguments = 1
    optional_arguments = 0
    final_argument_whitespace = False
    has_content = False

    def run(self) -> list[nodes.Node]:
        label = self.arguments[0]
        entry = derivations.entries().get(label)
        if entry is None:
            raise self.error(unknown(label))
        self.arguments = []
        self.options["label"] = label
        self.content = StringList(entry.latex.splitlines(), source=entry.label)
        return super().run()


class LedgerTableDirective(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        return [LedgerTable()]


class LedgerCountRole(SphinxRole):
    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        if self.text not in (*STATUSES, "equations", "derivations", "steps"):
            choices = ", ".join((*STATUSES, "equations", "derivations", "steps"))
            message = self.inliner.reporter.error(
                f"the ledger has no count called {self.text!r}; it has: {choices}", line=self.lineno
            )
            return [], [message]
        return [LedgerCount(count=self.text)], []


def unknown(label: str) -> str:
    """Say that a label has no entry, and which labels are close."""
    close = difflib.get_close_matches(label, derivations.entries(), n=3)
    hint = f"; did you mean {', '.join(close)}?" if close else ""
    return (
        f"the equation {label!r} has no entry in course_utils.derivations{hint} "
        "Write a Derivation, a Definition or an Assumption with this label."
    )


def normalised(latex: str) -> str:
    return re.sub(r"\s+", " ", latex).strip()


# The entries do not change while a book is built, and to print all of them takes a while.
@cache
def blocks_of_proofs() -> set[str]:
    """Return every display formula that a derivation can put on a page by itself."""
    blocks = set()
    for entry in derivations.entries().values():
        for render in ("_repr_latex_", "_repr_markdown_"):
            text = getattr(entry, render, lambda: "")() or ""
            blocks.update(normalised(block) for block in re.findall(r"\$\$(.+?)\$\$", text, re.S))
    return blocks


@cache
def labels_by_formula() -> dict[str, list[str]]:
    """Return the labels of the entries that state a formula, by the formula."""
    labels: dict[str, list[str]] = {}
    for label, entry in derivations.entries().items():
        labels.setdefault(normalised(entry.latex), []).append(label)
    return labels


def in_cell_output(node: nodes.Node) -> bool:
    return any(part.get("nb_element") == "cell_code_output" for part in around(node))


def in_docstring(node: nodes.Node) -> bool:
    return any(isinstance(part, addnodes.desc) for part in around(node))


def around(node: nodes.Node) -> Iterator[nodes.Element]:
    """Yield the element itself, what it stands in, and so on outwards."""
    current: nodes.Node | None = node
    while current is not None:
        if isinstance(current, nodes.Element):
            yield current
        current = current.parent


def check_equations(app: Sphinx, doctree: nodes.document) -> None:
    env = app.env
    entries = derivations.entries()
    shown: list[str] = []
    proved: list[str] = []
    for block in doctree.findall(nodes.math_block):
        latex = block.astext()
        label = block.get("label")
        if in_docstring(block):
            continue  # its function has tests of its own
        if in_cell_output(block):
            if normalised(latex) not in blocks_of_proofs():
                LEDGER.add(
                    env, block, f"a cell shows mathematics that no derivation made: {latex.strip()}"
                )
            else:
                proved += labels_by_formula().get(normalised(latex), [])
        elif "\\tag" in latex:
            LEDGER.add(env, block, "an equation has a \\tag; its number comes from its label")
        elif not label:
            LEDGER.add(
                env,
                block,
                f"an equation has no label: {latex.strip()} Write it as an entry of "
                "course_utils.derivations and show it with `{equation} eq-…`",
            )
        elif label not in entries:
            LEDGER.add(env, block, unknown(label))
        elif normalised(latex) != normalised(entries[label].latex):
            LEDGER.add(
                env,
                block,
                f"the equation {label!r} shows {latex.strip()}, but what was checked is "
                f"{entries[label].latex}",
            )
        else:
            shown.append(label)
    equations_of(env)[env.docname] = shown
    for block in doctree.findall(nodes.math_block):
        label = block.get("label")
        if (
            label in shown
            and label not in proved
            and isinstance(entries[label], derivations.Derivation)
        ):
            LEDGER.add(
                env,
                block,
                f"the equation {label!r} stands here without its proof; show it in a cell",
            )
    within_proofs_of(env)[env.docname] = [
        label for label in with_premises([*shown, *proved]) if label not in shown
    ]


def with_premises(labels: Iterable[str]) -> list[str]:
    """Return the labels and those of the definitions that their proofs begin with."""
    entries = derivations.entries()
    found: dict[str, None] = {}
    pending: list[Any] = [entries[label] for label in labels]
    while pending:
        entry = pending.pop(0)
        if entry.label not in found:
            found[entry.label] = None
            pending += getattr(entry, "where", ())
    # A shorthand of one proof is no entry of the ledger.
    return [label for label in found if label in entries]


def equations_of(env: BuildEnvironment) -> dict[str, list[str]]:
    """Return the labels shown, by page."""
    if not hasattr(env, "ledger_equations"):
        env.ledger_equations = {}  # type: ignore[attr-defined]
    found: dict[str, list[str]] = env.ledger_equations  # type: ignore[attr-defined]
    return found


def within_proofs_of(env: BuildEnvironment) -> dict[str, list[str]]:
    """Return the labels of entries that stand in proofs alone, by page."""
    if not hasattr(env, "ledger_within_proofs"):
        env.ledger_within_proofs = {}  # type: ignore[attr-defined]
    found: dict[str, list[str]] = env.ledger_within_proofs  # type: ignore[attr-defined]
    return found


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    equations_of(env).pop(docname, None)
    within_proofs_of(env).pop(docname, None)


def places(env: BuildEnvironment) -> dict[str, str]:
    """Return the page of each entry: where it is numbered, else where a proof first uses it."""
    found: dict[str, str] = {}
    for by_page in (equations_of(env), within_proofs_of(env)):
        for page in reading_order(env):
            for label in by_page.get(page, []):
                found.setdefault(label, page)
    return found


def check_entries(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Prove every entry, and see that each is shown; return the pages that show counts."""
    entries = derivations.entries()
    ledger_page = app.config.ledger_page
    LEDGER.of(env).pop(ledger_page, None)
    where = places(env)
    for label in sorted(set(entries) - set(where)):
        LEDGER.add_page(
            env, ledger_page, f"no page shows the equation {label!r}: {entries[label].title}"
        )
    numeric = sum(entry.status == "numerically checked" for entry in entries.values())
    if numeric * ENTRIES_PER_NUMERIC_CHECK > len(entries):
        LEDGER.add_page(
            env,
            ledger_page,
            f"{numeric} of {len(entries)} entries rest on numerical checks alone; at most one in "
            f"{ENTRIES_PER_NUMERIC_CHECK} may",
        )
    with progress_message(f"checking {len(entries)} equations"):
        for entry in entries.values():
            try:
                entry.check()
            except derivations.DerivationError as error:
                LEDGER.add_page(env, ledger_page, str(error))
    summary = [(label, page, entries[label].status) for label, page in where.items()]
    if getattr(env, "ledger_summary", None) == summary:
        return []
    env.ledger_summary = summary  # type: ignore[attr-defined]
    return [page for page in env.found_docs if page in (ledger_page, app.config.root_doc)]


def count(name: str) -> int:
    entries = derivations.entries().values()
    if name == "equations":
        return len(entries)
    if name in STATUSES:
        return sum(entry.status == name for entry in entries)
    proofs = [entry for entry in entries if isinstance(entry, derivations.Derivation)]
    return len(proofs) if name == "derivations" else sum(len(proof.steps) for proof in proofs)


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for node in list(doctree.findall(LedgerCount)):
        text = str(count(node["count"]))
        node.replace_self(nodes.inline(text, text, classes=["ledger-count"]))
    for node in list(doctree.findall(LedgerTable)):
        node.replace_self(ledger_sections(app, docname))


def ledger_sections(app: Sphinx, docname: str) -> list[nodes.Node]:
    """Build one table for every page, in the order of the table of contents."""
    env = app.env
    found: list[nodes.Node] = []
    where = places(env)
    for page in reading_order(env):
        labels = [label for label, place in where.items() if place == page]
        if labels:
            title = env.titles[page].astext()
            found.append(nodes.rubric(title, "", chapter_link(app, docname, page, title)))
            rows = [ledger_row(app, docname, page, label) for label in labels]
            found.append(table(COLUMNS, rows))
    return found


def reading_order(env: BuildEnvironment) -> list[str]:
    order: list[str] = []

    def visit(page: str) -> None:
        if page not in order:
            order.append(page)
            for child in env.toctree_includes.get(page, []):
                visit(child)

    visit(env.config.root_doc)
    return order


def chapter_link(
    app: Sphinx, docname: str, page: str, text: str, anchor: str = ""
) -> nodes.reference:
    uri = app.builder.get_relative_uri(docname, page)
    return nodes.reference(text, text, refuri=f"{uri}#{anchor}" if anchor else uri, internal=True)


def equation_number(env: BuildEnvironment, page: str, label: str) -> str:
    numbers = env.toc_fignumbers.get(page, {}).get("displaymath", {})
    return ".".join(map(str, numbers.get(f"equation-{label}", ("?",))))


def ledger_row(app: Sphinx, docname: str, page: str, label: str) -> list[list[nodes.Node]]:
    entry = derivations.entries()[label]
    if label in equations_of(app.env).get(page, []):
        number = f"({equation_number(app.env, page, label)})"
        link = chapter_link(app, docname, page, number, f"equation-{label}")
    else:
        link = chapter_link(app, docname, page, "in a proof")
    known = entry.status if not entry.reason else f"{entry.status}: {entry.reason}"
    return [[link], prose(entry.title), prose(known), prose(entry.independent)]


def prose(text: str) -> list[nodes.Node]:
    """Turn the little Markdown of entries, formulas and code, into nodes."""
    found: list[nodes.Node] = []
    for part in re.split(r"(\$[^$]+\$|`[^`]+`)", text):
        if part.startswith("$"):
            found.append(nodes.math(part[1:-1], part[1:-1]))
        elif part.startswith("`"):
            found.append(nodes.literal(part[1:-1], part[1:-1]))
        elif part:
            found.append(nodes.Text(part))
    return found


def table(head: tuple[str, ...], rows: list[list[list[nodes.Node]]]) -> nodes.table:
    group = nodes.tgroup(cols=len(head))
    for width in (12, 34, 27, 27):
        group += nodes.colspec(colwidth=width)
    group += nodes.thead("", table_row([[nodes.Text(name)] for name in head]))
    body = nodes.tbody()
    body += [table_row(row) for row in rows]
    group += body
    return nodes.table("", group, classes=["equation-ledger", "colwidths-given"])


def table_row(cells: list[list[nodes.Node]]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", *cell)) for cell in cells))


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("ledger_page", "book/equation_ledger", "env")
    app.add_node(LedgerTable)
    app.add_node(LedgerCount)
    app.add_directive("equation", EquationDirective)
    app.add_directive("equation-ledger", LedgerTableDirective)
    app.add_role("ledger-count", LedgerCountRole())
    app.connect("doctree-read", check_equations)
    app.connect("env-purge-doc", purge)
    app.connect("env-updated", check_entries, priority=400)
    app.connect("doctree-resolved", fill)
    LEDGER.connect(app)
    return {"parallel_read_safe": False}
