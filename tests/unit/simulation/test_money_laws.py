"""Identities of money and people: P01 to P12, P16, P17 of the specification."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from engine.simulation.compare import attributed, incremental, summaries, whole_cents
from engine.simulation.run import MODELS
from tests.unit.simulation.builders import SLOTS, World, worlds

laws = settings(max_examples=200, deadline=None)


def same(first: object, second: object) -> None:
    np.testing.assert_allclose(first, second, rtol=1e-9, atol=1e-9)


@laws
@given(worlds())
def test_p01_the_total_is_the_sum_of_the_models_to_the_cent(world: World) -> None:
    found = summaries(incremental(world.simulate()))
    assert found["total"].mean == sum(found[name].mean for name in MODELS)
    draws = sum(whole_cents(amounts) for amounts in incremental(world.simulate()).values())
    assert found["total"].p50 == int(np.rint(np.quantile(draws, 0.5)))


@laws
@given(worlds())
def test_p02_a_product_earns_what_its_segments_earn_alone(world: World) -> None:
    # churn reacts to the mean quality of all members, so the segments share one quality here
    world = _with_lists_of_today(world)
    whole = attributed(world.simulate())
    alone = [attributed(_only_segment(world, index).simulate()) for index in range(3)]
    for name in MODELS:
        same(sum(part[name] for part in alone), whole[name])


@laws
@given(worlds())
def test_p03_slots_add_up_to_the_whole(world: World) -> None:
    outcome = world.simulate()
    for money in (outcome.ads, outcome.sales):
        assert money.by_slot is not None
        same(money.by_slot().sum(axis=1), money.attributed.sum(axis=(1, 2)))


@laws
@given(worlds())
def test_p04_a_longer_run_starts_with_the_months_of_a_shorter_one(world: World) -> None:
    n_months = world.scenario.economics.horizon_months
    short, long = world.simulate(), world.with_levers(economics__horizon_months=12).simulate()
    for name in MODELS:
        same(long.models[name].attributed[:, :, :n_months], short.models[name].attributed)
        same(long.models[name].incremental[:, :, :n_months], short.models[name].incremental)


@laws
@given(worlds())
def test_p05_no_user_is_lost_or_invented(world: World) -> None:
    people, volumes = world.people, world.simulate().volumes
    start = people.free_users + people.members.sum(axis=-1) + people.lapsed_users
    months = np.arange(volumes.members.shape[1])  # newcomers come from the second month on
    expected = start.sum(axis=1)[:, None] + people.acquired_users.sum(axis=1)[:, None] * months
    same(volumes.free_users + volumes.members + volumes.lapsed_users, expected)
    assert min(volumes.free_users.min(), volumes.members.min(), volumes.lapsed_users.min()) >= 0


@laws
@given(worlds())
def test_p06_p07_every_slot_of_every_visit_is_organic_or_an_ad(world: World) -> None:
    volumes = world.simulate().volumes
    same(volumes.sessions, volumes.sessions_free + volumes.sessions_member)
    lists = volumes.sessions * world.people.lists_per_session[:, None]
    same(volumes.organic_slots + volumes.ad_impressions, SLOTS * lists)


@laws
@given(worlds())
def test_p08_a_free_membership_earns_nothing(world: World) -> None:
    money = world.with_levers(membership__price_cents=0.0).simulate().membership
    assert not money.attributed.any()
    assert not money.incremental.any()


@laws
@given(worlds())
def test_p09_items_given_away_earn_nothing(world: World) -> None:
    given_away = world.with_people(has_unit_costs=False).with_levers(sales__price_ratio=0.0)
    outcome = given_away.simulate()
    assert not outcome.sales.attributed.any()
    assert np.isfinite(outcome.volumes.orders).all()


@pytest.mark.parametrize("lever", ["ads__cpm_cents", "ads__ad_slots", "ads__fill_rate"])
@laws
@given(world=worlds())
def test_p10_without_price_slots_or_buyers_ads_earn_nothing(lever: str, world: World) -> None:
    assert not world.with_levers(**{lever: 0.0}).simulate().ads.attributed.any()


@laws
@given(worlds())
def test_p11_members_see_no_ads(world: World) -> None:
    busier = world.with_people(sessions_member=world.people.sessions_member * 3.0)
    np.testing.assert_array_equal(busier.simulate().ads.attributed, world.simulate().ads.attributed)
    nobody = np.zeros_like(world.people.free_users)
    only_members = world.with_people(
        free_users=nobody, acquired_users=nobody, lapsed_users=nobody
    ).with_levers(membership__downgrade_share=0.0, membership__resubscription_rate=0.0)
    assert not only_members.simulate().ads.attributed.any()


@laws
@given(worlds())
def test_p12_with_full_churn_every_member_pays_once(world: World) -> None:
    nobody = np.zeros_like(world.people.conversion)
    closed = world.with_people(
        churn_alpha_beta=np.full_like(world.people.churn_alpha_beta, 1e15) * [1.0, 1e-15],
        conversion=nobody,
    )
    volumes = closed.simulate().volumes
    same(volumes.members.sum(axis=1), world.people.members.sum(axis=(1, 2)))


@laws
@given(worlds())
def test_p12_without_churn_members_never_become_fewer(world: World) -> None:
    loyal = np.ones_like(world.people.churn_alpha_beta) * [0.0, 1.0]
    members = world.with_people(churn_alpha_beta=loyal).simulate().volumes.members
    assert (np.diff(members, axis=1) >= -1e-9 * members[:, :-1]).all()


@laws
@given(worlds())
def test_p16_fees_and_returns_of_all_leave_nothing(world: World) -> None:
    fees = world.with_levers(ads__platform_fee_rate=1.0, membership__fee_rate=1.0).simulate()
    assert not fees.ads.attributed.any()
    assert not fees.membership.attributed.any()
    returned = world.with_people(has_unit_costs=False).with_levers(sales__return_rate=1.0)
    outcome = returned.pinned().simulate()
    assert not outcome.sales.attributed.any()
    assert not outcome.volumes.net_sales_cents.any()


@laws
@given(worlds())
def test_p17_incremental_sales_follow_the_causal_share(world: World) -> None:
    known = world.pinned()
    none, half, full = (
        known.with_levers(sales__causal_share=share).simulate().sales for share in (0.0, 0.5, 1.0)
    )
    assert not none.incremental.any()
    np.testing.assert_array_equal(full.incremental, full.attributed)
    same(half.incremental * 2.0, full.incremental)


def _with_lists_of_today(world: World) -> World:
    return World(
        tensor=world.tensor, today=world.tensor, people=world.people, scenario=world.scenario
    )


def _only_segment(world: World, index: int) -> World:
    cut = slice(index, index + 1)
    stats = ("click", "order", "value", "cost")
    tensor = replace(world.tensor, **{name: getattr(world.tensor, name)[:, cut] for name in stats})
    by_segment = [
        *("free_users", "members", "lapsed_users", "acquired_users"),
        *("sessions_free", "sessions_member", "conversion", "attrition"),
    ]
    people = {name: getattr(world.people, name)[:, cut] for name in by_segment}
    return replace(world, tensor=tensor, today=tensor).with_people(
        segments=world.people.segments[cut], **people
    )
