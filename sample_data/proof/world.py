"""One small world: its people, items, tastes and the two rankers that serve and would serve.

The recipe of the specification of the simulation, 8.1, with two segments of users. What the
dashboard assumes the world draws from the same priors, so that intervals can be right.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from engine.business.ads import ad_pattern
from engine.rng import stream
from engine.simulation.assumptions import centre, prior_value
from engine.simulation.levers import LEVERS
from engine.simulation.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PRICE_CENTS = 500.0
"""Price of a month of membership that the arms lie around."""

MEMBER_PRICES = (400.0, 500.0, 625.0)
PRICE_RATIOS, PRICE_SHARES = (0.9, 1.0, 1.1), (0.2, 0.6, 0.2)
AD_LOADS = (0, 1, 2)

SEGMENTS = ("north", "south")
SOUTH_SHARE = 0.4
VISIT_SHAPE = 1.5


SETTLED = ("reaction.", "membership.", "economics.")
"""What is assumed of people and money and true of a world; the rest is drawn in its log."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Sizes of a world, and what makes it hard."""

    n_users: int = 1_500
    n_items: int = 120
    n_candidates: int = 20
    n_slots: int = 5
    n_factors: int = 6
    learning_months: float = 1.0
    """Part of the log that lists are learned from [months]."""
    valued_months: float = 2.0
    """Part of the log that they are valued on [months]."""
    shuffle_share: float = 0.25
    """Probability ε that a list is a uniform permutation of the candidates."""
    list_share: float = 0.8
    """Share of visits that show a list."""
    leave_after_click: float = 0.0
    """Probability of leaving a list after a click: no position-based model."""
    wrong_chances: float = 0.0
    """Relative error of logged chances, up or down."""
    drift: float = 0.0
    """Rise of the log-odds of a click once the log has ended."""
    price_spread: float = 0.5
    """Standard deviation of the logarithm of prices."""
    hidden: float = 0.0
    """Log-odds by which half of the people differ in one taste that nothing tells of."""

    @property
    def months(self) -> float:
        """Length of the log [months]."""
        return self.learning_months + self.valued_months


@dataclass(frozen=True, kw_only=True, eq=False)
class Arms:
    """Arms that users were drawn into; arrays of shape (n_users,).

    Ads and item prices since the log began, prices of the membership since the sign-up.
    """

    ad_load: Ints
    """Ads in each list while the user is no member."""
    price_ratio: Floats
    """Item prices over those of the catalogue."""
    member_price: Floats
    """Price of a month of membership [cents]."""


@dataclass(frozen=True, kw_only=True, eq=False)
class World:
    """What is true; U users, I items, C candidates, K slots."""

    recipe: Recipe
    seed: int
    segment: NDArray[np.int32]
    """Of shape (U,)."""
    visits_a_month: Floats
    """Expected visits of each user, of shape (U,)."""
    mean_visits: float
    """Their mean over everyone such users are drawn from."""
    arms: Arms
    examination: Floats
    """Of shape (K,)."""
    click: Floats
    """P(click | looked at), of shape (U, I)."""
    order: Floats
    """P(order | click), of shape (U, I)."""
    price_cents: Floats
    unit_cost_cents: Floats
    candidates: Ints
    """What lists are shuffled from, the older ranker's order first, of shape (U, C)."""
    finer: Ints
    """Lists of a ranker from outside the log that also looks at prices, of shape (U, K)."""
    churn: tuple[float, float]
    """Shifted-beta-geometric churn."""
    joining: tuple[float, float]
    """Odds a / (b + age) of starting a trial in a month, by months since the sign-up."""
    trial_to_paid: float
    """Chance that a trial is paid for."""
    reactions: Mapping[str, float]
    """How people react: a draw of what is assumed of them, by lever."""

    def of(self, key: str) -> float:
        """Return how people react."""
        return self.reactions[key]

    def stream(self, *names: str) -> np.random.Generator:
        """Return a stream of this world."""
        return stream(self.seed, "proof", *names)


def draw_world(seed: int, recipe: Recipe) -> World:
    """Return the world of a seed."""
    rng = stream(seed, "proof", "world")
    n, m, d = recipe.n_users, recipe.n_items, recipe.n_factors
    vector = rng.normal(size=(m, d)) / np.sqrt(d)
    fit = rng.normal(0.0, 1.6, (n, d)) @ vector.T
    segment = (rng.random(n) < SOUTH_SHARE).astype(np.int32)
    logit = rng.normal(-2.8, 0.2) + fit + rng.normal(0.0, 0.5, m)
    logit += np.where(segment, 0.3, -0.2)[:, None]
    logit += recipe.hidden * np.where(rng.random(n) < 0.5, 1.0, -1.0)[:, None] * vector[:, 0]
    price = 100.0 * np.exp(rng.normal(np.log(20.0), recipe.price_spread, m))
    coarse, fine = (logit + rng.normal(0.0, spread, (n, m)) for spread in (1.2, 0.6))
    candidates = np.argsort(-coarse, axis=1)[:, : recipe.n_candidates]
    mean_visits = float(rng.uniform(5.0, 8.0))
    worth = np.log(special.expit(fine)) + 0.3 * np.log(price)
    paid, settled = rng.uniform(0.4, 0.7), rng.uniform(15.0, 40.0)
    return World(
        recipe=recipe,
        seed=seed,
        segment=segment,
        visits_a_month=rng.gamma(VISIT_SHAPE, mean_visits / VISIT_SHAPE, n),
        mean_visits=mean_visits,
        arms=draw_arms(rng, n),
        examination=np.arange(1, recipe.n_slots + 1) ** -rng.uniform(0.5, 1.2),
        click=special.expit(logit),
        order=special.expit(rng.normal(-3.2, 0.2) + 0.3 * fit),
        price_cents=price,
        unit_cost_cents=price * (1.0 - rng.beta(8, 16, m)),
        candidates=candidates,
        finer=best_of(candidates, worth, recipe.n_slots),
        churn=(
            float(np.exp(rng.normal(np.log(0.8), 0.15))),
            float(np.exp(rng.normal(np.log(3.0), 0.15))),
        ),
        joining=(float(settled * rng.uniform(0.03, 0.07) / paid), float(settled)),
        trial_to_paid=float(paid),
        reactions=draw_reactions(seed),
    )


def draw_arms(rng: np.random.Generator, n_users: int) -> Arms:
    """Return arms that chance alone decides."""
    return Arms(
        ad_load=rng.choice(AD_LOADS, n_users),
        price_ratio=rng.choice(PRICE_RATIOS, n_users, p=PRICE_SHARES),
        member_price=rng.choice(MEMBER_PRICES, n_users),
    )


def draw_reactions(seed: int) -> dict[str, float]:
    """Return how the people of a world react: one draw of every prior of the product."""
    rng, found = stream(seed, "proof", "reactions"), {}
    for lever in LEVERS:
        if lever.prior is not None and lever.key.startswith(SETTLED):
            middle = centre(lever, Scenario())
            found[lever.key] = float(prior_value(lever.prior, middle, rng.random(1))[0])
    return found


def best_of(candidates: Ints, score: Floats, k: int) -> Ints:
    """Return the k candidates of each user with the best scores (U, I), of shape (U, k)."""
    own = np.take_along_axis(score, candidates, axis=1)
    order = np.argsort(-own, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(candidates, order, axis=1)


def is_ad_slot(n_slots: int) -> NDArray[np.bool_]:
    """Return which slots are ads with 0, 1 and 2 ads, of shape (3, n_slots)."""
    return np.stack([ad_pattern(n_ads, n_slots) for n_ads in range(3)])
