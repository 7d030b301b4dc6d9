"""The notebooks that a small book offers, in which every construct occurs once.

`download_book/` is that book. It is built in a temporary folder, by the command that builds the
real one.
"""

from __future__ import annotations

import importlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote, urldefrag

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup, Tag
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from myst_nb.core.read import read_myst_markdown_notebook
from myst_parser.config.main import MdParserConfig
from nbformat import NotebookNode

ROOT = Path(__file__).parents[2]
SAMPLE = Path(__file__).with_name("download_book")
EXTENSIONS = ROOT / "book" / "_ext"
# `python -m jupyter_book` does not exist, and the command may not be on the path.
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
SITE = "https://constructs.example/course"

# Syntax that only MyST reads.
MYST = {
    "a role": r"\{[a-z:_-]+\}`",
    "a colon fence": r"(?m)^\s*:::",
    "a directive": r"```+\s*\{",
    "a target": r"(?m)^\s*\([\w:-]+\)=\s*$",
    "a label of an equation": r"\$\$\s*\([\w:-]+\)",
    "a footnote": r"\[\^",
    "a substitution": r"\{\{",
    "a comment": r"(?m)^\s*% ",
    "an option": r"(?m)^\s*:[a-z-]+: ",
}


class Book:
    """A copy of the sample book that may be changed and built."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.html = root / "_build" / "html"
        shutil.copytree(SAMPLE, root, dirs_exist_ok=True)
        self.configure(sphinx={"local_extensions": {"notebook_downloads": str(EXTENSIONS)}})

    def configure(self, **sections: dict[str, object]) -> None:
        path = self.root / "_config.yml"
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, section in sections.items():
            config[name] = {**config.get(name, {}), **section}
        path.write_text(yaml.safe_dump(config), encoding="utf-8")

    def write(self, page: str) -> None:
        """Make a page of its own the only notebook of the book."""
        head = (self.root / "book/neighbour.md").read_text(encoding="utf-8").split("\n(sec-")[0]
        toc = "format: jb-book\nroot: book/intro\nchapters:\n  - file: book/page\n"
        (self.root / "_toc.yml").write_text(toc, encoding="utf-8")
        (self.root / "book/page.md").write_text(f"{head}\n# Page\n\n{page}\n", encoding="utf-8")

    def build(self, **environment: str) -> tuple[int, str]:
        result = subprocess.run(
            [sys.executable, "-c", JUPYTER_BOOK, "build", str(self.root), "-W", "-n"],
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return result.returncode, result.stdout

    def notebook(self, name: str) -> NotebookNode:
        return nbformat.read(self.html / "_sources" / "book" / f"{name}.ipynb", as_version=4)

    def downloads(self) -> dict[str, bytes]:
        folder = self.html / "_sources" / "book"
        return {path.stem: path.read_bytes() for path in folder.glob("*.ipynb")}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    book = Book(tmp_path_factory.mktemp("book"))
    status, output = book.build()
    assert status == 0, output
    return book


@pytest.fixture(scope="module")
def notebook(book: Book) -> NotebookNode:
    return book.notebook("constructs")


@pytest.fixture(scope="module")
def text(notebook: NotebookNode) -> str:
    """All Markdown of the notebook, with pictures cut short."""
    found = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return re.sub(r";base64,[\w+/=]+", ";base64,…", found)


@pytest.fixture(scope="module")
def module() -> Iterator[ModuleType]:
    sys.path.insert(0, str(EXTENSIONS))
    yield importlib.import_module("notebook_writer")
    sys.path.remove(str(EXTENSIONS))


def rendered(notebook: NotebookNode) -> BeautifulSoup:
    """Read the Markdown of a notebook as notebook programs do."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.use(dollarmath_plugin, double_inline=True)
    cells = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return BeautifulSoup("\n".join(map(parser.render, cells)), "html.parser")


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def cell_with(notebook: NotebookNode, source: str) -> NotebookNode:
    (found,) = (cell for cell in code_cells(notebook) if source in cell.source)
    return found


# The text


@pytest.mark.parametrize("name", ["constructs", "neighbour"])
@pytest.mark.parametrize("syntax", MYST)
def test_nothing_is_raw_myst(book: Book, name: str, syntax: str) -> None:
    for cell in book.notebook(name).cells:
        if cell.cell_type == "markdown":
            assert not re.search(MYST[syntax], cell.source), cell.source


