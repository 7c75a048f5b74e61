"""What makes a forecast wide, on each revenue page, and what all months are worth today."""

import pytest

from engine.reporting import money
from engine.reporting.text import LOCALES, t
from engine.workbench import pricing
from engine.workbench.workspace import open_workspace
from tests.pages.driver import opened, slider, texts

PAGES = {"advertising": "ads", "membership": "membership", "sales": "sales", "mix": "total"}
SOURCES = ("data", "assumption", "noise", "model")


def found_by_engine(database):
    workspace = open_workspace(database)
    inputs = pricing.load(workspace)
    found = pricing.simulate(inputs, inputs.default_scenario, explain=True)
    workspace.close()
    return found


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("page", "model"), PAGES.items())
def test_each_revenue_page_says_what_makes_its_forecast_wide(
    use, trained_sample, page, model, locale
):
    found = found_by_engine(use(trained_sample))
    app = opened(page, locale)

    assert not app.exception and not app.error
    said = texts(app)
    assert [part.value for part in app.header].count(t("pages.layers.title", locale)) == 1
    told = found.uncertainty[model]
    for source in SOURCES:
        share = money.percent(told.shares[source], locale)
        assert f"**{t(f'pages.layers.{source}', locale)} {share}**" in said
        level = money.percent(told.level_share, locale)
        assert t(f"pages.layers.cure_{source}", locale, level=level) in said
        cents = told.half_widths_cents[source] / found.horizon_months
        assert f"±{money.headline(cents, found.currency, locale)}" in said.replace("\\", "")
    assert any(f"{model}_layers" in part.proto.id for part in app.get("plotly_chart"))


@pytest.mark.parametrize("page", PAGES)
def test_a_log_of_orders_has_no_forecast_and_no_bar(use, trained_orders, page):
    use(trained_orders)
    app = opened(page)

    assert not app.exception and not app.error
    assert t("pages.layers.title") not in texts(app)


@pytest.mark.parametrize("locale", LOCALES)
def test_mix_says_what_all_months_are_worth_today(use, trained_sample, locale):
    found = found_by_engine(use(trained_sample))
    app = opened("mix", locale)

    worth = money.headline(found.present_value.p50, found.currency, locale)
    said = texts(app).replace("\\", "")
    assert f"**{worth}**" in said
    assert money.percent(0.1, locale) in said


def test_a_discount_on_mix_lowers_what_later_months_are_worth(use, trained_sample):
    use(trained_sample)
    plain = opened("mix")
    moved = opened("mix", economics_discount_rate="30", economics_cost_per_month="20")

    assert not moved.exception
    assert [m.value for m in plain.metric] == [m.value for m in moved.metric]
    today = [
        next(part.value for part in app.markdown if "Worth today" in part.value)
        for app in (plain, moved)
    ]
    assert today[0] != today[1]
    assert "30 %" in today[1] and "€240" in today[1]
    assert slider(moved, "economics_discount_rate").value == 30.0


@pytest.mark.parametrize("locale", LOCALES)
def test_the_worth_today_opens_its_formula(use, trained_sample, locale):
    use(trained_sample)
    app = opened("mix", locale)
    name = t("pages.explain.name.present_value", locale)
    labels = [part.proto.popover.label for part in app.get("popover")]
    assert t("pages.explain.how", locale, name=name) in labels
