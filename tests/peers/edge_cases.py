"""What is asked of the libraries on the page *At the edges*."""

from observations import UNDEFINED, Case

COURSE, FORMULA, SCIPY, SKLEARN = "This course", "Formula", "SciPy", "scikit-learn"
TORCH, KERAS, JAX = "PyTorch", "Keras", "JAX, optax"


def softmax_of(logits: str) -> dict[str, str]:
    """Ask everybody for the softmax of a list."""
    return {
        COURSE: f"softmax({logits})",
        FORMULA: f"softmax({logits})",
        SCIPY: f"softmax({logits})",
        TORCH: f"F.softmax(double({logits}), -1)",
        KERAS: f"ops.softmax(array({logits}))",
        JAX: f"jax.nn.softmax(array({logits}))",
    }


def logsumexp_of(logits: str) -> dict[str, str]:
    return {
        COURSE: f"logsumexp({logits})",
        FORMULA: f"logsumexp({logits})",
        SCIPY: f"logsumexp({logits})",
        TORCH: f"torch.logsumexp(double({logits}), -1)",
        KERAS: f"ops.logsumexp(array({logits}))",
        JAX: f"jax.nn.logsumexp(array({logits}))",
    }


def loss_of_label(logits: str, label: str) -> dict[str, str]:
    """Ask for the cross-entropy of one label, from logits."""
    return {
        COURSE: f"softmax_cross_entropy({label}, {logits})",
        FORMULA: f"cross_entropy({logits}, {label})",
        TORCH: f"F.cross_entropy(double([{logits}]), tensor([{label}]))",
        KERAS: "losses.SparseCategoricalCrossentropy(from_logits=True)"
        f"(array([{label}]), array([{logits}]))",
        JAX: f"optax.softmax_cross_entropy_with_integer_labels(array({logits}), {label})",
    }


def loss_of_distribution(logits: str, target: str) -> dict[str, str]:
    """Ask for the cross-entropy of one soft target, from logits."""
    return {
        COURSE: f"softmax_cross_entropy({target}, {logits})",
        FORMULA: f"soft_cross_entropy({logits}, np.array({target}))",
        TORCH: f"F.cross_entropy(double([{logits}]), double([{target}]))",
        KERAS: "losses.CategoricalCrossentropy(from_logits=True)"
        f"(array([{target}]), array([{logits}]))",
        JAX: f"optax.softmax_cross_entropy(array({logits}), array({target}))",
    }


def loss_from_probabilities(probabilities: str) -> dict[str, str]:
    """Ask for the loss of class 0, from the probabilities of two classes."""
    return {
        COURSE: f"categorical_cross_entropy(0, {probabilities})",
        FORMULA: f"-log({probabilities}[0])",
        SKLEARN: f"log_loss([0], [{probabilities}], labels=[0, 1])",
        TORCH: f"F.nll_loss(double([{probabilities}]).log(), tensor([0]))",
        KERAS: f"losses.SparseCategoricalCrossentropy()(array([0]), array([{probabilities}]))",
    }


def divergence(p: str, q: str) -> dict[str, str]:
    """Ask for the divergence of p from q."""
    return {
        COURSE: f"kl_divergence({p}, {q})",
        FORMULA: f"kl({p}, {q})",
        SCIPY: f"entropy({p}, {q})",
        TORCH: f"F.kl_div(double({q}).log(), double({p}), reduction='sum')",
        KERAS: f"losses.KLDivergence()(array([{p}]), array([{q}]))",
        JAX: f"optax.losses.kl_divergence(jnp.log(array({q})), array({p}))",
    }


def near(step: str) -> str:
    return f"[0.5 + {step}, 0.5 - {step}]"


