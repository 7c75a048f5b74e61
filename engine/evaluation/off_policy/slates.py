"""Lists as they were shown, one row each, and lists as they would be shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.hits import RankedPairs
from engine.evaluation.impressions import ImpressionLog
from engine.evaluation.valuation import Items
from engine.tensor import Floats

NOTHING = -1
"""Item of a rank that was not shown, or that is outside the catalogue."""

NO_ITEM = -2
"""Item of a rank that a policy leaves empty; it equals nothing that was shown."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SlateLog:
    """One row per list shown, by organic rank: ads are out, but their slots are not forgotten.

    ``n`` lists, ``J`` organic ranks, ``S`` kinds of reward, ``P`` patterns of ads.
    """

    user_row: NDArray[np.int32]
    """User of each list, of shape (n,)."""
    at: NDArray[np.int64]
    """When it was shown, of shape (n,) [epoch seconds, UTC]."""
    pattern: NDArray[np.int32]
    """Which slots were organic, as a row of ``slot_of_rank``, of shape (n,)."""
    slot_of_rank: NDArray[np.int32]
    """Slot from 0 of each organic rank, -1 beyond the last, of shape (P, J)."""
    item_row: NDArray[np.int32]
    """Item at each rank, of shape (n, J); ``NOTHING`` where none of the catalogue was."""
    chance: Floats
    """Logged chance of this item at this rank, of shape (n, J); NaN where unknown."""
    stats: tuple[str, ...]
    """Names of the rewards; the first is ``click``."""
    rewards: Floats
    """Rewards of each kind, of shape (S, n, J)."""

    @property
    def shown(self) -> NDArray[np.bool_]:
        """Return which ranks were shown at all, of shape (n, J)."""
        return np.asarray(self.slot_of_rank >= 0)[self.pattern]


@dataclass(frozen=True, kw_only=True, eq=False)
class Target:
    """The lists of one policy."""

    policy: str
    item_row: NDArray[np.int32]
    """Items by rank, of shape (n_users, J); ``NO_ITEM`` where the policy shows nothing."""
    per_list: bool = False
    """Whether the rows are those of the lists shown, (n, J), as the policy changes with time."""

    def items(self, log: SlateLog, rank: int) -> NDArray[np.int32]:
        """Return what the policy has at a rank when each list was shown, of shape (n,)."""
        column = self.item_row[:, rank]
        return column if self.per_list else column[log.user_row]

    def valued(self, log: SlateLog) -> NDArray[np.bool_]:
        """Return which lists count, of shape (n,).

        A user without a list counts as lists without reward; a policy with rows of its own
        is undefined where a row is empty, and says nothing of that list.
        """
        if not self.per_list:
            return np.ones(len(log.user_row), dtype=bool)
        return np.asarray((self.item_row != NO_ITEM).any(axis=1))


def slate_log(
    log: ImpressionLog,
    request: NDArray[np.integer],
    n_slots: int,
    rewards: Mapping[str, Floats],
) -> SlateLog:
    """Return the log with one row per list.

    Parameters
    ----------
    request : ndarray of shape (n_rows,)
        Code of the list that a row of ``log`` belongs to.
    rewards : mapping
        Name -> reward of every row of ``log``; see ``rewards_of``.

    Notes
    -----
    Rows without a slot say nothing of lists and are left out. Of two rows in the same slot
    of a list the first counts.
    """
    kept = np.flatnonzero(~log.is_ad & (log.position >= 1) & (log.position <= n_slots))
    key = request[kept].astype(np.int64) * n_slots + log.position[kept] - 1
    order = np.argsort(key, kind="stable")
    key = key[order]
    fresh = np.ones(len(key), dtype=bool)
    fresh[1:] = key[1:] != key[:-1]
    row, key = kept[order][fresh], key[fresh]
    list_code, slot = key // n_slots, key % n_slots
    starts = np.flatnonzero(np.diff(list_code, prepend=-1))
    number = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(key)))
    rank = np.arange(len(key)) - starts[number]
    pattern, slots = _patterns(slot, starts, n_slots)
    shape = (len(starts), n_slots)
    return SlateLog(
        user_row=log.user_row[row[starts]],
        at=log.at[row[starts]],
        pattern=pattern,
        slot_of_rank=slots,
        item_row=_spread(log.item_row[row], number, rank, shape, NOTHING),
        chance=_spread(log.propensity[row], number, rank, shape, np.nan),
        stats=tuple(rewards),
        rewards=np.stack([_spread(y[row], number, rank, shape, 0.0) for y in rewards.values()]),
    )


def rewards_of(log: ImpressionLog, items: Items) -> dict[str, Floats]:
    """Return clicks, orders, gross value [cents] and margin [cents] of every row.

    Margin is left out where no item has both a price and a cost.
    """
    rewards = {
        "click": log.clicked.astype(np.float64),
        "order": log.ordered.astype(np.float64),
        "value": log.order_amount_cents,
    }
    price = np.where(items.price_cents > 0, items.price_cents, np.nan)
    share = 1.0 - items.unit_cost_cents / price
    if np.isfinite(share).any():
        known = np.append(np.nan_to_num(share), 0.0)  # row -1: outside the catalogue
        rewards["margin"] = log.order_amount_cents * known[log.item_row]
    return rewards


def target_of(policy: str, lists: RankedPairs, n_users: int, n_ranks: int) -> Target:
    """Return the lists of a policy as a table of users by ranks."""
    item = np.full((n_users, n_ranks), NO_ITEM, dtype=np.int32)
    kept = (lists.rank >= 1) & (lists.rank <= n_ranks)
    item[lists.user_row[kept], lists.rank[kept] - 1] = lists.item_row[kept]
    return Target(policy=policy, item_row=item)


def _patterns(
    slot: NDArray[np.int64], starts: NDArray[np.int64], n_slots: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the pattern of every list, and the slot of each rank in each pattern."""
    bits = np.add.reduceat(np.left_shift(1, slot), starts) if len(starts) else starts
    masks, pattern = np.unique(bits, return_inverse=True)
    slots = np.full((len(masks), n_slots), -1, dtype=np.int32)
    for number, mask in enumerate(masks):
        organic = np.flatnonzero(int(mask) >> np.arange(n_slots) & 1)
        slots[number, : len(organic)] = organic
    return pattern.astype(np.int32), slots


def _spread(
    values: NDArray[Any],
    number: NDArray[np.int64],
    rank: NDArray[np.int64],
    shape: tuple[int, int],
    empty: float,
) -> NDArray[Any]:
    table = np.full(shape, empty, dtype=values.dtype)
    table[number, rank] = values
    return table
