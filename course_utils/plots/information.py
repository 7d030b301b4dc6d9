"""Pictures of the chapter *information*."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from course_utils.information import entropy, huffman_code, self_information
from course_utils.plots import style


def surprisal_and_its_share(events: Mapping[str, float]) -> Figure:
    """Draw the surprisal of an event, and what it adds to an entropy, against its probability.

    Parameters
    ----------
    events : mapping of str to float
        Probabilities of some events, from 0 to 1 and none of them 0, to be marked by name.

    Returns
    -------
    matplotlib.figure.Figure
        The surprisal on the left; the probability times the surprisal on the right.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(style.WIDTH, style.HEIGHT))
    p = np.linspace(0, 1, 1001)
    positive = p[1:]
    left.plot(positive, self_information(positive, base=2), color=style.CROSS_ENTROPY)
    marked = np.array(list(events.values()))
    left.plot(marked, self_information(marked, base=2), "o", color=style.HIGHLIGHT)
    for name, probability in events.items():
        height = float(self_information(probability, base=2))
        at_the_end = probability > 0.7
        left.annotate(
            name,
            (probability, height),
            xytext=(2 if at_the_end else 6, 10 if at_the_end else 6),
            textcoords="offset points",
            ha="right" if at_the_end else "left",
            fontsize=9,
        )
    left.set_ylim(-0.2, 7.2)
    left.set_ylabel("surprisal in bits")
    share = np.append(0, positive * self_information(positive, base=2))
    right.plot(p, share, color=style.TRUTH)
    right.set_ylim(0, 0.6)
    right.set_ylabel("probability · surprisal, in bits")
    for axis in (left, right):
        axis.set_xlabel("probability of the event")
    return figure


def entropy_of_two_classes() -> Figure:
    """Draw the entropy of two classes against the probability of the first.

    Returns
    -------
    matplotlib.figure.Figure
        The entropy in bits, its largest value dashed, and the bound 2p(1 - p) / log 2 from below.
    """
    figure, axis = plt.subplots()
    p = np.linspace(0, 1, 1001)
    both = np.column_stack([p, 1 - p])
    axis.plot(p, entropy(both, base=2), color=style.TRUTH, label="entropy")
    axis.plot(
        p,
        2 * p * (1 - p) / np.log(2),
        color=style.CONTRAST,
        label=r"the bound $\sum_k p_k(1 - p_k)$, in bits",
    )
    axis.axhline(1, color=style.NEUTRAL, linestyle="--", label="the bound for two classes")
    axis.set_xlabel("probability of the first class")
    axis.set_ylabel("bits")
    axis.set_ylim(0, 1.08)
    axis.legend(loc="lower center")
    return figure


def words_as_intervals(words: Sequence[str]) -> Figure:
    """Draw each code word as the part of all longer strings that begin with it.

    Parameters
    ----------
    words : sequence of str
        Words of ``0`` and ``1``, none of them empty.

    Returns
    -------
    matplotlib.figure.Figure
        A word of length ℓ is a box of width 2^-ℓ in row ℓ; below it hangs what it rules out.
    """
    figure, axis = plt.subplots(figsize=(style.WIDTH, 2.6))
    longest = max(len(word) for word in words)
    for word in words:
        length = len(word)
        start, width = int(word, 2) / 2**length, 2.0**-length
        axis.add_patch(
            Rectangle((start, length - 0.42), width, 0.84, facecolor=style.MODEL, edgecolor="white")
        )
        axis.text(
            start + width / 2, length, word, color="white", fontsize=9, ha="center", va="center"
        )
        if length < longest:
            axis.add_patch(
                Rectangle(
                    (start, length + 0.42), width, longest - length, facecolor="#e5e7eb", lw=0
                )
            )
    axis.set_xlim(0, 1)
    axis.set_ylim(longest + 0.42, 0.5)
    axis.set_yticks(range(1, longest + 1))
    axis.set_xlabel("share of all strings of bits")
    axis.set_ylabel("length of the word")
    axis.grid(visible=False)
    return figure


