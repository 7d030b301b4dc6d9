"""Hostile submissions: none gets a wrong score, and the attacks on the score are real ones.

Every attack runs in both kinds of isolation, with short limits; those that merely wait for a limit
run under the limits of earnest grading in the slow tests.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import pytest
from attacks import notebooks, processes, replies, resources, scoring
from attacks.submission import SOLUTION, STUBS, Attack, notebook
from naive import TARGET, naive_score

from course_utils.grading import sandbox
from course_utils.grading.grader import GRADED, NOT_GRADED, Material, grade_notebook, load_materials
from course_utils.grading.sandbox import Limits

ATTACKS = [
    *scoring.ATTACKS,
    *processes.ATTACKS,
    *replies.ATTACKS,
    *resources.ATTACKS,
    *notebooks.ATTACKS,
]
IMPATIENT = Limits(cell=3.0, call=1.0, submission=30.0)
LONGEST = 40.0


def material() -> Material:
    return load_materials(TARGET.parent)["target"]


def assert_deserved(attack: Attack, isolation: str, limits: Limits) -> None:
    begin = time.monotonic()
    result = grade_notebook(
        attack.notebook,
        material(),
        seed=3,
        isolation=isolation,  # type: ignore[arg-type]
        limits=limits,
    )
    taken = time.monotonic() - begin
    deserved = attack.deserves(isolation)
    assert result["status"] == (NOT_GRADED if deserved is None else GRADED), result
    if limits is IMPATIENT and result.get("score", 0) < (deserved or 0):
        # On a busy machine a right answer may take longer than these short limits allow.
        assert_deserved(attack, isolation, Limits())
        return
    assert result.get("score") == deserved, result
    assert taken < LONGEST


def test_there_are_sixty_attacks_with_names_of_their_own() -> None:
    names = [attack.name for attack in ATTACKS]
    assert len(set(names)) == len(names) >= 60


@pytest.mark.parametrize("attack", scoring.ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_on_the_score_fools_a_grader_in_the_same_process(attack: Attack) -> None:
    assert naive_score(notebook(*STUBS), attack.fools) == 0
    assert naive_score(notebook(*SOLUTION), attack.fools) == 10
    assert naive_score(attack.notebook, attack.fools) > 0


def test_right_and_wrong_answers_are_told_apart(isolation: str) -> None:
    assert_deserved(Attack("none", SOLUTION, 10.0), isolation, IMPATIENT)
    assert_deserved(Attack("none", STUBS, 0.0), isolation, IMPATIENT)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_every_attack_gets_what_it_deserves(attack: Attack, isolation: str) -> None:
    assert_deserved(attack, isolation, IMPATIENT)


@pytest.mark.slow
@pytest.mark.parametrize(
    "attack", [*processes.ATTACKS, *resources.ATTACKS], ids=lambda attack: attack.name
)
def test_the_limits_of_earnest_grading_end_it_as_well(attack: Attack, isolation: str) -> None:
    assert_deserved(attack, isolation, Limits())


def test_an_attack_leaves_no_files(
    isolation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(sandbox, "END", 60.0)  # the removal is to be waited for
    code = "import os, tempfile\ntempfile.mkdtemp()\nopen('left', 'w').write('x')"
    assert_deserved(Attack("litter", (*SOLUTION, code), 10.0), isolation, IMPATIENT)
    assert not list(tmp_path.iterdir())
