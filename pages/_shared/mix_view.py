"""The Mix page's pictures and tables."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from engine.reporting import charts, money, revenue_charts
from engine.reporting.tables import Column, Table
from engine.simulation.run import MODELS
from engine.simulation.scenario import Scenario
from engine.workbench.answers import Money, Simulation, Withheld
from engine.workbench.payers import payer_matrix
from pages._shared import money_view, numbers, tables, widgets
from pages._shared.text import amount, count, escaped, percent, t


def headline(found: Simulation) -> None:
    """What the three models earn together, and how sure that is."""
    total = found.total
    if isinstance(total, Withheld):
        st.title(t("mix.title"))
        st.write(money_view.advice(total))
        return
    middle = money_view.per_month(found, total.p50)
    st.title(t("mix.title_gain", amount=amount(middle, found.currency)))
    money_view.certainty(found, total)
    money_view.level(found)


def adds_up(found: Simulation) -> None:
    """The means of the three models and their sum, to the cent."""
    means = {name: _mean(found, name) for name in (*MODELS, "total")}
    widgets.note(t("mix.adds_up", months=count(found.horizon_months), **means))


def today(found: Simulation, scenario: Scenario) -> None:
    """What the money of all months, less the cost of the lists, is worth today."""
    worth = found.present_value
    if worth is None:
        return
    spread = {"low": worth.p10, "middle": worth.p50, "high": worth.p90}
    said = {name: amount(cents, found.currency) for name, cents in spread.items()}
    cost = amount(worth.cost_cents, found.currency)
    text = t(
        "mix.today" if worth.cost_cents else "mix.today_no_cost",
        months=count(found.horizon_months),
        rate=percent(scenario.economics.discount_rate),
        cost=cost,
        **said,
    )
    numbers.sentence(text, t("explain.name.present_value"), number="present_value", found=found)


def months(found: Simulation, table: pd.DataFrame, said: dict[str, str]) -> None:
    """Stacked months, and the table behind them."""
    st.header(t("mix.months"))
    shown = [name for name in MODELS if isinstance(found.of(name), Money)]
    figure = charts.stacked_months(
        {name: table[name].tolist() for name in shown},
        {name: t(f"models.{name}") for name in shown},
        money_view.palette(),
        money.symbol(found.currency),
    )
    alt = t("mix.months_alt")
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="mix_months")
    column = Column(name="month", label=t("columns.month"), unit="month")
    behind = Table(frame=table, columns=[column, *_models()], currency=found.currency)
    tables.behind(behind, said, key="mix_by_month", note=t("mix.table_note"))


def segments(found: Simulation, table: pd.DataFrame, said: dict[str, str]) -> None:
    """Which model earns most in which segment."""
    st.header(t("mix.segments"))
    best = table[list(MODELS)].idxmax(axis=1).map(lambda name: t(f"models.{name}"))
    columns = [
        Column(name="segment", label=t("mix.segment")),
        *_models(),
        Column(name="best", label=t("mix.best")),
    ]
    shown = Table(frame=table.assign(best=best), columns=columns, currency=found.currency)
    tables.show(shown, alt=t("mix.segments"))
    widgets.note(t("mix.segments_note", months=count(found.horizon_months)))
    tables.download(shown, said, key="mix_by_segment")


def payers(found: Simulation, table: pd.DataFrame, said: dict[str, str]) -> None:
    """Who pays for what: segments, free users and members against the three models."""
    st.header(t("mix.payers"))
    cells = payer_matrix(table).set_index("segment")
    shown = [name for name in cells if isinstance(found.of(name.split("_")[0]), Money)]
    cents = cells[shown] / found.horizon_months
    figure = revenue_charts.matrix(
        cents.index.tolist(),
        [t(f"mix.pays_{name}") for name in shown],
        cents.to_numpy().tolist(),
        money_view.palette(),
        money.symbol(found.currency),
    )
    most, what = cents.stack().idxmax()
    best = {"who": escaped(most), "what": t(f"mix.pays_{what}")}
    st.plotly_chart(figure, config=charts.CONFIG, alt=t("mix.payers_alt", **best), key="payers")
    widgets.note(t("mix.payers_note", **best))
    who = table["who"].map(lambda name: t(f"mix.payer_{name}"))
    columns = [
        Column(name="segment", label=t("mix.segment")),
        Column(name="who", label=t("mix.payer")),
        *_models(),
    ]
    behind = Table(frame=table.assign(who=who), columns=columns, currency=found.currency)
    tables.behind(behind, said, key="mix_by_payer", note=t("mix.table_note"))


def alone(found: Simulation, prices: Mapping[str, Money | Withheld]) -> None:
    """What each model would bring if it were the only one, beside what it brings here."""
    st.header(t("mix.alone"))
    widgets.note(t("mix.alone_note"))
    for column, name in zip(st.columns(len(MODELS)), MODELS, strict=True):
        with column, st.container(border=True, height="stretch"):
            _alone(found, name, prices[name])


def _alone(found: Simulation, name: str, answer: Money | Withheld) -> None:
    st.markdown(f"**{t(f'mix.alone_{name}')}**")
    here = found.of(name)
    if isinstance(answer, Withheld) or isinstance(here, Withheld):
        st.markdown(t("overview.withheld"))
        return
    st.metric(
        t("overview.extra_a_month"),
        money_view.shown(money_view.per_month(found, answer.p50), found.currency),
    )
    numbers.kind_of(name, found)
    low, high = (
        amount(money_view.per_month(found, cents), found.currency)
        for cents in (answer.p10, answer.p90)
    )
    widgets.note(t("overview.card_interval", low=low, high=high))
    mixed = amount(money_view.per_month(found, here.p50), found.currency)
    widgets.note(t("mix.alone_here", amount=mixed))


def _mean(found: Simulation, name: str) -> str:
    answer = found.of(name)
    if isinstance(answer, Withheld):
        return t("overview.withheld")
    return money.exact(answer.mean, found.currency).replace("$", r"\$")


def _models() -> list[Column]:
    """Return the columns of the three models and their total."""
    return [
        Column(name=name, label=t(f"models.{name}"), unit="money") for name in (*MODELS, "total")
    ]
