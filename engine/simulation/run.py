"""One simulation: what a policy's lists earn under a scenario, in draws."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.business.ads import (
    ad_patterns,
    cents_per_seen_ad,
    rank_weights,
    seen_ads,
)
from engine.business.membership import cents_per_member_month
from engine.business.sales import booked_cents, demand_ratio
from engine.simulation.assumptions import Assumptions, draws
from engine.simulation.behaviour import conversions, forces, move_people, visits
from engine.simulation.collapse import Collapsed, collapse, events_with_ads
from engine.simulation.scenario import Scenario, scenario_of_log
from engine.tensor import EventTensor, Floats, Population

MODELS = ("ads", "membership", "sales")


@dataclass(frozen=True, kw_only=True, eq=False)
class ModelMoney:
    """Money of one business model [cents]."""

    attributed: Floats
    """What passes through the lists, of shape (B, G, H)."""

    incremental: Floats
    """What would not have been earned otherwise, of shape (B, G, H)."""

    by_slot: Floats | None
    """Attributed money over the horizon by slot, of shape (B, K); None for membership."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Volumes:
    """Physical quantities by month, each of shape (B, H)."""

    free_users: Floats
    members: Floats
    lapsed_users: Floats
    sessions_free: Floats
    sessions_member: Floats
    clicks: Floats
    orders: Floats
    net_sales_cents: Floats
    organic_slots: Floats
    ad_impressions: Floats

    @property
    def sessions(self) -> Floats:
        """Visits of free users and members."""
        return np.asarray(self.sessions_free + self.sessions_member)


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcome:
    """What the lists of one policy earn under one scenario."""

    policy: str
    ads: ModelMoney
    membership: ModelMoney
    sales: ModelMoney
    volumes: Volumes

    causal_share_difference: Floats
    """Causal share of these lists minus that of others, of shape (B,)."""

    withheld: Mapping[str, str]
    """Why a model has no number: model -> code."""

    @property
    def models(self) -> Mapping[str, ModelMoney]:
        """The three models by name."""
        return {name: getattr(self, name) for name in MODELS}


def simulate(
    tensor: EventTensor, status_quo: EventTensor, population: Population, scenario: Scenario
) -> Outcome:
    """Return what a policy's lists earn under a scenario.

    Parameters
    ----------
    status_quo : EventTensor
        Today's lists, with the same draws; the quality of lists is measured against it.
    """
    return simulate_collapsed(collapse(tensor, status_quo, population), scenario)


def simulate_collapsed(collapsed: Collapsed, scenario: Scenario) -> Outcome:
    """Return the same from a collapsed tensor: milliseconds for each move of a lever."""
    people_data = collapsed.population
    scenario = scenario_of_log(people_data, scenario)
    assumed = draws(scenario, scenario.seed, people_data.n_draws, people_data)
    moved = forces(people_data, scenario, assumed, collapsed.quality_ratio)
    conversion = conversions(people_data, assumed, moved)
    people = move_people(people_data, scenario, assumed, moved, conversion)
    per_free, per_member = visits(people_data, assumed, moved)
    lists = people_data.lists_per_session[:, None]
    lists_free, lists_member = people.free * per_free * lists, people.members * per_member * lists
    sales, traded = _sales(collapsed, scenario, assumed, (lists_free, lists_member))
    seen = _seen_ads_by_slot(people_data, scenario, assumed)
    ads = _ads_money(scenario, lists_free, seen)
    withheld = _withheld(people_data, scenario)
    alone = people.members
    if "membership" not in withheld:
        without = forces(people_data, scenario, assumed, np.zeros_like(collapsed.quality_ratio))
        alone = move_people(people_data, scenario, assumed, without, conversion).members
    return Outcome(
        policy=collapsed.policy,
        ads=ads,
        membership=_membership_money(scenario, people.members, alone, withheld),
        sales=sales,
        volumes=Volumes(
            free_users=_by_month(people.free),
            members=_by_month(people.members),
            lapsed_users=_by_month(people.lapsed),
            sessions_free=_by_month(people.free * per_free),
            sessions_member=_by_month(people.members * per_member),
            **traded,
            **_slots_shown(people_data, scenario, lists_free, lists_member),
        ),
        causal_share_difference=assumed.of("sales.causal_share_difference"),
        withheld=withheld,
    )


def _withheld(population: Population, scenario: Scenario) -> dict[str, str]:
    withheld = {}
    if population.conversion is None or scenario.membership.price_cents is None:
        withheld["membership"] = "no_memberships"
    if not population.has_prices:
        withheld["sales"] = "no_prices"
    return withheld


def _seen_ads_by_slot(population: Population, scenario: Scenario, assumed: Assumptions) -> Floats:
    """Return viewable ads of one list by slot, of shape (B, K)."""
    examination = population.examination
    viewability = population.viewability
    if viewability is None or scenario.ads.first_slot_viewability is not None:
        first = assumed.of("ads.first_slot_viewability")[:, None]
        viewability = first * examination / examination[:, :1]
    patterns = ad_patterns(scenario.ads.ad_slots or 0.0, examination.shape[1])
    parts = [share * seen_ads(pattern, viewability) for share, pattern in patterns]
    return np.asarray(sum(parts[1:], start=parts[0]))


def _ads_money(scenario: Scenario, lists_free: Floats, seen: Floats) -> ModelMoney:
    rate = cents_per_seen_ad(scenario.ads)
    money = _cells(lists_free * (seen.sum(axis=1) * rate)[:, None])
    shown = lists_free.sum(axis=(0, 2))
    return ModelMoney(attributed=money, incremental=money, by_slot=seen * (shown * rate)[:, None])


