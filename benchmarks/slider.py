"""Slider to changed number in a headless browser, on the page Mix with the sample.

The time runs from the key press to the first change of a number on the page, both taken
inside the browser. Each move asks for a scenario that no cache holds. The work of a move
grows with draws x segments x months, not with events, users or items of the log.

Run: ``make bench``, or ``PYTHONPATH=. .venv/bin/python benchmarks/slider.py [DATABASE]``
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from tests.browser.driver import FLAGS, READY, dashboard

ROOT = Path(__file__).parents[1]
MOVES = {"sales_causal_share": 25, "ads_cpm": 25}
"""Slider -> moves to the right."""

TARGET_MS = 250.0
WATCH = """
() => {
  const numbers = () =>
    [...document.querySelectorAll('[data-testid=stMetricValue]')].map(n => n.innerText).join();
  window.moves = [];
  let start = null, before = null;
  document.addEventListener('keydown', () => {
    start = performance.now(); before = numbers();
  }, true);
  new MutationObserver(() => {
    if (start !== null && numbers() !== before && numbers() !== '') {
      window.moves.push(performance.now() - start); start = null;
    }
  }).observe(document.body, {subtree: true, childList: true, characterData: true});
}
"""


def trained_sample(folder: Path) -> Path:
    """Load and train the sample in a folder."""
    database = folder / "sample.duckdb"
    for verb in ("sample", "train"):
        subprocess.run(
            [sys.executable, "-m", "engine", verb, "--db", str(database)], cwd=ROOT, check=True
        )
    return database


def milliseconds(page: Page) -> list[float]:
    """Move each slider and return what every move took."""
    page.evaluate(WATCH)
    done = 0
    for name, moves in MOVES.items():
        slider = page.locator(f".st-key-{name}").get_by_role("slider")
        slider.focus()
        for _ in range(moves):
            page.keyboard.press("ArrowRight")
            done += 1
            page.wait_for_function(f"window.moves.length >= {done}", timeout=10_000)
            page.wait_for_timeout(300)
    found: list[float] = page.evaluate("window.moves")
    return found


def measure(database: Path) -> dict[str, float]:
    """Open Mix, warm it up with one move, and time the rest."""
    with dashboard(database) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}/mix?lang=en")
        page.wait_for_selector(READY, timeout=60_000)
        page.wait_for_timeout(2_000)
        found = milliseconds(page)[1:]
        browser.close()
    p50, p95 = np.percentile(found, (50, 95))
    return {"moves": len(found), "p50_ms": round(p50), "p95_ms": round(p95), "target_ms": TARGET_MS}


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(Path(sys.argv[1]))))
    else:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measure(trained_sample(Path(folder)))))