TOPICS: dict[str, tuple[Case, ...]] = {
    "logits": (
        Case("softmax of `[0, -inf, 0]`", softmax_of("[0.0, -inf, 0.0]"), "[0.5, 0, 0.5]"),
        Case("softmax of `[inf, 0]`", softmax_of("[inf, 0.0]"), UNDEFINED),
        Case("softmax of `[-inf, -inf]`", softmax_of("[-inf, -inf]"), UNDEFINED),
        Case("softmax of `[nan, 0]`", softmax_of("[nan, 0.0]"), UNDEFINED),
        Case("log-sum-exp of `[-inf, -inf]`", logsumexp_of("[-inf, -inf]"), "-inf"),
        Case("log-sum-exp of `[inf, 0]`", logsumexp_of("[inf, 0.0]"), "inf"),
        Case(
            "softmax of `[1, 0]` at temperature `0`",
            {
                COURSE: "softmax([1.0, 0.0], temperature=0)",
                FORMULA: "softmax(np.array([1.0, 0.0]) / 0)",
                TORCH: "F.softmax(double([1.0, 0.0]) / 0, -1)",
                JAX: "jax.nn.softmax(array([1.0, 0.0]) / 0)",
            },
            UNDEFINED,
        ),
        Case(
            "the same at temperature `-1`",
            {
                COURSE: "softmax([1.0, 0.0], temperature=-1)",
                FORMULA: "softmax(np.array([1.0, 0.0]) / -1)",
                TORCH: "F.softmax(double([1.0, 0.0]) / -1, -1)",
                JAX: "jax.nn.softmax(array([1.0, 0.0]) / -1)",
            },
        ),
    ),
    "arrays": (
        Case(
            "softmax of integers, `[0, 0]`",
            softmax_of("[0, 0]") | {TORCH: "F.softmax(tensor([0, 0]), -1)"},
            "[0.5, 0.5]",
        ),
        Case(
            "dtype of the softmax of float16",
            {
                COURSE: "softmax(np.zeros(2, np.float16)).dtype",
                FORMULA: "softmax(np.zeros(2, np.float16)).dtype",
                SCIPY: "softmax(np.zeros(2, np.float16)).dtype",
                TORCH: "F.softmax(torch.zeros(2, dtype=torch.float16), -1).dtype",
                KERAS: "ops.softmax(np.zeros(2, np.float16)).dtype",
                JAX: "jax.nn.softmax(jnp.zeros(2, jnp.float16)).dtype",
            },
        ),
        Case(
            "softmax of a single number",
            {
                COURSE: "softmax(3.0)",
                FORMULA: "softmax(3.0)",
                SCIPY: "softmax(3.0)",
                TORCH: "F.softmax(double(3.0), -1)",
                KERAS: "ops.softmax(array(3.0))",
                JAX: "jax.nn.softmax(3.0)",
            },
        ),
        Case(
            "softmax over no classes",
            {
                COURSE: "softmax(np.zeros((2, 0)))",
                FORMULA: "softmax(np.zeros((2, 0)))",
                SCIPY: "softmax(np.zeros((2, 0)), axis=-1)",
                TORCH: "F.softmax(torch.zeros(2, 0), -1)",
                KERAS: "ops.softmax(np.zeros((2, 0)))",
                JAX: "jax.nn.softmax(jnp.zeros((2, 0)))",
            },
            UNDEFINED,
        ),
        Case(
            "mean loss of no samples",
            {
                COURSE: "softmax_cross_entropy(np.zeros(0, int), np.zeros((0, 3)))",
                SKLEARN: "log_loss([], np.zeros((0, 3)), labels=[0, 1, 2])",
                TORCH: "F.cross_entropy(torch.zeros(0, 3), torch.zeros(0, dtype=torch.long))",
                KERAS: "losses.CategoricalCrossentropy(from_logits=True)"
                "(np.zeros((0, 3)), np.zeros((0, 3)))",
                JAX: "optax.softmax_cross_entropy(jnp.zeros((0, 3)), jnp.zeros((0, 3))).mean()",
            },
            UNDEFINED,
        ),
    ),
    "targets": (
        Case(
            "label `-1` of three classes",
            loss_of_label("[0.0, 1.0, 2.0]", "-1")
            | {SKLEARN: "log_loss([-1], [[0.1, 0.2, 0.7]], labels=[0, 1, 2])"},
            UNDEFINED,
        ),
        Case(
            "label `3` of three classes",
            loss_of_label("[0.0, 1.0, 2.0]", "3")
            | {SKLEARN: "log_loss([3], [[0.1, 0.2, 0.7]], labels=[0, 1, 2])"},
            UNDEFINED,
        ),
        Case(
            "target `0` on a logit of `-inf`",
            loss_of_distribution("[0.0, -inf, 0.0]", "[0.5, 0.0, 0.5]"),
            "log(2)",
        ),
        Case(
            "target `0.5` on a logit of `-inf`",
            loss_of_distribution("[0.0, -inf]", "[0.5, 0.5]"),
            "inf",
        ),
        Case("targets that sum to `1.1`", loss_of_distribution("[0.0, 0.0]", "[0.5, 0.6]")),
        Case("a target of `-0.5`", loss_of_distribution("[1.0, 0.0]", "[1.5, -0.5]")),
        Case(
            "weighted mean, labels",
            {
                COURSE: "softmax_cross_entropy([0, 1], [[2, 0], [0, 1]], class_weight=[1, 3])",
                TORCH: "F.cross_entropy(double([[2, 0], [0, 1]]), tensor([0, 1]), "
                "weight=double([1, 3]))",
            },
        ),
        Case(
            "weighted mean, one-hot",
            {
                COURSE: "softmax_cross_entropy([[1, 0], [0, 1]], [[2, 0], [0, 1]], "
                "class_weight=[1, 3])",
                TORCH: "F.cross_entropy(double([[2, 0], [0, 1]]), double([[1, 0], [0, 1]]), "
                "weight=double([1, 3]))",
            },
        ),
    ),
    "zeros": (
        Case(
            "$p$ = `[0, 1]`, $q$ = `[0.5, 0.5]`", divergence("[0.0, 1.0]", "[0.5, 0.5]"), "log(2)"
        ),
        Case("$p$ = $q$ = `[1, 0]`", divergence("[1.0, 0.0]", "[1.0, 0.0]"), "0"),
        Case("$p$ = `[0.5, 0.5]`, $q$ = `[1, 0]`", divergence("[0.5, 0.5]", "[1.0, 0.0]"), "inf"),
        Case(
            "$p$ = `[0.5, 0.5]`, $q$ off by `5e-9`",
            divergence("[0.5, 0.5]", near("5e-9")),
            f"kl([0.5, 0.5], {near('5e-9')})",
            noise=True,
        ),
    ),
    "surprise": (
        Case("probability `0` of the true class", loss_from_probabilities("[0.0, 1.0]"), "inf"),
        Case(
            "probability `1e-300` of the true class",
            loss_from_probabilities("[1e-300, 1.0]"),
            "300 * log(10)",
        ),
        Case(
            "of two answers, *yes* was true and had `0`",
            {
                COURSE: "binary_cross_entropy([1.0], [0.0])",
                FORMULA: "-log(np.array(0.0))",
                TORCH: "F.binary_cross_entropy(double([0.0]), double([1.0]))",
                KERAS: "losses.BinaryCrossentropy()(array([1.0]), array([0.0]))",
                SKLEARN: "log_loss([1], [0.0], labels=[0, 1])",
            },
            "inf",
        ),
        Case(
            "entropy of `[7, 3]`",
            {
                COURSE: "entropy([7, 3])",
                FORMULA: "entropy([7, 3])",
                SCIPY: "entropy([7, 3])",
                TORCH: "torch.distributions.Categorical(double([7, 3])).entropy()",
            },
        ),
        Case(
            "entropy of `[1, 0]`",
            {
                COURSE: "entropy([1, 0])",
                FORMULA: "entropy([1, 0])",
                SCIPY: "entropy([1, 0])",
                TORCH: "torch.distributions.Categorical(double([1, 0])).entropy()",
            },
            "0",
        ),
        Case(
            "Jensen–Shannon divergence, $q$ off by `5e-9`",
            {
                COURSE: f"jensen_shannon_divergence([0.5, 0.5], {near('5e-9')})",
                FORMULA: f"jensen_shannon([0.5, 0.5], {near('5e-9')})",
                SCIPY: f"jensenshannon([0.5, 0.5], {near('5e-9')})**2",
            },
            f"js([0.5, 0.5], {near('5e-9')})",
            noise=True,
        ),
    ),
    "confidence": (
        Case(
            "loss of label `0` at `[46, 0]`",
            loss_of_label("[46.0, 0.0]", "0") | {SCIPY: "-log_softmax([46.0, 0.0])[0]"},
            "log(1 + exp(-46))",
        ),
        Case(
            "its derivative in the logit of the label",
            {
                COURSE: "softmax_cross_entropy_and_gradient(0, [46.0, 0.0])[1][0]",
                FORMULA: "softmax([46.0, 0.0])[0] - 1",
                SCIPY: "softmax([46.0, 0.0])[0] - 1",
                TORCH: "gradient(lambda z: F.cross_entropy(z, tensor([0])), double([[46.0, 0.0]]))"
                "[0, 0]",
                JAX: "jax.grad(optax.softmax_cross_entropy_with_integer_labels)"
                "(array([46.0, 0.0]), 0)[0]",
            },
            "-exp(-46) / (1 + exp(-46))",
        ),
        Case(
            "$\\partial p_1 / \\partial z_1$ of the softmax at `[60, 0, 1]`",
            {
                COURSE: "softmax_jacobian([60.0, 0.0, 1.0])[0, 0]",
                FORMULA: "softmax([60.0, 0.0, 1.0])[0] * (1 - softmax([60.0, 0.0, 1.0])[0])",
                SCIPY: "softmax([60.0, 0.0, 1.0])[0] * (1 - softmax([60.0, 0.0, 1.0])[0])",
                TORCH: "torch.func.jacrev(lambda z: F.softmax(z, -1))(double([60.0, 0.0, 1.0]))"
                "[0, 0]",
                JAX: "jax.jacobian(jax.nn.softmax)(array([60.0, 0.0, 1.0]))[0, 0]",
            },
            "exp(60) * (1 + exp(1)) / (exp(60) + 1 + exp(1))**2",
        ),
        Case(
            "loss of label `0` at `[10, 0, -10]`, in float32",
            {
                COURSE: "softmax_cross_entropy(0, np.array([10, 0, -10], np.float32))",
                FORMULA: "cross_entropy(np.array([10, 0, -10], np.float32), 0)",
                SCIPY: "-log_softmax(np.array([10, 0, -10], np.float32))[0]",
                TORCH: "F.cross_entropy(tensor([[10.0, 0.0, -10.0]]), tensor([0]))",
                KERAS: "losses.SparseCategoricalCrossentropy(from_logits=True)"
                "(array([0]), array([[10.0, 0.0, -10.0]]))",
                JAX: "optax.softmax_cross_entropy_with_integer_labels"
                "(array([10, 0, -10], jnp.float32), 0)",
            },
            "log(1 + exp(-10) + exp(-20))",
            noise=True,
        ),
        Case(
            "log σ at `40`",
            {
                COURSE: "log_sigmoid(40.0)",
                FORMULA: "log_sigmoid(40.0)",
                SCIPY: "log_expit(40.0)",
                TORCH: "F.logsigmoid(double(40.0))",
                KERAS: "ops.log_sigmoid(array(40.0))",
                JAX: "jax.nn.log_sigmoid(40.0)",
            },
            "-log(1 + exp(-40))",
        ),
    ),
}
