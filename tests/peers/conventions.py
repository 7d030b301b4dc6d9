"""What is asked of the libraries on the page *Conventions in libraries*.

Each call gives one of several values, according to the convention that the library follows; the
answers say which value belongs to which.
"""

from observations import Case

COURSE, SCIPY, SKLEARN = "This course", "SciPy", "scikit-learn"
TORCH, KERAS, JAX = "PyTorch", "Keras", "JAX, optax"


def rows(answers: dict[str, str], *calls: tuple[str, str, str]) -> tuple[Case, ...]:
    """Return a case for each function, given as library, name and call.

    After a semicolon the name may say what the function was given.
    """
    cases = []
    for library, name, call in calls:
        function, _, given = name.partition("; ")
        title = f"`{function}`, {given}" if given else f"`{function}`"
        cases.append(Case(title, {library: call}, answers=answers))
    return tuple(cases)


# Numbers that tell what they are taken for. A and B are distributions, and logits as well.
A, B = "[0.5, 0.25, 0.25]", "[0.7, 0.2, 0.1]"
TWO = "[[2.0, 0.0], [0.0, 1.0]]"
HOT = "[[1.0, 0.0], [0.0, 1.0]]"
TWO_LOSSES = "np.array([cross_entropy([2.0, 0.0], 0), cross_entropy([0.0, 1.0], 1)])"
CUBE = "[[[0.0, 1.0], [3.0, 0.0]], [[2.0, 2.5], [0.0, 7.0]]]"
P, Q = "[0.7, 0.3]", "[0.5, 0.5]"
PS, QS = f"[{P}, {Q}, {P}]", f"[{Q}, {P}, {Q}]"
NO = "[[0.0, 1.0]]"
"""A certain prediction of the second class."""

