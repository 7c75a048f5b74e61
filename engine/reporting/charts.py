"""Pictures from numbers: how they look, never what they say.

Money comes in cents and is drawn in the unit of the currency.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go

CENTS = 100.0
HEAD_ROOM = 1.25
"""An axis ends above its picture, so that it stays while a slider moves a little."""

LABEL_WIDTH = 22
"""Letters in a line of a label."""

NAMED_ROWS = {"autorange": "reversed", "fixedrange": True, "automargin": True}

Spec = dict[str, Any]
"""Part of a figure, as Plotly writes it."""

CONFIG = {"displayModeBar": False}


@dataclass(frozen=True, kw_only=True)
class Palette:
    """One colour per subject, the same everywhere."""

    ads: str
    membership: str
    sales: str
    total: str
    baseline: str
    band: str
    """Fill of an interval."""

    def of(self, subject: str) -> str:
        """Return the colour of a business model or of their total."""
        colour: str = getattr(self, subject)
        return colour


PALETTES: Mapping[str, Palette] = {
    "light": Palette(
        ads="#C2701C",
        membership="#6E56CF",
        sales="#12806F",
        total="#1B2030",
        baseline="#6B7280",
        band="rgba(27, 32, 48, 0.15)",
    ),
    "dark": Palette(
        ads="#E39A4F",
        membership="#A594F0",
        sales="#45B8A4",
        total="#E8EAF0",
        baseline="#A3A9B8",
        band="rgba(232, 234, 240, 0.18)",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line over months, with an interval when it has one [cents]."""

    name: str
    middle: Sequence[float]
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None
    dash: str = "solid"


def months_with_band(lines: Sequence[Line], palette: Palette, symbol: str) -> go.Figure:
    """Return lines over months; the first is the subject, the others are grey."""
    traces: list[Spec] = []
    for row, line in enumerate(lines):
        labels = _months(len(line.middle))
        if line.low is not None and line.high is not None:
            traces += _band(labels, line.low, line.high, palette.band)
        traces.append(_line(line, labels, symbol, palette, is_subject=row == 0))
    tops = [max(line.high if line.high is not None else line.middle) for line in lines]
    bottoms = [min(line.low if line.low is not None else line.middle) for line in lines]
    return _figure(traces, 320, yaxis=_money_axis(min(bottoms), max(tops), symbol))


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
            "y": _major(cents),
            "name": escape(names[subject]),
            "marker": {"color": palette.of(subject), "line": {"width": 0}},
            "hovertemplate": f"{escape(names[subject])} · %{{x}}: {symbol}%{{y:,.2f}}"
            "<extra></extra>",
        }
        for subject, cents in columns.items()
    ]
    totals = [sum(month) for month in zip(*columns.values(), strict=True)]
    axis = _money_axis(min(0.0, *totals), max(totals), symbol)
    return _figure(traces, 320, yaxis=axis, barmode="relative", bargap=0.35)


def strip(low: float, middle: float, high: float, end: float, colour: str) -> go.Figure:
    """Return an interval as a strip with a dot at its middle, from zero to ``end`` [cents]."""
    start = min(0.0, low)
    room = 0.06 * (end - start)
    bar = {"type": "scatter", "y": [0, 0], "mode": "lines", "hoverinfo": "skip"}
    grey = {"color": "rgba(128,128,128,0.20)", "width": 10}
    traces: list[Spec] = [
        {**bar, "x": _major([start, end]), "line": grey},
        {**bar, "x": _major([low, high]), "line": {"color": colour, "width": 10}, "opacity": 0.45},
        {**bar, "x": _major([middle]), "y": [0], "mode": "markers", "marker": _dot(colour)},
    ]
    hidden = {"visible": False, "fixedrange": True}
    return _figure(
        traces,
        44,
        xaxis={**hidden, "range": _major([start - room, end + room])},
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
            "x": _major([pair[end] - middle for pair in ends]),
            "base": middle / CENTS,
            "marker": {"color": colour, "opacity": opacity},
            "customdata": _major([pair[end] for pair in ends]),
            "hovertemplate": f"%{{y}}: {symbol}%{{customdata:,.0f}}<extra></extra>",
        }
        for end, opacity in ((0, 0.45), (1, 1.0))
    ]
    upright = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "line": {"color": "#888"}}
    ticks = {"tickprefix": symbol, "nticks": 4, "tickangle": 0, "tickformat": ",.0f"}
    return _figure(
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
        "x": _major(cents),
        "marker": {"color": list(colours)},
        "text": [f"{symbol}{value / CENTS:,.0f}" for value in cents],
        "textposition": "outside",
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    axis = {"visible": False, "fixedrange": True, "range": _major([0, max(cents) * HEAD_ROOM])}
    height = 60 + 56 * len(names)
    return _figure([bars], height, xaxis=axis, yaxis=NAMED_ROWS, showlegend=False, bargap=0.4)


def _line(
    line: Line, labels: list[str], symbol: str, palette: Palette, *, is_subject: bool
) -> Spec:
    colour = palette.total if is_subject else palette.baseline
    return {
        "type": "scatter",
        "x": labels,
        "y": _major(line.middle),
        "name": escape(line.name),
        "mode": "lines+markers" if is_subject else "lines",
        "line": {"color": colour, "width": 3 if is_subject else 2, "dash": line.dash},
        "hovertemplate": f"{escape(line.name)} · %{{x}}: {symbol}%{{y:,.0f}}<extra></extra>",
    }


def _band(labels: list[str], low: Sequence[float], high: Sequence[float], fill: str) -> list[Spec]:
    edge = {"type": "scatter", "x": labels, "mode": "lines", "line": {"width": 0}}
    quiet = {"hoverinfo": "skip", "showlegend": False}
    return [
        {**edge, **quiet, "y": _major(low)},
        {**edge, **quiet, "y": _major(high), "fill": "tonexty", "fillcolor": fill},
    ]


def _dot(colour: str) -> Spec:
    return {"color": colour, "size": 14}


def _months(n_months: int) -> list[str]:
    return [f"M{month}" for month in range(1, n_months + 1)]


def _money_axis(low: float, high: float, symbol: str) -> Spec:
    """Start at zero and end on a round number above the picture."""
    ends = [-_round_up(-min(low, 0.0) * 1.1), _round_up(max(high, 1.0) * HEAD_ROOM)]
    return {
        "range": _major(ends),
        "fixedrange": True,
        "tickprefix": symbol,
        "tickformat": ",.0f",
        "nticks": 6,
        "zeroline": True,
    }


def _round_up(cents: float) -> float:
    """Return the next of 1, 1.5, 2, 3, 5, 7.5 times a power of ten."""
    if cents <= 0:
        return 0.0
    power = 1.0
    while power * 10 <= cents:
        power *= 10
    return next(step * power for step in (1, 1.5, 2, 3, 5, 7.5, 10) if step * power >= cents)


def _major(cents: Sequence[float]) -> list[float]:
    return [value / CENTS for value in cents]


def _figure(traces: list[Spec], height: int, **layout: object) -> go.Figure:
    """Build a figure at once: each later update of one costs a millisecond or two."""
    frame = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "legend": {"orientation": "h", "y": 1.12, "x": 0, "traceorder": "normal"},
        "xaxis": {"fixedrange": True},
    }
    return go.Figure({"data": traces, "layout": {**frame, **layout}})
