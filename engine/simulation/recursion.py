"""Month by month, who is free, in trial, paying or away: compiled loops over draws.

Compiled by numba once on a machine, at training, and kept on disk. One thread adds up in the
order written here, so that the bits hang on nothing else. Tests hold it to plain Python.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from engine.tensor import Floats

compiled = njit(nogil=True, cache=True, error_model="numpy")

MOST_JOINING = 0.95
"""Share of a pool that joins in a month at most, however young the pool is."""


FREE, MEMBERS, TRIAL, STARTED, STAYING, WON, LAPSED, LEAVERS, RETURNED = range(9)
"""What is noted of each month of a draw."""

MOVING = WON

OTHERS, TODAY, NEW = range(3)
"""Pools of free users: the last two, of the log's end and newcomers, where age matters."""


class Start(NamedTuple):
    """Who is there before the first month, and who comes and goes; each of shape (B, G)."""

    free: Floats
    """Without those in trial."""
    trial: Floats
    lapsed: Floats
    acquired: Floats
    attrition: Floats
    members: Floats
    """By renewals survived, of shape (B, G, A)."""


class Rates(NamedTuple):
    """What moves people."""

    direct: Floats
    """Monthly chance of paying without a trial, before any reaction, of shape (B, G)."""
    trial: Floats
    """Monthly chance of starting a trial, of shape (B, G); (B, 0) without trials."""
    odds: Floats
    """Factor on the odds of both, of shape (B, H)."""
    to_paid: Floats
    """Share of trials that become paid, of shape (B,)."""
    decided: Floats
    """Share of a month's trials that end in the same month, the next one, …; of shape (L,)."""
    decided_today: Floats
    """Share of the people in trial at the start whose trial ends in each month, (H,)."""
    readiness: Floats
    """Factor on both chances of today's free users and of newcomers, (B, 2, H); (B, 0, H): one."""
    freshness: Floats
    """Further factor on that of newcomers, of shape (B, G)."""
    back: Floats
    """Share of lapsed users who return in a month, of shape (B,)."""
    stay: float
    """Share of leaving members who stay as free users."""
    churn: Floats
    """Alpha and beta, of shape (B, 2)."""
    leaving: Floats
    """Factor on the odds of leaving on each of P paths, of shape (B, P, H)."""


class Found(NamedTuple):
    """What is filled in; of P paths only the first in detail."""

    members: Floats
    """Of shape (P, H, B, G)."""
    free: Floats
    """Without those in trial, of shape (H, B, G)."""
    trial: Floats
    """Of shape (H, B, G); (0, B, G) without trials."""
    moving: Floats
    """Joining, lapsed, leaving and returning, of shape (B, 4 * (H + 1))."""


@compiled
def follow(start: Start, rates: Rates, found: Found) -> None:
    """Fill in who is where in each month.

    Notes
    -----
    The first month is that of the log's end: nobody moves before it. Order within each
    later one: newcomers and returners, trials that start and end, conversion, money,
    churn, attrition. Cost grows with draws and segments, and with months by their square.
    """
    n_draws, n_paths, n_months = rates.leaving.shape
    n_segments, n_tenures = start.members.shape[1:]
    by_tenure = np.ones((n_paths, n_months + 1, n_tenures))
    left = np.zeros((n_paths, n_months + 1, n_segments))
    flat, flat_left = by_tenure.reshape(-1, n_tenures), left.reshape(-1, n_segments)
    kept = np.zeros((n_months, n_months + 1))
    chance = np.zeros((2, n_months, n_segments))
    pools = np.zeros((1 + rates.readiness.shape[1], n_segments))
    months = np.zeros((9, n_months + 1, n_segments))  # the last one is never lived
    moving = months[MOVING:].reshape(-1, n_segments)
    for draw in range(n_draws):
        _survive(rates.churn[draw], rates.leaving[draw], by_tenure)
        np.dot(flat, start.members[draw].T, flat_left)
        _chances(rates.direct[draw], rates.odds[draw], chance[0])
        if rates.trial.shape[1] > 0:
            _chances(rates.trial[draw], rates.odds[draw], chance[1])
        for path in range(n_paths):
            _keep(rates.churn[draw], rates.leaving[draw, path], kept)
            _walk(draw, start, rates, chance, left[path], kept, pools, months)
            _keep_months(months[MEMBERS], draw, found.members[path])
            if path == 0:
                _keep_months(months[FREE], draw, found.free)
                _keep_months(months[TRIAL], draw, found.trial)
                np.dot(moving, np.ones(n_segments), found.moving[draw])


