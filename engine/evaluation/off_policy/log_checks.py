"""What a log of lists tells of itself, whatever policy is valued on it."""

from dataclasses import dataclass

import numpy as np

from engine.evaluation.off_policy.controls import N_FOLDS
from engine.evaluation.off_policy.exploration import contradictions
from engine.evaluation.off_policy.position_based import Prepared
from engine.tensor import Floats

DAY_SECONDS = 86_400
RECENT_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class LogChecks:
    """Figures of a log that gates judge."""

    known_share: float
    """Shown ranks with a logged chance."""
    contradicted_share: float
    """Shown ranks whose logged chance differs from the one rebuilt from another list."""
    shuffled_z_by_rank: tuple[float, ...]
    """How far shuffled rows are from their number under the logged chances, by rank."""
    clicks_above_z: float
    drift_z: float


def check_log(prepared: Prepared) -> LogChecks:
    """Return what the log tells of itself."""
    log = prepared.log
    known = np.isfinite(log.chance[log.shown]) & (log.chance[log.shown] > 0)
    return LogChecks(
        known_share=float(known.mean()) if len(known) else 0.0,
        contradicted_share=contradictions(log, prepared.exploration, prepared.reference),
        shuffled_z_by_rank=_shuffled_z(prepared),
        clicks_above_z=_clicks_above_z(prepared),
        drift_z=_drift_z(prepared),
    )


def exploration_cost(prepared: Prepared, weights: Floats) -> Floats:
    """Return what exploring costs per list and reward, ``ε (V(own) - V(shuffled))``.

    Returns
    -------
    ndarray of shape (B, S)
        NaN where the log is no shuffle of a ranker's lists.
    """
    log, crowd = prepared.log, prepared.crowd
    earned = log.rewards.sum(axis=2)
    sums = [
        np.bincount(crowd.group[log.user_row], worth * chosen, crowd.n_groups)
        for chosen in (prepared.kept, ~prepared.kept)
        for worth in (np.ones(len(log.user_row)), *earned)
    ]
    totals = (weights @ np.stack(sums, axis=1)).reshape(len(weights), 2, -1)
    if prepared.exploration.kind != "shuffle" or not 0 < prepared.kept.mean() < 1:
        return np.full((len(weights), len(log.stats)), np.nan)
    means = totals[:, :, 1:] / totals[:, :, :1]
    return np.asarray(prepared.exploration.epsilon * (means[:, 0] - means[:, 1]))


def _shuffled_z(prepared: Prepared) -> tuple[float, ...]:
    """Return z of the number of rows at the low chance, by rank; lists are drawn singly."""
    log, exploration = prepared.log, prepared.exploration
    if exploration.kind != "shuffle" or exploration.kept_share == 0.0:
        return ()
    found = []
    for rank in range(log.chance.shape[1]):
        chance = log.chance[log.shown[:, rank], rank]
        chance = chance[np.isfinite(chance)]
        # all C candidates at the low chance but the ranker's own, which has the high one
        missed = exploration.epsilon - exploration.low(chance)
        spread = np.sqrt((missed * (1.0 - missed)).sum())
        low = ~exploration.is_high(chance)
        found.append(float((low.sum() - missed.sum()) / spread) if spread > 0 else 0.0)
    return tuple(found)


def _clicks_above_z(prepared: Prepared) -> float:
    """Return z of clicks above in what clicks of shuffled lists are not expected to be."""
    log, crowd = prepared.log, prepared.crowd
    row = np.flatnonzero(~prepared.kept)
    clicked, shown = log.rewards[0][row], log.shown[row]
    fold = crowd.group[log.user_row[row]] % N_FOLDS
    guess = prepared.rates[fold[:, None], np.maximum(log.item_row[row], 0), 0]
    left = np.where(shown, clicked - prepared.looked[log.pattern[row]] * guess, 0.0)
    above = np.cumsum(left, axis=1) - left
    score = np.bincount(log.user_row[row], (left * above).sum(axis=1), len(crowd.group))
    return _ratio(float(score.sum()), float(np.sqrt((score**2).sum())))


def _drift_z(prepared: Prepared) -> float:
    """Return z of the click rate of the last seven days against the days before."""
    log, n_users = prepared.log, len(prepared.crowd.group)
    if len(log.at) == 0:
        return 0.0
    recent = log.at > log.at.max() - RECENT_DAYS * DAY_SECONDS
    clicks, rows = log.rewards[0].sum(axis=1), log.shown.sum(axis=1)
    rates, influence = [], np.zeros(n_users)
    for sign, chosen in ((1.0, recent), (-1.0, ~recent)):
        whole = float(rows[chosen].sum())
        if whole == 0:
            return 0.0
        rate = float(clicks[chosen].sum()) / whole
        rates.append(rate)
        part = np.where(chosen, clicks - rate * rows, 0.0) / whole
        influence += sign * np.bincount(log.user_row, part, n_users)
    return _ratio(rates[0] - rates[1], float(np.sqrt((influence**2).sum())))


def _ratio(difference: float, spread: float) -> float:
    return difference / spread if spread > 0 else 0.0