@pytest.mark.parametrize("syntax", MYST)
def test_the_sample_holds_what_must_not_be_left(syntax: str) -> None:
    """Without this, a pattern that finds nothing would pass for a writer that leaves nothing."""
    assert re.search(MYST[syntax], (SAMPLE / "book/constructs.md").read_text(encoding="utf-8"))


PAGE = f"{SITE}/book/constructs.html"
NEIGHBOUR = f"{SITE}/book/neighbour.html"
CONSTRUCTS = {
    "title": "# 1. Every *construct*, once",
    "numbered heading": "### 1.6.1. A third level",
    "box": "> **What you will learn**\n>\n> - What becomes of a list in a box,",
    "box with a fixed name": "> **Warning**\n>\n> Do not take the logarithm of `0`.\n>\n> ```pyt",
    "see also": f"> **See also**\n>\n> [The neighbour]({NEIGHBOUR})",
    "code with a tick": "`` a `tick` ``",
    "key": "<kbd>Shift</kbd>",
    "subscript": "word<sub>below</sub>",
    "superscript": "another<sup>above</sup>",
    "abbreviation": '<abbr title="negative log-likelihood">NLL</abbr>',
    "substitution": "the *course* is substituted",
    "smart quotes": "“Quotes” are curly…",
    "line break": "spelt out.<br />This line is broken.",
    "inline mathematics": r"with $a < b$ and $P(a|b)$",
    "external link": "[NumPy](https://numpy.org/doc/stable/)",
    "link to a section": f"[Lists]({PAGE}#prose-lists)",
    "link to a figure": f"[Fig. 1.2]({PAGE}#fig-curve)",
    "link to a page": f"[the one next door]({NEIGHBOUR})",
    "link to a chapter by number": f"[Chapter 2]({NEIGHBOUR}#sec-neighbour)",
    "link to a term": f"[Surprisal]({PAGE}#term-Surprisal)",
    "nested list": "- two\n  - inside *two*\n  - with `code`\n- three",
    "numbered list": "3. third\n\n4. fourth\n\n   with a second paragraph\n\n   ```python\n   ind",
    "definition": "- **Odds**: The ratio $p / (1 - p)$.\n\n  A second paragraph.",
    "glossary": "- **Surprisal**: Minus the logarithm of a probability.",
    "rule": "\n\n---",
    "numbered equation": "$$\n\\operatorname{softmax}(z)_k = \\frac{e^{z_k}}{\\sum_j e^{z_j}} "
    "\\tag{1.1}\n$$",
    "aligned equation": "$$\n\\begin{aligned}\nL &= -\\log p_y \\\\\n&= \\log \\sum_j e^{z_j} - z_y"
    "\n\\end{aligned} \\tag{1.2}\n$$",
    "equation without number": "$$\na^2 + b^2 = c^2\n$$",
    "cases": "$$\n|x| = \\begin{cases} x & x \\ge 0 \\\\ -x & x < 0 \\end{cases}\n$$",
    "environment of amsmath": "$$\n\\begin{aligned}\na &= b \\\\\nc &= d\n\\end{aligned}\n$$",
    "equation in a box": "> $$\\sum_k p_k = 1 \\tag{1.3}$$\n",
    "glued equation": "$$\nH(p) = -\\sum_k p_k \\log p_k \\tag{1.4}\n$$",
    "reference to an equation": f"By [(1.1)]({PAGE}#equation-eq-softmax) and",
    "reference to another page's equation": f"[(2.1)]({NEIGHBOUR}#equation-eq-surprise)",
    "glued values": "The value is 0.250, the label cat, the count 3; raw: 0.25.",
    "caption of a drawn figure": f"**Fig. 1.1.** The falling line, see [(1.1)]({PAGE}#",
    "box folded by its class": "<details>\n<summary><em>Try</em> it</summary>\n\nFolded by a",
    "dropdown": "<details>\n<summary>A <em>dropdown</em> with $p \\lt 1$ and <code>code</code>"
    "</summary>\n\nIts **body**.\n\n- a list\n\n</details>",
    "toggle": "<details>\n<summary>Show</summary>\n\nToggled text.\n\n</details>",
    "margin": "> **In the margin**\n>\n> A note beside the text.",
    "epigraph": "> All models are wrong.\n>\n> — George Box",
    "quotation": "> A plain quotation.",
    "tabs": "**First tab**\n\nFirst body.\n\n**Second tab**",
    "figure": '<img alt="A curve that rises [steeply]." src="data:image/svg+xml;base64,…">\n\n'
    "**Fig. 1.2.** A **rising** curve.",
    "inline picture": '<img alt="An inline curve" src="data:image/svg+xml;base64,…">',
    "table": "| loss | value |\n| :--- | ---: |\n| $P(a\\vert{}b)$ or `x \\| y` | 1 |\n",
    "table with a caption": "**Table 1.1.** A table with a caption\n\n"
    "| Name | What |\n| --- | --- |\n| first | one paragraph<br>and another |\n"
    "| second | • point<br>• point two |",
    "reference to a table": f"[Table 1.1]({PAGE}#tab-listed)",
    "footnote mark": "A remark<sup>[1]</sup> and another<sup>[2]</sup>.",
    "footnote": "<sup>[1]</sup> The first footnote, with $x$.",
    "citation": f"The rule is old [[Brier, 1950]({PAGE}#",
    "bibliography": "Verification of forecasts expressed in terms of probability. *Monthly Weather",
    "listing": "**Listing 1.1.** Not executed\n\n```python\nimport torch\n```",
    "fence in a fence": "````\na ``` fence inside\n````",
    "HTML": "<b>bold by HTML</b>",
    "exercise": "**Exercise 1.1 (How much?)**\n\nCompute $2 + 2$.\n\n<details>\n"
    "<summary>Hint</summary>\n\nCount.\n\n</details>",
    "solution": "<details>\n<summary>Solution to Exercise 1.1 (How much?)</summary>\n\nIt is $4$.",
    "reference to an exercise": f"[Exercise 1.2]({PAGE}#ex-code)",
}


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_construct(text: str, construct: str) -> None:
    assert CONSTRUCTS[construct] in text


