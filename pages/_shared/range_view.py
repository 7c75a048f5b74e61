"""What a log of orders or views may say: counted, estimated and assumed, each by itself."""

import streamlit as st

from engine.reporting import charts, money
from engine.workbench.answers import Money, Simulation, Withheld
from pages._shared import money_view, numbers, widgets
from pages._shared.text import amount, count, percent, t


def headline(found: Simulation) -> None:
    """Say that the log cannot show it, and what it would be under stated assumptions."""
    gain, facts = found.uplift.total, found.details
    ratio = facts["hit_ratio"]
    if isinstance(gain, Withheld):
        st.title(t("range.title_no_price", ratio=f"{facts['hit_ratio']['p50']:.1f}"))
        st.write(money_view.advice(gain))
        return
    middle = money_view.per_month(found, gain.p50)
    st.title(t("range.title", amount=amount(middle, found.currency)))
    low, high = (
        amount(money_view.per_month(found, cents), found.currency) for cents in (gain.p10, gain.p90)
    )
    share = facts["share_of_sales"]
    text = t(
        "range.sentence",
        low=low,
        high=high,
        share="–" if share is None else percent(share),
        net=amount(facts["net_sales_cents_per_month"], found.currency),
        ratio=f"{ratio['p50']:.1f}",
        ratio_low=f"{ratio['p10']:.1f}",
        ratio_high=f"{ratio['p90']:.1f}",
    )
    numbers.sentence(text, t("explain.name.uplift"), number="uplift", found=found, place="line")


def parts(found: Simulation) -> None:
    """Counted, estimated and assumed in three boxes."""
    facts, priced = found.details, isinstance(found.uplift.total, Money)
    asked = numbers.asked(found)
    counted, estimated, *rest = st.columns(3 if priced else 2)
    with counted, st.container(border=True, height="stretch"):
        st.markdown(f"**{t('range.counted')}**")
        if facts["net_sales_cents_per_month"]:
            cents = facts["net_sales_cents_per_month"]
            numbers.money(t("range.net_sales"), cents, number="net_sales", **asked)
        st.metric(t("range.visits"), count(facts["visits_per_month"]))
    with estimated, st.container(border=True, height="stretch"):
        st.markdown(f"**{t('range.estimated')}**")
        hits = facts["hit_ratio"]
        label = t("range.hit_ratio")
        numbers.count(label, f"{hits['p50']:.2f} ×", number="hit_ratio", **asked)
        widgets.note(t("range.hit_note", low=f"{hits['p10']:.2f}", high=f"{hits['p90']:.2f}"))
    if not priced:  # nothing was assumed where there is no amount
        return
    with rest[0], st.container(border=True, height="stretch"):
        st.markdown(f"**{t('range.assumed')}**")
        reach = "click_share" if facts["variant"] == "views" else "list_sales_share"
        for name in (reach, "causal_share"):
            share = percent(facts["assumed"][name])
            numbers.count(t(f"range.{name}"), share, number=name, **asked)


def chain(found: Simulation) -> None:
    """How the figure comes about, each bar a part of the one above."""
    gain, facts = found.uplift.total, found.details
    if isinstance(gain, Withheld) or facts["gain_cents_per_month"] is None:
        return
    st.header(t("range.chain"))
    extra = facts["gain_cents_per_month"]["p50"]
    colours = money_view.palette()
    bars = {
        "sales": (facts["net_sales_cents_per_month"], colours.baseline),
        "lists": (facts["through_lists_cents_per_month"]["p50"], colours.baseline),
        "better": (facts["attributed_cents_per_month"]["p50"], colours.sales),
        "extra": (extra, colours.total),
    }
    figure = charts.steps(
        [t(f"range.chain_{name}") for name in bars],
        [max(float(cents), 0.0) for cents, _ in bars.values()],
        [colour for _, colour in bars.values()],
        money.symbol(found.currency),
    )
    alt = t("range.chain_alt", amount=amount(extra, found.currency))
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="chain")
    widgets.note(t("range.chain_note", causal=percent(facts["assumed"]["causal_share"])))


def withheld(found: Simulation) -> None:
    """Why membership and ads have no number here."""
    for model in ("ads", "membership"):
        answer = found.of(model)
        if isinstance(answer, Withheld):
            widgets.note(f"**{t(f'models.{model}')}** · {money_view.advice(answer)}")
