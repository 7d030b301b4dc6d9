"""What is asked of a submission and what comes back: the seam between session and judge."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True)
class Call:
    """Call the function of this name with these positional arguments.

    An argument is what `wire.encode` accepts: a number, a string, a list, an array and the like.
    """

    function: str
    arguments: tuple[object, ...]


@dataclass(frozen=True)
class Variable:
    """Read the variable of this name."""

    name: str


Request: TypeAlias = Call | Variable


class Outcome(StrEnum):
    """What became of a request."""

    VALUE = "value"
    """There is a value, of a form that can be sent."""
    RAISED = "raised"
    """The call raised an exception."""
    MISSING = "missing"
    """No cell has left such a name, or what a call names cannot be called."""
    TIMEOUT = "timeout"
    """There was no reply in time."""
    DIED = "died"
    """The process of the submission ended, or broke the protocol."""
    MEMORY = "memory"
    """The memory that a submission may use was exhausted."""
    UNREADABLE = "unreadable"
    """The value is of no form that can be sent, such as a function, or is too large."""
    SKIPPED = "skipped"
    """It was not run: its question had stalled or died twice, or the submission's time was up."""


@dataclass(frozen=True)
class Answer:
    """The outcome of one request.

    `error` is the name of a built-in exception, or a word for a form that cannot be sent. It never
    holds text of the submission's own, which could carry hidden inputs to the feedback.
    """

    outcome: Outcome
    value: object = None
    error: str = ""


class NotGraded(Exception):
    """The infrastructure failed: this says nothing about the submission, which gets no mark."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
