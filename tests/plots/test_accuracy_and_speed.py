import pytest
from matplotlib import pyplot as plt

from course_utils.plots import accuracy_and_speed as pictures

RESULTS = [
    {"function": "softmax", "dtype": "float64", "worst": {"ours": 2.0, "SciPy": 400.0}},
    {"function": "softmax", "dtype": "float64", "worst": {"ours": 3.0, "SciPy": "inf"}},
    {"function": "softmax", "dtype": "float32", "worst": {"ours": 9.0, "SciPy": 9.0}},
    {"function": "logit", "dtype": "float64", "worst": {"ours": 1.0, "SciPy": 8.0}},
    {"function": "alone", "dtype": "float64", "worst": {"ours": 1.0}},
]


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def marks(axis):
    return {
        (line.get_label(), round(line.get_ydata()[0])): float(line.get_xdata()[0])
        for line in axis.lines
        if len(line.get_xdata()) == 1
    }


def test_each_function_that_a_peer_has_shows_its_largest_error():
    (axis,) = pictures.accuracy(RESULTS).axes
    assert [label.get_text() for label in axis.get_yticklabels()] == ["softmax", "logit"]
    drawn = marks(axis)
    assert drawn["ours", 0] == 3
    assert (drawn["ours", 1], drawn["SciPy", 1]) == (1, 8)


def test_what_is_infinitely_wrong_stands_where_no_digit_is_right():
    (axis,) = pictures.accuracy(RESULTS).axes
    assert 2**52 < marks(axis)["SciPy", 0] <= axis.get_xlim()[1]


def test_ratios_stand_on_the_line_of_their_function():
    results = [
        {"name": "softmax (64, 10)", "quantity": "time over SciPy's", "value": 0.25},
        {"name": "softmax (64, 10)", "quantity": "extra memory, MiB", "value": 3.0},
        {"name": "logsumexp (64, 10)", "quantity": "time over SciPy's", "value": 0.5},
    ]
    figure = pictures.speed(results)
    assert marks(figure.axes[0]) == {("SciPy", 0): 0.25, ("SciPy", 1): 0.5}
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["SciPy"]
