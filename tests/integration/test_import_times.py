"""A time that a Parquet file holds as such is read as its text would be."""

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.errors import DataContractError
from engine.store import ingest
from engine.store.connection import in_memory
from engine.store.ingest_files import stage_text

SKIPPED, TWICE = "2026-03-29T01:30", "2026-10-25T01:30"
"""Wall clocks that London never showed, and showed two times."""
MOMENTS = (
    *(SKIPPED, TWICE, "1970-01-01", "0001-01-01", "9999-12-31T23:59:59.999999", "2026-01-02"),
    "2026-01-02T03:04:05.678901",
)
DAY = 86_400_000_000
MICROSECONDS = (
    *np.array(MOMENTS, "datetime64[us]").astype(int).tolist(),
    *(2_932_897 * DAY, 4_000_000 * DAY, -719_163 * DAY, -800_000 * DAY, -5_000_000 * DAY),
    *(2**63 - 1, -(2**63) + 1, None),
)
"""Then years of five digits, years before Christ, the two infinities and a missing time."""
COLUMNS = {"events": "occurred_at", "users": "signed_up_at", "items": "published_at"}


@pytest.fixture(params=["naive", "fixed"])
def times(request):
    zone = "UTC" if request.param == "fixed" else None
    return pa.array(MICROSECONDS, pa.int64()).cast(pa.timestamp("us", zone))


@pytest.fixture
def load(tmp_path):
    """Report, stored rows and rejected rows of a file of times, in a database of its own."""

    def run(kind, times, zone="Europe/London"):
        folder = tmp_path / f"{kind}-{'text' if pa.types.is_string(times.type) else 'time'}"
        folder.mkdir()
        ids = [f"{n}" for n in range(len(times))]
        table = {"user_id": ids, "item_id": ids, COLUMNS[kind]: times, "when": times}
        if kind == "events":
            table["event_type"] = ["view"] * len(ids)
        pq.write_table(pa.table(table), folder / "a.parquet")
        db = in_memory(folder / "d", folders=[folder])
        file = ingest.InputFile(path=folder / "a.parquet", kind=kind)
        try:
            report = ingest.import_files(db, ingest.ImportRequest(files=(file,), timezone=zone))
            with db.cursor() as cursor:
                rows = cursor.execute(f"from raw.{kind} order by all").fetchall()
            return report.files, rows, ingest.rejected_csv(db).decode()
        finally:
            db.close()

    return run


def as_text(times):
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.register("given", pa.table({"time": times}))
        rows = connection.execute("select cast(time as varchar) from given").fetchall()
    return pa.array([row[0] for row in rows], pa.string())


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_time_and_its_text_have_one_fate(load, kind, times):
    as_time, of_text = load(kind, times), load(kind, as_text(times))
    assert as_time == of_text
    assert as_time[1], "nothing was accepted"
    assert as_time[2].count("time_unreadable") >= 2 or kind == "events"


def test_times_arrive_unchanged(tmp_path, times):
    pq.write_table(pa.table({"id": ["a"] * len(times), "time": times}), tmp_path / "a.parquet")
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        table = stage_text(connection, tmp_path / "a.parquet")
        found = connection.execute("select cast(c1 as varchar), typeof(c1) from delivered")
        texts, kinds = zip(*found.fetchall(), strict=True)
    assert table.times == {1}
    assert list(texts) == as_text(times).to_pylist()
    assert set(kinds) <= {"TIMESTAMP", "TIMESTAMP WITH TIME ZONE"}


def test_a_naive_time_still_needs_a_zone(load):
    naive = pa.array(["2026-01-02T03:04:05"]).cast(pa.timestamp("us"))
    with pytest.raises(DataContractError, match="timezone_missing"):
        load("events", naive, zone=None)
    report, rows, _ = load("users", naive.cast(pa.timestamp("us", "UTC")), zone=None)
    assert report[0].accepted == 1
    assert rows[0][5].isoformat() == "2026-01-02T03:04:05"


def test_a_preview_shows_times_as_text(tmp_path, times):
    pq.write_table(pa.table({"time": times}), tmp_path / "a.parquet")
    seen = ingest.preview(tmp_path / "a.parquet", "events", len(times), event_column="time")
    assert all(isinstance(row[0], str | None) for row in seen.rows)
    assert len(seen.event_values) == len(set(seen.rows) - {(None,)})
