"""Lines of a text file, unpacked and decoded, none of them longer than memory can hold."""

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engine.errors import DataContractError
from engine.store.ingest_limits import MAX_LINE_CHARACTERS, unpacked_limit

_START_BYTES = 64
_DAMAGE = (EOFError, OSError, UnicodeError, zlib.error)


@dataclass(kw_only=True)
class Reading:
    """How far a file has been read."""

    characters: int = 0
    is_odd: bool = False
    """Whether a line since the last reset was not UTF-8, or held a null byte."""


def read_lines(path: Path, reading: Reading) -> Iterator[str]:
    """Yield each line with its end; what could not be decoded stands as surrogates.

    Raises
    ------
    DataContractError
        ``file_damaged``, ``file_type``, ``file_too_large`` or ``line_too_long``.
    """
    limit = unpacked_limit(path)
    try:
        with _open_text(path) as file:
            lines = iter(partial(file.readline, MAX_LINE_CHARACTERS), "")
            for number, line in enumerate(lines, start=1):
                reading.characters += len(line)
                if reading.characters > limit:
                    raise DataContractError("file_too_large", file=path.name)
                if len(line) == MAX_LINE_CHARACTERS:
                    raise DataContractError("line_too_long", file=path.name, line=number)
                reading.is_odd |= not is_clean(line)
                yield line
    except _DAMAGE as error:
        raise DataContractError("file_damaged", file=path.name) from error


def is_clean(text: str) -> bool:
    """Whether ``text`` can be stored: whole characters, no null byte."""
    if "\0" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def cleaned(text: str) -> str:
    """``text`` with a mark in place of each character that cannot be stored."""
    return text.encode("utf-8", "replace").decode().replace("\0", "�")


def _open_text(path: Path) -> io.TextIOWrapper:
    packed = path.name.lower().endswith(".gz")
    raw = gzip.open(path, "rb") if packed else path.open("rb")  # noqa: SIM115
    start = raw.read(_START_BYTES)
    raw.seek(0)
    found = _other_format(start)
    if found:
        raise DataContractError("file_type", file=path.name, found=found)
    utf16 = start[:2] in (b"\xff\xfe", b"\xfe\xff")
    encoding = "utf-16" if utf16 else "utf-8-sig"
    return io.TextIOWrapper(raw, encoding=encoding, errors="surrogateescape", newline="")


def _other_format(start: bytes) -> str | None:
    """What a file that should be text begins like instead."""
    magic = {b"PAR1": "Parquet", b"PK\x03\x04": "zip", b"\x1f\x8b": "gzip", b"\x7fELF": "exe"}
    found = next((name for first, name in magic.items() if start.startswith(first)), None)
    if start.startswith(b"MZ") and b"\0" in start:  # a column may be called MZ
        return "exe"
    return found
