"""The built site, served on a loopback address, in a real browser."""

from __future__ import annotations

import functools
import os
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from browsing import SITE, Visit, chapters, exercises, opened, pages
from chromium import launch
from firefox import COMMAND, Firefox
from firefox import launch as launch_firefox
from playwright.sync_api import Browser, sync_playwright


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Keep the test report free of requests."""


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


@pytest.fixture(scope="session")
def visit(site: str, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A page in a mode, for tests that look and touch nothing; see `each_visit`."""
    address, mode = request.param
    with opened(site, browser, address, mode) as found:
        yield found


@pytest.fixture(scope="session")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    if shutil.which(COMMAND) is None and not os.environ.get("CI"):
        pytest.skip(f"{COMMAND} is not installed")
    with launch_firefox(tmp_path_factory.mktemp("firefox")) as instance:
        yield instance
