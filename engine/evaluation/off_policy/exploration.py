"""How the log was explored, and how much an item was looked at whatever its slot."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.off_policy.slates import SlateLog
from engine.tensor import Floats

DECIMALS = 6  # as the importer keeps chances
TOLERANCE = 3e-6
MOST_VALUES = 400
UNKNOWN = -1
STEADY_SHARE = 0.99
"""Of two lists of a user in a row, so many must be equal to call a ranker's lists steady."""

Kind = Literal["shuffle", "own_slot"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Exploration:
    """What the logged chances tell of the policy that drew the lists."""

    kind: Kind
    """``shuffle``: chances at all ranks are known; ``own_slot``: at the rank shown only."""
    kept_share: float
    """Chance that the ranker's list is shown as it is, ``1 - ε``; 0 without such a list."""
    highs: Floats
    """Logged chances of the ranker's own choices, ascending."""

    @property
    def epsilon(self) -> float:
        """Return the share of lists that are shuffled; NaN where that is not how it was."""
        return 1.0 - self.kept_share if self.kind == "shuffle" else float("nan")

    def is_high(self, chance: Floats) -> NDArray[np.bool_]:
        """Return whether a chance is that of the ranker's own choice."""
        if len(self.highs) == 0:
            return np.zeros(chance.shape, dtype=bool)
        return np.asarray(chance >= self.highs[0] - TOLERANCE)

    def low(self, chance: Floats) -> Floats:
        """Return ``ε / C``: the chance of any candidate at any rank."""
        return np.where(self.is_high(chance), chance - self.kept_share, chance)


def recognise(log: SlateLog) -> Exploration:
    """Return how the log was explored.

    Notes
    -----
    An ε-shuffle of C candidates leaves two chances, ``(1 - ε) + ε/C`` and ``ε/C``. C may
    differ between lists: the highs are then the lows moved up by ``1 - ε``. One chance
    alone is a full shuffle. Anything else, such as Plackett-Luce, does not tell the
    chances at other ranks, and nothing is made up for them.
    """
    known = log.chance[np.isfinite(log.chance) & (log.chance > 0)]
    values = np.unique(np.round(known, DECIMALS))
    own_slot = Exploration(kind="own_slot", kept_share=float("nan"), highs=np.empty(0))
    if len(values) == 0 or len(values) > MOST_VALUES or values[0] >= 1.0 - TOLERANCE:
        return own_slot
    if len(values) == 1:
        candidates = round(1.0 / float(values[0]))
        full = abs(candidates * values[0] - 1.0) <= candidates * TOLERANCE
        return Exploration(kind="shuffle", kept_share=0.0, highs=values[:0]) if full else own_slot
    split = int(np.argmax(np.diff(values))) + 1
    lows, highs = values[:split], values[split:]
    if len(lows) != len(highs) or np.ptp(highs - lows) > TOLERANCE:
        return own_slot
    moved = highs - lows
    return Exploration(kind="shuffle", kept_share=float(moved.mean()), highs=highs)


def kept_lists(log: SlateLog, exploration: Exploration) -> NDArray[np.bool_]:
    """Return which lists are the ranker's own, of shape (n,)."""
    high = exploration.is_high(log.chance) | ~log.shown
    return np.asarray(high.all(axis=1) & (len(exploration.highs) > 0))


def other_kept_list(log: SlateLog, kept: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return another list of the same user that tells what the ranker wanted to show.

    Never the row itself: whether a list tells what the ranker wanted would otherwise
    depend on how that very list was drawn, and every weight would be wrong.

    Returns
    -------
    ndarray of shape (n,)
        Row of the log; ``UNKNOWN`` where no other list tells.

    Notes
    -----
    The nearest in time, where a ranker's lists hardly ever change. Where they do, the ones
    before and after must agree: what lies between two equal lists is taken for the same.
    """
    if len(kept) == 0:
        return np.empty(0, dtype=np.int64)
    order = np.lexsort((log.at, log.user_row))
    before, after = _neighbours(log.user_row[order], kept[order])
    rows = [np.where(place < 0, UNKNOWN, order[place]) for place in (before, after)]
    reference = np.full(len(order), UNKNOWN, dtype=np.int64)
    agree = _same_list(log, *rows)
    pairs = kept[order] & (rows[0] != UNKNOWN)
    steady = _same_list(log, np.where(pairs, order, UNKNOWN), rows[0])
    if pairs.any() and steady[pairs].mean() < STEADY_SHARE:
        reference[order] = np.where(agree, rows[0], UNKNOWN)
        return reference
    gaps = [np.where(row != UNKNOWN, np.abs(log.at[row] - log.at[order]), np.inf) for row in rows]
    reference[order] = np.where(gaps[0] <= gaps[1], rows[0], rows[1])
    return reference


def _neighbours(
    user: NDArray[np.int32], kept: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the place of the kept list before and after, of rows by user and time."""
    place = np.arange(len(user))
    before = np.maximum.accumulate(np.where(kept, place, UNKNOWN))
    before = np.append(UNKNOWN, before[:-1])
    after = np.minimum.accumulate(np.where(kept, place, len(user))[::-1])[::-1]
    after = np.append(after[1:], len(user))
    after[after == len(user)] = UNKNOWN
    for found in (before, after):
        found[user[found] != user] = UNKNOWN
    return before, after


def _same_list(
    log: SlateLog, left: NDArray[np.int64], right: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return where both are known and show the same at every rank that both show."""
    known = (left != UNKNOWN) & (right != UNKNOWN)
    a, b = left[known], right[known]
    alike = log.item_row[a] == log.item_row[b]
    alike |= (log.slot_of_rank[log.pattern[a]] < 0) | (log.slot_of_rank[log.pattern[b]] < 0)
    same = np.zeros(len(left), dtype=bool)
    same[known] = alike.all(axis=1)
    return same


def contradictions(log: SlateLog, exploration: Exploration, reference: NDArray[np.int64]) -> float:
    """Return the share of rows whose logged chance is not the one rebuilt from another list."""
    known = np.flatnonzero(reference != UNKNOWN)
    if exploration.kind != "shuffle" or len(known) == 0:
        return 0.0
    same = log.item_row[known] == log.item_row[reference[known]]
    differ = same != exploration.is_high(log.chance[known])
    return float(differ[log.shown[known]].mean())