@compiled
def _survive(churn: Floats, leaving: Floats, by_tenure: Floats) -> None:
    """Fill in which share of today's members of each tenure is left in each month."""
    alpha, beta = churn[0], churn[1]
    for path in range(by_tenure.shape[0]):
        for month in range(by_tenure.shape[1] - 1):
            odds, settled = alpha * leaving[path, month], beta + month
            for tenure in range(by_tenure.shape[2]):
                stay = (settled + tenure) / (settled + tenure + odds)
                by_tenure[path, month + 1, tenure] = by_tenure[path, month, tenure] * stay


@compiled
def _keep(churn: Floats, leaving: Floats, kept: Floats) -> None:
    """Fill in which share of the members won in each month is left in each later one."""
    for won in range(kept.shape[0]):
        share = 1.0
        for month in range(won, kept.shape[0]):
            settled = churn[1] + (month - won)
            share *= settled / (settled + churn[0] * leaving[month])
            kept[won, month + 1] = share


@compiled
def _chances(today: Floats, odds: Floats, chance: Floats) -> None:
    """Fill in the chances of each month from today's and the factor on their odds."""
    for month in range(chance.shape[0]):
        factor = odds[month]
        for g in range(chance.shape[1]):
            ratio = today[g] * factor
            chance[month, g] = ratio / (ratio + (1.0 - today[g]))


@compiled
def _walk(
    draw: int,
    start: Start,
    rates: Rates,
    chance: Floats,
    left: Floats,
    kept: Floats,
    pools: Floats,
    months: Floats,
) -> None:
    """Follow one draw on one path."""
    fresh = NEW if rates.readiness.shape[1] > 0 else OTHERS
    trials = rates.trial.shape[1] > 0
    _begin(draw, start, TODAY if fresh == NEW else OTHERS, left, pools, months)
    for month in range(months.shape[1] - 1):
        if month > 0:
            _arrive(start.acquired[draw], rates.back[draw], fresh, month, pools, months)
            if trials:
                _take(STARTED, chance[1], rates, draw, month, pools, months)
                _decide(draw, rates, month, start.trial[draw], pools, months)
            _take(WON, chance[0], rates, draw, month, pools, months)
        _count(month, left, pools, months)
        _go(month, kept, months)
        _stop(start.attrition[draw], rates.stay, month, pools, months)


@compiled
def _begin(
    draw: int, start: Start, today: int, left: Floats, pools: Floats, months: Floats
) -> None:
    """Put everyone where the log left them."""
    for g in range(pools.shape[1]):
        for pool in range(pools.shape[0]):
            pools[pool, g] = 0.0
        pools[today, g] = start.free[draw, g]
        months[LAPSED, 0, g] = start.lapsed[draw, g]
        months[TRIAL, 0, g] = start.trial[draw, g]
        months[MEMBERS, 0, g] = left[0, g]
        months[STARTED, 0, g] = 0.0
        months[WON, 0, g] = 0.0
        months[RETURNED, 0, g] = 0.0


@compiled
def _arrive(
    acquired: Floats, back: float, fresh: int, month: int, pools: Floats, months: Floats
) -> None:
    """Let newcomers and returners in."""
    for g in range(len(acquired)):
        returned = back * months[LAPSED, month, g]
        months[LAPSED, month, g] -= returned
        months[RETURNED, month, g] = returned
        months[STARTED, month, g] = 0.0
        months[WON, month, g] = 0.0
        pools[fresh, g] += acquired[g]
        pools[OTHERS, g] += returned


