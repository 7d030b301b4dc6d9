"""Mends, in the text of a page, what other extensions write and screen readers stumble over."""

from __future__ import annotations

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


def mend(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    for wrong, right in MENDED.items():
        if "body" in context:
            context["body"] = context["body"].replace(wrong, right)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", mend, priority=LATE)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
