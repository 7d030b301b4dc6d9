"""The PDF of the course: a sample of three pages; the whole book is among the slow tests."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import unicodedata
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import pikepdf
import print_pdf
import pytest
from bs4 import BeautifulSoup
from pikepdf import Array, Dictionary, Name, Object
from whole_book import contents

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
# The front page; a chapter with proofs, pictures, quizzes and solutions; words in three scripts.
SAMPLE = ("book/intro", "book/likelihood", "book/glossary")
# Besides Latin Modern Math, which Chromium embeds without its name. A font beyond these means that
# one of them is not installed, or lacks a character.
FONTS = {
    "CMUSerif-Roman",
    "CMUSerif-Italic",
    "CMUSerif-Bold",
    "CMUSerif-BoldItalic",
    "CMUSansSerif",
    "CMUSansSerif-Bold",
    # Ticks, crosses and arrows
    "DejaVuSans",
    "DejaVuSans-Bold",
    "DejaVuSansMono",
    "DejaVuSansMono-Bold",
    "WenQuanYiMicroHei",
}
MARGIN = 20 / 25.4 * 72
"""Of print.css, in points."""


@dataclass
class Book:
    path: Path
    only: tuple[str, ...]

    @cached_property
    def pdf(self) -> pikepdf.Pdf:
        return pikepdf.open(self.path)

    @cached_property
    def html(self) -> BeautifulSoup:
        path = SITE.parent / "pdf" / f"{self.path.stem}.html"
        return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")

    @cached_property
    def texts(self) -> list[str]:
        """The text of each page, ligatures taken apart, with single spaces."""
        command = ["pdftotext", "-layout", str(self.path), "-"]
        text = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
        return [plain(page) for page in text.split("\f")[:-1]]

    @cached_property
    def numbers(self) -> dict[str, int]:
        return print_pdf.page_numbers(self.pdf)

    @cached_property
    def tags(self) -> list[Object]:
        found: list[Object] = []
        todo = [self.pdf.Root.StructTreeRoot.K]
        while todo:
            thing = todo.pop()
            if isinstance(thing, Array):
                todo += list(thing)
            elif isinstance(thing, Dictionary) and "/S" in thing:
                found.append(thing)
                todo.append(thing.get("/K", Array()))
        return found

    def tagged(self, *names: str) -> list[Object]:
        return [tag for tag in self.tags if str(tag.S) in names]


def plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).replace("\N{SOFT HYPHEN}", "")
    return " ".join(text.split())


def make(path: Path, only: tuple[str, ...]) -> None:
    """Print as `make pdf` does, in a process of its own: a browser is running in this one."""
    names = ["--only", *only] if only else []
    subprocess.run([sys.executable, print_pdf.__file__, path, *names], check=True)


@pytest.fixture(
    scope="module",
    params=[
        # One worker makes the file, and reads it.
        pytest.param(SAMPLE, id="sample", marks=pytest.mark.xdist_group("pdf")),
        pytest.param((), id="whole", marks=[pytest.mark.slow, pytest.mark.xdist_group("pdf")]),
    ],
)
def book(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Book:
    kind = "sample" if request.param else "whole"
    path = tmp_path_factory.mktemp("pdf") / f"{kind}.pdf"
    make(path, request.param)
    return Book(path, request.param)


def test_file_says_what_it_is(book: Book) -> None:
    root = book.pdf.Root
    assert str(root.Lang) == "en"
    assert root.MarkInfo.Marked
    assert root.ViewerPreferences.DisplayDocTitle
    assert root.PageMode == Name.UseOutlines
    assert str(book.pdf.docinfo.Title) == "Probabilistic classification"
    assert str(book.pdf.docinfo.Author) == "The course maintainers"
    with book.pdf.open_metadata() as about:
        assert about["dc:title"] == "Probabilistic classification"
        assert about["dc:creator"] == ["The course maintainers"]


def test_everything_is_tagged_as_what_it_is(book: Book) -> None:
    html = book.html
    assert len(book.tagged("/Formula")) == len(html.find_all("math"))
    assert all(str(tag.get("/Alt", "")).strip() for tag in book.tagged("/Formula"))
    pictures = [tag for tag in book.tagged("/Figure") if "/Alt" in tag]
    assert len(pictures) == len(html.select("img, svg"))
    assert all(str(tag.Alt).strip() for tag in pictures)
    assert len(book.tagged("/Table")) == len(html.find_all("table"))
    headings = [f"/H{level}" for level in range(1, 7)]
    assert len(book.tagged(*headings)) == len(html.find_all(re.compile("^h[1-6]$")))
    assert {str(tag.Lang) for tag in book.tags if "/Lang" in tag} >= {"en", "ru", "zh"}


def test_every_piece_of_a_page_belongs_to_the_tag_that_claims_it(book: Book) -> None:
    """Held together by hand in pdf_tags.py: tags name pieces of pages, and pages name tags."""
    claimed = set()
    for tag in book.tags:
        children = tag.get("/K", Array())
        for child in children if isinstance(children, Array) else [children]:
            if isinstance(child, int):
                claimed.add((tag.Pg.objgen, int(child), tag.objgen))
            elif child.get("/Type") == Name.MCR:
                claimed.add((child.Pg.objgen, int(child.MCID), tag.objgen))
    numbers = list(book.pdf.Root.StructTreeRoot.ParentTree.Nums)
    tree = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
    named = {
        (page.obj.objgen, place, tag.objgen)
        for page in book.pdf.pages
        if "/StructParents" in page
        for place, tag in enumerate(tree[int(page.StructParents)])
        if isinstance(tag, Dictionary)
    }
    assert named == claimed


def test_cells_name_heads_that_are_there(book: Book) -> None:
    heads = {str(tag.ID) for tag in book.tagged("/TH") if "/ID" in tag}
    named = {
        str(name)
        for tag in book.tagged("/TD", "/TH")
        for attribute in tag.get("/A", Array())
        if isinstance(attribute, Dictionary)
        for name in attribute.get("/Headers", Array())
    }
    assert named
    assert named <= heads


def test_formulas_are_not_cut_and_not_painted_twice(book: Book) -> None:
    for tag in book.tagged("/Formula"):
        children = tag.K if isinstance(tag.K, Array) else [tag.K]
        pages = {child.Pg.objgen for child in children if isinstance(child, Dictionary)}
        assert not pages, f"{tag.Alt} is on two pages"


def test_no_page_is_empty(book: Book) -> None:
    numbers = list(book.pdf.Root.StructTreeRoot.ParentTree.Nums)
    tree = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
    for number, page in enumerate(book.pdf.pages, start=1):
        # Running heads and page numbers are no part of the text, and have no tags.
        assert "/StructParents" in page, f"page {number} is empty"
        assert len(tree[int(page.StructParents)]), f"page {number} is empty"


def test_bookmarks_name_every_page_of_the_book(book: Book) -> None:
    names: list[str] = []
    with book.pdf.open_outline() as outline:
        todo = list(outline.root)
        while todo:
            item = todo.pop()
            names.append(plain(item.title))
            assert item.destination[0].objgen in {page.obj.objgen for page in book.pdf.pages}
            todo += item.children
    pages = [page for page in contents(ROOT) if not book.only or page.name in book.only]
    for page in pages[1:]:
        site_page = BeautifulSoup((SITE / f"{page.name}.html").read_text("utf-8"), "html.parser")
        title = site_page.select_one("article h1")
        assert title
        for link in title.select("a.headerlink"):
            link.decompose()
        assert plain(title.get_text()) in names
        assert page.part is None or page.part in names
    assert len(names) == len(book.html.find_all(re.compile("^h[1-6]$")))


def test_links_lead_somewhere(book: Book) -> None:
    internal = set()
    for page in book.pdf.pages:
        for note in page.get("/Annots", []):
            if "/Dest" in note:
                internal.add(str(note.Dest).removeprefix("/"))
            else:
                assert re.match("https?://|mailto:", str(note.A.URI))
    assert internal == {str(link["href"])[1:] for link in book.html.select("a[href^='#']")}
    assert internal <= set(book.numbers)


def test_contents_show_the_numbers_of_the_pages(book: Book) -> None:
    shown = " ".join(text for text in book.texts if text.startswith("Contents"))
    entries = book.html.select("nav.contents a")
    order = [book.numbers[str(entry["href"])[1:]] for entry in entries]
    assert order == sorted(order)
    for entry, number in zip(entries, order, strict=True):
        title = plain(entry.get_text())
        assert f"{title} {number}" in shown
        assert title in book.texts[number - 1]


def test_every_equation_has_its_number(book: Book) -> None:
    equations = book.html.select("div.math[id]:has(.eqno)")
    assert equations
    for equation in equations:
        place = book.numbers[str(equation["id"])]
        number = equation.select(".eqno")[0].get_text()
        # An equation may be linked at the very end of the page before it.
        assert number in " ".join(book.texts[place - 1 : place + 1])


def test_fonts_are_embedded_and_the_intended_ones(book: Book) -> None:
    found = set()
    for page in book.pdf.pages:
        for font in page.get("/Resources", {}).get("/Font", {}).values():
            if font.Subtype != Name.Type3:
                inner = font.DescendantFonts[0]
                assert "/FontFile2" in inner.FontDescriptor
                found.add(str(inner.BaseFont).split("+")[-1])
    assert found <= FONTS
    assert {"CMUSerif-Roman", "DejaVuSansMono", "WenQuanYiMicroHei"} <= found


def test_no_word_reaches_into_the_margins(book: Book) -> None:
    """What is wider than its column stops the making in the browser; here the file is measured."""
    command = ["pdftotext", "-bbox", str(book.path), "-"]
    layout = subprocess.run(command, check=True, capture_output=True).stdout
    word_tag, page_tag = (f"{{http://www.w3.org/1999/xhtml}}{name}" for name in ("word", "page"))
    outside = []
    for number, page in enumerate(ET.fromstring(layout).iter(page_tag), start=1):
        width = float(page.get("width", 0))
        assert width == pytest.approx(595, abs=1), "A4"
        for word in page.iter(word_tag):
            left, right = float(word.get("xMin", 0)), float(word.get("xMax", 0))
            # A letter may be drawn a little wider than it is counted.
            if left < MARGIN - 2 or right > width - MARGIN + 2:
                outside.append((number, word.text))
    assert outside == []


def test_interactive_parts_are_gone(book: Book) -> None:
    assert book.html.find_all(["details", "summary", "button", "input", "script", "form"]) == []
    answers = book.html.select(".quiz-answers")
    assert answers
    for text in ("Answer and explanations", "Solutions"):
        assert any(text in page for page in book.texts)


def test_exercises_and_solutions_link_to_each_other(book: Book) -> None:
    exercises = book.html.select(".exercise")
    solutions = book.html.select(".solution")
    assert exercises
    assert len(book.html.select(".exercise .to-solution")) == len(solutions)
    for solution in solutions:
        back = solution.select(".admonition-title a")[0]["href"]
        exercise = book.html.select(f"[id='{str(back)[1:]}']")[0]
        assert exercise.select(".to-solution a")[0]["href"] == f"#{solution['id']}"
        assert book.numbers[str(solution["id"])] >= book.numbers[str(exercise["id"])]


def test_chapters_begin_on_a_page_of_their_own(book: Book) -> None:
    starts = [
        book.numbers[str(e["href"])[1:]] for e in book.html.select("nav.contents .contents-1 a")
    ]
    assert all(first < second for first, second in pairwise(starts))


def test_same_site_gives_the_same_file(book: Book, tmp_path: Path) -> None:
    again = tmp_path / book.path.name
    kept = shutil.copy(book.path, tmp_path / "first.pdf")
    make(again, book.only)
    assert again.read_bytes() == Path(kept).read_bytes()
