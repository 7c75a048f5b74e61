"""Pictures of product sales: what becomes of the items that lists show."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

import plotly.graph_objects as go

from engine.reporting.charts import LABEL_WIDTH, NAMED_ROWS
from engine.reporting.figures import Palette, Spec, faded, figure

NOTE_ROOM = 1.6
"""The axis goes on beyond the longest bar, so that the words behind it fit."""

ROW, FRAME = 48, 24
"""Height of a row and of what surrounds all of them [pixels]."""


@dataclass(frozen=True, kw_only=True)
class FunnelStep:
    """One bar of a funnel."""

    name: str
    count: float
    note: str
    """What stands behind the bar: the number, and what share of the bar above it is."""


def funnel(steps: Sequence[FunnelStep], colour: str, palette: Palette) -> go.Figure:
    """Return counts as bars one below the other, each a part of the one above.

    The last bar, what stays sold, is full; those on the way to it are faint, and the first
    is grey: it is what the others are a part of.
    """
    between = [faded(colour, 0.55)] * max(len(steps) - 2, 0)
    bars: Spec = {
        "type": "bar",
        "orientation": "h",
        "y": ["<br>".join(wrap(escape(step.name), LABEL_WIDTH)) for step in steps],
        "x": [step.count for step in steps],
        "marker": {"color": [palette.baseline, *between, colour][: len(steps)]},
        "text": [escape(step.note) for step in steps],
        "textposition": "outside",
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    widest = max([step.count for step in steps] + [1.0])
    axis = {"visible": False, "fixedrange": True, "range": [0, widest * NOTE_ROOM]}
    height = FRAME + ROW * len(steps)
    return figure([bars], height, xaxis=axis, yaxis=NAMED_ROWS, showlegend=False, bargap=0.35)
