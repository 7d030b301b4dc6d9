"""A folder of submissions: what is graded, resumed, named and refused."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import fake_session
import pytest
from classes import COURSE, IMPORTS, RIGHT, write_class
from fake_session import BREAK, without_sandbox  # noqa: F401

from course_utils.grading import batch, grader, results
from course_utils.grading.batch import Options, Refused, run
from course_utils.grading.grader import as_notebook, load_materials
from course_utils.grading.results import CannotWrite

ROOT = Path(__file__).parents[2]
MATERIALS = load_materials(COURSE)


def options(tmp_path, **changes):
    return replace(
        Options(
            submissions=tmp_path / "submissions",
            out=tmp_path / "out",
            materials=MATERIALS,
            exercise="softmax",
            seed=3,
            jobs=2,
        ),
        **changes,
    )


def grades(out):
    with open(out / "grades.csv", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def silent(line):
    pass


@pytest.fixture
def counted(monkeypatch, without_sandbox):  # noqa: F811
    """The notebooks that were graded, canaries left out."""
    seen = []

    def grade_notebook(notebook, material, *arguments, **settings):
        if notebook != material.solved:
            seen.append(notebook)
        return grader.grade_notebook(notebook, material, *arguments, **settings)

    monkeypatch.setattr(batch, "grade_notebook", grade_notebook)
    return seen


@pytest.mark.usefixtures("without_sandbox")
def test_everybody_gets_a_row_a_result_and_a_page(tmp_path):
    deserved = write_class(tmp_path / "submissions", 10)
    rows = run(options(tmp_path), silent)
    assert {row.submission.path: row.result["score"] for row in rows} == deserved
    table = grades(tmp_path / "out")
    assert {line["file"]: float(line["score"]) for line in table} == deserved
    assert [line["file"] for line in table] == sorted(deserved)
    for line in table:
        assert (tmp_path / "out" / line["feedback"]).is_file()
    assert len(list((tmp_path / "out" / "results").iterdir())) == len(deserved)


@pytest.mark.usefixtures("without_sandbox")
def test_two_runs_write_the_same_bytes(tmp_path):
    write_class(tmp_path / "submissions", 8)
    written = []
    for name in ("a", "b"):
        run(options(tmp_path, out=tmp_path / name, jobs=1 if name == "a" else 3), silent)
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        written.append({str(p.relative_to(tmp_path / name)): p.read_bytes() for p in files})
    assert written[0] == written[1]


def test_valid_results_are_not_made_anew(tmp_path, counted):
    write_class(tmp_path / "submissions", 6)
    run(options(tmp_path), silent)
    first = (tmp_path / "out" / "grades.csv").read_bytes()
    assert len(counted) == 6
    run(options(tmp_path, seed=None), silent)
    assert len(counted) == 6
    assert (tmp_path / "out" / "grades.csv").read_bytes() == first


@pytest.mark.parametrize("changed", ["seed", "isolation", "version", "notebook", "result"])
def test_what_the_result_depends_on_makes_it_anew(tmp_path, counted, changed):
    write_class(tmp_path / "submissions", 1)
    run(options(tmp_path), silent)
    changes = {}
    if changed == "seed":
        changes = {"seed": 4}
    elif changed == "isolation":
        changes = {"isolation": "limits"}
    elif changed == "version":
        changes = {"materials": {"softmax": replace(MATERIALS["softmax"], version="new")}}
    elif changed == "notebook":
        (path,) = (tmp_path / "submissions").iterdir()
        path.write_bytes(as_notebook(RIGHT))
    else:
        (path,) = (tmp_path / "out" / "results").iterdir()
        path.write_text("{")
    run(options(tmp_path, **changes), silent)
    assert len(counted) == 2


def test_what_was_not_graded_is_tried_again(tmp_path, counted, monkeypatch):
    folder = tmp_path / "submissions"
    folder.mkdir()
    (folder / "ann.ipynb").write_bytes(as_notebook([*RIGHT, BREAK]))
    (row,) = run(options(tmp_path), silent)
    assert (row.status, row.reason) == ("not graded", "the machine is broken")
    assert grades(tmp_path / "out")[0]["score"] == ""
    page = (tmp_path / "out" / row.feedback).read_text()
    assert "Not graded" in page
    assert "the machine is broken" not in page
    # The machine is mended.
    monkeypatch.setattr(fake_session, "BREAK", "# what is in no notebook")
    (row,) = run(options(tmp_path), silent)
    assert (row.status, row.result["score"]) == ("graded", 10)


@pytest.mark.usefixtures("without_sandbox")
def test_of_several_notebooks_of_a_student_the_last_counts_and_all_are_named(tmp_path):
    folder = tmp_path / "submissions"
    (folder / "Ann").mkdir(parents=True)
    for name, cells in [("x", RIGHT), ("x-1", (IMPORTS,))]:
        (folder / "Ann" / f"{name}.ipynb").write_bytes(as_notebook(cells))
    first, second = run(options(tmp_path), silent)
    assert (first.submission.path, first.status) == ("Ann/x-1.ipynb", "graded")
    assert (second.submission.path, second.status) == ("Ann/x.ipynb", "superseded")
    assert second.reason == "Ann/x-1.ipynb counts"
    assert [line["score"] for line in grades(tmp_path / "out")] == ["0", ""]


@pytest.mark.usefixtures("without_sandbox")
def test_one_bad_file_stops_nobody(tmp_path):
    write_class(tmp_path / "submissions", 2)
    folder = tmp_path / "submissions"
    (folder / "broken.ipynb").write_bytes(b'{"cells": [')
    (folder / "empty.ipynb").write_bytes(b"")
    (folder / "zip.zip").write_bytes(b"PK")
    (folder / "link.ipynb").symlink_to("/etc/passwd")
    (folder / "stray.ipynb").write_bytes(as_notebook(["# Exercise: kl_divergence"]))
    said: list[str] = []
    rows = run(options(tmp_path), said.append)
    status = {row.submission.path: row.status for row in rows}
    assert [path for path, what in status.items() if what == "graded"] == sorted(
        path.name for path in folder.glob("student*")
    )
    assert len(status) == 7
    for name in ("broken.ipynb", "empty.ipynb", "zip.zip", "link.ipynb", "stray.ipynb"):
        assert status[name] == "not graded"
        assert any(line.startswith(f"not graded: {name}: ") for line in said)
    for row in rows:
        page = (tmp_path / "out" / row.feedback).read_text(encoding="utf-8")
        assert ("could not be graded" in page) == (row.status == "not graded")
        if row.status == "not graded":
            assert row.reason in page
            assert "What can be graded is the file with the ending" in page


@pytest.mark.usefixtures("without_sandbox")
def test_odd_names_stay_in_the_folder_of_results(tmp_path):
    folder = tmp_path / "submissions"
    folder.mkdir()
    names = [b"\xff.ipynb", b"two\nlines.ipynb", b"a.ipynb", b"A.ipynb", b"=1.ipynb", b"<b>.ipynb"]
    for name in names:
        with open(os.path.join(os.fsencode(folder), name), "wb") as file:
            file.write(as_notebook(RIGHT))
    before = set(tmp_path.rglob("*"))
    rows = run(options(tmp_path), silent)
    assert {row.status for row in rows} == {"graded"}
    new = set(tmp_path.rglob("*")) - before
    assert all(path.is_relative_to(tmp_path / "out") for path in new)
    pages = [path.name for path in (tmp_path / "out" / "feedback").iterdir()]
    assert len({page.casefold() for page in pages}) == len(names)
    assert all(page.isascii() for page in pages)
    assert len(grades(tmp_path / "out")) == len(names)


@pytest.mark.usefixtures("without_sandbox")
def test_each_student_of_an_exam_is_graded_by_the_variant_of_the_notebook(tmp_path):
    private = tmp_path / "private"
    for variant in "ab":
        shutil.copytree(COURSE / "softmax", private / "softmax" / variant)
    changes = {
        "master.md": [('prediction_1 = "c"', 'prediction_1 = "b"')],
        "spec.py": [('correct="c"', 'correct="b"'), ('"b": "The class', '"c": "The class')],
    }
    for name, pairs in changes.items():
        path = private / "softmax" / "b" / name
        for old, new in pairs:
            assert old in path.read_text(encoding="utf-8")
            path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    folder = tmp_path / "submissions"
    folder.mkdir()
    for name, label in (("a", ", variant: a"), ("b", ", variant: b"), ("none", "")):
        cells = [f"# Exercise: softmax{label}\n{RIGHT[0]}", *RIGHT[1:]]
        (folder / f"{name}.ipynb").write_bytes(as_notebook(cells))
    materials = load_materials(tmp_path / "private")
    first, second, third = run(options(tmp_path, materials=materials), silent)
    assert (first.result["exercise"], first.result["score"]) == ("softmax/a", 10)
    # The right answer of one variant is a wrong one of the other.
    assert (second.result["exercise"], second.result["score"]) == ("softmax/b", 9)
    assert third.status == "not graded"
    assert "variant" in third.reason
    assert [line["variant"] for line in grades(tmp_path / "out")] == ["a", "b", ""]
    # Who was given which variant, by whatever the files tell of a student.
    (folder / "roe_12_9_x.ipynb").write_bytes((folder / "b.ipynb").read_bytes())
    given = {("a", "softmax"): "softmax/b", ("b", "softmax"): "softmax/b"}
    given["12", "softmax"] = "softmax/a"
    reasons = [
        row.reason for row in run(options(tmp_path, materials=materials, assignment=given), silent)
    ]
    assert reasons == [
        "it answers the variant a, but b was given to this student",
        "",
        third.reason,
        "it answers the variant b, but a was given to this student",
    ]
    assert [line["score"] for line in grades(tmp_path / "out")] == ["", "9", "", ""]
    del given["b", "softmax"]
    second = run(options(tmp_path, materials=materials, assignment=given), silent)[1]
    assert second.reason == "the assignment of variants does not list this student"


# Refusals


@pytest.mark.usefixtures("without_sandbox")
def test_without_the_canary_nothing_is_graded(tmp_path):
    write_class(tmp_path / "submissions", 2)
    cells = tuple(cell.replace("axis=1", "axis=0") for cell in MATERIALS["softmax"].solution)
    dead = {"softmax": replace(MATERIALS["softmax"], solution=cells)}
    with pytest.raises(Refused, match="the solution of softmax gets 6 of 10 points"):
        run(options(tmp_path, materials=dead), silent)
    assert list((tmp_path / "out" / "results").iterdir()) == []
    assert not (tmp_path / "out" / "grades.csv").exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"submissions": Path("/nowhere")}, "no such folder"),
        ({"submissions": Path("/dev")}, "no notebook"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, changes, message):
    write_class(tmp_path / "submissions", 1)
    if changes.get("submissions") == Path("/dev"):
        (tmp_path / "none").mkdir()
        changes = {"submissions": tmp_path / "none"}
    with pytest.raises(Refused, match=message):
        run(options(tmp_path, **changes), silent)


# Full disks


@pytest.mark.parametrize("failing", [1, 4, 9])
def test_a_full_disk_is_named_and_the_next_run_goes_on(tmp_path, monkeypatch, counted, failing):
    write_class(tmp_path / "submissions", 3)
    run(options(tmp_path, out=tmp_path / "undisturbed"), silent)
    counted.clear()
    real, calls = os.fsync, [0]

    def full(descriptor: int) -> None:
        calls[0] += 1
        if calls[0] >= failing:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(results.os, "fsync", full)
    with pytest.raises(CannotWrite, match="No space left on device"):
        run(options(tmp_path), silent)
    monkeypatch.setattr(results.os, "fsync", real)
    assert list((tmp_path / "out").rglob("*.tmp")) == []
    for path in (tmp_path / "out" / "results").iterdir():
        assert json.loads(path.read_text())["status"] == "graded"
    run(options(tmp_path), silent)
    table = (tmp_path / "out" / "grades.csv").read_bytes()
    assert table == (tmp_path / "undisturbed" / "grades.csv").read_bytes()


# Quarantine


def grade_with_killers(tmp_path, *more):
    script = Path(__file__).with_name("grader_killer.py")
    words = ["grade", str(tmp_path / "submissions"), "--out", str(tmp_path / "out")]
    words += [
        "--seed",
        "3",
        "--jobs",
        "2",
        "--exercise",
        "softmax",
        "--exercises",
        str(COURSE),
        *more,
    ]
    return subprocess.run(
        [sys.executable, str(script), *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.thorough
def test_what_kills_the_grader_is_quarantined_and_named_and_nobody_else(tmp_path):
    deserved = write_class(tmp_path / "submissions", 4)
    killer = "killer_1_2_x.ipynb"
    content = as_notebook(["# kill the grader: alone"])
    (tmp_path / "submissions" / killer).write_bytes(content)
    assert grade_with_killers(tmp_path).returncode == -9
    done = grade_with_killers(tmp_path)
    assert done.returncode == 1, done.stderr
    assert f"not graded: {killer}: quarantined" in done.stdout
    table = {line["file"]: line for line in grades(tmp_path / "out")}
    assert table.pop(killer)["score"] == ""
    assert {name: float(line["score"]) for name, line in table.items()} == deserved
    # It stays there, also when the folder is graded once more.
    assert grade_with_killers(tmp_path).returncode == 1
    # Another notebook in its place has a clean record.
    (tmp_path / "submissions" / killer).write_bytes(as_notebook(RIGHT))
    assert grade_with_killers(tmp_path).returncode == 0


@pytest.mark.thorough
def test_what_takes_the_whole_grader_with_it_is_quarantined_as_well(tmp_path):
    write_class(tmp_path / "submissions", 1)
    killer = tmp_path / "submissions" / "killer_1_2_x.ipynb"
    killer.write_bytes(as_notebook(["# kill the grader: all"]))
    codes = [grade_with_killers(tmp_path).returncode for _ in range(5)]
    assert codes == [-9, -9, -9, -9, 1]
    assert grade_with_killers(tmp_path, "--retry-quarantined").returncode == -9
