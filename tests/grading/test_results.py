"""The folder of results: atomic, locked, resumed; and the journal of what was under way."""

from __future__ import annotations

import contextlib
import errno
import os

import pytest

from course_utils.grading import results
from course_utils.grading.results import CannotWrite, Journal, Store, write


def test_a_seed_is_drawn_once_and_kept(tmp_path):
    seeds = set()
    for _ in range(2):
        store = Store(tmp_path)
        seeds.add(store.seed)
        store.close()
    other = Store(tmp_path / "other")
    other.close()
    assert len(seeds) == 1
    assert seeds != {other.seed}


def test_a_seed_that_is_given_is_kept_for_later_runs(tmp_path):
    Store(tmp_path, 7).close()
    store = Store(tmp_path)
    store.close()
    assert store.seed == 7


def test_two_graders_do_not_share_a_folder(tmp_path):
    store = Store(tmp_path)
    with pytest.raises(CannotWrite, match="another grader"):
        Store(tmp_path)
    store.close()
    Store(tmp_path).close()


def test_a_result_cut_short_counts_as_none(tmp_path):
    store = Store(tmp_path)
    store.save("a", {"status": "graded"})
    assert store.load("a") == {"status": "graded"}
    path = store.path("a")
    path.write_text(path.read_text()[:-4])
    assert store.load("a") is None
    assert store.load("b") is None
    store.close()


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_when_writing_fails_the_old_file_stays_whole(tmp_path, monkeypatch, call):
    path = tmp_path / "file"
    write(path, "old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if call == "write":
        # The kernel has no room from the start: the same error comes from the file itself.
        full_file = open("/dev/full", "wb")  # noqa: SIM115
        monkeypatch.setattr(results, "open", lambda *_, **__: full_file, raising=False)
    else:
        monkeypatch.setattr(results.os, call, full)
    with pytest.raises(CannotWrite, match="No space left"):
        write(path, "new" * 10_000)
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_temporary_files_of_a_killed_run_are_removed(tmp_path):
    Store(tmp_path).close()
    (tmp_path / "results" / ".a.json.1.tmp").write_text("{")
    Store(tmp_path).close()
    assert list((tmp_path / "results").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_explained(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite, match="file"):
        Store(tmp_path / "file" / "out")


# The journal. A run that is killed is one whose journal is opened again without more ado.


@pytest.fixture
def reopened():
    with contextlib.ExitStack() as stack:
        yield lambda path: stack.enter_context(contextlib.closing(Journal(path)))


def killed_while(path, *records):
    with contextlib.closing(Journal(path)) as journal:
        for name, *arguments in records:
            getattr(journal, name)(*arguments)


def step(path, subject, name):
    with open(path, "ab", buffering=0) as file:
        results.append(file, {"step": f"{subject} {name}"})


def test_what_was_under_way_is_suspected_and_what_ended_is_not(tmp_path, reopened):
    path = tmp_path / "journal"
    killed_while(path, ("begin", "a"), ("begin", "b"), ("end", "a"))
    journal = reopened(path)
    assert list(journal.suspects) == ["b"]
    assert not journal.guilty("b")


def test_a_submission_that_ended_its_own_process_twice_is_guilty(tmp_path, reopened):
    path = tmp_path / "journal"
    killed_while(path, ("begin", "a"))
    killed_while(path, ("begin", "a"), ("died_alone", "a"))
    journal = reopened(path)
    assert not journal.guilty("a")
    journal.begin("a")
    journal.died_alone("a")
    assert journal.guilty("a")


@pytest.mark.parametrize(
    ("steps", "guilty"),
    [
        (["cell 2", "cell 2", "cell 2"], True),
        (["cell 2", "cell 2"], False),
        (["cell 2", "cell 3", "cell 2"], False),
        (["cell 1", "cell 2", "cell 2", "cell 2"], True),
        # Before any code of its own ran, it cannot have been the submission.
        (["", "", "", ""], False),
        (["", "cell 2", "cell 2", "cell 2"], True),
    ],
)
def test_deaths_with_the_grader_count_at_one_step_only(tmp_path, reopened, steps, guilty):
    path = tmp_path / "journal"
    for name in steps:
        killed_while(path, ("begin", "a"))
        if name:
            step(path, "a", name)
    assert reopened(path).guilty("a") is guilty


def test_an_end_clears_the_record(tmp_path, reopened):
    path = tmp_path / "journal"
    for _ in range(2):
        killed_while(path, ("begin", "a"))
        step(path, "a", "cell 1")
    killed_while(path, ("begin", "a"), ("end", "a"), ("begin", "a"))
    step(path, "a", "cell 1")
    journal = reopened(path)
    assert journal.suspects == {"a": ["cell 1"]}


def test_quarantine_lasts_until_the_release(tmp_path, reopened):
    path = tmp_path / "journal"
    killed_while(path, ("begin", "a"), ("quarantine", "a"), ("end", "a"))
    journal = reopened(path)
    assert journal.is_quarantined("a")
    journal.compact()
    journal = reopened(path)
    assert journal.is_quarantined("a")
    journal.release("a")
    journal = reopened(path)
    assert not journal.is_quarantined("a")
    assert "a" not in journal.suspects


def test_a_line_cut_short_by_a_full_disk_spoils_nothing(tmp_path, reopened):
    path = tmp_path / "journal"
    killed_while(path, ("begin", "a"))
    with open(path, "ab") as file:
        file.write(b'\n{"end": "a')
    killed_while(path, ("begin", "b"))
    with open(path, "ab") as file:
        file.write(b"\n[1]\n{}\n\xff\n")
    assert set(reopened(path).suspects) == {"a", "b"}


def test_a_journal_on_a_full_disk_is_an_error(tmp_path, reopened):
    path = tmp_path / "journal"
    journal = reopened(path)
    journal.close()
    journal._file = open("/dev/full", "ab", buffering=0)  # noqa: SIM115
    with pytest.raises(CannotWrite, match="No space left"):
        journal.begin("a")
