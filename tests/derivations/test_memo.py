"""What is remembered of proofs, and what is not."""

from dataclasses import replace
from pathlib import Path

import pytest

from course_utils.derivations import DerivationError, memo, softmax
from course_utils.derivations.engine import Derivation


@pytest.fixture
def proofs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The labels of what is proved from here on; memory in an empty directory."""
    proved: list[str] = []
    prove = Derivation.prove

    def watched(self: Derivation) -> None:
        proved.append(self.label)
        prove(self)

    monkeypatch.setattr(Derivation, "prove", watched)
    monkeypatch.setenv(memo.VARIABLE, str(tmp_path))
    forget()
    return proved


def forget() -> None:
    """As a new process would."""
    memo._proved.clear()


def remembered(directory: Path) -> list[str]:
    return sorted(file.name for file in directory.glob("*/*"))


def test_a_proof_is_remembered_on_disk(proofs: list[str], tmp_path: Path) -> None:
    softmax.jacobian.check()
    assert remembered(tmp_path) == ["eq-softmax-jacobian"]
    forget()
    softmax.jacobian.check()
    assert proofs == ["eq-softmax-jacobian"]


def test_without_a_directory_it_is_remembered_in_the_process(
    proofs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(memo.VARIABLE)
    softmax.jacobian.check()
    softmax.jacobian.check()
    assert proofs == ["eq-softmax-jacobian"]
    assert remembered(tmp_path) == []
    forget()
    softmax.jacobian.check()
    assert len(proofs) == 2


def test_other_source_or_another_sympy_means_another_proof(
    proofs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    softmax.jacobian.check()
    first = memo.source_hash()
    memo.source_hash.cache_clear()
    monkeypatch.setattr("sympy.__version__", "0")
    assert memo.source_hash() != first
    forget()
    softmax.jacobian.check()
    assert len(proofs) == 2
    memo.source_hash.cache_clear()


def test_a_failure_is_never_remembered(
    proofs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = replace(softmax.jacobian, steps=softmax.jacobian.steps[1:])
    monkeypatch.setattr(softmax, "jacobian", broken)
    for _ in range(2):
        with pytest.raises(DerivationError):
            softmax.jacobian.check()
    assert len(proofs) == 2
    assert remembered(tmp_path) == []


def test_an_entry_from_elsewhere_is_not_taken_for_that_of_the_package(
    proofs: list[str], tmp_path: Path
) -> None:
    softmax.jacobian.check()
    imposter = replace(softmax.shift_invariance, label="eq-softmax-jacobian")
    imposter.check()
    assert proofs == ["eq-softmax-jacobian", "eq-softmax-jacobian"]
    assert remembered(tmp_path) == ["eq-softmax-jacobian"]


def test_hash_covers_the_numeric_modules_and_the_derivations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "course_utils"
    (package / "derivations").mkdir(parents=True)
    files = [package / "softmax.py", package / "derivations" / "softmax.py"]
    for file in files:
        file.write_text("1")
    monkeypatch.setattr(memo, "__file__", str(package / "derivations" / "memo.py"))
    seen = set()
    for file in (None, *files):
        if file is not None:
            file.write_text("2")
        memo.source_hash.cache_clear()
        seen.add(memo.source_hash())
    memo.source_hash.cache_clear()
    assert len(seen) == 3
