"""Short quizzes within a chapter: choose one, tick several, or type a number.

``{quiz} quiz-label`` holds YAML whose texts are MyST; CONTRIBUTING.md shows the keys. What is right
is computed: a numeric answer and the values of known mistakes are expressions over the package, and
``check`` is a condition that must hold for the choice that is marked. Within a quiz,
``{value}`expression:format``` shows a computed number. The page has a native form, whose script is
loaded where there is a quiz alone; without the script, the folded answers remain.
"""

from __future__ import annotations

import importlib
import math
import pkgutil
import re
from functools import cache
from html import escape
from itertools import combinations
from typing import Any

import numpy as np
import yaml
from build_guard import Breaches
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxRole
from sphinx.writers.html5 import HTML5Translator
from yaml_directive import Source, YamlDirective

import course_utils

QUIZZES = Breaches("quizzes")
# No underscore: it separates the label from what the page adds.
LABEL = re.compile(r"quiz(-[a-z0-9]+)+")
# A colon within brackets or quotes belongs to the expression.
EXPRESSION_AND_FORMAT = re.compile(r"(?P<expression>.*?)(?::(?P<format>[^:()\[\]{}'\"]+))?", re.S)
KINDS = {"one": "choose one", "several": "tick all that are right", "number": "type a number"}
WHY = {
    "because": ": every choice, right or wrong, has its explanation",
    "tolerance": ": say how far from the answer a number may be",
}


class Quiz(nodes.General, nodes.Element):
    """A question with its choices; those of a numeric quiz are its answer and known mistakes."""

    @property
    def title(self) -> str:
        return f"Check yourself {self['number']}"

    @property
    def question(self) -> QuizQuestion:
        return next(child for child in self.children if isinstance(child, QuizQuestion))

    @property
    def choices(self) -> list[QuizChoice]:
        return [child for child in self.children if isinstance(child, QuizChoice)]

    @property
    def explanations(self) -> nodes.bullet_list:
        """All choices, each with the word whether it is right and its explanation."""
        items = []
        for text, because in (choice.children for choice in self.choices):
            verdict = "✓ Right:" if text.parent["right"] else "✗ Wrong:"
            sign = nodes.strong(verdict, verdict, classes=["quiz-sign"])
            repeated = nodes.paragraph("", "", sign, nodes.Text(" "), *text.deepcopy().children)
            items.append(nodes.list_item("", repeated, *because.deepcopy().children))
        listed = nodes.bullet_list("", *items)
        # Writers ask a list where it stands; it is no child, since the page would hold it twice.
        listed.parent = self
        return listed


class QuizQuestion(nodes.Element):
    """The question, which may have several paragraphs."""


class QuizChoice(nodes.Element):
    """What the reader may answer: a `QuizText` and a `QuizBecause`."""


class QuizText(nodes.TextElement):
    """The text of a choice, which is a label in the form and so has inline content alone."""


class QuizBecause(nodes.Element):
    """The explanation of a choice."""


class QuizError(ValueError):
    """What is wrong with an expression."""


# Expressions


@cache
def names() -> dict[str, Any]:
    """Return what an expression may use: NumPy, and the public names of the numeric modules."""
    found: dict[str, Any] = {"np": np}
    for module in pkgutil.iter_modules(course_utils.__path__):
        if not module.ispkg and not module.name.startswith("_") and module.name != "notebook":
            public = importlib.import_module(f"course_utils.{module.name}")
            found |= {name: getattr(public, name) for name in public.__all__}
    return found


def evaluate(expression: str) -> Any:
    try:
        # Questions about overflow and log 0 are welcome. In brackets, lines may follow each other.
        with np.errstate(all="ignore"):
            return eval(f"({expression}\n)", dict(names()))
    except Exception as error:
        raise QuizError(f"{code(expression)} gives {type(error).__name__}: {error}") from error


def code(expression: str) -> str:
    return f"`{' '.join(expression.split())}`"


def number(expression: str) -> float:
    """Return the value of an expression, which must be one finite real number."""
    value = evaluate(expression)
    try:
        found = float(value) if np.ndim(value) == 0 else math.nan
    except (TypeError, ValueError):
        found = math.nan
    if not math.isfinite(found):
        raise QuizError(f"{code(expression)} is {value!r}, and not one finite number")
    return found


