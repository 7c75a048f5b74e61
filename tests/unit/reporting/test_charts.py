"""Pictures: axes that stay, and names that are text."""

import pytest

from engine.reporting.charts import PALETTES, Line, months_with_band, stacked_months, strip, tornado

PALETTE = PALETTES["light"]


def line(top: float) -> Line:
    return Line(name="lists", middle=[top / 2, top], low=[0.0, top / 4], high=[top, top])


def axis(top: float) -> tuple[float, ...]:
    return tuple(months_with_band([line(top)], PALETTE, "€").layout.yaxis.range)


def test_a_money_axis_starts_at_zero_and_has_room():
    low, high = axis(100_000.0)
    assert low == 0
    assert high > 1_000


def test_a_small_move_leaves_the_axis_where_it_was():
    assert axis(100_000.0) == axis(103_000.0)
    assert axis(100_000.0) != axis(400_000.0)


def test_a_loss_is_not_cut_off():
    figure = stacked_months({"ads": [-50_000.0, 10_000.0]}, {"ads": "Ads"}, PALETTE, "€")
    assert figure.layout.yaxis.range[0] < -500


@pytest.mark.parametrize("name", ["<b>bold</b>", "a & b"])
def test_names_are_text_never_markup(name):
    figure = tornado([name], [(1.0, 2.0)], 1.5, "#000", "€")
    drawn = figure.to_json()
    assert "<b>" not in drawn
    assert "&amp;" in drawn or "&lt;" in drawn


def test_a_strip_shows_its_ends_and_its_middle():
    _, interval, dot = strip(1_000.0, 2_000.0, 4_000.0, 8_000.0, "#000").data
    assert list(interval.x) == [10.0, 40.0]
    assert list(dot.x) == [20.0]
