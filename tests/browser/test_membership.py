"""Membership in a real browser: sound in every view, a price that moves, tables as files."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.driver import VIEWS, assert_sound, downloaded, opened


@pytest.mark.parametrize(("locale", "width", "scheme"), VIEWS)
def test_membership_is_sound(
    browser: Browser, address: str, locale: str, width: int, scheme: str
) -> None:
    page, asked = opened(browser, f"{address}/membership?lang={locale}", width, scheme)
    page.get_by_test_id("stPlotlyChart").first.wait_for(timeout=30_000)
    assert_sound(page, asked, address)


def test_a_price_moves_the_members_and_every_table_is_a_file(
    browser: Browser, sample_address: str
) -> None:
    page, asked = opened(browser, f"{sample_address}/membership?lang=en", 1440, "light")
    members = page.get_by_test_id("stMetricValue").nth(1)
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(5, timeout=30_000)
    before = members.inner_text()
    page.locator(".st-key-membership_price").get_by_role("slider").focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(members).not_to_have_text(before)
    page.wait_for_url("**membership_price=*")

    for name in ("fees_by_step", "members_by_month", "members_by_renewal", "fees_by_price"):
        page.locator(f".st-key-{name}_table summary").click()
        file = downloaded(page, page.locator(f".st-key-{name}_download button"))
        text = file.read_text(encoding="utf-8")
        assert len(text.splitlines()) > 3 and "run_id" in text.splitlines()[0], name
    assert_sound(page, asked, sample_address)
