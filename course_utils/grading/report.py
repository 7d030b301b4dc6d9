"""The page on the class: how the scores lie, what was hard, and which mistakes were made."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_utils.grading.pages import page, prose, text
from course_utils.grading.results import Result, read_json, write

MOST_MISTAKES = 12


class NoResults(Exception):
    """The folder holds no results to report on."""


@dataclass(frozen=True)
class QuestionOfClass:
    """How a class did on one question."""

    number: int
    title: str
    points: float
    mean: float
    full: int
    """How many got all points."""
    none: int
    """How many got no point."""

    @property
    def share(self) -> float:
        return self.mean / self.points


@dataclass(frozen=True)
class MistakeOfClass:
    """A known mistake, and how many made it."""

    question: int
    name: str
    hint: str
    count: int


def questions_of_class(results: list[Result]) -> list[QuestionOfClass]:
    """Return how the class did on each question, the hardest first."""
    found = []
    for number, asked in enumerate(zip(*(r["questions"] for r in results), strict=True), start=1):
        points = asked[0]["points"]
        earned = [question["earned"] for question in asked]
        found.append(
            QuestionOfClass(
                number,
                asked[0]["title"],
                points,
                sum(earned) / len(earned),
                sum(score == points for score in earned),
                sum(score == 0 for score in earned),
            )
        )
    return sorted(found, key=lambda question: (question.share, question.number))


def mistakes_of_class(results: list[Result]) -> list[MistakeOfClass]:
    """Return the known mistakes, the most frequent first."""
    counts = Counter(
        (number, name_of_mistake(question), question["hint"])
        for result in results
        for number, question in enumerate(result["questions"], start=1)
        if question["mistake"]
    )
    return [
        MistakeOfClass(number, name, hint, count)
        for (number, name, hint), count in sorted(
            counts.items(), key=lambda item: (-item[1], item[0])
        )
    ]


def name_of_mistake(question: dict[str, Any]) -> str:
    """Return the name of a mistake; that of a wrong option is its letter."""
    option = f'`"{question["mistake"]}"`'
    return f"the answer {option}" if option in question["expected_form"] else question["mistake"]


def of_exercise(number: int, results: list[Result]) -> str:
    """Return the section on one exercise; `number` sets its identifiers apart."""
    from course_utils.plots import grading as plots

    title, points = results[0]["title"], results[0]["points"]
    scores = [result["score"] for result in results]
    mean, middle = sum(scores) / len(scores), median(scores)
    questions, mistakes = questions_of_class(results), mistakes_of_class(results)
    hardest = questions[0]
    distribution = plots.as_svg(
        plots.score_distribution(scores, points),
        f"scores{number}",
        f"Bars of how many notebooks got each number of points: {len(scores)} notebooks, "
        f"mean {mean:.1f} and median {middle:.4g} of {points:g} points.",
    )
    shares = plots.as_svg(
        plots.question_shares(
            [f"Question {question.number}" for question in questions],
            [question.share for question in questions],
        ),
        f"questions{number}",
        "Bars of the mean score of each question, the lowest on top: "
        + "; ".join(f"question {q.number}, {100 * q.share:.0f} %" for q in questions)
        + ".",
    )
    rows = "\n".join(
        f'<tr><th scope="row">{q.number}. {prose(q.title)}</th>'
        f'<td class="number">{q.mean:.1f} of {q.points:g}</td>'
        f'<td class="number">{q.full}</td><td class="number">{q.none}</td></tr>'
        for q in questions
    )
    return f"""<section aria-labelledby="exercise-{number}">
<h2 id="exercise-{number}">{text(title)}</h2>
<p>{len(scores)} graded, mean {mean:.1f}, median {middle:.4g} of {points:g} points.
Hardest: question {hardest.number}, {prose(hardest.title)}.</p>
<h3>Scores</h3>
<figure>{distribution}</figure>
<h3>Questions, the hardest first</h3>
<figure>{shares}</figure>
<table>
<thead><tr><th scope="col">Question</th><th scope="col" class="number">Mean</th>
<th scope="col" class="number">All points</th><th scope="col" class="number">No point</th></tr>
</thead>
<tbody>
{rows}
</tbody>
</table>
<h3>Known mistakes, the most frequent first</h3>
{of_mistakes(mistakes, len(scores))}
</section>"""


def of_mistakes(mistakes: list[MistakeOfClass], count: int) -> str:
    if not mistakes:
        return "<p>None of the known mistakes was made.</p>"
    rows = "\n".join(
        f'<tr><th scope="row">{m.question}: {prose(m.name)}</th>'
        f'<td>{prose(m.hint)}</td><td class="number">{m.count} of {count}</td></tr>'
        for m in mistakes[:MOST_MISTAKES]
    )
    left = len(mistakes) - MOST_MISTAKES
    more = f'<p class="quiet">And {left} rarer ones.</p>' if left > 0 else ""
    return f"""<table>
<thead><tr><th scope="col">Question and mistake</th>
<th scope="col">The hint that students got</th><th scope="col" class="number">Notebooks</th></tr>
</thead>
<tbody>
{rows}
</tbody>
</table>
{more}"""


def median(values: list[float]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def of_rest(entries: list[dict[str, Any]]) -> str:
    """Return the section on what has no score."""
    rest = [entry for entry in entries if entry["status"] != "graded"]
    if not rest:
        return ""
    rows = "\n".join(
        f'<tr><th scope="row" class="name">{text(entry["student"])}</th>'
        f'<td class="name">{text(entry["status"])}: {text(entry["reason"])}'
        f'<br><span class="quiet">{text(entry["file"])}</span></td></tr>'
        for entry in rest
    )
    return f"""<section aria-labelledby="rest">
<h2 id="rest">Without a score</h2>
<table>
<thead><tr><th scope="col">Student</th><th scope="col">Why, and the file</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</section>"""


def write_report(folder: Path) -> Path:
    """Write ``report.html`` into a folder of results, and return its path.

    Raises
    ------
    NoResults
        If nothing has been graded in this folder.
    CannotWrite
        If the page cannot be written.
    """
    entries = read_json(folder / "index.json").get("submissions")
    if not isinstance(entries, list):
        raise NoResults(f"{folder}: no results of `grade` are in this folder")
    exercises: dict[tuple[str, str], list[Result]] = {}
    for entry in entries:
        if entry["status"] == "graded":
            result = read_json(folder / "results" / f"{entry['id']}.json")
            if not result:
                raise NoResults(f"{folder}: a result is missing; run `grade` again")
            # Variants of an exercise differ in their questions, and so do its versions.
            exercises.setdefault((result["exercise"], result["version"]), []).append(result)
    counts = Counter(entry["status"] for entry in entries)
    summary = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    sections = [
        of_exercise(number, results)
        for number, (_, results) in enumerate(sorted(exercises.items()), start=1)
    ]
    body = "\n".join(
        [
            "<h1>The class at a glance</h1>",
            f"<p>{len(entries)} notebooks: {summary}.</p>",
            *sections,
            of_rest(entries),
        ]
    )
    path = folder / "report.html"
    write(path, page("The class at a glance", body))
    return path
