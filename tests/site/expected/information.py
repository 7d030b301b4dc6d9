"""A distribution and its Huffman code."""

from __future__ import annotations

import numpy as np

from course_utils.information import entropy, huffman_code, self_information

from .picture import Marks, Picture, Values, at

NAMES = "ABCDE"


def follows(v: Values) -> Values:
    weights = np.array([v[name] for name in NAMES])
    p = weights / weights.sum()
    words = huffman_code(p)
    return {
        "probabilities": p,
        "words": words,
        "surprisals": self_information(p, base=2),
        "entropy": entropy(p, base=2),
        "meanLength": sum(p[k] * len(word) for k, word in enumerate(words) if word is not None),
    }


def marks(v: Values) -> Marks:
    """Bars, and a tree whose leaves stand in the order of their words."""
    unit = at(0, 2.5, 0, 200)
    found: Marks = {
        "entropy": {"x": 110, "width": unit(v["entropy"])},
        "mean-length": {"x": 110, "width": unit(v["meanLength"])},
    }
    for name in NAMES:
        found[f"weight-{name}"] = {"height": 7.5 * v[name], "y": 154 - 7.5 * v[name]}
    words = {word: name for name, word in zip(NAMES, v["words"], strict=True) if word is not None}
    column = 328 / len(words)
    across = {word: 36 + column * (k + 0.5) for k, word in enumerate(sorted(words))}
    inner = {word[:bits] for word in words for bits in range(len(word))}
    for node in sorted(inner, key=len, reverse=True):
        across[node] = (across[node + "0"] + across[node + "1"]) / 2
    for word, x in across.items():
        y = 210 + 40 * len(word)
        if word in words:
            found[f"leaf-{words[word]}"] = {"cx": x, "cy": y}
        if word:
            found[f"branch-{word}"] = {"x1": across[word[:-1]], "y1": y - 40, "x2": x, "y2": y}
    return found


PICTURES = {
    "huffman": Picture(
        "information",
        follows,
        marks,
        lambda v: [
            (v["entropy"], 3),
            (v["meanLength"], 3),
            *((len(word), 0) for word in v["words"] if word is not None),
        ],
    )
}
