"""What an exercise asks and which answers it accepts.

``spec.py`` of an exercise builds one `Exercise` from questions of four kinds: a `Function` to
write, a `Number` to find, a `Choice` to predict before running, and a `Claim` to judge with an
example. Answers are found by name, in whichever cell of the notebook they stand.

Specifications are trusted code: they hold the reference answers and never enter the sandbox.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.generic]
Readout: TypeAlias = Numbers | str | tuple["Readout", ...]
"""An answer in its canonical form: an array (0-d for one number), a text, or a tuple of them."""

POINTS = 10
"""Every exercise is worth this many points, so that the exercises of a course weigh the same."""


class WrongForm(Exception):
    """The answer is not of the form that the question accepts; the message says in which way."""


class Form(Protocol):
    """The form of an answer: how it is described to students, and how it is read."""

    @property
    def description(self) -> str: ...

    def read(self, value: object) -> Readout:
        """Return the answer in canonical form, or raise `WrongForm`."""
        ...


def name_of_kind(value: object) -> str:
    """Return what a student would call the kind of this value."""
    if value is None:
        return "None (is a `return` missing?)"
    if isinstance(value, bool | np.bool_):
        return "a truth value"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, np.ndarray):
        return f"an array with {value.ndim} axes" if value.ndim != 1 else "an array with one axis"
    if isinstance(value, list | tuple | dict):
        return f"a {type(value).__name__}"
    return "a single number"


def holds_text(value: object) -> bool:
    """Return whether there is a text in a value, however deep.

    None may get into `np.asarray`: its array would give each element the room of the longest text,
    and a few thousand elements beside a long one exhaust the memory of the trusted process.
    """
    return isinstance(value, str) or (
        isinstance(value, list | tuple) and any(map(holds_text, value))
    )


def as_numbers(value: object, expected: str) -> Numbers:
    """Return real numbers as an array; integers become float64, float32 stays."""
    if isinstance(value, str | dict | bool | np.bool_) or value is None:
        raise WrongForm(f"{expected} is expected, not {name_of_kind(value)}")
    if holds_text(value):
        raise WrongForm(f"{expected} is expected, not values of another kind")
    try:
        array = np.asarray(value)
    except (ValueError, OverflowError) as error:
        raise WrongForm(f"{expected} is expected, not a ragged list") from error
    if array.dtype.kind not in "iuf":
        raise WrongForm(f"{expected} is expected, not values of another kind")
    return array if array.dtype.type is np.float32 else array.astype(np.float64)


@dataclass(frozen=True)
class Real:
    """One number: int, float, NumPy scalar or 0-d array."""

    description: str = "one number"

    def read(self, value: object) -> Numbers:
        array = as_numbers(value, self.description)
        if array.ndim:
            raise WrongForm(f"{self.description} is expected, not {name_of_kind(value)}")
        return array


@dataclass(frozen=True)
class Array:
    """Numbers along `axes` axes, as list, tuple or array."""

    axes: int = 1
    description: str = ""

    def __post_init__(self) -> None:
        if not self.description:
            words = {1: "one axis", 2: "two axes", 3: "three axes"}
            text = f"a list or array of numbers with {words[self.axes]}"
            object.__setattr__(self, "description", text)

    def read(self, value: object) -> Numbers:
        array = as_numbers(value, self.description)
        if array.ndim != self.axes:
            raise WrongForm(f"{self.description} is expected, not {name_of_kind(value)}")
        return array


@dataclass(frozen=True)
class Truth:
    """``True`` or ``False``, of Python or NumPy."""

    description: str = "`True` or `False`"

    def read(self, value: object) -> Numbers:
        if isinstance(value, np.ndarray) and value.shape == () and value.dtype.kind == "b":
            return value
        if isinstance(value, bool | np.bool_):
            return np.asarray(value)
        raise WrongForm(f"{self.description} is expected, not {name_of_kind(value)}")


@dataclass(frozen=True)
class Text:
    """One of a few texts, whatever its case and the spaces around it."""

    options: tuple[str, ...]

    @property
    def description(self) -> str:
        return "one of " + ", ".join(f'`"{option}"`' for option in self.options)

    def read(self, value: object) -> str:
        if not isinstance(value, str):
            raise WrongForm(f"{self.description} is expected, not {name_of_kind(value)}")
        text = value.strip().casefold()
        if text not in self.options:
            raise WrongForm(f"{self.description} is expected, not another text")
        return text


@dataclass(frozen=True)
class Several:
    """A fixed number of answers together, such as a loss and its gradient."""

    forms: tuple[Form, ...]

    @property
    def description(self) -> str:
        return "together: " + "; then ".join(form.description for form in self.forms)

    def read(self, value: object) -> tuple[Readout, ...]:
        if isinstance(value, np.ndarray) and value.ndim and len(value) == len(self.forms):
            value = list(value)
        if not isinstance(value, list | tuple) or len(value) != len(self.forms):
            raise WrongForm(f"{len(self.forms)} answers are expected ({self.description})")
        return tuple(form.read(part) for form, part in zip(self.forms, value, strict=True))


@dataclass(frozen=True)
class Cases:
    """Calls that are worth points together: all of them have to be right.

    Parameters
    ----------
    label : str
        What is tried, in words a student may read: "probabilities with exact zeros". It never
        tells the inputs themselves.
    points : float
        Points for the whole group.
    inputs : callable
        Draws the hidden inputs from a `numpy.random.Generator`: a sequence of tuples of positional
        arguments (arrays, lists, numbers, texts).
    """

    label: str
    points: float
    inputs: Callable[[np.random.Generator], Sequence[tuple[Any, ...]]]


@dataclass(frozen=True)
class Mistake:
    """A known mistake, and the hint that a student gets who made it.

    For a function, `wrong` computes what the mistaken function returns; for a number it is the
    mistaken value itself.
    """

    name: str
    wrong: Any
    hint: str


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function to write.

    Expected answers come from `reference`; where it raises, the student's function must raise the
    same exception or a subclass. An answer x agrees with y if |x − y| ≤ atol + rtol·|y|, nan with
    nan; `rtol32` and `atol32` hold for answers in float32.
    """

    kind: ClassVar[str] = "function"
    name: str
    title: str
    reference: Callable[..., object]
    cases: tuple[Cases, ...]
    mistakes: tuple[Mistake, ...]
    answer: Form = field(default_factory=Real)
    rtol: float = 1e-8
    atol: float = 1e-12
    rtol32: float = 1e-4
    atol32: float = 1e-6

    @property
    def points(self) -> float:
        return sum(group.points for group in self.cases)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def __post_init__(self) -> None:
        if len(self.mistakes) < 4:
            raise ValueError(f"{self.name}: a function knows four mistakes or more")


