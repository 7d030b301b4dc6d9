"""Makes pictures light, and gives them their size, so that no text moves when they arrive.

Matplotlib writes six decimals into its SVG, and a line for each pair of them. A hundredth of a
point is finer than any screen; what is left out is up to half of the file.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

LATE = 900
IMG = re.compile(r'<img (?![^>]*\bwidth=)[^>]*\bsrc="[^"]*?_images/([^"]+\.svg)"[^>]*?/?>')
SIZE = re.compile(r'<svg[^>]*?\bwidth="([\d.]+)(pt|px|)"[^>]*?\bheight="([\d.]+)(pt|px|)"')
PIXELS_PER_POINT = 96 / 72
METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
# Where matplotlib puts places; the scales of glyphs need all of their digits.
PLACES = re.compile(r'(?<= )(d|x|y)="([^"]*)"')
DECIMALS = re.compile(r"-?\d+\.\d{3,}")


def lighter(svg: str) -> str:
    """Return a drawing of matplotlib's with places to a hundredth, and no line breaks in paths."""
    svg = METADATA.sub("", svg, count=1)
    return PLACES.sub(lambda match: f'{match[1]}="{shorter(match[2])}"', svg)


def shorter(places: str) -> str:
    rounded = DECIMALS.sub(lambda number: f"{round(float(number[0]), 2) + 0.0:g}", places)
    return re.sub(r"\s+", " ", rounded).strip()


def size(path: Path) -> tuple[int, int] | None:
    """Return width and height in pixels, of a drawing that names them."""
    found = SIZE.search(path.read_text(encoding="utf-8")[:2000])
    if found is None:
        return None
    sides = ((found[1], found[2]), (found[3], found[4]))
    width, height = (
        round(float(value) * (PIXELS_PER_POINT if unit == "pt" else 1)) for value, unit in sides
    )
    return width, height


def give_sizes(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    if "body" not in context:
        return
    sources = {name: Path(app.srcdir, path) for path, name in app.builder.images.items()}

    def with_size(match: re.Match[str]) -> str:
        measured = size(sources[match[1]]) if match[1] in sources else None
        if measured is None:
            return match[0]
        width, height = measured
        attributes = f'width="{width}" height="{height}" loading="lazy" decoding="async"'
        return f"<img {attributes} {match[0].removeprefix('<img ')}"

    context["body"] = IMG.sub(with_size, context["body"])


def make_lighter(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.format != "html":
        return
    for path in sorted(Path(app.outdir, "_images").glob("*.svg")):
        drawing = path.read_text(encoding="utf-8")
        if METADATA.search(drawing):
            path.write_text(lighter(drawing), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", give_sizes, priority=LATE)
    app.connect("build-finished", make_lighter)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
