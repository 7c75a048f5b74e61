"""What an explanation of a number is made of, and what kind of knowledge a lever is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import numpy as np

from engine.business.base import Grade
from engine.reporting.formulas import symbol, symbol_text_key
from engine.simulation.levers import find_lever, lever_value
from engine.simulation.scenario import Scenario
from engine.tensor import Floats, Population
from engine.workbench.answers import Interval, Money
from engine.workbench.pricing import PricingInputs

Kind = Literal["measured", "estimated", "assumed"]
ORDER: tuple[Kind, ...] = ("measured", "estimated", "assumed")
"""From what is counted to what a person chose; a number is what its weakest part is."""

COUNTED, FITTED, SIMULATED, CHOSEN = "counted", "fitted", "simulated", "chosen"
"""Source codes of parts that come from no publication."""

HOLDOUT, ARMS = "own_holdout", "own_arms"
HALF_KNOWN = {
    "sales.causal_share": HOLDOUT,
    "reaction.use_loss_per_ad": ARMS,
    "reaction.upgrade_per_ad": ARMS,
    "reaction.price_elasticity": ARMS,
    "reaction.membership_elasticity": ARMS,
    "reaction.churn_per_price": ARMS,
    "reaction.use_per_quality": ARMS,
    "reaction.churn_per_quality": ARMS,
}
"""Levers of which the log may say something beside their prior -> source code of both."""

TODAY = {"sales.price_ratio": 1.0}
"""Where a lever stands when nothing is changed; that is no assumption."""

UNSAID = {"sales.take_rate": 1.0}
"""What a lever is when nobody said anything: a business keeps all of what it sells for."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One input of a formula, as it is for this data set and this scenario."""

    key: str
    """Key of a symbol; with a dot, of a lever."""

    value: float
    """Where a reader set it, or the mean of its draws."""

    mean: float
    """Mean of the draws that went into the number."""

    unit: str
    """``cents…`` is money, ``share…`` is 0 to 1; others as in the locales."""

    kind: Kind
    source_code: str | None
    grade: Grade | None
    """Of an assumption with a source; None for what the log says or a reader chose."""

    @property
    def symbol(self) -> str:
        """LaTeX of the part; empty when the formula has no letter for it."""
        return symbol(self.key)

    @property
    def text_key(self) -> str:
        """Key of what the part means."""
        return symbol_text_key(self.key)


@dataclass(frozen=True, kw_only=True)
class Spread:
    """A number in draws."""

    p10: float
    p50: float
    p90: float
    mean: float


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What only the simulation knows of a number."""

    parts: tuple[Part, ...]
    unit: str
    spread: Spread | None = None
    interval: Interval | None = None
    attributed: float | None = None


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """How one number comes about; money and volumes are those of a mean month."""

    number: str
    formula_key: str
    formula: str
    """LaTeX."""

    parts: tuple[Part, ...]
    """Inputs that stand in the formula."""

    behind: tuple[Part, ...]
    """Assumptions that move those inputs."""

    spread: Spread | None
    """None where the number is one value without draws."""

    unit: str
    kind: Kind
    grade: Grade | None
    """Of the weakest assumption."""

    interval: Interval | None
    """None where nothing has an interval."""

    attributed: float | None
    """The same money counted as all that passes through the lists; None for other numbers."""

    currency: str | None
    as_of: date | None
    """Last day of the log."""

    trained_at: datetime | None
    run_id: str

    def part(self, key: str) -> Part:
        """Return one input."""
        return next(part for part in (*self.parts, *self.behind) if part.key == key)


def data_part(
    key: str, draws: Floats | float, unit: str, kind: Kind = "estimated", source: str = SIMULATED
) -> Part:
    """Return an input that the log or the simulation gives, at the mean of its draws."""
    mean = float(np.mean(draws))
    return Part(
        key=key, value=mean, mean=mean, unit=unit, kind=kind, source_code=source, grade=None
    )


def lever_part(
    inputs: PricingInputs, scenario: Scenario, key: str, drawn: Floats | None = None
) -> Part:
    """Return an input that a slider sets, where it stands now."""
    value, kind, source, grade = known_value(inputs, scenario, key)
    mean = value if drawn is None else float(np.mean(drawn))
    unit = find_lever(key).unit
    return Part(
        key=key, value=value, mean=mean, unit=unit, kind=kind, source_code=source, grade=grade
    )


def known_value(
    inputs: PricingInputs, scenario: Scenario, key: str
) -> tuple[float, Kind, str, Grade | None]:
    """Return where a lever stands, what kind of knowledge that is, its source and grade."""
    lever = find_lever(key)
    value, start = lever_value(scenario, key), lever_value(inputs.default_scenario, key)
    counted = inputs.known.get(key)
    if counted is not None and (value is None or value == counted):
        if key in HALF_KNOWN:
            return counted, "estimated", HALF_KNOWN[key], lever.grade
        return counted, "measured", COUNTED, None
    if value is None:
        unsaid = UNSAID.get(key, lever.fallback or 0.0)
        return unsaid, "assumed", lever.source_code, lever.grade
    if value == TODAY.get(key):
        return float(value), "measured", COUNTED, None
    if value != start:
        return float(value), "assumed", CHOSEN, None
    return float(value), "assumed", lever.source_code, lever.grade


def weakest(kinds: Iterable[Kind]) -> Kind:
    """Return the kind of a number that is made of parts of these kinds."""
    return max(kinds, key=ORDER.index, default="estimated")


def weakest_grade(grades: Iterable[Grade | None]) -> Grade | None:
    """Return the grade of the weakest assumption."""
    return max((grade for grade in grades if grade is not None), default=None)


def spread(draws: Floats) -> Spread:
    """Return the spread and the mean of draws."""
    p10, p50, p90 = (float(level) for level in np.quantile(draws, (0.1, 0.5, 0.9)))
    return Spread(p10=p10, p50=p50, p90=p90, mean=float(draws.mean()))


def idle_levers(population: Population | None, scenario: Scenario) -> frozenset[str]:
    """Return the levers without effect, because nothing they react to was moved."""
    if population is None:
        return frozenset()
    slots, price = scenario.ads.ad_slots, scenario.membership.price_cents
    costs = population.has_unit_costs and scenario.sales.take_rate is None
    stands: Mapping[str, bool] = {
        "reaction.use_loss_per_ad": slots in (None, population.ad_slots_today),
        "reaction.upgrade_per_ad": slots in (None, population.ad_slots_today),
        "reaction.membership_elasticity": price in (None, population.membership_price_today_cents),
        "reaction.churn_per_price": price in (None, population.membership_price_today_cents),
        "reaction.price_elasticity": scenario.sales.price_ratio == 1.0,
        "sales.return_cost_share": not costs,
        "sales.take_rate": scenario.sales.take_rate is None,
        "membership.trial_to_paid_rate": population.trial_start_rate is None,
        "membership.trial_months": population.trial_start_rate is None,
    }
    return frozenset(key for key, idle in stands.items() if idle)


def money_spread(answer: Money, months: int) -> Spread:
    """Return an amount over the horizon as one of a mean month [cents]."""
    return Spread(
        p10=answer.p10 / months,
        p50=answer.p50 / months,
        p90=answer.p90 / months,
        mean=answer.mean / months,
    )
