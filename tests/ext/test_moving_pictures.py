"""A small book with moving pictures, sound and broken, built as the real one is."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup, Tag

ROOT = Path(__file__).parents[2]
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
LOCAL = (
    "build_guard",
    "moving_pictures",
    "quizzes",
    "number_gate",
    "notebook_downloads",
    "math_rendering",
)
FRONT_MATTER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

"""
SWITCH = """\
Moving.define("switch", {
  controls: [
    { name: "data", label: "The data are <so>", options: ["separable", "not separable"],
      start: "separable" },
    { name: "rate", label: "Rate", min: -2, max: 1, step: 0.5, start: 1, digits: 2, unit: " %",
      value: (position) => 10 ** position, position: Math.log10 },
    { name: "half", label: "Half", min: 0, max: 5, step: 0.5, start: 0.5, digits: 1 },
  ],
  link: ({ data, rate, half }, moved) =>
    moved === "rate" ? { data, rate, half: rate / 2 } : { data, rate: 2 * half, half },
  values: ({ rate }) => ({ square: rate * rate, lost: -Infinity }),
  words: ({ data, square, lost }) =>
    `${data} & ${Moving.significant(square)}, ${Moving.fixed(lost, 2)}, ${Moving.fixed(-0.001, 2)}`,
  size: [400, 50],
  draw: ({ rate }, pen) => [
    pen.bar(10, 20, 40, 40 - rate, { ink: "truth", mark: "rate" }),
    pen.curve([[0, 1], [2, -Infinity], [3, 4]]),
    pen.text(20, 20, "a < b"),
  ],
});
"""
PLACED = """\
# Pictures

```{code-cell} ipython3
half = 0.5
```

$$ p = q $$ (eq-good)

```{moving-picture} switch
alt: |
  The *rate* grows
  with "its" square.
caption: |
  Try it, {eq}`eq-good`, with $c^2$.

  And again.
start: {data: not separable, rate: 4}
```
"""
FINE = "alt: A\ncaption: C"
BAD: dict[str, tuple[str, str, int, str]] = {
    "unknown": (
        "softmax",
        FINE,
        0,
        "there is no such picture; there are: a, b, c, coin-likelihood",
    ),
    "no-alt": ("a", "caption: C", 1, "the key `alt` is missing: say in words what relationship"),
    "no-caption": ("b", "alt: A", 1, "the key `caption` is missing: say what to try"),
    "blank": ("c", "alt:\ncaption: C", 1, "here is a text expected"),
    "key": ("d", f"{FINE}\nstrat: 1", 3, "the key `strat` is not known here; there are: `alt`"),
    "control": ("e", f"{FINE}\nstart: {{rat: 1}}", 3, "the key `rat` is not known here"),
    "number": ("f", f"{FINE}\nstart:\n  rate: x", 4, "`rate` is 'x', and not a number"),
    "range": ("g", f"{FINE}\nstart: {{rate: 11}}", 3, "`rate` is 11, and its range is 0.01 to 10"),
    "nan": ("h", f"{FINE}\nstart: {{rate: nan}}", 3, "`rate` is nan, and its range is 0.01 to 10"),
    "option": ("i", f"{FINE}\nstart: {{data: so}}", 3, "'so', and not one of `separable`, `not "),
    "list": ("j", f"{FINE}\nstart: [1]", 3, "here are keys expected: `data`, `rate`, `half`"),
    "yaml": ("k", "alt: A: B", 1, "no YAML: mapping values are not allowed here"),
    "nothing": ("l", "", 0, "a moving picture has keys: `alt`, `caption` and `start`"),
}


