"""What may be booked: around the estimate, wider by luck and by a level that may be off."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.simulation.compare import incremental
from engine.simulation.forecast import Chance, booked, chance_variance
from engine.simulation.run import MODELS
from tests.unit.simulation.builders import World, make_world, worlds

laws = settings(max_examples=200, deadline=None)
CALM = Chance(order_spread=1.0, history_months=36.0)


@laws
@given(world=worlds(), spread=st.floats(1.0, 20.0))
def test_luck_adds_width_and_more_of_it_where_orders_differ(world: World, spread: float) -> None:
    outcome = world.simulate()
    calm = chance_variance(outcome, CALM)
    wild = chance_variance(outcome, replace(CALM, order_spread=spread))
    np.testing.assert_allclose(wild["sales"], spread * calm["sales"])
    for name in ("ads", "membership"):
        np.testing.assert_array_equal(wild[name], calm[name])
    assert all((calm[name] >= 0).all() and np.isfinite(calm[name]).all() for name in MODELS)


@laws
@given(world=worlds(), times=st.sampled_from([4.0, 100.0]))
def test_a_business_so_many_times_as_large_has_relatively_less_luck(
    world: World, times: float
) -> None:
    people = world.people
    counted = ("free_users", "members", "lapsed_users", "acquired_users")
    large = world.with_people(**{name: times * getattr(people, name) for name in counted})
    small, more = (chance_variance(one.simulate(), CALM) for one in (world, large))
    for name in MODELS:
        np.testing.assert_allclose(more[name], times * small[name], rtol=1e-6)


@laws
@given(world=worlds(), cents=st.floats(0.1, 100.0))
def test_in_another_currency_the_spread_is_the_same(world: World, cents: float) -> None:
    """Luck of ads and sales goes with the square of the unit of money."""
    dear = world.with_levers(ads__cpm_cents=cents * world.scenario.ads.cpm_cents)
    first, second = (chance_variance(one.simulate(), CALM) for one in (world, dear))
    np.testing.assert_allclose(second["ads"], cents**2 * first["ads"], rtol=1e-6)


def test_what_is_booked_spreads_by_chance_and_by_a_level_that_may_be_off() -> None:
    """With many draws of one outcome the variances add up (P38, the outer layers)."""
    outcome = make_world(5, 12, 1.0, 1.0).pinned().simulate()
    one = _repeated(outcome, 40_000)
    found = booked(one, CALM)
    for name in MODELS:
        expected = incremental(one)[name][0]
        luck = chance_variance(one, CALM)[name][0]
        off = expected**2 * (np.exp(CALM.level_error**2) - 1.0)
        np.testing.assert_allclose(found[name].mean(), expected, rtol=0.01, atol=0.02 * luck**0.5)
        np.testing.assert_allclose(found[name].var(), luck + off, rtol=0.05)


def test_a_young_business_is_foreseen_less_well() -> None:
    assert replace(CALM, history_months=6.0).level_error > CALM.level_error


def test_the_same_numbers_come_back() -> None:
    outcome = make_world(1, 6, 1.0, 1.0).simulate()
    first, second = booked(outcome, CALM), booked(outcome, CALM)
    for name in MODELS:
        np.testing.assert_array_equal(first[name], second[name])


def _repeated(outcome, n_draws: int):
    """Return the first draw of an outcome, many times."""

    def many(value: np.ndarray) -> np.ndarray:
        return np.broadcast_to(value[:1], (n_draws, *value.shape[1:]))

    money = {
        name: replace(model, attributed=many(model.attributed), incremental=many(model.incremental))
        for name, model in outcome.models.items()
    }
    volumes = outcome.volumes
    moved = {name: many(value) for name, value in vars(volumes).items()}
    return replace(
        outcome,
        **money,
        volumes=replace(volumes, **moved),
        causal_share_difference=np.zeros(n_draws),
    )
