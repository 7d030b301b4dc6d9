"""What the chapter *softmax* says of PyTorch and Keras. The page includes these functions."""

import os

import pytest

pytest.importorskip("torch", reason="the claims are about PyTorch, which is not installed")
# Keras asks for TensorFlow unless told otherwise.
os.environ.setdefault("KERAS_BACKEND", "torch")


def test_cross_entropy_is_log_softmax_and_nll_loss() -> None:
    import torch
    from torch.nn.functional import cross_entropy, log_softmax, nll_loss

    logits = torch.tensor([[10.0, 0.0, -10.0], [8.0, 8.0, 8.0]], dtype=torch.float64)
    labels = torch.tensor([0, 2])

    in_one = cross_entropy(logits, labels)
    in_two = nll_loss(log_softmax(logits, dim=-1), labels)
    assert torch.equal(in_one, in_two)


def test_softmax_before_cross_entropy_flattens_the_loss() -> None:
    import torch
    from torch.nn.functional import cross_entropy

    certain = torch.tensor([[100.0, 0.0, 0.0]])  # as sure as can be, and right
    label = torch.tensor([0])

    assert cross_entropy(certain, label) == 0.0
    mistaken = cross_entropy(certain.softmax(dim=-1), label)
    assert torch.isclose(mistaken, torch.log(1 + 2 * torch.exp(torch.tensor(-1.0))))
    assert mistaken > 0.5


def test_keras_takes_logits_or_probabilities() -> None:
    keras = pytest.importorskip("keras", reason="the claim is about Keras, which is not installed")
    import numpy as np

    logits = np.array([[2.0, 1.0, -1.0]])
    probabilities = np.exp(logits) / np.exp(logits).sum()
    one_hot = np.array([[1.0, 0.0, 0.0]])

    from_logits = keras.losses.CategoricalCrossentropy(from_logits=True)(one_hot, logits)
    from_probabilities = keras.losses.CategoricalCrossentropy()(one_hot, probabilities)
    assert np.isclose(float(from_logits), float(from_probabilities), rtol=1e-6)

    # Far out, only the first still knows the loss: the second has clipped the probability.
    logits, impossible = np.array([[100.0, 0.0]]), np.array([[0.0, 1.0]])
    from_logits = keras.losses.CategoricalCrossentropy(from_logits=True)(impossible, logits)
    from_probabilities = keras.losses.CategoricalCrossentropy()(impossible, np.array([[1.0, 0.0]]))
    assert np.isclose(float(from_logits), 100.0)
    assert float(from_probabilities) < 17
