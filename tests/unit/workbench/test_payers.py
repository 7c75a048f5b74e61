"""Who pays for what adds up to the money of the simulation, to the cent."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.simulation.compare import incremental, summaries
from engine.simulation.levers import find_lever, with_lever
from engine.simulation.run import MODELS
from engine.workbench import pricing
from engine.workbench.alone import alone
from engine.workbench.answers import Money, Withheld
from engine.workbench.payers import payer_matrix, payer_table, split_cents
from engine.workbench.pictures import segment_table
from tests.unit.simulation.builders import World, make_world, worlds
from tests.unit.workbench.inputs import inputs_of, range_inputs

MOVED = (
    "ads.ad_slots",
    "ads.cpm_cents",
    "membership.price_cents",
    "membership.downgrade_share",
    "sales.price_ratio",
    "sales.causal_share",
    "reaction.churn_per_quality",
)

few = settings(max_examples=50, deadline=None)


def moved(world: World, places: list[float]) -> World:
    """Return the world with levers somewhere between their ends."""
    scenario = world.scenario
    for key, place in zip(MOVED, places, strict=True):
        lever = find_lever(key)
        scenario = with_lever(scenario, key, lever.low + place * (lever.high - lever.low))
    return World(tensor=world.tensor, today=world.today, people=world.people, scenario=scenario)


places = st.lists(st.floats(0.0, 1.0), min_size=len(MOVED), max_size=len(MOVED))


@few
@given(world=worlds(), at=places)
def test_payers_add_up_to_the_money_of_each_model(world: World, at: list[float]) -> None:
    found = moved(world, at).simulate()
    table = payer_table(found, world.people.segments)
    means = summaries(incremental(found))
    for name in (*MODELS, "total"):
        assert table[name].sum() == means[name].mean
    whole = segment_table(found, world.people.segments)
    by_segment = table.groupby("segment", sort=False)[[*MODELS, "total"]].sum()
    np.testing.assert_array_equal(by_segment, whole[[*MODELS, "total"]])


@few
@given(world=worlds(), at=places)
def test_each_payer_pays_within_a_cent_of_what_is_simulated(world: World, at: list[float]) -> None:
    found = moved(world, at).simulate()
    table = payer_table(found, world.people.segments)
    for row, who in enumerate(("free", "member")):
        rows = table[table["who"] == who]
        for name in MODELS:
            expected = found.models[name].by_payer[row].mean(axis=0)
            np.testing.assert_allclose(rows[name], expected, atol=2.0)


@few
@given(worlds())
def test_members_pay_for_no_ads_and_free_users_for_no_membership(world: World) -> None:
    table = payer_table(world.simulate(), world.people.segments).set_index("who")
    assert not table.loc["member", "ads"].any()
    assert not table.loc["free", "membership"].any()


def test_a_cent_left_over_goes_to_one_who_pays() -> None:
    one_pays, no_one_pays = np.array([[10.0], [0.0]]), np.zeros((2, 1))
    both, members_only = np.array([True, True]), np.array([False, True])
    assert split_cents(one_pays, np.array([9]), both).tolist() == [9, 0]
    assert split_cents(one_pays, np.array([11]), both).tolist() == [11, 0]
    assert split_cents(no_one_pays, np.array([1]), members_only).tolist() == [0, 1]


def test_without_members_free_users_pay_everything() -> None:
    world = make_world(3, 4, 1.0, 1.0)
    nobody = np.zeros_like(world.people.members)
    world = world.with_people(members=nobody, conversion=None)
    table = payer_table(world.simulate(), world.people.segments).set_index("who")
    assert not table.loc["member", "total"].any()
    assert table.loc["free", "total"].sum() > 0


@few
@given(worlds())
def test_alone_prices_are_those_of_the_outcomes_alone(world: World) -> None:
    inputs = inputs_of(world)
    found = alone(inputs, world.scenario)
    quiet = with_lever(world.scenario, "ads.ad_slots", 0.0)
    mixed = pricing.simulate(inputs, quiet)
    assert found["membership"] == replace(mixed.membership, booked_p10=None, booked_p90=None)
    assert set(found) == set(MODELS)


def test_alone_prices_withhold_what_the_log_does_not_know() -> None:
    world = make_world(3, 4, 1.0, 1.0).with_people(
        conversion=None, membership_price_today_cents=None, has_prices=False
    )
    world = world.with_levers(membership__price_cents=None)
    found = alone(inputs_of(world), world.scenario)
    assert found["membership"] == Withheld(
        withheld="no_memberships", advice="withheld.no_memberships"
    )
    assert found["sales"] == Withheld(withheld="no_prices", advice="withheld.no_prices")
    assert isinstance(found["ads"], Money)


def test_a_range_prices_its_models_apart_anyway() -> None:
    inputs = range_inputs()
    mixed = pricing.simulate(inputs, inputs.default_scenario)
    assert alone(inputs, inputs.default_scenario) == {name: mixed.of(name) for name in MODELS}


@few
@given(world=worlds(), at=places)
def test_the_matrix_holds_every_cent_of_the_table(world: World, at: list[float]) -> None:
    table = payer_table(moved(world, at).simulate(), world.people.segments)
    matrix = payer_matrix(table)

    assert matrix["segment"].tolist() == list(world.people.segments)
    cells = matrix.drop(columns="segment")
    assert cells.to_numpy().sum() == table["total"].sum()
    assert cells[["sales_free", "sales_member"]].to_numpy().sum() == table["sales"].sum()
    assert list(cells) == ["ads_free", "membership_member", "sales_free", "sales_member"]
