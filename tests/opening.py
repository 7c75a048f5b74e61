"""A database that pages of one test are opened on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import copied


@pytest.fixture
def use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Open the pages on a copy of a database of another test."""

    def chosen(database: Path) -> Path:
        own = copied(database, tmp_path)
        monkeypatch.setenv("REVLENS_DB", str(own))
        return own

    yield chosen
    import streamlit as st  # only tests of pages wait for it

    st.cache_resource.clear()
    st.cache_data.clear()
