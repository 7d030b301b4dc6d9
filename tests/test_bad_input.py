"""Every public function on every kind of bad input: the error, the argument, the first bad entry.

`TABLE` gives each argument of each function a kind and a good value; `KINDS` says what can be
wrong with an argument of that kind. An entry is spoiled in two places: the error names the first.
"""

import importlib
import inspect
import math
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from course_utils.models import SoftmaxRegression

INF, NAN = math.inf, math.nan


class Bad(NamedTuple):
    """A way to spoil an argument."""

    spoil: Callable[[Any], Any]
    """Makes a bad value of a good one."""
    error: type[Exception]
    says: str
    """What the message says was expected, or found."""
    place: Callable[[Any], str] = lambda good: ""
    """Where the message says that it is, in brackets; nothing if it is not one entry."""


def entry(value, says, error=ValueError):
    """Spoil the second entry and the last."""

    def spoil(good):
        array = np.array(good, dtype=np.result_type(np.asarray(good), np.asarray(value)))
        array.flat[1] = array.flat[-1] = value
        return array

    def place(good):
        return str([int(i) for i in np.unravel_index(1, np.shape(good))])

    return Bad(spoil, error, says, place)


def all_of(value, says, error=ValueError):
    """Replace the argument."""
    return Bad(lambda good: value, error, says)


def scaled(factor, says):
    """Multiply the second slice, or the only one, so that it no longer sums to 1."""

    def spoil(good):
        array = np.array(good, float)
        array[1 if array.ndim > 1 else ...] *= factor
        return array

    return Bad(spoil, ValueError, says, lambda good: "[1, :]" if np.ndim(good) > 1 else "")


# --- what can be wrong with an argument -----------------------------------------------------------

NO_NUMBERS = {
    "strings": all_of(["a", "b"], "must hold real numbers", TypeError),
    "complex": all_of([[1j, 0], [0, 1]], "must hold real numbers", TypeError),
    "nothing": all_of(None, "must hold real numbers", TypeError),
    "ragged": all_of([[1.0, 0.0], [1.0]], "must be a rectangular array"),
}
NO_CLASSES = {
    "single number": all_of(1.0, "must have at least one dimension"),
    "empty axis": all_of(np.zeros((2, 0)), "must not be empty"),
}
NON_NEGATIVE = {
    "negative": entry(-0.1, "must be non-negative and finite"),
    "nan": entry(NAN, "must be non-negative and finite"),
    "inf": entry(INF, "must be non-negative and finite"),
}
NO_LABELS = {
    "negative label": entry(-1, "must lie in 0..2"),
    "label out of range": entry(3, "must lie in 0..2"),
    "label not whole": entry(0.5, "must be whole numbers"),
    "label nan": entry(NAN, "must be whole numbers"),
    "label inf": entry(INF, "must be whole numbers"),
    "mask": all_of([True, False], "must be integer labels", TypeError),
    "names": all_of(["cat", "dog"], "must be integer labels", TypeError),
}
NO_DISTRIBUTIONS = NO_NUMBERS | NO_CLASSES | NON_NEGATIVE
NO_NUMBER = {
    "text": all_of("much", "must be a single real number", TypeError),
    "list": all_of([1.0], "must be a single real number", TypeError),
}
NO_POSITIVE_NUMBER = NO_NUMBER | {
    "zero": all_of(0.0, "must be positive and finite"),
    "negative": all_of(-1.0, "must be positive and finite"),
    "nan": all_of(NAN, "must be positive and finite"),
    "inf": all_of(INF, "must be positive and finite"),
}
NO_SHARE = NO_NUMBER | {
    "negative": all_of(-0.1, "must lie in [0, 1]"),
    "above 1": all_of(1.1, "must lie in [0, 1]"),
    "nan": all_of(NAN, "must lie in [0, 1]"),
}

