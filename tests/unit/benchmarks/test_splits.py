"""Splits and scores that recommenders are compared on, from a log small enough to check."""

import numpy as np
import pandas as pd
import pytest

from benchmarks._scores import mean, per_user
from benchmarks._splits import Log, cut


def log(*rows):
    """A log of (user, item, second, positive)."""
    events = pd.DataFrame(rows, columns=["user_id", "item_id", "ts", "positive"])
    return Log(events=events, items=pd.DataFrame())


ONE_USER_LATER = log(
    *((1, item, item, True) for item in range(1, 9)),
    (1, 3, 9, True),
    (1, 20, 10, True),
    (2, 20, 10, True),
    (1, 21, 11, False),
)


def pairs(frame):
    return list(zip(frame["user_id"], frame["item_id"], strict=True))


def test_the_future_of_the_global_split_is_new_to_users_who_are_known():
    parts = cut(ONE_USER_LATER, "global")

    assert parts["train"]["item_id"].tolist() == [*range(1, 9), 3]
    assert pairs(parts["test"]) == [(1, 20)]


def test_leave_one_out_holds_the_last_new_success_and_all_that_came_later():
    known = log(
        (1, 5, 1, True),
        (1, 6, 2, True),
        (1, 7, 3, True),
        (1, 5, 4, True),
        (1, 8, 5, False),
        (2, 5, 9, True),
    )

    parts = cut(known, "loo")

    assert pairs(parts["test"]) == [(1, 7)]
    assert pairs(parts["train"]) == [(1, 5), (1, 6), (2, 5)]


def test_only_users_with_three_first_times_lose_one():
    twice = log((1, 5, 1, True), (1, 6, 2, True), (1, 5, 3, True))

    parts = cut(twice, "loo")

    assert len(parts["test"]) == 0
    assert len(parts["train"]) == 3


def test_a_repeated_item_counts_once_and_a_missing_list_counts_nothing():
    test = pd.DataFrame({"user_id": ["a", "a", "b"], "item_id": ["x", "y", "x"]})
    lists = pd.DataFrame({"user_id": ["a"] * 3, "rank": [1, 2, 3], "item_id": ["z", "x", "x"]})

    found = per_user(test, lists)

    ideal = 1.0 + 1.0 / np.log2(3.0)
    assert found["ndcg"] == pytest.approx([(1.0 / np.log2(3.0)) / ideal, 0.0])
    assert found["recall"] == pytest.approx([0.5, 0.0])
    assert found["mrr"] == pytest.approx([0.5, 0.0])


def test_an_interval_holds_its_mean_and_draws_are_paired():
    values = np.linspace(0.0, 1.0, 50)

    found, shifted = mean(values), mean(values + 2.0)

    assert found.low < found.value < found.high
    assert shifted.low - found.low == pytest.approx(2.0)
