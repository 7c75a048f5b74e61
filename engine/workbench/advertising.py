"""What ads in lists earn, and what they cost the other two models."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from engine.business.ads import AdsScenario, ad_patterns, cents_per_seen_ad
from engine.simulation.levers import LEVER_BY_KEY
from engine.simulation.run import Outcome
from engine.simulation.scenario import Scenario
from engine.simulation.sweep import sweep
from engine.tensor import Floats
from engine.workbench.pictures import Band, band
from engine.workbench.pricing import PricingInputs, check_policies
from engine.workbench.valuing import MAIN

SLOTS = "ads.ad_slots"


@dataclass(frozen=True, kw_only=True, eq=False)
class AdResponses:
    """How people react to each whole number of ads, whatever an ad costs."""

    slots: tuple[int, ...]
    """Ads per list, from none on; P of them."""

    ads: Floats
    """Ad money over the horizon for a seen ad of one cent, of shape (P, B)."""

    sales: Floats
    """Incremental sales money over the horizon [cents], of shape (P, B)."""

    membership: Floats
    """Money of all members over the horizon [cents], of shape (P, B)."""

    members: Floats
    """Members in the last month, of shape (P, B)."""


@dataclass(frozen=True, kw_only=True)
class AdEffect:
    """What today's number of ads does, against none: cents over the horizon."""

    revenue: Band
    sales: Band
    """Sales that ads displace, or win; negative when displaced."""

    membership: Band
    """Money of members who are there because of ads."""

    members: Band
    """Members in the last month that are there because of ads."""

    elsewhere: Band
    """Sales and fees together, draw by draw."""

    net: Band
    """Ad money with what it costs and wins elsewhere, draw by draw."""


@dataclass(frozen=True, kw_only=True)
class AdCurve:
    """Money by number of ads in a list [cents over the horizon]."""

    slots: tuple[float, ...]
    revenue: tuple[Band, ...]
    net: tuple[Band, ...]


def without_price(scenario: Scenario) -> Scenario:
    """Return the scenario without what an ad costs and how many there are.

    Notes
    -----
    People react to ads, not to their price: all scenarios that share this one share the
    same reactions, so that a move of a price costs no simulation.
    """
    seen = scenario.ads.first_slot_viewability
    return replace(scenario, ads=AdsScenario(ad_slots=0.0, first_slot_viewability=seen))


NONE = (0,)
ALL = tuple(range(int(LEVER_BY_KEY[SLOTS].high) + 1))
"""Numbers of ads that a curve goes through."""


def ad_responses(
    inputs: PricingInputs,
    scenario: Scenario,
    slots: tuple[int, ...] = ALL,
    policy: str = MAIN,
) -> AdResponses:
    """Return the reactions to whole numbers of ads; one simulation each.

    Parameters
    ----------
    scenario : Scenario
        As ``without_price`` gives it.
    slots : tuple of int
        Numbers of ads, none of them first; ``NONE`` is enough for an effect.
    """
    check_policies(inputs, policy)
    rate = cents_per_seen_ad(scenario.ads)
    counts = [float(count) for count in slots]
    found = list(sweep(inputs.collapsed[policy], scenario, SLOTS, counts))
    return AdResponses(
        slots=slots,
        ads=_horizon(found, lambda one: one.ads.incremental) / rate,
        sales=_horizon(found, lambda one: one.sales.incremental),
        membership=_horizon(found, lambda one: one.membership.attributed),
        members=np.stack([one.volumes.members[:, -1] for one in found]),
    )


def ad_effect(responses: AdResponses, found: Outcome) -> AdEffect:
    """Return what the ads of an outcome do, against the same lists without ads."""
    parts = _parts(found)
    sales = parts["sales"] - responses.sales[0]
    membership = parts["membership"] - responses.membership[0]
    return AdEffect(
        revenue=band(parts["ads"]),
        sales=band(sales),
        membership=band(membership),
        members=band(found.volumes.members[:, -1] - responses.members[0]),
        elsewhere=band(sales + membership),
        net=band(_net(responses, parts)),
    )


def net_of_ads(responses: AdResponses, found: Outcome) -> Floats:
    """Return draws of what is left of ad money, (B,): ads with what they do elsewhere."""
    return _net(responses, _parts(found))


def ad_curve(responses: AdResponses, found: Outcome, scenario: Scenario) -> AdCurve:
    """Return money by number of ads; today's number is a point of it, to the cent."""
    rate = cents_per_seen_ad(scenario.ads)
    today = _parts(found)
    rows = {
        float(count): {
            "ads": rate * responses.ads[row],
            "sales": responses.sales[row],
            "membership": responses.membership[row],
        }
        for row, count in enumerate(responses.slots)
    }
    rows[scenario.ads.ad_slots or 0.0] = today
    slots = tuple(sorted(rows))
    return AdCurve(
        slots=slots,
        revenue=tuple(band(rows[count]["ads"]) for count in slots),
        net=tuple(band(_net(responses, rows[count])) for count in slots),
    )


def positions(inputs: PricingInputs, found: Outcome, scenario: Scenario) -> pd.DataFrame:
    """Return what each slot of a list is worth.

    Columns slot (from 1), looked_at and its low and high (share of the first slot's looks),
    is_ad (share of lists with an ad there), ads and sales (attributed cents a month).
    """
    people = inputs.collapsed[found.policy].population
    n_slots = people.examination.shape[1]
    patterns = ad_patterns(scenario.ads.ad_slots or 0.0, n_slots)
    low, middle, high = np.quantile(people.examination, (0.1, 0.5, 0.9), axis=0)
    months = scenario.economics.horizon_months
    return pd.DataFrame(
        {
            "slot": range(1, n_slots + 1),
            "looked_at": middle,
            "looked_at_low": low,
            "looked_at_high": high,
            "is_ad": sum(share * pattern for share, pattern in patterns),
            "ads": _by_slot(found.ads.by_slot) / months,
            "sales": _by_slot(found.sales.by_slot) / months,
        }
    )


def _horizon(found: list[Outcome], part: Callable[[Outcome], Floats]) -> Floats:
    return np.stack([part(one).sum(axis=(1, 2)) for one in found])


def _parts(found: Outcome) -> dict[str, Floats]:
    """Return money over the horizon; of all members, since ads also win those not due to lists."""
    return {
        "ads": found.ads.incremental.sum(axis=(1, 2)),
        "sales": found.sales.incremental.sum(axis=(1, 2)),
        "membership": found.membership.attributed.sum(axis=(1, 2)),
    }


def _net(responses: AdResponses, parts: dict[str, Floats]) -> Floats:
    elsewhere = parts["sales"] - responses.sales[0] + parts["membership"] - responses.membership[0]
    return np.asarray(parts["ads"] + elsewhere)


def _by_slot(amounts: Callable[[], Floats] | None) -> Floats:
    return np.zeros(0) if amounts is None else np.asarray(amounts().mean(axis=0))
