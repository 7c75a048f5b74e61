"""Trials and pools that grow older: laws, and equality with a loop written down again."""

from dataclasses import fields, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.business.membership import ends_of_running_trials, ends_of_trials
from engine.simulation.assumptions import draws
from engine.simulation.behaviour import People, forces, move_people
from engine.simulation.run import MODELS, Volumes
from engine.simulation.scenario import scenario_of_log
from tests.unit.simulation.builders import DRAWS, SEGMENTS, World, trying_worlds, worlds

laws = settings(max_examples=200, deadline=None)
LONGEST_JOINING = 0.95


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


@laws
@given(trying_worlds())
def test_p23_the_kernel_equals_a_loop_over_months_and_segments(world: World) -> None:
    volumes = world.simulate().volumes
    for draw in range(DRAWS):
        expected = _loop(world, draw)
        for name, months in expected.items():
            same(getattr(volumes, name)[draw], months)


def _loop(world: World, draw: int) -> dict[str, list[float]]:
    """Follow each segment with plain numbers, written down again from the specification."""
    found: dict[str, list[float]] = {
        name: [0.0] * world.scenario.economics.horizon_months
        for name in ("free_users", "trial_users", "members", "lapsed_users", "new_members")
    }
    facts = _Facts(world, draw)
    for segment in range(SEGMENTS):
        _follow(facts, segment, found)
    return found


class _Facts:
    """What one draw of a world is made of."""

    def __init__(self, world: World, draw: int) -> None:
        self.people, self.draw = world.people, draw
        self.scenario = scenario_of_log(world.people, world.scenario)
        assumed = draws(self.scenario, self.scenario.seed, DRAWS, world.people)
        self.of = {key: float(values[draw]) for key, values in assumed.values.items()}
        n_slots = world.people.examination.shape[1]
        ads = min(self.scenario.ads.ad_slots, n_slots)
        self.more_ads = (ads - world.people.ad_slots_today) * 10.0 / n_slots
        today = world.people.membership_price_today_cents
        self.log_price = np.log(self.scenario.membership.price_cents / today)
        members, ratio = world.people.members[draw].sum(axis=1), _quality_ratio(world, draw)
        share = self.of["reaction.list_view_share"]
        quality = np.log(np.maximum(1.0 + share * (ratio - 1.0), 1e-9))
        self.quality = float((members * quality).sum() / members.sum())

    def ramp(self, month: int) -> float:
        return 1.0 - np.exp(-(month + 1) / self.of["reaction.ramp_months"])

    def join(self, base: float, month: int, pool: int | None, segment: int) -> float:
        slope = self.ramp(month) * self.of["reaction.upgrade_per_ad"] * self.more_ads
        slope -= self.of["reaction.membership_elasticity"] * self.log_price
        odds = base / (1.0 - base) * np.exp(slope)
        chance = odds / (1.0 + odds)
        if pool is None or self.people.readiness is None:
            return chance
        ready = self.people.readiness[self.draw, pool, month]
        if pool == 1:
            ready *= self.people.freshness[self.draw, segment]
        return min(chance * ready, LONGEST_JOINING)

    def leave(self, tenure: int, month: int) -> float:
        alpha, beta = self.people.churn_alpha_beta[self.draw]
        slope = self.of["reaction.churn_per_price"] * self.log_price
        slope -= self.of["reaction.churn_per_quality"] * self.quality
        odds = alpha / (beta + tenure) * np.exp(self.ramp(month) * slope)
        return odds / (1.0 + odds)


def _quality_ratio(world: World, draw: int) -> np.ndarray:
    looked = world.people.examination[draw]
    new, old = (
        (tensor.click[draw].sum(axis=-1) * looked).sum(axis=-1)
        for tensor in (world.tensor, world.today)
    )
    return new / old


def _follow(facts: _Facts, segment: int, found: dict[str, list[float]]) -> None:
    people, draw = facts.people, facts.draw
    trying, length = people.trial_users[draw, segment], people.trial_months
    pools = {0: 0.0, 1: 0.0, None: 0.0}  # today's, newcomers, others
    ageing = people.readiness is not None
    pools[0 if ageing else None] = people.free_users[draw, segment] - trying
    lapsed = people.lapsed_users[draw, segment]
    tenures = dict(enumerate(people.members[draw, segment]))
    begun, running = [0.0], trying
    for month in range(facts.scenario.economics.horizon_months):
        won = 0.0
        if month > 0:
            back = facts.of["membership.resubscription_rate"] * lapsed
            lapsed -= back
            pools[None] += back
            pools[1 if ageing else None] += people.acquired_users[draw, segment]
            begun.append(_take(facts, pools, people.trial_start_rate, segment, month))
            over = _over(begun, month, length, running)
            trying += begun[-1] - over
            won = over * people.trial_to_paid_rate[draw]
            pools[None] += over - won
            won += _take(facts, pools, people.conversion, segment, month)
        tenures = {**tenures, "new": won}
        free, paying = sum(pools.values()), sum(tenures.values())
        for name, heads in (
            ("free_users", free),
            ("trial_users", trying),
            ("members", paying),
            ("lapsed_users", lapsed),
            ("new_members", won),
        ):
            found[name][month] += heads
        aged = [(0 if tenure == "new" else tenure, heads) for tenure, heads in tenures.items()]
        leavers = sum(heads * facts.leave(tenure, month) for tenure, heads in aged)
        tenures = {}
        for tenure, heads in aged:
            stayed = heads * (1.0 - facts.leave(tenure, month))
            tenures[tenure + 1] = tenures.get(tenure + 1, 0.0) + stayed
        lost = free * people.attrition[draw, segment]
        for pool in pools:
            pools[pool] -= lost * pools[pool] / free
        pools[None] += facts.scenario.membership.downgrade_share * leavers
        lapsed += (1.0 - facts.scenario.membership.downgrade_share) * leavers + lost


