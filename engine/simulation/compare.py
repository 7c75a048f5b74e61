"""Comparing outcomes on the same draws, and saying where the width comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.simulation.assumptions import centre, known_from_log, posterior_draws, prior_value
from engine.simulation.collapse import Collapsed, mean_data, repeat_draws
from engine.simulation.levers import LEVERS, Lever, lever_value, with_lever
from engine.simulation.model_error import with_ratio_error, without_ratio_error
from engine.simulation.run import MODELS, Outcome, simulate_collapsed
from engine.simulation.scenario import Scenario, scenario_of_log
from engine.tensor import Floats, Population

TAIL = 0.05  # a lever's low and high end in the tornado


@dataclass(frozen=True, kw_only=True)
class Money:
    """An amount in draws [cents]; p10 to p90 hold four draws of five."""

    p10: int
    p50: int
    p90: int
    mean: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Uplift:
    """Incremental money of one outcome minus another's, draw by draw [cents]."""

    by_model: Mapping[str, Floats]
    """Over the horizon, each of shape (B,)."""

    @property
    def total(self) -> Floats:
        """All models together, of shape (B,)."""
        return np.asarray(sum(self.by_model[name] for name in MODELS))

    @property
    def probability_positive(self) -> float:
        """Share of draws in which the first outcome earns more."""
        return float((self.total > 0).mean())


@dataclass(frozen=True, kw_only=True)
class Driver:
    """What one assumption can do to the answer."""

    key: str
    low_cents: int
    """Answer with the lever at the 5 % end of its prior."""

    high_cents: int
    """Answer with the lever at the 95 % end of its prior."""


@dataclass(frozen=True, kw_only=True)
class VarianceShares:
    """Where the width of a range comes from; the three sum to one."""

    data: float
    assumption: float
    model: float


def incremental(outcome: Outcome) -> dict[str, Floats]:
    """Return incremental money over the horizon by model, each of shape (B,)."""
    return {name: money.incremental.sum(axis=(1, 2)) for name, money in outcome.models.items()}


def attributed(outcome: Outcome) -> dict[str, Floats]:
    """Return attributed money over the horizon by model, each of shape (B,)."""
    return {name: money.attributed.sum(axis=(1, 2)) for name, money in outcome.models.items()}


def uplift(outcome: Outcome, baseline: Outcome) -> Uplift:
    """Return what one outcome earns beyond another, paired by draw.

    Notes
    -----
    Two policies need not have the same causal share: personal lists find what people
    would have bought anyway. Between policies of different names the mean attributed
    sales times the difference of the shares is added; a policy against itself has none.
    """
    first, second = incremental(outcome), incremental(baseline)
    gains = {name: first[name] - second[name] for name in MODELS}
    if outcome.policy != baseline.policy:
        sales = (outcome.sales.attributed + baseline.sales.attributed).sum(axis=(1, 2)) / 2.0
        gains["sales"] = gains["sales"] + sales * outcome.causal_share_difference
    return Uplift(by_model=gains)


def summary(amounts: Floats) -> Money:
    """Return the spread and the mean of draws in whole cents."""
    p10, p50, p90 = np.quantile(amounts, (0.1, 0.5, 0.9))
    return Money(p10=_cents(p10), p50=_cents(p50), p90=_cents(p90), mean=_cents(amounts.mean()))


def summaries(by_model: Mapping[str, Floats]) -> dict[str, Money]:
    """Return the summary of each model and of their ``total``.

    Notes
    -----
    Draws are rounded to cents before they are added, and the mean of the total is the
    sum of the rounded means: a reader who adds up the page finds the same cent.
    Percentiles of a total are not sums of percentiles.
    """
    rounded = {name: whole_cents(amounts) for name, amounts in by_model.items()}
    found = {name: summary(amounts.astype(float)) for name, amounts in rounded.items()}
    total = summary(np.sum(list(rounded.values()), axis=0).astype(float))
    found["total"] = replace(total, mean=sum(money.mean for money in found.values()))
    return found


