"""Tables of the Method page: inputs, assumptions, words."""

from collections.abc import Mapping, Sequence
from math import isfinite

import pandas as pd

from engine.reporting.formulas import Formula
from engine.reporting.tables import Column, Table, Unit
from engine.reporting.text import t as words
from engine.reporting.text import words as every_word
from engine.simulation.levers import find_lever
from engine.workbench.explained import Explanation, Part
from pages._shared import numbers, state
from pages._shared.text import t

CENTS, PERCENT = 100.0, 100.0
IN_UNITS = ("here", "known", "default", "low", "high", "slider_low", "slider_high")
GLOSSARY = ("term", "other", "means")


def inputs(
    taught: Sequence[Formula], explained: Mapping[str, Explanation], currency: str | None
) -> Table:
    """Return the inputs of several formulas with this data, a row each."""
    rows = [
        {"formula": words(one.name_key, state.locale()), **_input(part, currency)}
        for one in taught
        if one.key in explained
        for part in (*explained[one.key].parts, *explained[one.key].behind)
    ]
    names = ("formula", "input", "symbol", "value", "mean", "unit", "kind", "grade", "source")
    units: dict[str, Unit] = {"value": "number", "mean": "number"}
    return Table(frame=pd.DataFrame(rows, columns=names), columns=_columns(names, units))


def assumptions(frame: pd.DataFrame, currency: str | None) -> Table:
    """Return every lever in the units that readers use."""
    factor = frame["unit"].map(_factor)
    shown = frame.assign(
        name=[words(find_lever(key).text_key, state.locale()) for key in frame["key"]],
        unit=[_unit(unit, currency) for unit in frame["unit"]],
        kind=[t(f"explain.{kind}") for kind in frame["kind"]],
        source=[words(f"sources.{code}", state.locale()) for code in frame["source_code"]],
        used=[t("method.word.yes" if used else "method.word.no") for used in frame["used"]],
        **{name: frame[name].astype(float) * factor for name in IN_UNITS},
    )
    names = ("name", *IN_UNITS[:5], "unit", "kind", "grade", "used", "source", *IN_UNITS[5:])
    units: dict[str, Unit] = dict.fromkeys(IN_UNITS, "number")
    return Table(frame=shown, columns=_columns(names, units))


def readable(frame: pd.DataFrame, currency: str | None) -> pd.DataFrame:
    """Return every lever as a reader reads it: numbers with their unit, ranges in one cell."""

    def said(number: float, unit: str) -> str:
        return numbers.plain(number, unit, currency) if isfinite(number) else "–"

    def between(low: float, high: float, unit: str) -> str:
        ends = said(low, unit), said(high, unit)
        return t("method.between", low=ends[0], high=ends[1]) if isfinite(low) else "–"

    rows = [
        {
            "name": _named(row.key, row.unit),
            "here": said(row.here, row.unit),
            "known": said(row.known, row.unit),
            "default": said(row.default, row.unit),
            "range": between(row.low, row.high, row.unit),
            "slider": between(row.slider_low, row.slider_high, row.unit),
            "kind": numbers.kind_text(row.kind, row.grade or None),
            "source": words(f"sources.{row.source_code}", state.locale()),
            "used": t("method.word.yes" if row.used else "method.word.no"),
        }
        for row in frame.itertuples()
    ]
    names = {name: t(f"method.column.{name}") for name in rows[0]}
    return pd.DataFrame(rows).rename(columns=names)


def glossary(sought: str) -> Table:
    """Return the words that hold what is sought, in either language or in their meaning."""
    known = every_word(state.locale())
    keys = [key.rpartition(".")[2] for key in known if key.startswith("glossary.term.")]
    rows = [{part: known[f"glossary.{part}.{key}"] for part in GLOSSARY} for key in keys]
    part = sought.strip().casefold()
    kept = [row for row in rows if part in " ".join(row.values()).casefold()]
    kept.sort(key=lambda row: row["term"].casefold())
    frame = pd.DataFrame(kept, columns=list(GLOSSARY))
    return Table(frame=frame, columns=_columns(GLOSSARY, {}))


def _named(key: str, unit: str) -> str:
    """Return the name of a lever with its unit, unless the numbers carry it."""
    name, said = words(find_lever(key).text_key, state.locale()), t(f"explain.units.{unit}")
    return t("method.in_unit", name=name, unit=said) if said else name


def _input(part: Part, currency: str | None) -> dict[str, object]:
    factor = _factor(part.unit)
    source = part.source_code
    return {
        "input": words(part.text_key, state.locale()),
        "symbol": part.symbol,
        "value": part.value * factor,
        "mean": part.mean * factor,
        "unit": _unit(part.unit, currency),
        "kind": t(f"explain.{part.kind}"),
        "grade": part.grade or "",
        "source": "" if source is None else words(f"sources.{source}", state.locale()),
    }


def _columns(names: Sequence[str], units: Mapping[str, Unit]) -> list[Column]:
    return [
        Column(name=name, label=t(f"method.column.{name}"), unit=units.get(name, "text"))
        for name in names
    ]


def _factor(unit: str) -> float:
    if unit.startswith("cents"):
        return 1.0 / CENTS
    return PERCENT if unit.startswith("share") else 1.0


def _unit(unit: str, currency: str | None) -> str:
    said = t(f"explain.units.{unit}")
    sign = (currency or "") if unit.startswith("cents") else "%" if unit.startswith("share") else ""
    return f"{sign} {said}".strip()
