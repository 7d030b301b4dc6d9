"""Attempts to get out of the sandbox. Each leaves in ``loot`` what it got, or changes a victim.

The code is a template: ``$secret`` is a file that only the lecturer should read, ``$victim`` one
that must not change, ``$port`` a port of this machine on which somebody listens, ``$socket`` a
socket in the file system, ``$grader`` the number of the grader's process, ``$repository`` the
folder of the course, ``$marker`` a word by which a process that was left behind is found.

The positive control of each is a plain process, without any sandbox, in which it must succeed.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent


@dataclass(frozen=True)
class Escape:
    """An attempt; `control` says whether a plain process succeeds where the tests run."""

    name: str
    code: str
    control: bool = True

    @property
    def source(self) -> str:
        return dedent(self.code).strip()


def reading(name: str, path: str, control: bool = True) -> Escape:
    return Escape(name, f'loot = open("{path}", "rb").read(4096)', control)


ESCAPES = [
    reading("reads a file of the lecturer", "$secret"),
    reading("reads the specification", "$repository/book/exercises/softmax/spec.py"),
    reading("reads a master", "$repository/book/exercises/softmax/master.md"),
    reading("reads the environment of the grader", "/proc/$grader/environ"),
    reading("reads the memory map of the grader", "/proc/$grader/maps"),
    reading("reads the accounts of the machine", "/etc/passwd"),
    reading("reads the name of the machine", "/etc/hostname"),
    Escape(
        "asks for the name of the machine",
        """
        import platform
        loot = platform.node() if platform.node() != "sandbox" else None
        """,
    ),
    Escape(
        "opens a file by its handle",
        """
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        handle = ctypes.create_string_buffer(136)
        ctypes.c_uint.from_buffer(handle).value = 128
        mount = ctypes.c_int()
        if libc.name_to_handle_at(-100, b"/usr", handle, ctypes.byref(mount), 0):
            raise OSError(ctypes.get_errno(), "no handle")
        place = os.open("/usr", os.O_RDONLY)
        if libc.open_by_handle_at(place, handle, os.O_RDONLY) < 0:
            raise OSError(ctypes.get_errno(), "not opened")
        loot = True
        """,
        control=False,
    ),
    Escape(
        "makes system calls of another interface",
        """
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        x32 = 0x40000000
        loot = [n for n in (41, 57, 272, 425) if libc.syscall(x32 | n, 1, 1, 0, 0, 0) >= 0]
        """,
        control=False,
    ),
    Escape(
        "becomes another program without a filter",
        """
        import os, sys
        code = "import socket; socket.create_connection(('127.0.0.1', $port)).send(b'hello')"
        os.execv(sys.executable, [sys.executable, "-c", code])
        """,
        control=False,
    ),
    Escape(
        "makes a ring for system calls",
        """
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        ring = libc.syscall(425, 4, ctypes.create_string_buffer(120))
        loot = ring if ring >= 0 else None
        """,
        control=False,
    ),
    Escape(
        "reads the log of the kernel",
        """
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        text = ctypes.create_string_buffer(4096)
        loot = libc.klogctl(3, text, 4096) > 0
        """,
        control=False,
    ),
    Escape(
        "triggers the keys of the kernel",
        """
        import os
        loot = [path for path in ("/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern",
                                  "/proc/sys/kernel/hostname", "/proc/sys/vm/drop_caches",
                                  "/proc/kcore", "/proc/kmsg", "/sys/kernel/uevent_helper")
                if os.access(path, os.R_OK if path[-4:] in ("core", "kmsg") else os.W_OK)]
        """,
        control=False,
    ),
    Escape(
        "writes to the memory of the first process",
        """
        loot = None
        if __import__("os").getpid() != 1:
            loot = open("/proc/1/mem", "r+b")
        """,
        control=False,
    ),
    Escape(
        "follows a link of its own",
        """
        import os, tempfile
        link = os.path.join(tempfile.mkdtemp(), "link")
        os.symlink("$secret", link)
        loot = open(link).read()
        """,
    ),
    Escape(
        "goes through the root of another process",
        """
        import glob
        loot = None
        for root in glob.glob("/proc/[0-9]*/root"):
            try:
                loot = open(root + "$secret").read() or loot
            except OSError:
                pass
        """,
    ),
    Escape(
        "looks for the secret everywhere",
        """
        import os
        loot = None
        name = os.path.basename("$secret")
        for start in ("/tmp", "/home", "/mnt", "/srv", "$repository"):
            for folder, _, files in os.walk(start):
                if name in files:
                    loot = folder
                    break
        """,
    ),
    Escape("changes a file of the lecturer", 'loot = open("$victim", "w").write("changed")'),
    Escape("removes a file of the lecturer", 'import os\nos.unlink("$victim")\nloot = True'),
    Escape("imports the answers", "from course_utils.softmax import softmax as loot"),
    Escape(
        "searches the disk for the answers",
        """
        import os, sys
        loot = None
        for start in (sys.prefix, sys.base_prefix, "/usr/lib/python3", "/usr/local", "$repository"):
            for folder, folders, files in os.walk(start):
                if os.path.basename(folder) == "course_utils" and "softmax.py" in files:
                    loot = folder
                    break
        """,
    ),
    Escape(
        "connects to a port of the machine",
        """
        import socket
        loot = socket.create_connection(("127.0.0.1", $port), timeout=1).send(b"hello")
        """,
    ),
    Escape(
        "connects through IPv6",
        """
        import socket
        loot = socket.create_connection(("::ffff:127.0.0.1", $port), timeout=1).send(b"hello")
        """,
    ),
    Escape(
        "connects to a socket in the file system",
        """
        import socket
        s = socket.socket(socket.AF_UNIX)
        s.connect("$socket")
        loot = s.send(b"hello")
        """,
    ),
    Escape(
        "connects to an abstract socket",
        """
        import socket
        s = socket.socket(socket.AF_UNIX)
        s.connect("\\0$marker")
        loot = s.send(b"hello")
        """,
    ),
    Escape(
        "sees the interfaces of the machine",
        """
        import socket
        loot = [name for _, name in socket.if_nameindex() if name != "lo"]
        """,
        control=False,
    ),
    Escape("signals the grader", "import os\nos.kill($grader, 0)\nloot = True"),
    Escape(
        "sees the grader among the processes",
        """
        import os
        loot = os.path.exists("/proc/$grader/stat")
        """,
    ),
    Escape(
        "leaves a process behind",
        """
        import os, subprocess, sys
        loot = None
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                for fd in range(256):
                    try:
                        os.close(fd)
                    except OSError:
                        pass
                sleep = [sys.executable, "-c", "import time; time.sleep(30)", "$marker"]
                os.execv(sys.executable, sleep)
            os._exit(0)
        """,
    ),
    Escape(
        "becomes root",
        """
        import os
        os.setuid(0)
        loot = open("$secret").read()
        """,
        control=False,
    ),
    Escape(
        "mounts a file system",
        """
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.mount(b"none", b"/tmp", b"tmpfs", 0, None):
            raise OSError
        loot = True
        """,
        control=False,
    ),
    Escape(
        "makes a user namespace and mounts in it",
        """
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(0x10000000 | 0x00020000):
            raise OSError
        try:
            loot = open("$secret").read()
        except OSError:
            libc.mount(b"proc", b"/tmp", b"proc", 0, None)
            loot = os.path.exists("/tmp/$grader/stat")
        """,
        control=False,
    ),
    Escape(
        "writes to the system",
        """
        import os
        loot = None
        for folder in ("/usr/lib", "/usr/bin", "/etc", "/grader", os.path.dirname(np.__file__)):
            try:
                path = os.path.join(folder, "$marker")
                open(path, "w").write("x")
                os.unlink(path)
                loot = path
            except OSError:
                pass
        """,
    ),
    Escape(
        "changes the worker for the next submission",
        """
        import sys
        path = sys.modules["__main__"].__file__
        text = open(path).read()
        open(path, "a").close()
        loot = path
        """,
        control=False,
    ),
    Escape(
        "loses its limits",
        """
        import resource
        loot = None
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        try:
            resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)
            loot = hard != resource.RLIM_INFINITY
        except (ValueError, OSError):
            pass
        """,
        control=False,
    ),
    Escape(
        "talks to the terminal",
        """
        import fcntl, os, termios
        tty = os.open("/dev/tty", os.O_RDWR)
        fcntl.ioctl(tty, termios.TIOCSTI, b"x")
        loot = True
        """,
        control=False,
    ),
    Escape(
        "finds a file of the previous submission",
        """
        import os
        path = "/tmp/left-$marker"
        loot = os.path.exists(path)
        open(path, "w").write("mine")
        loot = loot or None
        """,
        control=False,
    ),
]
