"""Prices in a real browser: sound in every view, and sliders that are never lost."""

import pytest
from playwright.sync_api import Browser, Page

from engine.reporting.text import t
from tests.browser.driver import READY, VIEWS, assert_sound, opened, settled

PAGES = ("", "mix", "advertising")
MOVES = {"sales_causal_share": 5, "ads_ad_slots": 3, "economics_horizon_months": 2}
"""Slider -> presses of the right arrow."""


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("locale", "width", "scheme"), VIEWS)
def test_a_price_is_sound(
    browser: Browser, address: str, path: str, locale: str, width: int, scheme: str
) -> None:
    page, asked = opened(browser, f"{address}/{path}?lang={locale}", width, scheme)
    last = t("pages.rung.title", locale).partition("{")[0].strip()
    page.get_by_text(last).last.wait_for(timeout=20_000)
    page.wait_for_selector(READY)
    assert_sound(page, asked, address)


def title(page: Page) -> str:
    settled(page)
    return page.locator("h1").inner_text()


def values(page: Page) -> dict[str, str]:
    """Where the moved sliders stand."""
    found = {name: page.locator(f".st-key-{name}").get_by_role("slider") for name in MOVES}
    return {name: slider.input_value() for name, slider in found.items()}


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_sliders_keep_their_values_on_every_page_after_f5_and_in_a_link(
    browser: Browser, sample_address: str, locale: str
) -> None:
    page, _ = opened(browser, f"{sample_address}/mix?lang={locale}", 1440, "light")
    page.get_by_test_id("stMetricValue").nth(3).wait_for(timeout=60_000)
    first = title(page)
    for name, presses in MOVES.items():
        page.locator(f".st-key-{name}").get_by_role("slider").focus()
        for _ in range(presses):
            page.keyboard.press("ArrowRight")
        page.wait_for_url(f"**{name}=*")
    settled(page)
    moved, stand = title(page), values(page)
    assert moved != first

    page.reload()
    assert (title(page), values(page)) == (moved, stand)

    page.get_by_role("link", name=t("pages.menu.overview", locale), exact=True).click()
    page.wait_for_url(f"{sample_address}/?*")
    page.reload()
    page.wait_for_selector(READY)
    page.get_by_role("link", name=t("pages.menu.mix", locale), exact=True).click()
    page.wait_for_url(f"{sample_address}/mix?*")
    page.get_by_test_id("stMetricValue").nth(3).wait_for(timeout=60_000)
    assert (title(page), values(page)) == (moved, stand)

    other = browser.new_context().new_page()
    other.goto(page.url)
    other.get_by_test_id("stMetricValue").nth(3).wait_for(timeout=60_000)
    assert (title(other), values(other)) == (moved, stand)
    other.close()
