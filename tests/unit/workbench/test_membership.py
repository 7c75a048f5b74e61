"""Members by hand and by law: steps that add up, curves that meet the page, who stays."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.business.membership import cents_per_member_month
from engine.simulation.levers import with_lever
from engine.workbench import membership, pictures, pricing
from engine.workbench.membership import PRICE
from tests.unit.simulation.builders import World, make_world, worlds
from tests.unit.workbench.inputs import inputs_of, range_inputs

few = settings(max_examples=25, deadline=None)


def answered(world: World):
    """Return inputs, scenario, and both outcomes of a world."""
    inputs = inputs_of(world)
    return inputs, world.scenario, pricing.quote(inputs, world.scenario).outcomes


def bridged(world: World):
    """Return the steps of a world's fees."""
    inputs = inputs_of(world)
    return membership.bridge(inputs, pricing.quote(inputs, world.scenario), world.scenario)


@few
@given(worlds())
def test_the_steps_add_up_to_the_last_month_to_the_cent(world):
    _, scenario, (found, _) = answered(world)

    steps = bridged(world)

    assert steps.start + steps.price + steps.joined + steps.left == steps.end
    months = pictures.model_months(found, "membership")["attributed"]
    assert steps.end == months.iloc[-1]
    rate = cents_per_member_month(scenario.membership)
    assert steps.joined == pytest.approx(rate * found.volumes.new_members.mean(axis=0).sum(), abs=2)
    assert steps.joined >= 0 >= steps.left


@few
@given(worlds())
def test_todays_price_moves_no_step_and_a_new_one_only_its_own(world):
    today = world.people.membership_price_today_cents
    same = world.with_levers(membership__price_cents=today)
    twice = world.with_levers(membership__price_cents=2 * today)

    steps, dear = bridged(same), bridged(twice)

    assert steps.price == pytest.approx(0, abs=1)
    assert dear.start == pytest.approx(steps.start, abs=1)
    assert dear.price == pytest.approx(steps.start, abs=2)


@few
@given(worlds())
def test_months_of_members_hang_together(world):
    months = membership.flows(answered(world)[2][0])

    assert np.allclose(months["before"] + months["joining"], months["members"])
    later = (months["members"] - months["leaving"]).to_numpy()[:-1]
    assert np.allclose(later, months["before"].to_numpy()[1:])
    assert months["before"].iloc[0] == pytest.approx(world.people.members.sum(axis=(1, 2)).mean())


@few
@given(worlds())
def test_the_price_curve_passes_through_the_fees_of_the_page(world):
    inputs, scenario, (found, _) = answered(world)
    responses = membership.price_responses(inputs, membership.without_price(scenario))

    curve = membership.price_curve(responses, found, scenario)

    here = curve.prices.index(scenario.membership.price_cents)
    fees = found.membership.attributed.sum(axis=(1, 2))
    assert curve.fees[here].p50 == pytest.approx(np.median(fees))
    others = (found.ads.incremental + found.sales.incremental).sum(axis=(1, 2))
    assert curve.total[here].p10 == pytest.approx(np.quantile(fees + others, 0.1))
    assert curve.members[here].p50 == pytest.approx(np.median(found.volumes.members[:, -1]))
    assert list(curve.prices) == sorted(curve.prices)


@few
@given(worlds(), st.integers(0, membership.PRICES + 1), st.sampled_from([0.0, 0.03, 0.3]))
def test_every_point_is_what_the_page_would_say_at_that_price(world, point, fee):
    world = world.with_levers(membership__fee_rate=fee)
    inputs, scenario, (found, _) = answered(world)
    inputs = replace(inputs, tested={PRICE: (150.0, 2_700.0)})
    responses = membership.price_responses(inputs, membership.without_price(scenario))
    price = responses.prices[point]
    moved = with_lever(scenario, PRICE, price)

    curve = membership.price_curve(responses, found, scenario)

    there = pricing.quote(inputs, moved).outcomes[0]
    fees = there.membership.attributed.sum(axis=(1, 2))
    assert curve.fees[curve.prices.index(price)].p90 == pytest.approx(np.quantile(fees, 0.9))
    assert membership.at_price(curve, price)[0].p90 == pytest.approx(np.quantile(fees, 0.9))
    assert {150.0, 2_700.0} <= set(curve.prices)


@few
@given(worlds())
def test_a_higher_price_never_wins_a_member(world):
    prices = [300.0, 600.0, 1_200.0]
    people = []
    for price in prices:
        inputs, _, outcomes = answered(world.with_levers(membership__price_cents=price))
        people.append(membership.members(inputs, *outcomes))

    assert people[0].joining.p50 >= people[1].joining.p50 >= people[2].joining.p50
    assert people[0].end.p50 >= people[1].end.p50 >= people[2].end.p50


def test_nobody_is_kept_by_lists_that_are_the_same():
    inputs, _, (found, _) = answered(make_world(3, 6, 1.0, 1.0))

    people = membership.members(inputs, found, found)

    assert (people.kept.p10, people.kept.p50, people.kept.p90) == (0.0, 0.0, 0.0)
    assert 0.0 < people.churn.p50 < 1.0


def test_neither_price_nor_fee_moves_what_a_curve_is_simulated_for():
    scenario = make_world(1, 4, 0.0, 1.0).scenario
    dear = with_lever(with_lever(scenario, PRICE, 2_500.0), "membership.fee_rate", 0.2)
    other = with_lever(scenario, "reaction.churn_per_price", 1.5)

    assert membership.without_price(scenario) == membership.without_price(dear)
    assert membership.without_price(scenario) != membership.without_price(other)


def test_prices_of_a_curve_surround_todays_and_hold_it():
    inputs, scenario, _ = answered(make_world(2, 3, 0.0, 1.0))
    today = inputs.collapsed["ranked"].population.membership_price_today_cents

    prices = membership.price_responses(inputs, membership.without_price(scenario)).prices

    assert prices[len(prices) // 2] == pytest.approx(today)
    assert prices[0] == pytest.approx(today / membership.PRICE_SPAN)


def test_members_that_pay_for_the_lists_are_cost_over_price():
    scenario = make_world(1, 4, 0.0, 1.0).scenario
    paid = with_lever(with_lever(scenario, PRICE, 500.0), "economics.cost_cents_per_month", 1e5)

    assert membership.members_to_pay(paid) == 200.0
    assert membership.members_to_pay(scenario) is None
    found = pricing.quote(range_inputs(), paid).simulation
    assert found.break_even["extra_members"] == membership.members_to_pay(paid)


def test_a_log_without_conversions_has_no_members():
    world = make_world(4, 3, 0.0, 1.0)

    assert membership.has_members(inputs_of(world))
    assert not membership.has_members(inputs_of(world.with_people(conversion=None)))
    assert not membership.has_members(range_inputs())
