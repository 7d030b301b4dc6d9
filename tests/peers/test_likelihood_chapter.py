"""What the chapter *likelihood* says of PyTorch. The page includes some of these functions."""

import pytest

pytest.importorskip("torch", reason="the claims are about PyTorch, which is not installed")


def test_gaussian_nll_loss_leaves_the_constant_out() -> None:
    import math

    import torch
    from torch.nn import GaussianNLLLoss

    observed = torch.tensor([2.0, 1.9, 4.8], dtype=torch.float64)
    mean = torch.full_like(observed, 2.5)
    scale = 0.5
    variance = torch.full_like(observed, scale**2)

    density = torch.distributions.Normal(mean, scale).log_prob(observed)
    complete = GaussianNLLLoss(full=True)(mean, observed, variance)
    default = GaussianNLLLoss()(mean, observed, variance)

    assert torch.isclose(complete, -density.mean())
    constant = complete - default
    assert math.isclose(constant, math.log(2 * math.pi) / 2)


def test_gaussian_nll_loss_of_variance_one_is_half_the_mean_squared_error() -> None:
    import torch
    from torch.nn import GaussianNLLLoss, MSELoss

    observed = torch.tensor([2.0, 1.9, 4.8], dtype=torch.float64)
    mean = torch.full_like(observed, 2.5)

    variance = torch.ones_like(mean)
    loss = GaussianNLLLoss()(mean, observed, variance)
    assert torch.isclose(loss, MSELoss()(mean, observed) / 2)


def test_gaussian_nll_loss_raises_small_variances_without_a_word() -> None:
    import torch
    from torch.nn import GaussianNLLLoss

    observed, mean = torch.tensor([1.0]), torch.tensor([0.0])
    tiny, floor = torch.tensor([1e-12]), torch.tensor([1e-6])
    assert GaussianNLLLoss()(mean, observed, tiny) == GaussianNLLLoss()(mean, observed, floor)
    assert GaussianNLLLoss()(mean, observed, 0 * tiny) == GaussianNLLLoss()(mean, observed, floor)
    assert GaussianNLLLoss(eps=1e-12)(mean, observed, tiny) > 1e11
    with pytest.raises(ValueError, match="negative"):
        GaussianNLLLoss()(mean, observed, -tiny)


def test_losses_reduce_to_the_mean_unless_told() -> None:
    import torch
    from torch.nn import GaussianNLLLoss, L1Loss, MSELoss

    observed = torch.tensor([2.0, 1.9, 4.8], dtype=torch.float64)
    mean = torch.full_like(observed, 2.5)
    for loss, extra in ((GaussianNLLLoss, (torch.ones_like(mean),)), (MSELoss, ()), (L1Loss, ())):
        total = loss(reduction="sum")(mean, observed, *extra)
        assert torch.isclose(loss()(mean, observed, *extra), total / len(observed))
