"""Overview and Mix on a trained log: prices, sliders, and logs that carry no price."""

import pytest

from engine.reporting import money
from engine.reporting.text import LOCALES, t
from engine.simulation.levers import find_lever
from engine.simulation.run import MODELS
from engine.workbench import pricing
from engine.workbench.alone import alone
from engine.workbench.answers import Told
from engine.workbench.workspace import open_workspace
from tests.pages.driver import opened, slider, texts

PLACES = ("overview", "mix")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("page", PLACES)
def test_a_trained_log_has_four_price_tags(use, trained_sample, page, locale):
    use(trained_sample)
    app = opened(page, locale)

    assert not app.exception and not app.error
    assert len(app.metric) == (4 if page == "overview" else 7)
    assert all(t(f"pages.models.{name}", locale) in texts(app) for name in ("ads", "total"))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("page", PLACES)
def test_a_log_of_orders_gets_a_range_and_says_that_nothing_is_measured(
    use, trained_orders, page, locale
):
    use(trained_orders)
    app = opened(page, locale)

    assert not app.exception and not app.error
    words = texts(app)
    for part in ("counted", "estimated", "assumed"):
        assert t(f"pages.range.{part}", locale) in words
    assert t("withheld.no_memberships", locale).split("：")[0].split(":")[0] in words


def test_the_page_shows_the_number_of_the_engine(use, trained_sample):
    database = use(trained_sample)
    workspace = open_workspace(database)
    found = pricing.simulate(pricing.load(workspace), pricing.default_scenario(workspace))
    workspace.close()
    app = opened("mix")

    months = found.horizon_months
    shown = [metric.value for metric in app.metric][:4]
    assert shown == [
        money.headline(found.of(name).p50 / months, found.currency, "en")
        for name in ("ads", "membership", "sales", "total")
    ]


@pytest.mark.parametrize("locale", LOCALES)
def test_mix_prices_each_model_alone_and_says_that_this_is_no_part_of_the_total(
    use, trained_sample, locale
):
    database = use(trained_sample)
    workspace = open_workspace(database)
    inputs = pricing.load(workspace)
    scenario = inputs.default_scenario
    prices = alone(inputs, scenario)
    workspace.close()
    app = opened("mix", locale)

    months, currency = scenario.economics.horizon_months, inputs.valuation.currency
    shown = [metric.value for metric in app.metric][4:]
    wanted = [money.headline(prices[name].p50 / months, currency, locale) for name in MODELS]
    assert shown == wanted
    assert t("pages.mix.alone_note", locale) in texts(app)


def test_a_moved_slider_changes_the_price_and_no_other_slider(use, trained_sample):
    use(trained_sample)
    app = opened("mix")
    before = [metric.value for metric in app.metric]
    others = {found.key: found.value for found in app.slider if found.key != "sales_causal_share"}

    slider(app, "sales_causal_share").set_value(60.0)
    app.run()

    after = [metric.value for metric in app.metric]
    assert after[2] != before[2] and after[3] != before[3]
    assert after[:2] == before[:2] and after[4:6] == before[4:6], (
        "the share of extra sales is none of the other models' affair"
    )
    assert {found.key: found.value for found in app.slider if found.key in others} == others


def test_the_price_of_an_address_is_that_of_its_sliders(use, trained_sample):
    use(trained_sample)
    moved = opened("mix")
    slider(moved, "sales_causal_share").set_value(60.0)
    moved.run()
    by_link = opened("overview", sales_causal_share="60")
    plain = opened("overview")

    assert [m.value for m in by_link.metric] == [m.value for m in moved.metric][:4]
    assert [m.value for m in by_link.metric] != [m.value for m in plain.metric]


@pytest.mark.parametrize("value", ["9999", "-1", "nan", "abc", "1e400"])
def test_a_forged_address_changes_nothing(use, trained_sample, value):
    use(trained_sample)
    forged, plain = opened("overview", sales_causal_share=value), opened("overview")

    assert not forged.exception and not forged.error
    assert [m.value for m in forged.metric] == [m.value for m in plain.metric]


@pytest.mark.parametrize("locale", LOCALES)
def test_without_a_run_mix_says_where_to_train(use, imported_sample, locale):
    use(imported_sample)
    app = opened("mix", locale)

    assert not app.exception and not app.error
    assert t("pages.mix.not_trained", locale) in texts(app)
    assert not app.metric


def test_a_log_of_orders_has_no_slider_that_moves_nothing(use, trained_orders):
    """Clicks on lists are assumed only where views are counted."""
    use(trained_orders)
    keys = {found.key for found in opened("mix").slider}

    assert "reach_list_sales_share" in keys
    assert keys.isdisjoint({"reach_click_share", "reach_shown_share"})


@pytest.mark.parametrize("locale", LOCALES)
def test_a_slider_says_what_arms_of_the_log_say_and_what_its_source_says(
    use, trained_sample, locale
):
    database = use(trained_sample)
    workspace = open_workspace(database)
    inputs = pricing.load(workspace)
    workspace.close()
    key = "reaction.price_elasticity"
    told = inputs.told[key]
    app = opened("sales", locale)

    facts = {name: f"{getattr(told, name):.1f}" for name in ("estimate", "error")}
    start = f"{told.together:.1f}"
    counts = {"users": money.count(told.users), "arms": money.count(told.arms)}
    said = t("pages.levers.told_by_arms", locale, value=start, prior="2.0", **counts, **facts)
    assert said in texts(app)
    assert slider(app, "reaction_price_elasticity").value == pytest.approx(told.together, abs=1e-3)
    assert inputs.known[key] == told.together


def test_a_slider_without_arms_starts_at_its_source(use, trained_sample):
    use(trained_sample)
    fill = find_lever("ads.fill_rate")
    app = opened("advertising")
    assert slider(app, "ads_fill_rate").value == pytest.approx(100.0 * fill.default)
    assert t("pages.levers.default", value=f"{100.0 * fill.default:.0f}") in texts(app)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_slider_says_where_arms_of_lists_are_too_alike(use, trained_sample, monkeypatch, locale):
    use(trained_sample)
    key = "reaction.use_per_quality"
    silent = Told(estimate=None, error=None, experiment="policy", arms=2, users=1_900, together=0.3)
    monkeypatch.setattr(pricing, "told_by_log", lambda population: {key: silent})
    monkeypatch.setattr(pricing, "posterior_means", lambda population: {})
    app = opened("sales", locale)

    facts = {"users": money.count(1_900), "arms": money.count(2), "value": "0.30"}
    assert t("pages.levers.told_too_alike", locale, **facts) in texts(app)
    assert slider(app, "reaction_use_per_quality").value == 0.3
