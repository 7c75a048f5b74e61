"""How likely a user comes back, by the time since the last event."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10

MOST_LATER = 0.9
"""Weight of a later visit for users who surely come back: the present one may go on."""

HALF_CHANCE = 0.04
"""Chance of coming back at which the weight of a later visit is half of ``MOST_LATER``."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Returns:
    """Chance of a new success within a window, falling with the time since the last event."""

    last_seen: NDArray[np.float64]
    """ln(1 + days since the last event), ascending; empty where no window was seen."""
    chance: NDArray[np.float64]
    """Share of users [0-1] who came back, the same shape."""

    def later_weight(self, last_seen: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return how much the ranker of later visits counts beside that of the next step.

        Parameters
        ----------
        last_seen : ndarray of shape (n,)
            ln(1 + days since the last event).

        Notes
        -----
        ``MOST_LATER * p / (p + HALF_CHANCE)`` for a chance p of coming back: a user who
        is hardly expected again is served what would have come next.
        """
        if len(self.chance) == 0:
            return np.full(len(last_seen), MOST_LATER)
        chance = np.interp(last_seen, self.last_seen, self.chance)
        return np.asarray(MOST_LATER * chance / (chance + HALF_CHANCE))


NOBODY = Returns(last_seen=np.zeros(0), chance=np.zeros(0))


def learn_returns(
    windows: Sequence[tuple[NDArray[np.float32], NDArray[np.bool_]]],
) -> Returns:
    """Learn from the users of some windows: when they were last seen, and who came back."""
    if not windows:
        return NOBODY
    last_seen = np.concatenate([seen for seen, _ in windows]).astype(np.float64)
    came_back = np.concatenate([back for _, back in windows])
    order = np.argsort(last_seen, kind="stable")
    parts = [part for part in np.array_split(order, BINS) if len(part)]
    chance = np.array([came_back[part].mean() for part in parts])
    return Returns(
        last_seen=np.array([last_seen[part].mean() for part in parts]),
        chance=np.minimum.accumulate(chance) if len(chance) else chance,
    )
