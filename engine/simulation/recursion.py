"""Month by month, who is free, in trial, paying or away: compiled loops over draws.

Compiled by numba once on a machine and kept on disk. One thread works on one draw after the
other and adds up in the order written here, so that the bits hang on nothing else. Without
the compiler the same functions run as plain Python (``.py_func``), to which tests hold them.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from engine.tensor import Floats

compiled = njit(nogil=True, cache=True)

MOST_JOINING = 0.95
"""Share of a pool that joins in a month at most, however young the pool is."""


FREE, MEMBERS, TRIAL, STARTED, WON, LAPSED, LEAVERS, RETURNED = range(8)
"""What is noted of each month of a draw."""

MOVING = WON

TODAY, NEW, OTHERS = range(3)
"""Pools of free users: those of the log's end and newcomers, whose age matters, and others."""


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
    """Share of a month's trials that end in the same month, the next one, …, of shape (L,)."""
    decided_today: Floats
    """Share of the people in trial at the start whose trial ends in each month, (H,)."""
    readiness: Floats
    """Factor on both chances of today's free users and of newcomers, (B, 2, H); (B, 0, H): one."""
    back: Floats
    """Share of lapsed users who return in a month, of shape (B,)."""
    stay: float
    """Share of leaving members who stay as free users."""
    churn: Floats
    """Alpha and beta, of shape (B, 2)."""
    leaving: Floats
    """Factor on the odds of leaving on each of P paths, of shape (B, P, H)."""


class Found(NamedTuple):
    """What is filled in; of P paths only the first is followed in detail."""

    members: Floats
    """Of shape (P, H, B, G)."""
    free: Floats
    """Without those in trial, of shape (H, B, G)."""
    trial: Floats
    """Of shape (H, B, G); (0, B, G) without trials."""
    moving: Floats
    """Joining, lapsed, leaving and returning, of shape (4, H, B)."""


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
    pools = np.zeros((3, n_segments))
    months = np.zeros((8, n_months, n_segments))
    for draw in range(n_draws):
        _survive(rates.churn[draw], rates.leaving[draw], by_tenure)
        np.dot(flat, start.members[draw].T, flat_left)
        _chances(rates.direct[draw], rates.odds[draw], chance[0])
        if rates.trial.shape[1] > 0:
            _chances(rates.trial[draw], rates.odds[draw], chance[1])
        for path in range(n_paths):
            _keep(rates.churn[draw], rates.leaving[draw, path], kept)
            _walk(draw, start, rates, chance, left[path], kept, pools, months)
            found.members[path, :, draw] = months[MEMBERS]
            if path == 0:
                _write_down(draw, months, found)


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
    ageing, trials = rates.readiness.shape[1] > 0, rates.trial.shape[1] > 0
    fresh = NEW if ageing else OTHERS
    months[:, 0] = 0.0
    months[LAPSED, 0] = start.lapsed[draw]
    months[TRIAL, 0] = start.trial[draw]
    months[MEMBERS, 0] = left[0]
    pools[:] = 0.0
    pools[TODAY if ageing else OTHERS] = start.free[draw]
    for month in range(months.shape[1]):
        if month > 0:
            _arrive(start.acquired[draw], rates.back[draw], fresh, month, pools, months)
            months[STARTED : WON + 1, month] = 0.0
            if trials:
                _take(STARTED, chance[1], rates.readiness[draw], month, pools, months)
                _decide(draw, rates, month, start.trial[draw], pools, months)
            _take(WON, chance[0], rates.readiness[draw], month, pools, months)
        _count(month, pools, months)
        _go(month, left, kept, months)
        _stop(start.attrition[draw], rates.stay, ageing, month, pools, months)


@compiled
def _arrive(
    acquired: Floats, back: float, fresh: int, month: int, pools: Floats, months: Floats
) -> None:
    """Let newcomers and returners in."""
    for g in range(len(acquired)):
        returned = back * months[LAPSED, month, g]
        months[LAPSED, month, g] -= returned
        months[RETURNED, month, g] = returned
        pools[fresh, g] += acquired[g]
        pools[OTHERS, g] += returned


@compiled
def _take(
    where: int, chance: Floats, readiness: Floats, month: int, pools: Floats, months: Floats
) -> None:
    """Take from each pool those who move, by the chance of one of mean age."""
    for g in range(chance.shape[1]):
        moving = pools[OTHERS, g] * chance[month, g]
        pools[OTHERS, g] -= moving
        months[where, month, g] += moving
    for pool in range(readiness.shape[0]):
        ready = readiness[pool, month]
        for g in range(chance.shape[1]):
            moving = pools[pool, g] * min(chance[month, g] * ready, MOST_JOINING)
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
def _count(month: int, pools: Floats, months: Floats) -> None:
    """Note who is there while the month's money is made."""
    for g in range(pools.shape[1]):
        months[FREE, month, g] = pools[TODAY, g] + pools[NEW, g] + pools[OTHERS, g]
    if month > 0:
        for g in range(pools.shape[1]):
            stayed = months[MEMBERS, month - 1, g] - months[LEAVERS, month - 1, g]
            months[MEMBERS, month, g] = stayed + months[WON, month, g]


@compiled
def _go(month: int, left: Floats, kept: Floats, months: Floats) -> None:
    """Note the members who do not renew at the month's end."""
    for g in range(left.shape[1]):
        months[LEAVERS, month, g] = months[MEMBERS, month, g] - left[month + 1, g]
    for won in range(1, month + 1):  # nobody was won in the first month
        share = kept[won, month + 1]
        for g in range(left.shape[1]):
            months[LEAVERS, month, g] -= months[WON, won, g] * share


@compiled
def _stop(
    attrition: Floats, stay: float, ageing: bool, month: int, pools: Floats, months: Floats
) -> None:
    """Let free users go who stop coming; members who left are free or away."""
    later = min(month + 1, months.shape[1] - 1)
    for g in range(len(attrition)):
        free, away = months[FREE, month, g], months[LAPSED, month, g]
        lost = max(free * attrition[g], -away)
        left = months[LEAVERS, month, g]
        if ageing:
            share = lost / free if free > 0.0 else 0.0
            pools[TODAY, g] -= share * pools[TODAY, g]
            pools[NEW, g] -= share * pools[NEW, g]
            pools[OTHERS, g] -= share * pools[OTHERS, g]
        else:
            pools[OTHERS, g] -= lost
        pools[OTHERS, g] += stay * left
        if month < later:
            months[LAPSED, later, g] = away + (1.0 - stay) * left + lost


@compiled
def _write_down(draw: int, months: Floats, found: Found) -> None:
    """Keep what a simulation asks of the lists' own path."""
    found.free[:, draw] = months[FREE]
    if len(found.trial) > 0:
        found.trial[:, draw] = months[TRIAL]
    for month in range(months.shape[1]):
        for place in range(4):
            found.moving[place, month, draw] = _sum(months[MOVING + place, month])


@compiled
def _sum(row: Floats) -> float:
    """Return a sum by four sums beside each other, which is faster and always the same."""
    whole = len(row) - len(row) % 4
    first, second, third, fourth = 0.0, 0.0, 0.0, 0.0
    for g in range(0, whole, 4):
        first += row[g]
        second += row[g + 1]
        third += row[g + 2]
        fourth += row[g + 3]
    for g in range(whole, len(row)):
        first += row[g]
    return (first + second) + (third + fourth)
