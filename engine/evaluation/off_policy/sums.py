"""A policy's rewards on a log as sums by user group, ready for any bootstrap weights."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.off_policy.exploration import UNKNOWN
from engine.evaluation.off_policy.position_based import Matches, Prepared, control, matches
from engine.evaluation.off_policy.slates import Target
from engine.tensor import Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class PolicySums:
    """Sums over lists by random user group.

    Weights ``W`` of shape (B, R) turn each into draws by one product, ``W @ sums``.
    """

    policy: str
    lists: Floats
    """Lists shown, of shape (R, G)."""
    events: Floats
    """Doubly robust rewards per look, ``Γ̂``, of shape (R, G, J, S)."""
    robust: Floats
    """Doubly robust rewards of whole lists, ``Σ_j θ_j Γ̂_j``, of shape (R, S)."""
    weighted: Floats
    """The part of it that is a weighted sum of logged rewards, of shape (R, S)."""
    own_slot: Floats
    """Rewards weighted by ``1 / π0(item@rank)`` at the policy's own ranks, of shape (R, S)."""
    weight: Floats
    """Weights of the position-based estimator and what they should sum to, of shape (R, 2)."""
    rank_weight: Floats
    """Weights of the own-rank estimator and what they should sum to, of shape (R, J, 2)."""
    slope: Floats
    """Derivative of the sum of ``robust`` by the examination of each slot, of shape (K, S)."""
    list_weight: Floats
    """Weight of each list shown, of shape (n,); one in the mean."""
    largest_weight: float
    """Largest weight of a reward in ``weighted``, whether one came or not."""
    largest_own_weight: float
    """The same in ``own_slot``."""
    user_weighted: Floats
    """``weighted`` of every user, of shape (n_users, S)."""
    user_own_slot: Floats
    """``own_slot`` of every user, of shape (n_users, S)."""


def sum_policy(prepared: Prepared, target: Target) -> PolicySums:
    """Return the sums of one policy.

    Notes
    -----
    ``Γ̂_{s,j} = q̂ + Σ_k 1[a_{s,k} = i] (y_{s,k} - θ_k q̂) / D`` with ``i`` the policy's item
    at rank j. A user to whom the policy shows nothing counts as lists without reward.

    References
    ----------
    Li et al. (2018): offline evaluation of ranking policies with click models.
    Dudík et al. (2014): doubly robust policy evaluation.
    """
    total = _Running(prepared, target)
    for rank, found in enumerate(matches(prepared, target)):
        total.add_guess(rank)
        total.add_rows(rank, found)
    return total.finished()


