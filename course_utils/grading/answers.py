"""What is asked of a submission and what comes back: the seam between session and judge."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True)
class Call:
    """A call of a function that the student wrote, with positional arguments only."""

    function: str
    arguments: tuple[object, ...]


@dataclass(frozen=True)
class Variable:
    """The value of a variable that the student set."""

    name: str


Request: TypeAlias = Call | Variable


class Outcome(StrEnum):
    """How a request ended."""

    VALUE = "value"
    RAISED = "raised"
    MISSING = "missing"
    """There is no such name, or it cannot be called."""
    TIMEOUT = "timeout"
    DIED = "died"
    MEMORY = "memory"
    UNREADABLE = "unreadable"
    """The result is not of a kind that can be sent, such as a function or a generator."""
    SKIPPED = "skipped"
    """Not run: an earlier request of the question stalled or died, or the time was used up."""


@dataclass(frozen=True)
class Answer:
    """The answer to one request.

    ``error`` is the name of a built-in exception or the kind of an unreadable value. It is never
    text of the student's, which could carry hidden inputs to the outside.
    """

    outcome: Outcome
    value: object = None
    error: str = ""


class NotGraded(Exception):
    """Grading failed for a reason that is not the student's: no score may be recorded."""
