"""Why rows of lists stand where they stand: as tables for a reader, and as JSON."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from engine.errors import DataContractError
from engine.ranking.two_stage import FittedRanker
from engine.ranking.why import Why, why_each
from engine.reporting.text import t
from engine.store import queries
from engine.workbench.workspace import Workspace

SMALLEST = 0.005
"""What adds less to the score is not shown to readers."""


@dataclass(frozen=True, kw_only=True, eq=False)
class WhyTables:
    """What speaks for one row, in words."""

    sources: pd.DataFrame
    """source, place."""
    past: pd.DataFrame
    """source, item, share [0-1]; of each source the strongest items."""
    causes: pd.DataFrame
    """cause, amount: what it adds to the score."""
    tags: tuple[str, ...]


def why(
    workspace: Workspace, fitted: FittedRanker, user_id: str, item_id: str, locale: str
) -> WhyTables:
    """Return what speaks for one item on the list of one user."""
    users, items = _named(workspace)
    user = int(users.index[users["user_id"] == user_id][0])
    item = int(items.index[items["item_id"] == item_id][0])
    found = next(why_each(fitted, np.array([user]), np.array([item])))
    titles = items["title"].fillna(items["item_id"])
    return WhyTables(
        sources=pd.DataFrame(
            [
                {"source": t(f"list_words.{name}", locale), "place": place}
                for name, place in sorted(found.places.items(), key=lambda one: one[1])
            ],
            columns=["source", "place"],
        ),
        past=pd.DataFrame(
            [
                {
                    "source": t(f"list_words.{name}", locale),
                    "item": titles[one.item_row],
                    "share": one.share,
                }
                for name, past in found.past.items()
                for one in past
            ],
            columns=["source", "item", "share"],
        ),
        causes=pd.DataFrame(
            [
                {"cause": t(f"list_causes.{name}", locale), "amount": amount}
                for name, amount in found.causes.items()
                if abs(amount) >= SMALLEST
            ],
            columns=["cause", "amount"],
        ),
        tags=found.tags,
    )


def write_why(workspace: Workspace, fitted: FittedRanker, rows: pd.DataFrame, out: Path) -> None:
    """Write what speaks for every row as a JSON array, a row a line.

    Parameters
    ----------
    rows : DataFrame
        user_row, item_row and rank, by user and rank.

    Raises
    ------
    DataContractError
        When the file cannot be written.
    """
    try:
        with out.open("w", encoding="utf-8") as file:
            lead = "[\n"
            for entry in _entries(workspace, fitted, rows):
                file.write(lead + json.dumps(entry, ensure_ascii=False))
                lead = ",\n"
            file.write("\n]\n" if lead == ",\n" else "[]\n")
    except OSError as error:
        raise DataContractError("folder_not_writable", file=str(out)) from error


def _entries(
    workspace: Workspace, fitted: FittedRanker, rows: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    users, items = _named(workspace)
    user_id, item_id = users["user_id"], items["item_id"]
    user_row, item_row = (rows[name].to_numpy(np.int64) for name in ("user_row", "item_row"))
    each = why_each(fitted, user_row, item_row)
    for user, item, rank, found in zip(user_row, item_row, rows["rank"], each, strict=True):
        yield {
            "user_id": user_id[user],
            "rank": int(rank),
            "item_id": item_id[item],
            **_plain(found, item_id),
        }


def _plain(found: Why, item_id: pd.Series) -> dict[str, Any]:
    return {
        "sources": dict(found.places),
        "causes": {name: round(amount, 6) for name, amount in found.causes.items()},
        "past": {
            name: [{"item_id": item_id[one.item_row], "share": round(one.share, 6)} for one in past]
            for name, past in found.past.items()
        },
        "tags": list(found.tags),
    }


def _named(workspace: Workspace) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ids of users and names of items by their rows."""
    users, items = (queries.read_frame(workspace.database, name) for name in ("users", "items"))
    return users.set_index("user_row"), items.set_index("item_row")
