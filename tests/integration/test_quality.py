"""Quality is measured while a run is trained, stored with it, and read back as it was."""

import json
from contextlib import contextmanager

import numpy as np
import pytest

from engine.errors import ArtifactError
from engine.evaluation.quality import METRICS, PLACES
from engine.packing import pack
from engine.ranking.two_stage import recommend_each
from engine.store import artifacts
from engine.workbench import learning
from engine.workbench.quality import Judgement, Missing, read_judgement
from engine.workbench.runs import QUALITY, read_quality, read_ranker, trained_run
from engine.workbench.workspace import open_workspace
from tests.commands import copied, only_json, process


@contextmanager
def opened(database):
    workspace = open_workspace(database, ())
    try:
        yield workspace
    finally:
        workspace.close()


def run_folder(database):
    (manifest,) = database.with_name(database.name + ".d").glob("runs/*/manifest.json")
    return manifest.parent


@pytest.fixture(scope="module")
def judged(trained_sample, tmp_path_factory):
    """The judgement of the small world's run, and its manifest."""
    database = copied(trained_sample, tmp_path_factory.mktemp("quality"))
    manifest = json.loads((run_folder(database) / "manifest.json").read_text(encoding="utf-8"))
    with opened(database) as workspace:
        yield read_judgement(workspace), manifest


def test_every_value_is_that_of_the_manifest(judged):
    found, manifest = judged
    named = {policy.name: policy for policy in found.quality.policies}

    assert set(named) == set(manifest["metrics"])
    for name, metrics in manifest["metrics"].items():
        for metric, estimate in metrics.items():
            assert named[name].values[metric].value == estimate["value"]
            assert named[name].values[metric].low == estimate["low"]


def test_the_curve_at_ten_places_is_that_of_the_manifest(judged):
    found, manifest = judged
    place = PLACES.index(10)

    assert {"ranked", "popularity", "random"} < set(found.quality.curves)
    for name, by_metric in found.quality.curves.items():
        for metric in METRICS:
            assert by_metric[metric][place].value == manifest["metrics"][name][metric]["value"]


def test_lists_that_were_on_screen_are_known_as_such(judged):
    found, _ = judged
    current, ours, random = (found.quality.of(name) for name in ("current", "ranked", "random"))

    assert found.quality.delivered == ("current",)
    assert current.shown_share > 0.5 > ours.shown_share > random.shown_share
    (check,) = [check for check in found.review.checks if check.name == "today"]
    assert check.reason in ("today_flattered", "today_pass")


def test_promised_clicks_and_orders_are_checked_on_others(judged):
    found, _ = judged
    click, order = found.quality.calibration

    assert (click.outcome, order.outcome) == ("click", "order")
    assert click.rows == order.rows > 1_000
    assert order.promised < click.promised
    assert click.promised == pytest.approx(click.happened.value, rel=0.1)
    assert found.quality.calibration_reason is None


def test_groups_of_people_are_those_of_the_test(judged):
    quality = judged[0].quality
    for kind in ("segment", "activity"):
        groups = [group for group in quality.groups if group.kind == kind]
        assert sum(group.users for group in groups) == quality.users
    assert all(group.fewest >= 1 for group in quality.groups)


def test_a_log_of_orders_is_checked_by_what_people_chose_next(trained_orders, tmp_path):
    with opened(copied(trained_orders, tmp_path)) as workspace:
        found = read_judgement(workspace)

    assert isinstance(found, Judgement)
    (only,) = found.quality.calibration
    assert only.outcome == "next"
    assert 0 < found.quality.days_ahead <= 30
    assert all(policy.shown_share is None for policy in found.quality.policies)


def test_a_run_without_the_file_says_so(trained_sample, tmp_path):
    database = copied(trained_sample, tmp_path)
    path = run_folder(database) / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest["files"][QUALITY]
    path.write_text(json.dumps(manifest), encoding="utf-8")

    with opened(database) as workspace:
        assert read_judgement(workspace) == Missing(reason="older_run")

    path.write_text(json.dumps({**manifest, "held_from": None}), encoding="utf-8")
    with opened(database) as workspace:
        assert read_judgement(workspace) == Missing(reason="nothing_to_foresee")


def test_a_damaged_file_is_refused(trained_sample, tmp_path):
    database = copied(trained_sample, tmp_path)
    (run_folder(database) / QUALITY).write_bytes(b"PK cut")

    with opened(database) as workspace, pytest.raises(ArtifactError) as error:
        read_judgement(workspace)
    assert error.value.details["file"] == QUALITY


def test_the_same_data_and_seed_give_the_same_bits(trained_sample, imported_sample, tmp_path):
    database = copied(imported_sample, tmp_path)
    only_json(process(database, "train", "--effort", "quick", "--threads", "1", "--json"))

    stored = (run_folder(trained_sample) / QUALITY).read_bytes()
    with opened(database) as workspace:
        run = artifacts.current_run(workspace.database)
        assert run.read(QUALITY) == stored == pack(read_quality(run))


def test_lists_made_in_parts_are_those_made_at_once(trained_sample, tmp_path, monkeypatch):
    with opened(copied(trained_sample, tmp_path)) as workspace:
        fitted = read_ranker(trained_run(workspace))
    asked = fitted, ("ranked", "popularity", "random"), {}, np.arange(400), 20

    whole = learning.lists_by_policy(*asked)
    monkeypatch.setattr(learning, "USERS_AT_ONCE", 256)
    parts = learning.lists_by_policy(*asked)

    for policy, entries in whole.items():
        for name in ("user_row", "item_row", "rank"):
            assert (getattr(entries, name) == getattr(parts[policy], name)).all()
        assert len(np.unique(entries.user_row)) == 400


def test_lists_made_before_are_not_made_again(trained_sample, tmp_path, monkeypatch):
    with opened(copied(trained_sample, tmp_path)) as workspace:
        fitted = read_ranker(trained_run(workspace))
    asked = fitted, ("ranked", "popularity"), {}, np.arange(300), 20
    longer = recommend_each(fitted, ["ranked"], np.arange(100, 400), 50)

    whole = learning.lists_by_policy(*asked)
    made: list[tuple[str, int]] = []

    def counted(fitted, policies, users, k):
        made.extend((name, len(users)) for name in policies)
        return recommend_each(fitted, policies, users, k)

    monkeypatch.setattr(learning, "recommend_each", counted)
    again = learning.lists_by_policy(*asked, made=longer)

    assert sorted(made) == [("popularity", 300), ("ranked", 100)]
    for policy, entries in whole.items():
        rows = np.lexsort((again[policy].rank, again[policy].user_row))
        for name in ("user_row", "item_row", "rank"):
            assert (getattr(entries, name) == getattr(again[policy], name)[rows]).all()
