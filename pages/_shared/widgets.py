"""Pieces that pages repeat."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st
from streamlit.navigation.page import StreamlitPage

from engine.store.health import HealthReport
from engine.store.ingest import ImportReport
from engine.workbench.checking import Stamp
from pages._shared import cache, state, work
from pages._shared.text import count, day, escaped, gate, headline, reason, t

ICONS = {
    "pass": ":material/check_circle:",
    "review": ":material/error:",
    "fail": ":material/cancel:",
}


def frame() -> None:
    """The language switch, kept in the address."""
    state.start_language()
    with st.sidebar:
        st.segmented_control(
            "Language · 语言",
            list(state.LANGUAGES),
            format_func=state.LANGUAGES.__getitem__,
            required=True,
            key="lang",
            persist_state="session",
        )


def menu(sections: Mapping[str, Sequence[StreamlitPage]]) -> None:
    """Links to the pages by section; Streamlit's own menu is no valid list to a screen reader."""
    with st.sidebar:
        for section, pages in sections.items():
            note(section)
            for page in pages:
                link(page)


def link(
    page: str | StreamlitPage, label: str | None = None, icon: str | None = None, **asked: str
) -> None:
    """Link to a page that keeps the language and every slider; ``asked`` goes into its address."""
    st.page_link(page, label=label, icon=icon, query_params={**state.address(), **asked})


def note(text: str) -> None:
    """Small print; a caption's grey is too pale to read."""
    st.markdown(f":small[{text}]")


def stamp(facts: Stamp) -> None:
    """One line: dates, sizes, run."""
    if facts.first_on is None or facts.last_on is None:
        note(t("stamp.empty"))
        return
    note(
        t(
            "stamp.line",
            first=day(facts.first_on),
            last=day(facts.last_on),
            users=count(facts.users),
            items=count(facts.items),
            events=count(facts.events),
            run=escaped(facts.run_id) if facts.run_id else t("stamp.no_run"),
        )
    )


def sample_button() -> None:
    """Fill an empty database with the shipped sample."""
    work.button(
        "sample",
        t("sample.button"),
        ":material/download:",
        cache.load_sample,
        state.remember_import,
    )


def evidence(report: HealthReport) -> None:
    """The rung in words, and what the next one needs."""
    with st.container(border=True):
        st.markdown(f"**{t('rung.title', rung=report.rung)}** · {t(f'rung.{report.rung}')}")
        note(t("rung.next", advice=gate(report.next_rung_needs)))


def gates(report: HealthReport) -> None:
    """One line per gate: status, name, what was found, advice."""
    for found in report.gates:
        status = t(f"status.{found.status}")
        name = t(f"gate_names.{found.name}")
        amount = count(found.found.get("count", 0))
        st.markdown(
            f"{ICONS[found.status]} **{name}** · {status} · {amount}  \n{gate(found.advice)}"
        )


def import_result(report: ImportReport) -> None:
    """What became of each row, and the rejected rows to take away."""
    for file in report.files:
        st.markdown(f"**{escaped(str(file.file))}** · {t(f'kinds.{file.kind}')}")
        with st.container(horizontal=True):
            for name in ("read", "accepted", "duplicate", "rejected"):
                st.metric(t(f"result.{name}"), count(getattr(file, name)))
        for code, rows in file.reasons.items():
            st.markdown(f"- {count(rows)} × {escaped(reason(code))}")
    if any(file.rejected for file in report.files) and report.import_id is not None:
        st.download_button(
            t("result.download"),
            data=lambda: cache.rejected_csv(report.import_id),
            file_name="rejected.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )


def title_of_log(facts: Stamp) -> None:
    """The finding that needs no model: how much was recorded."""
    st.title(t("overview.title", users=count(facts.users), events=count(facts.events)))


def counted_facts(facts: Stamp, months: pd.DataFrame) -> None:
    """At most four numbers, each counted in the log."""
    with st.container(horizontal=True):
        for name in ("users", "items", "events"):
            st.metric(t(f"overview.{name}"), count(getattr(facts, name)), border=True)
        latest = cache.latest_whole_month(months, facts)
        label = t("overview.sales_month", month=f"{latest['month']:%Y-%m}")
        if facts.currency is None:
            st.metric(label, t("overview.no_prices"), help=t("overview.no_prices_why"), border=True)
        else:
            cents = int(latest["net_sales_cents"])
            st.metric(label, headline(cents, facts.currency), border=True)
    note(
        " ".join(
            [
                t("overview.span", first=day(facts.first_on), last=day(facts.last_on)),
                t("overview.partial"),
            ]
        )
    )
