"""Files of any supported format -> text columns with line numbers, nothing cast yet."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from engine.progress import Progress, silent
from engine.store.ingest_limits import require_readable
from engine.store.ingest_lines import Reading
from engine.store.ingest_parquet import stage_parquet
from engine.store.ingest_text import Row, open_csv, open_json
from engine.store.ingest_types import TextTable

BATCH_ROWS = 100_000
REPORT_ROWS = 20_000
BATCH_CELLS = 5_000_000
BATCH_CHARACTERS = 16_000_000
USUAL_PACKING = 8
"""Characters out of one packed byte of a log, to tell how much is still to be read."""


def stage_text(
    cursor: duckdb.DuckDBPyConnection, path: Path, progress: Progress = silent
) -> TextTable:
    """Fill the temporary table ``delivered(line, fault, c0, c1, ...)`` with a file's text."""
    require_readable(path)
    name = path.name.lower().removesuffix(".gz")
    if name.endswith((".parquet", ".pq")):
        return stage_parquet(cursor, path)
    is_json = name.endswith((".ndjson", ".jsonl", ".json"))
    reading = Reading()
    columns, rows = (open_json if is_json else open_csv)(path, reading)
    names = ["line", "fault", *(f"c{n}" for n in range(len(columns)))]
    schema = pa.schema([("line", pa.int64()), *((name, pa.string()) for name in names[1:])])
    _create(cursor, schema)
    is_packed = path.name.lower().endswith(".gz")
    expected = path.stat().st_size * (USUAL_PACKING if is_packed else 1)
    watched = _watched(rows, lambda: progress(min(reading.characters / expected, 1.0), "import"))
    for batch in _batches(watched, reading, len(columns)):
        lines, faults, cells = zip(*batch, strict=True)
        arrays = [lines, faults, *zip(*cells, strict=True)]
        cursor.register("batch", pa.table([pa.array(a, t) for a, t in _typed(arrays)], schema))
        cursor.execute("insert into delivered select * from batch")
        cursor.unregister("batch")
    return TextTable(columns=columns)


def _watched(rows: Iterator[Row], report: Callable[[], None]) -> Iterator[Row]:
    """Report often enough that whoever wants to stop the work need not wait."""
    for place, row in enumerate(rows):
        if place % REPORT_ROWS == 0:
            report()
        yield row


def _batches(rows: Iterator[Row], reading: Reading, width: int) -> Iterator[list[Row]]:
    """Cut rows into batches that fit in memory, however long or wide they are."""
    most = max(1, min(BATCH_ROWS, BATCH_CELLS // width))
    batch: list[Row] = []
    until = reading.characters + BATCH_CHARACTERS
    for row in rows:
        batch.append(row)
        if len(batch) == most or reading.characters > until:
            yield batch
            batch = []
            until = reading.characters + BATCH_CHARACTERS
    if batch:
        yield batch


def _typed(arrays: Sequence[object]) -> Iterator[tuple[object, pa.DataType]]:
    for place, array in enumerate(arrays):
        yield array, pa.int64() if place == 0 else pa.string()


def _create(cursor: duckdb.DuckDBPyConnection, schema: pa.Schema) -> None:
    cursor.execute("drop table if exists delivered")
    cursor.register("empty", schema.empty_table())
    cursor.execute("create temp table delivered as select * from empty")
    cursor.unregister("empty")
