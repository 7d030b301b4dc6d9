"""Tables of what does not hold in the sources, and of where their contents are found in the book.

``{findings} gravest``, ``{findings} <source> <group>`` and ``{findings} public`` show findings,
``{finding-counts}`` counts them, and ``{source-map} <source>`` shows where each item of a source
went. The data are in ``book/data/``. That each finding has a check, and that the numbers in its
text are those that the check computes, is seen to by ``tests/sources/``; that a place named in the
book exists, here.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from build_guard import Breaches
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

BOOK = Path(__file__).parents[1]
FILES = ("findings", "public", "contents", "map")
DATA = {name: BOOK / "data" / f"source_{name}.yml" for name in FILES}
SOURCES = {
    "source_habr": "Habr",
    "source_softmax_notes": "Lecture notes",
    "source_csdn": "CSDN",
    "source_zhihu": "Zhihu",
}
GROUPS = {
    "formulas": ("sign", "index", "normalisation", "formula", "number"),
    "names": ("label", "term", "reference"),
    "conditions": ("range", "condition"),
}
SERIOUSNESS = {1: "a wrong number", 2: "misleads", 3: "a slip"}

PLACES = Breaches("places in the book")


@cache
def read(name: str) -> Any:
    """Return the data of a file, which many tables share."""
    return yaml.safe_load(DATA[name].read_text(encoding="utf-8"))


def headings(chapter: str) -> set[str]:
    """Return the headings of a page, outside its code."""
    text = (BOOK / f"{chapter}.md").read_text(encoding="utf-8")
    outside = re.sub(r"^(`{3,}|~{3,}).*?^\1`*$", "", text, flags=re.MULTILINE | re.DOTALL)
    return set(re.findall(r"^#+ (.+?)\s*$", outside, flags=re.MULTILINE))


class TableDirective(SphinxDirective):
    """A directive that writes a Markdown table, which is read as if it stood on the page."""

    kind = ""
    """Class of the table, for the style sheet."""

    def run(self) -> list[nodes.Node]:
        for path in DATA.values():
            self.env.note_dependency(str(path))
        container = nodes.Element()
        lines = StringList(table(*self.rows()).splitlines(), self.get_source_info()[0])
        self.state.nested_parse(lines, self.content_offset, container)
        for found in container.findall(nodes.table):
            # The numbers are those that the checks compute: the gate of numbers need not ask.
            found["classes"] += [self.kind, "pasted-text"]
        return container.children

    def rows(self) -> tuple[list[str], list[list[str]]]:
        raise NotImplementedError

    def place(self, chapter: str, heading: str | None = None) -> str:
        """Return a link to a chapter, after a look whether it has the heading."""
        path = BOOK / f"{chapter}.md"
        if not path.exists():
            PLACES.add_page(self.env, self.env.docname, f"there is no chapter {chapter!r}")
            return chapter
        self.env.note_dependency(str(path))
        if heading is not None and heading not in headings(chapter):
            message = f"the chapter {chapter!r} has no heading {heading!r}"
            PLACES.add_page(self.env, self.env.docname, message)
        link = f"{{doc}}`{short_title(chapter)} <{chapter}>`"
        return f"{link}: {heading}" if heading else link


class FindingsDirective(TableDirective):
    required_arguments = 1
    optional_arguments = 1
    kind = "findings"

    def rows(self) -> tuple[list[str], list[list[str]]]:
        found = read("findings")
        if self.arguments == ["gravest"]:
            chosen = [(SOURCES[f["source"]], f) for f in found if f["seriousness"] == 1]
        elif self.arguments == ["public"]:
            chosen = [(f["work"], f) for f in read("public")]
        else:
            source, group = self.arguments
            of_group = [f for f in found if f["source"] == source and f["kind"] in GROUPS[group]]
            of_group.sort(key=lambda f: f["seriousness"])
            chosen = [(f"*{SERIOUSNESS[f['seriousness']]}*", f) for f in of_group]
        return ["Where", "It says", "What holds"], [
            [f"{first}<br>{f['place']}", f["says"], f"{f['holds']}<br>{self.see(f)}"]
            for first, f in chosen
        ]

    def see(self, finding: dict[str, Any]) -> str:
        """Return where the matter is treated, of what kind it is, and what checks it."""
        parts = [self.place(finding["chapter"])] if "chapter" in finding else []
        check = "no check" if "unchecked" in finding else f"`{finding['id']}`"
        return " · ".join([*parts, finding["kind"], check])


class FindingCountsDirective(TableDirective):
    kind = "finding-counts"

    def rows(self) -> tuple[list[str], list[list[str]]]:
        found = read("findings")
        count = Counter((f["source"], f["seriousness"]) for f in found)
        rows = []
        for source, name in SOURCES.items():
            row = [count[source, s] for s in SERIOUSNESS]
            rows.append([name, *map(str, row), str(sum(row))])
        totals = [sum(count[source, s] for source in SOURCES) for s in SERIOUSNESS]
        rows.append(["all", *map(str, totals), str(len(found))])
        return ["Source", *SERIOUSNESS.values(), "together"], rows


class SourceMapDirective(TableDirective):
    required_arguments = 1
    kind = "source-map"

    def rows(self) -> tuple[list[str], list[list[str]]]:
        places = read("map")
        rows = []
        for section in read("contents")[self.arguments[0]]:
            for item, what in section["items"].items():
                if item not in places:
                    PLACES.add_page(self.env, self.env.docname, f"{item} is nowhere in the book")
                    continue
                at = places[item]
                checks = at["check"] if isinstance(at["check"], list) else [at["check"]]
                where = self.place(at["chapter"], at["heading"])
                rows.append([section["section"], what, where, "<br>".join(map(checked_by, checks))])
        return ["Section", "What it has", "Where it is", "What checks it"], rows


def short_title(chapter: str) -> str:
    """Return the title of a page up to its colon."""
    text = (BOOK / f"{chapter}.md").read_text(encoding="utf-8")
    title = re.search(r"^# (.+)$", text.split("\n---\n", 1)[-1], flags=re.MULTILINE)
    if title is None:
        raise ValueError(f"the chapter {chapter!r} has no title")
    return title[1].partition(":")[0].rstrip("* ")


def checked_by(check: str) -> str:
    """Return a reference to an equation, or the name of a test or of the finding it is of."""
    if check.startswith("eq-"):
        return f"{{eq}}`{check}`"
    _, _, test = check.partition("::")
    function, _, finding = test.rstrip("]").partition("[")
    return f"`{finding or function}`"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("findings", FindingsDirective)
    app.add_directive("finding-counts", FindingCountsDirective)
    app.add_directive("source-map", SourceMapDirective)
    PLACES.connect(app)
    return {"parallel_read_safe": False}
