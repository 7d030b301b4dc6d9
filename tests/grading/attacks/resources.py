"""Attacks on memory, disk and output: the question that asks for too much fails, and only that."""

from __future__ import annotations

from attacks.processes import in_a_call, in_a_cell

ATTACKS = [
    in_a_cell("memory by lists", "hoard = []\nwhile True:\n    hoard.append(bytearray(10**7))"),
    in_a_cell("memory by one array", "np.ones(10**11)"),
    in_a_cell(
        "memory mapped",
        """
        import mmap
        hoard = []
        while True:
            hoard.append(mmap.mmap(-1, 10**8))
            hoard[-1].write(b"x" * 10**8)
        """,
    ),
    in_a_cell(
        "memory of many children",
        """
        import os, time
        for _ in range(6):
            try:
                if os.fork() == 0:
                    hoard = bytearray(2 * 10**8)
                    time.sleep(60)
                    os._exit(0)
            except OSError:
                break
        """,
    ),
    in_a_cell(
        "disk in /tmp",
        """
        hoard = open("/tmp/hoard-of-an-attack", "wb")
        try:
            for _ in range(300):
                hoard.write(b"x" * 10**6)
                hoard.flush()
        finally:
            import os
            os.unlink("/tmp/hoard-of-an-attack")
        """,
    ),
    in_a_cell(
        "disk in many files",
        """
        import tempfile, os
        folder = tempfile.mkdtemp()
        try:
            for n in range(3000):
                with open(os.path.join(folder, str(n)), "wb") as file:
                    file.write(b"x" * 10**5)
        finally:
            import shutil
            shutil.rmtree(folder, ignore_errors=True)
        """,
    ),
    in_a_cell(
        "disk in the names of files",
        """
        import os, tempfile
        os.chdir(tempfile.mkdtemp())
        for n in range(100_000):
            os.mknod(f"{n:0200}")
        """,
    ),
    in_a_cell("a flood on standard output", "while True:\n    print('x' * 10**6)"),
    in_a_cell(
        "a flood on standard error",
        "import os\nfor _ in range(10**4):\n    os.write(2, b'x' * 10**5)",
    ),
    in_a_cell("many open files", "files = []\nwhile True:\n    files.append(open('/dev/null'))"),
    in_a_cell("a long integer power", "9 ** 9 ** 9"),
    in_a_cell("a slow regular expression", "import re\nre.match('(a+)+$', 'a' * 64 + '!')"),
    in_a_call("a call that hoards", "hoard = []\nwhile True:\n    hoard.append(bytearray(10**7))"),
    in_a_call("a call that prints without an end", "while True:\n    print('x' * 10**6)"),
]
