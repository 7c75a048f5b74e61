"""The Behaviour page: its finding, its four numbers, steps and coming back."""

import pandas as pd
import streamlit as st

from engine.evaluation.audience import per
from engine.reporting import behaviour_charts, charts
from engine.reporting.behaviour_charts import Bars
from engine.reporting.tables import Table
from engine.workbench.behaviour import UNITS, Behaviour, Funnel, Step, Unit
from engine.workbench.checking import Stamp
from pages._shared import (
    behaviour_cache,
    behaviour_days_view,
    behaviour_groups_view,
    behaviour_tables,
    cache,
    money_view,
    tables,
    widgets,
)
from pages._shared.text import count, percent, t

VIEWS = ("steps", "back", "days", "searches", "segments")


def empty() -> None:
    """Say that there is nothing to count yet, and offer the sample."""
    st.title(t("behaviour.empty_title"))
    st.write(t("behaviour.empty_why"))
    widgets.sample_button()
    widgets.note(t("sample.what"))
    widgets.link("pages/start/data.py", label=t("overview.go_data"), icon=":material/upload_file:")


def silent(people: Behaviour) -> None:
    """Say that nobody did anything."""
    st.title(t("behaviour.silent_title"))
    st.write(t("behaviour.silent_why", bots=count(people.bots)))
    widgets.link("pages/start/data.py", label=t("behaviour.go_load"), icon=":material/upload_file:")


def title(people: Behaviour, facts: Stamp) -> None:
    """The finding: how many of those who begin reach the goal, else how many come back."""
    found = _funnel(people, facts, UNITS[0])
    if found is not None:
        st.title(_steps_title(found))
    elif (said := behaviour_days_view.back_title(people.retention)) is not None:
        st.title(said)
    else:
        st.title(behaviour_days_view.days_title(people.activity))


def figures(people: Behaviour, facts: Stamp) -> None:
    """At most four numbers, each counted in the log; what is unknown is left out."""
    back, period = people.retention.back_after(1), people.retention.period
    month = people.activity.month_users
    shown: dict[str, tuple[str, str | None]] = {}
    if month is None:
        shown[t("behaviour.users")] = count(facts.users - people.bots), None
    else:
        shown[t("behaviour.active")] = count(month), t("behaviour.active_help")
    missed = people.searches.missed
    for label, share, why in (
        ("stickiness", people.activity.stickiness, "stickiness_help"),
        (f"back_{period}", back, "back_help"),
        ("missed", None if missed is None else missed / people.searches.total, "missed_help"),
    ):
        if share is not None:
            shown[t(f"behaviour.{label}")] = percent(share), t(f"behaviour.{why}")
    with st.container(horizontal=True):
        for label, (value, why) in shown.items():
            st.metric(label, value, help=why)
    said = "behaviour.bots" if people.bots else "behaviour.bots_none"
    widgets.note(t(said, bots=count(people.bots)))


def view(people: Behaviour, facts: Stamp) -> str:
    """Ask what to look at; a log without steps opens with who comes back."""
    first = "steps" if _funnel(people, facts, UNITS[0]) else "back"
    chosen = st.segmented_control(
        t("behaviour.view"),
        VIEWS,
        default=first,
        format_func=lambda name: t(f"behaviour.view_{name}"),
        required=True,
        key="behaviour_view",
        persist_state="session",
        label_visibility="collapsed",
    )
    return chosen or first


def draw(name: str, people: Behaviour, facts: Stamp) -> None:
    """Draw one view; the others cost nothing."""
    said = tables.origin(facts.run_id)
    if name == "steps":
        steps(people, facts, said)
    elif name == "back":
        behaviour_days_view.back(people.retention, said)
    elif name == "days":
        behaviour_days_view.days(people.activity, facts, said)
    elif name == "searches":
        behaviour_groups_view.searches(people.searches, said)
    else:
        behaviour_groups_view.segments(people, facts, said)


def next_step(people: Behaviour, facts: Stamp) -> None:
    """What would tell most more: data that is missing, else the lists."""
    missing = people.missing[0] if people.missing else "nothing"
    st.info(
        f"**{t('behaviour.next_step')}** {t(f'behaviour.missing.{missing}')}",
        icon=":material/arrow_forward:",
    )
    data = "pages/start/data.py"
    if people.missing:
        widgets.link(data, label=t("behaviour.go_load"), icon=":material/upload_file:")
    elif facts.run_id is None:
        widgets.link(data, label=t("behaviour.go_train"), icon=":material/model_training:")
    else:
        lists = "pages/recommendations/lists.py"
        widgets.link(lists, label=t("behaviour.go_lists"), icon=":material/list_alt:")


