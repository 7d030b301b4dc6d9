"""What search engines and readers find: titles, descriptions, the search, and a way back."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
import yaml
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def head_of(site_folder: Path, address: str) -> str:
    return (site_folder / address).read_text(encoding="utf-8").partition("</head>")[0]


def content(head: str, pattern: str) -> list[str]:
    return [" ".join(found.split()) for found in re.findall(pattern, head, re.DOTALL)]


def test_titles_and_descriptions_tell_the_pages_apart(
    site_folder: Path, addresses: list[str]
) -> None:
    titles: Counter[str] = Counter()
    descriptions: Counter[str] = Counter()
    for address in addresses:
        head = head_of(site_folder, address)
        (title,) = content(head, "<title>(.*?)</title>")
        (description,) = content(head, '<meta name="description" content="(.*?)"')
        assert 40 <= len(description) <= 400, (address, description)
        assert "\\" not in description, "TeX is no text"
        assert not re.search("[a-z]{3}…", description) or len(description) > 200
        titles[title] += 1
        descriptions[description] += 1
    assert [title for title, count in titles.items() if count > 1] == []
    assert [text for text, count in descriptions.items() if count > 1] == []


def test_canonical_links_and_the_sitemap_name_the_same_pages(
    site_folder: Path, addresses: list[str]
) -> None:
    root = ElementTree.parse(site_folder / "sitemap.xml").getroot()
    listed = [loc.text or "" for loc in root.iter(f"{NAMESPACE}loc")]
    assert listed == sorted(set(listed))
    for address in listed:
        path = urlsplit(address).path.lstrip("/")
        file = next(site_folder / end for end in addresses if path.endswith(end))
        head = file.read_text(encoding="utf-8").partition("</head>")[0]
        assert content(head, '<link rel="canonical" href="(.*?)"') == [address]
    assert len(listed) == len(addresses) - 3, "all but the search, the index and the lost page"


def test_front_door_leads_to_the_front_page(site: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{site}/")
    page.wait_for_url(f"{site}/book/intro.html")
    page.close()


@pytest.mark.parametrize("lost", ["404.html", "nowhere.html", "book/api/none/such/page.html"])
def test_lost_readers_get_a_page_that_works_at_any_depth(
    site: str, site_folder: Path, browser: Browser, lost: str
) -> None:
    page = browser.new_page()
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on(
        "response",
        lambda response: failed.append(response.url) if response.status >= 400 else None,
    )
    # A server sends this page for whatever it does not find.
    page.route(
        f"**/{lost}",
        lambda route: route.fulfill(path=site_folder / "404.html", content_type="text/html"),
    )
    page.goto(f"{site}/{lost}", wait_until="networkidle")
    assert failed == []
    assert page.locator("h1:visible").inner_text() == "Page not found"
    assert page.locator("article").evaluate("e => getComputedStyle(e).fontFamily") != "serif"
    page.locator("article").get_by_role("link", name="front page").click()
    page.wait_for_url(f"{site}/book/intro.html")
    page.close()


def test_front_page_says_how_to_cite(site: str, browser: Browser) -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    page = browser.new_page()
    page.goto(f"{site}/book/intro.html")
    text = page.locator("section#how-to-cite").inner_text()
    wanted = citation["preferred-citation"]
    assert wanted["title"] in text
    assert citation["version"] in text
    for author in wanted["authors"]:
        assert author["name"] in text
    page.close()


QUERIES = {
    "softmax": "book/softmax",
    "log-odds": "book/sigmoid",
    "cross-entropy": "book/cross_entropy",
    "temperature scaling": "book/calibration",
    "reliability diagram": "book/calibration",
    "Kullback-Leibler": "book/kl_divergence",
    "label smoothing": "book/soft_labels",
    "logsumexp": "book/api/softmax",
    "sigmoid_cross_entropy": "book/api/losses",
    "expected calibration error": "book/calibration",
    "hinge": "book/api/losses",
    "Jensen": "book/kl_divergence",
    "sparsemax": "book/temperature",
    "outliers": "book/regression",
}


def results(page: Page) -> list[str]:
    """Return the addresses of what was found, best first, once the search is over."""
    page.wait_for_function(
        "() => /finished|did not match|found/i.test("
        "document.querySelector('#search-results .search-summary')?.textContent ?? '')",
        timeout=20_000,
    )
    links = page.locator("ul.search li a").all()
    return [link.get_attribute("href") or "" for link in links]


@pytest.mark.parametrize("query", QUERIES)
def test_search_finds_terms_and_names(site: str, browser: Browser, query: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}/search.html?q={query}")
    found = results(page)
    assert any(link.startswith(QUERIES[query]) for link in found[:10]), found
    page.close()


def test_search_is_reached_by_keyboard_from_a_chapter(site: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{site}/book/softmax.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("entropy")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/search.html?q=entropy")
    assert results(page)
    page.close()


@pytest.mark.parametrize("sample", ["book/softmax.html", "book/intro.html", "genindex.html"])
def test_pages_work_from_a_folder(site_folder: Path, browser: Browser, sample: str) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    page.goto((site_folder / sample).as_uri(), wait_until="networkidle")
    assert complaints == []
    page.locator("button.theme-switch-button:visible").click()
    assert page.locator("html").get_attribute("data-mode") in ("light", "dark")
    page.close()


def test_search_works_from_a_folder(site_folder: Path, browser: Browser) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    page.goto(f"{(site_folder / 'search.html').as_uri()}?q=softmax")
    assert any(link.startswith("book/softmax") for link in results(page))
    assert complaints == []
    page.close()
