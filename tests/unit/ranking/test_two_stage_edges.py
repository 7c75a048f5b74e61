"""Lists of logs that are small, odd or cut: who is asked for, the pool, the past."""

import numpy as np
import pytest

from engine.ranking.settings import RankingSettings
from engine.ranking.two_stage import POLICIES, recommend, score_pairs
from tests.unit.ranking.builders import DAY, a_log, fitted


@pytest.mark.parametrize("policy", POLICIES)
def test_every_user_gets_a_full_list_of_distinct_unseen_items(policy):
    log = a_log()
    lists = recommend(fitted(log), policy, np.arange(log.n_users), 10)
    pairs = set(zip(lists.user_row.tolist(), lists.item_row.tolist(), strict=True))
    bought = set(zip(log.user_row.tolist(), log.item_row.tolist(), strict=True))
    assert len(pairs) == log.n_users * 10
    assert not pairs & bought
    assert lists.rank.tolist() == list(range(1, 11)) * log.n_users


def test_a_list_does_not_depend_on_threads_or_on_who_else_is_asked_for():
    log = a_log()
    one, two = fitted(log, threads=1), fitted(log, threads=2)
    everyone = recommend(one, "ranked", np.arange(log.n_users), 5)
    other = recommend(two, "ranked", np.arange(log.n_users), 5)
    alone = recommend(one, "ranked", np.array([7]), 5)
    assert one.ranker.models and two.ranker.models
    assert np.array_equal(everyone.score, other.score)
    assert np.array_equal(everyone.item_row, other.item_row)
    assert np.array_equal(everyone.item_row[everyone.user_row == 7], alone.item_row)


def test_pairs_score_as_they_do_on_their_lists():
    log = a_log()
    model = fitted(log)
    lists = recommend(model, "ranked", np.arange(log.n_users), 5)
    backwards = slice(None, None, -1)
    scores = score_pairs(model, lists.user_row[backwards], lists.item_row[backwards])
    assert np.allclose(scores, lists.score[backwards], rtol=0, atol=1e-12)


def test_the_future_does_not_leak():
    log = a_log()
    cut = 45 * DAY
    with_future = recommend(fitted(log, until=cut), "ranked", np.arange(log.n_users), 5)
    without = recommend(fitted(log.before(cut), until=cut), "ranked", np.arange(log.n_users), 5)
    assert np.array_equal(with_future.item_row, without.item_row)
    assert np.array_equal(with_future.score, without.score)


def test_items_outside_the_pool_are_scored_but_not_listed():
    log = a_log()
    model = fitted(log, RankingSettings(pool_size=20, windows=1, min_label_users=10, factors=4))
    lists = recommend(model, "ranked", np.arange(log.n_users), 5)
    outside = np.setdiff1d(np.arange(log.n_items), model.pool)
    assert len(outside) == 40
    assert not np.isin(lists.item_row, outside).any()
    assert np.isfinite(score_pairs(model, np.zeros(40, np.int64), outside)).all()


def test_seen_items_can_be_let_in():
    log = a_log(n_users=4, n_items=6, per_user=40, silent_users=0)
    model = fitted(log)
    assert len(recommend(model, "random", np.arange(4), 6, include_seen=True).item_row) == 24
    assert len(recommend(model, "als", np.arange(4), 6, include_seen=True).item_row) == 24
    assert len(recommend(model, "als", np.arange(4), 6).item_row) < 24


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(
    "log",
    [
        a_log(n_users=1, n_items=1, per_user=1, silent_users=0),
        a_log(n_users=2, n_items=30, per_user=1, silent_users=0),
        a_log(n_users=30, n_items=3, per_user=5),
        a_log(n_users=5, n_items=20, silent_users=5),
    ],
    ids=["one event", "two users", "three items", "no event"],
)
def test_a_degenerate_log_still_gets_lists(log, policy):
    lists = recommend(fitted(log), policy, np.arange(log.n_users), 10)
    bought = np.zeros((log.n_users, log.n_items), bool)
    bought[log.user_row, log.item_row] = True
    assert len(lists.item_row) == np.minimum((~bought).sum(axis=1), 10).sum()
    assert np.isfinite(lists.score).all()
