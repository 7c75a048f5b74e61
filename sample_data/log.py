"""What people do in the sample world: visits, lists, clicks and what follows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.rng import stream
from sample_data import words, world
from sample_data.world import Items, Users, WorldSettings

AD_SLOTS = (3, 6)
"""Slots (1-based) that ads fill, in this order."""

FIRST_SLOT_VIEWABILITY = 0.7


@dataclass(frozen=True, kw_only=True)
class Epoch:
    """What is true during one step of time; matrices have shape (U, I)."""

    number: int
    taste: np.ndarray
    logit: np.ndarray
    is_open: np.ndarray
    served: np.ndarray
    is_member: np.ndarray


def simulate(
    settings: WorldSettings, items: Items, users: Users, member_by_epoch: np.ndarray
) -> tuple[pd.DataFrame, np.ndarray]:
    """Return all events of the log and the list served last, shape (U, C).

    ``member_by_epoch`` has shape (E, U).
    """
    owned = np.zeros((settings.n_users, settings.n_items), dtype=bool)
    parts = []
    for number in range(settings.n_epochs):
        epoch = _epoch(settings, items, users, number, member_by_epoch[number], owned)
        visits = _visits(settings, users, epoch)
        shown, clicks = _lists(settings, users, items, epoch, visits)
        pages = pd.concat([_organic(settings, epoch, visits), clicks], ignore_index=True)
        parts += [shown, *_after(settings, items, users, epoch, pages, owned)]
        parts.append(_searches(settings, items, epoch, visits))
    return pd.concat(parts, ignore_index=True), epoch.served


def served_lists(
    settings: WorldSettings, items: Items, taste: np.ndarray, logit: np.ndarray, epoch: int
) -> np.ndarray:
    """Return the candidates of the older recommender in its order, shape (U, C).

    It knows what sells and a little of what each user likes, behind much noise. Its errors
    last: a recommender that is trained anew on the same data is wrong about the same people.
    """
    rng = stream(settings.seed, "served")
    coarse = logit - 0.65 * taste + rng.normal(0, 0.8, taste.shape)
    coarse[:, items.members_only] = -np.inf
    coarse[:, items.published_day > epoch * settings.epoch_days] = -np.inf
    return np.argsort(-coarse, axis=1, kind="stable")[:, : settings.n_candidates]


def _epoch(
    settings: WorldSettings,
    items: Items,
    users: Users,
    number: int,
    is_member: np.ndarray,
    owned: np.ndarray,
) -> Epoch:
    taste = world.taste_score(users, items, number, settings)
    logit = settings.base_logit + taste + world.common_appeal(items, number, settings)
    published = items.published_day <= number * settings.epoch_days
    consumable = np.isin(np.array(words.CATEGORIES)[items.category], words.CONSUMABLES)
    allowed = published & (is_member[:, None] | ~items.members_only)
    return Epoch(
        number=number,
        taste=taste,
        logit=logit,
        is_open=allowed & (~owned | consumable),
        served=served_lists(settings, items, taste, logit, number),
        is_member=is_member,
    )


def _visits(settings: WorldSettings, users: Users, epoch: Epoch) -> pd.DataFrame:
    """One row per visit: user, start in seconds, whether it shows a list."""
    rng = stream(settings.seed, "visits", epoch.number)
    month = (epoch.number + 0.5) * settings.epoch_days / 30
    felt = 1 - np.exp(-month / settings.ad_ramp_months)
    ads = np.where(epoch.is_member, 0, users.ad_load)
    rate = users.visit_rate / settings.n_epochs * np.exp(-settings.ad_annoyance * (ads - 1) * felt)
    here = users.signed_up_day <= epoch.number * settings.epoch_days
    user = np.repeat(np.arange(settings.n_users), rng.poisson(rate * here))
    day = epoch.number * settings.epoch_days + rng.integers(0, settings.epoch_days, user.size)
    evening = np.clip(rng.normal(19.5, 2.2, user.size), 7, 23.2)
    hour = np.where(rng.random(user.size) < 0.6, evening, rng.uniform(7, 22, user.size))
    start = settings.starts_at + day * 86_400 + (hour * 3600).astype(np.int64)
    lists = (rng.random(user.size) < settings.list_share) & ~users.is_holdout[user]
    return pd.DataFrame(
        {
            "user": user,
            "at": start,
            "session": epoch.number * 1_000_000 + np.arange(user.size),
            "has_list": lists,
        }
    )


def _lists(
    settings: WorldSettings, users: Users, items: Items, epoch: Epoch, visits: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return shown slots with their clicks, and the item pages opened by organic clicks."""
    rng = stream(settings.seed, "lists", epoch.number)
    asked = visits[visits["has_list"]]
    user = asked["user"].to_numpy()
    n, k, c = user.size, settings.n_slots, settings.n_candidates
    served = epoch.served[user]
    shuffled = rng.random(n) < settings.shuffle_share
    order = np.where(shuffled[:, None], rng.random((n, c)).argsort(axis=1), np.arange(c))
    ads = np.where(epoch.is_member[user], 0, users.ad_load[user])
    is_ad = np.zeros((n, k), dtype=bool)
    for number, slot in enumerate(AD_SLOTS):
        is_ad[:, slot - 1] = ads > number
    rank = np.arange(k) - np.cumsum(is_ad, axis=1) + is_ad
    place = np.take_along_axis(order, rank, axis=1)
    sponsored = np.flatnonzero(~np.isnan(items.sponsored_bid) & (items.published_day < 0))
    # Two ads of one request differ, so that no two shown slots are the same row.
    advert = sponsored[
        (rng.integers(0, sponsored.size, n)[:, None] + np.arange(k)) % sponsored.size
    ]
    item = np.where(is_ad, advert, np.take_along_axis(served, place, axis=1))
    theta = world.examination(settings)
    gamma = world.logistic(epoch.logit[user[:, None], item])
    clicked = rng.random((n, k)) < theta * gamma * np.where(is_ad, 0.3, 1.0)
    share = settings.shuffle_share
    chance = np.where(place == rank, 1 - share, 0.0) + share / c
    shown = pd.DataFrame(
        {
            "user": np.repeat(user, k),
            "item": item.ravel(),
            "at": np.repeat(asked["at"].to_numpy() + 4, k),
            "session": np.repeat(asked["session"].to_numpy(), k),
            "type": "impression",
            "position": np.tile(np.arange(1, k + 1), n),
            "propensity": np.where(is_ad, np.nan, np.round(chance, 6)).ravel(),
            "is_ad": is_ad.ravel(),
            "viewable": rng.random(n * k) < FIRST_SLOT_VIEWABILITY * np.tile(theta, n),
        }
    )
    return _with_clicks(rng, shown, clicked.ravel())


