"""One notebook: which exercise it answers, and that its result depends on nothing else."""

from __future__ import annotations

import json
import time

import pytest
from classes import COURSE, RIGHT, STUDENTS
from fake_session import BREAK, without_sandbox  # noqa: F401

from course_utils.grading import grader
from course_utils.grading.grader import (
    AnotherExercise,
    Material,
    Undecided,
    as_notebook,
    choose,
    grade_notebook,
    load_materials,
    names_in,
)
from course_utils.grading.masters import ExerciseError

SOFTMAX = load_materials(COURSE, "softmax")["softmax"]


def other(key, title="Another", name="answer"):
    specification = f'''
from course_utils.grading.spec import Choice, Exercise
exercise = Exercise(slug="{key.partition("/")[0]}", title="{title}", minutes=1, questions=tuple(
    Choice(name="{name}" + str(n), title="t", points=p, correct="a", hints={{"b": "no"}})
    for n, p in enumerate((3, 3, 4))
))
'''
    return Material(key, "v", specification)


def notebook(cells=(), **course):
    return as_notebook(cells, **course)


def with_title(title):
    document = json.loads(as_notebook([]))
    document["cells"] = [{"cell_type": "markdown", "metadata": {}, "source": f"# {title}\n\nText"}]
    return json.dumps(document).encode()


MATERIALS = {"softmax": SOFTMAX, "other": other("other")}


def test_only_the_exercise_that_is_asked_for_is_loaded():
    assert list(load_materials(COURSE, "softmax")) == ["softmax"]
    with pytest.raises(ExerciseError, match="no exercise 'nonsense'; there are: softmax"):
        load_materials(COURSE, "nonsense")


def test_what_the_lecturer_says_decides():
    assert choose(notebook(exercise="softmax"), MATERIALS, "other") == "other"
    assert choose(notebook(["# Exercise: other"]), MATERIALS, "other") == "other"


def test_the_notebook_of_another_exercise_is_no_zero():
    with pytest.raises(AnotherExercise, match="of the exercise softmax, and not of other"):
        choose(notebook(["# Exercise: softmax"]), MATERIALS, "other")
    exam = {f"exam/{variant}": other(f"exam/{variant}") for variant in "ab"}
    with pytest.raises(AnotherExercise):
        choose(notebook(["# Exercise: other, variant: a"]), exam, "exam")


def test_looking_for_names_takes_little_time_and_says_nothing(recwarn):
    cells = ["x = '\\d'", "y\n" * 400_000, "z = 1", "1 +", "\0"]
    begin = time.process_time()
    assert names_in(cells) == {"x", "z"}
    assert time.process_time() - begin < 0.5  # parsing the long cell takes seconds
    assert not recwarn.list


@pytest.mark.parametrize(
    "submitted",
    [
        notebook(["import numpy as np\n# Exercise: softmax"]),
        notebook(exercise="softmax"),
        with_title("Softmax  that never *overflows*"),
        notebook(["def logsumexp(x):\n    return x", "claim_4 = True", "answer0 = 1", "?"]),
    ],
)
def test_a_notebook_tells_its_exercise(submitted):
    assert choose(submitted, MATERIALS) == "softmax"


@pytest.mark.parametrize(
    "submitted",
    [
        notebook(),
        notebook(["# Exercise: nonsense"]),
        notebook(["answer0 = 1", "claim_4 = True"]),
        with_title("Untitled"),
        notebook(["def broken("]),
    ],
)
def test_without_a_sign_nothing_is_guessed(submitted):
    with pytest.raises(Undecided, match="--exercise"):
        choose(submitted, MATERIALS)


def test_of_variants_the_notebook_names_its_own():
    exam = {f"exam/{variant}": other(f"exam/{variant}") for variant in "ab"}
    assert choose(notebook(["# Exercise: exam, variant: b"]), exam, "exam") == "exam/b"
    assert choose(notebook(["# Exercise: exam, variant: b"]), exam) == "exam/b"
    assert choose(notebook(exercise="exam", variant="a"), exam) == "exam/a"
    for submitted in (
        notebook(),
        notebook(["# Exercise: exam, variant: c"]),
        notebook(exercise="exam"),
        as_notebook([], exercise=["exam"], variant={"a": 1}),
    ):
        with pytest.raises(Undecided, match="variant"):
            choose(submitted, exam, "exam")


@pytest.mark.usefixtures("without_sandbox")
@pytest.mark.parametrize("kind", STUDENTS)
def test_a_notebook_gets_the_score_it_deserves(kind):
    cells, score = STUDENTS[kind]
    result = grade_notebook(as_notebook(cells), SOFTMAX, 5)
    assert (result["status"], result["score"]) == ("graded", score)


@pytest.mark.usefixtures("without_sandbox")
def test_equal_arguments_give_equal_results():
    cells, _ = STUDENTS["overflow"]
    results = []
    for _ in range(2):
        grader.plan_of.cache_clear()
        grader.exercise_of.cache_clear()
        results.append(json.dumps(grade_notebook(as_notebook(cells), SOFTMAX, 5)))
    assert results[0] == results[1]


@pytest.mark.usefixtures("without_sandbox")
def test_a_file_that_is_no_notebook_is_not_graded():
    result = grade_notebook(b"PK\x03\x04", SOFTMAX, 5)
    assert (result["status"], result["fault"]) == ("not graded", "notebook")
    assert "score" not in result


@pytest.mark.usefixtures("without_sandbox")
def test_an_empty_notebook_gets_nothing():
    assert grade_notebook(as_notebook([]), SOFTMAX, 5)["score"] == 0


@pytest.mark.usefixtures("without_sandbox")
def test_a_fault_of_the_machine_is_no_zero():
    result = grade_notebook(as_notebook([*RIGHT, BREAK]), SOFTMAX, 5)
    assert (result["status"], result["fault"]) == ("not graded", "grading")
    assert result["reason"] == "the machine is broken"
    assert "score" not in result


@pytest.mark.usefixtures("without_sandbox")
def test_a_specification_that_fails_is_no_zero_and_tells_no_answer(monkeypatch):
    def fail(*_: object) -> None:
        raise ValueError("the answer is 42")

    monkeypatch.setattr(grader.judge, "score", fail)
    result = grade_notebook(as_notebook(RIGHT), SOFTMAX, 5)
    assert result["status"] == "not graded"
    assert "ValueError" in result["reason"]
    assert "42" not in json.dumps(result)


@pytest.mark.usefixtures("without_sandbox")
def test_every_step_is_told_before_it_begins():
    steps: list[str] = []
    grade_notebook(as_notebook(RIGHT), SOFTMAX, 5, step=steps.append)
    assert steps == [*(f"cell {n}" for n in range(1, 6)), "judging"]


@pytest.mark.parametrize("kind", ["right", "ends-itself"])
def test_in_a_sandbox_every_step_is_told_as_well(isolation, kind):
    steps: list[str] = []
    cells, _ = STUDENTS[kind]
    grade_notebook(as_notebook(cells), SOFTMAX, 5, isolation=isolation, step=steps.append)
    questions = [f"question {question.name}" for question in SOFTMAX.exercise.questions]
    once = list(dict.fromkeys(steps))
    assert once == [*(f"cell {n}" for n in range(1, len(cells) + 1)), *questions, "judging"]
