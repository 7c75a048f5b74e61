"""Profiles of users and items over the same attributes, and the content score.

U = Σ w·x over what a user dealt with, V = Σ v·y over what an item is, and
R = 1 / (1 + e^(-U·V)).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse, special


def item_profiles(attributes: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return V: each item's attributes, rare ones heavier, scaled to length 1.

    Parameters
    ----------
    attributes : csr_matrix of shape (n_items, n_attributes)
        1 where the item has the attribute.
    """
    n_items = max(attributes.shape[0], 1)
    holders = np.asarray(attributes.sum(axis=0)).ravel()
    rarity = np.log1p(n_items / np.maximum(holders, 1.0)).astype(np.float32)
    return _unit_rows(sparse.csr_matrix(attributes.multiply(rarity[None, :])))


def user_profiles(
    preferences: sparse.csr_matrix, item_profile: sparse.csr_matrix
) -> sparse.csr_matrix:
    """Return U, (n_users, n_attributes): the profiles of their items by decayed weight."""
    return _unit_rows(sparse.csr_matrix(preferences @ item_profile))


def content_score(user_profile: ArrayLike, item_profile: ArrayLike) -> NDArray[np.float64]:
    """Return R in (0, 1) for profiles whose last axis runs over attributes."""
    product = np.sum(np.asarray(user_profile) * np.asarray(item_profile), axis=-1)
    return np.asarray(special.expit(product), dtype=np.float64)


def _unit_rows(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = sparse.diags_array(1.0 / np.maximum(length, 1e-12))
    return sparse.csr_matrix(scale @ matrix, dtype=np.float32)
