"""The results of the prerequisites, against NumPy and SciPy by other routes."""

import numpy as np
import pytest
from scipy import integrate, stats

from course_utils.derivations import prerequisites as proofs

RNG = np.random.default_rng(8)


@pytest.mark.parametrize("k", [2, 3, 6])
def test_expectation_and_variance_as_in_scipy(k: int) -> None:
    for entry in (proofs.expectation, proofs.linearity, proofs.variance, proofs.variance_short):
        entry.check()
    p, x = RNG.dirichlet(np.ones(k)), RNG.integers(-9, 9, size=20)
    x = RNG.permutation(np.unique(x))[:k]
    variable = stats.rv_discrete(values=(np.sort(x), p[np.argsort(x)]))
    assert p @ x == pytest.approx(variable.mean(), abs=1e-13)
    assert p @ x**2 - (p @ x) ** 2 == pytest.approx(variable.var(), rel=1e-12)
    assert p @ (3 * x - 5) == pytest.approx(3 * variable.mean() - 5, abs=1e-12)


def test_change_of_variables_for_the_exponential_of_a_gaussian() -> None:
    proofs.substitution.check()
    lognormal = stats.lognorm(s=1)
    in_x = integrate.quad(lambda x: lognormal.pdf(np.exp(x)) * np.exp(x), -1, 0.5)[0]
    assert in_x == pytest.approx(lognormal.cdf(np.exp(0.5)) - lognormal.cdf(np.exp(-1)), rel=1e-10)
    assert in_x == pytest.approx(stats.norm.cdf(0.5) - stats.norm.cdf(-1), rel=1e-10)


def test_jacobian_of_a_linear_map_is_its_matrix() -> None:
    proofs.linear_jacobian.check()
    matrix, x = RNG.normal(size=(3, 4)), RNG.normal(size=4)
    columns = [matrix @ (x + step) - matrix @ (x - step) for step in np.eye(4)]
    np.testing.assert_allclose(np.column_stack(columns) / 2, matrix, atol=1e-14)


@pytest.mark.parametrize("shape", [(1, 3), (3, 3), (5, 2)])
def test_a_table_times_itself_has_no_negative_eigenvalue(shape: tuple[int, int]) -> None:
    proofs.gram.check()
    rows = RNG.normal(size=shape)
    eigenvalues = np.linalg.eigvalsh(rows.T @ rows)
    assert eigenvalues.min() >= -1e-14 * eigenvalues.max()
    assert np.sum(eigenvalues > 1e-10) == min(shape)
