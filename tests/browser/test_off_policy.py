"""The Off-policy page in a real browser: sound in every view, another choice, its table."""

import pandas as pd
import pytest
from playwright.sync_api import Browser

from engine.reporting.text import t
from tests.browser.driver import VIEWS, assert_sound, downloaded, opened


@pytest.fixture
def address(sample_address: str) -> str:
    return sample_address


@pytest.mark.parametrize(("locale", "width", "scheme"), VIEWS)
def test_off_policy_is_sound(
    browser: Browser, address: str, locale: str, width: int, scheme: str
) -> None:
    page, asked = opened(browser, f"{address}/off_policy?lang={locale}", width, scheme)
    assert_sound(page, asked, address)


def test_another_choice_says_why_it_is_withheld_and_the_table_can_be_taken(
    browser: Browser, address: str
) -> None:
    page, _ = opened(browser, f"{address}/off_policy?lang=en", 1440, "light")
    page.get_by_role("radio", name=t("pages.off_policy.choices.whole")).click()
    page.get_by_text(t("pages.off_policy.choice_about.whole")).wait_for(timeout=20_000)
    assert page.get_by_text(t("gates_off_policy.cure_explore_more")).count() >= 1

    page.locator(".st-key-off_policy_values_table summary").click()
    button = page.locator(".st-key-off_policy_values_download button")
    button.wait_for(timeout=20_000)
    frame = pd.read_csv(downloaded(page, button))
    assert frame[t("pages.off_policy.column.policy")].nunique() > 3
    assert frame["run_id"].nunique() == 1
