"""A cut never lets the future into what is learned from."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import NotEnoughDataError
from engine.evaluation.splits import (
    leave_one_out,
    of_some_users,
    split_at,
    split_by_time,
    time_before_last,
)
from tests.unit.ranking.builders import DAY, a_log, a_log_of

laws = settings(max_examples=50, deadline=None)

logs = st.builds(
    a_log, n_users=st.integers(3, 30), per_user=st.integers(2, 12), seed=st.integers(0, 99)
)


def pairs(part):
    return set(zip(part.user_row.tolist(), part.item_row.tolist(), strict=True))


@laws
@given(log=logs, share=st.floats(0.05, 0.9))
def test_the_first_part_ends_before_the_second_begins(log, share):
    try:
        split = split_by_time(log, share)
    except NotEnoughDataError:
        return
    later = log.rows(log.at >= split.at)

    assert split.train.at.max() < split.at
    assert len(split.train.at) + len(later.at) == len(log.at)
    assert pairs(split.test) <= pairs(later)


@laws
@given(log=logs, share=st.floats(0.05, 0.9))
def test_what_is_foreseen_is_new_to_someone_with_a_past(log, share):
    try:
        split = split_by_time(log, share)
    except NotEnoughDataError:
        return

    assert not pairs(split.test) & pairs(split.train)
    assert set(split.users) <= set(split.train.user_row)
    assert len(pairs(split.test)) == len(split.test.user_row)
    assert split.users.tolist() == sorted(set(split.test.user_row.tolist()))


def test_the_last_share_of_events_is_cut_off():
    log = a_log_of([(0, item) for item in range(10)], n_users=1, n_items=10)

    assert time_before_last(log, 0.3) == log.at[7]
    assert split_by_time(log, 0.3).test.item_row.tolist() == [7, 8, 9]


def test_a_row_counts_for_as_many_events_as_it_holds():
    log = a_log_of([(0, item) for item in range(4)], n_users=1, n_items=4)
    heavy = replace(log, count=np.array([1, 1, 1, 9], np.float32))

    assert time_before_last(log, 0.5) == log.at[2]
    assert time_before_last(heavy, 0.5) == log.at[3]


def test_an_event_at_the_cut_is_foreseen_and_not_learned():
    log = a_log_of([(0, 0), (0, 1), (0, 2)], n_users=1, n_items=3)

    split = split_at(log, int(log.at[1]))

    assert pairs(split.train) == {(0, 0)}
    assert pairs(split.test) == {(0, 1), (0, 2)}
    assert (split.method, split.at) == ("from", log.at[1])


def test_whoever_did_something_without_success_has_no_past():
    log = a_log_of([(0, 0), (1, 0), (0, 1), (1, 1)], n_users=2, n_items=2)
    log = replace(log, positive=np.array([True, False, True, True]))

    assert pairs(split_at(log, int(log.at[2])).test) == {(0, 1)}


def test_an_item_that_was_touched_before_is_not_new():
    log = a_log_of([(0, 0), (0, 1), (0, 1), (0, 2)], n_users=1, n_items=3)
    log = replace(log, positive=np.array([True, False, True, True]))

    assert pairs(split_at(log, int(log.at[2])).test) == {(0, 2)}


def test_a_log_of_one_moment_has_no_later_part():
    log = a_log_of([(0, 0), (1, 1)], n_users=2, n_items=2)
    with pytest.raises(NotEnoughDataError, match="no_time_to_split"):
        time_before_last(replace(log, at=np.full(2, DAY)), 0.2)
    with pytest.raises(NotEnoughDataError, match="no_time_to_split"):
        time_before_last(log.rows(np.zeros(2, bool)), 0.2)


def test_nothing_new_later_is_nothing_to_foresee():
    log = a_log_of([(0, 0), (0, 0)], n_users=1, n_items=1)
    with pytest.raises(NotEnoughDataError, match="nothing_to_foresee"):
        split_at(log, int(log.at[1]))


def test_the_last_new_success_of_each_user_is_held_out():
    bought = [(0, 0), (0, 1), (1, 0), (0, 2), (0, 1), (1, 1)]
    log = a_log_of(bought, n_users=2, n_items=3)

    split = leave_one_out(log, seed=1)

    assert pairs(split.test) == {(0, 2)}  # the second user has two items only
    assert pairs(split.train) == {(0, 0), (0, 1), (1, 0), (1, 1)}
    own = split.train.at[split.train.user_row == 0]
    assert own.max() < log.at[3]  # what she did after the held item is not learned from
    assert split.at is None


@laws
@given(log=logs, seed=st.integers(0, 9))
def test_each_user_with_three_items_has_one_held_out(log, seed):
    distinct = np.bincount([user for user, _ in pairs(log)], minlength=log.n_users)
    try:
        split = leave_one_out(log, seed)
    except NotEnoughDataError:
        assert (distinct < 3).all()
        return

    assert np.bincount(split.test.user_row, minlength=log.n_users).max() == 1
    assert not pairs(split.test) & pairs(split.train)
    # events of one moment may leave a user without a past, who then has nothing to foresee
    assert set(split.users) <= set(np.flatnonzero(distinct >= 3))
    assert len(split.users) >= 0.9 * (distinct >= 3).sum()


def test_ties_are_broken_by_the_seed_and_the_same_way_each_time():
    log = a_log(n_users=40, per_user=6)
    log = replace(log, at=np.full(len(log.at), DAY))
    log = replace(log, at=np.where(log.item_row % 2 == 0, DAY, 2 * DAY))

    first, again, other = (leave_one_out(log, seed).test.item_row for seed in (1, 1, 2))

    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


def test_a_sample_of_users_keeps_all_that_its_users_chose():
    split = split_by_time(a_log(n_users=30), 0.5)

    some = of_some_users(split, 7, seed=1)

    mine = np.isin(split.test.user_row, some.users)
    assert len(some.users) == 7
    assert len(some.test.user_row) == mine.sum()
    assert pairs(some.test) <= pairs(split.test)
    assert some.train is split.train


def test_the_same_seed_draws_the_same_users():
    split = split_by_time(a_log(n_users=30), 0.5)

    first, again, other = (of_some_users(split, 7, seed).users for seed in (1, 1, 2))

    assert first.tolist() == again.tolist() != other.tolist()


def test_few_users_are_all_kept():
    split = split_by_time(a_log(n_users=30), 0.5)

    assert of_some_users(split, len(split.users), seed=1) is split
