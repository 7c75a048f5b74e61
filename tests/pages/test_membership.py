"""The Membership page: the engine's numbers, other prices, logs without members."""

import datetime as dt
from pathlib import Path

import pytest

from engine.reporting import money
from engine.reporting.text import LOCALES, t
from engine.workbench import explaining, membership, pricing, survival
from engine.workbench.workspace import open_workspace
from tests.commands import engine, made_once, only_json
from tests.order_log import FIRST_DAY, write_order_log
from tests.pages.driver import opened, slider, texts

PAGE = "membership"
PICTURES = 5


N_MEMBERS = 120


def numbers(app) -> list[str]:
    return [metric.value for metric in app.metric]


def write_memberships(path: Path) -> None:
    """Write members of the log of orders: a third leave after a month, a third after two."""
    started = [FIRST_DAY + dt.timedelta(days=row % 60) for row in range(N_MEMBERS)]
    ended = [
        "" if row % 3 == 2 else (first + dt.timedelta(days=30.5 * (1 + row % 3))).isoformat()
        for row, first in enumerate(started)
    ]
    rows = [
        f"user {row:03d},plus,{first.isoformat()},{last},5.00"
        for row, (first, last) in enumerate(zip(started, ended, strict=True))
    ]
    head = "user_id,plan,started_at,ended_at,price_per_month"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def orders_with_members(shared_folder):
    """A run on a log of orders and memberships, which does not say what was shown."""

    def train(database: Path) -> None:
        orders, members = (database.parent / name for name in ("orders.csv", "members.csv"))
        write_order_log(orders)
        write_memberships(members)
        files = ["--events", orders, "--memberships", members]
        only_json(engine(database, "import", *files, "--currency", "EUR", "--json"))
        only_json(engine(database, "train", "--json"))

    return made_once(shared_folder, "orders_with_members", train)


@pytest.mark.parametrize("locale", LOCALES)
def test_it_says_what_the_engine_says(use, trained_sample, locale):
    database = use(trained_sample)
    workspace = open_workspace(database)
    inputs = pricing.load(workspace)
    quoted = pricing.quote(inputs, inputs.default_scenario)
    people = membership.members(inputs, *quoted.outcomes)
    seen = survival.renewals_seen(workspace)
    stays = survival.staying(inputs, inputs.default_scenario, seen)
    explained = [
        explaining.explain(inputs, inputs.default_scenario, number, quoted=quoted).spread.p50
        for number in ("members", "new_members", "churn")
    ]
    workspace.close()
    app = opened(PAGE, locale)

    assert not app.exception and not app.error
    found = quoted.simulation
    extra = money.headline(found.membership.p50 / found.horizon_months, found.currency, locale)
    assert numbers(app) == [
        extra,
        money.count(people.end.p50),
        money.count(people.joining.p50),
        money.percent(people.churn.p50, locale),
    ]
    assert explained == pytest.approx([people.end.p50, people.joining.p50, people.churn.p50])
    assert len(app.get("plotly_chart")) == PICTURES
    assert money.percent(stays.churn.p50, locale) in texts(app)
    whole = money.headline(found.membership.attributed / found.horizon_months, "EUR", locale)
    assert whole in app.title[0].value


def test_another_price_moves_members_and_fees_and_no_other_slider(use, trained_sample):
    use(trained_sample)
    app = opened(PAGE)
    before = numbers(app)
    others = {part.key: part.value for part in app.slider if part.key != "membership_price"}

    slider(app, "membership_price").set_value(12.0)
    app.run()

    dear = numbers(app)
    assert int(dear[1]) < int(before[1]) and int(dear[2]) < int(before[2])
    assert dear[0] != before[0]
    assert {part.key: part.value for part in app.slider if part.key in others} == others
    assert not app.exception and not app.error


def test_a_price_that_the_slider_cannot_have_is_none_of_an_address_either(use, trained_sample):
    use(trained_sample)
    cheap, plain = opened(PAGE, membership_price="1"), opened(PAGE, membership_price="0")

    assert numbers(plain) == numbers(opened(PAGE))
    assert numbers(cheap) != numbers(plain)
    assert not cheap.exception and len(cheap.get("plotly_chart")) == PICTURES


@pytest.mark.parametrize(("months", "pictures"), [("1", PICTURES - 1), ("24", PICTURES)])
def test_any_number_of_months_has_its_pictures(use, trained_sample, months, pictures):
    """In the month of the books nobody is there because of the lists: no width to tell."""
    use(trained_sample)
    app = opened(PAGE, economics_horizon_months=months)

    assert not app.exception and not app.error
    assert len(app.get("plotly_chart")) == pictures


@pytest.mark.parametrize("locale", LOCALES)
def test_a_log_of_orders_is_told_what_to_load_and_what_would_pay(use, trained_orders, locale):
    use(trained_orders)
    app = opened(PAGE, locale)

    assert not app.exception and not app.error
    assert t("pages.membership.title", locale) in texts(app)
    assert "`price_per_month`" in texts(app)
    assert {part.key for part in app.slider} == {
        "membership_price",
        "economics_cost_per_month",
    }
    assert not app.metric


def test_a_price_and_a_cost_give_the_members_that_pay_for_the_lists(use, trained_orders):
    use(trained_orders)
    app = opened(PAGE, membership_price="5", economics_cost_per_month="1000")

    assert numbers(app) == ["200"]
    assert not app.exception and not app.error


def test_members_of_a_log_of_orders_are_counted_not_denied(use, orders_with_members):
    use(orders_with_members)
    app = opened(PAGE)
    said = texts(app)

    assert not app.exception and not app.error
    assert t("pages.membership.not_shown") in said
    assert t("withheld.no_memberships") not in said
    assert t("pages.membership.survival_note") in said
    assert t("pages.membership.prior_note") not in said
    assert "`price_per_month`" not in said


def test_churn_that_no_log_shows_is_called_assumed(use, trained_orders):
    use(trained_orders)

    assert t("pages.membership.prior_note") in texts(opened(PAGE))


@pytest.mark.parametrize("locale", LOCALES)
def test_without_a_run_it_says_where_to_train(use, imported_sample, locale):
    use(imported_sample)
    app = opened(PAGE, locale)

    assert not app.exception and not app.error
    assert t("pages.mix.not_trained", locale) in texts(app)
    assert not app.metric


@pytest.mark.parametrize("locale", LOCALES)
def test_an_empty_database_is_offered_the_sample(tmp_path, monkeypatch, locale):
    monkeypatch.setenv("REVLENS_DB", str(tmp_path / "empty.duckdb"))
    app = opened(PAGE, locale)

    assert not app.exception and not app.error
    assert [button.label for button in app.button] == [t("pages.sample.button", locale)]
