"""Models that score any user against any item: each a left and a right matrix.

The score of user u for item j is ``left[u] @ right[:, j]``.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import ItemItemRecommender, bm25_weight
from numpy.typing import NDArray
from scipy import linalg, sparse

from engine.features.interactions import InteractionLog
from engine.features.preferences import DAY
from engine.ranking.products import (
    dense_product,
    own_weights,
    plain_product,
    product_with_sparse,
    strongest_neighbours,
)
from engine.ranking.settings import RankingSettings

Matrix = NDArray[np.float32] | sparse.csr_matrix

RIDGES = (20.0, 1_500.0)
"""Smallest and largest ridge of the exact item model."""

LAST_ITEMS = 5
STEP_DECAY = 0.8
"""Weight that each further step between two items, or back in time, is multiplied by."""

VISIT_ROWS = 2_000_000
"""Latest successes that visits are made from [count]."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Factors:
    """The two matrices of one model."""

    left: Matrix
    right: Matrix
    profile_map: NDArray[np.float32] | None = None
    """What turns a profile, times the transposed pattern of ``right``, into a row of
    ``left``, (n_rows, n_rows); None where profiles are rows of ``left`` themselves."""
    more: "Factors | None" = None
    """Two more matrices, whose product is added."""

    def scores(self, users: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the scores (n, n_items) of the users."""
        left = self.left[users]
        if not sparse.issparse(self.right):
            own = np.ascontiguousarray(left @ self.right, dtype=np.float32)
        elif sparse.issparse(left):
            own = dense_product(left, self.right)
        else:
            own = product_with_sparse(left, self.right_turned)
        return own if self.more is None else own + self.more.scores(users)

    @cached_property
    def right_turned(self) -> sparse.csr_matrix:
        """The sparse ``right`` by item, turned once for all tiles of users."""
        return sparse.csr_matrix(self.right.T)


def fit_als(
    preferences: sparse.csr_matrix, settings: RankingSettings, seed: int, threads: int
) -> Factors:
    """Factorise decayed preferences; ``preferences`` holds weights above 0 only."""
    n_users, n_items = preferences.shape
    if preferences.nnz == 0:
        return Factors(
            left=np.zeros((n_users, 1), np.float32), right=np.zeros((1, n_items), np.float32)
        )
    model = AlternatingLeastSquares(
        factors=min(settings.factors, max(min(n_users, n_items) // 2, 1)),
        regularization=settings.als_regularization,
        alpha=settings.als_alpha,
        iterations=settings.als_iterations,
        random_state=seed,
        num_threads=threads,
        use_gpu=False,
    )
    model.fit(preferences, show_progress=False)
    items = np.ascontiguousarray(model.item_factors.T, dtype=np.float32)
    users = np.asarray(model.user_factors, dtype=np.float32)
    # Users and items without events keep their random start, which means nothing.
    users[np.diff(preferences.indptr) == 0] = 0.0
    items[:, np.asarray(preferences.sum(axis=0)).ravel() == 0] = 0.0
    return Factors(left=users, right=items)


def fold_in_als(
    factors: Factors, preferences: sparse.csr_matrix, settings: RankingSettings
) -> Factors:
    """Return the factors of other users, whose items keep theirs.

    Notes
    -----
    Solves (YᵀY + λI + Yᵀ(C - I)Y) x = Yᵀc exactly for each user, as the library's last half
    iteration does approximately. Cost: n_items·k² once, then k²·(items of the user + k).
    """
    items = np.asarray(factors.right).T.astype(np.float64)
    whole = items.T @ items + settings.als_regularization * np.eye(items.shape[1])
    users = np.zeros((preferences.shape[0], items.shape[1]), dtype=np.float32)
    for user in np.flatnonzero(np.diff(preferences.indptr)):
        row = slice(preferences.indptr[user], preferences.indptr[user + 1])
        confidence = settings.als_alpha * preferences.data[row].astype(np.float64)
        own = items[preferences.indices[row]]
        weighted = own * (confidence - 1.0)[:, None]
        users[user] = linalg.solve(whole + weighted.T @ own, own.T @ confidence, assume_a="sym")
    return Factors(left=users, right=factors.right)


def fit_item_to_item(
    pairs: sparse.csr_matrix, profile: sparse.csr_matrix, settings: RankingSettings, threads: int
) -> Factors:
    """Fit EASE where it can be solved exactly, else BM25 neighbours.

    Parameters
    ----------
    pairs : csr_matrix of shape (n_users, n_items)
        1 where the user has a positive.
    profile : csr_matrix of shape (n_users, n_items)
        What each user is scored by: the same pairs, the recent ones heavier.
    """
    users = np.flatnonzero(np.diff(pairs.indptr))
    if len(users) == 0:
        return Factors(
            left=profile, right=sparse.csr_matrix((pairs.shape[1],) * 2).astype(np.float32)
        )
    ridge = float(np.clip(settings.ease_ridge * pairs.nnz / len(users), *RIDGES))
    if len(users) <= min(pairs.shape[1], settings.ease_limit):
        return _ease_by_users(pairs[users], profile, ridge, threads)
    if pairs.shape[1] <= settings.ease_limit:
        return _ease_by_items(pairs, profile, ridge)
    # As BM25Recommender does, whose own format makes the library warn.
    weights = sparse.csr_matrix(bm25_weight(pairs.T, K1=1.2, B=0.75).T)
    model = ItemItemRecommender(K=settings.neighbours, num_threads=threads)
    model.fit(weights, show_progress=False)
    return Factors(left=profile, right=sparse.csr_matrix(model.similarity, dtype=np.float32))


def _ease_by_items(pairs: sparse.csr_matrix, profile: sparse.csr_matrix, ridge: float) -> Factors:
    gram = (pairs.T @ pairs).toarray().astype(np.float64)
    gram[np.diag_indices_from(gram)] += ridge
    inverse = linalg.inv(gram, overwrite_a=True, check_finite=False)
    weights = -inverse / np.diag(inverse)[None, :]
    np.fill_diagonal(weights, 0.0)
    return Factors(left=profile, right=weights.astype(np.float32))


def _ease_by_users(
    pairs: sparse.csr_matrix, profile: sparse.csr_matrix, ridge: float, threads: int
) -> Factors:
    """Solve the same system through the users (Woodbury), without an item x item matrix.

    The diagonal is not zeroed: it only touches what the user already has.
    """
    by_item = sparse.csr_matrix(pairs.T)
    gram = dense_product(pairs, by_item, threads).astype(np.float64)
    gram[np.diag_indices_from(gram)] += ridge
    inverse = linalg.inv(gram, overwrite_a=True, check_finite=False)
    scale = sparse.diags_array(1.0 / np.maximum(1.0 - own_weights(pairs, inverse), 1e-9))
    profile_map = inverse.astype(np.float32)
    return Factors(
        left=plain_product(dense_product(profile, by_item, threads), profile_map, threads),
        right=sparse.csr_matrix(pairs @ scale, dtype=np.float32),
        profile_map=profile_map,
    )


def fold_in_item_to_item(factors: Factors, profile: sparse.csr_matrix, threads: int = 1) -> Factors:
    """Score the profiles of other users by the same item model."""
    if factors.profile_map is None:
        return Factors(left=profile, right=factors.right)
    turned = factors.right_turned
    ones = np.ones_like(turned.data)
    by_item = sparse.csr_matrix((ones, turned.indices, turned.indptr), shape=turned.shape)
    ours = dense_product(profile, by_item, threads)
    return replace(factors, left=plain_product(ours, factors.profile_map, threads))


def lately(item_to_item: Factors, lateness: NDArray[np.float64]) -> Factors:
    """Score by the same item model, each item by how much of its success is of late.

    Parameters
    ----------
    lateness : ndarray of shape (n_items,)
        Mean decayed weight of the item's successes.
    """
    scale = sparse.diags_array(lateness.astype(np.float32))
    right = item_to_item.right @ scale
    if sparse.issparse(right):
        right = sparse.csr_matrix(right)
    return replace(item_to_item, right=right)


def fit_together(
    log: InteractionLog, visit: sparse.csr_matrix, settings: RankingSettings, threads: int = 1
) -> Factors:
    """Score by what others took on one day together with the user's last visit.

    Notes
    -----
    A visit shares one unit of weight among its pairs of items; a pair is divided by the root
    of how often both items occur, and of each item the strongest ``neighbours`` are kept.
    Only the last ``VISIT_ROWS`` successes are looked at, which bounds the time.
    """
    visits = _visits(log)
    weight = (1.0 / np.maximum(np.diff(visits.indptr), 1)).astype(np.float32)
    count = np.asarray(visits.sum(axis=0)).ravel()
    scale = (1.0 / np.sqrt(count + 5.0)).astype(np.float32)
    kept = strongest_neighbours(visits, weight, scale, settings.neighbours, threads)
    right = sparse.csr_matrix(sparse.diags_array(scale) @ kept, dtype=np.float32)
    return Factors(left=visit, right=right)


def _visits(log: InteractionLog) -> sparse.csr_matrix:
    """Return 1 for each item of each day of a user, (n_visits, n_items)."""
    rows = np.flatnonzero(log.positive)
    if len(rows) > VISIT_ROWS:
        rows = np.sort(rows[np.argsort(-log.at[rows], kind="stable")[:VISIT_ROWS]])
    day = log.at[rows] // DAY
    span = int(day.max(initial=0)) + 1
    _, visit = np.unique(log.user_row[rows].astype(np.int64) * span + day, return_inverse=True)
    shape = (int(visit.max(initial=-1)) + 1, log.n_items)
    ones = np.ones(len(rows), dtype=np.float32)
    found = sparse.csr_matrix((ones, (visit, log.item_row[rows])), shape=shape)
    found.data[:] = 1.0
    return found


def fit_sequence(log: InteractionLog) -> Factors:
    """Score by what others took next after the user's last items.

    Transitions over up to ``LAST_ITEMS`` steps count by ``STEP_DECAY`` a step, divided by
    the root of how often both items occur.
    """
    users, items = _first_positives(log)
    shape = (log.n_items, log.n_items)
    moves = sparse.csr_matrix(shape).astype(np.float32)
    for step in range(1, LAST_ITEMS + 1):
        same = users[step:] == users[:-step]
        weight = np.full(int(same.sum()), STEP_DECAY ** (step - 1), dtype=np.float32)
        moves = moves + sparse.csr_matrix(
            (weight, (items[:-step][same], items[step:][same])), shape
        )
    count = np.bincount(items, minlength=log.n_items)
    scale = sparse.diags_array((1.0 / np.sqrt(count + 5.0)).astype(np.float32))
    right = sparse.csr_matrix(scale @ moves @ scale, dtype=np.float32)
    return Factors(left=_last_items(users, items, (log.n_users, log.n_items)), right=right)


def fold_in_sequence(factors: Factors, log: InteractionLog) -> Factors:
    """Score the users of another log by the same transitions."""
    users, items = _first_positives(log)
    last = _last_items(users, items, (log.n_users, log.n_items))
    return Factors(left=last, right=factors.right)


def _first_positives(log: InteractionLog) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return users and items of first-time positives, by user and time."""
    keep = np.flatnonzero(log.positive)
    keep = keep[np.lexsort((log.item_row[keep], log.at[keep], log.user_row[keep]))]
    users = log.user_row[keep].astype(np.int64)
    items = log.item_row[keep].astype(np.int64)
    _, first = np.unique(users * log.n_items + items, return_index=True)
    first.sort()
    return users[first], items[first]


def _last_items(
    users: NDArray[np.int64], items: NDArray[np.int64], shape: tuple[int, int]
) -> sparse.csr_matrix:
    ends = np.searchsorted(users, users, side="right")
    back = ends - 1 - np.arange(len(users))
    last = back < LAST_ITEMS
    weight = (STEP_DECAY ** back[last]).astype(np.float32)
    return sparse.csr_matrix((weight, (users[last], items[last])), shape=shape)