def _take(facts: _Facts, pools: dict, chances: np.ndarray, segment: int, month: int) -> float:
    base = chances[facts.draw, segment]
    taken = {pool: heads * facts.join(base, month, pool, segment) for pool, heads in pools.items()}
    for pool, heads in taken.items():
        pools[pool] -= heads
    return sum(taken.values())


def _over(begun: list[float], month: int, length: float, running: float) -> float:
    """Trials begin evenly over a month; those of the log have an even rest before them."""
    over = 0.0
    for start in range(1, month + 1):
        ends = [start + length, start + length + 1.0]  # of the first and of the last to begin
        over += begun[start] * max(0.0, min(ends[1], month + 1.0) - max(ends[0], float(month)))
    rest = max(length, 1.0)
    return over + running * max(0.0, min(rest, month) - (month - 1)) / rest


@laws
@given(world=trying_worlds(), length=st.sampled_from([0.0, 0.25, 1.0]))
def test_p15_a_run_goes_on_from_its_state(world: World, length: float) -> None:
    """A run of 12 months is one of 6, then one of 7 that begins with the sixth as its books.

    The state: free users, those in trial (trials of at most a month, so that all of them end
    next month), lapsed users, members by renewals survived, and the months that reactions
    have run. Pools whose chance falls with age would have to be handed over one by one.
    """
    world = _one_segment(world.with_people(readiness=None, freshness=None, trial_months=length))
    world = world.with_levers(economics__horizon_months=12)
    whole = _moved(world, 0)
    sixth = world.with_people(
        free_users=whole.free[5] + whole.trial[5],
        trial_users=whole.trial[5],
        lapsed_users=whole.lapsed[5][:, None],
        members=_tenures_in(world, whole, 5),
    )
    rest = _moved(sixth, 5)
    for name in ("free", "trial", "members", "lapsed", "joining", "leaving", "returning"):
        later = getattr(whole, name)[6:]
        same(getattr(rest, name)[1 : 1 + len(later)], later)


def _one_segment(world: World) -> World:
    """Return the people of the first segment alone."""
    people, n_segments = world.people, SEGMENTS
    return world.with_people(
        **{
            spec.name: getattr(people, spec.name)[:, :1]
            for spec in fields(people)
            if getattr(getattr(people, spec.name), "shape", ())[1:2] == (n_segments,)
            and spec.name not in ("examination", "viewability")
        }
    )


def _moved(world: World, month: int) -> People:
    """Return the people of a world whose reactions have run for some months."""
    scenario = scenario_of_log(world.people, world.scenario)
    assumed = draws(scenario, scenario.seed, DRAWS, world.people)
    moved = forces(world.people, scenario, assumed, np.full((DRAWS, 1), 1.3))
    ahead = np.arange(1, 13)[:, None] + month
    ramp = -np.expm1(-ahead / assumed.of("reaction.ramp_months"))
    return move_people(world.people, scenario, assumed, [replace(moved, ramp=ramp)])


def _tenures_in(world: World, whole: People, month: int) -> np.ndarray:
    """Return members by renewals survived: each cohort followed alone."""
    people, nobody = world.people, np.zeros((DRAWS, 1))
    n_tenures = people.members.shape[2]
    found = np.zeros((DRAWS, 1, n_tenures + month))
    quiet = world.with_people(conversion=nobody, trial_start_rate=nobody, trial_users=nobody)
    for tenure in range(n_tenures):
        alone = np.zeros_like(people.members)
        alone[:, :, tenure] = people.members[:, :, tenure]
        found[:, :, tenure + month] = _moved(quiet.with_people(members=alone), 0).members[month]
    for start in range(1, month + 1):
        fresh = whole.joining[start][:, None, None]
        left = _moved(quiet.with_people(members=fresh), start).members[month - start]
        found[:, :, month - start] += left
    return found
