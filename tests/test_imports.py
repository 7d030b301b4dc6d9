"""What stands where: the public names, and what imports what."""

import ast
import graphlib
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import course_utils

PACKAGE = Path(course_utils.__file__).parent

LOSS = "axis=-1, reduction='mean'"
PUBLIC = {
    "likelihood": {
        "bernoulli_log_likelihood": "outcomes, probability",
        "categorical_log_likelihood": "labels, probabilities",
        "gaussian_nll": "values, mean, scale",
        "laplace_nll": "values, location, scale",
        "gaussian_mixture_nll": "values, weights, means, scales",
    },
    "information": {
        "self_information": "p, *, axis=None, base=None",
        "entropy": "p, *, axis=-1, base=None",
        "cross_entropy": "p, q, *, axis=-1, base=None",
        "kl_divergence": "p, q, *, axis=-1, base=None",
        "jensen_shannon_divergence": "p, q, *, axis=-1, base=None",
        "gaussian_cross_entropy": "mean_p, scale_p, mean_q, scale_q, *, base=None",
        "gaussian_kl_divergence": "mean_p, scale_p, mean_q, scale_q, *, base=None",
        "huffman_code": "p",
    },
    "softmax": {
        "logsumexp": "logits, *, axis=-1, keepdims=False",
        "softmax": "logits, *, axis=-1, temperature=1.0, out=None",
        "log_softmax": "logits, *, axis=-1, temperature=1.0, out=None",
        "hardmax": "logits, *, axis=-1",
        "sparsemax": "logits, *, axis=-1",
        "softmax_jacobian": "logits, *, axis=-1, temperature=1.0",
        "softmax_jvp": "logits, tangent, *, axis=-1, temperature=1.0",
    },
    "sigmoid": {
        "sigmoid": "x",
        "log_sigmoid": "x",
        "softplus": "x",
        "logit": "p",
        "odds": "p",
    },
    "losses": {
        "zero_one_loss": f"targets, probabilities, *, {LOSS}",
        "squared_error": f"targets, probabilities, *, {LOSS}",
        "brier_score": f"targets, probabilities, *, {LOSS}",
        "categorical_cross_entropy": f"targets, probabilities, *, {LOSS}",
        "binary_cross_entropy": "targets, probabilities, *, reduction='mean'",
        "softmax_cross_entropy": (
            "targets, logits, *, axis=-1, label_smoothing=0.0, class_weight=None, "
            "temperature=1.0, reduction='mean'"
        ),
        "softmax_cross_entropy_and_gradient": (
            "targets, logits, *, axis=-1, label_smoothing=0.0, class_weight=None, "
            "temperature=1.0, reduction='mean', out=None"
        ),
        "sigmoid_cross_entropy": "targets, logits, *, reduction='mean'",
        "sigmoid_cross_entropy_and_gradient": "targets, logits, *, reduction='mean', out=None",
        "squared_error_and_gradient": f"targets, logits, *, {LOSS}, out=None",
        "focal_loss": f"targets, logits, *, gamma=2.0, {LOSS}",
        "generalised_cross_entropy": f"targets, logits, *, q=0.7, {LOSS}",
        "hinge_loss": f"targets, logits, *, {LOSS}",
        "absolute_error": f"targets, logits, *, {LOSS}",
        "sparsemax_loss": f"targets, logits, *, {LOSS}",
    },
    "labels": {
        "one_hot": "labels, classes",
        "smooth_labels": "targets, amount",
        "labels_from_votes": "votes",
    },
    "calibration": {
        "reliability_curve": (
            "labels, probabilities, *, n_bins=15, strategy='uniform', kind='top-label', "
            "confidence=0.95"
        ),
        "expected_calibration_error": (
            "labels, probabilities, *, n_bins=15, strategy='uniform', kind='top-label', norm='l1'"
        ),
        "null_calibration_errors": (
            "probabilities, *, samples=1000, rng=None, n_bins=15, strategy='uniform', "
            "kind='top-label', norm='l1'"
        ),
        "brier_decomposition": "labels, probabilities, *, n_bins=None, strategy='uniform'",
        "fit_temperature": "targets, logits, *, axis=-1",
        "BrierDecomposition": None,
        "ReliabilityCurve": None,
    },
    "margins": {
        "arcface_logits": "labels, cosines, *, margin=0.5, scale=64.0, fallback=False",
        "additive_margin_logits": "labels, cosines, *, margin=0.35, scale=30.0",
        "large_margin_logits": "labels, cosines, feature_norms, *, margin, weight_norms=1.0",
        "soft_margin_logits": "labels, cosines, feature_norms, *, margin, weight_norms=1.0",
    },
    "models": {
        "SoftmaxRegression": "*, l2=0.0, solver='auto', tol=1e-10, max_iter=10000",
        "SoftmaxRegression.fit": "self, X, y, sample_weight=None",
        "SoftmaxRegression.decision_function": "self, X",
        "SoftmaxRegression.predict_proba": "self, X",
        "SoftmaxRegression.predict": "self, X",
        "gradient_descent": "value_and_gradient, start, *, learning_rate, steps",
        "ConvergenceWarning": None,
        "Descent": None,
    },
}
NAMES = [(module, name) for module, names in PUBLIC.items() for name in names]


