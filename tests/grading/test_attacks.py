"""Hostile submissions: none gets a wrong score, none gets out, and the attacks are real ones."""

from __future__ import annotations

import pytest
from attacks import notebooks, processes, replies, resources, scoring
from attacks.submission import SOLUTION, STUBS, Attack, notebook
from naive import naive_score

ATTACKS = [
    *scoring.ATTACKS,
    *processes.ATTACKS,
    *replies.ATTACKS,
    *resources.ATTACKS,
    *notebooks.ATTACKS,
]


def test_there_are_sixty_attacks_with_names_of_their_own() -> None:
    names = [attack.name for attack in ATTACKS]
    assert len(set(names)) == len(names) >= 60


@pytest.mark.parametrize("attack", scoring.ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_on_the_score_fools_a_grader_in_the_same_process(attack: Attack) -> None:
    assert naive_score(notebook(*STUBS), attack.fools) == 0
    assert naive_score(notebook(*SOLUTION), attack.fools) == 10
    assert naive_score(attack.notebook, attack.fools) > 0
