"""The moving pictures, moved at random in a real browser and held to the package.

An entry of ``PICTURES`` says where a picture stands, what must follow from its settings, where its
marks must then lie, and which numbers it says. What is checked of every picture is written once.
"""

from __future__ import annotations

import json
import math
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from browsing import LOAD_ALL, axe
from expected import PICTURES
from expected.picture import Values, points
from playwright.sync_api import Browser, Locator, Page

from course_utils import information, likelihood, sigmoid, softmax
from course_utils.plots import style

SCRIPTS = Path(__file__).parents[2] / "book" / "static" / "moving"
MOVES = 400
# The package and V8 round differently, by a few units in the last place.
RELATIVE = 1e-9
# Coordinates are written with two decimals.
PIXEL = 0.011


# Moves one control after the other, and returns what then is shown.
MOVE = """
    (picture, moves) => moves.map(([name, share]) => {
        const field = picture.querySelector(`[name="${name}"]`);
        if (field.localName === "select") {
            const last = field.options.length - 1;
            field.selectedIndex = Math.min(Math.floor(share * (last + 1)), last);
        } else {
            const steps = Math.round((field.max - field.min) / field.step);
            field.value = Number(field.min) + Math.round(share * steps) * field.step;
        }
        const position = field.value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        const marks = {};
        for (const mark of picture.querySelectorAll("[data-mark]")) {
            const numbers = [...mark.attributes].map(({ name, value }) => [name, Number(value)]);
            marks[mark.dataset.mark] = Object.fromEntries(
                numbers.filter(([, value]) => Number.isFinite(value)));
        }
        return {
            position, marks, values: structuredClone(picture.values),
            words: picture.querySelector(".moving-words").textContent,
            said: field.getAttribute("aria-valuetext"),
            shown: field.nextElementSibling?.textContent,
            label: field.labels[0].textContent,
            drawing: picture.querySelector("svg").innerHTML,
        };
    })
"""


