"""The test worth running, on each page of money: the engine's numbers in the reader's words."""

import pytest

from engine.reporting import money
from engine.reporting.text import LOCALES, t
from engine.simulation.levers import with_lever
from engine.workbench import choices, pricing
from engine.workbench.workspace import open_workspace
from pages._shared.text import escaped
from tests.pages.driver import opened

SUBJECTS = {
    "overview": "total",
    "mix": "total",
    "advertising": "ads",
    "membership": "membership",
    "sales": "sales",
}
CAUSAL, COST = 100.0, 20.0
OPEN = {"sales_causal_share": f"{CAUSAL:g}", "economics_cost_per_month": f"{COST:g}"}
"""An address at which lists may win or lose much, so that a test of them pays."""


def experiment(database, subject, **levers):
    """Return what the engine says of a subject, and the simulation it stands in."""
    workspace = open_workspace(database)
    inputs = pricing.load(workspace)
    workspace.close()
    scenario = inputs.default_scenario
    for name, value in levers.items():
        scenario = with_lever(scenario, name.replace("__", "."), value)
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


@pytest.mark.parametrize("locale", LOCALES)
def test_a_test_that_pays_says_users_weeks_effect_cost_and_worth(use, trained_sample, locale):
    levers = {"sales__causal_share": CAUSAL / 100, "economics__cost_cents_per_month": COST * 100}
    test, found = experiment(use(trained_sample), "total", **levers)
    app = opened("mix", locale, **OPEN)

    said = box(app, locale)
    assert test.worth.smallest is not None and test.worth.best != test.worth.smallest
    for trial in (test.worth.smallest, test.worth.best):
        assert money.count(trial.users_per_arm) in said
        assert money.percent(trial.smallest_effect, locale) in said
        for cents in (trial.cost_cents, trial.worth_cents, trial.net_cents):
            assert amount(cents, found, locale) in said


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("page", ["overview", "mix", "sales"])
def test_a_range_says_that_a_worth_stands_on_assumptions(use, trained_orders, page, locale):
    test, found = experiment(use(trained_orders), "total")
    said = box(opened(page, locale), locale)

    assert t("pages.experiment.assumed", locale) in said
    assert amount(test.worth.perfect_cents, found, locale) in said
