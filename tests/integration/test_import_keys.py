"""The key of an event is what it was in databases that exist: else it would be added again."""

import hashlib
import uuid

import pytest

from engine.store import ingest
from engine.store.connection import in_memory

FULL = {
    **{"event_id": "e", "user_id": "u", "item_id": "i", "event_type": "purchase"},
    **{"occurred_at": "2026-01-02T03:04:05.5Z", "quantity": "-2", "unit_price": "1.5"},
    **{"rating": "4", "dwell_seconds": "2.5", "query": "q", "text": "t", "session_id": "s"},
    **{"request_id": "r", "position": "3", "propensity": "0.5", "policy": "p", "is_ad": "no"},
    **{"viewable": "yes", "context": "c"},
}
FULL_KEY = (
    *("e", "u", "i", "return", "2026-01-02 03:04:05.5", "2.000000", "1.500000", "4.0", "2.5"),
    *("q", "t", "s", "r", "3", "0.5", "p", "false", "true", "c"),
)
SPARSE = {"user_id": "u", "event_type": "view", "occurred_at": "2026-01-02"}
SPARSE_KEY = ("", "u", "", "view", "2026-01-02 00:00:00", *[""] * 14)


@pytest.mark.parametrize(("row", "parts"), [(FULL, FULL_KEY), (SPARSE, SPARSE_KEY)])
def test_a_key_is_the_sum_of_all_canonical_fields(tmp_path, row, parts):
    path = tmp_path / "a.csv"
    path.write_text(f"{','.join(row)}\n{','.join(row.values())}\n")
    db = in_memory(tmp_path / "d", folders=[tmp_path])
    file = ingest.InputFile(path=path, kind="events")
    ingest.import_files(db, ingest.ImportRequest(files=(file,), timezone="UTC", currency="EUR"))
    with db.cursor() as cursor:
        found = cursor.execute("select content_key from raw.events").fetchall()
        sums = cursor.execute(
            "select row_count, first_sum, last_sum from marts.data_fingerprint"
        ).fetchall()
    db.close()
    digest = hashlib.md5("\x1f".join(parts).encode(), usedforsecurity=False).hexdigest()
    assert found == [(uuid.UUID(digest),)]
    assert sums == [(1, str(int(digest[:8], 16)), str(int(digest[-8:], 16)))]
