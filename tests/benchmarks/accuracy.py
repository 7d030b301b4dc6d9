"""How many units in the last place each routine is off, against mpmath, beside other libraries.

Run ``python tests/benchmarks/accuracy.py`` (``--quick`` for a tenth of the cases). To measure one
more function, add a row to `MEASURES`: its inputs, its definition, and who computes it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import families
import mpmath
import numpy as np
import truths
from machine import arguments, peer, print_machine, write
from numpy.typing import NDArray

from course_utils import losses, sigmoid, softmax

Routine = Callable[..., NDArray[Any]]

CASES, QUICK = 300, 30
BOTH = (np.float64, np.float32)
scipy_special = peer("scipy.special")
torch = peer("torch")


@dataclass(frozen=True, eq=False)
class Measure:
    """One function, as a row of the table."""

    name: str
    inputs: dict[str, families.Family]
    truth: Callable[..., list[mpmath.mpf]]
    ours: Routine
    bars: dict[type, float] = field(default_factory=dict)
    """The most units that are allowed; without a bar the function is measured only."""
    peers: dict[str, Routine] = field(default_factory=dict)
    sizes: Callable[..., list[mpmath.mpf]] | None = None
    """What the units are those of, if not of the result: the limit that conditioning sets."""


def naive_softmax(z, *_):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def naive_cross_entropy(z, labels):
    return -np.log(naive_softmax(z)[np.arange(len(labels)), labels])


def minus_one_at(labels, p):
    p[np.arange(len(labels)), labels] -= 1
    return p


def naive_gradient(z, labels):
    return minus_one_at(labels, naive_softmax(z))


def by_scipy(name: str, *, axis: int | None = None, sign: int = 1) -> dict[str, Routine]:
    if scipy_special is None:
        return {}
    function = getattr(scipy_special, name)
    options = {} if axis is None else {"axis": axis}
    return {"SciPy": lambda x, *_: sign * function(sign * x, **options)}


def by_torch(compute: Callable[..., Any]) -> dict[str, Routine]:
    """Return PyTorch's routine under its name; it takes and gives tensors."""
    if torch is None:
        return {}
    return {"PyTorch": lambda *arrays: compute(*map(torch.from_numpy, arrays)).numpy()}


def torch_gradient(loss: Callable[..., Any]) -> Callable[..., Any]:
    def gradient(z, y):
        z = z.clone().requires_grad_()
        loss(z, y).backward()
        return z.grad

    return gradient


def scipy_cross_entropy(z, labels):
    return -scipy_special.log_softmax(z, axis=1)[np.arange(len(labels)), labels]


def scipy_gradient(z, labels):
    return minus_one_at(labels, scipy_special.softmax(z, axis=1))


def cross_entropy(z, y, **options):
    return losses.softmax_cross_entropy(y, z, reduction="none", **options)


def cross_entropy_gradient(z, y, **options):
    return losses.softmax_cross_entropy_and_gradient(y, z, reduction="none", **options)[1]


def binary_gradient(x, y):
    return losses.sigmoid_cross_entropy_and_gradient(y, x, reduction="none")[1]


def without_scipy(routine: Routine) -> dict[str, Routine]:
    return {} if scipy_special is None else {"SciPy": routine}


# No power of two, but a number that float32 holds too.
TEMPERATURE = 45 / 64
WEIGHTS = np.linspace(0.25, 2.5, families.CLASSES)
FEW = families.few_classes(families.LOGITS)
TEN = {name: family for name, family in FEW.items() if name != "2 classes"}
SOFT = families.with_distributions(FEW)
POSSIBLE = {name: f for name, f in families.with_distributions(TEN).items() if "ruled" not in name}
HARD = families.with_answers(families.LOG_ODDS, soft=False)
BETWEEN = families.with_answers(families.LOG_ODDS, soft=True)


def bars(double: float, single: float | None = None) -> dict[type, float]:
    return {np.float64: double} if single is None else {np.float64: double, np.float32: single}


def torch_functional(name: str, **options: Any) -> Callable[..., Any]:
    return lambda *tensors: getattr(torch.nn.functional, name)(*tensors, **options)


