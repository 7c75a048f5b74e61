"""Why an item stands on a list: an item of the user's past, a tag, or popularity."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.ranking.sources import Ints, State

HISTORY = 50
"""Heaviest items of the past that can be named [count]."""

ITEM_REASONS = ("als", "item_to_item", "sequence")


@dataclass(frozen=True, kw_only=True, eq=False)
class Reasons:
    """One reason per list entry."""

    code: NDArray[np.str_]
    """``because_item``, ``because_tag``, or the code of the source itself."""
    item: Ints
    """Item of the pool; -1 where none is named."""
    tag: NDArray[np.str_]
    """Empty where none is named."""


def reasons_of(
    state: State, users: Ints, items: Ints, sources: NDArray[np.str_], names: tuple[str, ...]
) -> Reasons:
    """Give entries, sorted by user, the reason that fits their source."""
    by_item = np.isin(sources, ITEM_REASONS)
    because = np.full(len(users), -1, dtype=np.int64)
    because[by_item] = _nearest_past(state, users[by_item], items[by_item])
    tag = np.full(len(users), -1, dtype=np.int64)
    by_tag = sources == "content"
    tag[by_tag] = _strongest_attribute(state, users[by_tag], items[by_tag])
    fallback = np.where(by_item | by_tag, "popularity", sources)
    code = np.where(because >= 0, "because_item", np.where(tag >= 0, "because_tag", fallback))
    return Reasons(code=code, item=because, tag=np.array([*names, ""], dtype=np.str_)[tag])


def _nearest_past(state: State, users: Ints, items: Ints) -> Ints:
    """Return, for each entry, the item of the user's past with the nearest factors."""
    factors = np.asarray(state.factors["als"].right).T
    factors = factors / np.maximum(np.linalg.norm(factors, axis=1, keepdims=True), 1e-12)
    nearest = np.full(len(users), -1, dtype=np.int64)
    liked = state.liked
    starts = np.flatnonzero(np.diff(users, prepend=-1))
    for low, high in pairwise([*starts, len(users)]):
        row = slice(liked.indptr[users[low]], liked.indptr[users[low] + 1])
        past = liked.indices[row][np.argsort(-liked.data[row], kind="stable")[:HISTORY]]
        if len(past):
            similar = factors[items[low:high]] @ factors[past].T
            best = similar.argmax(axis=1)
            known = similar[np.arange(high - low), best] > 0
            nearest[low:high] = np.where(known, past[best], -1)
    return nearest


def _strongest_attribute(state: State, users: Ints, items: Ints) -> Ints:
    content = state.factors["content"]
    of_items = sparse.csr_matrix(content.right).T.tocsr()
    shared = sparse.csr_matrix(content.left)[users].multiply(of_items[items]).tocsr()
    if shared.shape[0] == 0 or shared.shape[1] == 0:
        return np.full(len(users), -1, dtype=np.int64)
    best = np.asarray(shared.argmax(axis=1)).ravel()
    value = np.asarray(shared.max(axis=1).todense()).ravel()
    return np.where(value > 0, best, -1).astype(np.int64)
