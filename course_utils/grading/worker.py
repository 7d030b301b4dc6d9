"""The untrusted side: runs the cells and the calls of one submission in its sandbox.

This is a script of its own. It stands in the sandbox beside `wire.py` alone and is started as
``python -I -S -B worker.py DESCRIPTOR``, where the descriptor is one end of a pair of sockets.
The first line that it receives says how it shall confine itself; it does so, answers that it is
ready, and from then on runs code that nobody trusts. Nothing that it says later is trusted either.

Each line after the first is announced work, a cell, a call or a variable, and each gets one line
in reply, which repeats its nonce.
"""

import builtins
import contextlib
import importlib
import json
import os
import platform
import socket
import sys
import traceback
import types
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

EXHAUSTED = 87
"""Exit status of a worker that has no memory left even for its reply."""
ROOM = 64 << 20
"""Bytes that must be left after a `MemoryError`, or the worker asks to be replaced."""
MAX_MESSAGE = 300

Message = dict[str, Any]


def main(descriptor: int) -> None:
    """Confine this process as the first line says, then serve the others until the end."""
    channel = socket.socket(fileno=descriptor)
    lines = channel.makefile("rb")
    orders = json.loads(lines.readline())
    try:
        if sys.platform == "linux":
            confine_on_linux(orders)
        set_limits(orders["resources"])
        sys.path += orders["packages"]
        wire = load_wire()
        if orders["filter"]:
            install_filter()
        silence(channel)
    except Exception as error:
        reply = {"nonce": orders["nonce"], "failed": f"{type(error).__name__}: {error}"[:1000]}
        channel.sendall(json.dumps(reply).encode() + b"\n")
        return
    try:
        serve(channel, lines, wire, orders["nonce"])
    except MemoryError:
        os._exit(EXHAUSTED)


def load_wire() -> Any:
    """Import `wire`, and with it NumPy, from beside this script, and forget where it came from."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path.insert(0, here)
    wire = importlib.import_module("wire")
    sys.path.remove(here)
    return sys.modules.pop("wire", wire)


def silence(channel: socket.socket) -> None:
    """Keep the channel as the only open descriptor beside three of nothing."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nothing, standard)
    kept = channel.fileno()
    os.closerange(3, kept)
    os.closerange(kept + 1, 4096)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8", errors="replace")  # noqa: SIM115
        for number, mode in enumerate(["r", "w", "w"])
    )


# Confinement.


def set_limits(resources: dict[str, list[int]]) -> None:
    """Set the limits of this process, soft and hard; macOS knows some that it does not keep."""
    import resource

    for name, limits in resources.items():
        try:
            resource.setrlimit(getattr(resource, name), (limits[0], limits[1]))
        except (ValueError, OSError):
            if sys.platform != "darwin":
                raise