def formatted(text: str) -> str:
    """Evaluate `expression:format`, in which only an integer may go without a format.

    >>> formatted("2**10"), formatted("softmax([0.0, 0.0])[0]:.2f"), formatted("[1, 2][0:1][0]:03d")
    ('1024', '0.50', '001')
    """
    parts = EXPRESSION_AND_FORMAT.fullmatch(text)
    assert parts is not None, "every text matches"
    value = evaluate(parts["expression"])
    if not parts["format"] and not isinstance(value, int | np.integer):
        raise QuizError(f"`{text}` says not how many digits are shown; end it with, say, `:.3f`")
    try:
        return format(value, parts["format"] or "")
    except (TypeError, ValueError) as error:
        raise QuizError(f"`{text}` cannot be shown: {error}") from error


def shown(value: float, tolerance: float) -> str:
    """Return a number with as many decimals as its tolerance has a use for.

    >>> shown(0.66524, 0.0005), shown(-2.0, 0.01), shown(1.25e-20, 1e-22)
    ('0.665', '−2.00', '1.25e−20')
    """
    decimals = max(0, math.ceil(-math.log10(2 * tolerance)))
    if decimals > 6:
        texts = (f"{value:.{digits}g}" for digits in range(1, 18))
        text = next(text for text in texts if abs(float(text) - value) <= tolerance)
    else:
        text = f"{value:.{decimals}f}"
    return text.replace("-", "−")


# Reading


