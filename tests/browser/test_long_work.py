"""Long work in a real browser: it says what it does, and Stop leaves everything as it was."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.reporting.text import t
from engine.store import queries
from engine.store.artifacts import current_run
from engine.workbench.workspace import open_workspace
from tests.browser.driver import READY, dashboard, opened
from tests.commands import copied

ROWS = 120_000
LONG_MS = 120_000
HEAD = "user_id,item_id,event_type,occurred_at\n"


def big_log(path: Path) -> Path:
    """A log that takes seconds to read, of people that no other log has."""
    times = (f"2026-04-{1 + row % 28:02d}T{row % 24:02d}:00:{row % 60:02d}Z" for row in range(ROWS))
    rows = (f"n{row % 997},x{row},view,{time}\n" for row, time in enumerate(times))
    path.write_text(HEAD + "".join(rows))
    return path


def facts(database: Path) -> dict[str, object]:
    """What the data and its lists are, read when no dashboard holds them."""
    workspace = open_workspace(database)
    try:
        with workspace.database.cursor() as cursor:
            tables = cursor.execute(
                "select schema_name || '.' || table_name from duckdb_tables() order by all"
            ).fetchall()
            rows = {
                name: cursor.execute(f"select count(*) from {name}").fetchone()
                for (name,) in tables
            }
        run = current_run(workspace.database)
        return {
            "hash": queries.data_hash(workspace.database),
            "run": run.manifest if run else None,
            **rows,
        }
    finally:
        workspace.close()


def press(page: Page, key: str, locale: str = "en") -> None:
    page.get_by_role("button", name=t(f"pages.{key}", locale), exact=True).click()


def stop(page: Page, locale: str) -> None:
    """Press Stop as soon as there is one, and see that the page says what became of it."""
    expect(page.get_by_test_id("stProgress")).to_be_visible(timeout=LONG_MS)
    press(page, "work.stop", locale)
    expect(page.get_by_text(t("pages.work.stopped", locale))).to_be_visible(timeout=LONG_MS)
    page.wait_for_selector(READY)
    expect(page.get_by_test_id("stProgress")).to_have_count(0)


@pytest.mark.parametrize("locale", ["zh"])
def test_a_stopped_upload_changes_nothing_and_can_be_imported_then(
    browser: Browser, trained_sample: Path, tmp_path: Path, locale: str
) -> None:
    database = copied(trained_sample, tmp_path / "shop")
    before = facts(database)
    log = big_log(tmp_path / "more.csv")
    with dashboard(database) as address:
        page, _ = opened(browser, f"{address}/data?lang={locale}", 1440, "light")
        page.locator("input[type=file]").set_input_files(log)
        press(page, "data.import", locale)
        stop(page, locale)
        page.close()
    assert facts(database) == before

    with dashboard(database) as address:
        page, _ = opened(browser, f"{address}/data?lang={locale}", 1440, "light")
        page.locator("input[type=file]").set_input_files(log)
        press(page, "data.import", locale)
        stop(page, locale)
        press(page, "data.import", locale)  # the same upload, on the same connection
        expect(page.get_by_text(f"{ROWS:,}").first).to_be_visible(timeout=LONG_MS)
        page.close()
    after = facts(database)
    assert after["raw.events"] == (before["raw.events"][0] + ROWS,)
    assert after["hash"] != before["hash"]


def test_a_stopped_sample_leaves_an_empty_database_and_loads_then(
    browser: Browser, tmp_path: Path
) -> None:
    database = tmp_path / "new.duckdb"
    open_workspace(database).close()
    before = facts(database)
    with dashboard(database) as address:
        page, _ = opened(browser, f"{address}/data?lang=en", 1440, "light")
        press(page, "sample.button")
        stop(page, "en")
        page.close()
    assert facts(database) == before

    with dashboard(database) as address:
        page, _ = opened(browser, f"{address}/data?lang=en", 1440, "light")
        press(page, "sample.button")
        page.get_by_text(t("pages.data.title_loaded")).wait_for(timeout=LONG_MS)
        page.close()
    assert facts(database)["raw.events"] == (530_670,)


def test_a_stopped_training_leaves_the_lists_that_there_were(
    browser: Browser, trained_sample: Path, tmp_path: Path
) -> None:
    """Damaged lists offer to be made anew; a stopped try leaves the run that there was."""
    database = copied(trained_sample, tmp_path / "shop")
    before = facts(database)
    lists = next(Path(f"{database}.d", "runs").glob("*/lists.parquet"))
    lists.write_bytes(b"PAR1")
    with dashboard(database) as address:
        page, _ = opened(browser, f"{address}/lists?lang=en", 1440, "light")
        press(page, "train.button")
        stop(page, "en")
        page.close()
    assert facts(database) == before
    assert lists.read_bytes() == b"PAR1"


def test_work_says_what_it_does_and_how_long_it_takes(browser: Browser, tmp_path: Path) -> None:
    database = tmp_path / "new.duckdb"
    with dashboard(database) as address:
        page, _ = opened(browser, f"{address}/data?lang=en", 1440, "light")
        press(page, "sample.button")
        said = page.get_by_test_id("stProgress")
        steps = [t(f"steps.{step}") for step in ("import", "build")]
        for step in steps:
            expect(said).to_contain_text(step, timeout=LONG_MS)
        expect(said).to_contain_text("s left", timeout=LONG_MS)
        page.close()
