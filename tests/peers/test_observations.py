"""Every stored outcome of a call holds today, where its library is installed; ours are right."""

import conventions
import edge_cases
import numpy as np
import pytest
from observations import (
    LIBRARIES,
    UNDEFINED,
    Case,
    Outcome,
    agree,
    answer_to,
    comparable,
    describe,
    is_wrong,
    observe,
    read,
    stored_outcome,
    truth_of,
)

STORED = read()
CASES = [case for topic in (edge_cases.TOPICS | conventions.TOPICS).values() for case in topic]
CALLS = [
    pytest.param(case, library, id=f"{library}: {call}")
    for case in CASES
    for library, call in case.calls.items()
]


@pytest.mark.parametrize(("case", "library"), CALLS)
def test_the_library_still_does_what_is_stored(case: Case, library: str) -> None:
    stored = stored_outcome(STORED, library, case.calls[library])
    if not comparable(STORED, library):
        pytest.skip(f"{library} is not installed, or is older than what is stored")
    found = observe(library, case.calls[library])
    assert agree(case, stored, found), (
        f"{library} has changed: {case.calls[library]} gave {stored} and gives {found}. See "
        "whether the pages still say what holds, then run record_observations.py"
    )


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.truth is not None], ids=lambda case: case.name
)
def test_ours_is_never_wrong(case: Case) -> None:
    outcome = observe("This course", case.calls["This course"])
    assert not is_wrong(truth_of(case), outcome)
    assert not outcome.warns


def test_the_store_holds_no_call_that_is_not_made_any_more() -> None:
    stored = {(library, call) for library, of in STORED["outcomes"].items() for call in of}
    assert stored == {(library, call) for case in CASES for library, call in case.calls.items()}
    assert STORED["libraries"].keys() == LIBRARIES.keys()


def test_a_change_is_seen() -> None:
    case = Case("", {}, truth="0")
    assert agree(case, Outcome("nan"), Outcome("nan"))
    assert not agree(case, Outcome("nan"), Outcome("0"))
    assert not agree(case, Outcome("nan"), Outcome("nan", warns=True))
    noisy = Case("", {}, truth="0", noise=True)
    assert agree(noisy, Outcome("1e-17"), Outcome("2e-17"))
    assert not agree(noisy, Outcome("1e-17"), Outcome("0"))  # mended
    assert not agree(noisy, Outcome("0"), Outcome("1e-17"))  # broken


def test_what_is_wrong() -> None:
    assert is_wrong("0", Outcome("1e-20"))
    assert is_wrong("inf", Outcome("nan"))
    assert not is_wrong("inf", Outcome("inf", warns=True))
    assert not is_wrong("inf", Outcome("ValueError"))
    assert is_wrong(UNDEFINED, Outcome("1"))
    assert is_wrong(UNDEFINED, Outcome("[1, 0]"))
    assert not is_wrong(UNDEFINED, Outcome("[nan, nan]"))
    assert not is_wrong(None, Outcome("1"))


def test_outcomes_are_written_in_four_digits() -> None:
    assert describe(np.float32(-0.0)) == "0"
    assert describe([[0.12345, 1], [np.inf, -np.nan]]) == "[[0.1235, 1], [inf, nan]]"
    assert describe((1, "yes")) == "1, yes"
    assert describe(np.zeros((2, 0))) == "empty"
    assert describe(np.dtype(np.float16)) == "float16"
    assert truth_of(Case("", {}, truth="exp(-800)")) == "0"
    assert truth_of(Case("", {}, truth="kl([7, 3], [1, 1])")) == "0.08228"
    assert observe("Formula", "1 / 0") == Outcome("ZeroDivisionError")
    assert observe("Formula", "np.array(1.0) / 0") == Outcome("inf", warns=True)


def test_an_answer_is_found_by_its_value() -> None:
    case = Case("", {}, answers={"the sum": "1 + 2", "the mean": "(1 + 2) / 2"})
    assert answer_to(case, Outcome("3")) == "the sum"
    with pytest.raises(AssertionError, match="is none of"):
        answer_to(case, Outcome("2"))
    ambiguous = Case("", {}, answers={"the sum": "1 + 2", "three": "3"})
    with pytest.raises(AssertionError, match="coincide"):
        answer_to(ambiguous, Outcome("3"))
