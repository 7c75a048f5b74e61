"""Pictures of behaviour: what is drawn, where axes end, and that data cannot be markup."""

from itertools import pairwise

import numpy as np
import pytest

from engine.reporting import behaviour_charts as charts
from engine.reporting.figures import PALETTES

LIGHT = PALETTES["light"]
EVIL = "<a href='http://x'>tea</a> & <b>"


def bars(**changes):
    drawn = {"names": ["a", "b"], "values": [4.0, 2.0], "beside": ["4", "2"], "hover": ["", ""]}
    return charts.bars(charts.Bars(**drawn | changes), LIGHT)


def test_bars_begin_at_zero_and_leave_room_for_their_words():
    figure = bars()
    low, high = figure.layout.xaxis.range
    assert low == 0 and high > 4
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1], "the first is on top"


def test_bars_of_one_length_or_none_are_drawn():
    assert bars(values=[0.0, 0.0]).layout.xaxis.range[1] > 0
    assert len(bars(names=[], values=[], beside=[], hover=[]).data[0].x) == 0


def test_only_what_the_heading_speaks_of_has_the_full_colour():
    colours = bars(subject="sales", strong=[False, True]).data[0].marker.color
    assert colours[1] == LIGHT.sales and colours[0] != LIGHT.sales


LINES = [charts.DayLine(name=EVIL, values=[1.0, 2.0])]
CELLS = {"rows": [EVIL], "columns": [EVIL], "hover": [[EVIL]], "title": EVIL}


@pytest.mark.parametrize("figure", [
    bars(names=[EVIL, "b"], beside=[EVIL, ""], hover=[EVIL, ""]),
    charts.columns([EVIL], [1.0], [EVIL], LIGHT, EVIL),
    charts.day_lines(["2026-03-01", "2026-03-02"], LINES, LIGHT),
    charts.small_lines(["2026-03-01", "2026-03-02"], LINES, LIGHT),
    charts.heat_map(charts.Heat(shares=np.ones((1, 1)), **CELLS), LIGHT),
])  # fmt: skip
def test_names_of_the_log_are_text_and_not_markup(figure):
    assert "<a " not in figure.to_json().encode().decode("unicode_escape")


def heat(shares):
    rows, columns = shares.shape
    drawn = charts.Heat(
        rows=["r"] * rows,
        columns=["c"] * columns,
        shares=shares,
        hover=[["h"] * columns] * rows,
        title="t",
    )
    return charts.heat_map(drawn, LIGHT).data[0]


def test_cells_say_percent_and_unknown_ones_stay_empty():
    trace = heat(np.array([[0.5, 0.0], [0.25, np.nan]]))
    assert [list(row) for row in trace.text] == [["50", "0"], ["25", ""]]
    assert trace.z[1][1] is None and trace.z[0][1] == 0.0


def test_the_strongest_cell_has_the_strongest_colour():
    assert heat(np.array([[0.5, 0.1]])).zmax == 0.5
    assert heat(np.array([[np.nan]])).zmax > 0


def test_a_line_needs_two_known_days():
    days = ["2026-03-01", "2026-03-02"]
    lines = [
        charts.DayLine(name="month", values=[np.nan, np.nan]),
        charts.DayLine(name="week", values=[np.nan, 7.0]),
        charts.DayLine(name="day", values=[3.0, 4.0]),
    ]
    figure = charts.day_lines(days, lines, LIGHT)
    assert [(trace.name, trace.line.dash) for trace in figure.data] == [("day", "dot")]
    assert figure.layout.yaxis.range[0] == 0


@pytest.mark.parametrize(("last", "ticks"), [("2026-12-31", "%m-%d"), ("2027-01-01", "%Y-%m")])
def test_days_of_one_year_carry_no_year(last, ticks):
    lines = [charts.DayLine(name="day", values=[3.0, 4.0])]
    assert charts.day_lines(["2026-03-01", last], lines, LIGHT).layout.xaxis.tickformat == ticks


def test_small_lines_share_days_and_do_not_overlap():
    lines = [charts.DayLine(name=name, values=[1.0, 2.0]) for name in "abc"]
    layout = charts.small_lines(["2026-03-01", "2026-03-02"], lines, LIGHT).layout
    domains = [layout.yaxis.domain, layout.yaxis2.domain, layout.yaxis3.domain]
    assert all(upper[0] > lower[1] for upper, lower in pairwise(domains))
    assert domains[-1][0] == pytest.approx(0, abs=1e-9)


def test_a_long_query_is_cut():
    label = bars(names=["word " * 40, "x" * 300]).layout.yaxis.ticktext
    assert all(len(text) < 80 for text in label)
