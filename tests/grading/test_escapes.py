"""No submission gets out of the sandbox, by attempts that succeed without one."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

import pytest
from attacks.escapes import ESCAPES, Escape

from course_utils.grading.answers import Outcome, Variable
from course_utils.grading.session import Session

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")

REPOSITORY = Path(__file__).parents[2]


@dataclass
class Prey:
    """What an attempt is after, and the traces that a successful one leaves."""

    folder: Path
    marker: str = field(default_factory=lambda: f"marker-{uuid.uuid4().hex}")
    contacts: list[bytes] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.secret, self.victim = self.folder / "secret", self.folder / "victim"
        self.secret.write_text("the hidden inputs")
        self.victim.write_text("unchanged")
        self.socket = self.folder / "socket"
        self.listeners = [
            self.listen(socket.AF_INET, ("127.0.0.1", 0)),
            self.listen(socket.AF_UNIX, str(self.socket)),
            self.listen(socket.AF_UNIX, f"\0{self.marker}"),
        ]

    def listen(self, family: socket.AddressFamily, address: object) -> socket.socket:
        listener = socket.socket(family)
        listener.bind(address)  # type: ignore[arg-type]
        listener.listen()
        self.threads.append(threading.Thread(target=self.accept, args=(listener,), daemon=True))
        self.threads[-1].start()
        return listener

    def accept(self, listener: socket.socket) -> None:
        try:
            while True:
                connection, _ = listener.accept()
                with connection:
                    self.contacts.append(connection.recv(16))
        except OSError:
            listener.close()

    def source(self, escape: Escape) -> str:
        return "import numpy as np\n" + Template(escape.source).substitute(
            secret=self.secret,
            victim=self.victim,
            port=self.listeners[0].getsockname()[1],
            socket=self.socket,
            grader=os.getpid(),
            repository=REPOSITORY,
            marker=self.marker,
        )

    def left_behind(self) -> list[int]:
        """Return the processes whose command line bears the marker."""
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if self.marker.encode() in path.read_bytes():
                    found.append(int(path.parent.name))
            except OSError:
                continue
        return found

    def traces(self) -> list[str]:
        """Return what has changed outside."""
        time.sleep(0.2)
        victim = self.victim.read_text() if self.victim.exists() else "removed"
        return [
            *(["the victim is " + victim] if victim != "unchanged" else []),
            *(["somebody connected"] if self.contacts else []),
            *(["a process is left"] if self.left_behind() else []),
        ]

    def close(self) -> None:
        for listener in self.listeners:
            listener.shutdown(socket.SHUT_RDWR)  # which a blocked `accept` notices
        for thread in self.threads:
            thread.join()
        for process in self.left_behind():
            os.kill(process, 9)


@pytest.fixture
def prey(tmp_path: Path) -> Iterator[Prey]:
    found = Prey(tmp_path)
    yield found
    found.close()


@pytest.mark.parametrize("escape", ESCAPES, ids=lambda escape: escape.name)
def test_nothing_gets_out_under_bubblewrap(escape: Escape, prey: Prey) -> None:
    if shutil.which("bwrap") is None and not os.environ.get("CI"):
        pytest.skip("bubblewrap is not installed")
    with Session(["loot = None", prey.source(escape)], isolation="bubblewrap") as session:
        session.run_cells()
        (loot,) = session.evaluate([("loot", Variable("loot"))])
    assert loot.outcome is not Outcome.VALUE or not loot.value, loot
    assert loot.outcome in {Outcome.VALUE, Outcome.MISSING, Outcome.UNREADABLE}, loot
    assert not prey.traces()


@pytest.mark.parametrize(
    "escape", [escape for escape in ESCAPES if escape.control], ids=lambda escape: escape.name
)
def test_the_same_attempt_succeeds_without_a_sandbox(escape: Escape, prey: Prey) -> None:
    code = f"{prey.source(escape)}\nprint('loot', bool(loot))"
    if escape.name == "leaves a process behind":
        code = code.replace("print('loot', bool(loot))", "print('loot', True)")
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert "loot True" in run.stdout, run.stderr
    if "connects" in escape.name or "behind" in escape.name or "of the lecturer" in escape.name:
        changed = escape.name.startswith(("connects", "leaves", "changes", "removes"))
        assert bool(prey.traces()) is changed