def whole_cents(amounts: Floats) -> NDArray[np.int64]:
    """Return amounts rounded to whole cents, half to even."""
    return np.rint(amounts).astype(np.int64)


def drivers(collapsed: Collapsed, scenario: Scenario, baseline: Collapsed) -> tuple[Driver, ...]:
    """Return what each assumption does to the uplift over a baseline, widest first.

    Each lever goes to its 5 and 95 % end with all others at their value and the data at
    their mean. Pinned levers and those that the log replaces do not move.
    """
    scenario = scenario_of_log(collapsed.population, scenario)
    pinned = replace(scenario, pinned=frozenset(lever.key for lever in LEVERS if lever.prior))
    sides = mean_data(collapsed), mean_data(baseline)
    found = []
    for lever in LEVERS:
        if (
            lever.prior is None
            or lever.key in scenario.pinned
            or _from_log(lever, scenario, collapsed.population)
        ):
            continue
        ends = prior_value(lever.prior, centre(lever, scenario), np.array([TAIL, 1.0 - TAIL]))
        known = posterior_draws(collapsed.population, scenario, lever.key)
        if known is not None:
            # by chance a holdout may say less than nothing, which no lever can be
            ends = np.maximum(np.quantile(known, (TAIL, 1.0 - TAIL)), lever.minimum)
        low, high = (_gain(sides, with_lever(pinned, lever.key, float(end))) for end in ends)
        found.append(Driver(key=lever.key, low_cents=low, high_cents=high))
    return tuple(sorted(found, key=lambda driver: -abs(driver.high_cents - driver.low_cents)))


def variance_shares(
    collapsed: Collapsed, scenario: Scenario, baseline: Collapsed
) -> VarianceShares:
    """Return how much of the uplift's variance is data, assumption and the model's error.

    Each is the variance with the others held at their mean; scaled to sum to one.
    """
    n_draws = collapsed.population.n_draws
    pinned = replace(scenario, pinned=frozenset(lever.key for lever in LEVERS if lever.prior))
    plain = without_ratio_error(collapsed), without_ratio_error(baseline)
    known = tuple(repeat_draws(mean_data(side), n_draws) for side in plain)
    parts = (
        _variance(plain, pinned),
        _variance((known[0], known[1]), scenario),
        _model_variance((collapsed, baseline), (known[0], known[1]), pinned),
    )
    whole = sum(parts)
    data, assumption, model = (part / whole if whole > 0 else 0.0 for part in parts)
    return VarianceShares(data=data, assumption=assumption, model=model)


def _model_variance(
    sides: tuple[Collapsed, Collapsed], known: tuple[Collapsed, Collapsed], pinned: Scenario
) -> float:
    """Return the variance that the errors of ``sides`` make around what is ``known``."""
    errors = [side.model_error for side in sides]
    if all(error is None for error in errors):
        return 0.0
    first, second = (
        side if error is None else with_ratio_error(side, error)
        for side, error in zip(known, errors, strict=True)
    )
    return _variance((first, second), pinned)


def _from_log(lever: Lever, scenario: Scenario, population: Population) -> bool:
    """Return whether the log's own draws stand in for a lever that the scenario leaves open."""
    if lever_value(scenario, lever.key) is not None:
        return False
    return lever.key in known_from_log(population)


def _gain(sides: tuple[Collapsed, Collapsed], scenario: Scenario) -> int:
    first, second = (simulate_collapsed(side, scenario) for side in sides)
    return _cents(uplift(first, second).total.mean())


def _variance(sides: tuple[Collapsed, Collapsed], scenario: Scenario) -> float:
    first, second = (simulate_collapsed(side, scenario) for side in sides)
    return float(uplift(first, second).total.var())


def _cents(amount: float) -> int:
    return int(np.rint(amount))
