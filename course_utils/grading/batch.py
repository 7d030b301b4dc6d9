"""Grades a folder of submissions, in whatever number, and survives what they do.

A run that was killed goes on where it stopped: results are stored one by one, and those that are
valid are not made anew. The tables are written at the end, from all results, and are the same
bytes however often the run was interrupted.
"""

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path

from course_utils.grading import feedback, tables
from course_utils.grading.answers import NotGraded
from course_utils.grading.executors import BrokenExecutor, alone, dask, end_stillborn, threads
from course_utils.grading.grader import (
    GRADED,
    GRADING,
    NOT_GRADED,
    NOTEBOOK,
    Material,
    Undecided,
    choose,
    grade_notebook,
)
from course_utils.grading.notebooks import UnreadableNotebook
from course_utils.grading.progress import progress
from course_utils.grading.results import Result, Store, append, as_json, digest, key_of, write
from course_utils.grading.sandbox import Isolation, Limits
from course_utils.grading.submissions import Found, Student, Submission, find, read
from course_utils.grading.tables import SUPERSEDED, Row

Say = Callable[[str], None]
QUARANTINED = (
    "quarantined: the grader died more than once while it was at this notebook; look at it, and "
    "grade it with --retry-quarantined, or by hand"
)


class Refused(Exception):
    """Nothing is graded, since it could not be graded rightly; the message says what to do."""


@dataclass(frozen=True)
class Task:
    """A submission that is to be graded."""

    submission: Submission
    material: Material
    sha256: str

    @property
    def subject(self) -> str:
        """What the journal calls it: another notebook in its place has a record of its own."""
        return f"{self.submission.id}-{self.sha256[:16]}"


@dataclass(frozen=True)
class Options:
    """How to grade; see ``python -m course_utils.grading grade --help``."""

    submissions: Path
    out: Path
    materials: dict[str, Material]
    hidden: tuple[Path, ...] = ()
    """Folders that no submission may see; those of submissions and results are so anyway."""
    assignment: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Which variant of an exercise each student was given, by student and slug."""
    exercise: str | None = None
    seed: int | None = None
    jobs: int = 0
    isolation: Isolation = "bubblewrap"
    limits: Limits = field(default_factory=Limits)
    executor: str = "threads"
    scheduler: str | None = None
    retry_quarantined: bool = False


# What runs elsewhere


@dataclass(frozen=True)
class Settings:
    """How each submission is graded; this and a material can be sent to other machines."""

    seed: int
    isolation: Isolation
    limits: Limits
    hidden: tuple[Path, ...]


def grade_here(
    notebook: bytes,
    material: Material,
    settings: Settings,
    step: Callable[[str], None] | None = None,
) -> Result:
    """Grade in a thread or on another machine."""
    return grade_notebook(
        notebook,
        material,
        settings.seed,
        isolation=settings.isolation,
        limits=settings.limits,
        hidden=settings.hidden,
        step=step,
    )


def grade_alone(
    notebook: bytes, material: Material, settings: Settings, journal: Path, subject: str
) -> Result:
    """Grade in a process of its own, and note every step before it begins."""
    with open(journal, "ab", buffering=0) as file:

        def note(step: str) -> None:
            append(file, {"step": f"{subject} {step}"})

        return grade_here(notebook, material, settings, note)


# Preparing


def not_graded(reason: str, fault: str, **known: object) -> Result:
    return {"status": NOT_GRADED, "reason": reason, "fault": fault, **known}


def check_variant(assignment: Mapping[tuple[str, str], str], student: Student, key: str) -> None:
    """Raise `Undecided` if a student was given another variant, or if nobody knows which.

    The roster may name students as the files do, or by their numbers on Canvas or Moodle.
    """
    if not assignment:
        return
    slug, _, variant = key.partition("/")
    names = (name for name in (student.canvas_id, student.moodle_id, student.name) if name)
    given = next((assignment[name, slug] for name in names if (name, slug) in assignment), None)
    if given is None:
        raise Undecided("the assignment of variants does not list this student")
    if key != given:
        other = given.partition("/")[2]
        raise Undecided(f"it answers the variant {variant}, but {other} was given to this student")


def prepare(options: Options, found: Found) -> tuple[list[Task], dict[str, Row]]:
    """Return what is to be graded, and the rows of what is not, by the submission's id."""
    rows: dict[str, Row] = {}
    tasks: dict[tuple[Student, str], list[Task]] = {}
    for submission in found.submissions:
        try:
            if submission.problem:
                raise ValueError(submission.problem)
            notebook = read(options.submissions, submission)
            key = choose(notebook, options.materials, options.exercise)
            check_variant(options.assignment, submission.student, key)
        except (Undecided, NotGraded) as error:
            result = not_graded(str(error), GRADING)
        except (UnreadableNotebook, ValueError) as error:
            result = not_graded(str(error), NOTEBOOK)
        except OSError as error:
            result = not_graded(f"the file cannot be read: {error.strerror}", GRADING)
        else:
            material = options.materials[key]
            task = Task(submission, material, digest(notebook))
            tasks.setdefault((submission.student, material.slug), []).append(task)
            continue
        rows[submission.id] = Row(submission, NOT_GRADED, result["reason"], result)
    counting = []
    for group in tasks.values():
        *older, latest = sorted(group, key=lambda task: task.submission.order)
        counting.append(latest)
        for task in older:
            reason = f"{latest.submission.shown_path} counts"
            known = {"exercise": task.material.key, "sha256": task.sha256}
            rows[task.submission.id] = Row(task.submission, SUPERSEDED, reason, known)
    counting.sort(key=lambda task: os.fsencode(task.submission.path))
    return counting, rows


