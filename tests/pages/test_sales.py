"""The Product sales page: the engine's numbers on every kind of log, titles that stay text."""

from dataclasses import replace

import pytest

from engine.reporting import money
from engine.reporting.text import LOCALES, t
from engine.workbench import item_values, pricing, selling
from engine.workbench.workspace import open_workspace
from tests.pages.driver import opened, slider, texts

PAGE = "sales"
PICTURES = 5


@pytest.fixture
def asked(use, trained_sample):
    """Inputs, quote and the first items of the trained sample, which the page then opens."""
    workspace = open_workspace(use(trained_sample))
    inputs = pricing.load(workspace)
    quoted = pricing.quote(inputs, inputs.default_scenario)
    listed = item_values.read_items(workspace, inputs)
    workspace.close()
    return inputs, quoted, item_values.top_items(listed, inputs, quoted, inputs.default_scenario)


def values(app) -> list[str]:
    return [metric.value for metric in app.metric]


@pytest.mark.parametrize("locale", LOCALES)
def test_it_shows_the_numbers_of_the_engine(asked, locale):
    _, quoted, top = asked
    found, outcome = quoted.simulation, quoted.outcomes[0]
    app = opened(PAGE, locale)

    assert not app.exception and not app.error
    months, gain = found.horizon_months, found.uplift.by_model["sales"]
    assert values(app) == [
        money.headline(found.sales.p50 / months, found.currency, locale),
        money.count(selling.orders_a_month(outcome).p50),
        money.headline(100 * 100 * selling.kept_share(outcome).p50, found.currency, locale),
        money.change(gain.p50 / months, found.currency, locale),
    ]
    through = money.headline(found.sales.attributed / months, found.currency, locale)
    assert through in app.title[0].value
    assert len(app.get("plotly_chart")) == PICTURES
    table = app.dataframe[0].value
    assert table[t("pages.sales.column_title", locale)].tolist() == top.frame["title"].tolist()
    shown = table[t("pages.sales.column_extra", locale)]
    assert shown.tolist() == pytest.approx((top.frame["extra"] / 100).tolist(), abs=0.006)


def test_a_price_moves_money_and_orders_and_the_curve_meets_the_number(use, trained_sample):
    use(trained_sample)
    app = opened(PAGE)
    before = values(app)

    slider(app, "sales_price_ratio").set_value(0.85)
    app.run()

    assert not app.exception
    assert all(now != then for now, then in zip(values(app), before, strict=True))
    assert t("pages.levers.beyond") in texts(app)


def test_a_shop_that_loses_on_each_order_says_so_and_by_what(use, trained_sample):
    use(trained_sample)
    app = opened(PAGE, sales_price_ratio="0.7", sales_return_rate="40")

    assert not app.exception
    assert app.title[0].value.startswith(t("pages.sales.title_lost").split("{")[0])
    assert t("pages.sales.losing") in texts(app)
    lost = app.dataframe[0].value[t("pages.sales.column_extra")]
    assert lost.is_monotonic_increasing and lost.iloc[0] < 0


@pytest.mark.parametrize("locale", LOCALES)
def test_a_log_of_orders_gets_a_range_and_its_items(use, trained_orders, locale):
    use(trained_orders)
    app = opened(PAGE, locale)

    assert not app.exception and not app.error
    said = texts(app)
    for part in ("counted", "estimated", "assumed"):
        assert t(f"pages.range.{part}", locale) in said
    assert t("pages.sales.earning", locale) in said
    assert t("pages.sales.column_extra", locale) in app.dataframe[0].value
    assert t("pages.sales.column_orders", locale) not in app.dataframe[0].value


@pytest.mark.parametrize("locale", LOCALES)
def test_without_a_run_it_says_where_to_train(use, imported_sample, locale):
    use(imported_sample)
    app = opened(PAGE, locale)

    assert not app.exception and not app.error
    assert t("pages.mix.not_trained", locale) in texts(app)
    assert not app.metric


def test_the_gain_of_this_page_is_that_of_sales_alone(asked):
    found = asked[1].simulation

    assert selling.of_sales_alone(found).uplift.total == found.uplift.by_model["sales"]
    assert replace(selling.of_sales_alone(found), uplift=found.uplift) == found
