"""Items of lists: money that adds up to the simulation, and to the rows of the lists."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.workbench import pricing
from engine.workbench.item_values import MonthOfSales, sold_by_item, summed, top_items
from engine.workbench.row_values import money_a_month, shared, spread, weigh
from tests.unit.simulation.builders import SLOTS, make_world, worlds
from tests.unit.workbench.inputs import inputs_of, range_inputs
from tests.unit.workbench.test_row_values import N_ITEMS, facts_of, rows_of

few = settings(max_examples=25, deadline=None)

NAMES = pd.DataFrame(
    {
        "item_row": np.arange(N_ITEMS),
        "item_id": [f"i{row}" for row in range(N_ITEMS)],
        "title": [f"item {row}" if row % 2 else None for row in range(N_ITEMS)],
        "category": None,
    }
)


def plain(facts):
    """Return the same facts with every rank looked at alike."""
    return replace(facts, looks=np.ones_like(facts.looks))


def month_of(outcome):
    return MonthOfSales(
        attributed=outcome.sales.attributed.mean(axis=2),
        extra=outcome.sales.incremental.mean(axis=2),
        orders=float(outcome.volumes.orders.mean()),
    )


@few
@given(world=worlds(), seed=st.integers(0, 99))
def test_items_add_up_to_the_money_and_the_orders_of_a_month(world, seed):
    rows, facts, outcome = rows_of(seed), facts_of(world, seed), world.simulate()

    sold = sold_by_item(summed(rows, plain(facts), NAMES), month_of(outcome), facts.looks)

    months = outcome.sales.attributed.shape[2]
    attributed = outcome.sales.attributed.sum(axis=(1, 2)).mean() / months
    assert sold["attributed"].sum() == pytest.approx(attributed)
    assert sold["extra"].sum() == pytest.approx(
        outcome.sales.incremental.mean(axis=2).sum(1).mean()
    )
    assert sold["orders"].sum() == pytest.approx(outcome.volumes.orders.mean())


@few
@given(world=worlds(), seed=st.integers(0, 99))
def test_an_item_earns_what_its_rows_in_the_file_of_lists_do(world, seed):
    rows, facts, outcome = rows_of(seed), facts_of(world, seed), world.simulate()
    weighed = weigh(rows, facts)
    values = spread(shared(weighed, weighed), money_a_month(outcome))
    by_row = values["expected_sales"].groupby(rows["item_row"]).sum() * 100.0

    sold = sold_by_item(summed(rows, plain(facts), NAMES), month_of(outcome), facts.looks)

    found = sold.set_index("item_row")["extra"]
    size = max(float(np.abs(by_row).max()), 1e-9)
    assert np.allclose(found, by_row[found.index], atol=1e-9 * size)


@few
@given(worlds())
def test_an_item_that_stands_only_beyond_the_slots_is_not_listed(world):
    rows = rows_of(1)
    rows["item_row"] = np.where(rows["rank"] > SLOTS, 0, 1 + rows["item_row"] % (N_ITEMS - 1))

    listed = summed(rows, plain(facts_of(world)), NAMES)

    assert 0 not in set(listed.facts["item_row"])
    assert listed.facts["users"].sum() == (rows["rank"] <= SLOTS).sum()


@few
@given(world=worlds(), seed=st.integers(0, 99))
def test_the_order_of_rows_changes_nothing(world, seed):
    rows, facts, month = rows_of(seed), facts_of(world, seed), month_of(world.simulate())
    mixed = rows.sample(frac=1.0, random_state=seed)

    first, second = (
        sold_by_item(summed(part, plain(facts), NAMES), month, facts.looks)
        for part in (rows, mixed)
    )

    pd.testing.assert_frame_equal(first, second)


def listed_of(world, seed=0):
    rows, facts = rows_of(seed), facts_of(world, seed)
    return summed(rows, plain(facts), NAMES)


@few
@given(worlds())
def test_the_first_items_are_those_of_most_money_with_their_range(world):
    inputs = inputs_of(world)
    inputs = replace(inputs, valuation=replace(inputs.valuation, population=world.people))
    quoted = pricing.quote(inputs, world.scenario)

    top = top_items(listed_of(world), inputs, quoted, world.scenario)

    size = top.frame["extra"].abs()
    assert size.is_monotonic_decreasing
    assert (top.frame["extra_low"] <= top.frame["extra_high"] + 1e-9).all()
    assert top.share is None or top.share == pytest.approx(1.0), "all items fit in the table"
    assert top.kind == ("losing" if quoted.simulation.sales.mean < 0 else "earning")
    assert top.n_items == len(top.frame)


def test_items_of_a_range_add_up_to_it():
    world = make_world(3, 4, 1.0, 1.0)
    inputs = range_inputs()
    quoted = pricing.quote(inputs, inputs.default_scenario)
    listed = replace(listed_of(world), segment=np.zeros_like(listed_of(world).segment))

    top = top_items(listed, inputs, quoted, inputs.default_scenario)

    months = inputs.default_scenario.economics.horizon_months
    assert top.frame["extra"].sum() == pytest.approx(quoted.simulation.sales.mean / months, abs=1)
    assert "orders" not in top.frame


def test_without_a_price_items_come_by_the_lists_they_are_in():
    inputs = range_inputs()
    inputs = replace(
        inputs, valuation=replace(inputs.valuation, method="none", reason="clicks_few")
    )
    quoted = pricing.quote(inputs, inputs.default_scenario)

    top = top_items(listed_of(make_world(3, 4, 1.0, 1.0)), inputs, quoted, inputs.default_scenario)

    assert (top.kind, top.share) == ("listed", None)
    assert top.frame["users"].is_monotonic_decreasing
    assert list(top.frame) == ["title", "users", "item_id"], "no category is known"
    assert set(top.frame["title"]) & {"i0", "i2"}, "an item without a title is called by its id"
