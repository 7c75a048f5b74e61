"""Text that looks like a formula is guarded alike in files of lists and of tables."""

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.reporting.tables import guarded
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def guard_of_sql():
    connection = duckdb.connect()
    connection.execute((ROOT / "sql/macros/guard_text.sql").read_text())
    yield lambda text: connection.execute("select guard_text(?, true)", [text]).fetchone()[0]
    connection.close()


@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=6))
@pytest.mark.parametrize("start", ["", "=", "+", "-", "@", " =", "\t", "＝", "a="])
def test_the_guard_is_that_of_the_lists(guard_of_sql, start, text):
    assert guarded(start + text) == guard_of_sql(start + text)
