"""The derivations of the book: every display equation of a chapter has an entry here.

One module for each chapter holds its entries. They are written in `formulas` with the letters of
`symbols`, printed by `latex`, proved in SymPy (`meaning`, `sums`) by the rules of `steps`,
`inequalities` and `calculus`, and evaluated without SymPy by `evaluation`; `engine` ties a chain of
steps to its statement, and `memo` remembers what is proved.
"""

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
