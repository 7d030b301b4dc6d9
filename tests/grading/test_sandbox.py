"""A submission reaches nothing outside its sandbox; what cannot be isolated is not graded."""

import errno
import itertools
import os
import platform
import shutil
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import pytest

from course_utils.grading import layout, sandbox, worker
from course_utils.grading.answers import Call, NotGraded, Outcome, Variable
from course_utils.grading.sandbox import IsolationUnavailable, Limits
from course_utils.grading.session import Session

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parents[1]

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has what this tests")


def values(source, names, isolation, limits=None, hidden=()):
    """Return what the functions of these names return when they are called in a sandbox."""
    with Session(
        [textwrap.dedent(source)], isolation=isolation, limits=limits, hidden=hidden
    ) as session:
        [report] = session.run_cells()
        assert report.ending == "ok", report
        answers = session.evaluate([(name, Call(name, ())) for name in names])
    assert [answer.outcome for answer in answers] == [Outcome.VALUE] * len(names), answers
    return [answer.value for answer in answers]


def outside(source, names):
    """Return what the same functions return in a process without any confinement: the control."""
    code = f"{textwrap.dedent(source)}\nprint([f() for f in ({', '.join(names)},)])"
    command = [sys.executable, "-c", code]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return eval(output.splitlines()[-1])


# Processes, signals, memory, network: in both kinds of isolation.

REACHING = """
import ctypes, os, signal, socket, subprocess, threading
libc = ctypes.CDLL(None, use_errno=True)
def attempt(action):
    try:
        action()
    except OSError as error:
        return type(error).__name__
    return "done"
def libc_attempt(*call):
    return "done" if libc.syscall(*call) >= 0 else "PermissionError"
def fork():
    def action():
        if os.fork() == 0: os._exit(0)
    return attempt(action)
def spawn(): return attempt(lambda: subprocess.run(["/bin/true"]))
def spawn_posix(): return attempt(lambda: os.posix_spawn("/bin/true", ["true"], {}))
def internet(): return attempt(lambda: socket.socket().close())
def datagram(): return attempt(lambda: socket.socket(type=socket.SOCK_DGRAM).close())
def unix(): return attempt(lambda: socket.socket(socket.AF_UNIX).close())
def signal_parent(): return attempt(lambda: os.kill(os.getppid() or 2, 0))
def signal_all(): return attempt(lambda: os.kill(-1, 0))
def memory_file(): return attempt(lambda: os.close(os.memfd_create("x")))
def shared_memory(): return "done" if libc.shmget(0, 4096, 0o1600) >= 0 else "PermissionError"
def pinned_memory():
    class Piece(ctypes.Structure):
        _fields_ = [("start", ctypes.c_char_p), ("length", ctypes.c_size_t)]
    reading, writing = os.pipe()
    done = libc.vmsplice(writing, ctypes.byref(Piece(b"x" * 4096, 4096)), ctypes.c_size_t(1), 0)
    os.close(reading), os.close(writing)
    return "done" if done > 0 else "PermissionError"
def user_namespace(): return attempt_in_child(lambda: libc.unshare(0x10000000))
def limits_of_parent():
    old = ctypes.create_string_buffer(16)
    return "done" if libc.prlimit(os.getppid() or 2, 7, None, old) == 0 else "PermissionError"
def own_signal():
    signal.signal(signal.SIGUSR1, lambda *_: None)
    return attempt(lambda: os.kill(os.getpid(), signal.SIGUSR1))
def threads():
    def action():
        for _ in range(3):
            t = threading.Thread(target=int); t.start(); t.join()
    return attempt(action)
def pair(): return attempt(lambda: [end.close() for end in socket.socketpair()])
def attempt_in_child(action):
    return "done" if action() == 0 else "PermissionError"
"""
REFUSED = [
    "fork", "spawn", "spawn_posix", "internet", "datagram", "unix", "signal_parent", "signal_all",
    "memory_file", "shared_memory", "pinned_memory", "limits_of_parent",
]  # fmt: skip
ALLOWED = ["own_signal", "threads", "pair"]


@linux
def test_the_kernel_refuses_processes_signals_and_a_network(isolation):
    found = values(REACHING, [*REFUSED, "user_namespace", *ALLOWED], isolation)
    assert found == ["PermissionError"] * (len(REFUSED) + 1) + ["done"] * len(ALLOWED)
    # Without the filter each of them succeeds, but for namespaces, which not every system allows.
    assert outside(REACHING, REFUSED + ALLOWED) == ["done"] * (len(REFUSED) + len(ALLOWED))


