"""The start pages in a real browser: no fault, no barrier, no overflow, no call outside."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]
FLAGS += ["--disable-sync", "--disable-dev-shm-usage"]
# the drop zone of st.file_uploader, which no page can change
STREAMLITS_OWN = {"presentation-role-conflict": {"enabled": False}}
READY = "[data-testid=stApp][data-test-script-state=notRunning] h1"
VIEWS = [(width, scheme) for width in (1440, 390) for scheme in ("light", "dark")]


@pytest.fixture(scope="module", params=["empty", "sample"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """A running dashboard on an empty database, then on the sample."""
    path = tmp_path_factory.mktemp("browser") / "shop.duckdb"
    if request.param == "sample":
        command = [sys.executable, "-m", "engine", "sample", "--db", str(path)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with dashboard(path) as url:
        yield url


@contextmanager
def dashboard(database: Path) -> Iterator[str]:
    """The address of a dashboard started as its users start it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "engine", "serve", "--db", str(database)]
    server = subprocess.Popen([*command, "--port", str(port)], cwd=ROOT)
    try:
        wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)


def wait_until_healthy(url: str) -> None:
    for _ in range(120):
        try:
            if urllib.request.urlopen(url, timeout=1).read() == b"ok":
                return
        except OSError:
            time.sleep(0.25)
    pytest.fail(f"{url} did not answer")


def opened(browser: Browser, url: str, width: int, scheme: str) -> tuple[Page, list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 1000}, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    page.wait_for_selector(READY, timeout=60_000)
    return page, asked


@pytest.mark.parametrize("locale", ["en", "zh"])
@pytest.mark.parametrize("path", ["", "data"])
@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_a_page_is_sound(
    browser: Browser, address: str, path: str, locale: str, width: int, scheme: str
) -> None:
    page, asked = opened(browser, f"{address}/{path}?lang={locale}", width, scheme)
    try:
        assert page.get_by_test_id("stException").count() == 0
        overflow = "document.documentElement.scrollWidth - window.innerWidth"
        assert page.evaluate(overflow) <= 0
        assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
        found = Axe().run(page, options={"rules": STREAMLITS_OWN})
        assert found.violations_count == 0, found.generate_report()
    finally:
        page.close()


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
        assert figures.all_text_contents()[:4] == ["531,347", "531,347", "0", "0"]
        page.close()