KINDS = {
    # Numbers entry by entry, where nan passes.
    "real": NO_NUMBERS,
    "finite": NO_NUMBERS | {"inf": entry(INF, "must be finite")},
    "scale": NO_NUMBERS
    | {
        "zero": entry(0.0, "must be positive and finite"),
        "negative": entry(-1.0, "must be positive and finite"),
        "inf": entry(INF, "must be positive and finite"),
    },
    "probability": NO_NUMBERS
    | {
        "negative": entry(-0.1, "must lie in [0, 1]"),
        "above 1": entry(1.1, "must lie in [0, 1]"),
    },
    # What does not let nan pass.
    "probability, not nan": NO_NUMBERS
    | {
        "negative": entry(-0.1, "must lie in [0, 1]"),
        "above 1": entry(1.1, "must lie in [0, 1]"),
        "nan": entry(NAN, "must lie in [0, 1]"),
    },
    "distributions": NO_DISTRIBUTIONS
    | {
        "sum too large": scaled(1.01, "must sum to 1"),
        "sum too small": scaled(0.99, "must sum to 1"),
    },
    "as many distributions": NO_DISTRIBUTIONS
    | {
        "sum too large": scaled(1.01, "must sum to 1"),
        "other classes": all_of(np.full((2, 4), 0.25), "as many classes"),
        "other samples": all_of(np.full((5, 3), 1 / 3), "must broadcast"),
    },
    "one distribution": NO_DISTRIBUTIONS
    | {
        "sum too large": scaled(1.01, "must sum to 1"),
        "two dimensions": all_of([[0.5, 0.5]], "must have one dimension"),
    },
    "weights": NO_DISTRIBUTIONS
    | {
        "sum too large": scaled(1.01, "must sum to 1"),
        "other samples": all_of(np.full((5, 2), 0.5), "must broadcast"),
    },
    "model of labels": NO_DISTRIBUTIONS
    | {
        "sum too large": scaled(1.01, "must sum to 1"),
        "other samples": all_of(np.full((5, 3), 1 / 3), "one row for each of the 2 labels"),
        "three dimensions": all_of(np.full((2, 2, 3), 1 / 3), "must have shape (K,) or (N, K)"),
    },
    "logits": NO_NUMBERS
    | NO_CLASSES
    | {
        "nan": entry(NAN, "must be finite or -inf"),
        "inf": entry(INF, "must be finite or -inf"),
        "all -inf": Bad(
            lambda good: [good[0], [-INF] * 3],
            ValueError,
            "must have a finite entry",
            lambda good: "[1, :]",
        ),
    },
    "logits with inf": NO_NUMBERS | NO_CLASSES | {"nan": entry(NAN, "must not be nan")},
    "log-odds": NO_NUMBERS
    | {
        "nan": entry(NAN, "must not be nan"),
        "other shape": all_of([0.0, 1.0, 2.0, 3.0], "shape"),
    },
    "tangent": NO_NUMBERS
    | {
        "nan": entry(NAN, "must be finite"),
        "inf": entry(INF, "must be finite"),
        "other shape": all_of(np.zeros((3, 3)), "must have the shape of logits"),
    },
    "votes": NO_NUMBERS
    | NO_CLASSES
    | NON_NEGATIVE
    | {
        "not whole": entry(0.5, "must be whole numbers"),
        "nobody voted": Bad(
            lambda good: [good[0], [0, 0, 0]],
            ValueError,
            "at least one vote",
            lambda good: "[1, :]",
        ),
    },
    "labels": NO_LABELS | {"ragged": all_of([[0], [0, 1]], "must be a rectangular array")},
    "sample of labels": NO_LABELS
    | {
        "no labels": all_of([], "must have shape (N,) with N > 0"),
        "two dimensions": all_of([[0, 1]], "must have shape (N,) with N > 0"),
    },
    "outcomes": {
        "two": entry(2, "must lie in 0..1"),
        "negative": entry(-1, "must lie in 0..1"),
        "not whole": entry(0.5, "must be whole numbers"),
        "nan": entry(NAN, "must be whole numbers"),
        "names": all_of(["heads"], "must be integer labels", TypeError),
        "none": all_of([], "must hold at least one outcome"),
    },
    "targets": NO_LABELS
    | {
        "other shape": all_of([0, 1, 2], "must be labels of shape (2,) or distributions of shape"),
        "negative share": Bad(
            lambda good: [[1.1, -0.1, 0], [1.1, -0.1, 0]],
            ValueError,
            "must be non-negative",
            lambda good: "[0, 1]",
        ),
        "sum too large": Bad(
            lambda good: [[1, 0, 0], [1, 0, 0.1]],
            ValueError,
            "must sum to 1",
            lambda good: "[1, :]",
        ),
    },
    "labels of forecasts": NO_LABELS
    | {
        "ragged": all_of([[0], [0, 1]], "must be a rectangular array"),
        "other samples": all_of([0, 1, 2], "must have shape (2,)"),
        "one-hot": all_of([[1, 0, 0], [0, 1, 0]], "must have shape (2,)"),
    },
    "forecasts": NO_NUMBERS
    | NON_NEGATIVE
    | {
        "sum too large": scaled(1.01, "must sum to 1"),
        "sum too small": scaled(0.99, "must sum to 1"),
        "above 1": Bad(
            lambda good: [0.5, 1.1], ValueError, "must lie in [0, 1]", lambda good: "[1]"
        ),
        "single number": all_of(0.5, "must have shape (N,) or (N, K)"),
        "three dimensions": all_of(np.full((2, 2, 2), 0.5), "must have shape (N,) or (N, K)"),
        "no samples": all_of(np.zeros((0, 3)), "must have shape (N,) or (N, K)"),
        "no classes": all_of(np.zeros((2, 0)), "must have shape (N,) or (N, K)"),
    },
    "shares of yes": NO_NUMBERS
    | {
        "negative": entry(-0.1, "must lie in [0, 1]"),
        "above 1": entry(1.1, "must lie in [0, 1]"),
        "nan": entry(NAN, "must lie in [0, 1]"),
        "other shape": all_of([0, 1, 0, 1], "shape"),
    },
    "class_weight": NON_NEGATIVE
    | {
        "strings": all_of(["a"] * 3, "must hold real numbers", TypeError),
        "other shape": all_of([1.0, 1.0], "must have shape (3,)"),
    },
    # Options.
    "axis": {
        "out of range": all_of(2, "must lie in -2..1"),
        "far below": all_of(-3, "must lie in -2..1"),
        "fraction": all_of(0.5, "must be an integer", TypeError),
        "text": all_of("classes", "must be an integer", TypeError),
    },
    "base": NO_NUMBER
    | {
        "one": all_of(1, "a finite number above 1"),
        "zero": all_of(0, "a finite number above 1"),
        "negative": all_of(-2, "a finite number above 1"),
        "below 1": all_of(0.5, "a finite number above 1"),
        "nan": all_of(NAN, "a finite number above 1"),
        "inf": all_of(INF, "a finite number above 1"),
    },
    "positive": NO_POSITIVE_NUMBER,
    "share": NO_SHARE,
    "exponent": NO_NUMBER
    | {
        "negative": all_of(-1.0, "finite"),
        "nan": all_of(NAN, "finite"),
        "inf": all_of(INF, "finite"),
    },
    "q": NO_NUMBER
    | {
        "zero": all_of(0.0, "must be positive"),
        "above 1": all_of(1.1, "must lie in (0, 1]"),
        "nan": all_of(NAN, "must be positive"),
    },
    "labels of cosines": NO_LABELS
    | {
        "other samples": all_of([0, 1, 2], "must have shape (2,)"),
        "ragged": all_of([[0], [0, 1]], "must be a rectangular array"),
    },
    "cosines": NO_NUMBERS
    | NO_CLASSES
    | {
        "above 1": entry(1.001, "must lie in [-1, 1]"),
        "below -1": entry(-1.001, "must lie in [-1, 1]"),
        "nan": entry(NAN, "must lie in [-1, 1]"),
    },
    "angle": NO_NUMBER
    | {
        "negative": all_of(-0.1, "must lie in [0, 3.14159]"),
        "above pi": all_of(3.2, "must lie in [0, 3.14159]"),
        "nan": all_of(NAN, "must lie in [0, 3.14159]"),
    },
    "feature_norms": NO_NUMBERS
    | NON_NEGATIVE
    | {
        "other samples": all_of([1.0, 1.0, 1.0], "must have shape (2,)"),
        "one for all": all_of(1.0, "must have shape (2,)"),
    },
    "weight_norms": NO_NUMBERS
    | NON_NEGATIVE
    | {"other classes": all_of([1.0, 2.0], "must be a number or have shape (3,)")},
    "l2": NO_NUMBER
    | {
        "negative": all_of(-1.0, "must be non-negative and finite"),
        "nan": all_of(NAN, "must be non-negative and finite"),
        "inf": all_of(INF, "must be non-negative and finite"),
    },
    "count": {
        "zero": all_of(0, "must be at least 1"),
        "fraction": all_of(1.5, "must be an integer", TypeError),
        "text": all_of("many", "must be an integer", TypeError),
    },
    "count from 0": {
        "negative": all_of(-1, "must be at least 0"),
        "fraction": all_of(1.5, "must be an integer", TypeError),
    },
    "reduction": {
        "unknown": all_of("average", "must be 'mean', 'sum' or 'none'"),
        "nothing": all_of(None, "must be 'mean', 'sum' or 'none'"),
    },
    "n_bins": {
        "zero": all_of(0, "must be at least 1"),
        "fraction": all_of(1.5, "must be an integer", TypeError),
    },
    "strategy": {"unknown": all_of("kmeans", "must be 'uniform' or 'quantile'")},
    "kind": {"unknown": all_of("top", "must be 'top-label' or 'classwise'")},
    "norm": {"unknown": all_of("l3", "must be 'l1', 'l2' or 'max'")},
    "rng": {
        "fraction": all_of(0.5, "must be a Generator, an integer or None", TypeError),
        "negative": all_of(-1, "must not be negative"),
    },
    "confidence": NO_NUMBER
    | {
        "zero": all_of(0.0, "must lie in (0, 1)"),
        "one": all_of(1.0, "must lie in (0, 1)"),
        "nan": all_of(NAN, "must lie in (0, 1)"),
    },
    "solver": {"unknown": all_of("sgd", "must be 'auto', 'newton' or 'lbfgs'")},
    "flag": {},
    "out": {
        "list": all_of([[0.0] * 3] * 2, "must be a NumPy array", TypeError),
        "other shape": all_of(np.empty((3, 2)), "must have shape"),
        "other dtype": all_of(np.empty((2, 3), np.float32), "must have dtype", TypeError),
        "read-only": all_of(np.broadcast_to(0.0, (2, 3)), "must be writeable"),
    },
    "out of log-odds": {
        "list": all_of([0.0] * 3, "must be a NumPy array", TypeError),
        "other shape": all_of(np.empty((2, 3)), "must have shape"),
        "other dtype": all_of(np.empty(3, np.float32), "must have dtype", TypeError),
        "read-only": all_of(np.broadcast_to(0.0, 3), "must be writeable"),
    },
    # Models.
    "X": NO_NUMBERS
    | {
        "nan": entry(NAN, "must be finite"),
        "inf": entry(INF, "must be finite"),
        "one dimension": all_of([1.0, 2.0], "must have shape (N, D)"),
        "no features": all_of(np.zeros((4, 0)), "must have shape (N, D)"),
        "no samples": all_of(np.zeros((0, 2)), "must have shape (N, D)"),
    },
    "y": {
        "not whole": entry(0.5, "must be whole numbers"),
        "nan": entry(NAN, "must be whole numbers"),
        "one class": all_of([1, 1, 1, 1], "must hold at least two classes"),
        "other samples": all_of([0, 1], "must have shape (4,) or (4, K)"),
        "three dimensions": all_of(np.zeros((4, 2, 2)), "must have shape (4,) or (4, K)"),
        "single number": all_of(1, "must have shape (4,) or (4, K)"),
        "ragged": all_of([[0], [0, 1]], "must be a rectangular array"),
        "complex": all_of([1j, 0, 1, 0], "must hold labels", TypeError),
        "negative share": Bad(
            lambda good: [[1, 0], [1.5, -0.5], [1, 0], [0, 1]],
            ValueError,
            "must be non-negative",
            lambda good: "[1, 1]",
        ),
        "sum too large": Bad(
            lambda good: [[1, 0], [0, 1], [1, 1], [0, 1]],
            ValueError,
            "must sum to 1",
            lambda good: "[2, :]",
        ),
    },
    "sample_weight": NON_NEGATIVE
    | {
        "strings": all_of(["a"] * 4, "must hold real numbers", TypeError),
        "other samples": all_of([1.0, 1.0], "must have shape (4,)"),
        "all 0": all_of(np.zeros(4), "must hold a positive weight"),
    },
    "start": NO_NUMBERS
    | {"nan": entry(NAN, "must be finite"), "inf": entry(INF, "must be finite")},
    "objective": {
        "value no number": all_of(lambda x: ("low", 2 * x), "single real number", TypeError),
        "value of each entry": all_of(lambda x: (x**2, 2 * x), "single real number", TypeError),
        "gradient of other shape": all_of(lambda x: (1.0, 2.0), "must have the shape (2,)"),
        "value nan": all_of(lambda x: (NAN, 2 * x), "must return finite", FloatingPointError),
        "gradient inf": all_of(
            lambda x: (1.0, x * [1, INF]), "must return finite", FloatingPointError
        ),
    },
}

