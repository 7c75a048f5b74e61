"""Numbers that explain themselves: what is drawn closed, and what an open panel says."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from engine.reporting.formulas import formula
from engine.reporting.text import LOCALES, t
from engine.workbench import explaining
from pages._shared import numbers, widgets
from tests.commands import copied

PAGE = """
from pages._shared import cache, levers, money_cache, numbers
facts = cache.stamp()
run = cache.database(), facts.run_id
inputs = money_cache.inputs(*run)
scenario = levers.scenario(inputs.default_scenario, inputs.known)
found = money_cache.quote(*run, scenario).simulation
given = {"found": found, "inputs": inputs, "scenario": scenario}
numbers.money("Ads", 123_400.0, number="ads", delta="+1", **given)
numbers.count("Members", "1,234", number="members", **given)
numbers.badge("measured")
"""
OVERVIEW = """
from pages._shared import cache, levers, money_cache, overview_view
facts = cache.stamp()
run = cache.database(), facts.run_id
inputs = money_cache.inputs(*run)
scenario = levers.scenario(inputs.default_scenario, inputs.known)
found = money_cache.explained(*run, scenario)
if inputs.is_range:
    overview_view.of_range(run, found, scenario)
else:
    overview_view.of_events(run, found, inputs, scenario)
"""


@pytest.fixture
def use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """Open a page on a copy of a database of another test."""

    def chosen(database: Path) -> None:
        monkeypatch.setenv("REVLENS_DB", str(copied(database, tmp_path)))
        monkeypatch.setattr(widgets, "link", lambda *_, **__: None)  # no menu, no way to pages

    yield chosen
    st.cache_resource.clear()
    st.cache_data.clear()


def opened(page: str = PAGE, locale: str = "en", *panels: str, **moves: float) -> AppTest:
    app = AppTest.from_string(page, default_timeout=60)
    app.query_params["lang"] = locale
    app.session_state["lang"] = locale
    app.session_state["moves"] = moves
    for panel in panels:
        app.session_state[panel] = True
    return app.run()


def texts(app: AppTest) -> str:
    return " ".join(part.value for part in app.markdown)


def formulas(app: AppTest) -> list[str]:
    """Return the formulas that are drawn."""
    return [part.value for part in app.markdown if part.value.startswith("$$")]


def buttons(app: AppTest) -> list[str]:
    """Return the labels of the buttons that open a panel."""
    return [part.proto.popover.label for part in app.get("popover")]


@pytest.mark.parametrize("locale", LOCALES)
def test_a_number_shows_its_kind_as_a_word_and_a_button_that_names_it(use, trained_sample, locale):
    use(trained_sample)
    app = opened(PAGE, locale)
    assert not app.exception
    assert [part.value for part in app.metric][1] == "1,234"
    kinds = texts(app)
    assert t("pages.explain.assumed", locale) in kinds
    assert t("pages.explain.measured", locale) in kinds
    named = [t("pages.explain.how", locale, name=name) for name in ("Ads", "Members")]
    assert buttons(app) == named


def test_a_closed_panel_computes_and_draws_nothing(use, trained_sample, monkeypatch):
    def refuse(*_args: object, **_known: object) -> None:
        raise AssertionError("explained a number that nobody asked about")

    use(trained_sample)
    monkeypatch.setattr(explaining, "explain", refuse)
    app = opened()
    assert not app.exception
    assert formulas(app) == []
    assert opened(PAGE, "en", "how_ads_").exception


@pytest.mark.parametrize("locale", LOCALES)
def test_an_open_panel_has_formula_inputs_interval_and_date(use, trained_sample, locale):
    use(trained_sample)
    app = opened(PAGE, locale, "how_ads_")
    assert formula("ads").latex in formulas(app)[0]
    said = texts(app)
    for needed in (
        t("formulas.ads.says", locale),
        t("levers.ads_cpm_cents.name", locale),
        t("sources.counted", locale),
        "2026",
        "80",
    ):
        assert needed in said
    assert re.findall(r"\{[a-z_]+\}", re.sub(r"\$+[^$]*\$+", "", said)) == []


def test_an_open_panel_follows_the_sliders(use, trained_sample):
    use(trained_sample)
    assert "€5 per 1,000" in texts(opened(PAGE, "en", "how_ads_"))
    moved = texts(opened(PAGE, "en", "how_ads_", ads_cpm=9.0))
    assert "€9 per 1,000" in moved
    assert t("sources.chosen") in moved


@pytest.mark.parametrize("log", ["trained_sample", "trained_orders"])
def test_every_amount_of_the_overview_has_a_button_with_a_name_of_its_own(use, request, log):
    use(request.getfixturevalue(log))
    app = opened(OVERVIEW)
    assert not app.exception
    names = buttons(app)
    assert len(names) == len(set(names)) >= 5
    priced = [part for part in app.metric if "€" in part.value]
    assert len(priced) >= 1


def test_every_button_of_the_overview_opens(use, trained_sample):
    use(trained_sample)
    app = opened(OVERVIEW)
    keys = [part.proto.popover.id.rpartition("-")[2] for part in app.get("popover")]
    app = opened(OVERVIEW, "en", *keys)
    assert not app.exception
    assert len(formulas(app)) == len(keys) >= 6


@pytest.mark.parametrize(
    ("number", "unit", "shown"),
    [
        (0.123, "share", "12 %"),
        (12_345.0, "cents", "€123"),
        (2_345.6, "count", "2,346"),
        (0.00456, "number", "0.00456"),
        (-0.5, "number", "−0.5"),
        (0.034, "share_per_month", "3.4 % a month"),
    ],
)
def test_a_value_is_written_with_its_unit(number, unit, shown):
    assert numbers.value(number, unit, "EUR") == shown
