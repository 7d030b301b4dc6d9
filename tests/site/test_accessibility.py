"""Nobody is shut out: axe finds nothing, keys reach everything, what is wide scrolls by itself."""

from __future__ import annotations

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

Scheme = Literal["light", "dark"]
MODES: list[tuple[Scheme, int]] = [("light", 1280), ("dark", 390), ("dark", 1280), ("light", 390)]
# Pages of every kind that the book has.
SAMPLE = ["book/softmax.html", "book/api/losses.html", "book/edge_cases.html", "genindex.html"]

UNFOLD = """() => {
    document.querySelectorAll("details").forEach(e => { e.open = true; });
    document.querySelectorAll("button.toggle-button[aria-expanded=false]").forEach(
        button => button.click());
}"""


def look(site: str, browser: Browser, address: str, scheme: Scheme, width: int) -> list[str]:
    """Return what axe finds on a page whose folded parts are open."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{site}/{address}")
    page.evaluate(UNFOLD)
    # Scripts make reachable what scrolls, once it does.
    page.wait_for_timeout(200)
    found = Axe().run(page).response
    assert len(found["passes"]) > 15, "axe has looked at something"
    context.close()
    return [
        f"{violation['id']}: {node['html'][:120]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def test_axe_finds_nothing(site: str, browser: Browser, addresses: list[str], address: str) -> None:
    """One of the four modes for each page, in turn; the slow test has them all."""
    scheme, width = MODES[addresses.index(address) % len(MODES)]
    assert look(site, browser, address, scheme, width) == []


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "width"), MODES)
def test_axe_finds_nothing_in_any_mode(
    site: str, browser: Browser, address: str, scheme: Scheme, width: int
) -> None:
    assert look(site, browser, address, scheme, width) == []


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("sample", SAMPLE)
def test_keyboard_goes_through_the_page_and_shows_where_it_is(
    site: str, browser: Browser, sample: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(f"{site}/{sample}")
    expected = page.evaluate(
        """() => [...document.querySelectorAll(
            "main a[href], main button, main input, main summary, main [tabindex='0']")]
            .filter(e => e.checkVisibility({ visibilityProperty: true })
                && !e.disabled && e.tabIndex >= 0).length"""
    )
    seen: set[str] = set()
    unseen: list[str] = []
    # The sidebar and the browser's own stops come on top; radio buttons are one stop for several.
    for _ in range(expected + 150):
        page.keyboard.press("Tab")
        stop = page.evaluate(WHERE)
        if stop is None:
            break
        if stop["key"] in seen:
            continue
        seen.add(stop["key"])
        if not stop["visible"]:
            unseen.append(stop["html"])
    else:
        raise AssertionError("the keyboard does not come out of the page")
    assert unseen == []
    assert len(seen) >= 0.9 * expected
    context.close()


# Says where the focus is and whether one sees it: by an outline, a shadow or an underline that is
# not there without.
WHERE = """() => {
    const e = document.activeElement;
    if (!e || e === document.body || e.dataset.last) return null;
    window.stops ??= new Map();
    if (!window.stops.has(e)) window.stops.set(e, String(window.stops.size));
    const look = () => {
        const s = getComputedStyle(e);
        return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor,
            s.backgroundColor, s.textDecorationLine, s.textDecorationThickness, s.color].join();
    };
    const box = e.getBoundingClientRect();
    const focused = look();
    e.blur();
    const plain = look();
    e.focus({ preventScroll: true, focusVisible: true });
    return {
        key: window.stops.get(e),
        html: e.outerHTML.slice(0, 120),
        visible: focused !== plain && (box.width > 1 || e.type === "radio"),
    };
}"""


def test_skip_link_leads_to_the_text(site: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{site}/book/softmax.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main-content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    page.close()


OUT_OF_REACH = """() => [...document.querySelectorAll("main *")].filter(e => {
    const scrolls = ["auto", "scroll"].includes(getComputedStyle(e).overflowX)
        && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0;
    return scrolls && e.tabIndex < 0 && !e.querySelector("a[href], button, input, [tabindex='0']");
}).map(e => e.outerHTML.slice(0, 120))"""


def assert_fits(page: Page) -> None:
    overflow = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0, f"the page scrolls sideways by {overflow} px"


def test_what_is_wide_scrolls_by_itself_and_by_keyboard(
    site: str, browser: Browser, address: str
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 850})
    page = context.new_page()
    page.goto(f"{site}/{address}")
    page.evaluate(UNFOLD)
    page.wait_for_timeout(300)
    assert_fits(page)
    assert page.evaluate(OUT_OF_REACH) == []
    context.close()


@pytest.mark.parametrize("sample", SAMPLE)
def test_text_may_be_twice_as_large(site: str, browser: Browser, sample: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{site}/{sample}")
    size = "parseFloat(getComputedStyle(document.querySelector('article p, article td')).fontSize)"
    before = page.evaluate(size)
    # As a reader does who chooses larger letters in the browser's settings.
    page.add_style_tag(content="html { font-size: 200% }")
    assert page.evaluate(size) == pytest.approx(2 * before)
    assert_fits(page)
    context.close()


@pytest.mark.parametrize("sample", SAMPLE)
def test_nothing_moves_for_who_does_not_want_it(site: str, browser: Browser, sample: str) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{site}/{sample}")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter(e => {
            const s = getComputedStyle(e);
            const longest = value => Math.max(...value.split(",").map(parseFloat));
            return longest(s.transitionDuration) > 0.05 || (s.animationName !== "none"
                && longest(s.animationDuration) > 0.05) || s.scrollBehavior === "smooth";
        }).map(e => e.outerHTML.slice(0, 80))"""
    )
    assert moving == []
    context.close()
