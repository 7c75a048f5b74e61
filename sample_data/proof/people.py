"""When people of a small world come, join and leave, under the arms they were drawn into."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.business.ads import REFERENCE_SLOTS
from engine.evaluation.memberships import MONTH_SECONDS, MembershipLog
from sample_data.proof.world import (
    PRICE_CENTS,
    SOUTH_SHARE,
    VISIT_SHAPE,
    Arms,
    Floats,
    World,
    draw_arms,
)

BEGIN = 1_767_225_600
"""First second of every log: 1 January 2026."""

OTHER_VIEWS = 2.0
"""Item pages of a visit that no list led to, in the mean."""

OLDEST_MONTHS = 24.0
"""Months before the log in which the first of its users signed up."""

TRIAL_MONTHS = 7 * 86_400.0 / MONTH_SECONDS


@dataclass(frozen=True, kw_only=True, eq=False)
class People:
    """Some people of a world; arrays of shape (n_users,)."""

    name: str
    """What their random numbers are keyed by."""
    segment: NDArray[np.int32]
    visits_a_month: Floats
    signed_up: Floats
    """Months since the log began; below zero before it."""
    arms: Arms


@dataclass(frozen=True, kw_only=True, eq=False)
class Visits:
    """One entry per visit, in the order of time within a user."""

    user: NDArray[np.int64]
    at: NDArray[np.int64]
    has_list: NDArray[np.bool_]
    other_views: NDArray[np.int64]


def people_of(world: World) -> People:
    """Return the people of the log."""
    return People(
        name="log",
        segment=world.segment,
        visits_a_month=world.visits_a_month,
        signed_up=_sign_ups(world, "log", len(world.segment)),
        arms=world.arms,
    )


def panel_of(world: World, n_users: int) -> People:
    """Return other people that such users are drawn from."""
    rng = world.stream("panel")
    return People(
        name="panel",
        segment=(rng.random(n_users) < SOUTH_SHARE).astype(np.int32),
        visits_a_month=rng.gamma(VISIT_SHAPE, world.mean_visits / VISIT_SHAPE, n_users),
        signed_up=_sign_ups(world, "panel", n_users),
        arms=draw_arms(rng, n_users),
    )


def _sign_ups(world: World, name: str, n_users: int) -> Floats:
    return world.stream("sign-ups", name).uniform(-OLDEST_MONTHS, world.recipe.months, n_users)


def ramp(world: World, month: Floats) -> Floats:
    """Return how much of a long-run reaction has come, months after the arms began."""
    return np.asarray(-np.expm1(-np.maximum(month, 0.0) / world.of("reaction.ramp_months")))


def extra_ads(world: World, people: People) -> Floats:
    """Return ads above the mean, in slots of a list of ten, of shape (n_users,)."""
    return np.asarray((people.arms.ad_load - 1.0) * REFERENCE_SLOTS / world.recipe.n_slots)


def draw_visits(world: World, people: People, stays: MembershipLog) -> Visits:
    """Return visits after the sign-up; ads of those who see them keep some away."""
    rng, months, n = world.stream("visits", people.name), world.recipe.months, len(people.segment)
    loss = world.of("reaction.use_loss_per_ad") * extra_ads(world, people)
    most = np.exp(np.abs(loss).max())
    user = np.repeat(np.arange(n), rng.poisson(people.visits_a_month * months * most))
    moment = np.sort(rng.uniform(0.0, months, len(user)))
    rng.shuffle(user)
    at = BEGIN + (moment * MONTH_SECONDS).astype(np.int64)
    sees = ~is_paying(stays, user, at, n)
    kept = rng.random(len(user)) < np.exp(-loss[user] * ramp(world, moment) * sees) / most
    kept &= moment > people.signed_up[user]
    return Visits(
        user=user[kept],
        at=at[kept],
        has_list=rng.random(int(kept.sum())) < world.recipe.list_share,
        other_views=rng.poisson(OTHER_VIEWS, int(kept.sum())),
    )


def starting_chance(world: World, people: People, month: int) -> Floats:
    """Return the chance that each user, if free, starts a trial in a month.

    It falls with the age of the account: the willing leave first.
    """
    a, b = world.joining
    age, price = np.maximum(month - people.signed_up, 0.0), people.arms.member_price / PRICE_CENTS
    odds = a / (b + age) * price ** -world.of("reaction.membership_elasticity")
    slope = world.of("reaction.upgrade_per_ad") * extra_ads(world, people)
    odds = odds * np.exp(slope * ramp(world, np.array(month + 0.5)))
    return np.asarray(odds / (1.0 + odds))


def draw_stays(world: World, people: People) -> MembershipLog:
    """Return trials, and the one paid stay of each user who joined before the log ended."""
    rng, n = world.stream("members", people.name), len(people.segment)
    joined, left = np.full((2, n), np.inf)
    tried: list[tuple[NDArray[np.int64], Floats]] = []
    for month in range(-int(OLDEST_MONTHS), int(np.ceil(world.recipe.months))):
        moment = month + rng.random(n)
        free = np.isinf(joined) & (moment > people.signed_up)
        starts = free & (rng.random(n) < starting_chance(world, people, month))
        tried.append((np.flatnonzero(starts), moment[starts]))
        pays = starts & (rng.random(n) < world.trial_to_paid)
        _renew(world, rng, people, (joined, left), month)
        joined[pays] = moment[pays] + TRIAL_MONTHS
    return _rows(world, people, tried, joined, left)


def _renew(
    world: World,
    rng: np.random.Generator,
    people: People,
    stay: tuple[Floats, Floats],
    month: int,
) -> None:
    """Let members leave at the renewals of a month; ``stay`` is when they joined and left."""
    joined, left = stay
    renewal = np.floor(month + 1 - joined)
    alpha, beta = world.churn
    price = people.arms.member_price / PRICE_CENTS
    odds = alpha / (beta + np.maximum(renewal, 1.0) - 1.0)
    odds = odds * price ** world.of("reaction.churn_per_price")
    leaves = (renewal >= 1.0) & np.isinf(left) & (rng.random(len(odds)) < odds / (1.0 + odds))
    left[leaves] = joined[leaves] + renewal[leaves]


def _rows(
    world: World,
    people: People,
    tried: list[tuple[NDArray[np.int64], Floats]],
    joined: Floats,
    left: Floats,
) -> MembershipLog:
    end = world.recipe.months
    user = np.concatenate([users for users, _ in tried])
    began = np.concatenate([moments for _, moments in tried])
    paid = np.flatnonzero(joined < end)
    over = np.concatenate([began + TRIAL_MONTHS, left[paid]])
    return MembershipLog(
        user_row=np.concatenate([user, paid]).astype(np.int32),
        started_at=BEGIN + np.concatenate([began, joined[paid]]) * MONTH_SECONDS,
        ended_at=np.where(over < end, BEGIN + over * MONTH_SECONDS, np.nan),
        price_cents=np.concatenate([np.zeros(len(user)), people.arms.member_price[paid]]),
        is_trial=np.arange(len(user) + len(paid)) < len(user),
    )


def is_paying(
    stays: MembershipLog, user: NDArray[np.int64], at: NDArray[np.int64], n_users: int
) -> NDArray[np.bool_]:
    """Return whether each user is a member at a moment; one paid stay a user."""
    start, end, paid = np.full(n_users, np.inf), np.full(n_users, np.inf), ~stays.is_trial
    start[stays.user_row[paid]] = stays.started_at[paid]
    end[stays.user_row[paid]] = np.where(np.isnan(stays.ended_at), np.inf, stays.ended_at)[paid]
    return np.asarray((start[user] <= at) & (at < end[user]))