class QuizDirective(YamlDirective):
    """Read a quiz; whatever is wrong with it is collected, and none is shown then."""

    rule = QUIZZES
    keys = "a quiz has keys: `question`, and `choices` or `answer`"
    why = WHY

    def run(self) -> list[nodes.Node]:
        quiz = self.read()
        self.register()
        return self.finish(quiz)

    def register(self) -> None:
        """Note the label, which no other quiz of the book may have."""
        label = self.arguments[0]
        labels = labels_of(self.env)
        if not LABEL.fullmatch(label):
            self.problem(None, "a label is `quiz-` with lower-case words, digits and hyphens")
        elif label in labels:
            self.problem(None, f"{self.env.doc2path(labels[label], False)} has this label already")
        else:
            labels[label] = self.env.docname

    def read(self) -> Quiz | None:
        root = self.mapping()
        if root is None:
            return None
        keys = [key.value for key, _ in root.value]
        if ("choices" in keys) == ("answer" in keys):
            self.problem(None, "a quiz has either `choices` or an `answer`")
            return None
        quiz = Quiz(ids=[self.arguments[0]], number=self.env.new_serialno("quiz") + 1)
        self.set_source_info(quiz)
        if "choices" in keys:
            parts = self.keys_of(root, ("question", "choices"), ("answers", "check"))
            answers = self.text_of(parts.get("answers"))
            quiz["kind"] = "several" if answers else "one"
            if answers and answers.text != "several":
                self.problem(answers, "`answers` is `several`, or is left out")
            choices = self.choices(parts.get("choices"), quiz["kind"])
            self.check(self.text_of(parts.get("check")))
        else:
            required = ("question", "answer", "tolerance", "because")
            parts = self.keys_of(root, required, ("unit", "mistakes"))
            quiz["kind"] = "number"
            choices = self.numbers(parts, quiz)
        quiz += self.blocks(QuizQuestion(), self.text_of(parts.get("question")))
        quiz += choices
        return quiz

    def list_of(self, node: yaml.Node | None) -> list[yaml.Node]:
        if node is not None and not isinstance(node, yaml.SequenceNode):
            self.problem(node, "here is a list expected, whose items begin with `- `")
        return list(node.value) if isinstance(node, yaml.SequenceNode) else []

    def choices(self, node: yaml.Node | None, kind: str) -> list[QuizChoice]:
        found: list[QuizChoice] = []
        seen: set[str] = set()
        for item in self.list_of(node):
            parts = self.keys_of(item, ("text", "because"), ("correct",))
            text = self.text_of(parts.get("text"))
            correct = self.text_of(parts.get("correct"))
            if correct and correct.text not in ("true", "false"):
                self.problem(correct, "`correct` is `true`, or is left out")
            if text and text.text.strip() in seen:
                self.problem(text, f"the choice {text.text.strip()!r} stands here twice")
            if text:
                seen.add(text.text.strip())
                right = bool(correct and correct.text == "true")
                found.append(self.choice(text, right, self.text_of(parts.get("because"))))
        right = sum(choice["right"] for choice in found)
        if self.problems:
            return found  # what is missing may follow from them
        if len(found) < 2:
            self.problem(node, "a quiz has two choices or more")
        elif right == 0:
            self.problem(node, "no choice is `correct: true`")
        elif right > 1 and kind == "one":
            self.problem(node, f"{right} choices are correct; add `answers: several`, or mend it")
        return found

    def choice(self, text: Source, right: bool, because: Source | None) -> QuizChoice:
        label = QuizText()
        label.line = text.line
        inline, messages = self.state.inline_text(text.text.strip(), text.line)
        label += [*inline, *messages]
        return QuizChoice("", label, self.blocks(QuizBecause(), because), right=right)

    def check(self, condition: Source | None) -> None:
        """Hold the marked choice to the condition that proves it."""
        if condition is None:
            return
        try:
            value = evaluate(condition.text)
        except QuizError as error:
            self.problem(condition, f"the check {error}")
            return
        if not (isinstance(value, bool | np.bool_) and value):
            self.problem(condition, f"the check {code(condition.text)} is {value!r}, and not True")

    def numbers(self, parts: dict[str, yaml.Node], quiz: Quiz) -> list[QuizChoice]:
        """Read the answer and the known mistakes, which must be told apart from each other."""
        tolerance = self.tolerance(self.text_of(parts.get("tolerance")))
        unit = self.text_of(parts.get("unit"))
        found = [(self.text_of(parts.get("answer")), self.text_of(parts.get("because")))]
        for item in self.list_of(parts.get("mistakes")):
            mistake = self.keys_of(item, ("value", "because"), ())
            found.append((self.text_of(mistake.get("value")), self.text_of(mistake.get("because"))))
        values: list[tuple[float, Source, Source | None]] = []
        for expression, because in found:
            if expression is not None:
                try:
                    values.append((number(expression.text), expression, because))
                except QuizError as error:
                    self.problem(expression, str(error))
        if len(values) < len(found) or tolerance is None:
            return []
        for (value, first, _), (other, second, _) in combinations(values, 2):
            if abs(value - other) <= 2 * tolerance:
                self.problem(
                    second,
                    f"{code(second.text)} cannot be told from {code(first.text)}: they are "
                    f"{other!r} and {value!r}, and the tolerance is {tolerance}",
                )
        quiz["unit"] = unit.text.strip() if unit else ""
        quiz["tolerance"] = tolerance
        # More digits would differ between processors.
        quiz["values"] = [f"{value:.12g}" for value, _, _ in values]
        return [
            self.numeric_choice(value, tolerance, quiz["unit"], because, right=place == 0)
            for place, (value, _, because) in enumerate(values)
        ]

    def numeric_choice(
        self, value: float, tolerance: float, unit: str, because: Source | None, right: bool
    ) -> QuizChoice:
        text = f"{shown(value, tolerance)} {unit}".strip()
        label = QuizText(text, text)
        return QuizChoice("", label, self.blocks(QuizBecause(), because), right=right)

    def tolerance(self, source: Source | None) -> float | None:
        if source is None:
            return None
        try:
            value = float(source.text)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and value > 0):
            self.problem(source, f"the tolerance is {source.text!r}, and not a positive number")
            return None
        return value


