"""Tables as readers take them away: labels with units, CSV that a spreadsheet opens well."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

Unit = Literal["text", "count", "money", "share", "ratio", "month", "day", "number"]
"""What a column holds. ``money`` is cents, ``share`` is 0 to 1; both change on the way out."""

CENTS = 100
PERCENT = 100
BYTE_ORDER_MARK = "\ufeff"
FORMULA = re.compile("^[ ]*[=+@\t\r\n\x00＝＋－＠-]")
"""Same as ``sql/macros/guard_text.sql``."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a table."""

    name: str
    """Column of the frame."""

    label: str
    """What readers call it."""

    unit: Unit = "text"


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """A frame that knows what its columns hold; columns that are not named stay inside."""

    frame: pd.DataFrame
    columns: Sequence[Column]
    currency: str | None = None

    def shown(self) -> pd.DataFrame:
        """Return the frame as readers see it: money in the currency's unit, shares in percent."""
        return pd.DataFrame(
            {
                column.label: _outside(self.frame[column.name], column.unit)
                for column in self.columns
            }
        )


def to_csv(table: Table, origin: Mapping[str, str], *, marked: bool = False) -> bytes:
    """Return a table as UTF-8 CSV (RFC 4180), with the unit of each column in its header.

    Parameters
    ----------
    origin : mapping
        Header -> value that every row repeats, such as the run: a file that was moved
        about still says where it comes from.
    marked : bool
        Start with a byte order mark, by which Excel knows the encoding.

    Notes
    -----
    Text that starts like a formula is guarded with ``'``; numbers never are.
    """
    shown = table.shown()
    header = [_header(column, table.currency) for column in table.columns]
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([guarded(name) for name in (*header, *origin)])
    rest = [guarded(value) for value in origin.values()]
    for row in shown.itertuples(index=False):
        writer.writerow([*_cells(row), *rest])
    text = target.getvalue()
    return (BYTE_ORDER_MARK + text if marked else text).encode()


def guarded(text: str) -> str:
    """Return text that no spreadsheet runs as a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def _header(column: Column, currency: str | None) -> str:
    units = {"money": currency or "", "share": "%"}
    unit = units.get(column.unit, "")
    return f"{column.label} [{unit}]" if unit else column.label


def _outside(values: pd.Series, unit: Unit) -> pd.Series:
    if unit == "money":
        return (values / CENTS).round(2)
    return values * PERCENT if unit == "share" else values


def _cells(row: Iterable[Any]) -> list[object]:
    return [_cell(value) for value in row]


def _cell(value: Any) -> object:
    if isinstance(value, str):
        return guarded(value)
    if pd.isna(value):
        return ""
    return f"{value:.15g}" if isinstance(value, float) else value
