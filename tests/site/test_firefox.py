"""Every page once more in Firefox, which lays out mathematics by its own rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from browsing import UNFOLD, Visit, each_visit
from expected import PICTURES
from firefox import Firefox
from test_mathematics import COUNT, DRAWINGS, miscounted
from test_moving_pictures import MOVE, compare

DESKTOP = (1280, 900)
PHONE = (390, 844)
MOVES = 40

# How far the page scrolls sideways, and what sticks out of it and causes that.
SIDEWAYS = """() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth <= clientWidth ? [] : [
        scrollWidth - clientWidth,
        ...[...document.querySelectorAll("article *")]
            .filter(e => e.getBoundingClientRect().right > clientWidth)
            .map(e => e.textContent.trim().slice(0, 60)),
    ];
}"""
# Elements whose children have a place each; Firefox draws another number in a row.
MALFORMED = """() => {
    const children = { mfrac: 2, mroot: 2, msub: 2, msup: 2, munder: 2, mover: 2,
                       msubsup: 3, munderover: 3 };
    return [...document.querySelectorAll(Object.keys(children).join())]
        .filter(e => e.childElementCount !== children[e.localName]).map(e => e.outerHTML);
}"""
# The width and the height of what each displayed formula draws.
SIZES = """() => [...document.querySelectorAll("article div.mathml math")].map(math => {
    const { width, height } = math.firstElementChild.getBoundingClientRect();
    return [math.getAttribute("alttext"), width, height];
})"""
# Formulas that the keyboard stops at without need: what scrolls is around them.
STOPS = """() => [...document.querySelectorAll("math[tabindex]")].map(
    math => math.getAttribute("alttext"))"""
FONT = """() => [...document.fonts].filter(
    font => font.family.includes("Latin Modern Math")).map(font => font.status)"""


@dataclass
class Seen:
    """What one visit to a page has shown."""

    complaints: list[str]
    signs: list[tuple[str, dict[str, int]]]
    malformed: list[str]
    stops: list[str]
    fonts: list[str]
    sizes: list[tuple[str, float, float]]
    sideways: dict[tuple[int, int], list[object]]
    moves: dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="session")
def seen(site: str, firefox: Firefox, visit: Visit) -> Seen:
    """What Firefox shows of the page that is open in Chromium."""
    firefox.open(site, visit.address)
    firefox.run(UNFOLD)
    signs = firefox.run(COUNT, DRAWINGS)
    fonts, malformed, stops = map(firefox.run, (FONT, MALFORMED, STOPS))
    sideways = {}
    # First as the last page was left: to lay out a long page anew takes longest of all.
    for size in sorted((DESKTOP, PHONE), key=lambda size: size != firefox.size):
        firefox.resize(*size)
        sideways[size] = firefox.run(SIDEWAYS)
        if size == DESKTOP:
            sizes = firefox.run(SIZES)
    return Seen(
        signs=signs,
        malformed=malformed,
        stops=stops,
        fonts=fonts,
        sizes=sizes,
        sideways=sideways,
        moves={
            name: moved(firefox, name)
            for name, picture in PICTURES.items()
            if visit.address == f"book/{picture.page}.html"
        },
        complaints=list(firefox.complaints),
    )


def moved(firefox: Firefox, name: str) -> list[dict[str, Any]]:
    """Move the controls of a picture at random, and return what its numbers then are."""
    rng = np.random.default_rng(7)
    picture = f"document.querySelector('#moving-{name} moving-picture')"
    controls = firefox.run(
        f"() => [...{picture}.querySelectorAll('[name]')].map(field => field.name)"
    )
    moves = [[str(rng.choice(controls)), rng.random()] for _ in range(MOVES)]
    states = firefox.run(f"moves => ({MOVE})({picture}, moves)", moves)
    return [state["values"] for state in states]


@each_visit()
def test_page_is_sound(seen: Seen) -> None:
    # Firefox says so of formulas of which it has received one half so far. Whether they are sound
    # at the end is told below.
    assert [text for text in seen.complaints if "Invalid markup" not in text] == []
    assert seen.malformed == []
    assert seen.stops == []


@each_visit()
def test_page_does_not_scroll_sideways(seen: Seen) -> None:
    assert seen.sideways == {DESKTOP: [], PHONE: []}


@each_visit()
def test_every_sign_of_the_source_is_drawn(seen: Seen) -> None:
    assert miscounted(seen.signs) == []
    assert not seen.signs or seen.fonts == ["loaded"]


@each_visit()
def test_formulas_are_as_large_as_in_chromium(seen: Seen, visit: Visit) -> None:
    """Parts that are missing, not stretched or in another font would change the size.

    Firefox sets more space around fractions and less around large parentheses, and gives a letter
    the height of the font's highest.
    """
    other = visit.page.evaluate(SIZES)
    for (tex, width, height), (same, chrome_width, chrome_height) in zip(
        seen.sizes, other, strict=True
    ):
        assert tex == same
        assert 0.9 < width / chrome_width < 1.15, tex
        assert 0.8 < height / chrome_height < 1.3, tex


@each_visit()
def test_moving_pictures_compute_the_same(seen: Seen) -> None:
    for name, states in seen.moves.items():
        for values in states:
            compare(values, PICTURES[name].follows(values), name)


def test_formulas_are_set_in_the_font_of_the_course(site: str, firefox: Firefox) -> None:
    firefox.resize(*DESKTOP)
    firefox.open(site, "book/softmax.html")
    course, file, other = firefox.run(
        """async () => {
            const rule = [...document.fonts].find(f => f.family.includes("Latin Modern Math"));
            const sheet = [...document.styleSheets].flatMap(s => [...s.cssRules])
                .find(r => r.style?.fontFamily.includes("Latin Modern Math") && r.style.src);
            const address = /url\\("(.*?)"\\)/.exec(sheet.style.src)[1];
            const font = new FontFace("Alone",
                `url(${new URL(address, sheet.parentStyleSheet.href)})`);
            document.fonts.add(await font.load());
            const math = document.querySelector("article div.mathml math");
            const width = family => {
                if (family) math.style.fontFamily = family;
                return math.firstElementChild.getBoundingClientRect().width;
            };
            return [width(null), width("Alone"), width("monospace")];
        }"""
    )
    assert course == file
    assert abs(course - other) > 1


def test_quizzes_judge_answers(site: str, firefox: Firefox) -> None:
    firefox.resize(*DESKTOP)
    firefox.open(site, "book/softmax.html")
    said = "id => document.getElementById(`${id}_result`).innerText"
    choice, number = "quiz-softmax-shift", "quiz-softmax-slope"
    for place, verdict in [(0, "✗ Not yet."), (1, "✓ Right.")]:
        firefox.click(f"label[for={choice}_{place}]")
        firefox.click(f"#{choice} .quiz-check")
        assert firefox.run(said, choice).startswith(verdict)
    firefox.click(f"#{number}_number")
    firefox.press(*"-0.14", "\ue007")  # Enter, as WebDriver numbers keys
    assert firefox.run(said, number).startswith("✓ Right.")


def test_moving_picture_follows_the_keyboard(site: str, firefox: Firefox) -> None:
    firefox.resize(*DESKTOP)
    firefox.open(site, "book/softmax.html")
    firefox.run("() => document.getElementById('moving-softmax-shift-cat').focus()")
    read = """() => {
        const picture = document.querySelector("#moving-softmax-shift moving-picture");
        return [picture.values, picture.querySelector("svg").innerHTML];
    }"""
    before, drawn = firefox.run(read)
    firefox.press("\ue014")  # the right arrow
    values, drawing = firefox.run(read)
    assert values["cat"] == pytest.approx(before["cat"] + 0.1)
    compare(values, PICTURES["softmax-shift"].follows(values), "softmax-shift")
    assert drawing != drawn
