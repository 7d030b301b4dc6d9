"""Rejects a numeral in a chapter's prose that nobody computed.

A number on a page is glued from a computed value, stands in code or in a reference, or is *given*:
data of an example, declared with its origin in the page's front matter::

    given:
      "11, 9, 20": votes of the annotators in the example

Integers inside mathematics are part of the notation; decimals there are numbers like others. In
pictures' alternative texts every numeral counts, since nothing can be glued into them. Questions
and choices of a quiz ask, and may name any numbers; its explanations are prose like all other.

The pages of graded exercises are exempt: what an exercise names are its own data, and points and
minutes come from its specification. Its tests hold the numbers that follow from them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from build_guard import Breaches
from docutils import nodes
from exercise_pages import exercise_of, front_matter
from moving_pictures import MovingPicture
from quizzes import QuizQuestion, QuizText, within
from sphinx import addnodes
from sphinx.application import Sphinx

NUMERAL = re.compile(r"(?<![A-Za-z0-9_.])\d+(?:[.,]\d+)*(?:e[+-]?\d+)?(?![A-Za-z0-9_])")
DECIMAL = re.compile(r"(?<![\d.])\d+\.\d+")

EXEMPT = (
    nodes.literal,
    nodes.literal_block,
    nodes.math_block,
    nodes.raw,
    nodes.comment,
    nodes.reference,
    nodes.footnote_reference,
    nodes.citation_reference,
    nodes.label,
    addnodes.pending_xref,
    addnodes.download_reference,
)
# Glued values, those of quizzes, tables of stored runs and of the graded exercises, the citation.
COMPUTED = {"pasted-text", "quiz-value", "benchmarks", "graded-exercises", "citation-line"}
GATE = Breaches("numbers in prose")


def is_exempt(node: nodes.Node) -> bool:
    current: nodes.Node | None = node
    while current is not None:
        if isinstance(current, EXEMPT):
            return True
        if isinstance(current, nodes.Element) and (
            current.get("nb_element") or COMPUTED & set(current.get("classes", []))
        ):
            return True
        # Citations that wait for their bibliography, whatever the extension calls the node.
        if current.__class__.__module__.startswith("sphinxcontrib.bibtex"):
            return True
        current = current.parent
    return False


def in_docstring(node: nodes.Node) -> bool:
    """Return whether autodoc took this from the package; docstrings have tests of their own."""
    current: nodes.Node | None = node
    while current is not None:
        if isinstance(current, addnodes.desc) or ":docstring of " in (current.source or ""):
            return True
        current = current.parent
    return False


def given_numbers(path: Path) -> set[str]:
    """Return the numerals that the front matter of the page declares."""
    return {
        numeral.strip()
        for numerals in front_matter(path).get("given", {})
        for numeral in str(numerals).split(",")
    }


def check_numbers(app: Sphinx, doctree: nodes.document) -> None:
    env = app.env
    path = Path(env.doc2path(env.docname))
    if exercise_of(path):
        return
    given = given_numbers(path)

    def check(node: nodes.Node, text: str, pattern: re.Pattern[str]) -> None:
        for numeral in pattern.findall(text):
            if numeral not in given:
                GATE.add(
                    env,
                    node,
                    f"the number {numeral} in “{excerpt(text, numeral)}” is not computed; glue it "
                    "from a value (`{glue:text}`), or declare it under `given:` in the front "
                    "matter with its origin",
                )

    for text in doctree.findall(nodes.Text):
        if in_docstring(text) or within(text, QuizQuestion, QuizText):
            continue
        if isinstance(text.parent, nodes.math):
            check(text.parent, text.astext(), DECIMAL)
        elif not is_exempt(text):
            check(text.parent, text.astext(), NUMERAL)
    for image in (*doctree.findall(nodes.image), *doctree.findall(MovingPicture)):
        check(image, str(image.get("alt", "")), NUMERAL)


def excerpt(text: str, numeral: str) -> str:
    start = text.index(numeral)
    return " ".join(text[max(0, start - 30) : start + len(numeral) + 30].split())


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-read", check_numbers)
    GATE.connect(app)
    return {"parallel_read_safe": False}
