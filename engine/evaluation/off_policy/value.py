"""What the lists of each policy are worth per list shown, or why nobody can say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from engine.evaluation.examination import Examination
from engine.evaluation.off_policy import gates
from engine.evaluation.off_policy.exploration import Kind
from engine.evaluation.off_policy.gates import Gate
from engine.evaluation.off_policy.intervals import (
    Estimate,
    effective_size,
    estimate,
    interval,
    rewards_by_user,
    size_of_reward,
    withheld,
)
from engine.evaluation.off_policy.log_checks import LogChecks, check_log, exploration_cost
from engine.evaluation.off_policy.position_based import Crowd, Prepared, prepare
from engine.evaluation.off_policy.slates import SlateLog, Target
from engine.evaluation.off_policy.sums import PolicySums, sum_policy
from engine.tensor import Floats

POSITION_BASED, OWN_RANK = "pbm_dr", "iips"


@dataclass(frozen=True, kw_only=True, eq=False)
class PolicyValue:
    """One reward of one policy by two estimators, with their gates."""

    policy: str
    stat: str
    estimators: Mapping[str, Estimate]
    """``pbm_dr``: doubly robust under the position-based model; ``iips``: item and rank only."""
    gates: tuple[Gate, ...]
    contrast_z: float
    """Difference of the two estimators over its standard error; beyond 2 the model is wrong."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Cost:
    """What exploration costs per list shown."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True, eq=False)
class ListValues:
    """Values per list of several policies on one log."""

    n_lists: int
    exploration: Kind
    epsilon: float
    """Share of lists that were shuffled; NaN where that is not how the log was explored."""
    contradicted_share: float
    """Shown ranks where the rebuilt ranker's list is wrong: it moved between two lists."""
    values: Mapping[tuple[str, str], PolicyValue]
    """(policy, stat) -> value."""
    exploration_cost: Mapping[str, Cost]
    """Stat -> cost; empty where the log does not tell it."""
    sums: Mapping[str, PolicySums]
    """Policy -> sums by user group, for the simulation."""


def value_of_lists(
    log: SlateLog,
    targets: Iterable[Target],
    crowd: Crowd,
    examination: Examination,
    weights: Floats,
    n_items: int,
) -> ListValues:
    """Return what the lists of each policy would have earned per list shown.

    Parameters
    ----------
    log : SlateLog
        Lists shown after the policies were learned: never those they were learned from.
    examination : Examination
        Fitted with the same ``weights``, so that the covariance is right.
    weights : ndarray of shape (B, n_groups)

    Notes
    -----
    Draws of all policies use the same weights: their difference is paired, and that of a
    policy with itself is zero in every draw.
    """
    prepared = prepare(log, crowd, examination.point, n_items)
    checks = check_log(prepared)
    sums = {target.policy: sum_policy(prepared, target) for target in targets}
    values = {
        (policy, stat): _policy_value(prepared, checks, found, number, examination, weights)
        for policy, found in sums.items()
        for number, stat in enumerate(log.stats)
    }
    return ListValues(
        n_lists=len(log.user_row),
        exploration=prepared.exploration.kind,
        epsilon=prepared.exploration.epsilon,
        contradicted_share=checks.contradicted_share,
        values=values,
        exploration_cost=_costs(prepared, weights),
        sums=sums,
    )


def value_draws(
    sums: PolicySums, examination: Examination, weights: Floats
) -> tuple[Floats, Floats]:
    """Return bootstrap draws of the doubly robust and of the own-rank value, each (B, S).

    The examination moves the first to first order; the second does not use it.
    """
    lists = (weights @ sums.lists.sum(axis=1))[:, None]
    moved = (examination.draws - examination.point) @ sums.slope / sums.lists.sum()
    return weights @ sums.robust / lists + moved, weights @ sums.own_slot / lists


def event_draws(sums: PolicySums, examination: Examination, weights: Floats) -> Floats:
    """Return draws of rewards per look by segment and rank, of shape (B, G, J, S).

    Notes
    -----
    A draw is divided by ``Σ θ^(b) / Σ θ̂``: whoever looks more must have been less willing.
    """
    n_groups, n_segments, *rest = sums.events.shape
    total = weights @ sums.events.reshape(n_groups, -1)
    total = total.reshape(len(weights), n_segments, *rest)
    lists = (weights @ sums.lists)[:, :, None, None]
    mean = np.divide(total, lists, out=np.zeros_like(total), where=lists > 0)
    scale = examination.draws.sum(axis=1) / examination.point.sum()
    return np.asarray(mean / scale[:, None, None, None])


