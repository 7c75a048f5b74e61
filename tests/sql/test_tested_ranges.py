"""What the log has seen of each lever, from marts whose answer is obvious."""

import pytest

from engine.store import ingest
from engine.store.connection import in_memory
from engine.workbench import tested
from engine.workbench.workspace import Workspace

N_LISTS = 200


@pytest.fixture
def workspace(tmp_path):
    """A log of one sale at a known price; tests add what was shown and to whom."""
    path = tmp_path / "e.csv"
    path.write_text(
        "user_id,item_id,event_type,occurred_at,unit_price\n"
        "u,i,purchase,2026-01-02T03:04:05Z,1.50\n"
    )
    db = in_memory(tmp_path / "d")
    file = ingest.InputFile(path=path, kind="events")
    ingest.import_files(db, ingest.ImportRequest(files=(file,), currency="EUR"))
    yield Workspace(database=db)
    db.close()


def run(workspace, text, *parameters):
    with workspace.database.cursor() as cursor:
        cursor.execute(text, list(parameters))


def show(workspace, n_lists, n_ads, *, user=0, first=0):
    """Add lists of five slots that begin with ads."""
    run(
        workspace,
        "insert into marts.impressions by name"
        " select 'list ' || (? + number) as request_id, ? as user_row, 'current' as policy,"
        " slot as position, 0 as order_amount_cents, slot <= ? as is_ad, false as was_clicked,"
        " false as was_ordered, timestamptz '2026-01-02 00:00:00+00' as occurred_at"
        " from range(?) as lists (number), range(1, 6) as slots (slot)",
        first,
        user,
        n_ads,
        n_lists,
    )


def stay(workspace, price, *, user=0, n_rows=1, is_trial=False, ended_at=None):
    run(
        workspace,
        "insert into marts.memberships by name select ? as user_row, 'plus' as plan,"
        " ? as price_per_month, ? as is_trial,"
        " timestamptz '2026-01-01 00:00:00+00' as started_at, cast(? as timestamptz) as ended_at"
        " from range(?)",
        user,
        price,
        is_trial,
        ended_at,
        n_rows,
    )


def give(workspace, arm, experiment="price"):
    run(
        workspace,
        "insert into marts.assignments by name"
        " select 0 as user_row, ? as experiment, ? as arm, 0.5 as probability,"
        " timestamptz '2026-01-01 00:00:00+00' as started_at",
        experiment,
        arm,
    )


def test_a_log_of_sales_has_seen_no_other_price_than_its_own(workspace):
    assert tested.tested(workspace) == {"sales.price_ratio": (1.0, 1.0)}


def test_ads_are_counted_by_list_and_rare_lists_are_accidents(workspace):
    show(workspace, N_LISTS, 1)
    show(workspace, N_LISTS, 3, first=N_LISTS)
    show(workspace, 1, 5, first=2 * N_LISTS)
    assert tested.tested(workspace)["ads.ad_slots"] == (1.0, 3.0)


def test_lists_of_members_say_nothing_of_lists_without_ads(workspace):
    show(workspace, N_LISTS, 2)
    show(workspace, N_LISTS, 0, user=1, first=N_LISTS)
    assert tested.tested(workspace)["ads.ad_slots"] == (0.0, 2.0)
    stay(workspace, 5.0, user=1)
    assert tested.tested(workspace)["ads.ad_slots"] == (2.0, 2.0)


def test_who_is_no_member_any_more_sees_ads_again(workspace):
    show(workspace, N_LISTS, 0)
    stay(workspace, 5.0, ended_at="2026-01-01 12:00:00+00")
    assert tested.tested(workspace)["ads.ad_slots"] == (0.0, 0.0)


def test_prices_of_members_are_those_they_paid(workspace):
    stay(workspace, 0.0, is_trial=True)
    assert "membership.price_cents" not in tested.tested(workspace)
    stay(workspace, 4.99, n_rows=150)
    stay(workspace, 6.25, n_rows=150)
    stay(workspace, 99.0)
    assert tested.tested(workspace)["membership.price_cents"] == (499.0, 625.0)


def test_price_arms_are_ratios_to_the_price_of_today(workspace):
    give(workspace, "1.2")
    give(workspace, "dear")
    give(workspace, "0.5", experiment="ad_load")
    assert tested.tested(workspace)["sales.price_ratio"] == (1.0, 1.2)
    give(workspace, "0.9")
    assert tested.tested(workspace)["sales.price_ratio"] == (0.9, 1.2)
