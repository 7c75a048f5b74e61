"""Questions about behaviour: rows in, rows out, with numbers worked out by hand."""

from datetime import date
from pathlib import Path

import pytest

from engine.store import ingest, queries
from engine.store.connection import in_memory

HEADER = "user_id,item_id,event_type,occurred_at,session_id,query,quantity,unit_price"


@pytest.fixture
def asked(tmp_path: Path):
    """Answers of a query over a log given as lines of CSV."""
    opened = []

    def ask(name: str, log: str, users: str = "", bots: tuple[str, ...] = (), **parameters):
        db = in_memory(tmp_path / "d", folders=(tmp_path,))
        opened.append(db)
        files = [_file(tmp_path / "events.csv", "events", f"{HEADER}\n{log}")]
        if users:
            files.append(_file(tmp_path / "users.csv", "users", users))
        ingest.import_files(db, ingest.ImportRequest(files=tuple(files), currency="EUR"))
        with db.cursor() as cursor:
            for bot in bots:
                cursor.execute("update marts.users set is_bot = true where user_id = ?", [bot])
        frame = queries.read_frame(db, name, **parameters)
        return [tuple(_plain(value) for value in row) for row in frame.itertuples(index=False)]

    yield ask
    for db in opened:
        db.close()


def _file(path: Path, kind: ingest.Kind, text: str) -> ingest.InputFile:
    path.write_text(text)
    return ingest.InputFile(path=path, kind=kind)


def _plain(value: object) -> object:
    if hasattr(value, "date"):
        return value.date()
    if value != value:
        return None
    return value.item() if hasattr(value, "item") else value


STEPS = """\
ann,i1,impression,2026-03-02T09:00:00Z,s1,,,
ann,i1,click,2026-03-02T09:01:00Z,s1,,,
ann,i1,purchase,2026-03-02T09:05:00Z,s1,,1,5
bob,i1,impression,2026-03-02T09:00:00Z,s2,,,
bob,i2,click,2026-03-02T09:01:00Z,s2,,,
cat,i1,click,2026-03-02T08:00:00Z,s3,,,
cat,i1,impression,2026-03-02T09:00:00Z,s3,,,
dan,i1,impression,2026-03-02T09:00:00Z,s4,,,
dan,i1,click,2026-03-02T09:00:00Z,s4,,,
dan,i1,purchase,2026-03-09T09:00:00Z,s5,,1,5
dan,i1,return,2026-03-10T09:00:00Z,s6,,1,5
"""


def test_a_person_takes_a_step_only_after_the_one_before(asked):
    # cat clicked before she was shown anything; dan clicked in the very second
    assert asked("behaviour_funnel", STEPS, unit="person") == [
        ("shown", 4, 4, 4),
        ("clicked", 4, 4, 3),
        ("bought", 2, 2, 2),
        ("kept", 1, 1, 1),
    ]


def test_a_visit_ends_with_its_session(asked):
    # dan bought a week later, in another session
    reached = [row[3] for row in asked("behaviour_funnel", STEPS, unit="visit")]
    assert reached == [4, 3, 1, 1]


def test_steps_by_item_stay_with_the_item(asked):
    # bob was shown one item and clicked another
    reached = [row[3] for row in asked("behaviour_funnel", STEPS, unit="item")]
    assert reached == [4, 2, 2, 1]


def test_a_bot_takes_no_steps(asked):
    # without ann, only dan bought, and he kept nothing: a step that nobody took is no step
    assert asked("behaviour_funnel", STEPS, bots=("ann",), unit="person") == [
        ("shown", 3, 3, 3),
        ("clicked", 3, 3, 2),
        ("bought", 1, 1, 1),
    ]


def test_two_sessions_of_a_day_are_two_visits(asked):
    log = """\
ann,i1,view,2026-03-02T09:00:00Z,s1,,,
ann,i1,purchase,2026-03-02T10:00:00Z,s2,,1,5
"""
    assert [row[3] for row in asked("behaviour_funnel", log, unit="visit")] == [1, 0]


