"""A small book with quizzes of every kind, right and wrong, built as the real one is."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup, Tag
from docutils import nodes
from docutils.core import publish_doctree
from nbformat import NotebookNode

ROOT = Path(__file__).parents[2]
EXTENSIONS = ROOT / "book" / "_ext"
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
LOCAL = ("build_guard", "quizzes", "number_gate", "notebook_downloads", "math_rendering")
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

GOOD = """\
# Quizzes

```{code-cell} ipython3
from course_utils.notebook import glue

glue(half=0.5)
```

$$ p = q $$ (eq-good)

````{quiz} quiz-one
question: |
  Which of $a < b$ and 0.25 is it?

  See {doc}`plain`.
choices:
  - text: The first, $c^2$, or `x < y`.
    because: |
      No: {eq}`eq-good` says {glue:text}`half:.2f`.
  - text: "3."
    correct: true
    because: The value is {value}`np.exp(np.array([0.0, 1.0]))[0:1][0]:.1f`, as in {doc}`plain`.
check: |
  softmax([0.0, 0.0])[0] == 0.5  # lines may follow each other
  and True
````

- An item, and in it

  ```{quiz} quiz-several
  question: Which?
  answers: several
  choices:
    - {text: This., because: So., correct: true}
    - {text: That., because: Not so., correct: false}
    - {text: Those., because: So as well., correct: true}
  ```

