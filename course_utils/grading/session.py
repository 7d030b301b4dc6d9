"""The trusted side of one submission: runs its cells, asks for values, survives what it does."""

import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from course_utils.grading import wire
from course_utils.grading.answers import Answer, Call, NotGraded, Outcome, Request
from course_utils.grading.sandbox import Died, Exhausted, Isolation, Limits, Stalled, Worker
from course_utils.grading.worker import BUILTIN, MAX_MESSAGE

STRIKES = 2
"""After so many stalls and deaths in a question the rest of it is skipped."""


class Ending(StrEnum):
    """How the run of a cell ended."""

    OK = "ok"
    RAISED = "raised"
    STALLED = "stalled"
    DIED = "died"
    MEMORY = "memory"
    SKIPPED = "skipped"
    """It was not run: the time of the submission was up."""


@dataclass(frozen=True)
class CellReport:
    """What became of a cell.

    `error`, `message` and `line` say what it raised and where. They are the submission's own text,
    at most 300 printable characters each; no hidden input has been sent when they are made.
    """

    ending: Ending
    error: str = ""
    message: str = ""
    line: int = 0


class Session:
    """Runs one submission: first its cells, then calls of what they define.

    A cell or a call that stalls or dies costs itself alone: the next worker runs the other cells
    again and goes on. What was found about a cell the first time is not changed by later runs.

    Parameters
    ----------
    cells : sequence of str
        The code cells in order; all share one namespace.
    isolation : {"bubblewrap", "limits"}
        How the submission is kept apart; see `sandbox`.
    limits : Limits
        What it may use.
    hidden : sequence of Path
        Folders that shall be empty in the sandbox wherever it would show them.
    step : callable, optional
        Is told each cell, and each question, before its code runs.

    Raises
    ------
    NotGraded
        From each method, if a worker cannot be started. That is no fault of the submission.

    Notes
    -----
    Use it in a single thread, which must live as long: the kernel ends a sandbox with the thread
    that has started it. Several sessions may run in as many threads.
    """

    def __init__(
        self,
        cells: Sequence[str],
        *,
        isolation: Isolation,
        limits: Limits | None = None,
        hidden: Sequence[Path] = (),
        step: Callable[[str], None] | None = None,
    ) -> None:
        self._cells = list(cells)
        self._isolation = isolation
        self._limits = limits or Limits()
        self._hidden = tuple(hidden)
        self._step = step or (lambda name: None)
        self._worker: Worker | None = None
        self._left_out: set[int] = set()
        self._reports: list[CellReport] = []
        self._deadline = math.inf  # until the first worker has started

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def run_cells(self) -> list[CellReport]:
        """Run every cell in order, and say what became of each."""
        self._ready()
        return list(self._reports)

    def evaluate(self, requests: Sequence[tuple[str, Request]]) -> list[Answer]:
        """Return the answers to requests, each with the name of the question that it belongs to.

        After the second stall or death within a question the rest of it is skipped, and so is
        everything when the time of the submission is up.

        Raises
        ------
        ValueError
            If an argument of a call is of no form that can be sent.
        """
        messages = [_message(request) for _, request in requests]
        strikes: Counter[str] = Counter()
        answers = []
        for (question, _), message in zip(requests, messages, strict=True):
            if strikes[question] >= STRIKES or not self._ready():
                answers.append(Answer(Outcome.SKIPPED))
                continue
            self._step(f"question {question}")
            answer = self._answer(self._exchange(message, self._limits.call))
            answers.append(answer)
            strikes[question] += self._worker is None
        return answers

    def _remaining(self) -> float:
        return self._deadline - time.monotonic()

    def _ready(self) -> bool:
        """Have a worker that has run every cell; return False if the time is up."""
        while self._worker is None and self._remaining() > 0:
            self._start()
            for index in range(len(self._cells)):
                if self._worker is None:
                    break
                if index not in self._left_out:
                    self._run(index)
        missing = len(self._cells) - len(self._reports)
        self._reports += [CellReport(Ending.SKIPPED)] * missing
        return self._worker is not None and self._remaining() > 0

    def _start(self) -> None:
        """Start a worker, unless the time runs out while it starts."""
        first = math.isinf(self._deadline)
        seconds = min(self._limits.start, self._remaining())
        try:
            self._worker = Worker(self._isolation, self._limits, self._hidden, seconds)
        except NotGraded:
            if self._remaining() > 0:
                raise
        if first:
            self._deadline = time.monotonic() + self._limits.submission

    def _stop(self) -> None:
        """End the worker, if there is one."""
        if self._worker is not None:
            self._worker.end()
            self._worker = None

    def _exchange(self, message: dict[str, Any], seconds: float) -> dict[str, Any] | Outcome:
        """Return the worker's reply, or what became of the worker, which is then no more."""
        assert self._worker is not None
        try:
            return self._worker.exchange(message, min(seconds, self._remaining()))
        except Stalled:
            outcome = Outcome.TIMEOUT
        except Exhausted:
            outcome = Outcome.MEMORY
        except Died:
            outcome = Outcome.DIED
        self._worker = None
        return outcome

    def _run(self, index: int) -> None:
        """Run a cell, and report of it if that is the first time."""
        source = self._cells[index]
        self._step(f"cell {index + 1}")
        try:
            reply = self._exchange(
                {"cell": source, "name": f"<code cell {index + 1}>"}, self._limits.cell
            )
        except wire.Unreadable:  # it was never sent
            reply = {"raised": "SyntaxError", "message": "the cell is too long", "line": 0}
        report = self._report(reply)
        if self._worker is None:
            self._left_out.add(index)
        if index == len(self._reports):
            self._reports.append(report)

    def _report(self, reply: dict[str, Any] | Outcome) -> CellReport:
        match reply:
            case Outcome():
                return CellReport(_ENDINGS[reply])
            case {"done": True}:
                return CellReport(Ending.OK)
            case {"raised": str(error), "message": str(message), "line": int(line)}:
                if self._is_exhausted(reply):
                    self._stop()
                ending = Ending.MEMORY if "memory" in reply else Ending.RAISED
                return CellReport(ending, _shown(error), _shown(message), min(max(line, 0), 10**6))
        self._stop()
        return CellReport(Ending.DIED)

    def _answer(self, reply: dict[str, Any] | Outcome) -> Answer:
        match reply:
            case Outcome():
                return Answer(reply)
            case {"value": tagged}:
                try:
                    return Answer(Outcome.VALUE, wire.decode(tagged))
                except wire.Unreadable as error:
                    return Answer(Outcome.UNREADABLE, error=error.kind)
            case {"missing": True}:
                return Answer(Outcome.MISSING)
            case {"unreadable": str(kind)}:
                return Answer(Outcome.UNREADABLE, error=wire.Unreadable(kind).kind)
            case {"raised": str(error)}:
                if self._is_exhausted(reply):
                    self._stop()
                if "memory" in reply:
                    return Answer(Outcome.MEMORY)
                return Answer(Outcome.RAISED, error=error if error in _ERRORS else "Exception")
        self._stop()
        return Answer(Outcome.DIED)

    @staticmethod
    def _is_exhausted(reply: dict[str, Any]) -> bool:
        return "memory" in reply and not reply.get("room")


_ERRORS = frozenset(kind.__name__ for kind in BUILTIN)
_ENDINGS = {
    Outcome.TIMEOUT: Ending.STALLED,
    Outcome.DIED: Ending.DIED,
    Outcome.MEMORY: Ending.MEMORY,
}


def _message(request: Request) -> dict[str, Any]:
    """Return what asks the worker for an answer."""
    if not isinstance(request, Call):
        return {"name": request.name}
    try:
        message: dict[str, Any] = {
            "name": request.function,
            "call": [wire.encode(argument) for argument in request.arguments],
        }
        wire.pack(message)
    except wire.Unreadable as error:
        raise ValueError(f"an argument of {request.function} cannot be sent: {error}") from error
    return message


def _shown(text: str) -> str:
    """Return text of a submission in a form that can be printed anywhere."""
    return "".join(c if c.isprintable() else " " for c in text[:MAX_MESSAGE])
