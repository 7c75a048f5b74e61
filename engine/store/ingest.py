"""Files -> raw tables in one transaction; accepted + duplicate + rejected = read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd

from engine.errors import DataContractError
from engine.progress import Progress, part, silent
from engine.store.build import build_marts
from engine.store.connection import Database
from engine.store.ingest_columns import KINDS, guess_columns, guess_events
from engine.store.ingest_files import TextTable, stage_text
from engine.store.statements import statement

Kind = Literal["events", "items", "users", "memberships", "assignments", "lists"]


@dataclass(frozen=True, kw_only=True)
class InputFile:
    """One file and how its columns are called."""

    path: Path
    kind: Kind
    columns: Mapping[str, str] = field(default_factory=dict)
    """Canonical name -> name in the file."""
    event_map: Mapping[str, str] = field(default_factory=dict)
    """Event name in the file -> canonical event type."""
    constants: Mapping[str, str] = field(default_factory=dict)
    """Canonical name -> the value of every row."""


@dataclass(frozen=True, kw_only=True)
class ImportRequest:
    """Files to load together: all or none."""

    files: tuple[InputFile, ...]
    timezone: str | None = None
    """IANA zone of times that carry no offset."""
    currency: str | None = None
    """ISO 4217 code of every amount."""
    keep_repeats: bool = False
    """Keep equal rows without event_id inside one file."""
    dry_run: bool = False
    """Count, then leave the database as it was."""


@dataclass(frozen=True, kw_only=True)
class FileReport:
    """What became of the rows of one file."""

    file: str
    kind: str
    read: int
    accepted: int
    duplicate: int
    rejected: int
    reasons: dict[str, int]
    amount_cents: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What one import did, file by file."""

    import_id: int
    files: tuple[FileReport, ...]


@dataclass(frozen=True, kw_only=True)
class FilePreview:
    """First rows of a file and what its columns probably are."""

    columns: tuple[str, ...]
    rows: list[tuple[str | None, ...]]
    guessed_columns: dict[str, str]
    guessed_events: dict[str, str]
    event_values: tuple[str, ...]


def import_files(db: Database, request: ImportRequest, progress: Progress = silent) -> ImportReport:
    """Load the files of ``request`` in one transaction and rebuild the marts.

    Raises
    ------
    DataContractError
        When a file cannot be read as asked; then nothing has changed.
    """
    _check_zone(request.timezone)
    with db.writing, db.cursor() as cursor:
        cursor.execute("begin")
        try:
            report = _load_all(cursor, request, part(progress, 0.0, 0.7))
            if request.dry_run:
                cursor.execute("rollback")
                return report
            build_marts(cursor, part(progress, 0.7, 1.0))
            cursor.execute("commit")
        except BaseException:
            cursor.execute("rollback")
            raise
    return report


def preview(path: Path, kind: str, n: int = 10) -> FilePreview:
    """First ``n`` rows of a file with guessed columns and event names."""
    with duckdb.connect(":memory:") as cursor:
        table = stage_text(cursor, path)
        cells = ", ".join(f"c{place}" for place in range(len(table.columns)))
        rows = cursor.execute(f"select {cells} from delivered order by line limit {n:d}").fetchall()
        guessed = guess_columns(table.columns, kind)
        values: tuple[str, ...] = ()
        if "event_type" in guessed:
            place = table.columns.index(guessed["event_type"])
            found = cursor.execute(
                f"select distinct c{place} from delivered where c{place} is not null"
                " order by all limit 100"
            ).fetchall()
            values = tuple(str(row[0]) for row in found)
    return FilePreview(
        columns=table.columns,
        rows=rows,
        guessed_columns=guessed,
        guessed_events=guess_events(values),
        event_values=values,
    )


def rejected_rows(db: Database, import_id: int | None = None) -> pd.DataFrame:
    """Rejected rows of one import, or of all: file, line, column, reason, row."""
    with db.cursor() as cursor:
        return cursor.execute(statement("queries", "rejected_rows"), {"import_id": import_id}).df()


def copy_rejected(db: Database, path: Path) -> None:
    """Write all rejected rows to a CSV file."""
    rejected_rows(db).to_csv(path, index=False)


def _check_zone(zone: str | None) -> None:
    if zone is None:
        return
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise DataContractError("timezone_unknown", zone=zone) from error


