"""What every page with sliders offers beside them: undo, reset, a link to this state."""

from collections.abc import Mapping

import streamlit as st

from engine.simulation.scenario import Scenario
from pages._shared import levers, state, widgets
from pages._shared.text import t


def draw(defaults: Scenario, known: Mapping[str, float]) -> None:
    """Draw the toolbar, after the sliders: it says what they say."""
    with st.container(horizontal=True, key="toolbar"):
        _undo()
        st.button(
            t("levers.reset"),
            icon=":material/restart_alt:",
            on_click=levers.reset,
            args=(defaults, known),
            disabled=not state.moves(),
            key="reset",
        )
        with st.popover(t("toolbar.link"), icon=":material/link:", key="link"):
            widgets.note(t("toolbar.link_says"))
            st.code(state.link(), language=None, wrap_lines=True)


def _undo() -> None:
    said = levers.last_step()
    st.button(
        t("toolbar.undo"),
        icon=":material/undo:",
        help=said or t("toolbar.undo_nothing"),
        on_click=state.take_back,
        disabled=said is None,
        key="undo",
    )
