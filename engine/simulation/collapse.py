"""The event tensor seen through a list: sums over slots, once per whole number of ads."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from engine.business.ads import ad_pattern, rank_weights
from engine.tensor import EventTensor, Floats, Population

AD_SLOTS_LIMIT = 5  # more ads than this are collapsed when asked for, not in advance


@dataclass(frozen=True, kw_only=True, eq=False)
class Collapsed:
    """Events of one list of a policy, by number of ads in it."""

    policy: str
    """Name of the policy that makes the lists."""

    by_ads: tuple[Floats, ...]
    """Click, order, value [cents] and cost [cents] of a list with 0, 1, … ads.

    Each of shape (4, B, G, N); entry a is the list with a ads.
    """

    by_rank: Floats
    """Value and cost per examined impression [cents], of shape (2, B, K, G * N)."""

    by_rank_today: Floats
    """The same at today's prices, summed over bins, of shape (2, B, K, G)."""

    quality_ratio: Floats
    """Clicks of a list without ads over those of today's lists, of shape (B, G)."""

    tensor: EventTensor
    """What was collapsed, for figures by slot."""

    population: Population
    """The people, without tenures longer than anyone's."""

    model_error: Floats | None = None
    """Factor on the events of each draw for what the model cannot know, (B,); None: none."""

    @cached_property
    def by_ads_today(self) -> tuple[Floats, ...]:
        """The events of ``by_ads`` at today's prices, summed over bins, each of (4, B, G)."""
        return tuple(_sum_over_bins(stats) for stats in self.by_ads)


def collapse(tensor: EventTensor, status_quo: EventTensor, population: Population) -> Collapsed:
    """Return the tensor summed over slots, ready for any scenario.

    Parameters
    ----------
    status_quo : EventTensor
        Today's lists; its quality is what the ratio is measured against.
    """
    examination = population.examination
    n_slots = examination.shape[1]
    stats = (tensor.click, tensor.order, tensor.value, tensor.cost)
    by_ads = []
    for n_ads in range(min(AD_SLOTS_LIMIT, n_slots) + 1):
        weights = rank_weights(ad_pattern(n_ads, n_slots), examination)
        by_ads.append(np.stack([_sum_over_ranks(stat, weights) for stat in stats]))
    return Collapsed(
        policy=tensor.policy,
        by_ads=tuple(by_ads),
        by_rank=np.stack([_rank_first(stat) for stat in (tensor.value, tensor.cost)]),
        by_rank_today=np.stack([_over_bins(stat) for stat in (tensor.value, tensor.cost)]),
        quality_ratio=_quality_ratio(tensor, status_quo, examination),
        tensor=tensor,
        population=replace(population, members=_without_empty_tenures(population.members)),
    )


def events_with_ads(collapsed: Collapsed, n_ads: int) -> Floats:
    """Return the events of a list with ``n_ads`` ads, of shape (4, B, G, N)."""
    if n_ads < len(collapsed.by_ads):
        return collapsed.by_ads[n_ads]
    examination = collapsed.population.examination
    weights = rank_weights(ad_pattern(n_ads, examination.shape[1]), examination)
    tensor = collapsed.tensor
    stats = (tensor.click, tensor.order, tensor.value, tensor.cost)
    return np.stack([_sum_over_ranks(stat, weights) for stat in stats])


def events_today(collapsed: Collapsed, n_ads: int) -> Floats:
    """Return the same at today's prices, summed over bins, of shape (4, B, G)."""
    if n_ads < len(collapsed.by_ads):
        return collapsed.by_ads_today[n_ads]
    return _sum_over_bins(events_with_ads(collapsed, n_ads))


