"""Who is in which arm since when, and what is counted of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation.arms import (
    FEWEST_USERS,
    MOST_MONTHS,
    ArmLog,
    compared,
    is_inside,
    summed,
    time_outside,
)
from engine.evaluation.memberships import MONTH_SECONDS, Stays
from engine.evaluation.usage import Users, Window

N_USERS, N_GROUPS = 400, 8
MONTH = MONTH_SECONDS


def users_of(n_users: int = N_USERS, counted: np.ndarray | None = None) -> Users:
    """Users of one segment."""
    return Users(
        segment=np.zeros(n_users, dtype=np.int32),
        group=(np.arange(n_users) % N_GROUPS).astype(np.int32),
        first_at=np.zeros(n_users),
        counted=np.ones(n_users, dtype=bool) if counted is None else counted,
    )


def arms_log(arm: np.ndarray, started: float = 0.0, ended: float = np.inf) -> ArmLog:
    """The first users, in these arms."""
    size = len(arm)
    return ArmLog(
        user_row=np.arange(size, dtype=np.int32),
        arm=np.asarray(arm, dtype=float),
        started_at=np.full(size, started),
        ended_at=np.full(size, ended),
    )


def test_small_arms_and_people_who_do_not_count_are_left_out() -> None:
    arm = np.repeat([0.0, 1.0, 7.0], [200, 170, FEWEST_USERS - 1])
    counted = np.arange(N_USERS) >= 10
    found = compared(arms_log(arm), users_of(counted=counted), positive=False)
    assert found is not None
    np.testing.assert_array_equal(found.values, [0.0, 1.0])
    assert found.n_users == 190 + 170
    assert (found.arm[:10] == -1).all()


@pytest.mark.parametrize("values", [[1.0], [0.0, 1.0], [-2.0, 1.0]])
def test_fewer_than_two_arms_with_a_meaning_compare_nothing(values: list[float]) -> None:
    arm = np.resize(values, N_USERS)
    assert compared(arms_log(arm), users_of(), positive=True) is None


def test_months_run_from_the_assignment_to_its_end() -> None:
    log = arms_log(np.resize([0.0, 1.0], N_USERS), started=MONTH, ended=40 * MONTH)
    found = compared(log, users_of(N_USERS + 1), positive=False)
    assert found is not None
    at = np.array([0.99, 1.0, 1.99, 2.0, 39.9, 40.0, 2.0]) * MONTH
    user = np.array([0, 1, 2, 3, 4, 5, N_USERS])
    np.testing.assert_array_equal(found.month(user, at), [-1, 0, 0, 1, MOST_MONTHS - 1, -1, -1])


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 10_000), started=st.floats(-30.0, 4.0), length=st.floats(0.5, 60.0))
def test_time_without_a_membership_adds_up(seed: int, started: float, length: float) -> None:
    rng = np.random.default_rng(seed)
    log = arms_log(rng.integers(0, 2, N_USERS), started * MONTH, (started + length) * MONTH)
    people, window = users_of(), Window(begin=0.0, end=6.0 * MONTH, log_begin=0.0)
    arms = compared(log, people, positive=False)
    assert arms is not None
    begin = rng.uniform(-3.0, 6.0, N_USERS) * MONTH
    until = begin + rng.uniform(0.0, 4.0, N_USERS) * MONTH
    rows = np.arange(N_USERS, dtype=np.int32)
    stays = Stays(user_row=rows, started_at=begin, ended_at=until, price_cents=begin)
    found = time_outside(arms, stays, people, window, N_GROUPS)

    first = max(started, 0.0) * MONTH
    last = min(started + length, 6.0) * MONTH
    paid = np.clip(np.minimum(until, last) - np.maximum(begin, first), 0.0, None)
    free = np.maximum(last - first, 0.0) - paid
    assert found.sum() == pytest.approx(np.maximum(free, 0.0).sum() / MONTH, abs=1e-6)
    assert found.shape == (N_GROUPS, 2, MOST_MONTHS)


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_moment_is_inside_a_membership_or_not(seed: int) -> None:
    rng = np.random.default_rng(seed)
    edges = np.sort(rng.choice(1_000, (5, 4), replace=True), axis=1).astype(float)
    user = np.repeat(np.arange(5), 2).astype(np.int32)
    begin, end = edges[:, [0, 2]].ravel(), edges[:, [1, 3]].ravel()
    end[-1] = np.inf
    stays = Stays(user_row=user, started_at=begin, ended_at=end, price_cents=begin)
    asked, at = rng.integers(0, 6, 80), rng.integers(0, 1_000, 80).astype(float)
    found = is_inside(stays, asked, at)
    for row in range(80):
        own = user == asked[row]
        said = (begin[own] <= at[row]) & (at[row] < end[own])
        # of two that touch or repeat, the later one decides
        assert found[row] == said.any() or (begin[own][0] == begin[own][1])


def test_amounts_are_summed_by_group_arm_and_month() -> None:
    arms = compared(arms_log(np.resize([0.0, 1.0], N_USERS)), users_of(), positive=False)
    assert arms is not None
    rows = (
        np.array([0, 0, 1, 2, 3]),
        np.array([0, 0, 5, -1, 5]),
        np.array([1.0, 2.0, 4.0, 8.0, 16.0]),
    )
    found = summed(arms, users_of(), N_GROUPS, rows)
    assert (found[0, 0, 0], found[1, 1, 5], found[3, 1, 5], found.sum()) == (3.0, 4.0, 16.0, 23.0)
