"""Which level the events of each policy's lists have, and what tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from engine.evaluation import frames
from engine.evaluation.anchoring import (
    Levels,
    at_level,
    level_factors,
    levels_of_log,
    looks_today,
    relative_levels,
    times,
)
from engine.evaluation.examination import Examination
from engine.evaluation.hits import RankedPairs
from engine.evaluation.off_policy.gates import COLOURS, Gate, propensity_gate, worst
from engine.evaluation.off_policy.intervals import Colour
from engine.evaluation.off_policy.position_based import Crowd
from engine.evaluation.off_policy.slates import SlateLog, rewards_of, slate_log, target_of
from engine.evaluation.off_policy.value import POSITION_BASED, PolicyValue, value_of_lists
from engine.evaluation.shaping import ClickCounts, counts_of_log, counts_of_policy, shaped
from engine.tensor import EventTensor, Floats, Population
from engine.workbench.counting import Counted
from engine.workbench.learning import LOGGED

Basis = Literal["counted", "off_policy", "model"]
"""What tells the level of a policy: the books, logged chances, or a click model alone."""

LOWEST_RUNG = 3
"""Below it the log holds no chances, and no list of another policy can be valued on it."""

NO_CHANCES = propensity_gate(0.0)

Tensors = Mapping[str, EventTensor]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What tells the level of a policy's events, and how far that carries."""

    basis: Basis
    gates: tuple[Gate, ...]
    """Checks of the logged chances; empty where nothing had to be checked."""

    @property
    def colour(self) -> Colour:
        """Return the worst colour of the gates."""
        return worst(self.gates)


def crowd_of(counted: Counted) -> Crowd:
    """Return whom lists were shown to."""
    return Crowd(
        group=counted.users.group,
        segment=counted.users.segment,
        n_groups=counted.weights.shape[1],
        n_segments=len(counted.segments.names),
    )


def slates_of(counted: Counted, shown: pd.DataFrame, n_slots: int) -> SlateLog:
    """Return rows that were shown as lists."""
    rows = frames.impressions_of(shown, np.full(len(shown), np.nan))
    return slate_log(rows, frames.requests_of(shown), n_slots, rewards_of(rows, counted.items))


def bring_to_level(
    counted: Counted,
    population: Population,
    examination: Examination,
    tensors: Tensors,
    lists: Mapping[str, RankedPairs],
    at: int,
) -> tuple[dict[str, EventTensor], dict[str, Evidence]]:
    """Return the events of each policy at the best level that the log carries.

    Parameters
    ----------
    tensors : mapping
        Policy -> events by the click model, those of the lists as logged among them.
    lists : mapping
        Policy -> lists that were made without what was shown from ``at`` on.

    Notes
    -----
    Today's lists bring what they brought in the trailing month. Others bring that times
    their ratio to the lists shown after ``at``: by logged chances where the gates let it
    pass, by the click model otherwise. Time grows with the rows shown after ``at``, times
    policies and ranks: about a second for a million rows and a policy of ten ranks.
    """
    looks, month = looks_today(population), _month(counted, len(examination.point))
    crowd, weights = crowd_of(counted), counted.weights
    today = levels_of_log(month, crowd, weights)
    off = level_factors(tensors[LOGGED], today, looks)
    found = {policy: times(tensor, off) for policy, tensor in tensors.items()}
    evidence = {policy: Evidence(basis="model", gates=(NO_CHANCES,)) for policy in tensors}
    as_shown = shaped(tensors[LOGGED], counts_of_log(month, crowd, examination.point), weights)
    found[LOGGED] = at_level(as_shown, today, looks)
    evidence[LOGGED] = Evidence(basis="counted", gates=())
    for policy, told in _told(counted, examination, lists, at, today).items():
        evidence[policy] = Evidence(basis="model", gates=told.gates)
        if "click" in told.levels:
            spread = shaped(tensors[policy], told.counts, weights)
            found[policy] = at_level(spread, told.levels, looks)
            evidence[policy] = replace(evidence[policy], basis="off_policy")
    return found, evidence


@dataclass(frozen=True, kw_only=True, eq=False)
class _Told:
    """What logged chances tell of a policy."""

    levels: Levels
    counts: ClickCounts
    gates: tuple[Gate, ...]


def _month(counted: Counted, n_slots: int) -> SlateLog:
    """Return the lists of the trailing month."""
    shown, window = _of_counted(counted), counted.window
    at = frames.epoch_seconds(shown["occurred_at"])
    return slates_of(counted, shown[(at >= window.month_begin) & (at < window.end)], n_slots)


def _told(
    counted: Counted,
    examination: Examination,
    lists: Mapping[str, RankedPairs],
    at: int,
    today: Levels,
) -> dict[str, _Told]:
    """Return what logged chances tell of each policy; empty where there are none."""
    if counted.rung < LOWEST_RUNG:
        return {}
    shown, crowd = _of_counted(counted), crowd_of(counted)
    n_slots, n_users = len(examination.point), len(counted.users.group)
    log = slates_of(counted, shown[frames.epoch_seconds(shown["occurred_at"]) >= at], n_slots)
    if len(log.user_row) == 0:
        return {}
    others = {policy: made for policy, made in lists.items() if policy != LOGGED}
    targets = (target_of(policy, made, n_users, n_slots) for policy, made in others.items())
    found = value_of_lists(
        log, targets, crowd, examination, counted.weights, len(counted.items.price_cents)
    )
    as_shown = levels_of_log(log, crowd, counted.weights)
    told = {}
    for policy in others:
        values = {stat: value for (name, stat), value in found.values.items() if name == policy}
        passed = _passed(values)
        told[policy] = _Told(
            levels=relative_levels(passed, as_shown, today),
            counts=counts_of_policy(found.sums[policy]),
            gates=_gates(values, passed),
        )
    return told


def _passed(values: Mapping[str, PolicyValue]) -> dict[str, Floats]:
    """Return draws of the rewards that no gate withholds."""
    draws = {stat: value.estimators[POSITION_BASED].draws for stat, value in values.items()}
    return {stat: found for stat, found in draws.items() if found is not None}


def _gates(values: Mapping[str, PolicyValue], passed: Levels) -> tuple[Gate, ...]:
    """Return each gate at its worst colour over the rewards that are used."""
    used = [value.gates for stat, value in values.items() if stat in {"click", *passed}]
    by_name = [
        [gate for gates in used for gate in gates if gate.name == one.name] for one in used[0]
    ]
    return tuple(max(same, key=lambda gate: COLOURS.index(gate.colour)) for same in by_name)


def _of_counted(counted: Counted) -> pd.DataFrame:
    """Return what was shown to users who count."""
    kept = counted.users.counted[counted.shown["user_row"].to_numpy()]
    found: pd.DataFrame = counted.shown[kept]
    return found
