"""Sliders: how a lever looks, and the scenario that all of them together make."""

from collections.abc import Iterable, Mapping

import streamlit as st

from engine.reporting import money
from engine.reporting.text import t as words
from engine.simulation.levers import LEVERS, Lever, find_lever, lever_value, with_lever
from engine.simulation.scenario import Scenario
from engine.workbench.answers import Told
from pages._shared import state, widgets
from pages._shared.text import count, t

PERCENT, CENTS = 100.0, 100.0
UNSAID = {"sales.take_rate": 1.0, "ads.ad_slots": 0.0, "membership.price_cents": 0.0}
"""Where a slider starts when neither the reader nor the log said anything."""

SHARES = ("share", "share_per_month", "share_per_year")


def scenario(defaults: Scenario, known: Mapping[str, float]) -> Scenario:
    """Return the scenario of this visitor: the defaults with every slider that was moved."""
    found, moves = defaults, state.moves()
    for lever in LEVERS:
        chosen = moves.get(_name(lever))
        start = None if chosen is None else _start(lever, defaults, known)
        if start is None or chosen is None or chosen == start:
            continue
        low, high = _ends(lever, start)
        if low <= chosen <= high:  # an address may say anything
            found = with_lever(found, lever.key, _engine_value(lever, chosen))
    return found


def sliders(
    keys: Iterable[str],
    defaults: Scenario,
    known: Mapping[str, float],
    currency: str | None,
    told: Mapping[str, Told] | None = None,
) -> None:
    """One slider per lever, with where its default comes from below it.

    Parameters
    ----------
    told : mapping, optional
        What experiments of the log say of levers that have a source as well.
    """
    for key in keys:
        lever = find_lever(key)
        start = _start(lever, defaults, known)
        if start is None:
            continue
        low, high = _ends(lever, start)
        step = _shown(lever, lever.step)
        name = _name(lever)
        state.settle(name, start, low, high)
        st.slider(
            f"{words(lever.text_key, state.locale())} ({_unit(lever, currency)})",
            min_value=low,
            max_value=high,
            value=start,
            step=step,
            format=_format(lever, step),
            key=name,
            persist_state="session",
            on_change=state.remember_move,
            args=(name, start),
        )
        widgets.note(_caption(lever, start, known, (told or {}).get(key)))


def moved(keys: Iterable[str]) -> list[str]:
    """Return the levers whose sliders were moved; those must stay drawn to stay in the address."""
    return [key for key in keys if _name(find_lever(key)) in state.moves()]


def as_shown(key: str, value: float) -> str:
    """Return a value of a lever as its slider writes it."""
    lever = find_lever(key)
    return _format(lever, _shown(lever, lever.step)) % _shown(lever, value)


def reset(defaults: Scenario, known: Mapping[str, float]) -> None:
    """Put every slider back to where it starts, in one step that can be taken back."""
    found = []
    for lever in LEVERS:
        start, name = _start(lever, defaults, known), _name(lever)
        before = state.moves().pop(name, None)
        if start is None or before is None:
            continue
        low, high = _ends(lever, start)
        if before != start and low <= before <= high:
            found.append(state.Move(name=name, before=before, after=start, start=start))
        state.put(name, start, start)
    state.remember_step(tuple(found))


def last_step() -> str | None:
    """Return what Undo takes back, in words; None when there is nothing."""
    if not state.steps():
        return None
    step = state.steps()[-1]
    if len(step) > 1:
        return t("toolbar.undo_many", number=len(step))
    lever = BY_NAME[step[0].name]
    return t(
        "toolbar.undo_one",
        name=words(lever.text_key, state.locale()),
        before=_said(lever, step[0].before),
        after=_said(lever, step[0].after),
    )


def remember(path: str) -> None:
    """Keep the moves of sliders on every page and in its address."""
    state.arrive(path)
    state.remember_moves(BY_NAME)
    state.keep_moves_in_address(BY_NAME)


def _name(lever: Lever) -> str:
    """Return the key of a slider, which is also its name in the address."""
    return lever.key.replace(".", "_").replace("_cents", "")


def _start(lever: Lever, defaults: Scenario, known: Mapping[str, float]) -> float | None:
    """Return where a slider starts: the default, else the log, else the fallback."""
    value = lever_value(defaults, lever.key)
    if value is None:
        value = known.get(lever.key, lever.fallback)
    if value is None:
        value = UNSAID.get(lever.key)
    return None if value is None else round(_shown(lever, float(value)), 3)


def _ends(lever: Lever, start: float) -> tuple[float, float]:
    """Return where a slider ends; a value of the log may lie beyond what sources report."""
    return min(_shown(lever, lever.low), start), max(_shown(lever, lever.high), start)


def _factor(lever: Lever) -> float:
    if lever.unit.startswith("cents"):
        return 1.0 / CENTS
    return PERCENT if lever.unit in SHARES else 1.0


def _shown(lever: Lever, value: float) -> float:
    return value * _factor(lever)


def _engine_value(lever: Lever, shown: float) -> float:
    return shown / _factor(lever)


def _unit(lever: Lever, currency: str | None) -> str:
    unit = words(f"units.{lever.unit}", state.locale())
    if lever.unit.startswith("cents"):
        return f"{money.symbol(currency)} {unit}".strip()
    return "%" if lever.unit in SHARES else unit


def _format(lever: Lever, step: float) -> str:
    if lever.unit.startswith("cents"):
        return "%.2f" if step < 1 else "%.0f"
    digits = 0 if step >= 1 else 1 if step >= 0.1 else 2
    return f"%.{digits}f"


def _said(lever: Lever, value: float) -> str:
    text = _format(lever, _shown(lever, lever.step)) % value
    return f"{text} %" if lever.unit in SHARES else text


def _caption(
    lever: Lever, start: float, known: Mapping[str, float], told: Told | None = None
) -> str:
    """Say where a slider starts and ends, and who says so."""
    writing = _format(lever, _shown(lever, lever.step))
    low, high = (writing % end for end in _ends(lever, start))
    is_known = lever.key in known
    # rounded as the start of the slider is, or the two would seem to differ
    value = writing % (round(_shown(lever, known[lever.key]), 3) if is_known else start)
    source = words(f"sources.{lever.source_code}", state.locale())
    plain = t("levers.your_data" if is_known else "levers.default", value=value)
    return " ".join(
        [
            plain if told is None else _told(lever, told, value),
            t("levers.range", low=low, high=high),
            t("levers.source", source=source, grade=lever.grade),
        ]
    )


def _told(lever: Lever, told: Told, start: str) -> str:
    """Say what an experiment found, what the source says, and where both together lead."""
    writing = _format(lever, _shown(lever, lever.step))
    arms = {"users": count(told.users or 0), "arms": count(told.arms), "value": start}
    if told.estimate is None or told.error is None:
        return t("levers.told_too_alike", **arms)
    estimate, error, prior = (
        writing % _shown(lever, value)
        for value in (told.estimate, told.error, lever.fallback or 0.0)
    )
    facts = {"estimate": estimate, "error": error, "prior": prior}
    if told.users is None:
        return t("levers.told_by_holdout", value=start, **facts)
    return t("levers.told_by_arms", **arms, **facts)


BY_NAME = {_name(lever): lever for lever in LEVERS}
"""Key of a slider -> its lever."""
