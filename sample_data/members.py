"""Trials, subscriptions, renewals and cancellations of the sample world."""

import numpy as np
import pandas as pd

from engine.rng import stream
from sample_data.world import Users, WorldSettings

DAY = 86_400
MONTH_DAYS = 30
TRIAL_DAYS = 7


def memberships(settings: WorldSettings, users: Users) -> pd.DataFrame:
    """Return one row per trial or paid membership; ``from``/``to`` are days of the log.

    People join up to 18 months before the log; renewal is shifted-beta-geometric.
    """
    rng = stream(settings.seed, "memberships")
    rows = []
    for user in range(settings.n_users):
        begin = _joins_on(rng, settings, users, user)
        hazard = rng.beta(settings.churn_alpha, settings.churn_beta)
        renewals = int(rng.geometric(max(hazard, 1e-3)))
        converts = bool(rng.random() < 0.55)
        if begin is None:
            continue
        price = float(users.member_price[user])
        paid_from = begin + TRIAL_DAYS
        rows.append((user, begin, float(paid_from), 0.0, True))
        if converts and paid_from < settings.n_days:
            end = paid_from + MONTH_DAYS * renewals
            rows.append((user, paid_from, float(end), price, False))
    frame = pd.DataFrame(rows, columns=["user", "from", "to", "price", "is_trial"])
    frame.loc[frame["to"] >= settings.n_days, "to"] = np.nan
    return frame[frame["from"] < settings.n_days].reset_index(drop=True)


def member_by_epoch(settings: WorldSettings, rows: pd.DataFrame) -> np.ndarray:
    """Return who is a member when an epoch begins, shape (E, U)."""
    is_member = np.zeros((settings.n_epochs, settings.n_users), dtype=bool)
    for number in range(settings.n_epochs):
        day = number * settings.epoch_days
        now = (rows["from"] <= day) & ~(rows["to"] <= day)
        is_member[number, rows.loc[now, "user"]] = True
    return is_member


def membership_events(settings: WorldSettings, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the trial, subscribe, renew and cancel events that fall into the log."""
    events = []
    for user, begin, end, price, is_trial in rows.itertuples(index=False):
        last = settings.n_days if np.isnan(end) else int(end)
        events.append((user, begin, "trial" if is_trial else "subscribe", price))
        if is_trial:
            continue
        events += [
            (user, day, "renew", price) for day in range(begin + MONTH_DAYS, last, MONTH_DAYS)
        ]
        if not np.isnan(end):
            events.append((user, last, "cancel", np.nan))
    frame = pd.DataFrame(events, columns=["user", "day", "type", "unit_price"])
    frame = frame[(frame["day"] >= 0) & (frame["day"] < settings.n_days)]
    at = settings.starts_at + frame["day"] * DAY + 36_000
    return frame.assign(at=at).drop(columns="day").reset_index(drop=True)


def _joins_on(
    rng: np.random.Generator, settings: WorldSettings, users: Users, user: int
) -> int | None:
    """Return the day a user starts a trial, if she ever does; dearer arms join less."""
    willing = 0.4 * (5.0 / users.member_price[user]) ** 1.0 * np.exp(0.05 * users.ad_load[user])
    draw, day = rng.random(), int(rng.integers(-540, settings.n_days))
    if draw > willing:
        return None
    return max(day, int(users.signed_up_day[user]) + 1)
