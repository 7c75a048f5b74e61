"""The Quality page: every measure at once, and what each part of the ranker adds."""

import pandas as pd
import streamlit as st

from engine.evaluation.ablation import Ablation, Part
from engine.evaluation.compare import BASELINE, Contrast
from engine.evaluation.quality import METRICS, PolicyQuality
from engine.evaluation.review import sign
from engine.reporting import quality_charts
from engine.reporting import text as words
from engine.reporting.quality_charts import Axis, Dot
from engine.reporting.tables import Unit
from engine.workbench.checking import Stamp
from engine.workbench.quality import Judgement
from pages._shared import cache, money_view, quality_cache, state, widgets, work
from pages._shared.quality_drawing import behind, draw, ends, ticks
from pages._shared.quality_view import LISTED, SHARES, change, name_of, value
from pages._shared.text import count, escaped, t


def measures(judged: Judgement) -> None:
    """Our lists and popular items by every measure, with the paired difference."""
    quality = judged.quality
    ours, base = quality.of(quality.ours), quality.of(BASELINE)
    if ours is None or base is None:
        return
    rows = [
        {
            "measure": t(f"quality.metric.{name}"),
            "ours": value(name, ours.values[name].value),
            "popularity": value(name, base.values[name].value),
            "difference": change(name, ours.against[name].difference),
            "interval": _interval(name, ours.against[name]),
            "verdict": _verdict(name, ours.against[name]),
        }
        for name in (*METRICS, *LISTED)
        if name in ours.against
    ]
    st.header(t("quality.measures"))
    frame = pd.DataFrame(rows)
    st.dataframe(
        frame.rename(columns={name: t(f"quality.column.{name}") for name in frame}),
        hide_index=True,
        alt=t("quality.measures_alt"),
    )
    whole = [part for policy in quality.policies for part in _all_of(judged, policy)]
    units: dict[str, Unit] = dict.fromkeys(("value", "low", "high"), "number")
    units |= dict.fromkeys(("difference", "difference_low", "difference_high"), "number")
    note = t("quality.measures_note")
    behind(pd.DataFrame(whole), "quality_measures", "", note=note, units=units)


def ablation(facts: Stamp, metric: str) -> None:
    """What the lists lose without each source and each group of features."""
    key = cache.database(), facts.run_id or "", facts.trained_at
    found = quality_cache.ablation(*key)
    if found is None:
        st.header(t("quality.parts"))
        work.button(
            "ablate",
            t("quality.parts_button"),
            ":material/science:",
            quality_cache.ablate,
            _keep_nothing,
            why=t("quality.parts_why"),
        )
        return
    rows = sorted(found.parts, key=lambda part: -part.loss[metric].difference)
    st.header(_finding(rows[0], metric))
    drawn = [_dot(part, metric) for part in rows]
    title = t("quality.parts_points" if metric in SHARES else "quality.parts_axis")
    scale = Axis(title=title, tick_format=ticks(metric), from_zero=False)
    needed = sum(part.loss[metric].low > 0 for part in rows)
    alt = t("quality.parts_alt", needed=count(needed), all=count(len(rows)))
    draw(quality_charts.dots(drawn, scale, money_view.palette()), alt, "parts")
    widgets.note(t("quality.parts_says", users=count(found.users)))
    frame = pd.DataFrame([_row(part, metric) for part in rows])
    note = t("quality.parts_note", value=value(metric, found.full[metric].value))
    behind(frame, "quality_parts", metric, note=note, units=_part_units(metric))


def part_name(part: Part) -> str:
    """Return what readers call a source or a group of features."""
    if part.kind == "source":
        return words.t(f"list_words.{part.name}", state.locale())
    return t(f"quality.part.{part.name}")


def _finding(first: Part, metric: str) -> str:
    loss = first.loss[metric]
    if sign(loss) != "better":
        return t("quality.parts_none")
    size = change(metric, loss.difference).removeprefix("+")
    name = t(f"quality.metric.{metric}")
    return t("quality.parts_first", name=escaped(part_name(first)), size=size, metric=name)


def _dot(part: Part, metric: str) -> Dot:
    loss = part.loss[metric]
    name = part_name(part)
    return Dot(
        label=t(f"quality.part_label_{part.kind}", name=name),
        role="ours" if sign(loss) == "better" else "other",
        value=loss.difference,
        low=loss.low,
        high=loss.high,
        hover=t(
            "quality.hover_part",
            name=name,
            loss=change(metric, loss.difference),
            low=change(metric, loss.low),
            high=change(metric, loss.high),
            without=value(metric, part.without[metric].value),
            verdict=t(f"quality.part_{sign(loss)}"),
        ),
    )


def _row(part: Part, metric: str) -> dict[str, object]:
    loss, without = part.loss[metric], part.without[metric]
    return {
        "part": part_name(part),
        "kind": t(f"quality.kind_{part.kind}"),
        "loss": loss.difference,
        "loss_low": loss.low,
        "loss_high": loss.high,
        "better": loss.better,
        "without": without.value,
        "without_low": without.low,
        "without_high": without.high,
        "outcome": t(f"quality.part_{sign(loss)}"),
    }


def _part_units(metric: str) -> dict[str, Unit]:
    names = ("loss", "loss_low", "loss_high", "without", "without_low", "without_high")
    own: Unit = "share" if metric in SHARES else "number"
    return {**dict.fromkeys(names, own), "better": "share"}


def _all_of(judged: Judgement, policy: PolicyQuality) -> list[dict[str, object]]:
    rows = []
    for name in (*METRICS, *LISTED):
        if name not in policy.values:
            continue
        gap = policy.against.get(name)
        rows.append(
            {
                "name": name_of(judged.quality, policy.name),
                "measure": t(f"quality.metric.{name}"),
                **ends(policy.values[name]),
                "difference": None if gap is None else gap.difference,
                "difference_low": None if gap is None else gap.low,
                "difference_high": None if gap is None else gap.high,
                "verdict": "" if gap is None else _verdict(name, gap),
            }
        )
    return rows


def _verdict(metric: str, found: Contrast) -> str:
    """Return what a difference is called; more variety is not better by itself."""
    kind = "listed" if metric in LISTED else "sign"
    return t(f"quality.{kind}_{sign(found)}")


def _interval(metric: str, found: Contrast) -> str:
    return t("quality.interval", low=change(metric, found.low), high=change(metric, found.high))


def _keep_nothing(found: Ablation) -> None:
    """The result lies beside the run."""
