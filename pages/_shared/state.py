"""Every key of the session, as functions."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isclose, isfinite
from types import ModuleType
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from engine.store.ingest import ImportReport
from engine.workbench.training import TrainReport

LANGUAGES = {"en": "English", "zh": "简体中文"}
STEPS_KEPT = 100
"""How many steps a visitor can take back."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """One slider that was moved, in the unit that the reader sees."""

    name: str
    before: float
    after: float
    start: float


@dataclass(kw_only=True)
class Work:
    """Long work. Not frozen: at its end Streamlit may stop any write to the session."""

    key: str
    is_done: bool = False
    result: Any = None

    def end(self, result: object) -> None:
        """Note what came out."""
        self.result, self.is_done = result, True


Step = tuple[Move, ...]
"""What one press of Undo takes back."""


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
    """Take over what sliders say; what the address says only when the visitor comes.

    Later the address follows: a slider that was put back on a page that does not draw it
    would otherwise come back from there.
    """
    is_new = not st.session_state.get("has_come", False)
    st.session_state["has_come"] = True
    for name in names:
        value = st.session_state.get(name)
        if value is None and is_new:
            value = _number(st.query_params.get(name))
        if value is not None:
            _note(name, float(value))


def keep_moves_in_address(names: Iterable[str]) -> None:
    """Write moves into the address, for F5 and for links.

    Sliders are not bound to the address: a bound slider writes it in the browser while the
    server writes what it knew a moment before, and who moves fast keeps the older value.
    """
    written = _written()
    changed = {name: text for name, text in written.items() if st.query_params.get(name) != text}
    if changed:
        st.query_params.update(changed)
    for name in names:
        if name not in written and name in st.query_params:
            del st.query_params[name]


def address() -> dict[str, str]:
    """Return what a link inside the product carries: language and moves."""
    return {"lang": locale(), **_written()}


def link() -> str:
    """Return the whole address of what the visitor sees."""
    return f"{st.context.url or ''}?{urlencode(address())}"


def arrive(path: str) -> None:
    """Note which page is drawn; on another page every slider is yet to be drawn."""
    if st.session_state.get("page") != path:
        st.session_state["page"] = path
        _drawn().clear()


def settle(name: str, start: float, low: float, high: float) -> None:
    """Make a slider fit to be drawn: new data may have moved its start and its ends.

    The first time on a page it is told where it stands, as the browser may not know; never
    later, or a slider that moves fast would be put back to where the server saw it last.
    """
    was = _starts().get(name)
    _starts()[name] = start
    value = st.session_state.get(name, moves().get(name))
    is_old_start = name not in moves() and was is not None and was != start
    if value is not None and (is_old_start or not low <= value <= high):
        put(name, start, start)
    elif name in moves() and name not in _drawn():
        st.session_state[name] = moves()[name]
    _drawn().add(name)


def put(name: str, value: float, start: float) -> None:
    """Put a slider somewhere; its address follows."""
    _starts()[name] = start
    _note(name, value)
    st.session_state[name] = value


def steps() -> list[Step]:
    """Return what can be taken back, the last step last."""
    found: list[Step] = st.session_state.setdefault("steps", [])
    return found


def remember_move(name: str, start: float) -> None:
    """Remember where a slider was before the reader moved it."""
    before, after = moves().get(name, start), float(st.session_state[name])
    remember_step((Move(name=name, before=before, after=after, start=start),))


def remember_step(step: Step) -> None:
    """Remember what the next press of Undo takes back."""
    if step:
        steps().append(step)
        del steps()[:-STEPS_KEPT]


def take_back() -> None:
    """Take back the last step; a second press in a hurry may find none."""
    for move in steps().pop() if steps() else ():
        put(move.name, move.before, move.start)


def _starts() -> dict[str, float]:
    """Where sliders start, as far as this visitor has seen them."""
    found: dict[str, float] = st.session_state.setdefault("starts", {})
    return found


def _drawn() -> set[str]:
    """Sliders that were drawn since this visitor came to the page."""
    found: set[str] = st.session_state.setdefault("drawn", set())
    return found


def _note(name: str, value: float) -> None:
    """Keep where a slider stands; at its start it was not moved."""
    start = _starts().get(name)
    if start is not None and isclose(value, start, abs_tol=1e-9):
        moves().pop(name, None)
    else:
        moves()[name] = value


def _written() -> dict[str, str]:
    """Return moves as the address says them."""
    return {
        name: str(int(value)) if value.is_integer() else repr(value)
        for name, value in moves().items()
    }


def _number(text: str | None) -> float | None:
    try:
        value = float(text) if text is not None else None
    except ValueError:
        return None
    return value if value is not None and isfinite(value) else None


def scheme() -> str:
    """Return light or dark, as the browser is set."""
    return "dark" if st.context.theme.type == "dark" else "light"


def begin_work(key: str) -> Work:
    """Note that long work begins; the note stays until the work is taken up again."""
    work = Work(key=key)
    st.session_state["work"] = work
    return work


def take_work(key: str) -> Work | None:
    """Return the last work of this visitor where it is of this kind, once."""
    work: Work | None = st.session_state.get("work")
    if work is None or work.key != key:
        return None
    st.session_state["work"] = None
    return work


def last_import() -> ImportReport | None:
    """Return what the last import of this visitor did."""
    return st.session_state.get("last_import")


def remember_import(report: ImportReport) -> None:
    """Keep the result of an import until the next one."""
    st.session_state["last_import"] = report
    st.session_state["imports_done"] = imports_done() + 1


def last_training() -> TrainReport | None:
    """Return what the last training of this visitor made."""
    return st.session_state.get("last_training")


def remember_training(report: TrainReport | None) -> None:
    """Keep what training made; None when somebody else had made it first."""
    st.session_state["last_training"] = report


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
