"""Every exercise: right answers in many styles pass, and each wrong one fails with its own hint.

Beside each exercise stands ``tests/grading/exercises/<slug>.py`` with

* ``STYLES``: for every question at least four right answers in different styles, as source;
* ``EQUIVALENT``: mutants of the solution that are no mistakes, each with the reason;
* ``WRONG_EXAMPLES``: for every claim, examples that do not show the verdict.
"""

from __future__ import annotations

import ast
import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from in_process import answers, run
from mutants import mutants

from course_utils.grading.judge import QuestionResult, Raises, plan, score, score_question
from course_utils.grading.masters import load_exercise, read_master
from course_utils.grading.spec import Choice, Claim, Function, Number, Question

EXERCISES = Path(__file__).parents[2] / "book" / "exercises"
SLUGS = sorted(path.parent.name for path in EXERCISES.glob("*/master.md"))
SEEDS = range(20)

exercise_of = cache(lambda slug: load_exercise(EXERCISES / slug))
plan_of = cache(lambda slug, seed: plan(exercise_of(slug), seed))


@cache
def solution(slug: str) -> tuple[str, ...]:
    return tuple(cell.source for cell in read_master(EXERCISES / slug) if cell.kind == "code")


@cache
def beside(slug: str) -> ModuleType:
    path = Path(__file__).parent / "exercises" / f"{slug}.py"
    specification = importlib.util.spec_from_file_location(f"exercises_{slug}", path)
    assert specification is not None, path
    assert specification.loader is not None, path
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def question_of(slug: str, name: str) -> Question:
    return next(q for q in exercise_of(slug).questions if q.name == name)


def result_of(slug: str, name: str, seed: int, namespace: dict[str, Any]) -> QuestionResult:
    """Return the result of one question; the others are not even asked."""
    drawn = plan_of(slug, seed)
    asked = [asked for asked in drawn.asked if drawn.question_of(asked).name == name]
    found = answers([(name, asked_one.request) for asked_one in asked], namespace)
    return score_question(question_of(slug, name), list(zip(asked, found, strict=True)))


def functions() -> list[tuple[str, str]]:
    return [
        (slug, question.name)
        for slug in SLUGS
        for question in exercise_of(slug).questions
        if isinstance(question, Function)
    ]


def questions() -> list[tuple[str, str]]:
    return [(slug, question.name) for slug in SLUGS for question in exercise_of(slug).questions]


def function_source(slug: str, name: str) -> str:
    (source,) = [
        source
        for source in solution(slug)
        if any(isinstance(n, ast.FunctionDef) and n.name == name for n in ast.parse(source).body)
    ]
    return source


@pytest.mark.parametrize("slug", SLUGS)
def test_the_solution_scores_full_marks(slug: str) -> None:
    namespace = run(solution(slug))
    for seed in SEEDS:
        drawn = plan_of(slug, seed)
        results = score(drawn, answers(drawn.requests, namespace))
        for result in results:
            assert result.earned == result.points, (seed, result)
            assert not result.hint, (seed, result)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_cell_of_the_master_runs_with_its_visible_checks(slug: str) -> None:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for source in solution(slug):
        exec(compile(source, f"{slug}/master.md", "exec"), namespace)


@pytest.mark.parametrize("slug", SLUGS)
def test_an_empty_notebook_scores_nothing(slug: str) -> None:
    drawn = plan_of(slug, 0)
    results = score(drawn, answers(drawn.requests, {}))
    assert [result.earned for result in results] == [0.0] * len(results)


@pytest.mark.parametrize(("slug", "name"), questions())
def test_right_answers_in_other_styles_score_full_marks(slug: str, name: str) -> None:
    styles = beside(slug).STYLES[name]
    assert len(styles) >= 4, f"{name} has {len(styles)} styles"
    for style, source in styles.items():
        namespace = run((*solution(slug), source))
        for seed in SEEDS:
            result = result_of(slug, name, seed, namespace)
            assert result.earned == result.points, (style, seed, result)


