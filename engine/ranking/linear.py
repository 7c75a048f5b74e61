"""A linear blend of a few features, which trees start from.

Trees approach a strong score by steps and need many examples for it; a weighted sum has it
at once. Where a log has a hundred users to learn from, this is most of what can be learned.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no hints

from engine.ranking.pair_features import FEATURE_NAMES, Features

PENALTY = 10.0
"""Ridge on the weights of standardised features."""

MOST_STEPS = 200
CONSTANT = 1e-9
"""A feature that varies less within groups says nothing."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearStart:
    """Weights of some features."""

    columns: NDArray[np.int64]
    """Places in ``FEATURE_NAMES``."""
    weights: Floats
    means: Floats
    """Of the examples that were learned from: their mean score is 0."""

    def scores(self, features: Features) -> Floats:
        """Return the score of each pair; it does not depend on the other pairs."""
        total = np.zeros(len(features))
        for _, part in self.parts(features):
            total += part
        return total

    def parts(self, features: Features) -> Iterator[tuple[int, Floats]]:
        """Yield each column and what it adds to the score of each pair."""
        for column, weight, mean in zip(self.columns, self.weights, self.means, strict=True):
            yield int(column), weight * (features[:, column].astype(np.float64) - mean)


def fit_start(
    features: Features,
    labels: NDArray[np.int8],
    group_sizes: NDArray[np.int64],
    names: Sequence[str],
) -> LinearStart:
    """Fit the weights that make what was chosen most likely within its group.

    Parameters
    ----------
    features : ndarray of shape (n_pairs, len(FEATURE_NAMES))
    labels : ndarray of shape (n_pairs,)
        1 where the pair was a success; every group has one.
    group_sizes : ndarray of shape (n_groups,)
    names : sequence of str
        Features to weigh.

    Notes
    -----
    Conditional logit: the loss of a group is the cross-entropy between its successes, each
    of the same weight, and the softmax of its scores (ListNet). A group counts by the root
    of its successes. Convex, solved by L-BFGS; cost: pairs x features x steps.

    References
    ----------
    McFadden, *Conditional logit analysis of qualitative choice behavior*, 1974.
    Cao et al., *Learning to rank: from pairwise approach to listwise approach*, 2007.
    """
    columns = np.array([FEATURE_NAMES.index(name) for name in names], dtype=np.int64)
    if len(columns) == 0:
        return LinearStart(columns=columns, weights=np.zeros(0), means=np.zeros(0))
    values = features[:, columns].astype(np.float64)
    means = values.mean(axis=0)
    group = np.repeat(np.arange(len(group_sizes)), group_sizes)
    starts = np.concatenate([[0], np.cumsum(group_sizes)[:-1]])
    values -= (np.add.reduceat(values, starts) / group_sizes[:, None])[group]
    spread = values.std(axis=0)
    values /= np.where(spread > CONSTANT, spread, np.inf)
    # One BLAS thread: sums keep their order, so results do not depend on the machine's cores.
    with threadpool_limits(1, user_api="blas"):
        found = optimize.minimize(
            _loss,
            np.zeros(len(columns)),
            args=(values, *_targets(labels, group, starts), group, starts),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": MOST_STEPS},
        )
    weights = np.where(spread > CONSTANT, found.x / np.maximum(spread, CONSTANT), 0.0)
    return LinearStart(columns=columns, weights=weights, means=means)


def _targets(
    labels: NDArray[np.int8], group: NDArray[np.int64], starts: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Return the share of each pair in the successes of its group, and what a group counts."""
    successes = np.add.reduceat(labels.astype(np.float64), starts)
    counts = np.sqrt(successes)
    return labels / successes[group], counts / counts.mean()


def _loss(
    weights: Floats,
    values: Floats,
    targets: Floats,
    counts: Floats,
    group: NDArray[np.int64],
    starts: NDArray[np.int64],
) -> tuple[float, Floats]:
    """Return the penalised loss and its gradient."""
    scores = values @ weights
    scores -= np.maximum.reduceat(scores, starts)[group]
    odds = np.exp(scores)
    total = np.add.reduceat(odds, starts)
    likelihood = np.add.reduceat(targets * scores, starts) - np.log(total)
    slope = values.T @ (counts[group] * (targets - odds / total[group]))
    loss = -(counts * likelihood).sum() + 0.5 * PENALTY * (weights @ weights)
    return float(loss), -slope + PENALTY * weights
