"""What the product says of a small world, beside what is true of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from engine.evaluation.hits import RankedPairs
from engine.evaluation.weights import bootstrap_weights
from engine.progress import silent
from engine.ranking.settings import settings_for
from engine.ranking.two_stage import fit, score_pairs
from engine.simulation.collapse import collapse
from engine.simulation.compare import attributed
from engine.simulation.levers import with_lever
from engine.simulation.model_error import ratio_error, with_ratio_error
from engine.simulation.run import Outcome, simulate_collapsed
from engine.simulation.scenario import Scenario
from engine.tensor import Floats, Population
from engine.workbench.levels import Evidence
from engine.workbench.valuing import STATUS_QUO, Valued, value_by_events
from sample_data.proof.log import Logged, make_log
from sample_data.proof.truth import Truth
from sample_data.proof.world import Ints, Recipe, World, best_of, draw_world

N_GROUPS, N_DRAWS = 512, 256
NO_CHANCES_RUNG = 2
LEARNED, OUTSIDE = "learned", "from outside"

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


def judge(
    seed: int,
    recipe: Recipe,
    *,
    model_only: bool = False,
    examination_known: bool = False,
    learn_from_all: bool = False,
) -> Iterator[Judged]:
    """Yield every figure of a world.

    Parameters
    ----------
    model_only : bool
        Forget the logged chances: events are those of the click model, taken for right.
    examination_known : bool
        Take the estimated examination of slots for the true one.
    learn_from_all : bool
        Learn lists from the very rows that value them, which nobody should.
    """
    world = draw_world(seed, recipe)
    log = make_log(world, bootstrap_weights(seed, N_GROUPS, N_DRAWS))
    if model_only:
        log = replace(log, counted=replace(log.counted, rung=NO_CHANCES_RUNG))
    lists, valued = value_world(world, log, learn_from_all=learn_from_all)
    if examination_known:
        valued = _certain_looks(valued)
    truth, now, then = Truth(world=world), Scenario(), scenario_of_tomorrow()
    today = _totalled(_draws(valued, STATUS_QUO, now)), _totalled(truth.earns_today(now))
    for policy, made in lists.items():
        found = (
            _totalled(_draws(valued, policy, then, model_is_right=model_only)),
            _totalled(truth.earns(made, then)),
        )
        evidence = valued.valuation.evidence[policy]
        for figure in found[0]:
            pair = found[0][figure], float(found[1][figure][0])
            yield _judged(seed, policy, figure, pair, found[1]["total"][0], evidence)
        gain = found[0]["total"] - today[0]["total"]
        real = float(found[1]["total"][0] - today[1]["total"][0])
        yield _judged(seed, policy, "uplift", (gain, real), found[1]["total"][0], evidence)


def value_world(
    world: World, log: Logged, *, learn_from_all: bool = False
) -> tuple[dict[str, Ints], Valued]:
    """Return the lists that are judged and what the product makes of them."""
    held = fit(
        log.data.log,
        log.data.items,
        log.data.users,
        settings_for("quick"),
        until=None if learn_from_all else log.at,
        seed=world.seed,
        threads=1,
        progress=silent,
    )
    users = np.repeat(np.arange(len(world.candidates)), world.candidates.shape[1])
    score = np.full(world.click.shape, -np.inf)
    score[users, world.candidates.ravel()] = score_pairs(held, users, world.candidates.ravel())
    lists = {
        LEARNED: best_of(world.candidates, score, world.recipe.n_slots),
        OUTSIDE: world.finer,
    }
    entries = {policy: _entries(made) for policy, made in lists.items()}
    return lists, value_by_events(log.counted, held, entries, log.at)


def _certain_looks(valued: Valued) -> Valued:
    """Return the valuation with the mean examination in every draw."""
    population = _population(valued)
    mean = np.broadcast_to(population.examination.mean(axis=0), population.examination.shape)
    population = replace(population, examination=mean)
    return replace(valued, valuation=replace(valued.valuation, population=population))


def _population(valued: Valued) -> Population:
    if valued.valuation.population is None:
        raise ValueError("a world whose log carries no valuation")
    return valued.valuation.population


def _entries(lists: Ints) -> RankedPairs:
    n_users, k = lists.shape
    return RankedPairs(
        user_row=np.repeat(np.arange(n_users, dtype=np.int32), k),
        item_row=lists.ravel().astype(np.int32),
        rank=np.tile(np.arange(1, k + 1, dtype=np.int32), n_users),
    )


def _draws(
    valued: Valued, policy: str, scenario: Scenario, *, model_is_right: bool = False
) -> Outcome:
    """Return what the product says that lists earn."""
    tensors, population = valued.tensors, _population(valued)
    found = collapse(tensors[policy], tensors[STATUS_QUO], population)
    if valued.valuation.evidence[policy].basis == "model" and not model_is_right:
        found = with_ratio_error(found, ratio_error(policy, population.n_draws))
    return simulate_collapsed(found, scenario)


def _totalled(outcome: Outcome) -> dict[str, Floats]:
    found = attributed(outcome)
    return {**found, "total": np.sum(list(found.values()), axis=0)}


def _judged(
    seed: int,
    policy: str,
    figure: str,
    pair: tuple[Floats, float],
    level: float,
    evidence: Evidence,
) -> Judged:
    draws, truth = pair
    low, low_half, high_half, high = np.quantile(draws, [0.05, 0.25, 0.75, 0.95])
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
        rank=float((draws < truth).mean()),
        level=float(level),
        basis=evidence.basis,
        colour=evidence.colour,
    )
