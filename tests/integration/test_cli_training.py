"""Train, recommend and evaluate keep the contract of the command line."""

import csv
import itertools
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from engine.columns import Lists
from engine.ranking.settings import settings_for
from engine.workbench import training
from engine.workbench.workspace import open_workspace
from tests.commands import copied, engine, only_json, process, refused

METRICS = {"ndcg", "recall", "map", "mrr", "hit_rate", "coverage", "novelty", "diversity"}
TRAIN_KEYS = {"run_id", "seconds", "users", "items", "events", "positives", "metrics", "notes"}
SPLIT_KEYS = {"method", "test_share", "at", "train_rows", "test_pairs", "k"}


def written(command, path, *options):
    """The rows of the lists that a command writes, and what it counted."""
    counts = only_json(command("recommend", "--out", path, "--json", *options))
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file)), counts


@pytest.fixture(scope="module")
def ranked(sample, tmp_path_factory):
    """Rows of the lists without any option, and what was counted."""
    return written(sample, tmp_path_factory.mktemp("ranked") / "lists.csv")


@pytest.fixture(scope="module")
def long(sample, tmp_path_factory):
    """Rows of lists of thirty."""
    return written(sample, tmp_path_factory.mktemp("long") / "lists.csv", "--k", "30")


def test_train_reports_the_keys_of_the_contract(trained_sample):
    report = json.loads((trained_sample.parent / "train.json").read_text(encoding="utf-8"))

    assert set(report) == TRAIN_KEYS
    assert (report["users"], report["items"]) == (400, 120)
    assert report["positives"] == ["purchase"]
    assert {"ranked", "popularity", "random", "als", "current"} <= set(report["metrics"])
    for metrics in report["metrics"].values():
        assert set(metrics) == METRICS
    parts = {name: spent for name, spent in report["seconds"].items() if name != "total"}
    assert sum(parts.values()) == pytest.approx(report["seconds"]["total"], abs=0.01)


def test_lists_have_the_columns_of_the_contract_in_order_of_user_and_rank(ranked):
    rows, counts = ranked

    assert tuple(rows[0]) == Lists.ORDER
    assert counts == {"rows": len(rows), "users": 400, "users_cold": counts["users_cold"]}
    places = [(row["user_id"], int(row["rank"])) for row in rows]
    assert places == sorted(places)
    assert all(1 <= rank <= 10 for _, rank in places)
    assert {row["currency"] for row in rows} == {"EUR"}
    assert {row["policy"] for row in rows} == {"ranked"}
    assert all(row["source"] and row["reason"] for row in rows)


def test_rows_carry_the_chance_of_a_click_and_of_an_order(ranked):
    rows, _ = ranked

    for row in rows:
        assert 0.0 < float(row["p_purchase"]) < float(row["p_click"]) < 1.0


def test_a_list_names_an_item_once_and_its_scores_fall(ranked):
    rows, _ = ranked

    pairs = [(row["user_id"], row["item_id"]) for row in rows]
    assert len(set(pairs)) == len(pairs)
    for above, below in itertools.pairwise(rows):
        if above["user_id"] == below["user_id"]:
            assert float(above["score"]) >= float(below["score"])


def test_longer_lists_begin_like_shorter_ones(ranked, long):
    rows, counts = long

    assert counts["rows"] > 25 * counts["users"]
    names = ("user_id", "rank", "item_id", "score", "p_click")
    first, short = (
        [[row[name] for name in names] for row in some if int(row["rank"]) <= 10]
        for some in (rows, ranked[0])
    )
    assert first == short


@pytest.mark.parametrize("policy", ["als", "current"])
def test_lists_of_another_policy_are_named_after_it(sample, ranked, tmp_path, policy):
    rows, _ = written(sample, tmp_path / "lists.csv", "--policy", policy)

    assert {row["policy"] for row in rows} == {policy}
    items = {(row["user_id"], row["rank"]): row["item_id"] for row in ranked[0]}
    same = [items.get((row["user_id"], row["rank"])) == row["item_id"] for row in rows]
    assert sum(same) < 0.9 * len(rows)


def test_money_in_the_order_lists_dearer_items_and_is_named(sample, ranked, tmp_path):
    rows, _ = written(sample, tmp_path / "moved.csv", "--value-weight", "0.5")
    prices = pd.read_parquet(sample.args[0].parent / "files" / "items.parquet")
    price = dict(zip(prices["item_id"], prices["price"], strict=True))
    plain, moved = (np.mean([price[row["item_id"]] for row in some]) for some in (ranked[0], rows))

    assert {row["policy"] for row in rows} == {"ranked+value(0.5)"}
    assert len(rows) == len(ranked[0])
    assert moved > 1.1 * plain


def test_seen_items_are_listed_only_when_asked_for(sample, long, tmp_path):
    rows, _ = written(sample, tmp_path / "with.csv", "--k", "30", "--include-seen")
    events = pd.read_parquet(sample.args[0].parent / "files" / "events.parquet")
    bought = events[events["event_type"] == "purchase"]
    owned = set(zip(bought["user_id"], bought["item_id"], strict=True))
    without, with_seen = (
        {(row["user_id"], row["item_id"]) for row in some} for some in (long[0], rows)
    )

    assert not owned & without
    assert len(owned & with_seen) > len(owned) / 4


def test_lists_of_some_users_are_those_of_all(sample, ranked, tmp_path):
    asked = tmp_path / "users.txt"
    asked.write_text("u00007\n\nu00002\n", encoding="utf-8")

    rows, counts = written(sample, tmp_path / "some.csv", "--users", asked)

    assert counts["users"] == 2
    assert rows == [row for row in ranked[0] if row["user_id"] in {"u00002", "u00007"}]


