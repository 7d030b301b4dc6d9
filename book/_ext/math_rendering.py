r"""Renders mathematics to MathML while the book is built, so that no page needs a script.

Temml (``temml/``) turns TeX into MathML inside V8, which the package ``mini-racer`` brings along.
What was rendered once is remembered under ``.math`` in the build folder, so that V8 starts for new
formulas alone. TeX that Temml does not accept stops the build.

``html_math_renderer: mathjax`` in ``_config.yml`` gives the pages back to MathJax; nothing here
then takes part. There are no macros: the downloaded notebooks must render where nobody knows them.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import re
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from build_guard import Breaches, location
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

RENDERER = "temml"
FOLDER = Path(__file__).parent / "temml"
SCRIPTS = (FOLDER / "temml.min.js", FOLDER / "render.js")
OPTIONS = {"throwOnError": True}
# A formula in the text with more characters than this may be wider than the column of a phone.
LONG = 20
# Sphinx numbers an environment as a whole; Temml would number its lines a second time.
SELF_NUMBERING = re.compile(r"\\(begin|end)\{(align|alignat|equation|gather|multline)\}")
# Temml marks the offending characters by underlining them with this combining character.
UNDERLINE = "\N{COMBINING LOW LINE}"

BAD_TEX = Breaches("mathematics")


class TexError(ValueError):
    """TeX that cannot be rendered."""


class Formulas:
    """MathML of the book's formulas, remembered in one file beneath the build folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"{fingerprint()}.json"
        self.known: dict[str, str] = (
            json.loads(self.path.read_text(encoding="utf-8")) if self.path.is_file() else {}
        )
        self.changed = False
        self.engine: MiniRacer | None = None

    def mathml(self, tex: str, display: bool) -> str:
        key = hashlib.sha256(f"{'display' if display else 'inline'}:{tex}".encode()).hexdigest()
        if key not in self.known:
            self.known[key] = self.render(tex, display)
            self.changed = True
        return self.known[key]

    def render(self, tex: str, display: bool) -> str:
        if self.engine is None:
            # Costs a tenth of a second and 30 MB, which a build without new formulas need not pay.
            from py_mini_racer import MiniRacer

            self.engine = MiniRacer()
            # Python does not always come to its end while V8 is running, as after Ctrl-C.
            atexit.register(self.close)
            for script in SCRIPTS:
                self.engine.eval(script.read_text(encoding="utf-8"))
        result = self.engine.call("render", tex, {**OPTIONS, "displayMode": display})
        if "error" in result:
            raise TexError(" ".join(result["error"].replace(UNDERLINE, "").split()))
        mathml: str = result["mathml"]
        if 'class="tml-ref' in mathml:
            raise TexError("a formula cannot refer to an equation; write {eq}`label` in the text")
        return mathml

    def save(self) -> None:
        """Write what is new, in one step, so that a build that is cut short leaves no half file."""
        if self.changed:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            for stale in self.path.parent.glob("*.json"):
                if stale != self.path:
                    stale.unlink()
            partial = self.path.with_suffix(f".{os.getpid()}")
            partial.write_text(json.dumps(self.known, indent=0, sort_keys=True), encoding="utf-8")
            partial.replace(self.path)
            self.changed = False

    def close(self) -> None:
        if self.engine is not None:
            self.engine.close()
            self.engine = None


def fingerprint() -> str:
    """Return a hash of all that the MathML of a formula depends on besides its TeX."""
    digest = hashlib.sha256(json.dumps(OPTIONS, sort_keys=True).encode())
    for script in SCRIPTS:
        digest.update(script.read_bytes())
    return digest.hexdigest()[:16]


def display_tex(node: nodes.math_block) -> str:
    """Return the TeX of a displayed equation, laid out as Sphinx does for MathJax.

    Paragraphs become lines that are aligned with each other, and line breaks need no environment.
    """
    tex = node.astext()
    if node.get("nowrap"):
        return SELF_NUMBERING.sub(r"\\\1{\2*}", tex)
    parts = [part.strip() for part in tex.split("\n\n") if part.strip()]
    if len(parts) == 1 and not breaks_lines(parts[0]):
        return parts[0]
    return r"\begin{aligned}" + r" \\ ".join(parts) + r"\end{aligned}"


