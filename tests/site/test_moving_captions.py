"""What the captions of the moving pictures invite the reader to see is there to be seen."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import expected
import numpy as np
import pytest
from expected.picture import Values, generator
from playwright.sync_api import Browser
from scipy.optimize import brentq

SCRIPTS = Path(__file__).parents[2] / "book" / "static" / "moving"
Show = Callable[..., Values]


@pytest.fixture
def show(site: str, browser: Browser) -> Iterator[Show]:
    """Return a function that sets controls of a picture, and returns its values."""
    page = browser.new_page()

    def values(name: str, **settings: Any) -> Values:
        address = f"{site}/book/{expected.PICTURES[name].page}.html"
        if page.url != address:
            page.goto(address)
        found: Values = page.locator(f"#moving-{name} moving-picture").evaluate(
            "(picture, settings) => {"
            "  picture.show({ ...picture.values, ...settings });"
            "  return structuredClone(picture.values);"
            "}",
            settings,
        )
        return found

    yield values
    page.close()


def test_coin(show: Show) -> None:
    """Both curves are highest at the share of heads; a longer row of tosses is less probable."""
    values = show("coin-likelihood", theta=0.1, heads=1, tosses=10)
    assert values["likelihood"] == pytest.approx(values["estimate"]["likelihood"])
    for theta in (0.05, 0.2, 0.9):
        other = show("coin-likelihood", theta=theta)
        assert other["likelihood"] < values["likelihood"]
        assert other["logLikelihood"] < values["logLikelihood"]
    longer = show("coin-likelihood", theta=0.1, heads=2, tosses=20)
    assert longer["likelihood"] == pytest.approx(values["likelihood"] ** 2)


def test_softmax_shift(show: Show) -> None:
    """The probabilities stand still, and log-sum-exp moves by the constant."""
    before = show("softmax-shift", cat=2, dog=1, pig=-1, shift=0)
    after = show("softmax-shift", shift=1.5)
    np.testing.assert_allclose(after["probabilities"], before["probabilities"], rtol=1e-12)
    assert after["logsumexp"] - before["logsumexp"] == pytest.approx(1.5)
    equal = show("softmax-shift", cat=1, dog=1, pig=1, shift=0)
    assert equal["logsumexp"] - 1 == pytest.approx(np.log(3))


def test_temperature(show: Show) -> None:
    """Cold, softmax approaches hardmax and sparsemax arrives; ties are shared by both."""
    cold = show("temperature", cat=2, dog=1, pig=-1, temperature=0.05)
    assert cold["sparsemax"] == cold["hardmax"] == [1, 0, 0]
    np.testing.assert_allclose(cold["softmax"], [1, 0, 0], atol=1e-8)
    assert min(cold["softmax"]) > 0
    hot = show("temperature", temperature=20)
    tied = show("temperature", dog=2, temperature=0.05)
    for key in ("softmax", "sparsemax"):
        np.testing.assert_allclose(hot[key], [1 / 3] * 3, atol=0.1)
        np.testing.assert_allclose(tied[key], [0.5, 0.5, 0], atol=1e-12)
    assert tied["hardmax"] == [1, 0, 0]


def test_linked_scales(site: str, browser: Browser) -> None:
    """Opposite logits belong to probabilities that add to one."""
    page = browser.new_page()
    page.goto(f"{site}/book/sigmoid.html")
    picture = page.locator("#moving-linked-scales moving-picture")
    right, left = picture.evaluate(
        "picture => [1.5, -1.5].map("
        "  logit => { picture.set('logit', logit); return picture.values; })"
    )
    assert right["logit"] == -left["logit"] == 1.5
    assert right["probability"] + left["probability"] == pytest.approx(1)
    page.close()


def test_two_modes(show: Show) -> None:
    """The reverse fit jumps, while its minimum on a mode stays."""
    assert show("two-modes", width=0.17)["best"]["reverse"]["mean"] < 0.51
    wider = show("two-modes", width=0.18, mean=0.5)
    assert wider["best"]["reverse"]["mean"] == 1
    sides = [show("two-modes", mean=mean)["reverse"]["divergence"] for mean in (0.4, 0.6)]
    assert wider["reverse"]["divergence"] < min(sides)
    forward = [show("two-modes", mean=mean)["forward"]["divergence"] for mean in (0, 0.5, 1, 1.5)]
    assert np.argmin(forward) == 2


def test_huffman(show: Show) -> None:
    """Powers of one half reach the entropy; a word of a heavy symbol keeps its bit."""
    start = show("huffman", A=8, B=4, C=2, D=1, E=1)
    assert start["meanLength"] == start["entropy"] == 1.875
    assert [len(word) for word in start["words"]] == start["surprisals"]
    spoilt = show("huffman", A=7)
    assert spoilt["meanLength"] > spoilt["entropy"]
    heavy = show("huffman", A=16, B=1, C=1, D=1, E=1)
    assert heavy["surprisals"][0] < 0.35
    assert len(heavy["words"][0]) == 1
    assert show("huffman", B=0, C=0, D=0, E=0)["words"] == ["", None, None, None, None]


def test_votes(show: Show) -> None:
    """Soft and smoothed label agree where the smoothing undoes the majority."""
    losses = [show("votes", happy=11, q=q) for q in (0.9, 0.95, 0.99)]
    for label, falls in (("majority", True), ("soft", False)):
        steps = np.diff([values[label]["loss"] for values in losses])
        assert np.all(steps < 0) == falls
    assert losses[-1]["smoothed"]["loss"] > losses[1]["smoothed"]["loss"]
    more = show("votes", happy=19)
    assert more["majority"] == losses[-1]["majority"]
    assert more["smoothed"] == losses[-1]["smoothed"]
    assert more["soft"]["target"] == 0.95
    agreed = show("votes", happy=11, smoothing=0.9)
    assert agreed["soft"]["target"] == pytest.approx(agreed["smoothed"]["target"])


def test_delta_limit(show: Show) -> None:
    """The cross-entropy rests, the divergence climbs, and both like the same mean."""
    narrow = show("delta-limit", width=1e-3, mean=20, scale=2)
    assert narrow["crossEntropy"] == pytest.approx(narrow["nll"], rel=1e-6)
    assert narrow["divergence"] > show("delta-limit", width=1e-2)["divergence"] + 2
    means = np.arange(17.0, 29.1, 0.5)
    for key in ("crossEntropy", "divergence", "nll"):
        best = min(means, key=lambda mean: show("delta-limit", mean=mean)[key])
        assert best == 23


def test_two_slopes(show: Show) -> None:
    """Towards the badly wrong start one slope grows, the other falls; it peaks at two thirds."""
    mild, bad = (show("two-slopes", logit=logit, target=0) for logit in (1.5, 4))
    assert [round(values["probability"], 2) for values in (mild, bad)] == [0.82, 0.98]
    assert bad["crossEntropy"]["slope"] > mild["crossEntropy"]["slope"]
    assert bad["squaredError"]["slope"] < mild["squaredError"]["slope"] / 5
    logits = np.arange(-6, 6.05, 0.1).round(1)
    steepest = max(logits, key=lambda m: show("two-slopes", logit=m)["squaredError"]["slope"])
    assert show("two-slopes", logit=steepest)["probability"] == pytest.approx(2 / 3, abs=0.012)
    for target, end in itertools.product((0, 0.5, 1), (-6, 6)):
        slopes = show("two-slopes", target=target, logit=end)
        assert abs(slopes["squaredError"]["slope"]) < 0.006


def test_two_surfaces(show: Show) -> None:
    """Cross-entropy arrives from every corner; squared error does not, nor anybody without a place
    to arrive at."""
    arrived = []
    for weight, bias in itertools.product((-4, 4), (-6, 6)):
        values = show("two-surfaces", data="overlapping", weight=weight, bias=bias, steps=300)
        np.testing.assert_allclose(values["crossEntropy"]["path"][-1], [1.262, 1.282], atol=0.05)
        arrived.append(abs(values["squaredError"]["path"][-1][0] - 0.909) < 0.3)
    assert not all(arrived)
    near = show("two-surfaces", weight=0, bias=0, steps=300)
    np.testing.assert_allclose(near["squaredError"]["path"][-1], [0.909, 0.919], atol=0.02)
    weights = [
        show("two-surfaces", data="separable", weight=0, bias=0, steps=steps)["crossEntropy"]
        for steps in (50, 100, 200, 300)
    ]
    assert np.all(np.diff([run["path"][-1][0] for run in weights]) > 0.2)


def test_reliability(show: Show) -> None:
    """Accuracy stays; cross-entropy and calibration error are least near the same temperature."""
    temperatures = 10 ** np.arange(-0.4, 1.01, 0.02)
    found = [show("reliability", temperature=t, cases=3000) for t in temperatures]
    assert len({values["accuracy"] for values in found}) == 1
    fitted = found[0]["fitted"]
    for key in ("nll", "ece"):
        best = temperatures[np.argmin([values[key] for values in found])]
        assert best == pytest.approx(fitted, rel=0.1)
    few = show("reliability", temperature=fitted, cases=100)
    assert few["ece"] > 2 * show("reliability", cases=3000)["ece"]
    for values in (found[20], show("reliability", temperature=fitted)):
        inside = [
            low <= forecast <= high
            for (low, high), forecast, count in zip(
                values["intervals"], values["forecasts"], values["counts"], strict=True
            )
            if count > 30
        ]
        assert all(inside) == (values is not found[20])


def test_trust(show: Show) -> None:
    """The ends of both exponents are losses that are known, and focal pulls harder on the left."""
    for margin in (-6, -2, 0, 3):
        slopes = show("trust", margin=margin, q=1, gamma=0)["slopes"]
        assert slopes["generalised"] == pytest.approx(slopes["absolute"] / 2)
        assert slopes["focal"] == pytest.approx(slopes["crossEntropy"])
    left = show("trust", margin=-3, q=0.05, gamma=2)["slopes"]
    assert left["focal"] < left["crossEntropy"]
    assert left["generalised"] == pytest.approx(left["crossEntropy"], rel=0.15)
    right = show("trust", margin=2)["slopes"]
    assert right["focal"] > right["crossEntropy"] / 2


def test_margins(show: Show) -> None:
    """The rays close in on the label, and ArcFace's logit rises behind its turn."""
    places = [show("margins", additive=m, angle=m)["boundaries"] for m in (0, 0.35, 0.7)]
    assert places[0] == {"none": 60, "additive": 60, "arcface": 60}
    for key in ("additive", "arcface"):
        assert np.all(np.diff([values[key] for values in places]) < 0)
    turn = show("margins", angle=0.5)["turn"]
    logits = [show("margins", degrees=d)["logits"]["arcface"] for d in (150, 155, 165, 180)]
    assert 150 < turn < 155
    assert np.all(np.diff(logits[1:]) > 0)