class _Running:
    """Sums that grow rank by rank: all ranks at once would not fit in memory."""

    def __init__(self, prepared: Prepared, target: Target) -> None:
        log, crowd = prepared.log, prepared.crowd
        n_ranks, n_stats = target.item_row.shape[1], len(log.stats)
        n_users = len(crowd.group)
        self.prepared, self.target = prepared, target
        self.cell = crowd.group.astype(np.int64) * crowd.n_segments + crowd.segment
        self.n_cells = crowd.n_groups * crowd.n_segments
        valued = target.valued(log)
        self.n_lists = int(valued.sum())
        self.lists_of_user = np.bincount(log.user_row, valued, n_users)
        self.events = np.zeros((n_ranks, n_stats, self.n_cells))
        self.user_robust, self.user_weighted, self.user_own_slot = np.zeros((3, n_stats, n_users))
        self.user_weight = np.zeros((2, n_users))
        self.user_rank_weight = np.zeros((n_ranks, 2, n_users))
        self.slope = np.zeros((n_stats, prepared.n_slots))
        self.list_weight = np.zeros(len(log.user_row))
        self.largest = np.zeros(2)

    def add_guess(self, rank: int) -> None:
        """Add what is guessed of every list's item at a rank."""
        log, n_users = self.prepared.log, len(self.cell)
        guess, user = control(self.prepared, self.target, rank), log.user_row
        slot = log.slot_of_rank[log.pattern, rank]
        looked = self.prepared.looked[log.pattern, rank]
        listed = self.target.items(log, rank) >= 0
        self.user_weight[1] += np.bincount(user, looked * listed, n_users)
        self.user_rank_weight[rank, 1] = np.bincount(user, (slot >= 0) & listed, n_users)
        for stat, value in enumerate(guess.T):
            self.events[rank, stat] += np.bincount(self.cell[user], value, self.n_cells)
            self.user_robust[stat] += np.bincount(user, value * looked, n_users)
            self.slope[stat] += np.bincount(slot + 1, value, self.prepared.n_slots + 1)[1:]

    def add_rows(self, rank: int, found: Matches) -> None:
        """Correct the guess by the rewards of rows where the item was shown."""
        log, n_users = self.prepared.log, len(self.cell)
        user, pattern = log.user_row[found.row], log.pattern[found.row]
        wanted = self.prepared.looked[pattern, rank]
        seen = self.prepared.looked[pattern, found.rank]
        share = wanted / found.exposure
        own = found.rank == rank
        direct = np.where(own, 1.0 / found.chance, 0.0)
        both = share.max(initial=0.0), direct.max(initial=0.0)
        self.largest = np.maximum(self.largest, both)
        np.add.at(self.list_weight, found.row, share * seen)
        self.user_weight[0] += np.bincount(user, share * seen, n_users)
        self.user_rank_weight[rank, 0] = np.bincount(user, direct, n_users)
        guess = control(self.prepared, self.target, rank)
        for stat, reward in enumerate(log.rewards):
            earned, guessed = reward[found.row, found.rank], guess[found.row, stat]
            fix = (earned - seen * guessed) / found.exposure
            self.events[rank, stat] += np.bincount(self.cell[user], fix, self.n_cells)
            self.user_robust[stat] += np.bincount(user, wanted * fix, n_users)
            self.user_weighted[stat] += np.bincount(user, share * earned, n_users)
            self.user_own_slot[stat] += np.bincount(user, direct * earned, n_users)
            self.slope[stat] += self._slope(rank, found, fix, share * guessed)

    def _slope(self, rank: int, found: Matches, fix: Floats, spent: Floats) -> Floats:
        """Return how the correction moves with the examination of each slot, (K,)."""
        log, n_slots = self.prepared.log, self.prepared.n_slots
        pattern = log.pattern[found.row]
        slots = log.slot_of_rank[pattern]

        def by_slot(at: NDArray[np.int64], amount: Floats) -> Floats:
            slot = np.where(at == UNKNOWN, -1, slots[np.arange(len(at)), at])
            return np.asarray(np.bincount(slot + 1, amount, n_slots + 1)[1:], dtype=np.float64)

        drop = self.prepared.looked[pattern, rank] * fix / found.exposure
        here = np.full(len(found.row), rank)
        slope = by_slot(here, fix) - by_slot(found.rank, spent)
        alone = found.low == 0.0
        slope -= by_slot(found.rank, np.where(alone, drop * found.chance, 0.0))
        if self.prepared.exploration.kind == "shuffle":
            slope -= by_slot(found.favourite, drop * self.prepared.exploration.kept_share)
            common = np.bincount(pattern, drop * found.low, len(log.slot_of_rank))
            for number, amount in enumerate(common):
                organic = log.slot_of_rank[number]
                slope[organic[organic >= 0]] -= amount
        return np.asarray(slope)

    def finished(self) -> PolicySums:
        """Return the sums by user group."""
        crowd, n_ranks = self.prepared.crowd, len(self.events)
        shape = (n_ranks, -1, crowd.n_groups, crowd.n_segments)
        lists: Floats = np.bincount(self.cell, self.lists_of_user, self.n_cells).astype(np.float64)
        return PolicySums(
            policy=self.target.policy,
            lists=lists.reshape(crowd.n_groups, crowd.n_segments),
            events=np.ascontiguousarray(self.events.reshape(shape).transpose(2, 3, 0, 1)),
            robust=self._grouped(self.user_robust),
            weighted=self._grouped(self.user_weighted),
            own_slot=self._grouped(self.user_own_slot),
            weight=self._grouped(self.user_weight),
            rank_weight=self._grouped(self.user_rank_weight.reshape(2 * n_ranks, -1)).reshape(
                crowd.n_groups, n_ranks, 2
            ),
            slope=self.slope.T,
            list_weight=self.list_weight * self._lists_per_weight(),
            largest_weight=float(self.largest[0]),
            largest_own_weight=float(self.largest[1]),
            user_weighted=self.user_weighted.T,
            user_own_slot=self.user_own_slot.T,
        )

    def _grouped(self, by_user: Floats) -> Floats:
        """Return rows of sums by user as columns of sums by group, of shape (R, columns)."""
        crowd = self.prepared.crowd
        return np.stack([np.bincount(crowd.group, row, crowd.n_groups) for row in by_user], axis=1)

    def _lists_per_weight(self) -> float:
        """Return what makes the weights of lists one in the mean where all is supported."""
        wanted = float(self.user_weight[1].sum())
        return self.n_lists / wanted if wanted > 0 else 0.0