@pytest.fixture(params=PICTURES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def picture(site: str, browser: Browser, name: str) -> Iterator[Locator]:
    page = browser.new_page()
    page.goto(f"{site}/book/{PICTURES[name].page}.html")
    yield page.locator(f"#moving-{name} moving-picture")
    page.close()


def values_of(picture: Locator) -> Values:
    found: Values = picture.evaluate("picture => picture.values")
    return found


def compare(found: object, expected: object, place: str) -> None:
    if isinstance(expected, dict):
        assert isinstance(found, dict)
        for key, value in expected.items():
            compare(found[key], value, f"{place}.{key}")
    elif isinstance(expected, str) or (isinstance(expected, list) and str in map(type, expected)):
        assert found == expected, place
    else:
        np.testing.assert_allclose(found, expected, rtol=RELATIVE, atol=1e-12, err_msg=place)


def numbers_in(words: str) -> list[float]:
    """Read the numbers of a sentence as they are written for people."""
    raised = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
    plain = re.sub(r" · 10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", lambda m: f"e{m[1].translate(raised)}", words)
    plain = plain.replace("−", "-").replace("∞", "inf")
    return [float(found) for found in re.findall(r"-?(?:\d+(?:\.\d+)?(?:e-?\d+)?|inf)\b", plain)]


def test_every_picture_is_held_to_the_package() -> None:
    written = {path.stem for path in SCRIPTS.glob("*.js")} - {"numerics", "moving"}
    assert set(PICTURES) == written


def test_numbers_and_marks_at_random_positions(picture: Locator, name: str) -> None:
    rng = np.random.default_rng(7)
    wants = PICTURES[name]
    controls = picture.locator("[name]").evaluate_all("fields => fields.map(f => f.name)")
    moves = [[str(rng.choice(controls)), rng.random()] for _ in range(MOVES)]
    # The corners too, where numbers are largest and logarithms infinite.
    moves += [[control, end] for end in (0.0, 1.0) for control in controls]
    before = values_of(picture)
    for (moved, _), state in zip(moves, picture.evaluate(MOVE, moves), strict=True):
        values = state["values"]
        position = state["position"]
        wanted: object = position if isinstance(before[moved], str) else float(position)
        if moved in wants.positions:
            wanted = wants.positions[moved](float(position))
        compare(values[moved], wanted, moved)
        for control in controls:
            if control != moved and wants.linked is None:
                assert values[control] == before[control], "a control moves by itself"
        if wants.linked:
            compare(values, wants.linked(values), "linked")
        compare(values, wants.follows(values), name)
        for found, sought, apart in wants.near(values):
            assert found == pytest.approx(sought, rel=0, abs=apart)

        for mark, coordinates in wants.marks(values).items():
            for coordinate, number in coordinates.items():
                assert state["marks"][mark][coordinate] == pytest.approx(number, abs=PIXEL), mark
        assert "NaN" not in state["drawing"]
        assert "Infinity" not in state["drawing"]

        said = numbers_in(state["words"])
        for spoken, (number, digits) in zip(said, wants.said(values), strict=True):
            if digits is None:
                assert spoken == pytest.approx(number, rel=0.0051)
            else:
                assert spoken == pytest.approx(number, abs=0.5001 * 10**-digits)
        if state["said"] is not None:
            assert state["said"] == f"{state['label']} {state['shown']}; {state['words']}"
        before = values


@pytest.mark.parametrize("name", [name for name, picture in PICTURES.items() if picture.curves])
def test_curves(picture: Locator, name: str) -> None:
    """Curves pass through the right points, as exactly as their coordinates are written."""
    rng = np.random.default_rng(11)
    controls = picture.locator("[name]").evaluate_all("fields => fields.map(f => f.name)")
    for _ in range(8):
        state = picture.evaluate(MOVE, [[control, rng.random()] for control in controls])[-1]
        curves = PICTURES[name].curves
        assert curves
        for mark, height in curves(state["values"]).items():
            path = picture.locator(f"[data-mark={mark}]").get_attribute("d") or ""
            x, y = points(path)
            assert len(x) > 10, mark
            right = np.array([height(x - PIXEL), height(x), height(x + PIXEL)])
            assert np.all(y >= right.min(0) - PIXEL), mark
            assert np.all(y <= right.max(0) + PIXEL), mark


def test_coin_controls_keep_to_each_other(site: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{site}/book/likelihood.html")
    picture = page.locator("#moving-coin-likelihood moving-picture")
    moves = [["tosses", 0.2], ["heads", 1.0], ["tosses", 0.0], ["heads", 0.0]]
    seen = [(s["values"]["heads"], s["values"]["tosses"]) for s in picture.evaluate(MOVE, moves)]
    assert seen == [(1, 5), (20, 20), (1, 1), (0, 1)]
    page.close()


def test_keyboard(picture: Locator) -> None:
    page = picture.page
    for slider in picture.locator("input").all():
        key = slider.get_attribute("name")
        slider.focus()
        outline = slider.evaluate("s => parseFloat(getComputedStyle(s).outlineWidth)")
        assert outline >= 2, "one sees which slider has the keyboard"
        positions = []
        for press in ("Home", "ArrowRight", "ArrowUp", "PageUp", "ArrowLeft", "End"):
            page.keyboard.press(press)
            positions.append(float(slider.input_value()))
        home, right, up, leap, back, end = positions
        step = float(slider.get_attribute("step") or "nan")
        assert home == float(slider.get_attribute("min") or "nan")
        assert right - home == pytest.approx(step)
        assert up - right == pytest.approx(step)
        assert leap > up
        assert leap - back == pytest.approx(step)
        assert end == float(slider.get_attribute("max") or "nan")
        assert values_of(picture)[key] is not None
    start = json.loads(picture.get_attribute("start") or "")
    assert {key: values_of(picture)[key] for key in start} != start
    drawing = picture.locator("svg").inner_html()
    picture.get_by_role("button", name="Reset").press("Enter")
    assert {key: values_of(picture)[key] for key in start} == start
    assert picture.locator("svg").inner_html() != drawing
    words = picture.locator(".moving-words")
    assert words.get_attribute("aria-live") == "polite", "no slider says what a reset has done"
    picture.locator("input").first.press("ArrowRight")
    assert words.get_attribute("aria-live") == "off", "the slider says it itself"


def test_grips_follow_the_pointer(picture: Locator) -> None:
    page = picture.page
    svg = picture.locator("svg")
    for place in range(picture.locator("[data-control]").count()):
        # Each move draws the grips anew.
        grip = picture.locator("[data-control]").nth(place)
        control, axis = grip.get_attribute("data-control"), grip.get_attribute("data-axis")
        low, high, start, end = map(float, (grip.get_attribute("data-along") or "").split())
        grip.scroll_into_view_if_needed()
        box, whole = grip.bounding_box(), svg.bounding_box()
        assert box is not None
        assert whole is not None
        assert min(box["width"], box["height"]) >= 24
        across = axis == "x"
        scale = whole["width"] / float((svg.get_attribute("viewBox") or "").split()[2])
        target = start + 0.6 * (end - start)
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        there = (whole["x"] + scale * target, y) if across else (x, whole["y"] + scale * target)
        page.mouse.move(*there, steps=4)
        slider = picture.locator(f"[name={control}]")
        step = float(slider.get_attribute("step") or "nan")
        wanted = low + 0.6 * (high - low)
        assert values_of(picture)[control] == pytest.approx(wanted, abs=step)
        moved = picture.locator("[data-control]").nth(place).bounding_box()
        assert moved is not None
        centre = (moved["x"] + moved["width"] / 2, moved["y"] + moved["height"] / 2)
        width = scale * abs(end - start) * step / (high - low)
        assert centre == pytest.approx(there, abs=width + 1), "the grip stays with the pointer"
        page.mouse.move(2, 2)
        page.mouse.move(whole["x"] + 5000, whole["y"] - 5000)
        extreme = values_of(picture)[control]
        assert extreme == float(slider.get_attribute("max") or "nan"), "the slider's range holds"
        page.mouse.up()
        page.mouse.move(x, y)
        assert values_of(picture)[control] == extreme, "it has let go"
        assert slider.evaluate("s => s === document.activeElement")
        picture.get_by_role("button", name="Reset").click()


def test_nothing_is_lost_without_scripts(site: str, browser: Browser, name: str) -> None:
    drawings = []
    for scripts in (False, True):
        context = browser.new_context(java_script_enabled=scripts)
        page = context.new_page()
        page.goto(f"{site}/book/{PICTURES[name].page}.html")
        picture = page.locator(f"#moving-{name}")
        svg = picture.locator("svg")
        assert svg.is_visible()
        assert picture.locator("figcaption").is_visible()
        assert picture.locator("input").first.is_visible() == scripts
        names = (svg.get_attribute("aria-labelledby") or "").split()
        said = [page.locator(f"#{part}").text_content() or "" for part in names]
        assert [bool(text.strip()) for text in said] == [True, True]
        drawings.append([svg.inner_html(), *said])
        context.close()
    assert drawings[0] == drawings[1]


def test_drawing_anew_changes_nothing(picture: Locator) -> None:
    """The build and the page draw alike, to the last digit."""
    built = picture.locator("svg").inner_html()
    words = picture.locator(".moving-words").inner_text()
    picture.evaluate("picture => picture.reset()")
    assert picture.locator("svg").inner_html() == built
    assert picture.locator(".moving-words").inner_text() == words


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


COLOURS = """
    svg => [...svg.children].flatMap(mark => {
        const { fill, stroke } = getComputedStyle(mark);
        if (mark.localName === "text") return [["text", fill]];
        return [fill, stroke].map(colour => [mark.dataset.mark ?? mark.localName, colour]);
    }).filter(([, colour]) => colour.startsWith("rgb("))
"""


def marks_stand_out(figure: Locator) -> None:
    background = figure.page.evaluate("getComputedStyle(document.body).backgroundColor")
    colours = figure.locator("svg").evaluate(COLOURS)
    assert len(colours) > 10
    for mark, colour in colours:
        assert contrast(colour, background) >= (4.5 if mark == "text" else 3), (mark, colour)


@pytest.mark.parametrize(
    ("scheme", "width"),
    [
        ("light", 1280),
        ("dark", 390),
        pytest.param("light", 390, marks=pytest.mark.slow),
        pytest.param("dark", 1280, marks=pytest.mark.slow),
    ],
)
def test_accessible(site: str, browser: Browser, name: str, scheme: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{site}/book/{PICTURES[name].page}.html")
    assert axe(page, context=f"#moving-{name}") == []
    figure = page.locator(f"#moving-{name}")
    marks_stand_out(figure)
    page.emulate_media(forced_colors="active")
    marks_stand_out(figure)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    wide = figure.evaluate("f => f.scrollWidth - f.clientWidth")
    assert wide <= 0, "larger text leaves the figure"
    context.close()


def test_paper_shows_no_controls(picture: Locator) -> None:
    picture.page.emulate_media(media="print")
    assert not picture.locator(".moving-controls").is_visible()
    assert picture.locator("svg").is_visible()
    assert picture.locator(".moving-words").is_visible()


@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.slow), 390])
def test_nothing_shifts(site: str, browser: Browser, name: str, width: int) -> None:
    """Whatever the words grow to, there is room."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(f"{site}/book/{PICTURES[name].page}.html")
    picture = page.locator(f"#moving-{name} moving-picture")
    before = picture.bounding_box()
    controls = picture.locator("[name]").evaluate_all("fields => fields.map(f => f.name)")
    for move in [(control, end) for end in (0.0, 0.999) for control in controls]:
        picture.evaluate(MOVE, [move])
        assert picture.bounding_box() == before, move
    page.close()


def test_from_a_folder(site_folder: Path, browser: Browser, name: str) -> None:
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((site_folder / "book" / f"{PICTURES[name].page}.html").as_uri())
    picture = page.locator(f"#moving-{name} moving-picture")
    slider = picture.locator("input").first
    slider.press("End")
    moved = slider.get_attribute("name") or ""
    value = PICTURES[name].positions.get(moved, float)(float(slider.input_value()))
    assert values_of(picture)[moved] == pytest.approx(value)
    assert errors == []
    page.close()


def test_scripts_are_few_and_loaded_where_needed(site: str, browser: Browser, chapter: str) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/{chapter}")
    # Else the pictures that come near by scrolling are asked for later.
    page.evaluate(LOAD_ALL)
    used = page.locator("moving-picture").count()
    loaded = [url for url in asked if "/_static/moving/" in url]
    assert len(loaded) == (2 if used else 0)
    for slider in page.locator("moving-picture input").all()[:1]:
        count = len(asked)
        slider.press("ArrowRight")
        assert len(asked) == count, "moving asks for nothing"
    page.close()


# What no picture uses yet


def test_choice_between_options(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture with a list to choose from, on a page of its own."""
    import moving_pictures

    for part in moving_pictures.COMMON:
        shutil.copy(SCRIPTS / f"{part}.js", tmp_path)
    (tmp_path / "switch.js").write_text(
        """Moving.define("switch", {
            controls: [{ name: "side", label: "Side", options: ["left", "right"], start: "left" }],
            values: ({ side }) => ({ x: side === "left" ? 10 : 30 }),
            words: ({ x }) => `at ${x}`,
            size: [40, 20],
            draw: ({ x }, pen) => [pen.dot(x, 10, { mark: "side" })],
        });""",
        encoding="utf-8",
    )
    monkeypatch.setattr(moving_pictures, "FOLDER", tmp_path)
    start = moving_pictures.call("switch", "begin", {"side": "right"})
    shown = moving_pictures.call("switch", "markup", "switch", start)
    node = moving_pictures.MovingPicture(
        ids=["switch"], name="switch", start=start, alt="A", shown=shown
    )
    writer = SimpleNamespace(body=[])
    moving_pictures.visit_picture(writer, node)
    page = browser.new_page()
    page.set_content("".join(writer.body))
    page.add_script_tag(content=moving_pictures.script(["switch"]))
    picture = page.locator("moving-picture")
    assert values_of(picture) == {"side": "right", "x": 30}
    page.get_by_label("Side").select_option("left")
    assert values_of(picture) == {"side": "left", "x": 10}
    assert picture.locator("[data-mark=side]").get_attribute("cx") == "10"
    assert picture.locator(".moving-words").inner_text() == "at 10"
    page.get_by_role("button").click()
    assert page.get_by_label("Side").input_value() == "right"
    page.close()


