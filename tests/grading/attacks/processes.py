"""Attacks on the processes: ending, stalling, forking, signalling. Partial credit survives them."""

from __future__ import annotations

from attacks.submission import CLAIM, DOUBLE, IMPORT, LETTER, SOLUTION, SURPRISE, Attack


def in_a_cell(name: str, code: str, **changes: float) -> Attack:
    """Return a right submission with a hostile cell in its midst."""
    return Attack(name, (*SOLUTION[:3], code, *SOLUTION[3:]), **({"score": 10.0} | changes))  # type: ignore[arg-type]


def in_a_call(name: str, body: str, score: float = 7.0) -> Attack:
    """Return a submission whose ``double`` is hostile and whose other answers are right."""
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    return Attack(name, (IMPORT, f"def double(x):\n{lines}", SURPRISE, LETTER, CLAIM), score)


ATTACKS = [
    in_a_cell("a cell exits", "import sys\nsys.exit(0)"),
    in_a_cell("a cell exits at once", "import os\nos._exit(0)"),
    in_a_cell("a cell quits", "quit()"),
    in_a_cell("a cell interrupts", "raise KeyboardInterrupt"),
    in_a_cell("a cell loops for ever", "while True:\n    pass"),
    in_a_cell("a cell sleeps", "import time\ntime.sleep(1000)"),
    in_a_cell("a cell waits for input", "input('your name? ')"),
    in_a_cell("a cell kills itself", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"),
    in_a_cell("a cell stops itself", "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)"),
    in_a_cell("a cell crashes the interpreter", "import ctypes\nctypes.string_at(0)"),
    in_a_cell("a cell aborts", "import os\nos.abort()"),
    in_a_cell(
        "a cell ignores signals and loops",
        """
        import signal
        for number in range(1, 64):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        while True:
            pass
        """,
    ),
    in_a_cell(
        "a thread that never ends",
        """
        import threading
        def spin():
            while True:
                pass
        threading.Thread(target=spin).start()
        """,
    ),
    in_a_cell(
        "a child that answers as well",
        """
        import os
        os.fork()
        """,
    ),
    in_a_cell(
        "a child that holds every descriptor open",
        """
        import os, time
        if os.fork() == 0:
            time.sleep(600)
            os._exit(0)
        """,
    ),
    in_a_cell(
        "a daemon that detaches itself",
        """
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(60)
            os._exit(0)
        """,
    ),
    in_a_cell(
        "many forks",
        """
        import os, time
        for _ in range(200):
            try:
                if os.fork() == 0:
                    time.sleep(60)
                    os._exit(0)
            except OSError:
                break
        """,
    ),
    in_a_cell(
        "many threads",
        """
        import threading, time
        try:
            for _ in range(500):
                threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
        except RuntimeError:
            pass
        """,
    ),
    in_a_cell(
        "code for the end of Python",
        "import atexit, time\natexit.register(time.sleep, 1000)",
    ),
    in_a_cell(
        "a deaf garbage collector",
        """
        class Trap:
            def __del__(self):
                while True:
                    pass
        traps = [Trap() for _ in range(3)]
        """,
    ),
    in_a_cell("recursion without an end", "def down():\n    return down()\ndown()"),
    in_a_cell("a higher limit of recursion", "import sys\nsys.setrecursionlimit(10**9)"),
    in_a_call("a call exits at once", "import os\nos._exit(0)"),
    in_a_call("a call exits", "raise SystemExit"),
    in_a_call("a call interrupts", "raise KeyboardInterrupt"),
    in_a_call("a call loops for ever", "while True:\n    pass"),
    in_a_call(
        "a call catches everything and loops",
        "while True:\n    try:\n        x\n    except BaseException:\n        pass",
    ),
    in_a_call("a call recurses without an end", "return double(x)"),
    in_a_call("a call kills itself", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"),
    in_a_call(
        "a call raises what cannot be shown",
        "class Bad(Exception):\n    def __str__(self):\n        raise Bad\nraise Bad",
    ),
    in_a_call(
        "a call raises with a hostile name",
        'raise type("</td><script>alert(1)</script>", (Exception,), {})',
    ),
    in_a_call(
        "a call stalls on the second of two",
        "double.n = getattr(double, 'n', 0) + 1\nwhile double.n > 1:\n    pass\nreturn 2 * x",
    ),
    in_a_call("a generator", "yield 2 * x"),
    in_a_call("a coroutine's neighbour", "async def later():\n    return 2 * x\nreturn later()"),
    Attack(
        "every question stalls",
        (
            IMPORT,
            "def double(x):\n    while True:\n        pass",
            "def surprise(p):\n    while True:\n        pass",
            LETTER,
            CLAIM,
        ),
        3.0,
    ),
    Attack(
        "every cell stalls",
        tuple(f"{cell}\nwhile True:\n    pass" for cell in (DOUBLE, SURPRISE, LETTER, CLAIM)),
        0.0,
    ),
]
