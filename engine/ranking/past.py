"""What each item of a user's past adds to the score that a source gives another item."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.ranking.item_models import Matrix
from engine.ranking.settings import RankingSettings
from engine.ranking.sources import Ints, State

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Past:
    """Items of one user's past, and what each adds to the scores of some items."""

    items: Ints
    """Shape (n_past,)."""
    parts: Floats
    """Shape (n_past, n_items); a column adds up to the score of the source."""


@dataclass(frozen=True, kw_only=True, eq=False)
class AlsPast:
    """Solves users anew against the items' factors, as `implicit` explains its scores."""

    items: Floats
    """Factors of the items, (n_items, n_factors)."""
    whole: Floats
    """YᵀY + λI, (n_factors, n_factors)."""
    preferences: sparse.csr_matrix
    alpha: float

    def of(self, user: int, items: Ints) -> Past:
        """Return what the past of a user adds to the scores of ``items``.

        Notes
        -----
        With confidence c and A = YᵀY + λI + Σ (c - 1)·y·yᵀ over the past, item i adds
        c·yᵢᵀ·A⁻¹·yⱼ to the score of j. An item whose removal would not lower the score
        although its part is above 0, which takes a tiny c, adds nothing.

        References
        ----------
        Hu, Koren, Volinsky: Collaborative filtering for implicit feedback datasets, 2008,
        section 5.
        """
        past, weight = _row(self.preferences, user)
        confidence = self.alpha * weight
        own = self.items[past]
        system = self.whole + (own * (confidence - 1.0)[:, None]).T @ own
        wanted = np.column_stack([self.items[items].T, own.T @ confidence])
        solved = np.linalg.solve(system, wanted)
        parts = confidence[:, None] * (own @ solved[:, :-1])
        own_score = own @ solved[:, -1]
        is_lowering = confidence - (confidence - 1.0) * own_score > 0
        return Past(items=past, parts=np.where(is_lowering[:, None], parts, np.minimum(parts, 0)))


@dataclass(frozen=True, kw_only=True, eq=False)
class SimilarPast:
    """A source whose score is Σ weight of a past item x its similarity."""

    profile: sparse.csr_matrix
    """Weight of each item of the past, (n_users, n_items)."""
    similarity: Matrix
    """Of past items (rows) to scored ones, (n_items, n_items)."""

    def of(self, user: int, items: Ints) -> Past:
        """Return what the past of a user adds to the scores of ``items``."""
        past, weight = _row(self.profile, user)
        found = self.similarity[past][:, items]
        similar = found.toarray() if sparse.issparse(found) else found
        return Past(items=past, parts=weight[:, None] * np.asarray(similar, dtype=np.float64))


@dataclass(frozen=True, kw_only=True, eq=False)
class MappedPast:
    """The same where similarity was solved through the users and is never built whole."""

    profile: sparse.csr_matrix
    chosen: sparse.csc_matrix
    """1 where a row of the map chose the item, (n_rows, n_items)."""
    wanted: Ints
    """Items that can be asked for, ascending."""
    answers: NDArray[np.float32]
    """The map times what is known of the wanted items, (n_rows, len(wanted))."""

    def of(self, user: int, items: Ints) -> Past:
        """Return what the past of a user adds to the scores of ``items``, all wanted ones."""
        past, weight = _row(self.profile, user)
        answers = self.answers[:, np.searchsorted(self.wanted, items)]
        similar = self.chosen[:, past].T @ answers
        return Past(items=past, parts=weight[:, None] * np.asarray(similar, dtype=np.float64))


Explaining = AlsPast | SimilarPast | MappedPast


def als_past(state: State, settings: RankingSettings) -> AlsPast:
    """Return what explains scores of the matrix factorisation."""
    factors = np.asarray(state.factors["als"].right).T.astype(np.float64)
    known = state.preferences.maximum(0.0).tocsr()
    known.eliminate_zeros()
    return AlsPast(
        items=factors,
        whole=factors.T @ factors + settings.als_regularization * np.eye(factors.shape[1]),
        preferences=known,
        alpha=settings.als_alpha,
    )


def item_past(state: State, wanted: Ints) -> SimilarPast | MappedPast:
    """Return what explains scores of the item model for the ``wanted`` items, ascending."""
    factors = state.factors["item_to_item"]
    if factors.profile_map is None:
        return SimilarPast(profile=state.liked, similarity=factors.right)
    by_item = sparse.csc_matrix(factors.right)
    answers = (by_item[:, wanted].T @ factors.profile_map.T).T
    chosen = by_item.copy()
    chosen.data = np.ones_like(chosen.data)
    return MappedPast(profile=state.liked, chosen=chosen, wanted=wanted, answers=answers)


def sequence_past(state: State) -> SimilarPast:
    """Return what explains scores of the sequence model."""
    factors = state.factors["sequence"]
    return SimilarPast(profile=sparse.csr_matrix(factors.left), similarity=factors.right)


def _row(matrix: sparse.csr_matrix, user: int) -> tuple[Ints, Floats]:
    row = slice(matrix.indptr[user], matrix.indptr[user + 1])
    return matrix.indices[row].astype(np.int64), matrix.data[row].astype(np.float64)