def check_canaries(materials: Sequence[Material], grade: Callable[[Material], Result]) -> None:
    """Grade the solution of every exercise.

    Raises
    ------
    Refused
        If one does not get full marks: then neither would the students.
    """
    for material in materials:
        result = grade(material)
        if result["status"] != GRADED:
            raise Refused(result["reason"])
        lost = [
            f"{question['name']}: {part['label']}: {part['note']}"
            for question in result["questions"]
            for part in question["parts"]
            if part["earned"] != part["points"]
        ]
        if lost:
            raise Refused(
                f"the solution of {material.key} gets {result['score']:g} of {result['points']:g} "
                f"points in the sandbox of this machine ({'; '.join(lost)}). Mend the exercise, or "
                "grade on a machine that is less busy."
            )


# Grading


class Run:
    """One run over a folder of submissions."""

    def __init__(self, options: Options, store: Store, say: Say) -> None:
        self.options, self.store, self.say = options, store, say
        self.rows: dict[str, Row] = {}
        folders = (options.submissions, options.out, *options.hidden)
        hidden = tuple(folder.resolve() for folder in folders)
        self.settings = Settings(store.seed, options.isolation, options.limits, hidden)

    def grade(self, found: Found) -> list[Row]:
        """Grade everything, write everything, and return the rows in the order of their paths."""
        tasks, self.rows = prepare(self.options, found)
        for key, row in self.rows.items():
            if row.status == NOT_GRADED:
                self.rows[key] = replace(row, feedback=self.show(row.submission, row.result))
        waiting = [task for task in tasks if not self.resumed(task)]
        journal = self.store.journal
        if self.options.retry_quarantined:
            for task in waiting:
                if journal.is_quarantined(task.subject):
                    journal.release(task.subject)
        if len(waiting) < len(tasks):
            self.say(f"{len(tasks) - len(waiting)} results of an earlier run are still valid.")
        if waiting:
            with self.executor() as executor:
                try:
                    self.grade_all(executor, waiting)
                except KeyboardInterrupt:
                    seconds = self.options.limits.submission
                    self.say(f"Stopping: what is under way ends within {seconds:g} s.")
                    raise
        rows = [self.rows[submission.id] for submission in found.submissions]
        self.write_tables(rows)
        journal.compact()
        return rows

    def grade_all(self, executor: Executor, tasks: Sequence[Task]) -> None:
        """Grade the solutions, then all submissions."""
        journal = self.store.journal
        needed = {task.material.key: task.material for task in tasks}
        check_canaries([*needed.values()], lambda m: self.canary(executor, m))
        with progress(len(tasks)) as advance:
            suspects = [task for task in tasks if self.suspected(task)]
            company = [task for task in tasks if not self.suspected(task)]
            self.together(executor, company, advance)
            # Those with the fewest deaths first: they are the least likely to bring one.
            suspects.sort(key=lambda task: len(journal.suspects[task.subject]))
            for task in suspects:
                self.alone(task)
                advance()

    def executor(self) -> AbstractContextManager[Executor]:
        jobs = self.options.jobs or os.cpu_count() or 1
        if self.options.executor == "dask":
            return dask(jobs, self.options.scheduler)
        return threads(jobs)

    def canary(self, executor: Executor, material: Material) -> Result:
        """Grade a solution where the submissions will be graded."""
        notebook = material.solved
        task = Task(Submission("", Student("")), material, digest(notebook))
        return self.outcome(
            task, lambda: executor.submit(grade_here, notebook, material, self.settings).result()
        )

    def resumed(self, task: Task) -> bool:
        """Return whether there is a valid result of an earlier run, and take it if so."""
        result = self.store.load(task.submission.id)
        settings = self.settings
        key = (task.sha256, task.material.version, settings.seed, settings.isolation)
        if result is None or result.get("status") != GRADED or key_of(result) != key:
            return False
        self.rows[task.submission.id] = self.row(task, result)
        return True

    def row(self, task: Task, result: Result) -> Row:
        page = self.show(task.submission, result)
        return Row(task.submission, result["status"], result["reason"], result, page)

    def show(self, submission: Submission, result: Result) -> str:
        """Write the page of a submission, and return where it is."""
        page = f"feedback/{feedback.file_name(submission)}"
        path, content = self.store.folder / page, feedback.render(submission, result)
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            write(path, content)
        return page

    def finish(self, task: Task, result: Result) -> None:
        self.rows[task.submission.id] = self.row(task, result)
        self.store.save(task.submission.id, result)
        self.store.journal.end(task.subject)

    def together(
        self, executor: Executor, tasks: Sequence[Task], advance: Callable[[], None]
    ) -> None:
        """Grade many at a time; only a few are handed over before they can be begun."""
        jobs = self.options.jobs or os.cpu_count() or 1
        queue = iter(tasks)
        under_way: dict[Future[Result], Task] = {}

        def hand_over() -> None:
            for task in queue:
                if self.store.journal.is_quarantined(task.subject):
                    self.finish(task, self.failed(task, QUARANTINED))
                    advance()
                    continue
                notebook = self.begin(task)
                if notebook is None:
                    advance()
                    continue
                try:
                    future = executor.submit(grade_here, notebook, task.material, self.settings)
                except RuntimeError as error:
                    # No thread can be started: the user has too many processes.
                    self.finish(task, self.failed(task, f"grading could not begin: {error}"))
                    advance()
                    continue
                under_way[future] = task
                return

        for _ in range(2 * jobs):
            hand_over()
        while under_way:
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                task = under_way.pop(future)
                self.finish(task, self.outcome(task, future.result))
                advance()
                hand_over()

    def suspected(self, task: Task) -> bool:
        """Return whether the grader died at this one; on a cluster it would be a worker."""
        return task.subject in self.store.journal.suspects and self.options.executor == "threads"

    def begin(self, task: Task) -> bytes | None:
        """Note that a submission is begun, and return its bytes, if it can still be read."""
        try:
            notebook = read(self.options.submissions, task.submission)
            if digest(notebook) != task.sha256:
                raise ValueError("it was changed while the grader was at work")
        except (OSError, ValueError) as error:
            self.finish(task, self.failed(task, f"the file cannot be read: {error}"))
            return None
        self.store.journal.begin(task.subject)
        return notebook

    def alone(self, task: Task) -> None:
        """Grade a suspect in a process of its own, twice if need be, or put it into quarantine."""
        journal = self.store.journal
        while not journal.guilty(task.subject):
            notebook = self.begin(task)
            if notebook is None:
                return
            arguments = (notebook, task.material, self.settings, journal.path, task.subject)
            try:
                result = self.outcome(task, lambda: alone(grade_alone, *arguments))  # noqa: B023
            except BrokenExecutor:
                journal.died_alone(task.subject)
                continue
            self.finish(task, result)
            return
        journal.quarantine(task.subject)
        self.finish(task, self.failed(task, QUARANTINED))

    def outcome(self, task: Task, result: Callable[[], Result]) -> Result:
        """Return the result, or that there is none because something broke outside the sandbox."""
        try:
            return result()
        except BrokenExecutor:
            raise
        except Exception as error:
            return self.failed(task, f"grading broke down: {type(error).__name__}: {error}")

    def failed(self, task: Task, reason: str) -> Result:
        return not_graded(
            reason,
            GRADING,
            exercise=task.material.key,
            version=task.material.version,
            sha256=task.sha256,
            seed=self.settings.seed,
            isolation=self.settings.isolation,
        )

    def write_tables(self, rows: Sequence[Row]) -> None:
        """Write the index and the tables of scores."""
        folder = self.store.folder
        index = [
            {
                "id": row.submission.id,
                "student": row.submission.student.name,
                "file": row.submission.shown_path,
                "status": row.status,
                "reason": row.reason,
                "exercise": row.result.get("exercise", ""),
                "feedback": row.feedback,
            }
            for row in rows
        ]
        write(folder / "index.json", as_json({"submissions": index}))
        write(folder / "grades.csv", tables.grades(rows), encoding="utf-8-sig")
        imports: dict[str, str | bytes] = {
            **tables.for_import(rows),
            **tables.feedback_for_moodle(rows, folder),
        }
        for name, content in imports.items():
            write(folder / name, content)
        # A table that an earlier run wrote would be imported with scores that are out of date.
        for left_over in {*folder.glob("moodle*.*"), *folder.glob("canvas*.csv")}:
            if left_over.name not in imports:
                left_over.unlink()


