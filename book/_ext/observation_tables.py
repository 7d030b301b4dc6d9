"""Tables of what libraries do, from calls that are really made.

``{observations} <topic>`` shows the cases of a topic, one column for each library;
``{conventions} <topic>`` shows the functions that follow one convention or another, one row each.
``{functions}`` says where to find what.
``{observed-libraries}`` lists versions and dates. The cases are those of ``tests/peers/``, the
outcomes those of ``book/data/observations.json``. Calls of light libraries are made anew while the
page is built, and one that gives something else stops the build.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from build_guard import Breaches
from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

PEERS = Path(__file__).parents[2] / "tests" / "peers"
sys.path.insert(0, str(PEERS))
import conventions  # noqa: E402
import edge_cases  # noqa: E402
import observations  # noqa: E402
from observations import LIBRARIES, Case, Outcome  # noqa: E402

CHANGED = Breaches("observations")
NONE = "–"


class MarkdownDirective(SphinxDirective):
    """A directive that writes Markdown, which is read as if it stood on the page."""

    classes = ("observations", "conventions")
    """Of the tables, for the style sheet."""

    def run(self) -> list[nodes.Node]:
        for path in (observations.STORE, *PEERS.glob("*.py")):
            self.env.note_dependency(str(path))
        self.stored = observations.read()
        container = nodes.Element()
        lines = StringList(self.markdown().splitlines(), self.get_source_info()[0])
        self.state.nested_parse(lines, self.content_offset, container)
        for found in container.findall(nodes.table):
            found["classes"] += self.classes
        return container.children

    def markdown(self) -> str:
        raise NotImplementedError

    def topic(self, topics: dict[str, tuple[Case, ...]]) -> tuple[Case, ...]:
        (name,) = self.arguments
        if name not in topics:
            raise self.error(f"there is no topic {name!r}; there are: {', '.join(topics)}")
        return topics[name]

    def outcome(self, case: Case, library: str) -> Outcome:
        """Return the stored outcome, after a look whether it still holds."""
        call = case.calls[library]
        try:
            stored = observations.stored_outcome(self.stored, library, call)
        except LookupError as error:
            raise self.error(str(error)) from None
        light = LIBRARIES[library].light and observations.comparable(self.stored, library)
        if light and not observations.agree(case, stored, observations.observe(library, call)):
            CHANGED.add_page(
                self.env,
                self.env.docname,
                f"{library}: {call} gave {stored} and gives {observations.observe(library, call)}",
            )
        return stored

    def calls(self, cases: tuple[Case, ...]) -> str:
        parts = []
        for case in cases:
            lines = []
            for library, call in case.calls.items():
                outcome = observations.stored_outcome(self.stored, library, call)
                lines += [f"# {library}: {outcome}", call]
            parts.append("\n".join([case.name, "", "```python", *lines, "```"]))
        return "\n\n".join(["````{dropdown} The calls", *parts, "````"])


class ObservationsDirective(MarkdownDirective):
    required_arguments = 1
    classes = ("observations",)

    def markdown(self) -> str:
        cases = self.topic(edge_cases.TOPICS)
        libraries = [name for name in LIBRARIES if any(name in case.calls for case in cases)]
        truths = any(case.truth is not None for case in cases)
        head = ["Asked", *(["Truth"] if truths else []), *libraries]
        rows = [
            [
                case.name,
                *([truth(case)] if truths else []),
                *(self.cell(case, library) for library in libraries),
            ]
            for case in cases
        ]
        return f"{table(head, rows)}\n\n{self.calls(cases)}"

    def cell(self, case: Case, library: str) -> str:
        if library not in case.calls:
            return NONE
        outcome = self.outcome(case, library)
        wrong = observations.is_wrong(observations.truth_of(case), outcome)
        return f"{'✗ ' if wrong else ''}{code(outcome.gives)}{', warns' if outcome.warns else ''}"


class ConventionsDirective(MarkdownDirective):
    required_arguments = 1

    def markdown(self) -> str:
        cases = self.topic(conventions.TOPICS)
        rows = [
            [library, case.name, observations.answer_to(case, self.outcome(case, library))]
            for case in cases
            for library in case.calls
        ]
        return f"{table(['Library', 'Function', 'What it does'], rows)}\n\n{self.calls(cases)}"


class FunctionsDirective(MarkdownDirective):
    def markdown(self) -> str:
        rows = []
        for what, of in conventions.FUNCTIONS.items():
            places = [f"{name}: {code(of[name])}" for name in LIBRARIES if name in of]
            rows.append([what, "<br>".join(places)])
        return table(["What", "Where"], rows)


class ObservedLibrariesDirective(MarkdownDirective):
    option_spec = {"without": directives.unchanged}  # noqa: RUF012, docutils takes a dictionary

    def markdown(self) -> str:
        rows = []
        for name in LIBRARIES:
            if name == self.options.get("without"):
                continue
            found = self.stored["libraries"][name]
            versions = ", ".join(code(f"{n} {v}") for n, v in found["versions"].items())
            rows.append([name, versions or "this one", code(found["recorded"])])
        return table(["Library", "Version", "Recorded on"], rows)


def truth(case: Case) -> str:
    found = observations.truth_of(case)
    if found is None:
        return NONE
    return "none" if found == observations.UNDEFINED else code(found)


def code(text: str) -> str:
    return f"`{text}`"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("observations", ObservationsDirective)
    app.add_directive("conventions", ConventionsDirective)
    app.add_directive("functions", FunctionsDirective)
    app.add_directive("observed-libraries", ObservedLibrariesDirective)
    CHANGED.connect(app)
    return {"parallel_read_safe": False}
