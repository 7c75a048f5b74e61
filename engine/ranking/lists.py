"""Lists as arrays: one entry per place."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Columns = TypeVar("Columns")
"""A frozen dataclass of arrays of one length."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ListArrays:
    """Lists, one entry per place, by user and rank."""

    user_row: NDArray[np.int32]
    item_row: NDArray[np.int32]
    rank: NDArray[np.int32]
    """From 1."""
    score: NDArray[np.float64]
    source_code: NDArray[np.str_]


@dataclass(frozen=True, kw_only=True, eq=False)
class ExplainedLists(ListArrays):
    """Lists with the reason of every entry."""

    reason_code: NDArray[np.str_]
    reason_item_row: NDArray[np.int32]
    """-1 where the reason names no item."""
    reason_tag: NDArray[np.str_]
    """Empty where the reason names no tag."""
    reason_place: NDArray[np.int32]
    """0 where the reason names no place."""
    boost: NDArray[np.float64]
    """Factor by which rules lift the row; NaN without rules."""


def taken(columns: Columns, rows: NDArray[Any]) -> Columns:
    """Return some rows, all of their columns."""
    names = [field.name for field in fields(columns)]  # type: ignore[arg-type]  # a dataclass
    return type(columns)(**{name: getattr(columns, name)[rows] for name in names})


def joined(parts: Sequence[Columns]) -> Columns:
    """Return the rows of all parts, in their order; there is at least one."""
    names = [field.name for field in fields(parts[0])]  # type: ignore[arg-type]  # a dataclass
    return type(parts[0])(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    )
