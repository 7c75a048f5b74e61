"""Product sales in a real browser: sound in every view, opened tables too, and slider moves."""

import pytest
from playwright.sync_api import Browser

from tests.browser.driver import READY, VIEWS, assert_sound, opened

TABLES = {
    "sample": ("sales_funnel", "sales_bridge", "sales_curve", "sales_by_month"),
    "orders": (),
}


@pytest.fixture(params=TABLES)
def kind(request):
    """A log of every kind of row, then one of orders only."""
    return request.param


@pytest.fixture
def address(request: pytest.FixtureRequest, kind: str) -> str:
    return request.getfixturevalue(f"{kind}_address")


@pytest.mark.parametrize(("locale", "width", "scheme"), VIEWS)
def test_product_sales_is_sound(
    browser: Browser, address: str, kind: str, locale: str, width: int, scheme: str
) -> None:
    page, asked = opened(browser, f"{address}/sales?lang={locale}", width, scheme)
    page.get_by_test_id("stMetricValue").first.wait_for(timeout=20_000)
    page.get_by_test_id("stDataFrame").first.wait_for(timeout=20_000)
    for table in TABLES[kind]:
        page.locator(f".st-key-{table}_table summary").click()
        page.locator(f".st-key-{table}_table [data-testid=stDataFrame]").wait_for()
    page.wait_for_selector(READY)
    assert_sound(page, asked, address)


def test_a_move_of_the_price_redraws_number_and_curve(
    browser: Browser, sample_address: str
) -> None:
    page, _ = opened(browser, f"{sample_address}/sales?lang=en", 1440, "light")
    page.get_by_test_id("stMetricValue").nth(3).wait_for(timeout=20_000)
    number = page.get_by_test_id("stMetricValue").first
    before = number.inner_text()
    page.locator(".st-key-sales_price_ratio").get_by_role("slider").focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    page.wait_for_url("**sales_price_ratio=0.9*")
    page.wait_for_function(
        "value => document.querySelector('[data-testid=stMetricValue]').innerText !== value",
        arg=before,
    )
    page.wait_for_selector(READY)
    line = page.locator(".st-key-sales_curve .shapelayer path, .st-key-sales_curve .shapelayer g")
    assert line.count() > 0
    assert page.get_by_test_id("stException").count() == 0
