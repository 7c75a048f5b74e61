"""What all pictures are made of: colours, axes, bands, and one way to build a figure.

Money comes in cents and is drawn in the unit of the currency.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

CENTS = 100.0
HEAD_ROOM = 1.25
"""An axis ends above its picture, so that it stays while a slider moves a little."""

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
    """Start at zero and end on a round number above the picture."""
    ends = [-_round_up(-min(low, 0.0) * 1.1), _round_up(max(high, 1.0) * HEAD_ROOM)]
    return {
        "range": major(ends),
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


def major(cents: Sequence[float]) -> list[float]:
    """Return cents in the unit of the currency."""
    return [value / CENTS for value in cents]


def figure(traces: list[Spec], height: int, **layout: object) -> go.Figure:
    """Build a figure at once: each later update of one costs a millisecond or two."""
    frame = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "legend": {"orientation": "h", "y": 1.12, "x": 0, "traceorder": "normal"},
        "xaxis": {"fixedrange": True},
    }
    return go.Figure({"data": traces, "layout": {**frame, **layout}})
