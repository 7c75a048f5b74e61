"""Product sales of one simulation: what is clicked, ordered and booked from lists."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.business.ads import ad_patterns, rank_weights
from engine.business.sales import SalesParts, booked_cents, booked_parts, demand_ratio
from engine.simulation.assumptions import Assumptions
from engine.simulation.collapse import Collapsed, events_today, events_with_ads
from engine.simulation.scenario import Scenario
from engine.simulation.traffic import Traffic
from engine.tensor import Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Sold:
    """What lists sell."""

    booked: Floats
    """Attributed money [cents], of shape (H, B, G)."""

    by_slot: Callable[[], Floats]
    """Adds up the same over the horizon by slot, of shape (B, K)."""

    by_payer: Floats
    """The same over the horizon from free users and members, of shape (2, B, G)."""

    clicks: Floats
    """Clicks by month, of shape (B, H)."""

    orders: Floats
    """Orders by month, of shape (B, H)."""

    net_sales_cents: Floats
    """Value of what is kept, by month, of shape (B, H)."""

    parts: SalesParts
    """What becomes of the value by month, of shape (B, H)."""


def sell(collapsed: Collapsed, scenario: Scenario, assumed: Assumptions, traffic: Traffic) -> Sold:
    """Return what is sold from the lists that people see."""
    demand = _demand(collapsed, scenario, assumed)
    n_slots = collapsed.population.examination.shape[1]
    mixed = [
        share * _list_events(collapsed, int(pattern.sum()), demand)
        for share, pattern in ad_patterns(scenario.ads.ad_slots or 0.0, n_slots)
    ]
    per_list = (sum(mixed[1:], start=mixed[0]), _list_events(collapsed, 0, demand))
    lists = (traffic.lists_free, traffic.lists_member)
    rates = tuple(_booked(collapsed, scenario, assumed, events) for events in per_list)
    booked = lists[0] * rates[0]
    booked += lists[1] * rates[1]
    seen = tuple(np.einsum("hbg->bg", count) for count in lists)
    months = _months(lists[0], per_list[0]) + _months(lists[1], per_list[1])
    parts = _parts(collapsed, scenario, assumed, months)
    return Sold(
        booked=booked,
        by_slot=partial(_by_slot, collapsed, scenario, assumed, (seen[0], seen[1]), demand),
        by_payer=np.stack([seen[0] * rates[0], seen[1] * rates[1]]),
        clicks=months[:, :, 0],
        orders=months[:, :, 1],
        net_sales_cents=parts.gross - parts.returned,
        parts=parts,
    )


def _demand(collapsed: Collapsed, scenario: Scenario, assumed: Assumptions) -> Floats | None:
    """Return orders at the new price over those at today's, of shape (B, G, N).

    Each bin holds one order probability whatever the rank, so the list without ads
    gives it for every list. None: today's price, which is most moves of a lever, and
    the bins need not be looked at.
    """
    if scenario.sales.price_ratio == 1.0:
        return None
    click, order = events_with_ads(collapsed, 0)[:2]
    conversion = np.divide(order, click, out=np.zeros_like(order), where=click > 0)
    elasticity = assumed.of("reaction.price_elasticity")
    return demand_ratio(conversion, elasticity, scenario.sales.price_ratio)


def _list_events(collapsed: Collapsed, n_ads: int, demand: Floats | None) -> Floats:
    """Return clicks, orders, value and cost of one list, of shape (4, B, G).

    Orders, value and cost are those of the new price's orders at today's prices.
    """
    if demand is None:
        return events_today(collapsed, n_ads)
    events = events_with_ads(collapsed, n_ads)
    found: Floats = np.einsum("sbgn,bgn->sbg", events, demand)
    found[0] = np.einsum("bgn->bg", events[0])
    return found


def _months(lists: Floats, per_list: Floats) -> Floats:
    """Return lists (H, B, G) times events of each (4, B, G), of shape (B, H, 4)."""
    return np.asarray(np.matmul(lists.transpose(1, 0, 2), per_list.transpose(1, 2, 0)))


def _booked(
    collapsed: Collapsed, scenario: Scenario, assumed: Assumptions, events: Floats
) -> Floats:
    """Return what the business books for one list [cents], of shape (B, G)."""
    value, cost = _amounts(collapsed, scenario, events[2], events[3])
    return booked_cents(value, cost, assumed.of("sales.return_rate"), scenario.sales)


def _parts(
    collapsed: Collapsed, scenario: Scenario, assumed: Assumptions, months: Floats
) -> SalesParts:
    """Return what becomes of the value of all orders of each month."""
    value, cost = _amounts(collapsed, scenario, months[:, :, 2], months[:, :, 3])
    return booked_parts(value, cost, assumed.of("sales.return_rate"), scenario.sales)


def _amounts(
    collapsed: Collapsed, scenario: Scenario, value: Floats, cost: Floats
) -> tuple[Floats, Floats | None]:
    """Return value at the new price and unit costs, as far as the log knows prices."""
    people = collapsed.population
    if not people.has_prices:
        return np.zeros_like(value), None
    return value * scenario.sales.price_ratio, cost if people.has_unit_costs else None


def _by_slot(
    collapsed: Collapsed,
    scenario: Scenario,
    assumed: Assumptions,
    seen: tuple[Floats, Floats],
    demand: Floats | None,
) -> Floats:
    """Return attributed sales money over the horizon by slot, of shape (B, K).

    Parameters
    ----------
    seen : tuple of ndarray of shape (B, G)
        Lists that free users and members see over the horizon.
    """
    people = collapsed.population
    if demand is None:
        by_rank = np.matmul(collapsed.by_rank_today, np.stack(seen, axis=-1))
    else:
        weights = [(count[:, :, None] * demand).reshape(len(demand), -1) for count in seen]
        by_rank = np.matmul(collapsed.by_rank, np.stack(weights, axis=-1))
    value, cost = _amounts(collapsed, scenario, by_rank[0], by_rank[1])
    booked = booked_cents(value, cost, assumed.of("sales.return_rate"), scenario.sales)
    by_slot = booked[:, :, 1] * people.examination
    for share, pattern in ad_patterns(scenario.ads.ad_slots or 0.0, by_slot.shape[1]):
        organic = np.flatnonzero(~pattern)
        looked = rank_weights(pattern, people.examination)
        by_slot[:, organic] += share * (booked[:, :, 0] * looked)[:, : len(organic)]
    return np.asarray(by_slot)
