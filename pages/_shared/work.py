"""Work that takes longer than a glance: what it does now, how long it takes, and Stop."""

import math
import time
from collections.abc import Callable
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.progress import Progress
from engine.reporting import text as words
from pages._shared import state
from pages._shared.errors import friendly_errors
from pages._shared.text import count, t

SHARE_TO_FORESEE, SECONDS_TO_FORESEE = 0.1, 2.0

Result = TypeVar("Result")


def button(
    key: str,
    label: str,
    icon: str,
    do: Callable[[Progress], Result],
    keep: Callable[[Result], None],
    why: str = "",
) -> None:
    """Offer work as a button; the work replaces it while it lasts, then the page starts anew.

    Parameters
    ----------
    do
        The work. It changes nothing unless it comes to its end: whatever the visitor does
        on the page meanwhile, above all pressing Stop, ends it at its next report.
    keep
        Takes what the work returned, also when Stop came too late.
    why
        What the work is good for, below the button.
    """
    if not st.button(label, icon=icon, key=key):
        if why:
            st.markdown(f":small[{why}]")
        _take_up(key, keep)
        return
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center"):
        bar = st.progress(0.0, _said("starting"))
        # any widget ends the present run of the page, and the work with it
        st.button(t("work.stop"), icon=":material/stop:", key=f"{key}_stop")
    work = state.begin_work(key)
    with friendly_errors():
        work.end(do(shown_on(bar)))
        _take_up(key, keep)
    state.take_work(key)
    place.empty()


def _take_up(key: str, keep: Callable[[Result], None]) -> None:
    """Keep what finished work returned, or say that it was stopped."""
    work = state.take_work(key)
    if work is None:
        return
    if not work.is_done:
        st.info(t("work.stopped"), icon=":material/stop_circle:")
        return
    keep(work.result)
    st.rerun()


def shown_on(bar: DeltaGenerator) -> Progress:
    """Return a progress that says what is being done, and about how long it will take."""
    began: list[float] = []

    def show(share: float, step: str) -> None:
        if share >= 1.0:
            return  # done: drawing is where Streamlit would stop it
        if not began and share > 0:  # waiting for a turn is not work
            began.append(time.monotonic())
        spent = time.monotonic() - began[0] if began else 0.0
        bar.progress(max(share, 0.0), _said(step, seconds_left(share, spent)))

    return show


def seconds_left(share: float, spent: float) -> int | None:
    """Return about how long the rest takes; None while it is too early to say."""
    if share <= SHARE_TO_FORESEE or spent <= SECONDS_TO_FORESEE:
        return None
    return math.ceil(spent / share * (1 - share))


def _said(step: str, left: int | None = None) -> str:
    name = words.t(f"steps.{step}", state.locale())
    return (
        t("work.now", step=name) if left is None else t("work.left", step=name, seconds=count(left))
    )
