"""Pictures whose parameters the reader moves.

``{moving-picture} name`` holds YAML with alternative text, caption and starting values;
CONTRIBUTING.md tells more. What a picture shows is a pure function, written once, in JavaScript
(``book/static/moving/``). Here V8 draws it for the starting values, so that it is seen without
scripts, on paper and in downloaded notebooks; on the page the same function follows the reader.

A page with moving pictures loads one style sheet and one script, which joins the numerics, the
element and the pictures of this page.
"""

from __future__ import annotations

import atexit
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from build_guard import Breaches
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.writers.html5 import HTML5Translator
from yaml_directive import Source, YamlDirective

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

PICTURES = Breaches("moving pictures")
FOLDER = Path(__file__).parents[1] / "static" / "moving"
COMMON = ("numerics", "moving")
# On lines of their own; their text stays in the scripts that the page is made of.
COMMENT = re.compile(r"^ *(?:/\*.*?\*/|//[^\n]*)\n", re.MULTILINE | re.DOTALL)
WHY = {
    "alt": ": say in words what relationship it shows",
    "caption": ": say what to try, and what to notice",
}


class MovingPicture(nodes.General, nodes.Element):
    """A picture in its starting state; its children are the caption."""

    @property
    def svg(self) -> str:
        """The picture as a file of its own, on white, since it knows no page."""
        shown = self["shown"]
        size = f'width="{shown["width"]}" height="{shown["height"]}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} '
            f'viewBox="0 0 {shown["width"]} {shown["height"]}" '
            'font-family="sans-serif" font-size="14" color="black">'
            "<style>text { stroke: white; stroke-width: 3px; paint-order: stroke; }</style>"
            f'<rect {size} fill="white"/>{shown["drawing"]}</svg>'
        )


# Scripts


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.js") if path.stem not in COMMON)


def script(pictures: Iterable[str]) -> str:
    """Return the script of a page that shows these pictures."""
    parts = (
        FOLDER.joinpath(f"{name}.js").read_text(encoding="utf-8") for name in (*COMMON, *pictures)
    )
    return f"(() => {{\n{COMMENT.sub('', ''.join(parts))}Moving.start();\n}})();\n"


@cache
def engine(version: str) -> MiniRacer:
    """Return V8, which has read all scripts in this version."""
    from py_mini_racer import MiniRacer

    started = MiniRacer()
    # Python does not always come to its end while V8 is running, as after Ctrl-C.
    atexit.register(started.close)
    for name in (*COMMON, *names()):
        with blaming(name):
            started.eval(FOLDER.joinpath(f"{name}.js").read_text(encoding="utf-8"))
    return started


@contextmanager
def blaming(name: str) -> Iterator[None]:
    """Name the script in which an error lies."""
    from py_mini_racer import JSEvalException

    try:
        yield
    except JSEvalException as error:
        raise ExtensionError(f"{FOLDER.name}/{name}.js: {error}") from error


def call(picture: str, function: str, *arguments: object) -> Any:
    scripts = engine(script(names()))
    with blaming(picture):
        return scripts.call(f"Moving.{function}", picture, *arguments)


# Reading


