"""Files of any supported format -> text columns with line numbers, nothing cast yet."""

import csv
import gzip
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from engine.errors import DataContractError
from engine.store.statements import literal_path

MAX_COLUMNS = 1_000
MAX_FIELD_CHARACTERS = 1_000_000
MAX_UNPACKED_BYTES = 8 * 1024**3
BATCH_ROWS = 100_000
Row = tuple[int, str | None, list[str | None]]
_MAGIC = {b"PAR1": "parquet", b"PK\x03\x04": "zip", b"MZ": "exe", b"\x7fELF": "exe"}


@dataclass(frozen=True, kw_only=True)
class TextTable:
    """Names of the columns in order; the temporary table calls them c0, c1, ..."""

    columns: tuple[str, ...]


def stage_text(cursor: duckdb.DuckDBPyConnection, path: Path) -> TextTable:
    """Fill the temporary table ``delivered(line, fault, c0, c1, ...)`` with a file's text."""
    _require_readable(path)
    if _format_of(path) == "parquet":
        return _stage_parquet(cursor, path)
    columns, rows = open_rows(path)
    _check_columns(columns, path)
    names = ["line", "fault", *(f"c{n}" for n in range(len(columns)))]
    schema = pa.schema([("line", pa.int64()), *((name, pa.string()) for name in names[1:])])
    _create(cursor, schema)
    while batch := list(islice(rows, BATCH_ROWS)):
        lines, faults, cells = zip(*batch, strict=True)
        columns_of_cells = list(zip(*cells, strict=True))
        arrays = [lines, faults, *columns_of_cells]
        cursor.register("batch", pa.table([pa.array(a, t) for a, t in _typed(arrays)], schema))
        cursor.execute("insert into delivered select * from batch")
        cursor.unregister("batch")
    return TextTable(columns=columns)


def _typed(arrays: Sequence[object]) -> Iterator[tuple[object, pa.DataType]]:
    for place, array in enumerate(arrays):
        yield array, pa.int64() if place == 0 else pa.string()


def open_rows(path: Path) -> tuple[tuple[str, ...], Iterator[Row]]:
    """Columns of a CSV or NDJSON file and its rows, each with line number and fault."""
    if _format_of(path) == "ndjson":
        return _json_rows(path)
    return _csv_rows(path)


def _create(cursor: duckdb.DuckDBPyConnection, schema: pa.Schema) -> None:
    cursor.execute("drop table if exists delivered")
    cursor.register("empty", schema.empty_table())
    cursor.execute("create temp table delivered as select * from empty")
    cursor.unregister("empty")


def _require_readable(path: Path) -> None:
    if not path.is_file():
        raise DataContractError("file_missing", file=path.name)
    if path.stat().st_size == 0:
        raise DataContractError("file_empty", file=path.name)
    with path.open("rb") as file:
        start = file.read(8)
    for magic, found in _MAGIC.items():
        if start.startswith(magic) and _format_of(path) != found:
            raise DataContractError("file_type", file=path.name, found=found)


