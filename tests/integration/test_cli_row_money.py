"""The money of list rows is the money of the page, shared out."""

import pandas as pd
import pytest

from engine.evaluation.frames import MOST_SLOTS
from engine.store.lists import FILE
from engine.workbench import pricing
from engine.workbench.row_values import row_values
from engine.workbench.runs import trained_run
from engine.workbench.workspace import open_workspace
from tests.commands import copied

COLUMNS = [
    *("user_row", "rank", "p_click", "p_purchase"),
    *("expected_ads", "expected_membership", "expected_sales", "expected_low", "expected_high"),
]


def of_all_rows(database):
    """Stored rows, their values, and what the page says of a month [major units]."""
    workspace = open_workspace(database)
    try:
        run, scenario = trained_run(workspace), pricing.default_scenario(workspace)
        rows = pd.read_parquet(run.folder / FILE)
        values = row_values(workspace, run, rows, scenario).frame
        page = pricing.simulate(pricing.load(workspace), scenario)
    finally:
        workspace.close()
    months = 100.0 * page.horizon_months
    means = {name: getattr(page.of(name), "mean", None) for name in ("ads", "membership", "sales")}
    return rows, values, {name: cents and cents / months for name, cents in means.items()}


@pytest.fixture(scope="module")
def shown(trained_sample, tmp_path_factory):
    return of_all_rows(copied(trained_sample, tmp_path_factory.mktemp("shown")))


@pytest.fixture(scope="module")
def ordered(trained_orders, tmp_path_factory):
    return of_all_rows(copied(trained_orders, tmp_path_factory.mktemp("ordered")))


def test_rows_add_up_to_the_figure_of_the_page(shown):
    _, values, page = shown

    assert list(values) == COLUMNS
    for name, month in page.items():
        assert values[f"expected_{name}"].sum() == pytest.approx(month, abs=0.01)


def test_a_value_lies_between_its_ends_and_none_is_beyond_the_list(shown):
    rows, values, _ = shown
    money = values[["expected_ads", "expected_membership", "expected_sales"]]
    inside = values["expected_low"].le(money.sum(axis=1) + 1e-6)
    inside &= values["expected_high"].ge(money.sum(axis=1) - 1e-6)

    assert inside.mean() > 0.95
    assert (money[rows["rank"] > MOST_SLOTS] == 0.0).all(axis=None)
    assert not values.isna().any(axis=None)
    assert values["p_click"].equals(rows["gamma"].rename("p_click"))


def test_a_log_of_orders_shares_out_its_range_and_leaves_the_rest_empty(ordered):
    rows, values, page = ordered

    assert values["expected_sales"].sum() == pytest.approx(page["sales"], abs=0.01)
    assert page["ads"] is None and page["membership"] is None
    empty = ["p_click", "p_purchase", "expected_ads", "expected_membership"]
    assert values[empty].isna().all(axis=None)
    assert (values["expected_low"] <= values["expected_high"]).all()
    assert (values.loc[rows["rank"] > 10, "expected_sales"] == 0.0).all()
