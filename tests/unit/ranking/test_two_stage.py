"""Lists on a checkerboard of tastes, whose right answer is obvious."""

import numpy as np
import pytest
from scipy import sparse

from engine.errors import UsageError
from engine.features.interactions import InteractionLog
from engine.features.tables import UserTable, bare_items
from engine.progress import silent
from engine.ranking import labels, two_stage
from engine.ranking.settings import RankingSettings
from engine.rng import stream

N_USERS, N_ITEMS, N_EVENTS, K = 120, 40, 2_400, 5
COLD_USER = N_USERS - 1
DAY = 86_400


def checkerboard() -> InteractionLog:
    """Even users take even items, odd users odd ones; the last user takes nothing."""
    rng = stream(7, "checkerboard")
    user = rng.integers(0, N_USERS - 1, N_EVENTS)
    item = 2 * rng.integers(0, N_ITEMS // 2, N_EVENTS) + user % 2
    on = np.ones(N_EVENTS, dtype=bool)
    return InteractionLog(
        user_row=user.astype(np.int32),
        item_row=item.astype(np.int32),
        event_code=np.zeros(N_EVENTS, dtype=np.int8),
        at=np.sort(rng.integers(0, 100 * DAY, N_EVENTS)),
        count=np.ones(N_EVENTS, dtype=np.float32),
        rating=np.full(N_EVENTS, np.nan, dtype=np.float32),
        positive=on,
        seen=on,
        bot_users=np.zeros(N_USERS, dtype=bool),
        event_types=("purchase",),
        n_users=N_USERS,
        n_items=N_ITEMS,
    )


def fitted(threads: int = 2) -> two_stage.FittedRanker:
    nowhere = np.full(N_USERS, -1, dtype=np.int32)
    return two_stage.fit(
        checkerboard(),
        bare_items(N_ITEMS),
        UserTable(segment=nowhere, country=nowhere),
        RankingSettings(factors=8, rounds=40),
        until=None,
        seed=3,
        threads=threads,
        progress=silent,
    )


@pytest.fixture(scope="module")
def ranker() -> two_stage.FittedRanker:
    return fitted()


def warm_lists(ranker: two_stage.FittedRanker, policy: str) -> two_stage.ListArrays:
    return two_stage.recommend(ranker, policy, np.arange(COLD_USER), K)


@pytest.mark.parametrize("policy", ["ranked", "als", "item_to_item"])
def test_personal_lists_hold_items_of_the_users_own_colour(
    ranker: two_stage.FittedRanker, policy: str
) -> None:
    lists = warm_lists(ranker, policy)

    assert (lists.item_row % 2 == lists.user_row % 2).mean() > 0.9


def test_popular_lists_do_not_know_colours(ranker: two_stage.FittedRanker) -> None:
    lists = warm_lists(ranker, "popularity")

    # what a user has not seen yet is mostly of the other colour
    assert (lists.item_row % 2 == lists.user_row % 2).mean() < 0.5


@pytest.mark.parametrize("policy", two_stage.POLICIES)
def test_no_list_repeats_an_item_or_shows_a_seen_one(
    ranker: two_stage.FittedRanker, policy: str
) -> None:
    log, lists = checkerboard(), warm_lists(ranker, policy)
    seen = sparse.csr_matrix(
        (np.ones(N_EVENTS), (log.user_row, log.item_row)), shape=(N_USERS, N_ITEMS)
    )
    pairs = np.stack([lists.user_row, lists.item_row], axis=1)

    assert len(np.unique(pairs, axis=0)) == len(pairs) == COLD_USER * K
    assert np.asarray(seen[lists.user_row, lists.item_row]).sum() == 0


def test_a_cold_user_gets_a_full_list_that_says_so(ranker: two_stage.FittedRanker) -> None:
    lists = two_stage.recommend(ranker, "ranked", np.array([COLD_USER]), K)

    assert len(lists.item_row) == K
    assert set(lists.source_code) == {labels.COLD}


def test_lists_are_the_same_for_one_thread_and_two(ranker: two_stage.FittedRanker) -> None:
    one, two = warm_lists(fitted(threads=1), "ranked"), warm_lists(ranker, "ranked")

    assert (one.item_row == two.item_row).all()
    assert (one.score == two.score).all()


def test_an_unknown_policy_is_refused_by_name(ranker: two_stage.FittedRanker) -> None:
    with pytest.raises(UsageError, match="policy_unknown"):
        warm_lists(ranker, "astrology")


@pytest.mark.parametrize("policy", ["als", "item_to_item", "content", "popularity", "recent"])
def test_a_source_asked_for_alone_gives_the_lists_it_gives_among_others(
    ranker: two_stage.FittedRanker, policy: str
) -> None:
    users = np.arange(ranker.state.seen.shape[0])

    alone = two_stage.recommend_each(ranker, (policy,), users, 10)[policy]
    among = two_stage.recommend_each(ranker, (policy, "random"), users, 10)[policy]

    np.testing.assert_array_equal(alone.user_row, among.user_row)
    np.testing.assert_allclose(alone.score, among.score, rtol=1e-5, atol=1e-6)
    assert (alone.item_row == among.item_row).mean() > 0.99
