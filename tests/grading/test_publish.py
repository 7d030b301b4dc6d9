"""What students get: the same bytes every time, runnable, and never out of date in silence."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
from sample_exercise import MASTER, SHOWN, write_book, write_exercise

from course_utils.grading.__main__ import main
from course_utils.grading.masters import (
    ExerciseError,
    find_exercises,
    key_in,
    load_master,
    regions,
    specification_version,
)
from course_utils.grading.publish import (
    VISIBLE,
    assign,
    make_notebook,
    make_page,
    missing_links,
    read_assignment,
    read_roster,
    variant_for,
)

ROOT = Path(__file__).parents[2]
EXERCISES = find_exercises(ROOT / "book" / "exercises")


def read(content: bytes) -> Any:
    return nbformat.reads(content.decode(), as_version=4)


def snapshot(folder: Path) -> dict[Path, tuple[bytes, int]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def build(exercises: Path, *arguments: str) -> int:
    return main(["build", "--exercises", str(exercises), *arguments])


# The notebook and the page


def test_a_notebook_is_sound_and_says_what_it_is(tmp_path: Path) -> None:
    exercises = write_book(tmp_path, "sample")
    folder = exercises / "sample"
    chapter, page = tmp_path / "book/sample.md", exercises / "sample.md"
    notebook = read(make_notebook(folder, "sample", chapter, page))
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.course == {
        "exercise": "sample",
        "specification": specification_version(folder),
    }
    identifiers = [cell.id for cell in notebook.cells]
    assert identifiers == [f"sample-{number}" for number in range(len(identifiers))]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert key_in(cell.source for cell in code) == "sample"
    opening = notebook.cells[0].source
    assert opening.startswith("# A sample\n")
    for part in (
        "3 questions, 10 points, about 5 minutes",
        "[A book](https://book.example/course)",
        "[On sample](https://book.example/course/book/sample.html)",
        "(https://book.example/course/book/exercises/sample.html)",
        "is not the final score",
        "`exercise_sample.ipynb`",
    ):
        assert part in opening


def test_every_check_says_that_it_is_visible(tmp_path: Path) -> None:
    notebook = read(make_notebook(write_exercise(tmp_path / "sample"), "sample"))
    checks = [cell.source for cell in notebook.cells if "check" in cell.metadata.get("tags", [])]
    assert len(checks) == 3
    assert all(source.startswith(f"{VISIBLE}\n") for source in checks)


def test_a_page_shows_what_students_see_and_leads_to_chapter_and_notebook(tmp_path: Path) -> None:
    text = make_page(write_exercise(tmp_path / "sample")).decode()
    assert text.startswith("---\n# Made by `python -m course_utils.grading build`")
    assert "secret" not in text
    for part in (
        *SHOWN,
        "\nexercise: sample\nminutes: 5\npoints: 10\n---\n\n# A sample\n",
        "{doc}`../sample`",
        "{download}`Download the notebook <notebooks/exercise_sample.ipynb>`",
        ":::{dropdown} Visible check, which is not the final score\n```python\nassert half(4.0)",
        'raise NotImplementedError("write half")\n',
    ):
        assert part in text
    assert text.count(":::{dropdown}") == 3


# The command


def test_a_build_is_the_same_in_every_process_and_leaves_what_is_fresh(tmp_path: Path) -> None:
    exercises = write_book(tmp_path, "first", "second")
    command = [sys.executable, "-m", "course_utils.grading", "build", "--exercises", exercises]
    contents = []
    for seed in "12":
        out = tmp_path / seed
        subprocess.run(
            [*command, "--out", out],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
        )
        contents.append({p.relative_to(out): c for p, (c, _) in snapshot(out).items()})
    assert contents[0] == contents[1]
    assert {path.as_posix() for path in contents[0]} == {
        "first.md",
        "second.md",
        "notebooks/exercise_first.ipynb",
        "notebooks/exercise_second.ipynb",
    }
    for content in contents[0].values():
        assert content.endswith(b"\n")
        assert b"\r" not in content
    assert build(exercises) == 0
    before = snapshot(tmp_path)
    assert build(exercises) == 0
    assert snapshot(tmp_path) == before


def test_check_names_what_is_missing_stale_or_orphaned_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exercises = write_book(tmp_path, "first", "second")
    assert build(exercises, "--check") == 1
    assert f"missing: {exercises / 'first.md'}\n" in capsys.readouterr().err
    assert not (exercises / "first.md").exists()
    assert build(exercises) == 0
    assert build(exercises, "--check") == 0
    capsys.readouterr()

    (exercises / "first.md").write_text("by hand\n", encoding="utf-8")
    write_exercise(exercises / "second", MASTER.replace("shownlead", "another lead"))
    (exercises / "notebooks" / "exercise_old.ipynb").write_text("{}", encoding="utf-8")
    (exercises / "old.md").write_text("# Old\n", encoding="utf-8")
    before = snapshot(tmp_path)
    assert build(exercises, "--check") == 1
    assert snapshot(tmp_path) == before
    assert sorted(capsys.readouterr().err.splitlines()) == sorted(
        [
            f"stale: {exercises / 'first.md'}",
            f"stale: {exercises / 'second.md'}",
            f"stale: {exercises / 'notebooks/exercise_second.ipynb'}",
            "run `python -m course_utils.grading build`, and commit what it writes",
            f"orphaned, delete it: {exercises / 'notebooks/exercise_old.ipynb'}",
            f"orphaned, delete it: {exercises / 'old.md'}",
        ]
    )
    assert build(exercises) == 1, "what is orphaned is named by a build as well"
    (exercises / "notebooks" / "exercise_old.ipynb").unlink()
    (exercises / "old.md").unlink()
    assert build(exercises, "--check") == 0


def test_line_endings_of_the_system_are_not_stale(tmp_path: Path) -> None:
    exercises = write_book(tmp_path, "sample")
    assert build(exercises) == 0
    for path in exercises.rglob("*.*"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert build(exercises, "--check") == 0


def test_nothing_is_written_if_a_master_is_faulty(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exercises = write_book(tmp_path, "first", "second")
    write_exercise(exercises / "second", MASTER.replace("(7 points)", "(6 points)"))
    before = snapshot(tmp_path)
    assert build(exercises) == 1
    assert snapshot(tmp_path) == before
    assert capsys.readouterr().err.startswith(f"{exercises / 'second/master.md'}:16: the spec")


def test_an_exercise_needs_its_chapter_and_a_place_in_the_book(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exercises = write_book(tmp_path, "first", "second")
    (tmp_path / "_toc.yml").write_text("root: book/first\n# - file: book/exercises/first\n")
    (tmp_path / "book" / "first.md").write_text("# On first\n", encoding="utf-8")
    assert build(exercises) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{tmp_path / 'book/first.md'}: the exercises of the chapter do not lead to "
        "{doc}`exercises/first`",
        "_toc.yml: add `- file: book/exercises/first` below the graded exercises",
        "_toc.yml: add `- file: book/exercises/second` below the graded exercises",
    ]
    (tmp_path / "book" / "second.md").unlink()
    assert build(exercises) == 1
    assert f"there is no chapter {tmp_path / 'book/second.md'}" in capsys.readouterr().err


def test_the_exercises_of_the_site_are_up_to_date(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["build", "--check"]) == 0, capsys.readouterr().err
    assert list(missing_links(ROOT / "book" / "exercises")) == []


# Exams


@pytest.fixture
def exam(tmp_path: Path) -> Path:
    for variant in ("a", "b", "c"):
        folder = tmp_path / "exam" / "midterm" / variant
        text = MASTER.replace("shownlead", f"shownlead of {variant}")
        write_exercise(folder, text, slug="midterm")
    write_exercise(tmp_path / "exam" / "retake")
    return tmp_path / "exam"


def private(exam: Path, out: Path, *arguments: str) -> int:
    return main(["build", "--private", str(exam), "--out", str(out), *arguments])


def roster(folder: Path, *students: str, header: str = "name,student") -> str:
    lines = [header, *(f"A name,{student}" for student in students)]
    path = folder / "students.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return str(path)


def test_an_exam_is_built_variant_by_variant(exam: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert private(exam, out) == 0
    assert {path.relative_to(out).as_posix() for path in snapshot(out)} == {
        "a/exercise_midterm.ipynb",
        "b/exercise_midterm.ipynb",
        "c/exercise_midterm.ipynb",
        "exercise_retake.ipynb",
    }
    for variant in "abc":
        notebook = read((out / variant / "exercise_midterm.ipynb").read_bytes())
        nbformat.validate(notebook)
        assert notebook.metadata.course.exercise == "midterm"
        assert notebook.metadata.course.variant == variant
        assert f"the variant `{variant}`" in notebook.cells[0].source
        sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
        assert key_in(sources) == f"midterm/{variant}"
        assert f"shownlead of {variant}" in str(notebook)
        assert "secret" not in str(notebook)
    assert private(exam, out, "--check") == 0


def test_each_student_gets_a_variant_that_hangs_on_nobody_else(exam: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    students = [f"s{number}" for number in range(30)]
    assert private(exam, out, "--roster", roster(tmp_path, *students), "--seed", "5") == 0
    with (out / "assignment.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["student", "exercise", "variant"]
    assert len(rows) == 1 + 2 * len(students)
    assignment = read_assignment(out / "assignment.csv")
    keys = list(find_exercises(exam))
    assert assignment == assign(students, keys, 5) == assign(students[::-1], keys[::-1], 5)
    for (student, slug), key in assignment.items():
        path = out / student / f"exercise_{slug}.ipynb"
        notebook = read(path.read_bytes())
        sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
        assert key_in(sources) == key
    assert assign(["s3"], keys, 5).items() <= assignment.items()
    assert {key for (_, slug), key in assignment.items() if slug == "midterm"} == {
        "midterm/a",
        "midterm/b",
        "midterm/c",
    }
    assert assign(students, keys, 6) != assignment
    # The last bit of what `sha256sum` says: a change would deal the cards of a running exam anew.
    drawn = "".join(variant_for(f"s{n}", ["exam/a", "exam/b"], 0)[-1] for n in range(12))
    assert drawn == "abbbabbbaaab"


@pytest.mark.parametrize(
    ("students", "message"),
    [
        (["../s1"], ":2: '../s1' cannot name a folder"),
        (["s1", ""], ":3: '' cannot name a folder"),
        (["=1+1"], "cannot name a folder"),
        ([".."], "cannot name a folder"),
        (["s1", "s2", "S1"], ":4: 'S1' stands on line 2 already"),
        ([], "there are no students"),
    ],
)
def test_a_roster_that_cannot_be_used_is_named_with_its_line(
    tmp_path: Path, students: list[str], message: str
) -> None:
    with pytest.raises(ExerciseError) as caught:
        read_roster(Path(roster(tmp_path, *students)))
    assert message in str(caught.value)


def test_a_roster_needs_its_column_and_an_exam(
    exam: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert private(exam, out, "--roster", roster(tmp_path, "s1", header="name,id")) == 1
    assert "there is no column `student`" in capsys.readouterr().err
    assert private(exam, out, "--roster", str(tmp_path / "nowhere.csv")) == 1
    assert "nowhere.csv: No such file" in capsys.readouterr().err
    (tmp_path / "latin.csv").write_bytes(b"student\nJ\xf8rgen\n")
    assert private(exam, out, "--roster", str(tmp_path / "latin.csv")) == 1
    assert "latin.csv: not a CSV file in UTF-8" in capsys.readouterr().err
    assert main(["build", "--private", str(exam)]) == 1
    assert "--private needs --out" in capsys.readouterr().err
    assert main(["build", "--roster", roster(tmp_path, "s1")]) == 1
    assert "--roster goes with --private" in capsys.readouterr().err
    assert not out.exists()


def test_an_assignment_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExerciseError, match=r"nowhere\.csv: No such file"):
        read_assignment(tmp_path / "nowhere.csv")
    with pytest.raises(ExerciseError, match="the columns are not"):
        read_assignment(Path(roster(tmp_path, "s1")))


def test_a_folder_that_cannot_be_written_is_named(
    exam: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("a file, and no folder")
    assert private(exam, tmp_path / "file" / "out") == 1
    assert "Not a directory" in capsys.readouterr().err


# The exercises of the course, as a student runs them


@cache
def notebook_of(slug: str) -> Any:
    return json.loads(make_notebook(EXERCISES[slug], slug))


def code_of(slug: str) -> list[tuple[str, bool]]:
    """Return the code cells of a student's notebook, and whether each is a check."""
    return [
        ("".join(cell["source"]), "check" in cell["metadata"].get("tags", []))
        for cell in notebook_of(slug)["cells"]
        if cell["cell_type"] == "code"
    ]


@pytest.mark.parametrize("slug", EXERCISES)
def test_unsolved_every_check_says_what_is_missing(slug: str) -> None:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for source, is_check in code_of(slug):
        code = compile(source, f"exercise_{slug}.ipynb", "exec")
        if not is_check:
            exec(code, namespace)
            continue
        with pytest.raises((NotImplementedError, AssertionError)) as caught:
            exec(code, namespace)
        assert str(caught.value), f"a check says nothing:\n{source}"


@pytest.mark.parametrize("slug", EXERCISES)
def test_solved_every_cell_runs(slug: str) -> None:
    _, master = load_master(EXERCISES[slug])
    solved = [c.source for c in master if c.kind == "code" and "solution" not in c.tags]
    cells = code_of(slug)
    assert len(solved) == len(cells)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for (source, _), original in zip(cells, solved, strict=True):
        answer = original if any(regions(original)) else source
        exec(compile(answer, f"exercise_{slug}.ipynb", "exec"), namespace)
