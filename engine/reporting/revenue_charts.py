"""Pictures of one business model: a response to a lever, a list slot by slot, steps to a sum.

Money comes in cents and is drawn in the unit of the currency.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

import plotly.graph_objects as go

from engine.reporting.figures import (
    CENTS,
    Palette,
    Spec,
    band_traces,
    faded,
    figure,
    line_spec,
    major,
    money_axis,
)
from engine.reporting.money import MINUS

BEYOND = "rgba(128, 128, 128, 0.14)"
"""Fill of the part of an axis that no log has seen."""


@dataclass(frozen=True, kw_only=True)
class Response:
    """One figure over the values of a lever [cents]."""

    name: str
    subject: str
    low: Sequence[float]
    middle: Sequence[float]
    high: Sequence[float]
    dash: str = "solid"


@dataclass(frozen=True, kw_only=True)
class LeverAxis:
    """The axis of a lever."""

    title: str
    values: Sequence[float]
    today: float
    """Where the slider stands."""

    tested: tuple[float, float] | None
    """What the log has seen; None: nothing."""

    beyond: str
    """Words in the part that the log has not seen."""

    prefix: str = ""


def response(
    lines: Sequence[Response], axis: LeverAxis, palette: Palette, symbol: str
) -> go.Figure:
    """Return money over a lever, today's value marked, what was never tested in grey."""
    traces: list[Spec] = []
    for line in lines:
        colour = palette.of(line.subject)
        traces += band_traces(axis.values, line.low, line.high, faded(colour, 0.18))
        hover = f"{escape(line.name)}: {symbol}%{{y:,.0f}}<extra></extra>"
        traces.append(
            line_spec(axis.values, line.middle, escape(line.name), colour, line.dash, hover)
        )
    low = min(min(line.low) for line in lines)
    high = max(max(line.high) for line in lines)
    return figure(
        traces,
        340,
        xaxis={
            "title": {"text": escape(axis.title)},
            "range": [min(axis.values), max(axis.values)],
            "fixedrange": True,
            "tickprefix": axis.prefix,
            "zeroline": False,
        },
        yaxis=money_axis(low, high, symbol),
        margin={"l": 8, "r": 8, "t": 8, "b": 48},
        **_marks(axis, palette),
    )


def slots(
    looked_at: Sequence[float], is_ad: Sequence[float], names: tuple[str, str], palette: Palette
) -> go.Figure:
    """Return how often each slot is looked at beside the first; ads in their own colour.

    Parameters
    ----------
    is_ad : sequence of float
        Share of lists with an ad at the slot.
    names : tuple of str
        Of organic items and of ads.
    """
    rows = range(1, len(looked_at) + 1)
    organic = [look * (1.0 - share) for look, share in zip(looked_at, is_ad, strict=True)]
    sponsored = [look * share for look, share in zip(looked_at, is_ad, strict=True)]
    parts = ((names[0], organic, palette.sales, ""), (names[1], sponsored, palette.ads, "/"))
    traces: list[Spec] = [
        {
            "type": "bar",
            "x": list(rows),
            "y": shares,
            "name": escape(name),
            # a pattern as well: the two colours are one grey on paper
            "marker": {"color": colour, "pattern": {"shape": shape}, "line": {"width": 0}},
            "hovertemplate": f"{escape(name)} · %{{x}}: %{{y:.0%}}<extra></extra>",
        }
        for name, shares, colour, shape in parts
    ]
    return figure(
        traces,
        260,
        xaxis={"type": "category", "fixedrange": True},
        yaxis={"range": [0, 1.1], "tickformat": ".0%", "fixedrange": True, "nticks": 4},
        barmode="stack",
        bargap=0.25,
    )


