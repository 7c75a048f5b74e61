"""Whom lists serve better or worse: two policies compared inside groups of users."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.compare import BASELINE, Contrast, Estimate, Found, UserDraws
from engine.evaluation.segments import OTHER

Kind = Literal["segment", "activity"]

FEWEST_USERS = 30
"""Users that a group needs before it is compared on its own."""

ACTIVITY = ("few", "some", "many")
"""Thirds of the users by their earlier successes, fewest first."""

GATHERED = ""
"""Name of the group that users of small segments and of none are gathered in."""


@dataclass(frozen=True, kw_only=True)
class GroupQuality:
    """Our lists against popular items for some users; no values when they are too few."""

    kind: Kind
    name: str
    """Of the segment, or a third of ``ACTIVITY``; ``GATHERED`` for small segments together."""
    users: int
    fewest: int
    most: int
    """Earlier successes of its users [count]."""
    ours: Mapping[str, Estimate]
    baseline: Mapping[str, Estimate]
    difference: Mapping[str, Contrast]

    @property
    def is_known(self) -> bool:
        """Whether the group is large enough to be compared."""
        return bool(self.difference)


def by_segment(
    found: Found,
    draws: UserDraws,
    label: Sequence[str],
    successes: NDArray[np.integer],
    ours: str,
    k: int,
) -> tuple[GroupQuality, ...]:
    """Return the groups of a segment each, largest first; small ones are gathered.

    Nothing where all users are in one segment: that group is everybody.

    Parameters
    ----------
    label : sequence of str
        Segment of each user of ``found``.
    successes : ndarray of shape (n_users,)
        Earlier successes of each user of ``found`` [count].
    """
    names, group, users = np.unique(np.asarray(label), return_inverse=True, return_counts=True)
    if len(names) < 2:
        return ()
    small = (users < FEWEST_USERS) | (names == OTHER)
    groups = [
        (str(names[row]), group == row) for row in np.lexsort((names, -users)) if not small[row]
    ]
    if small.any():
        groups.append((GATHERED, small[group]))
    return tuple(
        _group("segment", name, inside, (found, draws, successes, ours, k))
        for name, inside in groups
    )


def by_activity(
    found: Found, draws: UserDraws, successes: NDArray[np.integer], ours: str, k: int
) -> tuple[GroupQuality, ...]:
    """Return the thirds of the users by their earlier successes; equal users stay together."""
    edges = np.quantile(successes, [1 / 3, 2 / 3]) if len(successes) else np.zeros(2)
    third = np.searchsorted(edges, successes, side="left")
    return tuple(
        _group("activity", ACTIVITY[row], third == row, (found, draws, successes, ours, k))
        for row in np.unique(third)
    )


def _group(
    kind: Kind,
    name: str,
    inside: NDArray[np.bool_],
    given: tuple[Found, UserDraws, NDArray[np.integer], str, int],
) -> GroupQuality:
    found, draws, successes, ours, k = given
    own = draws.of(inside)
    known = int(inside.sum()) >= FEWEST_USERS and BASELINE in found.hits
    first = {m: values[inside] for m, values in found.per_user(ours, k).items() if known}
    second = {m: values[inside] for m, values in found.per_user(BASELINE, k).items() if known}
    return GroupQuality(
        kind=kind,
        name=name,
        users=int(inside.sum()),
        fewest=int(successes[inside].min()),
        most=int(successes[inside].max()),
        ours={metric: own.estimate(values) for metric, values in first.items()},
        baseline={metric: own.estimate(values) for metric, values in second.items()},
        difference={m: own.contrast(values - second[m]) for m, values in first.items()},
    )
