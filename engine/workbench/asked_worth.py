"""One policy of a log's worth, as the command line asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import UsageError
from engine.evaluation.off_policy.gains import Gain, Mean
from engine.evaluation.off_policy.gates import Gate, propensity_gate
from engine.evaluation.off_policy.value import POSITION_BASED, Cost
from engine.workbench.workspace import Workspace
from engine.workbench.worth import Choice, NoWorth, PolicyWorth, Worth, read_worth

CLICK = "click"


@dataclass(frozen=True, kw_only=True)
class WorthRequest:
    """Whose lists are valued, on which rows, by what they bring."""

    target: str = "ranked"
    choice: Choice = "whole"
    logging: str | None = None
    """Policy that served the lists; None for all lists."""
    reward: str = CLICK


@dataclass(frozen=True, kw_only=True)
class EstimatorWorth:
    """A value per list shown, by one estimator; None where the log does not carry it."""

    value: float | None
    low: float | None
    high: float | None
    ess: float
    ess_positive: float
    gate: str


@dataclass(frozen=True, kw_only=True)
class AskedWorth:
    """What the log says of one policy by one reward, per list shown."""

    target: str
    choice: Choice
    logging: str | None
    reward: str
    rung: int
    reason: str | None
    """Code of why nothing can be valued."""
    since: int | None
    """Lists shown from this moment on count [epoch seconds, UTC]."""
    lists: int
    users: int
    lists_per_month: float
    exploration: str | None
    epsilon: float | None
    gates: tuple[Gate, ...]
    estimators: Mapping[str, EstimatorWorth]
    as_shown: Mapping[str, float]
    """What the same lists brought in the order of today, counted: value, low, high."""
    gain: Gain | None
    """Of the target over the order of today."""
    exploration_cost: Mapping[str, float]


def asked_worth(workspace: Workspace, request: WorthRequest) -> AskedWorth:
    """Return what the log says of one policy.

    Raises
    ------
    UsageError
        Without a trained run; for a policy or a reward that the log does not have.
    """
    found = read_worth(workspace, request.logging)
    if isinstance(found, NoWorth):
        return _nothing(request, found)
    policy, reward = _policy(found, request), request.reward
    if reward not in found.stats:
        raise UsageError("reward_unknown", reward=reward, rewards=", ".join(found.stats))
    value = policy.values[reward]
    return AskedWorth(
        **vars(request),
        rung=found.rung,
        reason=None,
        since=found.since,
        lists=policy.n_lists,
        users=found.n_users,
        lists_per_month=found.lists_per_month,
        exploration=found.exploration,
        epsilon=found.epsilon,
        gates=value.gates,
        estimators={
            name: EstimatorWorth(
                value=each.value,
                low=each.low,
                high=each.high,
                ess=each.ess,
                ess_positive=each.ess_positive,
                gate=each.colour,
            )
            for name, each in value.estimators.items()
        },
        as_shown=_bounds(policy.as_shown[reward]),
        gain=policy.gains.get(reward),
        exploration_cost=_bounds(found.cost[reward]) if reward in found.cost else {},
    )


def _policy(found: Worth, request: WorthRequest) -> PolicyWorth:
    same = [policy for policy in found.policies if policy.choice == request.choice]
    for policy in same:
        if policy.name == request.target:
            return policy
    known = ", ".join(policy.name for policy in same)
    raise UsageError("policy_unknown", policy=request.target, policies=known)


def _bounds(found: Mean | Cost) -> dict[str, float]:
    return {"value": found.value, "low": found.low, "high": found.high}


def _nothing(request: WorthRequest, found: NoWorth) -> AskedWorth:
    """Return an answer without numbers: its gate says why."""
    gates = (propensity_gate(0.0),) if found.reason == "no_chances" else ()
    withheld = EstimatorWorth(
        value=None, low=None, high=None, ess=0.0, ess_positive=0.0, gate="red"
    )
    return AskedWorth(
        **vars(request),
        rung=found.rung,
        reason=found.reason,
        since=None,
        lists=0,
        users=0,
        lists_per_month=0.0,
        exploration=None,
        epsilon=None,
        gates=gates,
        estimators={POSITION_BASED: withheld},
        as_shown={},
        gain=None,
        exploration_cost={},
    )
