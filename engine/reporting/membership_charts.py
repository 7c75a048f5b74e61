"""Pictures of membership: which share of new members still pays after so many renewals."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go

from engine.reporting.figures import Palette, Spec, faded, figure


@dataclass(frozen=True, kw_only=True)
class Curve:
    """Shares over renewals, from none on."""

    name: str
    middle: Sequence[float]
    low: Sequence[float] = ()
    """Ends of the interval; empty for a curve without one."""
    high: Sequence[float] = ()


@dataclass(frozen=True, kw_only=True)
class Dots:
    """Counted shares with their intervals."""

    name: str
    renewal: Sequence[int]
    middle: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    at_risk: Sequence[str]
    """Members that each dot speaks of, in words."""


def survival(
    fitted: Curve, expected: Curve | None, counted: Dots | None, axis: str, palette: Palette
) -> go.Figure:
    """Return who stays: the fitted curve, dashed the scenario's, and dots that were counted."""
    traces = [*_interval(fitted, palette), _line(fitted, palette.membership, "solid")]
    if expected is not None:
        traces.append(_line(expected, palette.total, "dash"))
    if counted is not None:
        traces.append(_dots(counted, palette))
    return figure(
        traces,
        320,
        xaxis={
            "title": {"text": escape(axis)},
            "range": [-0.5, len(fitted.middle) - 0.5],
            "fixedrange": True,
            "dtick": 6,
            "zeroline": False,
        },
        yaxis={"range": [0, 1.05], "tickformat": ".0%", "fixedrange": True, "nticks": 6},
        margin={"l": 8, "r": 8, "t": 8, "b": 48},
        showlegend=True,  # also of one line: it may be assumed
        # inside, where a curve that only falls leaves room
        legend={"x": 1, "xanchor": "right", "y": 1, "traceorder": "normal"},
    )


def _interval(curve: Curve, palette: Palette) -> list[Spec]:
    if not curve.low:
        return []
    edge = {"type": "scatter", "x": list(range(len(curve.low))), "mode": "lines"}
    quiet = {"line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    filled = {"fill": "tonexty", "fillcolor": faded(palette.membership)}
    return [
        {**edge, **quiet, "y": list(curve.low)},
        {**edge, **quiet, **filled, "y": list(curve.high)},
    ]


def _line(curve: Curve, colour: str, dash: str) -> Spec:
    return {
        "type": "scatter",
        "x": list(range(len(curve.middle))),
        "y": list(curve.middle),
        "name": escape(curve.name),
        "mode": "lines",
        "line": {"color": colour, "width": 2.5, "dash": dash},
        "hovertemplate": f"{escape(curve.name)} · %{{x}}: %{{y:.0%}}<extra></extra>",
    }


def _dots(dots: Dots, palette: Palette) -> Spec:
    above = [high - middle for high, middle in zip(dots.high, dots.middle, strict=True)]
    below = [middle - low for middle, low in zip(dots.middle, dots.low, strict=True)]
    bars = {"type": "data", "symmetric": False, "array": above, "arrayminus": below}
    return {
        "type": "scatter",
        "x": list(dots.renewal),
        "y": list(dots.middle),
        "name": escape(dots.name),
        "mode": "markers",
        "marker": {"color": palette.total, "size": 7},
        "error_y": {**bars, "color": palette.total, "thickness": 1, "width": 0},
        "customdata": [escape(words) for words in dots.at_risk],
        "hovertemplate": f"{escape(dots.name)} · %{{x}}: %{{y:.0%}} · %{{customdata}}"
        "<extra></extra>",
    }