OF_CLASSES = {
    "logits": f"cross_entropy({B}, 0)",
    "probabilities": f"-log({B}[0])",
    "log-probabilities": f"-{B}[0]",
}
OF_YES = {"logits": "log(1 + exp(-0.7))", "probabilities": "-log(0.7)"}
ORDER_OF_LOGITS = {
    "truth first": f"soft_cross_entropy({B}, np.array({A}))",
    "prediction first": f"soft_cross_entropy({A}, np.array({B}))",
}
ORDER_OF_PROBABILITIES = {
    "truth first": f"-(np.array({A}) * log({B})).sum()",
    "prediction first": f"-(np.array({B}) * log({A})).sum()",
}
BASE = {"natural": "log(2)", "two": "1"}
REDUCTION = {
    "mean over the samples": f"{TWO_LOSSES}.mean()",
    "sum": f"{TWO_LOSSES}.sum()",
    "one loss per sample": TWO_LOSSES,
}
SQUARES = "(np.array([[0.7, 0.3], [0.5, 0.5]]) - np.array([[1.0, 0.0], [0.0, 1.0]]))**2"
OF_ENTRIES = {
    "sum over the classes, mean over the samples": f"({SQUARES}).sum(axis=1).mean()",
    "mean over the classes and the samples": f"({SQUARES}).mean()",
    "half of each entry": f"({SQUARES}) / 2",
    "each entry": SQUARES,
}
OF_DIVERGENCES = {
    "sum over the classes, mean over the samples": f"(2 * kl({P}, {Q}) + kl({Q}, {P})) / 3",
    "mean over the classes and the samples": f"(2 * kl({P}, {Q}) + kl({Q}, {P})) / 6",
    "one divergence per sample": f"np.array([kl({P}, {Q}), kl({Q}, {P}), kl({P}, {Q})])",
    "each entry": f"np.array({PS}) * log(np.array({PS}) / np.array({QS}))",
}
WEIGHTED = {
    "divides by the sum of the weights": f"({TWO_LOSSES} * [1, 3]).sum() / 4",
    "divides by the number of samples": f"({TWO_LOSSES} * [1, 3]).sum() / 2",
}
SMOOTHED = {
    "ε/K to every class": "soft_cross_entropy([2.0, 1.0, 0.0, -1.0], "
    "np.array([0.925, 0.025, 0.025, 0.025]))",
    "ε/(K − 1) to the others": "soft_cross_entropy([2.0, 1.0, 0.0, -1.0], "
    "np.array([0.9, 0.1 / 3, 0.1 / 3, 0.1 / 3]))",
}
SMOOTHED_TARGET = {
    "ε/K to every class": "np.array([0.925, 0.025, 0.025, 0.025])",
    "ε/(K − 1) to the others": "np.array([0.9, 0.1 / 3, 0.1 / 3, 0.1 / 3])",
}
SMOOTHED_YES = {
    "half of ε to each answer": "-0.95 * log(0.7) - 0.05 * log(0.3)",
    "ε to the other answer": "-0.9 * log(0.7) - 0.1 * log(0.3)",
}
CLIPPED = {
    "infinite: no clip": "inf",
    "p is raised to `2**-52`": "52 * log(2)",
    "p is raised to `2**-23`": "23 * log(2)",
    "p is raised to `1e-7`": "7 * log(10)",
    "the logarithm is cut off at `-100`": "100",
}
IGNORED = {
    "left out of the sum and of the count": "cross_entropy([2.0, 0.0], 0)",
    "left out of the sum, counted in the mean": "cross_entropy([2.0, 0.0], 0) / 2",
    "an error": "'ValueError'",
    "nan for that sample": "np.array([cross_entropy([2.0, 0.0], 0), nan])",
    "the class that stands there from the end": TWO_LOSSES,
}
ALL_IGNORED = {"nan": "nan", "zero": "0", "an error": "'ValueError'"}
DIRECTION = {
    "D(first ‖ second)": f"kl({P}, {Q})",
    "D(second ‖ first)": f"kl({Q}, {P})",
}
AXIS = {
    "the last": f"softmax({CUBE})",
    "the first": f"np.moveaxis(softmax(np.moveaxis({CUBE}, 0, -1)), -1, 0)",
    "the second": f"np.moveaxis(softmax(np.moveaxis({CUBE}, 1, -1)), -1, 1)",
    "all of the array": f"softmax(np.ravel({CUBE})).reshape(2, 2, 2)",
}
AXIS_OF_SUM = {
    "the last": f"log(exp({CUBE}).sum(axis=-1))",
    "all of the array": f"log(exp({CUBE}).sum())",
}
TABLE = "[[0.5, 0.75], [0.5, 0.25]]"
AXIS_OF_ENTROPY = {
    "the first": "np.array([entropy([0.5, 0.5]), entropy([0.75, 0.25])])",
    "the last, normalised": "np.array([entropy([0.4, 0.6]), entropy([2 / 3, 1 / 3])])",
    "an error, since the rows do not sum to one": "'ValueError'",
}
AXIS_OF_LOSS = {
    "the last": f"np.mean(-log(softmax({CUBE}))[:, :, 0])",
    "the second": f"np.mean(-log(softmax(np.moveaxis({CUBE}, 1, -1)))[:, :, 0])",
}

