"""Last choices held out, and how much a next step weighs beside a later visit."""

from dataclasses import replace

import numpy as np

from engine.ranking.next_steps import HELD, hold_out, users_with_steps
from engine.ranking.pair_features import FEATURE_NAMES
from engine.ranking.ranker import join_rankers
from engine.ranking.returns import MOST_LATER, NOBODY, learn_returns
from tests.unit.ranking.builders import a_log, a_log_of, fitted

SIX = a_log_of([(0, item) for item in range(6)] + [(1, 0), (1, 1)], n_users=3, n_items=6)


def test_only_users_who_keep_some_choices_lose_their_last() -> None:
    assert users_with_steps(SIX).tolist() == [0]
    assert users_with_steps(a_log_of([], n_users=0, n_items=0)).tolist() == []


def test_the_last_choices_are_held_out_and_nothing_of_others() -> None:
    before, wanted = hold_out(SIX, np.array([0]))
    assert wanted[0].indices.tolist() == [3, 4, 5]
    assert wanted.nnz == HELD
    kept = sorted(zip(before.user_row.tolist(), before.item_row.tolist(), strict=True))
    assert kept == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]


def test_choosing_again_is_not_held_out_but_what_followed_is_gone() -> None:
    again = [(0, item) for item in (0, 1, 2, 3, 4, 0, 5, 1)]
    before, wanted = hold_out(a_log_of(again, n_users=1, n_items=6), np.array([0]))
    assert wanted[0].indices.tolist() == [3, 4, 5]
    assert before.item_row.tolist() == [0, 1, 2, 0]


def test_what_is_held_out_is_nowhere_in_the_log_before() -> None:
    log = a_log(seed=3)
    users = users_with_steps(log)
    before, wanted = hold_out(log, users)
    held = {(u, i) for u in users.tolist() for i in wanted[u].indices.tolist()}
    assert len(held) == HELD * len(users)
    known = zip(before.user_row.tolist(), before.item_row.tolist(), strict=True)
    assert held.isdisjoint(known)


def test_the_longer_away_the_less_a_later_visit_weighs() -> None:
    days = np.repeat(np.arange(20.0), 50).astype(np.float32)
    back = np.random.default_rng(1).random(len(days)) < 0.9 * 0.8**days
    weight = learn_returns([(days, back)]).later_weight(np.arange(20, dtype=np.float32))
    assert (np.diff(weight) <= 0).all()
    assert 0.0 <= weight[-1] < weight[0] <= MOST_LATER


def test_without_windows_a_later_visit_has_its_full_weight() -> None:
    assert learn_returns([]) is NOBODY
    assert (NOBODY.later_weight(np.zeros(2, np.float32)) == MOST_LATER).all()


def test_a_score_is_the_mixed_odds_of_both_kinds_of_trees() -> None:
    both = fitted(a_log(n_users=150)).ranker
    n_later = len(both.models) - both.n_next
    assert n_later and both.n_next
    features = np.random.default_rng(2).random((50, len(FEATURE_NAMES))).astype(np.float32)
    weight = both.returns.later_weight(features[:, FEATURE_NAMES.index("user_last_seen")])
    later = replace(both, models=both.models[:n_later], starts=both.starts[:n_later], n_next=0)
    step = replace(both, models=both.models[n_later:], starts=both.starts[n_later:])
    odds = weight * np.exp(later.scores(features)) + (1 - weight) * np.exp(step.scores(features))
    expected = np.log(odds)
    np.testing.assert_allclose(both.scores(features), expected)
    assert join_rankers(later, step, both.returns).models == both.models
