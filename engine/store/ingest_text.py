"""Rows of a CSV or NDJSON file, each with its line number and what is wrong with it."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.errors import DataContractError
from engine.store.ingest_limits import MAX_COLUMNS, MAX_FIELD_CHARACTERS, require_columns
from engine.store.ingest_lines import Reading, cleaned, is_clean, read_lines

Row = tuple[int, str | None, list[str | None]]
"""Line, fault, cells."""


def open_csv(path: Path, reading: Reading) -> tuple[tuple[str, ...], Iterator[Row]]:
    """Columns of a CSV file of any usual delimiter, and its rows."""
    lines = read_lines(path, reading)
    first = next(lines, "")
    delimiter = max(",;\t|", key=first.count)
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    try:
        header = next(csv.reader([first], delimiter=delimiter), [])
    except csv.Error as error:
        raise DataContractError("line_too_long", file=path.name, line=1) from error
    columns = tuple(name.strip() for name in header)
    if not any(columns):
        raise DataContractError("file_empty", file=path.name)
    if reading.is_odd:
        raise DataContractError("not_utf8", file=path.name)
    require_columns(columns, path)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    return columns, _csv_cells(reader, len(columns), path, reading)


def _csv_cells(reader: Any, width: int, path: Path, reading: Reading) -> Iterator[Row]:
    while True:
        line = reader.line_num + 2
        reading.is_odd = False
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            code = "line_too_long" if "limit" in str(error) else "quote_unclosed"
            raise DataContractError(code, file=path.name, line=line) from error
        if not row and width > 1:
            continue
        yield line, *_judged(row, width, is_odd=reading.is_odd)


def _judged(row: list[str], width: int, *, is_odd: bool) -> tuple[str | None, list[str | None]]:
    if not is_odd and len(row) == width:
        return None, row  # type: ignore[return-value]
    text = [cleaned(cell) for cell in row]
    fault = "bad_characters" if is_odd else "field_count"
    if len(text) > width:
        text = [*text[: width - 1], ",".join(text[width - 1 :])]
    return fault, [*text, *[None] * (width - len(text))]


def open_json(path: Path, reading: Reading) -> tuple[tuple[str, ...], Iterator[Row]]:
    """Columns of an NDJSON file, gathered from every line, and its rows."""
    columns: dict[str, None] = {}
    first = Reading()
    for line in read_lines(path, first):
        record = _record(line, first)
        if not isinstance(record, str):
            columns.update(dict.fromkeys(record))
        if len(columns) > MAX_COLUMNS:
            break
    if not columns:
        raise DataContractError("file_damaged", file=path.name)
    require_columns(tuple(columns), path)
    return tuple(columns), _json_cells(path, tuple(columns), reading)


def _json_cells(path: Path, names: tuple[str, ...], reading: Reading) -> Iterator[Row]:
    for number, line in enumerate(read_lines(path, reading), start=1):
        record = _record(line, reading)
        if not line.strip():
            continue
        if isinstance(record, str):
            padding: list[str | None] = [None] * (len(names) - 1)
            yield number, record, [cleaned(line).strip(), *padding]
            continue
        cells = [record.get(name) for name in names]
        if len(line) > MAX_FIELD_CHARACTERS:
            _require_short(cells, path, number)
        yield number, None, cells


def _require_short(cells: list[str | None], path: Path, number: int) -> None:
    if max(len(cell or "") for cell in cells) > MAX_FIELD_CHARACTERS:
        raise DataContractError("line_too_long", file=path.name, line=number)


def _record(line: str, reading: Reading) -> dict[str, str | None] | str:
    """The object of a line with its values as text, or what is wrong with the line."""
    is_odd, reading.is_odd = reading.is_odd, False
    if is_odd:
        return "bad_characters"
    try:
        record = json.loads(line, object_pairs_hook=_once, **_AS_WRITTEN)
        if not isinstance(record, dict):
            return "not_json"
        texts = {name: _text(value) for name, value in record.items()}
    except KeyError:
        return "key_twice"
    except (ValueError, RecursionError):
        return "not_json"
    # an escape can spell what the line itself does not hold: half a character, a null
    if "\\u" in line and not all(map(is_clean, [*texts, *filter(None, texts.values())])):
        return "bad_characters"
    return texts


_AS_WRITTEN: dict[str, Any] = {"parse_float": str, "parse_int": str, "parse_constant": str}
"""1.50 stays 1.50, and an id of thirty digits keeps them all."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise KeyError
    return record


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
