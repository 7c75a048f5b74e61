"""Each start page opens through the dashboard, empty and filled, in both languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from engine.reporting.text import LOCALES, t
from engine.store.ingest import ImportRequest, InputFile
from engine.workbench import loading
from engine.workbench.workspace import open_workspace

ROOT = Path(__file__).parents[2]
PAGES = ("overview", "data")
EVENTS = """user_id,item_id,event_type,occurred_at,unit_price,currency
u1,i1,view,2026-03-01T09:00:00Z,,
u1,i1,purchase,2026-03-01T09:05:00Z,12.50,EUR
u2,i2,purchase,2026-03-02T10:00:00Z,20.00,EUR
u3,,purchase,not a time,20.00,EUR
"""


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "shop.duckdb"
    monkeypatch.setenv("REVLENS_DB", str(path))
    yield path
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def filled(database: Path) -> Path:
    source = database.with_name("events.csv")
    source.write_text(EVENTS)
    workspace = open_workspace(database, (database.parent,))
    file = InputFile(path=source, kind="events", columns={}, event_map={}, constants={})
    loading.import_files(workspace, ImportRequest(files=(file,)))
    workspace.close()
    return database


def opened(page: str, locale: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    app.query_params["lang"] = locale
    app.run()
    return app if page == "overview" else app.switch_page(f"pages/start/{page}.py").run()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("page", PAGES)
def test_an_empty_database_offers_the_sample(database: Path, page: str, locale: str) -> None:
    app = opened(page, locale)
    assert not app.exception and not app.error
    assert [b.label for b in app.button] == [t("pages.sample.button", locale)]
    assert not app.metric, "an empty database has no number to show"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("page", PAGES)
def test_a_filled_database_shows_its_evidence(filled: Path, page: str, locale: str) -> None:
    app = opened(page, locale)
    assert not app.exception and not app.error
    assert any(t("pages.rung.0", locale) in m.value for m in app.markdown)
    offered = [button.label for button in app.button]
    assert t("pages.sample.button", locale) not in offered, "never over somebody's data"


def test_the_overview_counts_what_the_file_holds(filled: Path) -> None:
    numbers = [metric.value for metric in opened("overview", "en").metric]
    assert numbers == ["2", "2", "3", "€32.5"]


@pytest.mark.parametrize("locale", LOCALES)
def test_unpriced_lists_are_said_to_be_unpriced(filled: Path, locale: str) -> None:
    said = [info.value for info in opened("overview", locale).info]
    assert said == [t("pages.overview.unpriced", locale)]


def test_an_uploaded_file_is_matched_and_its_rows_accounted_for(database: Path) -> None:
    app = opened("data", "en")
    app.file_uploader[0].upload("events.csv", EVENTS.encode(), "text/csv").run()
    next(b for b in app.button if b.label == t("pages.data.import")).click().run()
    assert not app.exception and not app.error
    assert [metric.value for metric in app.metric] == ["4", "3", "0", "1"]


def test_an_order_log_with_names_of_its_own_and_no_event_type_is_imported(database: Path) -> None:
    """The most common log there is: orders, in somebody else's words."""
    orders = "who,what,when,paid\nu1,i1,2026-01-02T10:00:00Z,3.5\nu2,i2,2026-01-03T10:00:00Z,2\n"
    app = opened("data", "en")
    app.file_uploader[0].upload("orders.csv", orders.encode(), "text/csv").run()
    for ours, theirs in {
        "user_id": "who",
        "item_id": "what",
        "occurred_at": "when",
        "unit_price": "paid",
    }.items():
        app.selectbox(key=f"match_events_{ours}").select(theirs).run()
    app.text_input(key="currency").input("EUR").run()
    assert app.selectbox(key="every_row").value == "purchase"
    next(b for b in app.button if b.label == t("pages.data.import")).click().run()
    assert not app.exception and not app.error
    assert [metric.value for metric in app.metric] == ["2", "2", "0", "0"]


def test_a_foreign_event_name_is_given_a_meaning(database: Path) -> None:
    log = "user_id,item_id,event_type,occurred_at\nu,i,zapped,2026-01-02T10:00:00Z\n"
    app = opened("data", "en")
    app.file_uploader[0].upload("e.csv", log.encode(), "text/csv").run()
    app.selectbox(key="event_zapped").select("play").run()
    next(b for b in app.button if b.label == t("pages.data.import")).click().run()
    assert [metric.value for metric in app.metric] == ["1", "1", "0", "0"]


def test_a_refused_file_can_be_mended_without_choosing_it_again(database: Path) -> None:
    naive = "user_id,item_id,event_type,occurred_at\nu,i,play,2026-01-02 10:00\n"
    app = opened("data", "en")
    app.file_uploader[0].upload("e.csv", naive.encode(), "text/csv").run()
    next(b for b in app.button if b.label == t("pages.data.import")).click().run()
    assert len(app.error) == 1
    app.text_input(key="zone").input("UTC").run()
    next(b for b in app.button if b.label == t("pages.data.import")).click().run()
    assert not app.error
    assert [metric.value for metric in app.metric] == ["1", "1", "0", "0"]
