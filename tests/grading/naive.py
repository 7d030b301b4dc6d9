"""A grader as they are mostly written: it tests inside the process of the student.

It is the positive control of the attacks on the score, each of which fools it. Run as a program it
takes the name of a check, reads a notebook from standard input and prints its score last.
"""

from __future__ import annotations

import functools
import json
import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

TARGET = Path(__file__).parent / "attacks" / "target"


def assert_allclose(got: Any, expected: Any) -> bool:
    try:
        np.testing.assert_allclose(got, expected)
    except AssertionError:
        return False
    return True


def compare_each(got: Any, expected: Any) -> bool:
    pairs = zip(np.ravel(got), np.ravel(expected), strict=True)
    return all(abs(mine - theirs) < 1e-9 for mine, theirs in pairs)


def compare_in_math(got: Any, expected: Any) -> bool:
    mine, theirs = np.ravel(got).tolist(), np.ravel(expected).tolist()
    return not [1 for pair in zip(mine, theirs, strict=False) if not math.isclose(*pair)]


def traced(got: Any, expected: Any) -> bool:
    return bool(np.allclose(got, expected))


CHECKS: dict[str, Callable[[Any, Any], Any]] = {
    "allclose": lambda got, expected: np.allclose(got, expected),
    "isclose": lambda got, expected: np.isclose(got, expected).all(),
    "array_equal": lambda got, expected: np.array_equal(got, expected),
    "assert_allclose": assert_allclose,
    "imported": assert_allclose,
    "math": compare_in_math,
    "all": compare_each,
    "difference": lambda got, expected: abs(np.linalg.norm(got - expected)) < 1e-9,
    "np_difference": lambda got, expected: (np.abs(got - expected) < 1e-9).all(),
    "np_all": lambda got, expected: np.all(got == expected),
    "equality": lambda got, expected: np.all(got == expected),
    "traced": traced,
    "letter": lambda got, expected: np.allclose(got, expected),
    "claim": lambda got, expected: np.allclose(got, expected),
    "printed": lambda got, expected: np.allclose(got, expected),
}


def check(got: Any, expected: Any) -> bool:
    return bool(CHECKS[sys.argv[1]](got, expected))


def main() -> None:
    import importlib.util

    from course_utils.grading.answers import Call
    from course_utils.grading.judge import plan
    from course_utils.grading.spec import Choice, Claim

    found = importlib.util.spec_from_file_location("target_spec", TARGET / "spec.py")
    assert found is not None
    assert found.loader is not None
    module = sys.modules["target_spec"] = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)

    drawn = plan(module.exercise, 1)

    namespace: dict[str, Any] = {"__name__": "student"}
    for cell in json.load(sys.stdin)["cells"]:
        try:
            exec("".join(cell["source"]), namespace)
        except Exception as error:
            print("a cell raised", error)

    score = 0.0
    for question in drawn.exercise.questions:
        try:
            if isinstance(question, Choice):
                score += question.points * bool(namespace["letter"] == question.correct)
            elif isinstance(question, Claim):
                verdict, number = namespace["claim"], namespace["number"]
                score += question.points * bool(verdict == question.holds and 0 < number < 1)
            else:
                right = []
                for asked in drawn.asked:
                    if drawn.question_of(asked) is question:
                        assert isinstance(asked.request, Call)
                        expected = asked.expected
                        got = namespace[question.name](*asked.request.arguments)
                        right.append(check(got, expected))
                score += question.points * (False not in right)
        except Exception as error:
            print("a question raised", repr(error))
    print("score", score)


@functools.cache
def naive_score(notebook: bytes, kind: str) -> float:
    """Return what the naive grader gives, in a process of its own: it would not survive some."""
    command = [sys.executable, __file__, kind]
    run = subprocess.run(command, input=notebook, capture_output=True, timeout=60, check=False)
    scores = [line for line in run.stdout.decode().splitlines() if line.startswith("score ")]
    assert scores, run.stderr.decode()
    return float(scores[-1].split()[1])


if __name__ == "__main__":
    main()
