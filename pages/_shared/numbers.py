"""Numbers that explain themselves: an amount, what kind of knowledge it is, its formula."""

from typing import Any

import streamlit as st

from engine.business.base import Grade
from engine.reporting import money as amounts
from engine.reporting.formulas import formula as formula_of
from engine.reporting.text import t as words
from engine.simulation.scenario import Scenario
from engine.workbench import explaining
from engine.workbench.answers import Simulation
from engine.workbench.explained import Explanation, Kind, Part
from engine.workbench.pricing import PricingInputs
from pages._shared import cache, levers, money_cache, state, widgets
from pages._shared.text import count as whole
from pages._shared.text import day, escaped, percent, t

ICONS: dict[str, str] = {
    "measured": ":material/straighten:",
    "estimated": ":material/insights:",
    "assumed": ":material/edit:",
}
FAR = 0.02
"""Relative distance from which a mean is told beside the value of a slider."""


def badge(kind: Kind, grade: Grade | None = None) -> None:
    """Say whether a number is measured, estimated or assumed, by icon and word."""
    widgets.note(badge_text(kind, grade))


def kind_of(number: str, found: Simulation) -> None:
    """Say of what kind a number of a price is."""
    given = asked(found)
    badge(*explaining.knowledge(given["inputs"], given["scenario"], number))


def badge_text(kind: Kind, grade: Grade | None = None) -> str:
    """Return the same as Markdown, for sentences."""
    return f"{ICONS[kind]} {kind_text(kind, grade)}"


def kind_text(kind: Kind, grade: Grade | None = None) -> str:
    """Return the same in words, for tables."""
    word = t(f"explain.{kind}")
    return word if grade is None else t("explain.graded", kind=word, grade=grade)


def money(
    label: str,
    cents: float,
    *,
    number: str,
    found: Simulation,
    inputs: PricingInputs,
    scenario: Scenario,
    delta: str | None = None,
    name: str = "",
    place: str = "",
) -> None:
    """Show an amount with its kind and, behind a button, how it is computed.

    Parameters
    ----------
    number : str
        One of ``explaining.numbers``.
    name : str
        What the number is called beside its button, where the label alone is no name.
    place : str
        Tells two buttons for one number apart where a page has both.
    """
    text = amounts.headline(cents, found.currency, state.locale())
    st.metric(label, text, delta=delta, delta_arrow="off", delta_color="off")
    shown = name or label
    how(shown, number=number, found=found, inputs=inputs, scenario=scenario, place=place)


def count(
    label: str,
    value: str,
    *,
    number: str,
    found: Simulation,
    inputs: PricingInputs,
    scenario: Scenario,
    delta: str | None = None,
    hint: str | None = None,
    place: str = "",
) -> None:
    """Show a number that is no money, already written as readers see it."""
    st.metric(label, value, delta=delta, delta_arrow="off", delta_color="off", help=hint)
    how(label, number=number, found=found, inputs=inputs, scenario=scenario, place=place)


def asked(found: Simulation) -> dict[str, Any]:
    """Return what ``money``, ``count`` and ``how`` need beside the number of a price."""
    inputs = money_cache.inputs(cache.database(), found.run_id)
    scenario = levers.scenario(inputs.default_scenario, inputs.known)
    return {"found": found, "inputs": inputs, "scenario": scenario}


def how(
    label: str,
    *,
    number: str,
    found: Simulation,
    inputs: PricingInputs,
    scenario: Scenario,
    place: str = "",
) -> None:
    """Show the kind of a number and a button that opens its formula."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        text = f":small[{badge_text(*explaining.knowledge(inputs, scenario, number))}]"
        st.markdown(text, width="content")
        formula(label, number, found, inputs, scenario, place=place)


def sentence(text: str, label: str, *, number: str, found: Simulation, place: str = "") -> None:
    """Show a sentence that has a number in it, with the button beside it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown(text, width="content")
        formula(label, number, place=place, **asked(found))


