"""How clicks are spread over ranks and segments, as far as the log tells it from noise.

A click model knows a pair by its score. What else made the lists, a shop's own ranker or the
hour, it cannot see: the first ranks of such lists get more clicks than it thinks, and an ad
that pushes the last ranks out costs less.
"""

from dataclasses import dataclass, replace

import numpy as np

from engine.evaluation.off_policy.controls import examination_of_ranks
from engine.evaluation.off_policy.position_based import Crowd
from engine.evaluation.off_policy.slates import SlateLog
from engine.evaluation.off_policy.sums import PolicySums
from engine.tensor import EventTensor, Floats

TINY = 1e-300
SMALLEST_FACTOR = 0.05  # a rank or a segment is never left without any click


@dataclass(frozen=True, kw_only=True, eq=False)
class ClickCounts:
    """Clicks and looks by user group, segment and rank, each of shape (R, G, J)."""

    clicks: Floats
    looks: Floats


def counts_of_log(log: SlateLog, crowd: Crowd, examination: Floats) -> ClickCounts:
    """Return the clicks and the expected looks of lists as they were shown.

    Parameters
    ----------
    examination : ndarray of shape (K,)
    """
    n_ranks = log.item_row.shape[1]
    user = log.user_row
    cell = crowd.group[user].astype(np.int64) * crowd.n_segments + crowd.segment[user]
    cells = (cell[:, None] * n_ranks + np.arange(n_ranks)).ravel()
    shape = crowd.n_groups, crowd.n_segments, n_ranks
    size = crowd.n_groups * crowd.n_segments * n_ranks
    looked = examination_of_ranks(log, examination)[log.pattern]

    def summed(amount: Floats) -> Floats:
        return np.asarray(np.bincount(cells, amount.ravel(), size), np.float64).reshape(shape)

    return ClickCounts(clicks=summed(log.rewards[0]), looks=summed(looked))


def counts_of_policy(sums: PolicySums) -> ClickCounts:
    """Return the clicks that a policy would have had, each rank looked at once."""
    clicks = sums.events[:, :, :, 0]
    return ClickCounts(clicks=clicks, looks=np.broadcast_to(sums.lists[:, :, None], clicks.shape))


def shaped(tensor: EventTensor, counts: ClickCounts, weights: Floats) -> EventTensor:
    """Return the tensor with clicks spread over ranks and segments as counts tell.

    Parameters
    ----------
    weights : ndarray of shape (B, n_groups)

    Notes
    -----
    Ranks and segments have a factor each, drawn towards one by its own variance: with few
    clicks the spread of the click model stays. Orders and value follow the clicks.
    """
    clicks, looks = (np.tensordot(weights, part, axes=1) for part in (counts.clicks, counts.looks))
    due = looks * tensor.quality
    by_segment, by_rank = (_margin(clicks.sum(axis=axis), due.sum(axis=axis)) for axis in (2, 1))
    factor = (by_segment[:, :, None] * by_rank[:, None, :])[:, :, :, None]
    return replace(
        tensor,
        click=tensor.click * factor,
        order=tensor.order * factor,
        value=tensor.value * factor,
        cost=tensor.cost * factor,
    )


def _margin(found: Floats, due: Floats) -> Floats:
    """Return counts over what was due, relative to the whole and shrunk, of shape (B, n).

    The spread that is no noise is that of the means beyond the variance of the draws,
    weighted by what is due.
    """
    known = due * (found.sum(axis=1) / np.maximum(due.sum(axis=1), TINY))[:, None]
    relative = np.divide(found, known, out=np.ones_like(found), where=known > 0)
    noise = relative.var(axis=0)
    share = due.mean(axis=0) / max(float(due.mean(axis=0).sum()), TINY)
    real = max(float((share * ((relative.mean(axis=0) - 1.0) ** 2 - noise)).sum()), 0.0)
    kept = np.divide(real, real + noise, out=np.zeros_like(noise), where=real + noise > 0)
    return np.asarray(np.maximum(1.0 + kept * (relative - 1.0), SMALLEST_FACTOR))
