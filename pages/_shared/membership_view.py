"""The Membership page's numbers and pictures."""

import pandas as pd
import streamlit as st

from engine.reporting import charts, membership_charts, money, revenue_charts
from engine.reporting.membership_charts import Curve, Dots
from engine.reporting.revenue_charts import LeverAxis, Response
from engine.reporting.tables import Column, Table
from engine.simulation.scenario import Scenario
from engine.workbench import membership
from engine.workbench.answers import Money, Simulation
from engine.workbench.checking import Stamp
from engine.workbench.membership import PRICE, Members, PriceCurve
from engine.workbench.pictures import Band
from engine.workbench.pricing import PricingInputs, Quote
from engine.workbench.survival import YEAR
from pages._shared import (
    controls,
    levers,
    membership_tables,
    money_cache,
    money_view,
    numbers,
    revenue_view,
    tables,
    toolbar,
    widgets,
)
from pages._shared.membership_tables import LEVELS
from pages._shared.text import amount, change, count, percent, t

Run = tuple[str, str]
"""Database and run, the key of every cache."""

TO_PAY = (PRICE, "economics.cost_cents_per_month")
"""What a log without members needs to be told."""


def sliders(inputs: PricingInputs) -> None:
    """Sliders of the page; a log without members has only a price and a cost to say."""
    if membership.has_members(inputs):
        controls.draw("membership", inputs)
        return
    given = inputs.default_scenario, inputs.known
    above = st.container()
    with st.container(border=True):
        st.markdown(f"**{t('levers.offer')}**")
        levers.sliders(TO_PAY, *given, inputs.valuation.currency)
    with above:  # stands first, and says what the sliders say
        toolbar.draw(*given)


def is_withheld(facts: Stamp, run: Run, found: Simulation, inputs: PricingInputs) -> bool:
    """Say why members have no number, if so; a log may well have members without one."""
    if isinstance(found.membership, Money):
        return False
    if money_cache.renewals(run[0], facts.data_version) is None:
        return revenue_view.is_withheld("membership", found, "membership")
    st.title(t("membership.title"))
    why = "membership.no_price" if membership.has_members(inputs) else "membership.not_shown"
    st.info(t(why), icon=":material/info:")
    return True


def of_members(
    facts: Stamp, run: Run, quoted: Quote, inputs: PricingInputs, scenario: Scenario
) -> None:
    """Say what members bring, what another price would do, and how long they stay."""
    found, said = quoted.simulation, tables.origin(run[1], scenario)
    if quoted.outcomes is None or not isinstance(found.membership, Money):
        return
    outcome, base = quoted.outcomes
    people = membership.members(inputs, outcome, base)
    title(found, found.membership)
    figures(found, people, inputs, scenario)
    revenue_view.certainty(found, found.membership)
    kept(people)
    steps(inputs, quoted, scenario, said)
    left, right = st.columns(2)
    with left:
        survival(facts, run, scenario, said)
    with right:
        responses = money_cache.price_responses(*run, membership.without_price(scenario))
        curve = membership.price_curve(responses, outcome, scenario)
        prices(found, inputs, scenario, curve, said)
    revenue_view.months(quoted, "membership", said)


def title(found: Simulation, answer: Money) -> None:
    """The finding: what members bring a month, and how much of it is due to the lists."""
    whole = money_view.per_month(found, answer.attributed)
    extra = money_view.per_month(found, answer.p50)
    facts = {
        "whole": amount(whole, found.currency),
        "extra": amount(abs(extra), found.currency),
    }
    if not round(whole):
        st.title(t("membership.title_free"))
    elif round(extra) > 0:
        st.title(t("membership.title_gain", **facts))
    elif round(extra) < 0:
        st.title(t("membership.title_loss", **facts))
    else:
        st.title(t("membership.title_none", whole=facts["whole"]))


