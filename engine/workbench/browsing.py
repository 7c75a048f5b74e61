"""The stored lists of a run, looked at a page at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from engine.reporting.text import words
from engine.store import lists
from engine.store.lists import ListFilters
from engine.workbench.workspace import Workspace

WORDS = "list_words."


@dataclass(frozen=True, kw_only=True)
class ListChoices:
    """What filters over the lists of a run can be set to, and what is known of the rows."""

    segments: tuple[str, ...]
    categories: tuple[str, ...]
    sources: tuple[str, ...]
    """Codes, as `ListFilters` takes them."""
    rows: int
    users: int
    users_cold: int
    """Users without a history."""
    clicks_known: bool
    """Whether rows carry the probability of a click."""
    orders_known: bool
    score_range: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class ListCount:
    """How much of the lists fits some filters."""

    rows: int
    users: int


@dataclass(frozen=True, kw_only=True, eq=False)
class ListPage:
    """Some rows of the lists, and how many there are."""

    rows: pd.DataFrame
    """Columns of ``browse_lists.sql``."""
    row_count: int
    user_count: int


def choices(workspace: Workspace, run_id: str) -> ListChoices:
    """Return what filters over the lists of a run can be set to.

    Raises
    ------
    ArtifactError
        When the stored lists are missing or damaged.
    """
    found = lists.choices(workspace.database, _run_folder(workspace, run_id))
    low, high = found["lowest_score"], found["highest_score"]
    return ListChoices(
        segments=_names(found["segments"]),
        categories=_names(found["categories"]),
        sources=_names(found["source_codes"]),
        rows=int(found["row_count"]),
        users=int(found["user_count"]),
        users_cold=int(found["cold_user_count"]),
        clicks_known=bool(found["click_count"]),
        orders_known=bool(found["order_count"]),
        score_range=(0.0, 0.0) if pd.isna(low) else (float(low), float(high)),
    )


def browse(
    workspace: Workspace, run_id: str, filters: ListFilters, locale: str, limit: int, offset: int
) -> ListPage:
    """Return the rows of a run that fit the filters, ``limit`` of them from ``offset`` on.

    Raises
    ------
    ArtifactError
        When the stored lists are missing or damaged.
    """
    folder = _run_folder(workspace, run_id)
    totals = lists.count(workspace.database, folder, filters)
    rows = lists.browse(workspace.database, folder, filters, phrases(locale), limit, offset)
    return ListPage(
        rows=rows, row_count=int(totals["row_count"]), user_count=int(totals["user_count"])
    )


def count(workspace: Workspace, run_id: str, filters: ListFilters, places: int) -> ListCount:
    """Return how much fits the filters in the first ``places`` of the lists of a run.

    Raises
    ------
    ArtifactError
        When the stored lists are missing or damaged.
    """
    folder = _run_folder(workspace, run_id)
    found = lists.count(workspace.database, folder, filters, places)
    return ListCount(rows=int(found["row_count"]), users=int(found["user_count"]))


def phrases(locale: str) -> pd.DataFrame:
    """Return the words of every source and reason in one language, columns code and text."""
    found = {
        key.removeprefix(WORDS): text
        for key, text in words(locale).items()
        if key.startswith(WORDS)
    }
    return pd.DataFrame({"code": list(found), "text": list(found.values())}, dtype=str)


def _run_folder(workspace: Workspace, run_id: str) -> Path:
    return workspace.folder / "runs" / run_id


def _names(found: object) -> tuple[str, ...]:
    """Return a list of DuckDB, which is missing rather than empty."""
    return tuple(map(str, found)) if isinstance(found, Iterable) else ()
