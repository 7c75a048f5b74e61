"""Every key of the session, as functions."""

from types import ModuleType

import streamlit as st

from engine.store.ingest import ImportReport

LANGUAGES = {"en": "English", "zh": "简体中文"}


def locale() -> str:
    """Return the reader's language, also before the switch is drawn."""
    chosen = st.session_state.get("lang") or st.query_params.get("lang")
    return chosen if chosen in LANGUAGES else "en"


def start_language() -> None:
    """Give the switch its first value from the address, and the address the switch's value.

    Not ``bind="query-params"``: it writes the label, ``lang=简体中文``, where links say ``zh``.
    """
    chosen = locale()
    st.session_state.setdefault("lang", chosen)
    if st.query_params.get("lang") != chosen:
        st.query_params["lang"] = chosen


def last_import() -> ImportReport | None:
    """Return what the last import of this visitor did."""
    return st.session_state.get("last_import")


def remember_import(report: ImportReport) -> None:
    """Keep the result of an import until the next one."""
    st.session_state["last_import"] = report
    st.session_state["imports_done"] = imports_done() + 1


def imports_done() -> int:
    """Return how many imports this visitor made; a new number empties the file chooser."""
    return st.session_state.get("imports_done", 0)


@st.cache_resource(max_entries=1)
def _frozen() -> dict[str, bool]:
    return {}


def freeze_once(collector: ModuleType) -> None:
    """Take the imported modules out of every later collection.

    Streamlit collects all garbage after each script run; walking the modules is most
    of the processor time of a slider move.
    """
    if not _frozen():
        collector.collect()
        collector.freeze()
        _frozen()["done"] = True
