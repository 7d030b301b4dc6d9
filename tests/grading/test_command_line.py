"""The command line in earnest, and what it says when the machine is not as it should be."""

from __future__ import annotations

import csv
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from classes import COURSE, STUDENTS, write_class

from course_utils.grading.grader import as_notebook

ROOT = Path(__file__).parents[2]


def call(*words, timeout=120, **changes):
    """Run the command line; `changes` are those of the environment, or `preexec_fn`, or `cwd`."""
    prepare = changes.pop("preexec_fn", None)
    folder = changes.pop("cwd", ROOT)
    return subprocess.run(
        [sys.executable, "-m", "course_utils.grading", *map(str, words)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **changes},
        capture_output=True,
        text=True,
        timeout=timeout,
        preexec_fn=prepare,
        check=False,
    )


def grade(tmp_path, *more, **changes):
    words = [tmp_path / "submissions", "--out", tmp_path / "out", "--exercise", "softmax"]
    words += ["--exercises", COURSE, "--seed", "1", "--jobs", "2"]
    return call("grade", *words, *more, **changes)


def grades(tmp_path):
    with open(tmp_path / "out" / "grades.csv", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def assert_nothing_recorded(tmp_path):
    out = tmp_path / "out"
    assert not (out / "grades.csv").exists()
    assert not list(out.glob("results/*"))
    assert not list(out.glob("feedback/*"))


def test_a_class_is_graded_and_reported(tmp_path, isolation):
    deserved = write_class(tmp_path / "submissions", len(STUDENTS))
    done = grade(tmp_path, "--isolation", isolation)
    assert done.returncode == 0, done.stderr
    assert {line["file"]: float(line["score"]) for line in grades(tmp_path)} == deserved
    assert f"{len(deserved)} notebooks: {len(deserved)} graded." in done.stdout
    assert ("NOT protect" in done.stdout) == (isolation == "limits")
    # Not a terminal: lines, and no control characters.
    assert (done.stdout + done.stderr).replace("\n", "").isprintable()
    done = call("report", tmp_path / "out")
    assert done.returncode == 0
    assert (tmp_path / "out" / "report.html").is_file()


@pytest.mark.parametrize(
    "exercises",
    [COURSE, pytest.param(ROOT / "book" / "exercises", marks=pytest.mark.thorough)],
    ids=["of the tests", "of the course"],
)
def test_the_self_test_holds_here(isolation, exercises):
    done = call("self-test", "--isolation", isolation, "--exercises", exercises)
    assert done.returncode == 0, done.stdout
    assert "FAILED" not in done.stdout
    assert f"isolation in force: {isolation}" in done.stdout
    assert done.stdout.count("is fooled, here it gets 0 of 8") == 3
    for place in exercises.glob("*/spec.py"):
        assert f"the solution of {place.parent.name} gets full marks" in done.stdout


def test_the_self_test_sees_a_solution_that_does_not_hold(tmp_path):
    shutil.copytree(COURSE, tmp_path / "course")
    master = tmp_path / "course" / "softmax" / "master.md"
    master.write_text(master.read_text().replace('prediction_1 = "c"', 'prediction_1 = "a"'))
    done = call("self-test", "--isolation", "limits", "--exercises", tmp_path / "course")
    assert done.returncode == 3
    assert "FAILED  the solution of softmax gets 9 of 10 points" in done.stdout


def test_something_not_graded_is_named_and_shows_in_the_exit_status(tmp_path):
    write_class(tmp_path / "submissions", 1)
    (tmp_path / "submissions" / "broken.ipynb").write_text("{")
    done = grade(tmp_path, "--isolation", "limits")
    assert done.returncode == 1
    assert "not graded: broken.ipynb: the file is damaged" in done.stdout


# Faults of the machine


def test_without_bubblewrap_grading_is_refused(tmp_path):
    write_class(tmp_path / "submissions", 1)
    done = grade(tmp_path, PATH=str(tmp_path))
    assert done.returncode == 3
    assert "install" in done.stderr
    assert "--isolation=limits" in done.stderr
    assert_nothing_recorded(tmp_path)
    done = call("self-test", PATH=str(tmp_path))
    assert done.returncode == 3
    assert "FAILED  isolation: bubblewrap is not installed" in done.stdout


FAULTS = {
    "a broken interpreter": ("layout.INTERPRETER = '/bin/false'", "/bin/false"),
    "no namespaces": (
        "layout.bubblewrap_arguments = lambda *_: ('--no-such-option',)",
        "this system does not let bubblewrap make namespaces",
    ),
}
DRIVER = """
import sys
from course_utils.grading import layout
{fault}
from course_utils.grading.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def grade_with(source, tmp_path, *more):
    """Grade with a command line that begins with this source."""
    words = ["grade", tmp_path / "submissions", "--out", tmp_path / "out", "--exercise", "softmax"]
    words += ["--exercises", COURSE]
    return subprocess.run(
        [sys.executable, "-c", source, *map(str, words), "--seed", "1", *more],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("isolation", ["bubblewrap"], indirect=True)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_sandbox_that_does_not_start_is_refused(tmp_path, isolation, fault):
    write_class(tmp_path / "submissions", 1)
    source, message = FAULTS[fault]
    done = grade_with(DRIVER.format(fault=source), tmp_path, "--isolation", isolation)
    assert done.returncode == 3, done.stderr
    assert message in done.stderr
    assert_nothing_recorded(tmp_path)


def test_by_limits_alone_a_broken_interpreter_is_refused_as_well(tmp_path):
    write_class(tmp_path / "submissions", 1)
    source, message = FAULTS["a broken interpreter"]
    done = grade_with(DRIVER.format(fault=source), tmp_path, "--isolation", "limits")
    assert done.returncode == 3, done.stderr
    assert message in done.stderr
    assert_nothing_recorded(tmp_path)


def few_files():
    # Enough for Python and NumPy, and too few for a sandbox.
    resource.setrlimit(resource.RLIMIT_NOFILE, (8, 8))


def test_too_few_open_files_are_no_zero(tmp_path):
    write_class(tmp_path / "submissions", 1)
    done = grade(tmp_path, "--isolation", "limits", preexec_fn=few_files)
    assert done.returncode in (3, 4), done.stderr
    assert "Traceback" not in done.stderr
    assert_nothing_recorded(tmp_path)


NO_MORE_PROCESSES = """
import errno, os, sys, _posixsubprocess, subprocess
real = subprocess._fork_exec
left = [LEFT]
def fork_exec(*arguments):
    left[0] -= 1
    if left[0] < 0:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    return real(*arguments)
subprocess._fork_exec = fork_exec
from course_utils.grading.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("left", [0, 3])
def test_a_limit_on_processes_is_no_zero(tmp_path, left):
    """The limit itself does not hold for root, so the call that it lets fail is made to fail."""
    deserved = write_class(tmp_path / "submissions", 5)
    source = NO_MORE_PROCESSES.replace("LEFT", str(left))
    done = grade_with(source, tmp_path, "--isolation", "limits", "--jobs", "1")
    assert "too many processes" in done.stdout + done.stderr
    if left == 0:
        assert done.returncode == 3
        assert_nothing_recorded(tmp_path)
        return
    assert done.returncode == 1
    table = grades(tmp_path)
    assert {line["status"] for line in table} == {"graded", "not graded"}
    for line in table:
        right = f"{deserved[line['file']]:g}" if line["status"] == "graded" else ""
        assert line["score"] == right
    # The limit is raised, and the same command goes on.
    done = grade(tmp_path, "--isolation", "limits")
    assert done.returncode == 0
    assert {line["file"]: float(line["score"]) for line in grades(tmp_path)} == deserved


def test_an_output_that_cannot_be_written_is_named(tmp_path):
    write_class(tmp_path / "submissions", 1)
    (tmp_path / "out").write_text("a file, and no folder")
    done = grade(tmp_path, "--isolation", "limits")
    assert done.returncode == 4
    assert str(tmp_path / "out") in done.stderr
    assert "run the same command again" in done.stderr


def broken_exercise(folder):
    folder.mkdir(parents=True)
    (folder / "master.md").write_text("# Broken\n")
    (folder / "spec.py").write_text("import math\nexercise = (\n")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: None, "there is no such folder"),
        (lambda folder: folder.mkdir(), "no folder in it holds"),
        (lambda folder: (folder / "a").mkdir(parents=True), "no folder in it holds"),
        (
            lambda folder: shutil.copytree(
                COURSE / "softmax",
                folder / "softmax",
                ignore=shutil.ignore_patterns("master.md"),
            ),
            "master.md: there is no such file",
        ),
        (lambda folder: broken_exercise(folder / "softmax"), "spec.py:2: "),
    ],
)
def test_a_missing_exercise_is_named(tmp_path, make, message):
    write_class(tmp_path / "submissions", 1)
    make(tmp_path / "private")
    done = grade(tmp_path, "--isolation", "limits", "--private", tmp_path / "private")
    assert done.returncode == 3
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_outside_of_the_repository_the_exercises_must_be_named(tmp_path):
    write_class(tmp_path / "submissions", 1)
    words = ["grade", tmp_path / "submissions", "--out", tmp_path / "out", "--isolation", "limits"]
    done = call(*words, "--exercise", "softmax", cwd=tmp_path)
    assert done.returncode == 3
    assert "book/exercises" in done.stderr
    assert "--exercises" in done.stderr
    done = grade(tmp_path, "--isolation", "limits", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_an_assignment_that_is_missing_is_named(tmp_path):
    write_class(tmp_path / "submissions", 1)
    done = grade(tmp_path, "--isolation", "limits", "--assignment", tmp_path / "nowhere.csv")
    assert done.returncode == 3
    assert "nowhere.csv: No such file" in done.stderr
    assert_nothing_recorded(tmp_path)


def test_an_interrupted_run_says_so_and_goes_on(tmp_path):
    deserved = write_class(tmp_path / "submissions", 3)
    stalling = as_notebook(["while True: pass"])
    (tmp_path / "submissions" / "stalls.ipynb").write_bytes(stalling)
    # A test that runs in the background would ignore the signal.
    source = DRIVER.format(
        fault="import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    )
    words = ["grade", tmp_path / "submissions", "--out", tmp_path / "out", "--exercise", "softmax"]
    words += ["--exercises", COURSE, "--isolation", "limits", "--seed", "1"]
    with subprocess.Popen(
        [sys.executable, "-c", source, *map(str, words)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        results = tmp_path / "out" / "results"
        for _ in range(600):
            if len(list(results.glob("*.json"))) == len(deserved):
                break
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopping: what is under way ends within" in out
    assert "Interrupted. The same command goes on where it stopped." in err
    assert "Traceback" not in err
    (tmp_path / "submissions" / "stalls.ipynb").unlink()
    done = grade(tmp_path, "--isolation", "limits")
    assert f"{len(deserved)} results of an earlier run are still valid." in done.stdout
    assert {line["file"]: float(line["score"]) for line in grades(tmp_path)} == deserved


def test_a_report_on_nothing_is_refused(tmp_path):
    done = call("report", tmp_path)
    assert done.returncode == 3
    assert "no results" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["grade"],
        ["grade", "x"],
        ["grade", "x", "--out", "y", "--jobs", "0"],
        ["grade", "x", "--out", "y", "--seed", "-1"],
        ["grade", "x", "--out", "y", "--isolation", "none"],
        ["unknown"],
    ],
)
def test_a_wrong_command_line_ends_with_two(words):
    done = call(*words)
    assert done.returncode == 2
    assert "usage:" in done.stderr
