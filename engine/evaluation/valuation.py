"""Lists of any policy as expected events per examined impression, in draws.

A model estimate: the click model and the order probabilities say what would happen. It is
no off-policy estimate, and its intervals do not hold what the model cannot see.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.evaluation.calibration import ClickModel, fit_clicks
from engine.evaluation.examination import Examination, estimate_examination
from engine.evaluation.impressions import ImpressionLog
from engine.evaluation.orders import N_BINS, OrderModel, fit_orders
from engine.evaluation.segments import Segments
from engine.evaluation.weights import group_sums
from engine.tensor import EventTensor, Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Items:
    """What an order of each item is worth; arrays of shape (n_items,)."""

    price_cents: Floats
    """Today's price [cents]; NaN where unknown."""
    unit_cost_cents: Floats
    """Cost of a unit [cents]; NaN where unknown."""
    category: NDArray[np.int32]
    """Code of the category."""


@dataclass(frozen=True, kw_only=True, eq=False)
class People:
    """Who the lists are for; arrays of shape (n_users,)."""

    segments: Segments
    group: NDArray[np.int32]
    """Bootstrap group of every user."""
    visits: Floats
    """Visits of every user in the trailing window: who comes more, counts more."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Lists:
    """Lists of one policy; arrays of shape (n_entries,)."""

    policy: str
    user_row: NDArray[np.int32]
    item_row: NDArray[np.int32]
    rank: NDArray[np.int32]
    """Rank from 1."""
    score: Floats
    """Score by the ranker of the calibration, whatever policy made the list."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Calibration:
    """From the score of a pair to clicks and orders, with their draws."""

    examination: Examination
    clicks: ClickModel
    orders: OrderModel
    weights: Floats
    """Bootstrap weights of user groups, of shape (B, n_groups)."""

    def click_probability(self, score: Floats) -> Floats:
        """Return P(click | looked at) of pairs with these scores."""
        return self.clicks.probability(score)

    def order_probability(self, item_row: NDArray[np.integer], score: Floats) -> Floats:
        """Return P(order | click) of pairs of a user and these items."""
        return self.orders.probability(item_row, score)


def calibrate(
    impressions: ImpressionLog,
    items: Items,
    group_of_user: NDArray[np.integer],
    weights: Floats,
    *,
    n_slots: int,
    examination_log: ImpressionLog | None = None,
) -> Calibration:
    """Return the calibration of a ranker's scores on what was shown after it was trained.

    Parameters
    ----------
    impressions : ImpressionLog
        Rows after the ranker's training, with its scores.
    examination_log : ImpressionLog, optional
        A longer log for the examination of slots, which no ranker is learned from.

    Raises
    ------
    NotEnoughDataError
        With fewer than 30 clicks.
    """
    slots = impressions if examination_log is None else examination_log
    examination = estimate_examination(slots, group_of_user, weights, n_slots)
    return Calibration(
        examination=examination,
        clicks=fit_clicks(impressions, examination, group_of_user, weights),
        orders=fit_orders(impressions, items.category, items.price_cents, group_of_user, weights),
        weights=weights,
    )


def tensor_of_lists(
    calibration: Calibration, lists: Lists, people: People, items: Items
) -> EventTensor:
    """Return the expected events of a policy's lists.

    Users weigh by their visits. A user without a list counts as lists without clicks.

    Notes
    -----
    In a draw each cell is the reweighted mean times the first-order effect of the draw's
    click parameters: ``Σ_u w f / Σ_u w · exp(Σ_p Δβ_p E_f[∂ ln f / ∂β_p])``. Exact for one
    draw per user would cost B times the work and change nothing of first order.
    """
    n_slots = len(calibration.examination.point)
    kept = (lists.rank >= 1) & (lists.rank <= n_slots)
    user, item = lists.user_row[kept], lists.item_row[kept]
    terms = calibration.clicks.terms(lists.score[kept])
    click = calibration.clicks.probability(lists.score[kept])
    conversion = calibration.order_probability(item, lists.score[kept])
    place = calibration.orders.bin_of(conversion)
    cell = people.segments.of_user[user].astype(np.int64) * n_slots + lists.rank[kept] - 1
    entries = _Entries(
        group=people.group[user],
        cell=cell * N_BINS + place,
        weight=people.visits[user],
        slopes=terms * (1.0 - click)[:, None],
        shape=(len(people.segments.names), n_slots, N_BINS),
    )
    users = _user_weights(calibration.weights, people)
    order = click * conversion
    level = calibration.orders.level[:, None, None, :]
    basket = calibration.orders.basket[:, None, None, None]
    price = np.nan_to_num(items.price_cents[item])
    cost = np.nan_to_num(items.unit_cost_cents[item])
    return EventTensor(
        policy=lists.policy,
        click=_cells(calibration, entries, click, users),
        order=_cells(calibration, entries, order, users) * level,
        value=_cells(calibration, entries, order * price, users) * level * basket,
        cost=_cells(calibration, entries, order * cost, users) * level * basket,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Entries:
    """List entries with their place in the tensor; arrays of shape (n_entries,)."""

    group: NDArray[np.int32]
    cell: NDArray[np.int64]
    weight: Floats
    slopes: Floats
    """Derivative of ln γ by each click parameter, of shape (n_entries, 3)."""
    shape: tuple[int, int, int]
    """(G, K, N)."""


def _user_weights(weights: Floats, people: People) -> Floats:
    """Return the weighted visits of each segment, of shape (B, G)."""
    shape = (weights.shape[1], len(people.segments.names))
    return np.asarray(
        weights @ group_sums(people.group, people.segments.of_user, people.visits, shape)
    )


def _cells(calibration: Calibration, entries: _Entries, value: Floats, users: Floats) -> Floats:
    """Return the mean of ``value`` by segment, rank and bin, of shape (B, G, K, N)."""
    weights = calibration.weights
    n_segments, n_slots, n_bins = entries.shape
    n_cells = n_segments * n_slots * n_bins
    amount = value * entries.weight
    by_group = sparse.csr_matrix(
        (amount, (entries.cell, entries.group)), shape=(n_cells, weights.shape[1])
    )
    total = np.asarray(by_group @ weights.T).T
    estimate = np.bincount(entries.cell, weights=amount, minlength=n_cells)
    slopes = np.stack(
        [
            np.bincount(entries.cell, weights=amount * slope, minlength=n_cells)
            for slope in entries.slopes.T
        ]
    )
    slopes = np.divide(slopes, estimate, out=np.zeros_like(slopes), where=estimate > 0)
    moved = (calibration.clicks.draws - calibration.clicks.point) @ slopes
    total *= np.exp(np.clip(moved, -5.0, 5.0))
    shaped = total.reshape(len(weights), n_segments, n_slots, n_bins)
    people = users[:, :, None, None]
    return np.asarray(np.divide(shaped, people, out=np.zeros_like(shaped), where=people > 0))
