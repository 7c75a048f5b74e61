"""Warm change of page in a headless browser, by the links of the menu.

The time runs from the click to the new page's title and last element on the screen: the
server has finished, and nothing has been added or removed for a tenth of a second (which
is not counted).

Run: ``make bench``, or ``PYTHONPATH=. .venv/bin/python benchmarks/page_changes.py [DATABASE]``
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from benchmarks.slider import trained_sample
from engine.reporting.text import t
from pages._shared import menu
from tests.browser.driver import FLAGS, READY, dashboard

ROUNDS = 10
TARGET_MS = 1_000.0
WATCH = """
() => {
  const app = () => document.querySelector('[data-testid=stApp]');
  window.visit = null;
  let start = null, last = null, title = null;
  document.addEventListener('click', () => {
    start = last = performance.now(); title = document.querySelector('h1').innerText;
    window.visit = null;
  }, true);
  new MutationObserver(() => { last = performance.now(); }).observe(
    document.body, {subtree: true, childList: true, characterData: true}
  );
  setInterval(() => {
    const heading = document.querySelector('h1');
    if (start === null || heading === null || heading.innerText === title) return;
    if (app().dataset.testScriptState !== 'notRunning') return;
    if (document.querySelector('[data-stale=true], [data-testid=stSkeleton]') !== null) return;
    if (performance.now() - last < 100) return;
    window.visit = last - start; start = null;
  }, 10);
}
"""


def change(page: Page, name: str) -> float:
    """Click a link of the menu; milliseconds until the page stands."""
    links = page.get_by_test_id("stSidebar").get_by_test_id("stPageLink")
    links.get_by_text(t(f"pages.menu.{name}"), exact=True).click()
    page.wait_for_function("window.visit !== null", timeout=60_000)
    found: float = page.evaluate("window.visit")
    page.wait_for_timeout(300)
    return found


def measure(database: Path) -> Iterator[dict[str, object]]:
    """Go round all pages, the first time uncounted."""
    names = [name for pages in menu.SECTIONS.values() for name in pages]
    took: dict[str, list[float]] = {name: [] for name in names}
    with dashboard(database) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}/{names[-1]}?lang=en")
        page.wait_for_selector(READY, timeout=60_000)
        page.wait_for_timeout(2_000)
        page.evaluate(WATCH)
        for lap in range(ROUNDS + 1):
            for name in names:
                ms = change(page, name)
                if lap:
                    took[name].append(ms)
        browser.close()
    yield from (_summed_up(name, times) for name, times in took.items())
    yield _summed_up("all", [ms for times in took.values() for ms in times])


def _summed_up(name: str, times: list[float]) -> dict[str, object]:
    p50, p95 = np.percentile(times, (50, 95)).round()
    return {
        "page": name,
        "changes": len(times),
        "p50_ms": p50,
        "p95_ms": p95,
        "target_ms": TARGET_MS,
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        database = Path(sys.argv[1]) if len(sys.argv) > 1 else trained_sample(Path(folder))
        for figures in measure(database):
            print(json.dumps(figures), flush=True)
