"""A log in which a lot gave people better or worse lists for months, as three files."""

from pathlib import Path

import numpy as np
import pandas as pd

from engine.evaluation.memberships import MONTH_SECONDS
from engine.evaluation.reaction_log import felt
from engine.rng import stream

N_USERS, N_ITEMS, N_MONTHS, N_SLOTS = 320, 40, 4, 5
BEGIN = 1_767_225_600
"""1 January 2026."""

USE, CHURN = 1.2, 1.5
"""ε_Q and φ_Q: far from the priors, so that a few hundred people can tell."""

GOOD, POOR = 0.5, 0.1
"""Chance of a click on what is looked at, of the items of either policy."""

OTHER_VIEWS = 0.6
LEAVES = 0.25
POLICIES = ("newer", "older")
LOOKED_AT = 1.0 / np.arange(1, N_SLOTS + 1)


def write_policy_log(folder: Path, seed: int = 1) -> list[Path]:
    """Write events, memberships and assignments, in this order."""
    rng = stream(seed, "policy_log")
    better = rng.random(N_USERS) < 0.5
    listed = POOR * LOOKED_AT.sum()
    share = listed / (listed + OTHER_VIEWS)
    pull = np.where(better, np.log(1.0 + share * (GOOD / POOR - 1.0)), 0.0)
    frames = {
        "events": _events(rng, better, USE * pull),
        "memberships": _memberships(rng, CHURN * pull),
        "assignments": pd.DataFrame(
            {
                "user_id": _users(np.arange(N_USERS)),
                "experiment": "policy",
                "arm": np.where(better, *POLICIES),
                "started_at": _times(np.zeros(N_USERS)),
            }
        ),
    }
    for kind, frame in frames.items():
        frame.to_csv(folder / f"{kind}.csv", index=False)
    return [folder / f"{kind}.csv" for kind in frames]


def _events(rng: np.random.Generator, better: np.ndarray, pull: np.ndarray) -> pd.DataFrame:
    """Lists of visits, clicks on them, and item pages with and without one."""
    month = np.arange(N_MONTHS)
    rate = rng.gamma(4.0, 0.8, N_USERS) * np.exp(felt(month + 0.5)[:, None] * pull)
    visits = rng.poisson(rate)
    when, user = (np.repeat(index.ravel(), visits.ravel()) for index in np.indices(rate.shape))
    at = (when + rng.random(len(user))) * (MONTH_SECONDS - 1.0)
    half = N_ITEMS // 2
    item = rng.random((len(user), half)).argsort(axis=1)[:, :N_SLOTS]
    item += np.where(better[user], 0, half)[:, None]
    chance = np.where(item < half, GOOD, POOR) * LOOKED_AT
    row, slot = np.nonzero(rng.random(item.shape) < chance)
    other = np.repeat(np.arange(len(user)), rng.poisson(OTHER_VIEWS, len(user)))
    shown, place = (index.ravel() for index in np.indices(item.shape))
    parts = (
        ("impression", shown, item.ravel(), 0.0, place + 1),
        ("click", row, item[row, slot], 20.0, slot + 1),
        ("view", row, item[row, slot], 21.0, np.nan),
        ("view", other, rng.integers(0, N_ITEMS, len(other)), 300.0, np.nan),
    )
    frames = [
        pd.DataFrame(
            {
                "user_id": _users(user[visit]),
                "item_id": [f"item {number:02d}" for number in items],
                "event_type": kind,
                "occurred_at": _times(at[visit] + delay),
                "session_id": visit,
                "request_id": visit if kind in ("impression", "click") else pd.NA,
                "position": pd.array(np.broadcast_to(slots, len(visit)), dtype="Int64"),
                "policy": np.where(better[user[visit]], *POLICIES),
            }
        )
        for kind, visit, items, delay, slots in parts
    ]
    return pd.concat(frames, ignore_index=True)


def _memberships(rng: np.random.Generator, pull: np.ndarray) -> pd.DataFrame:
    """Everybody pays when the log begins; renewals come once a month."""
    since, end = -rng.uniform(0.0, 6.0, N_USERS), np.full(N_USERS, np.nan)
    for month in range(N_MONTHS):
        renewal = month + since % 1.0
        odds = LEAVES * np.exp(-pull * felt(renewal))
        leaves = np.isnan(end) & (rng.random(N_USERS) < odds / (1.0 + odds))
        end = np.where(leaves, renewal, end)
    return pd.DataFrame(
        {
            "user_id": _users(np.arange(N_USERS)),
            "plan": "monthly",
            "started_at": _times(since * MONTH_SECONDS),
            "ended_at": [
                "" if np.isnan(one) else _times(np.array([one * MONTH_SECONDS]))[0] for one in end
            ],
            "price_per_month": 5.0,
        }
    )


def _users(row: np.ndarray) -> list[str]:
    return [f"user {number:03d}" for number in row]


def _times(seconds: np.ndarray) -> np.ndarray:
    """Return moments after the beginning of the log as text."""
    moments = pd.to_datetime(BEGIN + seconds.astype(np.int64), unit="s", utc=True)
    return moments.strftime("%Y-%m-%dT%H:%M:%SZ").to_numpy()