def figures(found: Simulation, people: Members, inputs: PricingInputs, scenario: Scenario) -> None:
    """Four numbers: extra fees, members, new members, churn."""
    of = {"found": found, "inputs": inputs, "scenario": scenario}
    fees, *others = st.columns(4)
    answer, gain = found.membership, found.uplift.by_model["membership"]
    if isinstance(answer, Money) and isinstance(gain, Money):
        beyond = change(money_view.per_month(found, gain.p50), found.currency)
        with fees:
            numbers.money(
                t("membership.revenue"),
                money_view.per_month(found, answer.p50),
                number="membership",
                delta=t("overview.delta", amount=beyond),
                **of,
            )
    source = t("membership.churn_assumed" if people.is_assumed else "membership.churn_log")
    shown = {
        "members": (count(people.end.p50), t("membership.today", members=count(people.today.p50))),
        "new_members": (
            count(people.joining.p50),
            t("membership.leaving", members=count(people.leaving.p50)),
        ),
        "churn": (percent(people.churn.p50), source),
    }
    for place, (number, (value, beside)) in zip(others, shown.items(), strict=True):
        with place:
            numbers.count(t(f"membership.{number}"), value, number=number, delta=beside, **of)


def kept(people: Members) -> None:
    """Whether better lists keep members."""
    facts = {level: count(getattr(people.kept, level)) for level in LEVELS}
    more = round(people.kept.p50) > 0
    st.markdown(t("membership.kept" if more else "membership.kept_none", **facts))


def steps(inputs: PricingInputs, quoted: Quote, scenario: Scenario, said: dict[str, str]) -> None:
    """From what today's members pay to what those of the last month pay."""
    found, bridge = quoted.simulation, membership.bridge(inputs, quoted, scenario)
    if bridge is None:
        return
    st.header(t("membership.bridge"))
    amounts = {
        name: cents
        for name in ("start", "price", "joined", "left", "end")
        if (cents := getattr(bridge, name)) or name != "price"
    }
    is_total = [name in {"start", "end"} for name in amounts]
    names = [t(f"membership.bridge_{name}") for name in amounts]
    symbol = money.symbol(found.currency)
    palette = money_view.palette()
    figure = revenue_charts.bridge(
        names, list(amounts.values()), is_total, palette.membership, palette, symbol
    )
    ends = {name: amount(amounts[name], found.currency) for name in ("start", "end")}
    alt = t("membership.bridge_alt", **ends)
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="fees_bridge")
    frame = pd.DataFrame({"step": names, "fees": list(amounts.values())})
    columns = [
        Column(name="step", label=t("membership.step")),
        Column(name="fees", label=t("membership.fees_a_month"), unit="money"),
    ]
    table = Table(frame=frame, columns=columns, currency=found.currency)
    note = t("membership.bridge_note", months=count(found.horizon_months))
    title = t("membership.table_steps")
    tables.behind(table, said, key="fees_by_step", title=title, note=note)
    flows = membership_tables.flows(quoted)
    tables.behind(flows, said, key="members_by_month", title=t("membership.flows"))


def survival(facts: Stamp, run: Run, scenario: Scenario, said: dict[str, str]) -> None:
    """Which share of new members still pays after so many renewals."""
    stays = money_cache.staying(*run, facts.data_version, scenario)
    observed = money_cache.stayed(run[0], facts.data_version)
    st.header(t("membership.survival"))
    name = t("membership.prior" if stays.is_assumed else "membership.fitted")
    figure = membership_charts.survival(
        _curve(name, stays.fitted, wide=not stays.is_assumed),
        _curve(t("membership.expected"), stays.expected, wide=False) if stays.expected else None,
        None if observed is None else _dots(observed),
        t("membership.renewals"),
        money_view.palette(),
    )
    alt = t("membership.survival_alt", share=percent(stays.fitted[YEAR].p50))
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="survival")
    lost = {"churn": percent(stays.churn.p50), "fitted": percent(stays.churn_fitted.p50)}
    lost["paid"] = f"{stays.paid_months.p50:.1f}"
    widgets.note(
        t("membership.first_year" if stays.expected else "membership.first_year_now", **lost)
    )
    widgets.note(t("membership.prior_note" if stays.is_assumed else "membership.survival_note"))
    title = t("membership.table_stays")
    table = membership_tables.stays(stays, observed)
    tables.behind(table, said, key="members_by_renewal", title=title)


