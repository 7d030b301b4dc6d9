"""Every page, opened in a real browser, in light and dark, on a desktop and on a phone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
from browsing import ALL, Visit, chapters, each_visit, fits
from playwright.sync_api import Browser, Page


@each_visit(ALL)
def test_page_is_sound(site: str, visit: Visit) -> None:
    page = visit.page
    assert visit.complaints == []
    outside = [url for url in visit.requested if not url.startswith((site, "data:", "blob:"))]
    assert outside == []
    assert page.locator("html").get_attribute("data-theme") == visit.mode.scheme
    assert visit.sideways <= 0, f"the page scrolls sideways by {visit.sideways} px"
    assert fits(page), "unfolded, the page scrolls sideways"
    # The theme keeps a second one, unseen, for printing.
    assert page.locator("h1:visible").count() == 1 or visit.address == "search.html"
    broken = page.evaluate("[...document.images].filter(i => !i.naturalWidth).map(i => i.src)")
    assert broken == []


def rendered(page: Page) -> str:
    """Return the text of the article that a reader sees, without code and MathML annotations."""
    return str(
        page.evaluate(
            """() => {
                const article = document.querySelector("article").cloneNode(true);
                article.querySelectorAll("pre, code, annotation").forEach(e => e.remove());
                return article.textContent;
            }"""
        )
    )


@each_visit(of=chapters)
def test_no_raw_tex_or_myst_is_left(visit: Visit) -> None:
    text = rendered(visit.page)
    for raw in ("\\(", "\\[", "$$", "\\frac", "{eq}", "{glue", ":::", "```"):
        assert raw not in text, f"{visit.address} shows {raw!r}"


@each_visit(of=chapters)
def test_every_equation_is_rendered_and_numbered(visit: Visit) -> None:
    page = visit.page
    equations = page.locator("article div.math[id^=equation-]")
    formulas = equations.locator("math")
    numbers = equations.locator(".eqno").all_inner_texts()
    heights = formulas.evaluate_all("all => all.map(e => e.getBoundingClientRect().height)")
    assert equations.count() == len(heights) == len(numbers)
    assert all(height > 10 for height in heights)
    assert all(re.match(r"\(\d+\.\d+\)", number.strip()) for number in numbers)


def test_folded_parts_open(site: str, browser: Browser, chapter: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}/{chapter}")
    proof = page.locator("details", has_text="Show the proof").first
    if proof.count():
        proof.locator("summary").click()
        assert proof.locator("math").first.is_visible()
    solution = page.locator(".admonition.solution.dropdown").first
    if not solution.count():
        assert page.locator("form.quiz").count() >= 10, "quizzes stand in for exercises"
        assert chapter.startswith("book/prerequisites"), "a chapter has exercises with solutions"
        page.close()
        return
    button = solution.locator("button.toggle-button").first
    button.click()
    page.wait_for_timeout(300)
    assert solution.locator(".cell, p:not(.admonition-title)").first.is_visible()
    page.close()


def test_download_button_gives_an_executed_notebook(
    site: str, browser: Browser, chapter: str, tmp_path: Path
) -> None:
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    page.goto(f"{site}/{chapter}")
    link = page.locator("a[href$='.ipynb'][download]").first
    # The link stands in a menu that opens on hover or focus.
    page.locator(".dropdown-download-buttons > button").click()
    with page.expect_download() as waiting:
        link.click()
    download = waiting.value
    assert download.suggested_filename == f"{Path(chapter).stem}.ipynb"
    target = tmp_path / download.suggested_filename
    download.save_as(target)
    notebook = nbformat.read(target, as_version=4)
    nbformat.validate(notebook)
    assert any(cell.get("outputs") for cell in notebook.cells if cell.cell_type == "code")
    context.close()


def test_exercise_gives_a_notebook_without_outputs(
    site: str, browser: Browser, exercise: str, tmp_path: Path
) -> None:
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    page.goto(f"{site}/{exercise}")
    slug = Path(exercise).stem
    text = rendered(page)
    for raw in ("\\(", "$", "{doc}", ":::", "```", "SOLUTION"):
        assert raw not in text, f"{exercise} shows {raw!r}"
    with page.expect_download() as waiting:
        page.locator("article a.download").first.click()
    target = tmp_path / waiting.value.suggested_filename
    assert target.name == f"exercise_{slug}.ipynb"
    waiting.value.save_as(target)
    notebook = nbformat.read(target, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.course.exercise == slug
    assert not any(cell.get("outputs") for cell in notebook.cells)
    folds = page.locator("article details:has-text('Visible check')")
    assert folds.count() >= 3
    folds.first.locator("summary").focus()
    page.keyboard.press("Enter")
    assert folds.first.locator("pre").is_visible()
    context.close()


def test_search_finds_a_term(site: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{site}/search.html?q=softmax")
    page.wait_for_selector("ul.search li a", timeout=10_000)
    found = page.locator("ul.search li a").all_inner_texts()
    assert any("Softmax" in title for title in found)
    page.close()


def test_internal_links_and_anchors_lead_somewhere(
    site: str, site_folder: Path, addresses: list[str], browser: Browser
) -> None:
    page = browser.new_page()
    targets: dict[str, set[str]] = {}
    ids: dict[str, set[str]] = {}
    for address in addresses:
        page.goto(f"{site}/{address}")
        ids[address] = set(
            page.evaluate(
                "[...document.querySelectorAll('[id], a[name]')].map(e => e.id || e.name)"
            )
        )
        targets[address] = set(page.evaluate("[...document.links].map(a => a.href)"))
    page.close()
    lost = []
    for address, links in targets.items():
        for link in links:
            if not link.startswith(site):
                continue
            parts = urlsplit(link)
            target = parts.path.lstrip("/")
            if not (site_folder / target).exists():
                lost.append(f"{address} → {target}")
            elif parts.fragment and target in ids and parts.fragment not in ids[target]:
                lost.append(f"{address} → {target}#{parts.fragment}")
    assert lost == []


def test_search_index_holds_the_chapters(site_folder: Path, chapter_addresses: list[str]) -> None:
    text = (site_folder / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").rstrip(";)\n"))
    assert {page.removesuffix(".html") for page in chapter_addresses} <= set(index["docnames"])
