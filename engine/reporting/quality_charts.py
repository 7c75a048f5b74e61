"""Pictures of how well lists foresee choices: dots, curves over places, promises kept.

Our lists are in ink, all others grey; popular items are dashed and open, random ones
dotted and crossed, so that a print without colour says the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from textwrap import wrap
from typing import Literal

import plotly.graph_objects as go

from engine.reporting.figures import HEAD_ROOM, Palette, Spec, faded, figure, row_pixels

Role = Literal["ours", "popularity", "random", "other", "delivered", "unknown"]

LABEL_WIDTH = 24
"""Letters in a line of a label."""

ROW_HEIGHT = 38
LEGEND = {"orientation": "h", "y": -0.25, "x": 0, "traceorder": "normal"}

DASHES: Mapping[Role, str] = {"popularity": "dash", "random": "dot"}
SYMBOLS: Mapping[Role, str] = {
    "popularity": "circle-open",
    "random": "x-thin-open",
    "delivered": "diamond-open",
}


@dataclass(frozen=True, kw_only=True)
class Axis:
    """What an axis measures."""

    title: str
    tick_format: str
    from_zero: bool = True
    around: bool = False
    """Show what lies around the values alone, zero or not."""


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A value with its interval."""

    label: str
    role: Role
    value: float
    low: float
    high: float
    hover: str


@dataclass(frozen=True, kw_only=True)
class Curve:
    """Values over places, each with its interval."""

    label: str
    role: Role
    values: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    hover: Sequence[str]


def dots(rows: Sequence[Dot], axis: Axis, palette: Palette) -> go.Figure:
    """Return values one below the other as dots on their intervals; a line stands at zero."""
    labels = [_label(row.label) for row in rows]
    traces = [_interval(row, label, palette) for row, label in zip(rows, labels, strict=True)]
    traces.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": [row.value for row in rows],
            "y": labels,
            "marker": _markers([row.role for row in rows], palette),
            "customdata": [escape(row.hover) for row in rows],
            "hovertemplate": "%{customdata}<extra></extra>",
        }
    )
    ends = [row.low for row in rows] + [row.high for row in rows]
    return figure(
        traces,
        (80 if axis.title else 50) + row_pixels(labels, ROW_HEIGHT) * len(rows),
        margin={"l": 8, "r": 16, "t": 8, "b": 8},
        xaxis=_axis(axis, min(ends, default=0.0), max(ends, default=1.0)),
        yaxis={
            "fixedrange": True,
            "automargin": True,
            "range": [len(rows) - 0.5, -0.5],
            "showgrid": False,
        },
        showlegend=False,
    )


def curves(
    lines: Sequence[Curve], places: Sequence[int], axis: Axis, place: str, palette: Palette
) -> go.Figure:
    """Return values by length of the list; our lists and popular items with their intervals."""
    traces: list[Spec] = []
    for line in lines:
        if line.role in ("ours", "popularity"):
            traces += _band(line, places, palette)
    traces += [_curve(line, places, palette) for line in lines]
    top = max(value for line in lines for value in line.high)
    return figure(
        traces,
        340,
        xaxis={
            "type": "log",
            "fixedrange": True,
            "tickvals": list(places),
            "title": {"text": place},
            "showgrid": False,
        },
        yaxis=_axis(axis, 0.0, top),
        legend=LEGEND,
    )


def promises(
    rows: Sequence[Dot],
    promised: Sequence[float],
    axis: Axis,
    palette: Palette,
    happened: str,
    kept: str,
) -> go.Figure:
    """Return what happened over what was promised; on the dotted line promises are kept."""
    top = 1.08 * max([*promised, *(row.high for row in rows)])
    points: Spec = {
        "type": "scatter",
        "mode": "markers",
        "x": list(promised),
        "y": [row.value for row in rows],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [row.high - row.value for row in rows],
            "arrayminus": [row.value - row.low for row in rows],
            "color": palette.total,
            "thickness": 1.5,
            "width": 0,
        },
        "marker": {"color": palette.total, "size": 9},
        "customdata": [escape(row.hover) for row in rows],
        "hovertemplate": "%{customdata}<extra></extra>",
        "showlegend": False,
    }
    line: Spec = {
        "type": "scatter",
        "mode": "lines",
        "x": [0.0, top],
        "y": [0.0, top],
        "name": escape(kept),
        "line": {"color": palette.baseline, "width": 1.5, "dash": "dot"},
        "hoverinfo": "skip",
        "showlegend": True,
    }
    square = {"range": [0.0, top], "fixedrange": True, "tickformat": axis.tick_format, "nticks": 6}
    return figure(
        [line, points],
        340,
        xaxis={**square, "title": {"text": axis.title}},
        yaxis={**square, "title": {"text": happened}},
        legend=LEGEND,
    )


def _label(text: str) -> str:
    return "<br>".join(wrap(escape(text), LABEL_WIDTH))


def _colour(role: Role, palette: Palette) -> str:
    if role == "ours":
        return palette.total
    return faded(palette.baseline, 0.5) if role == "unknown" else palette.baseline


def _interval(row: Dot, label: str, palette: Palette) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [row.low, row.high],
        "y": [label, label],
        "line": {
            "color": _colour(row.role, palette),
            "width": 4 if row.role == "ours" else 2,
            "dash": DASHES.get(row.role, "solid"),
        },
        "hoverinfo": "skip",
    }


def _markers(roles: Sequence[Role], palette: Palette) -> Spec:
    colours = [_colour(role, palette) for role in roles]
    return {
        "color": colours,
        "symbol": [SYMBOLS.get(role, "circle") for role in roles],
        "size": [15 if role == "ours" else 11 for role in roles],
        "line": {"color": colours, "width": 2.5},
        "opacity": 1.0,  # with sizes of their own markers are faint unless told otherwise
    }


def _band(line: Curve, places: Sequence[int], palette: Palette) -> list[Spec]:
    edge = {"type": "scatter", "x": list(places), "mode": "lines", "line": {"width": 0}}
    quiet = {"hoverinfo": "skip", "showlegend": False}
    fill = palette.band if line.role == "ours" else faded(palette.baseline, 0.15)
    return [
        {**edge, **quiet, "y": list(line.low)},
        {**edge, **quiet, "y": list(line.high), "fill": "tonexty", "fillcolor": fill},
    ]


def _curve(line: Curve, places: Sequence[int], palette: Palette) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines+markers" if line.role == "ours" else "lines",
        "x": list(places),
        "y": list(line.values),
        "name": escape(line.label),
        "line": {
            "color": _colour(line.role, palette),
            "width": 3 if line.role == "ours" else 2,
            "dash": DASHES.get(line.role, "solid"),
        },
        "customdata": [escape(text) for text in line.hover],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _axis(axis: Axis, low: float, high: float) -> Spec:
    """Start at zero, or keep zero inside; end above the picture, in a place that stays."""
    if axis.around:
        low, high = low - 0.25 * (high - low), high + 0.25 * (high - low)
        return {**_axis(replace(axis, around=False), low, high), "range": [low, high]}
    room = 0.08 * (max(high, 0.0) - min(low, 0.0)) or HEAD_ROOM
    start = min(low, 0.0) - (room if low < 0 else 0.0) if not axis.from_zero else 0.0
    return {
        "range": [start - (room / 4 if axis.from_zero else 0.0), max(high, 0.0) + room],
        "fixedrange": True,
        "tickformat": axis.tick_format,
        "nticks": 6,
        "zeroline": True,
        "zerolinewidth": 1.5,
        "title": {"text": axis.title},
    }
