"""Pictures of what people do: steps, who comes back, days, searches, segments.

Names and queries are data of the log: they are escaped here, since Plotly reads HTML.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import plotly.graph_objects as go

from engine.reporting.figures import Palette, Spec, faded, figure, row_pixels, short_label
from engine.tensor import Floats

ROW_PIXELS, HEAT_PIXELS, SPARK_PIXELS = 44, 26, 46
OUTSIDE_ROOM = 1.45
"""An axis ends so far behind its longest bar that the words beside it fit."""

FEW = 5
DASHES = ("solid", "dash", "dot")


@dataclass(frozen=True, kw_only=True)
class Bars:
    """Bars one below the other, with words beside each."""

    names: Sequence[str]
    values: Sequence[float]

    beside: Sequence[str]
    """What stands beside each bar."""

    hover: Sequence[str]
    subject: str = "total"

    strong: Sequence[bool] | None = None
    """Which bars have the full colour of their subject; None: all."""


@dataclass(frozen=True, kw_only=True)
class DayLine:
    """One line over days; a day without a value is a gap."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True, kw_only=True)
class Heat:
    """Shares by row and column; a cell that is not known is NaN and stays empty."""

    rows: Sequence[str]
    columns: Sequence[str]
    shares: Floats

    hover: Sequence[Sequence[str]]
    """What a cell says, as rows and columns."""

    title: str
    """What the columns count."""


def bars(drawn: Bars, palette: Palette) -> go.Figure:
    """Return horizontal bars from zero, the first on top."""
    colour = palette.of(drawn.subject)
    strong = drawn.strong or [True] * len(drawn.names)
    trace: Spec = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(drawn.names))),
        "x": list(drawn.values),
        "marker": {"color": [colour if full else faded(colour, 0.45) for full in strong]},
        "text": [escape(text) for text in drawn.beside],
        "textposition": "outside",
        "textfont": {"color": palette.total},
        "cliponaxis": False,
        "hovertext": [escape(text) for text in drawn.hover],
        "hoverinfo": "text",
    }
    end = max([*drawn.values, 0.0]) or 1.0
    labels = [short_label(name) for name in drawn.names]
    return figure(
        [trace],
        24 + row_pixels(labels, ROW_PIXELS) * len(labels),
        xaxis={"visible": False, "fixedrange": True, "range": [0, end * OUTSIDE_ROOM]},
        yaxis={
            "tickvals": list(range(len(drawn.names))),
            "ticktext": labels,
            "range": [len(drawn.names) - 0.5, -0.5],
            "fixedrange": True,
            "automargin": True,
        },
        showlegend=False,
        bargap=0.4,
    )


def heat_map(drawn: Heat, palette: Palette) -> go.Figure:
    """Return shares as cells with their percent in them; darker (or lighter) is more.

    One colour that only changes its strength: it reads the same in grey.
    """
    colour = palette.sales
    trace: Spec = {
        "type": "heatmap",
        "x": list(range(len(drawn.columns))),
        "y": list(range(len(drawn.rows))),
        "z": _cells(drawn.shares),
        "text": [[_percent(share) for share in row] for row in drawn.shares],
        "texttemplate": "%{text}",
        "hovertext": [[escape(text) for text in row] for row in drawn.hover],
        "hoverinfo": "text",
        "hoverongaps": False,
        "colorscale": [[0, faded(colour, 0.06)], [1, faded(colour, 0.75)]],
        "zmin": 0,
        "zmax": float(np.nanmax(drawn.shares, initial=0.01)),
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "textfont": {"color": palette.total, "size": 11},
    }
    place = {"fixedrange": True, "showgrid": False, "zeroline": False}
    return figure(
        [trace],
        70 + HEAT_PIXELS * len(drawn.rows),
        xaxis={
            **place,
            "side": "top",
            "title": {"text": escape(drawn.title)},
            "tickvals": list(range(len(drawn.columns))),
            "ticktext": [escape(name) for name in drawn.columns],
            "tickangle": 0,
        },
        yaxis={
            **place,
            "tickvals": list(range(len(drawn.rows))),
            "ticktext": [escape(name) for name in drawn.rows],
            "range": [len(drawn.rows) - 0.5, -0.5],
            "automargin": True,
        },
        margin={"l": 8, "r": 8, "t": 52, "b": 8},
    )


