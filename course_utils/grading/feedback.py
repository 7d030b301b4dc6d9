"""The page that a student gets: what was scored, what was tried, and a hint for a known mistake.

It shows no hidden input and no answer: only what `judge.score` says for students to read, and the
errors of cells that failed before anything hidden was sent.
"""

import re
import unicodedata
from typing import Any

from course_utils.grading.pages import page, points, prose, text
from course_utils.grading.submissions import Submission

NOT_THERE = (
    "Where it was graded there is Python's own library, with NumPy, SciPy and Matplotlib, and no "
    "other package."
)
HAND_IN = (
    "What can be graded is the file with the ending `.ipynb` that Jupyter saves, and that Colab "
    "gives under *File*, *Download*. Whether you may still hand it in, your lecturer can tell you."
)
ENDINGS = {
    "raised": "raised an error",
    "stalled": "did not end in time, and was left out",
    "died": "ended the whole process, and was left out",
    "memory": "used too much memory, and was left out",
    "skipped": "was not run, since the time for the notebook was used up",
}


def file_name(submission: Submission) -> str:
    """Return the name of a student's page: readable, and unique whatever the student is called."""
    name = unicodedata.normalize("NFKD", submission.student.name).encode("ascii", "ignore").decode()
    readable = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40].strip("-")
    return f"{readable or 'submission'}-{submission.id}.html"


def of_part(part: dict[str, Any]) -> str:
    full = part["earned"] == part["points"]
    verdict = '<span class="good">Right.</span>' if full else prose(part["note"])
    score = points(part["earned"], part["points"])
    return (
        f'<tr><th scope="row">{prose(part["label"])}</th><td>{verdict}</td>'
        f'<td class="number">{score}</td></tr>'
    )


def of_question(number: int, question: dict[str, Any]) -> str:
    """Return the section on one question."""
    full = question["earned"] == question["points"]
    mood = "good" if full else "bad"
    score = points(question["earned"], question["points"])
    rows = "\n".join(map(of_part, question["parts"]))
    hint = f'<p class="hint"><strong>Hint.</strong> {prose(question["hint"])}</p>'
    return f"""<section aria-labelledby="question-{number}">
<h2 id="question-{number}">Question {number}. {prose(question["title"])}</h2>
<p><span class="{mood}">{score}</span></p>
<table>
<thead><tr><th scope="col">What was tried</th><th scope="col">What was found</th>
<th scope="col" class="number">Score</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
<p class="quiet">Expected as <code>{text(question["name"])}</code>:
{prose(question["expected_form"])}.</p>
{hint if question["hint"] else ""}
</section>"""


def of_cells(cells: list[dict[str, Any]]) -> str:
    """Return the section on the cells that failed."""
    if not cells:
        return ""
    items = []
    for cell in cells:
        place = f", line {cell['line']}" if cell["line"] else ""
        message = ": ".join(filter(None, (cell["error"], cell["message"])))
        shown = f"<pre>{text(message)}</pre>" if message else ""
        if cell["error"] in ("ModuleNotFoundError", "ImportError"):
            shown += f"<p>{NOT_THERE}</p>"
        ending = ENDINGS[cell["ending"]]
        items.append(f"<li>Code cell {cell['number']}{place} {ending}.{shown}</li>")
    return f"""<section aria-labelledby="cells">
<h2 id="cells">Cells that did not run to their end</h2>
<p>The notebook was run from top to bottom in a fresh session. The other cells ran on without
these.</p>
<ul>
{chr(10).join(items)}
</ul>
</section>"""


def of_total(result: dict[str, Any]) -> str:
    """Return the score, with a pointer to the cells that failed, from which much else may come."""
    total = points(result["score"], result["points"])
    failed = len(result["cells"])
    cells = "One cell" if failed == 1 else f"{failed} cells"
    pointer = f'<p>{cells} did not run to the end: <a href="#cells">see below</a>.</p>'
    return f'<p class="total"><strong>{total}</strong></p>\n{pointer if failed else ""}'


def render(submission: Submission, result: dict[str, Any]) -> str:
    """Return the page on one notebook, graded or not."""
    title = result.get("title") or "Exercise"
    whose = (
        f'<p class="quiet name">{text(submission.student.name)}, file {text(submission.path)}</p>'
    )
    if result["status"] != "graded":
        at_fault = result["fault"] == "notebook"
        why = result["reason"] if at_fault else "your lecturer has been told why"
        what_to_do = f"<p>{prose(HAND_IN)}</p>" if at_fault else ""
        return page(
            f"{title}: not graded",
            f"<h1>{text(title)}</h1>\n{whose}\n"
            f'<p class="total"><span class="bad">Not graded</span></p>\n'
            f"<p>This notebook could not be graded, and no score was recorded: {text(why)}.</p>\n"
            f"{what_to_do}",
        )
    questions = "\n".join(
        of_question(number, question)
        for number, question in enumerate(result["questions"], start=1)
    )
    return page(
        f"{title}: {points(result['score'], result['points'])}",
        f"""<h1>{text(title)}</h1>
{whose}
{of_total(result)}
{questions}
{of_cells(result["cells"])}""",
    )
