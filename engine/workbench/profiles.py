"""What is known of one user: facts, interests, history, and the list that comes of them.

Every question reads the rows of this user alone; none grows with the events of the log
but for the filter on the user, which DuckDB answers in tens of milliseconds for millions.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from engine.ranking import portrait
from engine.ranking.portrait import ContentFit, Weights
from engine.ranking.two_stage import FittedRanker, recommend
from engine.store import queries
from engine.workbench.runs import LIST_LENGTH, read_ranker, trained_run
from engine.workbench.workspace import Workspace

HISTORY_ROWS = 200
"""Rows of a history that reach a reader, the last ones."""

SIMILAR_IDS = 8


@dataclass(frozen=True, kw_only=True)
class UserFacts:
    """What the log says of one user beside what they did with items."""

    user_row: int
    user_id: str
    segment: str | None
    country: str | None
    activity: str
    """``light``, ``regular`` or ``heavy``: thirds of the users by events."""
    events: int
    plan: str | None
    """Membership at the end of the log; None without one."""
    is_trial: bool
    has_plans: bool
    """Whether the log knows memberships at all."""
    is_bot: bool
    opted_out: bool
    first_on: date | None
    last_on: date | None


@dataclass(frozen=True, kw_only=True, eq=False)
class UserProfile:
    """What a fitted ranker knows of a user."""

    successes: int
    """Items that count as chosen [count]."""
    interests: Weights
    has_attributes: bool
    """Whether any item of the log has a tag or a category."""


def ranker(workspace: Workspace) -> FittedRanker:
    """Return the ranker of the trained run, after it made one list.

    The first list of a process loads compiled code, half a second that no visitor's first
    event should wait for.

    Raises
    ------
    UsageError
        Without a trained run.
    ArtifactError
        When the file is damaged.
    """
    fitted = read_ranker(trained_run(workspace))
    recommend(fitted, "ranked", np.zeros(1, dtype=np.int64), LIST_LENGTH)
    return fitted


def find_user(workspace: Workspace, user_id: str) -> UserFacts | None:
    """Return one user; None for an id that is not in the log."""
    found = queries.read_frame(workspace.database, "profile_user", user_id=user_id)
    if found.empty:
        return None
    row = found.iloc[0]
    return UserFacts(
        user_row=int(row["user_row"]),
        user_id=str(row["user_id"]),
        segment=text_of(row["segment"]),
        country=text_of(row["country"]),
        activity=str(row["activity_band"]),
        events=int(row["event_count"]),
        plan=text_of(row["plan"]),
        is_trial=bool(row["is_trial"]),
        has_plans=bool(row["has_plans"]),
        is_bot=bool(row["is_bot"]),
        opted_out=bool(row["opted_out"]),
        first_on=day_of(row["first_at"]),
        last_on=day_of(row["last_at"]),
    )


def similar_users(workspace: Workspace, text: str) -> tuple[str, ...]:
    """Return a few ids that hold a text."""
    found = queries.read_frame(
        workspace.database, "profile_similar_users", text=text, row_limit=SIMILAR_IDS
    )
    return tuple(map(str, found["user_id"]))


def pick_user(workspace: Workspace, turn: int, *, is_new: bool) -> str | None:
    """Return the id of someone to look at, another one each turn; None when there is none.

    Parameters
    ----------
    is_new : bool
        Someone who has not chosen anything yet.
    """
    found = queries.read_frame(
        workspace.database, "profile_pick_user", is_new=is_new, kinds=success_kinds(workspace),
        turn=turn,
    )  # fmt: skip
    return None if found.empty else str(found["user_id"].iloc[0])


def success_kinds(workspace: Workspace) -> list[str]:
    """Return the kinds of event that counted as success when the run was trained."""
    return list(trained_run(workspace).manifest["positives"])


def profile_of(fitted: FittedRanker, user_row: int) -> UserProfile:
    """Return what a fitted ranker knows of a user."""
    liked = fitted.state.liked
    return UserProfile(
        successes=int(liked.indptr[user_row + 1] - liked.indptr[user_row]),
        interests=portrait.interests(fitted, user_row),
        has_attributes=bool(fitted.attribute_names),
    )


def history(workspace: Workspace, user_row: int) -> pd.DataFrame:
    """Return what a user did, the last first, with the columns of ``profile_history.sql``."""
    return queries.read_frame(
        workspace.database, "profile_history", user_row=user_row, row_limit=HISTORY_ROWS
    )


def fit_of(fitted: FittedRanker, user_row: int, item_row: int) -> ContentFit:
    """Return how the interests of a user fit an item, term by term."""
    return portrait.content_fit(fitted, user_row, item_row)


def fits_of(fitted: FittedRanker, user_row: int, item_rows: pd.Series) -> pd.Series:
    """Return the content score R of a user and each of some items."""
    scores = portrait.content_scores(fitted, user_row, item_rows.to_numpy(np.int64))
    return pd.Series(scores, index=item_rows.index)


def text_of(value: Any) -> str | None:
    """Return a text of a frame; None where it is missing or empty."""
    return None if pd.isna(value) or value == "" else str(value)


def day_of(moment: Any) -> date | None:
    """Return the day of a moment of a frame; None where it is missing."""
    return None if pd.isna(moment) else pd.Timestamp(moment).date()
