"""The Behaviour page over logs of every kind: what it finds, and what it says is missing."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from engine.reporting.tables import to_csv
from engine.reporting.text import LOCALES, t
from engine.store.ingest import ImportRequest, InputFile
from engine.workbench import loading
from engine.workbench.workspace import open_workspace
from pages._shared import behaviour_cache, behaviour_view, cache
from tests.commands import copied

ROOT = Path(__file__).parents[2]
VIEWS = behaviour_view.VIEWS
HEADER = "user_id,item_id,event_type,occurred_at,query,quantity,unit_price\n"
MONDAY = datetime(2026, 3, 2)  # noqa: DTZ001 (written with Z)


def forget_databases() -> None:
    st.cache_resource.clear()
    st.cache_data.clear()


def opened(locale: str = "en") -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=180)
    app.query_params["lang"] = locale
    return app.run().switch_page("pages/audience/behaviour.py").run()


def seen(app: AppTest, view: str) -> AppTest:
    return app.segmented_control(key="behaviour_view").set_value(view).run()


def said(app: AppTest) -> str:
    return "\n".join(part.value for kind in ("markdown", "header", "subheader", "title")
                     for part in app.get(kind))  # fmt: skip


def row(user: str, kind: str, days: float, item: str = "i1", query: str = "", price: str = ""):
    at = (MONDAY + timedelta(days=days)).isoformat()
    quantity = "1" if price else ""
    return f"{user},{item},{kind},{at}Z,{query},{quantity},{price}\n"


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "shop.duckdb"
    monkeypatch.setenv("REVLENS_DB", str(path))
    yield path
    forget_databases()


def fill(database: Path, events: str, users: str = "") -> None:
    kinds = {"events": HEADER + events} | ({"users": users} if users else {})
    workspace = open_workspace(database, (database.parent,))
    files = []
    for kind, text in kinds.items():
        path = database.with_name(f"{kind}.csv")
        path.write_text(text)
        files.append(InputFile(path=path, kind=kind))
    loading.import_files(workspace, ImportRequest(files=tuple(files), currency="EUR"))
    workspace.close()


@pytest.fixture(scope="module")
def sample(trained_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = copied(trained_sample, tmp_path_factory.mktemp("behaviour"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REVLENS_DB", str(path))
        yield path
        forget_databases()


@pytest.mark.parametrize("locale", LOCALES)
def test_without_data_the_page_offers_the_sample(database: Path, locale: str) -> None:
    app = opened(locale)
    assert not app.exception and not app.error
    assert [title.value for title in app.title] == [t("pages.behaviour.empty_title", locale)]
    assert [b.label for b in app.button] == [t("pages.sample.button", locale)]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("view", VIEWS)
def test_each_view_has_a_finding_and_a_picture(sample: Path, view: str, locale: str) -> None:
    app = seen(opened(locale), view)
    assert not app.exception and not app.error
    assert len(app.header) == 1 and len(app.metric) == 4
    assert app.get("plotly_chart")
    assert "{" not in said(app) and "behaviour." not in said(app)


def test_a_hidden_view_costs_nothing(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    kept = behaviour_cache.events_by_day
    monkeypatch.setattr(
        behaviour_cache, "events_by_day", lambda *key: asked.append("days") or kept(*key)
    )
    for view in ("steps", "back", "searches", "segments"):
        seen(opened(), view)
    assert asked == []
    seen(opened(), "days")
    assert asked == ["days"]


@pytest.mark.parametrize(("viewed", "bought"), [(True, 1), (False, 0)])
def test_the_title_counts_visits_that_took_every_step(
    database: Path, viewed: bool, bought: int
) -> None:
    # u0 buys in the visit in which something was shown; u1 views a month later
    events = "".join(row(f"u{place}", "impression", 0) for place in range(4))
    events += row("u0", "view", 0.05) if viewed else ""
    fill(database, events + row("u0", "purchase", 0.1, price="5") + row("u1", "view", 40))
    expected = f"Of 4 visits with items shown, {bought} went all the way to a purchase"
    assert [title.value for title in opened().title] == [expected]


def test_a_log_of_orders_says_what_to_add(database: Path) -> None:
    weekly = [row(f"u{user}", "purchase", 7 * week, price="5")
              for week in range(3) for user in range(12 if week == 0 else 6)]  # fmt: skip
    fill(database, "".join(weekly) + row("u0", "purchase", 27, price="5"))
    app = opened()
    assert app.segmented_control(key="behaviour_view").value == "back"
    assert [title.value for title in app.title] == ["Of 100 new users, 50 are back a week later"]
    for view, word in {
        "steps": "column event_type",
        "searches": "column query",
        "segments": "columns user_id and segment",
    }.items():
        app = seen(app, view)
        assert not app.exception and not app.get("plotly_chart")
        assert word in said(app)


def test_searches_and_segments_of_few_users_are_not_told_singly(database: Path) -> None:
    searches = [row(f"u{user}", "search", 0, item="", query="tea") for user in range(12)]
    searches += [row("u0", "search", 1, item="", query="secret name")]
    searches += [row("u0", "view", 0.01), row("u0", "purchase", 0.01, price="5")]
    segments = ["big"] * 12 + ["mine"] * 2 + ["yours"] * 9
    users = "".join(f"u{place},{name}\n" for place, name in enumerate(segments))
    fill(database, "".join(searches), "user_id,segment\n" + users)
    facts = cache.stamp()
    people = behaviour_cache.people(facts)
    assert people.searches.named["query"].tolist() == ["tea"]
    assert people.segments["segment"].dropna().tolist() == ["big"]
    app = seen(opened(), "searches")
    assert "Looked for most: “tea”" in said(app) and "secret" not in said(app)
    app = seen(app, "segments")
    charts = "".join(str(chart.proto) for chart in app.get("plotly_chart"))
    assert "mine" not in charts and "Small segments together" in charts


def test_bots_are_left_out_and_counted(database: Path) -> None:
    events = "".join(row(f"u{place}", "view", place % 3) for place in range(12))
    fill(database, events)
    workspace = open_workspace(database, (database.parent,))
    with workspace.database.cursor() as cursor:
        cursor.execute("update marts.users set is_bot = user_id in ('u0', 'u1')")
        cursor.execute("update marts.data_profile set bot_count = 2")
    workspace.close()
    app = opened()
    assert t("pages.behaviour.bots", bots="2") in said(app)
    assert app.metric[0].value == "10"


def test_a_log_in_which_nobody_does_anything_says_so(database: Path) -> None:
    fill(database, row("u0", "renew", 0, item="") + row("u1", "renew", 3, item=""))
    app = opened()
    assert not app.exception and not app.error
    assert [title.value for title in app.title] == [t("pages.behaviour.silent_title")]


def test_data_of_the_log_is_text_and_not_markup(database: Path) -> None:
    evil = "![x](http://x.y/z.png) <b>"
    searches = [row(f"u{user}", "search", 0, item="", query=evil) for user in range(12)]
    fill(database, "".join(searches) + row("u0", "view", 0.01))
    app = seen(opened(), "searches")
    assert "![" not in said(app) and r"\!\[" in said(app)


def test_a_table_is_a_file_with_units_and_origin(sample: Path) -> None:
    facts = cache.stamp()
    found = behaviour_cache.funnel(cache.database(), facts.data_version, "item")
    table = behaviour_view._step_table(found)
    header, first, *_ = to_csv(table, {"run_id": "r1"}).decode().split("\r\n")
    assert header.split(",")[2] == "Of the step before [%]"
    assert first.split(",")[0] == "Shown" and first.endswith(",r1")
    assert first.split(",")[2] == "", "the first step has none before it"


def test_many_segments_are_all_in_the_table_but_not_in_the_picture(database: Path) -> None:
    users = "".join(f"u{name}_{place},s{name}\n" for name in range(30) for place in range(10))
    fill(database, row("u3_0", "purchase", 0, price="5"), "user_id,segment\n" + users)
    app = seen(opened(), "segments")
    assert "“s3” bring the most: €0.50 a user" in said(app)
    assert t("pages.behaviour.segments.rest", shown="20", all="30") in said(app)
