"""The lists of a run: written, browsed, and exported by DuckDB without passing Python."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import pandas as pd

from engine.errors import ArtifactError, DataContractError
from engine.store.connection import Database
from engine.store.statements import literal_path, statement

FILE = "lists.parquet"


@dataclass(frozen=True, kw_only=True)
class ListFilters:
    """Which rows of the lists to look at; None leaves a filter open."""

    user: str | None = None
    """Exact id."""
    segment: str | None = None
    category: str | None = None
    source: str | None = None
    """Code of a source."""
    min_score: float | None = None
    policy: str | None = None


@dataclass(frozen=True, kw_only=True)
class ListValues:
    """Money and probabilities per list row, in the major unit of the currency per month."""

    frame: pd.DataFrame
    """user_row, rank, p_click, p_purchase, expected_ads, expected_membership,
    expected_sales, expected_low, expected_high; missing where withheld."""


@dataclass(frozen=True, kw_only=True)
class ExportCount:
    """What an export wrote."""

    rows: int
    users: int
    users_cold: int


def write_lists(db: Database, lists: pd.DataFrame, folder: Path) -> Path:
    """Write ``lists`` (all policies) as ``lists.parquet`` of a run's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    with db.cursor() as cursor:
        cursor.register("given_lists", lists)
        cursor.execute(
            "copy (select * from given_lists order by policy, user_row, rank)"
            " to $path (format parquet)",
            {"path": str(path)},
        )
    return path


def browse(
    db: Database,
    run_folder: Path,
    filters: ListFilters,
    phrases: pd.DataFrame,
    limit: int,
    offset: int,
) -> pd.DataFrame:
    """Return one page of list rows, with sources and reasons in words.

    Parameters
    ----------
    phrases
        As of `export_csv`.

    Raises
    ------
    ArtifactError
        When the stored lists are missing or damaged.
    """
    parameters = {**asdict(filters), "row_limit": limit, "row_offset": offset}
    with db.cursor() as cursor:
        cursor.register("phrases", phrases)
        return _answer(cursor, "browse_lists", run_folder, parameters)


def count(
    db: Database, run_folder: Path, filters: ListFilters, max_rank: int | None = None
) -> pd.Series:
    """Return row_count and user_count of what fits the filters, in the first places only.

    Raises
    ------
    ArtifactError
        When the stored lists are missing or damaged.
    """
    with db.cursor() as cursor:
        parameters = {**asdict(filters), "max_rank": max_rank}
        return _answer(cursor, "count_lists", run_folder, parameters).iloc[0]


def choices(db: Database, run_folder: Path) -> pd.Series:
    """Return what filters can be set to: one row of ``list_choices.sql``.

    Raises
    ------
    ArtifactError
        When the stored lists are missing or damaged.
    """
    with db.cursor() as cursor:
        return _answer(cursor, "list_choices", run_folder, {}).iloc[0]


def standing(db: Database, run_folder: Path, item_row: int) -> pd.DataFrame:
    """Return on how many lists an item stands by source: ``profile_item_lists.sql``.

    Raises
    ------
    ArtifactError
        When the stored lists are missing or damaged.
    """
    with db.cursor() as cursor:
        return _answer(cursor, "profile_item_lists", run_folder, {"item_row": item_row})


def _answer(
    cursor: duckdb.DuckDBPyConnection,
    name: str,
    run_folder: Path,
    parameters: Mapping[str, object],
) -> pd.DataFrame:
    path = run_folder / FILE
    if not path.exists():
        raise ArtifactError("artifact_missing", file=FILE, run_id=run_folder.name)
    try:
        given = {**parameters, "path": literal_path(path)}
        return cursor.execute(statement("queries", name), given).df()
    # a run of an earlier version lacks columns
    except (duckdb.IOException, duckdb.InvalidInputException, duckdb.BinderException) as error:
        raise ArtifactError("artifact_damaged", file=FILE, run_id=run_folder.name) from error


def export_csv(
    db: Database,
    run_folder: Path,
    out: Path,
    *,
    policy: str,
    k: int,
    phrases: pd.DataFrame,
    values: ListValues | None = None,
    scenario_id: str | None = None,
    run_id: str,
    guard: bool = True,
    users: Sequence[str] | None = None,
    segment: str | None = None,
) -> ExportCount:
    """Write the lists of ``policy`` in the columns of the contract.

    Parameters
    ----------
    phrases
        Columns code and text: words of every source and reason code in one language;
        ``{item}`` and ``{tag}`` in a text are filled from the row.
    guard
        Put ``'`` before text that a spreadsheet would take for a formula.
    """
    empty = pd.DataFrame({"user_row": pd.Series(dtype="int32"), "rank": pd.Series(dtype="int32")})
    for name in ("p_click", "p_purchase", *(f"expected_{part}" for part in _MONEY)):
        empty[name] = pd.Series(dtype="float64")
    parameters = {
        "path": literal_path(run_folder / FILE),
        "policy": policy,
        "k": k,
        "scenario_id": scenario_id,
        "run_id": run_id,
        "guard": guard,
        "users": list(users) if users is not None else None,
        "segment": segment,
    }
    with db.cursor() as cursor:
        cursor.register("phrases", phrases)
        cursor.register("list_values", values.frame if values else empty)
        select = statement("queries", "export_lists")
        cursor.execute(f"create or replace temp table exported as {select}", parameters)
        try:
            cursor.execute(
                "copy (select * exclude (is_cold, user_row) from exported"
                " order by user_row, rank) to $out (format csv, header, delimiter ',')",
                {"out": str(out)},
            )
        except (duckdb.PermissionException, duckdb.IOException) as error:
            raise DataContractError("folder_not_writable", file=str(out)) from error
        row = cursor.execute(
            "select count(*), count(distinct user_row),"
            " count(distinct user_row) filter (where is_cold) from exported"
        ).fetchone()
        cursor.execute("drop table exported")
    counts = row or (0, 0, 0)
    return ExportCount(rows=counts[0], users=counts[1], users_cold=counts[2])


_MONEY = ("ads", "membership", "sales", "low", "high")
