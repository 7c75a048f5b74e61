"""How free users become members: by themselves, or by a trial that some go on to pay for."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.counter import SHRINK_USERS, Counter
from engine.evaluation.memberships import (
    MONTH_SECONDS,
    SAME_STAY_SECONDS,
    MembershipLog,
    Stays,
    paid_stays,
    trial_stays,
)
from engine.evaluation.usage import Window
from engine.evaluation.weights import shrunk_share
from engine.tensor import Floats

FEWEST_TRIALS = 20
"""Trials that ended; a log with fewer is taken to have none."""

LEAST_CHANCE, MOST_CHANCE = 1e-6, 0.95


@dataclass(frozen=True, kw_only=True, eq=False)
class Trials:
    """Trials and what became of them; arrays of shape (n_trials,)."""

    user_row: NDArray[np.int32]
    started_at: Floats
    ended_at: Floats
    """Infinite while it runs; the first payment where that came before."""
    became_paid: NDArray[np.bool_]
    is_over: NDArray[np.bool_]
    """Whether it ended long enough ago to know what became of it."""
    led_to: NDArray[np.bool_]
    """Which paid stays a trial led to, of shape (n_stays,)."""

    def running(self, at: float, n_users: int) -> NDArray[np.bool_]:
        """Return who is in trial just before a moment, of shape (n_users,)."""
        now = (self.started_at < at) & (self.ended_at >= at)
        found = np.zeros(n_users, dtype=bool)
        found[self.user_row[now]] = True
        return found


def seen_trials(log: MembershipLog, window: Window) -> Trials | None:
    """Return the trials of a log; None where hardly one has come to its end.

    Notes
    -----
    A trial became paid when a paid stay of the same user began in it or within a week of
    its end. One that ended less than a week ago is not over: who pays late is not known.
    """
    paid, trials = paid_stays(log), trial_stays(log)
    if len(trials.user_row) == 0:
        return None
    begin = trials.started_at.min()
    span = max(trials.started_at.max(), window.end) - begin + 1.0
    keys = trials.user_row * span + (trials.started_at - begin)
    place = np.searchsorted(keys, paid.user_row * span + (paid.started_at - begin), "right") - 1
    last = np.maximum(place, 0)
    led_to = (place >= 0) & (trials.user_row[last] == paid.user_row)
    led_to &= paid.started_at <= trials.ended_at[last] + SAME_STAY_SECONDS
    became_paid, ended_at = np.zeros(len(keys), dtype=bool), trials.ended_at.copy()
    became_paid[last[led_to]] = True
    np.minimum.at(ended_at, last[led_to], paid.started_at[led_to])
    is_over = ended_at + SAME_STAY_SECONDS <= window.end
    if is_over.sum() < FEWEST_TRIALS:
        return None
    return Trials(
        user_row=trials.user_row,
        started_at=trials.started_at,
        ended_at=ended_at,
        became_paid=became_paid,
        is_over=is_over,
        led_to=led_to,
    )


def joining(
    window: Window,
    count: Counter,
    paid: Stays,
    trials: Trials | None,
    waiting: NDArray[np.bool_],
    in_trial: NDArray[np.bool_],
) -> dict[str, Any]:
    """Return the chances of joining, and trials, as fields of a population.

    Parameters
    ----------
    waiting, in_trial : ndarray of shape (n_users,)
        Free users at the end of the log who are not, or are, in trial.
    """
    free = count.of(waiting)
    if trials is None:
        return {"conversion": _chance(window, count, free, paid.user_row, paid.started_at)}
    alone = ~trials.led_to
    direct = _chance(window, count, free, paid.user_row[alone], paid.started_at[alone])
    over = trials.is_over & count.users.counted[trials.user_row]
    size = len(waiting)
    ended, won = (
        count.everyone(np.bincount(trials.user_row[rows], minlength=size).astype(np.float64))
        for rows in (over, over & trials.became_paid)
    )
    length = (trials.ended_at - trials.started_at)[trials.is_over].mean()
    return {
        "conversion": direct if _is_within(window, paid.started_at[alone]).any() else 0.0 * direct,
        "trial_users": count.of(in_trial),
        "trial_start_rate": _chance(window, count, free, trials.user_row, trials.started_at),
        "trial_to_paid_rate": (won + 0.5) / (ended + 1.0),
        "trial_months": float(length / MONTH_SECONDS),
    }


def share_with_ads(
    use: NDArray[np.integer],
    free: NDArray[np.bool_],
    trial: NDArray[np.bool_],
    segment: NDArray[np.int32],
    n_segments: int,
) -> float:
    """Return which share of the visits of all who do not pay is not of people in trial.

    By segment as its people visit on average: that is how a simulation counts them.
    """
    if not trial.any():
        return 1.0
    visits, everyone, trying = (
        np.bincount(segment, weights=each, minlength=n_segments) for each in (use, free, trial)
    )
    share = 1.0 - trying / np.maximum(everyone, 1.0)
    return float((visits * share).sum() / max(visits.sum(), 1.0))


def _chance(
    window: Window, count: Counter, free: Floats, user: NDArray[np.int32], at: Floats
) -> Floats:
    """Return the monthly chance that a free user starts, of shape (B, G)."""
    fresh = _is_within(window, at)
    started = np.bincount(user[fresh], minlength=len(count.users.group)).astype(np.float64)
    started *= count.users.counted
    exposed = free * window.months + count.total(started)
    share = shrunk_share(count.total(started), exposed, SHRINK_USERS)
    return np.asarray(np.clip(share, LEAST_CHANCE, MOST_CHANCE))


def _is_within(window: Window, at: Floats) -> NDArray[np.bool_]:
    return np.asarray((at >= window.begin) & (at < window.end))