MEASURES = [
    Measure(
        "softmax",
        families.LOGITS,
        truths.softmax,
        lambda z, _: softmax.softmax(z),
        bars(4, 5),
        {
            "naive": naive_softmax,
            **by_scipy("softmax", axis=1),
            **by_torch(lambda z, _: torch.softmax(z, 1)),
        },
    ),
    Measure(
        "log_softmax",
        families.LOGITS,
        truths.log_softmax,
        lambda z, _: softmax.log_softmax(z),
        bars(3, 5),
        {
            "naive": lambda z, _: np.log(naive_softmax(z)),
            **by_scipy("log_softmax", axis=1),
            **by_torch(lambda z, _: torch.log_softmax(z, 1)),
        },
    ),
    Measure(
        "softmax_cross_entropy",
        families.LOGITS,
        truths.cross_entropy,
        cross_entropy,
        bars(3, 5),
        {
            "naive": naive_cross_entropy,
            **without_scipy(scipy_cross_entropy),
            **by_torch(torch_functional("cross_entropy", reduction="none")),
        },
    ),
    Measure(
        "gradient of softmax_cross_entropy",
        families.LOGITS,
        truths.cross_entropy_gradient,
        cross_entropy_gradient,
        bars(6, 5),
        {
            "naive": naive_gradient,
            **without_scipy(scipy_gradient),
            **by_torch(torch_gradient(torch_functional("cross_entropy", reduction="sum"))),
        },
    ),
    Measure(
        "logsumexp",
        families.LOGITS,
        truths.logsumexp,
        lambda z, _: softmax.logsumexp(z),
        {},
        {**by_scipy("logsumexp", axis=1), **by_torch(lambda z, _: torch.logsumexp(z, 1))},
    ),
    Measure(
        "softmax, temperature 45/64",
        FEW,
        partial(truths.softmax, temperature=TEMPERATURE),
        lambda z, _: softmax.softmax(z, temperature=TEMPERATURE),
        {},
        by_torch(lambda z, _: torch.softmax(z / TEMPERATURE, 1)),
    ),
    Measure(
        "softmax_cross_entropy, temperature 45/64",
        FEW,
        partial(truths.cross_entropy, temperature=TEMPERATURE),
        partial(cross_entropy, temperature=TEMPERATURE),
    ),
    Measure("softmax_cross_entropy, soft targets", SOFT, truths.soft_cross_entropy, cross_entropy),
    Measure(
        "softmax_cross_entropy, smoothing 0.1",
        POSSIBLE,
        partial(truths.soft_cross_entropy, smoothing=0.1),
        partial(cross_entropy, label_smoothing=0.1),
    ),
    Measure(
        "softmax_cross_entropy, class weights",
        POSSIBLE,
        partial(truths.soft_cross_entropy, weights=WEIGHTS),
        partial(cross_entropy, class_weight=WEIGHTS),
    ),
    Measure(
        "softmax_jacobian",
        FEW,
        truths.jacobian,
        lambda z, _: softmax.softmax_jacobian(z),
        bars(4),
        {"naive": lambda z, _: naive_jacobian(z)},
    ),
    Measure(
        "softmax_jvp, along a class",
        families.with_tangents(FEW, unit=True),
        truths.jvp,
        softmax.softmax_jvp,
        bars(4),
    ),
    Measure(
        "softmax_jvp, any direction",
        families.with_tangents(FEW, unit=False),
        truths.jvp,
        softmax.softmax_jvp,
        sizes=truths.jvp_sizes,
    ),
    Measure(
        "sigmoid",
        families.LOG_ODDS,
        truths.sigmoid,
        sigmoid.sigmoid,
        bars(2),
        {**by_scipy("expit"), **by_torch(lambda x: torch.sigmoid(x))},
    ),
    Measure(
        "log_sigmoid",
        families.LOG_ODDS,
        truths.log_sigmoid,
        sigmoid.log_sigmoid,
        bars(1.5),
        {**by_scipy("log_expit"), **by_torch(torch_functional("logsigmoid"))},
    ),
    Measure(
        "softplus",
        families.LOG_ODDS,
        truths.softplus,
        sigmoid.softplus,
        bars(1.5),
        {**by_scipy("log_expit", sign=-1), **by_torch(torch_functional("softplus"))},
    ),
    Measure(
        "logit",
        families.PROBABILITIES,
        truths.logit,
        sigmoid.logit,
        bars(2),
        {**by_scipy("logit"), **by_torch(lambda p: torch.logit(p))},
    ),
    Measure(
        "sigmoid_cross_entropy, hard targets",
        HARD,
        truths.sigmoid_cross_entropy,
        cross_entropy_of_log_odds := lambda x, y: losses.sigmoid_cross_entropy(
            y, x, reduction="none"
        ),
        bars(1.5),
        by_torch(torch_functional("binary_cross_entropy_with_logits", reduction="none")),
    ),
    Measure(
        "sigmoid_cross_entropy, soft targets",
        BETWEEN,
        truths.sigmoid_cross_entropy,
        cross_entropy_of_log_odds,
        bars(2),
        by_torch(torch_functional("binary_cross_entropy_with_logits", reduction="none")),
    ),
    Measure(
        "gradient of sigmoid_cross_entropy, hard targets",
        HARD,
        truths.sigmoid_cross_entropy_gradient,
        binary_gradient,
        bars(2),
        by_torch(
            torch_gradient(torch_functional("binary_cross_entropy_with_logits", reduction="sum"))
        ),
    ),
    Measure(
        "binary_cross_entropy, hard targets",
        families.with_answers(families.PROBABILITIES, soft=False),
        truths.binary_cross_entropy,
        lambda p, y: losses.binary_cross_entropy(y, p, reduction="none"),
        bars(1),
        by_torch(torch_functional("binary_cross_entropy", reduction="none")),
    ),
    Measure(
        "binary_cross_entropy, soft targets",
        families.with_answers(families.PROBABILITIES, soft=True),
        truths.binary_cross_entropy,
        lambda p, y: losses.binary_cross_entropy(y, p, reduction="none"),
        {},
        by_torch(torch_functional("binary_cross_entropy", reduction="none")),
    ),
]


