"""Keeps a failed build failed, and stops the build at a picture without alternative text.

Sphinx reads only what has changed. After ``-W`` has turned a warning into a failure, the page that
warned counts as read, so the next build would pass in silence: the guard drops the environment.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from fingerprint import fingerprint
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

logger = logging.getLogger(__name__)


class Breaches:
    """The breaches of a rule, page by page, kept in the environment until all pages are read.

    A breach raises instead of warning, since a warning is forgotten by the second build; those of
    all rules are shown at once, since an author wants to mend them in one go.
    """

    def __init__(self, rule: str) -> None:
        self.rule = rule

    def of(self, env: BuildEnvironment) -> dict[str, list[str]]:
        return breaches_of(env).setdefault(self.rule, {})

    def add(self, env: BuildEnvironment, node: nodes.Node, message: str) -> None:
        self.of(env).setdefault(env.docname, []).append(f"{location(env, node)}: {message}")

    def add_page(self, env: BuildEnvironment, docname: str, message: str) -> None:
        self.of(env).setdefault(docname, []).append(f"{env.doc2path(docname, False)}: {message}")

    def purge(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        self.of(env).pop(docname, None)

    def connect(self, app: Sphinx) -> None:
        app.connect("env-purge-doc", self.purge)
        # Late, so that handlers which add breaches about the whole book run first.
        app.connect("env-updated", raise_if_any, priority=900)


def breaches_of(env: BuildEnvironment) -> dict[str, dict[str, list[str]]]:
    """Return the breaches of all rules, by rule and page."""
    if not hasattr(env, "breaches"):
        env.breaches = {}  # type: ignore[attr-defined]
    found: dict[str, dict[str, list[str]]] = env.breaches  # type: ignore[attr-defined]
    return found


def raise_if_any(app: Sphinx, env: BuildEnvironment) -> None:
    reports = []
    for rule, pages in sorted(breaches_of(env).items()):
        found = [message for page in sorted(pages) for message in pages[page]]
        if found:
            reports.append(f"{rule}: {len(found)} breach(es)\n  " + "\n  ".join(found))
    if reports:
        raise ExtensionError("\n\n".join(reports))


def location(env: BuildEnvironment, node: nodes.Node) -> str:
    """Return ``file:line`` of a node, or of the nearest ancestor that knows its line."""
    current: nodes.Node | None = node
    # An image within a paragraph has the line 0, or none.
    while current is not None and not current.line:
        current = current.parent
    line = f":{current.line}" if current is not None else ""
    return f"{env.doc2path(env.docname, False)}{line}"


ALT_TEXT = Breaches("alternative text")


def check_pictures(app: Sphinx, doctree: nodes.document) -> None:
    for image in doctree.findall(nodes.image):
        if not str(image.get("alt", "")).strip():
            ALT_TEXT.add(
                app.env,
                image,
                "a picture has no alternative text; say in words what it shows: "
                "`:alt:` on the directive, or `mystnb: {image: {alt: …}}` on the code cell",
            )


def outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Read every page again when the package, on which all outputs rest, has changed."""
    current = fingerprint()
    previous = getattr(env, "package_fingerprint", None)
    env.package_fingerprint = current  # type: ignore[attr-defined]
    return [] if previous == current else sorted(env.found_docs)


def forget_failed_build(app: Sphinx, exception: Exception | None) -> None:
    warned = app._warncount and (app.warningiserror or app.keep_going)
    if exception is not None or warned:
        Path(app.doctreedir, "environment.pickle").unlink(missing_ok=True)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-read", check_pictures)
    app.connect("env-get-outdated", outdated)
    app.connect("build-finished", forget_failed_build)
    ALT_TEXT.connect(app)
    return {"parallel_read_safe": False}
