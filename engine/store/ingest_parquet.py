"""A Parquet file -> text columns with row numbers, after a look at what it unpacks to."""

from pathlib import Path

import duckdb
import pyarrow.compute as pc

from engine.errors import DataContractError
from engine.store.ingest_limits import MAX_FIELD_CHARACTERS, require_columns, unpacked_limit
from engine.store.ingest_types import TextTable
from engine.store.statements import literal_path

_SIZE_ROWS = 100_000
_TIMES = ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE")
"""Types that are kept as they are. What they hold is what their text would be read as; the
readers of times see to the few that differ."""


def stage_parquet(cursor: duckdb.DuckDBPyConnection, path: Path) -> TextTable:
    """Fill the temporary table ``delivered`` from a Parquet file.

    Raises
    ------
    DataContractError
        ``file_damaged``, ``file_too_large``, ``line_too_long``, ``folder_not_allowed``.
    """
    try:
        return _staged(cursor, path)
    except duckdb.PermissionException as error:
        raise DataContractError("folder_not_allowed", file=path.name) from error
    except duckdb.OutOfMemoryException as error:
        raise DataContractError("file_too_large", file=path.name) from error
    # the last two: names that are not text, and a schema that ends too early
    except (duckdb.Error, RuntimeError, IndexError) as error:
        raise DataContractError("file_damaged", file=path.name) from error


def _staged(cursor: duckdb.DuckDBPyConnection, path: Path) -> TextTable:
    place = _place(path)
    columns = _names(cursor, place)
    require_columns(columns, path)
    described = cursor.execute("describe select * from read_parquet($path)", place).fetchall()
    kinds = {str(row[0]): str(row[1]) for row in described}
    if len(kinds) != len(columns):
        raise DataContractError("file_damaged", file=path.name)
    rows = _require_fair_size(cursor, path, kinds)
    texts = [name for name, kind in kinds.items() if kind == "VARCHAR"]
    nulls = " or ".join(f"coalesce(contains({_quoted(name)}, chr(0)), false)" for name in texts)
    cells = ", ".join(f"{_delivered(*kind)} as c{n}" for n, kind in enumerate(kinds.items()))
    # a file may have a column of the name that the reader gives its numbers
    is_taken = "file_row_number" in (name.lower() for name in columns)
    line = "row_number() over ()" if is_taken else "file_row_number + 1"
    cursor.execute("drop table if exists delivered")
    cursor.execute(
        f"create temp table delivered as select {line} as line,"
        f" case when {nulls or 'false'} then 'bad_characters' end as fault, {cells}"
        f" from read_parquet($path, file_row_number = {not is_taken})",
        place,
    )
    found = cursor.execute("select count(*) from delivered").fetchone()
    if found != (rows,):
        raise DataContractError("file_damaged", file=path.name)
    times = (place for place, kind in enumerate(kinds.values()) if kind in _TIMES)
    return TextTable(columns=columns, times=frozenset(times))


def _place(path: Path) -> dict[str, str]:
    # a link lies in the folder that it leads to, and that is the one opened for reading
    return {"path": literal_path(path.resolve())}


def _names(cursor: duckdb.DuckDBPyConnection, place: dict[str, str]) -> tuple[str, ...]:
    """Names of the columns as written; a reader would rename the second of two alike."""
    schema = cursor.execute(
        "select name, coalesce(num_children, 0) from parquet_schema($path)", place
    ).fetchall()
    names = []
    line = 1
    for _ in range(int(schema[0][1])):
        names.append(str(schema[line][0]))
        pending = 1
        while pending:  # step over the fields inside a nested column
            pending += int(schema[line][1]) - 1
            line += 1
    return tuple(names)


def _require_fair_size(cursor: duckdb.DuckDBPyConnection, path: Path, kinds: dict[str, str]) -> int:
    """Refuse a small file of endless repeats; returns the number of rows.

    The sizes in the file are those before repeats are unpacked, so the text is measured,
    and only as far as the limit.
    """
    place = _place(path)
    limit = unpacked_limit(path)
    footer = cursor.execute("select num_rows from parquet_file_metadata($path)", place).fetchall()
    rows = int(footer[0][0])
    if rows * (8 + len(kinds)) > limit:
        raise DataContractError("file_too_large", file=path.name)
    sizes = [_size(name, kind) for name, kind in kinds.items() if _is_long(kind)]
    if not sizes:
        return rows
    query = f"select {' + '.join(sizes)}, greatest({', '.join(sizes)}) from read_parquet($path)"
    total, line = 0, 1
    for batch in cursor.sql(query, params=place).to_arrow_reader(_SIZE_ROWS):
        total += pc.sum(batch.column(0)).as_py() or 0
        if total > limit:
            raise DataContractError("file_too_large", file=path.name)
        longest = pc.max(batch.column(1)).as_py() or 0
        if longest > MAX_FIELD_CHARACTERS:
            line += pc.index(batch.column(1), longest).as_py()
            raise DataContractError("line_too_long", file=path.name, line=line)
        line += batch.num_rows
    return rows


def _is_long(kind: str) -> bool:
    return kind in ("VARCHAR", "BLOB") or _is_nested(kind)


def _is_nested(kind: str) -> bool:
    return kind.endswith("]") or kind.startswith(("STRUCT", "MAP"))


def _size(name: str, kind: str) -> str:
    """SQL of the bytes of a cell."""
    text = f"octet_length({_quoted(name)})" if kind == "BLOB" else f"strlen({_as_json(name, kind)})"
    return f"coalesce({text}, 0)"


def _as_json(name: str, kind: str) -> str:
    quoted = _quoted(name)
    return f"cast(to_json({quoted}) as varchar)" if _is_nested(kind) else quoted


def _delivered(name: str, kind: str) -> str:
    """SQL that turns a Parquet column into text or a time; whole floats lose their ``.0``."""
    quoted = _quoted(name)
    if kind in ("DOUBLE", "FLOAT"):
        return (
            f"case when {quoted} = trunc({quoted}) and abs({quoted}) < 1e15"
            f" then cast(cast({quoted} as bigint) as varchar)"
            f" else cast({quoted} as varchar) end"
        )
    if kind == "VARCHAR":
        return (
            f"case when contains({quoted}, chr(0)) then replace({quoted}, chr(0), '�')"
            f" else {quoted} end"
        )
    if kind in _TIMES:
        return quoted
    return f"cast({_as_json(name, kind)} as varchar)"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
