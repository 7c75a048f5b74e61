"""What members bring, what another price would do, and how long members stay."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from engine.business.membership import MembershipScenario, cents_per_member_month
from engine.simulation.levers import LEVER_BY_KEY
from engine.simulation.run import Outcome
from engine.simulation.scenario import Scenario
from engine.simulation.sweep import sweep
from engine.tensor import Floats
from engine.workbench.answers import Money
from engine.workbench.pictures import Band, apportioned, band, bands
from engine.workbench.pricing import PricingInputs, Quote
from engine.workbench.valuing import MAIN

PRICE = "membership.price_cents"

PRICES = 5
"""Points of a price curve beside those that the log has seen; odd, so that one is today's."""

PRICE_SPAN = 2.5
"""A price curve goes from today's price over this to today's price times this."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PriceResponses:
    """How people react to each price of a membership, whatever its payment costs."""

    prices: tuple[float, ...]
    """[cents a month], ascending; P of them."""

    member_months: Floats
    """Months of membership that are paid over the horizon, of shape (P, B)."""

    elsewhere: Floats
    """Ad money and extra sales over the horizon [cents], of shape (P, B)."""

    members: Floats
    """Members in the last month, of shape (P, B)."""


@dataclass(frozen=True, kw_only=True)
class PriceCurve:
    """Money and members by price of a membership [cents over the horizon]."""

    prices: tuple[float, ...]
    fees: tuple[Band, ...]
    """Fees of all members."""
    total: tuple[Band, ...]
    """The same with ad money and extra sales, draw by draw."""
    members: tuple[Band, ...]
    """Members in the last month."""


@dataclass(frozen=True, kw_only=True)
class Members:
    """How many pay, come and are there because of the lists."""

    today: Band
    end: Band
    """In the last month."""
    joining: Band
    """New members in a mean month."""
    leaving: Band
    """Members who do not renew in a mean month."""
    churn: Band
    """Share of paying members who do not renew, in a mean month."""
    kept: Band
    """Members in the last month beyond those with the lists compared against."""
    is_assumed: bool
    """Whether the log has too few renewals, so that published churn stands in."""


@dataclass(frozen=True, kw_only=True)
class Bridge:
    """Fees a month, from today's members to those of the last month [mean, whole cents]."""

    start: int
    """Of today's members at today's price."""
    price: int
    """The same members at the price of the scenario, beyond ``start``."""
    joined: int
    left: int
    """Negative: of those who do not renew before the last month."""
    end: int
    """Of the members of the last month; the sum of the others."""


def has_members(inputs: PricingInputs) -> bool:
    """Return whether the log lets members be simulated at all."""
    return any(side.population.conversion is not None for side in inputs.collapsed.values())


def members_to_pay(scenario: Scenario) -> float | None:
    """Return how many members pay what the lists cost; None without a price or a cost."""
    cost, price = scenario.economics.cost_cents_per_month, scenario.membership.price_cents
    return cost / price if cost and price else None


def without_price(scenario: Scenario) -> Scenario:
    """Return the scenario without what a membership costs its member and its payment.

    Notes
    -----
    A curve over prices knows every price, and a fee takes its share of each: all scenarios
    that share this one share the same reactions, so that a move of either costs nothing.
    """
    free = MembershipScenario()
    plain = replace(scenario.membership, price_cents=None, fee_rate=free.fee_rate)
    return replace(scenario, membership=plain)


def price_responses(
    inputs: PricingInputs, scenario: Scenario, policy: str = MAIN
) -> PriceResponses:
    """Return the reactions to prices around today's; one simulation each.

    Parameters
    ----------
    scenario : Scenario
        As ``without_price`` gives it.
    """
    side = inputs.collapsed[policy]
    prices = _prices(side.population.membership_price_today_cents, inputs.tested.get(PRICE, ()))
    found = [
        (_member_months(one), _elsewhere(one), one.volumes.members[:, -1])
        for one in sweep(side, scenario, PRICE, prices)
    ]
    member_months, elsewhere, members = (np.stack(draws) for draws in zip(*found, strict=True))
    return PriceResponses(
        prices=prices, member_months=member_months, elsewhere=elsewhere, members=members
    )


def price_curve(responses: PriceResponses, found: Outcome, scenario: Scenario) -> PriceCurve:
    """Return money by price; the scenario's own price is a point of it, to the cent."""
    here = scenario.membership.price_cents or 0.0
    rows = {
        price: (responses.member_months[row], responses.elsewhere[row], responses.members[row])
        for row, price in enumerate(responses.prices)
        if not np.isclose(price, here)
    }
    rows[here] = _member_months(found), _elsewhere(found), found.volumes.members[:, -1]
    prices = tuple(sorted(rows))
    months, elsewhere, paying = (
        np.stack(draws) for draws in zip(*[rows[price] for price in prices], strict=True)
    )
    fees = months * np.array([[_rate(scenario, price)] for price in prices])
    return PriceCurve(
        prices=prices, fees=bands(fees), total=bands(fees + elsewhere), members=bands(paying)
    )