def day_lines(days: Sequence[str], lines: Sequence[DayLine], palette: Palette) -> go.Figure:
    """Return lines over days from zero; told apart by dash, not by colour alone."""
    colours = (palette.total, palette.baseline, palette.membership)
    traces: list[Spec] = [
        {
            "type": "scatter",
            "x": list(days),
            "y": _gaps(line.values),
            "name": escape(line.name),
            "mode": "lines",
            "connectgaps": False,
            "line": {"color": colour, "width": 2.5, "dash": dash},
            "hovertemplate": f"{escape(line.name)} · %{{x|%Y-%m-%d}}: %{{y:,.0f}}<extra></extra>",
        }
        for line, colour, dash in zip(lines, colours, DASHES, strict=False)
        if np.count_nonzero(~np.isnan(line.values)) > 1
    ]
    top = max((value for line in lines for value in line.values if value == value), default=1.0)
    return figure(
        traces,
        320,
        xaxis=_day_axis(days),
        yaxis={
            "range": [0, top * 1.1 or 1.0],
            "fixedrange": True,
            "tickformat": ",.0f",
            # halves would be written as whole numbers, each of them twice
            "dtick": 1 if top <= FEW else None,
        },
        legend={"orientation": "h", "y": -0.15, "x": 0, "traceorder": "normal"},
    )


def columns(
    names: Sequence[str],
    values: Sequence[float],
    hover: Sequence[str],
    palette: Palette,
    title: str,
) -> go.Figure:
    """Return upright bars from zero."""
    trace: Spec = {
        "type": "bar",
        "x": [escape(name) for name in names],
        "y": list(values),
        "marker": {"color": faded(palette.total, 0.55)},
        "hovertext": [escape(text) for text in hover],
        "hoverinfo": "text",
    }
    top = max([*values, 0.0]) * 1.1 or 1.0
    return figure(
        [trace],
        300,
        xaxis={
            "type": "category",
            "fixedrange": True,
            "tickangle": 0,
            "title": {"text": escape(title)},
        },
        yaxis={"range": [0, top], "fixedrange": True, "tickformat": ",.0f"},
        showlegend=False,
        bargap=0.3,
    )


def small_lines(days: Sequence[str], lines: Sequence[DayLine], palette: Palette) -> go.Figure:
    """Return one small line per name, one below the other over the same days.

    Each has its own height, so that rare events can be read beside frequent ones.
    """
    band = 1 / max(len(lines), 1)
    traces: list[Spec] = []
    layout: dict[str, object] = {}
    notes: list[Spec] = []
    for row, line in enumerate(lines):
        axis = "" if row == 0 else str(row + 1)
        top = 1 - row * band
        traces.append(_spark(days, line, axis, palette))
        layout[f"yaxis{axis}"] = {
            "domain": [top - band, top - band * 0.45],
            "range": [0, max([*line.values, 1])],
            "visible": False,
            "fixedrange": True,
        }
        text = f"{escape(line.name)} · {max(line.values, default=0):,.0f}"
        notes.append(_note(text, top - band * 0.42, palette.total))
    return figure(
        traces,
        40 + SPARK_PIXELS * len(lines),
        xaxis={**_day_axis(days), "anchor": "free", "position": 0},
        annotations=notes,
        showlegend=False,
        **layout,
    )


def _spark(days: Sequence[str], line: DayLine, axis: str, palette: Palette) -> Spec:
    return {
        "type": "scatter",
        "x": list(days),
        "y": _gaps(line.values),
        "yaxis": f"y{axis}",
        "mode": "lines",
        "line": {"color": palette.total, "width": 1.5},
        "fill": "tozeroy",
        "fillcolor": faded(palette.total, 0.12),
        "hovertemplate": f"{escape(line.name)} · %{{x|%Y-%m-%d}}: %{{y:,.0f}}<extra></extra>",
    }


def _day_axis(days: Sequence[str]) -> Spec:
    """Days of one year need no year: its digits would not fit on a phone."""
    ticks = "%m-%d" if days[0][:4] == days[-1][:4] else "%Y-%m"
    return {"type": "date", "fixedrange": True, "tickformat": ticks, "nticks": 5}


def _note(text: str, height: float, colour: str) -> Spec:
    return {
        "text": text,
        "x": 0,
        "y": height,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": colour},
    }


def _percent(share: float) -> str:
    return "" if np.isnan(share) else f"{share * 100:.0f}"


def _cells(shares: Floats) -> list[list[float | None]]:
    return [_gaps(row) for row in shares.tolist()]


def _gaps(values: Sequence[float]) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]