def _load_all(
    cursor: duckdb.DuckDBPyConnection, request: ImportRequest, progress: Progress
) -> ImportReport:
    row = cursor.execute("select coalesce(max(import_id), 0) + 1 from raw.import_files").fetchone()
    import_id = int(row[0]) if row else 1
    reports = []
    for place, file in enumerate(request.files):
        progress(place / len(request.files), f"import_{file.kind}")
        reports.append(_load_file(cursor, request, file, import_id))
    return ImportReport(import_id=import_id, files=tuple(reports))


def _load_file(
    cursor: duckdb.DuckDBPyConnection, request: ImportRequest, file: InputFile, import_id: int
) -> FileReport:
    table = stage_text(cursor, file.path)
    used = _stage_canonical(cursor, table, file)
    currency = _settle_currency(cursor, request, file, used)
    _require_zone(cursor, request, file, used)
    cursor.execute("drop table if exists typed")
    typed = statement("imports", f"typed_{file.kind}")
    parameters = {"zone": request.timezone or "UTC", "currency": currency or ""}
    parameters["latest"] = (datetime.now(UTC) + timedelta(days=366)).strftime("%Y-%m-%d")
    known = {name: value for name, value in parameters.items() if f"${name}" in typed}
    cursor.execute(f"create temp table typed as {typed}", known)
    cursor.execute("drop table if exists judged")
    judge = statement("imports", f"judged_{_judge_of(file.kind)}")
    values = {"keep_repeats": request.keep_repeats} if "$keep_repeats" in judge else {}
    cursor.execute("create temp table judged as " + _for_kind(judge, file.kind), values)
    _store(cursor, file.kind, import_id)
    return _report(cursor, table, file, import_id)


def _judge_of(kind: str) -> str:
    return kind if kind in ("events", "items", "users") else "periods"


def _for_kind(text: str, kind: str) -> str:
    """The statement shared by memberships, assignments and lists, for one of them."""
    return text.replace("raw.memberships", f"raw.{kind}") if _judge_of(kind) == "periods" else text


def _store(cursor: duckdb.DuckDBPyConnection, kind: str, import_id: int) -> None:
    for name in (f"replace_{kind}", f"accept_{kind}"):
        path_text = _optional(name)
        if path_text:
            values = {"import_id": import_id} if "$import_id" in path_text else {}
            cursor.execute(path_text, values)


def _optional(name: str) -> str | None:
    try:
        return statement("imports", name)
    except FileNotFoundError:
        return None


def _stage_canonical(
    cursor: duckdb.DuckDBPyConnection, table: TextTable, file: InputFile
) -> frozenset[str]:
    """Create ``incoming``: canonical text columns; returns those the file fills."""
    kind = KINDS[file.kind]
    places = _places(table, file)
    values = {f"v{n}": value for n, value in enumerate(file.constants.values())}
    cells = {name: f"clean_text($v{n})" for n, name in enumerate(file.constants)}
    cells |= {name: f"clean_text(c{place})" for name, place in places.items()}
    used = frozenset(cells)
    missing = [name for name in kind.required if name not in used]
    if missing:
        raise DataContractError("column_missing", file=file.path.name, column=", ".join(missing))
    if "event_type" in cells:
        cells["event_type"] = f"lower({cells['event_type']})"
        names = [key.lower() for key in file.event_map]
        targets = list(file.event_map.values())
        if names:
            values |= {"names": names, "targets": targets}  # type: ignore[dict-item]
            cells["event_type"] = (
                f"coalesce(list_extract($targets, list_position($names, {cells['event_type']})),"
                f" {cells['event_type']})"
            )
    if kind.extras not in cells:
        extras = [n for n in range(len(table.columns)) if n not in places.values()]
        pairs = ", ".join(f"$x{n}, c{n}" for n in extras)
        values |= {f"x{n}": table.columns[n] for n in extras}
        cells[kind.extras] = f"cast(json_object({pairs}) as varchar)" if extras else "null"
    select = ", ".join(
        f"cast({cells.get(name, 'null')} as varchar) as {name}" for name in kind.columns
    )
    cursor.execute("drop table if exists incoming")
    cursor.execute(
        f"create temp table incoming as select line, fault, {select} from delivered", values
    )
    return used


