"""What a price looks like on a page."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from engine.reporting import charts, money
from engine.reporting.tables import Column, Table
from engine.reporting.text import t as words
from engine.reporting.text import words as every_word
from engine.simulation.compare import Driver
from engine.simulation.run import MODELS
from engine.workbench.answers import Gain, Money, Simulation, Withheld
from engine.workbench.pictures import MonthLine
from pages._shared import interval_words, numbers, state, tables, widgets
from pages._shared.text import amount, change, count, escaped, percent, t

SUBJECTS = (*MODELS, "total")
MOST_DRIVERS = 6
DASHES = {"popularity": "dash", "random": "dot", "logged": "dashdot"}


def palette() -> charts.Palette:
    """Colours for the browser's light or dark."""
    return charts.PALETTES[state.scheme()]


def per_month(found: Simulation, cents: float) -> float:
    """Return an amount over the horizon as one of a mean month."""
    return cents / found.horizon_months


def headline(found: Simulation) -> None:
    """The finding as title, then how sure it is."""
    gain = found.uplift.total
    if isinstance(gain, Withheld):
        st.title(t("overview.no_price"))
        st.write(advice(gain))
        return
    middle = per_month(found, gain.p50)
    key = "overview.earn_more" if middle >= 0 else "overview.earn_less"
    st.title(t(key, amount=amount(abs(middle), found.currency)))
    certainty(found, gain)
    if gain.p10 < 0 < gain.p90:
        st.info(t("overview.may_lose"), icon=":material/info:")


def certainty(found: Simulation, answer: Money) -> None:
    """One line: interval, where its width comes from, kind; and how it is computed."""
    number = "uplift" if answer is found.uplift.total else "total"
    name = t(f"explain.name.{number}")
    text = " · ".join(_certainty(found, answer))
    numbers.sentence(text, name, number=number, found=found, place="line")


def cards(found: Simulation) -> None:
    """A price tag for each model and one for all of them."""
    known = [answer.p90 for name in SUBJECTS if isinstance(answer := found.of(name), Money)]
    end = max([*known, 1])
    for column, subject in zip(st.columns(4), SUBJECTS, strict=True):
        with column, st.container(border=True, height="stretch"):
            _card(found, subject, end)


def shown(cents: float, currency: str | None) -> str:
    """Return an amount for a big number, which is no Markdown."""
    return money.headline(cents, currency, state.locale())


def months(lines: Sequence[MonthLine], found: Simulation, said: dict[str, str]) -> None:
    """Money month by month, the lists against popular and random ones."""
    st.header(t("overview.next_months", months=count(found.horizon_months)))
    drawn = [
        charts.Line(
            name=policy_name(line.policy),
            middle=line.p50,
            low=line.p10 if row == 0 else None,
            high=line.p90 if row == 0 else None,
            dash=DASHES.get(line.policy, "solid"),
        )
        for row, line in enumerate(lines)
    ]
    symbol = money.symbol(found.currency)
    figure = charts.months_with_band(drawn, palette(), symbol)
    alt = t("overview.months_picture")
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="month_lines")
    tables.behind(_month_table(lines, found.currency), said, key="money_by_month")


def tornado(drivers: Sequence[Driver], found: Simulation) -> None:
    """Which assumption moves the gain most."""
    gain = found.uplift.total
    shown = [driver for driver in drivers if driver.low_cents != driver.high_cents][:MOST_DRIVERS]
    if isinstance(gain, Withheld) or not shown:
        return
    st.header(t("overview.drivers"))
    names = [driver_name(driver.key) for driver in shown]
    ends = [
        (per_month(found, driver.low_cents), per_month(found, driver.high_cents))
        for driver in shown
    ]
    middle = per_month(found, gain.mean)
    symbol = money.symbol(found.currency)
    figure = charts.tornado(names, ends, middle, palette().membership, symbol)
    alt = t("overview.drivers_alt", name=names[0])
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="drivers")
    widgets.note(t("overview.drivers_note"))


def books(found: Simulation, said: dict[str, str]) -> None:
    """The counted month, beside the simulated first one where there is one."""
    counted, modelled = found.books["counted"], found.books["modelled"]
    frame = pd.DataFrame(
        {
            "what": [t(f"books.{name}") for name in counted],
            "counted": [_figure(name, value, found.currency) for name, value in counted.items()],
            "modelled": [_figure(name, modelled.get(name), found.currency) for name in counted],
        }
    )
    columns = [Column(name=name, label=t(f"books.{name}")) for name in frame]
    note = t("books.note", days=f"{found.books['days']:.0f}")
    table = Table(frame=frame, columns=columns, currency=found.currency)
    tables.behind(table, said, key="books", title=t("books.title"), note=note)


