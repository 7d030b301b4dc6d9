"""Says how far the grading is: a bar in a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

SECONDS_BETWEEN_LINES = 30.0


@contextmanager
def progress(total: int, stream: TextIO | None = None) -> Iterator[Callable[[], None]]:
    """Yield a function to call after each submission."""
    out = sys.stderr if stream is None else stream
    if total and out.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

        columns = ("Grading", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(file=out)) as bar:
            task = bar.add_task("grading", total=total)
            yield lambda: bar.advance(task)
        return
    done, last = 0, time.monotonic()

    def advance() -> None:
        nonlocal done, last
        done += 1
        now = time.monotonic()
        if done == total or now - last >= SECONDS_BETWEEN_LINES:
            last = now
            print(f"{done} of {total} graded", file=out, flush=True)

    yield advance
