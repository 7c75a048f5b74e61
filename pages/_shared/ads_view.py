"""The Advertising page's numbers and pictures."""

import pandas as pd
import streamlit as st

from engine.reporting import charts, money, revenue_charts
from engine.reporting.revenue_charts import LeverAxis, Response
from engine.reporting.tables import Column, Table
from engine.simulation.scenario import Scenario
from engine.workbench import advertising
from engine.workbench.advertising import SLOTS, AdCurve, AdEffect
from engine.workbench.answers import Money, Simulation
from engine.workbench.pictures import Band
from engine.workbench.pricing import PricingInputs, Quote
from pages._shared import money_cache, money_view, numbers, revenue_view, tables
from pages._shared.text import amount, count, t


def of_events(
    run: tuple[str, str], quoted: Quote, inputs: PricingInputs, scenario: Scenario
) -> None:
    """Say what ads in these lists earn and cost, where a log says what was shown."""
    found, said = quoted.simulation, tables.origin(run[1], scenario)
    if quoted.outcomes is None or not isinstance(found.ads, Money):
        return
    outcome = quoted.outcomes[0]
    neutral = advertising.without_price(scenario)
    # the numbers need one simulation, the curve six: numbers first
    none = money_cache.ad_responses(*run, neutral, advertising.NONE)
    effect = advertising.ad_effect(none, outcome)
    title(found, effect)
    figures(found, inputs, scenario, effect)
    revenue_view.certainty(found, found.ads)
    responses = money_cache.ad_responses(*run, neutral, advertising.ALL)
    curve(found, inputs, scenario, advertising.ad_curve(responses, outcome, scenario), said)
    left, right = st.columns(2)
    with left:
        places(inputs, quoted, scenario, said)
    with right:
        revenue_view.months(quoted, "ads", said)


def of_orders(found: Simulation) -> None:
    """Say what better lists bring in ads on the pages that people open more."""
    title(found)
    if isinstance(found.ads, Money):
        cents = money_view.per_month(found, found.ads.p50)
        numbers.money(t("advertising.revenue"), cents, number="ads", **numbers.asked(found))
        revenue_view.certainty(found, found.ads)


def title(found: Simulation, effect: AdEffect | None = None) -> None:
    """The finding: what ads earn a month, and what they cost where a log can tell."""
    if not isinstance(found.ads, Money):
        return
    earned = amount(money_view.per_month(found, found.ads.p50), found.currency)
    if effect is None:
        st.title(t("advertising.title_gain", amount=earned))
    elif not effect.revenue.p50:
        st.title(t("advertising.title_none"))
    elif effect.net.p50 < 0:
        cost = amount(-money_view.per_month(found, effect.elsewhere.p50), found.currency)
        st.title(t("advertising.title_cost", amount=earned, cost=cost))
    else:
        left = amount(money_view.per_month(found, effect.net.p50), found.currency)
        st.title(t("advertising.title_left", amount=earned, left=left))


def figures(found: Simulation, inputs: PricingInputs, scenario: Scenario, effect: AdEffect) -> None:
    """Ad money, and what ads do to the other two models."""
    args = {"found": found, "inputs": inputs, "scenario": scenario}
    revenue, displaced, members, net = st.columns(4)
    with revenue:
        cents = money_view.per_month(found, effect.revenue.p50)
        numbers.money(t("advertising.revenue"), cents, number="ads", **args)
    with displaced:
        cents = money_view.per_month(found, effect.sales.p50)
        numbers.money(t("advertising.displaced"), cents, number="sales_displaced", **args)
    with members:
        shown = _with_sign(effect.members.p50)
        numbers.count(t("advertising.members"), shown, number="members_from_ads", **args)
    with net:
        cents = money_view.per_month(found, effect.net.p50)
        numbers.money(t("advertising.net"), cents, number="ads_net", **args)


def curve(
    found: Simulation,
    inputs: PricingInputs,
    scenario: Scenario,
    drawn: AdCurve,
    said: dict[str, str],
) -> None:
    """Money by number of ads, and what is left of it."""
    st.header(t("advertising.curve"))
    lines = [
        _response(found, name, subject, bands)
        for name, subject, bands in (
            ("revenue", "ads", drawn.revenue),
            ("net", "total", drawn.net),
        )
    ]
    axis = LeverAxis(
        title=t("advertising.slots"),
        values=drawn.slots,
        today=scenario.ads.ad_slots or 0.0,
        tested=inputs.tested.get(SLOTS),
        beyond=t("revenue.beyond"),
    )
    symbol = money.symbol(found.currency)
    figure = revenue_charts.response(lines, axis, money_view.palette(), symbol)
    alt = t("advertising.curve_alt", most=f"{_best(drawn):g}")
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="ad_curve")
    tables.behind(_curve_table(found, drawn), said, key="ads_by_slots")


def places(inputs: PricingInputs, quoted: Quote, scenario: Scenario, said: dict[str, str]) -> None:
    """How often each slot is looked at, and where ads stand."""
    if quoted.outcomes is None:
        return
    st.header(t("advertising.places"))
    frame = advertising.positions(inputs, quoted.outcomes[0], scenario)
    names = t("advertising.item"), t("advertising.ad")
    figure = revenue_charts.slots(
        frame["looked_at"].tolist(), frame["is_ad"].tolist(), names, money_view.palette()
    )
    alt = t("advertising.places_alt")
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="ad_places")
    units = {"slot": "count", "ads": "money", "sales": "money"}
    columns = [
        Column(name=name, label=t(f"advertising.column_{name}"), unit=units.get(name, "share"))
        for name in frame
    ]
    table = Table(frame=frame, columns=columns, currency=quoted.simulation.currency)
    tables.behind(table, said, key="ads_by_place", note=t("advertising.places_note"))


def _with_sign(number: float) -> str:
    return f"+{count(number)}" if round(number) > 0 else count(number)


def _response(found: Simulation, name: str, subject: str, bands: tuple[Band, ...]) -> Response:
    low, middle, high = (
        [money_view.per_month(found, getattr(band, level)) for band in bands]
        for level in ("p10", "p50", "p90")
    )
    label = t(f"advertising.{name}")
    return Response(name=label, subject=subject, low=low, middle=middle, high=high)


def _best(drawn: AdCurve) -> float:
    """Return the number of ads at which most is left."""
    return max(zip(drawn.slots, drawn.net, strict=True), key=lambda pair: pair[1].p50)[0]


def _curve_table(found: Simulation, drawn: AdCurve) -> Table:
    frame = pd.DataFrame({"slots": drawn.slots})
    columns = [Column(name="slots", label=t("advertising.slots"), unit="ratio")]
    for name, bands in (("revenue", drawn.revenue), ("net", drawn.net)):
        for level in ("p10", "p50", "p90"):
            amounts = [money_view.per_month(found, getattr(band, level)) for band in bands]
            frame[f"{name}_{level}"] = amounts
            label = f"{t(f'advertising.{name}')} {level.upper()}"
            columns.append(Column(name=f"{name}_{level}", label=label, unit="money"))
    return Table(frame=frame, columns=columns, currency=found.currency)
