"""What lists sell: from items shown to items kept, and what is left of the money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from engine.business.ads import ad_patterns, rank_weights
from engine.simulation.run import Outcome
from engine.simulation.scenario import Scenario, scenario_of_log
from engine.tensor import Floats, Population
from engine.workbench.answers import Simulation
from engine.workbench.pictures import Band, apportioned, band
from engine.workbench.pricing import PricingInputs
from engine.workbench.valuing import Valuation

Basis = Literal["margin", "commission", "net"]
"""What the business books for a sale."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step on the way from an item in a list to one that is kept, a month."""

    name: str
    count: Band
    mean: float
    share: float | None
    """Of the step before; None for the first, and where nothing came before."""


@dataclass(frozen=True, kw_only=True)
class Bridge:
    """From the value of orders to what would not have been sold otherwise [cents a month].

    Means, in whole cents: ``booked`` is the sum of ``steps``, ``extra`` of all.
    """

    steps: Mapping[str, int]
    """gross first, then what goes off it; parts that do not exist are left out."""

    booked: int
    anyway: int
    """What would have been bought anyway; goes off."""

    extra: int


def basis(valuation: Valuation, scenario: Scenario) -> Basis:
    """Return what is booked for a sale: a commission, a margin, or all of its net value."""
    if scenario.sales.take_rate is not None:
        return "commission"
    people = valuation.population
    return "margin" if people is not None and people.has_unit_costs else "net"


def kept_share(found: Outcome) -> Band:
    """Return what is booked of the value of orders."""
    gross, booked = (
        part.sum(axis=1) for part in (found.sales_parts.gross, found.sales_parts.booked)
    )
    return band(np.divide(booked, gross, out=np.zeros_like(gross), where=gross > 0))


def orders_a_month(found: Outcome) -> Band:
    """Return the orders through lists in an average month."""
    return band(found.volumes.orders.mean(axis=1))


def lists_a_month(inputs: PricingInputs, found: Outcome) -> float:
    """Return the lists that people see in an average month."""
    people = inputs.collapsed[found.policy].population
    return float((people.lists_per_session * found.volumes.sessions.mean(axis=1)).mean())


def of_sales_alone(found: Simulation) -> Simulation:
    """Return a simulation whose gain is that of sales, for a page that speaks of nothing else."""
    gain = replace(found.uplift, total=found.uplift.by_model["sales"])
    return replace(found, uplift=gain)


def funnel(inputs: PricingInputs, found: Outcome, scenario: Scenario) -> tuple[Step, ...]:
    """Return what becomes of the items that lists show, in an average month.

    Notes
    -----
    Looks are those of the examination model: the first slot is always looked at, the
    others as often as it finds beside the first. Items are kept as their value is: what
    comes back by value comes back by number.
    """
    people = inputs.collapsed[found.policy].population
    parts, volumes = found.sales_parts, found.volumes
    gross, back = parts.gross.sum(axis=1), parts.returned.sum(axis=1)
    kept = 1.0 - np.divide(back, gross, out=np.zeros_like(gross), where=gross > 0)
    orders = volumes.orders.mean(axis=1)
    return _steps(
        {
            "shown": volumes.organic_slots.mean(axis=1),
            "looked_at": _looked_at(people, found, scenario),
            "clicked": volumes.clicks.mean(axis=1),
            "ordered": orders,
            "kept": orders * kept,
        }
    )


def counted_funnel(valuation: Valuation) -> tuple[Step, ...]:
    """Return the steps that the log itself counts in its last month; none without lists."""
    shown, clicked = valuation.books.organic_impressions, valuation.books.clicks
    if not shown:
        return ()
    counts = {"shown": shown, "clicked": clicked}
    return _steps({name: np.array([float(count)]) for name, count in counts.items()})


def bridge(found: Outcome) -> Bridge:
    """Return the way from the value of orders to extra money, in an average month."""
    parts = found.sales_parts
    amounts = {
        "gross": parts.gross,
        "returned": -parts.returned,
        "unit_costs": -parts.unit_costs,
        "handling": -parts.handling,
        "passed_on": -parts.passed_on,
    }
    means = {name: float(months.mean()) for name, months in amounts.items()}
    known = {name: mean for name, mean in means.items() if name == "gross" or mean}
    booked = round(float(found.sales.attributed.sum(axis=1).mean()))
    extra = round(float(found.sales.incremental.sum(axis=1).mean()))
    cents = apportioned(np.array(list(known.values())), booked)
    return Bridge(
        steps=dict(zip(known, map(int, cents), strict=True)),
        booked=booked,
        anyway=extra - booked,
        extra=extra,
    )


def bridge_table(found: Bridge, booked: Basis) -> pd.DataFrame:
    """Return a bridge as rows: part, cents, and whether it stands on the ground."""
    rows = [(name, cents, name == "gross") for name, cents in found.steps.items()]
    rows += [
        (f"booked_{booked}", found.booked, True),
        ("anyway", found.anyway, False),
        ("extra", found.extra, True),
    ]
    return pd.DataFrame(rows, columns=["part", "cents", "is_total"])


def steps_table(steps: Sequence[Step]) -> pd.DataFrame:
    """Return a funnel as rows: step, mean, p10, p90 and share of the step before."""
    rows = [(step.name, step.mean, step.count.p10, step.count.p90, step.share) for step in steps]
    return pd.DataFrame(rows, columns=["step", "mean", "p10", "p90", "share"])


def _looked_at(people: Population, found: Outcome, scenario: Scenario) -> Floats:
    """Return the items of lists that are looked at in an average month, of shape (B,)."""
    ad_slots = scenario_of_log(people, scenario).ads.ad_slots or 0.0
    patterns = ad_patterns(ad_slots, people.examination.shape[1])
    parts = [
        share * rank_weights(pattern, people.examination).sum(axis=1) for share, pattern in patterns
    ]
    volumes, lists = found.volumes, people.lists_per_session
    free = lists * volumes.sessions_free.mean(axis=1) * np.sum(parts, axis=0)
    members = lists * volumes.sessions_member.mean(axis=1) * people.examination.sum(axis=1)
    return np.asarray(free + members)


def _steps(counts: Mapping[str, Floats]) -> tuple[Step, ...]:
    steps: list[Step] = []
    for name, months in counts.items():
        mean = float(months.mean())
        before = steps[-1].mean if steps else 0.0
        share = mean / before if before > 0 else None
        steps.append(Step(name=name, count=band(months), mean=mean, share=share))
    return tuple(steps)
