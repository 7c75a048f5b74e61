"""Training by a button, and the lists that come out: rows, filters, words, file."""

import csv
import io
import threading
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from engine.columns import Lists
from engine.progress import silent
from engine.reporting.text import LOCALES, t
from engine.store.ingest import ImportRequest, InputFile
from engine.store.lists import ListFilters
from engine.workbench import loading
from engine.workbench.listing import ListRequest
from engine.workbench.workspace import open_workspace
from pages._shared import cache
from tests.commands import copied

ROOT = Path(__file__).parents[2]
EVENTS = """user_id,item_id,event_type,occurred_at
u1,i1,view,2026-03-01T09:00:00Z
u2,i2,view,2026-03-02T10:00:00Z
"""
SEARCHES = """user_id,event_type,occurred_at,query
u1,search,2026-03-01T09:00:00Z,tea
"""


def forget_databases() -> None:
    st.cache_resource.clear()
    st.cache_data.clear()


def opened(page: str, locale: str = "en") -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=180)
    app.query_params["lang"] = locale
    return app.run().switch_page(f"pages/{page}.py").run()


def pressed(app: AppTest, key: str, locale: str = "en") -> AppTest:
    return next(b for b in app.button if b.label == t(f"pages.{key}", locale)).click().run()


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "shop.duckdb"
    monkeypatch.setenv("REVLENS_DB", str(path))
    yield path
    forget_databases()


@pytest.fixture
def untrained(empty: Path) -> Path:
    """A log of two events."""
    return filled(empty, EVENTS)


def filled(database: Path, log: str) -> Path:
    source = database.with_name("events.csv")
    source.write_text(log)
    workspace = open_workspace(database, (database.parent,))
    file = InputFile(path=source, kind="events", columns={}, event_map={}, constants={})
    loading.import_files(workspace, ImportRequest(files=(file,)))
    workspace.close()
    return database


