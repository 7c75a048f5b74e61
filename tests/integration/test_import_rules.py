"""Rules that make two readers of one file count alike."""

import json

import pandas as pd
import pytest

from engine.errors import DataContractError
from engine.store import ingest
from engine.store.connection import open_database
from engine.store.queries import data_hash

HEAD = "event_id,user_id,item_id,event_type,occurred_at,quantity,unit_price\n"
ROWS = (
    "a,u,i,purchase,2026-01-02T03:04:05Z,2,1.50\n"
    "b,v,i,purchase,2026-01-01T00:00:00Z,1,0.125\n"
    ",v,j,click,2026-01-03T00:00:00Z,,\n"
)
TIME = "2026-01-01T00:00:00Z"


@pytest.fixture
def db(tmp_path):
    database = open_database(tmp_path / "a.duckdb", folders=[tmp_path])
    yield database
    database.close()


def load(db, content, *, name="e.csv", kind="events", **options):
    path = db.path.parent / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    file = ingest.InputFile(path=path, kind=kind)
    request = ingest.ImportRequest(files=(file,), **{"currency": "EUR", **options})
    report = ingest.import_files(db, request).files[0]
    assert report.accepted + report.duplicate + report.rejected == report.read
    return report


def ask(db, question):
    with db.cursor() as cursor:
        return cursor.execute(question).fetchall()


def test_same_file_twice_adds_nothing(db):
    first = load(db, HEAD + ROWS)
    before = data_hash(db), ask(db, "from marts.interactions order by all")
    second = load(db, HEAD + ROWS)
    assert (first.accepted, second.accepted, second.duplicate) == (3, 0, 3)
    assert (data_hash(db), ask(db, "from marts.interactions order by all")) == before


@pytest.mark.parametrize("apart", [False, True])
def test_one_event_id_with_two_contents_is_a_conflict(db, apart):
    first, other = f"a,u,i,view,{TIME},,\n", f"a,u,j,view,{TIME},,\n"
    if apart:
        load(db, HEAD + first)
    report = load(db, HEAD + other if apart else HEAD + first + other)
    assert report.reasons == {"event_id_conflict": 1}
    assert ask(db, "select item_id from raw.events") == [("i",)]


def test_refused_row_does_not_claim_its_event_id(db):
    report = load(db, HEAD + f"a,u,i,teleport,{TIME},,\na,u,i,view,{TIME},,\n")
    assert (report.accepted, report.reasons) == (1, {"event_type_unknown": 1})


def test_equal_rows_are_kept_on_request_but_not_a_second_time(db):
    row = f",u,i,purchase,{TIME},1,2\n"
    assert load(db, HEAD + row + row, keep_repeats=True).accepted == 2
    assert load(db, HEAD + row + row, keep_repeats=True).duplicate == 2


def test_other_currency_is_rejected_by_name(db):
    head = HEAD.strip() + ",currency\n"
    report = load(db, head + f",u,i,purchase,{TIME},1,2,EUR\n,u,i,purchase,{TIME},1,3,usd\n")
    assert report.reasons == {"currency_other": 1}
    assert report.amount_cents == {"read": 500, "accepted": 200, "duplicate": 0, "rejected": 300}
    with pytest.raises(DataContractError, match="currency_conflict"):
        load(db, HEAD, currency="USD")


def test_money_is_rounded_half_even_and_returns_are_negative(db):
    report = load(
        db,
        HEAD
        + f",u,i,purchase,{TIME},1,0.125\n,u,j,purchase,{TIME},1,0.135\n"
        + f",u,k,purchase,{TIME},-2,1\n,u,l,return,{TIME},2,1\n,u,m,purchase,{TIME},0,9\n",
    )
    found = ask(db, "select event_type, quantity, amount_cents from raw.events order by item_id")
    assert report.accepted == 5
    assert [(kind, float(q), cents) for kind, q, cents in found] == [
        ("purchase", 1, 12), ("purchase", 1, 14), ("return", 2, -200), ("return", 2, -200),
        ("purchase", 0, 0),
    ]  # fmt: skip


def test_nested_columns_are_kept_as_json(db):
    path = db.path.parent / "e.parquet"
    pd.DataFrame(
        {
            "user_id": [17850.0, 2.0],
            "event_type": ["view", "view"],
            "occurred_at": pd.to_datetime(["2026-01-01", "2026-01-02"], utc=True),
            "device": [{"kind": "phone", "sizes": [1, 2]}, {"kind": "é", "sizes": []}],
        }
    ).to_parquet(path)
    assert load(db, None, name="e.parquet").accepted == 2
    found = dict(ask(db, "select user_id, context from raw.events"))
    device = json.loads(found["17850"])["device"]
    assert json.loads(device) == {"kind": "phone", "sizes": [1, 2]}


