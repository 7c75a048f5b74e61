"""The Method page: formulas with this data, assumptions, glossary, known limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

import streamlit as st

from engine.evaluation.examination import Method
from engine.reporting.formulas import Formula, symbol, symbol_text_key
from engine.reporting.text import t as words
from engine.reporting.text import words as every_word
from engine.simulation.scenario import Scenario
from engine.workbench import method
from engine.workbench.answers import Simulation
from engine.workbench.checking import Stamp
from engine.workbench.explained import Explanation, Part
from engine.workbench.pricing import PricingInputs
from pages._shared import cache, levers, method_tables, money_cache, numbers, state, tables, widgets
from pages._shared.text import count, escaped, t

SECTIONS = (*method.SECTIONS, "assumptions", "glossary", "limits")


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Whose data the formulas are shown with; no inputs before a run was trained."""

    facts: Stamp
    scenario: Scenario
    inputs: PricingInputs | None = None
    found: Simulation | None = None

    @property
    def said(self) -> dict[str, str]:
        """Where a file of this page comes from."""
        return tables.origin(self.facts.run_id, self.scenario)

    @property
    def currency(self) -> str | None:
        """Currency of the data."""
        return self.facts.currency

    @property
    def looks(self) -> Method | None:
        """What tells how slots are looked at; None without a run or of a log of orders."""
        calibration = None if self.inputs is None else self.inputs.valuation.calibration
        return None if calibration is None else calibration.examination.method


def reader(facts: Stamp) -> Reader:
    """Return what the page knows of the data."""
    if facts.run_id is None:
        return Reader(facts=facts, scenario=Scenario())
    run = cache.database(), facts.run_id
    inputs = money_cache.inputs(*run)
    scenario = levers.scenario(inputs.default_scenario, inputs.known)
    found = money_cache.quote(*run, scenario).simulation
    return Reader(facts=facts, scenario=scenario, inputs=inputs, found=found)


def heading(of: Reader) -> None:
    """The question, and what the three kinds of knowledge are."""
    st.title(t("method.title"))
    st.markdown(t("method.intro"))
    if of.inputs is None:
        st.info(t("method.no_run"), icon=":material/info:")
        widgets.link("pages/start/data.py", t("method.go_data"), ":material/database:")


def section() -> str:
    """Return which part of the page is asked for."""
    chosen = st.segmented_control(
        t("method.section"),
        SECTIONS,
        default=SECTIONS[0],
        format_func=lambda name: t(f"method.{name}"),
        required=True,
        key="method_section",
        persist_state="session",
    )
    return chosen or SECTIONS[0]


def draw(name: str, of: Reader) -> None:
    """Show one part of the page."""
    st.header(t(f"method.says_{name}"))
    others = {"assumptions": assumptions, "glossary": glossary, "limits": limits}
    if name in others:
        others[name](of)
        return
    explained = _explained(of)
    for one in method.taught(name):
        _formula(one, explained, of)
    widgets.note(t("method.indices"))
    table = method_tables.inputs(method.taught(name), explained, of.currency)
    if len(table.frame):
        title = t("method.with_data")
        tables.behind(table, of.said, key=f"formulas_{name}", title=title)


def assumptions(of: Reader) -> None:
    """Every lever: where it stands, its default, its range, and on whose word."""
    widgets.note(t("method.assumptions_note"))
    if of.inputs is None:
        widgets.note(t("method.assumptions_defaults"))
    frame = method.assumptions(of.inputs, of.scenario)
    shown, alt = method_tables.readable(frame, of.currency), t("method.says_assumptions")
    st.dataframe(shown, hide_index=True, alt=alt)
    table = method_tables.assumptions(frame, of.currency)
    tables.download(table, of.said, key="assumptions")


def glossary(of: Reader) -> None:
    """Words with their meaning, in both languages; searched by any part of them."""
    sought = st.text_input(t("method.search"), placeholder=t("method.search_hint")) or ""
    table = method_tables.glossary(sought)
    if table.frame.empty:
        st.info(t("method.nothing_found"), icon=":material/search_off:")
        return
    widgets.note(t("method.terms", count=count(len(table.frame))))
    st.table(table.shown(), hide_index=True)
    tables.download(table, {}, key="glossary")


def limits(of: Reader) -> None:
    """What the estimates cannot see."""
    known = [key for key in every_word(state.locale()) if key.startswith("limits.")]
    st.markdown("\n".join(f"- {escaped(words(key, state.locale()))}" for key in known))


def _explained(of: Reader) -> Mapping[str, Explanation]:
    """Return formula -> what it computes for this data."""
    if of.inputs is None or of.found is None:
        return {}
    known = method.number_of(of.inputs, of.scenario)
    return {
        key: numbers.explained(number, of.found, of.inputs, of.scenario)
        for key, number in known.items()
    }


def _formula(one: Formula, explained: Mapping[str, Explanation], of: Reader) -> None:
    with st.container(border=True):
        st.subheader(words(one.name_key, state.locale()))
        said, meant = st.columns(2)
        with said:
            st.markdown(words(one.sentence_key, state.locale()))
            numbers.maths(one.latex)
            if one.key == "examination" and of.looks is not None:
                st.markdown(words(f"examination.{of.looks}", state.locale()))
            widgets.note(" ".join(_sources(one, of)))
        with meant:
            st.markdown("\n".join(_symbols(one, explained, of)))
        if one.key == "content_score":
            _example()


def _symbols(one: Formula, explained: Mapping[str, Explanation], of: Reader) -> list[str]:
    """Return a line for each symbol, with its value where this data has one."""
    own = explained.get(one.key)
    parts = {} if own is None else {part.key: part for part in own.parts}
    known = method.known_parts(explained.values()) | parts
    lines = [_symbol(key, known.get(key), of) for key in one.symbols]
    rest = [part for key, part in parts.items() if key not in one.symbols]
    return [*lines, *(numbers.line(part, of.currency) for part in rest)]


def _symbol(key: str, part: Part | None, of: Reader) -> str:
    if part is None and "." in key:
        part = method.lever(of.inputs, of.scenario, key)
    if part is not None and isfinite(part.value):  # a lever of the log has no default
        return numbers.line(part, of.currency)
    return f"- ${symbol(key)}$ {escaped(words(symbol_text_key(key), state.locale()))}"


def _example() -> None:
    shown = method.worked_example()
    st.markdown(
        f"**{t('method.example')}** "
        + t(
            "method.example_text",
            user=", ".join(f"{part:g}" for part in shown.user),
            item=", ".join(f"{part:g}" for part in shown.item),
            product=f"{shown.product:.2f}",
            score=f"{shown.score:.4f}",
        )
    )


def _sources(one: Formula, of: Reader) -> list[str]:
    """Return for which logs a formula is, who published it, and where it is computed."""
    said = []
    if one.rung != "all":
        said.append(t(f"method.rung_{one.rung}"))
        if of.inputs is not None and method.rung_of(of.inputs) not in ("all", one.rung):
            said.append(t("method.not_yours"))
    if one.reference is not None:
        said.append(escaped(words(f"references.{one.reference}", state.locale())))
    code = ", ".join(f"`{name}`" for name in one.code)
    return [*said, t("method.computed_by", code=code)]
