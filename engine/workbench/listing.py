"""Lists as files and tables: who gets what, from which source, and why."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.evaluation.frames import items_of
from engine.ranking.two_stage import POLICIES, recommend, score_pairs
from engine.reporting.text import words
from engine.store import lists, queries
from engine.store.artifacts import Run
from engine.workbench import making
from engine.workbench.learning import delivered_lists
from engine.workbench.runs import (
    LIST_LENGTH,
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
    policy: str = "ranked"
    value_weight: float = 0.0
    """0: the ranker's order; 1: money only."""
    include_seen: bool = False
    raw: bool = False
    """No guard against formulas, for machines."""
    locale: str = "en"


@dataclass(frozen=True, kw_only=True)
class ListReport:
    """What was written."""

    rows: int
    users: int
    users_cold: int


def recommend_csv(workspace: Workspace, request: ListRequest, out: Path) -> ListReport:
    """Write lists in the columns of the contract; their texts never pass through Python.

    Raises
    ------
    UsageError
        Without a trained run, for an unknown policy, or a user who is not in the log.
    """
    run = trained_run(workspace)
    users = _user_rows(workspace, request.users)
    count = lists.export_csv(
        workspace.database,
        _list_folder(workspace, run, request, users),
        out,
        policy=policy_name(request),
        k=request.k,
        phrases=phrases(request.locale),
        run_id=run.run_id,
        guard=not request.raw,
        users=request.users,
    )
    return ListReport(rows=count.rows, users=count.users, users_cold=count.users_cold)


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


def _user_rows(workspace: Workspace, users: tuple[str, ...] | None) -> NDArray[np.int64]:
    """Return the rows of the users asked for, of all without a wish.

    Raises
    ------
    UsageError
        When one of them is not in the log.
    """
    known = queries.read_frame(workspace.database, "users")[["user_id", "user_row"]]
    if users is None:
        return known["user_row"].to_numpy(np.int64)
    wanted = known[known["user_id"].isin(users)]
    missing = sorted(set(users) - set(wanted["user_id"]))
    if missing:
        raise UsageError("users_unknown", user=missing[0], count=len(missing))
    return wanted["user_row"].to_numpy(np.int64)
