"""Every formula becomes MathML in the build: numbered, linked, and refused if it is no TeX."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]
EXTENSIONS = ROOT / "book" / "_ext"
# `python -m jupyter_book` does not exist, and the command may not be on the path.
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"

CONFIG = {
    "title": "A book",
    "only_build_toc_files": True,
    "execute": {"execute_notebooks": "off"},
    "parse": {"myst_enable_extensions": ["amsmath", "dollarmath"]},
    "sphinx": {
        "local_extensions": {
            "build_guard": str(EXTENSIONS),
            "math_rendering": str(EXTENSIONS),
        },
        "config": {
            "html_math_renderer": "temml",
            # CommonMark, the default, knows no formulas.
            "nb_render_markdown_format": "myst",
            "html_static_path": [str(ROOT / "book" / "static")],
        },
    },
}
TOC = {
    "format": "jb-book",
    "root": "intro",
    "parts": [
        {"caption": "A part", "numbered": True, "chapters": [{"file": "one"}, {"file": "two"}]}
    ],
}
INLINE = [
    r"p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}",
    r"\hat{\theta}",
    r"\mathbb{E}[X] < \mathcal{L}",
    r"f'(x)",
    r"\operatorname{softmax}(z)_k",
]
LABELLED = {
    "eq-softmax": r"\hat{p}_k = \frac{e^{z_k}}{\sum_{j=1}^{K} e^{z_j}}",
    "eq-chain": r"\begin{aligned} a &= b \\ &= \begin{cases} c & d \\ e \end{cases} \end{aligned}",
    "eq-matrix": r"H = \begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}",
    "eq-brace": r"\underbrace{H(p, q)}_{\text{cross-entropy}} = \sqrt{2 \pi s^2}",
}
UNLABELLED = [r"a &= b \\ c &= d", "\n\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}\n"]
OUTPUTS = [
    {"text/latex": r"$\displaystyle \frac{x^{2}}{2}$", "text/plain": "x**2/2"},
    {"text/markdown": "Proof.\n\n$$ a = b $$\n\nFor every $q$.", "text/plain": "proof"},
    # The page shows the table; its form for LaTeX is no mathematics.
    {"text/html": "<b>table</b>", "text/latex": r"\begin{tabular}{l} a \end{tabular}"},
]


@dataclass
class Book:
    """A small book whose pages may be changed and built."""

    root: Path
    config: dict = field(default_factory=lambda: json.loads(json.dumps(CONFIG)))

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, encoding="utf-8")

    def build(self, *options: str, pythonpath: Path | None = None) -> tuple[int, str]:
        self.write("_config.yml", json.dumps(self.config))
        self.write("_toc.yml", json.dumps(TOC))
        environment = os.environ.copy()
        if pythonpath is not None:
            environment["PYTHONPATH"] = str(pythonpath)
        command = [sys.executable, "-c", JUPYTER_BOOK, "build", str(self.root)]
        result = subprocess.run(
            [*command, *options],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        return result.returncode, result.stdout

    def page(self, name: str) -> str:
        return (self.root / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8")


def notebook(outputs: list[dict[str, str]]) -> str:
    """Return a notebook of one executed cell with these outputs."""
    cell = {
        "cell_type": "code",
        "execution_count": 1,
        "metadata": {},
        "source": "show()",
        "outputs": [
            {"output_type": "display_data", "metadata": {}, "data": data} for data in outputs
        ],
    }
    title = {"cell_type": "markdown", "metadata": {}, "source": "# Outputs"}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return json.dumps(
        {
            "cells": [title, cell],
            "metadata": {"kernelspec": kernel},
            "nbformat": 4,
            "nbformat_minor": 4,
        }
    )


def write_pages(book: Book) -> None:
    displayed = [f"$$\n{tex}\n$$ ({label})" for label, tex in LABELLED.items()]
    displayed += [UNLABELLED[1] if "align" in tex else f"$$\n{tex}\n$$" for tex in UNLABELLED]
    inline = "\n".join(f"Here ${tex}$, and" for tex in INLINE)
    book.write("intro.md", "# Start\n\nSee {eq}`eq-chain`.\n")
    book.write(
        "one.md",
        f"# Why $\\sigma(z)$ saturates\n\n{inline} more; see {{eq}}`eq-matrix`.\n\n"
        + "\n\n".join(displayed),
    )
    book.write("two.ipynb", notebook(OUTPUTS))


def new_book(root: Path) -> Book:
    book = Book(root)
    write_pages(book)
    return book


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return new_book(tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Return a book that was built; tests read it and change nothing."""
    book = new_book(tmp_path_factory.mktemp("book"))
    status, output = book.build("-W", "-n", "--keep-going")
    assert status == 0, output
    return book


