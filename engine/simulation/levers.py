"""The registry of levers: every number of a scenario, with range, unit and source."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields, replace
from typing import TYPE_CHECKING

from engine.business.ads import AdsScenario
from engine.business.base import Grade, LeverFacts, Prior
from engine.business.membership import MembershipScenario
from engine.business.sales import SalesScenario
from engine.errors import ScenarioError
from engine.simulation.reaction import EconomicsScenario, ReachScenario, ReactionScenario

if TYPE_CHECKING:
    from engine.simulation.scenario import Scenario

PARTS: dict[str, type] = {
    "ads": AdsScenario,
    "membership": MembershipScenario,
    "sales": SalesScenario,
    "reaction": ReactionScenario,
    "economics": EconomicsScenario,
    "reach": ReachScenario,
}


@dataclass(frozen=True, kw_only=True)
class Lever:
    """One number of a scenario that a reader may move."""

    key: str
    """``subject.field``, for example ``ads.cpm_cents``."""

    subject: str
    """ads, membership, sales, reaction, economics or reach."""

    default: float | None
    """None: as the log shows it today."""

    low: float
    high: float
    minimum: float
    """Smallest value that is not refused."""
    step: float
    unit: str
    grade: Grade
    source_code: str
    prior: Prior | None
    fallback: float | None
    """Value when neither the scenario nor the log knows it."""

    @property
    def field(self) -> str:
        """Name of the field inside its part of the scenario."""
        return self.key.split(".", 1)[1]

    @property
    def text_key(self) -> str:
        """Key of the lever's name in the locales."""
        return f"levers.{self.key.replace('.', '_')}.name"


def _levers() -> tuple[Lever, ...]:
    found = []
    for subject, part in PARTS.items():
        for spec in fields(part):
            facts: LeverFacts = spec.metadata["facts"]
            lever = Lever(
                key=f"{subject}.{spec.name}",
                subject=subject,
                default=None if spec.default is MISSING else spec.default,
                low=facts.low,
                high=facts.high,
                minimum=facts.minimum,
                step=facts.step,
                unit=facts.unit,
                grade=facts.grade,
                source_code=facts.source_code,
                prior=facts.prior,
                fallback=facts.fallback,
            )
            found.append(lever)
    return tuple(found)


LEVERS = _levers()
LEVER_BY_KEY = {lever.key: lever for lever in LEVERS}


def find_lever(key: str) -> Lever:
    """Return the lever called ``key``.

    Raises
    ------
    ScenarioError
        When there is none of that name.
    """
    if key not in LEVER_BY_KEY:
        raise ScenarioError("scenario_unknown_lever", field=key[:60])
    return LEVER_BY_KEY[key]


def lever_value(scenario: Scenario, key: str) -> float | None:
    """Return the value of a lever; None means as the log shows it today."""
    lever = find_lever(key)
    value: float | None = getattr(getattr(scenario, lever.subject), lever.field)
    return value


def with_lever(scenario: Scenario, key: str, value: float | None) -> Scenario:
    """Return the scenario with one lever moved."""
    lever = find_lever(key)
    if key == "economics.horizon_months" and isinstance(value, float) and value.is_integer():
        value = int(value)
    part = replace(getattr(scenario, lever.subject), **{lever.field: value})
    return replace(scenario, **{lever.subject: part})
