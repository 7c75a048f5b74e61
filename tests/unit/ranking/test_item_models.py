"""Each item model against a direct solution, and on inputs with almost nothing in them."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from implicit.nearest_neighbours import BM25Recommender
from numpy.typing import NDArray
from scipy import sparse

from engine.features.interactions import InteractionLog, empty_matrix, pair_matrix
from engine.ranking.histories import history_of, lateness
from engine.ranking.item_models import (
    LAST_ITEMS,
    RIDGES,
    STEP_DECAY,
    Factors,
    fit_als,
    fit_item_to_item,
    fit_sequence,
    fit_together,
    lately,
)
from engine.ranking.settings import RankingSettings
from tests.unit.ranking.builders import DAY, a_log, a_log_of

SETTINGS = RankingSettings(factors=4, als_iterations=4)
NEIGHBOURS = RankingSettings(ease_limit=0, neighbours=5)


def test_items_chosen_of_late_rise_by_their_share_of_late_success() -> None:
    log = a_log(n_users=60, n_items=40)
    at = int(log.at.max()) + 1
    late = lateness(log, at)
    history = history_of(log, at, 90.0)
    for limit in (0, 50, 5_000):
        own = fit_item_to_item(history.pairs, history.liked, RankingSettings(ease_limit=limit), 1)
        users = np.arange(log.n_users)
        np.testing.assert_allclose(
            lately(own, late).scores(users), own.scores(users) * late[None, :], rtol=1e-4, atol=1e-6
        )


def test_a_success_is_half_as_late_after_a_tenth_of_the_log() -> None:
    pairs = [(0, 0)] + [(user, 1) for user in range(1, 200)]
    log = replace(a_log_of(pairs, 200, 3), at=np.array([0] + [9] * 199, np.int64) * DAY)
    late = lateness(log, 10 * DAY)
    mean = (0.5**10 + 199 * 0.5) / 200
    np.testing.assert_allclose(late[1], (199 * 0.5 + 5 * mean) / 204)
    np.testing.assert_allclose(late[0], (0.5**10 + 5 * mean) / 6)
    np.testing.assert_allclose(late[2], mean)


def random_pairs(n_users: int, n_items: int, share: float = 0.3) -> sparse.csr_matrix:
    dense = np.random.default_rng(5).random((n_users, n_items)) < share
    return sparse.csr_matrix(dense.astype(np.float32))


def ease(pairs: sparse.csr_matrix) -> NDArray[np.float64]:
    """Item weights as their definition: B = I - P / diag(P), P = (X'X + λI)⁻¹."""
    dense = pairs.toarray().astype(np.float64)
    mean = dense.sum() / (dense.sum(axis=1) > 0).sum()
    ridge = np.clip(RankingSettings().ease_ridge * mean, *RIDGES)
    inverse = np.linalg.inv(dense.T @ dense + ridge * np.eye(dense.shape[1]))
    return np.eye(dense.shape[1]) - inverse / np.diag(inverse)[None, :]


def scores_of(factors: Factors, n_users: int) -> NDArray[np.float32]:
    return factors.scores(np.arange(n_users))


@pytest.mark.parametrize("shape", [(60, 12), (12, 60), (30, 30)], ids=["items", "users", "square"])
def test_ease_is_the_exact_solution(shape: tuple[int, int]) -> None:
    pairs = random_pairs(*shape)
    profile = sparse.csr_matrix(pairs.multiply(0.75), dtype=np.float32)
    scores = scores_of(fit_item_to_item(pairs, profile, SETTINGS, 1), shape[0])
    expected = profile.toarray() @ ease(pairs)
    new = pairs.toarray() == 0
    np.testing.assert_allclose(scores[new], expected[new], rtol=1e-4, atol=1e-6)


def test_ease_by_users_and_by_items_order_new_items_alike() -> None:
    pairs = random_pairs(20, 20)
    lone = sparse.csr_matrix(sparse.vstack([pairs, empty_matrix(1, 20)]))
    # one user more, who has nothing, changes the way but not the answer
    wide = sparse.csr_matrix(sparse.hstack([lone, empty_matrix(21, 1)]))
    one = scores_of(fit_item_to_item(lone, lone, SETTINGS, 1), 20)
    by_items = replace(SETTINGS, ease_limit=21)
    other = scores_of(fit_item_to_item(wide, wide, by_items, 1), 20)[:, :20]
    new = pairs.toarray() == 0
    np.testing.assert_allclose(one[new], other[new], rtol=1e-4, atol=1e-6)


def test_a_user_without_positives_scores_nothing_by_ease() -> None:
    pairs = random_pairs(12, 30)
    pairs = sparse.csr_matrix(sparse.vstack([pairs, empty_matrix(1, 30)]))
    assert not scores_of(fit_item_to_item(pairs, pairs, SETTINGS, 1), 13)[12].any()


def test_neighbours_score_as_the_library_does() -> None:
    pairs = random_pairs(40, 25)
    plain = BM25Recommender(K=NEIGHBOURS.neighbours, num_threads=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the format of a matrix of its own
        plain.fit(pairs, show_progress=False)
    scores = scores_of(fit_item_to_item(pairs, pairs, NEIGHBOURS, 1), 40)
    for user in range(40):
        items, expected = plain.recommend(user, pairs[user], N=5)
        kept = expected > 0
        np.testing.assert_allclose(scores[user, items[kept]], expected[kept], rtol=1e-5)


def test_neighbours_are_fitted_without_a_warning() -> None:
    pairs = random_pairs(40, 25)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        factors = fit_item_to_item(pairs, pairs, NEIGHBOURS, 1)
    assert np.diff(factors.right.indptr).max() <= NEIGHBOURS.neighbours


def test_neighbours_do_not_depend_on_threads() -> None:
    pairs = random_pairs(300, 200, share=0.05)
    one, two = (fit_item_to_item(pairs, pairs, NEIGHBOURS, threads) for threads in (1, 2))
    for part in ("data", "indices", "indptr"):
        assert np.array_equal(getattr(one.right, part), getattr(two.right, part))


def test_a_step_counts_by_the_root_of_how_often_its_items_occur() -> None:
    log = a_log_of([(0, 0), (1, 0), (0, 1), (1, 1), (2, 0)], n_users=3, n_items=3)
    scores = scores_of(fit_sequence(log), 3)
    assert scores[2] == pytest.approx([0.0, 2.0 / np.sqrt((3 + 5) * (2 + 5)), 0.0])


def test_a_further_step_counts_less() -> None:
    log = a_log_of([(0, 0), (0, 1), (0, 2), (1, 0)], n_users=2, n_items=3)
    first, second = scores_of(fit_sequence(log), 2)[1, 1:]
    # items 1 and 2 occur once each; item 2 is one step further
    assert second / first == pytest.approx(STEP_DECAY)


def test_the_order_of_time_and_not_of_rows_makes_a_sequence() -> None:
    log = a_log_of([(0, 1), (0, 0), (1, 0)], n_users=2, n_items=2)
    log = replace(log, at=log.at[[1, 0, 2]])
    assert scores_of(fit_sequence(log), 2)[1, 1] > 0
    later = replace(log, at=log.at[[1, 0, 2]])
    assert scores_of(fit_sequence(later), 2)[1, 1] == 0


def test_buying_again_is_no_step() -> None:
    once = a_log_of([(0, 0), (0, 1), (1, 0)], n_users=2, n_items=2)
    again = a_log_of([(0, 0), (0, 1), (1, 0), (0, 0), (0, 1), (0, 0)], n_users=2, n_items=2)
    np.testing.assert_array_equal(
        scores_of(fit_sequence(once), 2), scores_of(fit_sequence(again), 2)
    )


def test_what_is_no_success_is_no_step() -> None:
    log = a_log_of([(0, 0), (0, 1), (1, 0)], n_users=2, n_items=2)
    assert not scores_of(fit_sequence(replace(log, positive=np.zeros(3, bool))), 2).any()


def test_only_the_last_items_say_what_comes_next() -> None:
    n_items = LAST_ITEMS + 2
    log = a_log_of([(0, item) for item in range(n_items)], n_users=1, n_items=n_items)
    left = fit_sequence(log).left.toarray()[0]
    expected = [0.0, 0.0, *STEP_DECAY ** np.arange(LAST_ITEMS - 1, -1, -1)]
    np.testing.assert_allclose(left, expected, rtol=1e-6)


def test_factors_of_users_and_items_without_events_are_zero() -> None:
    pairs = random_pairs(20, 15)
    wider = sparse.csr_matrix((pairs.data, pairs.indices, [*pairs.indptr, pairs.nnz]), (21, 17))
    factors = fit_als(wider, SETTINGS, seed=1, threads=1)
    assert not factors.left[20].any()
    assert not factors.right[:, 15:].any()
    assert factors.left[:20].any(axis=1).all()


LOGS = {
    "no rows": a_log_of([], n_users=4, n_items=3),
    "no users": a_log_of([], n_users=0, n_items=3),
    "no items": a_log_of([], n_users=4, n_items=0),
    "one event": a_log_of([(0, 0)], n_users=1, n_items=1),
    "one user": a_log_of([(0, item) for item in range(6)], n_users=1, n_items=6),
    "one item": a_log_of([(user, 0) for user in range(6)], n_users=6, n_items=1),
    "no success": replace(a_log(), positive=np.zeros(len(a_log().at), bool)),
}


@pytest.mark.parametrize("log", LOGS.values(), ids=LOGS.keys())
@pytest.mark.parametrize("settings", [SETTINGS, NEIGHBOURS], ids=["exact", "neighbours"])
def test_every_model_scores_a_log_with_almost_nothing_in_it(
    log: InteractionLog, settings: RankingSettings
) -> None:
    pairs = pair_matrix(log, log.positive)
    for factors in (
        fit_als(pairs, settings, seed=1, threads=1),
        fit_item_to_item(pairs, pairs, settings, 1),
        fit_sequence(log),
    ):
        scores = scores_of(factors, log.n_users)
        assert scores.shape == (log.n_users, log.n_items)
        assert np.isfinite(scores).all()


@settings(deadline=None)  # seconds of a shared machine say nothing
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), max_size=20))
def test_scores_of_any_small_log_are_finite(pairs: list[tuple[int, int]]) -> None:
    log = a_log_of(pairs, n_users=5, n_items=6)
    matrix = pair_matrix(log, log.positive)
    for factors in (fit_item_to_item(matrix, matrix, SETTINGS, 1), fit_sequence(log)):
        assert np.isfinite(scores_of(factors, 5)).all()


def test_items_of_one_visit_go_together() -> None:
    log = a_log_of([(0, 0), (0, 1), (0, 2), (1, 0)], n_users=2, n_items=4)
    log = replace(log, at=np.array([DAY, DAY, 3 * DAY, 3 * DAY]))
    history = history_of(log, 4 * DAY, 90.0)
    scores = scores_of(fit_together(log, history.visit, SETTINGS), 2)
    # half a unit of a visit of two, over the roots of one and two visits with the items
    assert scores[1] == pytest.approx([0.0, 0.5 / np.sqrt((1 + 5) * (2 + 5)), 0.0, 0.0])
    assert not scores[0].any()


def test_only_the_strongest_companions_are_kept() -> None:
    log = a_log(n_users=40, n_items=30, per_user=30)
    log = replace(log, at=np.full(len(log.at), DAY))
    history = history_of(log, 2 * DAY, 90.0)
    right = fit_together(log, history.visit, NEIGHBOURS).right
    assert np.diff(right.indptr).max() == NEIGHBOURS.neighbours
    assert not right.diagonal().any()
