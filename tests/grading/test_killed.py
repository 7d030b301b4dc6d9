"""A grader that is killed, or runs out of disk, and is started again."""

from __future__ import annotations

import contextlib
import ctypes
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from classes import COURSE, write_class

from course_utils.grading.executors import end_stillborn, stillborn

ROOT = Path(__file__).parents[2]
PR_SET_CHILD_SUBREAPER = 36

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel of Linux")
ISOLATION = "bubblewrap" if shutil.which("bwrap") else "limits"


def start(submissions, out):
    words = [
        "grade",
        submissions,
        "--out",
        out,
        "--exercise",
        "softmax",
        "--exercises",
        COURSE,
        "--seed",
        "1",
    ]
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "course_utils.grading",
            *words,
            "--jobs=2",
            "--isolation",
            ISOLATION,
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(submissions, out):
    process = start(submissions, out)
    said, _ = process.communicate(timeout=300)
    return process.returncode, said


def children():
    """Return the children of this process, with what they run."""
    found = {}
    for path in Path("/proc/self/task").glob("*/children"):
        for pid in path.read_text().split():
            with contextlib.suppress(OSError):
                found[int(pid)] = Path("/proc", pid, "cmdline").read_bytes().replace(b"\0", b" ")
    return found


@pytest.fixture
def orphans():
    """A function that says what is left over: whatever loses its parent becomes ours."""
    libc = ctypes.CDLL(None)
    assert libc.prctl(PR_SET_CHILD_SUBREAPER, 1) == 0
    before = set(children())

    def left_over(patience=10.0):
        deadline = time.monotonic() + patience
        while True:
            # Reap what has ended; what remains is alive.
            for pid in set(children()) - before:
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
            alive = {pid: line for pid, line in children().items() if pid not in before}
            if not alive or time.monotonic() > deadline:
                return alive
            time.sleep(0.02)

    yield left_over
    libc.prctl(PR_SET_CHILD_SUBREAPER, 0)


def test_what_loses_its_parent_is_seen(orphans):
    """The check itself: a process that outlives its parent is found."""
    subprocess.run(["sh", "-c", "sleep 60 >/dev/null 2>&1 &"], check=True)
    (pid,) = orphans(patience=0.2)
    os.kill(pid, signal.SIGKILL)
    assert not orphans()


def test_a_sandbox_that_had_not_begun_is_ended_by_the_next_run(orphans):
    if shutil.which("bwrap") is None and not os.environ.get("CI"):
        pytest.skip("bubblewrap is not installed")
    # bubblewrap stalls where it says what it has made, since nobody reads it, and then is killed.
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writer, b"x")
    os.set_blocking(writer, True)
    words = ["bwrap", "--unshare-pid", "--die-with-parent", "--ro-bind", "/", "/"]
    words += ["--info-fd", str(writer), "--", "/bin/true", "/worker/worker.py"]
    with subprocess.Popen(words, pass_fds=[writer]) as process:
        begun = time.monotonic()
        path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while not path.read_text() and time.monotonic() < begun + 10:
            time.sleep(0.01)
        (sandbox,) = path.read_text().split()
        # As long as bubblewrap is there, it may still go on.
        assert int(sandbox) not in stillborn()
        process.kill()
    os.close(reader)
    os.close(writer)
    assert list(orphans(patience=0.3)) == [int(sandbox)]
    assert int(sandbox) in stillborn()
    end_stillborn()
    assert orphans() == {}


@pytest.mark.parametrize(
    ("kills", "size"),
    [
        pytest.param(8, 16, marks=pytest.mark.thorough),
        pytest.param(50, 60, marks=pytest.mark.slow),
    ],
)
def test_after_kills_at_random_moments_the_tables_are_the_same(tmp_path, orphans, kills, size):
    submissions, out = tmp_path / "submissions", tmp_path / "out"
    deserved = write_class(submissions, size)
    begin = time.monotonic()
    code, said = finish(submissions, tmp_path / "undisturbed")
    duration = time.monotonic() - begin
    assert code == 0, said
    draw = random.Random(0)
    killed = 0
    while killed < kills:
        process = start(submissions, out)
        try:
            said, _ = process.communicate(timeout=draw.uniform(0.1, 0.8) * min(duration, 8))
            assert process.returncode == 0, said
            # All was done before the blow: once more from the start.
            shutil.rmtree(out)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            killed += 1
            # A sandbox that had not yet begun when the grader died is ended by the next run.
            assert set(orphans(patience=5)) <= set(stillborn())
    code, said = finish(submissions, out)
    assert code == 0, said
    for name in ("grades.csv", "canvas.csv"):
        undisturbed = (tmp_path / "undisturbed" / name).read_bytes()
        assert (out / name).read_bytes() == undisturbed
    assert len((out / "grades.csv").read_text("utf-8").splitlines()) == 1 + len(deserved)
    assert orphans() == {}


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 128 KiB, and a function that makes it larger."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(*options):
        return subprocess.run(
            ["mount", "-t", "tmpfs", "-o", *options, "tmpfs", str(place)],
            capture_output=True,
            check=False,
        )

    if mount("size=128k").returncode != 0:
        pytest.skip("only root may mount a file system")
    yield place, lambda: mount("remount,size=16m")
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.thorough
def test_on_a_full_disk_nothing_is_lost_or_half_written(tmp_path, small_disk):
    submissions = tmp_path / "submissions"
    write_class(submissions, 12)
    code, said = finish(submissions, tmp_path / "undisturbed")
    assert code == 0, said
    place, enlarge = small_disk
    for _ in range(2):
        code, said = finish(submissions, place / "out")
        assert code == 4, said
        assert "No space left on device" in said
        assert "run the same command again" in said
        assert not (place / "out" / "grades.csv").exists()
        assert list((place / "out").rglob("*.tmp")) == []
    done = len(list((place / "out" / "results").iterdir()))
    assert 0 < done < 12
    enlarge()
    code, said = finish(submissions, place / "out")
    assert code == 0, said
    assert f"{done} results of an earlier run are still valid." in said
    undisturbed = (tmp_path / "undisturbed" / "grades.csv").read_bytes()
    assert (place / "out" / "grades.csv").read_bytes() == undisturbed
