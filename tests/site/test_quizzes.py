"""The quizzes of every chapter, answered in a real browser, by mouse and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from browsing import axe
from playwright.sync_api import Browser, Locator, Page, expect

SHIFT = "quiz-softmax-shift"
"""One choice of four, of which the second is right."""
SLOPE = "quiz-softmax-slope"
"""Asks for −0.14, to two decimals."""


@pytest.fixture
def page(site: str, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{site}/book/softmax.html")
    yield page
    context.close()


@pytest.fixture(scope="module")
def slope(site: str, browser: Browser) -> Iterator[Locator]:
    """One numeric quiz for all that is typed, since each answer replaces the one before."""
    page = browser.new_page()
    page.goto(f"{site}/book/softmax.html")
    yield page.locator(f"#{SLOPE}")
    page.close()


def answer(form: Locator, text: str) -> str:
    """Type a number, check it, and return what is said."""
    form.locator("input").fill(text)
    form.locator("input").press("Enter")
    return form.locator(".quiz-result").inner_text()


def choose(form: Locator, places: list[int]) -> str:
    """Tick what is named and nothing else, check it, and return what is said."""
    for box in form.locator("input[type=checkbox]").all():
        box.uncheck()
    for place in places:
        form.locator("label").nth(place).click()
    form.get_by_role("button", name="Check").click()
    return form.locator(".quiz-result").inner_text()


# Gives every answer of every quiz, and returns what is said to each and to the right one.
ANSWER_ALL = """() => [...document.querySelectorAll("form.quiz")].map(form => {
    form.querySelector("details").open = true;
    const items = [...form.querySelectorAll(".quiz-answers > ul > li")].map(item => {
        const [text, reason] = item.querySelectorAll("p");
        return {
            shown: text.innerText.split(":").slice(1).join(":"),
            right: item.querySelector(".quiz-sign").innerText === "✓ Right:",
            reason: reason.innerText,
        };
    });
    const field = form.querySelector("input[type=text]");
    const said = places => {
        if (field) field.value = items[places[0]].shown;
        else {
            for (const box of form.querySelectorAll("input:checked"))
                if (box.type === "checkbox") box.click();
            for (const place of places) form.querySelectorAll("label")[place].click();
        }
        form.querySelector("button").click();
        return form.querySelector(".quiz-result").innerText;
    };
    items.forEach((item, place) => { item.said = said([place]); });
    const right = [...items.keys()].filter(place => items[place].right);
    return { label: form.id, numeric: Boolean(field), items, end: said(right) };
})"""


def test_every_quiz_judges_every_answer(site: str, browser: Browser, chapter: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}/{chapter}")
    for quiz in page.evaluate(ANSWER_ALL):
        label, items = quiz["label"], quiz["items"]
        right = [item for item in items if item["right"]]
        assert right, label
        assert len(items) > 1 or quiz["numeric"], label
        for item in items:
            assert "Wrong:" not in item["said"], "the verdict says it already"
            if not item["right"]:
                assert item["said"].startswith("✗ Not yet."), (label, item["shown"])
            if not item["right"] or len(right) == 1:
                assert item["reason"] in item["said"], (label, item["shown"])
        assert quiz["end"].startswith("✓ Right."), label
        assert all(item["reason"] in quiz["end"] for item in right), label
    page.close()


@pytest.mark.parametrize(
    "text",
    [
        *("-0.14", "−0.14", "–0.14", "-0,14", "-.14", " - 0.14 ", "-14 %", "-7/50", "−1.4e-1"),
        *("-1.4E−1", "-0.7/5", "-0.145", "-0.135", "-1,4/10,0", "-0.140"),
    ],
)
def test_number_is_read_as_people_write_it(slope: Locator, text: str) -> None:
    assert answer(slope, text).startswith("✓ Right."), text


@pytest.mark.parametrize("text", ["-0.1451", "-0.1349", "-14", "0", "-1/14", "1e-9"])
def test_number_that_is_off_is_not_right(slope: Locator, text: str) -> None:
    assert answer(slope, text) == "✗ Not yet. Try once more, or unfold the answer."


@pytest.mark.parametrize(
    "text", ["abc", "1/0", "1,234.5", "--1", "0x1", "1/2/3", "e", "-", "1e999"]
)
def test_what_is_no_number_is_told(slope: Locator, text: str) -> None:
    assert answer(slope, text).startswith("This cannot be read as a number.")


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("nat", "-0.14 nat"),
        ("nat", "-0.14 Nats"),
        ("nat", "-0.14"),
        ("%", "-0.14 %"),
        ("bit", "-14% bit"),
    ],
)
def test_unit_may_be_written(slope: Locator, unit: str, text: str) -> None:
    slope.evaluate("(form, unit) => { form.dataset.unit = unit; }", unit)
    assert answer(slope, text).startswith("✓ Right.")
    assert answer(slope, f"{text} x").startswith("This cannot be read")
    slope.evaluate("form => { form.dataset.unit = ''; }")


def test_known_mistake_is_explained(slope: Locator) -> None:
    assert "without its sign" in answer(slope, "0.14")


def test_nothing_answered(page: Page) -> None:
    one, number = page.locator(f"#{SHIFT}"), page.locator(f"#{SLOPE}")
    several = page.locator("form.quiz[data-kind=several]").first
    assert answer(number, "  ") == "Type a number first."
    for form in (one, several):
        form.get_by_role("button", name="Check").click()
        assert form.locator(".quiz-result").inner_text() == "Choose an answer first."


def test_several_must_all_be_ticked(page: Page) -> None:
    form = page.locator("form.quiz[data-kind=several]").first
    assert choose(form, [0]) == "✗ Not yet. What you ticked is right, and something is missing."
    said = choose(form, [0, 1, 2])
    assert said.startswith("✗ Not yet.")
    assert "neither class nor loss" in said
    assert "differences double" not in said, "what is right needs no explanation yet"


def test_changed_answer_has_no_verdict(page: Page) -> None:
    form = page.locator("form.quiz").first
    choose(form, [0])
    form.locator("label").nth(1).click()
    assert form.locator(".quiz-result").inner_text() == ""


def test_answers_are_folded_at_first(page: Page) -> None:
    for form in page.locator("form.quiz").all():
        expect(form.locator(".quiz-answers li").first).to_be_hidden()
        assert form.locator(".quiz-result").inner_text() == ""
        expect(form.get_by_role("button", name="Check")).to_be_visible()


def test_keyboard_alone(page: Page) -> None:
    form = page.locator(f"#{SHIFT}")
    form.locator("input").first.focus()
    page.keyboard.press("ArrowDown")
    assert form.locator("input").nth(1).is_checked()
    page.keyboard.press("Tab")
    button = form.get_by_role("button", name="Check")
    expect(button).to_be_focused()
    width = button.evaluate("e => getComputedStyle(e).outlineWidth")
    assert float(width.removesuffix("px")) >= 2, "focus is visible"
    page.keyboard.press("Enter")
    expect(form.get_by_role("status")).to_contain_text("✓ Right.")
    expect(button).to_be_focused()
    links = form.locator(".quiz-result a").count()
    for _ in range(links + 1):
        page.keyboard.press("Tab")
    expect(form.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(form.locator(".quiz-answers li").first).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert not form.evaluate("form => form.contains(document.activeElement)"), "no trap"


def test_screen_reader_meets_a_named_group(page: Page) -> None:
    """The name is plain words; the question, with its formulas, describes the group."""
    group = page.locator(f"#{SHIFT}").get_by_role("group", name=re.compile("^Check yourself"))
    expect(group).to_have_accessible_name(re.compile(r"^Check yourself \d+: choose one$"))
    expect(group).to_have_accessible_description(
        "You add the same constant to every logit. What happens to the probabilities, and what to "
        "log-sum-exp?"
    )
    expect(group.get_by_role("radio", name="Neither changes.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your answer").first).to_be_visible()
    expect(page.get_by_role("checkbox", name="Add one to all logits.")).to_be_visible()


def test_message_stays_with_the_number(page: Page) -> None:
    form = page.locator(f"#{SLOPE}")
    answer(form, "abc")
    field = form.get_by_role("textbox")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile("cannot be read as a number"))


def test_without_scripts_answers_unfold(site: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/book/softmax.html")
    form = page.locator(f"#{SLOPE}")
    expect(form.locator("button")).to_be_hidden()
    form.locator("input").fill("1")
    form.locator("input").press("Enter")
    assert page.url == f"{site}/book/softmax.html", "the form is not sent"
    form.locator("summary").click()
    expect(form.locator(".quiz-answers li").first).to_be_visible()
    context.close()


def test_paper_has_the_answers(page: Page) -> None:
    form = page.locator("form.quiz").first
    choose(form, [0])
    page.emulate_media(media="print")
    for item in form.locator(".quiz-answers li").all():
        expect(item).to_be_visible()
        assert item.bounding_box()["height"] > 10  # type: ignore[index]
    expect(form.locator("button")).to_be_hidden()
    expect(form.locator(".quiz-result")).to_be_hidden()


@pytest.mark.parametrize(("width", "size"), [(390, "100%"), (320, "100%"), (390, "200%")])
def test_quiz_fits_a_phone(page: Page, width: int, size: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
    for form in page.locator("form.quiz").all():
        form.locator("summary").click()
        assert form.evaluate("form => form.scrollWidth - form.clientWidth") <= 0
        for target in form.locator("label, button, summary, input[type=text]").all():
            assert target.bounding_box()["height"] >= 24  # type: ignore[index]


@pytest.mark.parametrize(("width", "forced"), [(1280, "none"), (390, "none"), (390, "active")])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_axe_violations(
    site: str, browser: Browser, scheme: str, width: int, forced: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        forced_colors=forced,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{site}/book/softmax.html")
    for form in page.locator("form.quiz").all():
        number = form.locator("input[type=text]").count()
        assert answer(form, "0.14") if number else choose(form, [1])
        form.locator("summary").click()
    assert axe(page, context="form.quiz") == []
    context.close()