class Book:
    """A book with the extensions and pictures of the real one, and more pictures."""

    def __init__(self, root: Path, pictures: dict[str, str], **pages: str) -> None:
        self.root = root
        self.html = root / "_build" / "html"
        for folder in ("_ext", "static"):
            shutil.copytree(
                ROOT / "book" / folder,
                root / "book" / folder,
                ignore=shutil.ignore_patterns("__pycache__"),
            )
        config = {
            "title": "A book of pictures",
            "only_build_toc_files": True,
            "execute": {"execute_notebooks": "cache"},
            "html": {"baseurl": "https://pictures.example"},
            "parse": {"myst_enable_extensions": ["dollarmath", "smartquotes"]},
            "sphinx": {
                "recursive_update": True,
                "local_extensions": dict.fromkeys(LOCAL, "book/_ext"),
                "config": {
                    "html_math_renderer": "temml",
                    "html_static_path": ["book/static"],
                    "suppress_warnings": ["misc.highlighting_failure"],
                },
            },
        }
        toc = {
            "format": "jb-book",
            "root": "book/plain",
            "chapters": [{"file": f"book/{name}"} for name in pages],
        }
        self.write("_config.yml", yaml.safe_dump(config))
        self.write("_toc.yml", yaml.safe_dump(toc))
        self.write("book/plain.md", "# Plain\n\nNo picture.\n")
        for name, text in pages.items():
            self.write(f"book/{name}.md", text)
        for name, text in pictures.items():
            self.write(f"book/static/moving/{name}.js", text)

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, encoding="utf-8")

    def build(self, *options: str) -> tuple[int, str]:
        command = [sys.executable, "-c", JUPYTER_BOOK, "build", str(self.root), "-W", "-n"]
        result = subprocess.run(
            [*command, *options],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return result.returncode, result.stdout

    def page(self, name: str) -> BeautifulSoup:
        path = self.html / "book" / f"{name}.html"
        return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def documented() -> tuple[str, str]:
    """Return the script and the page that CONTRIBUTING.md shows."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"^```js\n(.*?)^```$", text, re.M | re.S)
    (placed,) = re.findall(r"^````markdown\n(```\{moving-picture\}.*?)^````$", text, re.M | re.S)
    return script, f"# Documented\n\n$$ p = q $$ (eq-sigmoid-odds)\n\n{placed}"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    script, page = documented()
    book = Book(
        tmp_path_factory.mktemp("pictures"),
        {"switch": SWITCH, "odds": script},
        good=FRONT_MATTER + PLACED,
        documented=page,
    )
    status, output = book.build()
    assert status == 0, output
    return book


@pytest.fixture(scope="module")
def figure(book: Book) -> Tag:
    (found,) = book.page("good").select("figure.moving")
    return found


def test_picture_is_named_by_relationship_and_numbers(figure: Tag) -> None:
    svg = figure.svg
    assert svg is not None
    assert svg["role"] == "img"
    said = [figure.find(id=name) for name in str(svg["aria-labelledby"]).split()]
    alt, words = (part.get_text() for part in said if isinstance(part, Tag))
    assert alt == 'The *rate* grows with "its" square.'
    assert words == "not separable & 16.0, −∞, 0.00"


def test_starting_values_reach_controls_and_drawing(figure: Tag) -> None:
    choice = figure.select_one("select")
    assert choice is not None
    assert [option.get_text() for option in choice.select("option[selected]")] == ["not separable"]
    rate, half = figure.select("input[type=range]")
    assert float(str(rate["value"])) == pytest.approx(0.60206)
    assert rate["aria-valuetext"] == "Rate 4.00 %; not separable & 16.0, −∞, 0.00"
    assert half["value"] == "2", "the picture links it to the rate"
    for field in (choice, rate, half):
        assert len(figure.select(f"label[for={field['id']}]")) == 1
    assert figure.select("label")[0].get_text() == "The data are <so>"
    assert [output.get_text() for output in figure.select("output")] == ["4.00 %", "2.0"]
    (bar,) = figure.select("[data-mark=rate]")
    assert (bar["y"], bar["height"]) == ("36", "4")
    (path,) = figure.select("path")
    assert path["d"] == "M0 1L3 4", "what is not finite is left out"


def test_caption_is_prose(figure: Tag) -> None:
    caption = figure.figcaption
    assert caption is not None
    assert len(caption.select("p")) == 2
    assert caption.select("a[href='#equation-eq-good']")
    assert caption.select("math")


def test_no_handlers_and_no_addresses(book: Book, figure: Tag) -> None:
    for tag in figure.select("*"):
        assert not [name for name in tag.attrs if name.startswith("on")]
        assert not {"src", "href"} & set(tag.attrs) or tag.name == "a"
    scripts = (ROOT / "book/static/moving").glob("*.js")
    assert not [path for path in scripts if "http" in path.read_text(encoding="utf-8")]


def test_page_loads_its_own_pictures_alone(book: Book) -> None:
    (script,) = book.page("good").select("script[src*='moving/']")
    assert script.has_attr("defer")
    assert script.get("type") is None, "a module is not loaded from a folder"
    text = (book.html / "_static/moving/page-book-good.js").read_text(encoding="utf-8")
    assert re.findall(r'^Moving\.define\("(.*)"', text, re.M) == ["switch"]
    assert len(book.page("good").select("link[href*='moving.css']")) == 1
    assert not book.page("plain").select("[src*='moving/'], [href*='moving/']")


def test_documented_picture_is_built(book: Book) -> None:
    (figure,) = book.page("documented").select("figure.moving")
    assert [output.get_text() for output in figure.select("output")] == ["0.75"]
    words = figure.select_one(".moving-words")
    assert words is not None
    assert words.get_text() == "odds 3.00 to one"


def test_notebook_shows_the_picture_and_links_to_it(book: Book) -> None:
    notebook = nbformat.read(book.html / "_sources/book/good.ipynb", as_version=4)
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    image = BeautifulSoup(text, "html.parser").img
    assert image is not None
    assert image["alt"] == 'The *rate* grows with "its" square.'
    data = base64.b64decode(str(image["src"]).removeprefix("data:image/svg+xml;base64,"))
    drawn = ElementTree.fromstring(data)
    marks = {mark.get("data-mark"): mark for mark in drawn}
    assert marks["rate"].get("height") == "4"
    assert "Try it, [(1)](https://pictures.example/book/good.html#equation-eq-good)" in text
    assert "](https://pictures.example/book/good.html#moving-switch)" in text


def test_other_builders_leave_pictures_out(book: Book) -> None:
    status, output = book.build("--builder=custom", "--custom-builder=text")
    assert status == 0, output
    (page,) = book.root.glob("_build/text/book/good.txt")
    assert "Try it" not in page.read_text(encoding="utf-8")


def test_every_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    page, expected, pictures = "# Bad\n\n", [], {}
    for name, content, line, message in BAD.values():
        start = page.count("\n") + 1
        page += f"```{{moving-picture}} {name}\n{content}\n```\n\n"
        expected.append((f"book/bad.md:{start + line}: {name}: ", message))
        if name != "softmax":
            pictures[name] = SWITCH.replace('"switch"', f'"{name}"')
    for _ in range(2):
        start = page.count("\n") + 1
        page += f"```{{moving-picture}} switch\n{FINE}\n```\n\n"
    expected.append((f"book/bad.md:{start}: switch: ", "book/bad.md has this picture already"))
    book = Book(tmp_path, {**pictures, "switch": SWITCH}, bad=page)
    for attempt in ("first", "second"):
        status, output = book.build()
        assert status != 0, f"the {attempt} build passes"
        lines = [line.strip() for line in output.splitlines()]
        for place, message in expected:
            said = any(line.startswith(place) and message in line for line in lines)
            assert said, f"the {attempt} build does not say {place}{message}\n{output}"
        assert f"moving pictures: {len(expected)} breach(es)" in output


def test_numbers_are_held_to_the_gate(tmp_path: Path) -> None:
    page = "# P\n\n```{moving-picture} switch\nalt: It is 41.\ncaption: It is 42, or $0.43$.\n```\n"
    status, output = Book(tmp_path, {"switch": SWITCH}, page=page).build()
    assert status != 0
    assert "numbers in prose: 3 breach(es)" in output
    for number in ("41", "42", "0.43"):
        assert re.search(rf"book/page\.md:\d: the number {number} in", output)


def test_broken_script_is_named(tmp_path: Path) -> None:
    page = f"# P\n\n```{{moving-picture}} switch\n{FINE}\n```\n"
    for broken in (SWITCH + "}", SWITCH.replace("rate * rate", "rate * rat")):
        root = tmp_path / str(len(broken))
        root.mkdir()
        status, output = Book(root, {"switch": broken}, page=page).build()
        assert status != 0
        assert "moving/switch.js: " in output


def test_changed_script_is_read_again(tmp_path: Path) -> None:
    page = f"# P\n\n```{{moving-picture}} switch\n{FINE}\n```\n"
    book = Book(tmp_path, {"switch": SWITCH}, page=page)
    assert book.build()[0] == 0
    book.write("book/static/moving/switch.js", SWITCH.replace("a < b", "a > b"))
    assert book.build()[0] == 0
    assert "a > b" in book.page("page").select("figure.moving text")[0].get_text()
    script = (book.html / "_static/moving/page-book-page.js").read_text(encoding="utf-8")
    assert "a > b" in script
