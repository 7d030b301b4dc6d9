"""The derivations of the book: every display equation of a chapter has an entry here."""

from course_utils.derivations.engine import (
    Assumption,
    Definition,
    Derivation,
    Entry,
    entries,
    get,
)
from course_utils.derivations.formulas import DerivationError

__all__ = [
    "Assumption",
    "Definition",
    "Derivation",
    "DerivationError",
    "Entry",
    "entries",
    "get",
]
