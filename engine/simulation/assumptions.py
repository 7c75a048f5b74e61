"""Assumptions as draws: what is not in the log is a distribution, not a number."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from scipy import special
from scipy.stats import qmc

from engine.business.base import Prior
from engine.rng import stream
from engine.simulation.levers import LEVER_BY_KEY, LEVERS, Lever, find_lever, lever_value
from engine.simulation.scenario import Scenario
from engine.tensor import Floats, Population

SOBOL_DIMENSIONS = 32
"""Dimensions drawn at once. Fixed, so that a new lever takes a free one and moves no other."""

SPREAD_POINTS = 512
"""Quantiles that the spread of a prior is taken from."""

KEPT_DRAWS = 256
"""Draws of a lever at one value that are kept: a few hundred kilobytes."""

SHARE_EDGE = 1e-9  # a beta distribution has no centre at exactly 0 or 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Assumptions:
    """One value of every lever for every draw."""

    values: Mapping[str, Floats]
    """Draws by lever key, each of shape (B,)."""

    seed: int
    """Seed of the points of the unit cube they were made from."""

    def of(self, key: str) -> Floats:
        """Return the draws of one lever, of shape (B,)."""
        return self.values[key]


def draws(
    scenario: Scenario,
    seed: int,
    n_draws: int,
    population: Population | None = None,
    keys: Collection[str] = frozenset(LEVER_BY_KEY),
) -> Assumptions:
    """Return the assumptions of a scenario as draws.

    Parameters
    ----------
    n_draws : int
        Number of draws B, best a power of two.
    population : Population, optional
        What the log knows; it stands in for levers that the scenario leaves to the log.
    keys : collection of str
        Levers that are asked for.

    Notes
    -----
    Scrambled Sobol points, the same for every scenario: a lever moves the centre of its
    distribution and never the points, so that curves are smooth and differences paired.
    """
    return Assumptions(
        values={
            lever.key: _lever_draws(lever, scenario, (seed, n_draws), population)
            for lever in LEVERS
            if lever.key in keys
        },
        seed=seed,
    )


def redrawn(
    assumptions: Assumptions, scenario: Scenario, key: str, population: Population | None = None
) -> Assumptions:
    """Return the assumptions of a scenario that differs from their own by one lever."""
    size = assumptions.seed, len(assumptions.of(key))
    moved = _lever_draws(find_lever(key), scenario, size, population)
    return replace(assumptions, values={**assumptions.values, key: moved})


@lru_cache(maxsize=8)
def sobol_points(seed: int, n_draws: int) -> Floats:
    """Return points inside the unit cube, of shape (B, SOBOL_DIMENSIONS)."""
    sampler = qmc.Sobol(SOBOL_DIMENSIONS, scramble=True, rng=stream(seed, "assumptions"))
    whole = 1 << max(n_draws - 1, 0).bit_length()  # Sobol points are balanced in powers of two
    points: Floats = sampler.random(whole)[:n_draws]
    points = np.clip(points, 1e-12, 1.0 - 1e-12)
    points.flags.writeable = False  # shared by all who ask
    return points


def centre(lever: Lever, scenario: Scenario) -> float:
    """Return the value of a lever in a scenario, or its fallback; zero without either."""
    value = lever_value(scenario, lever.key)
    return float(value if value is not None else lever.fallback or 0.0)


def known_from_log(population: Population | None) -> dict[str, Floats]:
    """Return the draws that stand in for levers left open, by lever key."""
    if population is None:
        return {}
    known = {"sales.return_rate": population.return_rate}
    if population.list_view_share is not None:
        known["reaction.list_view_share"] = population.list_view_share
    if population.trial_to_paid_rate is not None:
        known["membership.trial_to_paid_rate"] = population.trial_to_paid_rate
    if population.trial_months is not None:
        known["membership.trial_months"] = np.full(population.n_draws, population.trial_months)
    return known


def evidence_from_log(population: Population | None) -> dict[str, tuple[Floats, float]]:
    """Return draws and standard error of what the log says beside a prior, by lever key."""
    if population is None:
        return {}
    found = {
        key: (told.draws, told.error)
        for key, told in population.reactions.items()
        if np.isfinite(told.error)
    }
    if population.causal_share is not None:
        found["sales.causal_share"] = population.causal_share, population.causal_share_error
    return found


def with_evidence(prior: Floats, prior_spread: float, evidence: Floats, error: float) -> Floats:
    """Return draws of the posterior, of shape (B,).

    Parameters
    ----------
    prior, evidence : ndarray of shape (B,)
        Draws; of either the mean alone where the other's part of the width is asked for.
    prior_spread, error : float
        Their standard deviations.

    Notes
    -----
    ``w e + (1 - w) p`` with ``w = s² / (s² + σ²)``: mean and variance of two normal sources
    of knowledge put together. Each draw of the evidence enters its own draw, so that what
    it shares with other statistics of the log is kept.
    """
    weight = prior_spread**2 / (prior_spread**2 + error**2)
    return np.asarray(weight * evidence + (1.0 - weight) * prior)


def kept_positive(
    found: Floats, prior_spread: float, location: float, evidence: Floats, error: float
) -> Floats:
    """Return draws of a normal posterior as draws of the part of it above zero.

    Parameters
    ----------
    found : ndarray of shape (B,)
        From `with_evidence` with a normal prior that was not cut.
    prior_spread, location : float
        Of that prior.

    Notes
    -----
    The posterior under a normal prior cut at zero is the posterior under the whole one, cut
    at zero. Each draw keeps its rank, so that what it shares with other statistics is kept.
    """
    mean = with_evidence(np.array([location]), prior_spread, evidence.mean(keepdims=True), error)[0]
    spread = float(prior_spread * error / np.hypot(prior_spread, error))
    if spread <= 0.0:
        return np.maximum(found, 0.0)
    # in logarithms: of a posterior far below zero next to nothing is left, but that is told
    above = special.log_ndtr((mean - found) / spread) + special.log_ndtr(mean / spread)
    return np.asarray(np.maximum(mean - spread * special.ndtri_exp(above), 0.0))


def posterior_means(population: Population) -> dict[str, float]:
    """Return where the prior and the log put together have their centre, by lever key.

    Of the levers whose prior the log says something of; as the location of a prior is, that
    of one with a settled sign is zero at least.
    """
    found = {}
    for key, (evidence, error) in evidence_from_log(population).items():
        lever = find_lever(key)
        if lever.prior is not None and lever.fallback is not None:
            at = np.array([lever.fallback])
            spread = prior_spread(_uncut(lever.prior), lever.fallback)
            mean = float(with_evidence(at, spread, evidence.mean(keepdims=True), error)[0])
            found[key] = max(mean, 0.0) if lever.prior.kind == "positive_normal" else mean
    return found


def posterior_draws(population: Population, scenario: Scenario, key: str) -> Floats | None:
    """Return draws of a lever that the log says something of beside its prior; else None."""
    if key not in evidence_from_log(population) or lever_value(scenario, key) is not None:
        return None
    size = scenario.seed, population.n_draws
    return _lever_draws(find_lever(key), scenario, size, population)


def prior_spread(prior: Prior, location: float) -> float:
    """Return the standard deviation of a prior at a location."""
    if prior.kind == "normal":
        return prior.spread
    middle = (np.arange(SPREAD_POINTS) + 0.5) / SPREAD_POINTS
    return float(prior_value(prior, location, middle).std())


def prior_value(prior: Prior, location: float, probability: Floats) -> Floats:
    """Return quantiles of a prior moved to a location."""
    if prior.kind == "log_normal":
        return np.asarray(location * np.exp(prior.spread * special.ndtri(probability)))
    if prior.kind == "uniform":
        return np.asarray(location * (prior.start + prior.spread * probability))
    if prior.kind == "beta":
        return _beta_value(prior.spread, location, probability)
    if prior.kind == "positive_normal":
        below_zero = special.ndtr(-location / prior.spread)
        probability = below_zero + probability * (1.0 - below_zero)
    return np.asarray(location + prior.spread * special.ndtri(probability))


def _lever_draws(
    lever: Lever, scenario: Scenario, size: tuple[int, int], population: Population | None
) -> Floats:
    """Return the draws of one lever; ``size`` is the seed of the points and their number."""
    is_open = lever_value(scenario, lever.key) is None
    known = known_from_log(population).get(lever.key)
    if is_open and known is not None:
        return known
    location = centre(lever, scenario)
    certain = np.full(size[1], location)
    if lever.prior is None:
        return certain
    evidence = evidence_from_log(population).get(lever.key) if is_open else None
    prior = lever.prior if evidence is None else _uncut(lever.prior)
    is_pinned = lever.key in scenario.pinned
    drawn = certain if is_pinned else _prior_draws(prior, location, size)
    if evidence is None:
        return drawn
    spread = prior_spread(prior, location)
    found = with_evidence(drawn, spread, *evidence)
    if lever.prior.kind == "positive_normal":
        return kept_positive(found, spread, location, *evidence)
    return found


def _uncut(prior: Prior) -> Prior:
    """Return a prior without its cut at zero: a log moves it before it is cut."""
    return replace(prior, kind="normal") if prior.kind == "positive_normal" else prior


@lru_cache(maxsize=KEPT_DRAWS)
def _prior_draws(prior: Prior, location: float, size: tuple[int, int]) -> Floats:
    """Return the draws of a prior; a move of one lever asks for those of all others again."""
    drawn = prior_value(prior, location, sobol_points(*size)[:, prior.dimension])
    drawn.flags.writeable = False  # shared by all who ask
    return drawn


def _beta_value(weight: float, mean: float, probability: Floats) -> Floats:
    """Return quantiles of a beta distribution; a mean at an end, or above, has no width."""
    if not SHARE_EDGE < mean < 1.0 - SHARE_EDGE:
        return np.full_like(probability, mean)
    return np.asarray(special.betaincinv(mean * weight, (1.0 - mean) * weight, probability))
