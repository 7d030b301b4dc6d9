"""Finding submissions: layouts, names, and what is no notebook."""

from __future__ import annotations

import os
import re

import pytest

from course_utils.grading import submissions
from course_utils.grading.submissions import Student, find, printable, read


def put(folder, *paths):
    for path in paths:
        place = os.path.join(os.fsencode(folder), os.fsencode(path))
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "wb") as file:
            file.write(b"{}")


def by_path(folder):
    return {submission.path: submission for submission in find(folder).submissions}


def test_canvas_names_are_read(tmp_path):
    put(
        tmp_path,
        "leeann_12345_67890_softmax.ipynb",
        "roebob_LATE_777_888_my_softmax_final-2.ipynb",
    )
    ann, bob = find(tmp_path).submissions
    assert ann.student == Student("leeann", canvas_id="12345")
    assert (ann.late, ann.attachment) == (False, 67890)
    assert bob.student == Student("roebob", canvas_id="777")
    assert (bob.late, bob.attachment) == (True, 888)


@pytest.mark.parametrize(
    "path",
    [
        "Ann Lee_123456_assignsubmission_file_/softmax.ipynb",
        "Ann Lee_123456_assignsubmission_file/deep/er/x.ipynb",
        "Ann Lee_123456_assignsubmission_file_softmax.ipynb",
    ],
)
def test_moodle_names_are_read(tmp_path, path):
    put(tmp_path, path)
    (found,) = find(tmp_path).submissions
    assert found.student == Student("Ann Lee", moodle_id="123456")


@pytest.mark.parametrize(
    ("path", "student"),
    [
        (
            "Eve_11_assignsubmission_file_a_99_assignsubmission_file_x.ipynb",
            Student("Eve", moodle_id="11"),
        ),
        ("Eve_11_assignsubmission_file_/Ann_99_1_x.ipynb", Student("Eve", moodle_id="11")),
        (
            "Eve_11_assignsubmission_file_/Ann_99_assignsubmission_file_/x.ipynb",
            Student("Eve", moodle_id="11"),
        ),
        ("eve_11_22_ann_99_1_x.ipynb", Student("eve", canvas_id="11")),
        ("eve_11_22_ann_99_assignsubmission_file_x.ipynb", Student("eve", canvas_id="11")),
        ("eve_LATE_11_22_ann_99_assignsubmission_file_x.ipynb", Student("eve", canvas_id="11")),
    ],
)
def test_nobody_passes_for_another_by_the_name_of_a_file(tmp_path, path, student):
    put(tmp_path, path)
    (found,) = find(tmp_path).submissions
    assert found.student == student


def test_other_folders_and_files_are_students(tmp_path):
    put(tmp_path, "Ann/a.ipynb", "Bob/b/c.ipynb", "carol.IPYNB", "dan.ipynb.json")
    students = [submission.student.name for submission in find(tmp_path).submissions]
    assert students == ["Ann", "Bob", "carol", "dan"]


def test_what_is_no_work_is_passed_over_and_counted(tmp_path):
    put(
        tmp_path,
        "Ann/a.ipynb",
        "Ann/notes.txt",
        "Ann/.ipynb_checkpoints/a-checkpoint.ipynb",
        "__MACOSX/Ann/._a.ipynb",
        ".DS_Store",
        "names.csv",
    )
    found = find(tmp_path)
    assert [submission.path for submission in found.submissions] == ["Ann/a.ipynb"]
    assert found.skipped == {
        "hidden files and folders, checkpoints among them": 2,
        "folders of macOS": 1,
        "files that are no notebooks": 2,
    }


def test_a_student_without_notebook_is_named(tmp_path):
    put(tmp_path, "Ann/a.pdf", "Ann/b.docx", "leeann_1_2_answers.pdf")
    found = {s.student.name: s.problem for s in find(tmp_path).submissions}
    assert found == {
        "Ann": "no notebook, only a.pdf, b.docx",
        "leeann": "no notebook, only leeann_1_2_answers.pdf",
    }


def test_an_archive_is_named(tmp_path):
    put(tmp_path, "Ann/a.ZIP", "all.tar.gz")
    assert {s.problem for s in find(tmp_path).submissions} == {
        "an archive, which has to be unpacked: ask for the notebook itself"
    }


