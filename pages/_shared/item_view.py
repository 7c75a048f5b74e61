"""The page on one item: what it is, what is like it, how it does."""

import pandas as pd
import streamlit as st

from engine.reporting import money
from engine.reporting.tables import Unit
from engine.workbench.checking import Stamp
from engine.workbench.item_profiles import FEWEST_USERS, ItemFacts, ItemProfile
from pages._shared import profile_cache, profile_state, state, widgets
from pages._shared.profile_drawing import behind, draw_weights, label, short, weight, weight_table
from pages._shared.profile_state import ITEM
from pages._shared.text import count, day, escaped, percent, t

TITLE_LETTERS = 60
NEAREST_UNITS: dict[str, Unit] = {"similarity": "ratio", "common": "count", "ratio": "ratio"}


def chosen(facts: Stamp) -> ItemFacts | None:
    """Ask what to look at by a part of its title or its id; None, and said so, without any."""
    text = profile_state.chosen(ITEM)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            t("item.search"),
            key=profile_state.key(ITEM),
            help=t("item.search_help"),
            width=320,
            persist_state="session",
        )
        matches = profile_cache.found_items(facts, text)
        if matches.empty:
            return None
        ids = matches["item_id"].tolist()
        names = dict(zip(ids, matches["item"], strict=True))
        picked = ids[0]
        if ids[0].lower() != text.lower():
            picked = st.selectbox(
                t("item.match"),
                ids,
                format_func=names.__getitem__,
                width=320,
                key=f"item_match_{text}",
            )
    if text:
        profile_state.keep_in_address(ITEM, text)
    return profile_cache.item(facts, picked)


def unknown(asked: str) -> None:
    """Say that no item holds this text."""
    st.title(t("item.unknown_title", text=escaped(short(asked, TITLE_LETTERS))))
    st.write(t("item.unknown_why"))


def title(found: ItemFacts) -> None:
    """The finding: how many chose it, or that nobody did yet."""
    name = escaped(short(found.title, TITLE_LETTERS))
    if not found.choosers:
        st.title(t("item.title_cold", item=name))
    elif found.choosers < FEWEST_USERS:
        st.title(t("item.title_few", item=name, users=count(found.choosers)))
    else:
        st.title(t("item.title", item=name, users=count(found.choosers)))


def figures(found: ItemFacts, facts: Stamp) -> None:
    """At most four facts about price and sales; what the log does not know is left out."""
    shown: dict[str, tuple[str, str]] = {
        t("item.choosers"): (count(found.choosers), t("item.choosers_help"))
    }
    if found.price_cents is not None:
        price = money.exact(round(found.price_cents), facts.currency)
        shown[t("item.price")] = price, t("item.price_help")
    if found.orders:
        shown[t("item.orders")] = count(found.orders), t("item.orders_help")
    if found.net_sales_cents:
        sales = money.headline(found.net_sales_cents, facts.currency, state.locale())
        shown[t("item.sales")] = sales, t("item.sales_help", returns=count(found.returns))
    with st.container(horizontal=True):
        for name, (value, why) in shown.items():
            st.metric(name, value, help=why)


def known(found: ItemFacts, profile: ItemProfile) -> None:
    """Say whether lists can hold it, whether it is new, and what else is known."""
    said = []
    if found.category is not None:
        said.append(t("item.in_category", category=escaped(found.category)))
    if found.price_cents and found.unit_cost_cents is not None:
        margin = 1.0 - found.unit_cost_cents / found.price_cents
        said.append(t("item.margin", share=percent(margin)))
    if found.members_only:
        said.append(t("item.members_only"))
    first = found.published_on or found.first_on
    if first is not None:
        said.append(t("item.since", day=day(first)))
    if not profile.is_candidate:
        said.append(t("item.outside", items=count(profile.pool_size)))
    elif not found.choosers:
        said.append(t("item.cold_known" if profile.attributes.names else "item.cold_unknown"))
    widgets.note(" ".join(said))


def attributes(found: ItemFacts, profile: ItemProfile, facts: Stamp) -> None:
    """What the item is: V, attribute by attribute."""
    weights = profile.attributes
    st.header(t("item.attributes"))
    if not weights.names:
        st.write(t("item.attributes_none"))
        return
    first = f"{label(weights.names[0])} {weight(weights.values[0])}"
    draw_weights(weights, t("item.attributes_alt", item=found.title, first=first), "item_weights")
    widgets.note(t("item.attributes_note"))
    frame = weight_table(weights, "item_weight")
    behind(frame, "item_weights", facts, {"item_weight": "ratio"}, title=t("item.attributes_table"))


def neighbours(profile: ItemProfile, facts: Stamp) -> None:
    """Which items people choose who choose this one."""
    near = profile.neighbours
    if not len(near.item_row):
        st.header(t("item.near"))
        st.write(t("item.near_none"))
        return
    names = profile_cache.names_of(near.item_row.tolist()).loc[near.item_row.tolist()]
    frame = pd.DataFrame(
        {
            "item": names["item"].tolist(),
            "similarity": near.similarity,
            "common": pd.array(near.common_users, dtype="Int64"),
            "ratio": near.ratio,
        }
    )
    # so few people could be told apart: their number is not shown
    frame.loc[frame["common"] < FEWEST_USERS, ["common", "ratio"]] = pd.NA
    st.header(t("item.near_first", item=escaped(frame["item"].iloc[0])))
    _show_near(frame)
    widgets.note(t("item.near_note", fewest=count(FEWEST_USERS)))
    told = frame.assign(item_id=names["item_id"].tolist(), category=names["category"].tolist())
    behind(told, "item_near", facts, NEAREST_UNITS, title=t("item.near_table"))


def _show_near(frame: pd.DataFrame) -> None:
    few = t("item.few", fewest=count(FEWEST_USERS))
    shown = frame.assign(
        common=[few if pd.isna(number) else count(number) for number in frame["common"]],
        ratio=["" if pd.isna(ratio) else f"{ratio:.1f}" for ratio in frame["ratio"]],
    )
    names = {name: t(f"profile.column.{name}") for name in shown}
    column = st.column_config
    st.dataframe(
        shown.rename(columns=names),
        hide_index=True,
        alt=t("item.near_alt", item=frame["item"].iloc[0]),
        column_config={
            names["item"]: column.TextColumn(width=180),
            names["similarity"]: column.NumberColumn(width=60, format="%.2f"),
            names["common"]: column.TextColumn(width=80, alignment="right"),
            names["ratio"]: column.TextColumn(width=100, alignment="right"),
        },
    )
