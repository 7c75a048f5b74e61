"""The start pages in a real browser: no fault, no barrier, no overflow, no call outside."""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.driver import READY, ROOT, VIEWS, assert_sound, dashboard, opened


@pytest.fixture(scope="module", params=["empty", "sample"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """A running dashboard on an empty database, then on the sample."""
    path = tmp_path_factory.mktemp("browser") / "shop.duckdb"
    if request.param == "sample":
        command = [sys.executable, "-m", "engine", "sample", "--db", str(path)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with dashboard(path) as url:
        yield url


@pytest.mark.parametrize("path", ["", "data"])
@pytest.mark.parametrize(("locale", "width", "scheme"), VIEWS)
def test_a_page_is_sound(
    browser: Browser, address: str, path: str, locale: str, width: int, scheme: str
) -> None:
    page, asked = opened(browser, f"{address}/{path}?lang={locale}", width, scheme)
    assert_sound(page, asked, address)


def test_the_first_visitor_may_come_by_a_deep_link_and_load_the_sample(
    browser: Browser, tmp_path: Path
) -> None:
    """Streamlit's old page discovery must not greet him with "Page not found"."""
    with dashboard(tmp_path / "new.duckdb") as address:
        page, _ = opened(browser, f"{address}/data?lang=en", 1440, "light")
        assert page.get_by_text("Which file holds your log?").count() == 1
        assert page.get_by_text("Page not found").count() == 0
        page.get_by_role("button", name="Load the sample").click()
        page.get_by_text("Is the data good enough to price lists?").wait_for(timeout=60_000)
        page.wait_for_selector(READY)
        figures = page.get_by_test_id("stMetricValue")
        figures.nth(3).wait_for(timeout=20_000)
        assert figures.all_text_contents()[:4] == ["530,670", "530,670", "0", "0"]
        page.close()