def test_without_sessions_a_visit_is_a_persons_day(asked):
    log = """\
ann,i1,view,2026-03-02T09:00:00Z,,,,
ann,i1,purchase,2026-03-02T23:00:00Z,,,1,5
bob,i1,view,2026-03-02T23:30:00Z,,,,
bob,i1,purchase,2026-03-03T00:30:00Z,,,1,5
"""
    assert [row[3] for row in asked("behaviour_funnel", log, unit="visit")] == [2, 1]
    assert [row[3] for row in asked("behaviour_funnel", log, unit="person")] == [2, 2]


def test_playing_is_a_step_where_nothing_is_sold(asked):
    media = "ann,i1,view,2026-03-02T09:00:00Z,,,,\nann,i1,play,2026-03-02T09:01:00Z,,,,\n"
    shop = media + "ann,i1,purchase,2026-03-02T09:02:00Z,,,1,5\n"
    named = {
        name: [row[0] for row in asked("behaviour_funnel", log, unit="person")]
        for name, log in (("media", media), ("shop", shop))
    }
    assert named == {"media": ["viewed", "played"], "shop": ["viewed", "bought"]}


WEEKS = """\
ann,i1,view,2026-03-02T09:00:00Z,,,,
ann,i1,view,2026-03-04T09:00:00Z,,,,
ann,i1,view,2026-03-10T09:00:00Z,,,,
bob,i1,view,2026-03-08T23:59:59Z,,,,
cat,i1,view,2026-03-09T00:00:00Z,,,,
cat,i1,view,2026-03-17T00:00:00Z,,,,
cat,,renew,2026-03-24T00:00:00Z,,,,
bot,i1,view,2026-03-02T00:00:00Z,,,,
"""


def test_a_user_active_twice_in_a_week_counts_once(asked):
    first, second, third = date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16)
    # weeks begin on Monday; a renewal is no activity; bot is left out
    assert asked("behaviour_retention", WEEKS, bots=("bot",), period="week") == [
        (first, first, 2),
        (first, second, 1),
        (second, second, 1),
        (second, third, 1),
    ]


def test_months_gather_weeks(asked):
    march = date(2026, 3, 1)
    assert asked("behaviour_retention", WEEKS, period="month") == [(march, march, 4)]


def test_active_users_of_a_day_a_week_and_four_weeks(asked):
    log = """\
ann,i1,view,2026-03-01T09:00:00Z,,,,
ann,i2,view,2026-03-01T10:00:00Z,,,,
ann,i1,view,2026-03-03T09:00:00Z,,,,
bob,i1,view,2026-03-05T09:00:00Z,,,,
"""
    changes = {row[0]: row[1:] for row in asked("behaviour_active_days", log)}
    assert changes == {
        date(2026, 3, 1): (1, 1, 1),
        date(2026, 3, 2): (0, 1, 1),
        date(2026, 3, 3): (1, 1, 1),
        date(2026, 3, 4): (0, 1, 1),
        date(2026, 3, 5): (1, 2, 2),
        date(2026, 3, 6): (0, 2, 2),
        date(2026, 3, 10): (0, 1, 2),  # seven days after the third, ann is out
        date(2026, 3, 12): (0, 0, 2),
        date(2026, 3, 31): (0, 0, 1),  # 28 days after the third
        date(2026, 4, 2): (0, 0, 0),
    }


def test_active_days_are_counted_from_a_day_on(asked):
    log = WEEKS + "bob,i2,view,2026-03-08T12:00:00Z,,,,\n"
    # since the fourth: ann on the 4th and 10th, bob twice on the 8th, cat on the 9th and 17th
    found = asked("behaviour_active_day_counts", log, bots=("bot",), from_on=date(2026, 3, 4))
    assert found == [(1, 1), (2, 2)]


def test_events_are_counted_by_day_and_type(asked):
    log = STEPS.replace("bob,i2,click,2026-03-02", "bob,i2,click,2026-03-03")
    found = asked("behaviour_events_by_day", log, bots=("ann",))
    assert found == [
        (date(2026, 3, 2), "click", 2),
        (date(2026, 3, 2), "impression", 3),
        (date(2026, 3, 3), "click", 1),
        (date(2026, 3, 9), "purchase", 1),
        (date(2026, 3, 10), "return", 1),
    ]


