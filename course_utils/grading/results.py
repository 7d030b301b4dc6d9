"""The folder of results: written atomically, resumed after a crash, and locked while in use.

| file | what |
|---|---|
| ``run.json`` | the seed |
| ``results/<id>.json`` | the result of one submission |
| ``feedback/<name>-<id>.html`` | the page for its student |
| ``index.json`` | the submissions of the last run |
| ``journal.jsonl`` | what was under way, for the case of a crash |

``<id>`` is a digest of the submission's path. A result is valid for the bytes of the notebook, the
version of the exercise, the seed and the isolation that it names, and for no others.
"""

import contextlib
import errno
import hashlib
import json
import os
import secrets
import threading
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Any, TextIO, TypeAlias

Result: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, str, int, str]
"""Digest of the notebook, version of the exercise, seed, isolation."""

DEATHS_WITH_THE_GRADER = 3
DEATHS_ALONE = 2


class CannotWrite(Exception):
    """The folder of results cannot be written; what is in it stays whole."""


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotWrite(f"{path}: {error.strerror or error}") from error


def write(path: Path, content: str | bytes, encoding: str = "utf-8") -> None:
    """Replace a file as a whole: whoever looks sees the old text or the new one."""
    temporary = path.with_name(f".{path.name}.{threading.get_ident()}.tmp")
    with writing(path):
        try:
            with open(temporary, "wb") as file:
                file.write(content.encode(encoding) if isinstance(content, str) else content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)


def as_json(value: object) -> str:
    return json.dumps(value, indent=1, sort_keys=True) + "\n"


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def key_of(result: Result) -> Key:
    return result["sha256"], result["version"], result["seed"], result["isolation"]


def take(lock: TextIO, folder: Path) -> None:
    """Lock a folder for as long as this file is open, and this process alive."""
    import fcntl  # not on Windows, where nothing is graded, but exercises are built

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise CannotWrite(f"{folder}: another grader is at work in it") from error


class Store:
    """A folder of results, in use by one grader.

    Raises
    ------
    CannotWrite
        If the folder cannot be written, or another grader is at work in it.
    """

    def __init__(self, folder: Path, seed: int | None = None) -> None:
        self.folder = folder
        parts = (folder, folder / "results", folder / "feedback")
        with contextlib.ExitStack() as undo:
            with writing(folder):
                for part in parts:
                    part.mkdir(parents=True, exist_ok=True)
                lock = undo.enter_context(open(folder / ".lock", "w"))
            take(lock, folder)
            with writing(folder):
                for left_over in (path for part in parts for path in part.glob(".*.tmp")):
                    left_over.unlink()
            self.seed = self._seed(seed)
            self.journal = undo.enter_context(contextlib.closing(Journal(folder / "journal.jsonl")))
            self._open = undo.pop_all()

    def close(self) -> None:
        self._open.close()

    def _seed(self, wanted: int | None) -> int:
        path = self.folder / "run.json"
        stored = read_json(path).get("seed")
        known = stored if isinstance(stored, int) else secrets.randbits(63)
        seed = known if wanted is None else wanted
        if seed != stored:
            write(path, as_json({"seed": seed}))
        return seed

    def path(self, submission_id: str) -> Path:
        return self.folder / "results" / f"{submission_id}.json"

    def load(self, submission_id: str) -> Result | None:
        """Return the stored result of a submission, if there is a whole one."""
        return read_json(self.path(submission_id)) or None

    def save(self, submission_id: str, result: Result) -> None:
        write(self.path(submission_id), as_json(result))


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a file, and an empty one if there is no such file or it is broken."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def append(file: FileIO, record: dict[str, str]) -> None:
    """Append a line to a journal that is open without a buffer; several processes may do so."""
    # The line break in front parts it from a line that a full disk cut off.
    line = b"\n" + json.dumps(record).encode() + b"\n"
    if file.write(line) < len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Journal:
    """What is under way, on disk before it begins, so that a crash can be laid to somebody's door.

    When the grader dies, every submission that it was at is a suspect, and most are innocent: they
    ran beside the one to blame, or somebody killed the grader from outside. So suspects run last,
    each alone and in a process of its own. If that process dies and the grader does not, the
    submission did it: twice, and it is in quarantine. If the grader dies as well (a machine that
    hangs, a container that is killed as a whole), it may have been chance; a submission is in
    quarantine when this happened three times at the same step of it, and never before its own
    code ran. An attempt that got beyond a step clears it of the deaths at that step.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.suspects: dict[str, list[str]] = {}
        """The steps at which the grader died, by submission."""
        self.killed: dict[str, int] = {}
        """How often a submission ended the process that it had for itself."""
        self.quarantined: set[str] = set()
        with writing(path):
            text = path.read_text("utf-8", "replace") if path.exists() else ""
            self._replay(text)
            self._file = open(path, "ab", buffering=0)  # noqa: SIM115
            # Whatever was under way died with the last run: say so before anything else begins.
            self._append({"run": "begins"})

    def close(self) -> None:
        self._file.close()

    def _append(self, record: dict[str, str]) -> None:
        with writing(self.path):
            append(self._file, record)

    def _replay(self, text: str) -> None:
        under_way: dict[str, str] = {}
        for line in [*text.splitlines(), '{"run": "begins"}']:
            try:
                record = json.loads(line)
                ((event, value),) = record.items()
            except (ValueError, AttributeError):
                continue
            if event == "run":
                for submission, step in under_way.items():
                    self.suspects.setdefault(submission, []).append(step)
                under_way.clear()
            elif event == "begin":
                under_way[value] = ""
            elif event == "step":
                submission, _, step = str(value).partition(" ")
                if submission in under_way:
                    under_way[submission] = step
            elif event == "end":
                under_way.pop(value, None)
                self._clear(value)
            elif event == "killed":
                under_way.pop(value, None)
                self.suspects.setdefault(value, [])
                self.killed[value] = self.killed.get(value, 0) + 1
            elif event == "quarantine":
                self.quarantined.add(value)
            elif event == "release":
                self.quarantined.discard(value)
                self._clear(value)

    def _clear(self, submission: str) -> None:
        self.suspects.pop(submission, None)
        self.killed.pop(submission, None)

    def begin(self, submission: str) -> None:
        self._append({"begin": submission})
        with writing(self.path):
            os.fsync(self._file.fileno())

    def end(self, submission: str) -> None:
        self._append({"end": submission})
        self._clear(submission)

    def died_alone(self, submission: str) -> None:
        """Note that the process which this submission had for itself died."""
        self._append({"killed": submission})
        self.killed[submission] = self.killed.get(submission, 0) + 1

    def guilty(self, submission: str) -> bool:
        steps = self.suspects.get(submission, [])
        last = steps[-DEATHS_WITH_THE_GRADER:]
        at_one_step = len(last) == DEATHS_WITH_THE_GRADER and len({*last}) == 1 and last[0] != ""
        return at_one_step or self.killed.get(submission, 0) >= DEATHS_ALONE

    def is_quarantined(self, submission: str) -> bool:
        return submission in self.quarantined

    def quarantine(self, submission: str) -> None:
        if submission not in self.quarantined:
            self._append({"quarantine": submission})
            self.quarantined.add(submission)

    def release(self, submission: str) -> None:
        """Let a submission out of quarantine, with a clean record."""
        self._append({"release": submission})
        self.quarantined.discard(submission)
        self._clear(submission)

    def compact(self) -> None:
        """Shorten the file to what later runs need to know, and close it."""
        self.close()
        lines = [json.dumps({"quarantine": submission}) for submission in sorted(self.quarantined)]
        write(self.path, "".join(f"{line}\n" for line in lines))
