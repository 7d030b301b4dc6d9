"""What a sandbox shows: the interpreter, its library, NumPy and its kin, and nothing else."""

import fnmatch
import functools
import importlib.metadata
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

SHOWN = ("numpy", "scipy", "matplotlib")
"""The distributions that a submission may import, if they are installed, with what they require."""

HERE = Path(__file__).resolve().parent
SCRIPTS = ("worker.py", "wire.py")
INTERPRETER = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
# Not -I: it would ignore the fixed seed of hashes, without which sets of strings change their order
# from run to run. The environment holds nothing but what is written here.
OPTIONS = ("-P", "-s", "-S", "-B")


def environment(folder: str) -> dict[str, str]:
    """Return the environment of a worker whose only place to write is this folder."""
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": folder,
        "TMPDIR": folder,
        "MPLCONFIGDIR": folder,
        "MPLBACKEND": "Agg",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
    }


@functools.cache
def packages() -> tuple[Path, ...]:
    """Return the files and folders that make up the distributions shown, each at its own place."""
    found: dict[Path, None] = {}
    for name in _closure(SHOWN):
        distribution = importlib.metadata.distribution(name)
        for entry in _top_level(distribution):
            place = Path(str(distribution.locate_file(entry)))
            if place.exists():
                found[place.parent.resolve() / place.name] = None
    return tuple(found)


def _closure(names: Sequence[str]) -> list[str]:
    """Return the installed distributions among these names, and all that they require."""
    closure: list[str] = []
    waiting = list(names)
    while waiting:
        name = waiting.pop(0)
        try:
            requirements = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue  # not installed, or for another system
        closure.append(name)
        for requirement in requirements:
            match = re.match(r"[\w.-]+", requirement)
            if match and "extra ==" not in requirement:
                required = re.sub(r"[-_.]+", "-", match[0]).lower()
                if required not in closure + waiting:
                    waiting.append(required)
    return closure


def _top_level(distribution: importlib.metadata.Distribution) -> Iterator[str]:
    """Yield the names that a distribution has put beside others, such as ``numpy.libs``."""
    if distribution.files:
        names = {file.parts[0] for file in distribution.files}
        yield from sorted(n for n in names if n not in ("..", "__pycache__") and n[-4:] != ".pth")
    else:  # a system's packages may have no list of files
        yield from (distribution.read_text("top_level.txt") or distribution.name).split()


def search_path() -> list[str]:
    """Return the folders in which `packages` lie."""
    return list(dict.fromkeys(str(place.parent) for place in packages()))


@functools.cache
def bubblewrap_arguments(root: bool, tmpfs: int, hidden: tuple[Path, ...]) -> tuple[str, ...]:
    """Return the options of ``bwrap`` that lay out a sandbox.

    Inside, ``/`` holds the system's programs and libraries, the interpreter and the packages at
    their own places, all to be read only, and an empty ``/tmp`` of `tmpfs` bytes. The folders of
    installed packages, this package, and what is `hidden` are empty wherever they would be seen.

    As root no user namespace is made, since the kernel exempts the user 0 from the limit on
    processes there too; the worker keeps the means to become another user, and uses them first.
    """
    bound = [Path("/usr"), Path(sys.base_prefix).resolve()]
    roots = bound[:1] if bound[1].is_relative_to(bound[0]) else bound
    masks = [place for place in _masks(roots) + list(hidden) if place.is_dir()]
    masks = [place for place in masks if any(place.is_relative_to(root) for root in roots)]
    options = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    options += ["--hostname", "sandbox"]  # or it would keep the name of the machine
    options += ["--unshare-cgroup-try", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    if root:
        options += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        # bwrap's own first process would belong to the same user, who could then write to its
        # memory through /proc/1/mem, and that process is bound by no limit.
        options += ["--unshare-user", "--as-pid-1"]
    options += ["--proc", "/proc", "--dev", "/dev"]
    options += ["--perms", "1777", "--size", str(tmpfs), "--tmpfs", "/tmp"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        place = Path("/", name)
        if place.is_symlink():
            options += ["--symlink", os.readlink(place), str(place)]
        elif place.is_dir():
            options += _read_only(place)
    system = [*roots, Path("/etc/ld.so.cache"), Path("/etc/alternatives")]
    # Folders on the way that bwrap made by itself could be entered by their owner alone.
    shown = [*system, *packages(), Path("/worker", SCRIPTS[0])]
    for folder in sorted({parent for place in shown for parent in place.parents}):
        if not any(folder.is_relative_to(root) for root in roots):
            options += ["--dir", str(folder)]
    for place in system:
        options += _read_only(place)
    for place in masks:
        options += ["--tmpfs", str(place)]
    for place in packages():
        options += _read_only(place)
    for script in SCRIPTS:
        options += ["--ro-bind", str(HERE / script), f"/worker/{script}"]
    # A file system in memory that anybody may fill would be memory that no limit counts.
    for place in [*masks, Path("/dev"), Path("/")]:
        options += ["--remount-ro", str(place)]
    return (*options, "--chdir", "/tmp")


def _read_only(place: Path) -> list[str]:
    return ["--ro-bind-try", str(place), str(place)]


def _masks(roots: Sequence[Path]) -> list[Path]:
    """Return where installed packages may lie under these folders, and where this one lies."""
    libraries = [lib for root in roots for lib in _entries(root, "lib*")]
    libraries += [lib for root in roots for lib in _entries(root / "local", "lib*")]
    pythons = [python for lib in libraries for python in _entries(lib, "python3*")]
    places = [place for python in pythons for place in _entries(python, "*-packages")]
    return list(dict.fromkeys(place.resolve() for place in [*places, HERE.parents[1]]))


def _entries(folder: Path, pattern: str) -> list[Path]:
    """Return what lies in a folder, if it is one.

    A folder that cannot be listed is an error, which `Path.glob` of newer Pythons would pass over.
    """
    names = os.listdir(folder) if folder.is_dir() else []
    return [folder / name for name in fnmatch.filter(names, pattern)]
