"""Every key of the session, as functions."""

from collections.abc import Iterable
from math import isfinite
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


def moves() -> dict[str, float]:
    """Return where sliders were moved to, by name; kept on every page."""
    found: dict[str, float] = st.session_state.setdefault("moves", {})
    return found


def remember_moves(names: Iterable[str]) -> None:
    """Take over what sliders say, or the address where a slider was not drawn yet."""
    for name in names:
        value = st.session_state.get(name)
        if value is None and name not in moves():
            value = _number(st.query_params.get(name))
        if value is not None:
            moves()[name] = float(value)


def keep_moves_in_address() -> None:
    """Write moves into the address of a page without sliders, for F5 and for links.

    Sliders write their own; an address that a slider is bound to takes nothing else.
    """
    for name, value in moves().items():
        if name not in st.query_params:
            st.query_params[name] = f"{value:g}"


def address() -> dict[str, str]:
    """Return what a link inside the product carries: language and moves."""
    return {"lang": locale(), **{name: f"{value:g}" for name, value in moves().items()}}


def put_back(name: str, start: float) -> None:
    """Put a slider back to where it starts; its address follows."""
    moves().pop(name, None)
    if name in st.session_state:
        st.session_state[name] = start


def _number(text: str | None) -> float | None:
    try:
        value = float(text) if text is not None else None
    except ValueError:
        return None
    return value if value is not None and isfinite(value) else None


def scheme() -> str:
    """Return light or dark, as the browser is set."""
    return "dark" if st.context.theme.type == "dark" else "light"


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
