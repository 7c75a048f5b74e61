"""Both sides of a holdout: who counts, from when on, and what is credited to lists."""

import pytest

from engine.store import ingest, queries
from engine.store.connection import in_memory

EVENTS = """user_id,item_id,event_type,occurred_at,unit_price,position,request_id
shown,i,purchase,2026-01-02T00:00:00Z,5.00,,
shown,i,impression,2026-02-02T00:00:00Z,,1,r1
shown,i,click,2026-02-02T00:01:00Z,,,r1
shown,i,purchase,2026-02-02T00:02:00Z,7.00,,
shown,j,purchase,2026-02-09T00:00:00Z,2.00,,
held,i,purchase,2026-02-03T00:00:00Z,3.00,,
quiet,i,view,2026-01-01T00:00:00Z,,,
moved,i,purchase,2026-02-03T00:00:00Z,9.00,,
done,i,purchase,2026-02-03T00:00:00Z,1.00,,
done,i,purchase,2026-02-20T00:00:00Z,8.00,,
"""
ASSIGNMENTS = """user_id,experiment,arm,started_at,ended_at
shown,recommendations,current,2026-02-01T00:00:00Z,
held,recommendations,none,2026-02-01T00:00:00Z,
quiet,recommendations,none,2026-02-01T00:00:00Z,
moved,recommendations,none,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z
moved,recommendations,current,2026-02-01T00:00:00Z,
done,recommendations,current,2026-02-01T00:00:00Z,2026-02-10T00:00:00Z
held,price,none,2026-02-01T00:00:00Z,
"""


@pytest.fixture
def sums(tmp_path):
    """Sums of the two sides: holdout -> users, sales and list sales [cents]."""
    files = []
    for kind, text in (("events", EVENTS), ("assignments", ASSIGNMENTS)):
        path = tmp_path / f"{kind}.csv"
        path.write_text(text)
        files.append(ingest.InputFile(path=path, kind=kind))
    db = in_memory(tmp_path / "d")
    ingest.import_files(db, ingest.ImportRequest(files=tuple(files), currency="EUR"))
    frame = queries.read_frame(db, "holdout_sums")
    db.close()
    columns = ["user_count", "sales_cents", "list_sales_cents"]
    return frame.groupby("is_holdout")[columns].sum().to_dict("index")


def test_a_user_counts_on_one_side_and_who_changed_on_neither(sums):
    assert sums[True]["user_count"] == 2
    assert sums[False]["user_count"] == 2


def test_sales_count_from_the_assignment_to_its_end(sums):
    assert sums[False]["sales_cents"] == 700 + 200 + 100
    assert sums[True]["sales_cents"] == 300


def test_what_followed_a_click_on_a_list_is_credited_to_it(sums):
    assert sums[False]["list_sales_cents"] == 700
    assert sums[True]["list_sales_cents"] == 0
