"""Everything a reader may ask about how well lists foresee choices; stored with a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.calibration_check import CalibrationCheck
from engine.evaluation.compare import (
    BASELINE,
    Comparison,
    Contrast,
    Estimate,
    Found,
    UserDraws,
    times_listed,
)
from engine.evaluation.groups import GroupQuality
from engine.evaluation.hits import RankedPairs
from engine.metrics import gini, items_for_half

METRICS = ("ndcg", "recall", "map", "mrr", "hit_rate")
PLACES = (1, 2, 3, 5, 10, 20)
"""Lengths of lists that the curve is drawn over."""

Approach = Literal["collaborative", "content", "hybrid", "group", "popular", "random", "own"]

APPROACHES: Mapping[str, Approach] = {
    "ranked": "hybrid",
    "als": "collaborative",
    "item_to_item": "collaborative",
    "lately": "collaborative",
    "latest": "collaborative",
    "together": "collaborative",
    "sequence": "collaborative",
    "content": "content",
    "new_items": "content",
    "popularity": "popular",
    "recent": "popular",
    "segment": "group",
    "random": "random",
}
"""What each of our ways to make lists rests on."""

NOT_SOURCES = ("popularity", "random")
"""Baselines: every other policy that is neither ours nor delivered is a source."""


@dataclass(frozen=True, kw_only=True)
class PolicyQuality:
    """One way to make lists."""

    name: str
    values: Mapping[str, Estimate]
    """Metric, coverage, novelty, and diversity where items have attributes -> value."""
    against: Mapping[str, Contrast]
    """The same but coverage -> this less popularity; empty for popularity itself."""
    ahead: Mapping[str, Contrast]
    """The same -> our lists less this; empty for our lists themselves."""
    gini: float
    """How unevenly the items of the catalogue are listed: 0 even, 1 one item for all."""
    items_for_half: int
    """Fewest items that hold half of all places."""
    shown_share: float | None
    """Share of its places that the log shows on screen in the test part; None unknown."""


@dataclass(frozen=True, kw_only=True)
class Quality:
    """How well the lists of a run foresee what people chose next."""

    ours: str
    k: int
    users: int
    pairs: int
    """What these users chose in the test part [count]."""
    items: int
    """Items of the catalogue."""
    since: int
    until: int
    """The test part [epoch seconds, UTC]."""
    policies: tuple[PolicyQuality, ...]
    delivered: tuple[str, ...]
    """Policies whose lists were imported."""
    curves: Mapping[str, Mapping[str, tuple[Estimate, ...]]]
    """Policy -> metric -> value at each of ``PLACES``."""
    groups: tuple[GroupQuality, ...]
    days_ahead: float
    """Days that promises of a next success speak of."""
    calibration: tuple[CalibrationCheck, ...]
    """Empty where nothing could be calibrated."""
    calibration_reason: str | None
    """Code of why not."""

    def of(self, name: str) -> PolicyQuality | None:
        """Return one policy; None when it was not compared."""
        return next((policy for policy in self.policies if policy.name == name), None)

    def approach(self, name: str) -> Approach | None:
        """Return what a policy rests on; None where that has no name."""
        return "own" if name in self.delivered else APPROACHES.get(name)

    @property
    def sources(self) -> tuple[PolicyQuality, ...]:
        """Return the policies that our lists are put together from."""
        apart = {self.ours, *NOT_SOURCES, *self.delivered}
        return tuple(policy for policy in self.policies if policy.name not in apart)


def policy_qualities(
    found: Found,
    comparison: Comparison,
    draws: UserDraws,
    shown_share: Mapping[str, float],
    ours: str,
    n_items: int,
    k: int,
) -> tuple[PolicyQuality, ...]:
    """Return each policy beside popularity and beside our lists."""
    per_user = comparison.per_user
    base, own = per_user.get(BASELINE, {}), per_user[ours]
    listed = {name: times_listed(found, name, n_items, k) for name in per_user}
    return tuple(
        PolicyQuality(
            name=name,
            values=comparison.policies[name],
            against={
                metric: draws.contrast(values[metric] - base[metric])
                for metric in (base if name != BASELINE else {})
            },
            ahead={
                metric: draws.contrast(own[metric] - values[metric])
                for metric in (own if name != ours else {})
            },
            gini=gini(listed[name]),
            items_for_half=items_for_half(listed[name]),
            shown_share=shown_share.get(name),
        )
        for name, values in per_user.items()
    )


def best_source(policies: Sequence[PolicyQuality], apart: set[str], metric: str) -> str | None:
    """Return the policy of the highest value, baselines and those ``apart`` left out.

    Popularity is itself one of two sources; the one whose lists it shows is no other policy.
    """
    sources = [
        policy
        for policy in policies
        if policy.name not in apart
        and any(contrast.low < contrast.high for contrast in policy.against.values())
    ]
    if not sources:
        return None
    return max(sources, key=lambda policy: policy.values[metric].value).name


def curves(
    found: Found, draws: UserDraws, policies: Sequence[str]
) -> dict[str, dict[str, tuple[Estimate, ...]]]:
    """Return the metrics of some policies at each length of ``PLACES``."""
    result = {}
    for name in policies:
        at = [found.per_user(name, k) for k in PLACES]
        result[name] = {
            metric: tuple(draws.estimate(values[metric]) for values in at) for metric in METRICS
        }
    return result


def shown_shares(
    entries: Mapping[str, RankedPairs],
    user_row: NDArray[np.integer],
    item_row: NDArray[np.integer],
    n_items: int,
    k: int,
) -> dict[str, float]:
    """Return the share of each policy's places that a user was shown.

    Parameters
    ----------
    user_row, item_row : ndarray of shape (n_shown,)
        What was shown to whom; -1 for an item outside the catalogue.
    """
    shown = np.unique(user_row.astype(np.int64) * n_items + item_row)
    shares = {}
    for name, given in entries.items():
        first = given.rank <= k
        places = given.user_row[first].astype(np.int64) * n_items + given.item_row[first]
        shares[name] = float(np.isin(places, shown).mean()) if len(places) else 0.0
    return shares
