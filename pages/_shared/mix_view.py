"""The Mix page's pictures and tables."""

import pandas as pd
import streamlit as st

from engine.reporting import charts, money
from engine.simulation.run import MODELS
from engine.workbench.answers import Money, Simulation, Withheld
from pages._shared import money_view, widgets
from pages._shared.text import amount, count, t


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


def months(found: Simulation, table: pd.DataFrame) -> None:
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
    behind = st.expander(t("overview.table"), key="mix_table", on_change="rerun")
    if not behind.open:
        return
    with behind:
        named = table.rename(columns={"month": t("columns.month")})
        st.dataframe(_major(named, found), hide_index=True, alt=alt, column_config=_cents())
        widgets.note(t("mix.table_note"))


def segments(found: Simulation, table: pd.DataFrame) -> None:
    """Which model earns most in which segment."""
    st.header(t("mix.segments"))
    best = table[list(MODELS)].idxmax(axis=1).map(lambda name: t(f"models.{name}"))
    named = _major(table.rename(columns={"segment": t("mix.segment")}), found)
    named = named.assign(**{t("mix.best"): best})
    alt = t("mix.segments")
    st.dataframe(named, hide_index=True, alt=alt, column_config=_cents())
    widgets.note(t("mix.segments_note", months=count(found.horizon_months)))


def _mean(found: Simulation, name: str) -> str:
    answer = found.of(name)
    if isinstance(answer, Withheld):
        return t("overview.withheld")
    return money.exact(answer.mean, found.currency).replace("$", r"\$")


def _cents() -> dict[str, object]:
    """Return how columns of money are written: to the cent."""
    money_column = st.column_config.NumberColumn(format="%,.2f")
    return {t(f"models.{name}"): money_column for name in (*MODELS, "total")}


def _major(table: pd.DataFrame, found: Simulation) -> pd.DataFrame:
    """Return a table of cents in the unit of the currency, under the models' names."""
    columns = {name: t(f"models.{name}") for name in (*MODELS, "total")}
    shown = table.copy()
    for name in columns:
        shown[name] = shown[name] / charts.CENTS
    return shown.rename(columns=columns)
