"""How likely an ad at a slot is seen, where the log measured it."""

import numpy as np

from engine.evaluation.examination import Examination
from engine.evaluation.usage import Shown, Users
from engine.evaluation.weights import group_sums
from engine.tensor import Floats

FEWEST_ROWS = 100
"""Measured rows below which nothing is read off a slot."""


def measured_viewability(
    shown: Shown, users: Users, examination: Examination, weights: Floats
) -> Floats | None:
    """Return viewability by slot, of shape (B, K); None when it was not measured.

    A slot without enough measured rows gets the level of the others times its examination.
    """
    n_slots = examination.draws.shape[1]
    keep = np.isfinite(shown.viewable) & (shown.position >= 1) & (shown.position <= n_slots)
    keep &= users.counted[shown.user_row]
    if keep.sum() < FEWEST_ROWS:
        return None
    group, slot = users.group[shown.user_row[keep]], shown.position[keep] - 1
    shape = (weights.shape[1], n_slots)
    rows = group_sums(group, slot, np.ones(len(slot)), shape)
    above, below = weights @ group_sums(group, slot, shown.viewable[keep], shape), weights @ rows
    expected = (below * examination.draws).sum(axis=1, keepdims=True)
    level = above.sum(axis=1, keepdims=True) / np.maximum(expected, 1e-9)
    modelled = np.clip(level * examination.draws, 0.0, 1.0)
    measured = np.divide(above, below, out=modelled.copy(), where=below > 0)
    enough = rows.sum(axis=0) >= FEWEST_ROWS
    return np.asarray(np.where(enough, measured, modelled), dtype=np.float64)
