"""What a number says of itself is what the simulation used."""

from math import prod

import numpy as np
import pytest
from hypothesis import given, settings

from engine.business.ads import ad_patterns
from engine.errors import UsageError
from engine.simulation.assumptions import draws
from engine.simulation.levers import with_lever
from engine.simulation.run import simulate_collapsed
from engine.simulation.scenario import Scenario, scenario_of_log
from engine.workbench import advertising, explaining, pricing, selling
from engine.workbench.explained import Explanation
from engine.workbench.explaining import explain, knowledge, numbers
from engine.workbench.valuing import MAIN
from tests.unit.simulation.builders import World, make_world, worlds
from tests.unit.workbench.pricing_inputs import inputs_of_orders, inputs_of_world

few = settings(max_examples=15, deadline=None)
WORLD = make_world(5, 6, 1.5, 0.9)
COMPLEMENT = (
    "ads.blocked_rate",
    "ads.platform_fee_rate",
    "membership.fee_rate",
    "sales.return_rate",
)
NOT_IN_CHAIN = ("hit_ratio", "ads.ad_slots", "ads.first_slot_viewability")


def factor(found: Explanation, key: str) -> float:
    """Return what a part multiplies a product by."""
    mean = found.part(key).mean
    if key in COMPLEMENT:
        return 1.0 - mean
    return mean / 1_000 if key == "ads.cpm_cents" else mean


def product(found: Explanation, *left_out: str) -> float:
    return prod(factor(found, part.key) for part in found.parts if part.key not in left_out)


def cent(found: Explanation) -> float:
    """Return the largest difference that rounding to whole cents explains."""
    return 1.0 if found.unit.startswith("cents") else 1e-9


@few
@given(world=worlds())
def test_the_parts_of_a_product_give_the_number(world: World):
    inputs, scenario = inputs_of_world(world.pinned()), world.pinned().scenario
    for number, left_out in (
        ("ads", ()),
        ("sales", ()),
        ("orders", ()),
        ("new_members", ("newcomers", "membership.resubscription_rate")),
    ):
        found = explain(inputs, scenario, number)
        if number == "ads" and not scenario.ads.ad_slots:
            assert found.spread.mean == 0.0
            continue
        assert product(found, *left_out) == pytest.approx(
            found.spread.mean, rel=1e-6, abs=cent(found)
        )


@few
@given(world=worlds())
def test_membership_is_what_members_without_the_lists_do_not_pay(world: World):
    found = explain(inputs_of_world(world.pinned()), world.pinned().scenario, "membership")
    extra = found.part("members").mean - found.part("members_without_lists").mean
    rate = factor(found, "membership.price_cents") * factor(found, "membership.fee_rate")
    assert extra * rate == pytest.approx(found.spread.mean, rel=1e-6, abs=1.0)


def test_sums_add_up_to_their_number():
    inputs, scenario = inputs_of_world(WORLD, one_draw=False), WORLD.scenario
    for number in ("total", "attributed"):
        found = explain(inputs, scenario, number)
        assert sum(part.mean for part in found.parts) == pytest.approx(found.spread.mean, abs=1.0)
    for number in ("sales_displaced", "members_from_ads"):
        found = explain(inputs, scenario, number)
        there, without = (part.mean for part in found.parts)
        assert there - without == pytest.approx(found.spread.mean)


def test_the_gain_is_what_its_parts_differ_by():
    known = WORLD.pinned()
    scenario = with_lever(known.scenario, "sales.causal_share_difference", 0.05)
    found = explain(inputs_of_world(known), scenario, "uplift")
    total, base, share, sales, other = (part.mean for part in found.parts)
    assert share == 0.05
    assert total - base + share * (sales + other) / 2 == pytest.approx(found.spread.mean, abs=1.0)


def test_seen_ads_are_those_of_the_slots_that_hold_ads():
    inputs = inputs_of_world(WORLD.pinned())
    found = explain(inputs, WORLD.pinned().scenario, "ads")
    people = inputs.collapsed[MAIN].population
    looked = people.examination[0]
    first = found.part("ads.first_slot_viewability").value
    slots = WORLD.scenario.ads.ad_slots
    seen = sum(share * first * looked[pattern].sum() for share, pattern in ad_patterns(slots, 4))
    assert found.part("seen_ads").mean == pytest.approx(seen)


def test_parts_are_the_draws_that_the_simulation_used():
    inputs = inputs_of_world(WORLD, one_draw=False)
    people = inputs.collapsed[MAIN].population
    scenario = WORLD.scenario
    drawn = draws(scenario_of_log(people, scenario), scenario.seed, people.n_draws, people)
    volumes = simulate_collapsed(inputs.collapsed[MAIN], scenario).volumes
    sales, members = (explain(inputs, scenario, name) for name in ("sales", "members"))
    assert sales.part("sales.causal_share").mean == drawn.of("sales.causal_share").mean()
    assert sales.part("sales.return_rate").mean == people.return_rate.mean()
    assert sales.part("orders").mean == volumes.orders.mean()
    assert members.part("churn_alpha").mean == people.churn_alpha_beta[:, 0].mean()
    assert members.part("members_today").mean == people.members.sum(axis=(1, 2)).mean()
    assert members.spread.mean == volumes.members[:, -1].mean()


@pytest.mark.parametrize("number", ["ads", "membership", "sales", "total", "uplift"])
def test_an_explained_price_is_the_price_that_is_shown(number):
    inputs, scenario = inputs_of_world(WORLD, one_draw=False), WORLD.scenario
    shown = pricing.simulate(inputs, scenario)
    money = shown.uplift.total if number == "uplift" else shown.of(number)
    found = explain(inputs, scenario, number)
    assert found.spread.p50 * shown.horizon_months == pytest.approx(money.p50)
    assert found.attributed * shown.horizon_months == pytest.approx(money.attributed)
    assert found.interval == money.interval


