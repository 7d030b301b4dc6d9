"""Starts, limits and ends the process in which a submission runs, and talks to it.

Two kinds of isolation are known. Under ``"bubblewrap"`` (Linux) the worker sees no network, no
home, none of this package and no other process, and may write to a small ``/tmp`` only. Under
``"limits"`` it runs as a process like any other; `UNPROTECTED` says what that leaves open. In both
the worker limits its own memory, time and files, and on Linux has the kernel refuse it further
processes, signals to others and a network.

The two sides talk over a pair of sockets. Other than a pipe, a socket cannot be opened a second
time through ``/proc``, one descriptor serves both ways, and a dead peer is an error rather than a
signal.
"""

import contextlib
import errno
import os
import platform
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from course_utils.grading import layout, wire
from course_utils.grading.answers import NotGraded
from course_utils.grading.worker import EXHAUSTED, MACHINES

if sys.platform == "linux":
    import fcntl

Isolation: TypeAlias = Literal["bubblewrap", "limits"]

UNPROTECTED = (
    "whatever this user may read can be read, such as course_utils, the specifications and other "
    "submissions; whatever this user may write can be changed, the grader and its results "
    "included; no limit holds for the disk"
)
"""What isolation by limits alone does not protect on Linux."""
UNPROTECTED_ELSEWHERE = f"{UNPROTECTED}; the network and other processes can be reached"
"""What it does not protect on other systems, and on processors without a filter."""

# Stands between this process and bwrap, which dies with its parent. If this process were the parent
# and were killed while bwrap makes a sandbox, bwrap would leave a process that waits for ever. As
# it is, the sandbox gets ready, finds nobody there, and ends; only then does the shell die with us.
SHELL = ("/bin/sh", "-c", '"$@"; exit "$?"', "sh")

END = 2.0
"""Seconds that the end of a worker may take; the kernel may need more to free what it has filled,
and so may the removal of its files: both go on alone."""
FIRST_USER, USERS = 61184, 4096
"""Users that root lends to workers: the first of those that systemd, too, assigns for a while."""


@dataclass(frozen=True)
class Limits:
    """What a submission may use. Times are of the wall clock, in seconds; sizes in bytes."""

    cell: float = 10.0
    call: float = 2.0
    submission: float = 36.0
    """For everything together: with the start and the end of a sandbox it stays below 40."""
    memory: int = 3 << 29
    tmpfs: int = 64 << 20
    file_size: int = 16 << 20
    processes: int = 8
    """Threads, in fact: a worker cannot start further processes."""
    open_files: int = 64
    start: float = 20.0
    """Until the sandbox and NumPy are up; more is a fault of this machine."""


class IsolationUnavailable(NotGraded):
    """The sandbox cannot be made on this machine; the text says what to install or to allow."""


class Stalled(Exception):
    """There was no reply in time."""


class Died(Exception):
    """The worker has ended, or has broken the protocol and was ended."""


class Exhausted(Died):
    """The worker has ended for want of memory."""


