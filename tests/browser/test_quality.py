"""The Quality page in a real browser: sound in every view, figures that follow the measure."""

import csv
import io

import pytest
from playwright.sync_api import Browser

from engine.reporting.text import t
from tests.browser.driver import READY, VIEWS, assert_sound, downloaded, opened


@pytest.mark.parametrize(("locale", "width", "scheme"), VIEWS)
def test_quality_is_sound(
    browser: Browser, address: str, locale: str, width: int, scheme: str
) -> None:
    page, asked = opened(browser, f"{address}/quality?lang={locale}", width, scheme)
    page.get_by_test_id("stPlotlyChart").nth(4).wait_for(timeout=20_000)
    assert_sound(page, asked, address)


def test_a_measure_is_chosen_and_its_table_taken_away(browser: Browser, address: str) -> None:
    page, _ = opened(browser, f"{address}/quality?lang=en", 1440, "light")
    figures = page.get_by_test_id("stMetricValue")
    figures.nth(3).wait_for(timeout=20_000)
    first = figures.all_text_contents()

    page.get_by_role("radio", name=t("pages.quality.metric.hit_rate")).click()
    page.get_by_text(t("pages.quality.about.hit_rate")).wait_for(timeout=20_000)
    page.wait_for_selector(READY)
    second = figures.all_text_contents()
    assert second[3] == first[3] and second[0] != first[0]

    page.locator(".st-key-quality_policies_table summary").click()
    button = page.locator(".st-key-quality_policies_download button")
    button.wait_for(timeout=20_000)
    text = downloaded(page, button).read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    best = max(float(row["Value [%]"]) for row in rows)
    assert float(rows[0]["Value [%]"]) == best
    assert all(row["run_id"] for row in rows)
