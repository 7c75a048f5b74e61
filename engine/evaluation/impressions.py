"""What was shown and what came of it, as arrays."""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from engine.tensor import Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class ImpressionLog:
    """One row per shown slot; arrays of shape (n_rows,)."""

    user_row: NDArray[np.int32]
    item_row: NDArray[np.int32]
    """Row of the item; -1 for something outside the catalogue."""
    position: NDArray[np.int32]
    """Slot from 1; 0 where the log does not say."""
    propensity: Floats
    """Chance of this item in this slot when it was served; NaN where unknown."""
    clicked: NDArray[np.bool_]
    ordered: NDArray[np.bool_]
    order_amount_cents: Floats
    """Gross value of the orders after the click [cents]."""
    is_ad: NDArray[np.bool_]
    viewable: Floats
    """1 seen, 0 not seen, NaN not measured."""
    at: NDArray[np.int64]
    """When it was shown [epoch seconds, UTC]."""
    score: Floats
    """Score of the pair by the ranker that is valued; NaN where it has none."""

    def rows(self, keep: NDArray[np.bool_]) -> "ImpressionLog":
        """Return the log of the rows where ``keep`` holds."""
        return replace(self, **{spec.name: getattr(self, spec.name)[keep] for spec in fields(self)})

    def organic(self, n_slots: int) -> "ImpressionLog":
        """Return the rows that are no ad and lie in the first ``n_slots`` slots.

        Rows without a position are left out, unless no row has one.
        """
        organic = ~self.is_ad & (self.position <= n_slots)
        placed = organic & (self.position > 0)
        return self.rows(placed if placed.any() else organic)

    @property
    def slot(self) -> NDArray[np.int64]:
        """Slot from 0; rows without a position count as the first."""
        return np.maximum(self.position.astype(np.int64) - 1, 0)
