"""Why a row is there, and lists that keep to rules."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from engine.ranking.rules import Rules
from engine.ranking.tree_paths import CAUSES
from engine.reporting.text import LOCALES, t
from engine.workbench.listing import ListRequest
from pages._shared import cache
from tests.commands import copied

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def lists(trained_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A trained small world."""
    path = copied(trained_sample, tmp_path_factory.mktemp("rules"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REVLENS_DB", str(path))
        yield
        st.cache_resource.clear()
        st.cache_data.clear()


def opened(locale: str = "en", **session: object) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=180)
    app.query_params["lang"] = locale
    for key, value in session.items():
        app.session_state[key] = value
    return app.run().switch_page("pages/recommendations/lists.py").run()


def rows(app: AppTest) -> pd.DataFrame:
    return app.dataframe[0].value


@pytest.mark.parametrize("locale", LOCALES)
def test_a_row_is_explained_when_it_is_asked_for(lists: None, locale: str) -> None:
    tables = len(opened(locale).dataframe)
    app = opened(locale, lists_why=True)
    assert not app.exception
    assert len(app.dataframe) > tables
    places, causes = app.dataframe[1].value, app.dataframe[-1].value
    assert places["place"].is_monotonic_increasing and places["place"].min() >= 1
    known = {t(f"list_causes.{code}", locale) for code in CAUSES}
    assert set(causes["cause"]) <= known
    assert causes["amount"].is_monotonic_decreasing


def test_rules_show_in_the_table_and_in_the_file(lists: None) -> None:
    before = rows(opened())
    app = opened()
    app.slider(key="rule_most").set_value(1).run()
    assert not app.exception
    after = rows(app)
    people = before["user"].drop_duplicates().tolist()
    assert after["user"].drop_duplicates().tolist() == people
    first = after[after["rank"] <= 5]
    assert (first.groupby(["user", "category"]).size() == 1).all()
    assert any(t("pages.rules.on").split(":")[0] in part.value for part in app.markdown)
    request = ListRequest(k=5, users=tuple(people), rules=Rules(most_per_category=1))
    content = cache.lists_csv(request, False).decode()
    table = list(csv.DictReader(io.StringIO(content, newline="")))
    assert [row["title"] for row in table] == first["item"].tolist()
    assert {row["policy"] for row in table} == {"ranked+rules"}


def test_a_blocked_category_is_gone(lists: None) -> None:
    app = opened()
    gone = rows(app)["category"].iloc[0]
    app.multiselect(key="rule_blocked").set_value([gone]).run()
    assert not app.exception
    assert gone not in set(rows(app)["category"])


@pytest.mark.parametrize("asked", [{"rule_most": "3"}, {"rule_diversity": "0.3"}])
def test_rules_of_an_address_are_kept(lists: None, asked: dict[str, str]) -> None:
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=180)
    app.query_params["lang"] = "en"
    for name, value in asked.items():
        app.query_params[name] = value
    app = app.run().switch_page("pages/recommendations/lists.py")
    for name, value in asked.items():
        app.query_params[name] = value
    app.run()
    for name, value in asked.items():
        assert app.slider(key=name).value == pytest.approx(float(value))
    assert any(t("pages.rules.on").split(":")[0] in part.value for part in app.markdown)


def test_a_log_of_orders_alone_is_not_asked_about_columns_it_lacks(
    trained_orders: Path, use: Callable[[Path], Path]
) -> None:
    use(trained_orders)
    app = opened()
    assert not app.exception
    assert [one.key for one in app.toggle if str(one.key).startswith("rule_")] == []
    assert not app.multiselect
    keys = {one.key for one in app.slider if str(one.key).startswith("rule_")}
    assert keys == {"rule_diversity", "rule_least_new"}
