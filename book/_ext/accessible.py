"""Mends, in the text of a page, what other extensions write and screen readers stumble over."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

LATE = 900
MENDED = {
    # The corner of a table heads nothing.
    '<th class="head"><p></p></th>': "<td></td>",
    # A role that is deprecated; and a list whose items are none.
    ' role="doc-biblioentry"': "",
    '<div role="list" class="citation-list">': '<div class="citation-list">',
}
# Heads of columns, and choices of quizzes, may be nothing but a formula, which is no name to some.
NAMELESS = re.compile(
    r'(?P<start><th\b[^>]*>|<label for="[^"]*">)(?P<text>.*?)(?P<end></th>|</label>)', re.DOTALL
)
FORMULA = re.compile(r"<math\b.*?</math>", re.DOTALL)
TAG = re.compile("<[^>]*>")


def name_formulas(match: re.Match[str]) -> str:
    """Give formulas that stand alone their letters as their name."""
    text = match["text"]
    if TAG.sub("", FORMULA.sub("", text)).strip():
        return match[0]
    return match["start"] + FORMULA.sub(named, text) + match["end"]


def named(match: re.Match[str]) -> str:
    name = escape(unescape(TAG.sub("", match[0])).strip())
    return match[0].replace("<math", f'<math aria-label="{name}"', 1)


def mend(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    if "body" not in context:
        return
    for wrong, right in MENDED.items():
        context["body"] = context["body"].replace(wrong, right)
    context["body"] = NAMELESS.sub(name_formulas, context["body"])


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", mend, priority=LATE)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
