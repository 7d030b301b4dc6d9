"""What the chapter *kl_divergence* says of PyTorch. The page includes some of these functions."""

import pytest

pytest.importorskip("torch", reason="the claims are about PyTorch, which is not installed")


def test_kl_div_of_labels_is_cross_entropy() -> None:
    import torch
    from torch.nn.functional import cross_entropy, kl_div, log_softmax, one_hot

    logits = torch.tensor([[10.0, 0.0, -10.0], [8.0, 8.0, 8.0]])
    labels = torch.tensor([0, 2])
    target = one_hot(labels).float()

    terms = kl_div(log_softmax(logits, dim=-1), target, reduction="none")
    assert terms.count_nonzero() == 2  # all but those of the labels are zero
    losses = cross_entropy(logits, labels, reduction="none")
    assert torch.equal(terms.sum(dim=-1), losses)
    assert [f"{loss:.4e}" for loss in losses] == ["4.5418e-05", "1.0986e+00"]

    # In double precision the first loss has other digits.
    precise = cross_entropy(logits.double(), labels, reduction="none")
    assert f"{precise[0]:.4e}" == "4.5401e-05"


def test_one_hot_takes_the_largest_label_for_the_last_class() -> None:
    import torch
    from torch.nn.functional import kl_div, one_hot

    log_q = torch.tensor([[0.7, 0.2, 0.1], [0.5, 0.3, 0.2]]).log()

    without_the_last = torch.tensor([0, 1])
    assert one_hot(without_the_last).shape == (2, 2)
    assert one_hot(without_the_last, num_classes=3).shape == (2, 3)
    with pytest.raises(RuntimeError, match="must match"):
        kl_div(log_q, one_hot(without_the_last).float(), reduction="batchmean")

    only_the_first = torch.tensor([0, 0])
    assert one_hot(only_the_first).shape == (2, 1)
    summed = kl_div(log_q, one_hot(only_the_first).float(), reduction="sum")
    assert torch.isclose(summed, -log_q.sum())  # of all classes, not of the first
    rightly = kl_div(log_q, one_hot(only_the_first, num_classes=3).float(), reduction="sum")
    assert torch.isclose(rightly, -log_q[:, 0].sum())


def test_kl_div_of_a_distribution_and_itself_is_zero_up_to_rounding() -> None:
    import torch
    from torch.nn.functional import kl_div

    torch.manual_seed(0)
    a = (3 * torch.randn(500, 3)).softmax(dim=-1)

    terms = kl_div(a.log(), a, reduction="none")
    assert terms.abs().max() < 1e-6
    # The same logarithms are subtracted first: exactly zero.
    log_a = a.log()
    assert not kl_div(log_a, log_a, log_target=True, reduction="none").any()


def test_the_default_reduction_divides_by_the_classes_as_well() -> None:
    import torch
    from torch.nn.functional import kl_div

    p = torch.tensor([[0.7, 0.3], [0.7, 0.3]]).double()
    log_q = torch.tensor([[0.5, 0.5], [0.9, 0.1]]).double().log()

    per_sample = kl_div(log_q, p, reduction="batchmean").item()
    assert f"{per_sample:.4f}" == "0.1180"  # the mean of 0.0823 and 0.1537
    with pytest.warns(UserWarning, match="'mean' divides the total loss"):
        mean = kl_div(log_q, p).item()
    assert f"{mean:.4f}" == "0.0590"  # two classes: half of it


def test_kl_div_does_not_notice_mistakes() -> None:
    import torch
    from torch.nn.functional import kl_div

    p = torch.tensor([[1.0, 0.0, 0.0, 0.0]])
    q = torch.tensor([[0.7, 0.1, 0.1, 0.1]])

    right = kl_div(q.log(), p, reduction="batchmean").item()
    assert f"{right:.4f}" == "0.3567"
    no_logarithm = kl_div(q, p, reduction="batchmean").item()
    assert f"{no_logarithm:.4f}" == "-0.7000"  # no divergence is negative
    swapped = kl_div(p.log(), q, reduction="batchmean").item()
    assert swapped == torch.inf


def test_kl_div_makes_nan_of_zero_times_infinity() -> None:
    import torch
    from torch.nn.functional import kl_div

    p = torch.tensor([1.0, 0.0])
    assert torch.isnan(kl_div(p.log(), p, reduction="sum"))  # 0 is right


def test_kl_div_wants_floating_targets() -> None:
    import torch
    from torch.nn.functional import kl_div

    with pytest.raises(RuntimeError, match="Integral inputs not supported"):
        kl_div(torch.zeros(1, 2), torch.tensor([[1, 0]]), reduction="sum")


def test_kl_div_has_the_gradient_of_cross_entropy_and_another_value() -> None:
    import torch
    from torch.nn.functional import cross_entropy, kl_div, log_softmax

    target = torch.tensor([[0.7, 0.3]]).double()
    logits = torch.tensor([[0.4, -0.2]]).double().requires_grad_()

    divergence = kl_div(log_softmax(logits, dim=-1), target, reduction="batchmean")
    cross = cross_entropy(logits, target)
    slopes = [torch.autograd.grad(loss, logits)[0] for loss in (divergence, cross)]
    assert torch.allclose(slopes[0], slopes[1], rtol=0, atol=1e-15)
    entropy = -(target * target.log()).sum()
    assert torch.allclose(cross - divergence, entropy)


def test_keras_takes_the_truth_first_averages_over_samples_and_clips_both() -> None:
    import os

    import numpy as np

    os.environ.setdefault("KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras", reason="the claim is about Keras, which is not installed")
    p = np.array([[0.7, 0.3], [0.7, 0.3]])
    q = np.array([[0.5, 0.5], [0.9, 0.1]])
    loss = float(keras.losses.KLDivergence()(p, q))
    # Single precision.
    assert loss == pytest.approx((p * np.log(p / q)).sum() / 2, rel=1e-5)

    # Both are clipped at 1e-7: the excluded class costs log 1e7, and zeros count in the truth too.
    zero, one = np.array([[0.0]]), np.array([[1.0]])
    assert float(keras.losses.KLDivergence()(one, zero)) == pytest.approx(np.log(1e7), rel=1e-5)
    assert float(keras.losses.KLDivergence()(zero, one)) == pytest.approx(
        1e-7 * np.log(1e-7), rel=1e-5
    )
