"""The books of an import: each row accepted, duplicate or rejected, with its money."""

from datetime import UTC, datetime

import duckdb

from engine.store.ingest_types import FileReport, InputFile, TextTable, text_of
from engine.store.statements import statement

_FATES = ("accepted", "duplicate", "rejected")


def report_file(
    cursor: duckdb.DuckDBPyConnection, table: TextTable, file: InputFile, import_id: int
) -> FileReport:
    """Count ``judged``, keep its rejected rows and write both into the raw tables."""
    _keep_rejected(cursor, table, file, import_id)
    outcome = {
        str(row[0]): row for row in cursor.execute(statement("imports", "outcome")).fetchall()
    }
    counts = {fate: int(outcome[fate][1]) if fate in outcome else 0 for fate in _FATES}
    cents = {fate: int(outcome[fate][2]) if fate in outcome else 0 for fate in _FATES}
    # Counted from what was delivered, not summed: a row lost on the way must show.
    whole = cursor.execute(
        "select count(*), (select cast(coalesce(sum(line_cents), 0) as bigint) from judged)"
        " from delivered"
    ).fetchone()
    read, read_cents = (int(whole[0]), int(whole[1])) if whole else (0, 0)
    now = datetime.now(UTC).replace(tzinfo=None)
    cursor.execute(
        "insert into raw.import_files values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(import_id, file.path.name, file.kind),
            *(read, *counts.values(), read_cents, *cents.values(), now),
        ],
    )
    reasons = cursor.execute(statement("imports", "reasons")).fetchall()
    return FileReport(
        file=file.path.name,
        kind=file.kind,
        read=read,
        **counts,
        reasons={str(reason): int(count) for reason, count in reasons},
        amount_cents={"read": read_cents, **cents},
    )


def _keep_rejected(
    cursor: duckdb.DuckDBPyConnection, table: TextTable, file: InputFile, import_id: int
) -> None:
    cells = ", ".join(f"$n{n}, {text_of(table, n)}" for n in range(len(table.columns)))
    names = {f"n{n}": column for n, column in enumerate(table.columns)}
    cursor.execute(
        "insert into raw.rejected_rows select $import_id, $file, $kind, delivered.line,"
        " nullif(split_part(judged.verdict, ':', 1), ''), split_part(judged.verdict, ':', 2),"
        f" cast(json_object({cells}) as varchar)"
        " from judged inner join delivered on judged.line = delivered.line"
        " where judged.status = 'rejected'",
        {"import_id": import_id, "file": file.path.name, "kind": file.kind, **names},
    )
