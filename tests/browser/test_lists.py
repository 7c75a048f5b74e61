"""Lists in a real browser: from a log to a file, and sound in every view."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from engine.columns import Lists
from engine.reporting.text import t
from tests.browser import driver
from tests.browser.driver import READY, VIEWS, assert_sound, dashboard, opened
from tests.commands import copied


@pytest.mark.parametrize("path", ["lists", "data"])
@pytest.mark.parametrize(("locale", "width", "scheme"), VIEWS)
def test_lists_are_sound(
    browser: Browser, address: str, path: str, locale: str, width: int, scheme: str
) -> None:
    page, asked = opened(browser, f"{address}/{path}?lang={locale}", width, scheme)
    if path == "lists":
        page.get_by_test_id("stDataFrame").wait_for(timeout=20_000)
    assert_sound(page, asked, address)


def downloaded(page: Page, locale: str) -> list[dict[str, str]]:
    """The rows of the file, by the header of the contract."""
    file = driver.downloaded(
        page, page.get_by_role("button", name=t("pages.lists.download", locale))
    )
    text = file.read_bytes().decode("utf-8")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    assert tuple(reader.fieldnames or ()) == Lists.ORDER
    return list(reader)


def test_a_log_becomes_lists_and_a_file(
    browser: Browser, imported_sample: Path, tmp_path: Path
) -> None:
    with dashboard(copied(imported_sample, tmp_path)) as address:
        page, _ = opened(browser, f"{address}/data?lang=en", 1440, "light")
        page.get_by_role("button", name=t("pages.train.button")).click()
        page.get_by_role("button", name=t("pages.work.stop")).wait_for()
        page.get_by_text("is trained: 400 users have a list").wait_for(timeout=180_000)
        page.get_by_role("link", name=t("pages.train.go_lists")).click()
        page.get_by_text("the lists of all 400 users").wait_for(timeout=20_000)
        everyone = downloaded(page, "en")
        assert len({row["user_id"] for row in everyone}) == 400

        box = page.get_by_role("combobox", name=t("pages.lists.segment"))
        box.scroll_into_view_if_needed()  # a menu that opens while the page moves closes again
        page.wait_for_timeout(1_000)
        box.click()
        page.get_by_role("option", name="students").click()
        page.get_by_text("fit the filters").wait_for(timeout=20_000)
        page.wait_for_selector(READY)
        students = downloaded(page, "en")
        assert {row["user_id"] for row in students} < {row["user_id"] for row in everyone}

        page.get_by_text("简体中文").click()
        page.get_by_role("heading", name=t("pages.lists.title", "zh")).wait_for(timeout=20_000)
        page.wait_for_selector(READY)
        chinese = downloaded(page, "zh")
        assert [row["item_id"] for row in chinese] == [row["item_id"] for row in students]
        assert {row["source"] for row in chinese}.isdisjoint(row["source"] for row in students)
        page.close()


def test_rules_live_in_the_address_and_change_the_file(
    browser: Browser, sample_address: str
) -> None:
    page, _ = opened(
        browser, f"{sample_address}/lists?lang=en&rule_most=1&rule_blocked=tea", 1440, "light"
    )
    page.get_by_text("Rules are on").wait_for(timeout=20_000)
    page.wait_for_selector(READY)
    assert "rule_most=1" in page.url and "rule_blocked=tea" in page.url
    rows = downloaded(page, "en")
    assert {row["policy"] for row in rows} == {"ranked+rules"}
