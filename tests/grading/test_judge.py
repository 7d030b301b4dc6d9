"""Judging: what answers are worth, and what is said about them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course_utils.grading.answers import Answer, Call, Outcome, Variable
from course_utils.grading.judge import EMPTY, Plan, QuestionResult, plan, score
from course_utils.grading.spec import (
    Array,
    Cases,
    Choice,
    Claim,
    Exercise,
    Function,
    Mistake,
    Number,
    Real,
    Several,
)


def reciprocal(x: float) -> float:
    if x == 0:
        raise ZeroDivisionError
    return 1 / x


def no_square_below(example: np.ndarray[Any, Any]) -> str | None:
    if example < 0:
        raise ValueError("the example must not be negative")
    return None if example**2 < example else "its square is no smaller"


EXERCISE = Exercise(
    "sample",
    "A sample",
    10,
    (
        Function(
            name="reciprocal",
            title="One over x",
            reference=reciprocal,
            answer=Real(),
            cases=(
                Cases("numbers", 3, lambda rng: [(float(x),) for x in rng.uniform(1, 2, 3)]),
                Cases("zero", 2, lambda rng: [(0.0,)]),
            ),
            mistakes=(
                Mistake("sign", lambda x: -reciprocal(x), "mind the sign"),
                Mistake("square", lambda x: reciprocal(x) ** 2, "once is enough"),
                Mistake("infinity", lambda x: np.divide(1.0, x), "zero has none"),
                Mistake("a list", lambda x: [reciprocal(x)], "a number, not a list"),
            ),
        ),
        Number(
            name="half",
            title="A half",
            points=1,
            expected=0.5,
            mistakes=(Mistake("double", 2.0, "the other way"),),
        ),
        Choice(name="letter", title="A letter", points=2, correct="b", hints={"a": "not a"}),
        Claim(
            name="claim",
            title="Squares are larger",
            points=2,
            holds=False,
            example="number",
            form=Real(),
            flaw=no_square_below,
            wrong_verdict="think of numbers below one",
        ),
    ),
)
RIGHT = {"half": 0.5, "letter": "b", "claim": False, "number": 0.5}


def value(result: object) -> Answer:
    return Answer(Outcome.VALUE, result)


def judged(**given: Any) -> dict[str, QuestionResult]:
    """Judge a submission: variables by value, ``reciprocal`` as a function of x, or Answers."""
    known: dict[str, Any] = {"reciprocal": reciprocal} | RIGHT | given
    drawn = plan(EXERCISE, 7)
    found = []
    for asked in drawn.asked:
        request = asked.request
        answer = known[request.function if isinstance(request, Call) else request.name]
        if isinstance(answer, Answer):
            found.append(answer)
        elif isinstance(request, Variable):
            found.append(value(answer))
        else:
            try:
                with np.errstate(all="ignore"):
                    found.append(value(answer(*request.arguments)))
            except ArithmeticError as error:
                found.append(Answer(Outcome.RAISED, error=type(error).__name__))
    return {result.name: result for result in score(drawn, found)}


def earned(**given: Any) -> dict[str, float]:
    return {name: result.earned for name, result in judged(**given).items()}


def test_right_answers_earn_everything_and_need_no_hint() -> None:
    assert earned() == {"reciprocal": 5, "half": 1, "letter": 2, "claim": 2}
    assert not any(result.hint or result.mistake for result in judged().values())


def test_one_wrong_answer_costs_its_own_question_only() -> None:
    assert earned(half=0.4) == {"reciprocal": 5, "half": 0, "letter": 2, "claim": 2}


def test_parts_are_earned_one_by_one() -> None:
    result = judged(reciprocal=lambda x: 1 / x if x else 0.0)["reciprocal"]
    assert [part.earned for part in result.parts] == [3, 0]
    assert "ZeroDivisionError" in result.parts[1].note
    assert not result.hint


def of_a_sign(function: Any) -> QuestionResult:
    """Judge a function whose answer should be (inf, [1.0]), except for zero."""
    right = (np.inf, np.ones(1))
    question = Function(
        name="f",
        title="F",
        reference=lambda x: right if x else (0.0, np.ones(1)),
        answer=Several((Real(), Array())),
        cases=(
            Cases("both", 4, lambda rng: [(0,), (1,)]),
            Cases("the same twice", 4, lambda rng: [(2,), (3,)]),
        ),
        mistakes=tuple(Mistake(str(n), lambda x: None, str(n)) for n in range(4)),
    )
    others = tuple(Number(name=n, title=n, points=1, expected=0.0) for n in "ab")
    drawn = plan(Exercise("s", "S", 1, (question, *others)), 0)
    found = [
        function(asked.request.arguments[0]) if isinstance(asked.request, Call) else 0.0
        for asked in drawn.asked
    ]
    answers = [x if isinstance(x, Answer) else value(x) for x in found]
    return score(drawn, answers)[0]


def test_a_function_that_does_not_look_at_its_input_earns_nothing() -> None:
    result = of_a_sign(lambda x: (np.inf, [1]))
    assert [part.earned for part in result.parts] == [0, 0]
    assert "same answer to every input" in result.parts[1].note


@pytest.mark.parametrize(
    "function",
    [
        lambda x: (np.inf, [1.0]) if x else (1.0, [1.0]),
        lambda x: (np.inf, [1.0]) if x else None,
        lambda x: (np.inf, [1.0]) if x else Answer(Outcome.RAISED, error="ValueError"),
        lambda x: (np.inf, [1.0]) if x else (np.inf, [1.0, 1.0]),
    ],
)
def test_half_an_answer_earns_half_the_points(function: Any) -> None:
    assert [part.earned for part in of_a_sign(function).parts] == [0, 4]
    full = of_a_sign(lambda x: (np.inf if x else 0.0, np.ones(1)))
    assert [part.earned for part in full.parts] == [4, 4]


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        (lambda x: -reciprocal(x), "mind the sign"),
        (lambda x: reciprocal(x) ** 2, "once is enough"),
        (lambda x: float(np.divide(1.0, x)), "zero has none"),
        (lambda x: [reciprocal(x)], "a number, not a list"),
        (lambda x: np.array([reciprocal(x)]), "a number, not a list"),
        (lambda x: reciprocal(x) + 1, ""),
    ],
)
def test_a_known_mistake_gets_its_hint_and_an_unknown_none(wrong: Any, hint: str) -> None:
    assert judged(reciprocal=wrong)["reciprocal"].hint == hint


def test_a_mistake_is_recognised_although_some_calls_stalled() -> None:
    drawn = plan(EXERCISE, 7)
    answers = [
        value(-reciprocal(*asked.request.arguments))
        for asked in drawn.asked[:2]  # type: ignore[union-attr]
    ]
    answers += [Answer(Outcome.TIMEOUT), Answer(Outcome.SKIPPED)]
    answers += [value(RIGHT[name]) for name in ("half", "letter", "claim", "number")]
    result = score(drawn, answers)[0]
    assert (result.earned, result.hint) == (0, "mind the sign")


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        (Answer(Outcome.RAISED, error="KeyError"), "KeyError"),
        (Answer(Outcome.MISSING), "does not define `half`"),
        (Answer(Outcome.TIMEOUT), "too long"),
        (Answer(Outcome.DIED), "ended the whole process"),
        (Answer(Outcome.MEMORY), "memory"),
        (Answer(Outcome.RAISED, error="NotImplementedError"), "not written yet"),
        (Answer(Outcome.UNREADABLE, error="function"), "is a function, which is no number"),
        (Answer(Outcome.UNREADABLE, error="object"), "is an object, which is no number"),
        (Answer(Outcome.UNREADABLE, error="too deep"), "too deep to be looked at"),
        (Answer(Outcome.SKIPPED), "not tried"),
        (value([0.5]), "one number is expected, not a list"),
        (value(float("nan")), "nan"),
        (value(float("inf")), "infinite"),
        (value(0.4), "The value is wrong."),
    ],
)
def test_what_went_wrong_is_said_in_words(outcome: Answer, says: str) -> None:
    result = judged(half=outcome)["half"]
    assert result.earned == 0
    assert says.casefold() in result.parts[0].note.casefold()


@pytest.mark.parametrize("name", ["half", "letter", "claim"])
def test_a_variable_left_empty_is_no_wrong_answer(name: str) -> None:
    result = judged(**{name: value(None)})[name]
    assert (result.earned, result.parts[0].note) == (0, EMPTY)


def test_a_function_that_returns_nothing_is_told_so() -> None:
    assert "is a `return` missing?" in judged(reciprocal=lambda x: None)["reciprocal"].parts[0].note


def test_every_outcome_but_a_value_earns_nothing() -> None:
    for outcome in Outcome:
        if outcome is not Outcome.VALUE:
            failed = Answer(outcome)
            names = ("reciprocal", "half", "letter", "claim", "number")
            results = judged(**dict.fromkeys(names, failed)).values()
            assert sum(result.earned for result in results) == 0


def test_another_exception_than_the_expected_one_is_no_answer() -> None:
    failed = Answer(Outcome.RAISED, error="KeyError")
    assert judged(reciprocal=failed)["reciprocal"].earned == 0
    shadowed = Answer(Outcome.RAISED, error="NoSuchName")
    assert judged(reciprocal=shadowed)["reciprocal"].earned == 0


@pytest.mark.parametrize(
    ("off", "dtype", "points"),
    [(1e-10, np.float64, 5), (1e-6, np.float64, 0), (1e-5, np.float32, 5), (1e-3, np.float32, 0)],
)
def test_tolerance_depends_on_the_precision_of_the_answer(
    off: float, dtype: Any, points: float
) -> None:
    result = judged(reciprocal=lambda x: dtype(reciprocal(x) * (1 + off)))["reciprocal"]
    assert result.parts[0].earned == (3 if points else 0)


def test_a_wrong_option_has_its_hint_and_no_option_none() -> None:
    assert judged(letter="A ")["letter"].hint == "not a"
    assert judged(letter="z")["letter"].hint == ""


@pytest.mark.parametrize(
    ("claim", "number", "hint"),
    [
        (True, 0.5, "think of numbers below one"),
        (False, 2.0, "its square is no smaller"),
        (False, -1.0, "the example must not be negative"),
        (False, [0.5], ""),
        (1, 0.5, ""),
    ],
)
def test_a_verdict_needs_an_example_that_shows_it(claim: Any, number: Any, hint: str) -> None:
    result = judged(claim=claim, number=number)["claim"]
    assert (result.earned, result.hint) == (0, hint)


def test_an_example_too_large_to_look_at_is_refused_before_it_is_looked_at() -> None:
    def never(_: object) -> str | None:
        raise AssertionError("the example was looked at")

    claim = Claim(
        name="c",
        title="C",
        points=8,
        holds=True,
        example="e",
        form=Several((Real(), Array())),
        flaw=never,
        wrong_verdict="",
    )
    others = tuple(Number(name=n, title=n, points=1, expected=0.0) for n in "ab")
    drawn = plan(Exercise("s", "S", 1, (claim, *others)), 0)
    example = value((1.0, np.zeros(101)))
    result = score(drawn, [value(True), example, value(0.0), value(0.0)])[0]
    assert result.earned == 0
    assert "smaller example" in result.hint


def test_an_example_in_float32_is_judged_in_double_precision() -> None:
    seen: list[Any] = []

    def look(example: Any) -> str | None:
        seen.extend(part.dtype for part in example)
        return None

    claim = Claim(
        name="c",
        title="C",
        points=8,
        holds=True,
        example="e",
        form=Several((Real(), Array())),
        flaw=look,
        wrong_verdict="",
    )
    others = tuple(Number(name=n, title=n, points=1, expected=0.0) for n in "ab")
    example = value((np.float32(1.0), np.zeros(3, dtype=np.float32)))
    given = [value(True), example, value(0.0), value(0.0)]
    assert score(plan(Exercise("s", "S", 1, (claim, *others)), 0), given)[0].earned == 8
    assert seen == [np.float64, np.float64]


def inputs(drawn: Plan) -> list[Any]:
    return [a.request.arguments for a in drawn.asked if isinstance(a.request, Call)]


def test_the_same_seed_asks_the_same_and_another_asks_otherwise() -> None:
    assert inputs(plan(EXERCISE, 1)) == inputs(plan(EXERCISE, 1))
    assert inputs(plan(EXERCISE, 1)) != inputs(plan(EXERCISE, 2))


def test_a_reference_that_changes_its_input_does_not_change_what_is_asked() -> None:
    def spoil(values: Any) -> Any:
        values *= 0
        return values

    question = EXERCISE.questions[0]
    assert isinstance(question, Function)
    greedy = Function(
        name="f",
        title="F",
        reference=spoil,
        answer=Array(),
        cases=(Cases("ones", 8, lambda rng: [(np.ones(2),)]),),
        mistakes=question.mistakes,
    )
    others = tuple(Number(name=n, title=n, points=1, expected=0.0) for n in "ab")
    (asked, *_) = plan(Exercise("s", "S", 1, (greedy, *others)), 0).asked
    assert isinstance(asked.request, Call)
    np.testing.assert_array_equal(asked.request.arguments[0], [1.0, 1.0])


def test_a_missing_answer_to_a_request_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match=r"zip|shorter|longer"):
        score(plan(EXERCISE, 0), [])