def naive_jacobian(z):
    p = naive_softmax(z)
    return np.eye(z.shape[1]) * p[:, np.newaxis, :] - p[:, :, np.newaxis] * p[:, np.newaxis, :]


@dataclass(frozen=True)
class Errors:
    """The largest and the mean error of a function on one family, in units."""

    measure: Measure
    family: str
    dtype: type
    cases: int
    worst: dict[str, float]
    mean: dict[str, float]

    @property
    def bar(self) -> float | None:
        """What is allowed: of logsumexp, SciPy's own maximum and 0.01 more."""
        if self.measure.name == "logsumexp" and self.dtype is np.float64:
            return self.worst["SciPy"] + 0.01 if "SciPy" in self.worst else None
        return self.measure.bars.get(self.dtype)

    @property
    def met(self) -> bool:
        return self.bar is None or self.worst["ours"] <= self.bar


def true_results(measure: Measure, family: str, dtype: type, cases: int):
    """Return a family's inputs and what is true of them."""
    # The seed is that of the family, so that functions meet the same inputs.
    rng = np.random.default_rng([*family.encode(), BOTH.index(dtype)])
    arrays = measure.inputs[family](rng, dtype, cases)
    rows = [*zip(*arrays, strict=True)]
    values = [v for row in rows for v in measure.truth(*row)]
    sizes = None if measure.sizes is None else [v for row in rows for v in measure.sizes(*row)]
    return arrays, truths.in_units(values, dtype, sizes)


def errors_of(measure: Measure, family: str, dtype: type, cases: int) -> Errors:
    arrays, truth = true_results(measure, family, dtype, cases)
    worst, mean = {}, {}
    for name, routine in {"ours": measure.ours, **measure.peers}.items():
        with np.errstate(all="raise" if name == "ours" else "ignore", under="ignore"):
            errors = truth.errors(np.asarray(routine(*(a.copy() for a in arrays))))
        worst[name], mean[name] = float(errors.max()), float(errors.mean())
    return Errors(measure, family, dtype, cases, worst, mean)


def measure_all(cases: int, only: str = "") -> Iterator[Errors]:
    for measure in MEASURES:
        if only in measure.name:
            for dtype in BOTH:
                for family in measure.inputs:
                    most = min(cases, families.MOST_CASES.get(family, cases))
                    yield errors_of(measure, family, dtype, most)


NAMES = ["naive", "SciPy", "PyTorch"]


def print_row(errors: Errors) -> None:
    bar = "" if errors.bar is None else f"{errors.bar:.2f}"
    peers = [f"{errors.worst[n]:10.3g}" if n in errors.worst else " " * 10 for n in NAMES]
    verdict = "" if errors.bar is None else ("met" if errors.met else "MISSED")
    print(
        f"{errors.measure.name:48}{errors.dtype.__name__:9}{errors.family:20}{errors.cases:5}"
        f"{errors.worst['ours']:8.2f}{bar:>6} {verdict:7}{''.join(peers)}",
        flush=True,
    )


def main() -> None:
    options = arguments("Measure the accuracy of the routines.", "accuracy.json")
    print_machine()
    print(f"\nLargest error, in units in the last place\n{'':82}ours   bar        ", end="")
    print("".join(f"{name:>10}" for name in NAMES))
    results = []
    for errors in measure_all(QUICK if options.quick else CASES, options.only):
        print_row(errors)
        results.append(
            {
                "function": errors.measure.name,
                "dtype": errors.dtype.__name__,
                "family": errors.family,
                "cases": errors.cases,
                "bar": errors.bar,
                "worst": {name: str(v) if np.isinf(v) else v for name, v in errors.worst.items()},
                "mean": {name: str(v) if np.isinf(v) else v for name, v in errors.mean.items()},
            }
        )
    missed = sum(r["bar"] is not None and r["worst"]["ours"] > r["bar"] for r in results)
    print(f"\n{missed} of {sum(r['bar'] is not None for r in results)} bars are missed")
    write(options.output, {"unit": "units in the last place", "results": results})


if __name__ == "__main__":
    main()
