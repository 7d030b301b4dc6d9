"""The built site, served on a loopback address, in a real browser."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from chromium import launch
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Keep the test report free of requests."""


def pages() -> list[str]:
    """Return the address of every page of the book, relative to the site's root."""
    found = sorted(path.relative_to(SITE).as_posix() for path in SITE.glob("book/**/*.html"))
    if not found:
        raise RuntimeError(f"{SITE} holds no pages: run `make book` first")
    return [*found, "search.html", "genindex.html", "py-modindex.html", "404.html"]


def exercises() -> list[str]:
    """Return the addresses of the pages of graded exercises."""
    return sorted(path.relative_to(SITE).as_posix() for path in SITE.glob("book/exercises/*.html"))


def chapters() -> list[str]:
    """Return the addresses of the pages that are notebooks."""
    notebooks = SITE / "_sources"
    return [page for page in pages() if (notebooks / page).with_suffix(".ipynb").exists()]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "address" in metafunc.fixturenames:
        metafunc.parametrize("address", pages())
    if "chapter" in metafunc.fixturenames:
        metafunc.parametrize("chapter", chapters())
    if "exercise" in metafunc.fixturenames:
        metafunc.parametrize("exercise", exercises())


@pytest.fixture(scope="session")
def site_folder() -> Path:
    return SITE


@pytest.fixture(scope="session")
def addresses() -> list[str]:
    return pages()


@pytest.fixture(scope="session")
def chapter_addresses() -> list[str]:
    return chapters()


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    handler = functools.partial(QuietHandler, directory=str(SITE))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        instance = launch(playwright)
        yield instance
        instance.close()
