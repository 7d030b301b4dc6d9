"""Says what each page loads: one stylesheet, one script, and the three scripts of the theme.

Jupyter Book brings a dozen stylesheets and as many scripts, most of them for what no page has. Its
icons come as a script of 1.5 MB. Every page loads the search index, for suggestions that are off.
sphinx-thebe is loaded twice, also where no button starts a kernel, and names an address outside.

The stylesheets become ``_static/site.css`` (see ``stylesheet.py``). The scripts of Sphinx and its
extensions become ``_static/site.js``, one after the other, as the browser would run them. The
theme's own scripts stay files of their own: bundled, they do not find each other.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import stylesheet
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

FOLDER = Path(__file__).parent
STYLE = "site.css"
SCRIPT = "site.js"
# The theme's layout links these before all others.
THEME_STYLES = ("basic.css", "styles/pydata-sphinx-theme.css")
APART = ("_static/scripts/sphinx-book-theme.js", "_static/design-tabs.js")
SOURCES = ("sphinx", "pydata-sphinx-theme", "sphinx-book-theme", "sphinx-copybutton")
# After the theme and all extensions have added theirs.
LATE = 900
# Where a browser may not read other files, it shows what it finds without an excerpt.
FROM_FOLDER = (
    'if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;'
)
# Makes what scrolls sideways a stop on the way of the keyboard.
REACH = "reach.js"


def leave_out_thebe(app: Sphinx, config: Config) -> None:
    for listeners in app.events.listeners.values():
        for listener in list(listeners):
            if listener.handler.__module__.split(".")[0] == "sphinx_thebe":
                app.disconnect(listener.id)
    files = app.registry.css_files
    files[:] = [(name, options) for name, options in files if name != "sphinx-thebe.css"]


def digest() -> str:
    """Return a hash of what the stylesheet and the script are made of.

    It is part of their addresses, so that no browser shows a new page with an old style.
    """
    found = hashlib.sha256("".join(version(name) for name in SOURCES).encode())
    static = FOLDER.parent / "static"
    own = (*static.glob("*.css"), *static.glob("*.js"), FOLDER / "stylesheet.py")
    for path in sorted(own):
        found.update(path.read_bytes())
    return found.hexdigest()[:8]


def common(app: Sphinx) -> tuple[list[Any], list[Any]]:
    """Return the stylesheets and scripts that every page loads."""
    builder: Any = app.builder
    return builder._orig_css_files, builder._orig_js_files


def choose_assets(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    styles, scripts = common(app)
    context["css_files"] = [file for file in context["css_files"] if file not in styles]
    body = context.get("body", "")
    context["script_files"] = [
        file
        for file in context["script_files"]
        if file not in scripts
        # The theme's settings for what this site does not have; they would run too early.
        and not file.attributes.get("body", "").startswith("DOCUMENTATION_OPTIONS.")
    ]
    if "sd-tab-set" in body:
        context["script_files"] += [f for f in scripts if f.filename == "_static/design-tabs.js"]
    context["assets_digest"] = app.config.assets_digest


def script_text(static: Path, file: Any) -> str:
    if not file.filename:
        return str(file.attributes["body"])
    return (static.parent / file.filename).read_text(encoding="utf-8")


def write_assets(app: Sphinx, exception: Exception | None) -> None:
    # Without a page written anew, Sphinx has copied no file either, and the last ones stand.
    if exception is not None or not hasattr(app.builder, "_orig_js_files"):
        return
    styles, scripts = common(app)
    site = Path(app.outdir)
    static = site / "_static"
    # Settings come first, since a deferred script does not wait for anything behind it.
    ordered = sorted(scripts, key=lambda file: bool(file.filename))
    parts = [script_text(static, file) for file in ordered if file.filename not in APART]
    # What stands twice runs once. The semicolon ends what a script may have left open.
    text = ";\n".join(dict.fromkeys([*parts, FROM_FOLDER]))
    (static / SCRIPT).write_text(text, encoding="utf-8")

    names = [file.filename.removeprefix("_static/") for file in styles]
    text = stylesheet.merged(
        static,
        dict.fromkeys([*THEME_STYLES, *names]),
        (page.read_text(encoding="utf-8") for page in site.rglob("*.html")),
        (
            script.read_text(encoding="utf-8")
            for script in static.rglob("*.js")
            if script.name != "fontawesome.js"
        ),
    )
    (static / STYLE).write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_js_file(REACH)
    app.add_config_value("assets_digest", digest(), "html")
    app.connect("config-inited", leave_out_thebe)
    app.connect("html-page-context", choose_assets, priority=LATE)
    # The theme writes the colours of code when the build is finished.
    app.connect("build-finished", write_assets, priority=LATE)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
