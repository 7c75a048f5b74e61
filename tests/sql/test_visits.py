"""Visits and months of a hand-made log."""

import datetime as dt

import pytest

from engine.store import ingest
from engine.store.connection import in_memory

HEAD = "user_id,item_id,event_type,occurred_at,session_id,request_id,unit_price\n"
ROWS = """\
u,i,view,2026-01-31T23:40:00Z,,,
u,i,view,2026-02-01T00:10:00Z,,,
u,i,purchase,2026-02-01T00:40:00.000001Z,,,2
u,i,impression,2026-02-01T00:41:00Z,,r,
u,j,impression,2026-02-01T00:41:00Z,,r,
u,j,click,2026-02-01T00:42:00Z,,r,
v,i,impression,2026-01-05T00:00:00Z,s,,
v,i,impression,2026-01-05T02:00:00Z,s,,
v,j,impression,2026-03-05T00:00:00Z,s,,
v,j,view,2026-03-05T00:00:00Z,t,,
v,j,view,2026-03-06T00:00:00Z,,,
"""


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    folder = tmp_path_factory.mktemp("visits")
    (folder / "e.csv").write_text(HEAD + ROWS)
    db = in_memory(folder / "d", folders=[folder])
    file = ingest.InputFile(path=folder / "e.csv", kind="events")
    ingest.import_files(db, ingest.ImportRequest(files=(file,), currency="EUR"))
    with db.cursor() as cursor:
        yield lambda question: cursor.execute(question).fetchall()
    db.close()


def test_a_visit_ends_after_thirty_minutes_or_with_its_session(ask):
    found = ask(
        "select user_row, visit_id, view_count, order_count, order_amount_cents, list_count,"
        " list_click_count from marts.visits order by all"
    )
    assert found == [
        (0, "g1", 2, 0, 0, 0, 0),
        (0, "g2", 0, 1, 200, 1, 1),
        (1, "g1", 1, 0, 0, 0, 0),
        (1, "ss", 0, 0, 0, 3, 0),
        (1, "st", 1, 0, 0, 0, 0),
    ]


def test_a_visit_counts_in_each_month_that_it_has_events_in(ask):
    found = ask(
        "select month, user_count, visit_count, list_count from marts.monthly_activity"
        " order by month"
    )
    months = [dt.date(2026, month, 1) for month in (1, 2, 3)]
    assert found == [(months[0], 2, 2, 2), (months[1], 1, 2, 1), (months[2], 1, 3, 1)]
