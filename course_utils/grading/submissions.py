"""Finds the notebooks in a folder of submissions, and says whose they are.

Three layouts are known, and may be mixed:

* Canvas, flat: ``lastnamefirst_12345_67890_softmax.ipynb``, with ``_LATE`` after the name for late
  ones, and ``-1`` before the suffix for resubmissions;
* Moodle, one folder for each student: ``Surname Name_123456_assignsubmission_file_/x.ipynb``, or
  flat with the same words at the front of the file name;
* anything else: a folder is a student, and so is a file that lies in no folder.

File names are hostile input: they are compared, shown and hashed, and never become part of a path
in the output.
"""

import hashlib
import os
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from course_utils.grading.notebooks import MAX_BYTES

CANVAS = re.compile(
    r"(?P<name>[^_]+)(?P<late>_LATE)?_(?P<id>\d+)_(?P<attachment>\d+)_(?P<file>.+)", re.DOTALL
)
# The first such words count: those that follow may be of the student's own choice.
MOODLE = re.compile(
    r"(?P<name>.*?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<file>.*))?", re.DOTALL
)
# Browsers add the second suffix to what they take for JSON or text.
NOTEBOOK = re.compile(r"\.ipynb(\.json|\.txt)?$", re.IGNORECASE)
ARCHIVE = re.compile(r"\.(zip|tar|tgz|gz|bz2|xz|7z|rar)$", re.IGNORECASE)
# These turn the reading direction of what follows, and so can disguise a name.
DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


def printable(text: str) -> str:
    r"""Return text with everything that cannot be seen written as an escape.

    Examples
    --------
    >>> print(printable("two\nlines"))
    two\nlines
    """
    return "".join(map(_printable, text))


def _printable(character: str) -> str:
    if "\udc80" <= character <= "\udcff":
        # How `os.fsdecode` writes a byte that is not UTF-8.
        return f"\\x{ord(character) - 0xDC00:02x}"
    unseen = unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
    return ascii(character)[1:-1] if unseen or character in DIRECTION_MARKS else character


@dataclass(frozen=True)
class Student:
    """Whose a submission is, as the file name tells."""

    name: str
    canvas_id: str = ""
    moodle_id: str = ""


@dataclass(frozen=True)
class Submission:
    """A notebook that was handed in, or what was handed in instead of one.

    ``path`` is relative to the folder, with undecodable bytes as `os.fsdecode` gives them.
    ``problem`` says why it cannot be graded at all, such as a symbolic link.
    """

    path: str
    student: Student
    late: bool = False
    attachment: int = 0
    problem: str = ""

    @property
    def id(self) -> str:
        """A digest of the path: safe and unique in every file system."""
        return hashlib.sha256(os.fsencode(self.path)).hexdigest()[:20]

    @property
    def shown_path(self) -> str:
        return printable(self.path)

    @property
    def order(self) -> tuple[object, ...]:
        """Orders the notebooks of one student: the last one counts.

        Canvas numbers its attachments in the order of arrival. Elsewhere there is only the name:
        ``x.ipynb``, ``x-1.ipynb``, ``x-2.ipynb``, ``x-10.ipynb``.
        """
        stem = NOTEBOOK.sub("", self.path).casefold()
        natural = tuple(
            (0, int(part), "") if part.isdecimal() else (1, 0, part)
            for part in re.split(r"([0-9]+)", stem)
            if part
        )
        return self.attachment, natural, os.fsencode(self.path)


@dataclass
class Found:
    """What a folder of submissions holds."""

    submissions: list[Submission] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    """How many files and folders were passed over, by the reason."""


def whose(path: str) -> tuple[Student, bool, int]:
    """Return the student, whether the submission is late, and Canvas' number of the attachment."""
    top, *rest = path.split(os.sep)
    if not rest and (match := CANVAS.fullmatch(top)):
        student = Student(printable(match["name"]), canvas_id=match["id"])
        return student, bool(match["late"]), int(match["attachment"])
    if match := MOODLE.fullmatch(top):
        return Student(printable(match["name"]), moodle_id=match["id"]), False, 0
    if rest:
        return Student(printable(top)), False, 0
    return Student(printable(NOTEBOOK.sub("", top))), False, 0


def entries(folder: Path, skip: Path | None) -> Iterator[tuple[str, str]]:
    """Yield paths relative to the folder, each with what stands there, without following links.

    What stands there: ``"file"``, ``"link"``, ``"special"``, ``"closed"`` for a folder that cannot
    be read, or for what is passed over the reason.
    """
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        try:
            listing = os.scandir(folder / inside)
        except OSError:
            if not inside:
                raise
            yield inside, "closed"
            continue
        with listing:
            for entry in listing:
                path = os.path.join(inside, entry.name)
                if entry.name == "__MACOSX":
                    yield path, "folders of macOS"
                elif entry.name.startswith("."):
                    yield path, "hidden files and folders, checkpoints among them"
                elif entry.is_symlink():
                    yield path, "link"
                elif entry.is_dir(follow_symlinks=False):
                    if skip is None or Path(entry.path).resolve() != skip:
                        waiting.append(path)
                else:
                    regular = entry.is_file(follow_symlinks=False)
                    yield path, "file" if regular else "special"


def find(folder: Path, out: Path | None = None) -> Found:
    """Return all submissions in a folder, ordered by path; `out` is not looked into."""
    found = Found()
    others: dict[Student, list[str]] = {}
    for path, kind in entries(folder, out.resolve() if out else None):
        student, late, attachment = whose(path)
        problem = ""
        if kind == "link":
            problem = "a symbolic link, which is not followed: ask for the file itself"
        elif kind == "special":
            problem = "not a regular file"
        elif kind == "closed":
            problem = "a folder that may not be read: mend its permissions"
        elif kind != "file":
            found.skipped[kind] += 1
            continue
        elif ARCHIVE.search(path):
            problem = "an archive, which has to be unpacked: ask for the notebook itself"
        elif not NOTEBOOK.search(path):
            others.setdefault(student, []).append(path)
            continue
        found.submissions.append(Submission(path, student, late, attachment, problem))
    served = {submission.student for submission in found.submissions}
    for student, paths in others.items():
        # A lone file beside the submissions, such as a list of names, is nobody's work.
        alone = os.sep not in paths[0] and not (student.canvas_id or student.moodle_id)
        if student in served or alone:
            found.skipped["files that are no notebooks"] += len(paths)
        else:
            # Without the folder, which the path of the submission shows as well.
            names = sorted(printable(path.split(os.sep, 1)[-1]) for path in paths)
            problem = f"no notebook, only {', '.join(names)}"
            found.submissions.append(Submission(min(paths), student, problem=problem))
    found.submissions.sort(key=lambda submission: os.fsencode(submission.path))
    return found


def read(folder: Path, submission: Submission) -> bytes:
    """Return the bytes of a submission; raise `OSError` or `ValueError` with what is wrong."""
    # A link or a pipe put there after the folder was listed is not followed either.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with open(os.open(folder / submission.path, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError("not a regular file")
        # A byte more than is accepted: whoever reads the notebook says that it is too large.
        return file.read(MAX_BYTES + 1)
