"""Method and the panels of numbers in a real browser: sound, offline, by keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from engine.reporting.text import t
from pages._shared.method_view import SECTIONS
from tests.browser.driver import assert_sound, dashboard, opened
from tests.commands import copied

STILL = "[data-testid=stApp][data-test-script-state=notRunning]"
PANEL = "[data-testid=stPopoverBody]"
NUMBERS = ("ads", "membership", "sales", "total")


def show(page: Page, section: str, locale: str) -> None:
    name = t(f"pages.method.{section}", locale)
    page.get_by_test_id("stButtonGroup").get_by_text(name, exact=True).click()
    heading = t(f"pages.method.says_{section}", locale)
    page.get_by_role("heading", name=heading).wait_for(timeout=20_000)
    page.wait_for_selector(STILL)


@pytest.mark.parametrize(
    ("width", "scheme", "locale"), [(1440, "light", "en"), (390, "dark", "zh")]
)
def test_every_section_is_sound(
    browser: Browser, sample_address: str, width: int, scheme: str, locale: str
) -> None:
    page, asked = opened(browser, f"{sample_address}/method?lang={locale}", width, scheme)
    for section in SECTIONS:
        show(page, section, locale)
        assert_sound(page, asked, sample_address)
        assert page.locator(".katex-error").count() == 0


@pytest.fixture(scope="module")
def untrained_address(imported_sample: Path, tmp_path_factory) -> Iterator[str]:
    with dashboard(copied(imported_sample, tmp_path_factory.mktemp("untrained"))) as url:
        yield url


@pytest.mark.parametrize("log", ["orders", "untrained"])
def test_a_log_of_orders_and_one_without_a_run_are_sound(
    browser: Browser, request: pytest.FixtureRequest, log: str
) -> None:
    address = request.getfixturevalue(f"{log}_address")
    page, asked = opened(browser, f"{address}/method?lang=en", 390, "light")
    for section in ("range", "assumptions"):
        show(page, section, "en")
        assert_sound(page, asked, address)


@pytest.mark.parametrize("width", [1440, 390])
def test_a_panel_opens_by_keyboard_shows_the_formula_and_is_sound(
    browser: Browser, sample_address: str, width: int
) -> None:
    page, asked = opened(browser, f"{sample_address}/?lang=en", width, "light")
    for name in NUMBERS:
        label = t("pages.explain.how", name=t(f"pages.models.{name}"))
        button = page.get_by_role("button", name=label)
        button.focus()
        page.keyboard.press("Enter")
        page.locator(f"{PANEL} .katex-display").first.wait_for(timeout=20_000)
        page.wait_for_selector(STILL)
        assert button.get_attribute("aria-expanded") == "true"
        assert_sound(page, asked, sample_address)
        page.keyboard.press("Escape")
        page.locator(PANEL).wait_for(state="hidden")
