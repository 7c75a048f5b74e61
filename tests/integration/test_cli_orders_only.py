"""A log of orders proves nothing about lists: ranges under assumptions, or a reason."""

import csv

import pytest

from tests.commands import only_json, refused
from tests.order_log import N_USERS

CHANCES = ("p_click", "p_purchase")


@pytest.fixture(scope="module")
def priced(orders):
    """What the default scenario says."""
    return only_json(orders("simulate", "--json"))


def test_a_log_of_orders_stands_on_the_lowest_rung_with_a_range(priced):
    assert (priced["rung"], priced["currency"]) == (0, "EUR")
    assert priced["sales"]["interval"] == priced["total"]["interval"] == "assumptions"
    assert priced["shares"] == {"measured": 0.0, "estimated": 0.0, "assumed": 1.0}
    assert priced["uplift"]["probability_positive"] is None
    assert priced["sales"]["p10"] < priced["sales"]["p50"] < priced["sales"]["p90"]


def test_its_price_is_the_gain_over_the_baseline(priced):
    names = ("p10", "p50", "p90", "mean", "attributed", "incremental", "interval")

    assert {name: priced["uplift"][name] for name in names} == priced["total"]
    assert priced["details"]["hit_ratio"]["p50"] > 1.0  # the lists know the tastes of the log
    assert priced["sales"]["mean"] > 0


@pytest.mark.parametrize(("model", "code"), [("membership", "no_memberships"), ("ads", "no_views")])
def test_what_the_log_cannot_say_is_withheld_with_advice(priced, model, code):
    assert set(priced[model]) == {"withheld", "advice"}
    assert priced[model]["withheld"] == code
    assert priced[model]["advice"].endswith(".")
    assert priced["uplift"]["by_model"][model] == priced[model]


def test_its_books_are_what_was_sold_in_the_last_month(priced):
    counted = priced["books"]["counted"]

    assert 0 < counted["net_sales_cents"] == counted["gross_sales_cents"]
    assert counted["orders"] > N_USERS
    assert counted["lists"] == counted["members"] == 0


def test_random_lists_have_no_price_there(orders):
    assert "Random" in refused(orders("simulate", "--baseline", "random", "--json"))


def test_its_lists_know_no_chance_of_a_click(orders, tmp_path):
    path = tmp_path / "lists.csv"

    counts = only_json(orders("recommend", "--out", path, "--json"))

    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert counts["users"] == N_USERS
    assert all(row[name] == "" for row in rows for name in CHANCES)
    assert all(row["score"] for row in rows)


def test_money_in_the_order_works_without_a_chance_of_a_click(orders, tmp_path):
    path = tmp_path / "lists.csv"

    only_json(orders("recommend", "--out", path, "--value-weight", "1", "--json"))

    with path.open(encoding="utf-8", newline="") as file:
        assert {row["policy"] for row in csv.DictReader(file)} == {"ranked+value(1)"}


def test_a_second_scenario_is_compared_there_as_well(orders, tmp_path):
    path = tmp_path / "s.json"
    path.write_text('{"sales": {"causal_share": 0.3}}', encoding="utf-8")

    result = only_json(orders("simulate", "--scenario", path, "--against", path, "--json"))

    assert result["uplift"]["against"]["mean"] == 0
    assert result["uplift"]["against"]["p90"] == 0