def formula(
    label: str,
    number: str,
    found: Simulation,
    inputs: PricingInputs,
    scenario: Scenario,
    *,
    place: str = "",
) -> None:
    """Show a button that opens how a number is computed; drawn when it is opened."""
    panel = st.popover(
        t("explain.how", name=label),
        type="tertiary",
        icon=":material/function:",
        key="_".join(("how", number, place)),
        on_change="rerun",
    )
    if panel.open:
        with panel:
            _explanation(explained(number, found, inputs, scenario), label)


def explained(
    number: str, found: Simulation, inputs: PricingInputs, scenario: Scenario
) -> Explanation:
    """Return how a number comes about, from the price that the page has already."""
    run = cache.database(), inputs.run_id
    return explaining.explain(
        inputs,
        scenario,
        number,
        policy=found.policy,
        baseline=found.baseline,
        quoted=money_cache.quote(*run, scenario, found.baseline),
        stamp=cache.stamp(),
    )


def _explanation(shown: Explanation, label: str) -> None:
    """Formula, how far it spreads, inputs, what moves them, and what data it speaks of."""
    st.markdown(f"**{escaped(label)}**")
    maths(shown.formula)
    st.markdown(words(formula_of(shown.formula_key).sentence_key, state.locale()))
    for text in _spread(shown):
        widgets.note(text)
    if shown.parts:
        st.markdown("\n".join(line(part, shown.currency) for part in shown.parts))
    if shown.behind:
        st.markdown(f"**{t('explain.behind')}**")
        st.markdown("\n".join(line(part, shown.currency) for part in shown.behind))
    if shown.as_of is not None:
        trained = "–" if shown.trained_at is None else day(shown.trained_at.date())
        run = escaped(shown.run_id)
        widgets.note(t("explain.as_of", last=day(shown.as_of), trained=trained, run=run))
    # also what a keyboard reaches a long panel by, to scroll it
    widgets.link("pages/trust/method.py", t("explain.all"), ":material/functions:")


def maths(latex: str) -> None:
    """Show a formula over the whole width.

    Not ``st.latex``: its box is as wide as the formula, two pixels too narrow for slanted
    letters, and becomes a scrolled area that no keyboard reaches.
    """
    st.markdown(f"$$\n{latex}\n$$")


def line(part: Part, currency: str | None) -> str:
    """Return one input: letter, value, name, kind, source."""
    letter = f"${part.symbol}$ = " if part.symbol else ""
    name = words(part.text_key, state.locale())
    head = f"- {letter}**{value(part.value, part.unit, currency)}** {escaped(name)}"
    if abs(part.mean - part.value) > FAR * abs(part.value):
        mean = value(part.mean, part.unit, currency)
        head = f"{head} ({t('explain.on_average', value=mean)})"
    source = (
        "" if part.source_code is None else words(f"sources.{part.source_code}", state.locale())
    )
    return f"{head}  \n  :small[{badge_text(part.kind, part.grade)} · {escaped(source)}]"


def _spread(shown: Explanation) -> list[str]:
    spread, unit = shown.spread, shown.unit
    if spread is None:
        return []
    low, middle, high, mean = (
        value(number, unit, shown.currency)
        for number in (spread.p10, spread.p50, spread.p90, spread.mean)
    )
    key = shown.interval or "estimate"
    lines = [t(f"explain.interval_{key}", low=low, middle=middle, high=high, mean=mean)]
    if shown.attributed is not None:
        through = value(shown.attributed, unit, shown.currency)
        lines.append(t("explain.both", attributed=through, incremental=mean))
    return lines


def value(number: float, unit: str, currency: str | None) -> str:
    """Return a number with its unit, as Markdown."""
    return f"{bare(number, unit, currency)} {t(f'explain.units.{unit}')}".strip()


def bare(number: float, unit: str, currency: str | None) -> str:
    """Return a number with no more of its unit than a currency or a percent sign."""
    return escaped(plain(number, unit, currency))


def plain(number: float, unit: str, currency: str | None) -> str:
    """Return the same for tables, which are no Markdown."""
    if unit.startswith("cents"):
        return amounts.headline(number, currency, state.locale())
    if unit.startswith("share"):
        return percent(number)
    if abs(number) >= 1_000 or (unit.startswith("count") and abs(number) >= 10):
        return whole(number)
    return f"{number:.3g}".replace("-", amounts.MINUS)
