"""What the pages Profiles share: what is missing, weights as bars, tables behind them."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from engine.ranking.portrait import Attribute, Weights
from engine.reporting import charts, profile_charts
from engine.reporting import money as numbers
from engine.reporting.profile_charts import SignedBars
from engine.reporting.tables import Column, Table, Unit
from engine.workbench.checking import Stamp
from pages._shared import money_view, tables
from pages._shared.text import t

MOST_BARS = 12
MARK_ROOM = "\u2003"
"""Keeps a number clear of the mark of an earlier weight."""

LINE_LETTERS = 20
"""Letters of a name beside a bar: on a phone the bars need the rest."""


def draw_weights(found: Weights, alt: str, key: str, earlier: Weights | None = None) -> None:
    """Draw the heaviest weights, the negative ones to the left."""
    names = [label(name) for name in found.names[:MOST_BARS]]
    lines = [label(name, LINE_LETTERS) for name in found.names[:MOST_BARS]]
    values = found.values[:MOST_BARS].tolist()
    was = None if earlier is None else dict(zip(earlier.names, earlier.values, strict=True))
    drawn = SignedBars(
        names=lines,
        values=values,
        beside=[("" if was is None else MARK_ROOM) + weight(value) for value in values],
        hover=[f"{name}: {weight(value)}" for name, value in zip(names, values, strict=True)],
        earlier=None if was is None else [was.get(n, 0.0) for n in found.names[:MOST_BARS]],
    )
    figure = profile_charts.signed_bars(drawn, money_view.palette())
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key=f"{key}_picture")


def label(attribute: Attribute, letters: int = 10_000) -> str:
    """Return what readers call a tag or a category, its name cut after some letters."""
    name = short(attribute.name, letters)
    return t("profile.as_category", name=name) if attribute.is_second else name


def short(text: str, letters: int) -> str:
    """Return a text of the log that fits: ids may have hundreds of letters."""
    return text if len(text) <= letters else text[: letters - 1] + "…"


def weight(value: float) -> str:
    """Return a weight with two decimals and a real minus."""
    text = f"{abs(value):.2f}"
    return f"{numbers.MINUS}{text}" if value < 0 and float(text) else text


def behind(
    frame: pd.DataFrame,
    key: str,
    facts: Stamp,
    units: Mapping[str, Unit],
    title: str = "",
    note: str = "",
) -> None:
    """Fold the numbers of a picture away below it; columns without a unit are text."""
    columns = [
        Column(name=name, label=t(f"profile.column.{name}"), unit=units.get(name, "text"))
        for name in frame
    ]
    table = Table(frame=frame, columns=columns, currency=facts.currency)
    tables.behind(table, tables.origin(facts.run_id), key=key, title=title, note=note)


def weight_table(found: Weights, column: str) -> pd.DataFrame:
    """Return all weights as a frame."""
    return pd.DataFrame(
        {"attribute": [label(name) for name in found.names], column: found.values.tolist()}
    )


def listed(names: Sequence[str]) -> str:
    """Return a few names in a row."""
    return t("quality.comma").join(names)
