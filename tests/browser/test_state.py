"""Sliders in a real browser: no move is ever lost, and each is taken back."""

import pytest
from playwright.sync_api import Browser, Page

from engine.reporting.text import t
from pages._shared import menu
from tests.browser.driver import settled
from tests.browser.timing import STEPS

MOVED = {
    "mix": "sales_causal_share",
    "advertising": "ads_fill_rate",
    "membership": "membership_price",
}
"""Page -> a slider that not every other page draws."""

PRESSES = 3


@pytest.fixture
def address(sample_address: str) -> str:
    return sample_address


@pytest.fixture
def page(browser: Browser, address: str):
    """A visitor on the page Mix."""
    come = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    come.goto(f"{address}/mix?lang=en")
    come.get_by_test_id("stMetricValue").nth(3).wait_for(timeout=60_000)
    settled(come)
    yield come
    come.context.close()


def go(page: Page, name: str) -> None:
    page.get_by_test_id("stPageLink").filter(has_text=t(f"pages.menu.{name}")).first.click()
    page.wait_for_url(f"**/{'' if name == menu.FIRST else name}?*")
    settled(page)


def press(page: Page, slider: str, times: int = PRESSES) -> str:
    """Move a slider to the right and return where it stands."""
    found = page.locator(f".st-key-{slider}").get_by_role("slider")
    found.focus()
    for _ in range(times):
        page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**{slider}=*")
    settled(page)
    return found.input_value()


def click(page: Page, key: str) -> None:
    page.locator(f".st-key-{key} button").first.click()
    settled(page)


def stands(page: Page) -> dict[str, str]:
    """Where the sliders of a page stand, also those that are folded away."""
    names = {steps.slider for page in STEPS.values() for steps in page} | set(MOVED.values())
    found = {name: page.locator(f".st-key-{name} input") for name in names}
    return {name: slider.first.input_value() for name, slider in found.items() if slider.count()}


def said(page: Page) -> dict[str, str]:
    """What the address says of sliders."""
    query = page.evaluate("Object.fromEntries(new URLSearchParams(location.search))")
    return {name: value for name, value in query.items() if name != "lang"}


def headline(page: Page) -> str:
    return page.locator("h1").inner_text()


def moved_on_three_pages(page: Page) -> dict[str, str]:
    found = {}
    for name, slider in MOVED.items():
        go(page, name)
        found[slider] = press(page, slider)
    return found


def test_moves_of_three_pages_stand_on_each_page_after_f5_and_in_a_link(
    browser: Browser, page: Page
) -> None:
    moved = moved_on_three_pages(page)
    assert said(page) == moved
    for name in (menu.FIRST, "mix", "advertising", "membership"):
        go(page, name)
        assert said(page) == moved
        page.reload()
        settled(page)
        assert said(page) == moved
        assert {**stands(page), **moved} == {**moved, **stands(page)}
    go(page, "mix")
    first = headline(page), stands(page)
    other = browser.new_context().new_page()
    other.goto(page.url)
    settled(other)
    assert (headline(other), stands(other), said(other)) == (*first, moved)
    other.context.close()


def test_the_browsers_back_loses_no_move(page: Page) -> None:
    moved = moved_on_three_pages(page)
    go(page, "mix")
    shown = headline(page)
    go(page, menu.FIRST)
    for _ in range(5):
        page.go_back()
        settled(page)
        assert said(page) == moved
        assert {**stands(page), **moved} == {**moved, **stands(page)}
        if "/mix?" in page.url:
            assert headline(page) == shown


def test_undo_takes_back_move_by_move_and_price_and_address_follow(page: Page) -> None:
    first, unmoved = headline(page), stands(page)
    press(page, "sales_causal_share")
    once = headline(page), said(page), stands(page)
    press(page, "ads_cpm", 1)
    click(page, "undo")
    assert (headline(page), said(page), stands(page)) == once
    while page.locator(".st-key-undo button").first.is_enabled():
        click(page, "undo")
    assert (headline(page), said(page), stands(page)) == (first, {}, unmoved)


def test_reset_all_is_taken_back_as_one_step_after_a_walk(page: Page) -> None:
    first = headline(page)
    moved = moved_on_three_pages(page)
    go(page, "mix")
    shown = headline(page)
    click(page, "reset")
    assert (headline(page), said(page)) == (first, {})
    click(page, "undo")
    assert (headline(page), said(page)) == (shown, moved)
    click(page, "undo")
    assert set(said(page)) <= set(moved), "the move of another page is taken back from here"


def test_the_copied_link_opens_the_same_state_in_another_browser(
    browser: Browser, page: Page
) -> None:
    moved = moved_on_three_pages(page)
    page.get_by_text("简体中文").click()
    page.wait_for_url("**lang=zh*")
    go_back = page.get_by_test_id("stPageLink").filter(has_text=t("pages.menu.mix", "zh")).first
    go_back.click()
    page.wait_for_url("**/mix?*")
    settled(page)
    click(page, "link")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    code = page.get_by_test_id("stCode")
    code.hover()
    code.get_by_role("button", include_hidden=True).click()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == code.inner_text().strip()
    other = browser.new_context().new_page()
    other.goto(link)
    settled(other)
    assert (headline(other), stands(other)) == (headline(page), stands(page))
    assert said(other) == moved and "lang=zh" in other.url
    other.context.close()


def test_two_tabs_do_not_disturb_each_other(page: Page, address: str) -> None:
    other = page.context.new_page()
    other.goto(f"{address}/mix?lang=en")
    other.get_by_test_id("stMetricValue").nth(3).wait_for(timeout=60_000)
    settled(other)
    before = headline(other), other.url, stands(other)

    press(page, "sales_causal_share", 12)
    mine = headline(page), page.url, stands(page)
    settled(other)
    assert (headline(other), other.url, stands(other)) == before
    assert mine[0] != before[0]

    press(other, "ads_cpm", 2)
    assert "sales_causal_share" not in other.url
    assert stands(other)["sales_causal_share"] == before[2]["sales_causal_share"]
    settled(page)
    assert (headline(page), page.url, stands(page)) == mine
    go(other, menu.FIRST)
    assert set(said(other)) == {"ads_cpm"}


def test_a_move_of_another_slider_leaves_the_last_move_of_this_one_in_the_address(
    page: Page,
) -> None:
    press(page, "sales_causal_share", 1)
    last = press(page, "sales_causal_share", 2)
    other = press(page, "economics_horizon_months", 1)
    assert said(page) == {"sales_causal_share": last, "economics_horizon_months": other}
