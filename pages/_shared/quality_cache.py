"""The cache of what a run says about its lists."""

import streamlit as st

from engine.workbench import quality
from engine.workbench.quality import Judgement, Missing
from pages._shared import cache


@st.cache_resource(max_entries=4, show_spinner=False)
def judgement(database: str, run_id: str) -> Judgement | Missing:
    """How well the lists of a run foresee choices, with its review."""
    return quality.read_judgement(cache.opened(database))
