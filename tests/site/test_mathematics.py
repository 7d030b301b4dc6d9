"""What the formulas draw, counted against their source, and with the course's own font."""

from __future__ import annotations

import re
from pathlib import Path

from browsing import Visit, each_visit
from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
CHARACTERS = ROOT / "book" / "static" / "fonts" / "latinmodern-math-subset.unicodes.txt"

# What stands in the TeX of a formula, and what must be drawn for it.
SIGNS = {
    "radicals": (r"\\sqrt(?![a-zA-Z])", "msqrt, mroot"),
    "fractions": (r"\\[dt]?frac(?![a-zA-Z])", "mfrac"),
    "sums": (r"\\sum(?![a-zA-Z])", "∑"),
    "products": (r"\\prod(?![a-zA-Z])", "∏"),
    "integrals": (r"\\int(?![a-zA-Z])", "∫"),
    "hats": (r"\\(?:wide)?hat(?![a-zA-Z])", "^ˆ"),
    "bars": (r"\\(?:bar|overline)(?![a-zA-Z])", "¯‾ˉ"),
    "tildes": (r"\\(?:wide)?tilde(?![a-zA-Z])", "~˜"),
}

# The TeX of each formula of the text, and how often each sign has a size on the page.
COUNT = """signs => {
    const drawn = e => {
        const box = e.getBoundingClientRect();
        return box.width > 0 && box.height > 0;
    };
    return [...document.querySelectorAll("article math")].map(math => {
        const counts = {};
        for (const [name, sign] of Object.entries(signs)) {
            const found = /^[a-z]/.test(sign)
                ? [...math.querySelectorAll(sign)]
                : [...math.querySelectorAll("mo")].filter(
                    mo => [...sign].includes(mo.textContent.trim()));
            counts[name] = found.filter(drawn).length;
        }
        return [math.getAttribute("alttext"), counts];
    });
}"""
DRAWINGS = {name: sign for name, (_, sign) in SIGNS.items()}


def miscounted(shown: list[tuple[str, dict[str, int]]]) -> list[tuple[str, str, int]]:
    """Return the formulas that draw a sign more or less often than their TeX has it."""
    return [
        (tex, name, counts[name])
        for tex, counts in shown
        for name, (pattern, _) in SIGNS.items()
        if counts[name] != len(re.findall(pattern, tex))
    ]


@each_visit()
def test_every_sign_of_the_source_is_drawn(visit: Visit) -> None:
    assert miscounted(visit.page.evaluate(COUNT, DRAWINGS)) == []


def test_the_book_has_every_sign(site: str, browser: Browser, chapter_addresses: list[str]) -> None:
    """Else the test above would count nothing."""
    page = browser.new_page()
    source = ""
    for chapter in chapter_addresses:
        page.goto(f"{site}/{chapter}")
        source += page.evaluate(
            "[...document.querySelectorAll('math')].map(m => m.getAttribute('alttext')).join()"
        )
    page.close()
    assert [name for name, (tex, _) in SIGNS.items() if not re.search(tex, source)] == []


def held() -> set[int]:
    found: set[int] = set()
    for line in CHARACTERS.read_text(encoding="utf-8").splitlines():
        for first, last in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", line.split("#")[0]):
            found.update(range(int(first, 16), int(last or first, 16) + 1))
    return found


@each_visit()
def test_the_font_has_every_character(visit: Visit) -> None:
    # Not the words in formulas, which any font has.
    text = visit.page.evaluate(
        """() => [...document.querySelectorAll("mi, mn, mo")].map(e =>
            getComputedStyle(e).textTransform === "math-auto" && e.textContent.length === 1
                ? "" : e.textContent).join("")"""
    )
    missing = {sign for sign in text if not sign.isspace()} - set(map(chr, held()))
    # Invisible: between a function and what it is applied to.
    assert missing - {"\u2061"} == set(), "add them to the list, and make the font again"


def test_formulas_are_set_in_the_font_of_the_course(site: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{site}/book/softmax.html", wait_until="networkidle")
    assert page.evaluate("document.fonts.check('16px \"Latin Modern Math\"', '∑')")
    page.close()
