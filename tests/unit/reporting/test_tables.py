"""Tables as files: units in the header, guarded text, exact money."""

import csv
import io

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from engine.reporting.tables import BYTE_ORDER_MARK, Column, Table, to_csv

COLUMNS = (
    Column(name="segment", label="Segment"),
    Column(name="sales", label="Sales", unit="money"),
    Column(name="conversion", label="Conversion", unit="share"),
    Column(name="users", label="Users", unit="count"),
)
ORIGIN = {"run_id": "7c1e", "scenario_id": "abc"}


def table(**changes) -> Table:
    values = {"segment": ["students"], "sales": [123456], "conversion": [0.0425], "users": [7]}
    return Table(frame=pd.DataFrame(values | changes), columns=COLUMNS, currency="EUR")


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_the_header_names_units_and_every_row_its_origin():
    (row,) = rows(to_csv(table(), ORIGIN))

    assert row == {
        "Segment": "students",
        "Sales [EUR]": "1234.56",
        "Conversion [%]": "4.25",
        "Users": "7",
        "run_id": "7c1e",
        "scenario_id": "abc",
    }


def test_a_byte_order_mark_is_there_only_when_asked_for():
    assert to_csv(table(), ORIGIN, marked=True).decode() == (
        BYTE_ORDER_MARK + to_csv(table(), ORIGIN).decode()
    )


def test_text_is_guarded_and_numbers_never_are():
    (row,) = rows(to_csv(table(segment=["=1+1"], sales=[-500]), ORIGIN))

    assert row["Segment"] == "'=1+1"
    assert row["Sales [EUR]"] == "-5"


def test_a_missing_number_is_an_empty_cell():
    (row,) = rows(to_csv(table(conversion=[float("nan")]), ORIGIN))

    assert row["Conversion [%]"] == ""


@given(cents=st.integers(-(10**13), 10**13))
def test_money_keeps_its_cents(cents):
    (row,) = rows(to_csv(table(sales=[cents]), ORIGIN))

    assert round(float(row["Sales [EUR]"]) * 100) == cents
