"""How long the routines take beside other libraries, on one core, and how much memory they use.

Run ``python tests/benchmarks/speed.py`` (``--quick`` for few repetitions). What is compared runs
alternately, so that a busy machine slows both sides; a ratio is the median of those of single
rounds. To measure one more function, add a row to `comparisons`.
"""

import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from machine import arguments, has_avx512, peer, print_machine, write

from course_utils import information, losses, softmax

Call = Callable[[], Any]

SHAPES = [(1000, 10), (100_000, 10), (10_000, 1000), (64, 50_000)]
JACOBIAN_SHAPES = [(1000, 10), (64, 200)]
MIB = 2**20
scipy_special = peer("scipy.special")
scipy_stats = peer("scipy.stats")
metrics = peer("sklearn.metrics")
torch = peer("torch")
jax = peer("jax")
optax = peer("optax")
if jax is not None:
    jax.config.update("jax_enable_x64", True)


@dataclass(frozen=True)
class Comparison:
    """One routine on one input: its time over that of each peer, and the ratios allowed."""

    name: str
    ours: Call
    peers: dict[str, Call]
    bars: dict[str, float]
    result_bytes: int
    """What of its memory is the result."""
    memory_bar: float | None = 4
    """The MiB allowed beyond."""


@dataclass
class Timing:
    """Seconds of every round, and bytes at the peak."""

    ours: list[float] = field(default_factory=list)
    peers: dict[str, list[float]] = field(default_factory=dict)

    def ratio(self, peer_name: str) -> float:
        rounds = zip(self.ours, self.peers[peer_name], strict=True)
        return statistics.median(ours / theirs for ours, theirs in rounds)


def naive_gradient(z: Any, y: Any) -> Any:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    total = e.sum(axis=1, keepdims=True)
    p = e / total
    rows = np.arange(len(y))
    loss = -np.log(p[rows, y]).mean()
    p[rows, y] -= 1
    return loss, p / len(y)


def scipy_gradient(z: Any, y: Any) -> Any:
    log_p = scipy_special.log_softmax(z, axis=1)
    rows = np.arange(len(y))
    loss = -log_p[rows, y].mean()
    gradient = np.exp(log_p)
    gradient[rows, y] -= 1
    gradient /= len(y)
    return loss, gradient


def torch_gradient(z: Any, y: Any) -> Any:
    logits = z.detach().requires_grad_()
    torch.nn.functional.cross_entropy(logits, y).backward()
    return logits.grad


def optax_gradient() -> Callable[..., Any]:
    """Return optax's loss and gradient, compiled; the call waits for the result."""

    def loss(z: Any, y: Any) -> Any:
        return optax.losses.softmax_cross_entropy_with_integer_labels(z, y).mean()

    compiled = jax.jit(jax.value_and_grad(loss))
    return lambda z, y: jax.block_until_ready(compiled(z, y))


def naive_divergence(p: Any, q: Any) -> Any:
    return (p * np.log(p / q)).sum(axis=1)


def naive_jacobian(z: Any) -> Any:
    p = naive_softmax(z)
    jacobian = np.einsum("ni,nj->nij", -p, p)
    np.einsum("nii->ni", jacobian)[...] += p
    return jacobian


def naive_jvp(z: Any, v: Any) -> Any:
    p = naive_softmax(z)
    return p * v - p * np.einsum("nk,nk->n", p, v)[:, np.newaxis]


def naive_softmax(z: Any) -> Any:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def of_divergences(z: Any, where: str) -> Iterator[Comparison]:
    """Yield the divergence of neighbouring rows."""
    p = naive_softmax(z)
    p /= p.sum(axis=1, keepdims=True)
    q = np.roll(p, 1, axis=0)
    peers: dict[str, Call] = {"NumPy": lambda: naive_divergence(p, q)}
    if scipy_stats is not None:
        peers["SciPy"] = lambda: scipy_stats.entropy(p, q, axis=1)
    if torch is not None:
        p_there, q_there = torch.from_numpy(p), torch.from_numpy(q)
        kl_div = torch.nn.functional.kl_div
        peers["PyTorch"] = lambda: kl_div(q_there.log(), p_there, reduction="none").sum(1)
    yield Comparison(
        f"kl_divergence {where}",
        lambda: information.kl_divergence(p, q),
        peers,
        {},
        p.shape[0] * p.itemsize,
    )