@compiled
def _take(
    where: int, chance: Floats, rates: Rates, draw: int, month: int, pools: Floats, months: Floats
) -> None:
    """Take from each pool those who move, by the chance of one of mean age."""
    for g in range(chance.shape[1]):
        moving = pools[OTHERS, g] * chance[month, g]
        pools[OTHERS, g] -= moving
        months[where, month, g] += moving
    for pool in range(1, pools.shape[0]):
        ready = rates.readiness[draw, pool - 1, month]
        for g in range(chance.shape[1]):
            factor = ready * rates.freshness[draw, g] if pool == NEW else ready
            moving = pools[pool, g] * min(chance[month, g] * factor, MOST_JOINING)
            pools[pool, g] -= moving
            months[where, month, g] += moving


@compiled
def _decide(
    draw: int, rates: Rates, month: int, in_trial: Floats, pools: Floats, months: Floats
) -> None:
    """Let trials end; who does not pay after one is a free user again."""
    paid, due = rates.to_paid[draw], rates.decided_today[month]
    for g in range(len(in_trial)):
        over = due * in_trial[g]
        for lag in range(min(len(rates.decided), month)):
            over += rates.decided[lag] * months[STARTED, month - lag, g]
        months[TRIAL, month, g] = months[TRIAL, month - 1, g] + months[STARTED, month, g] - over
        months[WON, month, g] = paid * over
        pools[OTHERS, g] += (1.0 - paid) * over


@compiled
def _count(month: int, left: Floats, pools: Floats, months: Floats) -> None:
    """Note who is there while the month's money is made."""
    for g in range(pools.shape[1]):
        months[FREE, month, g] = pools[OTHERS, g]
    for pool in range(1, pools.shape[0]):
        for g in range(pools.shape[1]):
            months[FREE, month, g] += pools[pool, g]
    if month > 0:
        for g in range(pools.shape[1]):
            stayed = months[MEMBERS, month - 1, g] - months[LEAVERS, month - 1, g]
            members = stayed + months[WON, month, g]
            months[MEMBERS, month, g] = members
            months[LEAVERS, month, g] = members - left[month + 1, g]
    else:
        for g in range(pools.shape[1]):
            months[LEAVERS, 0, g] = months[MEMBERS, 0, g] - left[1, g]


@compiled
def _go(month: int, kept: Floats, months: Floats) -> None:
    """Take those who were won and stay from the members who might have left."""
    for won in range(1, month + 1, 4):  # nobody is won in the first month
        last = min(won + 3, month)
        second, third = min(won + 1, last), min(won + 2, last)
        share = kept[won, month + 1]
        share_second = kept[second, month + 1] if second > won else 0.0
        share_third = kept[third, month + 1] if third > second else 0.0
        share_last = kept[last, month + 1] if last > third else 0.0
        for g in range(months.shape[2]):
            early = months[WON, won, g] * share + months[WON, second, g] * share_second
            late = months[WON, third, g] * share_third + months[WON, last, g] * share_last
            months[LEAVERS, month, g] -= early + late


@compiled
def _stop(attrition: Floats, stay: float, month: int, pools: Floats, months: Floats) -> None:
    """Let free users go who stop coming; members who left are free or away."""
    for g in range(len(attrition)):
        free, away = months[FREE, month, g], months[LAPSED, month, g]
        lost = max(free * attrition[g], -away)
        months[STAYING, month, g] = 1.0 - lost / free if free > 0.0 else 1.0
        months[LAPSED, month + 1, g] = away + (1.0 - stay) * months[LEAVERS, month, g] + lost
    for pool in range(pools.shape[0]):
        for g in range(len(attrition)):
            pools[pool, g] *= months[STAYING, month, g]
    for g in range(len(attrition)):
        pools[OTHERS, g] += stay * months[LEAVERS, month, g]


@compiled
def _keep_months(months: Floats, draw: int, found: Floats) -> None:
    """Copy the months of a draw (H, G) into those of all draws (H, B, G)."""
    for month in range(found.shape[0]):
        for g in range(months.shape[1]):
            found[month, draw, g] = months[month, g]
