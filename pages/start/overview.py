"""Overview page: what the lists are worth, how sure that is, and what would settle it."""

import streamlit as st

from pages._shared import (
    cache,
    charts,
    evidence_view,
    levers,
    money_cache,
    money_view,
    overview_view,
    tables,
    widgets,
)
from pages._shared.text import t

facts = cache.stamp()
widgets.stamp(facts)

if not facts.events:
    st.title(t("overview.empty_title"))
    st.write(t("overview.empty_why"))
    widgets.sample_button()
    widgets.note(t("sample.what"))
    widgets.link("pages/start/data.py", label=t("overview.go_data"), icon=":material/upload_file:")
    st.stop()

health = cache.health(cache.database(), facts.data_version)

if facts.run_id is None:
    months = cache.months(cache.database(), facts.data_version)
    widgets.title_of_log(facts)
    widgets.counted_facts(facts, months)
    st.info(t("overview.unpriced"), icon=":material/info:")
    widgets.link(
        "pages/start/data.py", label=t("overview.go_train"), icon=":material/model_training:"
    )
    picture, evidence = st.columns([2.6, 1])
    with picture:
        charts.monthly(months, facts.currency)
    with evidence:
        st.header(t("overview.evidence"))
        widgets.evidence(health)
        widgets.link("pages/start/data.py", label=t("overview.next"), icon=":material/database:")
    st.stop()

run = cache.database(), facts.run_id
inputs = money_cache.inputs(*run)
scenario = levers.scenario(inputs.default_scenario, inputs.known)
found = money_cache.explained(*run, scenario)

if inputs.is_range:
    overview_view.of_range(run, found, scenario)
elif found.books["modelled"]:
    overview_view.of_events(run, found, inputs, scenario)
else:
    money_view.headline(found)

evidence_view.basis(found)
money_view.books(found, tables.origin(facts.run_id, scenario))
widgets.evidence(health)
overview_view.next_steps()
