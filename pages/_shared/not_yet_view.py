"""What a page about lists shows before there are any."""

import streamlit as st

from engine.workbench.checking import Stamp
from pages._shared import lists_view, widgets
from pages._shared.text import t


def not_yet(page: str, facts: Stamp) -> None:
    """Say what a page about lists misses, with the way there."""
    missing = "no_run" if facts.events else "no_data"
    st.title(t(f"{page}.{missing}_title"))
    st.write(t(f"{page}.{missing}_why"))
    if facts.events:
        lists_view.train_button()
        return
    widgets.sample_button()
    widgets.note(t("sample.what"))
    widgets.link("pages/start/data.py", label=t("overview.go_data"), icon=":material/upload_file:")
