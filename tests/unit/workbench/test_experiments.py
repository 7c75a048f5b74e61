"""The test of a choice: which choice, what it brings, what it would be worth to know."""

from dataclasses import replace

import numpy as np
import pytest

from engine.evaluation.information import perfect
from engine.reporting.text import LOCALES, words
from engine.simulation.compare import incremental, uplift
from engine.simulation.levers import LEVERS, with_lever
from engine.workbench import choices, experiments, membership, pricing
from engine.workbench.answers import Withheld
from tests.unit.simulation.builders import make_world
from tests.unit.workbench.pricing_inputs import (
    inputs_of_orders,
    inputs_of_world,
    orders_base,
    valuation_of,
)

WORLD = make_world(5, 6, 1.5, 1.0)
PRICE = "membership.price_cents"


def asked(subject, **levers):
    """Return the experiment of a subject in the small world, and its inputs."""
    inputs, scenario = inputs_of_world(WORLD, one_draw=False), WORLD.scenario
    for name, value in levers.items():
        scenario = with_lever(scenario, name.replace("__", "."), value)
    quoted = pricing.quote(inputs, scenario)
    return choices.experiment(inputs, quoted, scenario, subject), inputs, quoted, scenario


def test_every_assumption_has_a_way_to_know_it_and_words_for_it():
    unsettled = [lever for lever in LEVERS if lever.prior is not None]
    # what money costs is the business's own to say: no test and no log tells it
    ways = {lever.key for lever in unsettled if lever.subject != "economics"}
    assert ways <= experiments.WAYS.keys()
    for locale in LOCALES:
        known = words(locale)
        assert all(f"pages.experiment.way.{way}" in known for way in experiments.WAYS.values())


def test_a_page_of_lists_tests_the_lists():
    for subject in ("total", "sales"):
        found, _, quoted, _ = asked(subject)
        assert found is quoted.simulation.experiment
        assert found.choice == "lists"


def test_the_lists_are_worth_what_the_page_says_they_bring():
    found, _, quoted, scenario = asked("total", economics__cost_cents_per_month=500.0)
    gain = uplift(*quoted.outcomes).total
    cost = 500.0 * scenario.economics.horizon_months
    assert found.worth.perfect_cents == perfect(gain - cost)


def test_ads_are_tested_against_none():
    found, inputs, quoted, scenario = asked("ads")
    without = with_lever(scenario, "ads.ad_slots", 0.0)
    none = pricing.quote(inputs, without).outcomes[0]
    there, gone = incremental(quoted.outcomes[0]), incremental(none)
    fees = [side.membership.attributed.sum(axis=(1, 2)) for side in (quoted.outcomes[0], none)]
    gain = there["ads"] + there["sales"] - gone["sales"] + fees[0] - fees[1]
    assert (found.choice, found.price) == ("ads", None)
    assert found.worth.perfect_cents == pytest.approx(perfect(gain))


def test_without_ads_the_page_tests_the_lists():
    found, _, quoted, _ = asked("ads", ads__ad_slots=0.0)
    assert found is quoted.simulation.experiment


def test_a_price_that_was_entered_is_tested_against_todays():
    today = WORLD.people.membership_price_today_cents
    found, inputs, _, scenario = asked("membership", membership__price_cents=1.5 * today)
    before = with_lever(scenario, PRICE, today)
    base = pricing.quote(inputs, before).outcomes[0]
    gain = membership.gains_of_prices(inputs, base, before, [1.5 * today])[0]
    assert (found.choice, found.price) == ("membership_price", 1.5 * today)
    assert found.worth.perfect_cents == pytest.approx(perfect(gain))


def test_todays_price_is_tested_against_the_better_of_a_tenth_more_or_less():
    today = WORLD.people.membership_price_today_cents
    found, inputs, quoted, scenario = asked("membership", membership__price_cents=today)
    prices = [0.9 * today, 1.1 * today]
    gains = membership.gains_of_prices(inputs, quoted.outcomes[0], scenario, prices)
    better = max(zip(prices, gains, strict=True), key=lambda pair: pair[1].mean())
    assert found.price == better[0]
    assert found.worth.perfect_cents == perfect(better[1])


def test_a_price_brings_nothing_beyond_itself():
    _, inputs, quoted, scenario = asked("membership")
    price = scenario.membership.price_cents
    gain = membership.gains_of_prices(inputs, quoted.outcomes[0], scenario, [price])[0]
    assert gain == pytest.approx(np.zeros_like(gain), abs=1e-6)


def test_other_item_prices_are_tested_against_todays():
    found, inputs, quoted, scenario = asked("sales", sales__price_ratio=1.2)
    today = pricing.quote(inputs, with_lever(scenario, "sales.price_ratio", 1.0)).outcomes[0]
    gain = incremental(quoted.outcomes[0])["sales"] - incremental(today)["sales"]
    assert (found.choice, found.price) == ("item_price", 1.2)
    assert found.worth.perfect_cents == pytest.approx(perfect(gain))


def test_only_lists_have_a_cost_of_their_own():
    plain, _, _, _ = asked("ads")
    dear, _, _, _ = asked("ads", economics__cost_cents_per_month=1e6)
    assert plain.worth == dear.worth


@pytest.mark.parametrize("views", [False, True])
def test_a_range_says_what_a_test_is_worth_under_its_assumptions(views):
    inputs = inputs_of_orders(views=views)
    scenario = with_lever(inputs.default_scenario, "economics.cost_cents_per_month", 60_000.0)
    quoted = pricing.quote(inputs, scenario)
    found = choices.experiment(inputs, quoted, scenario, "sales")
    assert found is quoted.simulation.experiment
    keys = {known.key for known in found.worth.knowledge}
    reach = "reach.click_share" if views else "reach.list_sales_share"
    assert {"sales.causal_share", reach, experiments.LISTS_RATIO} == keys
    assert all(0 < one.cents <= found.worth.perfect_cents for one in found.worth.knowledge)


def test_a_log_without_prices_has_a_test_without_a_worth():
    base = replace(orders_base(views=False), has_prices=False)
    inputs = inputs_of_orders(views=False)
    inputs = replace(inputs, valuation=replace(inputs.valuation, base=base))
    assert pricing.quote(inputs, inputs.default_scenario).simulation.experiment.worth is None


def test_a_log_of_nothing_has_a_test_without_a_worth():
    valuation = valuation_of(orders_base(views=False), method="none", reason="clicks_few")
    inputs = replace(inputs_of_orders(views=False), valuation=valuation)
    found = pricing.quote(inputs, inputs.default_scenario).simulation
    assert isinstance(found.total, Withheld)
    assert found.experiment.worth is None
