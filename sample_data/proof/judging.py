"""What the product says of a small world, beside what is true of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from engine.evaluation.weights import bootstrap_weights
from engine.simulation.assumptions import draws
from engine.simulation.collapse import collapse
from engine.simulation.forecast import level_factor
from engine.simulation.levers import with_lever
from engine.simulation.model_error import ratio_error, with_ratio_error
from engine.simulation.present_value import RATE, discounted
from engine.simulation.run import Outcome, simulate_collapsed
from engine.simulation.scenario import Scenario
from engine.tensor import Floats
from engine.workbench.levels import Evidence
from engine.workbench.valuing import STATUS_QUO, Valued
from sample_data.proof.ablations import (
    Way,
    certain_looks,
    certain_reactions,
    population_of,
    visits_apart,
)
from sample_data.proof.log import Logged, make_log
from sample_data.proof.truth import Truth
from sample_data.proof.valuing import value_world
from sample_data.proof.world import Recipe, World, draw_world

N_GROUPS, N_DRAWS = 512, 256
NO_CHANCES_RUNG = 2
USUAL = Way()

TOMORROW: Mapping[str, float] = {
    "ads.ad_slots": 2.0,
    "ads.cpm_cents": 800.0,
    "sales.price_ratio": 1.05,
    "membership.price_cents": 600.0,
}
"""What the business would change: more ads, dearer items, a dearer membership."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One figure of one world."""

    seed: int
    policy: str
    figure: str
    """``ads``, ``sales``, ``membership``, ``total``, or ``uplift`` over today."""
    truth: float
    mean: float
    low: float
    high: float
    """Ends of the interval of 90 %."""
    low_half: float
    high_half: float
    """Ends of the interval of 50 %."""
    low_booked: float
    high_booked: float
    """Ends of the interval of 90 % of a forecast, whose level may be off; luck left aside."""
    rank: float
    """Share of draws below the truth."""
    level: float
    """Total of the policy: what errors of an uplift are measured against."""
    basis: str
    colour: str


def scenario_of_tomorrow() -> Scenario:
    """Return the scenario whose money is judged."""
    found = Scenario()
    for key, value in TOMORROW.items():
        found = with_lever(found, key, value)
    return found


def judge(seed: int, recipe: Recipe, way: Way = USUAL) -> Iterator[Judged]:
    """Yield every figure of a world."""
    world = draw_world(seed, recipe)
    log = make_log(world, bootstrap_weights(seed, N_GROUPS, N_DRAWS))
    if way.model_only:
        log = replace(log, counted=replace(log.counted, rung=NO_CHANCES_RUNG))
    lists, valued = value_world(world, log, learn_from_all=way.learn_from_all)
    valued = _valued(world, log, valued, way)
    truth, now, then = Truth(world=world), Scenario(), scenario_of_tomorrow()
    rates = draws(then, then.seed, N_DRAWS, keys={RATE}).of(RATE), np.array([world.of(RATE)])
    today = (
        _totalled(_draws(valued, STATUS_QUO, now, way), rates[0]),
        _totalled(truth.earns_today(now), rates[1]),
    )
    for policy, made in lists.items():
        found = (
            _totalled(_draws(valued, policy, then, way), rates[0]),
            _totalled(truth.earns(made, then), rates[1]),
        )
        evidence = valued.valuation.evidence[policy]
        level = level_factor(valued.valuation.chance, N_DRAWS)
        for figure in found[0]:
            pair = found[0][figure], float(found[1][figure][0])
            yield _judged(seed, policy, figure, pair, found[1]["total"][0], level, evidence)
        gain = found[0]["total"] - today[0]["total"]
        real = float(found[1]["total"][0] - today[1]["total"][0])
        yield _judged(seed, policy, "uplift", (gain, real), found[1]["total"][0], level, evidence)


def _valued(world: World, log: Logged, valued: Valued, way: Way) -> Valued:
    """Return the valuation as a way takes it."""
    if way.visits_apart:
        return visits_apart(world, log, valued)
    return certain_looks(valued) if way.examination_known else valued


def _draws(valued: Valued, policy: str, scenario: Scenario, way: Way) -> Outcome:
    """Return what the product says that lists earn."""
    tensors, population = valued.tensors, population_of(valued)
    found = collapse(tensors[policy], tensors[STATUS_QUO], population)
    if valued.valuation.evidence[policy].basis == "model" and not way.model_only:
        found = with_ratio_error(found, ratio_error(policy, population.n_draws))
    known = certain_reactions(scenario) if way.reactions_known else scenario
    return simulate_collapsed(found, known)


def _totalled(outcome: Outcome, rate: Floats) -> dict[str, Floats]:
    """Return attributed money of each model, their sum, and what that is worth today."""
    by_month = {name: one.attributed.sum(axis=1) for name, one in outcome.models.items()}
    months = np.sum(list(by_month.values()), axis=0)
    return {
        **{name: found.sum(axis=1) for name, found in by_month.items()},
        "total": months.sum(axis=1),
        "worth today": discounted(months, rate),
    }


def _judged(
    seed: int,
    policy: str,
    figure: str,
    pair: tuple[Floats, float],
    total: float,
    level: Floats,
    evidence: Evidence,
) -> Judged:
    draws, truth = pair
    low, low_half, high_half, high = np.quantile(draws, [0.05, 0.25, 0.75, 0.95])
    low_booked, high_booked = np.quantile(draws * level, [0.05, 0.95])
    return Judged(
        seed=seed,
        policy=policy,
        figure=figure,
        truth=truth,
        mean=float(draws.mean()),
        low=float(low),
        high=float(high),
        low_half=float(low_half),
        high_half=float(high_half),
        low_booked=float(low_booked),
        high_booked=float(high_booked),
        rank=float((draws < truth).mean()),
        level=float(total),
        basis=evidence.basis,
        colour=evidence.colour,
    )
