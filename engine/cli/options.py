"""Options that commands share, and how their texts become typed values."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import click

from engine.errors import UsageError
from engine.workbench.workspace import Workspace, open_workspace

DEFAULT_DATABASE = ".revlens/revlens.duckdb"
Command = TypeVar("Command", bound=Callable[..., object])


def common(command: Command) -> Command:
    """Add ``--db`` and ``--json``, which every verb takes."""
    database = click.option(
        "--db",
        "database",
        type=click.Path(path_type=Path, dir_okay=False),
        default=lambda: Path(os.environ.get("REVLENS_DB") or DEFAULT_DATABASE),
        show_default=f"$REVLENS_DB, else {DEFAULT_DATABASE}",
        help="The DuckDB file to work on.",
    )
    as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
    return database(as_json(command))


@contextmanager
def opened(
    database: Path, *, folders: Sequence[Path] = (), create: bool = False
) -> Iterator[Workspace]:
    """Open the database for one command and give it back at its end.

    Raises
    ------
    UsageError
        When the database is not there and the command is not one that fills it.
    """
    if not create and not database.exists():
        raise UsageError("database_missing", path=str(database))
    workspace = open_workspace(database, tuple(folders))
    try:
        yield workspace
    finally:
        workspace.close()


def pairs(texts: Sequence[str], option: str) -> dict[str, str]:
    """Return ``name=value`` texts as a mapping.

    Raises
    ------
    UsageError
        When a text has no ``=`` or an empty side, or a name is given twice.
    """
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals and value):
            raise UsageError("pair_malformed", option=option, text=text)
        if found.get(name, value) != value:
            raise UsageError("pair_twice", option=option, name=name)
        found[name] = value
    return found


def by_kind(mapping: dict[str, str], kinds: Sequence[str]) -> dict[str, dict[str, str]]:
    """Split ``items.price`` names by file kind; a bare name speaks of the events file."""
    split: dict[str, dict[str, str]] = {kind: {} for kind in kinds}
    for name, value in mapping.items():
        kind, dot, column = name.partition(".")
        if not dot:
            kind, column = "events", name
        if kind not in split:
            raise UsageError("kind_unknown", kind=kind, known=", ".join(kinds))
        split[kind][column] = value
    return split


def names(text: str | None) -> tuple[str, ...]:
    """Return the names of a comma-separated text."""
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())


def moment(text: str | None, option: str) -> datetime | None:
    """Return an ISO time in UTC; a time without an offset is taken as UTC.

    Raises
    ------
    UsageError
        When the text is no ISO date or time.
    """
    if text is None:
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError("time_malformed", option=option, text=text) from None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
