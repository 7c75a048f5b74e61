"""Lists that keep to rules: chosen place by place out of longer ones, all users at once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.ranking.lists import ExplainedLists, joined, taken
from engine.ranking.rules import Rules

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.int64]

USERS_AT_ONCE = 4_096
"""Bounds the factors of candidates that are held at once: 100 MB with 100 of 64."""

BOOSTED, NEW_BY_RULE = "boosted", "new_by_rule"
"""Reasons of rows that stand where they stand by a rule."""


@dataclass(frozen=True, kw_only=True, eq=False)
class RuleFacts:
    """What rules ask of items and users, by their rows in the catalogue."""

    is_out: Flags
    """Items that are on no list, (n_items,)."""
    for_members: Flags
    """Items that are on the lists of members only, (n_items,)."""
    is_member: Flags
    """Shape (n_users,)."""
    category: NDArray[np.int32]
    """Shape (n_items,); -1 without one."""
    is_new: Flags
    """Shape (n_items,)."""
    factor: Floats
    """Product of the boosts of each item, (n_items,)."""
    boosted_by: NDArray[np.str_]
    """Names of what boosts each item; empty where nothing does."""
    direction: NDArray[np.float32]
    """What likeness is measured by, rows of length 1 or 0, (n_items, n_factors)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Board:
    """Candidates of some users by rank; short lists are filled up with -1."""

    rows: Rows
    """Row of each candidate in the lists, (n_users, n_places)."""
    items: Rows
    is_open: Flags
    relevance: Floats
    """Boosted worth, 1 for the best of a user."""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Choice:
    """Who got which place."""

    column: Rows
    """Candidate of the board on each place, (n_users, k); -1 where none was left."""
    is_owed: Flags
    """Whether a place waited for a new item, the same shape."""


def keep_to(
    lists: ExplainedLists, worth: Floats, rules: Rules, facts: RuleFacts, k: int
) -> ExplainedLists:
    """Return the ``k`` places of each list that keep to the rules.

    Parameters
    ----------
    lists : ExplainedLists
        Longer than ``k``, by user and rank.
    worth : ndarray of shape (n_rows,)
        Falls with rank and is not below 0; boosts multiply it.

    Notes
    -----
    A place goes to the open candidate with the largest (1 - d)·relevance - d·(likeness to
    the most alike row above), d = diversity. A full category is closed while anything else
    is open; the last places wait for new items that are still owed, as long as there are
    any outside full categories. What is sold out, blocked or for members is never listed.
    ``score`` becomes the boosted worth, held down to that of the row above: it goes on to
    order the list.

    References
    ----------
    Carbonell, Goldstein: The use of MMR, diversity-based reranking, 1998.
    """
    if rules.is_empty or len(lists.rank) == 0:
        return taken(lists, np.flatnonzero(lists.rank <= k))
    boosted = worth * facts.factor[lists.item_row]
    parts = []
    for board in _boards(lists, boosted, facts):
        choice = _choose(board, rules, facts, k)
        parts.append(_placed(lists, boosted, board, choice, facts))
    return joined(parts)


def _boards(lists: ExplainedLists, boosted: Floats, facts: RuleFacts) -> Iterator[_Board]:
    starts = np.flatnonzero(np.diff(lists.user_row, prepend=-1))
    ends = np.append(starts[1:], len(lists.rank))
    for first in range(0, len(starts), USERS_AT_ONCE):
        low, high = starts[first : first + USERS_AT_ONCE], ends[first : first + USERS_AT_ONCE]
        rows = low[:, None] + np.arange((high - low).max())[None, :]
        rows = np.where(rows < high[:, None], rows, -1)
        items = np.where(rows >= 0, lists.item_row[rows], -1).astype(np.int64)
        is_member = facts.is_member[lists.user_row[low]][:, None]
        is_open = (rows >= 0) & ~facts.is_out[items] & (is_member | ~facts.for_members[items])
        relevance = np.where(is_open, boosted[rows], 0.0)
        best = relevance.max(axis=1, keepdims=True)
        yield _Board(
            rows=rows,
            items=items,
            is_open=is_open,
            relevance=np.divide(relevance, best, out=np.zeros_like(relevance), where=best > 0),
        )


def _choose(board: _Board, rules: Rules, facts: RuleFacts, k: int) -> _Choice:
    n_users, width = board.rows.shape
    everyone = np.arange(n_users)
    is_open, is_new = board.is_open.copy(), facts.is_new[board.items]
    category = np.where(board.rows >= 0, facts.category[board.items], -1)
    n_alike, closest = np.zeros((n_users, width), np.int64), np.zeros((n_users, width))
    n_new = np.zeros(n_users, dtype=np.int64)
    column, is_owed = np.full((n_users, k), -1), np.zeros((n_users, k), dtype=np.bool_)
    for place in range(k):
        is_full = (n_alike >= rules.most_per_category) & (rules.most_per_category > 0)
        allowed = _narrowed(is_open, ~is_full)
        is_due = rules.least_new - n_new >= k - place
        wanted = _narrowed(allowed, is_new | ~is_due[:, None])
        value = (1.0 - rules.diversity) * board.relevance - rules.diversity * closest
        best = np.where(wanted, value, -np.inf).argmax(axis=1)
        found = np.flatnonzero(wanted[everyone, best])
        best = best[found]
        column[found, place] = best
        is_owed[found, place] = is_due[found] & is_new[found, best]
        is_open[found, best] = False
        n_new[found] += is_new[found, best]
        same = category[found] == category[found, best][:, None]
        n_alike[found] += same & (category[found] >= 0)
        if rules.diversity > 0:
            closest[found] = np.maximum(closest[found], _likeness(board, facts, found, best))
    return _Choice(column=column, is_owed=is_owed)


def _narrowed(some: Flags, wish: Flags) -> Flags:
    """Return those that fit a wish; of users for whom none does, all."""
    both = some & wish
    return np.where(both.any(axis=1, keepdims=True), both, some)


def _likeness(board: _Board, facts: RuleFacts, users: Rows, best: Rows) -> Floats:
    """Return how alike each candidate is to the one just chosen [0-1]."""
    items = board.items[users]
    chosen = facts.direction[items[np.arange(len(users)), best]]
    likeness = np.einsum("nwf,nf->nw", facts.direction[items], chosen)
    return np.asarray(np.maximum(likeness, 0.0), dtype=np.float64)


def _placed(
    lists: ExplainedLists, boosted: Floats, board: _Board, choice: _Choice, facts: RuleFacts
) -> ExplainedLists:
    """Return the chosen rows in their new places, with scores and reasons that fit them."""
    users, places = np.nonzero(choice.column >= 0)
    rows = board.rows[users, choice.column[users, places]]
    worth = np.full(choice.column.shape, np.inf)
    worth[users, places] = boosted[rows]
    found = taken(lists, rows)
    factor, rank = facts.factor[found.item_row], (places + 1).astype(np.int32)
    is_up = rank < found.rank
    is_boosted = is_up & (factor > 1.0)
    is_new = is_up & choice.is_owed[users, places]
    is_told = is_boosted | is_new
    return replace(
        found,
        rank=rank,
        score=np.minimum.accumulate(worth, axis=1)[users, places],
        boost=factor,
        reason_code=np.select([is_new, is_boosted], [NEW_BY_RULE, BOOSTED], found.reason_code),
        reason_item_row=np.where(is_told, np.int32(-1), found.reason_item_row),
        reason_tag=np.where(is_boosted, facts.boosted_by[found.item_row], found.reason_tag),
        reason_place=np.where(is_told, found.rank, found.reason_place),
    )
