"""The pictures of the chapter *cross-entropy* show what they claim to show."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from course_utils.plots import cross_entropy as pictures
from course_utils.plots import style

NAMES = ("cat", "dog", "pig")
LABELS = (2, 1, 0)
MODEL = [[0.3, 0.3, 0.4], [0.3, 0.4, 0.3], [0.1, 0.2, 0.7]]


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def test_the_lit_cells_hold_the_probabilities_of_the_labels() -> None:
    axis = pictures.terms_used({"model 1": MODEL}, LABELS, NAMES).axes[0]
    lit = {
        (round(patch.get_y() + 0.42), round(patch.get_x() + 0.46))
        for patch in axis.patches
        if isinstance(patch, Rectangle) and patch.get_facecolor()[:3] == to_rgb(style.MODEL)
    }
    assert lit == set(enumerate(LABELS))


def test_the_losses_beside_the_table_are_those_of_the_lit_cells() -> None:
    axis = pictures.terms_used({"model 1": MODEL}, LABELS, NAMES).axes[0]
    column = len(NAMES)
    shown = [text.get_text() for text in axis.texts if text.get_position()[0] == column]
    assert shown == [f"{-np.log(p):.2f}" for p in (0.4, 0.4, 0.1)]
    assert axis.get_title() == f"model 1: mean {-np.log(0.4 * 0.4 * 0.1) / 3:.2f}"


def test_the_error_jumps_and_the_cross_entropy_alone_is_unbounded() -> None:
    axis = pictures.losses_of_one_prediction().axes[0]
    lines = {str(line.get_label()): np.asarray(line.get_xydata()) for line in axis.lines}
    q = lines["cross-entropy"][:, 0]
    shown = ~np.isnan(q)
    np.testing.assert_allclose(lines["cross-entropy"][shown, 1], -np.log(q[shown]), rtol=1e-14)
    # Two classes, both squares counted.
    np.testing.assert_allclose(
        lines["squared error"][shown, 1], 2 * (1 - q[shown]) ** 2, atol=1e-15
    )
    np.testing.assert_array_equal(lines["error, 0 or 1"][shown, 1], q[shown] < 0.5)
    assert lines["cross-entropy"][0, 1] > axis.get_ylim()[1]  # it leaves the picture


def test_the_way_from_scores_to_the_loss() -> None:
    figure = pictures.from_scores_to_loss([2.0, 1.0, -1.0], 1, NAMES)
    scores, probabilities, surprisals = (
        np.array([bar.get_height() for bar in axis.patches]) for axis in figure.axes[::2]
    )
    np.testing.assert_allclose(probabilities, np.exp(scores) / np.exp(scores).sum(), rtol=1e-14)
    np.testing.assert_allclose(np.exp(-surprisals), probabilities, rtol=1e-14)
    for axis in figure.axes[::2]:
        coloured = [bar.get_facecolor()[:3] == to_rgb(style.CROSS_ENTROPY) for bar in axis.patches]
        assert coloured == [False, True, False]


def test_the_numbers_above_the_bars_agree_with_each_other() -> None:
    figure = pictures.from_scores_to_loss([2.0, 1.0, -1.0], 0, NAMES)
    scores, probabilities, surprisals = (
        [float(text.get_text().replace("−", "-")) for text in axis.texts]
        for axis in figure.axes[::2]
    )
    assert scores == [2.0, 1.0, -1.0]
    assert sum(probabilities) == pytest.approx(1, abs=1e-12)
    assert f"{-np.log(probabilities[0]):.4f}" == f"{surprisals[0]:.4f}"


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_marked_minimum_is_the_minimum_and_lies_on_the_entropy(number: int) -> None:
    truths = (0.7, 0.9, 0.4)
    axis = pictures.minima_on_the_entropy(truths, shown=0.15).axes[0]
    curve = np.asarray(
        next(
            line for line in axis.lines if line.get_label() == f"$p$ = {truths[number]:g}"
        ).get_xydata()
    )
    dots = [line for line in axis.lines if line.get_marker() == "o"]
    (x, y) = np.asarray(dots[number].get_xydata())[0]
    lowest = curve[curve[:, 1].argmin()]
    assert x == truths[number]
    # The curve is drawn at points 0.0005 apart, and it is flat at its minimum.
    assert abs(lowest[0] - x) <= 0.0005
    assert 0 <= lowest[1] - y < 1e-6
    dashed = np.asarray(axis.lines[0].get_xydata())
    assert np.interp(x, dashed[:, 0], dashed[:, 1]) == pytest.approx(y, abs=1e-4)  # a chord


def test_the_arrow_measures_the_divergence() -> None:
    p, q = 0.7, 0.15
    axis = pictures.minima_on_the_entropy([p], shown=q).axes[0]
    arrow = next(text for text in axis.texts if not text.get_text())
    (x_foot, foot), (x_tip, tip) = arrow.xy, arrow.xyann
    assert x_foot == x_tip == q
    divergence = p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))
    assert tip - foot == pytest.approx(divergence, rel=1e-12)
