"""What the lists of a run are worth under a scenario."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.errors import NotEnoughDataError, UsageError
from engine.simulation.collapse import Collapsed, collapse
from engine.simulation.run import Outcome, simulate_collapsed
from engine.simulation.scenario import Scenario, scenario_of_log
from engine.store import artifacts
from engine.workbench import by_events, by_hits
from engine.workbench.answers import Simulation
from engine.workbench.runs import read_events, read_valuation, trained_run
from engine.workbench.valuing import BASELINE, STATUS_QUO, Valuation
from engine.workbench.workspace import Workspace


@dataclass(frozen=True, kw_only=True, eq=False)
class PricingInputs:
    """A run, read and summed up, so that each move of a lever takes milliseconds."""

    run_id: str
    valuation: Valuation
    collapsed: Mapping[str, Collapsed]
    """Policy -> events of its lists; empty where a log does not say what was shown."""
    default_scenario: Scenario

    @property
    def policies(self) -> tuple[str, ...]:
        """Policies that have a price."""
        return tuple(self.collapsed) or tuple(self.valuation.ratios)

    @property
    def is_range(self) -> bool:
        """Whether prices are a range under assumptions, not an estimate."""
        return self.valuation.method == "hits"


def load(workspace: Workspace, policies: Sequence[str] | None = None) -> PricingInputs:
    """Read what prices are made from.

    Parameters
    ----------
    policies : sequence of str, optional
        Policies that will be priced; without, all of the run.

    Raises
    ------
    UsageError
        Without a trained run.
    """
    run = trained_run(workspace)
    valuation = read_valuation(run)
    scenario = Scenario()
    collapsed: dict[str, Collapsed] = {}
    if valuation.population is not None:
        scenario = scenario_of_log(valuation.population)
        today = read_events(run, valuation, STATUS_QUO)
        for policy in valuation.policies:
            if policies is None or policy in {*policies, STATUS_QUO}:
                tensor = today if policy == STATUS_QUO else read_events(run, valuation, policy)
                collapsed[policy] = collapse(tensor, today, valuation.population)
    return PricingInputs(
        run_id=run.run_id, valuation=valuation, collapsed=collapsed, default_scenario=scenario
    )


def simulate(
    inputs: PricingInputs,
    scenario: Scenario,
    *,
    policy: str = "ranked",
    baseline: str = BASELINE,
    against: Scenario | None = None,
    explain: bool = False,
) -> Simulation:
    """Return the price of a policy's lists and its gain over a baseline.

    Parameters
    ----------
    against : Scenario, optional
        A second scenario: how much more the first one brings, draw by draw.
    explain : bool
        Tell where the width of the gain comes from; costs four more simulations.

    Raises
    ------
    UsageError
        For a policy that was not valued.
    """
    if inputs.valuation.method != "none":
        check_policies(inputs, policy, baseline)
    facts: dict[str, Any] = {
        "run_id": inputs.run_id,
        "rung": inputs.valuation.rung,
        "currency": inputs.valuation.currency,
        "horizon_months": scenario.economics.horizon_months,
        "policy": policy,
        "baseline": baseline,
    }
    if inputs.valuation.method == "none":
        parts = by_hits.price_nothing(inputs.valuation, scenario)
    elif inputs.is_range:
        parts = by_hits.price(inputs.valuation, scenario, policy, baseline, against)
    else:
        sides = inputs.collapsed[policy], inputs.collapsed[baseline]
        parts = by_events.price(inputs.valuation, sides, scenario, against)
        if explain:
            shares = by_events.variance_shares(sides, scenario)
            parts["uplift"] = replace(parts["uplift"], variance_shares=shares)
    return Simulation(**facts, **parts)


def default_scenario(workspace: Workspace) -> Scenario:
    """Return what the data and the cited sources give, also before a run was trained."""
    run = artifacts.current_run(workspace.database)
    if run is None:
        return Scenario()
    population = read_valuation(run).population
    return Scenario() if population is None else scenario_of_log(population)


def outcome(inputs: PricingInputs, scenario: Scenario, policy: str) -> Outcome:
    """Return the simulated months of a policy's lists, for logs that say what was shown."""
    check_policies(inputs, policy)
    return simulate_collapsed(inputs.collapsed[policy], scenario)


def check_policies(inputs: PricingInputs, *policies: str) -> None:
    """Refuse a policy that has no price.

    Raises
    ------
    UsageError
        With the policies that have one, or the reason.
    """
    for policy in policies:
        if policy not in inputs.policies:
            reason = inputs.valuation.withheld.get(policy)
            if reason is not None:
                raise NotEnoughDataError(f"policy_{reason}", policy=policy)
            known = ", ".join(inputs.policies)
            raise UsageError("policy_unknown", policy=policy, policies=known)
