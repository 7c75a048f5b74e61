"""The shipped sample enters whole: nothing refused, nothing lost, nobody a machine."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from engine.store import ingest
from engine.store.connection import open_database
from engine.store.queries import read_frame

SAMPLE = Path(__file__).parents[2] / "sample_data"
KINDS = ("items", "users", "events", "memberships", "assignments", "lists")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    db = open_database(tmp_path_factory.mktemp("sample") / "a.duckdb", folders=[SAMPLE])
    files = tuple(ingest.InputFile(path=SAMPLE / f"{kind}.parquet", kind=kind) for kind in KINDS)
    report = ingest.import_files(db, ingest.ImportRequest(files=files, currency="EUR"))
    yield db, {file.kind: file for file in report.files}
    db.close()


@pytest.mark.parametrize("kind", KINDS)
def test_each_row_of_the_sample_is_accepted(world, kind):
    delivered = pq.read_metadata(SAMPLE / f"{kind}.parquet").num_rows
    file = world[1][kind]
    assert (file.read, file.accepted, file.duplicate, file.reasons) == (delivered, delivered, 0, {})


def test_sales_of_the_marts_are_the_orders_less_returns_of_the_file(world):
    columns = ["event_type", "quantity", "unit_price"]
    events = pq.read_table(SAMPLE / "events.parquet", columns=columns).to_pandas()
    cents = (events["unit_price"] * events["quantity"].fillna(1).abs() * 100).round()
    sign = events["event_type"].map({"purchase": 1, "return": -1})
    profile = read_frame(world[0], "data_profile").iloc[0]
    assert profile["net_sales_cents"] == int((sign * cents).sum()) > 0


def test_tags_and_times_keep_their_values(world):
    delivered = pq.read_table(SAMPLE / "items.parquet", columns=["item_id", "tags"]).to_pydict()
    expected = dict(zip(delivered["item_id"], delivered["tags"], strict=True))
    items = read_frame(world[0], "items")
    assert {
        row.item_id: list(row.tags) for row in items.itertuples() if row.item_id in expected
    } == expected
    times = pq.read_table(SAMPLE / "events.parquet", columns=["occurred_at"])["occurred_at"]
    profile = read_frame(world[0], "data_profile").iloc[0]
    utc = sorted(times.cast("int64").to_pylist())
    assert profile["first_at"].value == utc[0] * 1_000_000
    assert profile["last_at"].value == utc[-1] * 1_000_000


def test_no_shopper_of_the_sample_counts_as_a_machine(world):
    assert read_frame(world[0], "data_profile").iloc[0]["bot_count"] == 0
