"""Links each chapter to the reference of every function that its cells import, and back."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

PACKAGE = "course_utils"
CELL = re.compile(r"^(`{3,})\{code-cell\}[^\n]*\n(.*?)^\1[ \t]*$", re.DOTALL | re.MULTILINE)
# Options stand before the code, as a block between dashes or as lines that begin with a colon.
OPTIONS = re.compile(r"\A(?:---\n.*?^---\n|(?::[^\n]*\n)+)", re.DOTALL | re.MULTILINE)


def imported(text: str) -> set[str]:
    """Return the full names that the cells of a text notebook import from the package."""
    found = set()
    for _, cell in CELL.findall(text):
        try:
            tree = ast.parse(OPTIONS.sub("", cell))
        except SyntaxError:  # a cell that shows an error, or a magic of IPython
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{PACKAGE}."):
                found.update(f"{node.module}.{name.name}" for name in node.names)
    return found


def imports_of(env: BuildEnvironment) -> dict[str, set[str]]:
    """Return what each chapter imports."""
    if not hasattr(env, "chapter_imports"):
        env.chapter_imports = {}  # type: ignore[attr-defined]
    found: dict[str, set[str]] = env.chapter_imports  # type: ignore[attr-defined]
    return found


def note_imports(app: Sphinx, doctree: nodes.document) -> None:
    env = app.env
    if "kernelspec" in env.metadata[env.docname]:
        imports_of(env)[env.docname] = imported(
            Path(env.doc2path(env.docname)).read_text(encoding="utf-8")
        )


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    imports_of(env).pop(docname, None)


def reference_pages(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Have the reference written anew when the chapters import something else than before."""
    shown = getattr(env, "chapter_imports_shown", None)
    env.chapter_imports_shown = dict(imports_of(env))  # type: ignore[attr-defined]
    if shown == imports_of(env):
        return []
    return sorted({docname for _, _, _, docname, _, _ in env.get_domain("py").get_objects()})


def link_reference(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Name at the end of a chapter the functions that it uses."""
    places = {
        name: (page, anchor)
        for name, _, _, page, anchor, _ in app.env.get_domain("py").get_objects()
    }
    names = sorted(
        imports_of(app.env).get(docname, set()) & places.keys(),
        key=lambda name: name.rpartition(".")[2].lower(),
    )
    if not names:
        return
    paragraph = nodes.paragraph(classes=["api-links"])
    paragraph += nodes.Text("In the reference: ")
    for place, name in enumerate(names):
        page, anchor = places[name]
        uri = f"{app.builder.get_relative_uri(docname, page)}#{anchor}"
        code = nodes.literal("", name.rpartition(".")[2])
        paragraph += nodes.reference("", "", code, refuri=uri, internal=True)
        paragraph += nodes.Text("." if place == len(names) - 1 else ", ")
    next(iter(doctree.findall(nodes.section))).append(paragraph)


def link_chapters(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Name below a function of the reference the chapters that use it."""
    order = list(app.env.toctree_includes.get(str(app.config.root_doc), []))
    for description in doctree.findall(addnodes.desc):
        anchors = [i for s in description.findall(addnodes.desc_signature) for i in s["ids"]]
        users = sorted(
            (page for page, names in imports_of(app.env).items() if names & set(anchors)),
            key=order.index,
        )
        content = next(iter(description.findall(addnodes.desc_content)), None)
        if not users or content is None:
            continue
        paragraph = nodes.paragraph(classes=["chapter-links"])
        paragraph += nodes.Text("Used in: ")
        for place, page in enumerate(users):
            title = app.env.titles[page].astext().partition(":")[0].rstrip("*")
            uri = app.builder.get_relative_uri(docname, page)
            paragraph += nodes.reference("", title, refuri=uri, internal=True)
            paragraph += nodes.Text("." if place == len(users) - 1 else ", ")
        content.append(paragraph)


def link(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    if app.builder.format == "html":
        link_reference(app, doctree, docname)
        link_chapters(app, doctree, docname)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-read", note_imports)
    app.connect("env-purge-doc", purge)
    app.connect("env-updated", reference_pages)
    app.connect("doctree-resolved", link)
    return {"parallel_read_safe": False}
