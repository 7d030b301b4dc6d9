"""Says at the top of each chapter whether it belongs to the core path, and how long it takes.

``book/data/paths.yml`` names the chapters of each kind. The time is an estimate from what stands
on the page: words, formulas, lines of code and pictures are read; exercises and quizzes are worked
on. What is folded away, proofs and solutions, is not counted. The front page shows the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from build_guard import Breaches
from docutils import nodes
from quizzes import Quiz
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node, solution_node

PATHS = Path(__file__).parents[1] / "data" / "paths.yml"
KINDS = {
    "core": "Core path",
    "before": "Before you begin",
    "deeper": "Goes deeper",
    "optional": "Optional",
}
# Minutes, as of somebody who meets the matter for the first time and thinks along.
PER_WORD = 1 / 120
PER_EQUATION = 0.75
PER_LINE = 0.1
PER_PICTURE = 1.0
PER_EXERCISE = 8.0
PER_QUIZ = 1.5
STEP = 5
# Code that is folded away, and what code prints.
UNREAD = {"tag_hide-input", "tag_hide-cell", "cell_output"}
EXERCISES = (exercise_node, exercise_enumerable_node)
LISTED = re.compile(
    r'(?<=<li class="toctree-l1">)<a class="reference internal" href="(?P<target>[^"]*)">.*?</a>'
)
FACTS = Breaches("paths through the chapters")


@dataclass(frozen=True)
class Time:
    """Minutes, to the next five, for the text and for what the reader does."""

    reading: int
    exercises: int


def kinds() -> dict[str, str]:
    """Return the kind of each chapter."""
    paths = yaml.safe_load(PATHS.read_text(encoding="utf-8"))
    return {chapter: kind for kind, chapters in paths.items() for chapter in chapters}


def rounded(minutes: float) -> int:
    return max(STEP, STEP * round(minutes / STEP))


def is_read(node: nodes.Node) -> bool:
    """Tell whether a node stands on the page as text that is read from top to bottom."""
    current: nodes.Node | None = node
    while current is not None:
        if isinstance(current, (*EXERCISES, solution_node, Quiz)):
            return False
        if isinstance(current, nodes.Element) and UNREAD & set(current.get("classes", ())):
            return False
        current = current.parent
    return True


def time_of(doctree: nodes.document) -> Time:
    minutes = 0.0
    for node in doctree.findall(nodes.TextElement):
        if not is_read(node):
            continue
        if isinstance(node, nodes.paragraph):
            minutes += PER_WORD * len(node.astext().split())
        elif isinstance(node, nodes.math_block):
            minutes += PER_EQUATION
        elif isinstance(node, nodes.literal_block):
            minutes += PER_LINE * len(node.astext().splitlines())
    minutes += PER_PICTURE * len(list(doctree.findall(nodes.image)))
    doing = PER_EXERCISE * sum(isinstance(node, EXERCISES) for node in doctree.findall())
    doing += PER_QUIZ * sum(isinstance(node, Quiz) for node in doctree.findall())
    return Time(rounded(minutes), rounded(doing))


def times_of(env: BuildEnvironment) -> dict[str, Time]:
    if not hasattr(env, "chapter_times"):
        env.chapter_times = {}  # type: ignore[attr-defined]
    found: dict[str, Time] = env.chapter_times  # type: ignore[attr-defined]
    return found


def measure(app: Sphinx, doctree: nodes.document) -> None:
    name = PurePosixPath(app.env.docname).name
    if "kernelspec" not in app.env.metadata[app.env.docname] or name not in kinds():
        return
    app.env.note_dependency(str(PATHS))
    times_of(app.env)[app.env.docname] = time_of(doctree)


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    times_of(env).pop(docname, None)


def check(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """See that every chapter has its kind, and have the front page written with today's times."""
    for docname in env.found_docs:
        name = PurePosixPath(docname).name
        if "kernelspec" in env.metadata[docname] and name not in kinds():
            FACTS.add_page(env, docname, f"name the chapter in {PATHS.name}")
    shown = getattr(env, "chapter_times_shown", None)
    env.chapter_times_shown = dict(times_of(env))  # type: ignore[attr-defined]
    return [] if shown == times_of(env) else [str(env.config.root_doc)]


def pieces(env: BuildEnvironment, docname: str, short: bool) -> Iterable[str]:
    time = times_of(env)[docname]
    yield KINDS[kinds()[PurePosixPath(docname).name]]
    if short:
        yield f"{time.reading} + {time.exercises} min"
    else:
        yield f"about {time.reading} minutes to read, {time.exercises} for quizzes and exercises"


def show(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    if app.builder.format != "html":
        return
    times = times_of(app.env)
    if docname in times:
        text = " · ".join(pieces(app.env, docname, short=False))
        title = next(iter(doctree.findall(nodes.title)))
        title.parent.insert(1, nodes.paragraph(text, text, classes=["chapter-facts"]))


def show_on_front_page(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Put the facts behind the chapters of the list, which Sphinx resolves last of all."""
    if pagename != app.config.root_doc:
        return
    chapters = {app.builder.get_relative_uri(pagename, name): name for name in times_of(app.env)}

    def with_facts(match: re.Match[str]) -> str:
        if match["target"] not in chapters:
            return match[0]
        text = " · ".join(pieces(app.env, chapters[match["target"]], short=True))
        return f'{match[0]} <span class="chapter-facts">{escape(text)}</span>'

    context["body"] = LISTED.sub(with_facts, context["body"])


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-read", measure)
    app.connect("env-purge-doc", purge)
    app.connect("env-updated", check)
    app.connect("doctree-resolved", show)
    app.connect("html-page-context", show_on_front_page)
    FACTS.connect(app)
    return {"parallel_read_safe": False}
