"""Lists as files and tables: who gets what, from which source, and why."""

import codecs
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.evaluation.frames import items_of
from engine.ranking.fitted import FittedRanker
from engine.ranking.lists import ExplainedLists
from engine.ranking.rules import NO_RULES, Rules
from engine.ranking.two_stage import POLICIES, recommend, score_pairs
from engine.simulation.scenario import Scenario, scenario_id
from engine.store import lists, queries
from engine.store.artifacts import Run
from engine.store.lists import ListFilters
from engine.workbench import making, ruling
from engine.workbench.browsing import phrases
from engine.workbench.learning import delivered_lists
from engine.workbench.pricing import default_scenario
from engine.workbench.row_values import NEEDED, row_values
from engine.workbench.ruling import Worth
from engine.workbench.runs import (
    LIST_LENGTH,
    read_list_rows,
    read_probabilities,
    read_ranker,
    read_valuation,
    trained_run,
)
from engine.workbench.why import write_why
from engine.workbench.workspace import Workspace


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
    rules: Rules = NO_RULES


@dataclass(frozen=True, kw_only=True)
class ListReport:
    """What was written."""

    rows: int
    users: int
    users_cold: int


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
    with TemporaryDirectory(dir=workspace.exchange) as folder:
        out = Path(folder) / "lists.csv"
        recommend_csv(workspace, request, out)
        return (codecs.BOM_UTF8 if marked else b"") + out.read_bytes()


def recommend_csv(
    workspace: Workspace, request: ListRequest, out: Path, why: Path | None = None
) -> ListReport:
    """Write lists in the columns of the contract; their texts never pass through Python.

    Parameters
    ----------
    why : Path or None
        JSON file to write with all that speaks for each of the rows.

    Raises
    ------
    UsageError
        Without a trained run, for an unknown policy, or a user who is not in the log.
    """
    # a folder per call: two visitors may take their lists at the same time
    with TemporaryDirectory(dir=workspace.exchange) as scratch:
        return _written(workspace, request, out, why, Path(scratch))


def preview(workspace: Workspace, fitted: FittedRanker, request: ListRequest) -> pd.DataFrame:
    """Return the rows that `recommend_csv` would write, columns of ``browse_lists.sql``.

    Raises
    ------
    UsageError
        As `recommend_csv`.
    """
    run, users = trained_run(workspace), _user_rows(workspace, request)
    with TemporaryDirectory(dir=workspace.exchange) as scratch:
        folder = Path(scratch)
        lists.write_lists(workspace.database, _made(workspace, run, fitted, request, users), folder)
        words = phrases(request.locale)
        limit = request.k * len(users)
        return lists.browse(workspace.database, folder, ListFilters(), words, limit, 0)


def _written(
    workspace: Workspace, request: ListRequest, out: Path, why: Path | None, scratch: Path
) -> ListReport:
    run = trained_run(workspace)
    users = _user_rows(workspace, request)
    folder = _list_folder(workspace, run, request, users, scratch)
    scenario = request.scenario or default_scenario(workspace)
    # stored lists may have been damaged since; those just written were not
    is_stored = folder == run.folder
    rows = read_list_rows(run, NEEDED) if is_stored else pd.read_parquet(folder / lists.FILE)
    rows = rows[rows["rank"] <= request.k]
    if why is not None:
        write_why(workspace, read_ranker(run), _whose(workspace, request, rows), why)
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


def _whose(workspace: Workspace, request: ListRequest, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the users asked for, by user and rank."""
    kept = rows[rows["user_row"].isin(_user_rows(workspace, request))]
    return kept.sort_values(["user_row", "rank"])


def policy_name(request: ListRequest) -> str:
    """Return the name of what makes the lists: ``ranked+value(0.3)+rules``, say."""
    weight = request.value_weight
    name = f"{request.policy}+value({weight:g})" if weight > 0 else request.policy
    return name if request.rules.is_empty else f"{name}+rules"


def _list_folder(
    workspace: Workspace,
    run: Run,
    request: ListRequest,
    users: NDArray[np.int64],
    scratch: Path,
) -> Path:
    """Return a folder whose ``lists.parquet`` holds what is asked for."""
    plain = not request.include_seen and request.value_weight == 0 and request.rules.is_empty
    if plain and request.policy == "ranked" and request.k <= LIST_LENGTH:
        return run.folder
    made = _made(workspace, run, read_ranker(run), request, users)
    lists.write_lists(workspace.database, made, scratch)
    return scratch


def _made(
    workspace: Workspace,
    run: Run,
    fitted: FittedRanker,
    request: ListRequest,
    users: NDArray[np.int64],
) -> pd.DataFrame:
    """Return lists that are not stored: of another policy, longer, by value, by rules."""
    calibration, learned = read_valuation(run).calibration, read_probabilities(run)
    found = _candidates(workspace, fitted, request, users)
    if request.value_weight > 0:
        prices = items_of(queries.read_frame(workspace.database, "items")).price_cents
        weight = request.value_weight
        found = making.by_value(fitted, found, calibration, learned, prices, weight)
    found = ruling.by_rules(workspace, fitted, found, request.rules, request.k, worth_of(request))
    score = score_pairs(fitted, found.user_row, found.item_row)
    return making.listed(found, policy_name(request), score, calibration, learned)


def _candidates(
    workspace: Workspace, fitted: FittedRanker, request: ListRequest, users: NDArray[np.int64]
) -> ExplainedLists:
    """Return lists of the policy, longer where places are given anew.

    Raises
    ------
    UsageError
        For an unknown policy.
    """
    delivered = delivered_lists(workspace)
    if request.policy in delivered:
        return making.of_delivered(delivered[request.policy], users)
    if request.policy not in POLICIES:
        known = ", ".join((*POLICIES, *delivered))
        raise UsageError("policy_unknown", policy=request.policy, policies=known)
    is_new_order = request.value_weight > 0 or not request.rules.is_empty
    places = max(making.CANDIDATES, request.k) if is_new_order else request.k
    return recommend(fitted, request.policy, users, places, include_seen=request.include_seen)


def worth_of(request: ListRequest) -> Worth:
    """Return what the scores of the lists mean."""
    if request.value_weight > 0:
        return "money"
    return "odds" if request.policy == "ranked" else "place"


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
