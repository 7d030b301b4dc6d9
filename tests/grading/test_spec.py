"""Forms of answers: what each question accepts, and what it says to the rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course_utils.grading.spec import (
    Array,
    Cases,
    Choice,
    Exercise,
    Form,
    Function,
    Mistake,
    Number,
    Real,
    Several,
    Text,
    Truth,
    WrongForm,
)


@pytest.mark.parametrize(
    "value", [2, 2.0, np.float32(2), np.int8(2), np.array(2.0), np.array(2, dtype=np.uint8)]
)
def test_one_number_has_many_forms(value: object) -> None:
    read = Real().read(value)
    assert read.shape == ()
    assert float(read) == 2.0


@pytest.mark.parametrize(
    "value",
    [[1.0, 2.0], (1, 2), np.array([1, 2]), np.array([1, 2], dtype=np.float32), [np.float32(1), 2]],
)
def test_numbers_along_an_axis_have_many_forms(value: object) -> None:
    read = Array().read(value)
    assert read.shape == (2,)
    assert read.tolist() == [1.0, 2.0]


def test_float32_keeps_its_precision_and_integers_become_float64() -> None:
    assert Array().read(np.ones(2, dtype=np.float32)).dtype == np.float32
    assert Array().read([np.float32(1), np.float32(2)]).dtype == np.float32
    assert Array().read([1, 2]).dtype == np.float64


@pytest.mark.parametrize(
    ("form", "value", "says"),
    [
        (Real(), None, "`return`"),
        (Real(), [1.0], "a list"),
        (Real(), (1.0,), "a tuple"),
        (Real(), np.ones(1), "an array with one axis"),
        (Real(), True, "a truth value"),
        (Real(), "2", "a text"),
        (Array(), ["2", "3"], "another kind"),
        (Array(2), [[1.0, (2.0, "3")]], "another kind"),
        (Real(), {"a": 1}, "a dict"),
        (Real(), 10**400, "another kind"),
        (Array(), 1.0, "a single number"),
        (Array(), np.ones((2, 2)), "an array with 2 axes"),
        (Array(), [[1.0], [1.0, 2.0]], "ragged"),
        (Array(), ["1"], "another kind"),
        (Array(), [None], "another kind"),
        (Array(), [1j], "another kind"),
        (Array(2), [1.0], "a list"),
        (Truth(), 1, "a single number"),
        (Truth(), "True", "a text"),
        (Truth(), None, "None"),
        (Text(("a", "b")), "d", "another text"),
        (Text(("a", "b")), 1, "a single number"),
        (Several((Real(), Array())), 1.0, "2 answers"),
        (Several((Real(), Array())), (1.0,), "2 answers"),
        (Several((Real(), Array())), (1.0, 2.0), "a single number"),
    ],
)
def test_another_form_is_named(form: Form, value: object, says: str) -> None:
    with pytest.raises(WrongForm) as caught:
        form.read(value)
    assert says in str(caught.value)


def test_a_text_is_read_without_its_case_and_spaces() -> None:
    assert Text(("a", "b")).read(" B ") == "b"


def test_several_answers_come_as_tuple_list_or_array() -> None:
    pair = Several((Real(), Real()))
    assert [float(part) for part in pair.read((1, 2))] == [1.0, 2.0]
    assert [float(part) for part in pair.read([1, 2])] == [1.0, 2.0]
    assert [float(part) for part in pair.read(np.array([1, 2]))] == [1.0, 2.0]


@pytest.mark.parametrize("depth", [70, 300])
def test_deep_nesting_is_only_a_wrong_form(depth: int) -> None:
    value: object = 1.0
    for _ in range(depth):
        value = [value]
    with pytest.raises(WrongForm):
        Array().read(value)


def function(**changes: Any) -> Function:
    mistakes = tuple(Mistake(str(n), lambda x, n=n: x + n + 1, f"hint {n}") for n in range(4))
    given = {
        "name": "f",
        "title": "F",
        "reference": lambda x: x,
        "cases": (Cases("numbers", 8, lambda rng: [(float(rng.normal()),)]),),
        "mistakes": mistakes,
    }
    return Function(**(given | changes))


def numbers(*names: str) -> tuple[Number, ...]:
    return tuple(Number(name=name, title=name, points=1, expected=1.0) for name in names)


def test_an_exercise_holds_together() -> None:
    exercise = Exercise("x", "X", 30, (function(), *numbers("a", "b")))
    assert sum(question.points for question in exercise.questions) == 10


@pytest.mark.parametrize(
    ("questions", "says"),
    [
        (lambda: (function(), *numbers("f", "b")), "share a name"),
        (lambda: (function(), *numbers("no name", "b")), "not a name"),
        (lambda: (function(), *numbers("a")), "3 to 5"),
        (lambda: (function(), *numbers("a", "b", "c")), "sum to 11"),
        (lambda: (function(mistakes=()), *numbers("a", "b")), "four mistakes"),
        (
            lambda: (Choice(name="c", title="C", points=1, correct="a", hints={"a": "no"}),),
            "has a hint against it",
        ),
        (lambda: (Choice(name="c", title="C", points=1, correct="a", hints={}),), "wrong options"),
    ],
)
def test_a_specification_that_contradicts_itself_is_refused(questions: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Exercise("x", "X", 30, questions())


def test_a_long_text_does_not_make_room_for_itself_in_every_element() -> None:
    """NumPy would take 4 TB for this; refusing it takes nothing."""
    with pytest.raises(WrongForm, match="another kind"):
        Array().read(["x" * 1_000_000] + ["y"] * 1_000_000)


def test_an_array_of_another_number_of_answers_is_not_taken_apart() -> None:
    class Whole(np.ndarray):  # type: ignore[type-arg]
        def __iter__(self) -> Any:
            raise AssertionError("millions of rows would be made")

    with pytest.raises(WrongForm, match="2 answers"):
        Several((Real(), Real())).read(np.empty((4 << 20, 0)).view(Whole))
