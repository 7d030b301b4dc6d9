"""How many submissions are graded in a minute, and how long the worst of them takes.

Run ``python tests/benchmarks/grading.py`` (``--quick`` for a small class). The class is that of the
tests: right, mistaken, half done, crashing and empty notebooks, each as often as the others.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from machine import arguments, print_machine, write

sys.path.insert(0, str(Path(__file__).parents[1] / "grading"))
from classes import COURSE, STUDENTS, write_class

from course_utils.grading.answers import NotGraded
from course_utils.grading.batch import Options, run
from course_utils.grading.grader import as_notebook, grade_notebook, load_materials
from course_utils.grading.sandbox import Isolation, probe

JOBS = 2
BAR = 240
"""Submissions a minute on two cores: a class of 80 in 20 seconds."""
SECONDS_AT_MOST = 40
ENDLESS = "while True:\n    pass"


def isolation() -> Isolation:
    try:
        probe("bubblewrap")
    except NotGraded as error:
        print(f"by limits alone: {error}")
        return "limits"
    return "bubblewrap"


def throughput(size: int, kind: Isolation) -> float:
    """Return how many notebooks of a class are graded in a minute, with tables and pages."""
    with tempfile.TemporaryDirectory() as folder:
        deserved = write_class(Path(folder, "submissions"), size)
        options = Options(
            submissions=Path(folder, "submissions"),
            out=Path(folder, "out"),
            materials=load_materials(COURSE),
            exercise="softmax",
            seed=1,
            jobs=JOBS,
            isolation=kind,
        )
        begin = time.perf_counter()
        rows = run(options, lambda line: None)
        seconds = time.perf_counter() - begin
    wrong = [row for row in rows if row.result.get("score") != deserved[row.submission.path]]
    if wrong:
        raise SystemExit(f"{len(wrong)} wrong scores, the first of {wrong[0].submission.path}")
    return 60 * size / seconds


def seconds_of_each(kind: Isolation, rounds: int) -> dict[str, float]:
    """Return how long one notebook of each sort takes."""
    material = load_materials(COURSE)["softmax"]
    found = {}
    for name, (cells, _) in STUDENTS.items():
        times = []
        for _ in range(rounds):
            begin = time.perf_counter()
            grade_notebook(as_notebook(cells), material, 1, isolation=kind)
            times.append(time.perf_counter() - begin)
        found[name] = statistics.median(times)
    return found


def seconds_of_the_worst(kind: Isolation) -> float:
    """Return how long a notebook takes that stalls in every cell and in every call."""
    material = load_materials(COURSE)["softmax"]
    stalling = f"def softmax_rows(logits):\n    {ENDLESS.replace(chr(10), chr(10) + '    ')}"
    begin = time.perf_counter()
    grade_notebook(as_notebook([stalling, *[ENDLESS] * 9]), material, 1, isolation=kind)
    return time.perf_counter() - begin


def main() -> None:
    options = arguments(__doc__ or "", "grading.json")
    print_machine()
    kind = isolation()
    size = 24 if options.quick else 200
    rate = throughput(size, kind)
    print(f"\n{rate:6.0f} submissions a minute (bar {BAR}): {size}, {JOBS} jobs, {kind}")
    each = seconds_of_each(kind, 3 if options.quick else 7)
    for name, seconds in each.items():
        print(f"{seconds:6.2f} s  {name}")
    worst = seconds_of_the_worst(kind)
    print(f"{worst:6.1f} s  stalls in every cell (at most {SECONDS_AT_MOST})")
    results = {
        "isolation": kind,
        "jobs": JOBS,
        "submissions": size,
        "submissions a minute": rate,
        "bar": BAR,
        "seconds of each": each,
        "seconds of the worst": worst,
    }
    write(options.output, results)


if __name__ == "__main__":
    main()
