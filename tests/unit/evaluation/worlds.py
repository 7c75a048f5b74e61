"""A small world of shown lists whose truth is known."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from engine.evaluation.impressions import ImpressionLog
from engine.evaluation.segments import segments_of_users
from engine.evaluation.valuation import Items, Lists, People
from engine.rng import stream

N_GROUPS = 256


@dataclass(frozen=True, kw_only=True, eq=False)
class World:
    log: ImpressionLog
    people: People
    items: Items
    theta: np.ndarray
    gamma: np.ndarray
    conversion: np.ndarray
    score: np.ndarray

    def lists(self, item_by_rank: np.ndarray, policy: str = "lists") -> Lists:
        n_users, k = item_by_rank.shape
        users = np.repeat(np.arange(n_users, dtype=np.int32), k)
        flat = item_by_rank.ravel().astype(np.int32)
        return Lists(
            policy=policy,
            user_row=users,
            item_row=flat,
            rank=np.tile(np.arange(1, k + 1, dtype=np.int32), n_users),
            score=self.score[users, flat],
        )

    def true_clicks(self, item_by_rank: np.ndarray) -> np.ndarray:
        """Mean γ at each rank over users, of shape (K,)."""
        return np.take_along_axis(self.gamma, item_by_rank, axis=1).mean(axis=0)


def make_world(seed=1, *, n_users=1200, n_items=40, k=6, sessions=24, epsilon=0.5):
    """An ε-shuffle over all items of lists by a coarse score; clicks follow θ_k·γ."""
    rng = stream(seed, "world")
    theta = np.arange(1, k + 1) ** -0.8
    eta = -1.6 + rng.normal(size=(n_users, 1)) * 0.4 + rng.normal(size=(n_users, n_items))
    gamma = special.expit(eta)
    score = 3.0 * eta + 7.0 + rng.normal(size=eta.shape) * 0.3
    conversion = special.expit(-1.5 + 0.5 * rng.normal(size=n_items))
    price = np.round(np.exp(rng.normal(np.log(2000), 0.4, size=n_items)))
    ranked = np.argsort(-(eta + rng.normal(size=eta.shape)), axis=1)[:, :k]
    user = np.repeat(np.arange(n_users), sessions)
    shuffled = rng.random(len(user)) < epsilon
    uniform = rng.random((len(user), n_items)).argpartition(k, axis=1)[:, :k]
    rng.permuted(uniform, axis=1, out=uniform)
    shown = np.where(shuffled[:, None], uniform, ranked[user])
    propensity = (1 - epsilon) * (shown == ranked[user]) + epsilon / n_items
    rows, items = np.repeat(user, k), shown.ravel()
    slot = np.tile(np.arange(k), len(user))
    clicked = rng.random(len(rows)) < theta[slot] * gamma[rows, items]
    ordered = clicked & (rng.random(len(rows)) < conversion[items])
    log = ImpressionLog(
        user_row=rows.astype(np.int32),
        item_row=items.astype(np.int32),
        position=(slot + 1).astype(np.int32),
        propensity=propensity.ravel(),
        clicked=clicked,
        ordered=ordered,
        order_amount_cents=ordered * price[items],
        is_ad=np.zeros(len(rows), dtype=bool),
        viewable=np.full(len(rows), np.nan),
        at=np.arange(len(rows)),
        score=score[rows, items],
    )
    people = People(
        segments=segments_of_users(None, ["light"] * (n_users // 2) + ["heavy"] * (n_users // 2)),
        group=rng.integers(0, N_GROUPS, n_users).astype(np.int32),
        visits=np.full(n_users, float(sessions)),
    )
    goods = Items(
        price_cents=price,
        unit_cost_cents=price * 0.6,
        category=(np.arange(n_items) % 4).astype(np.int32),
    )
    return World(
        log=log,
        people=people,
        items=goods,
        theta=theta,
        gamma=gamma,
        conversion=conversion,
        score=score,
    )


def without_propensities(log: ImpressionLog) -> ImpressionLog:
    return replace(log, propensity=np.full(len(log.at), np.nan))