SEARCHES = """\
ann,,search,2026-03-02T09:00:00Z,s1, Tea ,,
ann,i1,view,2026-03-02T09:30:00Z,s1,,,
bob,,search,2026-03-02T09:00:00Z,s2,tea,,
bob,i1,view,2026-03-02T09:30:01Z,s2,,,
cat,,search,2026-03-02T09:00:00Z,s3,tea,,
cat,,search,2026-03-02T09:01:00Z,s3,coffee,,
cat,i1,click,2026-03-02T09:02:00Z,s3,,,
dan,,search,2026-03-02T09:00:00Z,s4,tea,,
dan,,search,2026-03-02T09:01:00Z,s4,tea,,
dan,i1,purchase,2026-03-02T09:01:00Z,s4,,1,5
eve,,search,2026-03-02T09:00:00Z,s5,tea,,
eve,i1,view,2026-03-02T09:01:00Z,s6,,,
bot,,search,2026-03-02T09:00:00Z,s7,tea,,
"""


def searched(asked, fewest_users=1, most_queries=10):
    limits = {"fewest_users": fewest_users, "most_queries": most_queries}
    return asked("behaviour_searches", SEARCHES, bots=("bot",), **limits)


def test_a_search_is_missed_when_nothing_follows_in_time_session_and_turn(asked):
    # found: ann at the last second, dan twice. missed: bob a second late, cat who searched
    # for something else first, eve in another session
    assert searched(asked) == [("tea", 6, 5, 3, 3), ("coffee", 1, 1, 0, 0)]


def test_queries_of_few_users_have_no_text(asked):
    assert searched(asked, fewest_users=2) == [("tea", 6, 5, 3, 3), (None, 1, 1, 0, 0)]


def test_queries_too_far_down_have_no_text(asked):
    assert searched(asked, most_queries=1) == [("tea", 6, 5, 3, 3), (None, 1, 1, 0, 0)]


def users_of(**sizes: int) -> str:
    rows = [f"{name}{place},{name}" for name, size in sizes.items() for place in range(size)]
    return "user_id,segment\n" + "\n".join(rows) + "\n"


SALES = """\
new0,i1,purchase,2026-03-01T09:00:00Z,,,2,5.00
new0,i1,return,2026-03-02T09:00:00Z,,,1,5.00
new1,i1,view,2026-03-29T09:00:00Z,,,,
old0,,renew,2026-03-29T09:00:00Z,,,,
"""


def test_segments_count_users_events_orders_and_money(asked):
    found = asked(
        "behaviour_segments", SALES, users_of(new=3, old=2), fewest_users=1,
        from_on=date(2026, 3, 2),
    )  # fmt: skip
    assert found == [
        ("new", False, 1, 3, 2, 3, 1, 500),
        ("old", False, 1, 2, 0, 1, 0, 0),
    ]


def segments(asked, fewest_users, **sizes):
    window = {"fewest_users": fewest_users, "from_on": date(2026, 3, 2)}
    log = "big0,i1,view,2026-03-29T09:00:00Z,,,,\n"
    return [row[:4] for row in asked("behaviour_segments", log, users_of(**sizes), **window)]


def test_small_segments_are_gathered(asked):
    found = segments(asked, 4, big=9, mid=5, small=3, tiny=2)
    assert found == [("big", False, 1, 9), ("mid", False, 1, 5), (None, True, 2, 5)]


def test_one_small_segment_takes_the_next_with_it(asked):
    """Otherwise the gathered row would be that segment under another name."""
    found = segments(asked, 4, big=9, mid=5, small=3)
    assert found == [("big", False, 1, 9), (None, True, 2, 8)]


def test_a_bot_is_in_no_segment(asked):
    log = "big0,i1,view,2026-03-29T09:00:00Z,,,,\n"
    found = asked(
        "behaviour_segments", log, users_of(big=9), ("big0",), fewest_users=1,
        from_on=date(2026, 3, 2),
    )  # fmt: skip
    assert found == [("big", False, 1, 8, 0, 0, 0, 0)]
