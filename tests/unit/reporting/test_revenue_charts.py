"""Pictures of one business model: what no log has seen, amounts that can be read."""

import pytest

from engine.reporting.figures import PALETTES
from engine.reporting.revenue_charts import LeverAxis, Response, bridge, matrix, response, slots

LIGHT = PALETTES["light"]


def drawn(tested):
    line = Response(name="ads", subject="ads", low=[0.0, 1e4], middle=[1e4, 2e4], high=[2e4, 3e4])
    axis = LeverAxis(title="Ads", values=(0.0, 4.0), today=1.0, tested=tested, beyond="untested")
    return response([line], axis, LIGHT, "€").layout


@pytest.mark.parametrize(
    ("tested", "grey"),
    [
        ((0.0, 4.0), []),
        ((0.0, 2.0), [(2.0, 4.0)]),
        ((1.0, 3.0), [(0.0, 1.0), (3.0, 4.0)]),
        (None, [(0.0, 4.0)]),
    ],
)
def test_what_the_log_has_not_seen_is_grey(tested, grey):
    layout = drawn(tested)
    areas = [(shape.x0, shape.x1) for shape in layout.shapes if shape.type == "rect"]

    assert areas == grey
    assert [note.text for note in layout.annotations] == (["untested"] if grey else [])


def test_todays_value_is_marked():
    (line,) = (shape for shape in drawn((0.0, 4.0)).shapes if shape.type == "line")

    assert line.x0 == line.x1 == 1.0
    assert line.line.dash == "dot"


@pytest.mark.parametrize("scheme", PALETTES)
def test_amounts_of_a_matrix_stand_in_the_ink_of_the_page(scheme):
    palette = PALETTES[scheme]
    (cells,) = matrix(["a & b"], ["Sales to free users"], [[-12_345.0]], palette, "€").data

    assert cells.textfont.color == palette.total
    assert cells.text[0][0] == "−€123"
    assert cells.z[0][0] == 12_345.0
    assert cells.y[0] == "a &amp; b"


def test_steps_show_their_sign_and_totals_none():
    names, amounts = ["start", "lost", "end"], [10_000.0, -4_000.0, 6_000.0]
    (bars,) = bridge(names, amounts, [True, False, True], LIGHT.sales, LIGHT, "€").data

    assert list(bars.text) == ["€100", "−€40", "€60"]


def test_a_slot_is_as_high_as_it_is_looked_at_whoever_fills_it():
    items, ads = slots([1.0, 0.5], [0.0, 0.4], ("item", "ad"), LIGHT).data

    assert [a + b for a, b in zip(items.y, ads.y, strict=True)] == [1.0, 0.5]
    assert items.marker.pattern.shape != ads.marker.pattern.shape