def steps(people: Behaviour, facts: Stamp, said: dict[str, str]) -> None:
    """How far people get, and where most are lost."""
    if _funnel(people, facts, UNITS[0]) is None:
        st.header(t("behaviour.steps.none"))
        st.write(t("behaviour.steps.none_load"))
        return
    found = _funnel(people, facts, unit := _unit())
    if found is None:
        st.write(t("behaviour.steps.none_unit"))
        return
    before, after = found.narrowest
    share = percent(found.of_previous(after) or 0.0)
    names = {"before": _step(before), "after": _step(after)}
    st.header(t("behaviour.steps.lost", share=share, **names))
    figure = behaviour_charts.bars(_step_bars(found), money_view.palette())
    alt = t(
        "behaviour.steps.alt",
        unit=t(f"behaviour.unit.{unit}"),
        share=percent(found.overall),
        goal=_step(found.goal),
    )
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="behaviour_steps")
    note = t("behaviour.steps.note", unit=t(f"behaviour.unit.{unit}_help"))
    has_kept = any(step.name == "kept" for step in found.steps)
    widgets.note(f"{note} {t('behaviour.steps.note_kept')}" if has_kept else note)
    if "impressions" in people.missing:
        widgets.note(t("behaviour.steps.no_impressions"))
    title = t("behaviour.steps.table")
    tables.behind(_step_table(found), said, key=f"steps_by_{unit}", title=title)


def _unit() -> Unit:
    chosen = st.segmented_control(
        t("behaviour.unit.label"),
        UNITS,
        default=UNITS[0],
        format_func=lambda name: t(f"behaviour.unit.{name}"),
        required=True,
        key="behaviour_unit",
        persist_state="session",
    )
    return chosen or UNITS[0]


def _funnel(people: Behaviour, facts: Stamp, unit: Unit) -> Funnel | None:
    """Return the steps; None without two of them, which a log of orders need not count."""
    if not people.has_funnel:
        return None
    found = behaviour_cache.funnel(cache.database(), facts.data_version, unit)
    return found if len(found.steps) > 1 and found.steps[0].reached else None


def _step(step: Step) -> str:
    return t(f"behaviour.step.{step.name}")


def _steps_title(found: Funnel) -> str:
    first, goal = found.steps[0], found.goal
    number, base = per(goal.reached, first.reached)
    return t(
        "behaviour.steps.title",
        base=count(base),
        number=count(number),
        first=t(f"behaviour.from.{first.name}"),
        goal=t(f"behaviour.to.{goal.name}"),
    )


def _step_bars(found: Funnel) -> Bars:
    shares = [percent(found.of(step)) for step in found.steps]
    beside = [
        t("behaviour.steps.beside", reached=count(step.reached), share=share)
        for step, share in zip(found.steps, shares, strict=True)
    ]
    return Bars(
        names=[_step(step) for step in found.steps],
        values=[float(step.reached) for step in found.steps],
        beside=beside,
        hover=[_step_hover(found, step) for step in found.steps],
        subject="sales" if found.goal.name == "bought" else "total",
        strong=[step == found.goal for step in found.steps],
    )


def _step_hover(found: Funnel, step: Step) -> str:
    facts = {"reached": count(step.reached), "events": count(step.events)}
    previous = found.of_previous(step)
    if previous is None:
        return t("behaviour.steps.hover_first", **facts)
    shares = {"of_previous": percent(previous), "of_first": percent(found.of(step))}
    return t("behaviour.steps.hover", **facts, **shares)


def _step_table(found: Funnel) -> Table:
    frame = pd.DataFrame(
        {
            "step": [_step(step) for step in found.steps],
            "reached": [step.reached for step in found.steps],
            "of_previous": [found.of_previous(step) for step in found.steps],
            "of_first": [found.of(step) for step in found.steps],
            "users": [step.users for step in found.steps],
            "events": [step.events for step in found.steps],
        }
    ).astype({"of_previous": float})
    units = {"step": "text", "of_previous": "share", "of_first": "share"}
    return behaviour_tables.labelled(frame, "steps", units)