def resolve(module, name):
    thing = importlib.import_module(f"course_utils.{module}")
    for part in name.split("."):
        thing = getattr(thing, part)
    return thing


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_the_public_name_exists_with_its_signature(module, name):
    thing = resolve(module, name)
    if PUBLIC[module][name] is None:
        return
    bare = [p.replace(annotation=p.empty) for p in inspect.signature(thing).parameters.values()]
    assert str(inspect.Signature(bare)) == f"({PUBLIC[module][name]})"


@pytest.mark.parametrize("module", PUBLIC)
def test_all_names_the_public_names_and_no_others(module):
    listed = importlib.import_module(f"course_utils.{module}").__all__
    assert sorted(listed) == sorted(name for name in PUBLIC[module] if "." not in name)


def test_the_package_itself_re_exports_nothing():
    code = "import course_utils; print([n for n in vars(course_utils) if not n.startswith('_')])"
    assert run(code) == "[]"


# --- what imports what ----------------------------------------------------------------------------

HEAVY = ["scipy", "sympy", "matplotlib", "sklearn", "torch"]


def run(code):
    command = [sys.executable, "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.mark.parametrize("module", PUBLIC)
def test_a_numeric_module_costs_what_numpy_costs(module):
    code = f"import sys, course_utils.{module}; print([m for m in {HEAVY} if m in sys.modules])"
    assert run(code) == "[]"


def imported(path):
    """Return the modules that a file imports, wherever in the file it does so."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            names.add(node.module)
    return names


@pytest.mark.parametrize("module", [*PUBLIC, "_kernels", "_validation"])
def test_a_numeric_module_imports_numpy_and_numeric_modules_alone(module):
    allowed = {f"course_utils.{name}" for name in [*PUBLIC, "_kernels", "_validation"]}
    for name in imported(PACKAGE / f"{module}.py"):
        root = name.split(".")[0]
        assert root == "numpy" or root in sys.stdlib_module_names or name in allowed, name


def test_the_shared_steps_know_nothing_of_what_uses_them():
    own = {
        module: {n for n in imported(PACKAGE / f"{module}.py") if n.startswith("course_utils")}
        for module in ("_kernels", "_validation")
    }
    assert own == {"_kernels": {"course_utils._validation"}, "_validation": set()}


def test_numeric_modules_import_each_other_one_way():
    graph = {f"course_utils.{module}": imported(PACKAGE / f"{module}.py") for module in PUBLIC}
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError


@pytest.mark.parametrize(("library", "folder"), [("sympy", "derivations"), ("matplotlib", "plots")])
def test_a_heavy_library_is_imported_in_its_folder_alone(library, folder):
    outside = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if path.relative_to(PACKAGE).parts[0] != folder
        and any(name.split(".")[0] == library for name in imported(path))
    ]
    assert outside == []
