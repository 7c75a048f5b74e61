"""Moving one lever step by step: outcomes that share all draws and whatever does not move."""

from collections.abc import Iterator, Sequence

from engine.simulation.assumptions import draws, redrawn
from engine.simulation.collapse import Collapsed
from engine.simulation.levers import with_lever
from engine.simulation.run import Outcome, earn
from engine.simulation.scenario import Scenario, scenario_of_log
from engine.simulation.traffic import PEOPLE_LEVERS, send_traffic


def sweep(
    collapsed: Collapsed, scenario: Scenario, key: str, values: Sequence[float | None]
) -> Iterator[Outcome]:
    """Yield the outcome at each value of a lever.

    Notes
    -----
    The same numbers as a simulation of each scenario by itself, in less time: the other
    levers are drawn once, and people move once unless the lever moves them.
    """
    people = collapsed.population
    start = scenario_of_log(people, scenario)
    assumed = draws(start, start.seed, people.n_draws, people)
    shared = None if key in PEOPLE_LEVERS else send_traffic(collapsed, start, assumed)
    for value in values:
        moved = scenario_of_log(people, with_lever(scenario, key, value))
        known = redrawn(assumed, moved, key, people)
        traffic = send_traffic(collapsed, moved, known) if shared is None else shared
        yield earn(collapsed, moved, known, traffic)
