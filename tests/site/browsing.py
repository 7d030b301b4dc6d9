"""Pages of the built site, opened once for all the tests that only look at them.

``each_visit`` gives a test every page in the modes named. Tests with the same visit run one after
the other, since its scope is the session: each page is loaded once a mode, and not once a test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page

SITE = Path(__file__).parents[2] / "_build" / "html"


@dataclass(frozen=True)
class Mode:
    scheme: Literal["light", "dark"]
    width: int

    def __str__(self) -> str:
        return f"{self.scheme}-{self.width}"


DESKTOP, PHONE = 1280, 390
LIGHT_DESKTOP = Mode("light", DESKTOP)
DAILY = (LIGHT_DESKTOP, Mode("dark", PHONE))
ALL = (*DAILY, Mode("dark", DESKTOP), Mode("light", PHONE))

UNFOLD = """() => {
    document.querySelectorAll("details").forEach(e => { e.open = true; });
    document.querySelectorAll("button.toggle-button[aria-expanded=false]").forEach(
        button => button.click());
}"""
# As for a reader who goes to the end of the page.
LOAD_ALL = """() => {
    document.querySelectorAll("img[loading=lazy]").forEach(i => { i.loading = "eager"; });
    return Promise.all([document.fonts.ready, ...[...document.images].map(
        i => i.decode().catch(() => {}))]).then(() => undefined);
}"""
SHIFT = """() => new Promise(resolve => {
    let sum = 0;
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) sum += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(sum), 100);
})"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def pages() -> list[str]:
    """Return the address of every page of the book, relative to the site's root."""
    found = sorted(path.relative_to(SITE).as_posix() for path in SITE.glob("book/**/*.html"))
    if not found:
        raise RuntimeError(f"{SITE} holds no pages: run `make book` first")
    return [*found, "search.html", "genindex.html", "404.html"]


def exercises() -> list[str]:
    """Return the addresses of the pages of graded exercises."""
    return sorted(path.relative_to(SITE).as_posix() for path in SITE.glob("book/exercises/*.html"))


def chapters() -> list[str]:
    """Return the addresses of the pages that are notebooks."""
    notebooks = SITE / "_sources"
    return [page for page in pages() if (notebooks / page).with_suffix(".ipynb").exists()]


@dataclass
class Visit:
    """A page that was loaded to its end and then unfolded, and what happened meanwhile."""

    address: str
    mode: Mode
    page: Page
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    shift: float = 0.0
    sideways: int = 0
    """By how many pixels the page, folded, is wider than the window."""


@contextmanager
def opened(site: str, browser: Browser, address: str, mode: Mode) -> Iterator[Visit]:
    context = browser.new_context(
        viewport={"width": mode.width, "height": 900},
        color_scheme=mode.scheme,
        # A colour that is on its way to another is not what one reads.
        reduced_motion="reduce",
    )
    page = context.new_page()
    visit = Visit(address, mode, page)
    complain = visit.complaints.append

    def read(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complain(f"{message.type}: {message.text}")

    page.on("console", read)
    page.on("pageerror", lambda error: complain(f"script: {error}"))
    page.on("request", lambda request: visit.requested.append(request.url))
    page.on(
        "response",
        lambda answer: complain(f"{answer.status}: {answer.url}") if answer.status >= 400 else None,
    )
    page.goto(f"{site}/{address}")
    page.evaluate(LOAD_ALL)
    visit.shift = page.evaluate(SHIFT)
    visit.sideways = page.evaluate(SIDEWAYS)
    page.evaluate(UNFOLD)
    # What scrolls becomes a stop of the keyboard once it does.
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
    yield visit
    context.close()


def each_visit(
    modes: Sequence[Mode] = (LIGHT_DESKTOP,),
    of: Callable[[], list[str]] = pages,
    in_turn: bool = False,
) -> pytest.MarkDecorator:
    """Give a test, as ``visit``, every page in some modes; those that are not daily are slow.

    ``in_turn`` gives each page one of the daily modes instead.
    """
    parameters = []
    for place, address in enumerate(of()):
        for mode in (DAILY[place % len(DAILY)],) if in_turn else modes:
            name = f"{address}-{mode}"
            # One worker has all tests of a visit.
            marks = [pytest.mark.xdist_group(name)]
            if mode not in DAILY:
                marks.append(pytest.mark.slow)
            parameters.append(pytest.param((address, mode), marks=marks, id=name))
    return pytest.mark.parametrize("visit", parameters, indirect=True, scope="session")


def axe(page: Page, context: str | dict[str, Any] | None = None) -> list[str]:
    """Return what axe finds on a page, or in the parts of it that ``context`` names."""
    # Else it works out a selector for everything that is right, in half of its time.
    found = Axe().run(page, context=context, options={"resultTypes": ["violations"]}).response
    assert len(found["passes"]) > 5, "axe has looked at something"
    return [
        f"{violation['id']}: {node['html'][:120]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def fits(page: Page) -> bool:
    """Tell whether the page, as it now is, needs no scrolling sideways."""
    return int(page.evaluate(SIDEWAYS)) <= 0
