"""What is popular with people of the same segment and country."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.features.tables import UserTable
from engine.ranking.item_models import Factors

MAX_GROUPS = 50
"""Largest segments, and largest countries, that are counted by themselves [count]."""

SHRINKAGE_USERS = 50.0
"""So many users of the whole log are added to each group [count]."""

Codes = NDArray[np.int32]


def unknown_users(n_users: int) -> UserTable:
    """Return the table of users of whom nothing is known."""
    unknown = np.full(n_users, -1, dtype=np.int32)
    return UserTable(segment=unknown, country=unknown)


@dataclass(frozen=True, kw_only=True, eq=False)
class Groups:
    """Which rows of the shares belong to which codes; row 0 is everyone."""

    segments: Codes
    """Codes of rows 1 to n."""
    countries: Codes
    """Codes of the rows behind them."""


def fit_groups(
    liked: sparse.csr_matrix, users: UserTable, bots: NDArray[np.bool_]
) -> tuple[Groups, Factors]:
    """Score by the share of a user's segment and country who chose an item.

    Notes
    -----
    share = (users of the group who chose it + m·p) / (users of the group + m), where p is
    the share of all users and m is ``SHRINKAGE_USERS``: a small group says what all say. The
    score is the mean of segment and country, as far as they are known. Memory: groups x
    items of the pool.
    """
    known = (np.diff(liked.indptr) > 0) & ~bots
    groups = Groups(
        segments=_largest(users.segment[known]), countries=_largest(users.country[known])
    )
    overall = _count(liked, known) / max(int(known.sum()), 1)
    shares = [overall]
    for codes, kept in ((users.segment, groups.segments), (users.country, groups.countries)):
        shares += [_share(liked, known & (codes == code), overall) for code in kept]
    right = (np.stack(shares) / max(float(overall.max(initial=0.0)), 1e-12)).astype(np.float32)
    return groups, Factors(left=member_matrix(groups, users), right=right)


def member_matrix(groups: Groups, users: UserTable) -> sparse.csr_matrix:
    """Return how much each row of the shares weighs for each user, (n_users, n_rows)."""
    n_users, n_segments = len(users.segment), len(groups.segments)
    n_rows = 1 + n_segments + len(groups.countries)
    segment = _place(users.segment, groups.segments, 1)
    country = _place(users.country, groups.countries, 1 + n_segments)
    rows = np.concatenate([segment, country])
    weight = np.repeat(0.5, len(rows))
    who = np.tile(np.arange(n_users), 2)
    # with one of both known it counts alone, with neither everyone does
    rows = np.where(rows > 0, rows, np.concatenate([country, segment]))
    return sparse.csr_matrix((weight.astype(np.float32), (who, rows)), shape=(n_users, n_rows))


def in_a_group(factors: Factors, users: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return whether segment or country of users is among those that are counted."""
    return np.asarray(sparse.csr_matrix(factors.left)[users, 0].toarray().ravel() == 0.0)


def _largest(codes: Codes) -> Codes:
    counts = np.bincount(codes[codes >= 0])
    order = np.argsort(-counts, kind="stable")[:MAX_GROUPS]
    return np.sort(order[counts[order] > 0]).astype(np.int32)


def _place(codes: Codes, kept: Codes, first: int) -> NDArray[np.int64]:
    """Return the row of each user's code; 0 where it has none."""
    if not len(kept):
        return np.zeros(len(codes), dtype=np.int64)
    place = np.minimum(np.searchsorted(kept, codes), len(kept) - 1)
    return np.where(kept[place] == codes, first + place, 0)


def _share(
    liked: sparse.csr_matrix, members: NDArray[np.bool_], overall: NDArray[np.float64]
) -> NDArray[np.float64]:
    added = SHRINKAGE_USERS
    return (_count(liked, members) + added * overall) / (int(members.sum()) + added)


def _count(liked: sparse.csr_matrix, members: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.asarray(liked[members].sum(axis=0), dtype=np.float64).ravel()