def test_one_term(show: Show) -> None:
    """Between the wrong classes only squared error sees a difference."""
    even, uneven = (show("one-term", first="pig", pig=0.4, cat=part) for part in (0.5, 0.9))
    assert even["losses"][0]["crossEntropy"] == uneven["losses"][0]["crossEntropy"]
    assert even["losses"][0]["squared"] < uneven["losses"][0]["squared"]
    worst = show("one-term", pig=0, cat=1)["losses"][0]
    assert worst == {"squared": 2, "crossEntropy": np.inf}


def test_fan(show: Show) -> None:
    """Four times the draws halve the fan, a surer model widens it, and one closes it."""
    many, few = (show("fan", draws=draws, share=0.55, q=0.75) for draws in (400, 100))
    assert many["deviation"] == pytest.approx(few["deviation"] / 2)
    assert np.std(many["means"]) < np.std(few["means"])
    assert show("fan", q=0.95)["deviation"] > many["deviation"]
    closed = show("fan", draws=1, q=0.5)
    np.testing.assert_allclose(closed["means"], closed["crossEntropy"], rtol=1e-15)
    shares = [show("fan", draws=draws, q=0.75)["within"] for draws in (100, 400, 1600)]
    assert all(14 <= within <= 27 for within in shares)


def test_further_numerics(browser: Browser) -> None:
    page = browser.new_page()
    page.add_script_tag(path=SCRIPTS / "numerics.js")
    for text, function, ends in (
        ("x => x ** 3 - 2", lambda x: x**3 - 2, (0, 5)),
        ("x => Math.cos(x) - x", lambda x: np.cos(x) - x, (-1, 2)),
        ("x => 1 - Math.exp(8 * x - 3)", lambda x: 1 - np.exp(8 * x - 3), (-2, 4)),
    ):
        found = page.evaluate(f"([low, high]) => numerics.root({text}, low, high)", list(ends))
        assert found == pytest.approx(brentq(function, *ends, xtol=1e-15), abs=1e-13)
    means = page.evaluate("[z => z ** 4, Math.cos, z => 1].map(of => numerics.gaussianMean(of))")
    np.testing.assert_allclose(means, [3, np.exp(-0.5), 1], rtol=1e-11)
    for seed in (0, 1, 2, 123456789):
        drawn = page.evaluate(
            "seed => { const next = numerics.generator(seed);"
            " return Array.from({ length: 500 }, () => next()); }",
            seed,
        )
        assert drawn == list(itertools.islice(generator(seed), 500))
    page.close()