def gains_of_prices(
    inputs: PricingInputs, found: Outcome, scenario: Scenario, prices: Sequence[float]
) -> list[Floats]:
    """Return what each price brings beyond the scenario's own, each of shape (B,).

    Notes
    -----
    Fees of all members, ad money and extra sales over the horizon [cents].
    """
    side = inputs.collapsed[found.policy]
    here = _total(found, scenario, scenario.membership.price_cents or 0.0)
    there = zip(sweep(side, scenario, PRICE, prices), prices, strict=True)
    return [_total(one, scenario, price) - here for one, price in there]


def at_price(curve: PriceCurve, price: float) -> tuple[Band, Band]:
    """Return all fees and the members in the last month at a price of a curve."""
    row = int(np.argmin(np.abs(np.array(curve.prices) - price)))
    return curve.fees[row], curve.members[row]


def members(inputs: PricingInputs, found: Outcome, base: Outcome) -> Members:
    """Return who pays today and in the last month, and who is there because of the lists."""
    end = found.volumes.members[:, -1]
    return Members(
        today=band(_today(inputs, found)),
        end=band(end),
        joining=band(found.volumes.new_members.mean(axis=1)),
        leaving=band(found.volumes.leaving_members.mean(axis=1)),
        churn=band(_churn(found)),
        kept=band(end - base.volumes.members[:, -1]),
        is_assumed=inputs.collapsed[found.policy].population.churn_alpha_beta is None,
    )


def bridge(inputs: PricingInputs, quoted: Quote, scenario: Scenario) -> Bridge | None:
    """Return the steps from today's fees a month to those of the last month.

    Notes
    -----
    Means, since medians do not add up. The last step is the attributed fee of the last
    month in ``pictures.model_months``, to the cent. None where there is no fee.
    """
    answer = quoted.simulation.membership
    if quoted.outcomes is None or not isinstance(answer, Money):
        return None
    found = quoted.outcomes[0]
    today = inputs.collapsed[found.policy].population.membership_price_today_cents
    price = scenario.membership.price_cents or 0.0
    before, after = _rate(scenario, price if today is None else today), _rate(scenario, price)
    start = float(_today(inputs, found).mean())
    joined = float(found.volumes.new_members.sum(axis=1).mean())
    left = float(found.volumes.leaving_members[:, :-1].sum(axis=1).mean())
    steps = np.array([start * before, start * (after - before), joined * after, -left * after])
    months = found.membership.attributed.sum(axis=1).mean(axis=0)
    end = int(apportioned(months, answer.attributed)[-1])
    whole = [int(cents) for cents in apportioned(steps, end)]
    return Bridge(start=whole[0], price=whole[1], joined=whole[2], left=whole[3], end=end)


def flows(found: Outcome) -> pd.DataFrame:
    """Return mean members by month.

    Columns month (from 1), before (renewed into the month), joining, members (who pay),
    leaving (at the month's end).
    """
    volumes = found.volumes
    paying, joining = volumes.members.mean(axis=0), volumes.new_members.mean(axis=0)
    return pd.DataFrame(
        {
            "month": range(1, len(paying) + 1),
            "before": paying - joining,
            "joining": joining,
            "members": paying,
            "leaving": volumes.leaving_members.mean(axis=0),
        }
    )


def _prices(today: float | None, seen: tuple[float, ...]) -> tuple[float, ...]:
    """Return prices to ask about: around today's, else all of the lever; and those seen."""
    lever = LEVER_BY_KEY[PRICE]
    ends = (today / PRICE_SPAN, today * PRICE_SPAN) if today else (lever.low, lever.high)
    around = np.geomspace(*ends, PRICES)
    return tuple(sorted({float(price) for price in (*around, *seen)}))


def _rate(scenario: Scenario, price_cents: float) -> float:
    return cents_per_member_month(replace(scenario.membership, price_cents=price_cents))


def _today(inputs: PricingInputs, found: Outcome) -> Floats:
    """Return today's members, of shape (B,)."""
    return np.asarray(inputs.collapsed[found.policy].population.members.sum(axis=(1, 2)))


def _churn(found: Outcome) -> Floats:
    """Return lost members over paid months."""
    left, paid = (
        amounts.sum(axis=1) for amounts in (found.volumes.leaving_members, found.volumes.members)
    )
    return np.asarray(np.divide(left, paid, out=np.zeros_like(left), where=paid > 0))


def _total(found: Outcome, scenario: Scenario, price_cents: float) -> Floats:
    return np.asarray(_member_months(found) * _rate(scenario, price_cents) + _elsewhere(found))


def _member_months(found: Outcome) -> Floats:
    return np.asarray(found.volumes.members.sum(axis=1))


def _elsewhere(found: Outcome) -> Floats:
    parts = (found.ads.incremental, found.sales.incremental)
    return np.asarray(sum(part.sum(axis=(1, 2)) for part in parts))
