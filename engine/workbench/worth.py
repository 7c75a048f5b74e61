"""What the log says that the lists of each policy are worth, by its logged chances.

Lists were made from the part of the log before a moment and are valued on what was shown
after it. Time grows with the rows shown after the moment, times policies and places.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.evaluation import frames
from engine.evaluation.examination import Method, estimate_examination
from engine.evaluation.memberships import MONTH_SECONDS
from engine.evaluation.off_policy.exploration import kept_lists, recognise
from engine.evaluation.off_policy.gains import Gain, Mean, gain_of, mean_reward
from engine.evaluation.off_policy.reordering import lists_of_today, reordered
from engine.evaluation.off_policy.slates import (
    NO_ITEM,
    SlateLog,
    Target,
    target_of,
)
from engine.evaluation.off_policy.value import POSITION_BASED, Cost, PolicyValue, value_of_lists
from engine.evaluation.weights import bootstrap_weights
from engine.workbench.counting import Counted, read_counted
from engine.workbench.held_lists import HeldLists
from engine.workbench.levels import LOWEST_RUNG, crowd_of, slates_of
from engine.workbench.runs import read_held_lists, trained_run
from engine.workbench.workspace import Workspace

Choice = Literal["reordered", "among_shown", "whole"]
"""What a policy chose from: the items of the lists of today, what had been shown to each user
before, or all items."""

CHOICES: tuple[Choice, ...] = ("reordered", "among_shown", "whole")

Reason = Literal["no_chances", "older_run", "nothing_shown"]


@dataclass(frozen=True, kw_only=True, eq=False)
class PolicyWorth:
    """One policy by every reward."""

    name: str
    choice: Choice
    n_lists: int
    """Lists it is valued on; the others do not tell what it would have shown."""
    values: Mapping[str, PolicyValue]
    """Reward -> value per list shown."""
    as_shown: Mapping[str, Mean]
    """Reward -> what the same lists brought in the order of today, counted."""
    gains: Mapping[str, Gain]
    """Reward -> paired difference from that; empty where withheld."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Worth:
    """Every policy on one log."""

    rung: int
    since: int
    """Rows from this moment on are valued [epoch seconds, UTC]."""
    until: int
    n_lists: int
    n_users: int
    lists_per_month: float
    """Lists shown in the trailing month; of a shorter log, at its pace."""
    exploration: str
    epsilon: float
    examination: Method
    """What tells how slots are looked at."""
    stats: tuple[str, ...]
    cost: Mapping[str, Cost]
    """Reward -> what exploring costs per list."""
    policies: tuple[PolicyWorth, ...]

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What policies choose from, where the log tells it."""
        found = {policy.choice for policy in self.policies}
        return tuple(choice for choice in CHOICES if choice in found)


@dataclass(frozen=True, kw_only=True)
class NoWorth:
    """A log, or a run, that cannot value lists, and why."""

    rung: int
    reason: Reason


def read_worth(workspace: Workspace, logging: str | None = None) -> Worth | NoWorth:
    """Return what the log says of the policies of the trained run.

    Parameters
    ----------
    logging : str, optional
        Only lists that this policy served; all without it.

    Raises
    ------
    UsageError
        Without a trained run.
    """
    run = trained_run(workspace)
    counted = read_counted(workspace, bootstrap_weights(int(run.manifest["seed"])))
    if counted.rung < LOWEST_RUNG:
        return NoWorth(rung=counted.rung, reason="no_chances")
    held = read_held_lists(run)
    if held is None:
        return NoWorth(rung=counted.rung, reason="older_run")
    return worth_of(counted, held, logging)


def worth_of(counted: Counted, held: HeldLists, logging: str | None = None) -> Worth | NoWorth:
    """Return what the log says of lists that were made before the rows that value them."""
    shown = counted.shown[counted.users.counted[counted.shown["user_row"].to_numpy()]]
    if logging is not None:
        shown = shown[shown["policy"] == logging]
    later = shown[frames.epoch_seconds(shown["occurred_at"]) >= held.at]
    log = slates_of(counted, later, held.n_slots)
    if len(log.user_row) == 0:
        return NoWorth(rung=counted.rung, reason="nothing_shown")
    targets = list(_targets(held, log, len(counted.users.group)))
    own_order = kept_lists(log, recognise(log))
    whole_log = frames.impressions_of(shown, np.full(len(shown), np.nan))
    group, weights = counted.users.group, counted.weights
    looks = estimate_examination(whole_log, group, weights, held.n_slots)
    found = value_of_lists(
        log,
        (target for _, target in targets),
        crowd_of(counted),
        looks,
        weights,
        len(counted.items.price_cents),
    )
    return Worth(
        rung=counted.rung,
        since=held.at,
        until=int(log.at.max()),
        n_lists=len(log.user_row),
        n_users=len(np.unique(log.user_row)),
        lists_per_month=_lists_per_month(counted, shown),
        exploration=found.exploration,
        epsilon=found.epsilon,
        examination=looks.method,
        stats=log.stats,
        cost=found.exploration_cost,
        policies=tuple(
            _policy(choice, log, target, found.values, _as_shown(counted, log, target, own_order))
            for choice, target in targets
        ),
    )


def _targets(held: HeldLists, log: SlateLog, n_users: int) -> Iterator[tuple[Choice, Target]]:
    """Yield every policy that is valued, under names that differ between choices."""
    today = lists_of_today(log)
    users = np.broadcast_to(log.user_row[:, None], today.shape)
    for name in held.shown.scores if (today != NO_ITEM).any() else ():
        score = held.shown.score_of(name, users, today)
        yield "reordered", reordered(f"reordered/{name}", today, score)
    for name in held.shown.scores:
        lists = held.among_shown(name)
        yield "among_shown", target_of(f"among_shown/{name}", lists, n_users, held.n_slots)
    for name, lists in held.whole.items():
        yield "whole", target_of(f"whole/{name}", lists, n_users, held.n_slots)


def _as_shown(
    counted: Counted, log: SlateLog, target: Target, own_order: NDArray[np.bool_]
) -> dict[str, Mean]:
    """Return what the lists that a policy is valued on brought in the order of today.

    Chance alone decided which of them were shuffled, so that the others tell it. Where the
    log has no order of its own all lists count.
    """
    kept = target.valued(log)
    kept = kept & own_order if (kept & own_order).any() else kept
    rewards = log.rewards.sum(axis=2)
    return {
        stat: mean_reward(reward[kept], log.user_row[kept], counted.users.group, counted.weights)
        for stat, reward in zip(log.stats, rewards, strict=True)
    }


def _policy(
    choice: Choice,
    log: SlateLog,
    target: Target,
    values: Mapping[tuple[str, str], PolicyValue],
    as_shown: Mapping[str, Mean],
) -> PolicyWorth:
    own = {stat: value for (policy, stat), value in values.items() if policy == target.policy}
    gains = {
        stat: gain_of(value.estimators[POSITION_BASED], as_shown[stat])
        for stat, value in own.items()
    }
    return PolicyWorth(
        name=target.policy.removeprefix(f"{choice}/"),
        choice=choice,
        n_lists=int(target.valued(log).sum()),
        values=own,
        as_shown=as_shown,
        gains={stat: gain for stat, gain in gains.items() if gain is not None},
    )


def _lists_per_month(counted: Counted, shown: pd.DataFrame) -> float:
    """Return the lists shown in the trailing month; of a shorter log, at its pace."""
    window = counted.window
    at = frames.epoch_seconds(shown["occurred_at"])
    recent = shown[(at >= window.month_begin) & (at < window.end)]
    lists = len(np.unique(frames.requests_of(recent)))
    return lists * MONTH_SECONDS / (window.end - window.month_begin)