class Worker:
    """A worker that is ready for requests. No method blocks beyond its time.

    Raises
    ------
    IsolationUnavailable
        If the worker is not ready after `seconds`.
    """

    def __init__(
        self, isolation: Isolation, limits: Limits, hidden: tuple[Path, ...], seconds: float
    ) -> None:
        _check_platform(isolation)
        self._buffer = bytearray()
        self._sandbox = -1
        self._open = contextlib.ExitStack()
        with contextlib.ExitStack() as undo:
            undo.callback(self.end)
            try:
                self._start(isolation, limits, hidden, seconds)
            except OSError as error:
                raise IsolationUnavailable(_explain(isolation, str(error))) from error
            undo.pop_all()

    def _start(
        self, isolation: Isolation, limits: Limits, hidden: tuple[Path, ...], seconds: float
    ) -> None:
        root = sys.platform == "linux" and os.geteuid() == 0
        user = _lend_user(self._open) if root else None
        # Closed last, when the descriptors of the others can be had again.
        folder = _scratch_folder(self._open, user) if isolation == "limits" else "/tmp"
        self._channel, theirs = socket.socketpair()
        self._open.enter_context(self._channel)
        with contextlib.ExitStack() as handed_over:
            handed_over.enter_context(theirs)
            passed = [theirs.fileno()]
            if isolation == "bubblewrap":
                reading, writing = os.pipe()
                self._open.callback(os.close, reading)
                handed_over.callback(os.close, writing)
                watched, alive = os.pipe()
                self._open.callback(os.close, watched)
                self._open.callback(os.close, alive)
                passed += [writing, watched]
                arguments = layout.bubblewrap_arguments(root, limits.tmpfs, hidden)
                command = [*SHELL, str(shutil.which("bwrap")), *arguments]
                command += ["--info-fd", str(writing), "--"]
                script, packages = "/worker/worker.py", layout.search_path()
            else:
                command, script = [], str(layout.HERE / "worker.py")
                packages = [f"{folder}/packages"]
            command += [layout.INTERPRETER, *layout.OPTIONS, script, str(theirs.fileno())]
            # Opened here and not by Popen, which leaves them open when descriptors run out.
            nothing = handed_over.enter_context(open(os.devnull, "r+b", buffering=0))
            errors, their_errors = os.pipe()
            self._errors = self._open.enter_context(open(errors, "rb", buffering=0))
            handed_over.callback(os.close, their_errors)
            self._process = subprocess.Popen(
                command,
                stdin=nothing,
                stdout=nothing,
                stderr=their_errors,
                env=layout.environment(folder),
                cwd="/" if isolation == "bubblewrap" else folder,
                pass_fds=passed,
                start_new_session=True,
            )
        orders = {
            "packages": packages,
            "user": user,
            "parent": os.getpid() if isolation == "limits" else int(root),  # 0: cannot be seen
            "filter": has_filter(),
            "resources": _resources(isolation, limits),
        }
        failure = self._greet(orders, seconds)
        if failure:
            raise IsolationUnavailable(_explain(isolation, failure))
        if isolation == "bubblewrap":
            found = re.search(rb'"child-pid": (\d+)', os.read(reading, 4096))
            assert found, "bwrap did not say which process it started"
            self._sandbox = os.pidfd_open(int(found[1]))
            self._open.callback(os.close, self._sandbox)
            _kill_when_closed(watched, self._process.pid)

    def _greet(self, orders: dict[str, Any], seconds: float) -> str:
        """Give the worker its orders; return an empty text if it is ready, else what failed."""
        try:
            reply = self.exchange(orders, seconds)
        except Stalled:
            reply = {"failed": f"it was not ready after {seconds:.0f} seconds"}
        except Died:
            reply = {}
        if reply.get("ready"):
            self._last_words()  # what the worker might write there nobody will read
            return ""
        self.end()
        said = self._said.splitlines() or [f"it ended with status {self._process.returncode}"]
        return str(reply.get("failed") or said[-1])

    def _last_words(self) -> None:
        """Close the pipe of error messages, and keep what is in it."""
        if not self._errors.closed:
            os.set_blocking(self._errors.fileno(), False)
            self._said = (self._errors.read(4096) or b"").decode(errors="replace").strip()
            self._errors.close()

    def exchange(self, message: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send a request, and return the reply to it.

        Whatever the worker sends, this returns or raises in time, and a reply is at most
        `wire.MAX_BYTES` long. A reply without the nonce of this very request, which could be made
        beforehand, is a breach.

        Raises
        ------
        Stalled
            If there is no complete reply within this time. The worker is ended.
        Died, Exhausted
            If the worker ends or breaks the protocol. It is ended.
        wire.Unreadable
            If the message is too long to be sent.
        """
        nonce = secrets.token_hex(16)
        line = wire.pack({**message, "nonce": nonce})
        try:
            reply = wire.unpack(self._converse(line, time.monotonic() + seconds))
        except TimeoutError as error:
            self.end()
            raise Stalled from error
        except (OSError, wire.Unreadable) as error:
            raise self._autopsy() from error
        if reply.pop("nonce", None) != nonce:
            raise self._autopsy()
        return reply

    def _converse(self, line: bytes, deadline: float) -> bytes:
        """Send a line and return the next one; raise `OSError` if that cannot be."""

        def wait() -> None:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise TimeoutError
            self._channel.settimeout(remaining)

        wait()
        self._channel.sendall(line)
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > wire.MAX_BYTES:
                raise ConnectionAbortedError("too long a line")
            wait()
            received = self._channel.recv(1 << 16)
            if not received:
                raise ConnectionResetError("the worker has ended")
            self._buffer += received
        reply = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return reply

    def _autopsy(self) -> Exception:
        """End the worker, and return the exception that says why it failed."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(0.2)  # that it may end by itself, and leave a status
        status = self._process.poll()
        self.end()
        if status is None:
            return Died()
        # The shell's convention, which bwrap follows for signals, and Python's.
        if status in (-signal.SIGXCPU, 128 + signal.SIGXCPU):
            return Stalled()
        return Exhausted() if status == EXHAUSTED else Died()

    def end(self) -> None:
        """Kill everything in the sandbox, wait until it is gone, and free what it held."""
        process = getattr(self, "_process", None)
        if process is not None and process.returncode is None:
            # With its first process the whole sandbox dies, and bwrap, which waits for it, ends
            # after the last one is gone. Without: the process leads a group.
            with contextlib.suppress(ProcessLookupError):
                if self._sandbox >= 0:
                    signal.pidfd_send_signal(self._sandbox, signal.SIGKILL)
                else:
                    os.killpg(process.pid, signal.SIGKILL)
            try:
                process.wait(END)
            except subprocess.TimeoutExpired:
                process.kill()
        if process is not None:
            self._last_words()
        self._sandbox = -1
        self._open.close()


def _kill_when_closed(descriptor: int, process: int) -> None:
    """Have the kernel kill a process when the other end of its pipe is closed.

    Nobody but this process has that end: it is closed when this process dies, however it dies.
    """
    fcntl.fcntl(descriptor, fcntl.F_SETOWN, process)
    fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGKILL)
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
    fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_ASYNC)