FUNCTIONS: dict[str, dict[str, str]] = {
    "softmax": {
        COURSE: "course_utils.softmax.softmax",
        SCIPY: "scipy.special.softmax",
        TORCH: "torch.softmax",
        KERAS: "keras.ops.softmax",
        JAX: "jax.nn.softmax",
    },
    "log-softmax": {
        COURSE: "course_utils.softmax.log_softmax",
        SCIPY: "scipy.special.log_softmax",
        TORCH: "torch.log_softmax",
        KERAS: "keras.ops.log_softmax",
        JAX: "jax.nn.log_softmax",
    },
    "labels and logits": {
        COURSE: "course_utils.losses.softmax_cross_entropy",
        TORCH: "torch.nn.functional.cross_entropy",
        KERAS: "keras.losses.SparseCategoricalCrossentropy",
        JAX: "optax.softmax_cross_entropy_with_integer_labels",
    },
    "distributions and logits": {
        COURSE: "course_utils.losses.softmax_cross_entropy",
        TORCH: "torch.nn.functional.cross_entropy",
        KERAS: "keras.losses.CategoricalCrossentropy",
        JAX: "optax.softmax_cross_entropy",
    },
    "labels and probabilities": {
        COURSE: "course_utils.losses.categorical_cross_entropy",
        SKLEARN: "sklearn.metrics.log_loss",
        TORCH: "torch.nn.functional.nll_loss",
        KERAS: "keras.losses.SparseCategoricalCrossentropy",
    },
    "yes or no, logits": {
        COURSE: "course_utils.losses.sigmoid_cross_entropy",
        TORCH: "torch.nn.functional.binary_cross_entropy_with_logits",
        KERAS: "keras.losses.BinaryCrossentropy",
        JAX: "optax.sigmoid_binary_cross_entropy",
    },
    "yes or no, probabilities": {
        COURSE: "course_utils.losses.binary_cross_entropy",
        SKLEARN: "sklearn.metrics.log_loss",
        TORCH: "torch.nn.functional.binary_cross_entropy",
        KERAS: "keras.losses.BinaryCrossentropy",
    },
    "divergence": {
        COURSE: "course_utils.information.kl_divergence",
        SCIPY: "scipy.stats.entropy",
        TORCH: "torch.nn.functional.kl_div",
        KERAS: "keras.losses.KLDivergence",
        JAX: "optax.losses.kl_divergence",
    },
    "entropy": {
        COURSE: "course_utils.information.entropy",
        SCIPY: "scipy.stats.entropy",
        TORCH: "torch.distributions.Categorical.entropy",
    },
}
"""Where to find what."""

