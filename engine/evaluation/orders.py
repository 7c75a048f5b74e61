"""The probability that a click becomes an order, item by item."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from engine.evaluation.impressions import ImpressionLog
from engine.evaluation.weights import group_sums
from engine.tensor import Floats

N_BINS = 8
NEWTON_STEPS = 8
STRENGTH_BOUNDS = (1.0, 1e5)  # clicks that the mean of the group above counts for


@dataclass(frozen=True, kw_only=True, eq=False)
class OrderModel:
    """Orders per click by item, in eight bins whose level is uncertain."""

    by_item: Floats
    """P(order | click), shrunk to its category and that to all, of shape (n_items,)."""

    centre: float
    """Mean score of the clicks."""

    scale: float
    """Standard deviation of the scores of the clicks."""

    slope: float
    """Log-odds of an order for one ``scale`` more score, within an item."""

    edges: Floats
    """Inner edges of the bins, of shape (7,)."""

    level: Floats
    """What a draw multiplies the probabilities of a bin by, of shape (B, 8)."""

    basket: Floats
    """Order value over the price of the recommended item, of shape (B,)."""

    def probability(self, item_row: NDArray[np.integer], score: Floats) -> Floats:
        """Return P(order | click) of pairs; an unknown score counts as the mean."""
        return tilted(self.by_item[item_row], self.slope, self._standard(score))

    def _standard(self, score: Floats) -> Floats:
        return standardised(score, self.centre, self.scale)

    def bin_of(self, probability: Floats) -> NDArray[np.int64]:
        """Return the bin from 0 of each probability."""
        return np.asarray(np.searchsorted(self.edges, probability, side="right"), dtype=np.int64)


def fit_orders(
    log: ImpressionLog,
    category: NDArray[np.integer],
    price_cents: Floats,
    group_of_user: NDArray[np.integer],
    weights: Floats,
) -> OrderModel:
    """Return orders per click of every item.

    Parameters
    ----------
    category : ndarray of shape (n_items,)
        Code of the category of every item.
    price_cents : ndarray of shape (n_items,)
        Price of every item [cents]; NaN where unknown.

    Notes
    -----
    Draws move the level of a bin and not each item: what is unsure is mostly the level,
    and a draw per item would need gigabytes for a large catalogue.
    """
    clicks = log.rows(log.clicked & (log.item_row >= 0) & ~log.is_ad)
    ordered = clicks.ordered.astype(float)
    n_items = len(category)
    trials = np.asarray(np.bincount(clicks.item_row, minlength=n_items), dtype=np.float64)
    wins = np.asarray(
        np.bincount(clicks.item_row, weights=ordered, minlength=n_items), dtype=np.float64
    )
    by_item = _shrink(wins, trials, category)
    known = clicks.score[np.isfinite(clicks.score)]
    centre = float(known.mean()) if len(known) else 0.0
    scale = (float(known.std()) if len(known) else 0.0) or 1.0
    standard = standardised(clicks.score, centre, scale)
    slope = _score_slope(by_item[clicks.item_row], standard, ordered)
    expected = tilted(by_item[clicks.item_row], slope, standard)
    edges = _edges(expected)
    place = np.searchsorted(edges, expected, side="right")
    group = group_of_user[clicks.user_row]
    shape = (weights.shape[1], N_BINS)
    found = group_sums(group, place, ordered, shape)
    due = group_sums(group, place, expected, shape)
    return OrderModel(
        by_item=by_item,
        centre=centre,
        scale=scale,
        slope=slope,
        edges=edges,
        level=_relative(found, due, weights),
        basket=_basket(clicks, price_cents, group, weights),
    )


def standardised(score: Floats, centre: float, scale: float) -> Floats:
    """Return scores in standard deviations from the mean; zero where unknown."""
    return np.nan_to_num((score - centre) / scale, nan=0.0)


def tilted(probability: Floats, slope: float, standard: Floats) -> Floats:
    """Return probabilities with ``slope`` times the standard score added to the log-odds."""
    return np.asarray(special.expit(special.logit(probability) + slope * standard))


def _score_slope(probability: Floats, standard: Floats, ordered: Floats) -> float:
    """Return the slope of the largest likelihood under a standard normal prior."""
    slope = 0.0
    for _ in range(NEWTON_STEPS):
        expected = tilted(probability, slope, standard)
        gradient = float((standard * (ordered - expected)).sum()) - slope
        curvature = float((standard**2 * expected * (1.0 - expected)).sum()) + 1.0
        slope = float(np.clip(slope + gradient / curvature, -3.0, 3.0))
    return slope


def _shrink(wins: Floats, trials: Floats, category: NDArray[np.integer]) -> Floats:
    code = np.unique(category, return_inverse=True)[1].ravel()
    above_wins = np.asarray(np.bincount(code, weights=wins), dtype=np.float64)
    above_trials = np.asarray(np.bincount(code, weights=trials), dtype=np.float64)
    everyone = np.array([(wins.sum() + 0.5) / (trials.sum() + 1.0)])
    middle = _towards(above_wins, above_trials, np.full(len(above_wins), everyone[0]))
    return _towards(wins, trials, middle[code])


def _towards(wins: Floats, trials: Floats, mean: Floats) -> Floats:
    """Return shares drawn to ``mean`` as strongly as their beta-binomial likelihood says."""
    used = trials > 0

    def loss(log_strength: float) -> float:
        strength = np.exp(log_strength)
        a, b = mean[used] * strength, (1.0 - mean[used]) * strength
        won, lost = wins[used], trials[used] - wins[used]
        return -float((special.betaln(a + won, b + lost) - special.betaln(a, b)).sum())

    if not used.any():
        return mean
    bounds = tuple(np.log(STRENGTH_BOUNDS))
    best = np.exp(optimize.minimize_scalar(loss, bounds=bounds, method="bounded").x)
    return np.asarray((wins + best * mean) / (trials + best))


def _edges(probability: Floats) -> Floats:
    if len(probability) == 0:
        return np.linspace(0.0, 1.0, N_BINS + 1)[1:-1]
    return np.asarray(np.quantile(probability, np.arange(1, N_BINS) / N_BINS))


def _relative(found: Floats, due: Floats, weights: Floats) -> Floats:
    """Return weighted orders over expected ones, relative to the estimate's own ratio.

    One order is added to both, so that a bin without orders has a finite level.
    """
    draws = (weights @ found + 1.0) / (weights @ due + 1.0)
    return np.asarray(draws / ((found.sum(axis=0) + 1.0) / (due.sum(axis=0) + 1.0)))


def _basket(
    clicks: ImpressionLog, price_cents: Floats, group: NDArray[np.integer], weights: Floats
) -> Floats:
    """Return order value over item price; one without priced orders."""
    price = price_cents[clicks.item_row]
    keep = clicks.ordered & np.isfinite(price) & (price > 0)
    size = weights.shape[1]
    value = np.bincount(group[keep], weights=clicks.order_amount_cents[keep], minlength=size)
    listed = np.bincount(group[keep], weights=price[keep], minlength=size)
    if value.sum() <= 0:
        return np.ones(len(weights))
    above, below = weights @ value, weights @ listed
    whole = value.sum() / listed.sum()
    return np.asarray(np.divide(above, below, out=np.full(len(weights), whole), where=below > 0))
