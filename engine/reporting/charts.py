"""Pictures from numbers: how they look, never what they say.

Money comes in cents and is drawn in the unit of the currency.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

import plotly.graph_objects as go

CENTS = 100.0
HEAD_ROOM = 1.25
"""An axis ends above its picture, so that it stays while a slider moves a little."""

LABEL_WIDTH = 22
"""Letters in a line of a label."""

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
    figure = go.Figure()
    for row, line in enumerate(lines):
        colour = palette.total if row == 0 else palette.baseline
        labels = [f"M{month}" for month in range(1, len(line.middle) + 1)]
        if line.low is not None and line.high is not None:
            _band(figure, labels, line.low, line.high, palette.band)
        figure.add_scatter(
            x=labels,
            y=_major(line.middle),
            name=escape(line.name),
            mode="lines+markers" if row == 0 else "lines",
            line={"color": colour, "width": 3 if row == 0 else 2, "dash": line.dash},
            hovertemplate=f"{escape(line.name)} · %{{x}}: {symbol}%{{y:,.0f}}<extra></extra>",
        )
    tops = [max(line.high if line.high is not None else line.middle) for line in lines]
    bottoms = [min(line.low if line.low is not None else line.middle) for line in lines]
    _money_axis(figure, "y", min(bottoms), max(tops), symbol)
    return _framed(figure, 320)


def stacked_months(
    columns: Mapping[str, Sequence[float]],
    names: Mapping[str, str],
    palette: Palette,
    symbol: str,
) -> go.Figure:
    """Return one bar per month, stacked by subject [cents]."""
    figure = go.Figure()
    for subject, cents in columns.items():
        figure.add_bar(
            x=[f"M{month}" for month in range(1, len(cents) + 1)],
            y=_major(cents),
            name=escape(names[subject]),
            marker={"color": palette.of(subject), "line": {"width": 0}},
            hovertemplate=f"{escape(names[subject])} · %{{x}}: {symbol}%{{y:,.2f}}<extra></extra>",
        )
    totals = [sum(month) for month in zip(*columns.values(), strict=True)]
    figure.update_layout(barmode="relative", bargap=0.35)
    _money_axis(figure, "y", min(0.0, *totals), max(totals), symbol)
    return _framed(figure, 320)


def strip(low: float, middle: float, high: float, end: float, colour: str) -> go.Figure:
    """Return an interval as a strip with a dot at its middle, from zero to ``end`` [cents]."""
    start = min(0.0, low)
    figure = go.Figure()
    for x, width, shade in (((start, end), 10, "rgba(128,128,128,0.20)"), ((low, high), 10, None)):
        figure.add_scatter(
            x=_major(x),
            y=[0, 0],
            mode="lines",
            line={"color": shade or colour, "width": width},
            opacity=1.0 if shade else 0.45,
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=_major([middle]),
        y=[0],
        mode="markers",
        marker={"color": colour, "size": 14},
        hoverinfo="skip",
    )
    figure.update_xaxes(
        visible=False,
        fixedrange=True,
        range=_major([start - 0.06 * (end - start), end + 0.06 * (end - start)]),
    )
    figure.update_yaxes(visible=False, fixedrange=True, range=[-1, 1])
    return _framed(figure, 44).update_layout(showlegend=False)


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
    figure = go.Figure()
    for end, opacity in ((0, 0.45), (1, 1.0)):
        figure.add_bar(
            y=labels,
            x=_major([pair[end] - middle for pair in ends]),
            base=middle / CENTS,
            orientation="h",
            marker={"color": colour, "opacity": opacity},
            customdata=_major([pair[end] for pair in ends]),
            hovertemplate=f"%{{y}}: {symbol}%{{customdata:,.0f}}<extra></extra>",
        )
    figure.update_layout(barmode="overlay", bargap=0.35, showlegend=False)
    figure.add_vline(x=middle / CENTS, line={"color": "#888", "width": 1})
    figure.update_yaxes(autorange="reversed", fixedrange=True, automargin=True)
    figure.update_xaxes(
        fixedrange=True, tickprefix=symbol, nticks=4, tickangle=0, tickformat=",.0f"
    )
    return _framed(figure, 320)


def steps(
    names: Sequence[str], cents: Sequence[float], colours: Sequence[str], symbol: str
) -> go.Figure:
    """Return amounts as bars one below the other, each a part of the one above [cents]."""
    figure = go.Figure()
    figure.add_bar(
        y=[escape(name) for name in names],
        x=_major(cents),
        orientation="h",
        marker={"color": list(colours)},
        text=[f"{symbol}{value / CENTS:,.0f}" for value in cents],
        textposition="outside",
        cliponaxis=False,
        hoverinfo="skip",
    )
    figure.update_yaxes(autorange="reversed", fixedrange=True, automargin=True)
    figure.update_xaxes(visible=False, fixedrange=True, range=_major([0, max(cents) * 1.25]))
    return _framed(figure, 60 + 52 * len(names)).update_layout(showlegend=False, bargap=0.4)


def _band(
    figure: go.Figure,
    labels: Sequence[str],
    low: Sequence[float],
    high: Sequence[float],
    fill: str,
) -> None:
    for edge, target in ((low, None), (high, "tonexty")):
        figure.add_scatter(
            x=list(labels),
            y=_major(edge),
            mode="lines",
            line={"width": 0},
            fill=target,
            fillcolor=fill,
            hoverinfo="skip",
            showlegend=False,
        )


def _money_axis(figure: go.Figure, axis: str, low: float, high: float, symbol: str) -> None:
    """Start at zero and end on a round number above the picture."""
    ends = [_round_up(-min(low, 0.0) * 1.1) * -1, _round_up(max(high, 1.0) * HEAD_ROOM)]
    update = figure.update_yaxes if axis == "y" else figure.update_xaxes
    update(
        range=_major(ends),
        fixedrange=True,
        tickprefix=symbol,
        nticks=6,
        tickformat=",.0f",
        zeroline=True,
    )


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


def _framed(figure: go.Figure, height: int) -> go.Figure:
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.12, "x": 0, "traceorder": "normal"},
    )
    if not figure.layout.xaxis.fixedrange:
        figure.update_xaxes(fixedrange=True)
    return figure
