"""Errors of the engine as sentences; nothing else is caught."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from engine.errors import EngineError
from engine.reporting.text import error_sentence
from pages._shared import state
from pages._shared.text import escaped


@contextmanager
def friendly_errors() -> Iterator[None]:
    """Show what went wrong and how to cure it."""
    try:
        yield
    except EngineError as error:
        st.error(escaped(error_sentence(error, state.locale())), icon=":material/error:")
