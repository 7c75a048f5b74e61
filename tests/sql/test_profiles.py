"""Questions about one user and one item: rows in, rows out, by hand."""

from datetime import date
from pathlib import Path

import pytest

from engine.store import ingest, queries
from engine.store.connection import in_memory

HEADER = "user_id,item_id,event_type,occurred_at,quantity,unit_price,rating"
BOUGHT = ["purchase"]


@pytest.fixture
def asked(tmp_path: Path):
    """Answers of a query over events, and users with a segment, given as lines of CSV."""
    opened = []

    def ask(name: str, events: str, users: str = "", **parameters):
        db = in_memory(tmp_path / "d", folders=(tmp_path,))
        opened.append(db)
        files = [_file(tmp_path / "events.csv", "events", f"{HEADER}\n{events}")]
        if users:
            files.append(_file(tmp_path / "users.csv", "users", f"user_id,segment\n{users}"))
        ingest.import_files(db, ingest.ImportRequest(files=tuple(files), currency="EUR"))
        return queries.read_frame(db, name, **parameters)

    yield ask
    for db in opened:
        db.close()


def _file(path: Path, kind: ingest.Kind, text: str) -> ingest.InputFile:
    path.write_text(text)
    return ingest.InputFile(path=path, kind=kind)


def line(user: str, item: str, kind: str = "purchase", day: int = 2, rating: str = "") -> str:
    price = "1,5" if kind in ("purchase", "return") else ","
    return f"{user},{item},{kind},2026-03-{day:02d}T09:00:00Z,{price},{rating}\n"


def bought(item: str, *segments: tuple[str, int]) -> tuple[str, str]:
    """Return who bought an item, by segment, and their segments."""
    names = [(f"{name}{n}", name) for name, size in segments for n in range(size)]
    events = "".join(line(user, item) for user, _ in names)
    return events, "".join(f"{user},{name}\n" for user, name in names)


def test_a_segment_of_few_choosers_hides_behind_the_next_larger_one(asked):
    events, users = bought("a", ("big", 25), ("mid", 12), ("few", 4))
    frame = asked("profile_item_choosers", events, users, item_row=0, kinds=BOUGHT, fewest_users=10)
    rows = frame[["segment", "is_gathered", "chooser_count"]].fillna("").values.tolist()

    # "mid" could otherwise be told by taking the whole less the others
    assert rows == [["big", False, 25], ["", True, 16]]


def test_few_choosers_in_all_are_one_row_without_a_name(asked):
    events, users = bought("a", ("x", 3), ("y", 2))
    frame = asked("profile_item_choosers", events, users, item_row=0, kinds=BOUGHT, fewest_users=10)
    assert frame["segment"].isna().all() and frame["chooser_count"].tolist() == [5]


def test_everybody_is_who_chose_anything(asked):
    events, users = bought("a", ("x", 10))
    others, more = bought("b", ("y", 30))
    frame = asked(
        "profile_item_choosers",
        events + others + line("z0", "a", "view"),
        users + more,
        item_row=0,
        kinds=BOUGHT,
        fewest_users=10,
    )
    assert frame["user_count"].sum() == 40, "who only looked has chosen nothing"
    assert frame["chooser_count"].sum() == 10


def test_a_low_rating_is_no_choice(asked):
    events = line("u", "a", "rating", rating="5") + line("v", "a", "rating", rating="2")
    events += line("w", "b", "rating", rating="1")
    frame = asked("profile_item", events, item_id="a", kinds=["rating"])

    assert frame["chooser_count"].tolist() == [1]


def test_sales_of_an_item_are_orders_less_returns(asked):
    events = line("u", "a") + line("v", "a") + line("u", "a", "return", day=3) + line("u", "b")
    row = asked("profile_item", events, item_id="a", kinds=BOUGHT).iloc[0]

    assert (row["order_count"], row["return_count"], row["net_sales_cents"]) == (2, 1, 500)


def test_an_id_that_is_not_in_the_log_has_no_row(asked):
    assert asked("profile_item", line("u", "a"), item_id="A", kinds=BOUGHT).empty
    assert asked("profile_user", line("u", "a"), user_id="U").empty


def test_a_week_begins_on_monday_and_counts_a_user_once(asked):
    events = line("u", "a", day=2) + line("u", "a", day=8) + line("v", "a", day=9)
    frame = asked("profile_item_periods", events, item_row=0, kinds=BOUGHT, period="week")
    days = [moment.date() for moment in frame["period_on"]]
    assert days == [date(2026, 3, 2), date(2026, 3, 9)]
    assert frame["user_count"].tolist() == [1, 1]


def test_the_last_deed_comes_first_and_only_of_this_user(asked):
    events = line("u", "a", day=2) + line("u", "b", "view", day=5) + line("v", "c", day=9)
    frame = asked("profile_history", events, user_row=0, row_limit=10)

    assert frame[["item", "event_type"]].values.tolist() == [["b", "view"], ["a", "purchase"]]


def test_somebody_new_is_who_has_no_success(asked):
    events = line("u", "a") + line("new", "a", "view")

    for turn in range(3):
        found = asked("profile_pick_user", events, is_new=True, kinds=BOUGHT, turn=turn)
        assert found["user_id"].tolist() == ["new"]
    assert asked("profile_pick_user", line("u", "a"), is_new=True, kinds=BOUGHT, turn=0).empty


def test_another_turn_is_another_user_and_the_same_turn_the_same(asked):
    events = "".join(line(f"u{user}", f"i{item}") for user in range(30) for item in range(6))
    picked = [
        asked("profile_pick_user", events, is_new=False, kinds=BOUGHT, turn=turn)["user_id"][0]
        for turn in (0, 1, 2, 3, 0)
    ]
    assert picked[0] == picked[-1] and len(set(picked)) > 1


def test_ids_that_begin_with_the_text_come_first(asked):
    events = line("xa", "i") + line("ab", "i") + line("b", "i")
    frame = asked("profile_similar_users", events, text="A", row_limit=8)

    assert frame["user_id"].tolist() == ["ab", "xa"]


def test_a_member_is_who_has_a_period_at_the_end_of_the_log(asked):
    events = (
        line("past", "", "subscribe", day=1)
        + line("past", "", "cancel", day=5)
        + line("now", "", "subscribe", day=6)
        + line("past", "a", day=9)
    )
    assert asked("profile_user", events, user_id="past")["plan"].isna().all()
    assert asked("profile_user", events, user_id="now")["plan"].tolist() == ["member"]