def probe(isolation: Isolation, limits: Limits | None = None) -> None:
    """Start a worker and end it again.

    Raises
    ------
    IsolationUnavailable
        If that fails; the text says what to install or to allow.
    """
    limits = limits or Limits()
    Worker(isolation, limits, (), limits.start).end()


def has_filter() -> bool:
    """Return whether the worker can have the kernel refuse it system calls."""
    return sys.platform == "linux" and platform.machine() in MACHINES


def unprotected() -> str:
    """Return what isolation by limits alone leaves open on this machine."""
    return UNPROTECTED if has_filter() else UNPROTECTED_ELSEWHERE


def _check_platform(isolation: Isolation) -> None:
    container = "grade in a container or a virtual machine with Linux"
    if isolation not in ("bubblewrap", "limits"):
        raise ValueError(f"isolation must be 'bubblewrap' or 'limits', but is {isolation!r}")
    if sys.platform == "win32":
        raise IsolationUnavailable(f"Windows cannot limit processes as grading needs: {container}")
    if isolation == "limits":
        return
    if sys.platform != "linux":
        raise IsolationUnavailable(
            f"bubblewrap exists on Linux only: {container}, or with --isolation=limits"
        )
    if not has_filter():
        raise IsolationUnavailable(
            f"there is no filter of system calls for {platform.machine()}: "
            "grade on x86-64 or AArch64, or with --isolation=limits"
        )
    if shutil.which("bwrap") is None:
        raise IsolationUnavailable(
            "bubblewrap is not installed: install the package `bubblewrap` "
            "(apt-get install bubblewrap, dnf install bubblewrap), or grade with --isolation=limits"
        )


