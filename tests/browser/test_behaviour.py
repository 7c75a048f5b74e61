"""Behaviour in a real browser: sound in every view, and the file of a table."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from engine.reporting.text import t
from tests.browser.driver import READY, VIEWS, assert_sound, opened

SHOWN = ("steps", "back", "days", "searches", "segments")


def show(page: Page, view: str, locale: str) -> None:
    page.get_by_role("radio", name=t(f"pages.behaviour.view_{view}", locale), exact=True).click()
    page.wait_for_selector(READY)


@pytest.mark.parametrize(("locale", "width", "scheme"), VIEWS)
def test_every_view_is_sound(
    browser: Browser, address: str, locale: str, width: int, scheme: str
) -> None:
    page, asked = opened(browser, f"{address}/behaviour?lang={locale}", width, scheme)
    for view in SHOWN:
        show(page, view, locale)
        assert_sound(page, asked, address)


def test_a_view_stays_when_the_language_changes(browser: Browser, address: str) -> None:
    page, _ = opened(browser, f"{address}/behaviour?lang=en", 1440, "light")
    show(page, "segments", "en")
    page.get_by_text("简体中文").click()
    chosen = page.get_by_role("radio", name=t("pages.behaviour.view_segments", "zh"))
    chosen.wait_for(timeout=20_000)
    assert chosen.get_attribute("aria-checked") == "true"


def test_a_table_folds_out_and_is_a_file(browser: Browser, sample_address: str) -> None:
    page, _ = opened(browser, f"{sample_address}/behaviour?lang=en", 1440, "light")
    show(page, "steps", "en")
    page.get_by_role("radio", name=t("pages.behaviour.unit.person"), exact=True).click()
    page.wait_for_selector(READY)
    page.locator(".st-key-steps_by_person_table summary").click()
    page.get_by_test_id("stDataFrame").wait_for(timeout=20_000)
    with page.expect_download() as download:
        page.get_by_role("button", name=t("pages.lists.download")).click()
    assert download.value.suggested_filename.startswith("steps_by_person_")
    text = Path(download.value.path()).read_bytes().decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["Step"] for row in rows][:2] == ["Shown", "Clicked"]
    reached = [int(row["Reached in order"]) for row in rows]
    assert reached == sorted(reached, reverse=True)
