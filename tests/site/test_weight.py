"""How much a page loads, and that nothing moves while it does."""

from __future__ import annotations

import gzip
from pathlib import Path
from urllib.parse import urlsplit

from browsing import ALL, Visit, chapters, each_visit

REQUESTS = 20
BYTES = 250_000
BYTES_WITH_MOVING_PICTURES = 300_000
SHIFT = 0.01
# Compressed already, so that a server sends them as they are.
COMPRESSED = {".woff", ".woff2", ".png", ".webp"}


def transferred(path: Path) -> int:
    content = path.read_bytes()
    return len(content) if path.suffix in COMPRESSED else len(gzip.compress(content))


@each_visit()
def test_page_is_light(site: str, site_folder: Path, visit: Visit) -> None:
    requested = [url for url in visit.requested if url.startswith(site)]
    files = [urlsplit(url).path.lstrip("/") for url in requested]
    weights = {file: transferred(site_folder / file) for file in files}
    moving = visit.page.locator("moving-picture").count()
    # The logo is the site's icon as well.
    code = [file for file in files if file.endswith((".js", ".css"))]
    assert len(code) == len(set(code)), "nothing is loaded twice"
    assert len(files) <= REQUESTS, files
    bar = BYTES_WITH_MOVING_PICTURES if moving else BYTES
    if "search" not in visit.address:  # which loads the index of the whole book
        assert sum(weights.values()) <= bar, sorted(weights.items(), key=lambda item: -item[1])[:6]


@each_visit(ALL)
def test_nothing_moves_while_the_page_loads(visit: Visit) -> None:
    assert visit.shift <= SHIFT


@each_visit(of=chapters)
def test_pictures_have_their_size(visit: Visit) -> None:
    wrong = visit.page.evaluate(
        """() => [...document.querySelectorAll("article img")].filter(image => {
            const shape = image.getAttribute("width") / image.getAttribute("height");
            const drawn = image.clientWidth / image.clientHeight;
            return !(Math.abs(shape / drawn - 1) < 0.02 || image.clientWidth === 0);
        }).map(image => image.src)"""
    )
    assert wrong == []


@each_visit()
def test_every_icon_is_drawn(visit: Visit) -> None:
    """An icon whose rule was thought to be unused would show nothing."""
    missing = visit.page.evaluate(
        """() => {
            const shown = [...document.querySelectorAll("i[class*=fa-]")];
            const signs = shown.map(i => getComputedStyle(i, "::before").content);
            return shown.filter((icon, k) => !/^"[\\uf000-\\uf8ff]"$/.test(signs[k])).map(
                icon => icon.className);
        }"""
    )
    assert missing == []
