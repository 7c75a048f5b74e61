"""Moves of sliders: taken back, put back, kept on every page and in a link."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from engine.reporting.text import LOCALES, t

SALES, ADS, LOSS = "sales_causal_share", "ads_fill_rate", "reaction_use_loss_per_ad"


FRAME = """
import streamlit as st
from pages._shared import levers
page = st.navigation([st.Page(f"shop/{name}.py") for name in ("ads", "sales", "method")])
levers.remember(page.url_path)
page.run()
"""
PAGE = """
import streamlit as st
from engine.simulation.scenario import Scenario
from pages._shared import levers, state, toolbar
if {keys}:
    levers.sliders({keys}, Scenario(), {{}}, "EUR")
    toolbar.draw(Scenario(), {{}})
st.session_state["priced"] = levers.scenario(Scenario(), {{}})
st.session_state["link"] = state.link()
"""
DRAWN = {
    "ads": ["ads.fill_rate", "reaction.use_loss_per_ad"],
    "sales": ["sales.causal_share", "reaction.use_loss_per_ad"],
    "method": [],
}
"""Two pages that share a slider, and one without any."""


@pytest.fixture
def visit(tmp_path: Path) -> Callable[..., AppTest]:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop.py").write_text(FRAME)
    for name, keys in DRAWN.items():
        (tmp_path / "shop" / f"{name}.py").write_text(PAGE.format(keys=keys))

    def come(page: str = "ads", **address: str) -> AppTest:
        app = AppTest.from_file(str(tmp_path / "shop.py"), default_timeout=30)
        app.query_params.update(address)
        return go(app.run(), page)

    return come


def go(app: AppTest, page: str) -> AppTest:
    return app.switch_page(f"shop/{page}.py").run()


def move(app: AppTest, name: str, value: float) -> AppTest:
    app.query_params[name] = f"{value:g}"  # a browser writes it before it tells the server
    return app.slider(key=name).set_value(value).run()


def press(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


def said(app: AppTest) -> dict[str, str]:
    """What a copied link says."""
    return dict(parse_qsl(urlsplit(app.code[0].value).query))


@pytest.mark.parametrize("locale", LOCALES)
def test_undo_names_what_it_takes_back_and_takes_it_back(visit, locale: str) -> None:
    app = visit(lang=locale)
    first = app.slider(key=ADS).value
    assert app.button(key="undo").disabled
    app = move(move(app, ADS, 60.0), ADS, 70.0)

    name = t("levers.ads_fill_rate.name", locale)
    help = t("pages.toolbar.undo_one", locale, name=name, before="60 %", after="70 %")
    assert app.button(key="undo").proto.help == help
    app = press(app, "undo")
    assert app.slider(key=ADS).value == 60.0
    app = press(app, "undo")
    assert app.slider(key=ADS).value == first
    assert app.button(key="undo").disabled
    assert said(app) == {"lang": locale}


def test_twenty_moves_and_more_are_taken_back_one_by_one(visit) -> None:
    app = visit()
    first = app.slider(key=ADS).value
    stands = [float(value) for value in range(60, 84)]
    for value in stands:
        app = move(app, ADS, value)
    for value in [*stands[-2::-1], first]:
        app = press(app, "undo")
        assert app.slider(key=ADS).value == value


def test_reset_is_one_step_that_can_be_taken_back(visit) -> None:
    app = move(move(visit(), ADS, 60.0), LOSS, 0.05)
    starts = visit()
    app = press(app, "reset")
    assert [s.value for s in app.slider] == [s.value for s in starts.slider]
    assert app.button(key="reset").disabled
    assert app.button(key="undo").proto.help == t("pages.toolbar.undo_many", number=2)
    app = press(app, "undo")
    assert [app.slider(key=name).value for name in (ADS, LOSS)] == [60.0, 0.05]


def test_the_price_follows_undo_and_reset(visit) -> None:
    app = visit()
    unmoved = app.session_state["priced"]
    moved = move(app, ADS, 60.0).session_state["priced"]
    assert moved != unmoved
    assert press(app, "reset").session_state["priced"] == unmoved
    assert press(app, "undo").session_state["priced"] == moved


def test_a_move_stands_on_pages_that_do_not_draw_its_slider(visit) -> None:
    app = go(move(visit(), ADS, 60.0), "sales")
    assert app.query_params[ADS] == "60"
    app = go(move(app, SALES, 60.0), "method")
    assert {name: app.query_params[name] for name in (ADS, SALES)} == {ADS: "60", SALES: "60"}
    priced = app.session_state["priced"]
    assert (priced.ads.fill_rate, priced.sales.causal_share) == (0.6, 0.6)
    assert go(app, "ads").slider(key=ADS).value == 60.0
    assert go(app, "sales").slider(key=SALES).value == 60.0


def test_undo_and_reset_reach_sliders_of_other_pages(visit) -> None:
    app = go(move(visit(), ADS, 60.0), "sales")
    app = press(app, "undo")
    assert ADS not in app.query_params
    assert ADS not in said(app), "it must not come back from the address"
    app = press(go(move(go(app, "ads"), ADS, 65.0), "sales"), "reset")
    assert ADS not in app.query_params
    app = go(app, "ads")
    assert app.slider(key=ADS).value == visit().slider(key=ADS).value
    assert press(app, "undo").slider(key=ADS).value == 65.0


def test_a_slider_moved_back_to_its_start_is_not_moved(visit) -> None:
    app = visit()
    first = app.slider(key=ADS).value
    app = move(move(app, ADS, 60.0), ADS, first)
    assert said(app) == {"lang": "en"}
    assert app.button(key="reset").disabled
    assert not app.button(key="undo").disabled


@pytest.mark.parametrize("page", ["ads", "sales", "method"])
def test_a_link_brings_back_every_move_and_the_language(visit, page: str) -> None:
    app = move(move(visit(lang="zh"), ADS, 60.0), LOSS, 0.05)
    app = move(go(app, "sales"), SALES, 60.0)
    link = dict(parse_qsl(urlsplit(app.session_state["link"]).query))
    assert link == {"lang": "zh", ADS: "60", LOSS: "0.05", SALES: "60"}
    other = visit(page=page, **link)
    assert other.session_state["priced"] == app.session_state["priced"]
    assert {name: other.query_params[name] for name in link} == link
    assert not other.exception


@pytest.mark.parametrize("value", ["9999", "-1", "nan", "abc", "1e400", ""])
@pytest.mark.parametrize("page", ["ads", "sales"])
def test_what_an_address_may_say_is_no_fault_and_never_undone(visit, page: str, value) -> None:
    app, plain = visit(page=page, **{ADS: value}), visit(page=page)
    assert app.session_state["priced"] == plain.session_state["priced"]
    if not app.button(key="reset").disabled:
        app = press(app, "reset")
    assert app.button(key="undo").disabled
    app = go(app, "ads")
    assert not app.exception
    assert app.slider(key=ADS).value == visit().slider(key=ADS).value
