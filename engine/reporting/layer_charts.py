"""The picture of where a width comes from: one bar, a piece for each source."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go

from engine.reporting.figures import Palette, Spec, faded, figure

FILLINGS = {
    "data": (1.0, ""),
    "assumption": (0.55, "/"),
    "noise": (0.8, "."),
    "model": (0.25, "x"),
    "rest": (0.1, "-"),
}
"""Source -> opacity and pattern: pieces are told apart in grey too."""

HEIGHT = 150
"""Holds the bar under a legend of three lines, which a phone makes of it [pixels]."""


ROOM_AT_END = 1.005  # else the line around the last piece is cut off


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One source of width."""

    source: str
    name: str
    """With its share, as the legend says it."""

    share: float
    hover: str


def layers(pieces: Sequence[Piece], colour: str, palette: Palette) -> go.Figure:
    """Return a bar of the shares of a variance; one below zero has no piece."""
    traces: list[Spec] = [_bar(piece, colour, palette) for piece in pieces if piece.share > 0]
    hidden = {"visible": False, "fixedrange": True}
    whole = sum(piece.share for piece in pieces if piece.share > 0)
    above = {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "traceorder": "normal"}
    return figure(
        traces,
        HEIGHT,
        barmode="stack",
        bargap=0.3,
        xaxis={**hidden, "range": [0, ROOM_AT_END * whole]},
        yaxis=hidden,
        legend={**above, "itemclick": False, "itemdoubleclick": False},
    )


def _bar(piece: Piece, colour: str, palette: Palette) -> Spec:
    opacity, shape = FILLINGS[piece.source]
    pattern = {"shape": shape, "fillmode": "overlay", "size": 9, "solidity": 0.15}
    return {
        "type": "bar",
        "orientation": "h",
        "x": [piece.share],
        "y": [""],
        "name": escape(piece.name),
        "showlegend": True,
        "marker": {
            "color": faded(colour, opacity),
            "pattern": {**pattern, "fgcolor": palette.total, "fgopacity": 0.6},
            "line": {"width": 1, "color": palette.total},
        },
        "hovertemplate": f"{escape(piece.hover)}<extra></extra>",
    }