def huffman_trees(sources: Mapping[str, ArrayLike], names: Sequence[str]) -> Figure:
    """Draw the probabilities of several sources, each beside the tree of its Huffman code.

    Parameters
    ----------
    sources : mapping of str to array_like, shape (K,)
        Distributions without zeros, by title.
    names : sequence of str
        Names of the K symbols.

    Returns
    -------
    matplotlib.figure.Figure
        For each source the bars on the left, and the tree on the right with its leaves beside the
        bars; every step to the right is one bit.
    """
    figure, axes = plt.subplots(
        len(sources),
        2,
        sharey="row",
        sharex="col",
        squeeze=False,
        figsize=(style.WIDTH, 2.9 * len(sources)),
        width_ratios=(1, 2),
    )
    for (bars, tree), (title, source) in zip(axes, sources.items(), strict=True):
        p = np.asarray(source, dtype=float)
        words = [word or "" for word in huffman_code(p)]
        # In the order of the words no branch crosses another.
        order = sorted(range(len(p)), key=words.__getitem__)
        bars.barh(range(len(p)), p[order], color=style.TRUTH)
        bars.set_yticks(range(len(p)), [names[symbol] for symbol in order])
        bars.set_ylim(len(p) - 0.5, -0.5)
        _draw_tree(tree, [words[symbol] for symbol in order])
        mean = float(p @ [len(word) for word in words])
        bars.set_title(title)
        tree.set_title(f"mean {mean:.3g} bits, entropy {entropy(p, base=2):.3g} bits")
    deepest = max(len(word or "") for p in sources.values() for word in huffman_code(p))
    axes[-1, 1].set_xlim(-0.2, deepest + 1.5)
    axes[-1, 1].set_xticks(range(deepest + 1))
    axes[-1, 0].set_xlabel("probability")
    axes[-1, 1].set_xlabel("bits sent so far")
    return figure


def _draw_tree(axis: Axes, words: Sequence[str]) -> None:
    """Draw the tree of a prefix code whose words are sorted, one leaf a row."""
    heights = {word: float(row) for row, word in enumerate(words)}
    # Sorted, since the order of a set of strings changes from run to run, and with it the file.
    inner = sorted({word[:end] for word in words for end in range(len(word))})
    for node in sorted(inner, key=len, reverse=True):
        heights[node] = (heights[node + "0"] + heights[node + "1"]) / 2
    for node in inner:
        for bit in "01":
            start, end = heights[node], heights[node + bit]
            axis.plot(
                [len(node), len(node), len(node) + 1],
                [start, end, end],
                color=style.MODEL,
                linewidth=1.4,
            )
            axis.text(len(node) + 0.5, end - 0.08, bit, fontsize=8, ha="center", va="bottom")
    for word in words:
        axis.text(
            len(word) + 0.12, heights[word], word, va="center", fontsize=9, family="monospace"
        )
    axis.grid(visible=False)
    axis.tick_params(left=False, labelleft=False)
    axis.spines["left"].set_visible(False)


def lengths_of_blocks(p: ArrayLike, longest: int) -> Figure:
    """Draw the bits per symbol of Huffman codes for blocks of several symbols.

    Parameters
    ----------
    p : array_like, shape (K,)
        The distribution of a single symbol. The symbols of a block are independent.
    longest : int
        The size of the largest block.

    Returns
    -------
    matplotlib.figure.Figure
        Mean length per symbol against the size of the block, between the entropy and 1/N above it.
    """
    single = np.asarray(p, dtype=float)
    sizes = np.arange(1, longest + 1)
    means = [_bits_per_symbol(single, size) for size in sizes.tolist()]
    in_bits = float(entropy(single, base=2))
    figure, axis = plt.subplots()
    axis.plot(sizes, in_bits + 1 / sizes, "--", color=style.NEUTRAL, label="entropy plus 1/N")
    axis.plot(sizes, means, "o-", color=style.MODEL, label="Huffman code of the blocks")
    axis.axhline(in_bits, color=style.TRUTH, label="entropy of one symbol")
    axis.set_xticks(sizes)
    axis.set_xlabel("symbols in a block, N")
    axis.set_ylabel("bits per symbol")
    axis.legend()
    return figure


def _bits_per_symbol(single: np.ndarray, size: int) -> float:
    blocks = np.array([np.prod(block) for block in product(single, repeat=size)])
    lengths = [len(word or "") for word in huffman_code(blocks)]
    return float(blocks @ lengths) / size
