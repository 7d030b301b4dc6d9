"""Where and with what a benchmark ran, and how its results are stored."""

import argparse
import contextlib
import importlib
import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

PEERS = ["scipy", "sklearn", "torch", "jax", "optax"]
THREADS = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]


def peer(name: str) -> ModuleType | None:
    """Import a library that need not be there."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def cpu_features() -> list[str]:
    """Return the features of the processor that NumPy found and can use."""
    extensions = np.show_config(mode="dicts")["SIMD Extensions"]
    return sorted({*extensions.get("baseline", []), *extensions.get("found", [])})


def has_avx512() -> bool:
    return any(f.startswith("AVX512") or f == "X86_V4" for f in cpu_features())


def description() -> dict[str, Any]:
    versions = {"python": platform.python_version(), "numpy": np.__version__}
    for name in ["mpmath", *PEERS]:
        module = peer(name)
        versions[name] = "absent" if module is None else str(module.__version__)
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "system": platform.system(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "avx512": has_avx512(),
        "cpu features": cpu_features(),
        "threads": {name: os.environ.get(name, "not set") for name in THREADS},
        "versions": versions,
    }


def arguments(purpose: str, store: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=purpose)
    parser.add_argument("--quick", action="store_true", help="few cases, for a first look")
    parser.add_argument("--output", type=Path, default=Path("_build/benchmarks") / store)
    parser.add_argument("--only", default="", help="only rows whose name contains this")
    return parser.parse_args()


def write(path: Path, results: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {"machine": description(), **results}
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"\nwritten to {path}")


def print_machine() -> None:
    machine = description()
    print(f"{machine['date']}  {machine['processor']}, {machine['cores']} cores,", end=" ")
    print("AVX-512" if machine["avx512"] else "no AVX-512")
    print("  ".join(f"{name} {version}" for name, version in machine["versions"].items()))
