"""The best of many scores: against full sorts, and against `implicit` itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from implicit.cpu.topk import topk
from scipy import sparse

from engine.ranking import topk as ours
from engine.ranking.topk import best_of_rows, best_products, on_threads

sizes = st.integers(0, 40)


def whole(rng: np.random.Generator, n_rows: int, n_columns: int, high: int) -> np.ndarray:
    """Small whole numbers, so that many scores are equal and all products exact."""
    return rng.integers(-high, high + 1, (n_rows, n_columns)).astype(np.float32)


def some_pairs(rng: np.random.Generator, n_rows: int, n_columns: int) -> sparse.csr_matrix:
    return sparse.csr_matrix(rng.random((n_rows, n_columns)) < 0.3, dtype=np.float32)


def sorted_rows(scores: np.ndarray, n_best: int, closed: np.ndarray) -> tuple:
    """The same by a full sort of the pairs of score and column."""
    left = np.where(closed, -np.inf, scores)
    columns = np.argsort(-left, axis=1, kind="stable")[:, :n_best]
    values = np.take_along_axis(left, columns, axis=1)
    return np.where(np.isfinite(values), columns, scores.shape[1] - 1), values


@settings(max_examples=150, deadline=None)
@given(n_rows=sizes, n_columns=st.integers(1, 400), share=st.floats(0, 1), seed=sizes)
def test_rows_are_cut_as_a_full_sort_cuts_them(n_rows, n_columns, share, seed):
    rng = np.random.default_rng(seed)
    scores = whole(rng, n_rows, n_columns, 3 if seed % 2 else 1_000)
    exclude = some_pairs(rng, n_rows, n_columns)
    n_best = round(share * n_columns)
    closed = exclude.toarray() > 0
    closed[:, -1] = True

    columns, values = best_of_rows(scores, n_best, exclude)

    expected_columns, expected_values = sorted_rows(scores, n_best, closed)
    np.testing.assert_array_equal(columns, expected_columns)
    np.testing.assert_array_equal(values, expected_values)


def test_a_shorter_row_begins_the_longer_one():
    scores = whole(np.random.default_rng(1), 20, 300, 2)

    short, _ = best_of_rows(scores, 10)
    long, _ = best_of_rows(scores, 150)

    np.testing.assert_array_equal(short, long[:, :10])


@settings(max_examples=150, deadline=None)
@given(n_users=st.integers(1, 40), n_items=st.integers(1, 700), n_best=sizes, seed=sizes)
def test_equal_scores_are_cut_as_implicit_cuts_them(n_users, n_items, n_best, seed):
    rng = np.random.default_rng(seed)
    left, right = whole(rng, n_users, 3, 2), whole(rng, n_items, 3, 2)
    exclude = some_pairs(rng, n_users, n_items)
    n_best = max(1, min(n_best, n_items))

    items, scores = best_products(left, right, n_best, exclude=exclude)

    theirs, their_scores = topk(right, left, n_best, filter_query_items=exclude)
    left_over = their_scores > -np.finfo(np.float32).max
    np.testing.assert_array_equal(items, np.where(left_over, theirs, -1))
    np.testing.assert_array_equal(scores, np.where(left_over, their_scores, -np.inf))


def test_scores_that_differ_are_cut_as_a_full_sort_cuts_them():
    rng = np.random.default_rng(2)
    left, right = rng.standard_normal((30, 8)), rng.standard_normal((1_500, 8))

    items, _ = best_products(left.astype(np.float32), right.astype(np.float32), 20)

    np.testing.assert_array_equal(items, np.argsort(-(left @ right.T), axis=1)[:, :20])


def test_threads_change_nothing(monkeypatch):
    monkeypatch.setattr(ours, "USERS_AT_ONCE", 7)
    rng = np.random.default_rng(3)
    left = rng.standard_normal((100, 16), dtype=np.float32)
    right = rng.standard_normal((900, 16), dtype=np.float32)
    exclude = some_pairs(rng, 100, 900)

    one = best_products(left, right, 15, exclude=exclude, threads=1)
    two = best_products(left, right, 15, exclude=exclude, threads=2)

    np.testing.assert_array_equal(one[0], two[0])
    np.testing.assert_array_equal(one[1], two[1])


def test_more_places_than_items_give_all_items():
    items, _ = best_products(np.ones((2, 1), np.float32), np.ones((3, 1), np.float32), 10)

    assert sorted(items[0]) == [0, 1, 2]


@pytest.mark.parametrize(("n_users", "n_items", "places"), [(0, 5, 3), (4, 0, 0), (0, 0, 0)])
def test_nobody_and_nothing_give_empty_lists(n_users, n_items, places):
    users, items = np.zeros((n_users, 2), np.float32), np.zeros((n_items, 2), np.float32)

    found, scores = best_products(users, items, 3)

    assert found.shape == scores.shape == (n_users, places)


def test_a_user_who_saw_everything_gets_nothing():
    exclude = sparse.csr_matrix(np.ones((1, 4), np.float32))

    items, scores = best_products(
        np.ones((1, 2), np.float32), np.ones((4, 2), np.float32), 2, exclude=exclude
    )

    assert items.tolist() == [[-1, -1]]
    assert np.isneginf(scores).all()


def test_columns_of_the_filter_may_come_in_any_order():
    exclude = sparse.csr_matrix(
        (np.ones(2, np.float32), np.array([2, 0]), np.array([0, 2])), shape=(1, 4)
    )

    columns, _ = best_of_rows(np.array([[9, 7, 8, 6]], np.float32), 1, exclude)

    assert columns.tolist() == [[1]]


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("n_pieces", [0, 1, 2, 7])
def test_every_piece_is_worked_on_once(threads, n_pieces):
    done = []

    on_threads(done.append, range(0, 5 * n_pieces, 5), threads)

    assert sorted(done) == list(range(0, 5 * n_pieces, 5))


@pytest.mark.parametrize("bad", [0, 1])
def test_a_fault_in_a_piece_is_not_lost(bad):
    def work(start):
        if start == bad:
            raise ValueError("a bad piece")

    with pytest.raises(ValueError, match="a bad piece"):
        on_threads(work, range(4), 2)
