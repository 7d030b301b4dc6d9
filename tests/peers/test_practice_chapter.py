"""What the chapter *practice* says of PyTorch. The page includes these functions."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="the claims are about PyTorch, which is not installed")


def test_a_linear_layer_reaches_the_same_optimum() -> None:
    import torch
    from sklearn.datasets import load_digits
    from torch.nn.functional import cross_entropy

    from course_utils.models import SoftmaxRegression

    pixels, digits = load_digits(return_X_y=True)
    images = torch.tensor(pixels[:300] / 16)
    labels = torch.tensor(digits[:300])
    penalty = 1e-2

    torch.manual_seed(0)
    layer = torch.nn.Linear(64, 10, dtype=torch.float64)
    search = torch.optim.LBFGS(
        layer.parameters(),
        max_iter=1000,
        tolerance_grad=1e-9,
        tolerance_change=0,  # the default ends the search early
        line_search_fn="strong_wolfe",
    )

    def objective() -> torch.Tensor:
        search.zero_grad()
        loss = cross_entropy(layer(images), labels)
        loss = loss + penalty / 2 * layer.weight.square().sum()
        loss.backward()
        return loss

    search.step(objective)

    ours = SoftmaxRegression(l2=penalty)
    ours.fit(pixels[:300] / 16, digits[:300])
    W, b = layer.weight.detach(), layer.bias.detach()
    # The search ends where rounding hides a further fall of the loss.
    # The loss is so flat there that the intercepts have five digits
    # behind the point.
    np.testing.assert_allclose(W, ours.coef_, rtol=0, atol=1e-5)
    # They are fixed up to a common constant; ours sum to zero.
    centred = b - b.mean()
    np.testing.assert_allclose(centred, ours.intercept_, rtol=0, atol=1e-5)


def test_weight_decay_pulls_at_the_intercept_too() -> None:
    import torch

    layer = torch.nn.Linear(64, 10)
    torch.nn.init.ones_(layer.bias)
    search = torch.optim.SGD(layer.parameters(), lr=0.1, weight_decay=0.5)

    # A loss that is always zero pulls at nothing.
    (0 * layer(torch.zeros(1, 64)).sum()).backward()
    search.step()

    assert torch.allclose(layer.bias, torch.full((10,), 1 - 0.1 * 0.5))


def test_mse_loss_averages_over_the_classes_too() -> None:
    import torch
    from torch.nn.functional import mse_loss, one_hot

    from course_utils.losses import squared_error_and_gradient

    torch.manual_seed(0)
    logits = torch.randn(5, 10, dtype=torch.float64, requires_grad=True)
    labels = torch.tensor([3, 1, 4, 1, 5])
    loss = mse_loss(logits.softmax(dim=-1), one_hot(labels, 10).double())
    loss.backward()

    ours, gradient = squared_error_and_gradient(labels, logits.detach())
    assert torch.allclose(10 * loss, torch.tensor(ours))
    assert torch.allclose(10 * logits.grad, torch.tensor(gradient))
