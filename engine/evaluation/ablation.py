"""What each part of a ranker adds: its lists against those that were made without the part."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.compare import Contrast, Estimate, UserDraws, find
from engine.evaluation.hits import Pairs, RankedPairs
from engine.tensor import Floats

Kind = Literal["source", "features"]

FULL = "full"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A source or a group of features that was switched off."""

    name: str
    kind: Kind
    without: Mapping[str, Estimate]
    """Metric -> value of the lists that were made without it."""
    loss: Mapping[str, Contrast]
    """Metric -> full lists less those without it, user by user: what the part adds."""


@dataclass(frozen=True, kw_only=True)
class Ablation:
    """Each part of a ranker switched off in turn, on a part of the log it never saw."""

    k: int
    users: int
    since: int
    """Start of the test part [epoch seconds, UTC]."""
    full: Mapping[str, Estimate]
    parts: tuple[Part, ...]


def ablation(
    lists: Mapping[str, RankedPairs],
    kinds: Mapping[str, Kind],
    test: Pairs,
    group_of_user: NDArray[np.integer],
    weights: Floats,
    n_items: int,
    since: int,
    k: int,
) -> Ablation:
    """Return what each part adds to the first ``k`` places.

    Parameters
    ----------
    lists : mapping
        ``FULL`` -> lists of the whole ranker, part -> lists of the ranker without it.
    weights : ndarray of shape (B, n_groups)
        Bootstrap weights of user groups.
    """
    found = find(lists, test, n_items, k)
    draws = UserDraws(weights=weights, group=group_of_user[found.users])
    full = found.per_user(FULL, k)
    parts = []
    for name, kind in kinds.items():
        values = found.per_user(name, k)
        parts.append(
            Part(
                name=name,
                kind=kind,
                without={metric: draws.estimate(mine) for metric, mine in values.items()},
                loss={metric: draws.contrast(full[metric] - values[metric]) for metric in full},
            )
        )
    return Ablation(
        k=k,
        users=len(found.users),
        since=since,
        full={metric: draws.estimate(values) for metric, values in full.items()},
        parts=tuple(parts),
    )
