"""Rules of a file, from the command line to the lists."""

import csv
import itertools
import json
from collections import Counter

import pandas as pd
import pytest

from engine.reporting.text import t
from tests.commands import only_json, refused


@pytest.fixture(scope="module")
def items(trained_sample):
    """The catalogue that the sample was loaded from."""
    table = pd.read_parquet(trained_sample.parent / "files" / "items.parquet")
    return table.set_index("item_id")


@pytest.fixture(scope="module")
def listed(sample, tmp_path_factory):
    """Write lists under some rules and return their rows."""
    folder = tmp_path_factory.mktemp("rules")

    def write(rules, *options):
        out, file = folder / "lists.csv", folder / "rules.json"
        command = ["recommend", "--out", out, "--json", *options]
        if rules is not None:
            file.write_text(json.dumps(rules), encoding="utf-8")
            command += ["--rules", file]
        only_json(sample(*command))
        with out.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    return write


def per_list(rows, value):
    """Count the values of each user's list."""
    counts = {}
    for row in rows:
        counts.setdefault(row["user_id"], Counter())[value(row)] += 1
    return counts


def test_a_file_without_rules_changes_nothing(listed):
    assert listed({}) == listed(None)


def test_quota_block_and_boost_show_in_the_lists(listed, items):
    category = items["category"].to_dict()
    names = sorted(set(category.values()))
    gone, lifted = names[0], names[1]
    rules = {
        "block": {"categories": [gone]},
        "boost": {"categories": {lifted: 3.0}},
        "at_most_per_category": 2,
    }
    rows = listed(rules)

    assert {row["policy"] for row in rows} == {"ranked+rules"}
    found = per_list(rows, lambda row: category[row["item_id"]])
    assert all(sum(counts.values()) == 10 for counts in found.values())
    assert all(gone not in counts and max(counts.values()) <= 2 for counts in found.values())
    for row in rows:
        assert float(row["boost"]) == (3.0 if category[row["item_id"]] == lifted else 1.0)
        assert row["reason"]
    told = t("list_words.boosted").format(tag=lifted)
    assert sum(row["reason"] == told for row in rows) > 50
    for above, below in itertools.pairwise(rows):
        if above["user_id"] == below["user_id"]:
            assert float(above["score"]) >= float(below["score"])


def test_chances_of_a_row_do_not_depend_on_boosts(listed):
    plain = {(r["user_id"], r["item_id"]): r["p_click"] for r in listed(None, "--k", "60")}
    rows = listed({"boost": {"tags": {"gift": 5}}})
    assert any(row["boost"] == "5.0" for row in rows)
    pairs = [(row["user_id"], row["item_id"]) for row in rows]
    known = [(pair, row) for pair, row in zip(pairs, rows, strict=True) if pair in plain]
    assert len(known) > len(rows) / 2
    assert all(float(row["p_click"]) == float(plain[pair]) for pair, row in known)


def test_a_wish_for_new_items_is_met_by_items_of_the_last_month(listed, trained_sample):
    events = pd.read_parquet(trained_sample.parent / "files" / "events.parquet")
    known = events.dropna(subset="item_id").groupby("item_id")["occurred_at"].min()
    days = (events["occurred_at"].max() - known).dt.days
    owed = [
        row
        for row in listed({"at_least_new": 2})
        if row["reason"] == t("list_words.new_by_rule", "en")
    ]
    assert owed and all(days[row["item_id"]] <= 30 for row in owed)
    assert days.gt(30).any(), "not every item is new"


def test_items_for_members_are_hidden_from_others(listed, items, trained_sample):
    hidden = set(items.index[items["members_only"].fillna(False).astype(bool)])
    assert hidden
    files = trained_sample.parent / "files"
    periods = pd.read_parquet(files / "memberships.parquet")
    log_end = pd.read_parquet(files / "events.parquet")["occurred_at"].max()
    running = periods["ended_at"].isna() | (periods["ended_at"] > log_end)
    members = set(periods.loc[running, "user_id"])
    assert set(periods["user_id"]) - members, "someone left"
    long = ("--k", "50")
    before = [row for row in listed(None, *long) if row["item_id"] in hidden]
    after = [row for row in listed({"members_only": True}, *long) if row["item_id"] in hidden]
    assert any(row["user_id"] not in members for row in before)
    assert after and all(row["user_id"] in members for row in after)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"block": {"categories": ["astrology"]}}', "block.categories"),
        ('{"boost": {"tags": {"astrology": 2}}}', "boost.tags"),
        ('{"colour": 1}', "colour"),
        ("{", "line 1"),
    ],
)
def test_a_wrong_file_of_rules_is_refused_with_the_place(sample, tmp_path, text, place):
    rules, out = tmp_path / "rules.json", tmp_path / "lists.csv"
    rules.write_text(text, encoding="utf-8")
    said = refused(sample("recommend", "--out", out, "--rules", rules))
    assert place in said
    assert not out.exists()


def test_a_missing_file_of_rules_is_refused(sample, tmp_path):
    out = tmp_path / "lists.csv"
    assert "none.json" in refused(
        sample("recommend", "--out", out, "--rules", tmp_path / "none.json")
    )