def mean_data(collapsed: Collapsed) -> Collapsed:
    """Return the same with one draw, the mean: the data taken as known exactly."""
    people = collapsed.population
    tensor = collapsed.tensor
    return replace(
        collapsed,
        by_ads=tuple(stats.mean(axis=1, keepdims=True) for stats in collapsed.by_ads),
        by_rank=collapsed.by_rank.mean(axis=1, keepdims=True),
        by_rank_today=collapsed.by_rank_today.mean(axis=1, keepdims=True),
        quality_ratio=collapsed.quality_ratio.mean(axis=0, keepdims=True),
        tensor=replace(tensor, **_means(tensor, ("click", "order", "value", "cost"))),
        population=replace(
            people,
            **_means(people, POPULATION_DRAWS),
            reactions={
                key: replace(told, **_means(told, ("draws",)))
                for key, told in people.reactions.items()
            },
        ),
        model_error=None,
    )


POPULATION_DRAWS = (
    "free_users",
    "members",
    "lapsed_users",
    "acquired_users",
    "sessions_free",
    "sessions_member",
    "lists_per_session",
    "examination",
    "viewability",
    "return_rate",
    "conversion",
    "trial_users",
    "trial_start_rate",
    "trial_to_paid_rate",
    "readiness",
    "freshness",
    "attrition",
    "churn_alpha_beta",
    "list_view_share",
    "causal_share",
)


def repeat_draws(collapsed: Collapsed, n_draws: int) -> Collapsed:
    """Return data of one draw repeated, so that assumptions alone can vary."""
    people = collapsed.population
    tensor = collapsed.tensor

    def repeated(source: object, names: tuple[str, ...]) -> dict[str, Any]:
        arrays = {name: getattr(source, name) for name in names}
        return {
            name: np.broadcast_to(array, (n_draws, *array.shape[1:]))
            for name, array in arrays.items()
            if array is not None
        }

    def repeated_stats(stats: Floats) -> Floats:
        return np.broadcast_to(stats, (len(stats), n_draws, *stats.shape[2:]))

    return replace(
        collapsed,
        by_ads=tuple(repeated_stats(stats) for stats in collapsed.by_ads),
        by_rank=repeated_stats(collapsed.by_rank),
        quality_ratio=np.broadcast_to(
            collapsed.quality_ratio, (n_draws, collapsed.quality_ratio.shape[1])
        ),
        tensor=replace(tensor, **repeated(tensor, ("click", "order", "value", "cost"))),
        population=replace(
            people,
            **repeated(people, POPULATION_DRAWS),
            reactions={
                key: replace(told, **repeated(told, ("draws",)))
                for key, told in people.reactions.items()
            },
        ),
    )


def _means(source: object, names: tuple[str, ...]) -> dict[str, Any]:
    arrays = {name: getattr(source, name) for name in names}
    return {
        name: array.mean(axis=0, keepdims=True)
        for name, array in arrays.items()
        if array is not None
    }


def _sum_over_ranks(stat: Floats, weights: Floats) -> Floats:
    return np.asarray(np.einsum("bgkn,bk->bgn", stat, weights))


def _sum_over_bins(stats: Floats) -> Floats:
    return np.asarray(np.einsum("sbgn->sbg", stats))


def _rank_first(stat: Floats) -> Floats:
    """Return (B, G, K, N) as (B, K, G * N)."""
    moved = np.moveaxis(stat, 2, 1)
    return moved.reshape(*moved.shape[:2], -1)


def _over_bins(stat: Floats) -> Floats:
    """Return (B, G, K, N) summed over bins, of shape (B, K, G)."""
    return np.ascontiguousarray(stat.sum(axis=-1).transpose(0, 2, 1))


def _without_empty_tenures(members: Floats) -> Floats:
    """Return members (B, G, A) up to the longest tenure that anyone has."""
    known = np.flatnonzero(members.any(axis=(0, 1)))
    longest = int(known[-1]) + 1 if len(known) else 1
    return np.ascontiguousarray(members[:, :, :longest])


def _quality_ratio(tensor: EventTensor, status_quo: EventTensor, examination: Floats) -> Floats:
    """Return how much better the lists are; one where today's lists get no click at all."""
    quality = np.einsum("bgk,bk->bg", tensor.quality, examination)
    today = np.einsum("bgk,bk->bg", status_quo.quality, examination)
    known = today > 0
    return np.where(known, quality / np.where(known, today, 1.0), 1.0)
