"""Policies side by side: values by hand, paired intervals, and honest ones."""

import numpy as np
import pytest

from engine.evaluation.compare import compare
from engine.evaluation.hits import Pairs, RankedPairs
from engine.evaluation.weights import bootstrap_weights

METRICS = ("ndcg", "recall", "map", "mrr", "hit_rate", "coverage", "novelty")


def lists_of(by_user):
    """Lists from user -> items, best first."""
    rows = [(u, i, r) for u, items in by_user.items() for r, i in enumerate(items, start=1)]
    user, item, rank = np.array(rows, np.int32).reshape(-1, 3).T
    return RankedPairs(user_row=user, item_row=item, rank=rank)


def test_of(pairs):
    user, item = np.array(pairs).T
    return Pairs(user_row=user, item_row=item)


test_of.__test__ = False


def compared(lists, wanted, popularity, k=3, n_users=4, n_draws=200):
    group = np.arange(n_users)
    weights = bootstrap_weights(1, n_groups=n_users, n_draws=n_draws)
    return compare(lists, test_of(wanted), np.asarray(popularity, float), group, weights, k)


def test_values_are_those_by_hand():
    found = compared(
        {"a": lists_of({0: [1, 2, 3], 1: [0, 1, 2]})}, [(0, 2), (0, 0), (1, 0)], [4, 3, 2, 0], k=3
    )
    values = {name: found.policies["a"][name].value for name in METRICS}

    ideal = 1 + 1 / np.log2(3)
    assert found.users == 2
    assert values["ndcg"] == pytest.approx(((1 / np.log2(3)) / ideal + 1.0) / 2)
    assert values["recall"] == pytest.approx((0.5 + 1.0) / 2)
    assert values["mrr"] == pytest.approx((0.5 + 1.0) / 2)
    assert values["hit_rate"] == 1.0
    assert values["map"] == pytest.approx((0.5 / 2 + 1.0) / 2)
    assert values["coverage"] == 1.0
    surprise = -np.log2((np.array([4, 3, 2, 0]) + 1) / 10)
    assert values["novelty"] == pytest.approx(
        (surprise[[1, 2, 3]].mean() + surprise[[0, 1, 2]].mean()) / 2
    )


def test_a_user_without_a_list_scores_zero():
    found = compared({"a": lists_of({0: [1]})}, [(0, 1), (1, 1)], [1, 1])

    assert found.policies["a"]["recall"].value == 0.5
    assert found.policies["a"]["hit_rate"].value == 0.5


def test_places_beyond_k_and_lists_of_other_users_do_not_count():
    short = compared({"a": lists_of({0: [1]})}, [(0, 2)], [1, 1, 1], k=1)
    long = compared({"a": lists_of({0: [1, 2], 3: [0]})}, [(0, 2)], [1, 1, 1], k=1)

    assert long.policies == short.policies
    assert long.policies["a"]["hit_rate"].value == 0.0


def test_a_policy_against_its_equal_differs_by_exactly_nothing():
    entries = lists_of({user: [user % 3, (user + 1) % 3] for user in range(4)})
    found = compared(
        {"popularity": entries, "twin": entries}, [(0, 0), (1, 2), (2, 1), (3, 2)], [3, 2, 1]
    )

    for difference in found.against["twin"].values():
        assert (difference.difference, difference.low, difference.high) == (0.0, 0.0, 0.0)
    assert "popularity" not in found.against


def test_differences_are_paired_by_user():
    """Lists that are better by one hit for everybody differ surely, however users vary."""
    rng = np.random.default_rng(3)
    n_users = 200
    wanted = [(user, item) for user in range(n_users) for item in rng.permutation(8)[:2]]
    hit = {user: [item for u, item in wanted if u == user] for user in range(n_users)}
    easy = rng.random(n_users) < 0.5
    base = {user: [hit[user][0] if easy[user] else 9, 8] for user in range(n_users)}
    better = {user: [base[user][0], hit[user][1]] for user in range(n_users)}
    found = compared(
        {"popularity": lists_of(base), "better": lists_of(better)},
        wanted,
        np.ones(10),
        n_users=n_users,
    )

    gain = found.against["better"]["recall"]
    own = found.policies["better"]["recall"]
    assert gain.difference == pytest.approx(0.5)
    assert gain.high - gain.low < 1e-9 < own.high - own.low


def test_without_popularity_there_is_nothing_to_compare_with():
    assert compared({"a": lists_of({0: [1]})}, [(0, 1)], [1, 1]).against == {}


def test_intervals_hold_the_value_and_have_the_width_of_a_binomial():
    n_users = 400
    hits = np.arange(n_users) % 4 == 0
    found = compared(
        {"a": lists_of({user: [int(hits[user])] for user in range(n_users)})},
        [(user, 1) for user in range(n_users)],
        [1, 1],
        n_users=n_users,
        n_draws=2_000,
    )

    rate = found.policies["a"]["hit_rate"]
    expected = 2 * 1.96 * np.sqrt(0.25 * 0.75 / n_users)
    assert rate.low < rate.value == 0.25 < rate.high
    assert rate.high - rate.low == pytest.approx(expected, rel=0.1)
