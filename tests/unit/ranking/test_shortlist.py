"""Trees score the candidates that could reach a list, not all of them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ranking.pair_features import candidates
from engine.ranking.settings import RankingSettings
from engine.ranking.shortlist import best_of_each, shortlist
from engine.ranking.tiles import tile
from engine.ranking.two_stage import FittedRanker, recommend
from tests.unit.ranking.builders import a_log, fitted, tagged_items

LOG = a_log(n_users=120, n_items=120, per_user=12)
USERS = np.arange(20)
SETTINGS = RankingSettings(factors=8, rounds=8, candidates=60, min_label_users=10, shortlist=24)


@pytest.fixture(scope="module")
def ranker() -> FittedRanker:
    return fitted(LOG, SETTINGS, items=tagged_items(LOG.n_items))


def n_shortlisted(ranker: FittedRanker, k: int) -> np.ndarray:
    scored = tile(ranker.state, USERS, ranker.settings.candidates, ranker.state.seen)
    rows, _, _ = shortlist(ranker, scored, k)
    return np.bincount(rows, minlength=len(USERS))


@given(
    sizes=st.lists(st.integers(0, 12), min_size=1, max_size=6),
    n_kept=st.integers(1, 8),
    seed=st.integers(0, 99),
)
def test_the_best_of_each_row_stay(sizes: list[int], n_kept: int, seed: int) -> None:
    rows = np.repeat(np.arange(len(sizes)), sizes)
    scores = np.random.default_rng(seed).integers(0, 20, len(rows)).astype(float)
    kept = best_of_each(rows, scores, n_kept)

    for row in range(len(sizes)):
        own, chosen = scores[rows == row], kept[rows == row]
        assert chosen.sum() >= min(n_kept, len(own))
        assert own[chosen].min(initial=np.inf) > own[~chosen].max(initial=-np.inf)
        assert (own > own[chosen].min(initial=np.inf)).sum() < n_kept


def test_a_user_keeps_the_shortlist_and_twice_a_longer_list(ranker: FittedRanker) -> None:
    assert ranker.ranker.has_starts
    assert (n_shortlisted(ranker, 10) == 24).all()
    assert (n_shortlisted(ranker, 20) == 40).all()


def test_all_candidates_stay_where_only_trees_can_score(ranker: FittedRanker) -> None:
    scored = tile(ranker.state, USERS, ranker.settings.candidates, ranker.state.seen)
    without = replace(ranker, ranker=replace(ranker.ranker, starts=()))

    assert len(shortlist(without, scored, 10)[0]) == len(candidates(scored)[0])


def test_what_may_be_explored_stays(ranker: FittedRanker) -> None:
    new = np.ones_like(ranker.state.newness)
    open_to_new = replace(
        ranker,
        settings=replace(ranker.settings, exploration_share=0.1),
        state=replace(ranker.state, newness=new),
    )
    scored = tile(ranker.state, USERS, ranker.settings.candidates, ranker.state.seen)

    assert len(shortlist(open_to_new, scored, 10)[0]) == len(candidates(scored)[0])


def test_a_list_is_the_long_one_without_what_was_not_shortlisted(ranker: FittedRanker) -> None:
    scored = tile(ranker.state, USERS, ranker.settings.candidates, ranker.state.seen)
    rows, items, _ = shortlist(ranker, scored, 5)
    every = replace(ranker, settings=replace(ranker.settings, shortlist=1_000))
    short, whole = recommend(ranker, "ranked", USERS, 5), recommend(every, "ranked", USERS, 60)

    for user in USERS:
        open_items = ranker.pool[items[rows == user]]
        order = whole.item_row[whole.user_row == user]
        expected = order[np.isin(order, open_items)][:5]
        np.testing.assert_array_equal(short.item_row[short.user_row == user], expected)
