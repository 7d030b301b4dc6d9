"""What the chapter *soft labels* says of PyTorch and Keras. The page includes these functions."""

import os
from importlib.util import find_spec

import pytest

pytest.importorskip("torch", reason="the claims are about PyTorch, which is not installed")
# Keras asks for TensorFlow unless told otherwise.
os.environ.setdefault("KERAS_BACKEND", "torch")
needs_keras = pytest.mark.skipif(
    find_spec("keras") is None, reason="the claim is about Keras, which is not installed"
)


def test_cross_entropy_takes_distributions_as_targets() -> None:
    import torch
    from torch.nn.functional import cross_entropy

    logits = torch.tensor([[0.8, -0.3]]).double()
    shares = torch.tensor([[0.55, 0.45]]).double()

    soft = cross_entropy(logits, shares)
    votes = torch.tensor([0] * 11 + [1] * 9)
    hard = cross_entropy(logits.expand(20, 2), votes, reduction="sum")
    assert torch.isclose(hard, 20 * soft)


def test_label_smoothing_shares_among_all_classes() -> None:
    import numpy as np
    import torch
    from torch.nn.functional import cross_entropy

    from course_utils.labels import one_hot, smooth_labels

    labels = np.array([0, 2])
    logits = torch.tensor([[2.0, 1.0, -1.0], [0.5, 0.0, 3.0]]).double()
    smoothed = smooth_labels(one_hot(labels, 3), 0.1)

    loss = cross_entropy(logits, torch.tensor(labels), label_smoothing=0.1)
    assert torch.isclose(loss, cross_entropy(logits, torch.tensor(smoothed)))


@needs_keras
def test_keras_smooths_by_the_same_formula() -> None:
    import numpy as np
    from keras.losses import BinaryCrossentropy, CategoricalCrossentropy

    from course_utils.labels import smooth_labels
    from course_utils.losses import binary_cross_entropy
    from course_utils.losses import categorical_cross_entropy as entropy

    one_hot = np.array([[1.0, 0.0, 0.0]])
    probabilities = np.array([[0.7, 0.2, 0.1]])
    loss = CategoricalCrossentropy(label_smoothing=0.1)
    ours = entropy(smooth_labels(one_hot, 0.1), probabilities)
    assert np.isclose(float(loss(one_hot, probabilities)), ours, rtol=1e-6)

    # A single probability stands for two classes: the label becomes 0.95.
    loss = BinaryCrossentropy(label_smoothing=0.1)
    ours = binary_cross_entropy(0.95, 0.7)
    assert np.isclose(float(loss([[1.0]], [[0.7]])), ours, rtol=1e-6)


def test_distillation_as_it_is_written() -> None:
    import torch
    from torch.nn.functional import kl_div, log_softmax, softmax

    T = 4.0
    teacher = torch.tensor([[6.0, 2.0, -1.0]]).double()
    student = torch.tensor([[1.0, 1.5, 0.0]]).double().requires_grad_()

    p, q = softmax(teacher / T, dim=-1), softmax(student / T, dim=-1)
    loss = kl_div(log_softmax(student / T, dim=-1), p, reduction="batchmean")
    (T**2 * loss).backward()

    assert student.grad is not None
    assert torch.allclose(student.grad, T * (q - p))
