"""Quality page: do these lists foresee what people choose next, and how sure is that?"""

import streamlit as st

from pages._shared import (
    cache,
    lists_view,
    not_yet_view,
    quality_cache,
    quality_parts,
    quality_people,
    quality_pictures,
    quality_view,
    widgets,
)

facts = cache.stamp()
widgets.stamp(facts)
if not facts.events or facts.run_id is None:
    not_yet_view.not_yet("quality", facts)
    st.stop()

with lists_view.cured_by_training():
    judged = quality_cache.judgement(cache.database(), facts.run_id, facts.trained_at)
    if quality_view.is_missing(judged):
        st.stop()

    answer, checks = st.columns([2.6, 1])
    with answer:
        quality_view.headline(judged)
        lists_view.blend(facts)
        metric = quality_view.metric_choice()
        quality_view.figures(judged, metric)
        quality_pictures.policies(judged, metric)
        quality_view.on_screen(judged)
        quality_pictures.differences(judged, metric)
    with checks:
        quality_view.review(judged)
    quality_parts.measures(judged)
    left, right = st.columns(2)
    with left:
        quality_parts.ablation(facts, metric)
        quality_pictures.curve(judged, metric)
    with right:
        quality_people.groups(judged, metric)
        quality_people.calibration(judged)
        quality_pictures.reach(judged)
    quality_view.method(judged)
