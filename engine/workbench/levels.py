"""Which level the events of each policy's lists have, and what tells it."""

from collections.abc import Mapping
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
from engine.evaluation.off_policy.position_based import Crowd
from engine.evaluation.off_policy.slates import SlateLog, rewards_of, slate_log, target_of
from engine.evaluation.off_policy.value import POSITION_BASED, PolicyValue, value_of_lists
from engine.tensor import EventTensor, Floats, Population
from engine.workbench.counting import Counted
from engine.workbench.learning import LOGGED

Basis = Literal["counted", "off_policy", "model"]
"""What tells the level of a policy: the books, logged chances, or a click model alone."""

LOWEST_RUNG = 3
"""Below it the log holds no chances, and no list of another policy can be valued on it."""

Tensors = Mapping[str, EventTensor]


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
) -> tuple[dict[str, EventTensor], dict[str, Basis]]:
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
    pass, by the click model otherwise.
    """
    looks, month = looks_today(population), _month(counted, len(examination.point))
    today = levels_of_log(month, crowd_of(counted), counted.weights)
    off = level_factors(tensors[LOGGED], today, looks)
    told = _told(counted, examination, lists, at, today)
    found: dict[str, EventTensor] = {}
    basis: dict[str, Basis] = {}
    for policy, tensor in tensors.items():
        if policy == LOGGED:
            found[policy] = times(tensor, off)
            basis[policy] = "counted"
        elif "click" in told.get(policy, {}):
            found[policy] = at_level(tensor, told[policy], looks)
            basis[policy] = "off_policy"
        else:
            found[policy] = times(tensor, off)
            basis[policy] = "model"
    return found, basis


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
) -> dict[str, Levels]:
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
    return {
        policy: relative_levels(_passed(found.values, policy), as_shown, today) for policy in others
    }


def _passed(values: Mapping[tuple[str, str], PolicyValue], policy: str) -> dict[str, Floats]:
    """Return the rewards of a policy that no gate withholds."""
    found = {}
    for (name, stat), value in values.items():
        draws = value.estimators[POSITION_BASED].draws
        if name == policy and draws is not None:
            found[stat] = draws
    return found


def _of_counted(counted: Counted) -> pd.DataFrame:
    """Return what was shown to users who count."""
    kept = counted.users.counted[counted.shown["user_row"].to_numpy()]
    found: pd.DataFrame = counted.shown[kept]
    return found
