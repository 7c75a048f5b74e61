"""What people do in a small world, as the tables that training and valuation read."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.evaluation import frames
from engine.evaluation.arms import ArmLog
from engine.evaluation.memberships import MONTH_SECONDS, MembershipLog
from engine.evaluation.population import PopulationData
from engine.evaluation.reactions import AD_LOAD, MEMBERSHIP_PRICE, PRICE
from engine.evaluation.segments import segments_of_users
from engine.evaluation.usage import Shown, Takings, Users, VisitLog, trailing_window
from engine.evaluation.valuation import Items
from engine.features.frames import LearningData, learning_data
from engine.tensor import Floats
from engine.workbench.counting import Counted
from sample_data.proof.people import (
    BEGIN,
    People,
    Visits,
    draw_stays,
    draw_visits,
    is_paying,
    people_of,
)
from sample_data.proof.world import SEGMENTS, World, is_ad_slot

RETURN_RATE = 0.10
FIRST_SLOT_VIEWABILITY = 0.7


@dataclass(frozen=True, kw_only=True, eq=False)
class Logged:
    """A world's log as the product reads it."""

    counted: Counted
    data: LearningData
    at: int
    """Lists are learned before this moment and valued after it [epoch seconds]."""


def make_log(world: World, weights: Floats) -> Logged:
    """Return the log of a world.

    Parameters
    ----------
    weights : ndarray of shape (B, n_groups)
        Bootstrap weights of user groups.
    """
    everyone = people_of(world)
    stays = draw_stays(world, everyone)
    visits = draw_visits(world, everyone, stays)
    shown = _shown(world, visits, stays)
    people = population_data(world, everyone, visits, stays, weights.shape[1], shown)
    at = BEGIN + int(world.recipe.learning_months * MONTH_SECONDS)
    items = Items(
        price_cents=world.price_cents,
        unit_cost_cents=world.unit_cost_cents,
        category=np.zeros(len(world.price_cents), dtype=np.int32),
    )
    counted = Counted(
        rung=3,
        currency="EUR",
        users=people.users,
        segments=segments_of_users(_names(world.segment), ["regular"] * len(world.segment)),
        items=items,
        population=people,
        shown=shown,
        window=people.window,
        weights=weights,
    )
    return Logged(counted=counted, data=_learning(world, shown), at=at)


def population_data(
    world: World,
    people: People,
    visits: Visits,
    stays: MembershipLog,
    n_groups: int,
    shown: pd.DataFrame | None = None,
) -> PopulationData:
    """Return what a population is counted from; of visits and stays alone without ``shown``."""
    n_users, n_visits = len(people.segment), len(visits.user)
    seconds = int(world.recipe.months * MONTH_SECONDS)
    clicks, orders, amount = np.zeros((3, n_visits))
    if shown is not None:
        clicks = np.bincount(shown["visit"], shown["was_clicked"] & ~shown["is_ad"], n_visits)
        orders = np.bincount(shown["visit"], shown["was_ordered"], n_visits)
        amount = np.bincount(shown["visit"], shown["order_amount_cents"], n_visits)
    return PopulationData(
        users=Users(
            segment=people.segment,
            group=world.stream("groups").integers(0, n_groups, n_users).astype(np.int32),
            first_at=BEGIN + people.signed_up * MONTH_SECONDS,
            counted=np.ones(n_users, dtype=bool),
        ),
        segments=tuple(f"{name} / regular" for name in SEGMENTS),
        visits=VisitLog(
            user_row=visits.user.astype(np.int32),
            started_at=visits.at,
            view_count=visits.other_views + clicks.astype(np.int64),
            order_count=orders.astype(np.int64),
            order_amount_cents=amount.astype(np.int64),
            list_count=visits.has_list.astype(np.int64),
            list_click_count=clicks.astype(np.int64),
        ),
        takings=_takings(world, shown),
        shown=_nothing_shown() if shown is None else frames.shown_of(shown),
        memberships=stays,
        window=trailing_window(float(BEGIN), float(BEGIN + seconds - 1)),
        has_prices=True,
        has_unit_costs=True,
        arms=_arms(people),
    )


def _arms(people: People) -> dict[str, ArmLog]:
    """Return who was drawn into which arm, from the sign-up or the beginning of the log."""
    arms, n_users = people.arms, len(people.segment)
    signed_up = BEGIN + people.signed_up * MONTH_SECONDS
    seen = np.maximum(signed_up, float(BEGIN))
    named = (
        (AD_LOAD, arms.ad_load.astype(np.float64), seen),
        (PRICE, arms.price_ratio, seen),
        (MEMBERSHIP_PRICE, arms.member_price / 100.0, signed_up),
    )
    return {
        name: ArmLog(
            user_row=np.arange(n_users, dtype=np.int32),
            arm=arm,
            started_at=since,
            ended_at=np.full(n_users, np.inf),
        )
        for name, arm, since in named
    }


