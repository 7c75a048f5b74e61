"""What would change in a user's list if they did one thing more: nothing is trained again."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from engine.features.frames import seconds
from engine.features.interactions import InteractionLog
from engine.features.preferences import (
    PREFERENCE_WEIGHTS,
    Positives,
    positive_rows,
    rating_threshold,
    seen_rows,
)
from engine.ranking import portrait
from engine.ranking.fold_in import fold_in
from engine.ranking.lists import ExplainedLists
from engine.ranking.portrait import Weights
from engine.ranking.two_stage import FittedRanker, recommend
from engine.store import lists, queries
from engine.store.lists import ListFilters
from engine.workbench.browsing import phrases
from engine.workbench.making import listed
from engine.workbench.profiles import success_kinds
from engine.workbench.workspace import Workspace

BEFORE, AFTER = "before", "after"


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that a user might do next."""

    item_row: int
    kind: str
    rating: float | None = None
    """On the scale of the log; only of a rating."""


@dataclass(frozen=True, kw_only=True)
class EventReading:
    """How the events of a log are read."""

    positives: Positives
    scale: tuple[float, float] | None
    """Ends of the rating scale; None in a log without ratings."""
    kinds: tuple[str, ...]
    """Kinds of event with an item that say something about taste, the frequent ones first."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Change:
    """A list before and after, both made the same way."""

    rows: pd.DataFrame
    """The list after, columns of ``browse_lists.sql`` and ``before``: the place that the
    item had, missing where it is new on the list."""
    gone: pd.DataFrame
    """Rows of the list before that are not on the one after."""
    interests_before: Weights
    interests_after: Weights
    seconds: float
    """What folding in and making both lists took."""

    @property
    def n_new(self) -> int:
        """Return how many items are new on the list."""
        return int(self.rows["before"].isna().sum())

    @property
    def n_up(self) -> int:
        """Return how many items moved up."""
        return int((self.rows["before"] > self.rows["rank"]).sum())

    @property
    def is_same(self) -> bool:
        """Whether every place holds the item that it held before."""
        return bool((self.rows["before"] == self.rows["rank"]).all()) and self.gone.empty


def event_reading(workspace: Workspace) -> EventReading:
    """Return how the events of the log were read when the run was trained."""
    row = queries.read_frame(workspace.database, "profile_rating_scale").iloc[0]
    rated = not pd.isna(row["low"])
    scale = (float(row["low"]), float(row["high"])) if rated else None
    known = queries.read_frame(workspace.database, "event_types")
    frequent = known.sort_values("event_count", ascending=False)["event_type"]
    return EventReading(
        positives=Positives(
            kinds=tuple(success_kinds(workspace)),
            rating_threshold=rating_threshold(scale),
        ),
        scale=scale,
        kinds=tuple(str(kind) for kind in frequent if kind in PREFERENCE_WEIGHTS),
    )


def what_if(
    workspace: Workspace,
    fitted: FittedRanker,
    reading: EventReading,
    user_row: int,
    events: Sequence[Event],
    locale: str,
    k: int,
) -> Change:
    """Return the first ``k`` places of a user's list without and with further events.

    Notes
    -----
    Both users are folded in, the one who did nothing more as well: only what the events
    change differs, not the way in which a list is made.
    """
    own = queries.read_frame(workspace.database, "profile_interactions", user_row=user_row)
    log = log_of(own, events, reading, fitted)
    began = time.perf_counter()
    folded, made = folded_lists(fitted, log, k)
    took = time.perf_counter() - began
    rows = _worded(workspace, made, user_row, locale)
    before, after = (rows[rows["policy"] == name] for name in (BEFORE, AFTER))
    place = before.set_index("item_id")["rank"]
    return Change(
        rows=after.assign(before=after["item_id"].map(place)).reset_index(drop=True),
        gone=before[~before["item_id"].isin(after["item_id"])].reset_index(drop=True),
        interests_before=portrait.interests(folded, 0),
        interests_after=portrait.interests(folded, 1),
        seconds=took,
    )


def folded_lists(
    fitted: FittedRanker, log: InteractionLog, k: int
) -> tuple[FittedRanker, ExplainedLists]:
    """Return a ranker that knows the users of a log, and their lists of ``k`` items."""
    folded = fold_in(fitted, log)
    return folded, recommend(folded, "ranked", np.arange(log.n_users), k)


def log_of(
    own: pd.DataFrame, events: Sequence[Event], reading: EventReading, fitted: FittedRanker
) -> InteractionLog:
    """Return what a user did as user 0, and the same with further events as user 1.

    Parameters
    ----------
    own : DataFrame
        Rows of ``marts.interactions`` of the user.
    """
    known = own[seconds(own["last_at"]) < fitted.at]
    n_own, n_more = len(known), len(events)
    kind = [*known["event_type"], *known["event_type"], *(event.kind for event in events)]
    codes, names = pd.factorize(pd.Series(kind, dtype=object), sort=True)
    own_rating = known["rating"].to_numpy(np.float32, na_value=np.nan)
    more_rating = np.array([_rating(event) for event in events], dtype=np.float32)
    rating = np.concatenate([own_rating, own_rating, more_rating])
    kinds = np.asarray(kind, dtype=np.str_)
    item = known["item_row"].to_numpy(np.int32)
    at = seconds(known["last_at"])
    count = known["event_count"].to_numpy(np.float32)
    more = np.array([event.item_row for event in events], dtype=np.int32)
    return InteractionLog(
        user_row=np.repeat([0, 1], [n_own, n_own + n_more]).astype(np.int32),
        item_row=np.concatenate([item, item, more]),
        event_code=codes.astype(np.int8),
        at=np.concatenate([at, at, np.full(n_more, fitted.at, dtype=np.int64)]),
        count=np.concatenate([count, count, np.ones(n_more, dtype=np.float32)]),
        rating=rating,
        positive=positive_rows(kinds, rating, reading.positives),
        seen=seen_rows(kinds, reading.positives),
        bot_users=np.zeros(2, dtype=np.bool_),
        event_types=tuple(str(name) for name in names),
        n_users=2,
        n_items=fitted.n_items,
        rating_range=reading.scale,
    )


def _rating(event: Event) -> float:
    return np.nan if event.rating is None else event.rating


def _worded(workspace: Workspace, made: ExplainedLists, user_row: int, locale: str) -> pd.DataFrame:
    """Return both lists with names and reasons, as the page Lists words them."""
    owner = replace(made, user_row=np.full(len(made.rank), user_row, dtype=np.int32))
    frame = listed(owner, BEFORE, made.score, None, None)
    frame["policy"] = np.where(made.user_row == 0, BEFORE, AFTER)
    with TemporaryDirectory(dir=workspace.exchange) as name:
        folder = workspace.exchange / name
        lists.write_lists(workspace.database, frame, folder)
        parts = [
            lists.browse(
                workspace.database,
                folder,
                ListFilters(policy=policy),
                phrases(locale),
                len(frame),
                0,
            ).assign(policy=policy)
            for policy in (BEFORE, AFTER)
        ]
    return pd.concat(parts, ignore_index=True)
