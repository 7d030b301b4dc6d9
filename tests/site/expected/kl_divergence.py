"""A Gaussian for two modes."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from course_utils.information import gaussian_cross_entropy
from course_utils.likelihood import gaussian_mixture_nll, gaussian_nll

from .picture import Marks, Picture, Values, at

Z, STEP = np.linspace(-10, 10, 4001, retstep=True)
WEIGHTS = STEP * np.exp(-gaussian_nll(Z, 0, 1))
Y, DY = np.linspace(-8, 10, 9001, retstep=True)


def truth_nll(y: Any, width: float) -> Any:
    return gaussian_mixture_nll(y, [0.5, 0.5], [0.5, 1.5], [width, width])


@functools.cache
def entropy(width: float) -> float:
    nll = truth_nll(Y, width)
    return float(DY * np.sum(np.exp(-nll) * nll))


def forward(mean: float, width: float) -> Values:
    def of(log_scale: float) -> float:
        halves = gaussian_cross_entropy([0.5, 1.5], [width] * 2, mean, np.exp(log_scale))
        return float(np.mean(halves)) - entropy(width)

    found = minimize_scalar(of, bounds=(-4, 2), method="bounded", options={"xatol": 1e-10})
    return {"scale": np.exp(found.x), "divergence": found.fun}


def reverse_at(mean: float, log_scale: float, width: float) -> float:
    scale = np.exp(log_scale)
    y = mean + scale * Z
    return float(WEIGHTS @ (truth_nll(y, width) - gaussian_nll(y, mean, scale)))


@functools.cache
def reverse(mean: float, width: float) -> Values:
    """The best scale, sought around each place of a fine grid that is lower than its neighbours."""

    def of(log_scale: float) -> float:
        return reverse_at(mean, log_scale, width)

    grid = np.linspace(np.log(width) - 0.5, 0.7, 41)
    values = np.array([of(log_scale) for log_scale in grid])
    inner = np.flatnonzero((values[1:-1] < values[:-2]) & (values[1:-1] <= values[2:])) + 1
    found = [
        minimize_scalar(
            of, bounds=(grid[i - 1], grid[i + 1]), method="bounded", options={"xatol": 1e-9}
        )
        for i in inner
    ]
    best = min(found, key=lambda result: result.fun)
    return {"scale": np.exp(best.x), "divergence": best.fun}


@functools.cache
def best_reverse(width: float) -> tuple[float, float, float]:
    """Mean, scale and divergence, from a start on a mode and from one in the middle."""
    found = [
        minimize(
            lambda x: reverse_at(x[0], x[1], width),
            [mean, np.log(scale)],
            method="Nelder-Mead",
            options={"xatol": 1e-9, "fatol": 1e-14, "maxiter": 1000},
        )
        for mean, scale in ((0.5, width), (1.0, 0.5))
    ]
    best = min(found, key=lambda result: result.fun)
    return best.x[0], np.exp(best.x[1]), best.fun


def near(v: Values) -> list[tuple[float, float, float]]:
    """Scales to the root of the precision of divergences, which are flat at their minimum."""
    width, mean = v["width"], v["mean"]
    there, back = forward(mean, width), reverse(mean, width)
    at_best = best_reverse(width)
    return [
        (v["forward"]["scale"], there["scale"], 1e-6),
        (v["forward"]["divergence"], there["divergence"], 1e-9),
        (v["reverse"]["scale"], back["scale"], 1e-6),
        (v["reverse"]["divergence"], back["divergence"], 1e-9),
        (v["best"]["reverse"]["mean"], at_best[0], 1e-5),
        (v["best"]["reverse"]["scale"], at_best[1], 1e-5),
        (v["best"]["reverse"]["divergence"], at_best[2], 1e-9),
        (v["best"]["forward"]["scale"], np.sqrt(0.25 + width**2), 1e-12),
    ]


def said(v: Values) -> list[tuple[float, int | None]]:
    place = v["best"]["reverse"]["mean"]
    places = [1.0] if place == 1 else [place, 2 - place]
    return [
        (v["forward"]["divergence"], 2),
        (v["reverse"]["divergence"], 2),
        *((where, 2) for where in (1.0, *places)),
    ]


ACROSS = at(-0.5, 2.5, 10, 390)
UP = at(0, 2, 390, 250)


def marks(v: Values) -> Marks:
    best = v["best"]
    here = ACROSS(v["mean"])
    found = {"best-forward-0": {"x": ACROSS(1), "y": UP(best["forward"]["divergence"]) + 17}}
    picks = v["width"] < 0.1786
    for direction in ("forward", "reverse"):
        shown = min(v[direction]["divergence"], 2)
        found[f"here-{direction}"] = {"cx": here, "cy": UP(shown)}
    at_mode = best["reverse"]["mean"]
    assert (at_mode < 0.51) == picks
    for place, mean in enumerate((at_mode, 2 - at_mode) if picks else (1,)):
        found[f"best-reverse-{place}"] = {"x": ACROSS(mean)}
    return found


def curves(v: Values) -> dict[str, Any]:
    width = v["width"]
    back_across = at(10, 390, -0.5, 2.5)

    def divergence(fit: Any) -> Any:
        return lambda x: UP(np.array([fit(y, width)["divergence"] for y in back_across(x)]))

    grid = np.linspace(-0.5, 2.5, 181)
    fits = [v["forward"], v["reverse"]]
    shown = [np.exp(-gaussian_nll(grid, v["mean"], fit["scale"])) for fit in fits]
    top = max(map(np.max, [np.exp(-truth_nll(grid, width)), *shown]))
    high = at(0, top, 186, 40)
    return {
        "curve-forward": divergence(forward),
        "curve-reverse": divergence(reverse),
        "truth": lambda x: high(np.exp(-truth_nll(back_across(x), width))),
    } | {
        f"density-{name}": functools.partial(
            lambda fit, x: high(np.exp(-gaussian_nll(back_across(x), v["mean"], fit["scale"]))), fit
        )
        for name, fit in zip(("forward", "reverse"), fits, strict=True)
    }


PICTURES = {
    "two-modes": Picture(
        "kl_divergence",
        lambda v: {"best": {"forward": {"mean": 1}}},
        marks,
        said,
        near=near,
        curves=curves,
    )
}
