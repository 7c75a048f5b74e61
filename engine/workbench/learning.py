"""The log of a database as what rankers learn from, and their lists as what is scored."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.evaluation.hits import RankedPairs
from engine.features.frames import LearningData, learning_data
from engine.progress import Progress, silent
from engine.ranking.lists import ListArrays, taken
from engine.ranking.two_stage import POLICIES, FittedRanker, recommend_each
from engine.ranking.windows import BATCH
from engine.store import queries
from engine.workbench.workspace import Workspace

LOGGED = "logged"
"""Name of the lists that the log shows being served."""

MOST_JUDGED = 20_000
"""Users whose lists are compared with what they chose; of more a fixed sample is drawn."""

USERS_AT_ONCE = 16 * BATCH
"""Whole batches, so that users are scored together as they are without parts."""


def read_learning_data(workspace: Workspace, positives: Sequence[str] = ()) -> LearningData:
    """Return the arrays of the log; ``positives`` override what counts as success.

    Memory grows with pairs of user, item, kind and day, not with events.
    """
    interactions, items, users = (
        queries.read_frame(workspace.database, name) for name in ("learning_rows", "items", "users")
    )
    return learning_data(interactions, items, users, positives)


def delivered_lists(workspace: Workspace) -> Mapping[str, RankedPairs]:
    """Return the lists that were imported, by policy; an item counts at its first place.

    A policy with the name of one of ours is called imported: it would take its place.
    """
    frame = queries.read_frame(workspace.database, "imported_lists").sort_values("rank")
    frame = frame.drop_duplicates(["policy", "user_row", "item_row"])
    return {
        _own_name(str(policy)): RankedPairs(
            user_row=rows["user_row"].to_numpy(np.int32),
            item_row=rows["item_row"].to_numpy(np.int32),
            rank=rows["rank"].to_numpy(np.int32),
        )
        for policy, rows in frame.groupby("policy", observed=True)
    }


def _own_name(policy: str) -> str:
    return f"{policy} (imported)" if policy in {*POLICIES, LOGGED} else policy


def chosen_policies(asked: Sequence[str], delivered: Mapping[str, RankedPairs]) -> tuple[str, ...]:
    """Return the policies to compare: those asked for and popularity, or all.

    Raises
    ------
    UsageError
        When a policy is not known.
    """
    known = (*POLICIES, *delivered)
    for name in asked:
        if name not in known:
            raise UsageError("policy_unknown", policy=name, policies=", ".join(known))
    return tuple(dict.fromkeys([*asked, "popularity"])) if asked else known


def lists_by_policy(
    fitted: FittedRanker,
    policies: Sequence[str],
    delivered: Mapping[str, RankedPairs],
    users: NDArray[np.int64],
    k: int,
    progress: Progress = silent,
    made: Mapping[str, ListArrays] = MappingProxyType({}),
) -> dict[str, RankedPairs]:
    """Return the first ``k`` places of each policy for the users.

    Scores and sources take several times the room of the pairs and are let go part by part.
    Lists that were ``made`` before, of at least ``k`` places, are not made again.
    """
    whole = [name for name in policies if name not in {*delivered, *made}]
    found = _in_parts(fitted, whole, users, k, progress)
    for name, lists in made.items():
        asked = (lists.rank <= k) & np.isin(lists.user_row, users)
        ready = pairs_of(taken(lists, np.flatnonzero(asked)))
        rest = np.setdiff1d(users, lists.user_row)
        found[name] = _joined([ready, _in_parts(fitted, [name], rest, k, silent)[name]])
    return {name: delivered[name] if name in delivered else found[name] for name in policies}


def _in_parts(
    fitted: FittedRanker,
    policies: Sequence[str],
    users: NDArray[np.int64],
    k: int,
    progress: Progress,
) -> dict[str, RankedPairs]:
    parts: dict[str, list[RankedPairs]] = {name: [] for name in policies}
    for start in range(0, max(len(users), 1), USERS_AT_ONCE):
        progress(start / max(len(users), 1), "scoring")
        lists = recommend_each(fitted, policies, users[start : start + USERS_AT_ONCE], k)
        for name in policies:
            parts[name].append(pairs_of(lists[name]))
    return {name: _joined(parts[name]) for name in policies}


def _joined(parts: Sequence[RankedPairs]) -> RankedPairs:
    return RankedPairs(
        user_row=np.concatenate([part.user_row for part in parts]),
        item_row=np.concatenate([part.item_row for part in parts]),
        rank=np.concatenate([part.rank for part in parts]),
    )


def pairs_of(lists: ListArrays) -> RankedPairs:
    """Return lists without their reasons."""
    return RankedPairs(user_row=lists.user_row, item_row=lists.item_row, rank=lists.rank)


def epoch(moment: datetime | None) -> int | None:
    """Return a time as seconds since 1970."""
    return None if moment is None else int(pd.Timestamp(moment).timestamp())
