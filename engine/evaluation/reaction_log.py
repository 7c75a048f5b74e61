"""What people did since a lot put them into arms, and how far their reaction has come."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.business.ads import RAMP_MONTHS
from engine.evaluation.arms import ArmLog, Arms
from engine.evaluation.examination import Examination
from engine.evaluation.memberships import MembershipLog, Stays, paid_stays
from engine.evaluation.usage import Shown, Users, VisitLog, Window
from engine.tensor import Floats

TENURE_EDGES = (0, 1, 2, 3, 6, 12, 24)
"""First renewal, from 0, of each stratum that churn has its own level in."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ReactionData:
    """What reactions are estimated from."""

    users: Users
    visits: VisitLog
    shown: Shown
    memberships: MembershipLog | None
    window: Window
    examination: Examination
    n_groups: int
    arms: Mapping[str, ArmLog] = field(default_factory=dict)
    """Experiment -> its arms."""


class Log(Protocol):
    """What of a log the people are counted from that their reactions are read from as well."""

    @property
    def users(self) -> Users: ...
    @property
    def visits(self) -> VisitLog: ...
    @property
    def shown(self) -> Shown: ...
    @property
    def memberships(self) -> MembershipLog | None: ...
    @property
    def window(self) -> Window: ...
    @property
    def arms(self) -> Mapping[str, ArmLog]: ...


def reaction_data(log: Log, examination: Examination, n_groups: int) -> ReactionData:
    """Return what reactions are estimated from, of a whole log."""
    return ReactionData(
        users=log.users,
        visits=log.visits,
        shown=log.shown,
        memberships=log.memberships,
        window=log.window,
        examination=examination,
        n_groups=n_groups,
        arms=log.arms,
    )


def felt(months: NDArray[np.floating]) -> Floats:
    """Return the share of a reaction that has happened so many months after its cause."""
    return np.asarray(-np.expm1(-months / RAMP_MONTHS), dtype=np.float64)


def stays_of(data: ReactionData, *, with_trials: bool) -> Stays:
    """Return memberships without a gap; those of trials too, since they see no ads either."""
    log = data.memberships
    if log is None:
        nothing = np.zeros(0)
        rows = nothing.astype(np.int32)
        return Stays(user_row=rows, started_at=nothing, ended_at=nothing, price_cents=nothing)
    return paid_stays(replace(log, is_trial=np.zeros_like(log.is_trial)) if with_trials else log)


def looks_of(data: ReactionData, arms: Arms) -> Floats:
    """Return how likely each shown slot was looked at; 0 for ads and outside of all arms.

    Of shape (n_rows,).
    """
    shown = data.shown
    chance = np.append(1.0, data.examination.draws.mean(axis=0))  # 1 where the slot is unknown
    looked = chance[np.clip(shown.position, 0, len(chance) - 1)]
    month = arms.month(shown.user_row, shown.at.astype(np.float64))
    return np.where((month >= 0) & ~shown.is_ad, looked, 0.0)