def interpret(program, number, *arguments, architecture):
    """Run a classic BPF program on a system call, and return the verdict."""
    words = {0: number, 4: architecture}
    words |= {16 + 8 * place: value & 0xFFFFFFFF for place, value in enumerate(arguments)}
    position, accumulator = 0, 0
    while True:
        code, true, false, constant = program[position]
        position += 1
        if code == worker.RETURN:
            return constant
        if code == worker.LOAD:
            accumulator = words[constant]
            continue
        met = {
            worker.JUMP_EQUAL: accumulator == constant,
            worker.JUMP_AT_LEAST: accumulator >= constant,
            worker.JUMP_SET: bool(accumulator & constant),
        }[code]
        position += true if met else false


@pytest.mark.parametrize("machine", worker.MACHINES)
def test_the_filter_refuses_what_it_lists_and_nothing_else(machine):
    """On both processors, whichever this one is."""
    column, architecture = worker.MACHINES[machine]
    own = 4711
    program = worker.filter_program(machine, own)
    assert len(program) < 4096  # BPF_MAXINSNS

    def verdict(number, *arguments):
        padded = [*arguments, 0, 0, 0]
        return interpret(program, number, *padded, architecture=architecture)

    for name, numbers in worker.REFUSED.items():
        if numbers[column] is not None:
            assert verdict(numbers[column]) == worker.EPERM, name
    assert verdict(worker.CLONE3[column]) == worker.ENOSYS
    assert verdict(worker.CLONE[column], 17) == worker.EPERM  # SIGCHLD: a process
    assert verdict(worker.CLONE[column], 0x3D0F00) == worker.ALLOW  # as pthread_create does
    for numbers in worker.TO_ITSELF.values():
        calls = [(own, worker.ALLOW), (0, worker.ALLOW), (1, worker.EPERM), (-1, worker.EPERM)]
        for target, expected in calls:
            assert verdict(numbers[column], target) == expected
    for numbers, place, forbidden in worker.WITHOUT.values():
        for value, expected in [(v, worker.EPERM) for v in forbidden] + [(99, worker.ALLOW)]:
            assert verdict(numbers[column], *[0] * place, value) == expected
    listed = {n[column] for n in [*worker.REFUSED.values(), *worker.TO_ITSELF.values()]}
    listed |= {numbers[column] for numbers, _, _ in worker.WITHOUT.values()}
    listed |= {worker.CLONE[column], worker.CLONE3[column]}
    assert all(verdict(number) == worker.ALLOW for number in set(range(500)) - listed)
    other = next(a for _, a in worker.MACHINES.values() if a != architecture)
    assert interpret(program, 0, 0, 0, 0, architecture=other) == worker.KILL
    if machine == "x86_64":
        assert verdict(0x40000000 + 57) == worker.EPERM


