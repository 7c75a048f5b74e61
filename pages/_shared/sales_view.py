"""The Product sales page's numbers and pictures."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from engine.reporting import charts, money, revenue_charts, sales_charts
from engine.reporting.revenue_charts import LeverAxis, Response
from engine.reporting.sales_charts import FunnelStep
from engine.reporting.tables import Column, Table, Unit
from engine.simulation.run import Outcome
from engine.simulation.scenario import Scenario
from engine.workbench import item_prices, item_values, selling
from engine.workbench.answers import Money, Simulation
from engine.workbench.item_prices import PRICE, PriceCurve
from engine.workbench.pricing import PricingInputs, Quote
from engine.workbench.selling import Basis, Step
from pages._shared import (
    money_cache,
    money_view,
    numbers,
    range_view,
    revenue_view,
    tables,
    widgets,
)
from pages._shared.text import amount, change, count, escaped, percent, t

Run = tuple[str, str]
"""Database and run."""

DASHES = {"total": "dash"}
"""Lines are told apart without their colour."""

HUNDRED = 100 * charts.CENTS
"""The amount that a share is told of [cents]."""

ITEM_UNITS: Mapping[str, Unit] = {
    "users": "count", "orders": "number", "attributed": "money", "extra": "money",
    "extra_low": "money", "extra_high": "money",
}  # fmt: skip
"""What the columns of items hold; others are text."""


def of_events(run: Run, quoted: Quote, inputs: PricingInputs, scenario: Scenario) -> None:
    """Say what the lists sell, where a log says what was shown."""
    found, said = quoted.simulation, tables.origin(run[1], scenario)
    if quoted.outcomes is None or not isinstance(found.sales, Money):
        return
    outcome, booked = quoted.outcomes[0], selling.basis(inputs.valuation, scenario)
    title(found, found.sales, booked)
    figures(outcome, booked, found, inputs, scenario)
    revenue_view.certainty(found, found.sales)
    may_lose(found)
    funnel(outcome, inputs, scenario, said)
    bridge(outcome, booked, found, said)
    left, right = st.columns(2)
    with left:
        curve(run, outcome, found, inputs, scenario)
    with right:
        revenue_view.months(quoted, "sales", said)
    items(run, quoted, inputs, scenario)


def of_orders(run: Run, quoted: Quote, inputs: PricingInputs, scenario: Scenario) -> None:
    """Say what the lists may sell, where a log says only who bought or looked."""
    found = selling.of_sales_alone(quoted.simulation)
    range_view.headline(found)
    range_view.parts(found)
    range_view.chain(found)
    money_view.break_even(found)
    if not isinstance(found.sales, Money):
        widgets.link("pages/start/data.py", label=t("mix.go_data"), icon=":material/upload_file:")
    items(run, quoted, inputs, scenario)


def of_counts(run: Run, quoted: Quote, inputs: PricingInputs, scenario: Scenario) -> None:
    """Show what a log without a price still counts: steps from a list, and items in lists."""
    steps = selling.counted_funnel(inputs.valuation)
    if steps:
        st.header(t("sales.counted"))
        shown, clicked = (count(step.mean) for step in steps)
        _funnel(steps, t("sales.counted_alt", shown=shown, clicked=clicked))
        days = f"{inputs.valuation.books.days:.0f}"
        widgets.note(t("sales.counted_note", days=days))
    items(run, quoted, inputs, scenario)


def title(found: Simulation, sold: Money, booked: Basis) -> None:
    """The finding: what passes through the lists a month, and what of it is extra."""
    through, extra = (money_view.per_month(found, cents) for cents in (sold.attributed, sold.p50))
    key = f"title_{booked}" if through > 0 else "title_lost" if through < 0 else "title_nothing"
    facts = {
        name: amount(abs(cents), found.currency)
        for name, cents in (("through", through), ("extra", extra))
    }
    st.title(t(f"sales.{key}", **facts))


def figures(
    outcome: Outcome, booked: Basis, found: Simulation, inputs: PricingInputs, scenario: Scenario
) -> None:
    """Extra money, orders, what is kept of a sale, and the gain over popular lists."""
    asked = {"found": found, "inputs": inputs, "scenario": scenario}
    extra, orders, kept, gain = st.columns(4)
    with extra:
        _extra(asked)
    with orders:
        many = count(selling.orders_a_month(outcome).p50)
        numbers.count(t("sales.orders"), many, number="orders", **asked)
    with kept:
        share = _of_hundred(selling.kept_share(outcome).p50, found)
        hint = t(f"sales.kept_{booked}_help")
        numbers.count(t(f"sales.kept_{booked}"), share, number="kept_share", hint=hint, **asked)
    with gain:
        _gain(asked)


def may_lose(found: Simulation) -> None:
    """Warn when the lists may sell less than popular items."""
    gain = found.uplift.by_model["sales"]
    if isinstance(gain, Money) and gain.p10 < 0 < gain.p90:
        st.info(t("sales.may_lose", **_ends(found, gain)), icon=":material/info:")


def funnel(
    outcome: Outcome, inputs: PricingInputs, scenario: Scenario, said: dict[str, str]
) -> None:
    """What becomes of the items that lists show."""
    st.header(t("sales.funnel"))
    steps = selling.funnel(inputs, outcome, scenario)
    means = {step.name: count(step.mean) for step in steps}
    _funnel(steps, t("sales.funnel_alt", **means))
    note = t("sales.funnel_note", lists=count(selling.lists_a_month(inputs, outcome)))
    _behind("funnel", _steps_table(steps), said, note)


def bridge(outcome: Outcome, booked: Basis, found: Simulation, said: dict[str, str]) -> None:
    """From the value of orders to what is extra, step by step."""
    st.header(t("sales.bridge"))
    frame = selling.bridge_table(selling.bridge(outcome), booked)
    names = [t(f"sales.part_{name}") for name in frame["part"]]
    palette, symbol = money_view.palette(), money.symbol(found.currency)
    cents, totals = frame["cents"].tolist(), frame["is_total"].tolist()
    figure = revenue_charts.bridge(names, cents, totals, palette.sales, palette, symbol)
    ends = {"gross": amount(cents[0], found.currency), "extra": amount(cents[-1], found.currency)}
    alt = t("sales.bridge_alt", **ends)
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="sales_bridge")
    if booked == "net":
        widgets.note(t("sales.bridge_no_costs"))
    columns = _columns({"part": "text", "cents": "money"})
    table = Table(frame=frame.assign(part=names), columns=columns, currency=found.currency)
    _behind("bridge", table, said, t("sales.bridge_note"))


def curve(
    run: Run, outcome: Outcome, found: Simulation, inputs: PricingInputs, scenario: Scenario
) -> None:
    """Extra money by item prices, and what a tenth less or more would change."""
    st.header(t("sales.curve"))
    responses = money_cache.orders_by_price(*run, item_prices.without_price(scenario))
    drawn = item_prices.price_curve(inputs, responses, outcome, scenario)
    axis = LeverAxis(
        title=t("sales.price"),
        values=drawn.ratios,
        today=scenario.sales.price_ratio,
        tested=inputs.tested.get(PRICE),
        beyond=t("sales.untested"),
    )
    lines = [_response(found, name, drawn) for name in ("sales", "total")]
    symbol = money.symbol(found.currency)
    figure = revenue_charts.response(lines, axis, money_view.palette(), symbol)
    alt = t("sales.curve_alt", best=f"{drawn.best:g}")
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="sales_curve")
    widgets.note(t("sales.curve_change", **_changes(found, drawn)))
    _behind("curve", _curve_table(found, drawn), tables.origin(run[1], scenario))


def items(run: Run, quoted: Quote, inputs: PricingInputs, scenario: Scenario) -> None:
    """The items that earn or lose most through the lists; without prices, those in most lists."""
    top = item_values.top_items(money_cache.listed_items(*run), inputs, quoted, scenario)
    st.header(t(f"sales.{top.kind}"))
    units = {name: ITEM_UNITS.get(name, "text") for name in top.frame}
    currency = quoted.simulation.currency
    table = Table(frame=top.frame, columns=_columns(units), currency=currency)
    tables.show(table, alt=t(f"sales.{top.kind}"))
    widgets.note(t("sales.items_shown", shown=count(len(top.frame)), all=count(top.n_items)))
    if top.share is not None:
        widgets.note(t("sales.items_note", share=percent(top.share)))
    tables.download(table, tables.origin(run[1], scenario), key="sales_items")


def _extra(asked: dict[str, Any]) -> None:
    found = asked["found"]
    through = amount(money_view.per_month(found, found.sales.attributed), found.currency)
    numbers.money(
        t("sales.extra"),
        money_view.per_month(found, found.sales.p50),
        number="sales",
        delta=t("sales.through", amount=through),
        **asked,
    )


def _gain(asked: dict[str, Any]) -> None:
    found: Simulation = asked["found"]
    gain = found.uplift.by_model["sales"]
    if isinstance(gain, Money):
        middle = change(money_view.per_month(found, gain.p50), found.currency)
        hint = t("sales.gain_help", **_ends(found, gain))
        numbers.count(t("sales.gain"), middle, number="sales_gain", hint=hint, **asked)


def _ends(found: Simulation, gain: Money) -> dict[str, str]:
    """Return the interval of a difference, a month."""
    return {
        name: escaped(change(money_view.per_month(found, cents), found.currency))
        for name, cents in (("low", gain.p10), ("high", gain.p90))
    }


def _of_hundred(share: float, found: Simulation) -> str:
    """Return what is left of an amount of one hundred."""
    return money_view.shown(share * HUNDRED, found.currency)


def _funnel(steps: Sequence[Step], alt: str) -> None:
    drawn = [
        FunnelStep(name=t(f"sales.step_{step.name}"), count=step.mean, note=_note(step))
        for step in steps
    ]
    palette = money_view.palette()
    figure = sales_charts.funnel(drawn, palette.sales, palette)
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="sales_funnel_bars")


def _note(step: Step) -> str:
    many = count(step.mean)
    if step.share is None:
        return many
    return t("sales.of_before", count=many, share=percent(step.share))


def _steps_table(steps: Sequence[Step]) -> Table:
    frame = selling.steps_table(steps)
    names = frame["step"].map(lambda name: t(f"sales.step_{name}"))
    units = {"step": "text", "mean": "count", "p10": "count", "p90": "count", "share": "share"}
    return Table(frame=frame.assign(step=names), columns=_columns(units))


def _response(found: Simulation, name: str, drawn: PriceCurve) -> Response:
    low, middle, high = (
        [money_view.per_month(found, getattr(band, level)) for band in getattr(drawn, name)]
        for level in ("p10", "p50", "p90")
    )
    return Response(
        name=t(f"sales.extra_{name}"),
        subject=name,
        low=low,
        middle=middle,
        high=high,
        dash=DASHES.get(name, "solid"),
    )


def _changes(found: Simulation, drawn: PriceCurve) -> dict[str, str]:
    """Return what other prices change a month, each with its interval."""
    return {
        f"{name}{ending}": escaped(change(money_view.per_month(found, cents), found.currency))
        for name, band in (("cheaper", drawn.cheaper), ("dearer", drawn.dearer))
        for ending, cents in (("", band.p50), ("_low", band.p10), ("_high", band.p90))
    }


def _curve_table(found: Simulation, drawn: PriceCurve) -> Table:
    frame = item_prices.curve_table(drawn, found.horizon_months)
    units = {name: "money" for name in frame} | {"price": "ratio"}
    return Table(frame=frame, columns=_columns(units), currency=found.currency)


def _behind(picture: str, table: Table, said: Mapping[str, str], note: str = "") -> None:
    """Fold a table away under the name of its picture: two open ones need two names."""
    title = t("sales.table", name=t(f"sales.{picture}"))
    tables.behind(table, said, key=f"sales_{picture}", title=title, note=note)


def _columns(units: Mapping[str, Unit]) -> list[Column]:
    return [
        Column(name=name, label=t(f"sales.column_{name}"), unit=unit)
        for name, unit in units.items()
    ]
