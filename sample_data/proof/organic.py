"""Worlds without any list: what people buy by themselves, and what lists would bring them.

The log holds page views and orders alone. Lists are learned from its earlier part and judged
by what people bought new in the later one, which is all that a shop without impressions has.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from engine.evaluation import frames
from engine.evaluation.counted_base import count_base
from engine.evaluation.hits import RANK_EXPONENT, RankedPairs, hit_rates, hit_ratio
from engine.evaluation.memberships import MONTH_SECONDS
from engine.evaluation.rung_zero import (
    CAUSAL_WEIGHT,
    CLICK_SHARE_SPREAD,
    RungZeroInputs,
    RungZeroSettings,
    assume,
    value_rung_zero,
)
from engine.evaluation.splits import split_at, time_before_last
from engine.evaluation.usage import Takings, Users, VisitLog, Window
from engine.evaluation.weights import bootstrap_weights
from engine.features.frames import LearningData, learning_data
from engine.features.interactions import popularity
from engine.progress import silent
from engine.ranking.settings import settings_for
from engine.ranking.two_stage import FittedRanker, fit, recommend_each
from engine.rng import stream
from engine.tensor import Floats
from engine.workbench.learning import pairs_of
from sample_data.proof.people import BEGIN

POLICIES = ("ranked", "popularity")
HELD_SHARE = 0.2
PLACES = 10
N_GROUPS, N_DRAWS = 512, 512


@dataclass(frozen=True, kw_only=True)
class OrganicRecipe:
    """Sizes of a world without lists."""

    n_users: int = 1_000
    n_items: int = 200
    n_factors: int = 6
    months: float = 6.0
    views_per_visit: float = 3.0


@dataclass(frozen=True, kw_only=True, eq=False)
class OrganicWorld:
    """What is true; U users, I items."""

    recipe: OrganicRecipe
    seed: int
    visits_a_month: Floats
    """Of shape (U,)."""
    click: Floats
    """P(click | looked at on a list), of shape (U, I)."""
    awareness: Floats
    """How easily an item is met without a list, of shape (I,)."""
    order: Floats
    """P(order | page of the item), of shape (U, I)."""
    price_cents: Floats


@dataclass(frozen=True, kw_only=True)
class OrganicJudged:
    """The range under assumptions of one world, beside what is true."""

    seed: int
    true_ratio: float
    """Clicks of the ranked lists over those of popularity (R)."""
    hit_ratio: float
    true_gain_cents: float
    """Incremental money a month of ranked lists instead of popularity."""
    low: float
    middle: float
    high: float
    """Ends and middle of the range, which says to hold 80 %."""

    @property
    def is_held(self) -> bool:
        """Return whether the range holds the truth."""
        return self.low <= self.true_gain_cents <= self.high

    @property
    def is_sign_right(self) -> bool:
        """Return whether hits tell which lists are better."""
        return (self.hit_ratio > 1.0) == (self.true_ratio > 1.0)


def draw_organic(seed: int, recipe: OrganicRecipe) -> OrganicWorld:
    """Return the world of a seed."""
    rng = stream(seed, "proof", "organic")
    n, m, d = recipe.n_users, recipe.n_items, recipe.n_factors
    fit_of = rng.normal(0.0, 1.6, (n, d)) @ (rng.normal(size=(m, d)) / np.sqrt(d)).T
    logit = rng.normal(-2.8, 0.2) + fit_of + rng.normal(0.0, 0.8, m)
    return OrganicWorld(
        recipe=recipe,
        seed=seed,
        visits_a_month=rng.gamma(1.5, rng.uniform(3.0, 6.0) / 1.5, n),
        click=special.expit(logit),
        awareness=np.exp(rng.normal(0.0, 0.7, m)),
        order=special.expit(rng.normal(-2.2, 0.2) + 0.3 * fit_of),
        price_cents=100.0 * np.exp(rng.normal(np.log(20.0), 0.5, m)),
    )


def judge_organic(seed: int, recipe: OrganicRecipe | None = None) -> OrganicJudged:
    """Return what the product says of a world without lists, and the truth."""
    world = draw_organic(seed, recipe or OrganicRecipe())
    views = _views(world)
    data = _learning(world, views)
    at = time_before_last(data.log, HELD_SHARE)
    held = fit(
        data.log, data.items, data.users, settings_for("quick"),
        until=at, seed=seed, threads=1, progress=silent,
    )  # fmt: skip
    weights = bootstrap_weights(seed, N_GROUPS, N_DRAWS)
    users = _users(world)
    lists = _lists(held, len(users.group))
    split = split_at(data.log, at)
    hits = hit_rates(lists, split.test, popularity(split.train), len(users.group), PLACES)
    ratio = hit_ratio(hits, *POLICIES, users.group, weights)
    base = _base(world, views, users, ratio, weights)
    settings = RungZeroSettings()
    found = value_rung_zero(base, assume(settings, seed, N_DRAWS), settings)
    if found.gain is None:
        raise ValueError("a world without prices")
    true_ratio = _clicks(world, lists["ranked"]) / _clicks(world, lists["popularity"])
    return OrganicJudged(
        seed=seed,
        true_ratio=true_ratio,
        hit_ratio=float(np.median(ratio)),
        true_gain_cents=_true_gain(world, base, true_ratio),
        low=found.gain.p10,
        middle=found.gain.p50,
        high=found.gain.p90,
    )


def _views(world: OrganicWorld) -> pd.DataFrame:
    """Return one row per item page, with the visit it belongs to and whether it was bought."""
    rng, recipe = stream(world.seed, "proof", "organic", "log"), world.recipe
    user = np.repeat(np.arange(recipe.n_users), rng.poisson(world.visits_a_month * recipe.months))
    at = BEGIN + rng.integers(0, int(recipe.months * MONTH_SECONDS), len(user))
    pages = 1 + rng.poisson(recipe.views_per_visit - 1.0, len(user))
    visit = np.repeat(np.arange(len(user)), pages)
    chance = np.cumsum(world.click * world.awareness, axis=1)
    chance /= chance[:, -1:]
    who = user[visit]
    item = (rng.random(len(visit))[:, None] > chance[who]).sum(axis=1)
    return pd.DataFrame(
        {
            "visit": visit,
            "user_row": who.astype(np.int32),
            "item_row": item.astype(np.int32),
            "at": at[visit],
            "is_bought": rng.random(len(visit)) < world.order[who, item],
        }
    )


def _learning(world: OrganicWorld, views: pd.DataFrame) -> LearningData:
    kinds = [
        views.assign(event_type="view"),
        views[views["is_bought"]].assign(event_type="purchase"),
    ]
    interactions = pd.concat(kinds, ignore_index=True).assign(event_count=1, rating=np.nan)
    interactions["last_at"] = pd.to_datetime(interactions["at"], unit="s", utc=True)
    n_users, n_items = world.click.shape
    items = pd.DataFrame(
        {
            "item_row": np.arange(n_items),
            "category": "",
            "tags": [[]] * n_items,
            "price": world.price_cents / frames.CENTS,
            "published_at": pd.NaT,
        }
    )
    users = pd.DataFrame(
        {"user_row": np.arange(n_users), "is_bot": False, "segment": "", "country": ""}
    )
    return learning_data(interactions, items, users)


def _users(world: OrganicWorld) -> Users:
    n_users = len(world.click)
    rng = stream(world.seed, "proof", "organic", "groups")
    return Users(
        segment=np.zeros(n_users, dtype=np.int32),
        group=rng.integers(0, N_GROUPS, n_users).astype(np.int32),
        first_at=np.full(n_users, BEGIN - 1e8),
        counted=np.ones(n_users, dtype=bool),
    )


def _lists(held: FittedRanker, n_users: int) -> dict[str, RankedPairs]:
    made = recommend_each(held, POLICIES, np.arange(n_users), PLACES)
    return {policy: pairs_of(lists) for policy, lists in made.items()}


def _base(
    world: OrganicWorld, views: pd.DataFrame, users: Users, ratio: Floats, weights: Floats
) -> RungZeroInputs:
    """Return the counted base of the log."""
    amount = views["is_bought"] * world.price_cents[views["item_row"]]
    visits = (
        views.assign(amount=amount)
        .groupby("visit")
        .agg(user=("user_row", "first"), at=("at", "first"), views=("at", "size"),
             orders=("is_bought", "sum"), amount=("amount", "sum"))
    )  # fmt: skip
    nothing = np.zeros(len(visits), dtype=np.int64)
    sold = views[views["is_bought"]]
    end = BEGIN + world.recipe.months * MONTH_SECONDS
    return count_base(
        VisitLog(
            user_row=visits["user"].to_numpy(np.int32),
            started_at=visits["at"].to_numpy(np.int64),
            view_count=visits["views"].to_numpy(np.int64),
            order_count=visits["orders"].to_numpy(np.int64),
            order_amount_cents=visits["amount"].to_numpy().astype(np.int64),
            list_count=nothing,
            list_click_count=nothing,
        ),
        Takings(
            user_row=sold["user_row"].to_numpy(np.int32),
            at=sold["at"].to_numpy(np.int64),
            sales_cents=amount[views["is_bought"]].to_numpy(np.float64),
            return_cents=np.zeros(len(sold)),
        ),
        users,
        Window(begin=end - 3 * MONTH_SECONDS, end=end, log_begin=float(BEGIN)),
        hit_ratio=ratio,
        weights=weights,
    )


def _clicks(world: OrganicWorld, lists: RankedPairs) -> float:
    """Return the clicks that lists would get, users by their visits."""
    looked = lists.rank.astype(np.float64) ** RANK_EXPONENT
    click = world.click[lists.user_row, lists.item_row]
    return float((looked * click * world.visits_a_month[lists.user_row]).sum())


def _true_gain(world: OrganicWorld, base: RungZeroInputs, ratio: float) -> float:
    """Return the money that lists bring beyond popularity, by what is true [cents a month].

    The share of visits with a click and the causal share are the world's own, drawn from
    what is assumed of them; how many buy after a click is what is true of its people.
    """
    rng = stream(world.seed, "proof", "organic", "assumed")
    settings = RungZeroSettings()
    clicked = settings.click_share * np.exp(CLICK_SHARE_SPREAD * rng.normal())
    weight = settings.causal_share * CAUSAL_WEIGHT, (1.0 - settings.causal_share) * CAUSAL_WEIGHT
    causal = float(rng.beta(*weight))
    likely = world.click * world.awareness * world.visits_a_month[:, None]
    order = float((likely * world.order).sum() / likely.sum())
    value = float((likely * world.order * world.price_cents).sum() / (likely * world.order).sum())
    visits = float(world.visits_a_month.sum())
    return visits * min(clicked, 1.0) * order * value * (1.0 - 1.0 / ratio) * causal
