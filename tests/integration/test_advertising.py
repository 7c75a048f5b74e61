"""What ads do to all three models: laws on a trained log."""

from dataclasses import replace

import pytest

from engine.simulation.levers import with_lever
from engine.workbench import advertising, pictures, pricing
from engine.workbench.pricing import is_beyond
from engine.workbench.workspace import open_workspace
from tests.commands import copied


@pytest.fixture(scope="module")
def inputs(trained_sample, tmp_path_factory):
    workspace = open_workspace(copied(trained_sample, tmp_path_factory.mktemp("ads")))
    yield pricing.load(workspace)
    workspace.close()


def answered(inputs, **levers):
    scenario = inputs.default_scenario
    for key, value in levers.items():
        scenario = with_lever(scenario, f"ads.{key}", value)
    outcome = pricing.outcome(inputs, scenario, "ranked")
    responses = advertising.ad_responses(inputs, advertising.without_price(scenario))
    return scenario, outcome, responses


def test_the_curve_passes_through_the_number_of_the_page(inputs):
    scenario, outcome, responses = answered(inputs, ad_slots=1.5, cpm_cents=900.0)
    curve = advertising.ad_curve(responses, outcome, scenario)
    here = curve.slots.index(1.5)
    priced = pricing.quote(inputs, scenario).simulation.ads

    assert round(curve.revenue[here].p50) == pytest.approx(priced.p50, abs=1)
    assert round(curve.revenue[here].p10) == pytest.approx(priced.p10, abs=1)
    net = advertising.ad_effect(responses, outcome).net
    assert curve.net[here].p50 == pytest.approx(net.p50, abs=1e-6)


def test_a_whole_number_of_ads_is_the_same_from_the_responses_and_from_a_simulation(inputs):
    """The responses are simulated at another price of ads than the curve is asked for."""
    _, two, _ = answered(inputs, ad_slots=2.0, cpm_cents=1_700.0)
    scenario, outcome, responses = answered(inputs, ad_slots=1.5, cpm_cents=1_700.0)
    curve = advertising.ad_curve(responses, outcome, scenario)
    exact = pictures.band(two.ads.incremental.sum(axis=(1, 2)))

    assert curve.revenue[curve.slots.index(2.0)].p50 == pytest.approx(exact.p50, rel=1e-9)


def test_lists_without_ads_earn_nothing_and_cost_nothing(inputs):
    _, outcome, responses = answered(inputs, ad_slots=0.0)
    effect = advertising.ad_effect(responses, outcome)

    for part in ("revenue", "sales", "membership", "members", "elsewhere", "net"):
        assert getattr(effect, part).p50 == pytest.approx(0.0, abs=1e-6)


def test_ads_displace_sales_and_win_members(inputs):
    _, outcome, responses = answered(inputs, ad_slots=3.0)
    effect = advertising.ad_effect(responses, outcome)

    assert effect.revenue.p50 > 0
    assert effect.sales.p50 < 0
    assert effect.members.p50 > 0


def test_twice_the_price_is_twice_the_revenue_and_no_other_reaction(inputs):
    _, once, responses = answered(inputs, ad_slots=2.0, cpm_cents=400.0)
    _, twice, _ = answered(inputs, ad_slots=2.0, cpm_cents=800.0)
    first, second = (advertising.ad_effect(responses, found) for found in (once, twice))

    assert second.revenue.p50 == pytest.approx(2 * first.revenue.p50)
    assert second.elsewhere.p50 == pytest.approx(first.elsewhere.p50)


def test_slots_hold_as_many_ads_as_a_list_and_all_the_money(inputs):
    scenario, outcome, _ = answered(inputs, ad_slots=2.5)
    frame = advertising.positions(inputs, outcome, scenario)
    months = scenario.economics.horizon_months
    priced = pricing.quote(inputs, scenario).simulation

    assert frame["is_ad"].sum() == pytest.approx(2.5)
    assert frame["ads"].sum() * months == pytest.approx(priced.ads.attributed, abs=1)
    assert frame["sales"].sum() * months == pytest.approx(priced.sales.attributed, abs=1)
    assert frame["looked_at"].iloc[0] == 1.0


def test_a_price_of_ads_leaves_the_responses_where_they_were(inputs):
    cheap, dear = (with_lever(inputs.default_scenario, "ads.cpm_cents", v) for v in (100.0, 900.0))
    seen = replace(cheap, ads=replace(cheap.ads, first_slot_viewability=0.5))

    assert advertising.without_price(cheap) == advertising.without_price(dear)
    assert advertising.without_price(cheap) != advertising.without_price(seen)


@pytest.mark.parametrize(
    ("value", "beyond"), [(0.0, False), (2.0, False), (2.0005, False), (2.1, True), (-0.1, True)]
)
def test_a_value_outside_of_what_the_log_has_seen_is_beyond(value, beyond):
    assert is_beyond(value, (0.0, 2.0)) is beyond


def test_the_months_of_a_model_add_up_to_its_answer(inputs):
    quoted = pricing.quote(inputs, inputs.default_scenario)
    for model in ("ads", "membership", "sales"):
        months, answer = (
            pictures.model_months(quoted.outcomes[0], model),
            quoted.simulation.of(model),
        )
        assert months["mean"].sum() == answer.mean
        assert months["attributed"].sum() == answer.attributed
        assert (months["p10"] <= months["p90"]).all()
