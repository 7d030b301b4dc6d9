"""How many units in the last place each routine is off, against mpmath, beside other libraries.

Run ``python tests/benchmarks/accuracy.py`` (``--quick`` for a tenth of the cases). To measure one
more function, add a row to `MEASURES`: its inputs, its definition, and who computes it.

All errors are in units in the last place (ulp) of the true result. Where a bar is one on the
relative error, the largest relative error of ours stands beside it; n ulp are n/2 to n times the
relative 2^-52.
"""

import warnings
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

from course_utils import information, losses, sigmoid, softmax

Routine = Callable[..., NDArray[Any]]

CASES, QUICK = 300, 30
BOTH = (np.float64, np.float32)
scipy_special = peer("scipy.special")
scipy_stats = peer("scipy.stats")
scipy_distance = peer("scipy.spatial.distance")
metrics = peer("sklearn.metrics")
torch = peer("torch")
jax = peer("jax")
optax = peer("optax")
if jax is not None:
    jax.config.update("jax_enable_x64", True)


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
    relative_bars: dict[type, float] = field(default_factory=dict)
    """The largest relative error that is allowed."""
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


def by_jax(compute: Callable[..., Any], name: str = "JAX") -> dict[str, Routine]:
    """Return a routine of JAX or of optax; it takes and gives JAX's arrays."""
    if (jax if name == "JAX" else optax) is None:
        return {}
    return {name: lambda *arrays: np.asarray(compute(*map(jax.numpy.asarray, arrays)))}


def optax_cross_entropy(z, y):
    return optax.losses.softmax_cross_entropy_with_integer_labels(z, y)


def by_scikit_learn() -> dict[str, Routine]:
    """Return the log-loss of one case at a time, as it gives means only."""
    if metrics is None or scipy_special is None:
        return {}

    def log_loss(z, y):
        p, classes = scipy_special.softmax(z, axis=1), np.arange(z.shape[1])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sums that are not 1
            return np.array(
                [
                    metrics.log_loss([label], row[np.newaxis], labels=classes)
                    for label, row in zip(y, p, strict=True)
                ]
            )

    return {"scikit-learn": log_loss}


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


def without_scipy(routine: Routine, name: str = "SciPy") -> dict[str, Routine]:
    return {} if scipy_special is None else {name: routine}


