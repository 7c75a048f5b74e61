"""Which month the headline figures speak of."""

from datetime import date

import pandas as pd
import pytest

from engine.workbench.checking import Stamp, latest_whole_month

MONTHS = pd.DataFrame({"month": pd.to_datetime(["2026-04-01", "2026-05-01", "2026-06-01"])})


def facts(last_on: date) -> Stamp:
    return Stamp(
        first_on=date(2026, 4, 1),
        last_on=last_on,
        users=1,
        items=1,
        events=1,
        currency="EUR",
        run_id=None,
        trained_at=None,
        data_version="",
    )


@pytest.mark.parametrize(
    ("last_on", "month"), [(date(2026, 6, 9), 5), (date(2026, 6, 29), 5), (date(2026, 6, 30), 6)]
)
def test_a_month_that_the_log_cuts_short_is_no_headline(last_on: date, month: int) -> None:
    assert latest_whole_month(MONTHS, facts(last_on))["month"].month == month


def test_a_log_of_one_cut_month_has_only_that() -> None:
    assert latest_whole_month(MONTHS[:1], facts(date(2026, 4, 9)))["month"].month == 4
