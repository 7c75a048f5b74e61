"""How people reacted to better and worse lists that were given to them by lot for months."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from engine.evaluation.arm_quality import ArmQuality, arm_quality
from engine.evaluation.arms import (
    LIST_EXPERIMENTS,
    MOST_MONTHS,
    Arms,
    compared,
    is_inside,
    summed,
    time_outside,
)
from engine.evaluation.memberships import MONTH_SECONDS, at_renewals, chosen_stays
from engine.evaluation.reaction_log import TENURE_EDGES, ReactionData, felt, stays_of
from engine.evaluation.slopes import SMALLEST_ERROR, Cells, Family, Slopes, fit_slopes
from engine.evaluation.weights import group_sums
from engine.tensor import Floats, ReactionEvidence

FEWEST_MONTHS = 2.0
"""Months that the arms must have been held in the median: a reaction takes longer."""

MONTH_EDGES = (0, 1, 2, 4, 8)
"""First month since the assignment of each stratum that churn has its own level in."""

SEARCHED = 8.0
"""Standard errors around the first guess that a slope over several arms is looked for in."""


@dataclass(frozen=True, kw_only=True)
class _Question:
    """One slope that arms of lists can tell."""

    lever: str
    family: Family
    sign: float
    """What turns the slope into the lever."""
    cells: Callable[[ReactionData, Arms], Cells | None]
    """With the share of the reaction that has happened as the regressor of every arm."""


def policy_reactions(data: ReactionData, weights: Floats) -> dict[str, ReactionEvidence]:
    """Return what arms of lists say of the reactions to their quality, by lever.

    Parameters
    ----------
    weights : ndarray of shape (B, n_groups)
        The bootstrap weights that every other statistic uses.

    Notes
    -----
    Of several experiments the surest one speaks. Evidence with an infinite error says
    nothing: people were held apart, but their lists differ by no more than chance.
    """
    found: dict[str, ReactionEvidence] = {}
    for experiment in LIST_EXPERIMENTS:
        for lever, told in _told(data, experiment, weights).items():
            if lever not in found or told.error < found[lever].error:
                found[lever] = told
    return found


def visits_in_arms(data: ReactionData, arms: Arms) -> Cells:
    """Return visits over time, of members and of everybody else in strata of their own."""
    stays, visits = stays_of(data, with_trials=False), data.visits
    at = visits.started_at.astype(np.float64)
    month, member = arms.month(visits.user_row, at), is_inside(stays, visits.user_row, at)
    events = [
        summed(
            arms,
            data.users,
            data.n_groups,
            (visits.user_row, np.where(member == side, month, -1), np.ones(len(month))),
        )
        for side in (False, True)
    ]
    nobody = chosen_stays(stays, np.zeros(0, dtype=np.intp))
    outside, everywhere = (
        time_outside(arms, those, data.users, data.window, data.n_groups)
        for those in (stays, nobody)
    )
    inside = np.maximum(everywhere - outside, 0.0)
    reached = np.tile(felt(np.arange(MOST_MONTHS) + 0.5), 2)
    return Cells(
        events=np.concatenate(events, axis=2),
        exposure=np.concatenate([outside, inside], axis=2),
        regressor=np.broadcast_to(reached, (len(arms.values), len(reached))),
    )


def losses_in_arms(data: ReactionData, arms: Arms) -> Cells | None:
    """Return lost members over members at a renewal, in strata of month and tenure.

    Notes
    -----
    Better lists may also have chosen who became a member; tenure takes up the most of it.
    """
    if data.memberships is None:
        return None
    stays = stays_of(data, with_trials=False)
    stays = chosen_stays(stays, np.flatnonzero(arms.arm[stays.user_row] >= 0))
    since = arms.started_at[stays.user_row]
    begin = np.maximum(since, data.window.log_begin)
    end = np.minimum(arms.ended_at[stays.user_row], data.window.end)
    risk, lost = at_renewals(stays, (begin, end))
    stay, renewal = np.nonzero(risk)
    user, at = stays.user_row[stay], stays.started_at[stay] + (renewal + 1) * MONTH_SECONDS
    months = np.maximum(at - since[stay], 0.0) / MONTH_SECONDS
    tenure = np.searchsorted(TENURE_EDGES, renewal, side="right") - 1
    month = np.searchsorted(MONTH_EDGES, months, side="right") - 1
    n_strata = len(MONTH_EDGES) * len(TENURE_EDGES)
    stratum = month * len(TENURE_EDGES) + tenure
    shape = (data.n_groups, len(arms.values) * n_strata)
    cell = arms.arm[user] * n_strata + stratum
    at_risk, gone = (
        group_sums(data.users.group[user], cell, amount, shape).reshape(shape[0], -1, n_strata)
        for amount in (np.ones(len(user)), lost[stay, renewal].astype(np.float64))
    )
    members = np.maximum(np.bincount(stratum, minlength=n_strata), 1)
    reached = np.bincount(stratum, felt(months), n_strata) / members
    return Cells(
        events=gone,
        exposure=at_risk,
        regressor=np.broadcast_to(reached, (len(arms.values), n_strata)),
    )


QUESTIONS = (
    _Question(lever="reaction.use_per_quality", family="poisson", sign=1.0, cells=visits_in_arms),
    _Question(
        lever="reaction.churn_per_quality", family="binomial", sign=-1.0, cells=losses_in_arms
    ),
)


def slope_of(effects: Slopes, quality: ArmQuality) -> tuple[float, Floats]:
    """Return the slope of effects of arms on the quality of their lists, and its influence.

    Parameters
    ----------
    effects : Slopes
        What each arm but the reference does to a count, of shape (P,).

    Notes
    -----
    Quality is measured as well, on the same people: its error belongs to the slope. The lot
    is an instrument and the slope is the one under which effects and quality agree best,
    ``min (y - b x)' V(b)^-1 (y - b x)`` with V the variance of what is left. A least-squares
    line through uncertain qualities would be too flat. Of two arms it is the ratio of their
    differences, with the delta method.

    References
    ----------
    Wald (1940): the fitting of straight lines if both variables are subject to error.
    Hansen, Heaton and Yaron (1996): finite-sample properties of some alternative GMM
    estimators.
    """
    y, x = effects.point, quality.log_views

    def weighing(slope: float) -> Floats:
        left = effects.influence - slope * quality.influence
        return np.asarray(np.linalg.pinv(left.T @ left, hermitian=True), dtype=np.float64)

    def misfit(slope: float) -> float:
        left = y - slope * x
        return float(left @ weighing(slope) @ left)

    weight = weighing(0.0)
    slope = float(x @ weight @ y / (x @ weight @ x))
    if len(x) > 1:
        reach = SEARCHED / float(np.sqrt(x @ weight @ x))
        bounds = slope - reach, slope + reach
        slope = float(optimize.minimize_scalar(misfit, bounds=bounds, method="bounded").x)
    weight = weighing(slope)
    left = effects.influence - slope * quality.influence
    return slope, np.asarray(left @ weight @ x / (x @ weight @ x))


def _told(data: ReactionData, experiment: str, weights: Floats) -> dict[str, ReactionEvidence]:
    """Return what one experiment says, by lever; nothing where it was not held for months."""
    log = data.arms.get(experiment)
    arms = None if log is None else compared(log, data.users, positive=False)
    if log is None or arms is None or _months_held(data, arms) < FEWEST_MONTHS:
        return {}
    quality = arm_quality(data, arms, log.names)
    if quality is None:
        return {}
    found = {}
    for asked in QUESTIONS:
        cells = asked.cells(data, quality.arms)
        effects = None if cells is None else _effects(cells, quality, asked.family)
        told = None if effects is None else _evidence(effects, quality, asked.sign, weights)
        if told is not None:
            found[asked.lever] = ReactionEvidence(
                draws=told[0],
                error=told[1],
                experiment=experiment,
                arms=len(quality.arms.values),
                users=quality.arms.n_users,
            )
    return found


def _effects(cells: Cells, quality: ArmQuality, family: Family) -> Slopes | None:
    """Return the long-run effect of every arm but the reference."""
    own = np.zeros((len(quality.others), *cells.regressor.shape))
    for place, arm in enumerate(quality.others):
        own[place, arm] = cells.regressor[arm]
    return fit_slopes(cells, own, family)


def _evidence(
    effects: Slopes, quality: ArmQuality, sign: float, weights: Floats
) -> tuple[Floats, float] | None:
    """Return draws and standard error; an infinite one where the lists are too alike."""
    if not quality.is_sure:
        return np.zeros(len(weights)), np.inf
    slope, influence = slope_of(effects, quality)
    error = float(np.sqrt((influence**2).sum()))
    if not np.isfinite(error) or error < SMALLEST_ERROR:
        return None
    return sign * (slope + weights @ influence), error


def _months_held(data: ReactionData, arms: Arms) -> float:
    """Return how long the log saw people in their arms [months], in the median."""
    there = arms.arm >= 0
    begin = np.maximum(arms.started_at[there], data.window.log_begin)
    end = np.minimum(arms.ended_at[there], data.window.end)
    return float(np.median(np.maximum(end - begin, 0.0)) / MONTH_SECONDS)
