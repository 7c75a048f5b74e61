"""What the page Method teaches: the formulas with this data, the assumptions, an example."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.business.base import Prior
from engine.evaluation.rung_zero import CLICK_SHARE_SPREAD, LIST_SALES_SPREAD
from engine.features.profiles import content_score
from engine.reporting.formulas import Formula, Rung, formulas
from engine.simulation.assumptions import posterior_draws, prior_value
from engine.simulation.levers import LEVERS, Lever, find_lever, lever_value
from engine.simulation.scenario import Scenario
from engine.workbench import explaining
from engine.workbench.explained import Explanation, Part, lever_part
from engine.workbench.pricing import PricingInputs

SECTIONS = ("lists", "advertising", "membership", "sales", "range", "uncertainty")
USER, ITEM = (0.6, 0.3, 0.1), (0.5, 0.3, 0.2)
FOUR_OF_FIVE = (0.1, 0.9)

PRIORS_OF_ORDERS = {
    "reach.click_share": Prior(kind="log_normal", spread=CLICK_SHARE_SPREAD, dimension=0),
    "reach.list_sales_share": Prior(kind="log_normal", spread=LIST_SALES_SPREAD, dimension=1),
}
"""Priors that only logs of orders or views are priced with."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """A user, an item, and how well they fit."""

    user: tuple[float, ...]
    item: tuple[float, ...]
    product: float
    score: float


def worked_example() -> Example:
    """Return the example that teaches the content score, computed by the engine."""
    return Example(
        user=USER,
        item=ITEM,
        product=float(np.dot(USER, ITEM)),
        score=float(content_score(USER, ITEM)),
    )


def taught(section: str) -> tuple[Formula, ...]:
    """Return the formulas of a section in the order in which they are taught."""
    return tuple(one for one in formulas().values() if one.section == section)


def number_of(inputs: PricingInputs, scenario: Scenario) -> Mapping[str, str]:
    """Return formula -> the number that it computes for this kind of log."""
    own = [name for name in explaining.numbers(inputs) if name not in explaining.SHARES]
    found: dict[str, str] = {}
    for name in own:
        found.setdefault(explaining.formula_key(inputs, scenario, name), name)
    return found


def rung_of(inputs: PricingInputs) -> Rung:
    """Return which of the formulas with a rung are those of this log."""
    if inputs.is_range:
        return "orders"
    return "shown" if inputs.collapsed else "all"


def known_parts(explained: Iterable[Explanation]) -> dict[str, Part]:
    """Return every input that some number of this data has a value of, by key."""
    return {part.key: part for one in explained for part in (*one.behind, *one.parts)}


def lever(inputs: PricingInputs | None, scenario: Scenario, key: str) -> Part:
    """Return a lever where it stands; at its default without a trained run."""
    if inputs is not None:
        return lever_part(inputs, scenario, key)
    found = find_lever(key)
    value = found.default if found.default is not None else found.fallback
    known = np.nan if value is None else float(value)
    return Part(
        key=key,
        value=known,
        mean=known,
        unit=found.unit,
        kind="assumed",
        source_code=found.source_code,
        grade=found.grade,
    )


def assumptions(inputs: PricingInputs | None, scenario: Scenario) -> pd.DataFrame:
    """Return every lever, a row each, in the engine's units.

    Columns key, unit, kind, grade, source_code, here, known (what the log says), default,
    low and high (80 % of its draws), slider_low, slider_high, used (whether it moves a
    number of this kind of log; those come first). NaN where there is none.
    """
    used = None if inputs is None else explaining.levers_used(inputs, scenario)
    rows = [_row(inputs, scenario, one, used) for one in LEVERS]
    rows.sort(key=lambda row: not row["used"])
    return pd.DataFrame(rows)


def _row(
    inputs: PricingInputs | None, scenario: Scenario, one: Lever, used: frozenset[str] | None
) -> dict[str, object]:
    here = lever(inputs, scenario, one.key)
    low, high = _spread(inputs, one, scenario, here)
    known = None if inputs is None else inputs.known.get(one.key)
    default = one.fallback if one.default is None else one.default
    return {
        "key": one.key,
        "unit": one.unit,
        "kind": here.kind,
        "grade": here.grade or "",
        "source_code": here.source_code,
        "here": here.value,
        "known": np.nan if known is None else known,
        "default": np.nan if default is None else default,
        "low": low,
        "high": high,
        "slider_low": one.low,
        "slider_high": one.high,
        "used": used is None or one.key in used,
    }


def _spread(
    inputs: PricingInputs | None, one: Lever, scenario: Scenario, here: Part
) -> tuple[float, float]:
    """Return what 80 % of a lever's draws cover; NaN without a prior."""
    people = None if inputs is None else inputs.valuation.population
    drawn = None if people is None else posterior_draws(people, scenario, one.key)
    if drawn is not None:
        low, high = np.quantile(drawn, FOUR_OF_FIVE)
        return float(low), float(high)
    prior = one.prior or PRIORS_OF_ORDERS.get(one.key)
    of_log = here.kind == "measured" and lever_value(scenario, one.key) is None
    if prior is None or one.key in scenario.pinned or of_log:
        return np.nan, np.nan
    low, high = prior_value(prior, here.value, np.array(FOUR_OF_FIVE))
    return float(low), float(high)
