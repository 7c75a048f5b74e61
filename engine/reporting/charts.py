"""Pictures from numbers: how they look, never what they say.

Money comes in cents and is drawn in the unit of the currency.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

import plotly.graph_objects as go

from engine.reporting.figures import (
    CENTS,
    CONFIG,
    PALETTES,
    PATTERNS,
    Palette,
    Spec,
    band_traces,
    figure,
    major,
    money_axis,
)

__all__ = ["CENTS", "CONFIG", "PALETTES", "Palette"]

ROOM_FOR_TEXT = 1.55
"""An axis of bars with their amount behind them, which a phone must show as well."""

LABEL_WIDTH = 22
"""Letters in a line of a label."""

MONTHS = {"fixedrange": True, "tickangle": 0, "nticks": 7}
"""Upright labels, fewer of them where there is little room."""

NAMED_ROWS = {"autorange": "reversed", "fixedrange": True, "automargin": True}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line over months, with an interval when it has one [cents]."""

    name: str
    middle: Sequence[float]
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None
    dash: str = "solid"


def months_with_band(
    lines: Sequence[Line], palette: Palette, symbol: str, *, subject: str = "total"
) -> go.Figure:
    """Return lines over months; the first in the colour of its subject, the others grey."""
    colour = palette.of(subject)
    traces: list[Spec] = []
    for row, line in enumerate(lines):
        labels = _months(len(line.middle))
        if line.low is not None and line.high is not None:
            traces += band_traces(labels, line.low, line.high, palette.band_of(subject))
        traces.append(
            _line(line, labels, symbol, palette.baseline if row else colour, is_subject=row == 0)
        )
    tops = [max(line.high if line.high is not None else line.middle) for line in lines]
    bottoms = [min(line.low if line.low is not None else line.middle) for line in lines]
    axis = money_axis(min(bottoms), max(tops), symbol)
    return figure(traces, 320, yaxis=axis, xaxis=MONTHS)


def stacked_months(
    columns: Mapping[str, Sequence[float]],
    names: Mapping[str, str],
    palette: Palette,
    symbol: str,
) -> go.Figure:
    """Return one bar per month, stacked by subject [cents]."""
    traces: list[Spec] = [
        {
            "type": "bar",
            "x": _months(len(cents)),
            "y": major(cents),
            "name": escape(names[subject]),
            "marker": {
                "color": palette.of(subject),
                "pattern": {"shape": PATTERNS[subject], "fillmode": "overlay", "size": 6},
                "line": {"width": 0},
            },
            "hovertemplate": f"{escape(names[subject])} · %{{x}}: {symbol}%{{y:,.2f}}"
            "<extra></extra>",
        }
        for subject, cents in columns.items()
    ]
    totals = [sum(month) for month in zip(*columns.values(), strict=True)]
    axis = money_axis(min(0.0, *totals), max(totals), symbol)
    return figure(traces, 320, yaxis=axis, xaxis=MONTHS, barmode="relative", bargap=0.35)


def counted_months(
    labels: Sequence[str], values: Sequence[float], colour: str, symbol: str | None
) -> go.Figure:
    """Return one bar per month of what was counted.

    Parameters
    ----------
    values : sequence of float
        Cents with a symbol, a plain count without one.
    """
    heights = list(values) if symbol is None else major(values)
    bars: Spec = {
        "type": "bar",
        "x": list(labels),
        "y": heights,
        "marker": {"color": colour},
        "hovertemplate": f"%{{x}}: {symbol or ''}%{{y:,.0f}}<extra></extra>",
    }
    high = max([*values, 1.0])
    axis: Spec = {"rangemode": "tozero", "fixedrange": True}
    if symbol is not None:
        axis = money_axis(0.0, high, symbol)
    return figure(
        [bars], 320, xaxis={"type": "category", "fixedrange": True}, yaxis=axis, bargap=0.5
    )


