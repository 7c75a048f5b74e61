"""Who comes back and who is active, from small tables with an obvious answer."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from engine.evaluation import audience
from engine.evaluation.audience import MOST_COHORTS

MONDAY = date(2026, 3, 2)
WEEK = timedelta(days=7)


def counts(rows: list[tuple[int, int, int]]) -> pd.DataFrame:
    """Users by first and later week, both counted from the first Monday."""
    return pd.DataFrame(
        [(MONDAY + first * WEEK, MONDAY + later * WEEK, users) for first, later, users in rows],
        columns=["cohort_on", "period_on", "user_count"],
    )


LOG = counts([(0, 0, 40), (0, 1, 30), (0, 2, 20), (1, 1, 20), (1, 2, 5), (2, 2, 10)])


def weeks(table: pd.DataFrame, last_on: date, first_on: date = MONDAY) -> audience.Retention:
    return audience.retention(table, "week", first_on, last_on)


def test_a_week_that_is_not_over_is_empty_and_not_zero():
    found = weeks(LOG, MONDAY + 3 * WEEK - timedelta(days=1))
    assert found.cohorts == (MONDAY, MONDAY + WEEK)
    assert found.sizes == (40, 20)
    np.testing.assert_array_equal(found.shares, [[0.75, 0.5], [0.25, np.nan]])


def test_a_day_less_and_the_third_week_is_not_over():
    found = weeks(LOG, MONDAY + 3 * WEEK - timedelta(days=2))
    np.testing.assert_array_equal(found.shares, [[0.75]])


def test_a_covered_week_in_which_nobody_came_is_zero():
    found = weeks(counts([(0, 0, 40), (2, 2, 40)]), MONDAY + 3 * WEEK - timedelta(days=1))
    np.testing.assert_array_equal(found.counts, [[0, 0]])


def test_users_from_before_the_log_are_not_new():
    found = weeks(LOG, MONDAY + 3 * WEEK - timedelta(days=1))
    assert found.starts_with_log
    assert found.back_after(1) == 0.25
    assert found.back_after(2) == 0.5, "no others are known after two weeks"
    assert found.back_after(3) is None


def test_groups_count_by_their_users():
    table = counts(
        [(0, 0, 10), (1, 1, 30), (1, 2, 30), (2, 2, 10), (2, 3, 0), (3, 3, 10)],
    )
    assert weeks(table, MONDAY + 4 * WEEK).back_after(1) == 0.75


def test_small_groups_are_left_out_and_counted():
    table = counts([(0, 0, 9), (0, 1, 9), (1, 1, 10), (1, 2, 4), (2, 2, 99)])
    found = weeks(table, MONDAY + 3 * WEEK - timedelta(days=1))
    assert (found.cohorts, found.hidden) == ((MONDAY + WEEK,), 1)
    assert not found.starts_with_log


def test_the_newest_groups_are_shown():
    table = counts([(row, row, 10) for row in range(40)])
    found = weeks(table, MONDAY + 40 * WEEK)
    assert len(found.cohorts) == MOST_COHORTS
    assert found.cohorts[-1] == MONDAY + 38 * WEEK


@pytest.mark.parametrize("last_on", [MONDAY, MONDAY + WEEK])
def test_a_short_log_knows_nobody_who_came_back(last_on):
    assert weeks(LOG, last_on).back_after(1) is None


def test_months_end_with_the_calendar():
    months = [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
    table = pd.DataFrame(
        [(months[0], month, users) for month, users in zip(months, (20, 10, 5), strict=True)],
        columns=["cohort_on", "period_on", "user_count"],
    )
    found = audience.retention(table, "month", date(2025, 12, 24), date(2026, 2, 27))
    np.testing.assert_array_equal(found.shares, [[0.5]])
    found = audience.retention(table, "month", date(2025, 12, 24), date(2026, 2, 28))
    np.testing.assert_array_equal(found.shares, [[0.5, 0.25]])


@pytest.mark.parametrize(("days", "period"), [(269, "week"), (270, "week"), (271, "month")])
def test_long_logs_are_told_by_months(days, period):
    assert audience.period_of(MONDAY, MONDAY + timedelta(days=days - 1)) == period


def changes(rows: list[tuple[int, int, int, int]]) -> pd.DataFrame:
    return pd.DataFrame(
        [(MONDAY + timedelta(days=day), *users) for day, *users in rows],
        columns=["day_on", "day_user_count", "week_user_count", "month_user_count"],
    )


DAYS = pd.DataFrame({"active_days": [1], "user_count": [4]})


def active(n_days: int, table: pd.DataFrame) -> audience.Activity:
    return audience.activity(table, DAYS, MONDAY, MONDAY + timedelta(days=n_days - 1))


def test_days_without_a_change_keep_the_users_of_the_day_before():
    found = active(4, changes([(0, 2, 2, 2), (2, 5, 6, 6), (9, 0, 0, 0)]))
    assert found.days["day_users"].tolist() == [2, 2, 5, 5]


def test_windows_that_begin_before_the_log_are_unknown():
    found = active(28, changes([(0, 2, 2, 2)]))
    assert found.days["week_users"].isna().sum() == 6
    assert found.days["month_users"].isna().sum() == 27
    assert active(27, changes([(0, 2, 2, 2)])).month_users is None


def test_stickiness_is_mean_daily_users_over_those_of_28_days():
    # 14 days of 2 users and 14 of 4: 3 a day, of 12 in all
    found = active(28, changes([(0, 2, 2, 2), (14, 4, 9, 12)]))
    assert (found.mean_day_users, found.month_users, found.stickiness) == (3.0, 12, 0.25)
    assert active(27, changes([(0, 2, 2, 2)])).stickiness is None


def test_a_log_of_machines_has_days_without_users():
    found = active(3, changes([]))
    assert found.days["day_users"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (6, 100, (6, 100)),
        (474, 1_000, (47, 100)),
        (5, 1_000, (5, 1_000)),
        (5, 100_000, (0, 10_000)),
        (2, 3, (2, 3)),
        (0, 3, (0, 3)),
        (0, 5_000, (0, 100)),
        (100, 100, (100, 100)),
    ],
)
def test_small_shares_are_told_of_a_larger_number(part, whole, told):
    assert audience.per(part, whole) == told