def _explain(isolation: Isolation, text: str) -> str:
    """Return what failed and what can be done about it."""
    advice = "see whether this Python starts and imports NumPy: " + layout.INTERPRETER
    if "temporarily unavailable" in text or os.strerror(errno.EAGAIN) in text:
        advice = "this user has too many processes: end some, or raise the limit (ulimit -u)"
    elif os.strerror(errno.EMFILE) in text:
        advice = "this process has too many open files: use fewer jobs, or raise ulimit -n"
    elif os.strerror(errno.ENOSPC) in text:
        advice = "the disk is full: free some space"
    elif text.startswith("ModuleNotFoundError"):
        advice = "install NumPy for this Python: pip install numpy"
    elif text.startswith("PermissionError") and sys.platform == "linux" and os.geteuid() == 0:
        advice = "let other users read this Python and its packages, or do not grade as root"
    elif isolation == "bubblewrap" and "bwrap:" in text:
        advice = (
            "this system does not let bubblewrap make namespaces. On Ubuntu 24.04 and newer allow "
            "it with an AppArmor profile for bwrap, or for the time being with "
            "`sysctl kernel.apparmor_restrict_unprivileged_userns=0`; on older Debian with "
            "`sysctl kernel.unprivileged_userns_clone=1`; in a container start it with "
            "`--privileged`, or with `--cap-add SYS_ADMIN --cap-add NET_ADMIN --security-opt "
            "seccomp=unconfined --security-opt apparmor=unconfined`. "
            "Or grade with --isolation=limits"
        )
    return f"the sandbox ({isolation}) does not start: {text}; {advice}"


def _resources(isolation: Isolation, limits: Limits) -> dict[str, tuple[int, int]]:
    """Return the limits that the kernel shall keep, by their names in `resource`."""
    seconds = int(limits.submission) + 1
    resources = {
        "RLIMIT_AS": (limits.memory, limits.memory),
        "RLIMIT_CPU": (seconds, seconds + 1),
        "RLIMIT_FSIZE": (limits.file_size, limits.file_size),
        "RLIMIT_NOFILE": (limits.open_files, limits.open_files),
        # Not 0: Linux hands such a core all the same to the program that waits for cores, if there
        # is one, which writes it to the disk. A limit of 1 byte it takes for a "no" to everybody.
        "RLIMIT_CORE": (1, 1) if sys.platform == "linux" else (0, 0),
    }
    # Linux counts every thread of a user, macOS every process: outside a sandbox, where the user
    # has others, only macOS can so be told to start no more.
    if isolation == "bubblewrap" or (sys.platform == "linux" and os.geteuid() == 0):
        resources["RLIMIT_NPROC"] = (limits.processes, limits.processes)
    elif sys.platform == "darwin":
        resources["RLIMIT_NPROC"] = (1, 1)
    return resources


def _lend_user(until: contextlib.ExitStack) -> int:
    """Return a user that no other worker has, in any process of root's, until the stack closes.

    A name in the abstract namespace of sockets belongs to one process at a time, and is free again
    when that process ends, however it ends.
    """
    for user in range(FIRST_USER, FIRST_USER + USERS):
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0course_utils.grading.{user}")
        except OSError as error:
            claim.close()
            if error.errno != errno.EADDRINUSE:
                raise
        else:
            until.enter_context(claim)
            return user
    raise IsolationUnavailable(f"{USERS} workers run already: use fewer jobs")


def _scratch_folder(until: contextlib.ExitStack, user: int | None) -> str:
    """Return a new folder for a worker, with links to the packages, until the stack closes."""
    folder = tempfile.mkdtemp(prefix="grading-")
    until.callback(_remove, folder)
    if user is not None:
        os.chown(folder, user, user)
    packages = Path(folder, "packages")
    packages.mkdir()
    for place in layout.packages():
        (packages / place.name).symlink_to(place)
    return folder


def _remove(folder: str) -> None:
    """Remove a folder that a submission could write to, and do not wait if it takes long."""
    remover = threading.Thread(target=_remove_all, args=(folder,))
    try:
        remover.start()
    except RuntimeError:  # there are too many threads
        _remove_all(folder)
    else:
        remover.join(END)


def _remove_all(folder: str) -> None:
    try:
        shutil.rmtree(folder)
    except (OSError, RecursionError):
        # Folders without permissions, or thousands deep: these programs follow no links.
        for program in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                subprocess.run(
                    [*program, folder], check=False, stderr=subprocess.DEVNULL, timeout=10
                )
