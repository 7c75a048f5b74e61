"""Who lives in the sample world: settings, items, users and their true taste."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from engine.rng import stream
from sample_data import words

SEGMENTS = ("students", "families", "professionals", "retired")
COUNTRIES = ("DE", "FR", "NL", "ES", "IE")


@dataclass(frozen=True, kw_only=True)
class WorldSettings:
    """Everything that defines a world beside its seed."""

    seed: int = 20260301
    """The one number from which all streams are keyed."""

    n_users: int = 3_200
    """Users, signed up before or during the log."""

    n_items: int = 640
    """Items, published before or during the log."""

    starts_on: str = "2026-03-01"
    """First day of the log, UTC."""

    n_epochs: int = 8
    """Steps of time; taste, trends and the served lists change between them."""

    epoch_days: int = 15
    """Length of a step, days."""

    n_factors: int = 8
    """Dimension of the latent taste."""

    taste: float = 1.5
    """Standard deviation of z_u·y_i on the logit scale."""

    base_logit: float = -2.9
    """Logit of the click probability of an average examined item."""

    novelty: float = 1.2
    """Logit bonus of an item on the day it is published."""

    novelty_days: float = 15.0
    """Time after which that bonus has fallen to 1/e, days."""

    n_slots: int = 10
    """Slots of a list."""

    n_candidates: int = 20
    """Candidates the served list is shuffled from."""

    shuffle_share: float = 0.25
    """Probability that a request shows a uniform permutation of the candidates."""

    position_decay: float = 0.8
    """Exponent of the examination probability, θ_k = k^-decay."""

    order_logit: float = -2.1
    """Logit of P(order | item page) of an average item."""

    order_taste: float = 0.3
    """Slope of that logit in z_u·y_i."""

    price_elasticity: float = 1.8
    """Orders are multiplied by price ratio^-elasticity."""

    return_rate: float = 0.09
    """Probability that an order is sent back."""

    visits_per_user: float = 12.0
    """Mean visits of a user in the whole log; gamma with shape 1.5 over users."""

    views_per_visit: float = 3.2
    """Mean item pages of a visit that were not reached through a list."""

    list_share: float = 0.68
    """Share of visits that show a list."""

    ad_annoyance: float = 0.03
    """Log points of visits lost per ad slot once the effect is complete."""

    ad_ramp_months: float = 2.5
    """Time constant of that effect, months."""

    holdout_share: float = 0.05
    """Share of users who never see a list."""

    churn_alpha: float = 0.8
    """Shifted-beta-geometric churn, first parameter."""

    churn_beta: float = 5.0
    """Shifted-beta-geometric churn, second parameter."""

    @property
    def n_days(self) -> int:
        """Length of the log, days."""
        return self.n_epochs * self.epoch_days

    @property
    def starts_at(self) -> int:
        """First second of the log, Unix time."""
        day = dt.date.fromisoformat(self.starts_on)
        return int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp())


@dataclass(frozen=True, kw_only=True)
class Items:
    """The catalogue, one entry per item row; money in euros."""

    category: np.ndarray
    tags: list[tuple[str, ...]]
    title: list[str]
    price: np.ndarray
    unit_cost: np.ndarray
    stock: np.ndarray
    sponsored_bid: np.ndarray
    members_only: np.ndarray
    published_day: np.ndarray
    vector: np.ndarray
    appeal: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Users:
    """The people, one entry per user row; ``taste_*`` have shape (U, d)."""

    segment: np.ndarray
    country: np.ndarray
    signed_up_day: np.ndarray
    visit_rate: np.ndarray
    taste_first: np.ndarray
    taste_last: np.ndarray
    price_ratio: np.ndarray
    ad_load: np.ndarray
    member_price: np.ndarray
    is_holdout: np.ndarray


def draw_items(settings: WorldSettings) -> Items:
    """Draw the catalogue; tags and category point where the latent vector points."""
    rng = stream(settings.seed, "items")
    n, d = settings.n_items, settings.n_factors
    category = rng.permutation(np.arange(n) % len(words.CATEGORIES))
    names = tuple(words.CATEGORIES[code] for code in category)
    tags = [_draw_tags(rng, name) for name in names]
    price = _prices(rng, category)
    bid = np.where(rng.random(n) < 0.2, np.round(rng.uniform(0.08, 0.6, n), 2), np.nan)
    return Items(
        category=category,
        tags=tags,
        title=words.titles(rng, names),
        price=price,
        unit_cost=np.round(price * (1 - rng.beta(8, 16, n)), 2),
        stock=rng.integers(5, 400, n),
        sponsored_bid=bid,
        members_only=rng.random(n) < 0.05,
        published_day=np.where(
            rng.random(n) < 0.65,
            -rng.integers(20, 900, n),
            rng.integers(0, settings.n_days - 5, n),
        ),
        vector=_item_vectors(rng, category, tags, d),
        appeal=_appeal(rng, settings),
    )


def draw_users(settings: WorldSettings) -> Users:
    """Draw the people; taste drifts from ``taste_first`` to ``taste_last``."""
    rng = stream(settings.seed, "users")
    n, d = settings.n_users, settings.n_factors
    segment = rng.choice(len(SEGMENTS), n, p=[0.3, 0.3, 0.25, 0.15])
    centre = rng.normal(0, 0.45, (len(SEGMENTS), d))
    first = (centre[segment] + rng.normal(0, 1.0, (n, d))) * settings.taste
    fresh = (centre[segment] + rng.normal(0, 1.0, (n, d))) * settings.taste
    pace = np.array([0.9, 1.0, 1.2, 0.85])[segment]
    return Users(
        segment=segment,
        country=rng.choice(len(COUNTRIES), n, p=[0.4, 0.25, 0.15, 0.12, 0.08]),
        signed_up_day=np.where(
            rng.random(n) < 0.8, -rng.integers(1, 900, n), rng.integers(0, settings.n_days - 20, n)
        ),
        visit_rate=rng.gamma(1.5, settings.visits_per_user / 1.5, n) * pace,
        taste_first=np.round(first, 3),
        taste_last=np.round(0.8 * first + 0.6 * fresh, 3),
        price_ratio=rng.choice([0.9, 1.0, 1.1], n, p=[0.2, 0.6, 0.2]),
        ad_load=rng.integers(0, 3, n),
        member_price=rng.choice([4.0, 5.0, 6.25], n),
        is_holdout=rng.random(n) < settings.holdout_share,
    )


def taste_score(users: Users, items: Items, epoch: float, settings: WorldSettings) -> np.ndarray:
    """Return z_u·y_i at an epoch, shape (U, I), logit points."""
    share = epoch / max(settings.n_epochs - 1, 1)
    taste = (1 - share) * users.taste_first + share * users.taste_last
    # A matrix product may differ in the last bit between BLAS builds; rounding hides that.
    return np.round(taste @ items.vector.T, 6)


def common_appeal(items: Items, epoch: int, settings: WorldSettings) -> np.ndarray:
    """Return trend plus novelty of each item at an epoch, shape (I,), logit points."""
    age = (epoch + 0.5) * settings.epoch_days - items.published_day
    fresh = settings.novelty * np.exp(-np.maximum(age, 0) / settings.novelty_days)
    return np.round(items.appeal[epoch] + fresh, 6)


def examination(settings: WorldSettings) -> np.ndarray:
    """Return θ, the probability that a slot is looked at relative to slot 1, shape (K,)."""
    return np.round(np.arange(1, settings.n_slots + 1) ** -settings.position_decay, 6)


def logistic(logit: np.ndarray) -> np.ndarray:
    """Return 1/(1+e^-x)."""
    return 1 / (1 + np.exp(-logit))


def _draw_tags(rng: np.random.Generator, category: str) -> tuple[str, ...]:
    shared = rng.choice(len(words.SHARED_TAGS), 2, replace=False)
    own = words.OWN_TAGS[category][int(rng.integers(3))]
    return (words.SHARED_TAGS[shared[0]], words.SHARED_TAGS[shared[1]], own)


def _prices(rng: np.random.Generator, category: np.ndarray) -> np.ndarray:
    centre = np.array([15, 13, 32, 14, 11, 9, 28, 22])[category]
    return np.maximum(np.round(centre * np.exp(rng.normal(0, 0.4, category.size)), 1) - 0.01, 1.99)


def _item_vectors(
    rng: np.random.Generator, category: np.ndarray, tags: list[tuple[str, ...]], d: int
) -> np.ndarray:
    of_category = rng.normal(0, 1 / np.sqrt(d), (len(words.CATEGORIES), d))
    of_tag = dict(zip(words.TAGS, rng.normal(0, 1 / np.sqrt(d), (len(words.TAGS), d)), strict=True))
    tagged = np.array([sum(of_tag[tag] for tag in own) for own in tags]) / np.sqrt(3)
    own = rng.normal(0, 1 / np.sqrt(d), (category.size, d))
    return np.round(0.5 * of_category[category] + 0.7 * tagged + 0.5 * own, 3)


def _appeal(rng: np.random.Generator, settings: WorldSettings) -> np.ndarray:
    """Return b_i by epoch, a slow walk around a fixed level, shape (E, I)."""
    level = rng.normal(0, 0.6, settings.n_items)
    steps = rng.normal(0, 0.2, (settings.n_epochs, settings.n_items))
    return np.round(level + np.cumsum(steps, axis=0), 3)
