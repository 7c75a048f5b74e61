"""The one device for data uncertainty: a Bayesian bootstrap over random groups of users."""

import numpy as np
from numpy.typing import NDArray

from engine.rng import stream
from engine.tensor import Floats

N_DRAWS = 512
N_GROUPS = 2048

Rows = NDArray[np.integer]


def bootstrap_weights(seed: int, n_groups: int = N_GROUPS, n_draws: int = N_DRAWS) -> Floats:
    """Return exponential weights of user groups, of shape (n_draws, n_groups), mean one.

    The same weights belong in every statistic of a data set: only then are the
    covariances between statistics right. Weights that are all one give the estimate.

    References
    ----------
    Rubin (1981): the Bayesian bootstrap. Wolter (2007): random groups.
    """
    weights = stream(seed, "bootstrap").exponential(size=(n_draws, n_groups))
    return np.asarray(weights / weights.mean(axis=1, keepdims=True))


def of_known_size(weights: Floats, group: Rows) -> Floats:
    """Return the weights scaled so that every draw holds as many users as the log.

    Parameters
    ----------
    group : ndarray of shape (n_users,)
        Group of every user who counts.

    Notes
    -----
    Who the users are is uncertain, how many they are is not: groups of unlike sizes would
    let their number vary as well, and with it all that is counted of them.
    """
    sizes = np.bincount(group, minlength=weights.shape[1])
    return np.asarray(weights * (sizes.sum() / np.maximum(weights @ sizes, 1e-12))[:, None])


def group_sums(group: Rows, cell: Rows, values: Floats, shape: tuple[int, int]) -> Floats:
    """Return ``values`` summed by user group and cell, of shape (n_groups, n_cells)."""
    n_groups, n_cells = shape
    flat = group.astype(np.int64) * n_cells + cell
    sums = np.bincount(flat, weights=values, minlength=n_groups * n_cells)
    return np.asarray(sums.reshape(n_groups, n_cells), dtype=np.float64)


def shrunk_share(successes: Floats, trials: Floats, strength: float) -> Floats:
    """Return shares by segment, drawn towards the share of all.

    Parameters
    ----------
    successes, trials : ndarray of shape (B, G)
        Weighted counts.
    strength : float
        Trials that the share of all counts for.
    """
    everyone = trials.sum(axis=1, keepdims=True)
    total = successes.sum(axis=1, keepdims=True)
    overall = np.divide(total, everyone, out=np.zeros_like(total), where=everyone > 0)
    return np.asarray((successes + strength * overall) / (trials + strength))


def rate_by_segment(total: Floats, exposure: Floats) -> Floats:
    """Return total over exposure, (B, G); a segment without any gets the rate of all."""
    everyone = exposure.sum(axis=1, keepdims=True)
    whole = total.sum(axis=1, keepdims=True)
    mean = np.divide(whole, everyone, out=np.zeros_like(whole), where=everyone > 0)
    mean = np.broadcast_to(mean, total.shape)
    return np.asarray(np.divide(total, exposure, out=mean.copy(), where=exposure > 0))
