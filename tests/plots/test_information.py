"""The pictures of the chapter *information* show what they claim to show."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.plots import information as pictures

ODDS = [1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 64, 1 / 64, 1 / 64, 1 / 64]


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def test_marks_lie_on_the_curve_of_the_logarithm() -> None:
    left, _ = pictures.surprisal_and_its_share({"coin": 0.5, "team": 1 / 8}).axes
    curve, marks = left.lines
    p, height = curve.get_data()
    assert np.asarray(height) == pytest.approx(-np.log2(np.asarray(p)), abs=1e-15)
    assert np.asarray(marks.get_ydata()).tolist() == [1, 3]
    assert [text.get_text() for text in left.texts] == ["coin", "team"]


def test_what_an_event_adds_is_zero_at_both_ends_and_largest_at_one_over_e() -> None:
    _, right = pictures.surprisal_and_its_share({"coin": 0.5}).axes
    p, height = (np.asarray(values) for values in right.lines[0].get_data())
    assert height[0] == height[-1] == 0
    assert p[height.argmax()] == pytest.approx(1 / np.e, abs=np.diff(p).max())


def test_entropy_of_two_classes_lies_between_its_bounds_and_peaks_in_the_middle() -> None:
    (axis,) = pictures.entropy_of_two_classes().axes
    entropy, bound, dashed = (np.asarray(line.get_ydata()) for line in axis.lines)
    p = np.asarray(axis.lines[0].get_xdata())
    assert p[entropy.argmax()] == 0.5
    assert entropy.max() == pytest.approx(1) == dashed[0]
    assert np.all(bound[1:-1] < entropy[1:-1])
    assert bound[0] == entropy[0] == 0


def test_words_take_disjoint_parts_of_the_strings() -> None:
    (axis,) = pictures.words_as_intervals(["0", "10", "1110"]).axes
    boxes = [patch for patch in axis.patches if patch.get_height() == 0.84]
    spans = sorted((box.get_x(), box.get_x() + box.get_width()) for box in boxes)
    assert spans == [(0, 1 / 2), (1 / 2, 3 / 4), (14 / 16, 15 / 16)]
    assert sorted(box.get_y() + 0.42 for box in boxes) == [1, 2, 4]
    assert [text.get_text() for text in axis.texts] == ["0", "10", "1110"]


@pytest.mark.parametrize("p", [ODDS, ODDS[::-1], [1 / 8] * 8])
def test_a_leaf_stands_beside_its_bar_at_the_depth_of_its_word(p: list[float]) -> None:
    names = "ABCDEFGH"
    bars, tree = pictures.huffman_trees({"title": p}, names).axes
    rows = [label.get_text() for label in bars.get_yticklabels()]
    widths = [bar.get_width() for bar in bars.patches]
    assert widths == [p[names.index(name)] for name in rows]
    words = {
        text.get_position()[1]: text.get_text() for text in tree.texts if len(text.get_text()) > 1
    }
    ends = {
        float(line.get_ydata()[-1]): line.get_xdata()[-1]
        for line in tree.lines
        if float(line.get_ydata()[-1]).is_integer()
    }
    for row, word in words.items():
        assert ends[row] == len(word)
        assert widths[int(row)] == 2.0 ** -len(word)
    bits = [text.get_text() for text in tree.texts if text.get_fontsize() == 8]
    assert sorted(bits) == ["0"] * 7 + ["1"] * 7


def test_blocks_lie_between_entropy_and_one_over_their_size_above() -> None:
    (axis,) = pictures.lengths_of_blocks([1 / 3] * 3, 4).axes
    upper, means, entropy = (np.asarray(line.get_ydata()) for line in axis.lines)
    assert means[:2] == pytest.approx([5 / 3, 29 / 18])
    assert entropy[0] == pytest.approx(np.log2(3))
    assert np.all((entropy[0] < means) & (means < upper))