def breaks_lines(tex: str) -> bool:
    r"""Tell whether a ``\\`` stands outside of every environment."""
    innermost = re.compile(r"\\begin\{([a-zA-Z]+\*?)\}((?!\\begin\{).)*?\\end\{\1\}", re.DOTALL)
    while innermost.search(tex):
        tex = innermost.sub("", tex)
    return r"\\" in tex


def mathml_of(app: Sphinx, node: nodes.math | nodes.math_block) -> str:
    """Return the MathML of a node, with its source in ``alttext``.

    The text of an ``<annotation>`` would turn up in the title of the page and in search results.
    """
    formulas: Formulas = app.formulas  # type: ignore[attr-defined]
    display = isinstance(node, nodes.math_block)
    mathml = formulas.mathml(display_tex(node) if display else node.astext(), display)
    return mathml.replace("<math", f'<math alttext="{escape(node.astext().strip())}"', 1)


def letters(app: Sphinx, node: nodes.math) -> str:
    """Return what a formula shows as plain text, for places where there can be no formulas."""
    if getattr(app.builder, "math_renderer_name", None) != RENDERER:
        return node.astext()
    return unescape(re.sub("<[^>]*>", "", mathml_of(app, node)))


def explain(node: nodes.Node, error: TexError) -> str:
    return f"Temml cannot render `{node.astext().strip()}`: {error}"


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    mathml = written(self, node)
    kind = "math mathml"
    if len(re.sub("<[^>]*>", "", mathml)) > LONG:
        kind += " mathml-long"
        # Firefox cannot scroll `math` within a line, but what stands around it.
        mathml = f'<span class="formula">{mathml}</span>'
    self.body.append(self.starttag(node, "span", "", CLASS=f"{kind} notranslate nohighlight"))
    self.body.append(mathml)
    self.body.append("</span>")
    raise nodes.SkipNode


def visit_display(self: HTML5Translator, node: nodes.math_block) -> None:
    self.body.append(self.starttag(node, "div", "", CLASS="math mathml notranslate nohighlight"))
    self.body.append(f'<div class="formula">{written(self, node)}</div>')
    if node.get("number"):
        self.body.append(f'<span class="eqno">{equation_number(self, node)}</span>')
    self.body.append("</div>\n")
    raise nodes.SkipNode


def written(self: HTML5Translator, node: nodes.math | nodes.math_block) -> str:
    try:
        return mathml_of(self.builder.app, node)
    except TexError as error:
        where = location(self.builder.env, node)
        raise ExtensionError(f"{where}: {explain(node, error)}") from error


def equation_number(self: HTML5Translator, node: nodes.math_block) -> str:
    """Return the number, which is itself the link to the equation: one can tab to it and tap it."""
    number = f"({get_node_equation_number(self, node)})"
    if not node["ids"] or not self.config.html_permalinks:
        return number
    return f'<a href="#{node["ids"][0]}" title="Link to this equation">{number}</a>'


def in_mime_bundle(node: nodes.Node) -> bool:
    """Tell whether a node is one of several forms of an output, of which the page shows another."""
    while node.parent is not None:
        node = node.parent
        if node.get("nb_element") == "mime_bundle":
            return True
    return False


def check_formulas(app: Sphinx, doctree: nodes.document) -> None:
    """Collect all formulas of a page that cannot be rendered, before the first page is written."""
    if app.builder.format != "html" or app.builder.math_renderer_name != RENDERER:
        return
    for node in doctree.findall(lambda node: isinstance(node, nodes.math | nodes.math_block)):
        if in_mime_bundle(node):
            continue
        try:
            mathml_of(app, node)
        except TexError as error:
            BAD_TEX.add(app.env, node, explain(node, error))


def prepare(app: Sphinx) -> None:
    app.formulas = Formulas(Path(app.outdir).parent / ".math")  # type: ignore[attr-defined]
    if app.builder.format == "html" and app.builder.math_renderer_name == RENDERER:
        app.add_css_file("math.css")


def finish(app: Sphinx, exception: Exception | None) -> None:
    if hasattr(app, "formulas"):
        app.formulas.save()
        app.formulas.close()


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_html_math_renderer(RENDERER, (visit_inline, None), (visit_display, None))
    # A changed value makes Sphinx write every page again.
    app.add_config_value("temml_fingerprint", fingerprint(), "html")
    app.connect("builder-inited", prepare)
    app.connect("doctree-read", check_formulas)
    app.connect("build-finished", finish)
    BAD_TEX.connect(app)
    return {"parallel_read_safe": False}
