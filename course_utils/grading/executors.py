"""Where submissions are graded: in threads of this process, or on a Dask cluster.

Both are executors in the sense of `concurrent.futures`. Threads are enough for one machine, since
each waits for a sandbox; and the kernel ends a sandbox with the thread that started it, so that
nothing is left over when the grader is killed.
"""

import contextlib
import ctypes
import importlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from course_utils.grading.answers import NotGraded

PR_SET_PDEATHSIG = 1


@contextmanager
def threads(jobs: int) -> Iterator[Executor]:
    """Yield an executor of so many threads."""
    executor = ThreadPoolExecutor(jobs)
    try:
        yield executor
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def dask(jobs: int, scheduler: str | None) -> Iterator[Executor]:
    """Yield an executor on a Dask cluster: that of a scheduler, or one on this machine.

    Raises
    ------
    NotGraded
        If Dask is not installed, or the scheduler cannot be reached.
    """
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError as error:
        raise NotGraded(
            "Dask is not installed; install it with `pip install course_utils[grading,dask]`, or "
            "grade with --executor threads"
        ) from error
    if scheduler is None:
        # One thread each: a worker that dies takes a single submission with it.
        with (
            distributed.LocalCluster(
                n_workers=jobs, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
            ) as cluster,
            distributed.Client(cluster) as client,
        ):
            yield client.get_executor(pure=False)
        return
    try:
        client = distributed.Client(scheduler, timeout=10)
    except OSError as error:
        raise NotGraded(f"the Dask scheduler at {scheduler} cannot be reached: {error}") from error
    with client:
        yield client.get_executor(pure=False)


def die_with_parent(parent: int) -> None:
    """Have the kernel end this process when the thread that started it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it has ended already
        os._exit(1)


def alone(function: Callable[..., Any], *arguments: object) -> Any:
    """Call a function in a process of its own.

    Raises
    ------
    BrokenExecutor
        If the process died.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        1, mp_context=context, initializer=die_with_parent, initargs=(os.getpid(),)
    ) as executor:
        return executor.submit(function, *arguments).result()


def stillborn() -> list[int]:
    """Return the sandboxes that a killed grader left before they had begun.

    bubblewrap dies with the grader, and its sandbox with bubblewrap; but for a moment after it was
    made, the sandbox waits for bubblewrap to go on, and is not yet tied to it. If the grader is
    killed in that moment, a process is left that waits for ever. It has run nothing, and is known
    by this: it is the first process of a sandbox, and its parent is no bubblewrap.
    """
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if os.path.basename(words[0]) != b"bwrap" or b"/worker/worker.py" not in words:
                continue
            status = dict(
                line.split(":", 1) for line in (folder / "status").read_text().splitlines()
            )
            parent = Path("/proc", status["PPid"].strip(), "comm").read_text().strip()
            if status["NSpid"].split()[-1] == "1" and parent != "bwrap":
                found.append(int(folder.name))
    return found


def end_stillborn() -> None:
    """End what graders that were killed have left behind, as far as it is this user's."""
    for pid in stillborn():
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


__all__ = ["BrokenExecutor", "alone", "dask", "end_stillborn", "stillborn", "threads"]