def break_even(found: Simulation) -> None:
    """What must hold for the lists to pay."""
    if isinstance(found.uplift.total, Withheld):
        return
    st.header(t("pays.title"))
    even = found.break_even
    cost, share = even["cost_cents_per_month"] or 0.0, even["causal_share"]
    facts = {"cost": amount(cost, found.currency)}
    if not cost:
        st.write(t("pays.enter_cost"))
    elif share is None:
        st.write(t("pays.never", **facts))
    elif (ratio := even.get("ratio")) is None:
        st.write(t("pays.by_share", share=percent(share), **facts))
    else:
        st.write(t("pays.by_share_or_ratio", share=percent(share), ratio=f"{ratio:.2f}", **facts))
    if cost and (members := even.get("extra_members")) is not None:
        st.write(t("pays.by_members", members=count(members)))


def level(found: Simulation) -> None:
    """What passes through the lists, and of what that figure is made."""
    total = found.total
    if isinstance(total, Withheld):
        return
    shares = found.shares
    text = t(
        "overview.level",
        attributed=amount(per_month(found, total.attributed), found.currency),
        incremental=amount(per_month(found, total.incremental), found.currency),
        measured=percent(shares.measured),
        estimated=percent(shares.estimated),
        assumed=percent(shares.assumed),
    )
    name = t("explain.name.attributed")
    numbers.sentence(f":small[{text}]", name, number="attributed", found=found)


def against_today(gain: Gain, found: Simulation) -> None:
    """What the lists bring beyond those that are served today."""
    today = gain.total
    if isinstance(today, Withheld):
        return
    text = t(
        "overview.against_today",
        amount=escaped(change(per_month(found, today.p50), found.currency)),
        low=escaped(change(per_month(found, today.p10), found.currency)),
        high=escaped(change(per_month(found, today.p90), found.currency)),
    )
    name = t("explain.name.against_today")
    numbers.sentence(f":small[{text}]", name, number="uplift", found=found, place="today")


def advice(answer: Withheld) -> str:
    """Return why there is no number, and what would help."""
    return escaped(words(answer.advice, state.locale(), **answer.facts))


def policy_name(policy: str) -> str:
    """Return what a policy is called; an imported one keeps its name."""
    key = f"pages.policies.{policy}"
    return words(key, state.locale()) if key in every_word(state.locale()) else policy


def driver_name(key: str) -> str:
    """Return what an assumption is called."""
    if key == "hits.ratio":
        return t("overview.hits_ratio")
    return words(f"levers.{key.replace('.', '_')}.name", state.locale())


def _certainty(found: Simulation, gain: Money) -> list[str]:
    low, high = (amount(per_month(found, cents), found.currency) for cents in (gain.p10, gain.p90))
    parts = [t("overview.interval", low=low, high=high)]
    shares = found.uplift.variance_shares
    if shares is not None:
        facts = {
            name: percent(getattr(shares, name) or 0.0) for name in ("data", "assumption", "model")
        }
        parts.append(t("overview.width", **facts))
    chance = found.uplift.probability_positive
    if chance is not None:
        parts.append(t("overview.beats", draws=count(100 * chance)))
    parts += [interval_words.kind(found), *interval_words.forecast(found, gain)]
    return parts


def _card(found: Simulation, subject: str, end: float) -> None:
    answer, gain = found.of(subject), _gain_of(found, subject)
    st.markdown(f"**{t(f'models.{subject}')}**")
    if isinstance(answer, Withheld):
        st.markdown(t("overview.withheld"))
        widgets.note(advice(answer))
        return
    delta = None
    if isinstance(gain, Money):
        sign = change(per_month(found, gain.p50), found.currency)
        delta = t("overview.delta", amount=sign)
    numbers.money(
        t("overview.extra_a_month"),
        per_month(found, answer.p50),
        number=subject,
        name=t(f"models.{subject}"),
        delta=delta,
        **numbers.asked(found),
    )
    figure = charts.strip(answer.p10, answer.p50, answer.p90, end, palette().of(subject))
    low, high = (
        amount(per_month(found, cents), found.currency) for cents in (answer.p10, answer.p90)
    )
    alt = t("overview.strip_alt", low=low, high=high)
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key=f"strip_{subject}")
    widgets.note(t("overview.card_interval", low=low, high=high))
    through = amount(per_month(found, answer.attributed), found.currency)
    widgets.note(t("overview.card_attributed", amount=through))


def _gain_of(found: Simulation, subject: str) -> Money | Withheld:
    return found.uplift.total if subject == "total" else found.uplift.by_model[subject]


def _month_table(lines: Sequence[MonthLine], currency: str | None) -> Table:
    frame = pd.DataFrame({"month": range(1, len(lines[0].p50) + 1)})
    columns = [Column(name="month", label=t("columns.month"), unit="month")]
    for line in lines:
        for level in ("p10", "p50", "p90"):
            name = f"{line.policy}_{level}"
            frame[name] = getattr(line, level)
            label = f"{policy_name(line.policy)} {level.upper()}"
            columns.append(Column(name=name, label=label, unit="money"))
    return Table(frame=frame, columns=columns, currency=currency)


def _figure(name: str, value: float | None, currency: str | None) -> str:
    if value is None:
        return "–"
    if name.endswith("_cents"):
        return money.exact(round(value), currency)
    return count(value)
