"""What the chapter *gradients* says of PyTorch. The page includes these functions."""

import pytest

pytest.importorskip("torch", reason="the claims are about PyTorch, which is not installed")


def test_autograd_gives_the_mean_of_p_minus_y() -> None:
    import torch
    from torch.nn.functional import cross_entropy, one_hot

    logits = torch.tensor([[2.0, 1.0, -1.0], [0.0, 0.5, 0.0]]).double()
    logits.requires_grad_()
    labels = torch.tensor([0, 2])

    cross_entropy(logits, labels).backward()  # the mean of two samples
    by_hand = (logits.softmax(dim=-1) - one_hot(labels, 3)) / 2
    assert torch.allclose(logits.grad, by_hand, rtol=1e-14)


def test_mse_loss_divides_by_the_classes_too() -> None:
    import torch
    from torch.nn.functional import mse_loss, one_hot

    logits = torch.tensor([[2.0, 1.0, -1.0], [0.0, 0.5, 0.0]]).double()
    labels = torch.tensor([0, 2])
    p, y = logits.softmax(dim=-1), one_hot(labels, 3).to(logits.dtype)

    per_sample = ((p - y) ** 2).sum(dim=-1)
    assert torch.isclose(mse_loss(p, y), per_sample.mean() / 3, rtol=1e-14)


def test_the_steps_of_adam_do_not_depend_on_the_size_of_the_gradient() -> None:
    import torch

    def steps(optimiser, factor: float) -> torch.Tensor:
        w_and_b = torch.tensor([2.0, 2.0]).double().requires_grad_()
        descent = optimiser([w_and_b], lr=0.15)
        outcomes = [w_and_b.detach().clone()]
        for _ in range(50):
            descent.zero_grad()
            p = w_and_b.sum().sigmoid()
            (factor * p**2 / 2).backward()  # half the squared error
            descent.step()
            outcomes.append(w_and_b.detach().clone())
        return torch.stack(outcomes).diff(dim=0)

    # Adam adds 1e-8 to its denominator, a millionth of a gradient of 0.01; later steps inherit it.
    adam, sgd = torch.optim.Adam, torch.optim.SGD
    assert torch.allclose(steps(adam, 1000), steps(adam, 1), rtol=1e-5)
    assert torch.allclose(steps(adam, 1)[0], torch.tensor(-0.15).double(), rtol=1e-5)
    assert torch.allclose(steps(sgd, 1000)[0], 1000 * steps(sgd, 1)[0], rtol=1e-12)
