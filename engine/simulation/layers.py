"""Where the width of what may be booked comes from: data, assumptions, luck, the model."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from engine.simulation.assumptions import draws
from engine.simulation.collapse import Collapsed, mean_data, repeat_draws
from engine.simulation.compare import incremental
from engine.simulation.forecast import Chance, chance_variance, level_factor, level_variance
from engine.simulation.levers import LEVERS
from engine.simulation.model_error import with_ratio_error, without_ratio_error
from engine.simulation.run import Outcome, earn
from engine.simulation.scenario import Scenario, scenario_of_log
from engine.simulation.traffic import Traffic, people_part, traffic_of
from engine.tensor import Floats

LAYERS = ("data", "assumption", "noise", "model")

NORMAL_P90 = 1.2815515655446004
"""The 90 % quantile of a standard normal distribution."""

ASSUMED = frozenset(lever.key for lever in LEVERS if lever.prior)


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One source of width, with all others held at their middle."""

    variance: float
    """[cents²]"""

    half_width: float
    """Half of what four of five draws cover [cents]."""


@dataclass(frozen=True, kw_only=True)
class Layers:
    """The sources of width of one amount over the horizon."""

    data: Layer
    """The log, with assumptions at their value."""

    assumption: Layer
    """Assumptions, with the log at its mean."""

    noise: Layer
    """Luck of one future, around what is expected."""

    model: Layer
    """A level that may be off, and lists that no log has seen shown."""

    level: float
    """The part of ``model`` that is a level; no experiment on lists narrows it [cents²]."""

    whole: float
    """Variance of what may be booked [cents²]."""

    @property
    def parts(self) -> Mapping[str, Layer]:
        """The four by name."""
        return {name: getattr(self, name) for name in LAYERS}

    @property
    def rest(self) -> float:
        """Variance of what sources do only together; below zero where they cancel [cents²]."""
        return self.whole - sum(layer.variance for layer in self.parts.values())

    def share(self, variance: float) -> float:
        """Return a part of the whole variance; zero of an amount without width."""
        return variance / self.whole if self.whole > 0 else 0.0


def layers(
    collapsed: Collapsed, scenario: Scenario, chance: Chance, outcome: Outcome
) -> dict[str, Layers]:
    """Return the layers of each model and of their ``total``.

    Parameters
    ----------
    outcome : Outcome
        Of these lists under this scenario.

    Notes
    -----
    With ``X`` what is expected in each draw, ``L`` the level and ``V`` the luck of a draw,
    the law of total variance gives ``Var(X) + Var(L) E[X²] + E[V]`` for what may be booked.
    Data, assumptions and the model's error on lists make ``X``; each is simulated with the
    others at their middle, and what they do only together is the rest. Source:
    specification of the simulation, 7.
    """
    sides = _sides(collapsed)
    pinned = replace(scenario, pinned=scenario.pinned | ASSUMED)
    expected = _with_total(incremental(outcome))
    data = expected if _is_pinned(collapsed, scenario) else _money(sides.plain, pinned)
    assumption = _money(sides.known, scenario)
    model = _money(sides.off, pinned)
    luck = _with_total(chance_variance(outcome, chance))
    level = level_factor(chance, collapsed.population.n_draws)
    off = {name: _level_part(amounts, chance) for name, amounts in expected.items()}
    return {
        name: Layers(
            data=_layer(data[name]),
            assumption=_layer(assumption[name]),
            noise=_luck(float(luck[name].mean())),
            model=_off(model[name], level, off[name]),
            level=off[name],
            whole=float(amounts.var() + luck[name].mean()) + off[name],
        )
        for name, amounts in expected.items()
    }


@dataclass(frozen=True, kw_only=True, eq=False)
class _Sides:
    """The same lists with one thing uncertain at a time."""

    plain: Collapsed
    """Data in draws, without the model's error."""

    known: Collapsed
    """Data at their mean."""

    off: Collapsed
    """Data at their mean, the model's error in draws."""


@lru_cache(maxsize=1)
def _sides(collapsed: Collapsed) -> _Sides:
    """Return the lists of each layer; kept, so that their traffic is known again."""
    plain, error = without_ratio_error(collapsed), collapsed.model_error
    known = repeat_draws(mean_data(plain), collapsed.population.n_draws)
    off = known if error is None else with_ratio_error(known, error)
    return _Sides(plain=plain, known=known, off=off)


@lru_cache(maxsize=3)
def _traffic(collapsed: Collapsed, scenario: Scenario) -> Traffic:
    """Return who comes, kept apart from the traffic that pages compare."""
    return traffic_of.__wrapped__(collapsed, scenario)


def _money(collapsed: Collapsed, scenario: Scenario) -> dict[str, Floats]:
    """Return incremental money over the horizon by model and in total, each (B,)."""
    people = collapsed.population
    filled = scenario_of_log(people, scenario)
    assumed = draws(filled, filled.seed, people.n_draws, people)
    traffic = _traffic(collapsed, people_part(filled))
    return _with_total(incremental(earn(collapsed, filled, assumed, traffic)))


def _is_pinned(collapsed: Collapsed, scenario: Scenario) -> bool:
    """Return whether the outcome itself has nothing but data in its width."""
    return collapsed.model_error is None and scenario.pinned >= ASSUMED


def _with_total(by_model: Mapping[str, Floats]) -> dict[str, Floats]:
    return {**by_model, "total": np.sum(list(by_model.values()), axis=0)}


def _layer(amounts: Floats) -> Layer:
    return Layer(variance=float(amounts.var()), half_width=_half_width(amounts))


def _luck(variance: float) -> Layer:
    return Layer(variance=variance, half_width=NORMAL_P90 * variance**0.5)


def _off(amounts: Floats, level: Floats, level_part: float) -> Layer:
    """Return the layer of money that is off by list in ``amounts``, and all of it by level."""
    return Layer(
        variance=float(amounts.var()) + level_part,
        half_width=_half_width(amounts * level),
    )


def _level_part(expected: Floats, chance: Chance) -> float:
    """Return the variance of a level that may be off."""
    return level_variance(chance) * float((expected**2).mean())


def _half_width(amounts: Floats) -> float:
    low, high = np.quantile(amounts, (0.1, 0.9))
    return float(high - low) / 2.0
