"""The cache of what a run says about its lists."""

from datetime import datetime

import streamlit as st

from engine.workbench import quality
from engine.workbench.quality import Judgement, Missing
from pages._shared import cache


@st.cache_resource(max_entries=4, show_spinner=False)
def judgement(database: str, run_id: str, trained_at: datetime | None) -> Judgement | Missing:
    """How well the lists of a run foresee choices, with its review.

    A run that is trained again keeps its name, so that the time belongs to the key.
    """
    return quality.read_judgement(cache.opened(database))
