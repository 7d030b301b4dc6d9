"""Pages for students and for the lecturer: what they show, and what they never show."""

from __future__ import annotations

import html.parser
import json
import re

import numpy as np
import pytest
from classes import COURSE, RIGHT, STUDENTS, write_class
from fake_session import without_sandbox  # noqa: F401

from course_utils.grading import batch, feedback, report
from course_utils.grading.answers import Call
from course_utils.grading.grader import as_notebook, grade_notebook, load_materials, plan_of
from course_utils.grading.submissions import Student, Submission

MATERIALS = load_materials(COURSE, "softmax")
SOFTMAX = MATERIALS["softmax"]
ANN = Submission("Ann/softmax.ipynb", Student("Ann Lee"))

VOID = {"meta", "path", "use", "rect", "br"}


class Outline(html.parser.HTMLParser):
    """Collects tags and identifiers, and sees to it that elements are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        assert self.open.pop() == tag


def outline(page):
    parsed = Outline()
    parsed.feed(page)
    assert parsed.open == []
    return parsed.tags


def assert_self_contained(page):
    """No scripts, no handlers, nothing to fetch, and identifiers that occur once."""
    tags = outline(page)
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & {
        tag for tag, _ in tags
    }
    for _, attributes in tags:
        assert not any(name.startswith("on") for name in attributes)
        for name in ("href", "xlink:href", "src"):
            assert (attributes.get(name) or "#").startswith("#")
    assert not re.search(r"@import|url\((?!#)", page)
    identifiers = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(set(identifiers)) == len(identifiers)
    referenced = set(re.findall(r'(?:href="|url\()#([\w-]+)', page))
    referenced |= {a["aria-labelledby"] for _, a in tags if a.get("aria-labelledby")}
    assert referenced <= set(identifiers)


def page_of(cells, submission=ANN, seed=5):
    result = grade_notebook(as_notebook(cells), SOFTMAX, seed)
    return feedback.render(submission, result), result


@pytest.mark.usefixtures("without_sandbox")
def test_the_page_shows_scores_parts_forms_and_hints():
    page, _ = page_of(STUDENTS["columns"][0])
    assert_self_contained(page)
    for expected in (
        "6 of 10 points",
        "Question 2. Softmax of each row",
        "0 of 4 points",
        "rows far apart from each other",
        "a list or array of numbers with two axes",
        "The classes of a sample stand in a row: <code>axis=1</code>.",
        "Ann Lee",
    ):
        assert expected in page


@pytest.mark.usefixtures("without_sandbox")
def test_the_page_shows_what_a_cell_raised():
    page, _ = page_of([*RIGHT, "x = 1\nundefined_name", "import os; os._exit(0)"])
    assert "Code cell 6, line 1 raised an error." in page
    assert "NameError: name &#x27;undefined_name&#x27; is not defined" in page
    assert "Code cell 7 ended the whole process, and was left out." in page
    assert '2 cells did not run to the end: <a href="#cells">see below</a>' in page
    assert_self_contained(page)


@pytest.mark.usefixtures("without_sandbox")
def test_the_page_says_what_can_be_imported():
    page, _ = page_of(["import no_such_package", *RIGHT])
    assert "One cell did not run to the end" in page
    assert "with NumPy, SciPy and Matplotlib, and no other package" in page
    page, _ = page_of(RIGHT)
    assert "to the end" not in page
    assert "no other package" not in page


HOSTILE = [
    "</td><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "&lt;script&gt;",
    "{{constructor}}",
    "{style}",
    "]]>",
    "<!--",
    "`</code><script>x</script>`",
    "\x00\x1b[31m",
    "\ud800",
]


@pytest.mark.usefixtures("without_sandbox")
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_markup(text):
    raising = f"raise ValueError({text!r})"
    page, _ = page_of([*RIGHT, raising], Submission(f"{text}.ipynb", Student(text)))
    assert_self_contained(page)
    harmless, _ = page_of([*RIGHT, "raise ValueError('a')"])
    assert [tag for tag, _ in outline(page)] == [tag for tag, _ in outline(harmless)]
    page.encode()


def numbers_in(value):
    """Yield the numbers of a request or an answer that are long enough to be recognised."""
    for number in np.ravel(np.asarray(value, dtype=float)):
        if np.isfinite(number) and number != round(number, 3):
            yield f"{abs(number):.4f}"[:-1]


@pytest.mark.usefixtures("without_sandbox")
@pytest.mark.parametrize("kind", STUDENTS)
def test_neither_page_nor_result_holds_a_hidden_input_or_an_answer(kind):
    """A notebook that repeats its inputs in whatever it can does not get them out, either."""
    leak = "def repeat(x):\n    raise ValueError(str(x))\n"
    cells = [*STUDENTS[kind][0], leak]
    if kind == "half-done":
        cells.append("logsumexp = repeat")
    page, result = page_of(cells)
    shown = page + json.dumps(result)
    plan = plan_of(SOFTMAX, 5)
    for asked in plan.asked:
        values = (
            [] if asked.expected is None or isinstance(asked.expected, str) else [asked.expected]
        )
        if isinstance(asked.request, Call):
            values += asked.request.arguments
        for value in values:
            assert not [n for n in numbers_in(value) if n in shown]


def test_names_of_pages_are_harmless_and_readable():
    def name(student):
        return feedback.file_name(Submission("x", Student(student)))

    assert re.fullmatch(r"ann-lee-[0-9a-f]{20}\.html", name("Ann Lee"))
    assert re.fullmatch(r"zoe-muller-[0-9a-f]{20}\.html", name("Zoë Müller"))
    assert re.fullmatch(r"submission-[0-9a-f]{20}\.html", name("李"))
    for odd in ("../../etc/passwd", "a" * 300, "\n", "con", ".", "-rf"):
        assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}-[0-9a-f]{20}\.html", name(odd))


# The report


@pytest.fixture
def graded_class(tmp_path, without_sandbox):  # noqa: F811
    write_class(tmp_path / "submissions", 10)
    (tmp_path / "submissions" / "<b>broken.ipynb").write_bytes(b"{")
    (tmp_path / "submissions" / "student001-again_1001_1_x.ipynb").write_bytes(as_notebook(RIGHT))
    batch.run(
        batch.Options(
            tmp_path / "submissions", tmp_path / "out", MATERIALS, exercise="softmax", seed=3
        ),
        lambda line: None,
    )
    return tmp_path / "out"


def test_the_report_shows_the_class(graded_class):
    page = report.write_report(graded_class).read_text(encoding="utf-8")
    assert_self_contained(page)
    # The scores are five times 10, twice 9, and 8, 6, 5, 0.
    for expected in (
        "12 notebooks: 11 graded, 1 not graded.",
        "mean 7.9, median 9 of 10 points",
        "2: down the columns",
        "1: the answer <code>&quot;a&quot;</code>",
        "2 of 11",
        "&lt;b&gt;broken.ipynb",
        "not graded: the file is damaged",
        "the file is damaged",
    ):
        assert expected in page, expected
    labels = [a.get("aria-label") for tag, a in outline(page) if tag == "svg"]
    assert len(labels) == 2
    assert "11 notebooks, mean 7.9 and median 9 of 10 points" in labels[0]
    assert re.search(r"question \d, \d+ %; question", labels[1])


def test_the_report_is_the_same_every_time(graded_class):
    first = report.write_report(graded_class).read_bytes()
    assert report.write_report(graded_class).read_bytes() == first


def test_the_hardest_question_comes_first():
    def result(*earned):
        return {
            "questions": [
                {"title": f"t{n}", "points": points, "earned": score}
                for n, (score, points) in enumerate(zip(earned, (4, 6), strict=True))
            ]
        }

    first, second = report.questions_of_class([result(4, 0), result(2, 6), result(0, 6)])
    assert (first.number, first.mean, first.full, first.none) == (1, 2, 1, 1)
    assert (second.number, second.mean, second.full, second.none) == (2, 4, 2, 1)
    assert (first.share, second.share) == (0.5, pytest.approx(2 / 3))


def test_the_most_frequent_mistake_comes_first():
    def result(mistake):
        return {
            "questions": [
                {"title": "t", "mistake": mistake, "hint": "h", "expected_form": 'one of `"a"`'}
            ]
        }

    found = report.mistakes_of_class([result(m) for m in ("x", "a", "", "x")])
    assert [(m.name, m.count) for m in found] == [("x", 2), ('the answer `"a"`', 1)]


def test_a_median_is_the_middle():
    assert report.median([3, 1, 2]) == 2
    assert report.median([4, 1, 2, 3]) == 2.5


def test_a_folder_without_results_is_refused(tmp_path):
    with pytest.raises(report.NoResults, match="no results"):
        report.write_report(tmp_path)
