"""Funnel, bridge and price curve by law: nothing widens, parts add up, curves meet the page."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.simulation.levers import with_lever
from engine.workbench import explaining, item_prices, pricing, selling
from engine.workbench.item_prices import PRICE, price_curve, sales_responses, without_price
from engine.workbench.pictures import band
from tests.unit.simulation.builders import World, make_world, worlds
from tests.unit.workbench.inputs import inputs_of, range_inputs

few = settings(max_examples=25, deadline=None)
PRICES = st.sampled_from([0.7, 0.83, 1.0, 1.3])
TAKES = st.sampled_from([None, 0.0, 0.15, 1.0])


def answered(world: World):
    """Return inputs, scenario, and the outcome of a world's lists."""
    inputs = inputs_of(world)
    return inputs, world.scenario, pricing.quote(inputs, world.scenario).outcomes[0]


@few
@given(worlds())
def test_a_funnel_never_widens(world):
    inputs, scenario, found = answered(world)

    steps = selling.funnel(inputs, found, scenario)

    assert [step.name for step in steps] == ["shown", "looked_at", "clicked", "ordered", "kept"]
    for before, step in pairwise(steps):
        assert step.mean <= before.mean * (1 + 1e-12)
        assert step.count.p90 <= before.count.p90 * (1 + 1e-12)
        if before.mean > 0:
            assert step.share * before.mean == pytest.approx(step.mean)
        else:
            assert step.share is None


@few
@given(worlds())
def test_where_every_slot_is_looked_at_all_that_is_shown_is_seen(world):
    world = world.with_people(examination=np.ones_like(world.people.examination))
    inputs, scenario, found = answered(world)

    shown, looked_at = selling.funnel(inputs, found, scenario)[:2]

    assert looked_at.mean == pytest.approx(shown.mean)


@few
@given(worlds())
def test_what_comes_back_is_not_kept(world):
    world = world.with_levers(sales__return_rate=0.25).pinned()
    inputs, scenario, found = answered(world)

    ordered, kept = selling.funnel(inputs, found, scenario)[-2:]

    assert kept.mean == pytest.approx(0.75 * ordered.mean)


@few
@given(world=worlds(), take=TAKES)
def test_a_bridge_adds_up_to_the_cent_and_ends_at_the_simulation(world, take):
    world = world.with_levers(sales__take_rate=take)
    inputs, scenario, found = answered(world)
    sold = pricing.quote(inputs, scenario).simulation.sales
    months = scenario.economics.horizon_months

    steps = selling.bridge(found)

    assert sum(steps.steps.values()) == steps.booked
    assert steps.booked + steps.anyway == steps.extra
    assert steps.booked == pytest.approx(sold.attributed / months, abs=1)
    assert steps.extra == pytest.approx(sold.mean / months, abs=1)
    table = selling.bridge_table(steps, "net")
    assert table.loc[~table["is_total"], "cents"].sum() + table["cents"].iloc[0] == steps.extra


def test_only_parts_that_exist_stand_in_a_bridge():
    shop = make_world(3, 4, 1.0, 1.0).with_people(has_unit_costs=True)
    bare = shop.with_people(has_unit_costs=False)
    market = shop.with_levers(sales__take_rate=0.15)

    names = {name: set(selling.bridge(answered(world)[2]).steps) for name, world in (
        ("shop", shop), ("bare", bare), ("market", market)
    )}  # fmt: skip

    assert names["shop"] == {"gross", "returned", "unit_costs", "handling"}
    assert names["bare"] == {"gross", "returned"}
    assert names["market"] == {"gross", "returned", "passed_on"}


@pytest.mark.parametrize(
    ("costs", "take", "booked"),
    [(True, None, "margin"), (False, None, "net"), (True, 0.1, "commission")],
)
def test_what_is_booked_follows_the_log_and_the_commission(costs, take, booked):
    world = make_world(3, 4, 1.0, 1.0).with_people(has_unit_costs=costs)
    world = world.with_levers(sales__take_rate=take)
    valuation = replace(inputs_of(world).valuation, population=world.people)

    assert selling.basis(valuation, world.scenario) == booked


def test_a_commission_is_kept_of_what_does_not_come_back():
    world = make_world(3, 4, 1.0, 1.0)
    world = world.with_levers(sales__take_rate=0.2, sales__return_rate=0.5).pinned()

    assert selling.kept_share(answered(world)[2]).p50 == pytest.approx(0.1)


