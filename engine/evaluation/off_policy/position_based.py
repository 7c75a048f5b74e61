"""Doubly robust values of lists under the position-based click model.

Letters of shapes: ``n`` lists shown, ``J`` ranks, ``S`` rewards, ``R`` user groups,
``G`` segments, ``K`` slots, ``P`` patterns of ads.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.off_policy.controls import N_FOLDS, examination_of_ranks, item_rates
from engine.evaluation.off_policy.exploration import (
    UNKNOWN,
    Exploration,
    kept_lists,
    other_kept_list,
    recognise,
)
from engine.evaluation.off_policy.slates import SlateLog, Target
from engine.tensor import Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Crowd:
    """Whom the lists were shown to; arrays of shape (n_users,)."""

    group: NDArray[np.int32]
    """Bootstrap group of every user."""
    segment: NDArray[np.int32]
    n_groups: int
    n_segments: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """What every policy on one log shares."""

    log: SlateLog
    crowd: Crowd
    exploration: Exploration
    kept: NDArray[np.bool_]
    """Which lists are the ranker's own, of shape (n,)."""
    reference: NDArray[np.int64]
    """Another list that tells the ranker's choice, of shape (n,)."""
    looked: Floats
    """Examination of each rank in each pattern, of shape (P, J)."""
    rates: Floats
    """Rewards per look by fold, item and kind, of shape (N_FOLDS, n_items, S)."""

    @property
    def n_slots(self) -> int:
        """Return the number of slots K."""
        return int(self.log.slot_of_rank.shape[1])


@dataclass(frozen=True, kw_only=True, eq=False)
class Matches:
    """Rows where the item of one rank of a policy was shown; arrays of shape (m,)."""

    row: NDArray[np.int64]
    rank: NDArray[np.int64]
    """Rank at which it was shown."""
    chance: Floats
    """Logged chance of this item at this rank."""
    low: Floats
    """Chance at every rank in common; 0 where only the chance at the own rank is known."""
    favourite: NDArray[np.int64]
    """Rank at which the ranker wanted it; ``UNKNOWN`` at none."""
    exposure: Floats
    """``D = Σ_k θ_k π0(i@k)``: how much the item was looked at in expectation."""


def prepare(log: SlateLog, crowd: Crowd, examination: Floats, n_items: int) -> Prepared:
    """Return what every policy on this log shares.

    Parameters
    ----------
    examination : ndarray of shape (K,)
    """
    exploration = recognise(log)
    kept = kept_lists(log, exploration)
    looked = examination_of_ranks(log, examination)
    return Prepared(
        log=log,
        crowd=crowd,
        exploration=exploration,
        kept=kept,
        reference=other_kept_list(log, kept),
        looked=looked,
        rates=item_rates(log, looked, crowd.group % N_FOLDS, n_items),
    )


def control(prepared: Prepared, target: Target, rank: int) -> Floats:
    """Return the guessed rewards per look of every list's item at a rank, (n, S)."""
    item = target.items(prepared.log, rank)
    fold = (prepared.crowd.group % N_FOLDS)[prepared.log.user_row]
    guess = prepared.rates[fold, np.maximum(item, 0)]
    return np.where((item >= 0)[:, None], guess, 0.0)


def matches(prepared: Prepared, target: Target) -> Iterator[Matches]:
    """Yield, for every rank of the policy, the rows where its item was shown."""
    for rank in range(target.item_row.shape[1]):
        yield _matches_at(prepared, target.items(prepared.log, rank), rank)


def _matches_at(prepared: Prepared, item: NDArray[np.int32], wanted: int) -> Matches:
    log = prepared.log
    row, rank = np.nonzero(log.item_row == item[:, None])
    chance = log.chance[row, rank]
    usable = (chance > 0) & (item[row] >= 0)
    blind = prepared.reference[row] == UNKNOWN
    if prepared.exploration.kept_share == 0.0:
        blind[:] = False  # a full shuffle has no choice to be told of
    elif prepared.exploration.kind == "own_slot":
        blind[:] = True
    usable &= ~blind | (rank == wanted)
    row, rank, chance, blind = row[usable], rank[usable], chance[usable], blind[usable]
    low = np.where(blind, 0.0, prepared.exploration.low(chance))
    favourite = np.where(blind, UNKNOWN, _favourite_rank(prepared, row, item[row]))
    pattern = log.pattern[row]
    own = prepared.looked[pattern, rank] * chance
    shared = low * prepared.looked[pattern].sum(axis=1)
    shared += (
        np.where(favourite >= 0, prepared.looked[pattern, favourite], 0.0)
        * prepared.exploration.kept_share
        if prepared.exploration.kind == "shuffle"
        else 0.0
    )
    exposure = np.where(blind, own, shared)
    return Matches(
        row=row, rank=rank, chance=chance, low=low, favourite=favourite, exposure=exposure
    )


def _favourite_rank(
    prepared: Prepared, row: NDArray[np.int64], item: NDArray[np.int32]
) -> NDArray[np.int64]:
    reference = prepared.reference[row]
    known = np.flatnonzero(reference != UNKNOWN)
    favourite = np.full(len(row), UNKNOWN, dtype=np.int64)
    same = prepared.log.item_row[reference[known]] == item[known, None]
    favourite[known] = np.where(same.any(axis=1), same.argmax(axis=1), UNKNOWN)
    return favourite
