"""The sources of a width as readers meet them: whole, a month, and with what narrows them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from engine.simulation.scenario import Scenario
from engine.workbench import pricing
from engine.workbench.answers import Uncertainty
from engine.workbench.uncertainty import layer_table, width_parts
from tests.unit.simulation.builders import World, make_world, worlds
from tests.unit.workbench.pricing_inputs import inputs_of_orders, inputs_of_world

WORLD = make_world(5, 6, 1.5, 0.9)


def told(rest: float, level: float = 0.1) -> Uncertainty:
    shares = {"data": 0.2, "assumption": 0.3, "noise": 0.1, "model": 0.4 - rest, "rest": rest}
    widths = {"data": 1_200, "assumption": 2_400, "noise": 600, "model": 3_000}
    return Uncertainty(shares=shares, half_widths_cents=widths, level_share=level)


def test_only_where_it_is_asked_for_and_the_log_says_what_was_shown():
    inputs = inputs_of_world(WORLD, one_draw=False)
    assert pricing.simulate(inputs, WORLD.scenario).uncertainty is None
    asked = pricing.simulate(inputs, WORLD.scenario, explain=True)
    assert set(asked.uncertainty) == {"ads", "membership", "sales", "total"}
    orders = pricing.simulate(inputs_of_orders(views=False), Scenario(), explain=True)
    assert orders.uncertainty is None
    assert orders.present_value is None


@settings(max_examples=25, deadline=None)
@given(world=worlds())
def test_shares_add_up_to_one_or_are_all_zero(world: World):
    inputs = inputs_of_world(world, one_draw=False)
    found = pricing.simulate(inputs, world.scenario, explain=True).uncertainty
    for each in found.values():
        whole = sum(each.shares.values())
        assert whole == pytest.approx(1.0) if each.has_width else whole == 0.0
        assert all(width >= 0 for width in each.half_widths_cents.values())


def test_a_model_without_a_number_has_no_layers():
    world = WORLD.with_people(has_prices=False)
    inputs = inputs_of_world(world, one_draw=False)
    found = pricing.simulate(inputs, world.scenario, explain=True).uncertainty
    assert found["sales"] is None
    assert found["ads"] is not None


def test_half_widths_are_those_of_a_mean_month():
    parts = width_parts(told(0.0), 12)
    assert [part.source for part in parts] == ["data", "assumption", "noise", "model"]
    assert [part.half_width for part in parts] == [100.0, 200.0, 50.0, 250.0]


@pytest.mark.parametrize(("level", "cure"), [(0.1, "model"), (0.4, "level")])
def test_only_the_error_on_lists_never_shown_can_be_narrowed(level: float, cure: str):
    error = width_parts(told(0.0, level), 12)[-1]
    assert (error.source, error.cure, error.stays) == ("model", cure, level)


@pytest.mark.parametrize(("rest", "cure"), [(0.1, "rest"), (-0.1, "rest_cancels")])
def test_what_sources_do_together_is_told_with_its_sign(rest: float, cure: str):
    last = width_parts(told(rest), 12)[-1]
    assert (last.source, last.share, last.half_width, last.cure) == ("rest", rest, None, cure)
    frame = layer_table(width_parts(told(rest), 12))
    assert frame["share"].sum() == pytest.approx(1.0)
    assert np.isnan(frame["half_width"].iloc[-1])


def test_the_worth_today_is_that_of_the_scenario():
    inputs = inputs_of_world(WORLD, one_draw=False)
    pinned = replace(WORLD.scenario, pinned=frozenset({"economics.discount_rate"}))
    free = replace(pinned, economics=replace(pinned.economics, discount_rate=0.0))
    found = pricing.simulate(inputs, free)
    assert found.present_value.mean == pytest.approx(found.total.mean, abs=3)
    assert pricing.simulate(inputs, pinned).present_value.mean < found.present_value.mean