def _format_of(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz")
    if name.endswith((".parquet", ".pq")):
        return "parquet"
    return "ndjson" if name.endswith((".ndjson", ".jsonl", ".json")) else "csv"


def _check_columns(columns: tuple[str, ...], path: Path) -> None:
    if len(columns) > MAX_COLUMNS:
        raise DataContractError("too_many_columns", file=path.name, found=len(columns))
    lowered = [column.lower() for column in columns]
    twice = sorted({column for column in lowered if lowered.count(column) > 1})
    if twice:
        raise DataContractError("column_twice", file=path.name, column=twice[0])


def _stage_parquet(cursor: duckdb.DuckDBPyConnection, path: Path) -> TextTable:
    try:
        relation = cursor.execute(
            "select * from read_parquet($path) limit 0", {"path": literal_path(path)}
        ).description
        columns = tuple(str(column[0]) for column in relation or ())
        _check_columns(columns, path)
        kinds = cursor.execute(
            "describe select * from read_parquet($path)", {"path": literal_path(path)}
        ).fetchall()
        cells = [
            f"{_as_text(column, str(kind[1]))} as c{n}"
            for n, (column, kind) in enumerate(zip(columns, kinds, strict=True))
        ]
        cursor.execute("drop table if exists delivered")
        cursor.execute(
            "create temp table delivered as select file_row_number + 1 as line,"
            f" cast(null as varchar) as fault, {', '.join(cells)}"
            " from read_parquet($path, file_row_number = true)",
            {"path": literal_path(path)},
        )
    except duckdb.PermissionException as error:
        raise DataContractError("folder_not_allowed", file=path.name) from error
    except duckdb.Error as error:
        raise DataContractError("file_damaged", file=path.name) from error
    return TextTable(columns=columns)


def _as_text(column: str, kind: str) -> str:
    """SQL that turns a Parquet column into text; whole floats lose their ``.0``."""
    quoted = '"' + column.replace('"', '""') + '"'
    if kind in ("DOUBLE", "FLOAT"):
        return (
            f"case when {quoted} = trunc({quoted}) and abs({quoted}) < 1e15"
            f" then cast(cast({quoted} as bigint) as varchar)"
            f" else cast({quoted} as varchar) end"
        )
    if kind.endswith("[]") or kind.startswith(("STRUCT", "MAP")):
        return f"cast(to_json({quoted}) as varchar)"
    return f"cast({quoted} as varchar)"


def _open_text(path: Path) -> io.TextIOWrapper:
    packed = path.name.lower().endswith(".gz")
    raw = gzip.open(path, "rb") if packed else path.open("rb")  # noqa: SIM115
    start = raw.read(4)
    raw.seek(0)
    utf16 = start[:2] in (b"\xff\xfe", b"\xfe\xff")
    encoding = "utf-16" if utf16 else "utf-8-sig"
    return io.TextIOWrapper(raw, encoding=encoding, errors="surrogateescape", newline="")


def _lines(path: Path, state: dict[str, int]) -> Iterator[str]:
    packed_bytes = max(path.stat().st_size, 1)
    unpacked = 0
    with _open_text(path) as file:
        try:
            for line in file:
                unpacked += len(line)
                if unpacked > MAX_UNPACKED_BYTES or (
                    unpacked > 100_000_000 and unpacked > 250 * packed_bytes
                ):
                    raise DataContractError("file_too_large", file=path.name)
                state["odd"] |= "\0" in line or not (line.isascii() or _is_clean(line))
                yield line
        except (EOFError, OSError, UnicodeError) as error:
            raise DataContractError("file_damaged", file=path.name) from error


def _is_clean(line: str) -> bool:
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _csv_rows(path: Path) -> tuple[tuple[str, ...], Iterator[Row]]:
    state = {"odd": 0}
    lines = _lines(path, state)
    first = next(lines, "")
    delimiter = max(",;\t|", key=first.count)
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    header = next(csv.reader([first], delimiter=delimiter), [])
    columns = tuple(name.strip() for name in header)
    if not any(columns):
        raise DataContractError("file_empty", file=path.name)
    if not _is_clean(first) or "\0" in first:
        raise DataContractError("not_utf8", file=path.name)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    return columns, _csv_cells(reader, len(columns), path, state)


def _csv_cells(reader: Any, width: int, path: Path, state: dict[str, int]) -> Iterator[Row]:
    while True:
        line = reader.line_num + 2
        state["odd"] = 0
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            code = "line_too_long" if "limit" in str(error) else "quote_unclosed"
            raise DataContractError(code, file=path.name, line=line) from error
        if not row and width > 1:
            continue
        yield line, *_judged(row, width, bool(state["odd"]))


def _judged(row: list[str], width: int, odd: bool) -> tuple[str | None, list[str | None]]:
    if not odd and len(row) == width:
        return None, row  # type: ignore[return-value]
    text = [cell.encode("utf-8", "replace").decode().replace("\0", "�") for cell in row]
    fault = "bad_characters" if odd else "field_count"
    if len(text) > width:
        text = [*text[: width - 1], ",".join(text[width - 1 :])]
    return fault, [*text, *[None] * (width - len(text))]


def _json_rows(path: Path) -> tuple[tuple[str, ...], Iterator[Row]]:
    columns: dict[str, None] = {}
    for line in _lines(path, {"odd": 0}):
        record = _json_record(line)
        columns.update(dict.fromkeys(record or {}))
        if len(columns) > MAX_COLUMNS:
            raise DataContractError("too_many_columns", file=path.name, found=len(columns))
    names = tuple(columns) or ("line",)
    return names, _json_cells(path, names)


def _json_cells(path: Path, names: tuple[str, ...]) -> Iterator[Row]:
    state = {"odd": 0}
    for number, line in enumerate(_lines(path, state), start=1):
        odd, state["odd"] = bool(state["odd"]), 0
        if not line.strip():
            continue
        record = _json_record(line)
        if record is None or odd:
            text = line.encode("utf-8", "replace").decode().replace("\0", "�").strip()
            padding: list[str | None] = [None] * (len(names) - 1)
            yield number, "bad_characters" if odd else "not_json", [text, *padding]
        else:
            yield number, None, [_json_text(record.get(name)) for name in names]


def _json_record(line: str) -> dict[str, object] | None:
    try:
        record = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _json_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    text = json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode()