def of_derivatives() -> Iterator[Comparison]:
    """Yield the Jacobian, which is a matrix for each sample, and its product with a vector."""
    rng = np.random.default_rng(7)
    for samples, classes in JACOBIAN_SHAPES:
        z, v = rng.normal(0, 3, (2, samples, classes))
        where = f"{z.shape} {z.dtype}"
        peers: dict[str, Call] = {"NumPy": lambda z=z: naive_jacobian(z)}
        products: dict[str, Call] = {"NumPy": lambda z=z, v=v: naive_jvp(z, v)}
        if torch is not None:
            z_there, v_there = torch.from_numpy(z), torch.from_numpy(v)
            jacobian = torch.func.vmap(torch.func.jacrev(lambda row: torch.softmax(row, -1)))
            peers["PyTorch"] = lambda f=jacobian, z=z_there: f(z)
            products["PyTorch"] = lambda z=z_there, v=v_there: torch.func.jvp(
                lambda x: torch.softmax(x, -1), (z,), (v,)
            )
        yield Comparison(
            f"softmax_jacobian {where}",
            lambda z=z: softmax.softmax_jacobian(z),
            peers,
            {},
            z.size * classes * z.itemsize,
            memory_bar=None,
        )
        yield Comparison(
            f"softmax_jvp {where}",
            lambda z=z, v=v: softmax.softmax_jvp(z, v),
            products,
            {},
            z.nbytes,
            memory_bar=None,
        )


def comparisons() -> Iterator[Comparison]:
    """Yield every routine on every shape and dtype."""
    for samples, classes in SHAPES:
        for dtype in (np.float64, np.float32):
            rng = np.random.default_rng(samples)
            z = rng.normal(0, 3, (samples, classes)).astype(dtype)
            y = rng.integers(0, classes, samples)
            where = f"{z.shape} {z.dtype}"
            yield from on_one_input(z, y, np.empty_like(z), where)
            yield from of_divergences(z, where)
    yield from of_derivatives()


def on_one_input(z: Any, y: Any, out: Any, where: str) -> Iterator[Comparison]:
    wide, single = z.shape[1] > 1000, z.dtype == np.float32
    peers: dict[str, Call] = {"NumPy": lambda: naive_gradient(z, y)}
    bars = {} if has_avx512() else {"NumPy": 0.75}
    if scipy_special is not None:
        peers["SciPy"] = lambda: scipy_gradient(z, y)
    if torch is not None:
        z_there, y_there = torch.from_numpy(z), torch.from_numpy(y)
        peers["PyTorch"] = lambda: torch_gradient(z_there, y_there)
    if optax is not None:
        gradient, z_jax, y_jax = optax_gradient(), jax.numpy.asarray(z), jax.numpy.asarray(y)
        peers["optax"] = lambda: gradient(z_jax, y_jax)
    if has_avx512():
        bars = {"SciPy": 1 / 2 if wide else 1 / 3, "PyTorch": 0.6 if single else 0.35}
    yield Comparison(
        f"softmax_cross_entropy_and_gradient {where}",
        lambda: losses.softmax_cross_entropy_and_gradient(y, z, out=out),
        peers,
        bars,
        0,
    )
    if scipy_special is None:
        return
    if metrics is not None:
        classes = np.arange(z.shape[1])
        yield Comparison(
            f"softmax_cross_entropy {where}",
            lambda: losses.softmax_cross_entropy(y, z),
            {
                "scikit-learn": lambda: metrics.log_loss(
                    y, scipy_special.softmax(z, axis=1), labels=classes
                )
            },
            {"scikit-learn": 1 / 8},
            0,
        )
    of_scipy = {"SciPy": 0.75 if wide else 0.5}
    yield Comparison(
        f"softmax {where}",
        lambda: softmax.softmax(z, out=out),
        {"SciPy": lambda: scipy_special.softmax(z, axis=1)},
        of_scipy,
        0,
    )
    yield Comparison(
        f"logsumexp {where}",
        lambda: softmax.logsumexp(z),
        {"SciPy": lambda: scipy_special.logsumexp(z, axis=1)},
        of_scipy,
        z.shape[0] * z.itemsize,
    )


