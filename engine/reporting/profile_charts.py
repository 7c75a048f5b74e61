"""Pictures of what one user likes and what one item is.

Names are data of the log: they are escaped here, since Plotly reads HTML.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go

from engine.reporting.figures import Palette, Spec, figure

ROW_PIXELS = 30
ROOM = 1.4
"""An axis ends so far behind its longest bar that the number beside it fits."""


@dataclass(frozen=True, kw_only=True)
class SignedBars:
    """Weights one below the other, left of zero where they are negative."""

    names: Sequence[str]
    """Short enough for one line each."""
    values: Sequence[float]
    beside: Sequence[str]
    """The weight as the reader sees it."""
    hover: Sequence[str]
    earlier: Sequence[float] | None = None
    """What each weight was before, drawn as an open mark; None: nothing changed."""


def signed_bars(drawn: SignedBars, palette: Palette) -> go.Figure:
    """Return horizontal bars about zero, the first on top; negative ones are hatched."""
    rows = list(range(len(drawn.names)))
    traces = [_bars(drawn, rows, palette)]
    if drawn.earlier is not None:
        traces.append(_marks(drawn.earlier, rows, palette))
    ends = [*drawn.values, *(drawn.earlier or []), 0.0]
    return figure(
        traces,
        24 + ROW_PIXELS * len(rows),
        xaxis={
            "showticklabels": False,
            "showgrid": False,
            "zeroline": True,
            "fixedrange": True,
            "range": [min(ends) * ROOM, (max(ends) or 1.0) * ROOM],
        },
        yaxis={
            "tickvals": rows,
            "ticktext": [escape(name) for name in drawn.names],
            "range": [len(rows) - 0.5, -0.5],
            "fixedrange": True,
            "automargin": True,
            "showgrid": False,
            "zeroline": False,
        },
        showlegend=False,
        bargap=0.35,
    )


def _bars(drawn: SignedBars, rows: Sequence[int], palette: Palette) -> Spec:
    is_positive = [value >= 0 for value in drawn.values]
    return {
        "type": "bar",
        "orientation": "h",
        "y": list(rows),
        "x": list(drawn.values),
        "marker": {
            "color": [palette.sales if liked else palette.ads for liked in is_positive],
            "pattern": {"shape": ["" if liked else "/" for liked in is_positive]},
        },
        "text": [escape(text) for text in drawn.beside],
        "textposition": "outside",
        "textfont": {"color": palette.total},
        "cliponaxis": False,
        "hovertext": [escape(text) for text in drawn.hover],
        "hoverinfo": "text",
    }


def _marks(values: Sequence[float], rows: Sequence[int], palette: Palette) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(values),
        "y": list(rows),
        "marker": {
            "symbol": "diamond-open",
            "size": 10,
            "color": palette.total,
            "line": {"width": 2},
        },
        "hoverinfo": "skip",
    }
