"""The Advertising page: the engine's numbers, logs without a price, extrapolation."""

import pytest

from engine.reporting import money
from engine.reporting.text import LOCALES, t
from engine.workbench import advertising, pricing
from engine.workbench.workspace import open_workspace
from tests.pages.driver import opened, slider, texts

PAGE = "advertising"


@pytest.mark.parametrize("locale", LOCALES)
def test_it_says_what_ads_earn_and_what_is_left(use, trained_sample, locale):
    database = use(trained_sample)
    workspace = open_workspace(database)
    inputs = pricing.load(workspace)
    scenario = inputs.default_scenario
    quoted = pricing.quote(inputs, scenario)
    responses = advertising.ad_responses(inputs, advertising.without_price(scenario))
    effect = advertising.ad_effect(responses, quoted.outcomes[0])
    workspace.close()
    app = opened(PAGE, locale)

    months, currency = scenario.economics.horizon_months, quoted.simulation.currency
    shown = [metric.value for metric in app.metric]
    assert shown[0] == money.headline(effect.revenue.p50 / months, currency, locale)
    assert shown[3] == money.headline(effect.net.p50 / months, currency, locale)
    assert len(app.get("plotly_chart")) == 4


def test_more_ads_move_the_number_and_a_price_moves_no_member(use, trained_sample):
    use(trained_sample)
    app = opened(PAGE)
    before = [metric.value for metric in app.metric]

    slider(app, "ads_cpm").set_value(20.0)
    app.run()
    dear = [metric.value for metric in app.metric]

    assert dear[0] != before[0]
    assert dear[1:3] == before[1:3]


def test_beyond_what_the_log_has_seen_is_said(use, trained_sample):
    use(trained_sample)
    warning = t("pages.levers.beyond")
    inside, outside = opened(PAGE), opened(PAGE, ads_ad_slots="5")

    assert warning not in texts(inside)
    assert warning in texts(outside)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_log_of_orders_is_told_what_to_enter_or_load(use, trained_orders, locale):
    use(trained_orders)
    app = opened(PAGE, locale)

    assert not app.exception and not app.error
    assert t("pages.advertising.title", locale) in texts(app)
    assert not app.metric
    assert not app.slider, "no slider moves a number of a log without page views"


@pytest.mark.parametrize("locale", LOCALES)
def test_without_a_run_it_says_where_to_train(use, imported_sample, locale):
    use(imported_sample)
    app = opened(PAGE, locale)

    assert not app.exception and not app.error
    assert t("pages.mix.not_trained", locale) in texts(app)
