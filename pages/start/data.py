"""Data page: choose a file, match its columns, see what was accepted; then health."""

import streamlit as st

from pages._shared import cache, imports, lists_view, state, widgets
from pages._shared.text import t

facts = cache.stamp()
widgets.stamp(facts)
st.title(t("data.title_loaded") if facts.events else t("data.title"))

if not facts.events:
    widgets.sample_button()
    widgets.note(t("sample.what"))

files, health = st.columns([1.6, 1]) if facts.events else (st.container(), None)

with files:
    st.header(t("data.step_file"))
    upload = imports.choose_file()
    if upload is not None:
        st.header(t("data.step_match"))
        imports.match_and_import(upload)
    report = state.last_import()
    if report is not None:
        st.header(t("data.step_result"))
        widgets.import_result(report)
    if facts.events:
        lists_view.next_step(facts)

if health is not None:
    found = cache.health(cache.database(), facts.data_version)
    with health:
        st.header(t("data.health"))
        widgets.evidence(found)
        widgets.gates(found)
