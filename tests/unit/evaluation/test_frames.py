import numpy as np
import pandas as pd
import pytest

from engine.evaluation import frames
from engine.evaluation.hits import Pairs

DAY = 86_400


def times(*days):
    return pd.to_datetime([None if day is None else day * DAY for day in days], unit="s")


def test_users_count_from_their_sign_up_and_bots_not_at_all():
    table = pd.DataFrame(
        {
            "user_row": np.array([1, 0], dtype=np.int32),
            "segment": ["b", "a"],
            "activity_band": ["light", "heavy"],
            "bootstrap_group": [7, 5],
            "is_bot": [True, False],
            "opted_out": [False, False],
            "signed_up_at": times(None, 2),
            "first_at": times(3, 4),
        }
    )
    users, segments = frames.users_of(table)
    assert users.group.tolist() == [5, 7]
    assert users.first_at.tolist() == [2 * DAY, 3 * DAY]
    assert users.counted.tolist() == [True, False]
    assert segments.names == ("a / heavy", "b / light")


def test_a_renewal_alone_is_no_visit():
    table = pd.DataFrame(
        {
            "user_row": np.array([0, 0], dtype=np.int32),
            "started_at": times(1, 2),
            "view_count": [0, 3],
            "order_count": [0, 0],
            "order_amount_cents": [0, 0],
            "list_count": [0, 0],
            "list_click_count": [0, 0],
        }
    )
    assert frames.visits_of(table).started_at.tolist() == [2 * DAY]
    ratings_only = table.assign(view_count=0)
    assert len(frames.visits_of(ratings_only).started_at) == 2


def test_returns_are_positive_and_apart_from_sales():
    table = pd.DataFrame(
        {
            "user_row": np.array([0, 0, 0], dtype=np.int32),
            "event_type": ["purchase", "return", "view"],
            "amount_cents": [500, -200, 0],
            "last_at": times(1, 2, 3),
        }
    )
    takings = frames.takings_of(table)
    assert takings.sales_cents.tolist() == [500, 0]
    assert takings.return_cents.tolist() == [0, 200]


def test_what_the_log_does_not_say_of_a_slot_stays_unknown():
    table = pd.DataFrame(
        {
            "user_row": np.array([0, 0], dtype=np.int32),
            "item_row": pd.array([4, None], dtype="Int32"),
            "position": pd.array([2, None], dtype="Int32"),
            "propensity": [0.5, np.nan],
            "viewable": pd.array([True, None], dtype="boolean"),
            "is_ad": [False, True],
            "was_clicked": [True, False],
            "was_ordered": [True, False],
            "order_amount_cents": [100, 0],
            "occurred_at": times(1, 2),
        }
    )
    log = frames.impressions_of(table, np.array([1.0, np.nan]))
    assert log.item_row.tolist() == [4, -1]
    assert log.position.tolist() == [2, 0]
    assert log.viewable == pytest.approx([1.0, np.nan], nan_ok=True)
    assert log.organic(10).at.tolist() == [DAY]


def test_prices_become_cents_and_missing_ones_stay_missing():
    table = pd.DataFrame(
        {
            "item_row": [0, 1],
            "price": [1.5, np.nan],
            "unit_cost": [np.nan, 0.5],
            "category": ["a", None],
        }
    )
    items = frames.items_of(table)
    assert items.price_cents == pytest.approx([150.0, np.nan], nan_ok=True)
    assert items.unit_cost_cents == pytest.approx([np.nan, 50.0], nan_ok=True)
    assert items.category[0] != items.category[1]


def test_an_open_membership_has_no_end():
    table = pd.DataFrame(
        {
            "user_row": np.array([0], dtype=np.int32),
            "price_per_month": [4.99],
            "is_trial": [False],
            "started_at": times(1),
            "ended_at": times(None),
        }
    )
    log = frames.memberships_of(table)
    assert np.isnan(log.ended_at[0]) and log.price_cents[0] == pytest.approx(499)
    assert frames.memberships_of(table[:0]) is None


def test_new_pairs_are_those_never_touched_before():
    later = Pairs(user_row=np.array([0, 0, 1]), item_row=np.array([1, 1, 2]))
    before = Pairs(user_row=np.array([1]), item_row=np.array([2]))
    fresh = frames.new_pairs(later, before, 3)
    assert fresh.user_row.tolist() == [0] and fresh.item_row.tolist() == [1]


def test_rows_belong_to_their_request_or_else_to_their_moment() -> None:
    moments = pd.to_datetime([10, 10, 10, 20, 10, 10], unit="s", utc=True)
    shown = pd.DataFrame(
        {
            "user_row": np.array([0, 0, 0, 0, 1, 1], dtype=np.int32),
            "request_id": ["a", "a", None, None, "a", None],
            "occurred_at": moments,
        }
    )
    code = frames.requests_of(shown)
    assert code[0] == code[1]
    assert len(set(code)) == 5  # a user's request, her two moments, and both of another user


def test_the_last_list_is_found_with_and_without_requests() -> None:
    shown = pd.DataFrame(
        {
            "user_row": np.zeros(4, dtype=np.int32),
            "request_id": ["a", "a", None, None],
            "occurred_at": pd.to_datetime([10, 10, 20, 20], unit="s", utc=True),
            "item_row": [1, 2, 3, 4],
            "is_ad": [False] * 4,
            "position": [1, 2, 2, 1],
        }
    )
    assert frames.logged_lists(shown, 10).item_row.tolist() == [4, 3]
    assert frames.logged_lists(shown[:2], 10).item_row.tolist() == [1, 2]