@pytest.mark.parametrize(("slug", "name"), functions())
def test_every_known_mistake_fails_with_its_own_hint(slug: str, name: str) -> None:
    question = question_of(slug, name)
    assert isinstance(question, Function)
    assert len({mistake.hint for mistake in question.mistakes}) == len(question.mistakes)
    for mistake in question.mistakes:
        for seed in SEEDS:
            result = result_of(slug, name, seed, {name: mistake.wrong})
            assert result.earned < result.points, (mistake.name, seed)
            assert result.mistake == mistake.name, (seed, result)
            assert result.hint == mistake.hint


@pytest.mark.parametrize(("slug", "name"), functions())
def test_no_constant_earns_anything(slug: str, name: str) -> None:
    drawn = plan_of(slug, 0)
    for asked in drawn.asked:
        if drawn.question_of(asked).name == name and not isinstance(asked.expected, Raises):
            result = result_of(slug, name, 0, {name: lambda *_, asked=asked: asked.expected})
            assert result.earned == 0, asked.expected


NOT_IN_SINGLE_PRECISION = {
    ("entropy_bits", "1e-08 inside the logarithm"): "no digit of float32",
    ("loss_and_slopes", "constant left out"): "no digit of float32 in a loss above ten thousand",
}


def in_single_precision(value: Any) -> Any:
    """Return an answer with its numbers in float32."""
    if isinstance(value, tuple):
        return tuple(map(in_single_precision, value))
    numbers = isinstance(value, np.ndarray | np.number | int | float | list)
    return value if isinstance(value, bool) or not numbers else np.float32(value)


@pytest.mark.parametrize(("slug", "name"), functions())
def test_no_known_mistake_earns_more_in_single_precision(slug: str, name: str) -> None:
    question = question_of(slug, name)
    assert isinstance(question, Function)
    for mistake in question.mistakes:

        def rounded(*arguments: Any, wrong: Any = mistake.wrong) -> Any:
            return in_single_precision(wrong(*arguments))

        more = [
            part.label
            for seed in (0, 1, 2)
            for part, before in zip(
                result_of(slug, name, seed, {name: rounded}).parts,
                result_of(slug, name, seed, {name: mistake.wrong}).parts,
                strict=True,
            )
            if part.earned > before.earned
        ]
        assert bool(more) is ((name, mistake.name) in NOT_IN_SINGLE_PRECISION), (mistake.name, more)


@pytest.mark.parametrize(("slug", "name"), functions())
def test_every_mutant_of_the_solution_is_rejected(slug: str, name: str) -> None:
    equivalent = dict(beside(slug).EQUIVALENT)
    survivors = []
    for mutant in mutants(function_source(slug, name), name):
        namespace = run((*solution(slug), mutant.source))
        results = (result_of(slug, name, seed, namespace) for seed in (0, 1, 2))
        # One look suffices for the many that fail at once; a survivor is looked at thrice.
        lost = any(result.earned < result.points for result in results)
        if not lost and equivalent.pop(mutant.name, None) is None:
            survivors.append(f"{mutant.name}\n{mutant.source}")
        elif lost:
            assert mutant.name not in equivalent, f"listed as equivalent, but rejected: {mutant}"
    stale = [listed for listed in equivalent if listed.startswith(f"{name}: ")]
    assert not survivors, "\n\n".join(survivors)
    assert not stale, f"listed as equivalent, but there is no such mutant: {stale}"


@pytest.mark.parametrize(("slug", "name"), questions())
def test_every_known_wrong_value_has_its_own_hint(slug: str, name: str) -> None:
    question = question_of(slug, name)
    if isinstance(question, Number):
        for mistake in question.mistakes:
            result = result_of(slug, name, 0, {name: mistake.wrong})
            assert (result.earned, result.hint) == (0.0, mistake.hint), mistake.name
    elif isinstance(question, Choice):
        for option, hint in question.hints.items():
            result = result_of(slug, name, 0, {name: option})
            assert (result.earned, result.hint) == (0.0, hint), option
    elif isinstance(question, Claim):
        right = run(solution(slug))
        result = result_of(slug, name, 0, {**right, name: not question.holds})
        assert (result.earned, result.hint) == (0.0, question.wrong_verdict)
        for wrong in beside(slug).WRONG_EXAMPLES[question.example]:
            result = result_of(slug, name, 0, {**right, question.example: wrong})
            assert result.earned == 0.0, wrong
        result = result_of(slug, name, 0, {name: question.holds})
        assert result.earned == 0.0, "a bare verdict is worth nothing"
