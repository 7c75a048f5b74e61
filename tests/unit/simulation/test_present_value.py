"""What later money is worth today: P14, and nobody moves because a rate does."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.simulation.assumptions import draws
from engine.simulation.compare import incremental
from engine.simulation.levers import find_lever
from engine.simulation.present_value import RATE, discounted, monthly_rate, present_value
from engine.simulation.run import simulate_collapsed
from engine.simulation.scenario import Scenario, scenario_of_log
from engine.simulation.traffic import PEOPLE_LEVERS, people_part, traffic_of
from tests.unit.simulation.builders import World, collapsed_world, make_world, worlds

laws = settings(max_examples=200, deadline=None)
rates = st.floats(0.0, 0.3)


@laws
@given(worlds())
def test_p14_without_a_discount_all_months_count_alike(world: World) -> None:
    free = world.with_levers(economics__discount_rate=0.0)
    total = sum(incremental(free.simulate()).values())
    np.testing.assert_allclose(present_value(free.simulate(), free.scenario), total, rtol=1e-9)


@laws
@given(
    money=st.lists(st.floats(0.0, 1e9), min_size=1, max_size=60), low=rates, more=st.floats(0, 0.5)
)
def test_p14_a_higher_rate_never_raises_the_worth_of_money_to_come(
    money: list[float], low: float, more: float
) -> None:
    months = np.array([money])
    first, second = (discounted(months, np.array([rate]))[0] for rate in (low, low + more))
    assert second <= first * (1 + 1e-12) <= sum(money) * (1 + 1e-9)
    assert second >= money[0] * (1 - 1e-12)  # the first month counts whole


@laws
@given(world=worlds(), low=rates, more=st.floats(0.01, 0.5))
def test_p14_money_of_a_simulation_too(world: World, low: float, more: float) -> None:
    outcome = world.pinned().with_levers(reaction__list_view_share=0.3).simulate()
    flows = sum(one.incremental.sum(axis=1) for one in outcome.models.values())
    assume(bool((flows >= 0).all()))
    pinned = replace(world.scenario, pinned=frozenset({RATE}))
    values = [
        present_value(
            outcome, replace(world, scenario=pinned).with_levers(**{_NAME: rate}).scenario
        )
        for rate in (low, low + more)
    ]
    assert (values[1] <= values[0] * (1 + 1e-12)).all()


_NAME = RATE.replace(".", "__")


def test_twelve_months_of_the_rate_a_month_are_the_rate_a_year() -> None:
    assert (1 + monthly_rate(np.array([0.1]))[0]) ** 12 == pytest.approx(1.1)
    late = np.zeros((1, 13))
    late[0, 12] = 110.0
    assert discounted(late, np.array([0.1]))[0] == pytest.approx(100.0)


@laws
@given(world=worlds(), cost=st.floats(0.0, 1e6), rate=rates)
def test_the_cost_is_taken_off_every_month_at_the_same_rates(
    world: World, cost: float, rate: float
) -> None:
    at_rate = world.with_levers(economics__discount_rate=rate)
    paid = at_rate.with_levers(economics__cost_cents_per_month=cost)
    outcome = world.simulate()
    n_draws = world.people.n_draws
    drawn = draws(at_rate.scenario, at_rate.scenario.seed, n_draws).of(RATE)
    costs = np.full((n_draws, world.scenario.economics.horizon_months), cost)
    left = present_value(outcome, at_rate.scenario) - discounted(costs, drawn)
    np.testing.assert_allclose(present_value(outcome, paid.scenario), left, rtol=1e-9, atol=1e-3)


@laws
@given(world=worlds(), rate=rates)
def test_a_rate_sends_nobody_through_the_months_again(world: World, rate: float) -> None:
    collapsed = collapsed_world(world)
    first = simulate_collapsed(collapsed, world.scenario)
    before = traffic_of.cache_info()
    moved = world.with_levers(economics__discount_rate=rate).scenario
    second = simulate_collapsed(collapsed, moved)
    after = traffic_of.cache_info()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)
    for one, other in zip(first.models.values(), second.models.values(), strict=True):
        np.testing.assert_array_equal(one.incremental, other.incremental)


def test_the_rate_is_drawn_from_8_to_15_percent_and_moves_with_its_slider() -> None:
    values = draws(Scenario(), 1, 4_096).of(RATE)
    assert (values.min(), values.max()) == pytest.approx((0.08, 0.15), abs=1e-4)
    assert values.mean() == pytest.approx(0.115, abs=1e-4)
    half = draws(make_world(1, 3, 1.0, 1.0).with_levers(**{_NAME: 0.05}).scenario, 1, 4_096)
    assert (half.of(RATE).min(), half.of(RATE).max()) == pytest.approx((0.04, 0.075), abs=1e-4)


def test_the_rate_is_no_lever_of_people() -> None:
    assert RATE not in PEOPLE_LEVERS
    assert find_lever(RATE).grade == "C"
    world = make_world(1, 3, 1.0, 1.0)
    known = scenario_of_log(world.people, world.scenario)
    dear = scenario_of_log(world.people, world.with_levers(**{_NAME: 0.3}).scenario)
    assert people_part(known) == people_part(dear)
