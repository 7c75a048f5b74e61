"""Small random worlds: tensors, people and scenarios whose laws can be checked."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st

from engine.simulation.collapse import Collapsed, collapse
from engine.simulation.levers import LEVERS, with_lever
from engine.simulation.run import Outcome, simulate
from engine.simulation.scenario import Scenario
from engine.tensor import EventTensor, Population

DRAWS, SEGMENTS, SLOTS, BINS, TENURES = 4, 3, 4, 2, 3
PINNED = frozenset(lever.key for lever in LEVERS if lever.prior)


@dataclass(frozen=True, kw_only=True, eq=False)
class World:
    """Everything `simulate` takes."""

    tensor: EventTensor
    today: EventTensor
    people: Population
    scenario: Scenario

    def simulate(self) -> Outcome:
        """Return the outcome of the world."""
        return simulate(self.tensor, self.today, self.people, self.scenario)

    def with_people(self, **changes: object) -> "World":
        """Return the world with other people."""
        return replace(self, people=replace(self.people, **changes))

    def with_levers(self, **values: float | None) -> "World":
        """Return the world with levers moved; ``ads__cpm_cents`` names ``ads.cpm_cents``."""
        scenario = self.scenario
        for name, value in values.items():
            scenario = with_lever(scenario, name.replace("__", "."), value)
        return replace(self, scenario=scenario)

    def pinned(self) -> "World":
        """Return the world with every assumption taken as known."""
        return replace(self, scenario=replace(self.scenario, pinned=PINNED))


def collapsed_world(world: World) -> Collapsed:
    """Return the lists of a world, summed over slots."""
    return collapse(world.tensor, world.today, world.people)


def make_tensor(rng: np.random.Generator, conversion: np.ndarray, policy: str) -> EventTensor:
    """Return random events; each bin of a segment has one order probability."""
    shape = (DRAWS, SEGMENTS, SLOTS, BINS)
    click = rng.uniform(0.001, 0.1, shape)
    order = click * conversion[:, :, None, :]
    value = order * rng.uniform(500.0, 5_000.0, (DRAWS, SEGMENTS, 1, BINS))
    return EventTensor(
        policy=policy, click=click, order=order, value=value, cost=value * rng.uniform(0.2, 0.8)
    )


def make_people(rng: np.random.Generator) -> Population:
    """Return random people of every kind."""
    cells = (DRAWS, SEGMENTS)
    later = rng.uniform(0.3, 1.0, (DRAWS, SLOTS - 1)).cumprod(axis=1)
    return Population(
        segments=tuple(f"segment {index}" for index in range(SEGMENTS)),
        free_users=rng.uniform(10.0, 500.0, cells),
        members=rng.uniform(0.0, 30.0, (*cells, TENURES)),
        lapsed_users=rng.uniform(0.0, 200.0, cells),
        acquired_users=rng.uniform(0.0, 40.0, cells),
        sessions_free=rng.uniform(0.5, 10.0, cells),
        sessions_member=rng.uniform(0.5, 10.0, cells),
        lists_per_session=rng.uniform(0.5, 3.0, DRAWS),
        session_dispersion=1.5,
        examination=np.hstack([np.ones((DRAWS, 1)), later]),
        viewability=None,
        return_rate=rng.uniform(0.0, 0.4, DRAWS),
        conversion=rng.uniform(0.005, 0.2, cells),
        attrition=rng.uniform(0.0, 0.2, cells),
        churn_alpha_beta=rng.uniform(0.3, 8.0, (DRAWS, 2)),
        list_view_share=None,
        causal_share=None,
        causal_share_error=0.0,
        ad_slots_today=float(rng.choice([0.0, 0.5, 1.0])),
        membership_price_today_cents=float(rng.uniform(200.0, 2_000.0)),
        has_prices=True,
        has_unit_costs=bool(rng.integers(2)),
    )


def make_trials(seed: int) -> dict[str, object]:
    """Return trials of random people, and chances that fall with age, as fields of them."""
    rng, cells = np.random.default_rng(seed), (DRAWS, SEGMENTS)
    ageing = rng.random() < 0.7
    return {
        "trial_users": rng.uniform(0.0, 10.0, cells),
        "trial_start_rate": rng.uniform(0.005, 0.4, cells),
        "trial_to_paid_rate": rng.uniform(0.1, 0.9, DRAWS),
        "trial_months": float(rng.choice([0.0, 0.25, 1.0, 1.4, 3.0])),
        "readiness": rng.uniform(0.2, 4.0, (DRAWS, 2, 60)) if ageing else None,
        "freshness": rng.uniform(0.5, 2.0, cells) if ageing else None,
    }


def make_world(seed: int, n_months: int, ad_slots: float, price_ratio: float) -> World:
    """Return the random world of a seed."""
    rng = np.random.default_rng(seed)
    conversion = rng.uniform(0.01, 0.5, (DRAWS, SEGMENTS, BINS))
    world = World(
        tensor=make_tensor(rng, conversion, "ranked"),
        today=make_tensor(rng, conversion, "popularity"),
        people=make_people(rng),
        scenario=Scenario(seed=seed % 1_000),
    )
    return world.with_levers(
        economics__horizon_months=n_months,
        ads__ad_slots=ad_slots,
        sales__price_ratio=price_ratio,
        membership__price_cents=float(rng.uniform(200.0, 2_000.0)),
    )


def make_trying(seed: int, n_months: int, ad_slots: float, price_ratio: float) -> World:
    """Return the random world of a seed, with trials."""
    return make_world(seed, n_months, ad_slots, price_ratio).with_people(**make_trials(seed))


def worlds() -> st.SearchStrategy[World]:
    """Return a strategy of random worlds."""
    return _of_random(make_world)


def trying_worlds() -> st.SearchStrategy[World]:
    """Return a strategy of random worlds with trials."""
    return _of_random(make_trying)


def _of_random(make: Callable[..., World]) -> st.SearchStrategy[World]:
    return st.builds(
        make,
        seed=st.integers(0, 2**31 - 1),
        n_months=st.integers(1, 8),
        ad_slots=st.sampled_from([0.0, 0.25, 1.0, 1.5, 2.0, 4.0, 9.0]),
        price_ratio=st.sampled_from([0.7, 1.0, 1.0, 1.2]),
    )