def test_what_is_kept_is_assumed_as_soon_as_somebody_assumes_it():
    world = make_world(3, 4, 1.0, 1.0).with_people(has_unit_costs=False)
    inputs = inputs_of(world)
    inputs = replace(inputs, valuation=replace(inputs.valuation, population=world.people))
    chosen = with_lever(inputs.default_scenario, "sales.return_rate", 0.3)

    assert explaining.knowledge(inputs, inputs.default_scenario, "kept_share") == (
        "estimated",
        None,
    )
    assert explaining.knowledge(inputs, chosen, "kept_share")[0] == "assumed"


@few
@given(world=worlds(), price=PRICES, take=TAKES)
def test_a_price_curve_is_the_answer_of_each_price(world, price, take):
    world = world.with_levers(sales__price_ratio=price, sales__take_rate=take)
    inputs, scenario, found = answered(world)

    drawn = price_curve(inputs, sales_responses(inputs, without_price(scenario)), found, scenario)

    assert price in drawn.ratios and list(drawn.ratios) == sorted(set(drawn.ratios))
    for ratio, sales, total in zip(drawn.ratios, drawn.sales, drawn.total, strict=True):
        simulated = pricing.quote(inputs, with_lever(scenario, PRICE, ratio)).simulation
        for line, money in ((sales, simulated.sales), (total, simulated.total)):
            for level in ("p10", "p50", "p90"):
                assert getattr(line, level) == pytest.approx(getattr(money, level), abs=2)


@few
@given(worlds())
def test_a_tenth_less_is_told_against_todays_prices_wherever_the_slider_stands(world):
    today = world.with_levers(sales__price_ratio=1.0)
    moved = world.with_levers(sales__price_ratio=1.2)

    lines = []
    for one in (today, moved):
        inputs, scenario, found = answered(one)
        responses = sales_responses(inputs, without_price(scenario))
        lines.append(price_curve(inputs, responses, found, scenario))

    assert lines[0].cheaper.p50 == pytest.approx(lines[1].cheaper.p50)
    assert lines[0].dearer.p90 == pytest.approx(lines[1].dearer.p90)
    cheap = answered(world.with_levers(sales__price_ratio=0.9))[2].sales.incremental
    now = answered(today)[2].sales.incremental
    expected = band((cheap - now).sum(axis=(1, 2)))
    assert lines[0].cheaper.p50 == pytest.approx(expected.p50, rel=1e-6, abs=1)


def test_sliders_that_change_no_reaction_share_one_curve():
    scenario = make_world(3, 4, 1.0, 1.0).scenario
    apart = without_price(scenario)
    same = {
        PRICE: 0.8, "sales.take_rate": 0.3, "sales.return_rate": 0.2, "sales.causal_share": 0.5,
        "sales.return_cost_share": 0.5, "ads.cpm_cents": 90.0, "membership.fee_rate": 0.1,
    }  # fmt: skip
    other = {"reaction.price_elasticity": 3.0, "ads.ad_slots": 3.0, "economics.horizon_months": 5}

    assert all(
        without_price(with_lever(scenario, key, value)) == apart for key, value in same.items()
    )
    assert all(
        without_price(with_lever(scenario, key, value)) != apart for key, value in other.items()
    )


def test_the_table_of_a_curve_tells_months_not_the_horizon():
    inputs, scenario, found = answered(make_world(3, 4, 1.0, 1.0))
    drawn = price_curve(inputs, sales_responses(inputs, without_price(scenario)), found, scenario)

    table = item_prices.curve_table(drawn, 4)

    assert table["price"].tolist() == list(drawn.ratios)
    assert table["sales_p50"].tolist() == pytest.approx([one.p50 / 4 for one in drawn.sales])


def test_a_log_without_lists_counts_no_step_and_one_with_lists_two():
    valuation = range_inputs().valuation
    books = replace(valuation.books, organic_impressions=400, clicks=8)

    shown, clicked = selling.counted_funnel(replace(valuation, books=books))

    assert (shown.mean, clicked.mean, clicked.share) == (400.0, 8.0, 0.02)
    empty = replace(books, organic_impressions=0, clicks=0)
    assert selling.counted_funnel(replace(valuation, books=empty)) == ()
