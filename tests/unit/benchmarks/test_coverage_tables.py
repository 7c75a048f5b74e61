"""Tables of the proof of intervals say what the judged worlds say."""

import pandas as pd
import pytest

from benchmarks import _coverage_tables

WORLDS = pd.DataFrame(
    {
        "seed": [1, 2, 1, 2],
        "policy": "learned",
        "figure": ["total", "total", "uplift", "uplift"],
        "truth": [100.0, 100.0, 10.0, 10.0],
        "mean": [110.0, 100.0, 20.0, 10.0],
        "low": [105.0, 90.0, 12.0, 5.0],
        "high": [120.0, 110.0, 30.0, 15.0],
        "low_half": [108.0, 101.0, 15.0, 8.0],
        "high_half": [112.0, 103.0, 25.0, 12.0],
        "low_booked": [60.0, 50.0, 5.0, 2.0],
        "high_booked": [150.0, 130.0, 40.0, 20.0],
        "rank": [0.0, 0.5, 0.05, 0.55],
        "level": [100.0, 100.0, 100.0, 100.0],
        "basis": ["off_policy", "model", "off_policy", "model"],
        "colour": ["green", "red", "green", "amber"],
    }
)


def test_shares_and_errors_are_those_of_the_worlds() -> None:
    found = _coverage_tables.summary(WORLDS).set_index("figure")
    total, uplift = found.loc["total"], found.loc["uplift"]
    assert (total["worlds"], total["held"], total["held_half"]) == (2, 0.5, 0.0)
    assert (total["warned"], total["by_model"]) == (0.5, 0.5)
    assert total["bias"] == pytest.approx(0.05)
    assert uplift["bias"] == pytest.approx(0.05)  # of the total, not of the gain itself
    assert uplift["held_half"] == 0.5


def test_a_forecast_is_judged_by_its_own_interval_and_of_money_alone() -> None:
    table = _coverage_tables.forecasts(WORLDS)
    assert "| learned | total | 1.000 |" in table  # the estimate holds in the second world alone
    assert "uplift" not in table


def test_the_moved_world_alone_is_judged_by_forecasts() -> None:
    report = _coverage_tables.report({"usual": WORLDS, _coverage_tables.MOVED: WORLDS})
    assert report.count("forecast, 90 % held") == 1
    assert report.index("forecast, 90 % held") > report.index("## drift, 2 worlds")
