"""The test worth running, on each page of money: the engine's numbers in the reader's words."""

import pytest
from streamlit.testing.v1 import AppTest

from engine.reporting import money
from engine.reporting.text import LOCALES, t
from engine.simulation.levers import with_lever
from engine.workbench import choices, pricing
from engine.workbench.workspace import open_workspace
from pages._shared.text import escaped
from tests.pages.driver import opened
from tests.unit.workbench.pricing_inputs import inputs_of_orders

SUBJECTS = {
    "overview": "total",
    "mix": "total",
    "advertising": "ads",
    "membership": "membership",
    "sales": "sales",
}
PAYING = {
    "economics.horizon_months": 24,
    "economics.cost_cents_per_month": 220_000.0,
    "sales.causal_share": 0.5,
    "reach.list_sales_share": 0.4,
}


def experiment(database, subject):
    """Return what the engine says of a subject, and the simulation it stands in."""
    workspace = open_workspace(database)
    inputs = pricing.load(workspace)
    workspace.close()
    scenario = inputs.default_scenario
    quoted = pricing.quote(inputs, scenario)
    return choices.experiment(inputs, quoted, scenario, subject), quoted.simulation


def box(app, locale):
    """Return the one box about a test."""
    title = t("pages.experiment.title", locale)
    (found,) = [info.value for info in app.info if title in info.value]
    return found


def amount(cents, found, locale):
    return escaped(money.headline(cents, found.currency, locale))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("page", SUBJECTS)
def test_each_page_says_whether_a_test_of_its_own_choice_pays(use, trained_sample, page, locale):
    test, found = experiment(use(trained_sample), SUBJECTS[page])
    app = opened(page, locale)

    assert not app.exception and not app.error
    said = box(app, locale)
    assert test.choice == {"ads": "ads", "membership": "membership_price"}.get(
        SUBJECTS[page], "lists"
    )
    price = "" if test.price is None else amount(test.price, found, locale)
    assert t(f"pages.experiment.arms.{test.choice}", locale, price=price) in said
    worth = test.worth
    shown = worth.perfect_cents if worth.smallest is None else worth.smallest.worth_cents
    assert amount(shown, found, locale) in said
    if worth.knowledge:
        assert amount(worth.knowledge[0].cents, found, locale) in said
    else:
        assert t("pages.experiment.know_nothing", locale) in said


def paying_box() -> None:
    """A page of nothing but the box, for a log of orders whose lists may win or lose much."""
    from pages._shared import experiment_view
    from tests.pages.test_experiment import paying

    found = paying()
    experiment_view.box(found, found.experiment)


def paying():
    """Return a price with a test that is worth more than it costs."""
    inputs = inputs_of_orders(views=False)
    scenario = inputs.default_scenario
    for key, value in PAYING.items():
        scenario = with_lever(scenario, key, value)
    return pricing.quote(inputs, scenario).simulation


@pytest.mark.parametrize("locale", LOCALES)
def test_a_test_that_pays_says_users_weeks_effect_cost_and_worth(locale):
    app = AppTest.from_function(paying_box, default_timeout=60)
    app.query_params["lang"] = locale
    app.run()

    assert not app.exception
    said, found = box(app, locale), paying()
    worth = found.experiment.worth
    assert worth.best.weeks > worth.smallest.weeks
    for trial in (worth.smallest, worth.best):
        assert money.count(trial.users_per_arm) in said
        assert money.percent(trial.smallest_effect, locale) in said
        for cents in (trial.cost_cents, trial.worth_cents, trial.net_cents):
            assert amount(cents, found, locale) in said
    assert t("pages.experiment.lists_ratio", locale) in said


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("page", ["overview", "mix", "sales"])
def test_a_range_says_that_a_worth_stands_on_assumptions(use, trained_orders, page, locale):
    test, found = experiment(use(trained_orders), "total")
    said = box(opened(page, locale), locale)

    assert t("pages.experiment.assumed", locale) in said
    assert amount(test.worth.perfect_cents, found, locale) in said
