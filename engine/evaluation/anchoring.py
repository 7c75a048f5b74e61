"""Expected events of lists brought to the level that the log itself tells.

A click model says how events are spread over segments, ranks and order probabilities; how
many there are it knows only as far as its form is right. What was counted, or what logged
chances tell of other lists, replaces its level and leaves its spread.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from engine.business.ads import ad_pattern, ad_patterns, rank_weights
from engine.evaluation.off_policy.gains import mean_reward
from engine.evaluation.off_policy.intervals import FEW_POSITIVES
from engine.evaluation.off_policy.position_based import Crowd
from engine.evaluation.off_policy.slates import SlateLog
from engine.tensor import EventTensor, Floats, Population

STATS = ("click", "order", "value")
"""Rewards with a level of their own; cost moves with the value of what is ordered."""

Levels = Mapping[str, Floats]
"""Reward -> draws of its mean per list, of shape (B,); left out where the log is silent."""


def levels_of_log(log: SlateLog, crowd: Crowd, weights: Floats) -> dict[str, Floats]:
    """Return what the lists of a log brought as they were shown.

    Notes
    -----
    A reward that fewer than ten lists brought is left out. Grows with lists times ranks.
    """
    return {
        stat: mean_reward(reward, log.user_row, crowd.group, weights).draws
        for stat, reward in zip(log.stats, log.rewards.sum(axis=2), strict=True)
        if stat in STATS and np.count_nonzero(reward) >= FEW_POSITIVES
    }


def looks_today(population: Population) -> Floats:
    """Return how often a list of today is looked at, by segment and rank, (B, G, K).

    Sums to the looks at the mean list: segments count by the lists that they see in the
    first month of a simulation, free users behind today's ads, others without.
    """
    examination = population.examination
    n_slots = examination.shape[1]
    behind = [
        share * rank_weights(pattern, examination)
        for share, pattern in ad_patterns(population.ad_slots_today, n_slots)
    ]
    trial = 0.0 if population.trial_users is None else population.trial_users
    free = (population.free_users - trial) * population.sessions_free
    without = population.members.sum(axis=2) * population.sessions_member
    without = without + trial * population.sessions_free
    looks = free[:, :, None] * sum(behind[1:], start=behind[0])[:, None]
    looks += without[:, :, None] * rank_weights(ad_pattern(0, n_slots), examination)[:, None]
    return _over(looks, np.broadcast_to((free + without).sum(axis=1)[:, None, None], looks.shape))


def relative_levels(policy: Levels, shown: Levels, today: Levels) -> dict[str, Floats]:
    """Return the level of a policy today by its ratio to the lists shown, draw by draw.

    Parameters
    ----------
    policy, shown : mapping
        Per list of the same rows: of the policy, and of the lists as they were.
    today : mapping
        What lists bring today.

    Notes
    -----
    A draw below nothing, which a doubly robust estimate may give, counts as nothing.
    """
    return {
        stat: np.maximum(policy[stat], 0.0) * _over(today[stat], shown[stat])
        for stat in STATS
        if stat in policy and stat in shown and stat in today
    }


def at_level(tensor: EventTensor, levels: Levels, looks: Floats) -> EventTensor:
    """Return the tensor whose mean list brings ``levels``.

    Parameters
    ----------
    looks : ndarray of shape (B, G, K)
        From ``looks_today``.

    Notes
    -----
    What the log is too thin to tell of orders follows the clicks, and value the orders.
    """
    return times(tensor, level_factors(tensor, levels, looks))


def times(tensor: EventTensor, factors: Levels) -> EventTensor:
    """Return the tensor with each reward multiplied by its factor (B,)."""
    click, order, value = (factors[stat][:, None, None, None] for stat in STATS)
    return replace(
        tensor,
        click=tensor.click * click,
        order=tensor.order * order,
        value=tensor.value * value,
        cost=tensor.cost * value,
    )


def level_factors(tensor: EventTensor, levels: Levels, looks: Floats) -> dict[str, Floats]:
    """Return what each reward of a tensor is off by, of shape (B,)."""
    factors: dict[str, Floats] = {}
    before = np.ones(len(looks))
    for stat in STATS:
        modelled = per_list(getattr(tensor, stat), looks)
        if stat in levels and (modelled > 0).all():
            before = levels[stat] / modelled
        factors[stat] = before
    return factors


def per_list(events: Floats, looks: Floats) -> Floats:
    """Return events (B, G, K, N) of the mean list, of shape (B,)."""
    return np.asarray(np.einsum("bgkn,bgk->b", events, looks))


def _over(above: Floats, below: Floats) -> Floats:
    return np.asarray(np.divide(above, below, out=np.zeros_like(above), where=below > 0))
