"""What the chapter *softmax* says of PyTorch and Keras. The page includes these functions."""

import os
from importlib.util import find_spec

import pytest

pytest.importorskip("torch", reason="the claims are about PyTorch, which is not installed")
# Keras asks for TensorFlow unless told otherwise.
os.environ.setdefault("KERAS_BACKEND", "torch")
needs_keras = pytest.mark.skipif(
    find_spec("keras") is None, reason="the claim is about Keras, which is not installed"
)


def test_cross_entropy_is_log_softmax_and_nll_loss() -> None:
    import torch
    from torch.nn.functional import cross_entropy, log_softmax, nll_loss

    logits = torch.tensor([[10.0, 0.0, -10.0], [8.0, 8.0, 8.0]]).double()
    labels = torch.tensor([0, 2])

    in_one = cross_entropy(logits, labels)
    in_two = nll_loss(log_softmax(logits, dim=-1), labels)
    assert torch.equal(in_one, in_two)


def test_softmax_without_dim_guesses_the_axis_and_warns() -> None:
    import torch
    from torch.nn.functional import softmax

    torch.manual_seed(0)
    for shape, guessed in (((2, 3), -1), ((2, 4, 3), 0)):
        logits = torch.randn(shape)
        with pytest.warns(UserWarning, match="Implicit dimension choice"):
            without = softmax(logits)
        assert torch.equal(without, softmax(logits, dim=guessed))
        other = softmax(logits, dim=-1 - guessed)
        assert not torch.allclose(without, other)


def test_the_source_prints_the_loss_of_single_precision() -> None:
    import torch
    from torch.nn.functional import cross_entropy

    logits = torch.tensor([[10.0, 0.0, -10.0]])
    label = torch.tensor([0])

    assert logits.dtype == torch.float32
    assert f"{cross_entropy(logits, label).item():.4e}" == "4.5418e-05"
    assert f"{cross_entropy(logits.double(), label).item():.4e}" == "4.5401e-05"


def test_cross_entropy_loses_the_digits_of_a_small_loss_as_scipy_does() -> None:
    import numpy as np
    import scipy.special
    import torch
    from torch.nn.functional import cross_entropy

    gaps = np.geomspace(1, 744, 140)
    logits = np.column_stack([gaps, np.zeros_like(gaps)])
    labels = torch.zeros(len(gaps), dtype=torch.long)

    by_torch = cross_entropy(torch.from_numpy(logits), labels, reduction="none").numpy()
    by_scipy = -scipy.special.log_softmax(logits, axis=1)[:, 0]
    assert np.all(by_torch[gaps > 37] == 0)
    # Both are the logarithm of 1 + exp(-gap), rounded; their logarithms differ by a unit at most.
    np.testing.assert_array_max_ulp(by_torch, by_scipy, maxulp=1)


def test_softmax_of_distant_logits_is_off_by_the_rounding_of_the_shift() -> None:
    import mpmath
    import numpy as np
    import scipy.special
    import torch

    logits = np.array([500.3, 0.1])
    with mpmath.workdps(50):
        odds = mpmath.exp(mpmath.mpf(logits[1]) - mpmath.mpf(logits[0]))
        truth = odds / (1 + odds)
    unit = np.spacing(float(truth))
    for found in (
        scipy.special.softmax(logits)[1],
        torch.softmax(torch.from_numpy(logits), 0)[1].item(),
    ):
        assert 100 < abs(mpmath.mpf(float(found)) - truth) / unit < 256


def test_softmax_before_cross_entropy_flattens_the_loss() -> None:
    import math

    import torch
    from torch.nn.functional import cross_entropy

    certain = torch.tensor([[100.0, 0.0, 0.0]])  # as sure as can be, and right
    label = torch.tensor([0])

    assert cross_entropy(certain, label) == 0.0
    mistaken = cross_entropy(certain.softmax(dim=-1), label)
    assert abs(mistaken - math.log(1 + 2 / math.e)) < 1e-6


@needs_keras
def test_keras_takes_logits_or_probabilities() -> None:
    import numpy as np
    from keras.losses import CategoricalCrossentropy

    of_logits = CategoricalCrossentropy(from_logits=True)
    of_probabilities = CategoricalCrossentropy()

    logits = np.array([[2.0, 1.0, -1.0]])
    probabilities = np.exp(logits) / np.exp(logits).sum()
    one_hot = np.array([[1.0, 0.0, 0.0]])
    both = of_logits(one_hot, logits), of_probabilities(one_hot, probabilities)
    assert np.isclose(float(both[0]), float(both[1]), rtol=1e-6)

    # Far out, only the first still knows the loss: the second clips.
    wrong_class = np.array([[0.0, 1.0]])
    from_logits = of_logits(wrong_class, np.array([[100.0, 0.0]]))
    from_probabilities = of_probabilities(wrong_class, np.array([[1.0, 0.0]]))
    assert np.isclose(float(from_logits), 100.0)
    assert float(from_probabilities) < 17
