"""Lists go in as a frame and come out as the CSV of the contract."""

import csv

import pandas as pd
import pytest

from engine.columns import Lists
from engine.errors import ArtifactError
from engine.store import ingest, lists
from engine.store.connection import open_database


def test_formulas_are_guarded_and_columns_stand_in_order(tmp_path):
    db = open_database(tmp_path / "a.duckdb", folders=[tmp_path])
    items = tmp_path / "items.csv"
    items.write_text('item_id,title\n1e5,"=1+1, ""x"""\n')
    users = tmp_path / "users.csv"
    users.write_text("user_id\n007\n")
    files = tuple(ingest.InputFile(path=path, kind=path.stem) for path in (items, users))
    ingest.import_files(db, ingest.ImportRequest(files=files))
    frame = pd.DataFrame(
        {
            "policy": ["ranked"], "user_row": [0], "rank": [1], "item_row": [0],
            "score": [-0.5], "gamma": [0.1], "order_probability": [0.01],
            "source_code": ["popular_cold"], "reason_code": ["popular"],
            "reason_item_row": [0], "reason_tag": ["tea"], "reason_place": [7], "boost": [1.5],
        }
    )  # fmt: skip
    folder = db.folder / "runs" / "r"
    lists.write_lists(db, frame, folder)
    phrases = pd.DataFrame({"code": ["popular"], "text": ["because of {tag}"]})
    out = tmp_path / "lists.csv"
    count = lists.export_csv(db, folder, out, policy="ranked", k=10, phrases=phrases, run_id="r")
    page = lists.browse(db, folder, lists.ListFilters(), phrases, 10, 0)
    db.close()
    row = next(csv.DictReader(out.open(encoding="utf-8")))
    assert tuple(row) == Lists.ORDER
    assert (row["user_id"], row["item_id"], row["title"]) == ("007", "1e5", '\'=1+1, "x"')
    assert (row["score"], row["reason"], row["p_click"]) == ("-0.5", "because of tea", "0.1")
    assert row["boost"] == "1.5"
    assert (count.rows, count.users, count.users_cold) == (1, 1, 1)
    assert page["user_id"].tolist() == ["007"]


def test_lists_of_a_version_with_other_columns_are_called_damaged(tmp_path):
    db = open_database(tmp_path / "a.duckdb", folders=[tmp_path])
    folder = db.folder / "runs" / "r"
    lists.write_lists(db, pd.DataFrame({"policy": ["a"], "user_row": [0], "rank": [1]}), folder)
    phrases = pd.DataFrame({"code": ["popular"], "text": ["because"]})
    with pytest.raises(ArtifactError, match="artifact_damaged"):
        lists.browse(db, folder, lists.ListFilters(), phrases, 10, 0)
    db.close()
