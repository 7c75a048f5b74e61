"""Rows of impressions become lists without losing or inventing a reward."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation.hits import RankedPairs
from engine.evaluation.impressions import ImpressionLog
from engine.evaluation.off_policy.slates import NO_ITEM, NOTHING, slate_log, target_of

laws = settings(max_examples=200, deadline=None)
K = 4


def impressions(seed: int, n_lists: int) -> tuple[ImpressionLog, np.ndarray]:
    rng = np.random.default_rng(seed)
    n = n_lists * K
    log = ImpressionLog(
        user_row=np.repeat(rng.integers(0, 5, n_lists), K).astype(np.int32),
        item_row=rng.integers(-1, 9, n).astype(np.int32),
        position=np.tile(np.arange(1, K + 1), n_lists).astype(np.int32),
        propensity=rng.random(n),
        clicked=rng.random(n) < 0.5,
        ordered=np.zeros(n, dtype=bool),
        order_amount_cents=np.zeros(n),
        is_ad=rng.random(n) < 0.3,
        viewable=np.full(n, np.nan),
        at=np.repeat(rng.integers(0, 99, n_lists), K),
        score=np.zeros(n),
    )
    return log, np.repeat(np.arange(n_lists), K)


@laws
@given(seed=st.integers(0, 9999), n_lists=st.integers(1, 12))
def test_every_organic_row_keeps_its_place_and_its_reward(seed: int, n_lists: int) -> None:
    log, request = impressions(seed, n_lists)
    shuffle = np.random.default_rng(seed).permutation(len(request))
    mixed = replace(log, **{name: values[shuffle] for name, values in vars(log).items()})
    slates = slate_log(mixed, request[shuffle], K, {"click": mixed.clicked.astype(float)})

    organic = ~log.is_ad
    assert slates.shown.sum() == organic.sum()
    np.testing.assert_array_equal(slates.item_row[slates.shown], log.item_row[organic])
    np.testing.assert_array_equal(slates.rewards[0][slates.shown], log.clicked[organic])
    np.testing.assert_array_equal(slates.chance[slates.shown], log.propensity[organic])
    slot = slates.slot_of_rank[slates.pattern][slates.shown]
    np.testing.assert_array_equal(slot, log.position[organic] - 1)
    assert (slates.item_row[~slates.shown] == NOTHING).all()


def test_of_two_rows_in_a_slot_the_first_counts_and_rows_without_slot_do_not() -> None:
    log, request = impressions(3, 2)
    log = replace(log, is_ad=np.zeros(8, dtype=bool))
    log.position[[1, 6]] = 1, 0
    slates = slate_log(log, request, K, {"click": log.clicked.astype(float)})

    assert slates.shown.sum(axis=1).tolist() == [3, 3]
    assert slates.item_row[0, 0] == log.item_row[0]


def test_a_policy_without_an_item_for_a_rank_shows_none() -> None:
    lists = RankedPairs(
        user_row=np.array([0, 0, 2]), item_row=np.array([7, 8, 5]), rank=np.array([1, 3, 2])
    )
    target = target_of("ours", lists, 3, 2)

    assert target.item_row.tolist() == [[7, NO_ITEM], [NO_ITEM, NO_ITEM], [NO_ITEM, 5]]
