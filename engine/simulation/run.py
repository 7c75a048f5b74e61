"""One simulation: what a policy's lists earn under a scenario, in draws."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.business.ads import ad_patterns, cents_per_seen_ad, seen_ads, sold_share
from engine.business.membership import cents_per_member_month
from engine.business.sales import SalesParts
from engine.simulation.assumptions import Assumptions, draws
from engine.simulation.collapse import Collapsed, collapse
from engine.simulation.scenario import Scenario, scenario_of_log
from engine.simulation.selling import sell
from engine.simulation.traffic import (
    Traffic,
    by_month,
    has_memberships,
    people_part,
    traffic_of,
)
from engine.tensor import EventTensor, Floats, Population

MODELS = ("ads", "membership", "sales")


@dataclass(frozen=True, kw_only=True, eq=False)
class ModelMoney:
    """Money of one business model [cents]."""

    attributed: Floats
    """What passes through the lists, of shape (B, G, H)."""

    incremental: Floats
    """What would not have been earned otherwise, of shape (B, G, H)."""

    by_slot: Callable[[], Floats] | None
    """Adds up attributed money over the horizon by slot, of shape (B, K); None for membership.

    Only one picture asks for it, and it costs as much as all other money of product sales.
    """

    by_payer: Floats
    """Incremental money over the horizon from free users and members, of shape (2, B, G)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Volumes:
    """Physical quantities by month, each of shape (B, H)."""

    free_users: Floats
    """Without those in trial."""

    trial_users: Floats
    """People in trial, who neither pay nor see ads; none where the log has no trials."""

    members: Floats
    lapsed_users: Floats

    new_members: Floats
    """Free users who became members before the month's money was made."""

    leaving_members: Floats
    """Members of the month who do not renew at its end."""

    returning_users: Floats
    """Lapsed users who came back as free users at the month's beginning."""

    sessions_free: Floats
    sessions_member: Floats
    """Visits of members and of people in trial: nobody of them sees ads."""

    clicks: Floats
    orders: Floats
    net_sales_cents: Floats
    organic_slots: Floats
    ad_impressions: Floats
    """Ads in lists, whether sold and seen or not."""

    seen_ads: Floats
    """Ads that were sold and seen: those that are paid for."""

    @property
    def sessions(self) -> Floats:
        """Visits of everyone."""
        return np.asarray(self.sessions_free + self.sessions_member)


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcome:
    """What the lists of one policy earn under one scenario."""

    policy: str
    ads: ModelMoney
    membership: ModelMoney
    sales: ModelMoney
    volumes: Volumes

    sales_parts: SalesParts
    """What becomes of the value of orders by month, of shape (B, H); attributed."""

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
    people = collapsed.population
    scenario = scenario_of_log(people, scenario)
    assumed = draws(scenario, scenario.seed, people.n_draws, people)
    return earn(collapsed, scenario, assumed, traffic_of(collapsed, people_part(scenario)))


def earn(
    collapsed: Collapsed, scenario: Scenario, assumed: Assumptions, traffic: Traffic
) -> Outcome:
    """Return what people on their way through the lists bring.

    Parameters
    ----------
    scenario : Scenario
        With ad slots and membership price filled in from the log.
    traffic : Traffic
        Of this scenario, or of one that differs by none of `PEOPLE_LEVERS`.
    """
    people = collapsed.population
    withheld = _withheld(people, scenario)
    seen = _seen_ads_by_slot(people, scenario, assumed)
    sold = sell(collapsed, scenario, assumed, traffic)
    causal = assumed.of("sales.causal_share")
    return Outcome(
        policy=collapsed.policy,
        ads=_ads_money(scenario, traffic.lists_free, seen),
        membership=_membership_money(scenario, traffic, withheld),
        sales=ModelMoney(
            attributed=_cells(sold.booked),
            incremental=_cells(causal[:, None] * sold.booked),
            by_slot=sold.by_slot,
            by_payer=causal[:, None] * sold.by_payer,
        ),
        volumes=Volumes(
            **_moving(traffic),
            **_slots_shown(people, scenario, traffic, seen),
            clicks=sold.clicks,
            orders=sold.orders,
            net_sales_cents=sold.net_sales_cents,
        ),
        sales_parts=sold.parts,
        causal_share_difference=assumed.of("sales.causal_share_difference"),
        withheld=withheld,
    )


def _withheld(population: Population, scenario: Scenario) -> dict[str, str]:
    withheld = {}
    if not has_memberships(population, scenario):
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
    per_list = seen.sum(axis=1) * rate
    money = _cells(lists_free * per_list[:, None])
    shown = np.einsum("hbg->bg", lists_free)
    from_free = shown * per_list[:, None]
    return ModelMoney(
        attributed=money,
        incremental=money,
        by_slot=partial(np.multiply, seen, (shown.sum(axis=1) * rate)[:, None]),
        by_payer=np.stack([from_free, np.zeros_like(from_free)]),  # members see no ads
    )


def _membership_money(
    scenario: Scenario, traffic: Traffic, withheld: Mapping[str, str]
) -> ModelMoney:
    rate = 0.0 if "membership" in withheld else cents_per_member_month(scenario.membership)
    members = traffic.people.members
    extra = members - traffic.members_anyway
    extra *= rate
    from_members = np.einsum("hbg->bg", extra)
    return ModelMoney(
        attributed=_cells(members * rate),
        incremental=_cells(extra),
        by_slot=None,
        by_payer=np.stack([np.zeros_like(from_members), from_members]),
    )


def _moving(traffic: Traffic) -> dict[str, Floats]:
    """Return who is there and who moves, each of shape (B, H)."""
    people = traffic.people
    trial = np.zeros_like(people.lapsed.T) if people.trial is None else by_month(people.trial)
    return {
        "free_users": by_month(people.free),
        "trial_users": trial,
        "members": by_month(people.members),
        "lapsed_users": people.lapsed.T,
        "new_members": people.joining.T,
        "leaving_members": people.leaving.T,
        "returning_users": people.returning.T,
        "sessions_free": traffic.sessions_free,
        "sessions_member": traffic.sessions_member,
    }


def _slots_shown(
    population: Population, scenario: Scenario, traffic: Traffic, seen: Floats
) -> dict[str, Floats]:
    """Return organic and ad slots by month, each of shape (B, H)."""
    n_slots = population.examination.shape[1]
    ads = min(scenario.ads.ad_slots or 0.0, float(n_slots))
    free, member = by_month(traffic.lists_free), by_month(traffic.lists_member)
    return {
        "organic_slots": free * (n_slots - ads) + member * n_slots,
        "ad_impressions": free * ads,
        "seen_ads": free * seen.sum(axis=1)[:, None] * sold_share(scenario.ads),
    }


def _cells(months: Floats) -> Floats:
    """Return (H, B, G) as (B, G, H)."""
    return np.asarray(np.moveaxis(months, 0, 2))
