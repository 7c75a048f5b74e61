"""Which share of the sales through lists would not have happened without them (κ)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.tensor import Floats

FEWEST_USERS = 30.0
"""Users that each side of a holdout needs before it says anything."""


@dataclass(frozen=True, kw_only=True, eq=False)
class HoldoutSums:
    """Both sides of a holdout by bootstrap group; arrays of shape (n_rows,)."""

    group: NDArray[np.int32]
    is_holdout: NDArray[np.bool_]
    """Whether the row is of users who see no lists."""
    users: Floats
    sales_cents: Floats
    """All that the users bought since they were assigned [cents]."""
    list_sales_cents: Floats
    """What of it they ordered after a click on a list [cents]."""


def causal_share(sums: HoldoutSums, weights: Floats) -> Floats | None:
    """Return draws of κ, of shape (B,); None where no holdout tells it.

    Parameters
    ----------
    weights : ndarray of shape (B, n_groups)
        The bootstrap weights that every other statistic uses.

    Notes
    -----
    ``(sales per user with lists - sales per user without) / list sales per user with``.
    It holds the visits that lists bring. Not clipped: above one where lists sell what
    nobody clicked on them for, below zero by chance. A draw without anybody in the
    holdout, or without any sale through a list, takes the estimate.

    References
    ----------
    Sharma, Hofman and Watts (2015): estimating the causal impact of recommendation systems.
    """
    sides = [~sums.is_holdout, sums.is_holdout]
    if min(float(sums.users[side].sum()) for side in sides) < FEWEST_USERS:
        return None
    estimate = _share(sums, np.ones((1, weights.shape[1])))[0]
    if not np.isfinite(estimate):
        return None
    found = _share(sums, weights)
    return np.asarray(np.where(np.isfinite(found), found, estimate))


def _share(sums: HoldoutSums, weights: Floats) -> Floats:
    treated, held = ~sums.is_holdout, sums.is_holdout
    sales, without, through = (
        _per_user(sums, amount, side, weights)
        for amount, side in (
            (sums.sales_cents, treated),
            (sums.sales_cents, held),
            (sums.list_sales_cents, treated),
        )
    )
    share = np.full(len(weights), np.nan)
    return np.asarray(np.divide(sales - without, through, out=share, where=through > 0))


def _per_user(
    sums: HoldoutSums, amount: Floats, side: NDArray[np.bool_], weights: Floats
) -> Floats:
    own = weights[:, sums.group[side]]
    users = own @ sums.users[side]
    mean = np.full(len(weights), np.nan)
    return np.asarray(np.divide(own @ amount[side], users, out=mean, where=users > 0))