@pytest.mark.parametrize(
    ("machine", "header"),
    [
        ("x86_64", "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
        ("aarch64", "/usr/include/asm-generic/unistd.h"),
    ],
)
def test_the_numbers_of_the_system_calls_are_those_of_the_headers(machine, header):
    if not Path(header).exists():
        pytest.skip(f"no {header} (Debian's linux-libc-dev)")
    column = worker.MACHINES[machine][0]
    found = {}
    for line in Path(header).read_text().splitlines():
        match line.split():
            case ["#define", name, number] if name.startswith("__NR") and number.isdigit():
                found[name.removeprefix("__NR3264_").removeprefix("__NR_")] = int(number)
    tables = {**worker.REFUSED, **worker.TO_ITSELF, "clone": worker.CLONE, "clone3": worker.CLONE3}
    tables |= {name: numbers for name, (numbers, _, _) in worker.WITHOUT.items()}
    for name, numbers in tables.items():
        if name in found or numbers[column] is None:
            assert found.get(name) == numbers[column], name


LIMITED = """
import os, resource
def limits():
    return {name: list(resource.getrlimit(getattr(resource, name))) for name in dir(resource)
            if name.startswith("RLIMIT_")}
def big_file():
    with open("big", "wb") as file:
        try:
            for _ in range(1 << 10): file.write(bytes(1 << 20))
        except OSError as error:
            return error.errno
def raise_limit():
    try: resource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40))
    except ValueError as error: return "refused"
"""


@linux
def test_the_limits_are_hard(isolation):
    limits = Limits(memory=1 << 30, file_size=1 << 20, open_files=32, submission=20.0)
    found, error, raised = values(LIMITED, ["limits", "big_file", "raise_limit"], isolation, limits)
    assert found["RLIMIT_AS"] == [1 << 30] * 2
    assert found["RLIMIT_FSIZE"] == [1 << 20] * 2
    assert found["RLIMIT_NOFILE"] == [32] * 2
    assert found["RLIMIT_CORE"] == [int(sys.platform == "linux")] * 2  # no file, and no program
    assert found["RLIMIT_CPU"] == [21, 22]
    assert error == errno.EFBIG
    assert raised == "refused"


@linux
def test_threads_without_end_are_refused(isolation):
    code = """
    import threading, time
    def many():
        for n in range(1000):
            try: threading.Thread(target=time.sleep, args=(9,), daemon=True).start()
            except RuntimeError: return n
    """
    [number] = values(code, ["many"], isolation, Limits(memory=1 << 30))
    assert 3 < number < 200


# What can be seen.

SEEING = """
import importlib, os, sys
def importable():
    found = []
    for name in ("numpy", "scipy.special", "matplotlib.pyplot", "course_utils", "sympy", "sklearn",
                 "IPython", "pytest", "wire", "worker", "pip", "setuptools"):
        try: importlib.import_module(name)
        except Exception: continue
        found.append(name)
    return found
def environment(): return dict(os.environ)
def arguments(): return sys.argv[:1] + sys.orig_argv
def places(): return sys.path
"""


def test_numpy_and_its_kin_can_be_imported_and_nothing_else(isolation, monkeypatch):
    monkeypatch.setenv("SECRET", "s3cret")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTHONSTARTUP", "/nowhere")
    limits = Limits(call=30.0)  # the first import of pyplot looks for fonts
    found, environment, places = values(
        SEEING, ["importable", "environment", "places"], isolation, limits
    )
    assert found == ["numpy", "scipy.special", "matplotlib.pyplot"]
    assert "SECRET" not in environment
    assert not any("PYTHON" in name for name in environment if name != "PYTHONHASHSEED")
    assert not any("site-packages" in place for place in places[:3])
    assert len(places) == 4
    # The control: outside, they can.
    control = outside(SEEING, ["importable"])[0]
    assert {"course_utils", "sympy", "pytest"} <= set(control)


FILES = """
import os
def exist(paths=%r): return [path for path in paths if os.path.exists(path)]
def listing():
    found = []
    for top in ("/", "/root", "/home", "/etc", "/tmp", "/var", "/mnt", "/srv"):
        try: found += [os.path.join(top, name) for name in os.listdir(top)]
        except OSError: pass
    return found
def somewhere():
    found = []
    for top, _, files in os.walk("/"):
        if top.startswith(("/proc", "/sys", "/usr/share")): continue
        found += [os.path.join(top, name) for name in files
                  if name in ("spec.py", "master.md", "losses.py", "submission.ipynb")]
    return found
def processes(): return sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
def writable():
    found = []
    for top, folders, _ in os.walk("/"):
        if top == "/": folders[:] = [f for f in folders if f not in ("proc", "sys")]
        try:
            with open(os.path.join(top, "written"), "w"): pass
        except OSError: continue
        os.remove(os.path.join(top, "written"))
        found.append(top)
        folders.clear()
    return found
def memory_of_first():
    if os.getpid() == 1: return "itself"
    try: open("/proc/1/mem", "r+b").close()
    except OSError as error: return type(error).__name__
    return "opened"
def fill():
    written = 0
    try:
        for n in range(1 << 20):
            with open(f"fill{n}", "wb") as file:
                for _ in range(8): written += file.write(bytes(1 << 20))
    except OSError as error:
        return error.errno, written
    finally:
        for name in os.listdir():
            if name.startswith("fill"): os.remove(name)
"""


def readable(folder):
    """Let every user read a folder, since root's workers are others."""
    if os.geteuid() == 0:
        for place in (folder, *folder.parents[:2]):
            place.chmod(0o755)


@pytest.fixture
def secret(tmp_path):
    """Return a file that everybody may read."""
    readable(tmp_path)
    path = tmp_path / "submission.ipynb"
    path.write_text("{}")
    return path


def test_no_file_of_this_machine_is_seen(bubblewrap, secret):
    paths = [str(secret), str(ROOT / "pyproject.toml"), str(TESTS), layout.__file__]
    paths += ["/etc/passwd", "/home", "/var", "/sys", "/worker/worker.py"]
    names = ["exist", "somewhere", "processes", "writable", "memory_of_first", "listing", "fill"]
    limits = Limits(tmpfs=20 << 20, call=60.0)
    exist, somewhere, processes, writable, memory, listing, (error, written) = values(
        FILES % paths, names, bubblewrap, limits
    )
    assert exist == ["/worker/worker.py"]
    assert somewhere == []
    assert processes == ([1] if os.geteuid() else [1, 2])
    assert writable == ["/tmp"]
    assert memory in ("itself", "PermissionError")
    assert not any(path.startswith(("/home", "/var", "/mnt", "/srv")) for path in listing)
    assert {path for path in listing if path.startswith("/etc/")} <= {
        "/etc/ld.so.cache",
        "/etc/alternatives",
    }
    assert error == errno.ENOSPC
    assert written <= 20 << 20
    assert str(secret) in outside(FILES % paths, ["exist"])[0]  # the control


def test_what_is_hidden_is_hidden_under_what_is_shown(bubblewrap, monkeypatch):
    """The library of the interpreter is shown; a course kept within it must not be."""
    kept = Path(os.__file__).resolve().parent / "email"
    source = f"import os\ndef seen(): return os.listdir({str(kept)!r})"
    assert "message.py" in values(source, ["seen"], bubblewrap)[0]
    assert values(source, ["seen"], bubblewrap, hidden=[kept]) == [[]]


@posix
def test_this_package_is_hidden_where_it_is_installed_with_the_interpreter(monkeypatch, tmp_path):
    prefix = tmp_path / "python"
    packages = prefix / "lib" / "python3.11" / "site-packages"
    (packages / "course_utils" / "grading").mkdir(parents=True)
    monkeypatch.setattr(sys, "base_prefix", str(prefix))
    monkeypatch.setattr(layout, "HERE", packages / "course_utils" / "grading")
    options = layout.bubblewrap_arguments.__wrapped__(False, 1 << 20, ())
    pairs = list(itertools.pairwise(options))
    assert ("--ro-bind-try", str(prefix)) in pairs
    assert ("--tmpfs", str(packages)) in pairs
    assert ("--remount-ro", str(packages)) in pairs


@posix
@pytest.mark.parametrize("root", [False, True])
def test_nothing_in_memory_can_be_written_to_but_tmp(root):
    """A user who is not root owns the file systems that bubblewrap makes, and could fill them."""
    options = layout.bubblewrap_arguments(root, 1 << 20, ())
    pairs = list(itertools.pairwise(options))
    made = {place for option, place in pairs if option in ("--tmpfs", "--dev")} | {"/"}
    fixed = {place for option, place in pairs if option == "--remount-ro"}
    assert made - fixed == {"/tmp"}
    assert ("--size", "1048576") in pairs
    assert options.index("/tmp") > options.index("--size")


def test_root_gives_up_being_root(isolation):
    if os.geteuid() != 0:
        pytest.skip("for root alone")
    source = """
    import os
    def who(): return [*os.getresuid(), *os.getresgid(), *os.getgroups()]
    def capabilities():
        lines = open("/proc/self/status").read().splitlines()
        return [line.split()[1] for line in lines if line.startswith(("CapEff", "CapPrm"))]
    def back():
        try: os.setuid(0)
        except OSError as error: return type(error).__name__
    """
    who, capabilities, back = values(source, ["who", "capabilities", "back"], isolation)
    assert len(who) == 6
    assert sandbox.FIRST_USER <= who[0] < sandbox.FIRST_USER + sandbox.USERS
    assert set(who) == {who[0]}
    # At most the right to read, where the interpreter lies in root's own folders.
    reading = 0 if isolation == "bubblewrap" else worker.CAP_DAC_READ_SEARCH
    assert {int(mask, 16) | reading for mask in capabilities} == {reading}
    assert back == "PermissionError"


def test_workers_of_root_have_users_of_their_own(isolation):
    if os.geteuid() != 0:
        pytest.skip("for root alone")
    cells = ["import os; user = os.getuid()"]
    with Session(cells, isolation=isolation) as one, Session(cells, isolation=isolation) as two:
        users = [session.evaluate([("1", Variable("user"))])[0].value for session in (one, two)]
    assert users[0] != users[1]


MOMENTS = [0.0, 0.03, 0.06, 0.1, 0.6]


@linux
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_worker_dies_with_the_grader(isolation, moment):
    cell = """
import ctypes, signal
ctypes.CDLL(None).prctl(1, 0)  # no signal when the parent dies
for number in (1, 2, 3, 15): signal.signal(number, signal.SIG_IGN)
while True: pass
"""
    code = f"""
from course_utils.grading.session import Session
with Session([{cell!r}], isolation={isolation!r}) as session:
    print("ready", flush=True)
    session.run_cells()
"""
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    grader = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
    assert grader.stdout.readline() == b"ready\n"
    threading.Event().wait(moment)
    if moment == MOMENTS[-1]:
        assert settles(lambda: descendants(grader.pid))  # the control: there is something to end
    below = descendants(grader.pid)
    grader.kill()
    grader.wait()
    grader.stdout.close()
    assert settles(lambda: not any(alive(process) for process in below))


def test_a_sandbox_that_is_being_made_dies_with_the_grader(bubblewrap, tmp_path):
    """bwrap is held where one of its processes waits for the other, as if it were slow."""
    (tmp_path / "real").symlink_to(shutil.which("bwrap"))
    os.mkfifo(tmp_path / "gate")
    hold = f'exec {tmp_path}/real --unshare-user --userns-block-fd 9 "$@" 9<>{tmp_path}/gate'
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment["PATH"] = program(tmp_path, hold) + ":" + environment["PATH"]
    code = "from course_utils.grading import sandbox; sandbox.probe('bubblewrap')"
    grader = subprocess.Popen([sys.executable, "-c", code], env=environment)
    below = []

    def held():
        below[:] = descendants(grader.pid)
        names = [Path(f"/proc/{pid}/comm").read_text().strip() for pid, _ in below]
        return names.count("real") == 2

    try:
        assert settles(held)
        grader.kill()
        grader.wait()
        with open(tmp_path / "gate", "r+b", buffering=0) as gate:
            gate.write(b"1")
            assert settles(lambda: not any(alive(process) for process in below))
    finally:
        grader.kill()
        grader.wait()
        for process in filter(alive, below):
            os.kill(process[0], 9)


def descendants(ancestor):
    """Return the processes below one, each with the time of its start, lest a number be reused."""
    stats = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            stats[int(folder.name)] = int(fields[1]), fields[19]
    found = [ancestor]
    for parent in found:
        found += [pid for pid, (above, _) in stats.items() if above == parent]
    return [(pid, stats[pid][1]) for pid in found[1:]]


def alive(process):
    pid, start = process
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return fields[19] == start and fields[0] != "Z"


def settles(condition):
    """Wait until the condition holds, for some seconds at most."""
    for _ in range(100):
        if condition():
            return True
        threading.Event().wait(0.05)
    return False


# What is shown.


def test_the_packages_are_what_the_three_libraries_require():
    names = {place.name for place in layout.packages()}
    assert {"numpy", "scipy", "matplotlib", "PIL", "cycler"} <= names
    assert not {"sympy", "sklearn", "IPython", "course_utils", "pip", "__pycache__"} & names
    assert Path(np.__file__).parent.resolve() in layout.packages()
    assert all(place.exists() for place in layout.packages())


def test_a_requirement_that_is_not_installed_is_passed_over(monkeypatch):
    requirements = {"numpy": ["absent>=1", 'other; extra == "x"'], "scipy": ["NumPy (>1)"]}

    def requires(name):
        if name not in requirements:
            raise layout.importlib.metadata.PackageNotFoundError(name)
        return requirements[name]

    monkeypatch.setattr(layout.importlib.metadata, "requires", requires)
    assert layout._closure(layout.SHOWN) == ["numpy", "scipy"]


# Faults of the machine.


def program(folder, text):
    """Make an executable of this text that stands before all others."""
    path = folder / "bwrap"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(folder)


@linux
@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("echo 'bwrap: No permissions to create new namespace' >&2; exit 1", "AppArmor"),
        ("echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1", "AppArmor"),
        ("echo 'bwrap: Creating new namespace failed: Resource temporarily unavailable' >&2; "
         "exit 1", "too many processes"),
        ("echo 'bwrap: Unknown option --as-pid-1' >&2; exit 1", "Unknown option"),
        ("exit 3", "status 3"),
        ("echo out; head -c 100000 /dev/zero >&2", "does not start"),
        ("exec sleep 60", "not ready after 1 seconds"),
    ],
)  # fmt: skip
def test_a_bubblewrap_that_may_not_work_is_explained(text, advice, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", program(tmp_path, text), prepend=":")
    with pytest.raises(IsolationUnavailable, match=advice) as caught:
        sandbox.probe("bubblewrap", Limits(start=1.0))
    assert isinstance(caught.value, NotGraded)


@linux
def test_without_bubblewrap_grading_refuses_and_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(IsolationUnavailable, match="install the package `bubblewrap`"):
        sandbox.probe("bubblewrap")
    sandbox.probe("limits")


@posix
@pytest.mark.parametrize(
    ("interpreter", "advice"),
    [("/nowhere/python", "No such file|does not start"), ("/bin/false", "status 1")],
)
def test_a_broken_interpreter_is_no_mark(isolation, interpreter, advice, monkeypatch):
    monkeypatch.setattr(layout, "INTERPRETER", interpreter)
    with pytest.raises(IsolationUnavailable, match=advice):
        sandbox.probe(isolation)


@posix
def test_a_missing_numpy_is_no_mark(isolation, monkeypatch):
    monkeypatch.setattr(layout, "packages", lambda: ())
    layout.bubblewrap_arguments.cache_clear()
    with pytest.raises(IsolationUnavailable, match="install NumPy"):
        sandbox.probe(isolation)
    layout.bubblewrap_arguments.cache_clear()


@posix
@pytest.mark.parametrize(
    ("code", "advice"),
    [(errno.EAGAIN, "processes"), (errno.EMFILE, "open files"), (errno.ENOSPC, "disk is full")],
)
def test_a_machine_at_its_limits_is_no_mark(isolation, code, advice, monkeypatch):
    def fail(*_, **__):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(sandbox.subprocess, "Popen", fail)
    with pytest.raises(IsolationUnavailable, match=advice):
        sandbox.probe(isolation)


@linux
def test_root_is_told_when_nobody_else_can_read_the_interpreter(bubblewrap, monkeypatch):
    if os.geteuid() != 0:
        pytest.skip("for root alone")
    places = [*layout.search_path(), "/nowhere"]
    monkeypatch.setattr(layout, "search_path", lambda: places)
    with pytest.raises(IsolationUnavailable, match=r"other users cannot read \['/nowhere'\]; let"):
        sandbox.probe("bubblewrap")


@pytest.mark.parametrize(
    ("system", "machine", "isolation", "advice"),
    [
        ("win32", "AMD64", "limits", "container or a virtual machine"),
        ("win32", "AMD64", "bubblewrap", "container or a virtual machine"),
        ("darwin", "arm64", "bubblewrap", "exists on Linux only"),
        ("linux", "riscv64", "bubblewrap", "no filter of system calls for riscv64"),
    ],
)
def test_other_systems_are_told_what_to_do(system, machine, isolation, advice, monkeypatch):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    with pytest.raises(IsolationUnavailable, match=advice):
        sandbox.probe(isolation)


def test_limits_alone_say_what_they_leave_open(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    here = sandbox.unprotected()
    assert "submissions" in here
    assert "network" not in here
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "network" in sandbox.unprotected()


@posix
def test_too_few_descriptors_leave_nothing_behind(isolation, tmp_path):
    """With room for so many more descriptors as do not suffice, at every point of the start."""
    code = f"""
import os, resource, tempfile
from course_utils.grading import sandbox
from course_utils.grading.answers import NotGraded
tempfile.tempdir = {str(tmp_path)!r}
sandbox.layout.packages()
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
used = len(os.listdir("/proc/self/fd"))
refused = 0
for room in range(4, 18):  # to remove a folder takes some, too
    resource.setrlimit(resource.RLIMIT_NOFILE, (used + room, hard))
    try: sandbox.probe({isolation!r})
    except NotGraded: refused += 1
    assert len(os.listdir("/proc/self/fd")) == used
    assert os.listdir(tempfile.tempdir) == []
print(refused)
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    assert run.returncode == 0, run.stderr
    assert 0 < int(run.stdout) < 14


def test_an_unknown_isolation_is_an_error():
    with pytest.raises(ValueError, match="isolation must be 'bubblewrap' or 'limits'"):
        sandbox.probe("docker")


def test_the_package_is_importable_where_there_are_no_processes_to_limit():
    code = """
import subprocess, sys, numpy  # as they are on this system
sys.platform = "win32"
sys.modules.update(fcntl=None, resource=None)
import course_utils.grading.session
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