@pytest.fixture(scope="module")
def trained(imported_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppTest]:
    """The Lists page of a small world, after its button was pressed."""
    path = copied(imported_sample, tmp_path_factory.mktemp("lists"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REVLENS_DB", str(path))
        yield pressed(opened("recommendations/lists"), "train.button")
        forget_databases()


def rows(app: AppTest) -> pd.DataFrame:
    return app.dataframe[0].value


def run_id() -> str:
    found = cache.stamp().run_id
    assert found is not None
    return found


def filters(app: AppTest, name: str):
    return app.selectbox(key=f"lists_filter_{name}_{run_id()}")


@pytest.mark.parametrize("locale", LOCALES)
def test_without_data_the_page_says_so_and_offers_the_sample(empty: Path, locale: str) -> None:
    app = opened("recommendations/lists", locale)
    assert not app.exception and not app.error
    assert [title.value for title in app.title] == [t("pages.lists.no_data_title", locale)]
    assert [b.label for b in app.button] == [t("pages.sample.button", locale)]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("page", ["recommendations/lists", "start/data"])
def test_without_a_run_one_button_makes_one(untrained: Path, page: str, locale: str) -> None:
    app = opened(page, locale)
    assert not app.exception and not app.error
    assert [b.label for b in app.button] == [t("pages.train.button", locale)]


@pytest.mark.parametrize("locale", LOCALES)
def test_a_log_of_two_events_has_lists_to_show(untrained: Path, locale: str) -> None:
    app = pressed(opened("recommendations/lists", locale), "train.button", locale)
    assert not app.exception and not app.error
    assert len(app.success) == 1
    assert rows(app)["item"].tolist() == ["i2", "i1"]
    assert not {"category", "click", "order"} & set(rows(app)), "unknown, so not shown"
    said = [part.value for part in app.markdown]
    assert any(t("pages.lists.no_chances", locale) in part for part in said)


def test_a_log_that_teaches_nothing_is_told_in_a_sentence(empty: Path) -> None:
    filled(empty, SEARCHES)
    app = pressed(opened("start/data"), "train.button")
    assert not app.exception
    assert len(app.error) == 1 and "(code" not in app.error[0].value
    assert t("pages.data.health") in [header.value for header in app.header]
    assert not cache._workspace().database.writing.locked()


def test_a_second_training_waits_for_the_first_and_can_be_stopped(untrained: Path) -> None:
    opened("recommendations/lists")
    said: list[str] = []

    class StoppedError(Exception):
        pass

    def report(share: float, step: str) -> None:
        said.append(step)
        raise StoppedError

    busy = cache._workspace().database.writing
    with busy, pytest.raises(StoppedError):
        cache.train(report)
    assert said == ["waiting"]
    assert busy.acquire(blocking=False), "whoever gave up waiting must not hold the lock"
    busy.release()


def test_a_training_that_is_stopped_lets_the_next_one_in(untrained: Path) -> None:
    opened("recommendations/lists")

    class StoppedError(Exception):
        pass

    def report(share: float, step: str) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        cache.train(report)
    assert not cache._workspace().database.writing.locked()


def test_training_tells_what_came_out_and_shows_the_lists(trained: AppTest) -> None:
    assert not trained.exception and not trained.error
    said = [box.value for box in trained.success]
    assert len(said) == 1 and run_id() in said[0] and "400 users" in said[0]
    assert len(rows(trained)) == 50


def test_whoever_waited_for_a_training_is_not_trained_again(trained: AppTest) -> None:
    assert cache.train(silent) is None


def test_the_data_page_leads_to_the_lists(trained: AppTest) -> None:
    app = opened("start/data")
    assert not [b for b in app.button if b.label == t("pages.train.button")]
    assert any(run_id() in part.value for part in app.markdown)


@pytest.mark.parametrize("locale", LOCALES)
def test_sources_and_reasons_speak_the_readers_language(trained: AppTest, locale: str) -> None:
    shown = rows(opened("recommendations/lists", locale))
    words = {t(f"list_words.{code}", locale) for code in ("als", "item_to_item", "content")}
    assert words & set(shown["source"])
    parts = t("list_words.because_item", locale).split("{item}")
    assert shown["reason"].str.startswith(parts[0]).any()
    assert not shown["reason"].str.contains("{", regex=False).any(), "a blank was left open"


def test_a_segment_filter_leaves_only_its_users(trained: AppTest) -> None:
    app = opened("recommendations/lists")
    before = rows(app)
    app = filters(app, "segment").select("students").run()
    assert not rows(app)["user"].isin(before["user"]).any()
    every = cache.list_count(cache.database(), run_id(), ListFilters(), 20)
    some = cache.list_count(cache.database(), run_id(), ListFilters(segment="students"), 20)
    assert 0 < some.users < every.users
    assert any(f"{some.rows:,} rows of {some.users:,} users" in part.value for part in app.markdown)


def test_filters_act_together(trained: AppTest) -> None:
    app = opened("recommendations/lists")
    app = filters(app, "category").select("tea").run()
    app = filters(app, "source").select("content").run()
    shown = rows(app)
    assert set(shown["category"]) == {"tea"}
    assert set(shown["source"]) == {t("list_words.content")}
    least = next(s for s in app.slider if str(s.key).startswith("lists_filter_score"))
    shown = rows(least.set_value(0.5).run())
    assert shown["score"].min() >= 0.5


def test_new_users_wear_a_badge(trained: AppTest) -> None:
    app = opened("recommendations/lists")
    assert "history" not in rows(app), "no badge where nobody is new"
    shown = rows(filters(app, "source").select("segment_cold").run())
    assert {tuple(badges) for badges in shown["history"]} == {(t("pages.lists.new_user"),)}


def test_an_unknown_user_is_told_and_the_filters_can_be_cleared(trained: AppTest) -> None:
    app = opened("recommendations/lists")
    app.text_input(key="lists_filter_user").input("<b>nobody</b>").run()
    assert not app.dataframe and not app.exception
    assert [box.value for box in app.info] == [t("pages.lists.nothing")]
    app = pressed(app, "lists.clear")
    assert len(rows(app)) == 50
    assert app.text_input(key="lists_filter_user").value == ""


def test_a_user_has_one_list_in_order(trained: AppTest) -> None:
    app = opened("recommendations/lists")
    shown = rows(app.text_input(key="lists_filter_user").input(" u00007 ").run())
    assert set(shown["user"]) == {"u00007"}
    assert shown["rank"].tolist() == list(range(1, 21))


@pytest.mark.parametrize("marked", [False, True])
def test_the_file_is_the_contract_and_as_long_as_announced(trained: AppTest, marked: bool) -> None:
    request = ListRequest(k=5, segment="students", locale="zh")
    content = cache.lists_csv(request, marked)
    assert content.startswith(b"\xef\xbb\xbf") == marked
    table = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    whose = ListFilters(segment="students")
    count = cache.list_count(cache.database(), run_id(), whose, 5)
    assert tuple(table[0]) == Lists.ORDER
    assert (len(table), len({row["user_id"] for row in table})) == (count.rows, count.users)
    assert {row["rank"] for row in table} == set("12345")
    assert t("list_words.als", "zh") in {row["source"] for row in table}
    assert all(0 < float(row["p_click"]) < 1 for row in table)


def test_visitors_take_their_lists_at_the_same_time(trained: AppTest) -> None:
    requests = [ListRequest(k=k, users=("u00007",)) for k in (5, 10, 20)]
    files: dict[int, bytes] = {}

    def take(request: ListRequest) -> None:
        files[request.k] = cache.lists_csv(request, False)

    threads = [threading.Thread(target=take, args=(request,)) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {k: content.count(b"\n") - 1 for k, content in files.items()} == {5: 5, 10: 10, 20: 20}


@pytest.mark.parametrize("damage", [b"PAR1", None])
def test_damaged_lists_are_told_in_a_sentence(trained: AppTest, damage: bytes | None) -> None:
    stored = Path(f"{cache.database()}.d", "runs", run_id(), "lists.parquet")
    whole = stored.read_bytes()
    try:
        stored.write_bytes(damage) if damage else stored.unlink()
        st.cache_data.clear()
        app = opened("recommendations/lists")
        assert not app.exception
        assert [b.label for b in app.button] == [t("pages.train.button")], "the cure"
        assert len(app.error) == 1 and run_id() in app.error[0].value.replace("\\", "")
    finally:
        stored.write_bytes(whole)
        st.cache_data.clear()