class Reader(HTMLParser):
    """Collects the elements of a page, and the text of its main part and of its title."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def article(page: str) -> str:
    return page[page.index('<article class="bd-article') : page.index("</article>")]


def rendered(page: str) -> list[str]:
    return re.findall("<math.*?</math>", article(page), re.S)


def sources(page: str) -> list[str | None]:
    return [math.get("alttext") for math in Reader(article(page)).all("math")]


def test_every_formula_is_rendered_and_keeps_its_source(built: Book) -> None:
    expected = [r"\sigma(z)", *INLINE, *LABELLED.values(), *(tex.strip() for tex in UNLABELLED)]
    assert sources(built.page("one")) == expected


def test_formulas_in_outputs_are_rendered(built: Book) -> None:
    page = built.page("two")
    assert sources(page) == [r"\displaystyle \frac{x^{2}}{2}", "a = b", "q"]
    assert "<b>table</b>" in page


def test_equations_are_numbered_by_chapter_and_linked(built: Book) -> None:
    page = article(built.page("one"))
    for number, label in enumerate(LABELLED, start=1):
        block = re.search(
            rf'<div class="math[^"]*" id="equation-{label}">(.*?)</div>\n', page, re.S
        )
        assert block is not None, label
        eqno = re.search(r'<span class="eqno">(.*?)</span>', block[1])
        assert eqno is not None
        assert eqno[1] == (
            f'<a href="#equation-{label}" title="Link to this equation">(1.{number})</a>'
        )
    assert 'href="#equation-eq-matrix">(1.3)</a>' in page
    assert 'href="one.html#equation-eq-chain">(1.2)</a>' in article(built.page("intro"))


def test_an_environment_is_numbered_once(built: Book) -> None:
    assert "tml-eqn" not in built.page("one")
    assert "tml-tag" not in built.page("one")


def test_titles_are_readable(built: Book) -> None:
    assert re.search(r"<title>\s*1\. Why σ\(z\) saturates", built.page("one"))
    assert 'alttext="\\sigma(z)"' in built.page("intro"), "the table of contents shows no formula"
    index = (built.root / "_build" / "html" / "searchindex.js").read_text(encoding="utf-8")
    assert r'"Why \\sigma(z) saturates"' in index


def test_no_page_asks_for_mathjax_or_the_network(built: Book) -> None:
    pages = sorted((built.root / "_build" / "html").glob("*.html"))
    assert {"intro", "one", "two", "search"} <= {page.stem for page in pages}
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "window.MathJax" not in text, page.name
        assert r"\(" not in text, page.name
        reader = Reader(text)
        loaded = [script.get("src") for script in reader.all("script")]
        loaded += [
            link.get("href") for link in reader.all("link") if link.get("rel") != "canonical"
        ]
        assert not [url for url in loaded if url and re.match("https?:|//", url)], page.name


def test_the_style_and_the_font_are_there(built: Book) -> None:
    static = built.root / "_build" / "html" / "_static"
    assert "_static/math.css" in built.page("one")
    urls = re.findall(r'url\("([^"]+)"\)', (static / "math.css").read_text(encoding="utf-8"))
    assert urls
    for url in urls:
        assert (static / url).is_file(), url


def test_bad_tex_fails_twice_and_names_each_place(book: Book) -> None:
    book.write(
        "one.md",
        "# One\n\nRight $x$, wrong $\\frac{1$.\n\n"
        "$$\n\\unknown{x}\n$$ (eq-bad)\n\n"
        "A link $\\href{https://example.org}{x}$ and $\\eqref{eq-bad}$, cut $x^$.\n",
    )
    book.write("intro.md", "# Start\n")
    for attempt in ("first", "second"):
        # Without -W: it is no warning.
        status, output = book.build()
        assert status != 0, f"the {attempt} build passes"
        for message in (
            "mathematics: 5 breach(es)",
            "one.md:3: Temml cannot render `\\frac{1`: Unexpected end of input",
            "one.md:5: Temml cannot render `\\unknown{x}`: Unsupported function name: \\unknown",
            "one.md:9: Temml cannot render `\\href{https://example.org}{x}`: Unsupported",
            "one.md:9: Temml cannot render `\\eqref{eq-bad}`: a formula cannot refer",
            "one.md:9: Temml cannot render `x^`: something is missing or misplaced",
        ):
            assert message in output, f"the {attempt} build does not say {message!r}:\n{output}"


def test_bad_tex_that_a_cell_shows_fails_twice(book: Book) -> None:
    book.write("two.ipynb", notebook([{"text/latex": r"$\unknown$", "text/plain": "x"}]))
    for attempt in ("first", "second"):
        status, output = book.build()
        assert status != 0, f"the {attempt} build passes"
        assert "Unsupported function name: \\unknown" in output


def test_formulas_that_are_known_do_not_start_v8(book: Book, tmp_path: Path) -> None:
    broken = tmp_path / "without_v8"
    broken.mkdir()
    (broken / "py_mini_racer.py").write_text("raise ImportError('V8 was started')")

    status, output = book.build(pythonpath=broken)
    assert status != 0
    assert "V8 was started" in output

    status, output = book.build()
    assert status == 0, output
    first = rendered(book.page("one"))
    for page in (book.root / "_build" / "html").glob("*.html"):
        page.unlink()

    status, output = book.build("--all", pythonpath=broken)
    assert status == 0, output
    assert rendered(book.page("one")) == first


def test_one_setting_gives_the_pages_back_to_mathjax(book: Book) -> None:
    book.config["sphinx"]["config"]["html_math_renderer"] = "mathjax"
    # What Temml refuses is no concern of this extension then.
    book.write("intro.md", "# Start\n\n$\\mathjaxonly$, see {eq}`eq-chain`.\n")
    status, output = book.build("-W", "-n")
    assert status == 0, output
    page = book.page("one")
    assert "window.MathJax" in page
    assert not Reader(page).all("math")
    assert "math.css" not in page


@pytest.fixture(scope="module")
def formulas(tmp_path_factory: pytest.TempPathFactory):
    sys.path.insert(0, str(EXTENSIONS))
    try:
        import math_rendering

        found = math_rendering.Formulas(tmp_path_factory.mktemp("math"))
        yield found
        found.close()
    finally:
        sys.path.remove(str(EXTENSIONS))


def elements(mathml: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(mathml).iter())


def texts(mathml: str) -> list[str]:
    """Return the text of each leaf, with a blank for each explicit space."""
    leaves = [element for element in elements(mathml) if not len(element)]
    return [" " if leaf.tag == "mspace" else leaf.text or "" for leaf in leaves]


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"y_n \log p", "yn log ⁡p"),
        (r"\frac{1}{2} \exp x", "12 exp ⁡x"),
        (r"f(x) \log x", "f(x) log ⁡x"),
        (r"2 \max_k z_k", "2 maxk ⁡zk"),
        (r"- \log x", "−log ⁡x"),
        (r"(\log x)", "(log ⁡x)"),
    ],
)
def test_a_function_stands_apart_from_its_factor_alone(formulas, tex: str, expected: str) -> None:
    assert "".join(texts(formulas.mathml(tex, False))) == expected


def test_operators_in_scripts_have_no_space_and_others_do(formulas) -> None:
    operators = {
        element.text: element.get("lspace")
        for element in elements(formulas.mathml(r"a + b_{i - j}^{k \ne l} \sum_{n=1}^N x", True))
        if element.tag == "mo"
    }
    assert operators == {"+": None, "−": "0em", "≠": "0em", "∑": None, "=": "0em"}


@pytest.mark.parametrize(
    ("tex", "stretchy"),
    [
        (r"\left( p_k - \hat{y}_k \right)^2", "false"),
        (r"\left( \frac{a}{b} \right)", "true"),
        (r"\left[ \sum_k x_k \right]", "true"),
        (r"\left( x \begin{matrix} a \\ b \end{matrix} \right)", "true"),
    ],
)
def test_fences_grow_for_tall_formulas_alone(formulas, tex: str, stretchy: str) -> None:
    fences = [e for e in elements(formulas.mathml(tex, True)) if e.get("fence") == "true"]
    assert [fence.get("stretchy") for fence in fences] == [stretchy, stretchy]


def test_formulas_survive_a_build_that_is_cut_short(formulas, tmp_path: Path) -> None:
    fresh = type(formulas)(tmp_path)
    fresh.known = {"key": "<math></math>"}
    fresh.changed = True
    stale = tmp_path / "0123456789abcdef.json"
    stale.write_text("{}")
    fresh.save()
    assert type(formulas)(tmp_path).known == {"key": "<math></math>"}
    assert [path.name for path in tmp_path.iterdir()] == [fresh.path.name]


def test_an_interrupted_build_comes_to_its_end(tmp_path: Path) -> None:
    """Without closing V8, Python hangs in about half of the runs."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from math_rendering import Formulas\n"
        "formulas = Formulas(Path(sys.argv[2]))\n"
        "print(formulas.mathml('x', False))\n"
        "raise KeyboardInterrupt\n"
    )
    for _ in range(5):
        result = subprocess.run(
            [sys.executable, "-c", code, str(EXTENSIONS), str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert "<math" in result.stdout
        assert "KeyboardInterrupt" in result.stderr


def test_the_font_holds_the_characters_of_the_formulas(built: Book) -> None:
    """The list is what the font was made from; italics stand in another block of Unicode."""
    text = (ROOT / "book/static/fonts/latinmodern-math-subset.unicodes.txt").read_text()
    held: set[int] = set()
    for line in text.splitlines():
        for first, last in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", line.split("#")[0]):
            held.update(range(int(first, 16), int(last or first, 16) + 1))
    for name in ("one", "two"):
        for mathml in rendered(built.page(name)):
            characters = {ord(c) for c in "".join(texts(mathml)) if not c.isspace()}
            # Never drawn: the sign that a function is applied to what follows.
            missing = characters - held - {0x2061}
            assert not missing, [f"U+{c:04X}" for c in sorted(missing)]
