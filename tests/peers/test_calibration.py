"""What the docstrings of `course_utils.calibration` say of scikit-learn."""

import numpy as np
import pytest
import sklearn
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV, calibration_curve
from sklearn.metrics import brier_score_loss

from course_utils.calibration import brier_decomposition, fit_temperature, reliability_curve

RNG = np.random.default_rng(6)
P = RNG.random(400)
LABELS = (RNG.random(400) < P**2).astype(int)


@pytest.mark.parametrize("strategy", ["uniform", "quantile"])
@pytest.mark.parametrize("n_bins", [1, 5, 30, 150])
def test_the_curve_is_that_of_scikit_learn_without_empty_bins(n_bins, strategy):
    ours = reliability_curve(LABELS, P, n_bins=n_bins, strategy=strategy)
    prob_true, prob_pred = calibration_curve(LABELS, P, n_bins=n_bins, strategy=strategy)
    filled = ours.counts > 0
    np.testing.assert_array_equal(ours.prob_true[filled], prob_true)
    np.testing.assert_array_equal(ours.prob_pred[filled], prob_pred)


def test_the_parts_add_up_to_the_score_of_scikit_learn():
    for options in ({}, {"n_bins": 10}):
        parts = brier_decomposition(LABELS, P, **options)
        total = parts.reliability - parts.resolution + parts.uncertainty
        total += parts.within_bin_variance - parts.within_bin_covariance
        assert total == pytest.approx(brier_score_loss(LABELS, P), rel=1e-13)


class Scores(ClassifierMixin, BaseEstimator):
    """A classifier whose decision function is its input."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def decision_function(self, X):
        return X

    def predict(self, X):
        return self.classes_[X.argmax(axis=1)]


@pytest.mark.skipif(
    tuple(int(part) for part in sklearn.__version__.split(".")[:2]) < (1, 8),
    reason="scikit-learn fits a temperature from version 1.8 on",
)
def test_the_temperature_is_that_of_scikit_learn():
    from sklearn.frozen import FrozenEstimator

    logits = RNG.normal(0, 1, (300, 3))
    labels = (logits + RNG.gumbel(size=logits.shape)).argmax(axis=1)
    sharp = 4 * logits
    fitted = FrozenEstimator(Scores().fit(sharp, labels))
    calibrated = CalibratedClassifierCV(fitted, method="temperature").fit(sharp, labels)
    (calibrator,) = calibrated.calibrated_classifiers_[0].calibrators
    # scikit-learn searches log β by Brent's method, whose tolerance is about 1e-8 of the scale.
    assert 1 / calibrator.beta_ == pytest.approx(fit_temperature(labels, sharp), rel=1e-4)