def _membership_money(
    scenario: Scenario, members: Floats, alone: Floats, withheld: Mapping[str, str]
) -> ModelMoney:
    rate = 0.0 if "membership" in withheld else cents_per_member_month(scenario.membership)
    return ModelMoney(
        attributed=_cells(members * rate),
        incremental=_cells((members - alone) * rate),
        by_slot=None,
    )


def _sales(
    collapsed: Collapsed, scenario: Scenario, assumed: Assumptions, lists: tuple[Floats, Floats]
) -> tuple[ModelMoney, dict[str, Floats]]:
    """Return the money of sales and what was clicked and ordered.

    Parameters
    ----------
    lists : tuple of ndarray of shape (H, B, G)
        Lists that free users and members see.
    """
    demand = _demand(collapsed, scenario, assumed)
    n_slots = collapsed.population.examination.shape[1]
    patterns = ad_patterns(scenario.ads.ad_slots or 0.0, n_slots)
    parts = [
        share * _list_events(collapsed, int(pattern.sum()), demand) for share, pattern in patterns
    ]
    per_list = (sum(parts[1:], start=parts[0]), _list_events(collapsed, 0, demand))
    free, member = (_booked(collapsed, scenario, assumed, events) for events in per_list)
    booked = lists[0] * free
    booked += lists[1] * member
    money = _cells(booked)
    by_slot = _sales_by_slot(collapsed, scenario, assumed, lists, demand)
    causal = assumed.of("sales.causal_share")[:, None, None]
    clicks, orders, value = (
        np.einsum("hbg,bg->bh", lists[0], per_list[0][stat])
        + np.einsum("hbg,bg->bh", lists[1], per_list[1][stat])
        for stat in range(3)
    )
    kept = scenario.sales.price_ratio * (1.0 - assumed.of("sales.return_rate"))
    traded = {"clicks": clicks, "orders": orders, "net_sales_cents": value * kept[:, None]}
    return ModelMoney(attributed=money, incremental=causal * money, by_slot=by_slot), traded


def _demand(collapsed: Collapsed, scenario: Scenario, assumed: Assumptions) -> Floats:
    """Return orders at the new price over those at today's, of shape (B, G, N).

    Each bin holds one order probability whatever the rank, so the list without ads
    gives it for every list.
    """
    click, order = events_with_ads(collapsed, 0)[:2]
    if scenario.sales.price_ratio == 1.0:
        return np.ones_like(order)
    conversion = np.divide(order, click, out=np.zeros_like(order), where=click > 0)
    elasticity = assumed.of("reaction.price_elasticity")
    return demand_ratio(conversion, elasticity, scenario.sales.price_ratio)


def _list_events(collapsed: Collapsed, n_ads: int, demand: Floats) -> Floats:
    """Return clicks, orders, value and cost of one list, of shape (4, B, G).

    Orders, value and cost are those of the new price's orders at today's prices.
    """
    events = events_with_ads(collapsed, n_ads)
    found: Floats = np.einsum("sbgn,bgn->sbg", events, demand)
    found[0] = np.einsum("bgn->bg", events[0])
    return found


def _booked(
    collapsed: Collapsed, scenario: Scenario, assumed: Assumptions, events: Floats
) -> Floats:
    """Return what the business books for one list [cents], of shape (B, G)."""
    people = collapsed.population
    if not people.has_prices:
        return np.zeros_like(events[2])
    value = events[2] * scenario.sales.price_ratio
    cost = events[3] if people.has_unit_costs else None
    return booked_cents(value, cost, assumed.of("sales.return_rate"), scenario.sales)


def _sales_by_slot(
    collapsed: Collapsed,
    scenario: Scenario,
    assumed: Assumptions,
    lists: tuple[Floats, Floats],
    demand: Floats,
) -> Floats:
    """Return attributed sales money over the horizon by slot, of shape (B, K)."""
    people = collapsed.population
    shown = [(count.sum(axis=0)[:, :, None] * demand).reshape(len(demand), -1) for count in lists]
    weights = np.stack(shown, axis=-1)
    value, cost = (np.matmul(stat, weights) for stat in collapsed.by_rank)
    if not people.has_prices:
        return np.zeros_like(people.examination)
    back = assumed.of("sales.return_rate")
    costs = cost if people.has_unit_costs else None
    by_rank = booked_cents(value * scenario.sales.price_ratio, costs, back, scenario.sales)
    by_slot = by_rank[:, :, 1] * people.examination
    for share, pattern in ad_patterns(scenario.ads.ad_slots or 0.0, by_slot.shape[1]):
        organic = np.flatnonzero(~pattern)
        looked = rank_weights(pattern, people.examination)
        by_slot[:, organic] += share * (by_rank[:, :, 0] * looked)[:, : len(organic)]
    return by_slot


def _slots_shown(
    population: Population, scenario: Scenario, lists_free: Floats, lists_member: Floats
) -> dict[str, Floats]:
    n_slots = population.examination.shape[1]
    ads = min(scenario.ads.ad_slots or 0.0, float(n_slots))
    organic = lists_free * (n_slots - ads) + lists_member * n_slots
    return {"organic_slots": _by_month(organic), "ad_impressions": _by_month(lists_free * ads)}


def _by_month(months: Floats) -> Floats:
    """Return (H, B, G) summed over segments, of shape (B, H)."""
    return np.asarray(np.einsum("hbg->bh", months))


def _cells(months: Floats) -> Floats:
    """Return (H, B, G) as (B, G, H)."""
    return np.asarray(np.moveaxis(months, 0, 2))
