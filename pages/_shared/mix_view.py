"""The Mix page's controls, pictures and tables."""

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from engine.reporting import charts, money
from engine.simulation.levers import LEVERS
from engine.simulation.run import MODELS
from engine.workbench.answers import Money, Simulation, Withheld
from engine.workbench.checking import Stamp
from engine.workbench.pricing import PricingInputs
from pages._shared import levers, money_view, widgets
from pages._shared.text import amount, count, t

BOXES = {
    "inventory": ("ads.ad_slots", "ads.cpm_cents"),
    "members": ("membership.price_cents", "sales.price_ratio"),
    "reaction": (
        "sales.causal_share",
        "reaction.use_loss_per_ad",
        "reaction.price_elasticity",
        "economics.horizon_months",
    ),
}
"""Box of controls -> levers; at most eight are visible."""

RANGE_BOXES = {
    "known": ("reach.shown_share", "sales.take_rate", "economics.cost_cents_per_month"),
    "assumed": (
        "reach.click_share",
        "reach.list_sales_share",
        "sales.causal_share",
        "economics.horizon_months",
    ),
}

OF_VIEWS = frozenset({"reach.shown_share", "reach.click_share"})
OF_ORDERS = frozenset({"reach.list_sales_share"})
"""What only a log with views, or only one of orders alone, is priced by."""

UNUSED_BY_EVENTS = frozenset({"reach", "sales.take_rate"})


def not_yet(facts: Stamp) -> None:
    """Say what is missing before there can be prices, with the way there."""
    st.title(t("mix.title"))
    st.write(t("overview.empty_why") if not facts.events else t("mix.not_trained"))
    widgets.link("pages/start/data.py", label=t("mix.go_data"), icon=":material/database:")


def controls(inputs: PricingInputs) -> None:
    """Sliders in boxes by subject; the rest is folded away. None where none moves a number."""
    if not inputs.can_move:
        return
    boxes = RANGE_BOXES if inputs.is_range else BOXES
    currency = inputs.valuation.currency
    for name, keys in boxes.items():
        with st.container(border=True):
            st.markdown(f"**{t(f'levers.{name}')}**")
            levers.sliders(
                _that_move(keys, inputs), inputs.default_scenario, inputs.known, currency
            )
    visible = {key for keys in boxes.values() for key in keys}
    others = [
        lever.key for lever in LEVERS if lever.key not in visible and _used(lever.key, inputs)
    ]
    if others:
        more = st.expander(t("levers.more"), key="more_levers", on_change="rerun")
        # twenty sliders that nobody sees would double the time of a move of one that is seen
        drawn = others if more.open else levers.moved(others)
        with more:
            levers.sliders(drawn, inputs.default_scenario, inputs.known, currency)
    args = inputs.default_scenario, inputs.known
    st.button(t("levers.reset"), icon=":material/undo:", on_click=levers.reset, args=args)


def headline(found: Simulation) -> None:
    """What the three models earn together, and how sure that is."""
    total = found.total
    if isinstance(total, Withheld):
        st.title(t("mix.title"))
        st.write(money_view.advice(total))
        return
    middle = money_view.per_month(found, total.p50)
    st.title(t("mix.title_gain", amount=amount(middle, found.currency)))
    money_view.certainty(found, total)
    money_view.level(found)


def adds_up(found: Simulation) -> None:
    """The means of the three models and their sum, to the cent."""
    means = {name: _mean(found, name) for name in (*MODELS, "total")}
    widgets.note(t("mix.adds_up", months=count(found.horizon_months), **means))


def months(found: Simulation, table: pd.DataFrame) -> None:
    """Stacked months, and the table behind them."""
    st.header(t("mix.months"))
    shown = [name for name in MODELS if isinstance(found.of(name), Money)]
    figure = charts.stacked_months(
        {name: table[name].tolist() for name in shown},
        {name: t(f"models.{name}") for name in shown},
        money_view.palette(),
        money.symbol(found.currency),
    )
    alt = t("mix.months_alt")
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="mix_months")
    behind = st.expander(t("overview.table"), key="mix_table", on_change="rerun")
    if not behind.open:
        return
    with behind:
        named = table.rename(columns={"month": t("columns.month")})
        st.dataframe(_major(named, found), hide_index=True, alt=alt, column_config=_cents())
        widgets.note(t("mix.table_note"))


def segments(found: Simulation, table: pd.DataFrame) -> None:
    """Which model earns most in which segment."""
    st.header(t("mix.segments"))
    best = table[list(MODELS)].idxmax(axis=1).map(lambda name: t(f"models.{name}"))
    named = _major(table.rename(columns={"segment": t("mix.segment")}), found)
    named = named.assign(**{t("mix.best"): best})
    alt = t("mix.segments")
    st.dataframe(named, hide_index=True, alt=alt, column_config=_cents())
    widgets.note(t("mix.segments_note", months=count(found.horizon_months)))


def _that_move(keys: Iterable[str], inputs: PricingInputs) -> list[str]:
    """Return the levers that move a number of this kind of log."""
    has_views = inputs.valuation.base.order_per_view is not None
    idle = OF_ORDERS if has_views else OF_VIEWS
    return [key for key in keys if key not in idle]


def _used(key: str, inputs: PricingInputs) -> bool:
    """Return whether a lever can move the answer for this kind of log."""
    if inputs.is_range:
        return key in {"ads.ad_slots", "ads.cpm_cents", "membership.price_cents"}
    return not UNUSED_BY_EVENTS & {key, key.split(".")[0]}


def _mean(found: Simulation, name: str) -> str:
    answer = found.of(name)
    if isinstance(answer, Withheld):
        return t("overview.withheld")
    return money.exact(answer.mean, found.currency).replace("$", r"\$")


def _cents() -> dict[str, object]:
    """Return how columns of money are written: to the cent."""
    money_column = st.column_config.NumberColumn(format="%,.2f")
    return {t(f"models.{name}"): money_column for name in (*MODELS, "total")}


def _major(table: pd.DataFrame, found: Simulation) -> pd.DataFrame:
    """Return a table of cents in the unit of the currency, under the models' names."""
    columns = {name: t(f"models.{name}") for name in (*MODELS, "total")}
    shown = table.copy()
    for name in columns:
        shown[name] = shown[name] / charts.CENTS
    return shown.rename(columns=columns)
