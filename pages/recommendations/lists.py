"""Lists page: who gets which items and why; filtered, paged, taken away as a file."""

import streamlit as st

from pages._shared import cache, levers, lists_view, money_cache, rules_view, why_view, widgets
from pages._shared.text import t

facts = cache.stamp()
widgets.stamp(facts)

if not facts.events:
    st.title(t("lists.no_data_title"))
    st.write(t("lists.no_data_why"))
    widgets.sample_button()
    widgets.note(t("sample.what"))
    widgets.link("pages/start/data.py", label=t("overview.go_data"), icon=":material/upload_file:")
    st.stop()

if facts.run_id is None:
    st.title(t("lists.no_run_title"))
    st.write(t("lists.no_run_why"))
    lists_view.train_button()
    st.stop()

st.title(t("lists.title"))
lists_view.training_result(facts)
lists_view.blend(facts)
lists_view.training_notes(facts)
with lists_view.cured_by_training():
    choices = cache.list_choices(cache.database(), facts.run_id)
    filters = lists_view.filter_row(choices, facts.run_id)
    rules = rules_view.rules(facts)
    rows = lists_view.page_of_rows(choices, facts.run_id, filters, rules)
    why_view.draw(facts, rows)

    st.header(t("lists.download_title"))
    inputs = money_cache.inputs(cache.database(), facts.run_id)
    scenario = levers.scenario(inputs.default_scenario, inputs.known)
    lists_view.download(facts.run_id, filters, scenario, rules)