def _shown(world: World, visits: Visits, stays: MembershipLog) -> pd.DataFrame:
    """Return shown slots with what followed, as the mart of that name."""
    rng, recipe = world.stream("lists"), world.recipe
    visit = np.flatnonzero(visits.has_list)
    user, at = visits.user[visit], visits.at[visit]
    n, k, c = len(visit), recipe.n_slots, recipe.n_candidates
    shuffled = rng.random(n) < recipe.shuffle_share
    order = np.where(shuffled[:, None], rng.random((n, c)).argsort(axis=1), np.arange(c))
    paying = is_paying(stays, user, at, len(world.segment))
    is_ad = is_ad_slot(k)[np.where(paying, 0, world.arms.ad_load[user])]
    rank = np.cumsum(~is_ad, axis=1) - 1
    place = np.take_along_axis(order, np.maximum(rank, 0), axis=1)
    item = np.where(is_ad, -1, world.candidates[user[:, None], place])
    clicked, looking = _clicks(world, rng, user, item)
    order, ratio = world.order[user[:, None], item], world.arms.price_ratio[user][:, None]
    bought = clicked & (rng.random((n, k)) < order * _demand(world, order, ratio))
    seen = looking & (rng.random((n, k)) < FIRST_SLOT_VIEWABILITY * world.examination)
    chance = (1.0 - recipe.shuffle_share) * (place == rank) + recipe.shuffle_share / c
    if recipe.wrong_chances:
        chance *= 1.0 + recipe.wrong_chances * rng.choice([-1.0, 1.0], chance.shape)
    return pd.DataFrame(
        {
            "request_id": np.repeat(visit, k).astype(str),
            "visit": np.repeat(visit, k),
            "user_row": np.repeat(user, k).astype(np.int32),
            "item_row": np.where(is_ad, np.nan, item).ravel(),
            "occurred_at": pd.to_datetime(np.repeat(at, k), unit="s", utc=True),
            "position": np.tile(np.arange(1, k + 1), n),
            "propensity": np.where(is_ad, np.nan, np.minimum(chance, 1.0)).ravel(),
            "policy": "older",
            "is_ad": is_ad.ravel(),
            "viewable": pd.array(np.where(is_ad, seen, np.nan).ravel(), dtype="Float64"),
            "was_clicked": clicked.ravel(),
            "was_ordered": bought.ravel(),
            "order_amount_cents": (bought * np.round(ratio * world.price_cents[item])).ravel(),
        }
    )


def _demand(world: World, order: Floats, ratio: Floats) -> Floats:
    """Return the order probability in an arm over that at the price of the catalogue."""
    power = ratio ** (world.of("reaction.price_elasticity") / (1.0 - order))
    return np.asarray(1.0 / (order + (1.0 - order) * power))


def _clicks(
    world: World, rng: np.random.Generator, user: NDArray[np.int64], item: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return who clicked what, and who was still looking, each of shape (n, K)."""
    clicked, looking = np.zeros((2, *item.shape), dtype=bool)
    here = np.ones(len(item), dtype=bool)
    for slot, examination in enumerate(world.examination):
        looking[:, slot] = here
        click = world.click[user, item[:, slot]] * (item[:, slot] >= 0)
        clicked[:, slot] = here & (rng.random(len(item)) < examination * click)
        if world.recipe.leave_after_click:
            leaves = rng.random(len(item)) < world.recipe.leave_after_click
            here = here & ~(clicked[:, slot] & leaves)
    return clicked, looking


def _takings(world: World, shown: pd.DataFrame | None) -> Takings:
    sold = pd.DataFrame() if shown is None else shown[shown["was_ordered"]]
    if len(sold) == 0:
        empty = np.empty(0, dtype=np.int64)
        none = np.empty(0)
        return Takings(
            user_row=empty.astype(np.int32), at=empty, sales_cents=none, return_cents=none
        )
    amount = sold["order_amount_cents"].to_numpy(np.float64)
    back = world.stream("returns").random(len(sold)) < RETURN_RATE
    return Takings(
        user_row=sold["user_row"].to_numpy(np.int32),
        at=frames.epoch_seconds(sold["occurred_at"]).astype(np.int64),
        sales_cents=amount,
        return_cents=amount * back,
    )


def _nothing_shown() -> Shown:
    empty = np.empty(0, dtype=np.int64)
    return Shown(
        user_row=empty.astype(np.int32),
        at=empty,
        is_ad=empty.astype(bool),
        clicked=empty.astype(bool),
        position=empty.astype(np.int32),
        viewable=np.empty(0),
    )


def _learning(world: World, shown: pd.DataFrame) -> LearningData:
    """Return the clicks and orders of the log as what rankers learn from."""
    parts = [
        shown.loc[shown[column], ["user_row", "item_row", "occurred_at"]].assign(event_type=kind)
        for column, kind in (("was_clicked", "click"), ("was_ordered", "purchase"))
    ]
    interactions = pd.concat(parts, ignore_index=True).assign(event_count=1, rating=np.nan)
    interactions = interactions.rename(columns={"occurred_at": "last_at"})
    n_items = len(world.price_cents)
    items = pd.DataFrame(
        {
            "item_row": np.arange(n_items),
            "category": "",
            "tags": [[]] * n_items,
            "price": world.price_cents / 100.0,
            "published_at": pd.NaT,
        }
    )
    names = _names(world.segment)
    users = pd.DataFrame(
        {"user_row": np.arange(len(names)), "is_bot": False, "segment": names, "country": ""}
    )
    # Orders are too few to learn a list of five from.
    return learning_data(interactions, items, users, ("click",))


def _names(segment: NDArray[np.int32]) -> list[str]:
    return [SEGMENTS[code] for code in segment]