```{quiz} quiz-number
question: How much?
answer: -log_softmax([1.0, 2.0, 3.0])[2] - 1  # known mistakes are compared with it
tolerance: 0.0005
unit: nat & more
because: |
  An explanation.

  In two paragraphs.
mistakes:
  - value: np.float32(0.25) + 0 * entropy([0.5, 0.5])
    because: No.
```
"""

# By what is wrong: the quiz, the line of it that is named, and what is said.
TWO = "choices:\n  - {text: A, because: B, correct: true}\n  - {text: C, because: D}"
NUMBER = "question: Q\nanswer: 1/3\ntolerance: 0.001\nbecause: B"
BAD: dict[str, tuple[str, int, str]] = {
    "explanation": (
        "question: Q\nchoices:\n  - text: A\n    correct: true\n    because: B\n  - text: C",
        6,
        "the key `because` is missing: every choice, right or wrong, has its explanation",
    ),
    "blank": (f"question:\n{TWO}", 1, "here is a text expected"),
    "question": (TWO, 1, "the key `question` is missing"),
    "none-right": (f"question: Q\n{TWO}".replace("true", "false"), 3, "no choice is `correct"),
    "both-right": (
        f"question: Q\n{TWO}".replace("D}", "D, correct: true}"),
        3,
        "2 choices are correct; add `answers: several`",
    ),
    "single": ("question: Q\nchoices:\n  - {text: A, because: B}", 3, "two choices or more"),
    "repeated": (f"question: Q\n{TWO}".replace("C", "A"), 4, "the choice 'A' stands here twice"),
    "yes": (f"question: Q\n{TWO}".replace("true", "yes"), 3, "`correct` is `true`, or is left out"),
    "answers": (f"question: Q\nanswers: many\n{TWO}", 2, "`answers` is `several`"),
    "key": (f"question: Q\nhint: H\n{TWO}", 2, "the key `hint` is not known here; there are: `que"),
    "key-of-choice": (
        f"question: Q\n{TWO}".replace("C,", "C, note: N,"),
        4,
        "the key `note` is not",
    ),
    "twice": (f"question: Q\nquestion: R\n{TWO}", 2, "the key `question` stands here twice"),
    "list": ("question: Q\nchoices: A", 2, "here is a list expected"),
    "items": (
        "question: Q\nchoices:\n  - A\n  - {text: B, because: C}",
        3,
        "here are keys expected: `text`",
    ),
    "neither": ("question: Q", 0, "either `choices` or an `answer`"),
    "both": (f"{NUMBER}\n{TWO}", 0, "either `choices` or an `answer`"),
    "yaml": ("question: Q: R", 1, "no YAML: mapping values are not allowed here"),
    "brace": ("question: {eq}`a` b", 1, "a text that begins with a brace or a tick"),
    "not-a-mapping": ("- question", 1, "a quiz has keys"),
    "check": (f"question: Q\n{TWO}\ncheck: 1 > 2", 5, "the check `1 > 2` is False, and not True"),
    "check-truthy": (
        f"question: Q\n{TWO}\ncheck: '[0]'",
        5,
        "the check `[0]` is [0], and not True",
    ),
    "check-error": (f"question: Q\n{TWO}\ncheck: 1 +", 5, "the check `1 +` gives SyntaxError"),
    "name": (NUMBER.replace("1/3", "scores[0]"), 2, "`scores[0]` gives NameError"),
    "infinite": (NUMBER.replace("1/3", "np.log(0.0)"), 2, "and not one finite number"),
    "vector": (NUMBER.replace("1/3", "softmax([1, 2])"), 2, "and not one finite number"),
    "complex": (NUMBER.replace("1/3", "1j"), 2, "`1j` is 1j, and not one finite number"),
    "no-tolerance": (NUMBER.replace("tolerance: 0.001\n", ""), 1, "the key `tolerance` is missing"),
    "zero-tolerance": (NUMBER.replace("0.001", "0"), 3, "'0', and not a positive number"),
    "near": (
        f"{NUMBER}\nmistakes:\n  - value: 0.335\n    because: M\n  - value: 0.3351\n    because: N",
        8,
        "`0.3351` cannot be told from `0.335`",
    ),
    "near-the-answer": (
        f"{NUMBER}\nmistakes:\n  - {{value: 0.335, because: M}}",
        6,
        "`0.335` cannot be told from `1/3`: they are 0.335 and 0.333",
    ),
    "because": (NUMBER.replace("\nbecause: B", ""), 1, "the key `because` is missing"),
    "mistake": (f"{NUMBER}\nmistakes:\n  - value: 2", 6, "the key `because` is missing"),
    "Label": (f"question: Q\n{TWO}", 0, "a label is `quiz-` with lower-case words"),
}


class Book:
    def __init__(self, root: Path, **pages: str) -> None:
        self.root = root
        self.html = root / "_build" / "html"
        (root / "book").mkdir()
        config = {
            "title": "A book of quizzes",
            "only_build_toc_files": True,
            "execute": {"execute_notebooks": "cache"},
            "html": {"baseurl": "https://quizzes.example"},
            "parse": {"myst_enable_extensions": ["dollarmath", "smartquotes"]},
            "sphinx": {
                "recursive_update": True,
                "local_extensions": dict.fromkeys(LOCAL, str(EXTENSIONS)),
                "config": {
                    "html_math_renderer": "temml",
                    "html_static_path": [str(ROOT / "book" / "static")],
                    "suppress_warnings": ["misc.highlighting_failure"],
                },
            },
        }
        toc = {
            "format": "jb-book",
            "root": "book/plain",
            "chapters": [{"file": f"book/{name}"} for name in pages],
        }
        (root / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
        (root / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")
        (root / "book/plain.md").write_text("# Plain\n\nNo question.\n", encoding="utf-8")
        for name, text in pages.items():
            (root / f"book/{name}.md").write_text(text, encoding="utf-8")

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


@pytest.fixture(scope="module")
def quizzes() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(EXTENSIONS))
        import quizzes
    return quizzes


def documented() -> str:
    """Return a page with the quizzes that CONTRIBUTING.md shows."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (examples,) = re.findall(r"^`{5}markdown\n(````\{quiz\}.*?)^`{5}$", text, re.M | re.S)
    return f"# Documented\n\n$$ p = q $$ (eq-softmax-shift)\n\n{examples}"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    book = Book(
        tmp_path_factory.mktemp("quizzes"), good=FRONT_MATTER + GOOD, documented=documented()
    )
    status, output = book.build()
    assert status == 0, output
    return book


@pytest.fixture(scope="module")
def forms(book: Book) -> dict[str, Tag]:
    return {str(form["id"]): form for form in book.page("good").select("form.quiz")}


@pytest.fixture(scope="module")
def notebook(book: Book) -> NotebookNode:
    return nbformat.read(book.html / "_sources/book/good.ipynb", as_version=4)


def text(tag: Tag | None) -> str:
    assert tag is not None
    return " ".join(tag.get_text(" ").split())


def test_form_of_a_choice(forms: dict[str, Tag]) -> None:
    form = forms["quiz-one"]
    inputs = form.select("input[type=radio]")
    assert len(inputs) == 2
    assert {field["name"] for field in inputs} == {"quiz-one"}
    for field in inputs:
        (label,) = form.select(f"label[for={field['id']}]")
        assert label.find(["p", "ul", "ol", "div"]) is None, "a label holds inline content alone"
    assert text(form.select("label")[1]) == "3."
    assert form.select("label")[0].find("math") is not None
    assert form["data-right"] == "1"
    assert text(form.find("legend")) == "Check yourself 1: choose one"