def _policy_value(
    prepared: Prepared,
    checks: LogChecks,
    sums: PolicySums,
    stat: int,
    examination: Examination,
    weights: Floats,
) -> PolicyValue:
    robust, direct = (draws[:, stat] for draws in value_draws(sums, examination, weights))
    n_lists = float(sums.lists.sum())
    points = [float(part[:, stat].sum()) / n_lists for part in (sums.robust, sums.own_slot)]
    contrast = _contrast(sums, stat, weights)
    ess = effective_size(sums.list_weight)
    size = size_of_reward(prepared.log.rewards[stat])
    parts = (
        (POSITION_BASED, points[0], robust, sums.user_weighted, sums.largest_weight),
        (OWN_RANK, points[1], direct, sums.user_own_slot, sums.largest_own_weight),
    )
    found = {
        name: estimate(point, draws, rewards_by_user(user[:, stat], most * size), n_lists, ess)
        for name, point, draws, user, most in parts
    }
    shared = _gates(checks, sums, n_lists, ess)
    model = gates.click_model_gate(contrast, checks.clicks_above_z)
    positives = gates.positives_gate(found[POSITION_BASED].ess_positive)
    found[OWN_RANK] = _judged(found[OWN_RANK], shared)
    rebuilt = gates.rebuilt_gate(checks.contradicted_share)
    found[POSITION_BASED] = _judged(found[POSITION_BASED], (*shared, model, rebuilt))
    return PolicyValue(
        policy=sums.policy,
        stat=prepared.log.stats[stat],
        estimators=found,
        gates=(*shared, positives, model, rebuilt),
        contrast_z=contrast,
    )


def _contrast(sums: PolicySums, stat: int, weights: Floats) -> float:
    """Return z of position-based less own-rank weights, without what is only guessed.

    What was never shown is guessed by one and nothing to the other: that is no fault of
    the click model.
    """
    gap = sums.weighted[:, stat] - sums.own_slot[:, stat]
    lists = sums.lists.sum(axis=1)
    spread = float(((weights @ gap) / (weights @ lists)).std())
    return float(gap.sum() / lists.sum()) / spread if spread > 0 else 0.0


def _judged(found: Estimate, checks: tuple[Gate, ...]) -> Estimate:
    """Return the estimate under the worst colour of its gates; red tells nothing."""
    colour = gates.worst(checks)
    if colour == "red":
        return withheld(found.ess, found.ess_positive)
    worse = max(found.colour, colour, key=gates.COLOURS.index)
    return Estimate(**{**vars(found), "colour": worse})


def _gates(
    checks: LogChecks, sums: PolicySums, n_lists: float, ess: float
) -> tuple[Gate, Gate, Gate, Gate]:
    mean, spread = _mean_weight(sums.weight)
    excess = [
        max((mean - 1.0) / spread if spread > 0 else 0.0, 0.0)
        for mean, spread in map(_mean_weight, sums.rank_weight.transpose(1, 0, 2))
    ]
    return (
        gates.propensity_gate(checks.known_share),
        gates.plausibility_gate([*checks.shuffled_z_by_rank, *excess]),
        # a mean weight below one is what the policy shows and the log never could
        gates.overlap_gate(ess, n_lists, max(1.0 - mean - 2.0 * spread, 0.0)),
        gates.drift_gate(checks.drift_z),
    )


def _mean_weight(pairs: Floats) -> tuple[float, float]:
    """Return the mean weight and its standard error, from sums by group of shape (R, 2)."""
    weight, wanted = pairs.T
    whole = float(wanted.sum())
    if whole == 0:
        return 0.0, 0.0
    mean = float(weight.sum()) / whole
    return mean, float(np.sqrt(((weight - mean * wanted) ** 2).sum())) / whole


def _costs(prepared: Prepared, weights: Floats) -> dict[str, Cost]:
    draws = exploration_cost(prepared, weights)
    point = exploration_cost(prepared, np.ones((1, weights.shape[1])))[0]
    return {
        stat: Cost(value=float(value), low=ends[0], high=ends[1])
        for stat, value, ends in zip(prepared.log.stats, point, map(interval, draws.T), strict=True)
        if np.isfinite(value)
    }
