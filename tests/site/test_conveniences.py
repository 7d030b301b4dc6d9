"""What makes reading easier: copying, links to equations, times, and the way to the reference."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest
import yaml
from browsing import Visit, chapters, each_visit
from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
PATHS = yaml.safe_load((ROOT / "book" / "data" / "paths.yml").read_text(encoding="utf-8"))
KINDS = {
    "core": "Core path",
    "before": "Before you begin",
    "deeper": "Goes deeper",
    "optional": "Optional",
}


def test_code_is_copied_by_keyboard(site: str, browser: Browser) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{site}/book/softmax.html")
    cell = page.locator("article .cell_input .highlight:visible").first
    code = cell.locator("pre").inner_text()
    cell.locator("button.copybtn").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("async () => (await navigator.clipboard.readText()).length > 0")
    assert page.evaluate("navigator.clipboard.readText()").strip() == code.strip()
    context.close()


@each_visit(of=chapters)
def test_all_code_can_be_copied(visit: Visit) -> None:
    page = visit.page
    blocks = page.locator("article div[class*=highlight-] pre").count()
    assert 0 < blocks <= page.locator("article button.copybtn[aria-label], button.copybtn").count()


def test_equations_are_linked_by_their_numbers(site: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{site}/book/softmax.html")
    link = page.locator(".eqno a").first
    anchor = link.get_attribute("href") or ""
    decoration = "e => getComputedStyle(e).textDecorationLine"
    assert link.evaluate(decoration) == "none"
    link.hover()
    assert link.evaluate(decoration) == "underline"
    link.click()
    assert page.evaluate("location.hash") == anchor
    assert page.locator(f"[id='{anchor[1:]}'] math").is_visible()
    page.close()


@each_visit(of=chapters)
def test_each_chapter_says_what_it_is_and_how_long_it_takes(visit: Visit) -> None:
    facts = visit.page.locator("article p.chapter-facts").inner_text()
    kind, _, times = facts.partition(" · ")
    stem = Path(visit.address).stem
    assert stem in PATHS[next(key for key, text in KINDS.items() if text == kind)]
    found = re.fullmatch(r"about (\d+) minutes to read, (\d+) for quizzes and exercises", times)
    assert found is not None
    reading, doing = map(int, found.groups())
    # A chapter is no chapter if it takes a minute, and two if it takes a day.
    assert 15 <= reading <= 180
    assert 15 <= doing <= 180


def test_front_page_marks_the_paths(
    site: str, browser: Browser, chapter_addresses: list[str]
) -> None:
    page = browser.new_page()
    page.goto(f"{site}/book/intro.html")
    for chapter in chapter_addresses:
        name = Path(chapter).name
        item = page.locator("article li", has=page.locator(f"> a[href='{name}']")).last
        kind = next(key for key, names in PATHS.items() if Path(chapter).stem in names)
        assert KINDS[kind] in item.inner_text()
        assert re.search(r"\d+ \+ \d+ min", item.inner_text())
    text = (ROOT / "book" / "intro.md").read_text(encoding="utf-8")
    core = text.partition("The **core path** is")[2].partition(".")[0]
    assert re.findall(r"\{doc\}`(\w+)`", core) == PATHS["core"]
    page.close()


def imports(chapter: str) -> set[str]:
    """Return the functions that a chapter imports, as its downloaded notebook does."""
    path = ROOT / "_build" / "html" / "_sources" / Path(chapter).with_suffix(".ipynb")
    found = set()
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and "course_utils." in cell.source:
            for node in ast.walk(ast.parse(re.sub("^%.*$", "", cell.source, flags=re.M))):
                if isinstance(node, ast.ImportFrom) and node.module is not None:
                    found |= {(node.module, name.name) for name in node.names}
    return {
        f"{module}.{name}"
        for module, name in found
        if re.fullmatch(r"course_utils\.(?!notebook|plots|derivations)[a-z]\w*", module)
    }


def test_chapters_and_reference_lead_to_each_other(
    site: str, browser: Browser, chapter: str
) -> None:
    names = imports(chapter)
    page = browser.new_page()
    page.goto(f"{site}/{chapter}")
    links = [link.get_attribute("href") or "" for link in page.locator("p.api-links a").all()]
    assert {link.partition("#")[2] for link in links} == names
    assert all(link.startswith("api/") for link in links)
    for link in links[:1]:
        page.goto(f"{site}/book/{link}")
        name = link.partition("#")[2]
        description = page.locator("dl.py", has=page.locator(f"dt[id='{name}']")).last
        back = description.locator("p.chapter-links a").all()
        targets = [link.get_attribute("href") or "" for link in back]
        assert f"../{Path(chapter).name}" in targets
    page.close()


def test_no_function_claims_a_chapter_that_does_not_use_it(
    site: str, browser: Browser, chapter_addresses: list[str]
) -> None:
    used = {Path(chapter).name: imports(chapter) for chapter in chapter_addresses}
    page = browser.new_page()
    claims = 0
    for path in sorted((ROOT / "book" / "api").glob("*.md")):
        page.goto(f"{site}/book/api/{path.stem}.html")
        for name, targets in page.evaluate(
            """() => [...document.querySelectorAll("p.chapter-links")].map(p => [
                p.closest("dl").querySelector("dt").id,
                [...p.querySelectorAll("a")].map(a => a.getAttribute("href"))])"""
        ):
            for target in targets:
                assert name in used[Path(target).name], (name, target)
                claims += 1
    page.close()
    assert claims == sum(map(len, used.values()))


@pytest.mark.parametrize("sample", ["book/api/softmax.html"])
def test_functions_of_the_reference_have_anchors(site: str, browser: Browser, sample: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}/{sample}")
    assert page.locator("dt.sig[id] a.headerlink").count() > 5
    page.close()
