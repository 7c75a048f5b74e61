"""A made-up log of people who were given better, worse or no lists by lot."""

from dataclasses import dataclass, field

import numpy as np

from engine.evaluation.arms import ArmLog
from engine.evaluation.examination import Examination
from engine.evaluation.memberships import MONTH_SECONDS, MembershipLog
from engine.evaluation.reaction_log import ReactionData, felt
from engine.evaluation.usage import Shown, Users, VisitLog, trailing_window

N_GROUPS, N_MONTHS, K = 256, 6, 5
THETA = 1.0 / np.arange(1, K + 1)
OTHER_VIEWS = 0.4
"""Item pages of a visit that no list led to, in the mean."""

JOINS, LEAVES = 0.08, 0.15
"""Chance of joining in a month, and odds of leaving at a renewal with the usual lists."""


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What is true of a made-up log."""

    use: float = 0.5
    """Rise of visits for better lists (ε_Q)."""
    churn: float = 0.9
    """Fall of the odds of leaving (φ_Q)."""
    clicks: dict[str, float] = field(default_factory=lambda: {"newer": 0.2, "older": 0.1})
    """Chance of a click on what is looked at by arm, in the order of the alphabet; the last
    arm is the largest one. Zero shows no lists."""
    n_users: int = 1_500

    @property
    def list_view_share(self) -> float:
        """Share of item views that come from the lists of the last arm."""
        listed = list(self.clicks.values())[-1] * THETA.sum()
        return float(listed / (listed + OTHER_VIEWS))

    @property
    def log_views(self) -> np.ndarray:
        """Logarithm of what each arm's lists multiply item views by."""
        clicks = np.array(list(self.clicks.values()))
        return np.log(1.0 + self.list_view_share * (clicks / clicks[-1] - 1.0))


def a_log(seed: int, truth: Truth, experiment: str = "policy") -> ReactionData:
    """Return a log in which everybody is in an arm from its first moment on."""
    rng, n = np.random.default_rng(seed), truth.n_users
    shares = np.array([*[0.8] * (len(truth.clicks) - 1), 1.2])
    arm = rng.choice(len(shares), n, p=shares / shares.sum())
    pull = truth.log_views[arm]
    month = np.arange(N_MONTHS) + 0.5
    rate = rng.gamma(2.0, 2.0, n) * np.exp(truth.use * felt(month)[:, None] * pull)
    visits = rng.poisson(rate)
    when, user = (np.repeat(index.ravel(), visits.ravel()) for index in np.indices(rate.shape))
    at = ((when + rng.random(len(user))) * MONTH_SECONDS).astype(np.int64)
    chance = np.array(list(truth.clicks.values()))[arm] * rng.gamma(4.0, 0.25, n)
    has_list = chance[user] > 0
    clicked = (rng.random((len(user), K)) < chance[user][:, None] * THETA) & has_list[:, None]
    return ReactionData(
        users=Users(
            segment=np.zeros(n, dtype=np.int32),
            group=rng.integers(0, N_GROUPS, n).astype(np.int32),
            first_at=np.zeros(n),
            counted=np.ones(n, dtype=bool),
        ),
        visits=_visits(rng, user, at, clicked.sum(axis=1), has_list),
        shown=_shown(user[has_list], at[has_list], clicked[has_list]),
        memberships=_memberships(rng, truth.churn * pull),
        window=trailing_window(0.0, N_MONTHS * MONTH_SECONDS - 1.0),
        examination=Examination(point=THETA, draws=np.tile(THETA, (8, 1)), method="randomised"),
        n_groups=N_GROUPS,
        arms={experiment: in_arms(arm, tuple(truth.clicks))},
    )


def in_arms(arm: np.ndarray, names: tuple[str, ...]) -> ArmLog:
    """Return everybody in an arm, all of the time."""
    return ArmLog(
        user_row=np.arange(len(arm), dtype=np.int32),
        arm=arm.astype(float),
        started_at=np.zeros(len(arm)),
        ended_at=np.full(len(arm), np.inf),
        names=names,
    )


def _visits(
    rng: np.random.Generator,
    user: np.ndarray,
    at: np.ndarray,
    clicks: np.ndarray,
    has_list: np.ndarray,
) -> VisitLog:
    orders = np.zeros(len(user), dtype=np.int64)
    return VisitLog(
        user_row=user.astype(np.int32),
        started_at=at,
        view_count=clicks + rng.poisson(OTHER_VIEWS, len(user)),
        order_count=orders,
        order_amount_cents=orders,
        list_count=has_list.astype(np.int64),
        list_click_count=clicks,
    )


def _shown(user: np.ndarray, at: np.ndarray, clicked: np.ndarray) -> Shown:
    size = clicked.size
    return Shown(
        user_row=np.repeat(user, K).astype(np.int32),
        at=np.repeat(at, K),
        is_ad=np.zeros(size, dtype=bool),
        clicked=clicked.ravel(),
        position=np.tile(np.arange(1, K + 1, dtype=np.int32), len(user)),
        viewable=np.full(size, np.nan),
    )


def _memberships(rng: np.random.Generator, pull: np.ndarray) -> MembershipLog:
    """Return stays whose renewals know how much of the reaction has come."""
    n = len(pull)
    begin = np.where(rng.random(n) < 0.6, rng.uniform(-12.0, 0.0, n), np.nan)
    rows = []
    for month in range(N_MONTHS):
        renewal = month + (begin % 1.0)
        odds = LEAVES * np.exp(-pull * felt(renewal))
        due = np.isfinite(begin) & (np.floor(begin) < month)
        leaves = due & (rng.random(n) < odds / (1.0 + odds))
        user = np.flatnonzero(leaves)
        rows.append(np.stack([user, begin[user], renewal[user]]))
        begin[user] = np.nan
        joins = np.isnan(begin) & ~leaves & (rng.random(n) < JOINS)
        begin[joins] = month + rng.random(int(joins.sum()))
    user = np.flatnonzero(np.isfinite(begin))
    rows.append(np.stack([user, begin[user], np.full(len(user), np.nan)]))
    found = np.concatenate(rows, axis=1)
    return MembershipLog(
        user_row=found[0].astype(np.int32),
        started_at=found[1] * MONTH_SECONDS,
        ended_at=found[2] * MONTH_SECONDS,
        price_cents=np.full(found.shape[1], 500.0),
        is_trial=np.zeros(found.shape[1], dtype=bool),
    )
