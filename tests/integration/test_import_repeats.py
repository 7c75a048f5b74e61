"""Which row of several alike is kept, against the rules said in plain Python."""

import pytest

from engine.rng import stream
from engine.store import ingest
from engine.store.connection import in_memory

N_ROWS = 400


@pytest.fixture
def db(tmp_path):
    database = in_memory(tmp_path / "d", folders=[tmp_path])
    yield database
    database.close()


def drawn(name):
    """Rows of (event_id or None, item): few ids and few items, some rows without a user."""
    rng = stream(1, "repeats", name)
    ids = [None if n < 6 else f"e{n}" for n in rng.integers(0, 60, N_ROWS)]
    items = [f"i{n}" for n in rng.integers(0, 6, N_ROWS)]
    fresh = rng.random(N_ROWS) < 0.3
    items = [f"{name}{n}" if fresh[n] else item for n, item in enumerate(items)]
    users = ["" if missing else "u" for missing in rng.random(N_ROWS) < 0.1]
    return list(zip(ids, users, items, strict=True))


def fates(rows, known, *, keep_repeats):
    """Count fates by the rules of the contract; what is accepted is added to ``known``."""
    known_ids = {event_id for event_id, _ in known if event_id}
    first, seen, accepted = {}, set(), []
    counts = {"accepted": 0, "duplicate": 0, "rejected": 0}
    for event_id, user, item in rows:
        key = (event_id, item)
        if not user:
            counts["rejected"] += 1
            continue
        is_first = first.setdefault(event_id, key) == key if event_id else True
        if key in known:
            fate = "duplicate"
        elif event_id in known_ids or not is_first:
            fate = "rejected"
        elif key in seen and (event_id or not keep_repeats):
            fate = "duplicate"
        else:
            fate = "accepted"
            accepted.append(key)
        seen.add(key)
        counts[fate] += 1
    known.update(accepted)
    return counts


@pytest.mark.parametrize("keep_repeats", [False, True])
def test_repeats_of_three_files_in_two_imports(db, keep_repeats):
    known = set()
    for names in (("a", "b"), ("c", "a")):
        files, expected = [], []
        for name in names:
            rows = drawn(name)
            path = db.folder.parent / f"{name}.csv"
            lines = [f"{event_id or ''},{user},{item}" for event_id, user, item in rows]
            path.write_text("event_id,user_id,item_id\n" + "\n".join(lines) + "\n")
            constants = {"event_type": "view", "occurred_at": "2026-01-01T00:00:00Z"}
            files.append(ingest.InputFile(path=path, kind="events", constants=constants))
            expected.append(fates(rows, known, keep_repeats=keep_repeats))
        request = ingest.ImportRequest(files=tuple(files), keep_repeats=keep_repeats)
        report = ingest.import_files(db, request)
        found = [
            {fate: getattr(file, fate) for fate in ("accepted", "duplicate", "rejected")}
            for file in report.files
        ]
        assert found == expected
    assert min(expected[0].values()) > 0, "the draw tries every fate"
