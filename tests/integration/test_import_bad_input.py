# ruff: noqa: E501 - one case per line reads as a table
"""Hostile and broken files end in a clear code or a counted rejection, never in a loss."""

import gzip
import os

import pytest

from engine.errors import DataContractError
from engine.store import ingest
from engine.store.connection import open_database

HEAD = b"user_id,item_id,event_type,occurred_at,unit_price\n"
GOOD = b"u,i,purchase,2026-01-02T03:04:05Z,1.50\n"


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bad")
    db = open_database(folder / "a.duckdb", folders=[folder])
    yield db, folder
    db.close()


def load(shared, content, name="e.csv", **options):
    db, folder = shared
    path = folder / name
    if content is not None:
        path.write_bytes(content)
    file = ingest.InputFile(path=path, kind="events")
    request = ingest.ImportRequest(files=(file,), currency="EUR", dry_run=True, **options)
    report = ingest.import_files(db, request).files[0]
    assert report.accepted + report.duplicate + report.rejected == report.read
    cents = report.amount_cents
    assert cents["accepted"] + cents["duplicate"] + cents["rejected"] == cents["read"]
    return report


REFUSED = {
    "empty file": (b"", "e.csv", "file_empty"),
    "duplicate header": (HEAD.replace(b"item_id", b"USER_ID") + GOOD, "e.csv", "column_twice"),
    "required column missing": (b"user_id,event_type\nu,view\n", "e.csv", "column_missing"),
    "unclosed quote": (HEAD + b'u,"i,view,2026-01-01T00:00:00Z,1\n' + GOOD, "e.csv", "quote_unclosed"),
    "huge line": (HEAD + b"u," + b"x" * 2_000_000 + b",view,1,1\n", "e.csv", "line_too_long"),
    "5000 columns": (b",".join(b"c%d" % n for n in range(5000)) + b"\n", "e.csv", "too_many_columns"),
    "csv that is Parquet": (b"PAR1xxxxPAR1", "e.csv", "file_type"),
    "csv that is a zip": (b"PK\x03\x04xxxx", "e.csv", "file_type"),
    "truncated Parquet": (b"PAR1xxxxxxxx", "e.parquet", "file_damaged"),
    "cut gzip": (gzip.compress(HEAD + GOOD * 9)[:-9], "e.csv.gz", "file_damaged"),
    "naive time without a zone": (
        HEAD + b"u,i,view,2026-01-01 00:00:00,1\n", "e.csv", "timezone_missing"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_file_is_refused_with_a_code(shared, case):
    content, name, code = REFUSED[case]
    with pytest.raises(DataContractError) as caught:
        load(shared, content, name)
    assert caught.value.reason == code


REJECTED = {
    "ragged row": (b"u,i\n", "field_count"),
    "null byte": (b"u\0,i,view,2026-01-01T00:00:00Z,1\n", "bad_characters"),
    "Latin-1": (b"\xe9,i,view,2026-01-01T00:00:00Z,1\n", "bad_characters"),
    "grouped number": (b'u,i,purchase,2026-01-01T00:00:00Z,"1,234.50"\n', "number_unreadable"),
    "price sign": (b"u,i,purchase,2026-01-01T00:00:00Z,$5\n", "number_unreadable"),
    "infinite price": (b"u,i,purchase,2026-01-01T00:00:00Z,inf\n", "number_unreadable"),
    "1e400": (b"u,i,purchase,2026-01-01T00:00:00Z,1e400\n", "number_unreadable"),
    "negative price": (b"u,i,purchase,2026-01-01T00:00:00Z,-1\n", "negative"),
    "day or month first": (b"u,i,purchase,01/02/2026,1\n", "time_unreadable"),
    "year 2999": (b"u,i,purchase,2999-01-01T00:00:00Z,1\n", "time_in_future"),
    "unknown event": (b"u,i,teleport,2026-01-01T00:00:00Z,1\n", "event_type_unknown"),
    "no user": (b",i,view,2026-01-01T00:00:00Z,1\n", "missing"),
}


@pytest.mark.parametrize("case", REJECTED)
def test_row_is_rejected_and_its_neighbour_kept(shared, case):
    line, reason = REJECTED[case]
    report = load(shared, HEAD + line + GOOD)
    assert (report.read, report.accepted, report.reasons) == (2, 1, {reason: 1})


ACCEPTED = {
    "header only": (HEAD, 0),
    "byte order mark": (b"\xef\xbb\xbf" + HEAD + GOOD, 1),
    "UTF-16": ((HEAD + GOOD).decode().encode("utf-16"), 1),
    "semicolons": ((HEAD + GOOD).replace(b",", b";"), 1),
    "CR only": ((HEAD + GOOD).replace(b"\n", b"\r"), 1),
    "mixed ends of line": (HEAD.replace(b"\n", b"\r\n") + GOOD, 1),
    "price 0": (HEAD + b"u,i,purchase,2026-01-01T00:00:00Z,0\n", 1),
    "SQL in a column name": (HEAD.replace(b"\n", b',"x""; drop table"\n') + GOOD[:-1] + b",1\n", 1),
    "epoch units": (
        HEAD + b"u,i,view,1514764800,\nu,j,view,1514764800000,\nu,k,view,1514764800000000,\n", 3
    ),
    "equal rows": (HEAD + GOOD + GOOD, 1),
}  # fmt: skip


@pytest.mark.parametrize("case", ACCEPTED)
def test_unusual_file_is_read_whole(shared, case):
    content, accepted = ACCEPTED[case]
    assert load(shared, content).accepted == accepted


def test_clock_gap_is_rejected_and_overlap_is_the_first(shared):
    rows = b"u,i,view,2026-03-29 01:30:00,\nu,i,view,2026-10-25 01:30:00,\n"
    report = load(shared, HEAD + rows, timezone="Europe/London")
    assert report.reasons == {"time_nonexistent": 1}


def test_fifo_and_folder_are_refused(shared):
    os.mkfifo(shared[1] / "pipe.csv")
    (shared[1] / "folder.csv").mkdir()
    for name in ("pipe.csv", "folder.csv"):
        with pytest.raises(DataContractError, match="file_missing"):
            load(shared, None, name)


def test_ids_stay_text(tmp_path):
    db = open_database(tmp_path / "a.duckdb", folders=[tmp_path])
    ids = ["007", "1e5", "12345678901234567890123", "é", "e\u0301", "\u202eid"]
    path = tmp_path / "users.csv"
    path.write_text("user_id\n" + "\n".join(ids) + "\n", encoding="utf-8")
    file = ingest.InputFile(path=path, kind="users")
    ingest.import_files(db, ingest.ImportRequest(files=(file,)))
    with db.cursor() as cursor:
        found = {row[0] for row in cursor.execute("select user_id from marts.users").fetchall()}
    db.close()
    assert found == set(ids)
