"""How slots are looked at, told by the same thing in different slots.

Where no chances were logged, the order of a list still changes: a ranker is retrained, an ad
pushes items down. What the same user did with the same item here and there tells the slots.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.evaluation.weights import group_sums
from engine.tensor import Floats

MOST_STEPS = 50
TOLERANCE = 1e-12
"""Newton steps end when no logarithm moves by more."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Harvest:
    """Logarithms of how slots are looked at relative to the first, which is left out."""

    log_ratio: Floats
    """Of shape (K - 1,)."""
    error: Floats
    """Standard errors, of shape (K - 1,)."""
    draws: Floats
    """Bootstrap draws, of shape (B, K - 1)."""


def harvest(
    stratum: NDArray[np.int64],
    slot: NDArray[np.int64],
    clicks: Floats,
    group: NDArray[np.integer],
    weights: Floats,
    n_slots: int,
) -> Harvest | None:
    """Return how slots are looked at; None where some slot cannot be told from the first.

    Parameters
    ----------
    stratum : ndarray of shape (n_rows,)
        Rows of one code are clicked alike but for the slot.
    slot : ndarray of shape (n_rows,)
        From 0.
    group : ndarray of shape (n_rows,)
        Bootstrap group of the row's user.
    weights : ndarray of shape (B, n_groups)

    Notes
    -----
    Clicks of a stratum are Poisson with mean ``γ θ_k`` a row; given their number its slots are
    multinomial, and γ falls out. That is where expectation maximisation over θ and one γ per
    stratum ends, reached by Newton's method. Draws take one more step with each draw's
    weights. Time grows with rows, by a sort of them, and with draws times groups times slots.

    References
    ----------
    Agarwal, Zaitsev, Wang, Li, Najork and Joachims (2019): estimating position bias without
    intrusive interventions. Wang, Golbandi, Bendersky, Metzler and Najork (2018): position
    bias estimation for unbiased learning to rank.
    """
    known = _moved(stratum, slot, clicks, n_slots)
    stratum, slot, clicks, group = stratum[known], slot[known], clicks[known], group[known]
    if len(slot) == 0:
        return None
    log_ratio = np.zeros(n_slots)
    cells = _Cells.of(stratum, slot, clicks, n_slots)
    for _ in range(MOST_STEPS):
        score, curvature = cells.slopes(log_ratio)
        if np.linalg.matrix_rank(curvature) < n_slots - 1:
            return None
        step = np.clip(np.linalg.solve(curvature, score), -1.0, 1.0)
        log_ratio[1:] += step
        if np.abs(step).max(initial=0.0) < TOLERANCE:
            break
    inverse = np.linalg.inv(cells.slopes(log_ratio)[1])
    left = clicks - cells.expected(log_ratio)
    by_group = group_sums(group, slot, left, (weights.shape[1], n_slots))[:, 1:]
    return Harvest(
        log_ratio=log_ratio[1:],
        error=np.sqrt(np.diag(inverse)),
        draws=log_ratio[1:] + weights @ by_group @ inverse,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Cells:
    """Rows summed by stratum."""

    rows: sparse.csr_matrix
    """Rows shown by stratum and slot, of shape (S, K)."""
    clicks: Floats
    """Clicks of each stratum, of shape (S,)."""
    by_slot: Floats
    """Clicks in each slot, of shape (K,)."""
    stratum: NDArray[np.int64]
    """Stratum of each row."""
    slot: NDArray[np.int64]

    @staticmethod
    def of(
        stratum: NDArray[np.int64], slot: NDArray[np.int64], clicks: Floats, n_slots: int
    ) -> "_Cells":
        """Return the sums of rows."""
        names, code = np.unique(stratum, return_inverse=True)
        shape = (len(names), n_slots)
        return _Cells(
            rows=sparse.coo_matrix((np.ones(len(slot)), (code, slot)), shape=shape).tocsr(),
            clicks=np.bincount(code, clicks, len(names)).astype(np.float64),
            by_slot=np.bincount(slot, clicks, n_slots).astype(np.float64),
            stratum=code.astype(np.int64),
            slot=slot,
        )

    def slopes(self, log_ratio: Floats) -> tuple[Floats, Floats]:
        """Return score (K - 1,) and curvature (K - 1, K - 1) of the conditional likelihood."""
        share = self.rows @ sparse.diags(np.exp(log_ratio))
        share = sparse.diags(1.0 / share.sum(axis=1).A1) @ share
        expected = share.T @ self.clicks
        crossed = (share.T @ sparse.diags(self.clicks) @ share).toarray()
        return (self.by_slot - expected)[1:], (np.diag(expected) - crossed)[1:, 1:]

    def expected(self, log_ratio: Floats) -> Floats:
        """Return the clicks expected of each row, given those of its stratum."""
        looks = np.exp(log_ratio)
        total = np.asarray(self.rows @ looks)
        return np.asarray((self.clicks / total)[self.stratum] * looks[self.slot])


def _moved(
    stratum: NDArray[np.int64], slot: NDArray[np.int64], clicks: Floats, n_slots: int
) -> NDArray[np.bool_]:
    """Return the rows of strata that were clicked and seen in more than one slot."""
    names, code = np.unique(stratum, return_inverse=True)
    lowest, highest = np.full(len(names), n_slots), np.full(len(names), -1)
    np.minimum.at(lowest, code, slot)
    np.maximum.at(highest, code, slot)
    clicked = np.bincount(code, clicks, len(names)) > 0
    return np.asarray(((lowest < highest) & clicked)[code])
