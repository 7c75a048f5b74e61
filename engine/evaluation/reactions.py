"""How people reacted to ads and prices that were given to them by lot."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.business.ads import REFERENCE_SLOTS
from engine.evaluation.arms import MOST_MONTHS, Arms, compared, is_inside, summed, time_outside
from engine.evaluation.examination import Examination
from engine.evaluation.memberships import chosen_stays, first_stays, renewals
from engine.evaluation.policy_arms import policy_reactions
from engine.evaluation.reaction_log import (
    TENURE_EDGES,
    Log,
    ReactionData,
    felt,
    looks_of,
    reaction_data,
    stays_of,
)
from engine.evaluation.slopes import Cells, Family, fit_slope
from engine.tensor import Floats, ReactionEvidence

AD_LOAD, PRICE, MEMBERSHIP_PRICE = "ad_load", "price", "membership_price"
"""Experiments whose arms are numbers: ads per list, price ratio, price per month."""


@dataclass(frozen=True, kw_only=True)
class _Question:
    """One slope that an experiment can tell."""

    lever: str
    experiment: str
    family: Family
    sign: float
    """What turns the slope into the lever."""
    cells: Callable[[ReactionData, Arms], Cells | None]


def reactions_of(
    log: Log, examination: Examination, weights: Floats
) -> dict[str, ReactionEvidence]:
    """Return the same as `reactions`, from a whole log."""
    return reactions(reaction_data(log, examination, weights.shape[1]), weights)


def reactions(data: ReactionData, weights: Floats) -> dict[str, ReactionEvidence]:
    """Return what randomised arms say of each reaction, by lever; without arms nothing.

    Parameters
    ----------
    weights : ndarray of shape (B, n_groups)
        The bootstrap weights that every other statistic uses.

    Notes
    -----
    Users are compared as they were assigned. What varied without a lot is never used:
    such estimates may have the wrong sign.

    References
    ----------
    Goli, Huang, Reiley and Riabov (2025): measuring consumer sensitivity to audio
    advertising, a long-run field experiment.
    """
    found = {}
    for asked in QUESTIONS:
        log = data.arms.get(asked.experiment)
        arms = None
        if log is not None:
            arms = compared(log, data.users, positive=asked.experiment != AD_LOAD)
        cells = None if arms is None else asked.cells(data, arms)
        slope = None if cells is None else fit_slope(cells, weights, asked.family)
        if arms is not None and slope is not None:
            found[asked.lever] = ReactionEvidence(
                draws=asked.sign * slope.draws,
                error=slope.error,
                experiment=asked.experiment,
                arms=len(arms.values),
                users=arms.n_users,
            )
    return found | policy_reactions(data, weights)


def visits_by_ads(data: ReactionData, arms: Arms) -> Cells:
    """Return visits of users without a membership over their time, by ads felt so far."""
    stays = stays_of(data, with_trials=True)
    visits, at = data.visits, data.visits.started_at.astype(np.float64)
    month = arms.month(visits.user_row, at)
    month[is_inside(stays, visits.user_row, at)] = -1
    rows = visits.user_row, month, np.ones(len(month))
    return Cells(
        events=summed(arms, data.users, data.n_groups, rows),
        exposure=time_outside(arms, stays, data.users, data.window, data.n_groups),
        regressor=_felt_ads(data, arms),
    )


def orders_by_price(data: ReactionData, arms: Arms) -> Cells | None:
    """Return orders over examined slots, or over item pages in a log without lists.

    Notes
    -----
    A price that is shown moves clicks as well, so lists are counted before the click. The
    slope over all arms stands for that at today's price: where few of those who look
    order, the bounded demand curve is a straight line of logarithms.
    """
    visits = data.visits
    months = arms.month(visits.user_row, visits.started_at.astype(np.float64))
    seen = looks_of(data, arms)
    n_users = len(arms.arm)
    looks: Floats = np.bincount(data.shown.user_row, seen, n_users).astype(np.float64)
    if looks.sum() == 0.0:
        inside = months >= 0
        user = visits.user_row[inside]
        looks = np.bincount(user, visits.view_count[inside], minlength=len(looks)).astype(float)
    if looks.sum() == 0.0:
        return None
    months = np.where(looks[visits.user_row] > 0, months, -1)
    there = np.where(arms.arm >= 0, 0, -1)
    everyone = np.arange(len(looks))
    sums = [
        summed(arms, data.users, data.n_groups, rows).sum(axis=2, keepdims=True)
        for rows in (
            (visits.user_row, months, visits.order_count.astype(np.float64)),
            (everyone, there, looks),
        )
    ]
    return Cells(events=sums[0], exposure=sums[1], regressor=np.log(arms.values)[:, None])


def joins_by_ads(data: ReactionData, arms: Arms) -> Cells | None:
    """Return first paid memberships over the time before them, by ads felt so far."""
    return _joins(data, arms, _felt_ads(data, arms))


def joins_by_price(data: ReactionData, arms: Arms) -> Cells | None:
    """Return first paid memberships over the time before them, by the price."""
    return _joins(data, arms, np.repeat(np.log(arms.values)[:, None], MOST_MONTHS, axis=1))


def losses_by_price(data: ReactionData, arms: Arms) -> Cells | None:
    """Return lost members over members at a renewal, by the price, in strata of tenure.

    Notes
    -----
    The price also chose who became a member; among members it is not a pure lot.
    """
    stays = stays_of(data, with_trials=False)
    sides = []
    for arm in range(len(arms.values)):
        rows = np.flatnonzero(arms.arm[stays.user_row] == arm)
        own = chosen_stays(stays, rows)
        begin = np.maximum(arms.started_at[own.user_row], data.window.log_begin)
        end = np.minimum(arms.ended_at[own.user_row], data.window.end)
        sides.append(renewals(own, data.users.group, data.n_groups, (begin, end)))
    at_risk, lost = (
        np.stack([np.add.reduceat(side[part], TENURE_EDGES, axis=1) for side in sides], axis=1)
        for part in (0, 1)
    )
    regressor = np.repeat(np.log(arms.values)[:, None], len(TENURE_EDGES), axis=1)
    return Cells(events=lost, exposure=at_risk, regressor=regressor)


QUESTIONS = (
    _Question(
        lever="reaction.use_loss_per_ad",
        experiment=AD_LOAD,
        family="poisson",
        sign=-1.0,
        cells=visits_by_ads,
    ),
    _Question(
        lever="reaction.upgrade_per_ad",
        experiment=AD_LOAD,
        family="binomial",
        sign=1.0,
        cells=joins_by_ads,
    ),
    _Question(
        lever="reaction.price_elasticity",
        experiment=PRICE,
        family="poisson",
        sign=-1.0,
        cells=orders_by_price,
    ),
    _Question(
        lever="reaction.membership_elasticity",
        experiment=MEMBERSHIP_PRICE,
        family="binomial",
        sign=-1.0,
        cells=joins_by_price,
    ),
    _Question(
        lever="reaction.churn_per_price",
        experiment=MEMBERSHIP_PRICE,
        family="binomial",
        sign=1.0,
        cells=losses_by_price,
    ),
)


def _joins(data: ReactionData, arms: Arms, regressor: Floats) -> Cells | None:
    """Return first paid memberships over the time before them.

    Whoever was a member before is counted neither way: what chance gave them also chose who
    became one, and they may join again more or less readily than those who never did.
    """
    if data.memberships is None:
        return None
    stays, window = first_stays(stays_of(data, with_trials=False)), data.window
    month = arms.month(stays.user_row, stays.started_at)
    seen = (stays.started_at >= window.log_begin) & (stays.started_at < window.end)
    rows = stays.user_row, np.where(seen, month, -1), np.ones(len(month))
    return Cells(
        events=summed(arms, data.users, data.n_groups, rows),
        exposure=time_outside(arms, stays, data.users, window, data.n_groups),
        regressor=regressor,
    )


def _felt_ads(data: ReactionData, arms: Arms) -> Floats:
    """Return ads of a list of ten, weighed by how much of the reaction has happened, (A, M)."""
    slots = data.examination.draws.shape[1]
    reached = felt(np.arange(MOST_MONTHS) + 0.5)
    return np.asarray(arms.values[:, None] * REFERENCE_SLOTS / slots * reached)
