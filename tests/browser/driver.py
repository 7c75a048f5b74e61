"""A dashboard in a real browser, and what must hold for every page of it."""

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
from playwright.sync_api import Browser, Locator, Page

ROOT = Path(__file__).parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]
FLAGS += ["--disable-sync", "--disable-dev-shm-usage"]
# the drop zone of st.file_uploader, which no page can change
STREAMLITS_OWN = {"presentation-role-conflict": {"enabled": False}}
AXE = {
    "rules": STREAMLITS_OWN,
    "resultTypes": ["violations"],  # what passes is asked, not told: telling takes most of the time
}
READY = "[data-testid=stApp][data-test-script-state=notRunning] h1"
SETTLE_MS = 2_500
VIEWS = [
    ("en", 1440, "light"),
    ("zh", 1440, "dark"),
    ("zh", 390, "light"),
    ("en", 390, "dark"),
]
"""Language, width and scheme; each pair of two of them meets once."""


LOOK = "[location.href, document.body.innerText]"
LOOKS = 3


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


def wait_until_healthy(url: str) -> None:
    for _ in range(120):
        try:
            if urllib.request.urlopen(url, timeout=1).read() == b"ok":
                return
        except OSError:
            time.sleep(0.25)
    pytest.fail(f"{url} did not answer")


def opened(browser: Browser, url: str, width: int, scheme: str) -> tuple[Page, list[str]]:
    page = browser.contexts[0].new_page()  # it keeps what pages of one address have loaded
    page.set_viewport_size({"width": width, "height": 1000})
    page.emulate_media(color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    page.wait_for_selector(READY, timeout=60_000)
    return page, asked


def assert_sound(page: Page, asked: list[str], address: str) -> None:
    """No fault, no overflow, no call outside, no barrier."""
    assert page.get_by_test_id("stException").count() == 0
    overflow = "document.documentElement.scrollWidth - window.innerWidth"
    assert page.evaluate(overflow) <= 0
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    found = Axe().run(page, options=AXE)
    if found.violations_count:  # a sidebar that is just folding away is none
        page.wait_for_timeout(SETTLE_MS)
        found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()


def settled(page: Page) -> None:
    """Wait until the server has nothing more to say: looks in a row find the same."""
    looks = [look(page)]
    while len(looks) < LOOKS or len(set(looks[-LOOKS:])) > 1:
        page.wait_for_timeout(500)
        looks.append(look(page))


def look(page: Page) -> tuple[str, ...]:
    page.wait_for_selector(READY, timeout=60_000)
    return tuple(page.evaluate(LOOK))


def downloaded(page: Page, button: Locator) -> Path:
    """Return the file behind a button of a page at rest; files of an earlier run are gone."""
    settled(page)
    with page.expect_download(timeout=60_000) as started:
        button.click()
    return Path(started.value.path())
