"""Tables of the Behaviour page: each column has its words under its view."""

from collections.abc import Mapping

import pandas as pd

from engine.reporting.tables import Column, Table, Unit
from pages._shared.text import t


def labelled(
    frame: pd.DataFrame, view: str, units: Mapping[str, Unit], currency: str | None = None
) -> Table:
    """Return a frame as a table; columns without a unit are counts."""
    columns = [
        Column(name=name, label=t(f"behaviour.{view}.column_{name}"), unit=units.get(name, "count"))
        for name in frame
    ]
    return Table(frame=frame, columns=columns, currency=currency)
