"""Money over one lever: the answer at the scenario's value, and at values around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.simulation import compare
from engine.simulation.levers import Lever, find_lever, lever_value, with_lever
from engine.simulation.run import MODELS, Outcome
from engine.simulation.scenario import Scenario
from engine.simulation.sweep import sweep
from engine.tensor import Floats
from engine.workbench.answers import Money
from engine.workbench.pricing import PricingInputs, check_policies, quote
from engine.workbench.valuing import MAIN

GRID_POINTS = 9
GRID_DIGITS = 10  # decimals of a value; more would be the dust of binary fractions
Spread = Money | compare.Money
WHOLE = frozenset({"economics.horizon_months"})


@dataclass(frozen=True, kw_only=True)
class MoneyLine:
    """Incremental money at each value [cents over the horizon]; four draws of five lie inside."""

    p10: tuple[int, ...]
    p50: tuple[int, ...]
    p90: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Curve:
    """What a lever does to money, members and orders."""

    lever: str
    """Key of the lever."""

    values: tuple[float, ...]
    """Values of the lever in its unit, ascending."""

    current: int | None
    """Which of them is the scenario's; None where neither it nor the log knows one."""

    money: Mapping[str, MoneyLine]
    """Model (ads, membership, sales, total) -> money; a model without a number is left out."""

    members: tuple[float, ...]
    """Median members in the last month; empty where the log has none."""

    orders: tuple[float, ...]
    """Median orders from lists over the horizon; empty where the log does not say."""


def curve(
    inputs: PricingInputs,
    scenario: Scenario,
    lever_key: str,
    n_points: int = GRID_POINTS,
    policy: str = MAIN,
) -> Curve:
    """Return the answer at even steps of a lever and at the scenario's own value.

    Parameters
    ----------
    n_points : int
        Steps from the lever's low to its high end, both included.

    Raises
    ------
    ScenarioError
        For a lever that does not exist.
    UsageError, NotEnoughDataError
        For a policy that was not valued.

    Notes
    -----
    All points share the draws of the scenario, so that the curve is smooth and passes
    through the number that `pricing.simulate` gives.
    """
    own = _own_value(inputs, scenario, lever_key)
    settings: dict[float, float | None] = {
        value: value for value in grid(find_lever(lever_key), n_points)
    }
    if own is not None:
        settings[own] = lever_value(scenario, lever_key)
    values = tuple(sorted(settings))
    answers, outcomes = _answered(
        inputs, scenario, lever_key, [settings[value] for value in values], policy
    )
    return Curve(
        lever=lever_key,
        values=values,
        current=None if own is None else values.index(own),
        money=_lines(answers),
        members=_members(outcomes),
        orders=tuple(_median(one.volumes.orders.sum(axis=1)) for one in outcomes),
    )


def grid(lever: Lever, n_points: int) -> tuple[float, ...]:
    """Return even steps from a lever's low to its high end; whole ones for whole levers."""
    digits = 0 if lever.key in WHOLE else GRID_DIGITS
    steps = np.linspace(lever.low, lever.high, n_points)
    return tuple(sorted({round(float(step), digits) for step in steps}))


def _own_value(inputs: PricingInputs, scenario: Scenario, key: str) -> float | None:
    """Return the scenario's value; left open, what the log says, else the centre of the prior."""
    value = lever_value(scenario, key)
    own = inputs.known.get(key, find_lever(key).fallback) if value is None else value
    return None if own is None else float(own)


def _answered(
    inputs: PricingInputs,
    scenario: Scenario,
    key: str,
    settings: Sequence[float | None],
    policy: str,
) -> tuple[list[Mapping[str, Spread]], list[Outcome]]:
    """Return the answer at each setting, and its months where they are simulated."""
    if not inputs.collapsed:
        moved = [with_lever(scenario, key, value) for value in settings]
        return [_quoted(inputs, one, policy) for one in moved], []
    check_policies(inputs, policy)
    outcomes = list(sweep(inputs.collapsed[policy], scenario, key, settings))
    return [_priced(one) for one in outcomes], outcomes


def _priced(found: Outcome) -> dict[str, Spread]:
    """Return the money of each model that has a number, and of all."""
    money = compare.summaries(compare.incremental(found))
    return {name: spread for name, spread in money.items() if name not in found.withheld}


def _quoted(inputs: PricingInputs, scenario: Scenario, policy: str) -> dict[str, Spread]:
    simulation = quote(inputs, scenario, policy=policy).simulation
    answers = {name: simulation.of(name) for name in (*MODELS, "total")}
    return {name: money for name, money in answers.items() if isinstance(money, Money)}


def _lines(answers: Sequence[Mapping[str, Spread]]) -> dict[str, MoneyLine]:
    """Return the answers by model; one that is withheld anywhere is left out."""
    known = [name for name in (*MODELS, "total") if all(name in found for found in answers)]
    return {
        name: MoneyLine(
            p10=tuple(found[name].p10 for found in answers),
            p50=tuple(found[name].p50 for found in answers),
            p90=tuple(found[name].p90 for found in answers),
        )
        for name in known
    }


def _members(outcomes: Sequence[Outcome]) -> tuple[float, ...]:
    if any("membership" in one.withheld for one in outcomes):
        return ()
    return tuple(_median(one.volumes.members[:, -1]) for one in outcomes)


def _median(draws: Floats) -> float:
    return float(np.median(draws))
