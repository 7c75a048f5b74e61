"""Behaviour in a real browser: sound in every view, and the file of a table."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from engine.reporting.text import t
from tests.browser.driver import READY, VIEWS, assert_sound, dashboard, opened
from tests.commands import copied

SHOWN = ("steps", "back", "days", "searches", "segments")


@pytest.fixture(scope="module", params=["sample", "orders"])
def address(request, tmp_path_factory):
    """A dashboard on a log of every kind of row, then on one of orders only."""
    made = request.getfixturevalue(f"trained_{request.param}")
    with dashboard(copied(made, tmp_path_factory.mktemp("behaviour"))) as url:
        yield url


def show(page: Page, view: str, locale: str) -> None:
    page.get_by_role("radio", name=t(f"pages.behaviour.view_{view}", locale), exact=True).click()
    page.wait_for_selector(READY)


@pytest.mark.parametrize(("locale", "width", "scheme"), VIEWS)
def test_every_view_is_sound(
    browser: Browser, address: str, locale: str, width: int, scheme: str
) -> None:
    page, asked = opened(browser, f"{address}/behaviour?lang={locale}", width, scheme)
    try:
        for view in SHOWN:
            show(page, view, locale)
            assert_sound(page, asked, address)
    finally:
        page.close()


def test_a_view_stays_when_the_language_changes(browser: Browser, address: str) -> None:
    page, _ = opened(browser, f"{address}/behaviour?lang=en", 1440, "light")
    try:
        show(page, "segments", "en")
        page.get_by_text("简体中文").click()
        chosen = page.get_by_role("radio", name=t("pages.behaviour.view_segments", "zh"))
        chosen.wait_for(timeout=20_000)
        assert chosen.get_attribute("aria-checked") == "true"
    finally:
        page.close()


def test_a_table_folds_out_and_is_a_file(
    browser: Browser, trained_sample: Path, tmp_path: Path
) -> None:
    with dashboard(copied(trained_sample, tmp_path)) as address:
        page, _ = opened(browser, f"{address}/behaviour?lang=en", 1440, "light")
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
        page.close()
