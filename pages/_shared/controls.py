"""Which sliders a page shows: boxes by subject, at most eight in sight, the rest folded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from engine.simulation.levers import LEVERS, lever_value
from engine.workbench.pricing import PricingInputs, is_beyond
from pages._shared import levers, toolbar, widgets
from pages._shared.text import t

Boxes = Mapping[str, tuple[str, ...]]
"""Box -> levers in it."""


@dataclass(frozen=True, kw_only=True)
class Controls:
    """Sliders of one page for one kind of log."""

    boxes: Boxes
    more: tuple[str, ...] = ()
    """Levers that are folded away."""

    @property
    def visible(self) -> tuple[str, ...]:
        """Levers in sight."""
        return tuple(key for keys in self.boxes.values() for key in keys)


ADS_MORE = (
    "ads.first_slot_viewability", "ads.platform_fee_rate", "ads.blocked_rate",
    "reaction.ramp_months", "reaction.use_per_quality", "sales.causal_share",
)  # fmt: skip
MEMBERSHIP_MORE = (
    "membership.trial_to_paid_rate", "membership.trial_months", "membership.downgrade_share",
    "membership.resubscription_rate", "reaction.upgrade_per_ad", "reaction.ramp_months",
    "reaction.list_view_share",
)  # fmt: skip
SALES_MORE = (
    "sales.return_cost_share", "sales.take_rate", "sales.causal_share_difference", "ads.ad_slots",
    "reaction.use_loss_per_ad", "reaction.ramp_months", "reaction.list_view_share",
)  # fmt: skip

OF_EVENTS: Mapping[str, Controls] = {
    "mix": Controls(
        boxes={
            "inventory": ("ads.ad_slots", "ads.cpm_cents"),
            "members": ("membership.price_cents", "sales.price_ratio"),
            "reaction": (
                "sales.causal_share",
                "reaction.use_loss_per_ad",
                "reaction.price_elasticity",
                "economics.horizon_months",
            ),
        },
        more=tuple(lever.key for lever in LEVERS if lever.subject != "reach"),
    ),
    "advertising": Controls(
        boxes={
            "inventory": ("ads.ad_slots",),
            "price": ("ads.cpm_cents", "ads.fill_rate"),
            "reaction": (
                "reaction.use_loss_per_ad",
                "reaction.upgrade_per_ad",
                "economics.horizon_months",
            ),
        },
        more=ADS_MORE,
    ),
    "membership": Controls(
        boxes={
            "offer": ("membership.price_cents", "membership.fee_rate"),
            "price_reaction": ("reaction.membership_elasticity", "reaction.churn_per_price"),
            "reaction": (
                "reaction.churn_per_quality",
                "reaction.use_per_quality",
                "economics.horizon_months",
            ),
        },
        more=MEMBERSHIP_MORE,
    ),
    "sales": Controls(
        boxes={
            "offer": ("sales.price_ratio", "sales.return_rate"),
            "extra": ("sales.causal_share",),
            "reaction": (
                "reaction.price_elasticity",
                "reaction.use_per_quality",
                "economics.horizon_months",
            ),
        },
        more=SALES_MORE,
    ),
}
"""Page -> sliders on a log that says what was shown."""

ADS_PER_PAGE = ("ads.ad_slots", "ads.cpm_cents", "ads.fill_rate", "ads.first_slot_viewability")
ASSUMED_SALES = ("reach.click_share", "reach.list_sales_share", "sales.causal_share")
COMMON = ("economics.horizon_months",)

OF_ORDERS: Mapping[str, Controls] = {
    "mix": Controls(
        boxes={
            "known": ("reach.shown_share", "sales.take_rate", "economics.cost_cents_per_month"),
            "assumed": (*ASSUMED_SALES, *COMMON),
        },
        more=("ads.ad_slots", "ads.cpm_cents", "membership.price_cents"),
    ),
    "advertising": Controls(
        boxes={"inventory": ADS_PER_PAGE, "assumed": ("reach.click_share", *COMMON)},
        more=("ads.platform_fee_rate", "ads.blocked_rate", "reach.shown_share"),
    ),
    "membership": Controls(
        boxes={
            "offer": ("membership.price_cents", "economics.cost_cents_per_month"),
            "assumed": COMMON,
        },
    ),
    "sales": Controls(
        boxes={
            "known": ("reach.shown_share", "sales.take_rate", "economics.cost_cents_per_month"),
            "assumed": (*ASSUMED_SALES, *COMMON),
        },
    ),
}
"""Page -> sliders on a log of orders or views."""

OF_VIEWS = frozenset({"reach.shown_share", "reach.click_share"})
OF_ORDERS_ALONE = frozenset({"reach.list_sales_share"})
"""What only a log with views, or only one of orders alone, is priced by."""

OF_PAGES = frozenset(lever.key for lever in LEVERS if lever.subject == "ads")
"""What only a log with page views is priced by."""

MARGIN_INSTEAD = frozenset({"sales.take_rate"})
OF_TRIALS = frozenset({"membership.trial_to_paid_rate", "membership.trial_months"})
"""What only a log with trials is priced by."""


def draw(page: str, inputs: PricingInputs) -> None:
    """Sliders in boxes by subject; the rest is folded away. None where none moves a number."""
    shown = (OF_ORDERS if inputs.is_range else OF_EVENTS)[page]
    moving = _that_move(shown.visible, inputs)
    if not inputs.can_move or set(moving) <= set(COMMON):
        return
    above = st.container()
    for name, keys in shown.boxes.items():
        _box(name, [key for key in keys if key in moving], inputs)
    others = [key for key in _that_move(shown.more, inputs) if key not in shown.visible]
    if others:
        _folded(others, inputs)
    with above:  # stands first, and says what the sliders say
        toolbar.draw(inputs.default_scenario, inputs.known)


def _box(name: str, keys: Sequence[str], inputs: PricingInputs) -> None:
    if keys:
        with st.container(border=True):
            st.markdown(f"**{t(f'levers.{name}')}**")
            _sliders(keys, inputs)


def _folded(keys: Sequence[str], inputs: PricingInputs) -> None:
    more = st.expander(t("levers.more"), key="more_levers", on_change="rerun")
    # twenty sliders that nobody sees would double the time of a move of one that is seen
    drawn = keys if more.open else levers.moved(keys)
    with more:
        _sliders(drawn, inputs)


def _sliders(keys: Iterable[str], inputs: PricingInputs) -> None:
    for key in keys:
        given = inputs.default_scenario, inputs.known, inputs.valuation.currency
        levers.sliders([key], *given, inputs.told)
        _tested(key, inputs)


def _tested(key: str, inputs: PricingInputs) -> None:
    """Say what the log has seen of a lever, and whether the slider stands beyond it."""
    seen = inputs.tested.get(key)
    if seen is None:
        return
    low, high = (levers.as_shown(key, end) for end in seen)
    one = "levers.tested_one" if low == high else "levers.tested"
    widgets.note(t(one, low=low, high=high))
    value = lever_value(levers.scenario(inputs.default_scenario, inputs.known), key)
    if value is not None and is_beyond(value, seen):
        st.badge(t("levers.beyond"), icon=":material/warning:", color="orange")


def _that_move(keys: Iterable[str], inputs: PricingInputs) -> list[str]:
    """Return the levers that move a number of this kind of log."""
    idle = _idle_of_orders(inputs) if inputs.is_range else _idle_of_events(inputs)
    return [key for key in keys if key not in idle]


def _idle_of_orders(inputs: PricingInputs) -> frozenset[str]:
    base = inputs.valuation.base
    idle = OF_ORDERS_ALONE if base.order_per_view is not None else OF_VIEWS
    return idle if base.pages_per_click is not None else idle | OF_PAGES


def _idle_of_events(inputs: PricingInputs) -> frozenset[str]:
    """Return what a log leaves without effect; a shop that knows its costs takes no commission."""
    people = inputs.valuation.population
    idle = MARGIN_INSTEAD if people is not None and people.has_unit_costs else frozenset()
    has_trials = people is not None and people.trial_start_rate is not None
    return idle if has_trials else idle | OF_TRIALS
