"""What an import is asked and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Kind = Literal["events", "items", "users", "memberships", "assignments", "lists"]


@dataclass(frozen=True, kw_only=True)
class TextTable:
    """Names of the columns in order; the temporary table calls them c0, c1, ..."""

    columns: tuple[str, ...]
    times: frozenset[int] = frozenset()
    """Places of columns that were delivered as times and stay so; all others are text."""


def text_of(table: TextTable, place: int) -> str:
    """SQL of the text of the column at ``place``."""
    return f"cast(c{place} as varchar)" if place in table.times else f"c{place}"


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """The cells of a file under canonical names, as a query over what was delivered.

    Not a table: columns that the file lacks then cost nothing, and no cell is stored twice.
    """

    query: str
    values: Mapping[str, object]
    """Parameters of ``query``."""
    used: frozenset[str]
    """Canonical columns that the file fills."""


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