def test_a_user_who_is_not_in_the_log_is_refused_by_name(sample, tmp_path):
    asked = tmp_path / "users.txt"
    asked.write_text("u00002\nnobody\n", encoding="utf-8")

    said = refused(sample("recommend", "--out", tmp_path / "l.csv", "--users", asked, "--json"))

    assert "nobody" in said and "u00002" not in said
    assert not (tmp_path / "l.csv").exists()


def test_what_cannot_be_listed_is_refused_with_a_sentence(sample, tmp_path):
    out = tmp_path / "lists.csv"

    assert "alphabet" in refused(sample("recommend", "--out", out, "--policy", "alphabet"))
    assert "missing" in refused(sample("recommend", "--out", tmp_path / "missing" / "l.csv"))
    assert "users.txt" in refused(
        sample("recommend", "--out", out, "--users", tmp_path / "users.txt")
    )
    assert not out.exists()


def test_the_words_of_a_list_follow_the_language(sample, ranked, tmp_path):
    out = tmp_path / "zh.csv"
    only_json(sample("recommend", "--out", out, "--json", LC_ALL="zh_CN.UTF-8"))

    with out.open(encoding="utf-8", newline="") as file:
        chinese = list(csv.DictReader(file))
    assert [row["item_id"] for row in chinese] == [row["item_id"] for row in ranked[0]]
    assert not any(row["source"].isascii() for row in chinese)


def test_evaluate_reports_every_policy_and_paired_differences(sample):
    result = only_json(sample("evaluate", "--policies", "als,random", "--k", "5", "--json"))

    assert set(result) == {"split", "users", "positives", "policies", "against"}
    assert set(result["split"]) == SPLIT_KEYS
    assert result["split"]["method"] == "global_time"
    assert (result["split"]["test_share"], result["split"]["k"]) == (0.2, 5)
    assert set(result["policies"]) == {"als", "random", "popularity"}
    for metrics in result["policies"].values():
        assert set(metrics) == METRICS
        for value in metrics.values():
            assert set(value) == {"value", "low", "high"}
            assert value["low"] <= value["value"] <= value["high"]
    assert set(result["against"]) == {"als", "random"}
    assert set(result["against"]["als"]["ndcg"]) == {"difference", "low", "high"}
    for found in result["against"]["random"].values():
        assert found["low"] <= found["difference"] <= found["high"]


def test_evaluate_leaves_the_stored_run_alone(sample):
    folder = sample.args[0].with_name("revlens.duckdb.d") / "runs"
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    asked = ["--leave-one-out", "--policies", "popularity", "--positives", "view"]

    result = only_json(sample("evaluate", *asked, "--json"))

    assert result["split"]["method"] == "leave_one_out"
    assert result["positives"] == ["view"]
    assert before == {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_evaluate_refuses_two_ways_to_cut_and_what_it_does_not_know(sample):
    two = refused(sample("evaluate", "--test-share", "0.3", "--leave-one-out"))

    assert "--leave-one-out" in two and "--test-share" in two
    assert "alphabet" in refused(sample("evaluate", "--policies", "alphabet"))


def test_without_a_run_every_verb_that_needs_one_says_so(imported_sample, tmp_path):
    database = copied(imported_sample, tmp_path / "copy")

    for command in (["recommend", "--out", tmp_path / "l.csv"], ["simulate"]):
        assert "train" in refused(engine(database, *command, "--json"))


def test_the_same_seed_makes_the_same_lists_and_prices_for_any_threads(
    sample, imported_sample, tmp_path
):
    database = copied(imported_sample, tmp_path / "copy")
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"

    only_json(process(database, "train", "--effort", "quick", "--threads", "1", "--json"))
    only_json(process(database, "recommend", "--out", second, "--json"))
    only_json(sample("recommend", "--out", first, "--json"))

    assert first.read_bytes() == second.read_bytes()
    assert process(database, "simulate", "--json").stdout == sample("simulate", "--json").stdout


@pytest.mark.parametrize("content", [b"PAR1 cut", None])
def test_damaged_lists_are_refused_with_the_cure(trained_sample, tmp_path, content):
    database = copied(trained_sample, tmp_path)
    (stored,) = database.with_name(database.name + ".d").glob("runs/*/lists.parquet")
    stored.write_bytes(content) if content else stored.unlink()

    said = refused(engine(database, "recommend", "--out", tmp_path / "lists.csv"))

    assert "lists.parquet" in said
    assert "Train again" in said


def test_what_was_tried_is_kept_and_used_for_the_lists(trained_orders, tmp_path, monkeypatch):
    assert settings_for("thorough").tuning_folds == 2
    asked = replace(settings_for("quick"), tuning_folds=1)
    monkeypatch.setattr(training, "settings_for", lambda effort: asked)
    fit, used = training.fit, []
    monkeypatch.setattr(training, "fit", lambda *a, **k: used.append(a[3]) or fit(*a, **k))
    database = copied(trained_orders, tmp_path / "copy")
    workspace = open_workspace(database)
    try:
        run_id = training.train(workspace, training.TrainRequest(effort="thorough")).run_id
    finally:
        workspace.close()
    folder = database.with_name(database.name + ".d") / "runs"
    manifest = json.loads((folder / run_id / "manifest.json").read_text(encoding="utf-8"))

    (chosen,) = (trial for trial in manifest["tried"] if trial["chosen"])
    settled = replace(
        asked, starts=tuple(chosen["starts"]), rounds=chosen["rounds"], tuning_folds=0
    )
    assert used == [asked, settled], "the second training tries nothing again"
    for name in ("starts", "rounds"):
        assert manifest["settings"][name] == chosen[name]
        assert len({str(trial[name]) for trial in manifest["tried"]}) > 1
    assert only_json(engine(database, "evaluate", "--json"))["policies"]