NAN_PASSES = {"real", "finite", "scale", "probability"}

# --- the arguments of every function --------------------------------------------------------------

P = [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]]
Q = [[0.5, 0.3, 0.2], [0.2, 0.2, 0.6]]
LOGITS = [[1.0, 0.0, -1.0], [0.0, 2.0, 0.5]]
SAMPLES = [[0.0, 1.0], [1.0, 1.0], [2.0, 0.0], [1.0, 2.0]]

AXIS = {"axis": ("axis", -1)}
BASE = {"base": ("base", 2)}
TEMPERATURE = {"temperature": ("positive", 2.0)}
REDUCTION = {"reduction": ("reduction", "mean")}
OUT = {"out": ("out", None)}
OF_TWO = {"p": ("distributions", P), "q": ("as many distributions", Q)} | AXIS | BASE
OF_LOGITS = {"logits": ("logits", LOGITS)} | AXIS
GAUSSIANS = {
    "mean_p": ("finite", [0.0, 1.0]),
    "scale_p": ("scale", [1.0, 2.0]),
    "mean_q": ("finite", [0.5, 1.0]),
    "scale_q": ("scale", [1.0, 1.0]),
} | BASE
FROM_PROBABILITIES = (
    {"targets": ("targets", [0, 1]), "probabilities": ("distributions", P)} | AXIS | REDUCTION
)
FROM_LOGITS = {"targets": ("targets", [0, 1])} | OF_LOGITS | REDUCTION
SOFTMAX_CROSS_ENTROPY = (
    FROM_LOGITS
    | TEMPERATURE
    | {"label_smoothing": ("share", 0.1), "class_weight": ("class_weight", [1.0, 2.0, 1.0])}
)
FROM_LOG_ODDS = {
    "targets": ("shares of yes", [0.0, 1.0, 0.5]),
    "logits": ("log-odds", [0.0, 1.0, 2.0]),
} | REDUCTION
X = {"X": ("X", SAMPLES)}

