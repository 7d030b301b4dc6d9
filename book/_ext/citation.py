"""Shows how to cite the course, as ``CITATION.cff`` and the address of the site say it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

FILE = Path(__file__).parents[2] / "CITATION.cff"


def entry(citation: dict[str, Any], address: str) -> tuple[str, str]:
    """Return a line to read, and an entry for BibTeX."""
    work = citation["preferred-citation"]
    authors = [
        author.get("name") or f"{author['given-names']} {author['family-names']}"
        for author in work["authors"]
    ]
    title, version = work["title"], citation["version"]
    line = f"{', '.join(authors)}. {title}. Version {version}. {address}"
    fields = {
        # Braces of their own keep a name such as ours in one piece.
        "author": " and ".join(f"{{{author}}}" for author in authors),
        "title": title,
        "note": f"Version {version}",
        "url": address,
    }
    width = max(map(len, fields))
    lines = [f"  {name:{width}} = {{{value}}}," for name, value in fields.items()]
    key = title.lower().replace(" ", "-")
    return line, "\n".join([f"@misc{{{key},", *lines, "}"])


class CitationDirective(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(FILE))
        citation = yaml.safe_load(FILE.read_text(encoding="utf-8"))
        address = self.config.html_baseurl.rstrip("/")
        line, bibtex = entry(citation, address)
        before, _, _ = line.rpartition(address)
        paragraph = nodes.paragraph("", before, classes=["citation-line"])
        paragraph += nodes.reference("", address, refuri=address)
        return [paragraph, nodes.literal_block(bibtex, bibtex, language="bibtex")]


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("citation", CitationDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
