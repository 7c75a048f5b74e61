"""What a file may be before it is read: its size, its columns, the sum beside it."""

import hashlib
import re
from pathlib import Path

from engine.errors import DataContractError

MAX_COLUMNS = 1_000
MAX_FIELD_CHARACTERS = 1_000_000
MAX_LINE_CHARACTERS = 16_000_000
MAX_UNPACKED_BYTES = 64 * 1024**3
MAX_SUMS_CHARACTERS = 1_000_000
SMALL_BYTES = 100_000_000
"""A file that unpacks to no more than this is read whatever it was packed from."""
MAX_PACKING = 250
"""Bytes out of one packed byte; logs pack to a tenth, bombs to a thousandth."""
_SUM = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", re.IGNORECASE)


def require_readable(path: Path) -> None:
    """Refuse what is no file, cannot be opened, is empty or differs from its sum."""
    if not _is_file(path):
        raise DataContractError("file_missing", file=path.name)
    if path.stat().st_size == 0:
        raise DataContractError("file_empty", file=path.name)
    try:
        path.open("rb").close()
    except OSError as error:
        raise DataContractError("file_unreadable", file=path.name) from error
    _require_sum(path)


def require_columns(columns: tuple[str, ...], path: Path) -> None:
    """Refuse too many columns, and two that differ in nothing but case."""
    if len(columns) > MAX_COLUMNS:
        raise DataContractError("too_many_columns", file=path.name, found=len(columns))
    lowered = [column.lower() for column in columns]
    twice = sorted({column for column in lowered if lowered.count(column) > 1})
    if twice:
        raise DataContractError("column_twice", file=path.name, column=twice[0])


def unpacked_limit(path: Path) -> int:
    """How many bytes the file may unpack to."""
    return min(MAX_UNPACKED_BYTES, max(SMALL_BYTES, MAX_PACKING * path.stat().st_size))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name longer than the file system takes
        return False


def _require_sum(path: Path) -> None:
    """Compare the file with ``FILE.sha256`` beside it, where there is one.

    A flipped bit in a Parquet file can read as other numbers without any error; only a
    sum taken where the file was made tells.
    """
    beside = path.with_name(f"{path.name}.sha256")
    if not _is_file(beside):
        return
    expected = _expected_sum(beside, path.name)
    if expected is None:
        raise DataContractError("checksum_unreadable", file=path.name, sums=beside.name)
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise DataContractError("checksum_differs", file=path.name, sums=beside.name)


def _expected_sum(beside: Path, name: str) -> str | None:
    """The only sum of ``beside``, or of several the one on the line that ends in ``name``."""
    try:
        with beside.open(encoding="utf-8", errors="replace") as file:
            text = file.read(MAX_SUMS_CHARACTERS)
    except OSError:
        return None
    found = [
        (match[0].lower(), line) for line in text.splitlines() for match in _SUM.finditer(line)
    ]
    if len(found) > 1:
        found = [(sums, line) for sums, line in found if line.split(sums)[-1].lstrip(" *") == name]
    return found[0][0] if len(found) == 1 else None