# Numerics


@pytest.fixture(scope="module")
def numerics(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.add_script_tag(path=SCRIPTS / "numerics.js")
    yield page
    page.close()


def ask(page: Page, function: str, cases: list[list[Any]]) -> Any:
    return page.evaluate(
        "([name, cases]) => cases.map(args => numerics[name](...args))", [function, cases]
    )


RNG = np.random.default_rng(3)
LOGITS = [
    *(
        RNG.normal(scale=scale, size=size).tolist()
        for scale in (1, 30)
        for size in (1, 2, 5, 9) * 25
    ),
    [1000.0, 999.0, -1000.0],
    [2.0, 2.0, 0.0],
    [0.0, 0.0, 0.0],
]
SHARES = [RNG.dirichlet(np.ones(4)).tolist() for _ in range(100)] + [[0.0, 0.5, 0.5, 0.0]]
PROBABILITIES = [*RNG.uniform(size=100).tolist(), 1e-12, 0.5]
REALS = [*RNG.normal(scale=20, size=100).tolist(), -700.0, 700.0, 0.0]


@pytest.mark.parametrize(
    ("function", "cases", "expected"),
    [
        ("softmax", [[z] for z in LOGITS], softmax.softmax),
        ("softmax", [[z, 0.3] for z in LOGITS], lambda z, t: softmax.softmax(z, temperature=t)),
        ("logsumexp", [[z] for z in LOGITS], softmax.logsumexp),
        ("hardmax", [[z] for z in LOGITS], softmax.hardmax),
        ("sparsemax", [[z] for z in LOGITS], softmax.sparsemax),
        ("entropy", [[p] for p in SHARES], information.entropy),
        ("crossEntropy", [[p, SHARES[0]] for p in SHARES], information.cross_entropy),
        ("klDivergence", [[p, SHARES[0]] for p in SHARES], information.kl_divergence),
        ("sigmoid", [[x] for x in REALS], sigmoid.sigmoid),
        ("softplus", [[x] for x in REALS], sigmoid.softplus),
        ("odds", [[p] for p in PROBABILITIES], sigmoid.odds),
        ("logit", [[p] for p in PROBABILITIES], sigmoid.logit),
        ("gaussianNll", [[x, 0.5, 2.0] for x in REALS], likelihood.gaussian_nll),
    ],
)
def test_numerics(
    numerics: Page, function: str, cases: list[list[Any]], expected: Callable[..., Any]
) -> None:
    for case, found in zip(cases, ask(numerics, function, cases), strict=True):
        np.testing.assert_allclose(found, expected(*case), rtol=RELATIVE, atol=1e-12)


def test_numerics_at_the_edges(numerics: Page) -> None:
    assert ask(numerics, "klDivergence", [[[0.5, 0.5], [1, 0]]]) == [math.inf]
    assert ask(numerics, "logsumexp", [[[-math.inf, -math.inf]]]) == [-math.inf]
    cases = [[0, 5, 0], [5, 5, 1], [1, 5, 0], [4, 5, 1], [2, 7, 0.3]]
    found = ask(numerics, "bernoulliLogLikelihood", cases)
    for (heads, tosses, probability), value in zip(cases, found, strict=True):
        outcomes = (np.arange(tosses) < heads).astype(int)
        compare(value, likelihood.bernoulli_log_likelihood(outcomes, probability), "edge")


def test_inks_are_those_of_the_figures(browser: Browser) -> None:
    page = browser.new_page()
    page.add_script_tag(path=SCRIPTS / "moving.js")
    inks, classes = page.evaluate("[Moving.INK, Moving.CLASSES]")
    names = [ink.upper().replace("-", "_") for ink in classes]
    assert [getattr(style, name) for name in names] == list(style.CLASSES)
    # On white these two have less contrast than a graphic needs.
    darker = {"highlight", "contrast"}
    for ink, colour in inks.items():
        if ink not in darker | {"text"}:
            assert colour == getattr(style, ink.upper().replace("-", "_")), ink
    page.close()
