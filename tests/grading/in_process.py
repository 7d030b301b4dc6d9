"""Answers without a sandbox: for solutions and mutants that the course itself wrote."""

from __future__ import annotations

import contextlib
import copy
import io
import signal
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from course_utils.grading.answers import Answer, Call, Outcome, Request
from course_utils.grading.wire import Unreadable, decode, encode


class TooSlow(BaseException):
    """Raised by the alarm; no `except Exception` of a mutant swallows it."""


@contextlib.contextmanager
def deadline(seconds: float) -> Iterator[None]:
    def ring(*_: object) -> None:
        raise TooSlow

    previous = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def run(cells: Sequence[str]) -> dict[str, Any]:
    """Return the namespace that the cells leave behind; a cell that raises is passed over."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for source in cells:
        with (
            contextlib.suppress(Exception),
            contextlib.redirect_stdout(io.StringIO()),
            np.errstate(all="ignore"),
        ):
            exec(compile(source, "<cell>", "exec"), namespace)
    return namespace


def built_in(error: BaseException) -> str:
    return next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")


def answer(request: Request, namespace: dict[str, Any], seconds: float = 2.0) -> Answer:
    name = request.function if isinstance(request, Call) else request.name
    if name not in namespace:
        return Answer(Outcome.MISSING)
    try:
        with deadline(seconds), np.errstate(all="ignore"):
            value = namespace[name]
            if isinstance(request, Call):
                value = value(*copy.deepcopy(request.arguments))
        return Answer(Outcome.VALUE, decode(encode(value)))
    except TooSlow:
        return Answer(Outcome.TIMEOUT)
    except Unreadable as error:
        return Answer(Outcome.UNREADABLE, error=str(error))
    except Exception as error:
        return Answer(Outcome.RAISED, error=built_in(error))


def answers(requests: Sequence[tuple[str, Request]], namespace: dict[str, Any]) -> list[Answer]:
    """Answer all requests; after a stall the rest of its question is skipped."""
    found: list[Answer] = []
    stalled: set[str] = set()
    for question, request in requests:
        if question in stalled:
            found.append(Answer(Outcome.SKIPPED))
            continue
        found.append(answer(request, namespace))
        if found[-1].outcome is Outcome.TIMEOUT:
            stalled.add(question)
    return found
