"""Files -> raw tables in one transaction; accepted + duplicate + rejected = read."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd

from engine.errors import DataContractError
from engine.progress import Progress, part, silent
from engine.store.build import build_marts
from engine.store.connection import Database
from engine.store.ingest_canonical import canonical, over, require_zone, settle_currency
from engine.store.ingest_columns import guess_columns, guess_events
from engine.store.ingest_files import stage_text
from engine.store.ingest_report import report_file
from engine.store.ingest_types import (
    FilePreview,
    FileReport,
    ImportReport,
    ImportRequest,
    Incoming,
    InputFile,
    Kind,
    text_of,
)
from engine.store.statements import statement

__all__ = [
    "FilePreview",
    "FileReport",
    "ImportReport",
    "ImportRequest",
    "InputFile",
    "Kind",
    "import_files",
    "preview",
    "rejected_csv",
    "rejected_rows",
]

_MADE = defaultdict(lambda: "table", events="view")
"""What ``judged`` is: events are many, and looking up the few repeats is cheaper than storing
all rows again; the fate of other kinds depends on rows that storing them replaces."""


def import_files(db: Database, request: ImportRequest, progress: Progress = silent) -> ImportReport:
    """Load the files of ``request`` in one transaction and rebuild the marts.

    Raises
    ------
    DataContractError
        When a file cannot be read as asked; then nothing has changed. Nor has it when
        ``progress`` raises to stop the work.
    """
    _check_zone(request.timezone)
    with db.turn(progress), db.cursor() as cursor:
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


def preview(path: Path, kind: str, n: int = 10, *, event_column: str | None = None) -> FilePreview:
    """First ``n`` rows of a file with guessed columns and event names.

    ``event_column`` is the column that holds the event names, where the guess is wrong.
    """
    with duckdb.connect(":memory:") as cursor:
        table = stage_text(cursor, path)
        cells = ", ".join(text_of(table, place) for place in range(len(table.columns)))
        rows = cursor.execute(f"select {cells} from delivered order by line limit {n:d}").fetchall()
        guessed = guess_columns(table.columns, kind)
        values: tuple[str, ...] = ()
        named = event_column or guessed.get("event_type")
        if named in table.columns:
            cell = text_of(table, table.columns.index(named))
            found = cursor.execute(
                f"select distinct {cell} from delivered where {cell} is not null"
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
    return _rejected(db, import_id, is_guarded=False)


def rejected_csv(db: Database, import_id: int | None = None) -> bytes:
    """The same rows as CSV, with ``'`` before text that a spreadsheet would run."""
    return _rejected(db, import_id, is_guarded=True).to_csv(index=False).encode()


def _rejected(db: Database, import_id: int | None, *, is_guarded: bool) -> pd.DataFrame:
    values = {"import_id": import_id, "is_guarded": is_guarded}
    with db.cursor() as cursor:
        return cursor.execute(statement("queries", "rejected_rows"), values).df()


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
    reports, low = [], 0.0
    for file, share in zip(request.files, _shares(request.files), strict=True):
        watched = part(progress, low, low + share)
        reports.append(_load_file(cursor, request, file, import_id, watched))
        low += share
    return ImportReport(import_id=import_id, files=tuple(reports))


def _shares(files: Sequence[InputFile]) -> list[float]:
    """Which part of the work each file is, by its size; one that is missing is refused later."""
    sizes = [_size(file.path) for file in files]
    return [(size + 1) / (sum(sizes) + len(sizes)) for size in sizes]


def _size(path: Path) -> int:
    """Return the bytes of a file; one that cannot be read is refused when its turn comes."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _load_file(
    cursor: duckdb.DuckDBPyConnection,
    request: ImportRequest,
    file: InputFile,
    import_id: int,
    progress: Progress,
) -> FileReport:
    progress(0.0, "import")
    table = stage_text(cursor, file.path, part(progress, 0.0, 0.6))
    progress(0.6, "import")
    incoming = canonical(table, file)
    currency = settle_currency(cursor, request, file, incoming)
    require_zone(cursor, request, file, incoming)
    _type(cursor, request, file, incoming, currency)
    progress(0.75, "import")
    _judge(cursor, file.kind, keep_repeats=request.keep_repeats)
    progress(0.9, "import")
    _store(cursor, file.kind, import_id)
    report = report_file(cursor, table, file, import_id)
    _drop(cursor, file.kind)
    return report


def _type(
    cursor: duckdb.DuckDBPyConnection,
    request: ImportRequest,
    file: InputFile,
    incoming: Incoming,
    currency: str | None,
) -> None:
    """Create ``typed``: the rows with typed values, each with what is wrong with it."""
    typed = statement("imports", f"typed_{file.kind}")
    parameters = {"zone": request.timezone or "UTC", "currency": currency or ""}
    parameters["latest"] = (datetime.now(UTC) + timedelta(days=366)).strftime("%Y-%m-%d")
    known = {name: value for name, value in parameters.items() if f"${name}" in typed}
    text = f"create temp table typed as {over(incoming, typed)}"
    cursor.execute(text, {**incoming.values, **known})


def _judge(cursor: duckdb.DuckDBPyConnection, kind: str, *, keep_repeats: bool) -> None:
    """Create ``judged``: the typed rows, each with its fate."""
    repeats = _optional(f"repeats_{kind}")
    if repeats:
        values = {"keep_repeats": keep_repeats}
        cursor.execute(f"create temp table repeats as {repeats}", values)
    judge = statement("imports", f"judged_{_judge_of(kind)}")
    cursor.execute(f"create temp {_MADE[kind]} judged as {_for_kind(judge, kind)}")


def _drop(cursor: duckdb.DuckDBPyConnection, kind: str) -> None:
    """Give the memory of a file back before the next one."""
    cursor.execute(f"drop {_MADE[kind]} judged")
    for name in ("repeats", "typed", "delivered"):
        cursor.execute(f"drop table if exists {name}")


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