TOPICS: dict[str, tuple[Case, ...]] = {
    "takes": (
        *rows(
            OF_CLASSES,
            (COURSE, "softmax_cross_entropy", f"softmax_cross_entropy([0], [{B}])"),
            (COURSE, "categorical_cross_entropy", f"categorical_cross_entropy([0], [{B}])"),
            (SKLEARN, "log_loss", f"log_loss([0], [{B}], labels=[0, 1, 2])"),
            (TORCH, "F.cross_entropy", f"F.cross_entropy(double([{B}]), tensor([0]))"),
            (TORCH, "F.nll_loss", f"F.nll_loss(double([{B}]), tensor([0]))"),
            (
                KERAS,
                "SparseCategoricalCrossentropy()",
                f"losses.SparseCategoricalCrossentropy()(array([0]), array([{B}]))",
            ),
            (
                KERAS,
                "SparseCategoricalCrossentropy(from_logits=True)",
                f"losses.SparseCategoricalCrossentropy(from_logits=True)(array([0]), array([{B}]))",
            ),
            (
                JAX,
                "optax.softmax_cross_entropy_with_integer_labels",
                f"optax.softmax_cross_entropy_with_integer_labels(array({B}), 0)",
            ),
        ),
        *rows(
            OF_YES,
            (COURSE, "sigmoid_cross_entropy", "sigmoid_cross_entropy([1.0], [0.7])"),
            (COURSE, "binary_cross_entropy", "binary_cross_entropy([1.0], [0.7])"),
            (SKLEARN, "log_loss; two classes", "log_loss([1], [0.7], labels=[0, 1])"),
            (
                TORCH,
                "F.binary_cross_entropy",
                "F.binary_cross_entropy(double([0.7]), double([1.0]))",
            ),
            (
                TORCH,
                "F.binary_cross_entropy_with_logits",
                "F.binary_cross_entropy_with_logits(double([0.7]), double([1.0]))",
            ),
            (
                KERAS,
                "BinaryCrossentropy()",
                "losses.BinaryCrossentropy()(array([1.0]), array([0.7]))",
            ),
            (
                KERAS,
                "BinaryCrossentropy(from_logits=True)",
                "losses.BinaryCrossentropy(from_logits=True)(array([1.0]), array([0.7]))",
            ),
            (
                JAX,
                "optax.sigmoid_binary_cross_entropy",
                "optax.sigmoid_binary_cross_entropy(array(0.7), array(1.0))",
            ),
        ),
    ),
    "order": (
        *rows(
            ORDER_OF_LOGITS,
            (COURSE, "softmax_cross_entropy", f"softmax_cross_entropy({A}, {B})"),
            (TORCH, "F.cross_entropy", f"F.cross_entropy(double([{A}]), double([{B}]))"),
            (
                KERAS,
                "CategoricalCrossentropy(from_logits=True)",
                f"losses.CategoricalCrossentropy(from_logits=True)(array([{A}]), array([{B}]))",
            ),
            (
                JAX,
                "optax.softmax_cross_entropy",
                f"optax.softmax_cross_entropy(array({A}), array({B}))",
            ),
        ),
        *rows(
            ORDER_OF_PROBABILITIES,
            (COURSE, "categorical_cross_entropy", f"categorical_cross_entropy({A}, {B})"),
            (COURSE, "information.cross_entropy", f"cross_entropy({A}, {B})"),
            (
                KERAS,
                "CategoricalCrossentropy()",
                f"losses.CategoricalCrossentropy()(array([{A}]), array([{B}]))",
            ),
        ),
        *rows(
            {"truth first": "-(log(0.7) + log(0.4)) / 2"},
            (SKLEARN, "log_loss", "log_loss([0, 1], [[0.7, 0.3], [0.6, 0.4]])"),
        ),
    ),
    "base": rows(
        BASE,
        (COURSE, "entropy", "entropy([0.5, 0.5])"),
        (COURSE, "entropy(…, base=2)", "entropy([0.5, 0.5], base=2)"),
        (COURSE, "softmax_cross_entropy", "softmax_cross_entropy(0, [0.0, 0.0])"),
        (SCIPY, "stats.entropy", "entropy([0.5, 0.5])"),
        (SCIPY, "stats.entropy(…, base=2)", "entropy([0.5, 0.5], base=2)"),
        (SCIPY, "jensenshannon; squared", "jensenshannon([1.0, 0.0], [0.0, 1.0])**2"),
        (SKLEARN, "log_loss", "log_loss([0], [[0.5, 0.5]], labels=[0, 1])"),
        (SKLEARN, "mutual_info_score", "mutual_info_score([0, 1], [0, 1])"),
        (
            SKLEARN,
            'DecisionTreeClassifier(criterion="entropy")',
            "DecisionTreeClassifier(criterion='entropy').fit([[0], [1]], [0, 1]).tree_.impurity[0]",
        ),
        (TORCH, "F.cross_entropy", "F.cross_entropy(double([[0, 0]]), tensor([0]))"),
        (
            TORCH,
            "Categorical.entropy",
            "torch.distributions.Categorical(double([0.5, 0.5])).entropy()",
        ),
        (
            KERAS,
            "CategoricalCrossentropy()",
            "losses.CategoricalCrossentropy()(array([[1.0, 0.0]]), array([[0.5, 0.5]]))",
        ),
        (
            JAX,
            "optax.softmax_cross_entropy",
            "optax.softmax_cross_entropy(array([0.0, 0.0]), array([1.0, 0.0]))",
        ),
    ),
    "reduction": (
        *rows(
            REDUCTION,
            (COURSE, "softmax_cross_entropy", f"softmax_cross_entropy([0, 1], {TWO})"),
            (SKLEARN, "log_loss", f"log_loss([0, 1], softmax({TWO}, axis=-1))"),
            (
                SKLEARN,
                "log_loss(…, normalize=False)",
                f"log_loss([0, 1], softmax({TWO}, axis=-1), normalize=False)",
            ),
            (TORCH, "F.cross_entropy", f"F.cross_entropy(double({TWO}), tensor([0, 1]))"),
            (
                KERAS,
                "CategoricalCrossentropy",
                f"losses.CategoricalCrossentropy(from_logits=True)(array({HOT}), array({TWO}))",
            ),
            (
                KERAS,
                "losses.categorical_crossentropy",
                f"losses.categorical_crossentropy(array({HOT}), array({TWO}), from_logits=True)",
            ),
            (
                JAX,
                "optax.softmax_cross_entropy",
                f"optax.softmax_cross_entropy(array({TWO}), array({HOT}))",
            ),
        ),
    ),
    "squares": rows(
        OF_ENTRIES,
        (COURSE, "squared_error", "squared_error([0, 1], [[0.7, 0.3], [0.5, 0.5]])"),
        (
            SKLEARN,
            "mean_squared_error",
            f"mean_squared_error({HOT}, [[0.7, 0.3], [0.5, 0.5]])",
        ),
        (TORCH, "F.mse_loss", f"F.mse_loss(double([[0.7, 0.3], [0.5, 0.5]]), double({HOT}))"),
        (
            KERAS,
            "MeanSquaredError",
            f"losses.MeanSquaredError()(array({HOT}), array([[0.7, 0.3], [0.5, 0.5]]))",
        ),
        (
            JAX,
            "optax.l2_loss",
            f"optax.l2_loss(array([[0.7, 0.3], [0.5, 0.5]]), array({HOT}))",
        ),
    ),
    "divergences": rows(
        OF_DIVERGENCES,
        (COURSE, "kl_divergence", f"kl_divergence({PS}, {QS})"),
        (SCIPY, "rel_entr", f"rel_entr({PS}, {QS})"),
        (TORCH, "F.kl_div", f"F.kl_div(double({QS}).log(), double({PS}))"),
        (
            TORCH,
            'F.kl_div(…, reduction="batchmean")',
            f"F.kl_div(double({QS}).log(), double({PS}), reduction='batchmean')",
        ),
        (KERAS, "KLDivergence", f"losses.KLDivergence()(array({PS}), array({QS}))"),
        (
            JAX,
            "optax.losses.kl_divergence",
            f"optax.losses.kl_divergence(jnp.log(array({QS})), array({PS}))",
        ),
    ),
    "weights": rows(
        WEIGHTED,
        (
            COURSE,
            "softmax_cross_entropy; labels",
            f"softmax_cross_entropy([0, 1], {TWO}, class_weight=[1, 3])",
        ),
        (
            COURSE,
            "softmax_cross_entropy; one-hot",
            f"softmax_cross_entropy({HOT}, {TWO}, class_weight=[1, 3])",
        ),
        (
            SKLEARN,
            "log_loss(…, sample_weight=)",
            f"log_loss([0, 1], softmax({TWO}, axis=-1), sample_weight=[1, 3])",
        ),
        (
            TORCH,
            "F.cross_entropy; labels",
            f"F.cross_entropy(double({TWO}), tensor([0, 1]), weight=double([1, 3]))",
        ),
        (
            TORCH,
            "F.cross_entropy; one-hot",
            f"F.cross_entropy(double({TWO}), double({HOT}), weight=double([1, 3]))",
        ),
        (
            TORCH,
            "F.nll_loss",
            f"F.nll_loss(double({TWO}).log_softmax(-1), tensor([0, 1]), weight=double([1, 3]))",
        ),
        (
            KERAS,
            "CategoricalCrossentropy; `sample_weight=`",
            f"losses.CategoricalCrossentropy(from_logits=True)(array({HOT}), array({TWO}), "
            "sample_weight=array([1.0, 3.0]))",
        ),
        (
            KERAS,
            'CategoricalCrossentropy(reduction="mean_with_sample_weight")',
            "losses.CategoricalCrossentropy(from_logits=True, reduction='mean_with_sample_weight')"
            f"(array({HOT}), array({TWO}), sample_weight=array([1.0, 3.0]))",
        ),
    ),
    "smoothing": (
        *rows(
            SMOOTHED,
            (
                COURSE,
                "softmax_cross_entropy(…, label_smoothing=)",
                "softmax_cross_entropy(0, [2.0, 1.0, 0.0, -1.0], label_smoothing=0.1)",
            ),
            (
                TORCH,
                "F.cross_entropy(…, label_smoothing=)",
                "F.cross_entropy(double([[2, 1, 0, -1]]), tensor([0]), label_smoothing=0.1)",
            ),
            (
                KERAS,
                "CategoricalCrossentropy(label_smoothing=)",
                "losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)"
                "(array([[1.0, 0.0, 0.0, 0.0]]), array([[2.0, 1.0, 0.0, -1.0]]))",
            ),
        ),
        *rows(
            SMOOTHED_TARGET,
            (COURSE, "smooth_labels", "smooth_labels([1.0, 0.0, 0.0, 0.0], 0.1)"),
            (JAX, "optax.smooth_labels", "optax.smooth_labels(array([1.0, 0.0, 0.0, 0.0]), 0.1)"),
        ),
        *rows(
            SMOOTHED_YES,
            (
                KERAS,
                "BinaryCrossentropy(label_smoothing=)",
                "losses.BinaryCrossentropy(label_smoothing=0.1)(array([1.0]), array([0.7]))",
            ),
        ),
    ),
    "clipping": rows(
        CLIPPED,
        (COURSE, "categorical_cross_entropy", f"categorical_cross_entropy([0], {NO})"),
        (COURSE, "binary_cross_entropy", "binary_cross_entropy([1.0], [0.0])"),
        (COURSE, "kl_divergence", "kl_divergence([1.0, 0.0], [0.0, 1.0])"),
        (SCIPY, "stats.entropy", "entropy([1.0, 0.0], [0.0, 1.0])"),
        (SKLEARN, "log_loss", f"log_loss([0], {NO}, labels=[0, 1])"),
        (
            SKLEARN,
            "log_loss; float32",
            f"log_loss([0], np.array({NO}, np.float32), labels=[0, 1])",
        ),
        (TORCH, "F.nll_loss; a logarithm", f"F.nll_loss(double({NO}).log(), tensor([0]))"),
        (TORCH, "F.binary_cross_entropy", "F.binary_cross_entropy(double([0]), double([1]))"),
        (
            TORCH,
            "F.kl_div",
            "F.kl_div(double([0.0, 1.0]).log(), double([1.0, 0.0]), reduction='sum')",
        ),
        (
            KERAS,
            "CategoricalCrossentropy()",
            f"losses.CategoricalCrossentropy()(array([[1.0, 0.0]]), array({NO}))",
        ),
        (
            KERAS,
            "BinaryCrossentropy()",
            "losses.BinaryCrossentropy()(array([1.0]), array([0.0]))",
        ),
        (KERAS, "KLDivergence", f"losses.KLDivergence()(array([[1.0, 0.0]]), array({NO}))"),
        (
            JAX,
            "optax.losses.kl_divergence",
            "optax.losses.kl_divergence(jnp.log(array([0.0, 1.0])), array([1.0, 0.0]))",
        ),
    ),
    "ignored": (
        *rows(
            IGNORED,
            (COURSE, "softmax_cross_entropy; label `-1`", f"softmax_cross_entropy([0, -1], {TWO})"),
            (
                SKLEARN,
                "log_loss; label `-1`",
                f"log_loss([0, -1], softmax({TWO}, axis=-1), labels=[0, 1])",
            ),
            (
                TORCH,
                "F.cross_entropy; label `-100`",
                f"F.cross_entropy(double({TWO}), tensor([0, -100]))",
            ),
            (
                TORCH,
                "F.cross_entropy(…, ignore_index=-1); label `-1`",
                f"F.cross_entropy(double({TWO}), tensor([0, -1]), ignore_index=-1)",
            ),
            (
                KERAS,
                "SparseCategoricalCrossentropy(ignore_class=-1); label `-1`",
                "losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)"
                f"(array([0, -1]), array({TWO}))",
            ),
            (
                JAX,
                "optax.softmax_cross_entropy_with_integer_labels; label `-1`",
                f"optax.softmax_cross_entropy_with_integer_labels(array({TWO}), array([0, -1]))",
            ),
            (
                JAX,
                "optax.softmax_cross_entropy_with_integer_labels; label `-100`",
                f"optax.softmax_cross_entropy_with_integer_labels(array({TWO}), array([0, -100]))",
            ),
        ),
        *rows(
            ALL_IGNORED,
            (
                TORCH,
                "F.cross_entropy; all labels `-100`",
                f"F.cross_entropy(double({TWO}), tensor([-100, -100]))",
            ),
            (
                KERAS,
                "SparseCategoricalCrossentropy(ignore_class=-1); all labels `-1`",
                "losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)"
                f"(array([-1, -1]), array({TWO}))",
            ),
        ),
    ),
    "direction": rows(
        DIRECTION,
        (COURSE, "kl_divergence", f"kl_divergence({P}, {Q})"),
        (SCIPY, "stats.entropy", f"entropy({P}, {Q})"),
        (SCIPY, "rel_entr; summed", f"rel_entr({P}, {Q}).sum()"),
        (
            TORCH,
            "F.kl_div; the logarithm of the first",
            f"F.kl_div(double({P}).log(), double({Q}), reduction='sum')",
        ),
        (
            TORCH,
            "distributions.kl_divergence",
            "torch.distributions.kl_divergence("
            f"torch.distributions.Categorical(double({P})), "
            f"torch.distributions.Categorical(double({Q})))",
        ),
        (KERAS, "KLDivergence", f"losses.KLDivergence()(array([{P}]), array([{Q}]))"),
        (
            JAX,
            "optax.losses.kl_divergence; the logarithm of the first",
            f"optax.losses.kl_divergence(jnp.log(array({P})), array({Q}))",
        ),
    ),
    "axis": (
        *rows(
            AXIS,
            (COURSE, "softmax", f"softmax({CUBE})"),
            (SCIPY, "softmax", f"softmax({CUBE})"),
            (TORCH, "F.softmax; `dim` not given", f"F.softmax(double({CUBE}))"),
            (KERAS, "ops.softmax", f"ops.softmax(array({CUBE}))"),
            (JAX, "jax.nn.softmax", f"jax.nn.softmax(array({CUBE}))"),
        ),
        *rows(
            AXIS_OF_SUM,
            (COURSE, "logsumexp", f"logsumexp({CUBE})"),
            (SCIPY, "logsumexp", f"logsumexp({CUBE})"),
            (KERAS, "ops.logsumexp", f"ops.logsumexp(array({CUBE}))"),
            (JAX, "jax.nn.logsumexp", f"jax.nn.logsumexp(array({CUBE}))"),
        ),
        *rows(
            AXIS_OF_ENTROPY,
            (COURSE, "entropy", f"entropy({TABLE})"),
            (SCIPY, "stats.entropy", f"entropy({TABLE})"),
            (
                TORCH,
                "Categorical.entropy",
                f"torch.distributions.Categorical(double({TABLE})).entropy()",
            ),
        ),
        *rows(
            AXIS_OF_LOSS,
            (
                COURSE,
                "softmax_cross_entropy; three axes",
                f"softmax_cross_entropy(np.zeros((2, 2), int), {CUBE})",
            ),
            (
                TORCH,
                "F.cross_entropy; three axes",
                f"F.cross_entropy(double({CUBE}), torch.zeros(2, 2, dtype=torch.long))",
            ),
            (
                KERAS,
                "SparseCategoricalCrossentropy; three axes",
                "losses.SparseCategoricalCrossentropy(from_logits=True)"
                f"(np.zeros((2, 2), int), array({CUBE}))",
            ),
        ),
    ),
}