FORECASTS = {"probabilities": ("forecasts", P)}
OF_FORECASTS = {"labels": ("labels of forecasts", [0, 1])} | FORECASTS
BINS = {"n_bins": ("n_bins", 15), "strategy": ("strategy", "uniform")}
KIND = {"kind": ("kind", "top-label")}
NORM = {"norm": ("norm", "l1")}
COSINES = [[0.5, -0.5, 0.0], [1.0, 0.25, -1.0]]
OF_COSINES = {"labels": ("labels of cosines", [0, 1]), "cosines": ("cosines", COSINES)}
OF_PRODUCTS = OF_COSINES | {
    "feature_norms": ("feature_norms", [1.0, 2.0]),
    "weight_norms": ("weight_norms", [1.0, 1.0, 2.0]),
}

TABLE: dict[str, dict[str, tuple[str, Any]]] = {
    "likelihood.bernoulli_log_likelihood": {
        "outcomes": ("outcomes", [1, 0, 0]),
        "probability": ("probability, not nan", [0.2, 0.5]),
    },
    "likelihood.categorical_log_likelihood": {
        "labels": ("sample of labels", [0, 1]),
        "probabilities": ("model of labels", P),
    },
    "likelihood.gaussian_nll": {
        "values": ("real", [0.0, 1.0]),
        "mean": ("finite", [0.0, 1.0]),
        "scale": ("scale", [1.0, 2.0]),
    },
    "likelihood.laplace_nll": {
        "values": ("real", [0.0, 1.0]),
        "location": ("finite", [0.0, 1.0]),
        "scale": ("scale", [1.0, 2.0]),
    },
    "likelihood.gaussian_mixture_nll": {
        "values": ("real", [0.0, 1.0, 2.0]),
        "weights": ("weights", [0.4, 0.6]),
        "means": ("finite", [[0.0, 1.0]] * 3),
        "scales": ("scale", [[1.0, 2.0]] * 3),
    },
    "information.self_information": {
        "p": ("probability", P),
        "axis": ("axis", None),
        **BASE,
    },
    "information.entropy": {"p": ("distributions", P), **AXIS, **BASE},
    "information.cross_entropy": OF_TWO,
    "information.kl_divergence": OF_TWO,
    "information.jensen_shannon_divergence": OF_TWO,
    "information.gaussian_cross_entropy": GAUSSIANS,
    "information.gaussian_kl_divergence": GAUSSIANS,
    "information.huffman_code": {"p": ("one distribution", [0.5, 0.25, 0.25])},
    "softmax.logsumexp": {
        "logits": ("logits with inf", LOGITS),
        "keepdims": ("flag", False),
        **AXIS,
    },
    "softmax.softmax": OF_LOGITS | TEMPERATURE | OUT,
    "softmax.log_softmax": OF_LOGITS | TEMPERATURE | OUT,
    "softmax.hardmax": OF_LOGITS,
    "softmax.sparsemax": OF_LOGITS,
    "softmax.softmax_jacobian": OF_LOGITS | TEMPERATURE,
    "softmax.softmax_jvp": OF_LOGITS | TEMPERATURE | {"tangent": ("tangent", P)},
    "sigmoid.sigmoid": {"x": ("real", [0.0, 1.0, 2.0])},
    "sigmoid.log_sigmoid": {"x": ("real", [0.0, 1.0, 2.0])},
    "sigmoid.softplus": {"x": ("real", [0.0, 1.0, 2.0])},
    "sigmoid.logit": {"p": ("probability", [0.2, 0.5, 0.7])},
    "sigmoid.odds": {"p": ("probability", [0.2, 0.5, 0.7])},
    "losses.zero_one_loss": FROM_PROBABILITIES,
    "losses.squared_error": FROM_PROBABILITIES,
    "losses.brier_score": FROM_PROBABILITIES,
    "losses.categorical_cross_entropy": FROM_PROBABILITIES,
    "losses.binary_cross_entropy": {
        "targets": ("shares of yes", [0.0, 1.0, 0.5]),
        "probabilities": ("shares of yes", [0.2, 0.5, 0.7]),
        **REDUCTION,
    },
    "losses.softmax_cross_entropy": SOFTMAX_CROSS_ENTROPY,
    "losses.softmax_cross_entropy_and_gradient": SOFTMAX_CROSS_ENTROPY | OUT,
    "losses.sigmoid_cross_entropy": FROM_LOG_ODDS,
    "losses.sigmoid_cross_entropy_and_gradient": {
        **FROM_LOG_ODDS,
        "out": ("out of log-odds", None),
    },
    "losses.squared_error_and_gradient": FROM_LOGITS | OUT,
    "losses.focal_loss": FROM_LOGITS | {"gamma": ("exponent", 2.0)},
    "losses.generalised_cross_entropy": FROM_LOGITS | {"q": ("q", 0.7)},
    "losses.hinge_loss": FROM_LOGITS,
    "losses.absolute_error": FROM_LOGITS,
    "losses.sparsemax_loss": FROM_LOGITS,
    "labels.one_hot": {"labels": ("labels", [0, 1]), "classes": ("count", 3)},
    "labels.smooth_labels": {"targets": ("distributions", P), "amount": ("share", 0.1)},
    "labels.labels_from_votes": {"votes": ("votes", [[3, 1, 0], [0, 2, 2]])},
    "calibration.reliability_curve": {
        **OF_FORECASTS,
        **BINS,
        **KIND,
        "confidence": ("confidence", 0.95),
    },
    "calibration.expected_calibration_error": OF_FORECASTS | BINS | KIND | NORM,
    "calibration.null_calibration_errors": {
        **FORECASTS,
        **BINS,
        **KIND,
        **NORM,
        "samples": ("count", 10),
        "rng": ("rng", 0),
    },
    "calibration.brier_decomposition": OF_FORECASTS | BINS,
    "calibration.fit_temperature": {"targets": ("targets", [1, 1])} | OF_LOGITS,
    "margins.arcface_logits": {
        **OF_COSINES,
        "margin": ("angle", 0.5),
        "scale": ("positive", 64.0),
        "fallback": ("flag", False),
    },
    "margins.additive_margin_logits": {
        **OF_COSINES,
        "margin": ("l2", 0.35),
        "scale": ("positive", 30.0),
    },
    "margins.large_margin_logits": OF_PRODUCTS | {"margin": ("count", 2)},
    "margins.soft_margin_logits": OF_PRODUCTS | {"margin": ("l2", 0.5)},
    "models.SoftmaxRegression": {
        "l2": ("l2", 0.1),
        "solver": ("solver", "auto"),
        "tol": ("positive", 1e-8),
        "max_iter": ("count", 100),
    },
    "models.SoftmaxRegression.fit": {
        **X,
        "y": ("y", [0, 1, 1, 0]),
        "sample_weight": ("sample_weight", [1.0, 1.0, 2.0, 1.0]),
    },
    "models.SoftmaxRegression.decision_function": X,
    "models.SoftmaxRegression.predict_proba": X,
    "models.SoftmaxRegression.predict": X,
    "models.gradient_descent": {
        "value_and_gradient": ("objective", lambda x: (float(x @ x), 2 * x)),
        "start": ("start", [1.0, 2.0]),
        "learning_rate": ("positive", 0.1),
        "steps": ("count from 0", 3),
    },
}

