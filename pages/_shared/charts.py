"""Pictures from frames: how they look, never what they say."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from engine.reporting import money
from pages._shared.text import t

SALES = "#12806F"
CENTS = 100


def monthly(months: pd.DataFrame, currency: str | None) -> None:
    """Net sales of each month; orders when nothing has a price. Table below."""
    priced = currency is not None
    st.header(t("overview.months") if priced else t("overview.months_events"))
    values = months["net_sales_cents"] / CENTS if priced else months["order_count"]
    labels = [f"{month:%Y-%m}" for month in pd.to_datetime(months["month"])]
    figure = go.Figure()
    figure.add_bar(x=labels, y=values, marker_color=SALES, hovertemplate="%{x}: %{y:,.0f}")
    figure.update_traces(hoverinfo="skip" if not labels else None, name="")
    figure.update_layout(height=320, margin={"l": 8, "r": 8, "t": 8, "b": 8}, bargap=0.5)
    figure.update_xaxes(type="category", fixedrange=True)
    figure.update_yaxes(
        rangemode="tozero", fixedrange=True, tickprefix=money.symbol(currency) if priced else ""
    )
    alt = t("overview.months_alt") if priced else t("overview.months_events")
    st.plotly_chart(figure, config={"displayModeBar": False}, alt=alt, key="months")
    with st.expander(t("overview.table")):
        st.dataframe(_table(months, currency), hide_index=True, alt=t("overview.table"))


def _table(months: pd.DataFrame, currency: str | None) -> pd.DataFrame:
    shown = {
        "month": pd.to_datetime(months["month"]).dt.strftime("%Y-%m"),
        "users": months["user_count"],
        "visits": months["visit_count"],
        "orders": months["order_count"],
        "net_sales": months["net_sales_cents"] / CENTS,
        "returns": months["return_cents"] / CENTS,
        "impressions": months["impression_count"],
        "clicks": months["click_count"],
    }
    kept = shown if currency else {k: v for k, v in shown.items() if k not in _MONEY}
    return pd.DataFrame({t(f"columns.{name}"): column for name, column in kept.items()})


_MONEY = ("net_sales", "returns")
