"""A log that carries next to nothing ends with lists or with a sentence, never a traceback."""

import pytest

from tests.commands import engine, only_json, refused

HEAD = "user_id,item_id,event_type,occurred_at,unit_price\n"
ONE_TIME = HEAD + "".join(
    f"u{row % 12},i{row % 7},purchase,2026-01-01T00:00:00Z,{1 + row % 7}.50\n" for row in range(40)
)
THREE = HEAD + "".join(
    f"u{row},i{row},purchase,2026-01-0{row + 1}T00:00:00Z,2.50\n" for row in range(3)
)
NO_SUCCESS = HEAD + "".join(
    f"u{row % 5},i{row % 4},dislike,2026-01-{row + 1:02d}T00:00:00Z,\n" for row in range(20)
)


@pytest.fixture
def loaded(tmp_path):
    """Commands on a database of one small file."""

    def load(text):
        path = tmp_path / "log.csv"
        path.write_text(text, encoding="utf-8")
        database = tmp_path / "thin.duckdb"
        only_json(engine(database, "import", "--events", path, "--currency", "EUR", "--json"))
        return lambda *arguments: engine(database, *arguments)

    return load


@pytest.mark.parametrize(
    ("log", "reason"), [(ONE_TIME, "no_time_to_split"), (THREE, "nothing_to_foresee")]
)
def test_a_log_without_a_later_part_makes_lists_and_says_why_they_have_no_price(
    loaded, tmp_path, log, reason
):
    command = loaded(log)

    trained = only_json(command("train", "--json"))
    counts = only_json(command("recommend", "--out", tmp_path / "l.csv", "--json"))
    priced = only_json(command("simulate", "--json"))

    assert trained["metrics"] == {}
    assert counts["users"] == trained["users"]
    for name in ("ads", "membership", "sales", "total"):
        assert priced[name]["withheld"] == reason
        assert priced[name]["advice"].endswith(".")


def test_a_log_without_a_later_part_cannot_be_evaluated(loaded):
    assert "same time" in refused(loaded(ONE_TIME)("evaluate", "--json"))


def test_a_log_without_any_success_is_refused_by_what_it_holds(loaded):
    command = loaded(NO_SUCCESS)

    assert "dislike" in refused(command("train", "--json"))


def test_a_time_before_the_first_event_is_refused(loaded):
    command = loaded(THREE)

    assert "2020-01-01" in refused(command("train", "--until", "2020-01-01", "--json"))