def test_scripts_and_comments_stay_behind(text: str) -> None:
    assert "nothing of this" not in text
    assert "nobody reads" not in text
    assert "comment in TeX" not in text


# The numbers of captions stand in bold in the notebook, with a full stop.
PAGE_ONLY = ".math, .headerlink, .caption-number, script, .cell_input"


def test_words_are_those_of_the_page(book: Book, notebook: NotebookNode) -> None:
    """What Markdown makes of the notebook reads like the page, word by word."""

    def words(element: Tag) -> str:
        return re.sub(r"\s+", "", element.get_text())

    ours = rendered(notebook)
    page = BeautifulSoup(
        (book.html / "book/constructs.html").read_text(encoding="utf-8"), "html.parser"
    )
    article = page.find("article", class_="bd-article")
    assert article is not None
    for soup, selector in ((ours, ".math"), (article, PAGE_ONLY)):
        for element in soup.select(selector):
            element.decompose()
    everything = words(ours)
    paragraphs = [p for p in article.select("p, li, h2, h3, dt") if not p.select("p, li, pre")]
    assert len(paragraphs) > 50
    # The page folds code with words of its own.
    folding = ("Showcodecell", "Hidecodecell")
    missing = [words(p) for p in paragraphs if words(p) not in everything]
    assert [text for text in missing if not text.startswith(folding)] == []


def test_links_are_absolute_and_lead_somewhere(book: Book, notebook: NotebookNode) -> None:
    links = [link["href"] for link in rendered(notebook).find_all("a")]
    assert len(links) > 20
    for link in links:
        assert link.startswith("https://")
        if link.startswith(SITE):
            address, anchor = urldefrag(link)
            path = book.html / unquote(address.removeprefix(SITE).lstrip("/") or "index.html")
            assert path.is_file(), link
            if anchor:
                page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
                assert page.find(id=unquote(anchor)), link


def test_pictures_are_seen_offline(notebook: NotebookNode) -> None:
    pictures = rendered(notebook).find_all("img")
    assert len(pictures) == 2
    assert all(picture["src"].startswith("data:image/svg+xml;base64,") for picture in pictures)
    assert all(picture["alt"] for picture in pictures)


def test_display_mathematics_holds_no_blank_line(text: str) -> None:
    """JupyterLab ends a formula there."""
    formulas = re.findall(r"\$\$(.+?)\$\$", text, re.DOTALL)
    assert len(formulas) == 7
    assert all(line.strip() for formula in formulas for line in formula.strip().splitlines())


# The code