# A result in float64 that is off by little is off by little more than ½ once it is float32.
ROUNDED_ONCE = 0.51
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
            **by_jax(lambda z, _: jax.nn.softmax(z)),
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
            **by_jax(lambda z, _: jax.nn.log_softmax(z)),
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
            **by_scikit_learn(),
            **by_torch(torch_functional("cross_entropy", reduction="none")),
            **by_jax(optax_cross_entropy, "optax"),
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
            **by_jax(lambda z, y: jax.grad(lambda x: optax_cross_entropy(x, y).sum())(z), "optax"),
        },
    ),
    Measure(
        "logsumexp",
        families.LOGITS,
        truths.logsumexp,
        lambda z, _: softmax.logsumexp(z),
        {},
        {
            **by_scipy("logsumexp", axis=1),
            **by_torch(lambda z, _: torch.logsumexp(z, 1)),
            **by_jax(lambda z, _: jax.nn.logsumexp(z, axis=1)),
        },
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
        {
            **by_scipy("expit"),
            **by_torch(lambda x: torch.sigmoid(x)),
            **by_jax(lambda x: jax.nn.sigmoid(x)),
        },
    ),
    Measure(
        "log_sigmoid",
        families.LOG_ODDS,
        truths.log_sigmoid,
        sigmoid.log_sigmoid,
        bars(1.5),
        {
            **by_scipy("log_expit"),
            **by_torch(torch_functional("logsigmoid")),
            **by_jax(lambda x: jax.nn.log_sigmoid(x)),
        },
    ),
    Measure(
        "softplus",
        families.LOG_ODDS,
        truths.softplus,
        sigmoid.softplus,
        bars(1.5),
        {
            **by_scipy("log_expit", sign=-1),
            **by_torch(torch_functional("softplus")),
            **by_jax(lambda x: jax.nn.softplus(x)),
        },
    ),
    Measure(
        "logit",
        families.PROBABILITIES,
        truths.logit,
        sigmoid.logit,
        bars(2),
        {
            **by_scipy("logit"),
            **by_torch(lambda p: torch.logit(p)),
            **by_jax(lambda p: jax.scipy.special.logit(p)),
        },
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
    Measure(
        "self_information of a distribution",
        families.DISTRIBUTIONS,
        truths.self_information,
        lambda p: information.self_information(p, axis=-1),
        bars(2, ROUNDED_ONCE),
        {"naive": lambda p: -np.log(p)},
    ),
    Measure(
        "entropy",
        families.DISTRIBUTIONS,
        truths.entropy,
        information.entropy,
        bars(2, ROUNDED_ONCE),
        {
            "naive": lambda p: naive_cross_entropy_of(p, p),
            **without_scipy(lambda p: scipy_stats.entropy(p, axis=1)),
            **by_torch(lambda p: torch.distributions.Categorical(p, validate_args=False).entropy()),
            **by_jax(lambda p: jax.scipy.special.entr(p).sum(axis=1)),
        },
    ),
    Measure(
        "cross_entropy",
        families.PAIRS,
        truths.shannon_cross_entropy,
        information.cross_entropy,
        bars(2, ROUNDED_ONCE),
        {
            "naive": lambda p, q: naive_cross_entropy_of(p, q),
            **without_scipy(lambda p, q: -scipy_special.xlogy(p, q).sum(axis=1)),
        },
    ),
    Measure(
        "kl_divergence",
        families.PAIRS,
        truths.kl_divergence,
        information.kl_divergence,
        {np.float32: ROUNDED_ONCE},
        {
            "naive": lambda p, q: naive_divergence(p, q),
            **without_scipy(lambda p, q: scipy_stats.entropy(p, q, axis=1)),
            **without_scipy(
                lambda p, q: scipy_special.rel_entr(p, q).sum(axis=1), "SciPy rel_entr"
            ),
            **by_torch(
                lambda p, q: torch.nn.functional.kl_div(q.log(), p, reduction="none").sum(1)
            ),
            **by_jax(lambda p, q: optax.losses.kl_divergence(jax.numpy.log(q), p), "optax"),
        },
        relative_bars={np.float64: 1e-15},
    ),
    Measure(
        "jensen_shannon_divergence",
        families.PAIRS,
        truths.jensen_shannon_divergence,
        information.jensen_shannon_divergence,
        {np.float32: ROUNDED_ONCE},
        {
            "naive": lambda p, q: (
                (naive_divergence(p, (p + q) / 2) + naive_divergence(q, (p + q) / 2)) / 2
            ),
            **without_scipy(lambda p, q: scipy_distance.jensenshannon(p, q, axis=1) ** 2),
        },
        relative_bars={np.float64: 5e-15},
    ),
    Measure(
        "gaussian_kl_divergence",
        families.GAUSSIANS,
        truths.gaussian_kl_divergence,
        information.gaussian_kl_divergence,
        {np.float32: ROUNDED_ONCE},
        {
            "naive": lambda m, s, n, t: np.log(t / s) + (s**2 + (m - n) ** 2) / (2 * t**2) - 0.5,
            **by_torch(
                lambda m, s, n, t: torch.distributions.kl_divergence(
                    torch.distributions.Normal(m, s), torch.distributions.Normal(n, t)
                )
            ),
        },
        relative_bars={np.float64: 2e-15},
    ),
    Measure(
        "gaussian_cross_entropy",
        families.GAUSSIANS,
        truths.gaussian_cross_entropy,
        information.gaussian_cross_entropy,
        bars(2.5),
        {
            "naive": lambda m, s, n, t: (
                0.5 * np.log(2 * np.pi * t**2) + (s**2 + (m - n) ** 2) / (2 * t**2)
            )
        },
        sizes=truths.gaussian_cross_entropy_sizes,
    ),
    Measure(
        "sparsemax",
        families.PROJECTED,
        truths.sparsemax,
        softmax.sparsemax,
        bars(1, 1),
        {"naive": lambda z: naive_sparsemax(z)},
        sizes=truths.ones,
    ),
]


