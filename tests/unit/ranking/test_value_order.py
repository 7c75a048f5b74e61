"""One knob from relevance to money."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.ranking.lists import ListArrays
from engine.ranking.value_order import value_ranks


def lists_of(users):
    """Rows by user, ranked in the order given."""
    user = np.array(users, np.int32)
    rank = np.arange(len(user)) - np.searchsorted(user, user) + 1
    return ListArrays(
        user_row=user,
        item_row=np.arange(len(user), dtype=np.int32),
        rank=rank.astype(np.int32),
        score=-rank.astype(float),
        source_code=np.full(len(user), ""),
    )


def drawn(seed, n_users=5, per_user=8):
    rng = np.random.default_rng(seed)
    lists = lists_of(np.repeat(np.arange(n_users), per_user))
    falling = -np.sort(-rng.uniform(0.01, 0.5, (n_users, per_user)), axis=1).ravel()
    return lists, falling, rng.uniform(100.0, 5_000.0, n_users * per_user)


laws = settings(max_examples=200, deadline=None)
seeds = st.integers(0, 999)


@laws
@given(seed=seeds)
def test_no_weight_keeps_the_order(seed):
    lists, chance, value = drawn(seed)

    assert (value_ranks(lists, chance, value, 0.0) == lists.rank).all()


@laws
@given(seed=seeds, weight=st.floats(0.0, 1.0))
def test_each_user_has_every_place_once(seed, weight):
    lists, chance, value = drawn(seed)

    ranks = value_ranks(lists, chance, value, weight)

    for user in range(5):
        assert sorted(ranks[lists.user_row == user]) == list(range(1, 9))


@laws
@given(seed=seeds)
def test_all_weight_sorts_by_expected_money(seed):
    lists, chance, value = drawn(seed)

    ranks = value_ranks(lists, chance, value, 1.0)

    own = lists.user_row == 2
    money = (chance * value)[own][np.argsort(ranks[own])]
    assert (np.diff(money) <= 0).all()


@laws
@given(seed=seeds)
def test_more_weight_never_brings_less_money_to_the_first_places(seed):
    lists, chance, value = drawn(seed)

    def money(weight):
        first = value_ranks(lists, chance, value, weight) <= 3
        return float((chance * value)[first].sum())

    earned = [money(weight) for weight in (0.1, 0.3, 0.5, 0.7, 0.9, 1.0)]
    assert all(low <= high + 1e-9 for low, high in itertools.pairwise(earned))


@laws
@given(seed=seeds)
def test_a_little_weight_is_nearly_the_order_of_relevance(seed):
    lists, chance, value = drawn(seed)

    assert (value_ranks(lists, chance, value, 1e-9) == lists.rank).all()


def test_the_middle_price_weighs_as_much_as_relevance_at_one_half():
    """λ is the median value there: 0.2·(50 + 100) beats 0.1·(180 + 100), not 0.1·(210 + 100)."""
    lists = lists_of([0, 0, 0])
    chance = np.array([0.2, 0.1, 0.1])

    assert value_ranks(lists, chance, np.array([50.0, 180.0, 100.0]), 0.5).tolist() == [1, 2, 3]
    assert value_ranks(lists, chance, np.array([50.0, 310.0, 100.0]), 0.5).tolist() == [2, 1, 3]


def test_equal_worth_keeps_the_order_and_nothing_has_none():
    lists = lists_of([0, 0, 0])

    assert value_ranks(lists, np.ones(3), np.zeros(3), 1.0).tolist() == [1, 2, 3]
    assert len(value_ranks(lists_of([]), np.zeros(0), np.zeros(0), 0.5)) == 0