def test_code_is_that_of_the_source_in_its_order(book: Book, notebook: NotebookNode) -> None:
    source = (book.root / "book/constructs.md").read_text(encoding="utf-8")
    expected = code_cells(read_myst_markdown_notebook(source, MdParserConfig()))
    setup, *cells = code_cells(notebook)
    assert [cell.source for cell in cells] == [cell.source.strip("\n") for cell in expected]
    assert setup.source.endswith(
        f'set_up("0.1.0", "{SITE}/wheels/course_utils-0.1.0-py3-none-any.whl")'
    )


def test_first_cells_are_title_and_setup(notebook: NotebookNode) -> None:
    title, setup = notebook.cells[:2]
    assert title.source.startswith("# 1. Every *construct*, once\n\n*From [A book of constructs](")
    assert title.source.endswith(f"[this page]({PAGE}).*")
    assert setup.cell_type == "code"


def test_cell_that_the_page_leaves_out_keeps_its_place(notebook: NotebookNode) -> None:
    place = notebook.cells.index(cell_with(notebook, "class Formula"))
    assert "raises-exception" in notebook.cells[place - 1].metadata.tags
    assert notebook.cells[place + 1].source.startswith("The value is 0.250")


def test_cell_left_out_between_two_paragraphs_stands_between_them(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.write("Before.\n\n```{code-cell} ipython3\n:tags: [remove-cell]\n\nx = 1\n```\n\nAfter.")
    status, output = book.build()
    assert status == 0, output
    assert [cell.source for cell in book.notebook("page").cells[2:]] == [
        "Before.",
        "x = 1",
        "After.",
    ]


@pytest.mark.parametrize(
    ("source", "hidden"),
    [
        ("import matplotlib", {"source_hidden": True, "outputs_hidden": True}),
        ("one stream", None),
        ("values.sum()", {"source_hidden": True}),
        ("only the output", {"source_hidden": True}),
        ("np.arange(4)", {"outputs_hidden": True}),
        ("all is folded", {"source_hidden": True, "outputs_hidden": True}),
        ("print(2 + 2)", None),
        ("four", {"source_hidden": True, "outputs_hidden": True}),
    ],
)
def test_folding(notebook: NotebookNode, source: str, hidden: dict[str, bool] | None) -> None:
    assert cell_with(notebook, source).metadata.get("jupyter") == hidden


def test_solution_with_code_is_folded_piece_by_piece(notebook: NotebookNode) -> None:
    place = notebook.cells.index(cell_with(notebook, 'print("four")'))
    summary = "<details>\n<summary>Solution to Exercise 1.2 (With code)</summary>\n\n"
    assert notebook.cells[place - 1].source == f"{summary}Run it:\n\n</details>"
    assert notebook.cells[place + 1].source.startswith(f"{summary}That was it.\n\n</details>")


@pytest.mark.parametrize(
    ("source", "outputs"),
    [
        ("one stream", [{"name": "stdout", "text": "one stream,\ntwo lines\n"}]),
        ("values.sum()", [{"data": {"text/plain": "np.float64(1.0)"}}]),
        ("only the output", [{"text": "only the output stands on the page\n"}]),
        (
            "raise ValueError",
            [{"ename": "ValueError", "traceback": ["ValueError: shown on purpose"]}],
        ),
        ("import matplotlib", []),
    ],
)
def test_outputs(notebook: NotebookNode, source: str, outputs: list[dict[str, object]]) -> None:
    found = cell_with(notebook, source).outputs
    assert len(found) == len(outputs)
    for output, expected in zip(found, outputs, strict=True):
        assert expected.items() <= output.items()


def test_glued_values_are_kept(notebook: NotebookNode) -> None:
    """A student's kernel sends them again, so strict comparison needs them."""
    outputs = cell_with(notebook, "class Formula").outputs
    names = [output.metadata.scrapbook.name for output in outputs]
    assert names == ["quarter", "label", "count", "formula"]
    assert outputs[0].data == {"application/papermill.record/text/plain": "0.25"}


def test_picture_in_an_output_is_described(notebook: NotebookNode) -> None:
    (output,) = cell_with(notebook, "ax.plot").outputs
    assert output.data["image/png"]
    assert output.metadata["image/png"]["alt"] == "A line that falls from one to nought."


def test_metadata_names_no_machine(book: Book) -> None:
    for name in ("constructs", "neighbour"):
        notebook = book.notebook(name)
        nbformat.validate(notebook)
        assert notebook.metadata == {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
        counts = [cell.execution_count for cell in code_cells(notebook)]
        assert counts == list(range(1, len(counts) + 1))
        path = book.html / "_sources" / "book" / f"{name}.ipynb"
        assert str(book.root) not in path.read_text(encoding="utf-8")


# The build


def test_button_saves_the_notebook(book: Book) -> None:
    page = BeautifulSoup(
        (book.html / "book/constructs.html").read_text(encoding="utf-8"), "html.parser"
    )
    (button,) = page.select("a.btn-download-notebook-button")
    assert button["href"] == "../_sources/book/constructs.ipynb"
    assert button.has_attr("download")
    assert not button.has_attr("target")


def test_page_that_is_no_notebook_offers_none(book: Book) -> None:
    page = BeautifulSoup((book.html / "book/intro.html").read_text(encoding="utf-8"), "html.parser")
    assert page.select("a.btn-download-source-button")
    assert not page.select("a.btn-download-notebook-button")
    assert not (book.html / "_sources/book/intro.ipynb").exists()


def test_builds_from_scratch_from_the_cache_and_by_halves_are_equal(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.build()
    first = book.downloads()
    assert sorted(first) == ["constructs", "neighbour"]
    # On a hit of the cache, myst-nb's own notebooks lose their outputs.
    shutil.rmtree(tmp_path / "_build" / ".doctrees")
    shutil.rmtree(book.html)
    _, output = book.build()
    assert "Using cached notebook" in output
    assert book.downloads() == first
    # A page that is not read again is written from what was kept with it.
    shutil.rmtree(tmp_path / "_build" / ".jupyter_cache")
    status, output = book.build(BOOK_BASEURL="https://elsewhere.example")
    assert status == 0, output
    assert "0 added, 0 changed, 0 removed" in output
    moved = book.downloads()
    assert moved != first
    assert all(b"https://elsewhere.example" in content for content in moved.values())
    back = moved["neighbour"].replace(b"https://elsewhere.example", SITE.encode())
    assert back == first["neighbour"]
    shutil.rmtree(tmp_path / "_build")
    book.build()
    assert book.downloads() == first


def test_launch_buttons_leave_the_notebook_alone(book: Book, tmp_path: Path) -> None:
    """The theme copies a notebook of raw MyST to the same place when it makes them."""
    launching = Book(tmp_path)
    launching.configure(
        repository={"url": "https://github.com/owner/name", "branch": "main"},
        launch_buttons={"colab_url": "https://colab.research.google.com"},
    )
    status, output = launching.build()
    assert status == 0, output
    assert "colab.research.google.com" in (launching.html / "book/constructs.html").read_text()
    assert launching.downloads() == book.downloads()


# What must not pass in silence


def fails(book: Book, *messages: str) -> None:
    status, output = book.build()
    assert status != 0
    for message in messages:
        assert message in output, output


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("object()", "the address of an object; give its class a __repr__"),
        ("import os\nprint(os.getcwd())", "a path of this machine"),
        ('print("<dc:date>2026-01-01</dc:date>")', "the date of an SVG"),
    ],
)
def test_output_that_changes_from_run_to_run(tmp_path: Path, cell: str, message: str) -> None:
    book = Book(tmp_path)
    book.write(f"Text.\n\n```{{code-cell}} ipython3\n{cell}\n```")
    fails(book, "book/page.md:16: an output differs from run to run", message)


def test_node_that_a_notebook_has_no_form_for(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.write("Text.\n\n```{eval-rst}\n-a  an option list\n```")
    message = "a notebook has no form for option_list; write block_option_list"
    fails(book, "book/page.md:", message)
    # The page counts as read by now, but it was not written.
    fails(book, "book/page.md:", message)


def test_table_cell_over_two_rows(tmp_path: Path) -> None:
    book = Book(tmp_path)
    rows = "+---+---+\n| a | b |\n|   +---+\n|   | c |\n+---+---+"
    book.write(f"```{{eval-rst}}\n{rows}\n```")
    fails(book, "book/page.md:", "Markdown has no table cells over several rows")


def test_book_that_is_not_executed(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.configure(execute={"execute_notebooks": "off"})
    fails(book, "the page was not executed", "set execute.execute_notebooks to `cache`")


def test_site_without_an_address(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.configure(html={"baseurl": ""})
    fails(book, "html.baseurl in _config.yml is ''; name the site's address")


# The wheel


def test_wheel_holds_the_package_alone(book: Book) -> None:
    (path,) = (book.html / "wheels").iterdir()
    assert path.name == "course_utils-0.1.0-py3-none-any.whl"
    names = zipfile.ZipFile(path).namelist()
    assert {name.split("/")[0] for name in names} == {
        "course_utils",
        "course_utils-0.1.0.dist-info",
    }
    here = {path.relative_to(ROOT).as_posix() for path in (ROOT / "course_utils").rglob("*.py")}
    assert {name for name in names if name.endswith(".py")} == here
    assert "course_utils/py.typed" in names


def test_wheel_asks_for_lower_bounds_only(book: Book) -> None:
    """A pin would downgrade the libraries of whoever installs the wheel."""
    (path,) = (book.html / "wheels").iterdir()
    with zipfile.ZipFile(path) as wheel:
        metadata = Parser().parsestr(wheel.read("course_utils-0.1.0.dist-info/METADATA").decode())
    needed = [item for item in metadata.get_all("Requires-Dist", []) if "extra" not in item]
    assert needed
    assert all(re.fullmatch(r"[\w-]+>=[\d.]+", item) for item in needed), needed


def test_wheel_is_built_again_only_when_the_package_changes(
    tmp_path: Path, module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheels = importlib.import_module("notebook_wheel")
    project = tmp_path / "project"
    for path in wheels.sources(ROOT):
        copy = project / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    monkeypatch.setattr(wheels, "ROOT", project)
    folder, stamp = tmp_path / "wheels", tmp_path / "stamp"
    wheel = folder / wheels.wheel_name()

    def publish() -> tuple[int, bytes]:
        wheels.publish_wheel(folder, stamp)
        return wheel.stat().st_mtime_ns, wheel.read_bytes()

    time, content = publish()
    assert publish() == (time, content)
    (project / "course_utils/labels.py").chmod(0o600)
    stamp.unlink()
    again, same = publish()
    assert again > time
    assert same == content
    with (project / "course_utils/labels.py").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert publish()[1] != content


# Parts of the writer


@pytest.mark.parametrize(
    ("plain", "escaped"),
    [
        ("two * three", r"two \* three"),
        ("snake_case", "snake_case"),
        ("_private", r"\_private"),
        ("a < b", "a < b"),
        ("<b>", "&lt;b>"),
        ("&lt;", "&amp;lt;"),
        ("R&D", "R&D"),
        ("[0, 1]", "[0, 1]"),
        ("[a](b)", r"[a\](b)"),
        (r"\n", r"\\n"),
        ("5 $", "5 <span>&#36;</span>"),
    ],
)
def test_escaping_is_undone_by_markdown(module: ModuleType, plain: str, escaped: str) -> None:
    assert module.escape(plain) == escaped
    shown = MarkdownIt("commonmark", {"html": True}).render(module.escape(plain))
    assert BeautifulSoup(shown, "html.parser").get_text().strip() == plain


@pytest.mark.parametrize("line", ["- a", "+ a", "> a", "# a", "1. a", "12) a", "== a", "a - b"])
def test_line_of_a_paragraph_begins_no_other_block(module: ModuleType, line: str) -> None:
    shown = MarkdownIt("commonmark").render(module.guard_line_start(line))
    assert shown.startswith("<p>")
    assert BeautifulSoup(shown, "html.parser").get_text().strip() == line


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("a = b", "a = b"),
        ("a\n\nb", "\\begin{aligned}\na \\\\\nb\n\\end{aligned}"),
        ("a % remark\nb", "a\nb"),
        ("a\n% remark\nb", "a\nb"),
        (r"5\% a", r"5\% a"),
        (r"a &= b \\ c &= d", "\\begin{aligned}\na &= b \\\\ c &= d\n\\end{aligned}"),
        (r"a \& b", r"a \& b"),
        (r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",) * 2,
        (
            r"\begin{cases} \begin{matrix} a & b \end{matrix} \\ c \end{cases}",
            r"\begin{cases} \begin{matrix} a & b \end{matrix} \\ c \end{cases}",
        ),
        (
            r"\begin{gather*} a \\ b \end{gather*}",
            "\\begin{aligned}\na \\\\ b\n\\end{aligned}",
        ),
        (r"\begin{equation} a \end{equation}", "a"),
    ],
)
def test_display_latex(module: ModuleType, latex: str, expected: str) -> None:
    assert module.display_latex(latex) == expected