def _places(table: TextTable, file: InputFile) -> dict[str, int]:
    """Canonical name -> place of its column: as mapped, else of the same name."""
    lowered = [column.lower() for column in table.columns]
    places = {name: lowered.index(name) for name in KINDS[file.kind].columns if name in lowered}
    for canonical, theirs in file.columns.items():
        if canonical not in KINDS[file.kind].columns:
            raise DataContractError("column_unknown", column=canonical, file=file.path.name)
        if theirs.lower() not in lowered:
            raise DataContractError("column_missing", column=theirs, file=file.path.name)
        places[canonical] = lowered.index(theirs.lower())
    return places


def _settle_currency(
    cursor: duckdb.DuckDBPyConnection,
    request: ImportRequest,
    file: InputFile,
    used: frozenset[str],
) -> str | None:
    row = cursor.execute("select value from raw.settings where name = 'currency'").fetchone()
    known = str(row[0]) if row else None
    asked = request.currency.upper() if request.currency else None
    if known and asked and known != asked:
        raise DataContractError("currency_conflict", known=known, asked=asked)
    settled = known or asked
    if settled is None and "currency" in used:
        first = cursor.execute(
            "select upper(currency) from incoming where currency is not null order by line limit 1"
        ).fetchone()
        settled = str(first[0]) if first else None
    money = {"unit_price", "price", "price_per_month", "unit_cost", "sponsored_bid"} & used
    if settled is None and money:
        raise DataContractError("currency_missing", file=file.path.name)
    if settled and not known:
        if not (len(settled) == 3 and settled.isalpha()):
            raise DataContractError("currency_unknown", currency=settled)
        cursor.execute("insert into raw.settings values ('currency', $code)", {"code": settled})
    return settled


def _require_zone(
    cursor: duckdb.DuckDBPyConnection,
    request: ImportRequest,
    file: InputFile,
    used: frozenset[str],
) -> None:
    if request.timezone is not None:
        return
    for name in sorted(used & {"occurred_at", "published_at", "signed_up_at", "started_at"}):
        row = cursor.execute(
            f"select line, {name} from incoming where read_naive_time({name}) is not null"
            f" and read_fixed_time({name}) is null order by line limit 1"
        ).fetchone()
        if row:
            raise DataContractError(
                "timezone_missing", file=file.path.name, line=row[0], value=row[1]
            )


def _report(
    cursor: duckdb.DuckDBPyConnection, table: TextTable, file: InputFile, import_id: int
) -> FileReport:
    name = file.path.name
    cells = ", ".join(f"$n{n}, c{n}" for n in range(len(table.columns)))
    names = {f"n{n}": column for n, column in enumerate(table.columns)}
    cursor.execute(
        "insert into raw.rejected_rows select $import_id, $file, $kind, delivered.line,"
        " nullif(split_part(judged.verdict, ':', 1), ''), split_part(judged.verdict, ':', 2),"
        f" cast(json_object({cells}) as varchar)"
        " from judged inner join delivered on judged.line = delivered.line"
        " where judged.status = 'rejected'",
        {"import_id": import_id, "file": name, "kind": file.kind, **names},
    )
    rows = cursor.execute(statement("imports", "outcome")).fetchall()
    counts = {str(row[0]): int(row[1]) for row in rows}
    cents = {str(row[0]): int(row[2]) for row in rows}
    whole = cursor.execute(
        "select count(*), (select cast(coalesce(sum(line_cents), 0) as bigint) from judged)"
        " from delivered"
    ).fetchone()
    read, read_cents = (int(whole[0]), int(whole[1])) if whole else (0, 0)
    reasons = cursor.execute(statement("imports", "reasons")).fetchall()
    parts = ("accepted", "duplicate", "rejected")
    stored = [counts.get(part_, 0) for part_ in parts], [cents.get(part_, 0) for part_ in parts]
    cursor.execute(
        "insert into raw.import_files values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            import_id,
            name,
            file.kind,
            read,
            *stored[0],
            read_cents,
            *stored[1],
            datetime.now(UTC).replace(tzinfo=None),
        ],
    )
    return FileReport(
        file=name,
        kind=file.kind,
        read=read,
        accepted=stored[0][0],
        duplicate=stored[0][1],
        rejected=stored[0][2],
        reasons={str(reason): int(count) for reason, count in reasons},
        amount_cents={"read": read_cents, **dict(zip(parts, stored[1], strict=True))},
    )
