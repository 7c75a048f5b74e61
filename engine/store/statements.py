"""The SQL files: found by layer, read once."""

from functools import cache
from pathlib import Path

import duckdb

from engine.progress import Progress, silent

SQL_FOLDER = Path(__file__).parents[2] / "sql"
LAYERS = ("10_staging", "20_intermediate", "30_marts")
SCHEMAS = ("raw", "staging", "intermediate", "marts")


@cache
def statement(folder: str, name: str) -> str:
    """Text of ``sql/<folder>/<name>.sql`` without its header: that names parameters too."""
    lines = (SQL_FOLDER / folder / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("--"))


@cache
def names_in(folder: str) -> tuple[str, ...]:
    """Names of the statements of a folder in alphabetical order."""
    return tuple(sorted(path.stem for path in (SQL_FOLDER / folder).glob("*.sql")))


def literal_path(path: Path) -> str:
    """``path`` for ``read_parquet``, which would take ``*``, ``?`` and ``[`` for a pattern."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the schemas, macros, raw tables and marts of a database, new or of an older version.

    What an older version derived goes first: a view cannot be replaced by a table.
    """
    for schema in reversed(SCHEMAS[1:]):
        connection.execute(f"drop schema if exists {schema} cascade")
    for schema in SCHEMAS:
        connection.execute(f"create schema if not exists {schema}")
    create_macros(connection)
    for name in names_in("00_raw"):
        connection.execute(statement("00_raw", name))
    create_layers(connection)


def create_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Create or renew the macros that statements share."""
    for name in names_in("macros"):
        connection.execute(statement("macros", name))


def create_layers(connection: duckdb.DuckDBPyConnection, progress: Progress = silent) -> None:
    """Rebuild every view and table above raw, lower layers first."""
    names = [(layer, name) for layer in LAYERS for name in names_in(layer)]
    for place, (layer, name) in enumerate(names):
        progress(place / len(names), "build")
        connection.execute(statement(layer, name))
