"""Profiles in a real browser: sound in every view, links that stay, and what if."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.reporting.text import t
from tests.browser.driver import READY, VIEWS, assert_sound, opened


def press(page: Page, key: str, locale: str = "en") -> None:
    page.get_by_role("button", name=t(f"pages.{key}", locale), exact=True).click()
    page.wait_for_selector(READY)


@pytest.mark.parametrize("name", ["user_profile", "item_profile"])
@pytest.mark.parametrize(("locale", "width", "scheme"), VIEWS)
def test_profiles_are_sound(
    browser: Browser, address: str, name: str, locale: str, width: int, scheme: str
) -> None:
    page, asked = opened(browser, f"{address}/{name}?lang={locale}", width, scheme)
    page.get_by_test_id("stDataFrame").first.wait_for(timeout=20_000)
    assert_sound(page, asked, address)
    if name == "user_profile":
        press(page, "what_if.add", locale)
        page.get_by_text(t("pages.what_if.clear", locale)).wait_for(timeout=20_000)
        assert_sound(page, asked, address)


def test_one_event_more_and_the_list_is_another(browser: Browser, sample_address: str) -> None:
    page, _ = opened(browser, f"{sample_address}/user_profile?lang=en", 1440, "light")
    press(page, "user.new")
    new = page.get_by_role("heading", level=1)
    expect(new).to_contain_text("is new", timeout=20_000)
    page.get_by_role("textbox", name=t("pages.what_if.search")).fill("planter")
    page.keyboard.press("Enter")
    page.wait_for_selector(READY)
    press(page, "what_if.add")
    changed = page.get_by_text("are new on the list")
    changed.wait_for(timeout=20_000)
    assert not changed.inner_text().startswith("0 items")
    press(page, "what_if.clear")
    expect(changed).to_have_count(0, timeout=20_000)


def test_a_user_stays_over_reload_and_language(browser: Browser, sample_address: str) -> None:
    page, _ = opened(browser, f"{sample_address}/user_profile?lang=en", 1440, "light")
    box = page.get_by_role("textbox", name=t("pages.user.id"))
    page.wait_for_url("**user=*", timeout=20_000)
    first = page.url.partition("user=")[2]
    expect(box).to_have_value(first, timeout=20_000)
    press(page, "user.active")
    expect(box).not_to_have_value(first, timeout=20_000)
    user = box.input_value()
    expect(page).to_have_url(re.compile(f"user={user}$"), timeout=20_000)
    page.reload()
    page.wait_for_selector(READY, timeout=60_000)
    expect(box).to_have_value(user, timeout=20_000)
    page.get_by_text("简体中文").click()
    box = page.get_by_role("textbox", name=t("pages.user.id", "zh"))
    expect(box).to_have_value(user, timeout=20_000)


def test_a_link_leads_from_the_list_to_the_item(browser: Browser, sample_address: str) -> None:
    page, _ = opened(browser, f"{sample_address}/user_profile?lang=en", 1440, "light")
    heading = page.get_by_role("heading", name="fits these interests").inner_text()
    item = heading.partition("“")[2].partition("”")[0]
    page.get_by_role("link", name=t("pages.user.go_item")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(item, timeout=20_000)
    assert "item=" in page.url and "lang=en" in page.url
