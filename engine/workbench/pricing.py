"""What the lists of a run are worth under a scenario."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.errors import NotEnoughDataError, UsageError
from engine.evaluation.compare import BASELINE
from engine.simulation.assumptions import known_from_log, posterior_means
from engine.simulation.collapse import Collapsed, collapse
from engine.simulation.model_error import ratio_error, with_ratio_error
from engine.simulation.run import Outcome, simulate_collapsed
from engine.simulation.scenario import Scenario, scenario_of_log
from engine.store import artifacts
from engine.tensor import Population
from engine.workbench import by_events, by_hits
from engine.workbench import uncertainty as widths
from engine.workbench.answers import Simulation, Told, Uncertainty
from engine.workbench.runs import read_events, read_valuation, trained_run
from engine.workbench.tested import tested
from engine.workbench.told import told_by_log
from engine.workbench.valuing import MAIN, STATUS_QUO, Valuation
from engine.workbench.workspace import Workspace

ROUNDING = 1e-3
"""A slider shows three digits; its start is not beyond the very value it stands for."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PricingInputs:
    """A run, read and summed up, so that each move of a lever takes milliseconds."""

    run_id: str
    valuation: Valuation
    collapsed: Mapping[str, Collapsed]
    """Policy -> events of its lists; empty where a log does not say what was shown."""
    default_scenario: Scenario
    books: Mapping[str, Any]
    """Counted figures of the trailing month, and those of the simulated first one."""
    known: Mapping[str, float]
    """Lever -> what the log says of it."""
    tested: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Lever -> lowest and highest value that the log has seen."""
    told: Mapping[str, Told] = field(default_factory=dict)
    """Lever -> what an experiment of the log says of it, beside its source."""

    @property
    def policies(self) -> tuple[str, ...]:
        """Policies that have a price."""
        return tuple(self.collapsed) or tuple(self.valuation.ratios)

    @property
    def is_range(self) -> bool:
        """Whether prices are a range under assumptions, not an estimate."""
        return self.valuation.method == "hits"

    @property
    def can_move(self) -> bool:
        """Whether a lever can change any number."""
        base = self.valuation.base
        priced = base.has_prices or base.pages_per_click is not None
        return bool(self.collapsed) or (self.is_range and priced)


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
    scenario = _defaults(valuation)
    collapsed: dict[str, Collapsed] = {}
    if valuation.population is not None:
        logged = read_events(run, valuation, STATUS_QUO)
        for policy in valuation.policies:
            if policies is None or policy in {*policies, STATUS_QUO}:
                tensor = logged if policy == STATUS_QUO else read_events(run, valuation, policy)
                found = collapse(tensor, logged, valuation.population)
                if valuation.evidence[policy].basis == "model":
                    found = with_ratio_error(found, ratio_error(policy, found.population.n_draws))
                collapsed[policy] = found
    today = collapsed.get(STATUS_QUO)
    return PricingInputs(
        run_id=run.run_id,
        valuation=valuation,
        collapsed=collapsed,
        default_scenario=scenario,
        books=by_hits.books(valuation)
        if today is None
        else by_events.books(valuation, today, scenario),
        known=_known(valuation.population),
        tested=tested(workspace),
        told=told_by_log(valuation.population),
    )


def _known(population: Population | None) -> dict[str, float]:
    """Return the levers that the log can tell, at their mean."""
    if population is None:
        return {}
    found = {"ads.ad_slots": population.ad_slots_today}
    found |= {key: float(draws.mean()) for key, draws in known_from_log(population).items()}
    found |= posterior_means(population)
    if population.viewability is not None:
        found["ads.first_slot_viewability"] = float(population.viewability[:, 0].mean())
    if population.membership_price_today_cents is not None:
        found["membership.price_cents"] = population.membership_price_today_cents
    return found


@dataclass(frozen=True, kw_only=True, eq=False)
class Quote:
    """A simulation and the months behind it."""

    simulation: Simulation
    outcomes: tuple[Outcome, Outcome] | None
    """Of the policy and of its baseline; None where a log does not say what was shown."""


def simulate(
    inputs: PricingInputs,
    scenario: Scenario,
    *,
    policy: str = MAIN,
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
        Tell where the widths of the gain and of each amount come from; costs some ten more
        simulations.

    Raises
    ------
    UsageError, NotEnoughDataError
        For a policy that was not valued.
    """
    quoted = quote(inputs, scenario, policy=policy, baseline=baseline, against=against)
    found = quoted.simulation
    if not explain or not inputs.collapsed:
        return found
    sides = inputs.collapsed[policy], inputs.collapsed[baseline]
    shares = by_events.variance_shares(sides, scenario)
    return replace(
        found,
        uplift=replace(found.uplift, variance_shares=shares),
        uncertainty=uncertainty(inputs, scenario, quoted),
    )


def uncertainty(
    inputs: PricingInputs, scenario: Scenario, quoted: Quote
) -> Mapping[str, Uncertainty | None] | None:
    """Return where the width of each amount comes from; None where nothing was shown.

    Parameters
    ----------
    quoted : Quote
        The price under the same scenario.
    """
    if quoted.outcomes is None:
        return None
    side = inputs.collapsed[quoted.simulation.policy]
    return widths.uncertainty(side, scenario, inputs.valuation.chance, quoted.outcomes[0])


def quote(
    inputs: PricingInputs,
    scenario: Scenario,
    *,
    policy: str = MAIN,
    baseline: str = BASELINE,
    against: Scenario | None = None,
) -> Quote:
    """Return the same with the simulated months, for pictures."""
    valuation, outcomes = inputs.valuation, None
    if valuation.method == "none":
        parts = by_hits.price_nothing(valuation, scenario)
    else:
        check_policies(inputs, policy, baseline)
        if inputs.is_range:
            parts = by_hits.price(valuation, scenario, policy, baseline, against)
        else:
            sides = inputs.collapsed[policy], inputs.collapsed[baseline]
            parts, outcomes = by_events.price(valuation, sides, scenario, against)
    simulation = Simulation(
        run_id=inputs.run_id,
        rung=valuation.rung,
        currency=valuation.currency,
        horizon_months=scenario.economics.horizon_months,
        policy=policy,
        baseline=baseline,
        books=inputs.books,
        evidence={
            name: valuation.evidence[name]
            for name in dict.fromkeys((policy, baseline))
            if name in valuation.evidence
        },
        told_by_log=inputs.told,
        **parts,
    )
    return Quote(simulation=simulation, outcomes=outcomes)


def default_scenario(workspace: Workspace) -> Scenario:
    """Return what the data and the cited sources give, also before a run was trained."""
    run = artifacts.current_run(workspace.database)
    return Scenario() if run is None else _defaults(read_valuation(run))


def _defaults(valuation: Valuation) -> Scenario:
    population = valuation.population
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


def is_beyond(value: float, tested: tuple[float, float]) -> bool:
    """Return whether a lever stands outside of what the log has seen, more than by rounding."""
    low, high = tested
    room = ROUNDING * max(abs(low), abs(high), 1.0)
    return not low - room <= value <= high + room
