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


def luminance(colour: str) -> float:
    """Relative luminance of ``#RRGGBB`` (WCAG 2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    bright, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


BACKGROUNDS = {"light": "#FFFFFF", "dark": "#14171F"}


@pytest.mark.parametrize("scheme", PALETTES)
@pytest.mark.parametrize("subject", ["ads", "membership", "sales", "total", "baseline"])
def test_a_colour_stands_out_from_the_page(scheme, subject):
    assert contrast(PALETTES[scheme].of(subject), BACKGROUNDS[scheme]) >= 3


@pytest.mark.parametrize("scheme", PALETTES)
def test_stacked_subjects_can_be_told_apart_in_grey(scheme):
    palette = PALETTES[scheme]
    names = ("ads", "membership", "sales")
    bars = stacked_months({n: [100.0] for n in names}, {n: n for n in names}, palette, "€").data
    for row, first in enumerate(bars):
        for second in bars[row + 1 :]:
            same_grey = contrast(first.marker.color, second.marker.color) < 1.6
            assert not same_grey or first.marker.pattern.shape != second.marker.pattern.shape
