"""Laws of each business model by itself."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings

from engine.simulation.alone import (
    ONLY,
    only_ads,
    only_membership,
    only_sales,
    relevant,
    without_members,
)
from engine.simulation.compare import attributed, incremental
from engine.simulation.run import Outcome, simulate_collapsed
from tests.unit.simulation.builders import World, collapsed_world, worlds

laws = settings(max_examples=200, deadline=None)


def same(first: object, second: object) -> None:
    np.testing.assert_allclose(first, second, rtol=1e-9, atol=1e-9)


def steady(world: World) -> World:
    """The world in which no visit gets more or less frequent: lists and ads of today."""
    people = world.people
    world = replace(world, tensor=world.today)
    return world.with_levers(ads__ad_slots=people.ad_slots_today)


@laws
@given(worlds())
def test_ads_alone_earn_no_less_than_in_the_mix_for_members_see_none(world: World) -> None:
    world = steady(world)
    alone = only_ads(collapsed_world(world), world.scenario)
    mix = incremental(world.simulate())["ads"]
    assert (incremental(alone)["ads"] >= mix * (1 - 1e-12)).all()
    if world.people.ad_slots_today > 0:
        assert incremental(alone)["ads"].sum() > mix.sum()


@laws
@given(worlds())
def test_no_one_is_a_member_where_ads_or_sales_are_alone(world: World) -> None:
    collapsed = collapsed_world(world)
    for only in (only_ads, only_sales):
        found = only(collapsed, world.scenario)
        assert not found.volumes.members.any()
        assert not found.membership.attributed.any()
    first = only_ads(collapsed, world.scenario).volumes
    everyone = world.people.free_users + world.people.members.sum(axis=-1)
    same(
        first.free_users[:, 0] + first.lapsed_users[:, 0],
        (everyone + world.people.lapsed_users).sum(axis=1),
    )


@laws
@given(worlds())
def test_without_ads_and_members_sales_alone_are_sales_in_the_mix(world: World) -> None:
    world = world.with_levers(ads__ad_slots=0.0)
    world = replace(world, people=without_members(world.people))
    alone = only_sales(collapsed_world(world), world.scenario)
    np.testing.assert_array_equal(alone.sales.incremental, world.simulate().sales.incremental)


@laws
@given(worlds())
def test_memberships_alone_are_the_mix_without_ads(world: World) -> None:
    collapsed = collapsed_world(world)
    alone = only_membership(collapsed, world.scenario)
    quiet = world.with_levers(ads__ad_slots=0.0)
    np.testing.assert_array_equal(
        alone.membership.incremental,
        simulate_collapsed(collapsed, quiet.scenario).membership.incremental,
    )
    assert not alone.ads.attributed.any()


@laws
@given(worlds())
def test_ads_drive_people_into_memberships(world: World) -> None:
    """With ads at least as many as today's, memberships alone earn no more than in the mix."""
    world = steady(world)
    assert _members(only_membership(collapsed_world(world), world.scenario)) <= _members(
        world.simulate()
    ) * (1 + 1e-12)


@laws
@given(worlds())
def test_a_log_without_memberships_has_no_price_for_them_alone(world: World) -> None:
    without = replace(world, people=without_members(world.people)).with_levers(
        membership__price_cents=None
    )
    without = without.with_people(membership_price_today_cents=None)
    found = {name: only(collapsed_world(without), without.scenario) for name, only in ONLY.items()}
    assert found["membership"].withheld["membership"] == "no_memberships"
    np.testing.assert_array_equal(
        attributed(found["ads"])["ads"], attributed(without.simulate())["ads"]
    )


def _members(found: Outcome) -> float:
    return float(found.volumes.members.sum())


@laws
@given(worlds())
def test_a_model_alone_does_not_hear_of_the_offers_of_the_others(world: World) -> None:
    collapsed = collapsed_world(world)
    for model, only in ONLY.items():
        whole, kept = (
            only(collapsed, s) for s in (world.scenario, relevant(world.scenario, model))
        )
        same(incremental(whole)[model], incremental(kept)[model])
        same(attributed(whole)[model], attributed(kept)[model])
