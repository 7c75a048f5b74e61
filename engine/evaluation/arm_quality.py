"""How good the lists of each arm are, by the clicks of the very people in it."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.arms import Arms
from engine.evaluation.reaction_log import ReactionData, looks_of
from engine.evaluation.weights import group_sums
from engine.tensor import Floats

WITHOUT_LISTS = "none"
"""The arm of people who are kept from lists."""

LISTS_KEPT_FROM = 0.5
"""People of that arm who see at least so much of the lists of the others see other lists."""

FEWEST_CLICKS = 10.0
"""Clicks on its lists that an arm needs before they are compared."""

SMALLEST_VIEWS = 0.05
"""Item views left without lists; of a product that is next to nothing else no log can tell."""

SURE = 2.0
"""Standard errors from zero that a difference of lists needs before it explains anything."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ArmQuality:
    """Lists of the arms against those of the largest one, the reference; P = A - 1."""

    arms: Arms
    """Those that can be compared."""
    others: NDArray[np.int64]
    """Arms that are not the reference, of shape (P,)."""
    log_views: Floats
    """Logarithm of what their lists multiply item views by, of shape (P,)."""
    influence: Floats
    """By how much a whole weight of each user group moves it, of shape (n_groups, P)."""

    @property
    def is_sure(self) -> bool:
        """Whether the lists differ by more than chance: by `SURE` errors in the mean of arms.

        Of two arms it is the difference over its standard error.
        """
        spread = self.influence.T @ self.influence
        squared = float(self.log_views @ np.linalg.pinv(spread, hermitian=True) @ self.log_views)
        return squared >= SURE**2 * len(self.log_views)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Counts:
    """What was counted of each user group and arm; arrays of shape (n_groups, A)."""

    clicks: Floats
    """On organic slots of lists."""
    looks: Floats
    """At such slots."""
    visits: Floats
    views: Floats
    """Item views, from lists or not."""
    list_views: Floats
    """Those from lists."""


def arm_quality(data: ReactionData, arms: Arms, names: tuple[str, ...]) -> ArmQuality | None:
    """Return how good the lists of arms are; None where fewer than two can be compared.

    Parameters
    ----------
    names : tuple of str
        Of all arms of the experiment; an arm's value is its place in it.

    Notes
    -----
    The quality of a list is its clicks without ads, as in the simulation: clicks over looks
    at organic slots, so that neither the length of lists nor ads between the items count. Of
    quality the reaction knows ``ln(1 + s_L (Q / Q_0 - 1))``, with the share s_L of item views
    that come from the lists of the reference.
    """
    counts = _counted(data, arms)
    held = np.array([names[int(value)] == WITHOUT_LISTS for value in arms.values])
    clicks, looks, visits = (
        sums.sum(axis=0) for sums in (counts.clicks, counts.looks, counts.visits)
    )
    told = (clicks >= FEWEST_CLICKS) & (looks > 0)
    users = np.bincount(arms.arm[arms.arm >= 0], minlength=len(held))
    first = int(np.where(told & ~held, users, -1).argmax())
    share = counts.list_views[:, first].sum(), counts.views[:, first].sum()
    if not (told & ~held).any() or min(share) <= 0:
        return None
    reach = np.divide(looks, visits, out=np.zeros_like(looks), where=visits > 0)
    without = held & (reach < LISTS_KEPT_FROM * reach[first])
    return _against(arms, counts, (first, told & ~without, without))


def _against(
    arms: Arms, counts: _Counts, which: tuple[int, NDArray[np.bool_], NDArray[np.bool_]]
) -> ArmQuality | None:
    """Return the arms with lists, and those without, against the first; others are left out."""
    first, told, without = which
    relative = _relative(counts.clicks, told) - _relative(counts.looks, told)
    clicks, looks = counts.clicks.sum(axis=0), counts.looks.sum(axis=0)
    quality = np.divide(clicks, looks, out=np.zeros_like(clicks), where=told)
    ratio = quality / quality[first]
    d_ratio = ratio * (relative - relative[:, [first]])
    everywhere = np.ones(1, dtype=bool)
    listed, viewed = counts.list_views[:, [first]], counts.views[:, [first]]
    share = min(float(listed.sum() / viewed.sum()), 1.0)
    d_share = share * (_relative(listed, everywhere) - _relative(viewed, everywhere))
    views = 1.0 + share * (ratio - 1.0)
    usable = (told | without) & (views >= SMALLEST_VIEWS)
    if usable.sum() < 2:
        return None
    safe = np.where(usable, views, 1.0)
    influence = ((ratio - 1.0) * d_share + share * d_ratio) / safe
    kept = np.flatnonzero(usable)
    others = kept != first
    return ArmQuality(
        arms=_only(arms, usable),
        others=np.flatnonzero(others),
        log_views=np.log(safe)[kept[others]],
        influence=influence[:, kept[others]],
    )


def _relative(sums: Floats, told: NDArray[np.bool_]) -> Floats:
    """Return by how much of itself each group moves a total, of shape (n_groups, A)."""
    total = sums.sum(axis=0)
    share = np.divide(sums, total, out=np.zeros_like(sums), where=told & (total > 0))
    return np.asarray(share)


def _counted(data: ReactionData, arms: Arms) -> _Counts:
    shown, visits = data.shown, data.visits
    shape = (data.n_groups, len(arms.values))

    def summed(user: NDArray[np.integer], amount: Floats) -> Floats:
        inside = amount != 0.0  # of who is in no arm nothing is left
        user = user[inside]
        return group_sums(data.users.group[user], arms.arm[user], amount[inside], shape)

    looks = looks_of(data, arms)
    month = arms.month(visits.user_row, visits.started_at.astype(np.float64))
    there = (month >= 0).astype(np.float64)
    return _Counts(
        clicks=summed(shown.user_row, np.where(looks > 0, shown.clicked, 0.0)),
        looks=summed(shown.user_row, looks),
        visits=summed(visits.user_row, there),
        views=summed(visits.user_row, there * visits.view_count),
        list_views=summed(visits.user_row, there * visits.list_click_count),
    )


def _only(arms: Arms, kept: NDArray[np.bool_]) -> Arms:
    """Return some of the arms; who is in another one is in none."""
    place = np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1)
    arm = place[arms.arm]
    outside = arm < 0
    return replace(
        arms,
        values=arms.values[kept],
        arm=arm.astype(np.int64),
        started_at=np.where(outside, np.inf, arms.started_at),
        ended_at=np.where(outside, np.inf, arms.ended_at),
    )
