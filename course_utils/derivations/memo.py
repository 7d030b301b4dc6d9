"""Remembering which entries are proved, so that a build does not prove them again.

The directory is that of the environment variable ``COURSE_UTILS_MEMO``; without it, an entry is
remembered for the process alone. A proof is remembered under a hash of everything that it rests
on: the source of the package (the derivations, and the numeric modules that entries are compared
with) and the versions of SymPy, mpmath and NumPy. A failed check is never remembered.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import mpmath
import numpy as np
import sympy

VARIABLE = "COURSE_UTILS_MEMO"

_proved: WeakValueDictionary[int, Any] = WeakValueDictionary()


def once(entry: Any, prove: Callable[[], None], registered: Callable[[Any], bool]) -> None:
    """Call `prove` unless the same entry is known to be proved.

    Only `registered` entries, which stand in the package itself, are remembered on disk: their
    whole content is source that the hash covers.
    """
    if _proved.get(id(entry)) is entry:
        return
    directory = os.environ.get(VARIABLE)
    file = None
    if directory and registered(entry):
        file = Path(directory) / source_hash() / entry.label
    if file is None or not file.exists():
        prove()
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
    _proved[id(entry)] = entry


@cache
def source_hash() -> str:
    """The hash of the package's source and of the versions that the proofs rest on."""
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for version in (sympy.__version__, mpmath.__version__, np.__version__):
        digest.update(version.encode() + b"\0")
    for file in sorted([*package.glob("*.py"), *Path(__file__).parent.glob("*.py")]):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
