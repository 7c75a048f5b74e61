"""Overview page: what was counted in the log, and what it can prove."""

import streamlit as st

from pages._shared import cache, charts, widgets
from pages._shared.text import t

facts = cache.stamp()
widgets.stamp(facts)

if not facts.events:
    st.title(t("overview.empty_title"))
    st.write(t("overview.empty_why"))
    widgets.sample_button()
    widgets.note(t("sample.what"))
    st.page_link("pages/start/data.py", label=t("overview.go_data"), icon=":material/upload_file:")
    st.stop()

months = cache.months(cache.database(), facts.data_version)
health = cache.health(cache.database(), facts.data_version)

widgets.title_of_log(facts)
widgets.counted_facts(facts, months)
st.info(t("overview.unpriced"), icon=":material/info:")

picture, evidence = st.columns([2.6, 1])
with picture:
    charts.monthly(months, facts.currency)
with evidence:
    st.header(t("overview.evidence"))
    widgets.evidence(health)
    st.page_link("pages/start/data.py", label=t("overview.next"), icon=":material/database:")