def test_question_describes_its_group(forms: dict[str, Tag]) -> None:
    for form in forms.values():
        (question,) = form.select(f"#{form.fieldset['aria-describedby']}")
        assert text(question).startswith(("Which", "How much"))
    assert forms["quiz-one"].select(".quiz-question math, .quiz-question a[href='plain.html']")


def test_every_choice_has_its_explanation(forms: dict[str, Tag]) -> None:
    first, second = (text(item) for item in forms["quiz-one"].select(".quiz-answers > ul > li"))
    assert first.startswith("✗ Wrong: The first,")
    assert first.endswith("No: (1) says 0.50 .")
    assert second == "✓ Right: 3. The value is 1.0 , as in Plain ."


def test_several_are_right(forms: dict[str, Tag]) -> None:
    form = forms["quiz-several"]
    assert len(form.select("input[type=checkbox]")) == 3
    assert form["data-right"] == "0 2"
    items = [text(item) for item in form.select(".quiz-answers > ul > li")]
    assert items == ["✓ Right: This. So.", "✗ Wrong: That. Not so.", "✓ Right: Those. So as well."]


def test_form_of_a_number(forms: dict[str, Tag]) -> None:
    form = forms["quiz-number"]
    # By hand: the logarithm of the sum of e, e² and e³, minus 3 and minus 1.
    assert form["data-values"] == "-0.592394035556 0.25"
    assert form["data-tolerance"] == "0.0005"
    assert form["data-unit"] == "nat & more"
    field = form.select_one("input")
    assert field is not None
    assert field["inputmode"] == "text", "some decimal keyboards have no minus"
    (label,) = form.select(f"label[for={field['id']}]")
    assert text(label) == "Your answer, in nat & more"
    items = [text(item) for item in form.select(".quiz-answers > ul > li")]
    assert items[0] == "✓ Right: −0.592 nat & more An explanation. In two paragraphs."
    assert items[1] == "✗ Wrong: 0.250 nat & more No."


def test_ids_come_from_the_labels(book: Book, forms: dict[str, Tag]) -> None:
    ids = [str(tag["id"]) for tag in book.page("good").select("[id]")]
    assert len(set(ids)) == len(ids)
    for label, form in forms.items():
        assert all(str(tag["id"]).startswith(f"{label}_") for tag in form.select("[id]"))


def test_documented_quizzes_are_built(book: Book) -> None:
    kinds = [form["data-kind"] for form in book.page("documented").select("form.quiz")]
    assert kinds == ["one", "number"]


def test_script_is_loaded_where_there_is_a_quiz(book: Book) -> None:
    (script,) = book.page("good").select("script[src*='quiz.js']")
    assert script.has_attr("defer")
    assert (book.html / "_static/quiz.js").is_file()
    assert not book.page("plain").select("script[src*='quiz.js']")


def test_script_is_small() -> None:
    script = (ROOT / "book/static/quiz.js").read_bytes()
    assert len(script) <= 3 * 1024
    assert b"http" not in script


def test_notebook_has_the_quiz_as_text(notebook: NotebookNode) -> None:
    cells = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    first = cells[cells.index("**Check yourself 1.**") : cells.index("**Check yourself 2.**")]
    assert "\n- The first, $c^2$, or `x < y`.\n- 3\\.\n" in first or "\n- 3.\n" in first
    assert "<details>\n<summary>Answer and explanations</summary>\n" in first
    assert "- **✗ Wrong:** The first, $c^2$, or `x < y`.\n\n  No: [(1)](https://" in first
    assert "says 0.50." in first
    last = cells[cells.index("**Check yourself 3.** How much?") :]
    assert "- **✓ Right:** −0.592 nat & more\n\n  An explanation.\n\n  In two" in last
    for raw in ("{value}", "{quiz}", "{eq}", "<form", "<input"):
        assert raw not in cells


def test_other_builders_leave_quizzes_out(book: Book) -> None:
    status, output = book.build("--builder=custom", "--custom-builder=text")
    assert status == 0, output
    (page,) = book.root.glob("_build/text/book/good.txt")
    assert "Check" not in page.read_text(encoding="utf-8")


