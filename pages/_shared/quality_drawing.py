"""What the Quality page's pictures share: axes, hovers, the table behind."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from engine.evaluation.compare import BASELINE, Contrast, Estimate
from engine.evaluation.quality import Quality
from engine.evaluation.review import sign
from engine.reporting import charts
from engine.reporting.quality_charts import Axis, Role
from engine.reporting.tables import Column, Table, Unit
from pages._shared import cache, tables
from pages._shared.quality_view import SHARES, change
from pages._shared.text import t


def draw(figure: go.Figure, alt: str, key: str) -> None:
    """Show a picture; its words say the finding."""
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key=f"quality_{key}_picture")


def behind(
    frame: pd.DataFrame,
    key: str,
    metric: str,
    *,
    note: str = "",
    units: dict[str, Unit] | None = None,
) -> None:
    """Fold the numbers of a picture away below it."""
    own: Unit = "share" if metric in SHARES else "number"
    known: dict[str, Unit] = {
        "value": own, "low": own, "high": own, "ours": own, "popularity": own,
        "users": "count", "rows": "count", "place": "count", "better": "share",
        "gini": "number", "novelty": "number", "novelty_low": "number", "novelty_high": "number",
    }  # fmt: skip
    known |= units or {}
    columns = [
        Column(name=name, label=t(f"quality.column.{name}"), unit=known.get(name, "text"))
        for name in frame
    ]
    run_id = cache.stamp().run_id
    tables.behind(Table(frame=frame, columns=columns), tables.origin(run_id), key=key, note=note)


def axis(metric: str, *, ahead: bool = False) -> Axis:
    """Return the axis of a measure, or of how far it is ahead."""
    if not ahead:
        return Axis(title="", tick_format=ticks(metric))
    title = t("quality.points_axis") if metric in SHARES else t("quality.ahead_axis")
    return Axis(title=title, tick_format=ticks(metric), from_zero=False)


def ticks(metric: str) -> str:
    """Return how an axis writes a measure."""
    return ".0%" if metric in SHARES else ".2~f"


def ends(found: Estimate | Contrast) -> dict[str, float]:
    """Return a value or difference with its interval as columns."""
    middle = found.value if isinstance(found, Estimate) else found.difference
    return {"value": middle, "low": found.low, "high": found.high}


def ahead_hover(name: str, found: Contrast, metric: str) -> str:
    """Return what a dot says of a difference to popular items."""
    return t(
        "quality.hover_ahead",
        name=name,
        value=change(metric, found.difference),
        low=change(metric, found.low),
        high=change(metric, found.high),
        verdict=t(f"quality.sign_{sign(found)}"),
    )


def role_of(quality: Quality, name: str) -> Role:
    """Return how a way to make lists is drawn."""
    if name == quality.ours:
        return "ours"
    if name in quality.delivered:
        return "delivered"
    if name == BASELINE:
        return "popularity"
    return "random" if name == "random" else "other"
