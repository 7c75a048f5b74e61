"""Logs that carry next to nothing, through every verb and page.

Each ends with lists or a sentence, and says what was not possible; none with a traceback.
"""

import csv
import json
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from tests.commands import engine, made_once, only_json, refused
from tests.pages.driver import opened, texts

HEAD = "user_id,item_id,event_type,occurred_at,unit_price,rating"


def bought(user, item, step):
    """A purchase, six hours a step after the first."""
    return f"u{user},i{item},purchase,{time(step)},2.50,"


def time(step):
    return (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=6 * step)).strftime(
        "%Y-%m-%dT%H:%M:%SZ"
    )


def viewed(user, item, step):
    return f"u{user},i{item},view,{time(step)},,"


def rated(user, item, step, rating):
    return f"u{user},i{item},rating,{time(step)},,{rating}"


BOT, BOT_ITEM = 999, 500
LOGS = {
    "one_user": [bought(0, step, step) for step in range(30)],
    "one_item": [bought(step, 0, step) for step in range(30)],
    "one_time": [bought(row % 12, row % 7, 0) for row in range(40)],
    "one_event_each": [bought(step, step % 9, step) for step in range(60)],
    "bot": [
        *(bought(BOT, BOT_ITEM + step % 12, step / 8) for step in range(480)),
        *(bought(row % 40, (row * 7 + row // 40) % 24, row / 8) for row in range(480)),
    ],
    "no_later_success": [
        *(bought(step % 10, step * 3 % 8, step) for step in range(60)),
        *(viewed(step % 10, step * 3 % 8, 60 + step) for step in range(240)),
    ],
    "only_bad_ratings": [rated(step % 10, step * 3 % 8, step, 1) for step in range(60)],
    "all_seen": [
        bought(user, item, user * 6 + item * 11) for user in range(40) for item in range(6)
    ],
    "two_by_two": [bought(0, 0, 0), bought(1, 1, 1), bought(0, 1, 2), bought(1, 0, 3)],
    "one_event": [bought(0, 0, 0)],
}
NOTES = {
    "one_user": {"few_to_learn_from", "no_lists", "few_judged"},
    "one_item": {"few_to_learn_from", "no_lists", "nothing_to_foresee"},
    "one_time": {"few_to_learn_from", "short_lists", "no_time_to_split"},
    "one_event_each": {"few_to_learn_from", "short_lists", "nothing_to_foresee"},
    "bot": set(),
    "no_later_success": {"few_to_learn_from", "short_lists", "nothing_to_foresee"},
    "only_bad_ratings": {"few_to_learn_from", "short_lists", "nothing_to_foresee", "one_rating"},
    "all_seen": {"no_lists"},
    "two_by_two": {"few_to_learn_from", "no_lists", "few_judged"},
    "one_event": {"few_to_learn_from", "no_lists", "no_time_to_split"},
}
"""What training must say it could not do."""


def made(shared_folder, name):
    """Database of a trained log, and what training said."""

    def train(database):
        path = database.parent / "log.csv"
        path.write_text("\n".join([HEAD, *LOGS[name]]) + "\n", encoding="utf-8")
        only_json(engine(database, "import", "--events", path, "--currency", "EUR", "--json"))
        report = engine(database, "train", "--effort", "quick", "--json")
        only_json(report)
        (database.parent / "train.json").write_text(report.stdout, encoding="utf-8")

    database = made_once(shared_folder, f"degenerate_{name}", train)
    said = json.loads((database.parent / "train.json").read_text(encoding="utf-8"))
    return name, database, said


@pytest.fixture(scope="module", params=LOGS)
def trained(request, shared_folder):
    return made(shared_folder, request.param)


@pytest.fixture
def command(trained):
    return partial(engine, trained[1])


def test_training_says_what_was_not_possible(trained):
    name, _, said = trained

    assert NOTES[name] <= {note["code"] for note in said["notes"]}
    assert all(note["text"].endswith(".") and "{" not in note["text"] for note in said["notes"])


def test_lists_hold_what_users_do_not_have(trained, command, tmp_path):
    name, _, said = trained
    out = tmp_path / "lists.csv"

    counts = only_json(command("recommend", "--out", out, "--json"))

    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    owned = {tuple(line.split(",")[:2]) for line in LOGS[name] if ",view," not in line}
    assert counts["rows"] == len(rows)
    assert not owned & {(row["user_id"], row["item_id"]) for row in rows}
    without = [note for note in said["notes"] if note["code"] == "no_lists"]
    assert bool(without) == (counts["users"] < said["users"])


@pytest.mark.parametrize("way", [[], ["--leave-one-out"]])
def test_evaluation_measures_or_says_why_not(command, way):
    done = command("evaluate", *way, "--json")

    if done.returncode == 0:
        for metrics in only_json(done)["policies"].values():
            assert all(0.0 <= metrics[name]["value"] <= 1.0 + 1e-9 for name in ("ndcg", "recall"))
    else:
        assert refused(done).rstrip().endswith(".")


def test_money_is_an_amount_or_withheld_with_advice(command):
    priced = only_json(command("simulate", "--json"))

    for name in ("ads", "membership", "sales", "total"):
        answer = priced[name]
        assert (
            answer["advice"].endswith(".")
            if "withheld" in answer
            else answer["p10"] <= answer["p90"]
        )


@pytest.mark.parametrize("page", ["lists", "quality", "mix"])
def test_pages_open_and_say_something(trained, use, page):
    name, database, _ = trained
    use(database)

    app = opened(page)

    assert not app.exception
    assert [error.value for error in app.error] == []
    assert len(texts(app)) > 40
    if page == "lists" and "no_lists" in NOTES[name]:
        assert "get no list" in texts(app)


def test_a_bot_with_half_of_all_events_does_not_fill_the_lists(shared_folder, tmp_path):
    _, database, _ = made(shared_folder, "bot")
    out = tmp_path / "lists.csv"
    only_json(engine(database, "recommend", "--out", out, "--json"))

    with out.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["user_id"] != f"u{BOT}"]
    first = [row for row in rows if row["rank"] == "1"]
    alone = [row for row in first if int(row["item_id"][1:]) >= BOT_ITEM]
    assert len(alone) < 0.1 * len(first)


def test_a_log_of_nothing_but_dislikes_is_refused_by_what_it_holds(tmp_path):
    path, database = tmp_path / "log.csv", tmp_path / "revlens.duckdb"
    lines = [viewed(row % 5, row % 4, row).replace("view", "dislike") for row in range(20)]
    path.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    only_json(engine(database, "import", "--events", path, "--currency", "EUR", "--json"))

    assert "dislike" in refused(engine(database, "train", "--json"))
    assert "train" in refused(engine(database, "recommend", "--out", tmp_path / "l.csv", "--json"))
