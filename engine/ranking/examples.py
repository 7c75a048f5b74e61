"""Pairs that the ranker learns from, with what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.ranking.pair_features import FEATURE_NAMES, Features
from engine.ranking.sources import SHARED


@dataclass(frozen=True, kw_only=True, eq=False)
class Examples:
    """Pairs of some windows; a group is one user in one window."""

    features: Features
    labels: NDArray[np.int8]
    group_sizes: NDArray[np.int64]
    group_users: NDArray[np.int64]
    """User of each group, (n_groups,)."""
    shared_hits: NDArray[np.int64]
    """Successes among the first places of each shared source, (len(SHARED),)."""

    def groups(self, kept: NDArray[np.bool_]) -> "Examples":
        """Return the groups where ``kept``, of shape (n_groups,), holds.

        The successes of shared sources stay those of all groups.
        """
        rows = np.repeat(kept, self.group_sizes)
        return replace(
            self,
            features=self.features[rows],
            labels=self.labels[rows],
            group_sizes=self.group_sizes[kept],
            group_users=self.group_users[kept],
        )


NO_EXAMPLES = Examples(
    features=np.zeros((0, len(FEATURE_NAMES)), np.float32),
    labels=np.zeros(0, np.int8),
    group_sizes=np.zeros(0, np.int64),
    group_users=np.zeros(0, np.int64),
    shared_hits=np.zeros(len(SHARED), np.int64),
)


def joined(parts: Sequence[Examples]) -> Examples:
    """Return the examples of all parts, in their order."""
    if not parts:
        return NO_EXAMPLES
    return Examples(
        features=np.concatenate([part.features for part in parts]),
        labels=np.concatenate([part.labels for part in parts]),
        group_sizes=np.concatenate([part.group_sizes for part in parts]),
        group_users=np.concatenate([part.group_users for part in parts]),
        shared_hits=np.sum([part.shared_hits for part in parts], axis=0),
    )
