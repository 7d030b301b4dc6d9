"""Helps readers and search engines to find the pages.

Each page gets a description, from the first paragraph that stands on it. The site gets a
``sitemap.xml``, a front door with a title of its own, and a page for addresses that do not exist.
Canonical links come from Sphinx, once ``html.baseurl`` is set.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape as escape_xml

from docutils import nodes
from math_rendering import letters
from sphinx.application import Sphinx

# Search engines show about this much.
LONGEST = 300
LOST = "404"
WITHOUT_TEXT = {
    "genindex": "All functions and classes of the companion package, in alphabetical order.",
    "search": "Search the course on probabilistic classification.",
    LOST: "There is no page at this address of the course on probabilistic classification.",
}
# Whatever an address is relative to: not an anchor, not another site, not the root.
RELATIVE = re.compile(r'\b(href|src|action|data-content_root)="(?!#|/|[a-z]+:)([^"]*)"')
LATE = 900


def lead(app: Sphinx, doctree: nodes.document) -> str:
    """Return the first paragraph of a page that is text, before all that stands in boxes."""
    for paragraph in doctree.findall(nodes.paragraph):
        in_text = isinstance(paragraph.parent, nodes.section)
        if in_text and not paragraph.get("classes") and len(words := plain(app, paragraph)) > 40:
            return words
    return ""


def plain(app: Sphinx, paragraph: nodes.Element) -> str:
    """Return the text of a paragraph, with the letters of its formulas in place of their TeX."""
    return "".join(
        letters(app, node) if isinstance(node, nodes.math) else node.astext()
        for node in paragraph.findall(lambda node: isinstance(node, nodes.math | nodes.Text))
        if not isinstance(node.parent, nodes.math)
    )


def shortened(text: str) -> str:
    """Return whole sentences while they fit, or else whole words."""
    text = " ".join(text.split())
    if len(text) <= LONGEST:
        return text
    start = text[:LONGEST]
    end = max(start.rfind(sign) for sign in (". ", "? "))
    return start[: end + 1] if end > 80 else start.rpartition(" ")[0] + "…"


def describe(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    text = shortened(lead(app, doctree)) if doctree else WITHOUT_TEXT.get(pagename, "")
    if not text:
        text = f"{re.sub('<[^>]*>', '', str(context.get('title', '')))}: {app.config.html_title}."
    tag = f'\n    <meta name="description" content="{escape(text)}" />'
    context["metatags"] = context.get("metatags", "") + tag
    if pagename == LOST:
        # There is no such address to prefer.
        context["pageurl"] = None


def extra_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    yield LOST, {"title": "Page not found"}, "lost.html"
    first = app.builder.get_target_uri(app.config.root_doc)
    address = f"{app.config.html_baseurl.rstrip('/')}/{first}"
    about = {"first": first, "address": address, "project": app.config.html_title}
    yield "index", about, "front_door.html"


def root_of(app: Sphinx) -> str:
    """Return the path beneath which the site is published, such as ``/course/``."""
    return f"{urlsplit(app.config.html_baseurl).path.rstrip('/')}/"


def write_sitemap(app: Sphinx) -> None:
    site = app.config.html_baseurl.rstrip("/")
    addresses = (f"{site}/{quote(app.builder.get_target_uri(name))}" for name in app.env.found_docs)
    lines = [f"  <url><loc>{escape_xml(address)}</loc></url>" for address in sorted(addresses)]
    text = "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
            *lines,
            "</urlset>\n",
        ]
    )
    Path(app.outdir, "sitemap.xml").write_text(text, encoding="utf-8")


def root_addresses(app: Sphinx) -> None:
    """Let the page for lost readers name everything from the root: it is shown at any depth."""
    path = Path(app.outdir, f"{LOST}.html")
    if not path.is_file():
        return
    root = root_of(app)
    page = RELATIVE.sub(
        lambda match: f'{match[1]}="{root}{match[2].removeprefix("./")}"',
        path.read_text(encoding="utf-8"),
    )
    path.write_text(page, encoding="utf-8")


def finish(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.name == "html":
        write_sitemap(app)
        root_addresses(app)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", describe, priority=LATE)
    app.connect("html-collect-pages", extra_pages)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
