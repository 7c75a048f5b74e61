"""The funnel: bars in order, words that are text, a scale that starts at zero."""

from engine.reporting.charts import PALETTES
from engine.reporting.sales_charts import FunnelStep, funnel

PALETTE = PALETTES["light"]


def drawn(*counts: float, name: str = "step"):
    steps = [
        FunnelStep(name=f"{name} {row}", count=count, note=f"{count:g} <i>")
        for row, count in enumerate(counts)
    ]
    return funnel(steps, PALETTE.sales, PALETTE)


def test_bars_stand_in_the_order_of_the_steps_from_zero_on():
    figure = drawn(400.0, 30.0, 2.0)

    assert list(figure.data[0].x) == [400.0, 30.0, 2.0]
    assert figure.layout.xaxis.range[0] == 0
    assert figure.layout.xaxis.range[1] > 400
    assert figure.layout.yaxis.autorange == "reversed"


def test_the_last_bar_is_full_and_the_first_is_grey():
    colours = drawn(400.0, 30.0, 2.0).data[0].marker.color

    assert (colours[0], colours[-1]) == (PALETTE.baseline, PALETTE.sales)
    assert len(colours) == 3


def test_words_are_text_never_markup():
    bars = drawn(4.0, 2.0, name="<b>bold</b>").data[0]

    assert "&lt;b&gt;" in bars.y[0] and "<b>" not in "".join(bars.y)
    assert "&lt;i&gt;" in bars.text[0] and "<i>" not in "".join(bars.text)


def test_a_funnel_of_nothing_can_be_drawn():
    assert drawn(0.0, 0.0).layout.xaxis.range[1] > 0