def _with_clicks(
    rng: np.random.Generator, shown: pd.DataFrame, clicked: np.ndarray
) -> tuple[pd.DataFrame, pd.DataFrame]:
    clicks = shown[clicked].drop(columns=["propensity", "viewable"])
    clicks = clicks.assign(
        at=clicks["at"] + rng.integers(3, 90, len(clicks)),
        type=np.where(clicks["is_ad"], "ad_click", "click"),
    )
    pages = clicks.loc[~clicks["is_ad"], ["user", "item", "at", "session"]]
    return pd.concat([shown, clicks], ignore_index=True), pages.assign(at=pages["at"] + 1)


def _organic(settings: WorldSettings, epoch: Epoch, visits: pd.DataFrame) -> pd.DataFrame:
    """Item pages that were found without a list, chosen by taste without replacement."""
    rng = stream(settings.seed, "organic", epoch.number)
    count = rng.poisson(settings.views_per_visit, len(visits))
    row = np.repeat(np.arange(len(visits)), count)
    user = visits["user"].to_numpy()[row]
    want = np.where(epoch.is_open, epoch.logit, -np.inf) + rng.gumbel(0, 1, epoch.logit.shape)
    order = np.argsort(-want, axis=1, kind="stable")[:, :100]
    number = pd.Series(user).groupby(user).cumcount().to_numpy()
    kept = number < order.shape[1]
    return pd.DataFrame(
        {
            "user": user[kept],
            "item": order[user[kept], number[kept]],
            "at": visits["at"].to_numpy()[row][kept] + rng.integers(100, 1500, kept.sum()),
            "session": visits["session"].to_numpy()[row][kept],
        }
    )