CASES = [
    pytest.param(function, argument, way, id=f"{function}-{argument}-{name}")
    for function, arguments in TABLE.items()
    for argument, (kind, _) in arguments.items()
    for name, way in KINDS[kind].items()
]


def call(function, **changes):
    module, name, *method = function.split(".")
    target = getattr(importlib.import_module(f"course_utils.{module}"), name)
    if method:
        fitted = SoftmaxRegression(l2=0.1).fit(SAMPLES, [0, 1, 1, 0])
        target = getattr(fitted, method[0])
    arguments = {argument: good for argument, (_, good) in TABLE[function].items()} | changes
    return target(**arguments)


@pytest.mark.parametrize(("function", "argument", "way"), CASES)
def test_bad_input_is_named(function, argument, way):
    good = TABLE[function][argument][1]
    with pytest.raises(way.error) as caught:
        call(function, **{argument: way.spoil(good)})
    message = str(caught.value)
    assert type(caught.value) is way.error
    assert re.search(rf"\b{argument}\b", message), message
    assert f"{argument}{way.place(good)}" in message, message
    assert way.says in message, message


@pytest.mark.parametrize("function", TABLE)
def test_good_input_passes(function):
    call(function)


@pytest.mark.parametrize(
    ("function", "argument"),
    [
        (f, a)
        for f, arguments in TABLE.items()
        for a, (kind, _) in arguments.items()
        if kind in NAN_PASSES
    ],
)
def test_elementwise_functions_pass_nan_through(function, argument):
    spoiled = entry(NAN, "").spoil(TABLE[function][argument][1])
    result = call(function, **{argument: spoiled})
    assert np.isnan(result).any()
    assert np.isfinite(result).any()


