"""What the scenarios of the three business models share: levers with range, unit and source."""

import math
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from engine.errors import ScenarioError

Grade = Literal["A", "B", "C"]
"""A randomised evidence, B meta-analysis or published operations, C convention."""

PriorKind = Literal["normal", "positive_normal", "log_normal", "beta", "uniform"]


@dataclass(frozen=True, kw_only=True)
class Prior:
    """How far the truth may lie from a lever's value; the value itself is the centre."""

    kind: PriorKind
    """Shape. ``positive_normal`` is cut at zero, the sign that makes sense."""

    spread: float
    """Standard deviation (of the logarithm for ``log_normal``); for ``beta`` the sum a + b;
    for ``uniform`` the distance of its ends, as a multiple of the value."""

    dimension: int
    """Dimension of the Sobol sequence that moves this lever; never given to another one."""

    start: float = 0.0
    """Low end of a ``uniform``, as a multiple of the value: at zero it has no width."""


@dataclass(frozen=True, kw_only=True)
class LeverFacts:
    """What is known about one number of a scenario."""

    low: float
    high: float
    step: float
    unit: str
    grade: Grade
    source_code: str
    minimum: float
    """Smallest value that is not refused; ``low`` is only where the slider ends."""

    maximum: float
    prior: Prior | None
    fallback: float | None
    """Value when the scenario says None and the log does not know either."""


def lever(
    default: float | None,
    *,
    span: tuple[float, float],
    step: float,
    unit: str,
    evidence: tuple[Grade, str],
    bounds: tuple[float, float] = (0.0, 1.0),
    prior: Prior | None = None,
    fallback: float | None = None,
) -> Any:
    """Return the dataclass field of a lever.

    Parameters
    ----------
    default : float or None
        None means: as the log shows it today.
    span : tuple of float
        Where the slider ends, from the cited sources.
    evidence : tuple of str
        Grade and code of the source.
    bounds : tuple of float
        What is refused outside of.
    """
    facts = LeverFacts(
        low=span[0],
        high=span[1],
        step=step,
        unit=unit,
        grade=evidence[0],
        source_code=evidence[1],
        minimum=bounds[0],
        maximum=bounds[1],
        prior=prior,
        fallback=fallback,
    )
    return field(default=default, metadata={"facts": facts})


def check_levers(part: Any, subject: str) -> None:
    """Refuse a part of a scenario that holds anything but numbers inside their bounds.

    Raises
    ------
    ScenarioError
        With the lever's key and what would be accepted.
    """
    for spec in fields(part):
        facts: LeverFacts = spec.metadata["facts"]
        _check_number(getattr(part, spec.name), f"{subject}.{spec.name}", facts, spec.default)


def _check_number(value: object, key: str, facts: LeverFacts, default: object) -> None:
    if value is None and default is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ScenarioError("scenario_not_a_number", field=key, value=_short(value))
    if isinstance(value, float) and not math.isfinite(value):
        raise ScenarioError("scenario_not_finite", field=key, value=_short(value))
    if not facts.minimum <= value <= facts.maximum:
        raise ScenarioError(
            "scenario_out_of_range",
            field=key,
            value=_short(value),
            low=f"{facts.minimum:g}",
            high=f"{facts.maximum:g}",
        )


def _short(value: object) -> str:
    """Return a value as text that a message can hold."""
    text = f"{value:g}" if isinstance(value, float) else repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
