"""A user who is folded in gets what a trained user of the same history gets."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.features.interactions import InteractionLog
from engine.packing import pack, unpack
from engine.ranking.fold_in import fold_in
from engine.ranking.settings import RankingSettings
from engine.ranking.two_stage import FittedRanker, ListArrays, recommend, score_pairs
from tests.unit.ranking.builders import SMALL, a_log, a_log_of, fitted, tagged_items

LOG = a_log(n_users=120, n_items=60, per_user=12)
ITEMS = tagged_items(LOG.n_items)
BY_USERS = a_log(n_users=40, n_items=90, per_user=12)
CASES = {
    "exact over items": (LOG, SMALL),
    "exact over users": (BY_USERS, SMALL),
    "neighbours": (LOG, replace(SMALL, ease_limit=0)),
    "a pool": (LOG, replace(SMALL, pool_size=40)),
}


def of_user(log: InteractionLog, user: int) -> InteractionLog:
    """Return the history of one user, now the only one."""
    own = log.rows(log.user_row == user)
    return replace(
        own, user_row=np.zeros_like(own.user_row), bot_users=np.zeros(1, bool), n_users=1
    )


def shared(one: ListArrays, other: ListArrays, k: int) -> NDArray[np.float64]:
    """Return the share of places of each user's list that both have."""
    users = np.unique(one.user_row)
    return np.array(
        [
            len(
                np.intersect1d(one.item_row[one.user_row == u], other.item_row[other.user_row == u])
            )
            / k
            for u in users
        ]
    )


@pytest.mark.parametrize(("log", "settings"), CASES.values(), ids=CASES.keys())
def test_the_same_history_gets_nearly_the_same_list(
    log: InteractionLog, settings: RankingSettings
) -> None:
    model = fitted(log, settings, items=tagged_items(log.n_items))
    users = np.arange(log.n_users)
    again = fold_in(model, log)

    # only ALS moves, and tastes this plain leave the order within one open: four of five stay
    before, after = recommend(model, "ranked", users, 10), recommend(again, "ranked", users, 10)
    assert shared(before, after, 10).mean() > 0.8
    for policy in ("item_to_item", "latest", "together", "content", "sequence", "recent"):
        before, after = recommend(model, policy, users, 10), recommend(again, policy, users, 10)
        assert shared(before, after, 10).min() == 1.0


def test_one_user_alone_is_one_of_many() -> None:
    model = fitted(LOG, items=ITEMS)
    together = recommend(fold_in(model, LOG), "ranked", np.array([7]), 10)
    alone = recommend(fold_in(model, of_user(LOG, 7)), "ranked", np.array([0]), 10)

    assert (alone.item_row == together.item_row).all()
    np.testing.assert_allclose(alone.score, together.score, atol=1e-6)


def test_a_new_user_is_known_by_one_event() -> None:
    model = fitted(LOG, items=ITEMS)
    half = LOG.n_items // 2
    early = recommend(
        fold_in(model, a_log_of([(0, 3)], 1, LOG.n_items)), "ranked", np.array([0]), 10
    )
    late = recommend(
        fold_in(model, a_log_of([(0, half + 3)], 1, LOG.n_items)), "ranked", np.array([0]), 10
    )

    assert (early.item_row < half).mean() > 0.7
    assert (late.item_row >= half).mean() > 0.7
    assert 3 not in early.item_row


def test_folding_in_changes_neither_the_ranker_nor_the_items() -> None:
    model = fitted(LOG, items=ITEMS)
    before = pack(model)
    again = fold_in(model, of_user(LOG, 2))

    assert pack(model) == before
    assert again.ranker is model.ranker
    assert (again.state.shared == model.state.shared).all()
    np.testing.assert_array_equal(again.state.facts.item, model.state.facts.item)


def test_a_stored_ranker_folds_in_like_the_one_that_was_stored() -> None:
    model = fitted(BY_USERS)
    stored = unpack(FittedRanker, pack(model))
    one, other = (fold_in(each, of_user(BY_USERS, 5)) for each in (model, stored))
    items = np.arange(BY_USERS.n_items)
    users = np.zeros_like(items)

    assert (score_pairs(one, users, items) == score_pairs(other, users, items)).all()


def test_ratings_keep_the_scale_of_the_log() -> None:
    rated = replace(
        LOG,
        event_types=("rating",),
        rating=np.where(np.arange(len(LOG.at)) % 2 == 0, 1.0, 5.0).astype(np.float32),
        rating_range=(1.0, 5.0),
    )
    model = fitted(rated, items=ITEMS)
    only_good = rated.rows((rated.user_row == 4) & (rated.rating == 5.0))
    good = replace(only_good, user_row=np.zeros_like(only_good.user_row), n_users=1)

    # without the scale, a single kind of rating would say nothing of its direction
    assert (fold_in(model, good).state.preferences.data > 0).all()


def test_nobody_and_nothing_fold_in() -> None:
    model = fitted(LOG, items=ITEMS)
    nobody = fold_in(model, a_log_of([], 0, LOG.n_items))
    silent_user = fold_in(model, a_log_of([], 1, LOG.n_items))

    assert len(recommend(nobody, "ranked", np.arange(0), 10).item_row) == 0
    assert len(recommend(silent_user, "ranked", np.array([0]), 10).item_row) == 10
