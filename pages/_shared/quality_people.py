"""The Quality page by groups of people, and promises against what happened."""

import pandas as pd
import streamlit as st

from engine.evaluation.calibration_check import CalibrationCheck
from engine.evaluation.groups import GATHERED, GroupQuality
from engine.evaluation.quality import Quality
from engine.evaluation.review import sign
from engine.reporting import quality_charts
from engine.reporting.quality_charts import Axis, Dot
from engine.reporting.tables import Unit
from engine.workbench.quality import Judgement
from pages._shared import money_view, widgets
from pages._shared.quality_drawing import ahead_hover, axis, behind, draw, ends
from pages._shared.text import count, percent, t


def groups(judged: Judgement, metric: str) -> None:
    """For whom the lists are better than popular items, and for whom they are not."""
    quality = judged.quality
    st.header(t("quality.groups"))
    known = [group for group in quality.groups if group.is_known]
    small = sum(group.users for group in quality.groups if not group.is_known)
    if known:
        drawn = [_group(group, metric) for group in known]
        scale = axis(metric, ahead=True)
        alt = t("quality.groups_alt", count=sum(row.low > 0 for row in drawn), all=len(drawn))
        draw(quality_charts.dots(drawn, scale, money_view.palette()), alt, "groups")
        widgets.note(t("quality.groups_says"))
    if small:
        widgets.note(t("quality.groups_small", users=count(small)))
    if not any(group.kind == "segment" for group in quality.groups):
        widgets.note(t("quality.no_segments"))
    if known:
        frame = pd.DataFrame([_group_row(group, metric) for group in quality.groups])
        behind(frame, "quality_by_group", metric, note=t("quality.groups_note"))


def calibration(judged: Judgement) -> None:
    """Promised chances against what happened."""
    quality = judged.quality
    st.header(t("quality.calibration"))
    if not quality.calibration:
        widgets.note(t(f"quality.uncalibrated.{quality.calibration_reason}"))
        return
    found = _outcome(quality)
    outcome = t(f"quality.outcome.{found.outcome}")
    st.markdown(
        t(
            "quality.calibration_says",
            outcome=outcome,
            promised=_chance(found.promised),
            happened=_chance(found.happened.value),
            error=percent(found.relative_error),
            chance=percent(found.chance_error / max(found.happened.value, 1e-9)),
        )
    )
    rows = [_bin(found, place) for place in range(len(found.bins))]
    scale = Axis(title=t("quality.promised"), tick_format=_fine(found))
    figure = quality_charts.promises(
        rows,
        [part.promised for part in found.bins],
        scale,
        money_view.palette(),
        happened=t("quality.happened"),
        kept=t("quality.kept"),
    )
    alt = t("quality.calibration_alt", error=percent(found.relative_error), outcome=outcome)
    draw(figure, alt, "calibration")
    note = t(f"quality.calibration_note_{found.outcome}", days=f"{quality.days_ahead:.0f}")
    frame = pd.DataFrame(
        [
            {"promised": part.promised, **ends(part.happened), "rows": part.rows}
            for part in found.bins
        ]
    )
    units: dict[str, Unit] = dict.fromkeys(("promised", "value", "low", "high"), "share")
    behind(frame, "quality_calibration", "", note=note, units=units)


def _group_name(group: GroupQuality) -> str:
    if group.kind == "activity":
        return t(f"quality.activity.{group.name}", fewest=group.fewest, most=group.most)
    return t("quality.gathered") if group.name == GATHERED else group.name


def _group(group: GroupQuality, metric: str) -> Dot:
    found = group.difference[metric]
    name = _group_name(group)
    return Dot(
        label=t("quality.group_label", name=name, users=count(group.users)),
        role="ours",
        value=found.difference,
        low=found.low,
        high=found.high,
        hover=ahead_hover(name, found, metric),
    )


def _group_row(group: GroupQuality, metric: str) -> dict[str, object]:
    named: dict[str, object] = {"name": _group_name(group), "users": group.users}
    if not group.is_known:
        return {**named, "verdict": t("quality.too_few")}
    gap = ends(group.difference[metric])
    return {
        **named,
        "ours": group.ours[metric].value,
        "popularity": group.baseline[metric].value,
        **gap,
        "verdict": t(f"quality.sign_{sign(group.difference[metric])}"),
    }


def _outcome(quality: Quality) -> CalibrationCheck:
    """Ask of which promise, where there is more than one."""
    found = {check.outcome: check for check in quality.calibration}
    if len(found) == 1:
        return quality.calibration[0]
    chosen = st.segmented_control(
        t("quality.promise"),
        list(found),
        default=quality.calibration[0].outcome,
        format_func=lambda name: t(f"quality.promise_of.{name}"),
        required=True,
        key="quality_promise",
        persist_state="session",
    )
    return found[chosen]


def _chance(share: float) -> str:
    return percent(share) if share >= 0.01 else f"{share:.2%}"


def _fine(found: CalibrationCheck) -> str:
    return ".0%" if found.bins[-1].promised > 0.1 else ".1%"


def _bin(found: CalibrationCheck, place: int) -> Dot:
    part = found.bins[place]
    happened = part.happened
    return Dot(
        label=str(place),
        role="ours",
        value=happened.value,
        low=happened.low,
        high=happened.high,
        hover=t(
            "quality.hover_bin",
            promised=_chance(part.promised),
            value=_chance(happened.value),
            low=_chance(happened.low),
            high=_chance(happened.high),
            rows=count(part.rows),
        ),
    )
