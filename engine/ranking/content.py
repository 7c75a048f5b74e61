"""Scores by what items are: their tags and category, their words, their embeddings."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.features.profiles import item_profiles, user_profiles
from engine.features.tables import ItemTable, attributes
from engine.ranking.item_models import Factors


def fit_content(preferences: sparse.csr_matrix, items: ItemTable) -> Factors:
    """Score by U·V over tags and category, and, where items have any, by their meaning.

    The meaning of a user is the mean of what he dealt with, by decayed weight; it adds the
    cosine between both.
    """
    profiles = item_profiles(attributes(items))
    more = None
    if items.meaning.shape[1]:
        right = np.ascontiguousarray(items.meaning.T)
        more = Factors(left=_user_meaning(preferences, right), right=right)
    return Factors(
        left=user_profiles(preferences, profiles), right=sparse.csr_matrix(profiles.T), more=more
    )


def fold_in_content(factors: Factors, preferences: sparse.csr_matrix) -> Factors:
    """Score other users by the same items."""
    profiles = sparse.csr_matrix(sparse.csr_matrix(factors.right).T)
    more = factors.more
    if more is not None:
        more = replace(more, left=_user_meaning(preferences, np.asarray(more.right)))
    return replace(factors, left=user_profiles(preferences, profiles), more=more)


def _user_meaning(
    preferences: sparse.csr_matrix, right: NDArray[np.float32]
) -> NDArray[np.float32]:
    mean = np.asarray(preferences @ right.T, dtype=np.float32)
    length = np.linalg.norm(mean, axis=1, keepdims=True)
    return np.asarray(mean / np.maximum(length, 1e-12), dtype=np.float32)
