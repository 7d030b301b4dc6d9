"""Graded exercises on the site: their table, and their notebooks for download.

The pages and the notebooks are made by ``python -m course_utils.grading build``. A page of an
exercise says so by ``exercise: <slug>`` in its front matter. ``{graded-exercises}`` shows the table
of those that are in the contents.

Notebooks name the site's address that stands in ``_config.yml``; what is published names the
address at which it is published.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from course_utils.grading.publish import Course, notebook_name

FOLDER = "book/exercises"


def front_matter(path: Path) -> dict[str, Any]:
    """Return the front matter of a page."""
    text = path.read_text(encoding="utf-8")
    if not text.startswith("---\n"):
        return {}
    found: dict[str, Any] = yaml.safe_load(text.split("---\n", 2)[1]) or {}
    return found


def exercise_of(path: Path) -> str | None:
    """Return the slug of the exercise that a page was made from, if it was."""
    slug = front_matter(path).get("exercise")
    return slug if path == path.parent / f"{slug}.md" and path.parent.name == "exercises" else None


def files_in(contents: object) -> Iterator[str]:
    """Yield the pages of ``_toc.yml`` in their order."""
    if isinstance(contents, dict):
        if "file" in contents:
            yield str(contents["file"])
        for value in contents.values():
            yield from files_in(value)
    elif isinstance(contents, list):
        for value in contents:
            yield from files_in(value)


class GradedExercises(SphinxDirective):
    """The table of all graded exercises, in the order of their chapters."""

    def run(self) -> list[nodes.Node]:
        container = nodes.Element()
        lines = StringList(list(self.markdown()), self.get_source_info()[0])
        self.state.nested_parse(lines, self.content_offset, container)
        for table in container.findall(nodes.table):
            table["classes"].append("graded-exercises")
        return container.children

    def markdown(self) -> Iterator[str]:
        root = Path(self.env.srcdir)
        contents = root / "_toc.yml"
        self.env.note_dependency(str(contents))
        yield "| Exercise | Chapter | Minutes | Points | Notebook |"
        yield "|---|---|--:|--:|---|"
        for page in files_in(yaml.safe_load(contents.read_text(encoding="utf-8"))):
            path = root / f"{page}.md"
            slug = exercise_of(path)
            if slug is None:
                continue
            self.env.note_dependency(str(path))
            about = front_matter(path)
            notebook = f"/{FOLDER}/notebooks/{notebook_name(slug)}"
            yield (
                f"| {{doc}}`/{page}` | {{doc}}`/book/{slug}` | {about['minutes']} "
                f"| {about['points']} | {{download}}`download <{notebook}>` |"
            )


def offer_download(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Tell the theme that there is a notebook, before it makes its buttons."""
    if slug := app.env.metadata.get(pagename, {}).get("exercise"):
        context["ipynb_source"] = f"{FOLDER}/{notebook_name(slug)}"


def publish_notebooks(app: Sphinx, exception: Exception | None) -> None:
    """Put the notebooks where the theme's buttons look, with the address of this very site."""
    if exception or app.builder.name != "html":
        return
    written = Course(Path(app.srcdir)).address.encode()
    published = app.config.html_baseurl.rstrip("/").encode()
    for source, (_, name) in app.env.dlfiles.items():
        if Path(source).parent.as_posix() == f"{FOLDER}/notebooks":
            content = Path(app.srcdir, source).read_bytes().replace(written, published)
            offered = Path(app.outdir, "_sources", FOLDER, Path(source).name)
            offered.parent.mkdir(parents=True, exist_ok=True)
            offered.write_bytes(content)
            Path(app.outdir, "_downloads", name).write_bytes(content)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("graded-exercises", GradedExercises)
    app.connect("html-page-context", offer_download, priority=400)
    app.connect("build-finished", publish_notebooks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
