"""From somebody's own file to a price, a link and a list, in both languages."""

import csv
import io
import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, TimeoutError

from engine.reporting.text import t
from sample_data import make
from tests.browser.driver import READY, dashboard, downloaded, opened, settled
from tests.databases import SMALL

THEIRS = {
    "user_id": "customer",
    "item_id": "Artikel",
    "event_type": "Vorgang",
    "occurred_at": "Zeitpunkt",
    "unit_price": "price",
    "position": "Platz",
}
"""Column of the contract -> what the file calls it."""

CHOSEN = {"item_id": "Artikel", "event_type": "Vorgang", "occurred_at": "Zeitpunkt"}
"""What no guess finds."""

FOLDED = {"position": "Platz"}
SLIDERS = {
    "advertising": ("ads_ad_slots", "ads_cpm"),
    "sales": ("sales_causal_share", "sales_price_ratio"),
    "mix": ("economics_horizon_months",),
}
PATIENCE = 5
PATIENT = 240_000
"""Milliseconds for a training on a busy machine."""


@pytest.fixture(scope="module")
def own_file(tmp_path_factory) -> Path:
    """A log as a shop would bring it: its own names, its own word for a shown item."""
    folder = tmp_path_factory.mktemp("own")
    make.write_world(folder, SMALL)
    events = pd.read_parquet(folder / "events.parquet")
    events["event_type"] = events["event_type"].replace({"impression": "gezeigt"})
    path = folder / "shop.csv"
    events.rename(columns=THEIRS).to_csv(path, index=False)
    return path


def choose(page: Page, name: str, option: str) -> None:
    """Choose as a person does, who opens a menu again that a new run of the page has closed."""
    wanted = page.get_by_role("option", name=option, exact=True)
    for _ in range(PATIENCE):
        box = page.get_by_role("combobox", name=name, exact=True)
        box.scroll_into_view_if_needed()
        box.click()
        box.fill(option)  # a long list shows only part of itself
        try:
            wanted.wait_for(timeout=2_000)
            break
        except TimeoutError:
            page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_selector(READY, timeout=30_000)


def import_and_train(page: Page, path: Path, locale: str) -> None:
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("combobox", name="item_id", exact=True).wait_for(timeout=60_000)
    for name, theirs in CHOSEN.items():
        choose(page, name, theirs)
    page.get_by_text(t("pages.match.more", locale), exact=True).click()
    for name, theirs in FOLDED.items():
        choose(page, name, theirs)
    choose(page, "gezeigt", "impression")
    page.get_by_role("button", name=t("pages.data.import", locale), exact=True).click()
    page.get_by_text(t("pages.train.title", locale)).first.wait_for(timeout=PATIENT)
    page.get_by_role("button", name=t("pages.train.button", locale)).click()
    page.get_by_role("link", name=t("pages.train.go_lists", locale)).wait_for(timeout=PATIENT)


def go(page: Page, name: str, locale: str) -> None:
    page.get_by_role("link", name=t(f"pages.menu.{name}", locale), exact=True).click()
    page.wait_for_url(re.compile(r"/\?" if name == "overview" else f"/{name}"))
    page.wait_for_selector(READY, timeout=60_000)
    page.get_by_test_id("stMetricValue").first.wait_for(timeout=60_000)


def move(page: Page, name: str) -> None:
    page.locator(f".st-key-{name}").get_by_role("slider").focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**{name}=*", timeout=20_000)


def total(page: Page, locale: str) -> str:
    """The sentence of Mix with the means of the models and their sum, to the cent."""
    start = t("pages.mix.adds_up", locale).partition("{")[0].strip()
    sentence = page.get_by_text(start)
    sentence.wait_for(timeout=60_000)
    settled(page)
    return sentence.inner_text()


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_from_a_file_of_ones_own_to_a_total_that_travels(
    browser: Browser, own_file: Path, tmp_path: Path, locale: str
) -> None:
    with dashboard(tmp_path / "own.duckdb") as address:
        page, _ = opened(browser, f"{address}/data?lang={locale}", 1440, "light")
        import_and_train(page, own_file, locale)
        go(page, "overview", locale)
        assert page.get_by_test_id("stException").count() == 0
        for name, sliders in SLIDERS.items():
            go(page, name, locale)
            for slider in sliders:
                move(page, slider)
        said = total(page, locale)

        page.reload()
        assert total(page, locale) == said

        other = browser.new_context().new_page()
        other.goto(page.url)
        other.wait_for_selector(READY, timeout=60_000)
        assert total(other, locale) == said

        other.get_by_role("link", name=t("pages.menu.lists", locale), exact=True).click()
        other.wait_for_url("**/lists*")
        button = other.get_by_role("button", name=t("pages.lists.download", locale))
        text = downloaded(other, button).read_text(encoding="utf-8")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        assert {row["user_id"] for row in rows} == set(pd.read_csv(own_file)["customer"])
        assert len({row["scenario_id"] for row in rows}) == 1
        other.close()
        page.close()
