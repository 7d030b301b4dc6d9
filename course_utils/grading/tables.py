r"""The tables of scores: one for people, one for Moodle and one for Canvas.

``grades.csv``
    One row for each notebook, with everything (`COLUMNS`). It begins with a byte order mark, since
    Excel takes it for something other than UTF-8 without.
``moodle.csv``
    Moodle's *offline grading worksheet* of an assignment: `MOODLE_COLUMNS`. Participants are found
    by ``Identifier``, whose number is the one in the names of the folders that Moodle makes. The
    headings are those of Moodle in English: upload the file with the interface in English. Where
    there are scores already, tick "Allow updating records that have been modified more recently".
``canvas.csv``
    What Canvas' gradebook imports: `CANVAS_COLUMNS` and one column for each exercise, then the
    row of the points possible. Students are found by ``ID``. Canvas takes any further column for
    a new assignment. To write into an existing one, let the heading be its title, or put its
    number in brackets behind: ``Softmax that never overflows (1234)``.

``moodle-feedback.zip``
    The pages of feedback, in folders by whose numbers Moodle finds the participants: for *Upload
    multiple feedback files in a zip*. There is no such file for Canvas, which gives everything
    that is uploaded for many students the name of the notebook that was handed in.

The tables for Moodle and Canvas hold the scores of graded notebooks only: where grading failed,
nothing is imported. They are written where file names tell the identifiers. With several exercises
there is one ``moodle-<slug>.csv`` for each.

A text that a spreadsheet would take for a formula gets an apostrophe in front.
"""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course_utils.grading.submissions import Submission, printable

GRADED, NOT_GRADED, SUPERSEDED = "graded", "not graded", "superseded"
MOST_QUESTIONS = 5

COLUMNS = (
    *("student", "canvas_id", "moodle_id", "late", "file", "exercise", "variant"),
    *("status", "reason", "score", "points"),
    *(f"question_{number}" for number in range(1, MOST_QUESTIONS + 1)),
    *("mistakes", "feedback", "version", "sha256"),
)
MOODLE_COLUMNS = ("Identifier", "Full name", "Grade", "Maximum grade", "Last modified (grade)")
CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")

# With full-width signs, which Excel takes for the usual ones in East Asian versions.
FORMULA = frozenset("=+-@＝＋－＠")


@dataclass(frozen=True)
class Row:
    """What became of one submission."""

    submission: Submission
    status: str
    reason: str = ""
    result: dict[str, Any] = field(default_factory=dict)
    feedback: str = ""


def cell(text: str) -> str:
    r"""Return a text as a cell that no spreadsheet takes for a formula.

    Examples
    --------
    >>> print(cell("=1+1"), cell(" @SUM(A1)"), cell("Ann\tLee"), cell("Jean-Luc"), cell("a;=1"))
    '=1+1 ' @SUM(A1) Ann\tLee Jean-Luc a;'=1
    """
    # Where the comma is a decimal one, spreadsheets part the cells at semicolons.
    return ";".join(map(_no_formula, printable(text).split(";")))


def _no_formula(shown: str) -> str:
    # Spaces and characters without width do not hinder a spreadsheet.
    first = next((c for c in shown if unicodedata.category(c) not in {"Zs", "Cf"}), "")
    return f"'{shown}" if first in FORMULA else shown


def number(value: float) -> str:
    return f"{value:.10g}"


def as_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def slug_of(row: Row) -> str:
    return str(row.result.get("exercise", "")).partition("/")[0]


def grades(rows: Iterable[Row]) -> str:
    """Return ``grades.csv``."""

    def fields(row: Row) -> list[str]:
        submission, result = row.submission, row.result
        student = submission.student
        slug, _, variant = str(result.get("exercise", "")).partition("/")
        questions = result.get("questions", [])
        earned = [number(question["earned"]) for question in questions]
        known = [f"{q['name']}: {q['mistake']}" for q in questions if q["mistake"]]
        return [
            cell(student.name),
            student.canvas_id,
            student.moodle_id,
            "late" if submission.late else "",
            cell(submission.path),
            slug,
            variant,
            row.status,
            cell(row.reason),
            number(result["score"]) if "score" in result else "",
            number(result["points"]) if "points" in result else "",
            *(earned + [""] * MOST_QUESTIONS)[:MOST_QUESTIONS],
            cell("; ".join(known)),
            row.feedback,
            result.get("version", ""),
            result.get("sha256", ""),
        ]

    return as_csv(COLUMNS, map(fields, rows))


def on_moodle(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Return the rows of students that Moodle knows, by the end of the name of their file."""
    rows = [row for row in rows if row.submission.student.moodle_id]
    slugs = sorted({slug_of(row) for row in rows} - {""})
    if len(slugs) <= 1:
        return {"": rows} if rows else {}
    return {f"-{slug}": [row for row in rows if slug_of(row) == slug] for slug in slugs}


def feedback_for_moodle(rows: Iterable[Row], folder: Path) -> dict[str, bytes]:
    """Return archives of the pages in a folder of results, by their file names."""
    found = {}
    for end, group in on_moodle(row for row in rows if row.feedback).items():
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for row in group:
                # Without the name, in which Moodle would trip over an underscore.
                name = f"Participant_{row.submission.student.moodle_id}_assignsubmission_file_"
                # An entry without the time, so that equal pages give equal archives.
                entry = zipfile.ZipInfo(f"{name}/feedback.html")
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, (folder / row.feedback).read_bytes())
        found[f"moodle-feedback{end}.zip"] = content.getvalue()
    return found


def for_import(rows: Sequence[Row]) -> dict[str, str]:
    """Return the tables for Moodle and Canvas by their file names, those with any student."""
    graded = [row for row in rows if row.status == GRADED]
    found = {f"moodle{end}.csv": moodle(group) for end, group in on_moodle(graded).items()}
    on_canvas = [row for row in graded if row.submission.student.canvas_id]
    return found | ({"canvas.csv": canvas(on_canvas)} if on_canvas else {})


def moodle(rows: Iterable[Row]) -> str:
    """Return the worksheet with graded notebooks of students that Moodle knows."""
    return as_csv(
        MOODLE_COLUMNS,
        [
            [
                f"Participant {row.submission.student.moodle_id}",
                cell(row.submission.student.name),
                number(row.result["score"]),
                number(row.result["points"]),
                "-",
            ]
            for row in rows
        ],
    )


def canvas(rows: Iterable[Row]) -> str:
    """Return a row for each student that Canvas knows, and a column for each exercise."""
    rows = list(rows)
    columns = {slug_of(row): (row.result["title"], row.result["points"]) for row in rows}
    slugs = sorted(columns)
    students: dict[str, tuple[str, dict[str, str]]] = {}
    for row in rows:
        student = row.submission.student
        scores = students.setdefault(student.canvas_id, (student.name, {}))[1]
        scores[slug_of(row)] = number(row.result["score"])
    # Canvas takes a row for that of the points if its first cell contains these words.
    points = ["    Points Possible", "", "", "", "", *(number(columns[slug][1]) for slug in slugs)]
    return as_csv(
        [*CANVAS_COLUMNS, *(cell(columns[slug][0]) for slug in slugs)],
        [
            points,
            *(
                [
                    "" if "Points Possible" in name else cell(name),
                    *(canvas_id, "", "", ""),
                    *(scores.get(slug, "") for slug in slugs),
                ]
                for canvas_id, (name, scores) in sorted(students.items())
            ),
        ],
    )
