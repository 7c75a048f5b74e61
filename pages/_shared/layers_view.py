"""What makes the forecast of an amount wide: a bar, what would narrow each part, a table."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from engine.reporting import charts, layer_charts
from engine.reporting.layer_charts import Piece
from engine.reporting.tables import Column, Table
from engine.simulation.scenario import Scenario
from engine.workbench.uncertainty import WidthPart, layer_table, width_parts
from pages._shared import money_cache, money_view, tables, widgets
from pages._shared.text import amount, headline, percent, t


def bar(run: tuple[str, str], scenario: Scenario, model: str, currency: str | None) -> None:
    """Say of one model, or of the total, what makes its forecast as wide as it is."""
    known = money_cache.uncertainty(*run, scenario)
    told = None if known is None else known[model]
    if told is None or not told.has_width:
        return
    parts = width_parts(told, scenario.economics.horizon_months)
    pieces = [_piece(part, currency) for part in parts]
    palette = money_view.palette()
    figure = layer_charts.layers(pieces, palette.of(model), palette)
    st.header(t("layers.title"))
    shares = ", ".join(piece.name for piece in pieces)
    alt = t("layers.alt", model=t(f"models.{model}"), shares=shares)
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key=f"{model}_layers")
    st.markdown("\n".join(_line(part, currency) for part in parts))
    widgets.note(t("layers.note"))
    table = _table(parts, currency)
    origin = tables.origin(run[1], scenario)
    tables.behind(table, origin, key=f"{model}_layers_by_source", title=t("layers.table"))


def _piece(part: WidthPart, currency: str | None) -> Piece:
    name = _name(part)
    width = "" if part.half_width is None else headline(part.half_width, currency)
    hover = t("layers.hover", name=name, width=width) if width else name
    return Piece(source=part.source, name=name, share=part.share, hover=hover)


def _name(part: WidthPart) -> str:
    return f"{t(f'layers.{part.source}')} {percent(part.share)}"


def _line(part: WidthPart, currency: str | None) -> str:
    cure = _cure(part)
    if part.half_width is None:
        return t("layers.line_rest", name=_name(part), cure=cure)
    width = amount(part.half_width, currency)
    return t("layers.line", name=_name(part), width=width, cure=cure)


def _cure(part: WidthPart) -> str:
    return t(f"layers.cure_{part.cure}", level=percent(part.stays))


def _table(parts: Sequence[WidthPart], currency: str | None) -> Table:
    frame: pd.DataFrame = layer_table(parts).assign(
        source=[t(f"layers.{part.source}") for part in parts],
        cure=[_cure(part) for part in parts],
    )
    columns = [
        Column(name="source", label=t("layers.column_source")),
        Column(name="share", label=t("layers.column_share"), unit="share"),
        Column(name="half_width", label=t("layers.column_half_width"), unit="money"),
        Column(name="cure", label=t("layers.column_cure")),
    ]
    return Table(frame=frame, columns=columns, currency=currency)
