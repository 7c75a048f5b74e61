"""Every check is silent on good data and speaks on data that breaks its claim."""

import pytest

from engine.store import ingest
from engine.store.connection import in_memory
from engine.store.statements import names_in, statement

BREAKS = {
    "monthly_sales_reconcile": "update marts.monthly_activity set net_sales_cents = 1",
    "user_rows_are_dense": "update marts.users set user_row = 5",
    "item_rows_are_dense": "update marts.items set item_row = 5",
    "no_row_is_lost": "update raw.import_files set read_count = 7",
}


@pytest.fixture
def cursor(tmp_path):
    path = tmp_path / "e.csv"
    path.write_text(
        "user_id,item_id,event_type,occurred_at,unit_price\n"
        "u,i,purchase,2026-01-02T03:04:05Z,1.50\n"
    )
    db = in_memory(tmp_path / "d")
    file = ingest.InputFile(path=path, kind="events")
    ingest.import_files(db, ingest.ImportRequest(files=(file,), currency="EUR"))
    with db.cursor() as cursor:
        yield cursor
    db.close()


def test_every_check_has_a_break():
    assert set(names_in("checks")) == set(BREAKS)


@pytest.mark.parametrize("name", BREAKS)
def test_check_is_silent_until_its_claim_breaks(cursor, name):
    assert cursor.execute(statement("checks", name)).fetchone() is None
    cursor.execute(BREAKS[name])
    assert cursor.execute(statement("checks", name)).fetchone() is not None
