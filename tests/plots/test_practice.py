"""What the pictures of the chapter *practice* show."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.calibration import reliability_curve
from course_utils.plots import practice as pictures
from course_utils.plots import style


@pytest.fixture(autouse=True)
def close_figures() -> Iterator[None]:
    with mpl.rc_context():
        plt.switch_backend("agg")
        yield
    plt.close("all")


def test_every_digit_stands_under_its_caption_on_one_scale() -> None:
    images = np.arange(3 * 4.0).reshape(3, 2, 2)
    axes = pictures.digits(images, ["a", "b", "c"], columns=2).axes
    drawn = [axis for axis in axes if axis.images]
    assert [axis.get_title() for axis in drawn] == ["a", "b", "c"]
    for axis, image in zip(drawn, images, strict=True):
        np.testing.assert_array_equal(axis.images[0].get_array(), image)
        assert axis.images[0].get_clim() == (0, images.max())


def test_the_marked_penalty_is_the_best_on_validation_data() -> None:
    penalties, training, validation = [1e-3, 1e-2, 1e-1], [0.1, 0.2, 0.3], [0.5, 0.4, 0.6]
    axis = pictures.penalty_choice(penalties, training, validation).axes[0]
    lines = {line.get_label(): line for line in axis.lines}
    np.testing.assert_array_equal(lines["training"].get_ydata(), training)
    np.testing.assert_array_equal(lines["validation"].get_ydata(), validation)
    assert axis.lines[-1].get_xdata()[0] == penalties[1]


def test_the_table_counts_each_mistake_once_and_no_hit() -> None:
    labels, predictions = [0, 0, 0, 1, 2, 2], [1, 1, 0, 1, 0, 2]
    axis = pictures.confusions(labels, predictions, classes=3).axes[0]
    numbers = {
        (text.get_position()[1], text.get_position()[0]): text.get_text() for text in axis.texts
    }
    assert numbers == {(0, 1): "2", (2, 0): "1"}
    assert (axis.get_ylabel(), axis.get_xlabel()) == ("true digit", "predicted digit")


def test_a_table_without_mistakes_can_be_drawn() -> None:
    axis = pictures.confusions([0, 1], [0, 1], classes=2).axes[0]
    assert not axis.texts
    assert not axis.patches


def test_the_diagonal_is_left_out_and_one_class_is_framed() -> None:
    axis = pictures.confusions([0, 1, 2], [0, 2, 2], classes=3, framed=2).axes[0]
    assert np.ma.getmaskarray(axis.images[0].get_array()).diagonal().all()
    row, column = (patch.get_bbox().bounds for patch in axis.patches)
    assert row == (-0.5, 1.5, 3, 1)
    assert column == (1.5, -0.5, 1, 3)


def test_the_contest_shows_mean_spread_and_chosen_rate_of_each_loss() -> None:
    rates = [1.0, 10.0]
    cross_entropy = [[0.1, 0.3], [0.2, 0.2]]
    squared_error = [[0.5, 0.7], [0.9, 0.8]]
    axis = pictures.rate_contest(
        rates,
        {"small": {"cross-entropy": cross_entropy, "squared error": squared_error}},
        {"small": [10.0, 1.0]},
    ).axes[0]
    curves = [line for line in axis.lines if line.get_label() in ("cross-entropy", "squared error")]
    rings = [line for line in axis.lines if line not in curves]
    for curve, table in zip(curves, (cross_entropy, squared_error), strict=True):
        np.testing.assert_allclose(curve.get_ydata(), np.mean(table, axis=1))
    assert [float(ring.get_xdata()[0]) for ring in rings] == [10.0, 1.0]
    np.testing.assert_allclose([float(ring.get_ydata()[0]) for ring in rings], [0.2, 0.6])
    assert [curve.get_color() for curve in curves] == [style.CROSS_ENTROPY, style.SQUARED_ERROR]
    for band, table in zip(axis.collections, (cross_entropy, squared_error), strict=True):
        heights = band.get_paths()[0].vertices[:, 1]
        assert (heights.min(), heights.max()) == (np.min(table), np.max(table))


def test_the_bar_spans_the_central_part_of_the_differences() -> None:
    values = np.linspace(-1.0, 3.0, 401)
    axis = pictures.resampled_differences({"NLL": values}).axes[0]
    bar, zero = axis.lines
    np.testing.assert_allclose(bar.get_xdata(), [-0.9, 2.9])
    assert list(zero.get_xdata()) == [0, 0]
    assert sum(patch.get_height() for patch in axis.patches) == len(values)
    assert axis.get_xlabel() == "NLL"


def test_differences_of_counts_get_one_bar_for_each_value() -> None:
    values = np.array([-2, -1, -1, 0, 1, 1, 1, 3]) / 500
    axis = pictures.resampled_differences({"error rate": values}).axes[0]
    heights = {round(bar.get_center()[0] * 500): bar.get_height() for bar in axis.patches}
    assert heights == {-2: 1, -1: 2, 0: 1, 1: 3, 3: 1}
    np.testing.assert_allclose([bar.get_width() for bar in axis.patches], 1 / 500)


def test_a_diagram_shows_frequencies_bands_and_counts_of_the_bins_that_hold_something() -> None:
    forecasts = [0.3, 0.4, 0.9, 0.8, 0.7]  # the first of four bins stays empty
    curve = reliability_curve([0, 1, 1, 1, 0], forecasts, n_bins=4)
    filled = np.flatnonzero(curve.counts)
    band = np.array([[0.1, 0.5, 0.3, 0.4], [0.6, 0.7, 0.8, 0.9]])
    above, below = pictures.reliability_with_bands({"model": curve}, {"model": band}).axes
    diagonal, points, rings = above.lines
    np.testing.assert_array_equal(diagonal.get_xydata(), [[0, 0], [1, 1]])
    np.testing.assert_allclose(points.get_xdata(), [0.35, 0.7, 0.85])
    np.testing.assert_allclose(points.get_ydata(), [0.5, 0, 1])
    # The second frequency lies below its band, the third above; the first on its lower end.
    np.testing.assert_allclose(rings.get_xydata(), [[0.7, 0], [0.85, 1]])
    assert len(above.patches) == len(filled) == 3
    for box, index in zip(above.patches, filled, strict=True):
        (left, bottom), (right, top) = box.get_bbox().get_points()
        np.testing.assert_allclose([left, right], curve.edges[index : index + 2])
        np.testing.assert_allclose([bottom, top], band[:, index])
    assert [bar.get_height() for bar in below.patches] == [0, 2, 1, 2]
    assert above.get_title() == "model"


def test_diagrams_have_room_and_no_ring_where_every_point_lies_in_its_band() -> None:
    style.use_course_style()
    curve = reliability_curve([0, 1, 1], [0.3, 0.6, 0.9], n_bins=4)
    band = [[0.0] * 4, [1.0] * 4]
    figure = pictures.reliability_with_bands({"a": curve, "b": curve}, {"a": band, "b": band})
    figure.draw_without_rendering()
    for axis in figure.axes[:2]:
        assert len(axis.lines) == 2
        assert axis.get_position().width > 0.3
        assert axis.get_position().height > 0.3