def bridge(
    names: Sequence[str], amounts: Sequence[float], is_total: Sequence[bool], colour: str,
    palette: Palette, symbol: str,
) -> go.Figure:  # fmt: skip
    """Return steps from one sum to another [cents]: a waterfall with the amounts on it."""
    bars: Spec = {
        "type": "waterfall",
        "x": [escape(name) for name in names],
        "y": major(amounts),
        # "total" would draw the first bar as the sum of nothing
        "measure": ["absolute" if total else "relative" for total in is_total],
        "text": [
            _signed(cents, symbol, total) for cents, total in zip(amounts, is_total, strict=True)
        ],
        "textposition": "outside",
        "cliponaxis": False,
        "connector": {"line": {"color": palette.baseline, "width": 1}},
        "totals": {"marker": {"color": colour}},
        "increasing": {"marker": {"color": faded(colour, 0.6)}},
        "decreasing": {"marker": {"color": palette.baseline}},
        "hoverinfo": "skip",
    }
    low, high = _reach(amounts, is_total)
    axis = money_axis(low, high, symbol)
    return figure([bars], 320, yaxis=axis, showlegend=False, xaxis={"fixedrange": True})


def matrix(
    rows: Sequence[str], columns: Sequence[str], cents: Sequence[Sequence[float]],
    palette: Palette, symbol: str,
) -> go.Figure:  # fmt: skip
    """Return amounts by row and column as a heat map with the amounts in it [cents].

    Shades go by size; the sign stands in the text, so that the picture reads in grey.
    """
    colour = palette.membership
    cells: Spec = {
        "type": "heatmap",
        "x": ["<br>".join(wrap(escape(name), _width(name))) for name in columns],
        "y": [escape(name) for name in rows],
        "z": [[abs(value) for value in row] for row in cents],
        "text": [[_plain(value, symbol) for value in row] for row in cents],
        "texttemplate": "%{text}",
        "textfont": {"color": palette.total},
        "colorscale": [[0.0, faded(colour, 0.0)], [1.0, faded(colour, 0.45)]],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hovertemplate": "%{y} · %{x}: %{text}<extra></extra>",
    }
    plain = {"fixedrange": True, "showgrid": False, "ticks": ""}
    down = {**plain, "autorange": "reversed", "automargin": True}
    above = {**plain, "side": "top", "tickangle": 0, "automargin": True}
    height = 90 + 30 * len(rows)
    return figure([cells], height, yaxis=down, xaxis=above)


def _width(name: str) -> int:
    """Return the letters in a line above a column of a phone; Chinese ones are twice as wide."""
    return 11 if name.isascii() else 5


def _plain(cents: float, symbol: str) -> str:
    return f"{MINUS if round(cents) < 0 else ''}{symbol}{abs(cents) / CENTS:,.0f}"


def _reach(amounts: Sequence[float], is_total: Sequence[bool]) -> tuple[float, float]:
    """Return the lowest and the highest level that the steps of a bridge come to."""
    level, levels = 0.0, [0.0]
    for cents, total in zip(amounts, is_total, strict=True):
        level = cents if total else level + cents
        levels.append(level)
    return min(levels), max(levels)


def _signed(cents: float, symbol: str, is_total: bool) -> str:
    sign = MINUS if cents < 0 else "" if is_total else "+"
    return f"{sign}{symbol}{abs(cents) / CENTS:,.0f}"


def _marks(axis: LeverAxis, palette: Palette) -> Spec:
    """Return the dotted line at today's value and the grey part with its words."""
    upright = {"yref": "paper", "y0": 0, "y1": 1}
    dotted = {"color": palette.total, "width": 1.5, "dash": "dot"}
    shapes: list[Spec] = [
        {"type": "line", **upright, "x0": axis.today, "x1": axis.today, "line": dotted}
    ]
    notes: list[Spec] = []
    for begin, end in _untested(axis):
        area = {"type": "rect", **upright, "x0": begin, "x1": end, "fillcolor": BEYOND}
        shapes.append({**area, "line": {"width": 0}, "layer": "below"})
        at = {"x": (begin + end) / 2, "y": 1, "yref": "paper", "yanchor": "top"}
        notes.append({**at, "text": escape(axis.beyond), "showarrow": False})
    return {"shapes": shapes, "annotations": notes[-1:]}


def _untested(axis: LeverAxis) -> list[tuple[float, float]]:
    first, last = min(axis.values), max(axis.values)
    low, high = axis.tested if axis.tested is not None else (last, last)
    if axis.tested is None:
        return [(first, last)]
    parts = [(first, min(low, last)), (max(high, first), last)]
    return [(begin, end) for begin, end in parts if end > begin]
