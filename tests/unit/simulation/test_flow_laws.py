"""Laws of those who come and go, of seen ads, and of what becomes of the value of orders."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.business.ads import cents_per_seen_ad, sold_share
from engine.simulation.assumptions import draws
from engine.simulation.levers import LEVERS, Lever, with_lever
from engine.simulation.run import MODELS, simulate_collapsed
from engine.simulation.scenario import scenario_of_log
from engine.simulation.traffic import PEOPLE_LEVERS, Traffic, send_traffic, traffic_of
from tests.unit.simulation.builders import World, collapsed_world, make_trying, worlds

laws = settings(max_examples=200, deadline=None)


def same(first: object, second: object) -> None:
    np.testing.assert_allclose(first, second, rtol=1e-9, atol=1e-7)


@laws
@given(worlds())
def test_members_are_those_who_stayed_and_those_who_joined(world: World) -> None:
    volumes = world.simulate().volumes
    today = world.people.members.sum(axis=(1, 2))
    before = np.column_stack([today, (volumes.members - volumes.leaving_members)[:, :-1]])
    same(volumes.members, before + volumes.new_members)
    for moving in (volumes.new_members, volumes.leaving_members, volumes.returning_users):
        assert (moving >= -1e-9).all()


@laws
@given(worlds())
def test_lapsed_users_return_at_the_rate_of_the_scenario(world: World) -> None:
    known = world.pinned().with_levers(membership__resubscription_rate=0.25)
    volumes = known.simulate().volumes
    assert not volumes.returning_users[:, 0].any()  # nobody moves before the books
    same(volumes.returning_users[:, 1:], volumes.lapsed_users[:, 1:] / 3.0)
    away = known.with_levers(membership__resubscription_rate=0.0).simulate().volumes
    assert not away.returning_users.any()


@laws
@given(worlds())
def test_each_seen_ad_is_paid_for_once(world: World) -> None:
    outcome = world.simulate()
    ads = world.scenario.ads
    a_seen_one = cents_per_seen_ad(ads) / sold_share(ads)
    same(outcome.volumes.seen_ads * a_seen_one, outcome.ads.attributed.sum(axis=1))
    assert (outcome.volumes.seen_ads <= outcome.volumes.ad_impressions + 1e-9).all()


@laws
@given(world=worlds(), take_rate=st.sampled_from([None, 0.0, 0.15, 1.0]))
def test_what_becomes_of_the_value_adds_up_to_what_is_booked(
    world: World, take_rate: float | None
) -> None:
    outcome = world.with_levers(sales__take_rate=take_rate).simulate()
    parts = outcome.sales_parts
    less = parts.returned + parts.unit_costs + parts.handling + parts.passed_on
    same(parts.gross - less, parts.booked)
    same(parts.booked, outcome.sales.attributed.sum(axis=1))
    same(parts.gross - parts.returned, outcome.volumes.net_sales_cents)
    sold_for_others = take_rate is not None and take_rate < 1.0
    assert parts.passed_on.any() == sold_for_others
    assert parts.unit_costs.any() == (take_rate is None and world.people.has_unit_costs)


@laws
@given(worlds())
def test_free_users_and_members_pay_all_of_it(world: World) -> None:
    outcome = world.simulate()
    for name in MODELS:
        money = outcome.models[name]
        same(money.by_payer.sum(axis=0), money.incremental.sum(axis=2))
    assert not outcome.ads.by_payer[1].any()
    assert not outcome.membership.by_payer[0].any()


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.key)
def test_only_people_levers_move_people(lever: Lever) -> None:
    world = make_trying(7, 4, 1.0, 1.0)
    low, high = (
        _traffic(world, lever.key, lever.low),
        _traffic(world, lever.key, lever.high),
    )
    unmoved = all(np.array_equal(one, two) for one, two in zip(low, high, strict=True))
    assert unmoved == (lever.key not in PEOPLE_LEVERS)


def _traffic(world: World, key: str, value: float) -> list[np.ndarray]:
    scenario = scenario_of_log(world.people, with_lever(world.scenario, key, value))
    assumed = draws(scenario, scenario.seed, world.people.n_draws, world.people)
    found: Traffic = send_traffic(collapsed_world(world), scenario, assumed)
    people = found.people
    return [
        *(people.free, people.members, people.lapsed),
        *(people.joining, people.leaving, people.returning),
        *(found.members_anyway, found.lists_free, found.lists_member),
    ]


@laws
@given(world=worlds(), n_empty=st.integers(1, 5))
def test_tenures_that_no_one_has_change_nothing(world: World, n_empty: int) -> None:
    members = world.people.members
    padded = np.concatenate([members, np.zeros((*members.shape[:2], n_empty))], axis=2)
    longer = world.with_people(members=padded)
    assert collapsed_world(longer).population.members.shape == members.shape
    first, second = world.simulate(), longer.simulate()
    np.testing.assert_array_equal(first.membership.incremental, second.membership.incremental)
    none = world.with_people(members=np.zeros_like(members))
    assert collapsed_world(none).population.members.shape[2] == 1


@laws
@given(world=worlds(), cpm=st.floats(1.0, 5_000.0), share=st.floats(0.0, 1.0))
def test_levers_that_only_rescale_move_nobody_again(world: World, cpm: float, share: float) -> None:
    collapsed = collapsed_world(world)
    simulate_collapsed(collapsed, world.scenario)
    before = traffic_of.cache_info()
    dearer = world.with_levers(ads__cpm_cents=cpm, sales__causal_share=share).scenario
    found = simulate_collapsed(collapsed, dearer)
    after = traffic_of.cache_info()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)
    traffic_of.cache_clear()
    fresh = simulate_collapsed(collapsed, dearer)
    for name in MODELS:
        first, second = found.models[name], fresh.models[name]
        np.testing.assert_array_equal(first.incremental, second.incremental)
