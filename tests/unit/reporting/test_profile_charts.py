"""Weights as bars: the sign is on paper too, and names of the log are no HTML."""

import pytest

from engine.reporting.figures import PALETTES
from engine.reporting.profile_charts import SignedBars, signed_bars

NAMES, VALUES = ["liked", "<b>away</b>"], [0.6, -0.3]


def drawn(earlier=None):
    bars = SignedBars(
        names=NAMES, values=VALUES, beside=["0.60", "−0.30"], hover=NAMES, earlier=earlier
    )
    return signed_bars(bars, PALETTES["light"])


def test_a_negative_weight_is_hatched_and_lies_left_of_zero():
    bar = drawn().data[0]

    assert list(bar.x) == VALUES
    assert list(bar.marker.pattern.shape) == ["", "/"]
    assert bar.marker.color[0] != bar.marker.color[1]


def test_the_axis_holds_all_bars_with_room_for_the_numbers():
    low, high = drawn([0.9, -0.1]).layout.xaxis.range

    assert low < -0.3 and high > 0.9


def test_names_are_text():
    assert "&lt;b&gt;" in drawn().layout.yaxis.ticktext[1]
    assert "<b>" not in str(drawn().to_json())


@pytest.mark.parametrize(("earlier", "traces"), [(None, 1), ([0.5, 0.0], 2)])
def test_what_was_before_is_an_open_mark(earlier, traces):
    figure = drawn(earlier)

    assert len(figure.data) == traces
    if earlier:
        assert list(figure.data[1].x) == earlier
        assert "open" in figure.data[1].marker.symbol
