"""What each item sells through the lists a month: the money of list rows, summed by item."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.evaluation.compare import BASELINE
from engine.simulation.scenario import Scenario
from engine.store import queries
from engine.tensor import Floats
from engine.workbench import by_hits
from engine.workbench.pricing import PricingInputs, Quote
from engine.workbench.row_values import (
    NEEDED,
    Facts,
    by_relevance,
    looks_by_rank,
    looks_of_hits,
    read_facts,
    weigh,
)
from engine.workbench.runs import read_list_rows, trained_run
from engine.workbench.valuing import MAIN
from engine.workbench.workspace import Workspace

NAMES = ("item_row", "item_id", "title", "category")
SHOWN = (
    "title", "extra", "attributed", "orders", "users", "category", "extra_low", "extra_high",
    "item_id",
)  # fmt: skip
"""Columns of a table of items, as far as they are known."""

MOST = 20
"""Items of a table that a reader takes in."""

LEVELS = (0.1, 0.9)

Places = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class ListedItems:
    """The lists of a run summed by item, segment and rank: read once, priced in milliseconds."""

    facts: pd.DataFrame
    """item_row, item_id, title, category and users of every item that stands in a list."""

    item: Places
    """Row of ``facts``, one for each of the sums below."""

    segment: Places
    rank: Places
    """From zero."""

    orders: Floats
    """Visits times the chance of an order."""

    value: Floats
    """The same times the price [cents]."""


@dataclass(frozen=True, kw_only=True, eq=False)
class MonthOfSales:
    """What lists sell in an average month, in draws [cents]."""

    attributed: Floats
    """Of shape (B, G)."""

    extra: Floats
    """Of shape (B, G)."""

    orders: float | None
    """Expected orders; None where a log does not say what was shown."""


@dataclass(frozen=True, kw_only=True, eq=False)
class TopItems:
    """The items that earn or lose most through the lists, or stand in most without prices."""

    frame: pd.DataFrame
    """The known columns of ``SHOWN``: money in cents a month, orders a month."""

    n_items: int
    """Items that stand in any list."""

    share: float | None
    """Share of the extra money that these items bring; None where there is none."""

    @property
    def kind(self) -> Literal["earning", "losing", "listed"]:
        """What the items come first for."""
        if "extra" not in self.frame:
            return "listed"
        return "losing" if self.frame["extra"].sum() < 0 else "earning"


def read_items(workspace: Workspace, inputs: PricingInputs) -> ListedItems:
    """Read the stored lists of a run and sum them up.

    Notes
    -----
    Time and memory grow linearly with the rows of the lists, about a second for a million;
    what is kept has a row for each item, segment and rank, at most as many.
    """
    run = trained_run(workspace)
    facts = read_facts(workspace, np.ones(_places(inputs)), by_segment=not inputs.is_range)
    rows = read_list_rows(run, NEEDED)
    names = queries.read_frame(workspace.database, "items")[list(NAMES)]
    return summed(by_relevance(run, rows) if inputs.is_range else rows, facts, names)


def summed(rows: pd.DataFrame, facts: Facts, names: pd.DataFrame) -> ListedItems:
    """Return list rows summed by item, segment and rank.

    Parameters
    ----------
    facts : Facts
        With looks of one for each rank: how often a rank is looked at is for the scenario.
    names : DataFrame
        item_row, item_id, title and category of all items.
    """
    rows = rows[rows["rank"] <= len(facts.looks)]
    value, orders = (
        weigh(rows, part).by_model["sales"]
        for part in (facts, replace(facts, price_cents=np.ones_like(facts.price_cents)))
    )
    items, item = np.unique(rows["item_row"].to_numpy(np.int64), return_inverse=True)
    segment = facts.segment[rows["user_row"]].astype(np.int64)
    rank = rows["rank"].to_numpy(np.int64) - 1
    n_segments = int(facts.segment.max(initial=0)) + 1
    key = (item * n_segments + segment) * len(facts.looks) + rank
    groups, group = np.unique(key, return_inverse=True)
    users = np.bincount(item, minlength=len(items))
    return ListedItems(
        facts=names.set_index("item_row").loc[items].reset_index().assign(users=users),
        item=groups // (n_segments * len(facts.looks)),
        segment=groups // len(facts.looks) % n_segments,
        rank=groups % len(facts.looks),
        orders=_sums(group, orders, len(groups)),
        value=_sums(group, value, len(groups)),
    )


def top_items(
    listed: ListedItems, inputs: PricingInputs, quoted: Quote, scenario: Scenario
) -> TopItems:
    """Return the items that earn most through the lists under a scenario, or lose most."""
    month = month_of_sales(inputs, quoted, scenario)
    n_items = len(listed.facts)
    if month is None:
        most = listed.facts.sort_values("users", ascending=False, kind="stable")
        return TopItems(frame=_named(most[:MOST]), n_items=n_items, share=None)
    looks = _looks(inputs, scenario)
    sold = sold_by_item(listed, month, looks)
    size = sold["extra"].abs().sort_values(ascending=False, kind="stable")
    top = sold.loc[size.index[:MOST]]
    draws = month.extra @ _shares(listed, looks, month.extra.shape[1])[top.index].T
    low, high = np.quantile(draws, LEVELS, axis=0)
    whole = float(sold["extra"].sum())
    return TopItems(
        frame=_named(top.assign(extra_low=low, extra_high=high)),
        n_items=n_items,
        share=float(top["extra"].sum()) / whole if whole else None,
    )


def month_of_sales(inputs: PricingInputs, quoted: Quote, scenario: Scenario) -> MonthOfSales | None:
    """Return what the lists of a quote sell a month; None where it is withheld."""
    if quoted.outcomes is not None:
        outcome = quoted.outcomes[0]
        if "sales" in outcome.withheld:
            return None
        return MonthOfSales(
            attributed=outcome.sales.attributed.mean(axis=2),
            extra=outcome.sales.incremental.mean(axis=2),
            orders=float(outcome.volumes.orders.mean()),
        )
    if not inputs.is_range:
        return None
    found = by_hits.answer(inputs.valuation, scenario, MAIN, BASELINE)
    if found.attributed_draws is None or found.gain_draws is None:
        return None
    attributed, extra = found.attributed_draws[:, None], found.gain_draws[:, None]
    return MonthOfSales(attributed=attributed, extra=extra, orders=None)


def sold_by_item(listed: ListedItems, month: MonthOfSales, looks: Floats) -> pd.DataFrame:
    """Return what every listed item sells a month [cents].

    Columns of ``listed.facts``, attributed and extra (means), and orders where known.

    Notes
    -----
    Money goes to items as it goes to list rows: within a segment by visits, looks, chance
    of an order and price. Items add up to the simulation, whatever the scenario.
    """
    shares = _shares(listed, looks, month.extra.shape[1])
    found = listed.facts.assign(
        attributed=shares @ month.attributed.mean(axis=0), extra=shares @ month.extra.mean(axis=0)
    )
    if month.orders is None:
        return found
    ordered = _sums(listed.item, listed.orders * looks[listed.rank], len(found))
    return found.assign(orders=month.orders * _parts(ordered))


def _shares(listed: ListedItems, looks: Floats, n_segments: int) -> Floats:
    """Return each item's part of the sales of a segment, of shape (n_items, G)."""
    cell = listed.item * n_segments + listed.segment
    n_items = len(listed.facts)
    whole = _sums(cell, listed.value * looks[listed.rank], n_items * n_segments)
    return _parts(whole.reshape(n_items, n_segments))


def _sums(group: Places, amounts: Floats, n_groups: int) -> Floats:
    return np.bincount(group, weights=amounts, minlength=n_groups).astype(np.float64)


def _parts(amounts: Floats) -> Floats:
    """Return amounts as parts of their sum over the first axis; zero where there is none."""
    whole = amounts.sum(axis=0)
    return np.asarray(np.divide(amounts, whole, out=np.zeros_like(amounts), where=whole > 0))


def _places(inputs: PricingInputs) -> int:
    people = inputs.valuation.population
    return len(looks_of_hits()) if people is None else people.examination.shape[1]


def _looks(inputs: PricingInputs, scenario: Scenario) -> Floats:
    people = inputs.valuation.population
    return looks_of_hits() if people is None else looks_by_rank(people, scenario)


def _named(items: pd.DataFrame) -> pd.DataFrame:
    """Return items under their title, or their id without one, in the order of a table."""
    ids = items["item_id"].astype(str)
    named = items.assign(title=items["title"].fillna(ids), item_id=ids)
    is_known = named["category"].notna().any()
    columns = [name for name in SHOWN if name in named and (name != "category" or is_known)]
    return named[columns].reset_index(drop=True)
