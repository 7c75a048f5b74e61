"""The bar of the sources of a width: pieces that read in grey, and names that are text."""

import pytest

from engine.reporting.charts import PALETTES
from engine.reporting.layer_charts import FILLINGS, Piece, layers

PALETTE = PALETTES["light"]
SHARES = {"data": 0.1, "assumption": 0.5, "noise": 0.05, "model": 0.3, "rest": 0.05}


def pieces(**other: float) -> list[Piece]:
    shares = SHARES | other
    return [
        Piece(source=source, name=f"{source} {share:.0%}", share=share, hover=source)
        for source, share in shares.items()
    ]


def test_pieces_stack_in_order_and_fill_the_bar():
    figure = layers(pieces(), PALETTE.sales, PALETTE)
    assert [trace.x[0] for trace in figure.data] == list(SHARES.values())
    assert figure.layout.barmode == "stack"
    assert 1.0 <= figure.layout.xaxis.range[1] < 1.02


def test_no_two_pieces_look_alike_without_colour():
    assert len(set(FILLINGS.values())) == len(FILLINGS)
    patterns = [shape for _, shape in FILLINGS.values()]
    assert len(set(patterns)) == len(patterns)


def test_a_rest_below_zero_has_no_piece_and_the_others_still_fit():
    figure = layers(pieces(rest=-0.1, model=0.45), PALETTE.sales, PALETTE)
    assert len(figure.data) == 4
    assert figure.layout.xaxis.range[1] >= 1.1


@pytest.mark.parametrize("scheme", PALETTES)
def test_each_piece_has_its_name_in_the_legend_as_text(scheme):
    palette = PALETTES[scheme]
    loud = [Piece(source="data", name="<b>1</b>", share=1.0, hover="<i>x</i>")]
    trace = layers(loud, palette.ads, palette).data[0]
    assert trace.showlegend
    assert trace.name == "&lt;b&gt;1&lt;/b&gt;"
    assert "<i>" not in trace.hovertemplate
