"""A curve passes through the number of the page, and bends the way its lever says."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ScenarioError
from engine.simulation.levers import LEVERS, find_lever, lever_value, with_lever
from engine.workbench import pricing
from engine.workbench.answers import Money
from engine.workbench.curves import Curve, curve, grid
from tests.unit.simulation.builders import World, make_world, worlds
from tests.unit.workbench.inputs import inputs_of, range_inputs

KEYS = [lever.key for lever in LEVERS if lever.subject != "reach"]

few = settings(max_examples=40, deadline=None)


@few
@given(world=worlds(), key=st.sampled_from(KEYS), place=st.floats(0.0, 1.0))
def test_the_curve_passes_through_the_number_of_the_page(
    world: World, key: str, place: float
) -> None:
    inputs = inputs_of(world)
    lever = find_lever(key)
    value = lever.low + place * (lever.high - lever.low)
    value = float(round(value)) if key == "economics.horizon_months" else value
    scenario = with_lever(world.scenario, key, value)
    found = curve(inputs, scenario, key, n_points=4)
    assert found.current is not None
    assert found.values[found.current] == value
    _same_answer(found, found.current, pricing.quote(inputs, scenario).simulation)


@few
@given(world=worlds(), key=st.sampled_from(KEYS))
def test_every_point_is_the_answer_of_its_scenario(world: World, key: str) -> None:
    inputs = inputs_of(world)
    found = curve(inputs, world.scenario, key, n_points=3)
    assert list(found.values) == sorted(set(found.values))
    for index, value in enumerate(found.values):
        own = index == found.current
        asked = lever_value(world.scenario, key) if own else value
        moved = with_lever(world.scenario, key, asked)
        _same_answer(found, index, pricing.quote(inputs, moved).simulation)


@few
@given(worlds())
def test_medians_of_members_and_orders_are_those_of_the_months(world: World) -> None:
    inputs = inputs_of(world)
    found = curve(inputs, world.scenario, "membership.price_cents", n_points=3)
    outcomes = pricing.quote(inputs, world.scenario).outcomes
    assert outcomes is not None
    volumes = outcomes[0].volumes
    assert found.members[found.current] == np.median(volumes.members[:, -1])
    assert found.orders[found.current] == np.median(volumes.orders.sum(axis=1))


@few
@given(worlds())
def test_dearer_ads_and_dearer_memberships_go_the_way_they_must(world: World) -> None:
    inputs = inputs_of(world)
    ads = curve(inputs, world.scenario, "ads.cpm_cents").money["ads"]
    assert list(ads.p50) == sorted(ads.p50)
    members = curve(inputs, world.scenario, "membership.price_cents").members
    assert list(members) == sorted(members, reverse=True)


def test_what_the_log_knows_is_a_point_though_the_scenario_leaves_it_open() -> None:
    world = make_world(3, 4, 1.0, 1.0)
    inputs = inputs_of(world)
    found = curve(inputs, world.scenario, "sales.return_rate")
    assert found.values[found.current] == inputs.known["sales.return_rate"]
    _same_answer(found, found.current, pricing.quote(inputs, world.scenario).simulation)
    assert curve(inputs, world.scenario, "sales.take_rate").current is None


def test_a_reaction_left_open_stands_where_its_source_says() -> None:
    world = make_world(3, 4, 1.0, 0.8)
    inputs = inputs_of(world)
    found = curve(inputs, world.scenario, "reaction.price_elasticity")
    assert found.values[found.current] == find_lever("reaction.price_elasticity").fallback
    _same_answer(found, found.current, pricing.quote(inputs, world.scenario).simulation)


def test_a_model_without_a_number_has_no_line() -> None:
    world = make_world(3, 4, 1.0, 1.0).with_people(
        conversion=None, membership_price_today_cents=None
    )
    world = world.with_levers(membership__price_cents=None)
    found = curve(inputs_of(world), world.scenario, "ads.cpm_cents")
    assert set(found.money) == {"ads", "sales", "total"}
    assert found.members == ()


def test_a_log_without_lists_has_a_curve_of_its_range() -> None:
    inputs = range_inputs()
    scenario = inputs.default_scenario
    found = curve(inputs, scenario, "reach.click_share")
    _same_answer(found, found.current, pricing.quote(inputs, scenario).simulation)
    assert found.money["sales"].p50[0] < found.money["sales"].p50[-1]
    assert found.members == found.orders == ()


def test_a_log_that_carries_no_price_has_no_line() -> None:
    inputs = range_inputs()
    valuation = replace(inputs.valuation, method="none", reason="too_few_clicks")
    found = curve(replace(inputs, valuation=valuation), inputs.default_scenario, "ads.cpm_cents")
    assert found.money == {}


def test_horizons_are_whole_months() -> None:
    assert grid(find_lever("economics.horizon_months"), 9) == (1, 4, 7, 10, 12, 15, 18, 21, 24)
    assert grid(find_lever("sales.price_ratio"), 3) == (0.7, 1.0, 1.3)


def test_an_unknown_lever_is_refused() -> None:
    with pytest.raises(ScenarioError):
        curve(range_inputs(), range_inputs().default_scenario, "ads.colour")


def _same_answer(found: Curve, index: int, simulation: object) -> None:
    names = [name for name in ("ads", "membership", "sales", "total") if name in found.money]
    for name in names:
        money, line = simulation.of(name), found.money[name]
        assert isinstance(money, Money)
        assert (line.p10[index], line.p50[index], line.p90[index]) == (
            money.p10,
            money.p50,
            money.p90,
        )
