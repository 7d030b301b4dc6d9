"""Two small pages put together into one, and the front page's link to what is made of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from whole_book import assemble

EXTENSIONS = Path(__file__).parents[2] / "book" / "_ext"
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
TOC = """\
format: jb-book
root: book/intro
parts:
  - caption: First & last
    chapters:
      - file: book/one
        sections:
          - file: book/one/two
"""
PAGE = """<html lang="fr"><head><link rel="canonical" href="https://site.example/{name}.html"></head>
<body><nav>menu</nav><article>{article}</article></body></html>"""
INTRO = """<section id="book"><h1>Book<a class="headerlink" href="#book">#</a></h1>
<a href="one.html">chapter</a> <a href="../genindex.html">index</a>
<div class="toctree-wrapper">list</div></section>"""
ONE = """<section id="one"><h1><span class="section-number">1. </span>One "quoted"</h1>
<section id="summary"><h2>Summary</h2><p id="summary">twice</p>
<a href="#summary">here</a> <a href="one/two.html#summary">there</a>
<a href="https://elsewhere.example/#x">away</a> <img src="../_images/a.svg" alt="a">
<math alttext="a &lt; b"><mi>a</mi></math></section>
<div class="exercise" id="task"><p>Do it.</p></div>
<div class="solution" id="done"><p class="admonition-title">Solution to<a href="#task"> it</a></p>
</div>
<details><summary><p class="collapsed">Show the proof</p><p class="expanded">Hide</p></summary>
<p>Thus.</p></details>
<form class="quiz" id="quiz-a" method="dialog"><fieldset aria-describedby="quiz-a_question">
<legend>Check</legend><div id="quiz-a_question">Why?</div><div class="quiz-choice">
<input type="radio" id="quiz-a_0"><label for="quiz-a_0">So.</label></div></fieldset>
<button>Check</button></form>
<svg><defs><linearGradient id="fade"/></defs><rect fill="url(#fade)"/></svg></section>"""
TWO = '<section id="two"><h1>Two</h1><section id="summary"><h2>Summary</h2></section></section>'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    config = {"title": "Book", "author": "Somebody", "copyright": "Nobody"}
    (tmp_path / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (tmp_path / "_toc.yml").write_text(TOC, encoding="utf-8")
    for name, article in {"book/intro": INTRO, "book/one": ONE, "book/one/two": TWO}.items():
        path = tmp_path / "site" / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PAGE.format(name=name, article=article), encoding="utf-8")
    return tmp_path


def whole(root: Path, *only: str) -> BeautifulSoup:
    return BeautifulSoup(assemble(root, root / "site", only), "html.parser")


def test_links_lead_to_the_same_places_as_on_the_site(root: Path) -> None:
    links = {a.get_text(): a["href"] for a in whole(root).select("article a")}
    assert links["here"] == "#one:summary"
    assert links["there"] == "#one/two:summary"
    assert links["chapter"] == "#one"
    assert links["index"] == "https://site.example/genindex.html"
    assert links["away"] == "https://elsewhere.example/#x"


def test_ids_are_unique_and_every_reference_finds_its_own(root: Path) -> None:
    book = whole(root)
    ids = [element["id"] for element in book.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert {str(a["href"])[1:] for a in book.select("a[href^='#']")} <= set(ids)
    assert book.select_one("rect")["fill"] == "url(#one:fade)"  # type: ignore[index]
    described = book.select_one("[aria-describedby]")
    assert described
    assert described["aria-describedby"] == "one:quiz-a_question"
    assert book.select_one("img")["src"] == "../site/_images/a.svg"  # type: ignore[index]


def test_link_that_leads_nowhere_stops_the_making(root: Path) -> None:
    path = root / "site" / "book" / "one" / "two.html"
    path.write_text(PAGE.format(name="book/one/two", article="<h1>Two</h1>"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"book/one: the link to 'one/two.html#summary' leads"):
        whole(root)


def test_sample_links_to_the_site_for_the_rest(root: Path) -> None:
    links = {a.get_text(): a["href"] for a in whole(root, "book/one").select("article a")}
    assert links["there"] == "https://site.example/book/one/two.html#summary"


def test_headings_stand_below_their_part_and_page(root: Path) -> None:
    book = whole(root)
    found = [(h.name, h.get_text()) for h in book.find_all(["h1", "h2", "h3", "h4"])]
    assert found == [
        ("h1", "Book"),
        ("h1", "Contents"),
        ("h1", "Introduction"),
        ("h1", "First & last"),
        ("h2", '1. One "quoted"'),
        ("h3", "Summary"),
        ("h3", "Solutions"),
        ("h3", "Two"),
        ("h4", "Summary"),
    ]
    assert book.html["lang"] == "fr"  # type: ignore[index]
    assert r'content: "1. One \"quoted\""' in str(book.head)


def test_contents_list_pages_and_the_sections_of_chapters(root: Path) -> None:
    rows = whole(root).select("nav.contents p")
    assert [row.get_text() for row in rows] == [
        "Introduction",
        "First & last",
        '1. One "quoted"',
        "Summary",
        "Solutions",
        "Two",
    ]


def test_what_paper_cannot_do_is_replaced(root: Path) -> None:
    book = whole(root)
    assert book.find_all(["details", "summary", "form", "input", "button", "label"]) == []
    assert [p.get_text() for p in book.select(".unfolded > p")] == ["Proof", "Thus."]
    choice = book.select_one(".quiz-choice")
    assert choice
    assert [str(c.get("class")) for c in choice.find_all("span")] == [
        "['blank', 'blank-radio']",
        "['quiz-span']",
    ]
    assert book.select("nav:not(.contents), .toctree-wrapper, .headerlink") == []


def test_solutions_stand_at_the_end_of_their_chapter(root: Path) -> None:
    book = whole(root)
    assert book.select_one("#one\\:task a")["href"] == "#one:done"  # type: ignore[index]
    last = book.select("article > section")[1].find_all("section", recursive=False)[-1]
    assert last.select_one(".solution a")["href"] == "#one:task"


def test_formula_is_described_by_its_source(root: Path) -> None:
    formula = whole(root).select_one("math")
    assert formula
    assert formula["role"] == "img"
    assert formula["aria-label"] == "TeX: a < b"


@pytest.mark.parametrize("wanted", [True, False])
def test_front_page_links_to_a_pdf_that_is_being_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: bool
) -> None:
    monkeypatch.setenv("BOOK_PDF", "1" if wanted else "")
    (tmp_path / "book").mkdir()
    front = '# Book\n\n:::{only} pdf\n<p><a href="../book.pdf">PDF</a></p>\n:::\n'
    (tmp_path / "book" / "intro.md").write_text(front, encoding="utf-8")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: book/intro\n", encoding="utf-8")
    config = {
        "title": "Book",
        "parse": {"myst_enable_extensions": ["colon_fence"]},
        "sphinx": {"local_extensions": {"pdf_link": str(EXTENSIONS)}},
    }
    (tmp_path / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    command = [sys.executable, "-c", JUPYTER_BOOK, "build", str(tmp_path), "-W", "-n"]
    subprocess.run(command, check=True, capture_output=True)
    page = (tmp_path / "_build/html/book/intro.html").read_text(encoding="utf-8")
    assert ('<a href="../book.pdf">' in page) == wanted