def test_the_table_holds_every_argument_of_every_public_function():
    modules = (
        "likelihood",
        "information",
        "softmax",
        "sigmoid",
        "losses",
        "labels",
        "calibration",
        "margins",
        "models",
    )
    public = {}
    for module in modules:
        contents = importlib.import_module(f"course_utils.{module}")
        for name in contents.__all__:
            if inspect.isfunction(getattr(contents, name)):
                public[f"{module}.{name}"] = getattr(contents, name)
    public["models.SoftmaxRegression"] = SoftmaxRegression
    for name, method in inspect.getmembers(SoftmaxRegression, inspect.isfunction):
        if not name.startswith("_"):
            public[f"models.SoftmaxRegression.{name}"] = method
    arguments = {
        name: {p for p in inspect.signature(function).parameters if p != "self"}
        for name, function in public.items()
    }
    assert arguments == {name: set(table) for name, table in TABLE.items()}
    assert {kind for table in TABLE.values() for kind, _ in table.values()} == set(KINDS)


def test_shapes_that_do_not_fit_are_named():
    for arguments in (([0.0, 1.0], [0.0, 1.0, 2.0], 1.0), (0.0, [0.0, 1.0], [1.0, 1.0, 1.0])):
        for function in ("gaussian_nll", "laplace_nll"):
            nll = getattr(importlib.import_module("course_utils.likelihood"), function)
            with pytest.raises(ValueError, match=r"^shapes must broadcast, but are: values \("):
                nll(*arguments)


@pytest.mark.parametrize("name", ["decision_function", "predict_proba", "predict"])
def test_a_model_must_be_fitted_and_keeps_its_features(name):
    with pytest.raises(RuntimeError, match=r"^SoftmaxRegression is not fitted: call fit first$"):
        getattr(SoftmaxRegression(), name)(SAMPLES)
    fitted = SoftmaxRegression(l2=0.1).fit(SAMPLES, [0, 1, 1, 0])
    with pytest.raises(ValueError, match=r"^X must have 2 features, as in fit, but has 5$"):
        getattr(fitted, name)(np.zeros((4, 5)))
