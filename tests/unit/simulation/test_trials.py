"""Laws of trials and of pools that grow older."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.business.membership import ends_of_running_trials, ends_of_trials
from engine.simulation.run import MODELS, Volumes
from tests.unit.simulation.builders import World, trying_worlds, worlds

laws = settings(max_examples=200, deadline=None)


def same(first: object, second: object) -> None:
    np.testing.assert_allclose(first, second, rtol=1e-9, atol=1e-7)


def everyone(volumes: Volumes) -> np.ndarray:
    return volumes.free_users + volumes.trial_users + volumes.members + volumes.lapsed_users


@laws
@given(trying_worlds())
def test_p05_no_user_is_lost_or_invented_with_trials(world: World) -> None:
    people, volumes = world.people, world.simulate().volumes
    start = people.free_users + people.members.sum(axis=-1) + people.lapsed_users
    new = people.acquired_users.sum(axis=1)[:, None] * np.arange(volumes.members.shape[1])
    same(everyone(volumes), start.sum(axis=1)[:, None] + new)
    for heads in (volumes.free_users, volumes.trial_users, volumes.members, volumes.lapsed_users):
        assert heads.min() >= -1e-9


@laws
@given(trying_worlds())
def test_p44_the_first_month_is_that_of_the_log_with_trials_as_without(world: World) -> None:
    volumes, people = world.simulate().volumes, world.people
    first = world.with_people(
        trial_users=None, trial_start_rate=None, readiness=None, freshness=None
    ).simulate()
    same(volumes.members[:, 0], people.members.sum(axis=(1, 2)))
    same(volumes.trial_users[:, 0], people.trial_users.sum(axis=1))
    same(everyone(volumes)[:, 0], everyone(first.volumes)[:, 0])
    still = world.pinned().with_levers(reaction__use_per_quality=0.0, reaction__use_loss_per_ad=0.0)
    visits = (people.sessions_free * people.free_users).sum(axis=1)
    visits += (people.sessions_member * people.members.sum(axis=2)).sum(axis=1)
    same(still.simulate().volumes.sessions[:, 0], visits)


@laws
@given(trying_worlds())
def test_trials_that_nobody_pays_for_win_no_members(world: World) -> None:
    alone = world.with_people(conversion=np.zeros_like(world.people.conversion))
    volumes = alone.with_levers(membership__trial_to_paid_rate=0.0).simulate().volumes
    assert not volumes.new_members.any()


@laws
@given(trying_worlds())
def test_a_trial_of_no_time_that_all_pay_for_is_a_conversion(world: World) -> None:
    people = world.people
    nobody = np.zeros_like(people.free_users)
    trying = world.with_people(
        conversion=nobody, trial_start_rate=people.conversion, trial_users=nobody
    ).with_levers(membership__trial_to_paid_rate=1.0, membership__trial_months=0.0)
    direct = world.with_people(trial_users=None, trial_start_rate=None)
    first, second = trying.simulate(), direct.simulate()
    for name in MODELS:
        same(first.models[name].incremental, second.models[name].incremental)
    same(first.volumes.members, second.volumes.members)
    assert np.abs(first.volumes.trial_users).max() < 1e-9


@laws
@given(world=worlds(), to_paid=st.floats(0.0, 1.0), months=st.floats(0.0, 12.0))
def test_where_nobody_tries_the_levers_of_trials_change_no_bit(
    world: World, to_paid: float, months: float
) -> None:
    moved = world.with_levers(
        membership__trial_to_paid_rate=to_paid, membership__trial_months=months
    )
    first, second = world.simulate(), moved.simulate()
    for name in MODELS:
        np.testing.assert_array_equal(
            first.models[name].incremental, second.models[name].incremental
        )
    assert not first.volumes.trial_users.any()


@laws
@given(trying_worlds())
def test_p12_with_full_churn_every_member_pays_once_with_trials(world: World) -> None:
    closed = world.with_people(
        churn_alpha_beta=np.full_like(world.people.churn_alpha_beta, 1e15) * [1.0, 1e-15]
    )
    volumes = closed.simulate().volumes
    today = world.people.members.sum(axis=(1, 2))
    same(volumes.members.sum(axis=1), today + volumes.new_members.sum(axis=1))


@laws
@given(trying_worlds())
def test_p19_a_dearer_membership_never_wins_more_with_trials(world: World) -> None:
    """Of one month, of trials alone and of the same people: who leaves may try again."""
    nobody = np.zeros_like(world.people.conversion)
    two = world.with_people(conversion=nobody).pinned()
    two = two.with_levers(economics__horizon_months=2, reaction__churn_per_price=0.0)
    won = np.stack(
        [
            two.with_levers(membership__price_cents=price).simulate().volumes.new_members[:, 1]
            for price in (100.0, 400.0, 900.0, 2_500.0)
        ]
    )
    assert (np.diff(won, axis=0) <= 1e-9).all()


@laws
@given(trying_worlds(), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_more_trials_paid_for_never_bring_fewer_members(
    world: World, one: float, other: float
) -> None:
    low, high = (
        world.with_levers(membership__trial_to_paid_rate=share, economics__horizon_months=2)
        .simulate()
        .volumes.members
        for share in sorted((one, other))
    )
    assert (high - low >= -1e-9).all()


@given(st.floats(0.0, 12.0), st.integers(1, 30))
def test_every_trial_ends_once(length: float, n_months: int) -> None:
    ends = ends_of_trials(length)
    assert ends.min() >= 0.0
    same(ends.sum(), 1.0)
    same(ends @ np.arange(len(ends)), length)
    running = ends_of_running_trials(length, n_months)
    assert running[0] == 0.0
    same(running.sum(), min(1.0, (n_months - 1) / max(length, 1.0)))
