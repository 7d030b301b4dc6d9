"""Nobody is shut out: axe finds nothing, keys reach everything, what is wide scrolls by itself."""

from __future__ import annotations

import pytest
from browsing import ALL, Visit, axe, each_visit, fits
from playwright.sync_api import Browser

# Pages of every kind that the book has.
SAMPLE = ["book/softmax.html", "book/api/losses.html", "book/edge_cases.html", "genindex.html"]


@each_visit(in_turn=True)
def test_axe_finds_nothing(visit: Visit) -> None:
    """One mode for each page, and not the letters of formulas, which take most of the time."""
    assert axe(visit.page, {"exclude": [["math > *"]]}) == []


@pytest.mark.slow
@each_visit(ALL)
def test_axe_finds_nothing_in_any_mode(visit: Visit) -> None:
    assert axe(visit.page) == []


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("sample", SAMPLE)
def test_keyboard_goes_through_the_page_and_shows_where_it_is(
    site: str, browser: Browser, sample: str, width: int
) -> None:
    # Without transitions, what the focus changes is there at once.
    context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
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
    // The theme draws some outlines around a child, or before the title that holds a button.
    const drawn = [[e], ...[...e.children].map(child => [child]),
        [e.closest(".admonition-title"), "::before"]].filter(([element]) => element);
    const look = () => drawn.map(([element, part]) => {
        const s = getComputedStyle(element, part);
        return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor,
            s.backgroundColor, s.textDecorationLine, s.textDecorationThickness, s.color].join();
    }).join();
    const shown = drawn.some(([element]) => {
        const box = element.getBoundingClientRect();
        return box.width > 1 && box.height > 1;
    });
    const focused = look();
    e.blur();
    const plain = look();
    e.focus({ preventScroll: true, focusVisible: true });
    return {
        key: window.stops.get(e),
        html: e.outerHTML.slice(0, 120),
        visible: focused !== plain && shown,
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


@each_visit(ALL)
def test_what_is_wide_scrolls_by_itself_and_by_keyboard(visit: Visit) -> None:
    assert visit.page.evaluate(OUT_OF_REACH) == []


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
    assert fits(page)
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