def strip(low: float, middle: float, high: float, end: float, colour: str) -> go.Figure:
    """Return an interval as a strip with a dot at its middle, from zero to ``end`` [cents]."""
    start = min(0.0, low)
    room = 0.06 * (end - start)
    bar = {"type": "scatter", "y": [0, 0], "mode": "lines", "hoverinfo": "skip"}
    grey = {"color": "rgba(128,128,128,0.20)", "width": 10}
    traces: list[Spec] = [
        {**bar, "x": major([start, end]), "line": grey},
        {**bar, "x": major([low, high]), "line": {"color": colour, "width": 10}, "opacity": 0.45},
        {**bar, "x": major([middle]), "y": [0], "mode": "markers", "marker": _dot(colour)},
    ]
    hidden = {"visible": False, "fixedrange": True}
    return figure(
        traces,
        44,
        xaxis={**hidden, "range": major([start - room, end + room])},
        yaxis={**hidden, "range": [-1, 1]},
        showlegend=False,
    )


def tornado(
    names: Sequence[str],
    ends: Sequence[tuple[float, float]],
    middle: float,
    colour: str,
    symbol: str,
) -> go.Figure:
    """Return what each assumption does to an answer: bars from its low to its high end [cents].

    Faint: the low end of the assumption; full: its high end; both from ``middle``.
    """
    labels = ["<br>".join(wrap(escape(name), LABEL_WIDTH)) for name in names]
    traces: list[Spec] = [
        {
            "type": "bar",
            "orientation": "h",
            "y": labels,
            "x": major([pair[end] - middle for pair in ends]),
            "base": middle / CENTS,
            "marker": {"color": colour, "opacity": opacity},
            "customdata": major([pair[end] for pair in ends]),
            "hovertemplate": f"%{{y}}: {symbol}%{{customdata:,.0f}}<extra></extra>",
        }
        for end, opacity in ((0, 0.45), (1, 1.0))
    ]
    upright = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "line": {"color": "#888"}}
    ticks = {"tickprefix": symbol, "nticks": 4, "tickangle": 0, "tickformat": ",.0f"}
    return figure(
        traces,
        320,
        xaxis={"fixedrange": True, **ticks},
        yaxis=NAMED_ROWS,
        barmode="overlay",
        bargap=0.35,
        showlegend=False,
        shapes=[{**upright, "x0": middle / CENTS, "x1": middle / CENTS}],
    )


def steps(
    names: Sequence[str], cents: Sequence[float], colours: Sequence[str], symbol: str
) -> go.Figure:
    """Return amounts as bars one below the other, each a part of the one above [cents]."""
    bars: Spec = {
        "type": "bar",
        "orientation": "h",
        "y": ["<br>".join(wrap(escape(name), LABEL_WIDTH)) for name in names],
        "x": major(cents),
        "marker": {"color": list(colours)},
        "text": [f"{symbol}{value / CENTS:,.0f}" for value in cents],
        "textposition": "outside",
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    axis = {"visible": False, "fixedrange": True, "range": major([0, max(cents) * ROOM_FOR_TEXT])}
    height = 60 + 56 * len(names)
    return figure([bars], height, xaxis=axis, yaxis=NAMED_ROWS, showlegend=False, bargap=0.4)


def _line(line: Line, labels: list[str], symbol: str, colour: str, *, is_subject: bool) -> Spec:
    return {
        "type": "scatter",
        "x": labels,
        "y": major(line.middle),
        "name": escape(line.name),
        "mode": "lines+markers" if is_subject else "lines",
        "line": {"color": colour, "width": 3 if is_subject else 2, "dash": line.dash},
        "hovertemplate": f"{escape(line.name)} · %{{x}}: {symbol}%{{y:,.0f}}<extra></extra>",
    }


def _dot(colour: str) -> Spec:
    return {"color": colour, "size": 14}


def _months(n_months: int) -> list[str]:
    return [f"M{month}" for month in range(1, n_months + 1)]
