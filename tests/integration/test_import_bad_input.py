# ruff: noqa: E501 - one case per line reads as a table
"""Hostile and broken files end in a clear code or a counted rejection, never in a loss."""

import gzip
import os

import pytest

from engine.errors import DataContractError
from engine.reporting.text import LOCALES, error_sentence
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


def load(shared, content, name="e.csv", kind="events", **options):
    db, folder = shared
    path = folder / name
    if content is not None:
        path.write_bytes(content)
    file = ingest.InputFile(path=path, kind=kind)
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
    "header in Latin-1": (b"caf\xe9," + HEAD + GOOD, "e.csv", "not_utf8"),
    "UTF-16 without a mark": ((HEAD + GOOD).decode().encode("utf-16-le"), "e.csv", "not_utf8"),
    "cut UTF-16": ((HEAD + GOOD).decode().encode("utf-16")[:-1], "e.csv", "file_damaged"),
    "empty gzip": (gzip.compress(b""), "e.csv.gz", "file_empty"),
    "huge field": (HEAD + b"u," + b"x" * 2_000_000 + b",view,1,1\n", "e.csv", "line_too_long"),
    "huge name of a column": (b"u" * 2_000_000 + b"," + HEAD, "e.csv", "line_too_long"),
    "line of 20 MB": (HEAD + b"u," * 10_000_000 + b"\n" + GOOD, "e.csv", "line_too_long"),
    "JSON line of 20 MB": (b'{"text": "' + b"x" * 20_000_000 + b'"}\n', "e.ndjson", "line_too_long"),
    "JSON field of 2 MB": (b'{"user_id": "' + b"x" * 2_000_000 + b'"}\n', "e.ndjson", "line_too_long"),
    "keys that differ in case": (b'{"user_id": "u"}\n{"USER_ID": "v"}\n', "e.ndjson", "column_twice"),
    "JSON of one array": (b'[\n {\n  "user_id": "u"\n }\n]\n', "e.json", "file_damaged"),
    "JSON of blank lines": (b"\n\n", "e.ndjson", "file_damaged"),
    "5000 columns": (b",".join(b"c%d" % n for n in range(5000)) + b"\n", "e.csv", "too_many_columns"),
    "csv that is Parquet": (b"PAR1xxxxPAR1", "e.csv", "file_type"),
    "cut inside a quote": ((HEAD + GOOD + b'u,"i\xc3'), "e.csv", "quote_unclosed"),
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
    for locale in LOCALES:
        sentence = error_sentence(caught.value, locale)
        assert name in sentence
        assert "{" not in sentence