def test_links_and_pipes_are_named_and_not_followed(tmp_path):
    secret = tmp_path / "secret"
    put(secret, "reference.ipynb")
    folder = tmp_path / "submissions"
    put(folder, "Ann/a.ipynb")
    (folder / "Ann" / "b.ipynb").symlink_to(secret / "reference.ipynb")
    (folder / "Bob").symlink_to(secret)
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.ipynb")
    found = by_path(folder)
    assert set(found) == {"Ann/a.ipynb", "Ann/b.ipynb", "Bob", "loop", "pipe.ipynb"}
    for path in ("Ann/b.ipynb", "Bob", "loop"):
        assert "symbolic link" in found[path].problem
    assert found["pipe.ipynb"].problem == "not a regular file"
    assert found["Ann/a.ipynb"].problem == ""


def test_a_link_put_there_later_is_not_read(tmp_path):
    put(tmp_path, "Ann/a.ipynb", "other")
    (found,) = find(tmp_path).submissions
    (tmp_path / "Ann" / "a.ipynb").unlink()
    (tmp_path / "Ann" / "a.ipynb").symlink_to(tmp_path / "other")
    with pytest.raises(OSError, match="symbolic links"):
        read(tmp_path, found)


def test_of_a_huge_file_no_more_is_read_than_shows_that_it_is_huge(tmp_path, monkeypatch):
    (tmp_path / "a.ipynb").write_bytes(b"x" * 100)
    monkeypatch.setattr(submissions, "MAX_BYTES", 10)
    (found,) = find(tmp_path).submissions
    assert len(read(tmp_path, found)) == 11


ODD = [
    "two\nlines.ipynb",
    "..ipynb.ipynb",
    "...ipynb",
    "x" * 240 + ".ipynb",
    b"\xff\xfe.ipynb",
    "a.ipynb",
    "A.ipynb",
    "A.IPYNB",
    "=1+1.ipynb",
    "\u202etxt.ipynb",
    " .ipynb",
    "a\\..\\b.ipynb",
    "-rf.ipynb",
    "con.ipynb",
]


def test_odd_names_are_found_once_each_and_have_ids_of_their_own(tmp_path):
    put(tmp_path, *ODD)
    found = find(tmp_path)
    assert len(found.submissions) + found.skipped.total() == len(ODD)
    # Those that begin with a dot are hidden files, whatever follows.
    assert found.skipped.total() == 2
    ids = [submission.id for submission in found.submissions]
    assert len({name.casefold() for name in ids}) == len(ids)
    for submission in found.submissions:
        assert re.fullmatch(r"[0-9a-f]{20}", submission.id)
        assert submission.shown_path.isprintable()
        assert read(tmp_path, submission) == b"{}"


def test_unseen_characters_are_shown():
    assert printable("a\r\n\tb\u202ec\u2028") == r"a\r\n\tb\u202ec\u2028"
    assert printable(os.fsdecode(b"\xff")) == r"\xff"
    assert printable("\ud800") == r"\ud800"
    assert printable("Łukasz 李") == "Łukasz 李"


def test_the_latest_notebook_of_a_student_is_last(tmp_path):
    put(tmp_path, *(f"a/x{end}.ipynb" for end in ("", "-1", "-2", "-10", " (11)")))
    ordered = sorted(find(tmp_path).submissions, key=lambda s: s.order)
    names = [os.path.basename(s.path) for s in ordered]
    assert names == ["x.ipynb", "x (11).ipynb", "x-1.ipynb", "x-2.ipynb", "x-10.ipynb"]


def test_on_canvas_the_number_of_the_attachment_decides(tmp_path):
    put(tmp_path, "ann_1_90_a-7.ipynb", "ann_1_100_a.ipynb")
    latest = max(find(tmp_path).submissions, key=lambda s: s.order)
    assert latest.path == "ann_1_100_a.ipynb"


def test_the_folder_of_results_is_not_looked_into(tmp_path):
    put(tmp_path, "a.ipynb", "out/b.ipynb")
    assert [s.path for s in find(tmp_path, tmp_path / "out").submissions] == ["a.ipynb"]


def test_a_folder_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    put(tmp_path, "Ann/a.ipynb", "Bob/b.ipynb")
    real = os.scandir

    def scandir(path):
        if os.path.basename(path) == "Bob":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(submissions.os, "scandir", scandir)
    found = {s.path: s.problem for s in find(tmp_path).submissions}
    assert found == {
        "Ann/a.ipynb": "",
        "Bob": "a folder that may not be read: mend its permissions",
    }
