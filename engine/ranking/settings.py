"""How much work training does."""

from dataclasses import dataclass
from typing import Literal

Effort = Literal["quick", "normal", "thorough"]


@dataclass(frozen=True, kw_only=True)
class RankingSettings:
    """Sizes of the models; one set of defaults for every log."""

    factors: int = 64
    """Dimensions of the matrix factorisation [count]."""
    als_regularization: float = 20.0
    als_alpha: float = 4.0
    """How much more an observed pair weighs than an unobserved one."""
    als_iterations: int = 15
    half_life_days: float = 90.0
    """After so many days an event says half as much [days]."""
    recent_days: float = 30.0
    """Window of the recent popularity [days]."""
    pool_size: int = 20_000
    """Items that can become candidates [count]."""
    ease_ridge: float = 3.0
    """Ridge of the exact item model per success of a mean user."""
    ease_limit: int = 5_000
    """Largest min(users, items) for which the item model is solved exactly [count]."""
    neighbours: int = 100
    """Neighbours of an item where it is not [count]."""
    candidates: int = 100
    """Candidates each source hands to the ranker [count]."""
    shortlist: int = 150
    """Candidates of a user that trees score, twice the places of a longer list [count]."""
    windows: int = 4
    """Label windows, each a tenth of the positives before it [count]."""
    window_users: int = 2_500
    """Users drawn from each window [count]."""
    starts: tuple[str, ...] = ("likeness", "blend")
    """Weighted sums (``STARTS`` of the ranker) that trees start from, each with its own trees."""
    rounds: int = 40
    """Trees from each start [count]."""
    tuning_folds: int = 0
    """Halves of the users on which other numbers of trees and other starts are tried [count];
    0: the settings stand as they are."""
    seeds: int = 1
    """Rankers that are averaged [count]."""
    new_days: float = 30.0
    """An item is new for so long after its publication or first event [days]."""
    exploration_share: float = 0.0
    """Places that go to new items which fit the user, at most one in ten; 0: on merit alone."""
    newcomer_share: float = 0.2
    """Users of a window who are also seen as if they had just come, as a share of them."""
    newcomer_rounds: int = 30
    """Trees added for users who are hardly known [count]."""
    min_label_users: int = 30
    """With fewer users to learn from, the sources are averaged without labels [count]."""
    without: tuple[str, ...] = ()
    """Sources and groups of features (``FEATURE_GROUPS``) that are switched off."""


def settings_for(effort: Effort) -> RankingSettings:
    """Return the settings of one effort."""
    if effort == "quick":
        return RankingSettings(windows=1, window_users=500, rounds=30, als_iterations=8)
    if effort == "thorough":
        return RankingSettings(window_users=5_000, seeds=3, tuning_folds=2)
    return RankingSettings()
