"""A reward model that never saw the rows it is asked about."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special
from sklearn.linear_model import LogisticRegression

from engine.evaluation.off_policy.controls import N_FOLDS
from engine.tensor import Floats

STRENGTH = 1.0
"""Inverse of the ridge penalty: rare rewards pull every action to the mean."""


def cross_fitted(
    action: NDArray[np.integer],
    context: NDArray[np.integer],
    reward: NDArray[np.bool_],
    fold: NDArray[np.integer],
    n_actions: int,
) -> Floats:
    """Return ``q̂(x, a)`` of every row and action, fitted on the other folds.

    Parameters
    ----------
    action : ndarray of shape (n,)
    context : ndarray of shape (n, n_features)
        Codes from 0 of what is known before the action, such as the slot.
    reward : ndarray of shape (n,)
    fold : ndarray of shape (n,)
        0 … N_FOLDS - 1; all rows of a user in one.

    Returns
    -------
    ndarray of shape (n, n_actions)

    Notes
    -----
    Logistic in action and context without interaction. A fold whose others hold only one
    outcome is guessed at that outcome.
    """
    known = _one_hot(context)
    taken = sparse.csr_matrix(
        (np.ones(len(action)), (np.arange(len(action)), action)), shape=(len(action), n_actions)
    )
    table = sparse.hstack([taken, known]).tocsr()
    guesses = np.empty((len(action), n_actions))
    for number in range(N_FOLDS):
        inside, outside = fold == number, fold != number
        if np.ptp(reward[outside].astype(int)) == 0:
            guesses[inside] = float(reward[outside].mean())
            continue
        model = LogisticRegression(C=STRENGTH, max_iter=500).fit(table[outside], reward[outside])
        slope = np.asarray(model.coef_[0])
        base = known[inside] @ slope[n_actions:] + model.intercept_[0]
        guesses[inside] = special.expit(base[:, None] + slope[:n_actions])
    return guesses


def _one_hot(context: NDArray[np.integer]) -> sparse.csr_matrix:
    sizes = context.max(axis=0).astype(np.int64) + 1
    starts = np.cumsum(sizes) - sizes
    columns = (context + starts).ravel()
    rows = np.repeat(np.arange(len(context)), context.shape[1])
    cells = (np.ones(len(rows)), (rows, columns))
    return sparse.csr_matrix(cells, shape=(len(context), int(sizes.sum())))
