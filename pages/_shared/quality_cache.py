"""The cache of what a run says about its lists."""

from datetime import datetime

import streamlit as st

from engine.evaluation.ablation import Ablation
from engine.progress import Progress
from engine.workbench import ablating, quality
from engine.workbench.quality import Judgement, Missing
from pages._shared import cache


@st.cache_resource(max_entries=4, show_spinner=False)
def judgement(database: str, run_id: str, trained_at: datetime | None) -> Judgement | Missing:
    """How well the lists of a run foresee choices, with its review.

    A run that is trained again keeps its name, so that the time belongs to the key.
    """
    return quality.read_judgement(cache.opened(database))


@st.cache_resource(max_entries=4, show_spinner=False)
def ablation(database: str, run_id: str, trained_at: datetime | None) -> Ablation | None:
    """What each part of a run's ranker adds; None where it was not measured."""
    return ablating.read_ablation(cache.opened(database))


def ablate(progress: Progress) -> Ablation:
    """Measure what each part of the ranker adds; what is kept lies beside the run."""
    found = ablating.ablate_run(cache.opened(cache.database()), progress)
    ablation.clear()
    return found
