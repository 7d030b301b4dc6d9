"""Checks of the findings in public material."""

from __future__ import annotations

import os
import re

import numpy as np
import pytest
from sklearn.metrics import hinge_loss
from verdicts import Verdict, agree, check, is_distribution

from course_utils.information import kl_divergence
from course_utils.losses import focal_loss, softmax_cross_entropy
from course_utils.sigmoid import sigmoid
from course_utils.softmax import sparsemax


def the_keras():
    os.environ.setdefault("KERAS_BACKEND", "torch")
    return pytest.importorskip("keras", reason="Keras is an optional peer")


@check("public-keras-sparsemax")
def _() -> Verdict:
    keras = the_keras()
    z = np.array([1.0, 0.5, -1.0])
    there, here = np.array(keras.ops.sparsemax(z).tolist()), sparsemax(z)
    return Verdict(is_distribution(there), is_distribution(here), (*z, *here))


@check("public-keras-focal")
def _() -> Verdict:
    keras = the_keras()
    loss = keras.losses.CategoricalFocalCrossentropy(alpha=1.0, gamma=2.0)
    (printed,) = re.findall(r"`FL\(p_t\) = (\(1.*)`", type(loss).__doc__)
    value = eval(printed, {"log": np.log, "gamma": 2.0, "p_t": 0.7})
    there = float(loss(np.array([[1.0, 0.0]]), np.array([[0.7, 0.3]])))
    assert agree(there, focal_loss(0, np.log([0.7, 0.3]), gamma=2.0), 1e-5)
    return Verdict(agree(value, there, 1e-5), agree(-value, there, 1e-5))


@check("public-keras-divergence")
def _() -> Verdict:
    keras = the_keras()
    p, q = np.array([0.5, 0.5]), np.array([1.0, 0.0])
    there = float(keras.losses.KLDivergence()(p[None], q[None]))
    assert "clipped to the `[0, 1]` range" in " ".join(keras.losses.KLDivergence.__doc__.split())
    clipped = float(np.sum(p * np.log(p / np.clip(q, 1e-7, 1))))
    return Verdict(agree(there, kl_divergence(p, q)), agree(there, clipped, 1e-5), (there, *p))


@check("public-glossary-hinge")
def _() -> Verdict:
    def printed(score, y):
        return np.maximum(0, y - (1 - 2 * y) * score)

    def mended(score, y):
        return np.maximum(0, 1 - (2 * y - 1) * score)

    scores = np.array([-2.0, 0.0, 2.0])

    def falls_with_the_right_score(loss):
        return bool((np.diff(loss(scores, 1)) < 0).any() and (np.diff(loss(-scores, 0)) < 0).any())

    labels = np.array([0, 1, 1])
    assert agree(np.mean(mended(scores, labels)), hinge_loss(labels, scores))
    return Verdict(falls_with_the_right_score(printed), falls_with_the_right_score(mended))


@check("public-glossary-gradient")
def _() -> Verdict:
    y, prediction, step = np.array([0.0, 1.0, 2.0]), np.array([0.5, 0.5, 4.0]), 1e-6

    def mse(p):
        return np.sum((p - y) ** 2) / y.size

    unit = np.eye(3) * step
    by_differences = [(mse(prediction + e) - mse(prediction - e)) / (2 * step) for e in unit]
    return Verdict(
        agree(prediction - y, by_differences, 1e-6),
        agree(2 * (prediction - y) / y.size, by_differences, 1e-6),
    )


@check("public-optax-integer-labels")
def _() -> Verdict:
    logits, label = np.array([2.0, 1.0, -1.0]), 0
    printed = np.log(np.exp(logits[label]) / np.exp(logits).sum())
    try:
        import optax
    except ImportError:
        loss = softmax_cross_entropy(label, logits)
    else:
        of_labels = optax.losses.softmax_cross_entropy_with_integer_labels
        assert re.search(r"\\sigma_i =\s+\\log\\left\(\\frac", of_labels.__doc__)
        loss = float(of_labels(logits, np.array(label)))
    return Verdict(agree(printed, loss, 1e-6), agree(-printed, loss, 1e-6))


@check("public-cs231n-brackets")
def _() -> Verdict:
    y, f, step = np.array([1.0, 0.0]), np.array([0.5, 2.0]), 1e-6

    def as_printed(f):
        return -np.sum(y * np.log(sigmoid(f))) + np.sum((1 - y) * np.log(1 - sigmoid(f)))

    def bracketed(f):
        return -np.sum(y * np.log(sigmoid(f)) + (1 - y) * np.log(1 - sigmoid(f)))

    def slopes(loss):
        return [(loss(f + e) - loss(f - e)) / (2 * step) for e in np.eye(2) * step]

    gradient = sigmoid(f) - y  # as printed there
    return Verdict(
        agree(slopes(as_printed), gradient, 1e-6), agree(slopes(bracketed), gradient, 1e-6)
    )