class ValueRole(SphinxRole):
    """Show a computed number: ``{value}`softmax([1, 2, 3])[2]:.3f```."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        try:
            text = formatted(self.text)
        except QuizError as error:
            text = "?"
            place = nodes.Element()
            place.line = self.get_source_info()[1]
            QUIZZES.add(self.env, place, str(error))
        return [nodes.inline(text, text, classes=["quiz-value"])], []


def labels_of(env: BuildEnvironment) -> dict[str, str]:
    """Return the page of each quiz."""
    if not hasattr(env, "quiz_labels"):
        env.quiz_labels = {}  # type: ignore[attr-defined]
    found: dict[str, str] = env.quiz_labels  # type: ignore[attr-defined]
    return found


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    labels = labels_of(env)
    for label in [label for label, page in labels.items() if page == docname]:
        del labels[label]


def within(node: nodes.Node, *kinds: type[nodes.Element]) -> bool:
    current: nodes.Node | None = node
    while current is not None and not isinstance(current, kinds):
        current = current.parent
    return current is not None


def check_values(app: Sphinx, doctree: nodes.document) -> None:
    """Keep computed numbers to quizzes: elsewhere the reader of the notebook can compute them."""
    for node in doctree.findall(nodes.inline):
        if "quiz-value" in node["classes"] and not within(node, Quiz):
            message = "`{value}` stands outside of a quiz; glue the number from a cell instead"
            QUIZZES.add(app.env, node, message)


# Writing


def visit_quiz(self: HTML5Translator, node: Quiz) -> None:
    """Write the form.

    The legend is plain text, and the question the description of the group: a screen reader says
    both when one tabs into it, and reads the mathematics of the question where it stands.
    """
    label = node["ids"][0]
    data = {"kind": node["kind"]}
    if node["kind"] == "number":
        data |= {"values": " ".join(node["values"]), "tolerance": f"{node['tolerance']!r}"}
        data |= {"unit": node["unit"]}
    else:
        right = [str(place) for place, choice in enumerate(node.choices) if choice["right"]]
        data |= {"right": " ".join(right)}
    attributes = "".join(f' data-{name}="{escape(text)}"' for name, text in data.items())
    # Without the script, the Enter key would send the form and load the page again; this method
    # does nothing outside of a dialogue.
    self.body.append(
        f'<form class="quiz" id="{label}" method="dialog" autocomplete="off"{attributes}>\n'
        f'<fieldset aria-describedby="{label}_question">\n'
        f"<legend>{node.title}: {KINDS[node['kind']]}</legend>\n"
        f'<div class="quiz-question" id="{label}_question">\n'
    )
    write(self, node.question)
    self.body.append("</div>\n")
    if node["kind"] == "number":
        write_input(self, node, label)
    else:
        write_choices(self, node, label)
    self.body.append(
        '</fieldset>\n<button class="quiz-check" type="submit" hidden>Check</button>\n'
        f'<div class="quiz-result" id="{label}_result" role="status"></div>\n'
        '<details class="quiz-answers">\n<summary>Answer and explanations</summary>\n'
    )
    node.explanations.walkabout(self)
    self.body.append("</details>\n</form>\n")
    raise nodes.SkipNode


def write(self: HTML5Translator, node: nodes.Element) -> None:
    for child in node.children:
        child.walkabout(self)


def write_choices(self: HTML5Translator, node: Quiz, label: str) -> None:
    kind = "radio" if node["kind"] == "one" else "checkbox"
    for place, choice in enumerate(node.choices):
        self.body.append(
            f'<div class="quiz-choice"><input type="{kind}" name="{label}" '
            f'id="{label}_{place}" value="{place}"><label for="{label}_{place}">'
        )
        write(self, choice.children[0])
        self.body.append("</label></div>\n")


def write_input(self: HTML5Translator, node: Quiz, label: str) -> None:
    # The decimal keyboard of some telephones has no minus.
    mode = "text" if any(value.startswith("-") for value in node["values"]) else "decimal"
    unit = f", in {escape(node['unit'])}" if node["unit"] else ""
    self.body.append(
        f'<div class="quiz-number"><label for="{label}_number">Your answer{unit}</label>'
        f'<input type="text" inputmode="{mode}" id="{label}_number" name="{label}" '
        f'aria-describedby="{label}_result"></div>\n'
    )


def skip(self: Any, node: Quiz) -> None:
    raise nodes.SkipNode


def add_script(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    if doctree is not None and any(doctree.findall(Quiz)):
        app.add_js_file("quiz.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    others = dict.fromkeys(("text", "latex", "man", "texinfo"), (skip, None))
    app.add_node(Quiz, html=(visit_quiz, None), **others)
    app.add_directive("quiz", QuizDirective)
    app.add_role("value", ValueRole())
    app.connect("env-purge-doc", purge)
    app.connect("doctree-read", check_values)
    app.connect("html-page-context", add_script)
    QUIZZES.connect(app)
    return {"parallel_read_safe": False}