@dataclass(frozen=True, kw_only=True)
class Number:
    """A value to find and to store in the variable `name`: a number, an array, a truth value."""

    kind: ClassVar[str] = "number"
    name: str
    title: str
    points: float
    expected: object
    mistakes: tuple[Mistake, ...] = ()
    answer: Form = field(default_factory=Real)
    rtol: float = 1e-4
    atol: float = 1e-9

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A prediction: the variable `name` holds the letter of an option; wrong ones have hints."""

    kind: ClassVar[str] = "choice"
    name: str
    title: str
    points: float
    correct: str
    hints: Mapping[str, str]

    @property
    def answer(self) -> Text:
        return Text(tuple(sorted({self.correct, *self.hints})))

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def __post_init__(self) -> None:
        if self.correct in self.hints:
            raise ValueError(f"{self.name}: the correct option has a hint against it")
        if not self.hints:
            raise ValueError(f"{self.name}: a choice needs wrong options, each with its hint")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A claim to judge: `name` holds ``True`` or ``False``, and `example` what shows it.

    Points are given for the verdict together with an example that shows it, since a bare verdict
    is guessed half of the time. `flaw` takes the example as read by `form`, in float64, and
    returns None if it shows the verdict, else what is wrong with it, in words for the student; the
    message of a ``ValueError`` counts as such words. It never sees an array of more than `largest`
    numbers, so that no example can exhaust the trusted process.
    """

    kind: ClassVar[str] = "claim"
    name: str
    title: str
    points: float
    holds: bool
    example: str
    form: Form
    flaw: Callable[[Any], str | None]
    wrong_verdict: str
    """The hint for a wrong verdict."""
    largest: int = 100

    @property
    def answer(self) -> Several:
        return Several((Truth(), self.form))

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, self.example)


Question: TypeAlias = Function | Number | Choice | Claim


@dataclass(frozen=True)
class Exercise:
    """Three to five questions on a chapter, worth `POINTS` together."""

    slug: str
    title: str
    minutes: int
    questions: tuple[Question, ...]

    def __post_init__(self) -> None:
        names = [name for question in self.questions for name in question.names]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.slug}: two questions share a name among {names}")
        for name in names:
            if not name.isidentifier():
                raise ValueError(f"{self.slug}: {name!r} is not a name in Python")
        if not 3 <= len(self.questions) <= 5:
            raise ValueError(f"{self.slug}: an exercise has 3 to 5 questions")
        total = sum(question.points for question in self.questions)
        if total != POINTS:
            raise ValueError(f"{self.slug}: the points sum to {total}, not to {POINTS}")
