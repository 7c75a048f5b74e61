"""Prices of logs that say what was shown: simulated months of expected events."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from engine.simulation import compare
from engine.simulation.collapse import Collapsed
from engine.simulation.compare import Uplift
from engine.simulation.forecast import booked
from engine.simulation.present_value import present_value
from engine.simulation.run import MODELS, Outcome, simulate_collapsed
from engine.simulation.scenario import Scenario
from engine.tensor import Floats
from engine.workbench import experiments
from engine.workbench.answers import (
    Gain,
    LevelShares,
    Money,
    PresentValue,
    VarianceShares,
    Withheld,
)
from engine.workbench.valuing import Valuation

Sides = tuple[Collapsed, Collapsed]
"""The lists that are priced, and those they are compared with."""


def price(
    valuation: Valuation, sides: Sides, scenario: Scenario, against: Scenario | None
) -> tuple[dict[str, Any], tuple[Outcome, Outcome]]:
    """Return the parts of a simulation that depend on the kind of log, and both outcomes."""
    outcome, base = (simulate_collapsed(side, scenario) for side in sides)
    gain = compare.uplift(outcome, base)
    answers = _answers(compare.incremental(outcome), compare.attributed(outcome), outcome.withheld)
    parts = {
        **_forecast(answers, booked(outcome, valuation.chance)),
        "uplift": _gain(valuation, sides, gain, outcome, base, against),
        "shares": level_shares(valuation, outcome),
        "break_even": _break_even(gain, outcome, base, scenario),
        "experiment": experiments.experiment_of_events(
            valuation, scenario, gain.total, experiments.of_lists(*sides, scenario)
        ),
        "details": {},
        "present_value": _today(outcome, scenario),
    }
    return parts, (outcome, base)


def level_shares(valuation: Valuation, outcome: Outcome) -> LevelShares:
    """Return of what the level of an outcome is made.

    Notes
    -----
    Measured: what the log counts of the same month, renewals of today's members and sales
    after a click on today's lists, no more than the simulated amount. Assumed: money from
    ads, whose price is no one's count. Estimated: the rest.
    """
    months = outcome.sales.attributed.shape[2]
    amounts = {name: float(draws.mean()) for name, draws in compare.attributed(outcome).items()}
    whole = sum(max(amount, 0.0) for amount in amounts.values())
    if whole <= 0:
        return LevelShares(measured=0.0, estimated=0.0, assumed=1.0)
    counted = {
        "membership": valuation.books.membership_cents * months,
        "sales": valuation.list_sales_cents * months,
    }
    measured = sum(min(max(amounts[name], 0.0), cents) for name, cents in counted.items())
    assumed = max(amounts["ads"], 0.0)
    return LevelShares(
        measured=measured / whole,
        estimated=max(whole - measured - assumed, 0.0) / whole,
        assumed=assumed / whole,
    )


def variance_shares(sides: Sides, scenario: Scenario) -> VarianceShares:
    """Return where the width of the gain comes from."""
    found = compare.variance_shares(sides[0], scenario, sides[1])
    return VarianceShares(data=found.data, assumption=found.assumption, model=found.model)


def _answers(
    incremental: dict[str, Floats], attributed: dict[str, Floats], withheld: Any
) -> dict[str, Money | Withheld]:
    """Return the money of each model and their total, adding up to the cent."""
    extra, through = compare.summaries(incremental), compare.summaries(attributed)
    found: dict[str, Money | Withheld] = {}
    for name in (*MODELS, "total"):
        if name in withheld:
            found[name] = Withheld(withheld=withheld[name], advice=f"withheld.{withheld[name]}")
        else:
            found[name] = Money(
                p10=extra[name].p10,
                p50=extra[name].p50,
                p90=extra[name].p90,
                mean=extra[name].mean,
                attributed=through[name].mean,
                incremental=extra[name].mean,
                interval="estimate",
            )
    return found


def _forecast(
    answers: Mapping[str, Money | Withheld], draws: Mapping[str, Floats]
) -> dict[str, Money | Withheld]:
    """Return the answers with the ends of what may be booked."""
    known = {name: amounts for name, amounts in draws.items() if isinstance(answers[name], Money)}
    spreads = compare.summaries(known)
    return {
        name: replace(answer, booked_p10=spreads[name].p10, booked_p90=spreads[name].p90)
        if isinstance(answer, Money)
        else answer
        for name, answer in answers.items()
    }


def _today(outcome: Outcome, scenario: Scenario) -> PresentValue:
    """Return what the money of all months, less their cost, is worth today."""
    economics = scenario.economics
    cost = economics.cost_cents_per_month * economics.horizon_months
    spread = vars(compare.summary(present_value(outcome, scenario)))
    return PresentValue(**spread, cost_cents=round(cost), interval="estimate")


def _gain(
    valuation: Valuation,
    sides: Sides,
    gain: Uplift,
    outcome: Outcome,
    base: Outcome,
    against: Scenario | None,
) -> Gain:
    through = {
        name: compare.attributed(outcome)[name] - compare.attributed(base)[name] for name in MODELS
    }
    answers = _answers(dict(gain.by_model), through, outcome.withheld)
    # Whether a model's lists are better is not a matter of its own draws.
    proven = all(side.model_error is None for side in sides)
    return Gain(
        total=answers.pop("total"),
        by_model=answers,
        probability_positive=gain.probability_positive if proven else None,
        against=None if against is None else _against(sides[0], outcome, against),
    )


def _against(side: Collapsed, outcome: Outcome, against: Scenario) -> Money | Withheld:
    """Return what a scenario brings beyond another with the same lists."""
    other = simulate_collapsed(side, against)
    gain = compare.uplift(outcome, other)
    first, second = compare.attributed(outcome), compare.attributed(other)
    through = {name: first[name] - second[name] for name in MODELS}
    return _answers(dict(gain.by_model), through, outcome.withheld)["total"]


def _break_even(
    gain: Uplift, outcome: Outcome, base: Outcome, scenario: Scenario
) -> dict[str, float | None]:
    """Return the causal share at which the gain is the cost that was entered.

    None: no share is small or large enough, the lists sell no more than the others.
    """
    months = scenario.economics.horizon_months
    cost = scenario.economics.cost_cents_per_month * months
    other = float(np.median(gain.by_model["ads"] + gain.by_model["membership"]))
    through = compare.attributed(outcome)["sales"] - compare.attributed(base)["sales"]
    sales = float(np.median(through))
    share = (cost - other) / sales if sales > 0 else None
    return {
        "causal_share": None if share is None or share > 1 else max(share, 0.0),
        "cost_cents_per_month": scenario.economics.cost_cents_per_month,
    }


def books(valuation: Valuation, today: Collapsed, scenario: Scenario) -> dict[str, Any]:
    """Return the counted trailing month beside the simulated first one of today's lists."""
    books, outcome = valuation.books, simulate_collapsed(today, scenario)
    volumes, parts = outcome.volumes, outcome.sales_parts
    modelled = {
        "members": volumes.members,
        "sessions": volumes.sessions,
        "clicks": volumes.clicks,
        "organic_impressions": volumes.organic_slots,
        "ad_impressions": volumes.ad_impressions,
        "list_sales_cents": parts.gross,
        "membership_cents": volumes.members * (scenario.membership.price_cents or 0.0),
    }
    counted = {name: getattr(books, name) for name in books.__dataclass_fields__}
    return {
        "days": counted.pop("days"),
        "counted": {**counted, "list_sales_cents": valuation.list_sales_cents},
        "modelled": {name: float(draws[:, 0].mean()) for name, draws in modelled.items()},
    }
