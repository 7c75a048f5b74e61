"""The Method page: with no data, without a run, on a sample and on a log of orders."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import engine
from engine.evaluation.examination import Method
from engine.reporting.formulas import formulas
from engine.reporting.text import LOCALES, t, words
from engine.simulation.levers import LEVERS, find_lever
from engine.workbench import method
from pages._shared import method_tables
from pages._shared.method_view import SECTIONS
from tests.commands import copied

ROOT = Path(__file__).parents[2]


@pytest.fixture
def use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path | None], None]]:
    """Open the page on a copy of a database of another test, or on an empty one."""

    def chosen(database: Path | None) -> None:
        own = tmp_path / "empty.duckdb" if database is None else copied(database, tmp_path)
        monkeypatch.setenv("REVLENS_DB", str(own))

    yield chosen
    st.cache_resource.clear()
    st.cache_data.clear()


def opened(section: str, locale: str = "en", **address: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    app.query_params["lang"] = locale
    app.session_state["lang"] = locale
    app.session_state["method_section"] = section
    for name, value in address.items():
        app.query_params[name] = value
    return app.switch_page("pages/trust/method.py").run()


def texts(app: AppTest) -> str:
    return " ".join(part.value for part in app.markdown)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("log", [None, "imported_sample", "trained_sample", "trained_orders"])
def test_every_section_opens_on_every_kind_of_data(use, request, log, locale):
    use(None if log is None else request.getfixturevalue(log))
    for section in SECTIONS:
        app = opened(section, locale)
        assert not app.exception and not app.error
        assert app.header[0].value == t(f"pages.method.says_{section}", locale)
        shown = texts(app)
        assert all(
            f"$$\n{one.latex}\n$$" in shown for one in formulas().values() if one.section == section
        )


def test_the_worked_example_is_the_one_of_the_engine(use):
    use(None)
    said = texts(opened("lists"))
    assert "0.41" in said and "0.6011" in said
    found = method.worked_example()
    assert (round(found.product, 2), round(found.score, 4)) == (0.41, 0.6011)


def test_a_formula_shows_the_price_that_a_slider_was_moved_to(use, trained_sample):
    use(trained_sample)
    before, after = opened("advertising"), opened("advertising", ads_cpm="7.5")
    assert "**€5 per 1,000 viewable ads**" in texts(before)
    assert "**€7.50 per 1,000 viewable ads**" in texts(after)
    assert t("sources.chosen") in texts(after)


def test_without_a_run_assumptions_stand_at_their_defaults_and_the_page_says_so(
    use, imported_sample
):
    use(imported_sample)
    app = opened("sales")
    assert app.info[0].value == t("pages.method.no_run")
    assert "**20 %** Share of sales from lists that is extra" in texts(app)


def test_a_log_of_orders_is_told_which_formulas_are_not_its_own(use, trained_orders):
    use(trained_orders)
    assert t("pages.method.not_yours") in texts(opened("advertising"))
    own = texts(opened("range"))
    assert t("pages.method.not_yours") not in own
    assert t("sources.counted") in own


@pytest.mark.parametrize("locale", LOCALES)
def test_the_table_of_assumptions_holds_every_lever_and_its_source(use, trained_sample, locale):
    use(trained_sample)
    table = opened("assumptions", locale).dataframe[0].value
    assert len(table) == len(LEVERS)
    names = " ".join(table[t("pages.method.column.name", locale)])
    assert all(t(lever.text_key, locale).split("，")[0] in names for lever in LEVERS)
    assert (table[t("pages.method.column.source", locale)].str.len() > 5).all()


def test_a_range_is_that_of_the_prior_and_the_log_s_own_value_has_none(use, trained_sample):
    frame = method.assumptions(None, method.Scenario()).set_index("key")
    kappa = frame.loc["sales.causal_share"]
    assert 0.05 < kappa["low"] < find_lever("sales.causal_share").fallback < kappa["high"] < 0.4
    assert frame["used"].all()
    use(trained_sample)
    table = opened("assumptions").dataframe[0].value.set_index(t("pages.method.column.name"))
    measured = table.loc[t("levers.sales_return_rate.name")]
    assert measured[t("pages.method.column.range")] == "–"
    assert t("pages.explain.measured") in measured[t("pages.method.column.kind")]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_word_of_the_engine_s_glossary_is_on_the_page(locale):
    lines = (engine.__doc__ or "").partition("--------")[2].strip().splitlines()
    own = {line.split()[0] for line in lines}
    assert len(own) >= 10
    assert {word for word in own if f"glossary.term.{word}" not in words(locale)} == set()


def test_a_word_is_found_by_its_name_in_the_other_language_or_by_its_meaning():
    def found(sought: str) -> set[str]:
        return set(method_tables.glossary(sought).frame["term"])

    assert found("流失") == {"churn", "attrition"}
    assert "fill rate" in found("slots that are SOLD")
    assert found("no such word at all") == set()
    assert len(found("")) > 45


def test_the_inputs_can_be_taken_away_as_numbers(use, trained_sample):
    use(trained_sample)
    app = opened("advertising")
    app.session_state["formulas_advertising_table"] = True
    table = app.run().dataframe[0].value.set_index(t("pages.method.column.input"))
    cpm = table.loc[t("levers.ads_cpm_cents.name")].iloc[0]
    assert cpm[t("pages.method.column.value")] == 5.0
    assert cpm[t("pages.method.column.unit")].startswith("EUR")


@pytest.mark.parametrize("locale", LOCALES)
def test_what_tells_how_slots_are_looked_at_is_named_for_the_data(use, trained_sample, locale):
    use(trained_sample)
    app = opened("lists", locale)
    assert not app.exception
    assert t("examination.randomised", locale) in texts(app)


@pytest.mark.parametrize("log", [None, "trained_orders"])
def test_without_lists_on_screen_nothing_tells_how_slots_are_looked_at(use, request, log):
    use(None if log is None else request.getfixturevalue(log))
    said = texts(opened("lists"))
    assert not any(t(f"examination.{name}") in said for name in get_args(Method))