def test_what_a_page_shows_of_sales_and_ads_is_what_its_panel_explains():
    world = make_world(5, 6, 2.0, 1.1)
    inputs = inputs_of_world(world)
    quoted = pricing.quote(inputs, world.scenario)
    found, months = quoted.outcomes[0], world.scenario.economics.horizon_months
    none = advertising.ad_responses(
        inputs, advertising.without_price(world.scenario), advertising.NONE
    )
    shown = {
        "kept_share": selling.kept_share(found).p50,
        "sales_gain": quoted.simulation.uplift.by_model["sales"].p50 / months,
        "ads_net": advertising.ad_effect(none, found).net.p50 / months,
    }

    told = {name: explain(inputs, world.scenario, name).spread.p50 for name in shown}

    assert told == pytest.approx(shown, abs=1)
    assert told["kept_share"] == pytest.approx(shown["kept_share"])


def test_a_moved_slider_is_a_choice_and_one_of_the_log_is_measured():
    inputs = inputs_of_world(WORLD)
    start = inputs.default_scenario
    before, after = (
        explain(inputs, scenario, "ads")
        for scenario in (start, with_lever(start, "ads.cpm_cents", 900.0))
    )
    assert before.part("ads.cpm_cents").source_code == "market_cpm"
    assert before.part("ads.cpm_cents").grade == "C"
    assert (after.part("ads.cpm_cents").source_code, after.part("ads.cpm_cents").value) == (
        "chosen",
        900.0,
    )
    assert after.part("ads.cpm_cents").grade is None
    assert before.part("ads.ad_slots").kind == "measured"
    moved = explain(inputs, with_lever(start, "ads.ad_slots", 2.5), "ads")
    assert moved.part("ads.ad_slots").kind == "assumed"


def test_churn_without_renewals_in_the_log_is_assumed_and_says_whose_it_is():
    inputs = inputs_of_world(WORLD.with_people(churn_alpha_beta=None))
    alpha = explain(inputs, WORLD.scenario, "churn").part("churn_alpha")
    assert (alpha.kind, alpha.source_code, alpha.grade) == ("assumed", "antenna_churn", "B")
    assert explain(inputs_of_world(WORLD), WORLD.scenario, "churn").part("churn_alpha").kind == (
        "estimated"
    )


def test_the_price_curve_sells_more_at_a_discount_and_the_same_at_todays_price():
    inputs, start = inputs_of_world(WORLD), WORLD.scenario
    cheap, same = (
        explain(inputs, with_lever(start, "sales.price_ratio", ratio), "price_curve")
        for ratio in (0.8, 1.0)
    )
    assert cheap.spread.p10 > 1.0
    assert same.spread.mean == 1.0


@pytest.mark.parametrize(("views", "chain"), [(False, "gain_orders"), (True, "gain_views")])
def test_the_chain_of_a_log_of_orders_gives_its_gain(views, chain):
    found = explain(inputs_of_orders(views=views), Scenario(), "sales")
    assert found.formula_key == chain
    assert product(found, *NOT_IN_CHAIN) == pytest.approx(found.spread.mean, rel=0.03)
    through = explain(inputs_of_orders(views=views), Scenario(), "attributed")
    assert product(through, *NOT_IN_CHAIN) == pytest.approx(through.attributed, rel=0.03)


def test_the_chain_of_ads_gives_their_gain():
    scenario = with_lever(Scenario(), "ads.ad_slots", 2.0)
    found = explain(inputs_of_orders(views=True), scenario, "ads")
    assert product(found, *NOT_IN_CHAIN) == pytest.approx(found.spread.mean, rel=0.03)


def test_a_drawn_share_tells_its_mean_beside_the_slider():
    share = explain(inputs_of_orders(views=False), Scenario(), "list_sales_share").parts[0]
    assert share.value == 0.12
    assert share.mean == pytest.approx(0.12 * np.exp(0.55**2 / 2), rel=0.03)


def test_what_is_counted_is_measured_and_a_ratio_of_hits_estimated():
    inputs = inputs_of_orders(views=False)
    kinds = {
        name: explain(inputs, Scenario(), name).kind for name in ("net_sales", "hit_ratio", "sales")
    }
    assert kinds == {"net_sales": "measured", "hit_ratio": "estimated", "sales": "assumed"}


@pytest.mark.parametrize("number", [*explaining.EVENTS, "causal_share"])
def test_the_badge_is_that_of_the_panel(number):
    inputs, scenario = inputs_of_world(WORLD), WORLD.scenario
    found = explain(inputs, scenario, number)
    weakest = max((*found.parts, *found.behind), key=lambda part: part.kind == "assumed")
    assert knowledge(inputs, scenario, number) == (found.kind, found.grade)
    assert (found.kind == "assumed") == (weakest.kind == "assumed")


def test_every_number_of_either_log_can_be_explained():
    for inputs in (inputs_of_world(WORLD), *(inputs_of_orders(views=v) for v in (True, False))):
        assert len(numbers(inputs)) >= 9
        for number in numbers(inputs):
            assert explain(inputs, inputs.default_scenario, number).formula


def test_a_number_that_the_log_does_not_have_is_refused():
    with pytest.raises(UsageError):
        explain(inputs_of_orders(views=False), Scenario(), "members")
    with pytest.raises(UsageError):  # no page view, so no page that an ad could stand on
        explain(inputs_of_orders(views=False), Scenario(), "ads")