def prices(
    found: Simulation,
    inputs: PricingInputs,
    scenario: Scenario,
    curve: PriceCurve,
    said: dict[str, str],
) -> None:
    """Money by price of a membership."""
    st.header(t("membership.prices"))
    lines = [
        _response(found, "fees", "membership", curve.fees),
        _response(found, "total", "total", curve.total),
    ]
    tested = inputs.tested.get(PRICE)
    axis = LeverAxis(
        title=t("membership.price"),
        values=[price / charts.CENTS for price in curve.prices],
        today=(scenario.membership.price_cents or 0.0) / charts.CENTS,
        tested=None if tested is None else (tested[0] / charts.CENTS, tested[1] / charts.CENTS),
        beyond=t("revenue.beyond"),
        prefix=money.symbol(found.currency),
    )
    figure = revenue_charts.response(lines, axis, money_view.palette(), axis.prefix)
    alt = t("membership.prices_alt")
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="price_curve")
    if tested is not None:
        st.markdown(_at_ends(found, curve, tested))
    widgets.note(t("membership.prices_note"))
    title = t("membership.table_prices")
    table = membership_tables.prices(found, curve)
    tables.behind(table, said, key="fees_by_price", title=title)


def without_members(facts: Stamp, run: Run, found: Simulation, scenario: Scenario) -> None:
    """What can be said where members are not simulated: how many would pay, what to load."""
    st.header(t("membership.pays"))
    needed = membership.members_to_pay(scenario)
    if needed is None:
        st.write(t("membership.enter"))
    else:
        paid = scenario.economics.cost_cents_per_month, scenario.membership.price_cents or 0.0
        cost, price = (amount(cents, found.currency) for cents in paid)
        st.metric(t("membership.needed"), count(needed))
        active = found.books["counted"]["active_users"]
        said = {"cost": cost, "price": price, "active": count(active)}
        st.write(t("membership.needed_why", **said, share=percent(needed / max(active, 1))))
    survival(facts, run, scenario, tables.origin(run[1], scenario))
    if money_cache.renewals(run[0], facts.data_version) is None:
        st.header(t("membership.load"))
        st.markdown(t("membership.load_columns"))


def _at_ends(found: Simulation, curve: PriceCurve, tested: tuple[float, float]) -> str:
    """Return what the lowest and the highest price that the log has seen would bring."""
    lines = []
    for price in tested:
        fees, members = membership.at_price(curve, price)
        whole = money_view.per_month(found, fees.p50)
        said = {"price": amount(price, found.currency), "fees": amount(whole, found.currency)}
        lines.append(t("membership.at_price", **said, members=count(members.p50)))
    return "  \n".join(lines)


def _curve(name: str, bands: tuple[Band, ...], *, wide: bool) -> Curve:
    low, middle, high = ([getattr(band, level) for band in bands] for level in LEVELS)
    if not wide:
        return Curve(name=name, middle=middle)
    return Curve(name=name, middle=middle, low=low, high=high)


def _dots(observed: pd.DataFrame) -> Dots:
    parts = {name: observed[name].tolist() for name in ("renewal", "low", "high")}
    at_risk = [t("membership.at_risk", members=count(number)) for number in observed["at_risk"]]
    middle = observed["stayed"].tolist()
    return Dots(name=t("membership.counted"), middle=middle, at_risk=at_risk, **parts)


def _response(found: Simulation, name: str, subject: str, bands: tuple[Band, ...]) -> Response:
    low, middle, high = (
        [money_view.per_month(found, getattr(band, level)) for band in bands] for level in LEVELS
    )
    label = t(f"membership.{name}")
    return Response(name=label, subject=subject, low=low, middle=middle, high=high)
