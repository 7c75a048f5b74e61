"""Sums over users by segment, in draws."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.usage import Users
from engine.evaluation.weights import group_sums
from engine.tensor import Floats

SHRINK_USERS = 50.0
"""Users that the rate of all segments counts for in the rate of one."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Counter:
    """Users, and their bootstrap weights."""

    users: Users
    n_segments: int
    weights: Floats

    def total(self, per_user: Floats) -> Floats:
        """Return weighted sums by segment, of shape (B, G)."""
        shape = (self.weights.shape[1], self.n_segments)
        return np.asarray(
            self.weights @ group_sums(self.users.group, self.users.segment, per_user, shape)
        )

    def of(self, chosen: NDArray[np.bool_]) -> Floats:
        """Return the weighted number of chosen users by segment, of shape (B, G)."""
        return self.total(chosen.astype(np.float64))

    def everyone(self, per_user: Floats) -> Floats:
        """Return weighted sums over all users, of shape (B,)."""
        size = self.weights.shape[1]
        return np.asarray(
            self.weights @ np.bincount(self.users.group, weights=per_user, minlength=size)
        )


def ratio(
    count: Counter,
    user_row: NDArray[np.integer],
    above: NDArray[np.generic],
    below: NDArray[np.generic] | None,
) -> Floats:
    """Return one weighted sum over another (over rows when None), of shape (B,)."""
    size = len(count.users.group)
    top = count.everyone(np.bincount(user_row, weights=above, minlength=size).astype(float))
    base = count.everyone(np.bincount(user_row, weights=below, minlength=size).astype(float))
    return np.asarray(np.divide(top, base, out=np.zeros_like(top), where=base > 0))
