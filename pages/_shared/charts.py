"""The counted months of a log that was not trained yet."""

import pandas as pd
import streamlit as st

from engine.reporting import charts, money
from engine.reporting.tables import Column, Table, Unit
from pages._shared import money_view, tables
from pages._shared.text import t

COLUMNS: dict[str, tuple[str, Unit]] = {
    "month": ("month", "text"),
    "user_count": ("users", "count"),
    "visit_count": ("visits", "count"),
    "order_count": ("orders", "count"),
    "net_sales_cents": ("net_sales", "money"),
    "return_cents": ("returns", "money"),
    "impression_count": ("impressions", "count"),
    "click_count": ("clicks", "count"),
}
"""Column of the mart -> its word and what it holds."""


def monthly(months: pd.DataFrame, currency: str | None) -> None:
    """Net sales of each month; orders when nothing has a price. Table below."""
    priced = currency is not None
    st.header(t("overview.months") if priced else t("overview.months_events"))
    labels = [f"{month:%Y-%m}" for month in pd.to_datetime(months["month"])]
    values = months["net_sales_cents" if priced else "order_count"].astype(float).tolist()
    symbol = money.symbol(currency) if priced else None
    figure = charts.counted_months(labels, values, money_view.palette().sales, symbol)
    alt = t("overview.months_alt") if priced else t("overview.months_events")
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="months")
    columns = [
        Column(name=name, label=t(f"columns.{word}"), unit=unit)
        for name, (word, unit) in COLUMNS.items()
        if priced or unit != "money"
    ]
    table = Table(frame=months.assign(month=labels), columns=columns, currency=currency)
    tables.behind(table, {}, key="counted_months")