def test_every_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    page = f"{FRONT_MATTER}# Bad\n\nA {{value}}`1 + 1` outside.\n\n"
    expected: list[tuple[str, str]] = []
    for name, (quiz, line, message) in BAD.items():
        start = page.count("\n") + 1
        page += f"````{{quiz}} quiz-{name}\n{quiz}\n````\n\n"
        expected.append((f"book/bad.md:{start + line}: quiz-{name}: ", message))
        if name == "near":
            expected += [
                (f"book/bad.md:{start + other}: quiz-near: `{value}` cannot be told from `1/3`", "")
                for other, value in ((6, "0.335"), (8, "0.3351"))
            ]
    for role, message in {
        "1 / 3": "`1 / 3` says not how many digits are shown",
        "softmax(2)[1]:.2f": "`softmax(2)[1]` gives ",
        "np.ones(2):.2f": "`np.ones(2):.2f` cannot be shown",
    }.items():
        start = page.count("\n") + 1
        quiz = f"question: |\n  See {{value}}`{role}`.\n{TWO}"
        page += f"````{{quiz}} quiz-value-{start}\n{quiz}\n````\n\n"
        expected.append((f"book/bad.md:{start + 2}: ", message))
    start = page.count("\n") + 1
    page += f"````{{quiz}} quiz-fine\nquestion: Q\n{TWO}\n````\n\n" * 2
    expected.append((f"book/bad.md:{start + 7}: quiz-fine: ", "book/bad.md has this label already"))
    line = FRONT_MATTER.count("\n") + 3
    expected.append((f"book/bad.md:{line}: ", "`{value}` stands outside of a quiz"))

    book = Book(tmp_path, bad=page)
    for attempt in ("first", "second"):
        status, output = book.build()
        assert status != 0, f"the {attempt} build passes"
        lines = [line.strip() for line in output.splitlines()]
        for place, message in expected:
            said = any(line.startswith(place) and message in line for line in lines)
            assert said, f"the {attempt} build does not say {place}{message}\n{output}"
        assert f"quizzes: {len(expected)} breach(es)" in output


def test_label_of_another_page(tmp_path: Path) -> None:
    quiz = f"````{{quiz}} quiz-same\nquestion: Q\n{TWO}\n````\n"
    status, output = Book(tmp_path, a=f"# A\n\n{quiz}", b=f"# B\n\n{quiz}").build()
    assert status != 0
    assert "book/b.md:3: quiz-same: book/a.md has this label already" in output


def test_numbers_are_held_to_the_gate_in_explanations_alone(tmp_path: Path) -> None:
    quiz = (
        "````{quiz} quiz-numbers\nquestion: Of 41 and $0.41$?\nchoices:\n"
        "  - {text: It is 42 or $0.42$., because: 'It is 43, or $0.43$, not {value}`2 * 22`.'}\n"
        "  - {text: C, because: D, correct: true}\n````\n\n"
        "````{quiz} quiz-answer\nquestion: Q\nanswer: 45.5\ntolerance: 0.1\nbecause: B\n````\n"
    )
    status, output = Book(tmp_path, page=f"# Page\n\n{quiz}").build()
    assert status != 0
    assert "numbers in prose: 2 breach(es)" in output
    assert re.search(r"book/page\.md:6: the number 43 in “It is 43,", output)
    assert "the number 0.43 in" in output


def test_terms_are_not_linked_in_a_quiz(quizzes: ModuleType) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(EXTENSIONS))
        import glossary_links
    doctree = publish_doctree("")
    paragraph = nodes.paragraph("", "The entropy.")
    doctree += quizzes.Quiz("", quizzes.QuizQuestion("", paragraph))
    glossary_links.link_terms(doctree, [{"entropy": "glossary.html#entropy"}])
    assert not list(doctree.findall(nodes.reference))
    doctree += nodes.paragraph("", "The entropy.")
    glossary_links.link_terms(doctree, [{"entropy": "glossary.html#entropy"}])
    assert len(list(doctree.findall(nodes.reference))) == 1


def test_examples_run(quizzes: ModuleType) -> None:
    assert doctest.testmod(quizzes).attempted > 0
    assert doctest.testmod(quizzes).failed == 0


@pytest.mark.parametrize(
    "name", ["np", "softmax", "entropy", "binary_cross_entropy", "smooth_labels"]
)
def test_expressions_know_the_package(quizzes: ModuleType, name: str) -> None:
    assert callable(quizzes.evaluate(name)) or quizzes.evaluate(f"{name}.__name__") == "numpy"


@pytest.mark.parametrize("name", ["glue", "derivations", "plt"])
def test_expressions_know_nothing_else(quizzes: ModuleType, name: str) -> None:
    with pytest.raises(quizzes.QuizError, match="NameError"):
        quizzes.evaluate(name)
