"""A number that a reader asks about, with the price that it comes from."""

from dataclasses import dataclass
from functools import cached_property

from engine.simulation.assumptions import Assumptions, draws
from engine.simulation.collapse import Collapsed
from engine.simulation.run import Outcome
from engine.simulation.scenario import Scenario, scenario_of_log
from engine.tensor import Population
from engine.workbench.answers import Money
from engine.workbench.explained import Part, Spread, lever_part, money_spread
from engine.workbench.pricing import PricingInputs, Quote


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """One question."""

    inputs: PricingInputs
    scenario: Scenario
    quoted: Quote
    number: str
    formula: str
    levers: tuple[str, ...]
    """Levers that stand in its formula."""

    @property
    def months(self) -> int:
        """Length of the horizon [months]."""
        return self.scenario.economics.horizon_months

    @property
    def outcome(self) -> Outcome:
        """Months of the lists; for logs that say what was shown."""
        return self._sides[0]

    @property
    def baseline(self) -> Outcome:
        """Months of the lists compared with."""
        return self._sides[1]

    @property
    def collapsed(self) -> Collapsed:
        """Events of the lists."""
        return self.inputs.collapsed[self.quoted.simulation.policy]

    @property
    def population(self) -> Population:
        """Who uses the product."""
        return self.collapsed.population

    @cached_property
    def assumed(self) -> Assumptions:
        """The assumptions that the simulation drew."""
        people = self.population
        filled = scenario_of_log(people, self.scenario)
        return draws(filled, filled.seed, people.n_draws, people)

    def lever(self, key: str) -> Part:
        """Return an input that a slider sets, with the mean of what was drawn for it."""
        drawn = self.assumed.of(key) if self.inputs.collapsed else None
        return lever_part(self.inputs, self.scenario, key, drawn)

    def own_levers(self) -> tuple[Part, ...]:
        """Return the inputs of the formula that sliders set."""
        return tuple(self.lever(key) for key in self.levers)

    def money(self, name: str) -> Money | None:
        """Return a price; None where it is withheld."""
        found = self.quoted.simulation
        answer = found.uplift.total if name == "uplift" else found.of(name)
        return answer if isinstance(answer, Money) else None

    def spread(self, name: str) -> Spread | None:
        """Return a price as one of a mean month."""
        answer = self.money(name)
        return None if answer is None else money_spread(answer, self.months)

    @property
    def _sides(self) -> tuple[Outcome, Outcome]:
        sides = self.quoted.outcomes
        assert sides is not None, "only logs that say what was shown have months"
        return sides
