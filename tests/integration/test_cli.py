"""The command line keeps its contract: one JSON object, exit codes, sentences."""

import json

import pytest

COUNTS = ("read", "accepted", "duplicate", "rejected")
FILE_KEYS = {"file", "kind", *COUNTS, "reasons", "amount_cents"}
HEAD = "user_id,item_id,event_type,occurred_at,quantity,unit_price"
LOG = f"""{HEAD}
u1,007,purchase,2026-01-02T03:04:05Z,2,1.50
u1,007,purchase,2026-01-02T03:04:05Z,2,1.50
u2,1e5,purchase,2026-01-03T03:04:05Z,1,abc
,i3,purchase,2026-01-03T03:04:05Z,1,7.00
u3,i3,purchase,2026-01-04T03:04:05Z,-1,0.25
u3,i4,view,2026-01-04T03:04:05Z,,
"""
"""One accepted order of 3.00 and its repeat, an unreadable price, a row of 7.00 without a
user, a return of 0.25, a view."""


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(LOG)
    return path


def only_json(done):
    """The one JSON object of a command that went well and said nothing else."""
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.endswith("}\n")
    return json.loads(done.stdout)


def refused(done):
    """The line of a command that was refused."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


def test_import_accounts_for_every_row_and_cent(revlens, log):
    payload = only_json(revlens("import", "--events", log, "--currency", "EUR", "--json"))

    [file] = payload["files"]
    assert set(payload) == {"files", *COUNTS, "amount_cents"}
    assert set(file) == FILE_KEYS
    assert (file["file"], file["kind"]) == ("log.csv", "events")
    assert [file[name] for name in COUNTS] == [6, 3, 1, 2]
    assert [file["amount_cents"][name] for name in COUNTS] == [1275, 275, 300, 700]
    assert sum(file["reasons"].values()) == file["rejected"]


def test_the_sums_at_the_top_are_those_of_the_files(revlens, log, tmp_path):
    items = tmp_path / "items.csv"
    items.write_text("item_id,title\n007,Kettle\n1e5,Lamp\n")

    payload = only_json(
        revlens("import", "--events", log, "--items", items, "--currency", "EUR", "--json")
    )

    assert [file["kind"] for file in payload["files"]] == ["events", "items"]
    for name in COUNTS:
        assert payload[name] == sum(file[name] for file in payload["files"])
        cents = [file["amount_cents"][name] for file in payload["files"]]
        assert payload["amount_cents"][name] == sum(cents)
    assert payload["read"] == 8


def test_a_map_renames_and_a_constant_fills(revlens, tmp_path):
    path = tmp_path / "theirs.csv"
    path.write_text("who,what,at\nu1,i1,2026-01-02T03:04:05Z\n")
    maps = ["--map", "user_id=who", "--map", "item_id=what", "--map", "occurred_at=at"]

    payload = only_json(
        revlens("import", "--events", path, *maps, "--constant", "event_type=view", "--json")
    )

    assert payload["accepted"] == 1


def test_a_missing_column_is_one_sentence_and_changes_nothing(revlens, log, tmp_path):
    only_json(revlens("import", "--events", log, "--currency", "EUR", "--json"))
    before = only_json(revlens("check", "--json"))
    broken = tmp_path / "broken.csv"
    broken.write_text("user_id,item_id,event_type\nu,i,view\n")

    said = refused(revlens("import", "--events", broken, "--json"))

    assert "broken.csv" in said and "occurred_at" in said
    assert only_json(revlens("check", "--json")) == before


def test_the_refusal_is_in_the_language_of_the_terminal(revlens):
    english = refused(revlens("import"))
    chinese = refused(revlens("import", LC_ALL="zh_CN.UTF-8"))

    assert english.isascii()
    assert not chinese.isascii()


def test_a_file_whose_rows_are_all_rejected_is_bad_input(revlens, tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(f"{HEAD}\n,i3,view,2026-01-03T03:04:05Z,,\n")

    done = revlens("import", "--events", path, "--currency", "EUR", "--json")

    assert done.returncode == 2
    assert json.loads(done.stdout)["rejected"] == 1
    assert "log.csv" in done.stderr and "Traceback" not in done.stderr


def test_a_dry_run_counts_and_keeps_nothing(revlens, log):
    options = ["--events", log, "--currency", "EUR", "--json"]

    counted = only_json(revlens("import", *options, "--dry-run"))

    assert only_json(revlens("import", *options)) == counted


def test_check_reports_gates_and_rung(revlens, log):
    only_json(revlens("import", "--events", log, "--currency", "EUR", "--json"))

    payload = only_json(revlens("check", "--json"))

    assert {"gates", "rung"} <= set(payload)
    assert payload["rung"] == 0  # orders and views alone prove nothing about lists
    for gate in payload["gates"]:
        assert set(gate) == {"name", "status", "found", "advice"}
        assert gate["status"] in {"pass", "review", "fail"}
    counts = {gate["name"]: gate["found"] for gate in payload["gates"]}
    assert counts["events"] == {"count": 3}


def test_check_without_a_database_says_how_to_get_one(revlens, tmp_path):
    said = refused(revlens("check", "--json"))

    assert "revlens.duckdb" in said
    assert not (tmp_path / "revlens.duckdb").exists()


def test_sample_loads_all_six_kinds_and_reaches_the_highest_rung(revlens):
    payload = only_json(revlens("sample", "--json"))

    kinds = {file["kind"] for file in payload["files"]}
    assert kinds == {"events", "items", "users", "memberships", "assignments", "lists"}
    assert all(set(file) == FILE_KEYS for file in payload["files"])
    assert payload["read"] == payload["accepted"] > 0
    assert only_json(revlens("check", "--json"))["rung"] == 4


def test_an_unknown_sample_is_refused(revlens):
    assert "movielens-100k" in refused(revlens("sample", "netflix", "--json"))


@pytest.mark.parametrize("verb", ["import", "sample", "check", "serve"])
def test_help_names_the_options_that_every_verb_takes(revlens, verb):
    done = revlens(verb, "--help")

    assert done.returncode == 0
    assert "--db" in done.stdout and "--json" in done.stdout


def test_serve_offers_a_port(revlens):
    assert "--port" in revlens("serve", "--help").stdout