def test_nested_ndjson_is_kept_as_json(db):
    record = {"user_id": 7, "event_type": "view", "occurred_at": TIME, "geo": {"at": [1.50]}}
    assert load(db, json.dumps(record) + "\nnot json\n", name="e.ndjson").rejected == 1
    user, context = ask(db, "select user_id, context from raw.events")[0]
    assert user == "7"
    assert json.loads(json.loads(context)["geo"]) == {"at": ["1.5"]}


@pytest.mark.parametrize("name", ["a b'c\".csv", "事件.CSV", "e*.csv", "[e]?.csv", "$path;--.csv"])
def test_name_of_a_file_is_only_a_name(db, name):
    assert load(db, HEAD + ROWS, name=name).accepted == 3


@pytest.mark.parametrize("name", ["a'b.parquet", "e*.parquet", "[e].parquet", "事件.parquet"])
def test_name_of_a_parquet_file_is_only_a_name(db, name):
    frame = pd.DataFrame({"user_id": ["u"]})
    for neighbour in ("e1.parquet", "e.parquet"):  # what the name would match as a pattern
        pd.DataFrame({"user_id": ["n1", "n2"]}).to_parquet(db.path.parent / neighbour)
    frame.to_parquet(db.path.parent / name)
    report = load(db, None, name=name, kind="users")
    assert (report.file, report.read) == (name, 1)
    assert ask(db, "select user_id from raw.users") == [("u",)]


def test_ambiguous_local_time_is_the_first(db):
    row = ",u,i,view,2026-10-25 01:30:00,,\n,u,j,view,2026-07-01 12:00:00+02:00,,\n"
    load(db, HEAD + row, timezone="Europe/London")
    found = ask(db, "select cast(occurred_at as varchar) from raw.events order by item_id")
    assert found == [("2026-10-25 00:30:00",), ("2026-07-01 10:00:00",)]


def test_text_after_many_numbers_is_still_an_id(db):
    users = "\n".join(str(n) for n in range(150_000))
    report = load(db, f"user_id\n{users}\n00a\n", kind="users")
    assert (report.accepted, report.rejected) == (150_001, 0)
    assert ask(db, "select user_id from raw.users where user_id = '00a'") == [("00a",)]


def test_order_of_rows_changes_no_answer(db, tmp_path):
    load(db, HEAD + ROWS)
    (tmp_path / "other").mkdir()
    other = open_database(tmp_path / "other" / "a.duckdb", folders=[tmp_path / "other"])
    load(other, HEAD + "".join(reversed(ROWS.splitlines(keepends=True))))
    for mart in ("users", "items", "interactions", "visits", "monthly_activity"):
        assert ask(db, f"from marts.{mart} order by all") == ask(
            other, f"from marts.{mart} order by all"
        )
    assert data_hash(db) == data_hash(other)
    other.close()


def test_failed_file_takes_the_whole_import_back(db):
    good, bad = db.path.parent / "e.csv", db.path.parent / "bad.csv"
    good.write_text(HEAD + ROWS)
    bad.write_text("user_id\n")
    files = tuple(ingest.InputFile(path=path, kind="events") for path in (good, bad))
    with pytest.raises(DataContractError, match="column_missing"):
        ingest.import_files(db, ingest.ImportRequest(files=files, currency="EUR"))
    assert ask(db, "select count(*) from raw.events") == [(0,)]


def test_each_rejected_row_can_be_found_again(db):
    load(db, HEAD + f",u,i,view,{TIME},,\n,u,i,teleport,{TIME},,\n")
    row = ingest.rejected_rows(db).iloc[0]
    assert (row["file"], row["line"], row["column"], row["reason"]) == (
        "e.csv", 3, "event_type", "event_type_unknown",
    )  # fmt: skip
    assert json.loads(row["row"])["event_type"] == "teleport"


def test_machine_is_flagged_and_a_fast_rater_is_not(db):
    path = db.path.parent / "e.parquet"
    times = pd.date_range("2026-01-01", periods=50_001, freq="1s", tz="UTC")
    views = pd.DataFrame({"user_id": "machine", "event_type": "view", "occurred_at": times})
    ratings = views.assign(user_id="rater", event_type="rating", rating=5, item_id="i")
    pd.concat([views, ratings]).to_parquet(path)
    assert load(db, None, name="e.parquet").accepted == 100_002
    found = ask(db, "select user_id, is_bot from marts.users order by user_id")
    assert found == [("machine", True), ("rater", False)]


def test_rejected_rows_run_nothing_in_a_spreadsheet(db):
    load(db, HEAD + f",u,i,teleport,{TIME},,\n", name="=1+1.csv")
    assert b"\n'=1+1.csv," in ingest.rejected_csv(db)
    assert ingest.rejected_rows(db).iloc[0]["file"] == "=1+1.csv"
