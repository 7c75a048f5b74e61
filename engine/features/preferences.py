"""How much each kind of event says about taste, and which kinds count as success."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.errors import NotEnoughDataError, UsageError
from engine.features.interactions import InteractionLog

PREFERENCE_WEIGHTS: Mapping[str, float] = {
    "purchase": 1.0,
    "rating": 1.0,
    "like": 0.8,
    "play": 0.6,
    "cart": 0.5,
    "click": 0.2,
    "view": 0.15,
    "skip": -0.2,
    "return": -0.5,
    "dislike": -0.8,
}
"""Weight of one event on its day; a kind not listed weighs nothing."""

HALF_LIFE_DAYS = 90.0
"""After so many days an event says half as much about taste."""

POSITIVE_TIERS: tuple[tuple[str, ...], ...] = (
    ("purchase",),
    ("rating", "like"),
    ("play", "cart"),
    ("click",),
    ("view",),
)
"""Kinds of success, strongest first; kinds of one tier count together."""

USER_SHARE = 0.01
"""Share of users who must have a kind before it can be the measure of success."""

UPPER_QUARTER = 0.75
ALWAYS_SEEN = frozenset({"purchase", "return", "play", "like", "dislike", "skip", "rating"})
DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class Positives:
    """The kinds of event that count as success."""

    kinds: tuple[str, ...]
    rating_threshold: float
    """Smallest rating that is a success; NaN in a log without ratings."""


def choose_positives(
    user_counts: Mapping[str, int],
    n_users: int,
    rating_range: tuple[float, float] | None,
    override: Sequence[str] = (),
) -> Positives:
    """Choose the strongest kind that enough users have.

    Parameters
    ----------
    user_counts : mapping
        Users with each kind of event that carries an item [count].
    n_users : int
        Users in the log [count].
    rating_range : (low, high) or None
        Ends of the rating scale; None in a log without ratings.
    override : sequence of str
        Kinds to use instead.

    Raises
    ------
    UsageError
        When an overriding kind is not in the log.
    NotEnoughDataError
        When the log has no kind that can be a success.
    """
    threshold = rating_threshold(rating_range)
    missing = [kind for kind in override if not user_counts.get(kind)]
    if missing:
        raise UsageError("positive_missing", kind=missing[0], kinds=", ".join(sorted(user_counts)))
    if override:
        return Positives(kinds=tuple(override), rating_threshold=threshold)
    for floor in (USER_SHARE * n_users, 0.0):
        for tier in POSITIVE_TIERS:
            present = tuple(kind for kind in tier if user_counts.get(kind, 0) > 0)
            if present and max(user_counts[kind] for kind in present) >= floor:
                return Positives(kinds=present, rating_threshold=threshold)
    raise NotEnoughDataError("no_positives", kinds=", ".join(sorted(user_counts)))


def rating_threshold(rating_range: tuple[float, float] | None) -> float:
    """Return the smallest rating that is a success; NaN in a log without ratings."""
    low, high = rating_range or (np.nan, np.nan)
    return float(low + UPPER_QUARTER * (high - low))


def positive_rows(
    event_type: NDArray[np.str_], rating: NDArray[np.float32], positives: Positives
) -> NDArray[np.bool_]:
    """Return which rows are a success."""
    high = ~(rating < positives.rating_threshold)
    return np.asarray(np.isin(event_type, positives.kinds) & ((event_type != "rating") | high))


def seen_rows(event_type: NDArray[np.str_], positives: Positives) -> NDArray[np.bool_]:
    """Return which rows make their item one that is not recommended again."""
    return np.isin(event_type, sorted(ALWAYS_SEEN | set(positives.kinds)))


def preference_matrix(log: InteractionLog, at: int, half_life_days: float) -> sparse.csr_matrix:
    """Return the decayed weight of all events of each pair, (n_users, n_items).

    A rating weighs by its place between the lowest (-1) and the highest (+1) of its scale.
    """
    by_kind = np.array([PREFERENCE_WEIGHTS.get(kind, 0.0) for kind in log.event_types])
    weight = (by_kind[log.event_code] if len(by_kind) else np.zeros(len(log.at))) * _liking(log)
    age_days = np.maximum(at - log.at, 0) / DAY
    weight = weight * np.log2(1.0 + np.maximum(log.count, 1.0)) * 0.5 ** (age_days / half_life_days)
    shape = (log.n_users, log.n_items)
    matrix = sparse.csr_matrix((weight.astype(np.float32), (log.user_row, log.item_row)), shape)
    matrix.sum_duplicates()
    return matrix


def _liking(log: InteractionLog) -> NDArray[np.float64]:
    rated = ~np.isnan(log.rating)
    liking = np.ones(len(log.rating))
    if rated.any():
        ends = float(log.rating[rated].min()), float(log.rating[rated].max())
        low, high = log.rating_range or ends
        if high > low:
            liking[rated] = 2.0 * (log.rating[rated] - low) / (high - low) - 1.0
    return liking
