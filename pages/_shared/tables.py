"""The table behind a picture: folded away, with a file of its own."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from engine.reporting.tables import Table, Unit, to_csv
from engine.simulation.scenario import Scenario, scenario_id
from pages._shared import widgets
from pages._shared.text import t

FORMATS: dict[Unit, str] = {
    "money": "%,.2f", "share": "%.1f%%", "count": "%,.0f", "ratio": "%.2f", "number": "%.4g",
}  # fmt: skip
MIME = "text/csv"


def origin(run_id: str | None, scenario: Scenario | None = None) -> dict[str, str]:
    """Return what a file says about where its numbers come from."""
    said = {"run_id": run_id} if run_id else {}
    return said if scenario is None else said | {"scenario_id": scenario_id(scenario)}


def behind(
    table: Table, said: Mapping[str, str], *, key: str, title: str = "", note: str = ""
) -> None:
    """Fold a table away below its picture; drawn only when it is opened.

    Parameters
    ----------
    said : mapping
        Where the numbers come from, as ``origin`` gives it.
    key : str
        Name of the table on its page and of its file.
    """
    title = title or t("overview.table")
    fold = st.expander(title, key=f"{key}_table", on_change="rerun")
    if not fold.open:
        return
    with fold:
        show(table, alt=title)
        if note:
            widgets.note(note)
        download(table, said, key=key)


def show(table: Table, *, alt: str) -> None:
    """Show a table with the numbers as the page writes them."""
    st.dataframe(table.shown(), hide_index=True, alt=alt, column_config=_formats(table))


def download(table: Table, said: Mapping[str, str], *, key: str) -> None:
    """Offer a table as a file, made when the button is pressed."""
    with st.container(horizontal=True, vertical_alignment="center"):
        marked = st.checkbox(t("lists.excel"), help=t("lists.excel_help"), key=f"{key}_excel")
        st.download_button(
            t("lists.download"),
            data=lambda: to_csv(table, said, marked=marked),
            file_name="_".join([key, *said.values()]) + ".csv",
            mime=MIME,
            icon=":material/download:",
            on_click="ignore",
            key=f"{key}_download",
        )


def _formats(table: Table) -> dict[str, ColumnConfig]:
    column = st.column_config
    return {
        part.label: column.NumberColumn(format=FORMATS[part.unit])
        for part in table.columns
        if part.unit in FORMATS and pd.api.types.is_numeric_dtype(table.frame[part.name])
    }
