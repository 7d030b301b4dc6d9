"""Pictures of the report on a class: heights, order, and markup that can stand in a page."""

import re

import numpy as np
import pytest

from course_utils.plots import grading


def test_a_bar_counts_the_scores_from_its_number_up_to_the_next():
    one = 0.7 + 0.1 + 0.1 + 0.1  # points of four groups
    assert one < 1
    figure = grading.score_distribution([0, 0.5, 1, 9.99, 10, 10, one], 10)
    heights = [bar.get_height() for bar in figure.axes[0].patches]
    assert heights == [2, 2, 0, 0, 0, 0, 0, 0, 0, 1, 2]


def test_the_first_question_is_on_top():
    figure = grading.question_shares(["hard", "easy"], [0.25, 1.0])
    (axis,) = figure.axes
    assert [bar.get_width() for bar in axis.patches] == [25, 100]
    assert axis.yaxis_inverted()
    assert [text.get_text() for text in axis.get_yticklabels()] == ["hard", "easy"]
    assert [text.get_text() for text in axis.texts] == ["25", "100"]


def figure():
    return grading.score_distribution(np.arange(11), 10)


def test_the_same_figure_gives_the_same_text():
    assert grading.as_svg(figure(), "a", "x") == grading.as_svg(figure(), "a", "x")


def test_two_figures_share_no_identifier():
    first, second = (
        set(re.findall(r'\bid="([^"]+)"', grading.as_svg(figure(), name, "x"))) for name in "ab"
    )
    assert first
    assert not first & second


def test_references_lead_to_identifiers_of_the_same_figure():
    svg = grading.as_svg(figure(), "a", "x")
    identifiers = set(re.findall(r'\bid="([^"]+)"', svg))
    referenced = set(re.findall(r'(?:href="|url\()#([\w-]+)', svg))
    assert referenced
    assert referenced <= identifiers


def test_markup_stands_alone_and_takes_the_colour_of_the_text():
    svg = grading.as_svg(figure(), "a", 'a < b & "c"')
    assert svg.startswith('<svg role="img" aria-label="a &lt; b &amp; &quot;c&quot;"')
    assert svg.endswith("</svg>")
    assert "#000000" not in svg
    assert "currentColor" in svg
    assert "<style" not in svg
    assert not re.search(r"<dc:date|<metadata", svg)


@pytest.mark.parametrize("scores", [[], [0.0]])
def test_few_scores_are_no_error(scores):
    grading.score_distribution(scores, 10)
