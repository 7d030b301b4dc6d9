"""What the chapter *information* says of PyTorch. The page includes this function."""

import pytest

pytest.importorskip("torch", reason="the claims are about PyTorch, which is not installed")


def test_entropy_of_a_categorical_is_in_nats_and_clips() -> None:
    import math

    import torch
    from torch.distributions import Categorical

    weights = torch.tensor([2.0, 1.0, 1.0])  # it divides them by their sum
    assert abs(Categorical(weights).entropy() - 1.5 * math.log(2)) < 1e-6

    certain = Categorical(torch.tensor([1.0, 0.0]))
    assert 0 < certain.entropy() < 1e-6  # not exactly 0
    impossible = certain.log_prob(torch.tensor(1))
    assert -17 < impossible < -15  # not minus infinity
