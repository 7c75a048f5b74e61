"""Logs with almost nothing to learn from still get lists, whole and without warnings."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.features.interactions import InteractionLog
from engine.packing import pack, unpack
from engine.ranking.labels import COLD, CONTENT_COLD
from engine.ranking.settings import RankingSettings
from engine.ranking.two_stage import (
    POLICIES,
    FittedRanker,
    ListArrays,
    recommend,
    score_pairs,
)
from tests.unit.ranking.builders import DAY, a_log, a_log_of, fitted, tagged_items

FULL = a_log()
NOTHING = np.zeros(len(FULL.at), bool)
EAGER = RankingSettings(factors=4, als_iterations=2, rounds=3, candidates=5, min_label_users=1)

LOGS: dict[str, tuple[InteractionLog, int | None]] = {
    "no rows": (a_log_of([], n_users=4, n_items=30), None),
    "no users": (a_log_of([], n_users=0, n_items=30), None),
    "no items": (a_log_of([], n_users=4, n_items=0), None),
    "nobody and nothing": (a_log_of([], n_users=0, n_items=0), None),
    "one event": (a_log_of([(0, 0)], n_users=1, n_items=1), None),
    "one user": (a_log_of([(0, item) for item in range(20)], n_users=1, n_items=30), None),
    "one user and all items": (a_log_of([(0, n) for n in range(5)], n_users=1, n_items=5), None),
    "one item": (replace(FULL, item_row=np.zeros_like(FULL.item_row), n_items=1), None),
    "no success": (replace(FULL, positive=NOTHING), None),
    "no success and nothing seen": (replace(FULL, positive=NOTHING, seen=NOTHING), None),
    "only bots": (replace(FULL, bot_users=np.ones(FULL.n_users, bool)), None),
    "one moment": (replace(FULL, at=np.full_like(FULL.at, 5)), None),
    "only dislikes": (replace(FULL, event_types=("dislike",)), None),
    "everyone is cold": (FULL, 0),
    "success only later": (replace(FULL, positive=FULL.at > 60 * DAY), 45 * DAY),
    "long ago": (FULL, 2**40),
}
CASES = pytest.mark.parametrize(("log", "until"), LOGS.values(), ids=LOGS.keys())


def open_pairs(log: InteractionLog, until: int | None) -> NDArray[np.bool_]:
    """Return which items (n_users, n_items) are left to recommend."""
    known = log if until is None else log.before(until)
    left = np.ones((log.n_users, log.n_items), bool)
    left[known.user_row[known.seen], known.item_row[known.seen]] = False
    return left


def assert_whole(lists: ListArrays, left: NDArray[np.bool_], k: int) -> None:
    assert left[lists.user_row, lists.item_row].all()
    assert len(set(zip(lists.user_row, lists.item_row, strict=True))) == len(lists.rank)
    wanted = np.minimum(left.sum(axis=1), k)
    assert lists.rank.tolist() == [rank for n in wanted for rank in range(1, n + 1)]
    assert np.isfinite(lists.score).all()


@CASES
def test_everyone_gets_all_there_is_to_list(log: InteractionLog, until: int | None) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("default", message="OpenBLAS")  # another module came first
        ranker = fitted(log, EAGER, until=until, items=tagged_items(log.n_items))
        for policy in POLICIES:
            lists = recommend(ranker, policy, np.arange(log.n_users), 10)
            assert_whole(lists, open_pairs(log, until), 10)


@CASES
def test_every_pair_has_a_score(log: InteractionLog, until: int | None) -> None:
    ranker = fitted(log, EAGER, until=until)
    users, items = (axis.ravel() for axis in np.indices((log.n_users, log.n_items)))
    assert np.isfinite(score_pairs(ranker, users, items)).all()


@CASES
def test_a_poor_ranker_packs_like_any_other(log: InteractionLog, until: int | None) -> None:
    content = pack(fitted(log, EAGER, until=until))
    assert pack(unpack(FittedRanker, content)) == content


@pytest.mark.parametrize("name", ["no rows", "no success", "everyone is cold"])
def test_a_list_without_any_success_behind_it_says_so(name: str) -> None:
    log, until = LOGS[name]
    lists = recommend(fitted(log, until=until), "ranked", np.arange(log.n_users), 3)
    assert set(lists.source_code) <= {COLD, CONTENT_COLD}


@st.composite
def tiny_logs(draw: st.DrawFn) -> tuple[InteractionLog, int | None]:
    n_users, n_items = draw(st.integers(1, 5)), draw(st.integers(1, 6))
    pair = st.tuples(st.integers(0, n_users - 1), st.integers(0, n_items - 1))
    pairs = draw(st.lists(pair, max_size=15))
    log = a_log_of(pairs, n_users, n_items)
    each = {"min_size": len(pairs), "max_size": len(pairs)}
    positive = np.array(draw(st.lists(st.booleans(), **each)), bool)
    days = np.array(draw(st.lists(st.integers(0, 5), **each)), np.int64)
    log = replace(log, positive=positive, at=DAY * days)
    return log, draw(st.none() | st.integers(0, 6).map(lambda day: DAY * day))


@settings(max_examples=25, deadline=None)
@given(tiny_logs(), st.integers(1, 8), st.sampled_from([0, 3, 5_000]), st.integers(1, 8))
def test_any_tiny_log_gets_whole_lists(
    case: tuple[InteractionLog, int | None], k: int, ease_limit: int, pool_size: int
) -> None:
    log, until = case
    sizes = replace(EAGER, ease_limit=ease_limit, pool_size=pool_size)
    ranker = fitted(log, sizes, until=until, items=tagged_items(log.n_items))
    left = open_pairs(log, until)
    left[:, np.setdiff1d(np.arange(log.n_items), ranker.pool)] = False
    for policy in POLICIES:
        assert_whole(recommend(ranker, policy, np.arange(log.n_users), k), left, k)
