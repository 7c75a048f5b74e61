"""The database: opened, locked down, migrated; one cursor per query."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from engine.errors import StoreError
from engine.progress import Progress
from engine.store.statements import SCHEMAS, create_macros, create_tables

SCHEMA_VERSION = 3
POLL_SECONDS = 0.5

MEMORY_LIMIT = "4GiB"
"""What DuckDB may hold; beyond it writes to ``<db>.d/tmp``. By itself it would take four
fifths of the machine, which other programs and our own arrays need as well."""

RESERVED = frozenset({*SCHEMAS, "memory", "system", "temp"})
"""A database is called like its file, and ``raw.events`` must mean a schema."""

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",
    "memory_limit": MEMORY_LIMIT,
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Database:
    """One open database file. Take a cursor per query: a connection serves one call at a time."""

    path: Path
    """The database file; ``:memory:`` for tests."""

    folder: Path
    """``<db>.d``: everything derived from the data."""

    connection: duckdb.DuckDBPyConnection

    writing: threading.Lock = field(default_factory=threading.Lock)
    """Held by whoever changes the data: two imports at once would conflict at commit."""

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield a cursor of its own, closed afterwards."""
        cursor = self.connection.cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    @contextmanager
    def turn(self, progress: Progress) -> Iterator[None]:
        """Wait until nobody else changes the data; the wait says so and can be stopped."""
        while not self.writing.acquire(timeout=POLL_SECONDS):
            progress(0.0, "waiting")
        try:
            yield
        finally:
            self.writing.release()

    def close(self) -> None:
        """Give the file back to other processes."""
        self.connection.close()


def open_database(path: Path, *, folders: Sequence[Path] = ()) -> Database:
    """Open or create the database at ``path`` and forbid it every folder but ``folders``.

    Parameters
    ----------
    folders
        Folders that files may be read from and written to. They must be named now: after
        the lock none can be added. ``<db>.d`` is always among them.

    Raises
    ------
    StoreError
        ``database_in_use``, ``not_a_database``, ``database_newer``, ``database_unwritable``.
    """
    path = Path(path).absolute()
    folder = path.with_name(path.name + ".d")
    _make_folders(path, folder)
    connection = _connect(path)
    try:
        _lock_down(connection, [folder, *folders])
        _migrate(connection, path)
    except BaseException:
        connection.close()
        raise
    return Database(path=path, folder=folder, connection=connection)


def in_memory(folder: Path, *, folders: Sequence[Path] = ()) -> Database:
    """An empty database without a file; ``folder`` stands for ``<db>.d``."""
    connection = duckdb.connect(":memory:", config=_CONFIG)
    folder.mkdir(parents=True, exist_ok=True)
    _lock_down(connection, [folder, *folders])
    _migrate(connection, Path(":memory:"))
    return Database(path=Path(":memory:"), folder=folder, connection=connection)


def _make_folders(path: Path, folder: Path) -> None:
    try:
        (folder / "exchange").mkdir(parents=True, exist_ok=True)
        (folder / "tmp").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError("database_unwritable", path=str(path)) from error


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    if path.stem.lower() in RESERVED:
        raise StoreError("database_name_reserved", path=str(path))
    if path.exists() and not path.is_file():
        raise StoreError("not_a_database", path=str(path))
    try:
        return duckdb.connect(str(path), config=_CONFIG)
    except (duckdb.Error, RuntimeError) as error:
        raise StoreError(_why_closed(str(error)), path=str(path)) from error


def _why_closed(message: str) -> str:
    lowered = message.lower()
    if "lock" in lowered or "different configuration" in lowered:
        return "database_in_use"
    if "newer" in lowered or "storage version" in lowered:
        return "database_newer"
    if "permission" in lowered or "read-only" in lowered:
        return "database_unwritable"
    return "not_a_database"


def _lock_down(connection: duckdb.DuckDBPyConnection, folders: Sequence[Path]) -> None:
    allowed = [f"{Path(folder).resolve()}/" for folder in folders]
    temporary = Path(folders[0]).resolve() / "tmp"
    # Not in _CONFIG: the zone is known only once the ICU extension has been loaded.
    connection.execute("set global TimeZone = 'UTC'")
    connection.execute("set temp_directory = $path", {"path": str(temporary)})
    connection.execute("set allowed_directories = $folders", {"folders": allowed})
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def _migrate(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    found = _version_of(connection)
    if found > SCHEMA_VERSION:
        raise StoreError("database_newer", path=str(path))
    if found < SCHEMA_VERSION:
        connection.execute("begin")
        create_tables(connection)
        connection.execute("delete from raw.settings where name = 'schema_version'")
        connection.execute(
            "insert into raw.settings values ('schema_version', $version)",
            {"version": str(SCHEMA_VERSION)},
        )
        connection.execute("commit")
    else:
        create_macros(connection)  # those of this version, whoever wrote the file


def _version_of(connection: duckdb.DuckDBPyConnection) -> int:
    known = connection.execute(
        "select 1 from information_schema.tables"
        " where table_schema = 'raw' and table_name = 'settings'"
    ).fetchone()
    if known is None:
        return 0
    row = connection.execute(
        "select value from raw.settings where name = 'schema_version'"
    ).fetchone()
    return int(row[0]) if row else 0
