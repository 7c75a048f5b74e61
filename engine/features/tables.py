"""What is known of items and users beside their events."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

NO_TIME = -1
"""Stands for an unknown moment in ``published_at``."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ItemTable:
    """One row per item, by ``item_row``."""

    category: NDArray[np.int32]
    """Index into ``category_names``, shape (n_items,); -1 without one."""
    category_names: tuple[str, ...]
    tags: sparse.csr_matrix
    """1 where the item carries the tag, shape (n_items, n_tags)."""
    tag_names: tuple[str, ...]
    price: NDArray[np.float64]
    """Price [currency units], shape (n_items,); NaN where unknown."""
    published_at: NDArray[np.int64]
    """Publication [epoch seconds, UTC], shape (n_items,); ``NO_TIME`` where unknown."""
    meaning: NDArray[np.float32]
    """What title, text and embedding say, shape (n_items, n_dimensions); 0 where nothing."""


@dataclass(frozen=True, kw_only=True, eq=False)
class UserTable:
    """One row per user, by ``user_row``; -1 where unknown."""

    segment: NDArray[np.int32]
    country: NDArray[np.int32]

    def rows(self, users: NDArray[np.int64]) -> "UserTable":
        """Return the table of some users."""
        return UserTable(segment=self.segment[users], country=self.country[users])


def bare_items(n_items: int) -> ItemTable:
    """Return the table of items of which nothing is known."""
    return ItemTable(
        category=np.full(n_items, -1, dtype=np.int32),
        category_names=(),
        tags=sparse.csr_matrix(np.zeros((n_items, 0), dtype=np.float32)),
        tag_names=(),
        price=np.full(n_items, np.nan),
        published_at=np.full(n_items, NO_TIME, dtype=np.int64),
        meaning=np.zeros((n_items, 0), dtype=np.float32),
    )


def attribute_names(items: ItemTable) -> tuple[str, ...]:
    """Name the columns of ``attributes``: tags, then categories."""
    return items.tag_names + items.category_names


def attributes(items: ItemTable) -> sparse.csr_matrix:
    """Return tags and category of each item as one 0/1 matrix (n_items, n_attributes)."""
    rows = np.flatnonzero(items.category >= 0)
    ones = np.ones(len(rows), dtype=np.float32)
    shape = (len(items.category), len(items.category_names))
    categories = sparse.csr_matrix((ones, (rows, items.category[rows])), shape=shape)
    return sparse.csr_matrix(sparse.hstack([items.tags, categories], format="csr"))