REJECTED = {
    "short row": (b"u,i\n", "field_count"),
    "long row": (b"u,i,view,2026-01-01T00:00:00Z,1,2\n", "field_count"),
    "half a time in a short row": (b"u,i,view,2026-01-01\n", "field_count"),
    "null byte": (b"u\0,i,view,2026-01-01T00:00:00Z,1\n", "bad_characters"),
    "Latin-1": (b"\xe9,i,view,2026-01-01T00:00:00Z,1\n", "bad_characters"),
    "grouped number": (b'u,i,purchase,2026-01-01T00:00:00Z,"1,234.50"\n', "number_unreadable"),
    "decimal comma": (b'u,i,purchase,2026-01-01T00:00:00Z,"3,5"\n', "number_unreadable"),
    "two dashes": (b"u,i,purchase,2026-01-01T00:00:00Z,--\n", "number_unreadable"),
    "price sign": (b"u,i,purchase,2026-01-01T00:00:00Z,$5\n", "number_unreadable"),
    "infinite price": (b"u,i,purchase,2026-01-01T00:00:00Z,inf\n", "number_unreadable"),
    "1e400": (b"u,i,purchase,2026-01-01T00:00:00Z,1e400\n", "number_unreadable"),
    "negative price": (b"u,i,purchase,2026-01-01T00:00:00Z,-1\n", "negative"),
    "day or month first": (b"u,i,purchase,01/02/2026,1\n", "time_unreadable"),
    "year 2999": (b"u,i,purchase,2999-01-01T00:00:00Z,1\n", "time_in_future"),
    "farthest epoch": (b"u,i,purchase,999999999999999999,1\n", "time_in_future"),
    "zero of the clock": (b"u,i,purchase,1970-01-01T00:00:00Z,1\n", "time_before_logs"),
    "zero as a number": (b"u,i,purchase,0,1\n", "time_before_logs"),
    "year one": (b"u,i,purchase,0001-01-01T00:00:00Z,1\n", "time_before_logs"),
    "huge amount": (b"u,i,purchase,2026-01-01T00:00:00Z,999999999999\n", "out_of_range"),
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
    "price missing": (HEAD + b"u,i,purchase,2026-01-01T00:00:00Z,\n", 1),
    "price NaN": (HEAD + b"u,i,purchase,2026-01-01T00:00:00Z,NaN\n", 1),
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


JSON_LINES = {
    "half a character": (rb'{"user_id": "\ud800", "event_type": "view"}', "bad_characters"),
    "half a character in a key": (rb'{"\udfff": 1}', "bad_characters"),
    "half a character in a list": (rb'{"user_id": "u", "geo": ["\ud800"]}', "bad_characters"),
    "null byte": (rb'{"user_id": "a\u0000b"}', "bad_characters"),
    "null byte in a key": (rb'{"a\u0000b": 1}', "bad_characters"),
    "Latin-1": (b'{"user_id": "\xe9"}', "bad_characters"),
    "Latin-1 in a key": (b'{"\xe9": 1}', "bad_characters"),
    "one key twice": (b'{"user_id": "u", "user_id": "v"}', "key_twice"),
    "deep nesting": (b'{"geo": ' + b"[" * 99_999 + b"]" * 99_999 + b"}", "not_json"),
    "no object": (b"[1, 2]", "not_json"),
    "cut": (b'{"user_id": "u", "event_ty', "not_json"),
}


@pytest.mark.parametrize("case", JSON_LINES)
def test_json_line_is_rejected_and_its_neighbour_kept(shared, case):
    line, reason = JSON_LINES[case]
    good = rb'{"user_id": "\\ud800 \\u0000", "event_type": "view", "occurred_at": 1767225600}'
    report = load(shared, good + b"\n\n" + line, "e.ndjson")
    assert (report.read, report.accepted, report.reasons) == (2, 1, {reason: 1})


@pytest.mark.parametrize("given", ["rating", "dwell_seconds"])
@pytest.mark.parametrize("value", ["1e18", "1e36", "1e299"])
def test_number_beyond_every_sum_is_rejected(shared, given, value):
    head = HEAD.replace(b"unit_price", given.encode())
    row = f"u,i,view,2026-01-01T00:00:00Z,{value}\n".encode()
    report = load(shared, head + row + GOOD)
    assert (report.accepted, report.reasons) == (1, {"out_of_range": 1})


PERIODS = {
    "memberships": "user_id,plan,price_per_month,started_at\nu,p,1,0001-01-01T00:00:00Z\n",
    "assignments": "user_id,experiment,arm,started_at\nu,e,a,1970-01-01T00:00:00Z\n",
}


@pytest.mark.parametrize("kind", PERIODS)
def test_period_that_starts_before_all_logs_is_rejected(shared, kind):
    report = load(shared, PERIODS[kind].encode(), f"{kind}.csv", kind=kind)
    assert report.reasons == {"time_before_logs": 1}


def test_clock_gap_is_rejected_and_overlap_is_the_first(shared):
    rows = b"u,i,view,2026-03-29 01:30:00,\nu,i,view,2026-10-25 01:30:00,\n"
    report = load(shared, HEAD + rows, timezone="Europe/London")
    assert report.reasons == {"time_nonexistent": 1}


def test_what_is_no_file_is_refused(shared):
    os.mkfifo(shared[1] / "pipe.csv")
    (shared[1] / "folder.csv").mkdir()
    (shared[1] / "loop.csv").symlink_to(shared[1] / "loop.csv")
    (shared[1] / "away.csv").symlink_to(shared[1] / "nowhere.csv")
    names = ("pipe.csv", "folder.csv", "loop.csv", "away.csv", "none.csv", "x" * 300, "a.csv/b.csv")
    (shared[1] / "a.csv").touch()
    for name in names:
        with pytest.raises(DataContractError, match="file_missing"):
            load(shared, None, name)


def test_file_that_may_not_be_opened_is_refused(shared, monkeypatch):
    (shared[1] / "secret.csv").write_bytes(HEAD + GOOD)

    def denied(*_, **__):
        raise PermissionError

    monkeypatch.setattr("pathlib.Path.open", denied)
    with pytest.raises(DataContractError, match="file_unreadable"):
        load(shared, None, "secret.csv")


def test_ids_stay_text(tmp_path):
    db = open_database(tmp_path / "a.duckdb", folders=[tmp_path])
    ids = ["007", "1e5", "12345678901234567890123", "é", "e\u0301", "\u202eid", "id", "i\u200bd"]
    ids += ["🛒", "👩\u200d🚀", "\ufeffid", "i\u00a0d"]
    path = tmp_path / "users.csv"
    path.write_text("user_id\n" + "\n".join(ids) + "\n", encoding="utf-8")
    file = ingest.InputFile(path=path, kind="users")
    ingest.import_files(db, ingest.ImportRequest(files=(file,)))
    with db.cursor() as cursor:
        found = {row[0] for row in cursor.execute("select user_id from marts.users").fetchall()}
    db.close()
    assert found == set(ids)