def timed(call: Call, repeat: int) -> float:
    # The time of the processor, which other programs on the machine do not lengthen as they do
    # that of the clock; with one thread and no waiting the two are the same.
    start = time.process_time()
    for _ in range(repeat):
        call()
    return (time.process_time() - start) / repeat


def run(comparison: Comparison, rounds: int) -> Timing:
    """Time ours and each peer in turn; short calls are repeated within a round."""
    timing = Timing(peers={name: [] for name in comparison.peers})
    # The first call is slow: it fills the caches. Were the number of repetitions taken from it,
    # short calls would be timed with the caches that the peers leave.
    repeat = max(1, int(0.002 / min(timed(comparison.ours, 1) for _ in range(5))))
    for call in comparison.peers.values():
        call()
    for _ in range(rounds):
        timing.ours.append(timed(comparison.ours, repeat))
        for name, call in comparison.peers.items():
            timing.peers[name].append(timed(call, repeat))
    return timing


def peak_memory(call: Call) -> int:
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def tiny_calls() -> dict[str, tuple[Call, float | None]]:
    """Return calls on three classes, and the microseconds allowed."""
    z = np.array([0.3, -1.2, 2.0])
    p, near, far = np.array([[0.7, 0.2, 0.1], [0.5, 0.3, 0.2], [0.1, 0.3, 0.6]])
    return {
        "softmax": (lambda: softmax.softmax(z), 15),
        "softmax_cross_entropy_and_gradient": (
            lambda: losses.softmax_cross_entropy_and_gradient(1, z),
            25,
        ),
        "log_softmax": (lambda: softmax.log_softmax(z), None),
        "logsumexp": (lambda: softmax.logsumexp(z), None),
        "kl_divergence": (lambda: information.kl_divergence(p, near), 40),
        "kl_divergence, factors above 4": (lambda: information.kl_divergence(p, far), 40),
        "jensen_shannon_divergence": (
            lambda: information.jensen_shannon_divergence(p, near),
            None,
        ),
        "entropy": (lambda: information.entropy(p), None),
    }


def import_time(module: str, times: int) -> float:
    """Return the milliseconds that an import takes beyond that of NumPy: the least of several."""
    code = (
        "import time, numpy; start = time.perf_counter(); "
        f"import {module}; print(time.perf_counter() - start)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        for _ in range(times)
    ]
    return 1000 * min(float(r.stdout) for r in runs)


def verdict(value: float, bar: float | None) -> str:
    return "" if bar is None else f"{bar:7.3g} {'met' if value <= bar else 'MISSED'}"


def main() -> None:
    options = arguments("Measure the speed and the memory of the routines.", "speed.json")
    if torch is not None:
        torch.set_num_threads(1)
    print_machine()
    rows: list[dict[str, Any]] = []

    def report(name: str, quantity: str, value: float, bar: float | None, **more: Any) -> None:
        print(f"{name:68}{quantity:26}{value:9.3g}{verdict(value, bar)}", flush=True)
        rows.append({"name": name, "quantity": quantity, "value": value, "bar": bar, **more})

    print(f"\n{'':68}{'':26}{'measured':>9}{'bar':>7}")
    for comparison in comparisons():
        if options.only not in comparison.name:
            continue
        timing = run(comparison, 5 if options.quick else 21)
        seconds = statistics.median(timing.ours)
        for name in comparison.peers:
            report(
                comparison.name,
                f"time over {name}'s",
                timing.ratio(name),
                comparison.bars.get(name),
                seconds=seconds,
                seconds_of_peer=statistics.median(timing.peers[name]),
            )
        extra = (peak_memory(comparison.ours) - comparison.result_bytes) / MIB
        report(comparison.name, "extra memory, MiB", extra, comparison.memory_bar)
    for name, (call, bar) in tiny_calls().items():
        if options.only in name:
            best = min(timed(call, 200) for _ in range(20 if options.quick else 200))
            report(f"{name}, 3 classes", "microseconds a call", best * 1e6, bar)
    if not options.only:
        report("import course_utils.losses", "ms", import_time("course_utils.losses", 10), 15)
    missed = sum(r["bar"] is not None and r["value"] > r["bar"] for r in rows)
    print(f"\n{missed} of {sum(r['bar'] is not None for r in rows)} bars are missed")
    write(options.output, {"results": rows})


if __name__ == "__main__":
    main()
