"""Slider to changed number and to redrawn chart in a headless browser, on every page of sliders.

The time runs from the key press to the first change of a number and of the page's main
chart, taken inside the browser. Each move asks for a scenario that no cache holds. The work
of a move grows with draws x segments x months, not with events, users or items of the log.

Run: ``make bench``, or ``PYTHONPATH=. .venv/bin/python benchmarks/slider.py [DATABASE [PAGE ...]]``
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from pages._shared import menu
from tests.browser.driver import FLAGS, READY, dashboard
from tests.browser.timing import CHART_MS, NUMBER_MS, STEPS, Took, move, watch

ROOT = Path(__file__).parents[1]
WARM_UP = 2
"""Moves of a page that just opened, which are not counted."""


def trained_sample(folder: Path) -> Path:
    """Load and train the sample in a folder."""
    database = folder / "sample.duckdb"
    for verb in ("sample", "train"):
        subprocess.run(
            [sys.executable, "-m", "engine", verb, "--db", str(database)], cwd=ROOT, check=True
        )
    return database


def moves(browser: Browser, address: str, name: str) -> list[Took]:
    """Open a page, warm it up, and move its sliders."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{address}/{name}?lang=en")
    page.wait_for_selector(READY, timeout=60_000)
    page.wait_for_timeout(2_000)
    watch(page, name)
    found: list[Took] = []
    for steps in STEPS[name]:
        found += [move(page, steps.slider, steps.key) for _ in range(steps.moves)]
    page.close()
    return found[WARM_UP:]


def summed_up(name: str, took: Sequence[Took]) -> dict[str, object]:
    """Return the figures of a page."""
    number = np.percentile([one.number_ms for one in took], (50, 95)).round()
    chart = np.percentile([one.chart_ms for one in took], (50, 95)).round()
    return {
        "page": name,
        "moves": len(took),
        "number_p50_ms": number[0],
        "number_p95_ms": number[1],
        "number_target_ms": NUMBER_MS,
        "chart_p50_ms": chart[0],
        "chart_p95_ms": chart[1],
        "chart_target_ms": CHART_MS,
    }


def measure(database: Path) -> Iterator[dict[str, object]]:
    """Time the moves of each page of sliders that there is."""
    there = {name for pages in menu.SECTIONS.values() for name in pages}
    with dashboard(database) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for name in sys.argv[2:] or STEPS:
            if name in there:
                yield summed_up(name, moves(browser, address, name))
        browser.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        database = Path(sys.argv[1]) if len(sys.argv) > 1 else trained_sample(Path(folder))
        for figures in measure(database):
            print(json.dumps(figures), flush=True)
