"""Judges answers: `plan` says what to ask a submission, `score` what its answers are worth.

Both are pure. Whatever collects the answers, the sandbox in earnest or a call in the same process
in a test, the judgement is the same.
"""

import builtins
import copy
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from course_utils.grading.answers import Answer, Call, Outcome, Request, Variable
from course_utils.grading.spec import (
    Choice,
    Claim,
    Exercise,
    Function,
    Number,
    Numbers,
    Question,
    Readout,
    Truth,
    WrongForm,
    holds_text,
)
from course_utils.grading.wire import LIMITS


@dataclass(frozen=True)
class Raises:
    """Stands for an answer that is an exception of this kind or of a kind below it."""

    exception: type[BaseException]


Expected: TypeAlias = Readout | Raises


@dataclass(frozen=True)
class Asked:
    """One request, with what is right and what each known mistake would answer."""

    question: int
    group: int
    request: Request
    expected: Expected | None
    mistaken: tuple[object, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Everything that is asked of a submission under one seed."""

    exercise: Exercise
    seed: int
    asked: tuple[Asked, ...]

    @property
    def requests(self) -> list[tuple[str, Request]]:
        """The requests, each with the name of its question, as a session takes them."""
        return [(self.question_of(asked).name, asked.request) for asked in self.asked]

    def question_of(self, asked: Asked) -> Question:
        return self.exercise.questions[asked.question]


@dataclass(frozen=True)
class Part:
    """The result of a group of cases; `note` says what went wrong, without the inputs."""

    label: str
    points: float
    earned: float
    note: str = ""


@dataclass(frozen=True)
class QuestionResult:
    """The result of a question, with everything that feedback may show."""

    name: str
    title: str
    points: float
    earned: float
    expected_form: str
    parts: tuple[Part, ...]
    mistake: str = ""
    hint: str = ""


def attempt(function: Any, arguments: tuple[object, ...]) -> object:
    """Return what trusted code returns for a copy of the arguments, or `Raises`."""
    try:
        with np.errstate(all="ignore"):
            return function(*copy.deepcopy(arguments))
    except Exception as error:
        return Raises(type(error))


def ask_function(index: int, question: Function, seed: int) -> Iterator[Asked]:
    for group, cases in enumerate(question.cases):
        # The name, and not the place, so that a new question leaves the inputs of others alone.
        rng = np.random.default_rng([seed, zlib.crc32(question.name.encode()), group])
        for arguments in cases.inputs(rng):
            right = attempt(question.reference, arguments)
            expected = right if isinstance(right, Raises) else question.answer.read(right)
            mistaken = tuple(attempt(mistake.wrong, arguments) for mistake in question.mistakes)
            yield Asked(index, group, Call(question.name, arguments), expected, mistaken)


def plan(exercise: Exercise, seed: int) -> Plan:
    """Return what to ask under this seed, with the answers. The same seed gives the same plan."""
    asked: list[Asked] = []
    for index, question in enumerate(exercise.questions):
        if isinstance(question, Function):
            asked.extend(ask_function(index, question, seed))
        elif isinstance(question, Number):
            expected = question.answer.read(question.expected)
            mistaken = tuple(mistake.wrong for mistake in question.mistakes)
            asked.append(Asked(index, 0, Variable(question.name), expected, mistaken))
        elif isinstance(question, Choice):
            asked.append(Asked(index, 0, Variable(question.name), question.correct))
        else:
            verdict = np.asarray(question.holds)
            asked.append(Asked(index, 0, Variable(question.name), verdict))
            asked.append(Asked(index, 1, Variable(question.example), None))
    return Plan(exercise, seed, tuple(asked))


def agree(got: Readout, expected: Readout, question: Function | Number) -> bool:
    """Return whether an answer in canonical form is the expected one, within the tolerances."""
    if isinstance(expected, tuple):
        return (
            isinstance(got, tuple)
            and len(got) == len(expected)
            and all(agree(g, e, question) for g, e in zip(got, expected, strict=True))
        )
    if isinstance(expected, str) or isinstance(got, str | tuple):
        return isinstance(got, str) and got == expected
    if got.shape != expected.shape:
        return False
    if expected.dtype.kind == "b":
        return got.dtype.kind == "b" and bool(np.array_equal(got, expected))
    rtol, atol = question.rtol, question.atol
    if got.dtype.type is np.float32 and isinstance(question, Function):
        rtol, atol = max(rtol, question.rtol32), max(atol, question.atol32)
    return bool(np.allclose(got, expected, rtol=rtol, atol=atol, equal_nan=True))


EMPTY = "There is no answer yet: it is still `None`."


def wrong_outcome(answer: Answer, name: str) -> str:
    """Return what to tell a student whose answer is no value."""
    return {
        Outcome.RAISED: (
            "It is not written yet: it still raises NotImplementedError."
            if answer.error == "NotImplementedError"
            else f"It raised {answer.error or 'an exception'}."
        ),
        Outcome.MISSING: f"The notebook does not define `{name}`.",
        Outcome.TIMEOUT: "It took too long.",
        Outcome.DIED: "It ended the whole process.",
        Outcome.MEMORY: "It used too much memory.",
        Outcome.UNREADABLE: unreadable(answer.error),
        Outcome.SKIPPED: "It was not tried: an earlier call took too long or ended the process.",
    }[answer.outcome]


def unreadable(kind: str) -> str:
    """Return what to tell a student whose answer is of no form that can be looked at."""
    if kind in LIMITS:
        return f"The result is {kind} to be looked at."
    article = "an" if kind[:1] in "aeio" else "a"
    return f"The result is {article} {kind}, which is no number." if kind else "It is no number."


def sentence(form: WrongForm) -> str:
    text = str(form)
    return f"{text[0].upper()}{text[1:]}."


def flaw_of(answer: Answer, asked: Asked, question: Function | Number) -> str:
    """Return what is wrong with an answer, without telling its value: nothing if it is right."""
    name = question.name
    if isinstance(asked.expected, Raises):
        kind = asked.expected.exception
        if answer.outcome is Outcome.RAISED:
            raised = getattr(builtins, answer.error, None)
            if isinstance(raised, type) and issubclass(raised, kind):
                return ""
            return f"It raised {answer.error}; `{kind.__name__}` is expected."
        if answer.outcome is Outcome.VALUE:
            return f"It returned something; `{kind.__name__}` should have been raised."
        return wrong_outcome(answer, name)
    if answer.outcome is not Outcome.VALUE:
        return wrong_outcome(answer, name)
    if answer.value is None and isinstance(asked.request, Variable):
        return EMPTY
    try:
        got = question.answer.read(answer.value)
    except WrongForm as form:
        return sentence(form)
    assert asked.expected is not None
    if agree(got, asked.expected, question):
        return ""
    if isinstance(got, np.ndarray) and isinstance(asked.expected, np.ndarray):
        if got.shape != asked.expected.shape:
            return "The shape is not the expected one."
        if np.isnan(got).any() and not np.isnan(asked.expected).any():
            return "The result holds nan, which is not a number."
        if np.isinf(got).any() and not np.isinf(asked.expected).any():
            return "The result is infinite where it should be finite."
    return "The value is wrong."


def as_numeric(value: object) -> Numbers | None:
    """Return numbers or truth values as an array, or None for anything else."""
    if holds_text(value):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, OverflowError):
        return None
    return array if array.dtype.kind in "biuf" else None


def alike(got: object, wrong: object, question: Function | Number) -> bool:
    """Return whether two answers are the same, whether or not the question accepts their form."""
    if wrong is None or isinstance(wrong, str):
        return type(got) is type(wrong) and got == wrong
    numbers = as_numeric(got), as_numeric(wrong)
    if numbers[0] is not None and numbers[1] is not None:
        return agree(numbers[0], numbers[1], question)
    return (
        isinstance(wrong, list | tuple)
        and isinstance(got, list | tuple)
        and len(got) == len(wrong)
        and all(alike(g, w, question) for g, w in zip(got, wrong, strict=True))
    )


def is_mistaken(answer: Answer, mistaken: object, question: Function | Number) -> bool:
    """Return whether an answer is what a known mistake gives."""
    if isinstance(mistaken, Raises):
        return answer.outcome is Outcome.RAISED
    return answer.outcome is Outcome.VALUE and alike(answer.value, mistaken, question)


def known_mistake(
    judged: Sequence[tuple[Asked, Answer, str]], question: Function | Number
) -> tuple[str, str]:
    """Return name and hint of the first known mistake that explains every answer, or nothing.

    Requests that stalled, died or were not run say nothing about it.
    """
    silent = {Outcome.TIMEOUT, Outcome.DIED, Outcome.MEMORY, Outcome.SKIPPED}
    spoken = [(asked, answer) for asked, answer, _ in judged if answer.outcome not in silent]
    if not spoken or not any(flaw for _, _, flaw in judged):
        return "", ""
    for index, mistake in enumerate(question.mistakes):
        if all(is_mistaken(answer, asked.mistaken[index], question) for asked, answer in spoken):
            return mistake.name, mistake.hint
    return "", ""


LUCKY = "It is right here, but the function gives the same answer to every input."


def same(one: Readout, other: Readout) -> bool:
    if isinstance(one, tuple):
        return isinstance(other, tuple) and all(map(same, one, other))
    if isinstance(one, str) or isinstance(other, str | tuple):
        return one == other
    return np.array_equal(one, other, equal_nan=True)


def is_lucky(judged: Sequence[tuple[Asked, Answer, str]], question: Function | Number) -> bool:
    """Return whether all answers are the same one, although it is not always right."""
    flawed = [bool(flaw) for _, _, flaw in judged]
    if all(flawed) or not any(flawed):
        return False
    if any(answer.outcome is not Outcome.VALUE for _, answer, _ in judged):
        return False
    try:
        first, *others = (question.answer.read(answer.value) for _, answer, _ in judged)
    except WrongForm:
        return False
    return all(same(first, other) for other in others)


def score_computed(
    question: Function | Number, judged: Sequence[tuple[Asked, Answer, str]]
) -> QuestionResult:
    """Score a question whose answers are compared with computed ones."""
    if isinstance(question, Function):
        groups = [(cases.label, cases.points) for cases in question.cases]
    else:
        groups = [(f"the value of `{question.name}`", question.points)]
    parts = []
    lucky = is_lucky(judged, question)
    for group, (label, points) in enumerate(groups):
        flaws = [flaw for asked, _, flaw in judged if asked.group == group and flaw]
        if lucky and not flaws:
            flaws = [LUCKY]
        # The first flaw speaks for the group: the later ones are mostly the same.
        parts.append(Part(label, points, 0.0 if flaws else points, flaws[0] if flaws else ""))
    mistake, hint = known_mistake(judged, question)
    return result(question, tuple(parts), mistake, hint)


def score_choice(question: Choice, answer: Answer) -> QuestionResult:
    """Score a prediction; a wrong option has its own hint."""
    note, mistake, hint = "", "", ""
    if answer.outcome is not Outcome.VALUE:
        note = wrong_outcome(answer, question.name)
    elif answer.value is None:
        note = EMPTY
    else:
        try:
            option = question.answer.read(answer.value)
        except WrongForm as form:
            note = sentence(form)
        else:
            if option != question.correct:
                note, mistake, hint = "Another option is right.", option, question.hints[option]
    earned = 0.0 if note else question.points
    part = Part(f"the value of `{question.name}`", question.points, earned, note)
    return result(question, (part,), mistake, hint)


def in_double_precision(read: Readout) -> Readout:
    """Return an example so that its judgement does not hang on the rounding of float32."""
    if isinstance(read, tuple):
        return tuple(map(in_double_precision, read))
    if isinstance(read, np.ndarray) and read.dtype.kind == "f":
        return read.astype(np.float64)
    return read


def size(read: Readout) -> int:
    if isinstance(read, tuple):
        return max((size(part) for part in read), default=0)
    return read.size if isinstance(read, np.ndarray) else 0


def flaw_of_example(question: Claim, example: Readout) -> str | None:
    """Return why an example does not show the verdict, or None if it does."""
    if size(example) > question.largest:
        return f"Give a smaller example, of at most {question.largest} numbers."
    try:
        with np.errstate(all="ignore"):
            return question.flaw(in_double_precision(example))
    except ValueError as error:
        return str(error)


def score_claim(question: Claim, verdict: Answer, example: Answer) -> QuestionResult:
    """Score a judgement: points need the verdict and an example that shows it."""
    note, mistake, hint = "", "", ""
    try:
        if verdict.outcome is not Outcome.VALUE:
            note = wrong_outcome(verdict, question.name)
        elif verdict.value is None:
            note = EMPTY
        elif bool(Truth().read(verdict.value)) is not question.holds:
            note, mistake, hint = "The verdict is wrong.", "wrong verdict", question.wrong_verdict
        elif example.outcome is not Outcome.VALUE:
            note = wrong_outcome(example, question.example)
        else:
            flaw = flaw_of_example(question, question.form.read(example.value))
            if flaw:
                note, mistake, hint = "The example does not show it.", "wrong example", flaw
    except WrongForm as form:
        note = sentence(form)
    earned = 0.0 if note else question.points
    part = Part(f"`{question.name}` with `{question.example}`", question.points, earned, note)
    return result(question, (part,), mistake, hint)


def result(
    question: Question, parts: tuple[Part, ...], mistake: str = "", hint: str = ""
) -> QuestionResult:
    earned = sum(part.earned for part in parts)
    form = question.answer.description
    return QuestionResult(
        question.name, question.title, question.points, earned, form, parts, mistake, hint
    )


def score_question(question: Question, pairs: Sequence[tuple[Asked, Answer]]) -> QuestionResult:
    """Return the result of one question, from everything that was asked for it."""
    if isinstance(question, Function | Number):
        return score_computed(
            question, [(asked, answer, flaw_of(answer, asked, question)) for asked, answer in pairs]
        )
    if isinstance(question, Choice):
        return score_choice(question, pairs[0][1])
    return score_claim(question, pairs[0][1], pairs[1][1])


def score(plan: Plan, answers: Sequence[Answer]) -> tuple[QuestionResult, ...]:
    """Return the result of every question, from the answers to `plan.requests` in their order."""
    pairs = list(zip(plan.asked, answers, strict=True))
    with np.errstate(all="ignore"):  # answers may be as large as they like
        return tuple(
            score_question(
                question, [pair for pair in pairs if plan.question_of(pair[0]) is question]
            )
            for question in plan.exercise.questions
        )