class MovingPictureDirective(YamlDirective):
    """Read a moving picture, and draw it for its starting values."""

    rule = PICTURES
    keys = "a moving picture has keys: `alt`, `caption` and `start`"
    why = WHY

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        if name not in names():
            self.problem(None, f"there is no such picture; there are: {', '.join(names())}")
            return self.finish(None)
        for part in (*COMMON, name):
            self.env.note_dependency(str(FOLDER / f"{part}.js"))
        self.register(name)
        root = self.mapping()
        parts = self.keys_of(root, ("alt", "caption"), ("start",)) if root else {}
        alt, caption = self.text_of(parts.get("alt")), self.text_of(parts.get("caption"))
        start = self.start(name, parts.get("start"))
        if self.problems or alt is None:
            return self.finish(None)
        label = f"moving-{name}"
        picture = MovingPicture(ids=[label], name=name, start=start)
        self.set_source_info(picture)
        picture["alt"] = " ".join(alt.text.split())
        picture["shown"] = call(name, "markup", label, start)
        return self.finish(self.blocks(picture, caption))

    def register(self, name: str) -> None:
        """Note the picture, which stands nowhere else in the book."""
        places = places_of(self.env)
        if name in places:
            self.problem(None, f"{self.env.doc2path(places[name], False)} has this picture already")
        else:
            places[name] = self.env.docname

    def start(self, name: str, node: yaml.Node | None) -> dict[str, object]:
        """Return the starting value of every control."""
        controls = {control["name"]: control for control in call(name, "controls")}
        given: dict[str, object] = {}
        for key, value in (self.keys_of(node, (), controls) if node else {}).items():
            text = self.text_of(value)
            if text is not None and key in controls:
                given[key] = self.setting(controls[key], text)
        return {} if self.problems else dict(call(name, "begin", given))

    def setting(self, control: dict[str, Any], given: Source) -> object:
        name = control["name"]
        if "options" in control:
            if given.text not in control["options"]:
                known = ", ".join(f"`{option}`" for option in control["options"])
                self.problem(given, f"`{name}` is {given.text!r}, and not one of {known}")
            return given.text
        try:
            value = float(given.text)
        except ValueError:
            self.problem(given, f"`{name}` is {given.text!r}, and not a number")
            return None
        if not control["low"] <= value <= control["high"]:
            reach = f"{control['low']:.6g} to {control['high']:.6g}"
            self.problem(given, f"`{name}` is {given.text}, and its range is {reach}")
        return value


def places_of(env: BuildEnvironment) -> dict[str, str]:
    """Return the page of each picture."""
    if not hasattr(env, "moving_pictures"):
        env.moving_pictures = {}  # type: ignore[attr-defined]
    found: dict[str, str] = env.moving_pictures  # type: ignore[attr-defined]
    return found


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    places = places_of(env)
    for name in [name for name, page in places.items() if page == docname]:
        del places[name]


# Writing


def visit_picture(self: HTML5Translator, node: MovingPicture) -> None:
    label, shown = node["ids"][0], node["shown"]
    self.body.append(
        f'<figure class="moving" id="{label}">\n'
        f'<moving-picture picture="{node["name"]}" start="{escape(json.dumps(node["start"]))}">\n'
        f'<span id="{label}_alt" hidden>{escape(node["alt"])}</span>\n'
        f'<svg viewBox="0 0 {shown["width"]} {shown["height"]}" width="{shown["width"]}" '
        f'height="{shown["height"]}" role="img" aria-labelledby="{label}_alt {label}_words">'
        f"{shown['drawing']}</svg>\n"
        f'<div class="moving-controls" role="group" aria-label="Controls">\n'
        f'{shown["controls"]}<button type="button">Reset</button>\n</div>\n'
        f'<p class="moving-words" id="{label}_words" aria-live="polite">'
        f"{shown['words']}</p>\n"
        f"</moving-picture>\n<figcaption>\n"
    )


def depart_picture(self: HTML5Translator, node: MovingPicture) -> None:
    self.body.append("</figcaption>\n</figure>\n")


def skip(self: Any, node: MovingPicture) -> None:
    raise nodes.SkipNode


def add_script(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Join the scripts that the page needs, and load them with it."""
    used = sorted(node["name"] for node in doctree.findall(MovingPicture)) if doctree else []
    if not used:
        return
    name = f"moving/page-{pagename.replace('/', '-')}.js"
    path = Path(app.outdir, "_static", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script(used), encoding="utf-8")
    app.add_js_file(name, loading_method="defer")
    app.add_css_file("moving/moving.css")


def setup(app: Sphinx) -> dict[str, Any]:
    others = dict.fromkeys(("text", "latex", "man", "texinfo"), (skip, None))
    app.add_node(MovingPicture, html=(visit_picture, depart_picture), **others)
    app.add_directive("moving-picture", MovingPictureDirective)
    app.connect("env-purge-doc", purge)
    app.connect("html-page-context", add_script)
    PICTURES.connect(app)
    return {"parallel_read_safe": False}
