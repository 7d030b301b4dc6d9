"""Labels as distributions: their values, their properties, their edges."""

from fractions import Fraction

import numpy as np
import pytest
import sklearn.preprocessing
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.information import cross_entropy
from course_utils.labels import labels_from_votes, one_hot, smooth_labels
from course_utils.losses import softmax_cross_entropy
from course_utils.softmax import log_softmax

EPS = np.finfo(np.float64).eps
fair = settings(max_examples=100, deadline=None, derandomize=True)

labels_and_classes = st.integers(1, 8).flatmap(
    lambda classes: st.tuples(
        st.lists(st.integers(0, classes - 1), min_size=1, max_size=10), st.just(classes)
    )
)


@fair
@given(labels_and_classes)
def test_one_hot_against_scikit_learn(drawn):
    labels, classes = drawn
    encoder = sklearn.preprocessing.OneHotEncoder(categories=[range(classes)], sparse_output=False)
    theirs = encoder.fit_transform(np.reshape(labels, (-1, 1)))
    np.testing.assert_array_equal(one_hot(labels, classes), theirs)


def test_one_hot_shapes_and_dtype():
    assert one_hot(2, 3).tolist() == [0, 0, 1]
    assert one_hot([[0, 1], [1, 0]], np.int64(2)).shape == (2, 2, 2)
    assert one_hot([], 3).shape == (0, 3)
    assert one_hot([1.0], 2).dtype == np.float64


@fair
@given(labels_and_classes, st.floats(0, 1))
def test_smoothing_mixes_with_the_uniform_distribution(drawn, amount):
    labels, classes = drawn
    smooth = smooth_labels(one_hot(labels, classes), amount)
    share = Fraction(amount) / classes
    for label, row in zip(labels, smooth, strict=True):
        for k, entry in enumerate(row):
            truth = (1 - Fraction(amount)) * (k == label) + share
            # 1 - ε, ε/K and their sum are rounded.
            assert abs(Fraction(entry) - truth) <= 2 * Fraction(EPS)


def test_smoothing_edges_and_dtype():
    p = np.array([[0.7, 0.2, 0.1]])
    np.testing.assert_array_equal(smooth_labels(p, 0), p)
    np.testing.assert_array_equal(smooth_labels(p, 1), np.full((1, 3), 1 / 3))
    assert smooth_labels(np.float32([1, 0]), 0.1).dtype == np.float32
    assert smooth_labels([1, 0], 0.1).dtype == np.float64


def test_smoothed_targets_give_the_loss_with_label_smoothing():
    rng = np.random.default_rng(0)
    logits, labels = rng.normal(0, 3, (20, 5)), rng.integers(0, 5, 20)
    targets = smooth_labels(one_hot(labels, 5), 0.1)
    np.testing.assert_allclose(
        softmax_cross_entropy(targets, logits),
        softmax_cross_entropy(labels, logits, label_smoothing=0.1),
        rtol=10 * EPS,
    )


def test_the_optimal_logit_gap_of_smoothed_labels():
    """K = 10, ε = 0.1: the gap is log(1 + K(1 - ε)/ε) = 4.51 and the minimum 0.500."""
    target = smooth_labels(one_hot(0, 10), 0.1)
    logits = np.zeros(10)
    logits[0] = np.log(1 + 10 * 0.9 / 0.1)
    assert logits[0] == pytest.approx(4.51, abs=0.005)
    np.testing.assert_allclose(np.exp(log_softmax(logits)), target, rtol=10 * EPS)
    assert cross_entropy(target, target) == pytest.approx(0.500, abs=0.0005)


@fair
@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3).filter(any), min_size=1))
def test_votes_become_their_shares(votes):
    for row, counts in zip(labels_from_votes(votes), votes, strict=True):
        for share, count in zip(row, counts, strict=True):
            assert share == count / sum(counts)  # one division, rounded once
        assert sum(row) == pytest.approx(1, rel=3 * EPS, abs=0)


def test_twenty_annotators():
    assert labels_from_votes([11, 9]).tolist() == [0.55, 0.45]


def test_one_vote_is_a_one_hot_label():
    np.testing.assert_array_equal(labels_from_votes([[0, 1, 0], [5, 0, 0]]), one_hot([1, 0], 3))
    assert labels_from_votes(np.float32([1, 3])).dtype == np.float32
    assert labels_from_votes(np.ones((2, 3, 4), int)).shape == (2, 3, 4)


def test_twenty_hard_losses_are_twenty_times_the_loss_of_the_soft_label():
    votes, q = np.array([11, 9]), [0.6, 0.4]
    hard = cross_entropy(one_hot([0] * 11 + [1] * 9, 2), q).sum()
    assert hard == pytest.approx(
        20 * cross_entropy(labels_from_votes(votes), q), rel=20 * EPS, abs=0
    )
