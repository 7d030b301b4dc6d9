"""The examples of the sources: their numbers, computed, where they are right as printed."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.information import cross_entropy, entropy, kl_divergence
from course_utils.likelihood import bernoulli_log_likelihood
from course_utils.losses import categorical_cross_entropy, squared_error, zero_one_loss
from course_utils.softmax import log_softmax

LABELS = np.array([2, 1, 0])  # pig, dog, cat
MODELS = np.array(
    [
        [[0.3, 0.3, 0.4], [0.3, 0.4, 0.3], [0.1, 0.2, 0.7]],
        [[0.1, 0.2, 0.7], [0.1, 0.7, 0.2], [0.3, 0.4, 0.3]],
    ]
)


def test_cat_dog_and_pig() -> None:
    squares = [squared_error(LABELS, m, reduction="none") for m in MODELS]
    assert np.round(squares, 2).tolist() == [[0.54, 0.54, 1.34], [0.14, 0.14, 0.74]]
    assert [round(float(np.mean(s)), 2) for s in squares] == [0.81, 0.34]
    assert [float(zero_one_loss(LABELS, m)) for m in MODELS] == pytest.approx([1 / 3, 1 / 3])
    losses = [categorical_cross_entropy(LABELS, m, reduction="none") for m in MODELS]
    # The source prints 0.91 and 0.35, and the means 1.37 and 0.63: findings.
    assert np.round(losses, 2).tolist() == [[0.92, 0.92, 2.30], [0.36, 0.36, 1.20]]


def test_coin() -> None:
    tosses = [1] + 9 * [0]
    likelihoods = [float(np.exp(bernoulli_log_likelihood(tosses, p))) for p in (0.1, 0.7, 0.2, 0.5)]
    products = [p * (1 - p) ** 9 for p in (0.1, 0.7, 0.2, 0.5)]
    assert likelihoods == pytest.approx(products, rel=1e-13)
    assert int(np.argmax(likelihoods)) == 0


def test_targets_of_seven_and_three_tenths() -> None:
    target = np.array([0.7, 0.3])
    grid = np.linspace(0.01, 0.99, 99)
    losses = cross_entropy(target, np.stack([grid, 1 - grid], axis=-1))
    assert grid[np.argmin(losses)] == pytest.approx(0.7)
    assert np.min(losses) == pytest.approx(float(entropy(target)))


def test_first_of_four_classes() -> None:
    target, prediction = [1, 0, 0, 0], [0.7, 0.1, 0.1, 0.1]
    assert float(entropy(target)) == 0
    assert float(kl_divergence(target, prediction)) == pytest.approx(-np.log(0.7))
    assert float(cross_entropy(target, prediction)) == pytest.approx(-np.log(0.7))


def test_a_gaussian_on_class_numbers_depends_on_their_order() -> None:
    # Two cats and two pigs. The best mean names a class, and which one depends on the numbering.
    labels = ["cat", "cat", "pig", "pig"]

    def nearest_to_the_mean(order: list[str]) -> str:
        return order[int(np.mean([order.index(label) for label in labels]))]

    assert nearest_to_the_mean(["cat", "dog", "pig"]) == "dog"
    assert nearest_to_the_mean(["cat", "pig", "dog"]) == "cat"


def test_logits_and_labels_in_pytorch() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is an optional peer")
    z = np.array([[10.0, 0.0, -10.0], [8.0, 8.0, 8.0]])
    labels = np.array([0, 2])
    one_hot = torch.nn.functional.one_hot(torch.tensor(labels))
    assert one_hot.tolist() == [[1, 0, 0], [0, 0, 1]]
    logs = torch.log_softmax(torch.tensor(z), dim=-1)
    matrix = torch.nn.KLDivLoss(reduction="none")(logs, one_hot.double()).numpy()
    expected = -log_softmax(z) * one_hot.numpy()
    np.testing.assert_allclose(matrix, expected, rtol=1e-9)
    assert f"{matrix[1, 2]:.4f}" == "1.0986"
    # The other entry is 4.5401e-05; the source prints 4.5418e-05: a finding.
    assert f"{expected[0, 0]:.4e}" == "4.5401e-05"
