"""Prints the built site as one PDF: tagged, with bookmarks, working links and page numbers.

``make pdf`` runs it after the build. Chromium breaks the pages and tags them. What it does not do
is done around it: the table of contents gets its page numbers in a second pass, since Chromium has
no ``target-counter``; tags are mended (pdf_tags.py); and the file gets its author, and no date but
that of ``SOURCE_DATE_EPOCH``.
"""

from __future__ import annotations

import argparse
import io
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import yaml
from chromium import launch
from pdf_tags import mend, number_names
from pikepdf import Dictionary, Name, ObjectStreamMode, Pdf
from playwright.sync_api import Page, sync_playwright
from whole_book import assemble

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
NAME = "probabilistic-classification.pdf"

# The width of an A4 page without the margins of print.css, in CSS pixels.
CONTENT_WIDTH = (210 - 2 * 20) / 25.4 * 96
# A piece of code with more lines may be cut; on a page there is room for about seventy.
LONG_CODE = 40
TIMEOUT = 600_000

# Draws smaller what is wider than its column; Chromium would draw the whole book smaller instead.
FIT = """limit => {
    for (const code of document.querySelectorAll(".highlight"))
        code.classList.toggle("long", code.textContent.split("\\n").length > limit);
    const shrink = (element, needed, room) => {
        if (needed > room + 0.5) {
            const size = parseFloat(getComputedStyle(element).fontSize);
            element.style.fontSize = `${(0.99 * size * room / needed).toFixed(2)}px`;
        }
    };
    for (const table of document.querySelectorAll("table"))
        // What is wrapped, and how, depends on the size again.
        for (let trial = 0; trial < 3; trial++)
            shrink(table, table.offsetWidth, table.parentElement.clientWidth);
    for (const formula of document.querySelectorAll("div.formula"))
        shrink(formula.firstElementChild, formula.scrollWidth, formula.clientWidth);
    for (const formula of document.querySelectorAll("span.math math")) {
        const column = formula.closest("p, li, td, th, dt, dd, div, h1, h2, h3, h4");
        shrink(formula, formula.getBoundingClientRect().width, column.clientWidth);
    }
}"""
# What still reaches beyond the page, or beyond its cell of a table.
WIDER = """() => [...document.querySelectorAll("body *")]
    .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1
        || e.matches("td, th") && e.scrollWidth > e.clientWidth + 1)
    .map(e => `${e.localName}: ${e.textContent.trim().slice(0, 60)}`)"""


@contextmanager
def opened(html: Path) -> Iterator[Page]:
    """Open a page as it will be printed."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": int(CONTENT_WIDTH), "height": 900})
        page.set_default_timeout(TIMEOUT)
        page.emulate_media(media="print", color_scheme="light")
        page.goto(html.absolute().as_uri())
        page.evaluate("document.fonts.ready.then(() => undefined)")
        page.evaluate(FIT, LONG_CODE)
        yield page
        browser.close()


def printed(page: Page) -> Pdf:
    """Print twice: the first time shows on which page each entry of the contents stands."""
    numbers = page_numbers(Pdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))))
    page.evaluate(
        """numbers => {
            for (const place of document.querySelectorAll(".page-number"))
                place.textContent = numbers[place.dataset.target];
        }""",
        numbers,
    )
    pdf = Pdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True, tagged=True, outline=True)))
    if page_numbers(pdf) != numbers:
        raise RuntimeError("the numbers of the pages, written into the contents, moved the pages")
    return pdf


def page_numbers(pdf: Pdf) -> dict[str, int]:
    """Return the number of the page of each place that a link leads to."""
    numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
    return {
        str(name).removeprefix("/"): numbers[place[0].objgen]
        for name, place in pdf.Root.Dests.items()
    }


def finish(pdf: Pdf, config: dict[str, str]) -> None:
    """Mend the tags, and say what the file is."""
    mend(pdf)
    number_names(pdf)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    pdf.Root.PageMode = Name.UseOutlines
    for name in ("/CreationDate", "/ModDate", "/Creator"):
        del pdf.docinfo[name]
    with pdf.open_metadata(set_pikepdf_as_editor=False) as about:
        about["dc:title"] = config["title"]
        about["dc:creator"] = [config["author"]]
        about["dc:rights"] = config["copyright"]
        about["dc:language"] = [str(pdf.Root.Lang)]
        if "SOURCE_DATE_EPOCH" in os.environ:
            date = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
            about["xmp:CreateDate"] = about["xmp:ModifyDate"] = date.isoformat()


def make(target: Path, root: Path = ROOT, site: Path = SITE, only: Collection[str] = ()) -> None:
    """Write the PDF of the built site, or of a sample of its pages."""
    html = site.parent / "pdf" / f"{target.stem}.html"
    html.parent.mkdir(exist_ok=True)
    html.write_text(assemble(root, site, only), encoding="utf-8")
    with opened(html) as page:
        if wider := page.evaluate(WIDER):
            raise ValueError("wider than the page: " + "; ".join(wider))
        pdf = printed(page)
    finish(pdf, yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8")))
    pdf.save(
        target,
        object_stream_mode=ObjectStreamMode.generate,
        linearize=True,
        deterministic_id=True,
    )
    print(f"{target}: {len(pdf.pages)} pages, {target.stat().st_size / 1e6:.1f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", nargs="?", type=Path, default=SITE / NAME)
    parser.add_argument("--only", nargs="+", default=[], help="pages of a sample, as in _toc.yml")
    arguments = parser.parse_args()
    make(arguments.target, only=arguments.only)


if __name__ == "__main__":
    main()
