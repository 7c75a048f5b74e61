"""The Quality page's words and numbers: the finding, how sure it is, what to look into."""

from datetime import UTC, datetime

import streamlit as st

from engine.evaluation.compare import BASELINE, Contrast
from engine.evaluation.quality import METRICS, PolicyQuality, Quality
from engine.evaluation.review import METRIC, Check, Fact, sign
from engine.reporting import money
from engine.reporting import text as words
from engine.workbench.quality import Judgement, Missing
from pages._shared import lists_view, state, widgets
from pages._shared.text import count, day, escaped, percent, t

SHARES = ("recall", "hit_rate", "coverage")
"""Measures that readers see as percent."""

LISTED = ("diversity", "novelty")
"""Measures of what lists are like, whatever people chose; each has a value per person."""

OWN_WORDS = ("ranked", "popularity", "random")
DRAWS = 100


def is_missing(judged: Judgement | Missing) -> bool:
    """Say why a run cannot tell how good its lists are, if so, and what helps."""
    if isinstance(judged, Judgement):
        return False
    st.title(t(f"quality.{judged.reason}_title"))
    st.write(t(f"quality.{judged.reason}_why"))
    if judged.reason == "older_run":
        lists_view.train_button(again=True)
    else:
        widgets.link(
            "pages/start/data.py", label=t("overview.go_data"), icon=":material/upload_file:"
        )
    return True


def headline(judged: Judgement) -> None:
    """The finding, and what it was found on."""
    quality = judged.quality
    st.title(t(f"quality.title_{judged.review.verdict}"))
    st.markdown(
        t(
            "quality.measured",
            users=count(quality.users),
            pairs=count(quality.pairs),
            since=day(datetime.fromtimestamp(quality.since, UTC).date()),
            until=day(datetime.fromtimestamp(quality.until, UTC).date()),
            k=quality.k,
        )
    )


def metric_choice() -> str:
    """Ask by which measure lists are compared, and say what it means."""
    chosen: str = st.segmented_control(
        t("quality.measure"),
        METRICS,
        default=METRIC,
        format_func=lambda name: t(f"quality.metric.{name}"),
        required=True,
        key="quality_metric",
        persist_state="session",
    )
    widgets.note(t(f"quality.about.{chosen}"))
    return chosen


def figures(judged: Judgement, metric: str) -> None:
    """Our lists, popular items, the difference, and how sure it is."""
    quality = judged.quality
    ours, base = quality.of(quality.ours), quality.of(BASELINE)
    if ours is None or base is None:
        return
    gain = ours.against[metric]
    shown = {
        "ours": value(metric, ours.values[metric].value),
        "popularity": value(metric, base.values[metric].value),
        "difference": change(metric, gain.difference),
        "users": count(quality.users),
    }
    with st.container(horizontal=True):
        for name, text in shown.items():
            st.metric(t(f"quality.figure_{name}"), text, help=t(f"quality.figure_{name}_help"))
    if judged.review.verdict == "few":
        widgets.note(t("quality.few"))
    else:
        st.markdown(_sure(metric, gain, base.values[metric].value))


def _sure(metric: str, gain: Contrast, base: float) -> str:
    """Return what a difference is called, its size beside the base, and how sure it is."""
    return t(
        f"quality.sure_{sign(gain)}",
        part=percent(abs(gain.difference) / base) if base > 0 else value(metric, gain.difference),
        low=change(metric, gain.low),
        high=change(metric, gain.high),
        draws=f"{gain.better * DRAWS:.0f}",
    )


def on_screen(judged: Judgement) -> None:
    """Say whose figure is flattered: people choose from what they see."""
    quality = judged.quality
    ours = quality.of(quality.ours)
    if not quality.delivered:
        widgets.note(t("quality.no_delivered"))
    for policy in (quality.of(name) for name in quality.delivered):
        if policy is None or ours is None:
            continue
        if policy.shown_share is None:
            st.info(t("quality.screen_unknown", name=escaped(policy.name)), icon=_EYE)
        elif policy.shown_share > 0:
            facts = {"share": percent(policy.shown_share), "own": percent(ours.shown_share or 0)}
            st.info(t("quality.screen", name=escaped(policy.name), **facts), icon=_EYE)


_EYE = ":material/visibility:"


def review(judged: Judgement) -> None:
    """One line per question: status, name, what was found and what helps."""
    with st.container(border=True):
        st.header(t("quality.review"))
        widgets.note(t(f"quality.review_{judged.review.worst}"))
        for check in judged.review.checks:
            name = t(f"quality.check.{check.name}", **_facts(check))
            status = t(f"quality.status.{check.status}")
            found = t(f"quality.found.{check.reason}", **_facts(check))
            icon = widgets.ICONS[check.status]
            st.markdown(f"{icon} **{name}** · {status}  \n:small[{found}]")


def method(judged: Judgement) -> None:
    """How all this was measured, and where to go next."""
    with st.expander(t("quality.method")):
        st.markdown(t("quality.method_text", items=count(judged.quality.items)))
    widgets.link(
        "pages/recommendations/lists.py", label=t("quality.go_lists"), icon=":material/list_alt:"
    )


def named_with_approach(quality: Quality, policy: str) -> str:
    """Return what readers call a way to make lists, with what it rests on."""
    approach = quality.approach(policy)
    name = name_of(quality, policy)
    if approach is None:
        return name
    return t("quality.named", name=name, approach=t(f"quality.approach.{approach}"))


def name_of(quality: Quality, policy: str) -> str:
    """Return what readers call a way to make lists."""
    if policy in quality.delivered:
        return t("quality.policy.delivered", name=policy)
    if policy in OWN_WORDS:
        return t(f"quality.policy.{policy}")
    return words.t(f"list_words.{policy}", state.locale())


def by_value(quality: Quality, metric: str) -> list[PolicyQuality]:
    """Return the policies, best first; equal ones in a fixed order."""
    order = [quality.ours, BASELINE]
    return sorted(
        quality.policies,
        key=lambda policy: (-policy.values[metric].value, policy.name not in order, policy.name),
    )


def value(metric: str, number: float) -> str:
    """Return a measure as readers see it."""
    if metric in SHARES:
        return percent(number)
    text = f"{abs(number):.3f}" if abs(number) < 1 else f"{abs(number):.2f}"
    return f"{money.MINUS}{text}" if number < 0 and float(text) else text


def change(metric: str, number: float) -> str:
    """Return a difference with its sign; of percentages in points."""
    text = f"{abs(number) * 100:.1f}" if metric in SHARES else f"{abs(number):.3f}"
    mark = "" if not float(text) else money.MINUS if number < 0 else "+"
    return t("quality.points", number=f"{mark}{text}") if metric in SHARES else f"{mark}{text}"


def _facts(check: Check) -> dict[str, str]:
    return {name: _fact(name, found) for name, found in check.facts.items()}


def _fact(name: str, found: Fact) -> str:
    if name == "policies":
        listed = [words.t(f"list_words.{policy}", state.locale()) for policy in _parts(found)]
        return t("quality.comma").join(listed)
    if name == "outcome":
        return t(f"quality.promise_of.{found}").lower()
    if isinstance(found, str):
        return escaped(found)
    if name == "gini":
        return f"{found:.2f}"
    return percent(found) if isinstance(found, float) else count(found)


def _parts(found: Fact) -> list[str]:
    return [part for part in str(found).split(",") if part]
