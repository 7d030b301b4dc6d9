"""How much a page loads, and that nothing moves while it does."""

from __future__ import annotations

import gzip
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

REQUESTS = 20
BYTES = 250_000
BYTES_WITH_MOVING_PICTURES = 300_000
SHIFT = 0.01
# Compressed already, so that a server sends them as they are.
COMPRESSED = {".woff", ".woff2", ".png", ".webp"}

# Everything that a reader sees who goes to the end of the page.
LOAD_ALL = """() => {
    document.querySelectorAll("img[loading=lazy]").forEach(i => { i.loading = "eager"; });
    return Promise.all([...document.images].map(i => i.decode().catch(() => {})));
}"""
SHIFTS = """() => new Promise(resolve => {
    let sum = 0;
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) sum += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(sum), 100);
})"""


def transferred(path: Path) -> int:
    content = path.read_bytes()
    return len(content) if path.suffix in COMPRESSED else len(gzip.compress(content))


def test_page_is_light(site: str, site_folder: Path, browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(f"{site}/{address}", wait_until="networkidle")
    page.evaluate(LOAD_ALL)
    files = [urlsplit(url).path.lstrip("/") for url in requested if url.startswith(site)]
    weights = {file: transferred(site_folder / file) for file in files}
    moving = page.locator("moving-picture").count()
    context.close()
    # The logo is the site's icon as well.
    code = [file for file in files if file.endswith((".js", ".css"))]
    assert len(code) == len(set(code)), "nothing is loaded twice"
    assert len(files) <= REQUESTS, files
    bar = BYTES_WITH_MOVING_PICTURES if moving else BYTES
    if "search" not in address:  # which loads the index of the whole book
        assert sum(weights.values()) <= bar, sorted(weights.items(), key=lambda item: -item[1])[:6]


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_while_the_page_loads(
    site: str, browser: Browser, chapter: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 850})
    page = context.new_page()
    page.goto(f"{site}/{chapter}", wait_until="networkidle")
    assert page.evaluate(SHIFTS) <= SHIFT
    context.close()


def test_pictures_have_their_size(site: str, browser: Browser, chapter: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}/{chapter}")
    page.evaluate(LOAD_ALL)
    wrong = page.evaluate(
        """() => [...document.querySelectorAll("article img")].filter(image => {
            const shape = image.getAttribute("width") / image.getAttribute("height");
            const drawn = image.clientWidth / image.clientHeight;
            return !(Math.abs(shape / drawn - 1) < 0.02 || image.clientWidth === 0);
        }).map(image => image.src)"""
    )
    assert wrong == []
    page.close()


def test_every_icon_is_drawn(site: str, browser: Browser, address: str) -> None:
    """An icon whose rule was thought to be unused would show nothing."""
    page = browser.new_page()
    page.goto(f"{site}/{address}")
    missing = page.evaluate(
        """() => {
            const shown = [...document.querySelectorAll("i[class*=fa-]")];
            const signs = shown.map(i => getComputedStyle(i, "::before").content);
            return shown.filter((icon, k) => !/^"[\\uf000-\\uf8ff]"$/.test(signs[k])).map(
                icon => icon.className);
        }"""
    )
    assert missing == []
    page.close()