def confine_on_linux(orders: Message) -> None:
    """Give up the user, if root said so, and die with the parent."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    if orders["user"] is not None:
        prctl(libc, PR_SET_KEEPCAPS, 1)
        os.setgroups([])
        os.setresgid(orders["user"], orders["user"], orders["user"])
        os.setresuid(orders["user"], orders["user"], orders["user"])
        places = [*orders["packages"], os.path.dirname(os.__file__)]
        closed = [place for place in places if not os.access(place, os.R_OK | os.X_OK)]
        try:  # the interpreter of root may lie where nobody else can read it
            set_capabilities(libc, CAP_DAC_READ_SEARCH if closed else 0)
        except PermissionError as error:
            raise PermissionError(f"other users cannot read {closed}") from error
    prctl(libc, PR_SET_PDEATHSIG, 9)  # again: a change of the user has undone it
    if os.getppid() != orders["parent"]:
        sys.exit("the parent has died")


PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 8, 22, 38
CAP_DAC_READ_SEARCH = 1 << 2


def prctl(libc: Any, option: int, *arguments: Any) -> None:
    """Call `prctl`, and raise `OSError` if it fails."""
    import ctypes

    padded = [*arguments, *[ctypes.c_ulong(0)] * (4 - len(arguments))]
    if libc.prctl(option, *padded) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option})")


def set_capabilities(libc: Any, mask: int) -> None:
    """Keep these capabilities out of the first 32, and no others."""
    import ctypes

    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    data = (ctypes.c_uint32 * 6)(mask, mask, 0, 0, 0, 0)  # effective, permitted, inheritable
    if libc.capset(header, data) != 0:
        raise OSError(ctypes.get_errno(), "capset")


# Numbers of system calls on x86-64 and on AArch64 (None: does not exist there). What they allow is
# more processes, other users' namespaces, memory that no limit counts, a network, or a hand on
# another process or on what all of them share: the disks and the queues before them. Threads
# remain.
REFUSED = {
    "fork": (57, None),
    "vfork": (58, None),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "vmsplice": (278, 75),  # a page in a pipe keeps the two megabytes around it, though unmapped
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "syslog": (103, 116),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_setup": (206, 0),
    "sync": (162, 81),
    "syncfs": (306, 267),
    "socket": (41, 198),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    "kcmp": (312, 272),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
}
CLONE, CLONE3 = (56, 220), (435, 435)
CLONE_THREAD = 0x10000
TO_ITSELF = {"kill": (62, 129), "tgkill": (234, 131), "prlimit64": (302, 261)}
"""Allowed if the first argument is 0 or this process."""
WITHOUT = {
    "prctl": ((157, 167), 0, [PR_SET_PDEATHSIG]),
    "fcntl": ((72, 25), 1, [8, 15]),  # F_SETOWN, F_SETOWN_EX: signals to others
    "ioctl": ((16, 29), 1, [0x8901, 0x8902]),  # FIOSETOWN, SIOCSPGRP
}
"""Allowed unless the argument at this place is one of these."""
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Column of the numbers above, and the AUDIT_ARCH of the system calls that may be made."""

LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_SET, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL, EPERM, ENOSYS = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026

Instruction = tuple[int, int, int, int]


def filter_program(machine: str, process: int) -> list[Instruction]:
    """Return the classic BPF program that refuses what is listed above."""
    column, architecture = MACHINES[machine]

    def load(argument: int) -> Instruction:
        return (LOAD, 0, 0, 16 + 8 * argument)  # the low half, on these little-endian machines

    def on(number: int | None, *body: Instruction) -> list[Instruction]:
        return [] if number is None else [(JUMP_EQUAL, 0, len(body), number), *body]

    refuse, allow = (RETURN, 0, 0, EPERM), (RETURN, 0, 0, ALLOW)
    program = [
        (LOAD, 0, 0, 4),
        (JUMP_EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, 0),
    ]
    if machine == "x86_64":  # the numbers of the x32 interface
        program += [(JUMP_AT_LEAST, 0, 1, 0x40000000), refuse]
    for numbers in REFUSED.values():
        program += on(numbers[column], refuse)
    program += on(CLONE3[column], (RETURN, 0, 0, ENOSYS))  # the C library falls back on clone
    program += on(CLONE[column], load(0), (JUMP_SET, 0, 1, CLONE_THREAD), allow, refuse)
    for numbers in TO_ITSELF.values():
        own = [(JUMP_EQUAL, 1, 0, 0), (JUMP_EQUAL, 0, 1, process)]
        program += on(numbers[column], load(0), *own, allow, refuse)
    for numbers, argument, values in WITHOUT.values():
        tests = [step for value in values for step in [(JUMP_EQUAL, 0, 1, value), refuse]]
        program += on(numbers[column], load(argument), *tests, allow)
    return [*program, allow]


def install_filter() -> None:
    """Have the kernel refuse the listed system calls to this process for good."""
    import ctypes
    import struct

    program = filter_program(platform.machine(), os.getpid())
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in program))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]

    libc = ctypes.CDLL(None, use_errno=True)
    prctl(libc, PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1))
    pointer = ctypes.byref(Program(len(program), ctypes.addressof(code)))
    prctl(libc, PR_SET_SECCOMP, ctypes.c_ulong(2), pointer)  # SECCOMP_MODE_FILTER


