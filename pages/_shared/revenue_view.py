"""What the pages of the three business models share."""

import pandas as pd
import streamlit as st

from engine.reporting import charts, money
from engine.reporting.tables import Column, Table
from engine.workbench import pictures
from engine.workbench.answers import Experiment, Money, Simulation, Withheld
from engine.workbench.checking import Stamp
from engine.workbench.pricing import Quote
from pages._shared import (
    cache,
    evidence_view,
    experiment_view,
    interval_words,
    money_view,
    tables,
    widgets,
)
from pages._shared.text import amount, t


def not_yet(page: str, facts: Stamp) -> None:
    """Say what is missing before there can be prices, with the way there."""
    st.title(t(f"{page}.title"))
    st.write(t("overview.empty_why") if not facts.events else t("mix.not_trained"))
    if not facts.events:
        widgets.sample_button()
    widgets.link("pages/start/data.py", label=t("mix.go_data"), icon=":material/database:")


def is_withheld(page: str, found: Simulation, model: str) -> bool:
    """Say why a model has no number, if so, and what would help."""
    answer = found.of(model)
    if not isinstance(answer, Withheld):
        return False
    st.title(t(f"{page}.title"))
    st.info(money_view.advice(answer), icon=":material/info:")
    widgets.link("pages/start/data.py", label=t("mix.go_data"), icon=":material/upload_file:")
    return True


def certainty(found: Simulation, answer: Money) -> None:
    """Interval and kind of one model's money, attributed beside incremental."""
    low, high = (
        amount(money_view.per_month(found, cents), found.currency)
        for cents in (answer.p10, answer.p90)
    )
    through = amount(money_view.per_month(found, answer.attributed), found.currency)
    extra = amount(money_view.per_month(found, answer.incremental), found.currency)
    parts = [
        t("overview.interval", low=low, high=high),
        *interval_words.forecast(found, answer),
        t("revenue.both", attributed=through, incremental=extra),
        interval_words.kind(found),
    ]
    st.markdown(" · ".join(parts))


def months(quoted: Quote, model: str, said: dict[str, str]) -> None:
    """Money of one model month by month with its interval, and the table behind it."""
    if quoted.outcomes is None:
        return
    found = quoted.simulation
    frame = pictures.model_months(quoted.outcomes[0], model)
    st.header(t("revenue.months"))
    line = charts.Line(
        name=t(f"models.{model}"), middle=frame["p50"], low=frame["p10"], high=frame["p90"]
    )
    figure = charts.months_with_band(
        [line], money_view.palette(), money.symbol(found.currency), subject=model
    )
    alt = t("revenue.months_alt", model=t(f"models.{model}"))
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key=f"{model}_months")
    table = months_table(frame, found.currency)
    tables.behind(table, said, key=f"{model}_by_month", note=t("revenue.months_note"))


def months_table(frame: pd.DataFrame, currency: str | None) -> Table:
    """Return the months of one model with the unit of each column."""
    columns = [Column(name="month", label=t("columns.month"), unit="month")]
    columns += [
        Column(name=name, label=t(f"revenue.column_{name}"), unit="money")
        for name in ("p10", "p50", "p90", "mean", "attributed")
    ]
    return Table(frame=frame, columns=columns, currency=currency)


def evidence(facts: Stamp, found: Simulation, experiment: Experiment) -> None:
    """What this log can prove, what the next rung needs, and the test that would settle it."""
    evidence_view.basis(found)
    widgets.evidence(cache.health(cache.database(), facts.data_version))
    experiment_view.box(found, experiment)
