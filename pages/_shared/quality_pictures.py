"""The Quality page's pictures of policies, each with the table behind it."""

import pandas as pd
import streamlit as st

from engine.evaluation.quality import PLACES, PolicyQuality, Quality
from engine.evaluation.review import sign
from engine.reporting import quality_charts
from engine.reporting.quality_charts import Axis, Curve, Dot
from engine.reporting.tables import Unit
from engine.workbench.quality import Judgement
from pages._shared import money_view, widgets
from pages._shared.quality_drawing import (
    ahead_hover,
    axis,
    behind,
    draw,
    ends,
    role_of,
    ticks,
)
from pages._shared.quality_view import (
    LISTED,
    by_value,
    name_of,
    named_with_approach,
    value,
)
from pages._shared.text import count, t

REACH = ("coverage", "gini", "diversity", "novelty")


def policies(judged: Judgement, metric: str) -> None:
    """Every way to make lists, best first, with intervals."""
    quality = judged.quality
    rows = by_value(quality, metric)
    drawn = [
        Dot(
            label=named_with_approach(quality, row.name),
            role=role_of(quality, row.name),
            value=row.values[metric].value,
            low=row.values[metric].low,
            high=row.values[metric].high,
            hover=t(
                "quality.hover",
                name=name_of(quality, row.name),
                value=value(metric, row.values[metric].value),
                low=value(metric, row.values[metric].low),
                high=value(metric, row.values[metric].high),
            ),
        )
        for row in rows
    ]
    st.header(t("quality.policies"))
    best = name_of(quality, rows[0].name)
    alt = t("quality.policies_alt", best=best, metric=t(f"quality.metric.{metric}"))
    draw(quality_charts.dots(drawn, axis(metric), money_view.palette()), alt, "policies")
    frame = pd.DataFrame(
        [
            {
                "name": name_of(quality, row.name),
                "approach": _approach(quality, row.name),
                **ends(row.values[metric]),
            }
            for row in rows
        ]
    )
    behind(frame, "quality_policies", metric)


def differences(judged: Judgement, metric: str) -> None:
    """How far each way is ahead of popular items, user by user."""
    quality = judged.quality
    rows = sorted(
        (row for row in quality.policies if row.against),
        key=lambda row: -row.against[metric].difference,
    )
    drawn = [
        Dot(
            label=name_of(quality, row.name),
            role=role_of(quality, row.name),
            value=row.against[metric].difference,
            low=row.against[metric].low,
            high=row.against[metric].high,
            hover=ahead_hover(name_of(quality, row.name), row.against[metric], metric),
        )
        for row in rows
    ]
    st.header(t("quality.differences"))
    alt = t("quality.differences_alt", count=sum(row.low > 0 for row in drawn), all=len(drawn))
    figure = quality_charts.dots(drawn, axis(metric, ahead=True), money_view.palette())
    draw(figure, alt, "differences")
    frame = pd.DataFrame(
        [
            {
                "name": name_of(quality, row.name),
                **ends(row.against[metric]),
                "better": row.against[metric].better,
                "verdict": t(f"quality.sign_{sign(row.against[metric])}"),
            }
            for row in rows
        ]
    )
    behind(frame, "quality_differences", metric, note=t("quality.differences_note"))


def curve(judged: Judgement, metric: str) -> None:
    """How the measure grows with the length of the list."""
    quality = judged.quality
    lines = [_line(quality, name, metric) for name in quality.curves]
    st.header(t("quality.curve"))
    scale = Axis(title="", tick_format=ticks(metric))
    figure = quality_charts.curves(lines, PLACES, scale, t("quality.place"), money_view.palette())
    alt = t("quality.curve_alt", metric=t(f"quality.metric.{metric}"))
    draw(figure, alt, "curve")
    frame = pd.DataFrame(
        [
            {"name": name_of(quality, name), "place": place, **ends(found)}
            for name, by_metric in quality.curves.items()
            for place, found in zip(PLACES, by_metric[metric], strict=True)
        ]
    )
    behind(frame, "quality_by_length", metric, note=t("quality.curve_note"))


def reach(judged: Judgement) -> None:
    """How much of the catalogue lists show, and how evenly."""
    quality = judged.quality
    st.header(t("quality.reach"))
    chosen: str = st.segmented_control(
        t("quality.measure"),
        [name for name in REACH if name == "gini" or name in quality.policies[0].values],
        default=REACH[0],
        format_func=lambda name: t(f"quality.metric.{name}"),
        required=True,
        key="quality_reach",
        persist_state="session",
    )
    widgets.note(t(f"quality.about.{chosen}", items=count(quality.items)))
    rows = sorted((_reach(quality, row, chosen) for row in quality.policies), key=_by_size)
    scale = Axis(title="", tick_format=".0%" if chosen == "coverage" else ".2~f")
    alt = t("quality.reach_alt", metric=t(f"quality.metric.{chosen}"), most=rows[0].label)
    draw(quality_charts.dots(rows, scale, money_view.palette()), alt, "reach")
    frame = pd.DataFrame([_reach_row(quality, row) for row in quality.policies])
    units: dict[str, Unit] = dict.fromkeys(frame.columns[2:], "number")
    units |= {"coverage": "share", "shown": "share", "items_for_half": "count"}
    behind(frame, "quality_reach", "", note=t("quality.reach_note"), units=units)


def _line(quality: Quality, name: str, metric: str) -> Curve:
    found = quality.curves[name][metric]
    label = name_of(quality, name)
    return Curve(
        label=label,
        role=role_of(quality, name),
        values=[part.value for part in found],
        low=[part.low for part in found],
        high=[part.high for part in found],
        hover=[
            t(
                "quality.hover_place",
                name=label,
                place=place,
                value=value(metric, part.value),
                low=value(metric, part.low),
                high=value(metric, part.high),
            )
            for place, part in zip(PLACES, found, strict=True)
        ],
    )


def _reach(quality: Quality, row: PolicyQuality, chosen: str) -> Dot:
    name = name_of(quality, row.name)
    if chosen == "gini":
        middle = low = high = row.gini
    else:
        found = row.values[chosen]
        middle, low, high = found.value, found.low, found.high
    shown = t(
        "quality.hover",
        name=name,
        **{
            part: value(chosen, number)
            for part, number in (("value", middle), ("low", low), ("high", high))
        },
    )
    counted = t("quality.hover_counted", name=name, value=value(chosen, middle))
    return Dot(
        label=name,
        role=role_of(quality, row.name),
        value=middle,
        low=low,
        high=high,
        hover=shown if low < high else counted,
    )


def _approach(quality: Quality, policy: str) -> str:
    approach = quality.approach(policy)
    return "" if approach is None else t(f"quality.approach.{approach}")


def _by_size(row: Dot) -> tuple[float, str]:
    return -row.value, row.label


def _reach_row(quality: Quality, row: PolicyQuality) -> dict[str, object]:
    found: dict[str, object] = {
        "name": name_of(quality, row.name),
        "approach": _approach(quality, row.name),
        "coverage": row.values["coverage"].value,
        "gini": row.gini,
        "items_for_half": row.items_for_half,
    }
    for name in LISTED:
        if name in row.values:
            middle = row.values[name]
            gap = row.against.get(name)
            found |= {
                name: middle.value,
                f"{name}_low": middle.low,
                f"{name}_high": middle.high,
                f"{name}_ahead": None if gap is None else gap.difference,
                f"{name}_ahead_low": None if gap is None else gap.low,
                f"{name}_ahead_high": None if gap is None else gap.high,
            }
    return found if row.shown_share is None else {**found, "shown": row.shown_share}
