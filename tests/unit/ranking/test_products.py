"""Products of sparse matrices are those of scipy, to the last bit."""

import numpy as np
import pytest
from scipy import sparse

from engine.ranking.products import (
    PLAIN_ROWS,
    ROWS,
    dense_product,
    own_weights,
    plain_product,
    product_with_sparse,
    strongest_neighbours,
)


def random_matrix(n_rows: int, n_columns: int, seed: int) -> sparse.csr_matrix:
    rng = np.random.default_rng(seed)
    dense = np.where(rng.random((n_rows, n_columns)) < 0.2, rng.random((n_rows, n_columns)), 0.0)
    return sparse.csr_matrix(dense.astype(np.float32))


@pytest.mark.parametrize("threads", [1, 2])
def test_product_of_two_sparse_matrices(threads: int) -> None:
    left, right = random_matrix(2 * ROWS + 5, 40, 1), random_matrix(40, 70, 2)
    np.testing.assert_array_equal(dense_product(left, right, threads), (left @ right).toarray())


def test_product_of_dense_and_sparse() -> None:
    left, right = random_matrix(37, 40, 3).toarray(), random_matrix(40, 71, 4)
    np.testing.assert_array_equal(
        product_with_sparse(left, sparse.csr_matrix(right.T)), left @ right
    )


def test_a_plain_product_does_not_depend_on_threads() -> None:
    rng = np.random.default_rng(8)
    left = rng.random((2 * PLAIN_ROWS + 3, 40), dtype=np.float32)
    right = rng.random((40, 70), dtype=np.float32)
    one, two = plain_product(left, right, 1), plain_product(left, right, 2)
    np.testing.assert_array_equal(one, two)
    np.testing.assert_allclose(one, left.astype(float) @ right.astype(float), rtol=1e-5)


def test_own_weights_are_a_diagonal() -> None:
    pairs = random_matrix(30, 50, 5)
    pairs.data[:] = 1.0
    inverse = np.random.default_rng(6).random((30, 30))
    expected = np.diag(pairs.toarray().T @ inverse.T @ pairs.toarray())
    np.testing.assert_allclose(own_weights(pairs, inverse), expected, rtol=1e-12)


def test_neighbours_are_the_heaviest_and_of_equals_the_first() -> None:
    visits = sparse.csr_matrix(
        np.array([[1, 1, 1, 1, 0], [1, 0, 1, 0, 0], [0, 1, 0, 1, 0]], np.float32)
    )
    one = np.ones(5, np.float32)
    kept = strongest_neighbours(visits, one[:3], one, 2).toarray()
    expected = [[0, 1, 2, 0, 0], [1, 0, 0, 2, 0], [2, 1, 0, 0, 0], [1, 2, 0, 0, 0], [0] * 5]
    np.testing.assert_array_equal(kept, expected)


def test_neighbours_do_not_depend_on_threads() -> None:
    visits = random_matrix(300, 2 * ROWS + 9, 7)
    visits.data[:] = 1.0
    weight, scale = np.linspace(0.5, 1.0, 300), np.linspace(1.0, 0.5, visits.shape[1])
    given = visits, weight.astype(np.float32), scale.astype(np.float32), 5
    one, two = strongest_neighbours(*given, 1), strongest_neighbours(*given, 2)
    assert one.nnz and (one != two).nnz == 0


def test_nothing_has_no_neighbours() -> None:
    visits = sparse.csr_matrix((0, 4), dtype=np.float32)
    nothing = np.zeros(0, np.float32)
    assert strongest_neighbours(visits, nothing, np.ones(4, np.float32), 3).nnz == 0