def _after(
    settings: WorldSettings,
    items: Items,
    users: Users,
    epoch: Epoch,
    pages: pd.DataFrame,
    owned: np.ndarray,
) -> list[pd.DataFrame]:
    """Return what follows on opened item pages; marks what is bought in ``owned``."""
    rng = stream(settings.seed, "after", epoch.number)
    user, item = pages["user"].to_numpy(), pages["item"].to_numpy()
    taste = epoch.taste[user, item]
    views = pages.assign(type="view", dwell_seconds=rng.integers(5, 240, len(pages)).astype(float))
    media = np.isin(np.array(words.CATEGORIES)[items.category[item]], words.MEDIA)
    plays = _some(
        rng, pages, media & (rng.random(len(pages)) < world.logistic(taste - 0.5)), "play"
    )
    likes = _some(rng, pages, rng.random(len(pages)) < 0.12 * world.logistic(taste), "like")
    ratio = users.price_ratio[user]
    chance = world.logistic(settings.order_logit + settings.order_taste * taste)
    bought = rng.random(len(pages)) < np.minimum(1, chance * ratio**-settings.price_elasticity)
    bought &= epoch.is_open[user, item] & ~pages.duplicated(["user", "item"]).to_numpy()
    carts = _some(rng, pages, bought | (rng.random(len(pages)) < 0.05), "cart")
    orders = _some(rng, pages, bought, "purchase")
    orders["at"] += 200
    orders["quantity"] = 1.0 + rng.poisson(0.15, len(orders))
    orders["unit_price"] = np.round(items.price[item[bought]] * ratio[bought], 2)
    owned[user[bought], item[bought]] = True
    return [
        views,
        plays,
        likes,
        carts,
        orders,
        *_later(settings, items, rng, orders, taste[bought]),
    ]


def _later(
    settings: WorldSettings,
    items: Items,
    rng: np.random.Generator,
    orders: pd.DataFrame,
    taste: np.ndarray,
) -> list[pd.DataFrame]:
    """Returns, ratings and comments that follow orders by days."""
    n = len(orders)
    wait = rng.integers(1 * 86_400, 10 * 86_400, n)
    bare = orders.drop(columns=["quantity", "unit_price", "session"]).assign(at=orders["at"] + wait)
    sent_back = rng.random(n) < settings.return_rate
    returns = orders[sent_back].assign(at=bare["at"][sent_back], type="return")
    stars = np.clip(np.round(3.6 + 0.45 * taste + rng.normal(0, 0.8, n)), 1, 5)
    rated = ~sent_back & (rng.random(n) < 0.4)
    ratings = bare[rated].assign(type="rating", rating=stars[rated])
    wrote = rated & (rng.random(n) < 0.35)
    texts = [
        words.comment(
            rng,
            words.CATEGORIES[items.category[row]],
            items.tags[row][2],
            liked=bool(star >= 4),
        )
        for row, star in zip(bare["item"][wrote], stars[wrote], strict=True)
    ]
    comments = bare[wrote].assign(type="comment", text=texts, at=bare["at"][wrote] + 30)
    return [returns, ratings, comments]


def _searches(
    settings: WorldSettings, items: Items, epoch: Epoch, visits: pd.DataFrame
) -> pd.DataFrame:
    """People search for a tag of something they would like."""
    rng = stream(settings.seed, "searches", epoch.number)
    asked = visits[rng.random(len(visits)) < 0.22]
    user = asked["user"].to_numpy()
    want = epoch.logit[user] + rng.gumbel(0, 1, (user.size, settings.n_items))
    item = want.argmax(axis=1)
    query = [items.tags[row][int(rng.integers(3))] for row in item]
    return pd.DataFrame(
        {
            "user": user,
            "at": asked["at"].to_numpy() + 60,
            "session": asked["session"].to_numpy(),
            "type": "search",
            "query": query,
        }
    )


def _some(
    rng: np.random.Generator, pages: pd.DataFrame, chosen: np.ndarray, event_type: str
) -> pd.DataFrame:
    part = pages[chosen]
    return part.assign(type=event_type, at=part["at"] + rng.integers(5, 180, len(part)))