# Service.


def serve(channel: socket.socket, lines: BinaryIO, wire: Any, nonce: str) -> None:
    """Say that the worker is ready, and answer line after line."""
    namespace = fresh_namespace()
    channel.sendall(wire.pack({"nonce": nonce, "ready": True}))
    for line in lines:
        request = json.loads(line)
        if "cell" in request:
            reply = run_cell(namespace, request["cell"], request["name"])
        else:
            reply = evaluate(namespace, request, wire)
        reply["nonce"] = request["nonce"]
        try:
            answer = wire.pack(reply)
        except wire.Unreadable as error:
            answer = wire.pack({"nonce": request["nonce"], "unreadable": error.kind})
        channel.sendall(answer)


def fresh_namespace() -> dict[str, Any]:
    """Return the names of an empty notebook, as those of the module ``__main__``."""
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    shell = Shell(module.__dict__)
    module.__dict__.update(get_ipython=lambda: shell, display=lambda *_, **__: None)
    builtins.exit = builtins.quit = sys.exit  # type: ignore[assignment]
    return module.__dict__


class Shell:
    """What `get_ipython` returns: it times without a clock, and does nothing else."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.user_ns = namespace

    def run_line_magic(self, name: str, line: str, *_: object) -> None:
        if name == "time":
            exec(compile(line, "<time>", "exec", dont_inherit=True), self.user_ns)

    def getoutput(self, *_: object) -> list[str]:
        return []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None


def run_cell(namespace: dict[str, Any], source: str, name: str) -> Message:
    """Run the code of a cell, and say how it ended."""
    try:
        exec(compile(source, name, "exec", dont_inherit=True), namespace)
    except BaseException as error:
        return {
            "raised": str(type(error).__name__)[:MAX_MESSAGE],
            "message": message_of(error),
            "line": line_of(error, name),
            **room_after(error),
        }
    return {"done": True}


def message_of(error: BaseException) -> str:
    with contextlib.suppress(Exception):
        return str(error)[:MAX_MESSAGE]
    return ""


def line_of(error: BaseException, name: str) -> int:
    """Return the line of the cell at which the error arose, or 0."""
    if isinstance(error, SyntaxError) and error.filename == name:
        return error.lineno or 0
    steps = traceback.walk_tb(error.__traceback__)
    return [0, *(line for frame, line in steps if frame.f_code.co_filename == name)][-1]


def room_after(error: BaseException) -> Message:
    """Return whether memory ran out, and if so whether the error has given it back."""
    if not isinstance(error, MemoryError):
        return {}
    error.__traceback__ = None  # which holds the variables of every frame
    try:
        bytearray(ROOM)
    except MemoryError:
        return {"memory": True, "room": False}
    return {"memory": True, "room": True}


def evaluate(namespace: dict[str, Any], request: Message, wire: Any) -> Message:
    """Call a function or read a variable, and return its value in the tagged form."""
    name = request["name"]
    if name not in namespace or ("call" in request and not callable(namespace[name])):
        return {"missing": True}
    try:
        value = namespace[name]
        if "call" in request:
            value = value(*(wire.decode(argument) for argument in request["call"]))
        return {"value": wire.encode(value)}
    except wire.Unreadable as error:
        return {"unreadable": error.kind}
    except BaseException as error:
        return {"raised": nearest_builtin(type(error)), **room_after(error)}


def nearest_builtin(kind: type) -> str:
    """Return the name of the first class of the hierarchy that is built in."""
    return next(base.__name__ for base in kind.__mro__ if base in BUILTIN)


def builtin_exceptions() -> Iterator[type]:
    for thing in vars(builtins).values():
        if isinstance(thing, type) and issubclass(thing, BaseException):
            yield thing


BUILTIN = frozenset(builtin_exceptions())

if __name__ == "__main__":
    main(int(sys.argv[1]))
