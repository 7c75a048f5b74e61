"""What all pictures are made of: colours, axes, bands, and one way to build a figure.

Money comes in cents and is drawn in the unit of the currency.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from textwrap import shorten, wrap
from typing import Any

import plotly.graph_objects as go

from engine.reporting.money import MINUS

CENTS = 100.0
HEAD_ROOM = 1.25
"""An axis ends above its picture, so that it stays while a slider moves a little."""

Spec = dict[str, Any]
"""Part of a figure, as Plotly writes it."""

CONFIG = {"displayModeBar": False}

PATTERNS = {"ads": ".", "membership": "/", "sales": ""}
"""Filling of a subject's bars: two of the colours are one grey on paper."""

ROUND = (1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0)
"""Where an axis of money may end, times a power of ten."""

MOST_TICKS = 6

LABEL_WIDTH = 18
"""Letters in a line of a label: on a phone the bars need the rest."""

LINE_PIXELS = 18


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

    def band_of(self, subject: str) -> str:
        """Return the fill of the interval of a business model or of their total."""
        return self.band if subject == "total" else faded(self.of(subject))


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


def faded(colour: str, opacity: float = 0.22) -> str:
    """Return a colour written ``#RRGGBB`` with an opacity."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"


def band_traces(
    x: Sequence[float] | Sequence[str], low: Sequence[float], high: Sequence[float], fill: str
) -> list[Spec]:
    """Return the two edges of an interval with what lies between filled [cents]."""
    edge = {"type": "scatter", "x": list(x), "mode": "lines", "line": {"width": 0}}
    quiet = {"hoverinfo": "skip", "showlegend": False}
    return [
        {**edge, **quiet, "y": major(low)},
        {**edge, **quiet, "y": major(high), "fill": "tonexty", "fillcolor": fill},
    ]


def line_spec(
    x: Sequence[float] | Sequence[str],
    cents: Sequence[float],
    name: str,
    colour: str,
    dash: str,
    hover: str,
) -> Spec:
    """Return a line [cents]."""
    return {
        "type": "scatter",
        "x": list(x),
        "y": major(cents),
        "name": name,
        "mode": "lines",
        "line": {"color": colour, "width": 2.5, "dash": dash},
        "hovertemplate": hover,
    }


def money_axis(low: float, high: float, symbol: str) -> Spec:
    """Return an axis that holds zero and ends on a round number above the picture [cents].

    Ticks are written out: Plotly would put the minus behind the currency.
    """
    ends = [-_round_up(-min(low, 0.0) * 1.1), _round_up(max(high, 1.0) * HEAD_ROOM)]
    ticks = _ticks(ends[0], ends[1])
    return {
        "range": major(ends),
        "fixedrange": True,
        "tickvals": major(ticks),
        "ticktext": [_tick(cents, symbol) for cents in ticks],
        "zeroline": True,
    }


def _ticks(low: float, high: float) -> list[float]:
    """Return round amounts from low to high, seven at most."""
    step = _round_up((high - low) / MOST_TICKS, (1.0, 2.0, 5.0, 10.0))
    first, last = ceil(low / step), floor(high / step)
    return [step * row for row in range(first, last + 1)]


def _tick(cents: float, symbol: str) -> str:
    amount = abs(cents) / CENTS
    digits = 0 if amount >= 10 or amount == int(amount) else 2
    return f"{MINUS if cents < 0 else ''}{symbol}{amount:,.{digits}f}"


def _round_up(cents: float, steps: Sequence[float] = ROUND) -> float:
    """Return the next of a few round steps times a power of ten."""
    if cents <= 0:
        return 0.0
    power = 10.0 ** floor(log10(cents))
    return next(step * power for step in (*steps, 10.0) if step * power >= cents * (1 - 1e-12))


def major(cents: Sequence[float]) -> list[float]:
    """Return cents in the unit of the currency."""
    return [value / CENTS for value in cents]


def short_label(name: str) -> str:
    """Return a name of the log as at most three short lines of a label."""
    short = shorten(name, 3 * LABEL_WIDTH, placeholder="…") or name[: 3 * LABEL_WIDTH]
    return "<br>".join(escape(part) for part in wrap(short, LABEL_WIDTH)) or escape(short)


def row_pixels(labels: Sequence[str], least: int) -> int:
    """Return the height of a row in which the label with most lines has room [pixels]."""
    return max(least, LINE_PIXELS * max((label.count("<br>") + 1 for label in labels), default=1))


def figure(traces: list[Spec], height: int, **layout: object) -> go.Figure:
    """Build a figure at once: each later update of one costs a millisecond or two."""
    frame = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "legend": {"orientation": "h", "y": 1.12, "x": 0, "traceorder": "normal"},
        "xaxis": {"fixedrange": True},
    }
    return go.Figure({"data": traces, "layout": {**frame, **layout}})
