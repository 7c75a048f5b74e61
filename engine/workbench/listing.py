"""Lists as files and tables: who gets what, from which source, and why."""

import codecs
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.evaluation.frames import items_of
from engine.ranking.two_stage import POLICIES, recommend, score_pairs
from engine.reporting.text import words
from engine.simulation.scenario import Scenario, scenario_id
from engine.store import lists, queries
from engine.store.artifacts import Run
from engine.store.lists import ListFilters
from engine.workbench import making
from engine.workbench.learning import delivered_lists
from engine.workbench.pricing import default_scenario
from engine.workbench.row_values import NEEDED, row_values
from engine.workbench.runs import (
    LIST_LENGTH,
    read_list_rows,
    read_probabilities,
    read_ranker,
    read_valuation,
    trained_run,
)
from engine.workbench.workspace import Workspace

WORDS = "list_words."


@dataclass(frozen=True, kw_only=True)
class ListRequest:
    """Which lists to write, and how."""

    k: int = 10
    users: tuple[str, ...] | None = None
    """None: all users."""
    segment: str | None = None
    """None: users of all segments."""
    policy: str = "ranked"
    value_weight: float = 0.0
    """0: the ranker's order; 1: money only."""
    include_seen: bool = False
    raw: bool = False
    """No guard against formulas, for machines."""
    locale: str = "en"
    scenario: Scenario | None = None
    """Prices the rows; None: the defaults of the log."""


@dataclass(frozen=True, kw_only=True)
class ListReport:
    """What was written."""

    rows: int
    users: int
    users_cold: int


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


def recommend_bytes(workspace: Workspace, request: ListRequest, *, marked: bool) -> bytes:
    """Return what `recommend_csv` writes.

    Parameters
    ----------
    marked
        Put a byte order mark in front: without it spreadsheets guess the encoding.

    Raises
    ------
    UsageError
        As `recommend_csv`.
    """
    # a folder per call: two visitors may take their lists at the same time
    with TemporaryDirectory(dir=workspace.exchange) as folder:
        out = Path(folder) / "lists.csv"
        recommend_csv(workspace, request, out)
        return (codecs.BOM_UTF8 if marked else b"") + out.read_bytes()


def recommend_csv(workspace: Workspace, request: ListRequest, out: Path) -> ListReport:
    """Write lists in the columns of the contract; their texts never pass through Python.

    Raises
    ------
    UsageError
        Without a trained run, for an unknown policy, or a user who is not in the log.
    """
    run = trained_run(workspace)
    folder = _list_folder(workspace, run, request, _user_rows(workspace, request))
    scenario = request.scenario or default_scenario(workspace)
    # stored lists may have been damaged since; those just written were not
    is_stored = folder == run.folder
    rows = read_list_rows(run, NEEDED) if is_stored else pd.read_parquet(folder / lists.FILE)
    rows = rows[rows["rank"] <= request.k]
    written = lists.export_csv(
        workspace.database,
        folder,
        out,
        policy=policy_name(request),
        k=request.k,
        phrases=phrases(request.locale),
        values=row_values(workspace, run, rows, scenario),
        scenario_id=scenario_id(scenario),
        run_id=run.run_id,
        guard=not request.raw,
        users=request.users,
        segment=request.segment,
    )
    return ListReport(rows=written.rows, users=written.users, users_cold=written.users_cold)


def policy_name(request: ListRequest) -> str:
    """Return the name of what makes the lists: ``ranked+value(0.3)`` where money counts."""
    weight = request.value_weight
    return f"{request.policy}+value({weight:g})" if weight > 0 else request.policy


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


def _list_folder(
    workspace: Workspace, run: Run, request: ListRequest, users: NDArray[np.int64]
) -> Path:
    """Return a folder whose ``lists.parquet`` holds what is asked for."""
    plain = not request.include_seen and request.value_weight == 0
    if plain and request.policy == "ranked" and request.k <= LIST_LENGTH:
        return run.folder
    folder = workspace.exchange / "lists"
    lists.write_lists(workspace.database, _made(workspace, run, request, users), folder)
    return folder


def _made(
    workspace: Workspace, run: Run, request: ListRequest, users: NDArray[np.int64]
) -> pd.DataFrame:
    """Return lists that are not stored: of another policy, longer, with seen items, by value."""
    fitted = read_ranker(run)
    calibration, learned = read_valuation(run).calibration, read_probabilities(run)
    weight = request.value_weight
    delivered = delivered_lists(workspace)
    if request.policy in delivered:
        found = making.of_delivered(delivered[request.policy], users)
    elif request.policy in POLICIES:
        places = request.k if weight == 0 else max(making.CANDIDATES, request.k)
        seen = request.include_seen
        found = recommend(fitted, request.policy, users, places, include_seen=seen)
    else:
        known = ", ".join((*POLICIES, *delivered))
        raise UsageError("policy_unknown", policy=request.policy, policies=known)
    if weight > 0:
        prices = items_of(queries.read_frame(workspace.database, "items")).price_cents
        found = making.by_value(fitted, found, calibration, learned, prices, weight)
    found = making.first_places(found, request.k)
    score = score_pairs(fitted, found.user_row, found.item_row)
    return making.listed(found, policy_name(request), score, calibration, learned)


def _user_rows(workspace: Workspace, request: ListRequest) -> NDArray[np.int64]:
    """Return the rows of the users asked for, of all without a wish.

    Raises
    ------
    UsageError
        When one of them is not in the log.
    """
    known = queries.read_frame(workspace.database, "users")[["user_id", "user_row", "segment"]]
    if request.users is not None:
        missing = sorted(set(request.users) - set(known["user_id"]))
        if missing:
            raise UsageError("users_unknown", user=missing[0], count=len(missing))
        known = known[known["user_id"].isin(request.users)]
    if request.segment is not None:
        known = known[known["segment"] == request.segment]
    return known["user_row"].to_numpy(np.int64)