def run(options: Options, say: Say) -> list[Row]:
    """Grade a folder of submissions.

    Raises
    ------
    Refused
        If grading cannot be done rightly: nothing is recorded then.
    CannotWrite
        If the results cannot be written; what is written stays, and is used by the next run.
    """
    if not options.submissions.is_dir():
        raise Refused(f"{options.submissions}: no such folder (an archive must be unpacked first)")
    found = find(options.submissions, options.out)
    if not found.submissions:
        raise Refused(f"{options.submissions}: there is no notebook (*.ipynb) in this folder")
    store = Store(options.out, options.seed)
    end_stillborn()
    try:
        rows = Run(options, store, say).grade(found)
    finally:
        store.close()
    summarise(options.out, found, rows, say)
    return rows


def summarise(out: Path, found: Found, rows: Sequence[Row], say: Say) -> None:
    """Say what became of the submissions, and name every one that has no score."""
    count = Counter(row.status for row in rows)
    say(f"{len(rows)} notebooks: {', '.join(f'{n} {what}' for what, n in sorted(count.items()))}.")
    for reason, number in sorted(found.skipped.items()):
        say(f"Passed over: {number} × {reason}.")
    ids = {row.submission.id for row in rows}
    gone = sum(path.stem not in ids for path in (out / "results").glob("*.json"))
    if gone:
        say(f"Left as they are: {gone} older results of files that are no longer there.")
    for row in rows:
        if row.status != GRADED:
            say(f"{row.status}: {row.submission.shown_path}: {row.reason}")
    say(f"Results: {out}")
