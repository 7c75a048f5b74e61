"""Numbers read as a reader of each language writes them."""

from datetime import date

import pytest

from engine.reporting import money


@pytest.mark.parametrize(
    ("cents", "locale", "expected"),
    [
        (4_831_207, "en", "€48,300"),
        (4_831_207, "zh", "€4.83 万"),
        (-4_831_207, "en", "−€48,300"),
        (999_960, "zh", "€1 万"),
        (1_234_500_000_00, "zh", "€12.3 亿"),
        (12_345_678_00, "zh", "€1,230 万"),
        (1_234, "en", "€12.3"),
        (123, "en", "€1.23"),
        (0, "en", "€0"),
        (-0.4, "en", "€0"),
    ],
)
def test_headlines_have_three_digits(cents: float, locale: str, expected: str) -> None:
    assert money.headline(cents, "EUR", locale) == expected


def test_a_gain_has_a_plus_and_a_loss_a_real_minus() -> None:
    assert money.change(610_000, "EUR") == "+€6,100"
    assert money.change(-610_000, "EUR") == "−€6,100"
    assert money.change(0, "EUR") == "€0"


def test_tables_show_cents() -> None:
    assert money.exact(-4_831_207, "GBP") == "−£48,312.07"


def test_an_unknown_currency_is_named_by_its_code() -> None:
    assert money.headline(120_000, "SEK") == "SEK\u00a01,200"


def test_percent_keeps_a_decimal_only_where_it_matters() -> None:
    assert money.percent(0.54) == "54 %"
    assert money.percent(0.54, "zh") == "54%"
    assert money.percent(-0.007) == "−0.7 %"


def test_counts_and_days_follow_the_language() -> None:
    assert money.count(-4_120) == "−4,120"
    assert money.day(date(2026, 6, 28)) == "28 Jun 2026"
    assert money.day(date(2026, 6, 28), "zh") == "2026年6月28日"
