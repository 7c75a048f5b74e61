"""What a visitor looks at on the pages Profiles: whom, which item, and what if."""

import streamlit as st

from engine.workbench.what_if import Event

USER, ITEM = "user", "item"


def key(name: str) -> str:
    """Return the key of the box in which a visitor writes an id."""
    return f"profile_{name}"


def chosen(name: str) -> str:
    """Return the id that a page speaks of: what the address newly says, else the visitor."""
    asked = st.query_params.get(name)
    if asked is not None and asked != st.session_state.get(f"{name}_in_address"):
        st.session_state[f"{name}_in_address"] = asked
        choose(name, asked)
    return str(st.session_state.get(key(name)) or "").strip()


def choose(name: str, value: str) -> None:
    """Look at somebody, or something, else."""
    st.session_state[key(name)] = value


def keep_in_address(name: str, value: str) -> None:
    """Write the id into the address, for F5 and for links."""
    st.session_state[f"{name}_in_address"] = value
    if st.query_params.get(name) != value:
        st.query_params[name] = value


def next_turn() -> int:
    """Return how often this visitor asked for somebody else."""
    turn = int(st.session_state.get("profile_turn", 0)) + 1
    st.session_state["profile_turn"] = turn
    return turn


def note_missing(is_missing: bool) -> None:
    """Note whether there was nobody of the kind that was asked for."""
    st.session_state["profile_missing"] = is_missing


def is_missing() -> bool:
    """Return, once, whether there was nobody of the kind that was asked for."""
    return bool(st.session_state.pop("profile_missing", False))


def events(user_id: str) -> tuple[Event, ...]:
    """Return what a user is supposed to do next; another user starts from nothing."""
    owner, found = st.session_state.get("what_if", ("", ()))
    return found if owner == user_id else ()


def add_event(user_id: str, event: Event) -> None:
    """Suppose one thing more."""
    st.session_state["what_if"] = user_id, (*events(user_id), event)


def forget_events() -> None:
    """Suppose nothing any more."""
    st.session_state["what_if"] = "", ()