def naive_cross_entropy_of(p, q):
    return -(p * np.log(q)).sum(axis=1)


def naive_divergence(p, q):
    return (p * np.log(p / q)).sum(axis=1)


def naive_sparsemax(z):
    descending = -np.sort(-z, axis=1)
    sums, ranks = descending.cumsum(axis=1), np.arange(1, z.shape[1] + 1)
    size = np.count_nonzero(1 + ranks * descending > sums, axis=1, keepdims=True)
    threshold = (np.take_along_axis(sums, size - 1, axis=1) - 1) / size
    return np.maximum(z - threshold, 0)


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
    relative: float
    """The largest relative error of ours."""

    @property
    def relative_bar(self) -> float | None:
        return self.measure.relative_bars.get(self.dtype)

    @property
    def bar(self) -> float | None:
        """What is allowed: of logsumexp, SciPy's own maximum and 0.01 more."""
        if self.measure.name == "logsumexp" and self.dtype is np.float64:
            return self.worst["SciPy"] + 0.01 if "SciPy" in self.worst else None
        return self.measure.bars.get(self.dtype)

    @property
    def met(self) -> bool:
        return (self.bar is None or self.worst["ours"] <= self.bar) and (
            self.relative_bar is None or self.relative <= self.relative_bar
        )

    @property
    def has_bar(self) -> bool:
        return self.bar is not None or self.relative_bar is not None


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
            results = np.asarray(routine(*(a.copy() for a in arrays)))
        errors = truth.errors(results)
        with np.errstate(
            over="ignore"
        ):  # a result of 1 where 1e-320 is true is very many units off
            worst[name], mean[name] = float(errors.max()), float(errors.mean())
        if name == "ours":
            relative = float(truth.relative(results).max())
    return Errors(measure, family, dtype, cases, worst, mean, relative)


def measure_all(cases: int, only: str = "") -> Iterator[Errors]:
    for measure in MEASURES:
        if only in measure.name:
            for dtype in BOTH:
                for family in measure.inputs:
                    most = min(cases, families.MOST_CASES.get(family, cases))
                    yield errors_of(measure, family, dtype, most)


NAMES = ["naive", "SciPy", "SciPy rel_entr", "scikit-learn", "PyTorch", "JAX", "optax"]


def print_row(errors: Errors) -> None:
    bar = "" if errors.bar is None else f"{errors.bar:.2f}"
    if errors.relative_bar is not None:
        bar = f"{errors.relative:.2g} of {errors.relative_bar:.2g}"
    peers = [f"{name} {errors.worst[name]:.3g}" for name in NAMES if name in errors.worst]
    verdict = ("met" if errors.met else "MISSED") if errors.has_bar else ""
    print(
        f"{errors.measure.name:48}{errors.dtype.__name__:9}{errors.family:25}{errors.cases:5}"
        f"{errors.worst['ours']:8.2f}{bar:>18} {verdict:8}{', '.join(peers)}",
        flush=True,
    )


def main() -> None:
    options = arguments("Measure the accuracy of the routines.", "accuracy.json")
    print_machine()
    print("\nLargest errors in units in the last place (ulp), and bars in the same units;")
    print("where a bar is one on the relative error, it is written as such: error of bar.\n")
    print(f"{'':82}{'cases':>5}{'ours':>8}{'bar':>18} {'':8}peers")
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
                "relative bar": errors.relative_bar,
                "relative error": finite(errors.relative),
                "met": errors.met if errors.has_bar else None,
                "worst": {name: finite(v) for name, v in errors.worst.items()},
                "mean": {name: finite(v) for name, v in errors.mean.items()},
            }
        )
    missed = sum(r["met"] is False for r in results)
    print(f"\n{missed} of {sum(r['met'] is not None for r in results)} bars are missed")
    write(options.output, {"unit": "units in the last place", "results": results})


def finite(value: float) -> float | str:
    """Return what JSON can hold."""
    return str(value) if np.isinf(value) else value


if __name__ == "__main__":
    main()
