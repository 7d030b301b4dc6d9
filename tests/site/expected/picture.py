"""What is expected of a moving picture."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Values = dict[str, Any]
Marks = dict[str, dict[str, float]]


@dataclass
class Picture:
    """What is expected of a picture.

    `follows` returns what is computed from the settings, `marks` the coordinates of marks, `said`
    the numbers of its words with their digits after the point (with none, three leading digits).
    `linked` lists pairs that must agree when one control moves others. `positions` turns the
    position of a slider into its value, where it is another. `near` lists what is found by a
    search, with how far two searches may lie apart. `curves` returns, for marks that are curves,
    the function from coordinates across to those along the height.
    """

    page: str
    follows: Callable[[Values], Values]
    marks: Callable[[Values], Marks]
    said: Callable[[Values], list[tuple[float, int | None]]]
    linked: Callable[[Values], Values] | None = None
    positions: dict[str, Callable[[float], float]] = field(default_factory=dict)
    near: Callable[[Values], list[tuple[float, float, float]]] = lambda values: []
    curves: Callable[[Values], dict[str, Callable[[Any], Any]]] | None = None


def points(path: str) -> Any:
    """Return the coordinates of a curve, a row for each of x and y."""
    return np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", path), dtype=float).T


def at(low: float, high: float, start: float, end: float) -> Callable[[Any], Any]:
    """Return the linear function that takes `low` to `start` and `high` to `end`."""
    return lambda value: start + (end - start) * (value - low) / (high - low)


def generator(seed: int) -> Iterator[float]:
    """Draw the numbers of mulberry32, in integers of 32 bits."""
    state = seed
    while True:
        state = (state + 0x6D2B79F5) % 2**32
        mixed = (state ^ state >> 15) * (state | 1) % 2**32
        mixed ^= (mixed + (mixed ^ mixed >> 7) * (mixed | 61)) % 2**32
        yield (mixed ^ mixed >> 14) / 2**32
