"""Grading on a Dask cluster: the same results, and no zero when a worker dies."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
from classes import COURSE, RIGHT, write_class

from course_utils.grading.grader import as_notebook

pytest.importorskip("distributed", reason="Dask is an extra that the grader does without")

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


def grade(script, tmp_path, out, *more):
    words = [
        "grade",
        tmp_path / "submissions",
        "--out",
        out,
        "--exercise",
        "softmax",
        "--exercises",
        COURSE,
    ]
    words += ["--seed", "1", "--jobs", "2", "--isolation", "limits", *more]
    return subprocess.run(
        [sys.executable, *script, *map(str, words)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


COMMAND = ["-m", "course_utils.grading"]


def grades(out):
    with open(out / "grades.csv", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_two_workers_give_what_threads_give(tmp_path):
    deserved = write_class(tmp_path / "submissions", 12)
    done = grade(COMMAND, tmp_path, tmp_path / "dask", "--executor", "dask")
    assert done.returncode == 0, done.stderr
    done = grade(COMMAND, tmp_path, tmp_path / "threads")
    assert done.returncode == 0, done.stderr
    for path in sorted((tmp_path / "threads").rglob("*.*")):
        twin = tmp_path / "dask" / path.relative_to(tmp_path / "threads")
        if path.is_file():
            assert twin.read_bytes() == path.read_bytes()
    scores = {line["file"]: float(line["score"]) for line in grades(tmp_path / "dask")}
    assert scores == deserved


WORKER_KILLER = """
import os, signal, sys
from course_utils.grading import batch

def grade_here(notebook, material, settings, step=None):
    if b"# kill the worker" in notebook:
        os.kill(os.getpid(), signal.SIGKILL)
    return batch.grade_notebook(
        notebook, material, settings.seed, isolation=settings.isolation, limits=settings.limits
    )

if __name__ == "__main__":
    batch.grade_here = grade_here
    from course_utils.grading.__main__ import main
    sys.exit(main())
"""


def test_a_submission_that_kills_its_workers_is_not_graded_and_harms_nobody(tmp_path):
    deserved = write_class(tmp_path / "submissions", 6)
    killer = "killer_1_2_x.ipynb"
    content = as_notebook([*RIGHT, "# kill the worker"])
    (tmp_path / "submissions" / killer).write_bytes(content)
    script = tmp_path / "worker_killer.py"
    script.write_text(WORKER_KILLER)
    done = grade([script], tmp_path, tmp_path / "out", "--executor", "dask")
    assert done.returncode == 1, done.stderr
    table = {line["file"]: line for line in grades(tmp_path / "out")}
    lost = table.pop(killer)
    assert (lost["status"], lost["score"]) == ("not graded", "")
    assert "KilledWorker" in lost["reason"]
    assert {name: float(line["score"]) for name, line in table.items()} == deserved


def test_a_scheduler_that_is_not_there_is_named(tmp_path):
    write_class(tmp_path / "submissions", 1)
    more = ["--executor", "dask", "--scheduler", "tcp://127.0.0.1:9"]
    done = grade(COMMAND, tmp_path, tmp_path / "out", *more)
    assert done.returncode == 3, done.stderr
    assert "scheduler at tcp://127.0.0.1:9 cannot be reached" in done.stderr


def test_without_dask_the_command_says_what_to_install(tmp_path):
    write_class(tmp_path / "submissions", 1)
    source = (
        "import sys; sys.modules['distributed'] = None;"
        "from course_utils.grading.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    done = grade(["-c", source], tmp_path, tmp_path / "out", "--executor", "dask")
    assert done.returncode == 3, done.stderr
    assert "pip install" in done.stderr
