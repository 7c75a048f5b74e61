"""Monotonicity and shape: P18 to P22 of the specification."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.business.ads import ad_pattern, ad_patterns
from engine.business.membership import cohort_survival
from engine.business.sales import demand_ratio
from engine.simulation.assumptions import draws
from engine.simulation.behaviour import forces, joining_odds, visits
from engine.simulation.compare import attributed, incremental
from engine.simulation.run import MODELS
from tests.unit.simulation.builders import World, worlds

laws = settings(max_examples=200, deadline=None)
STATS = ("click", "order", "value", "cost")


def same(first: object, second: object) -> None:
    np.testing.assert_allclose(first, second, rtol=1e-9, atol=1e-9)


def _moved(world: World) -> tuple:
    scenario, people = world.scenario, world.people
    assumed = draws(scenario, scenario.seed, people.n_draws, people)
    ratio = np.ones_like(people.free_users)
    return people, assumed, forces(people, scenario, assumed, ratio)


@laws
@given(worlds())
def test_p18_more_ads_never_bring_more_visits_of_free_users(world: World) -> None:
    loads = (0.0, 0.5, 1.0, 2.5, 4.0)
    free, member, _ = zip(
        *(visits(*_moved(world.with_levers(ads__ad_slots=load))) for load in loads), strict=True
    )
    assert (np.diff(np.stack(free), axis=0) <= 0).all()
    assert all(np.array_equal(other, member[0]) for other in member)


@laws
@given(worlds())
def test_p19_a_dearer_membership_never_converts_more_and_never_keeps_more(world: World) -> None:
    prices = (100.0, 400.0, 900.0, 2_500.0)
    dearer = [world.with_levers(membership__price_cents=price) for price in prices]
    won = np.stack([joining_odds(*_moved(one)) for one in dearer])
    assert (np.diff(won, axis=0) <= 1e-15).all()
    nobody = np.zeros_like(world.people.conversion)
    kept = np.stack(
        [one.with_people(conversion=nobody).simulate().volumes.members for one in dearer]
    )
    assert (np.diff(kept, axis=0) <= 1e-9).all()


@laws
@given(worlds(), st.floats(0.0, 50.0))
def test_p20_ad_money_is_proportional_to_its_price(world: World, times: float) -> None:
    price = world.scenario.ads.cpm_cents
    more = world.with_levers(ads__cpm_cents=price * times).simulate().ads.attributed
    same(more, times * world.simulate().ads.attributed)


@laws
@given(worlds())
def test_p20_money_from_new_members_rises_with_the_price_and_then_falls(world: World) -> None:
    fresh = world.with_people(members=np.zeros_like(world.people.members)).with_levers(
        economics__horizon_months=1
    )
    today = world.people.membership_price_today_cents or 1.0
    money = np.stack(
        [
            attributed(fresh.with_levers(membership__price_cents=price).simulate())["membership"]
            for price in today * np.geomspace(0.05, 50.0, 15)
        ]
    )
    falls = np.diff(money, axis=0) < -1e-9 * money[1:]
    assert (falls[1:] >= falls[:-1]).all()


@laws
@given(st.floats(0.001, 0.9), st.floats(1.05, 4.0))
def test_p20_sales_vanish_at_both_ends_of_the_price(conversion: float, elasticity: float) -> None:
    def money(price_ratio: float) -> float:
        cell, slope = np.full((1, 1, 1), conversion), np.array([elasticity])
        return float(price_ratio * demand_ratio(cell, slope, price_ratio)[0, 0, 0])

    assert money(1e-12) < 1e-6
    assert money(1e12) < money(1e6) < money(1.0)
    assert money(1e200) == pytest.approx(0.0, abs=1e-6)


@laws
@given(st.floats(0.001, 0.9), st.floats(0.1, 4.0))
def test_the_price_elasticity_at_todays_price_is_the_assumed_one(
    conversion: float, elasticity: float
) -> None:
    cell, slope, step = np.full((1, 1, 1), conversion), np.array([elasticity]), 1e-6
    up, down = (np.log(demand_ratio(cell, slope, np.exp(move)))[0, 0, 0] for move in (step, -step))
    assert (up - down) / (2.0 * step) == pytest.approx(-elasticity, rel=1e-5)


@laws
@given(worlds(), st.floats(0.01, 100.0))
def test_p21_another_currency_only_scales_money(world: World, rate: float) -> None:
    scenario, people = world.scenario, world.people
    paid = {name: getattr(world.tensor, name) * rate for name in ("value", "cost")}
    other = replace(
        world.with_levers(
            ads__cpm_cents=scenario.ads.cpm_cents * rate,
            membership__price_cents=(scenario.membership.price_cents or 0.0) * rate,
        ).with_people(
            membership_price_today_cents=(people.membership_price_today_cents or 0.0) * rate
        ),
        tensor=replace(world.tensor, **paid),
    )
    first, second = world.simulate(), other.simulate()
    for name in MODELS:
        same(second.models[name].attributed, rate * first.models[name].attributed)


@laws
@given(worlds(), st.floats(0.01, 100.0))
def test_p21_twice_the_users_earn_twice_the_money(world: World, times: float) -> None:
    counted = ("free_users", "members", "lapsed_users", "acquired_users")
    more = {name: getattr(world.people, name) * times for name in counted}
    first, second = world.simulate(), world.with_people(**more).simulate()
    for name in MODELS:
        same(second.models[name].attributed, times * first.models[name].attributed)


@laws
@given(worlds())
def test_p22_the_order_of_segments_and_draws_is_irrelevant(world: World) -> None:
    known = world.pinned()
    straight, turned = known.simulate(), _turned(known).simulate()
    for name in MODELS:
        first, second = straight.models[name].incremental, turned.models[name].incremental
        np.testing.assert_allclose(second, first[::-1, ::-1], rtol=1e-8, atol=1e-6)


@laws
@given(worlds())
def test_part_of_an_ad_mixes_the_two_nearest_lists(world: World) -> None:
    # use and upgrades react to the mean number of ads, so they are switched off here
    calm = world.pinned().with_levers(reaction__use_loss_per_ad=0.0, reaction__upgrade_per_ad=0.0)
    one, more, two = (
        incremental(calm.with_levers(ads__ad_slots=load).simulate()) for load in (1.0, 1.25, 2.0)
    )
    for name in MODELS:
        same(more[name], 0.75 * one[name] + 0.25 * two[name])


@laws
@given(st.integers(1, 20), st.floats(0.0, 25.0))
def test_patterns_hold_the_ads_asked_for_and_never_move_one(n_slots: int, wanted: float) -> None:
    patterns = ad_patterns(wanted, n_slots)
    shown = sum(share * pattern.sum() for share, pattern in patterns)
    assert shown == pytest.approx(min(wanted, n_slots))
    counts = [ad_pattern(n_ads, n_slots) for n_ads in range(n_slots + 1)]
    assert all((more | less == more).all() for less, more in itertools.pairwise(counts))
    assert n_slots == 1 or not counts[n_slots - 1][0]


def test_survival_follows_the_published_closed_form() -> None:
    alpha, beta = np.array([0.668]), np.array([3.806])  # Fader and Hardie 2007, High End
    survival = cohort_survival(alpha, beta, np.zeros((12, 1)))[0, :, 0]
    renewals = np.arange(12)
    hazards = alpha / (alpha + beta + renewals)
    same(survival[1:], np.cumprod(1.0 - hazards))
    assert survival[7] == pytest.approx(0.493, abs=0.01)


def _turned(world: World) -> World:
    def turn(source: object, names: tuple[str, ...], *, cells: bool) -> dict[str, np.ndarray]:
        arrays = {name: getattr(source, name) for name in names}
        return {name: a[::-1, ::-1] if cells else a[::-1] for name, a in arrays.items()}

    by_cell = (
        *("free_users", "members", "lapsed_users", "acquired_users"),
        *("sessions_free", "sessions_member", "conversion", "attrition"),
    )
    by_draw = ("lists_per_session", "examination", "return_rate", "churn_alpha_beta")
    people = world.people
    return replace(
        world,
        tensor=replace(world.tensor, **turn(world.tensor, STATS, cells=True)),
        today=replace(world.today, **turn(world.today, STATS, cells=True)),
    ).with_people(
        segments=people.segments[::-1],
        **turn(people, by_cell, cells=True),
        **turn(people, by_draw, cells=False),
    )
