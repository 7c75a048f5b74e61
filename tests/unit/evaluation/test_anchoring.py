"""Events at the level of the log: what was counted comes back, whatever the click model said."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation.anchoring import STATS, at_level, looks_today, per_list, relative_levels
from engine.simulation.run import simulate
from engine.simulation.scenario import Scenario
from tests.unit.simulation.builders import DRAWS, World, worlds

laws = settings(max_examples=200, deadline=None)
levels = st.lists(
    st.floats(0.01, 500.0, allow_subnormal=False), min_size=3 * DRAWS, max_size=3 * DRAWS
).map(lambda values: dict(zip(STATS, np.array(values).reshape(3, DRAWS), strict=True)))


def same(first: object, second: object) -> None:
    np.testing.assert_allclose(first, second, rtol=1e-9)


@laws
@given(world=worlds(), told=levels)
def test_p44_the_first_month_of_todays_lists_is_the_books(world: World, told: dict) -> None:
    """Lists, clicks, orders and their value are those counted, in every draw."""
    people = world.people
    today = at_level(world.today, told, looks_today(people))
    volumes = simulate(today, today, people, Scenario()).volumes
    sessions = people.free_users * people.sessions_free
    sessions = sessions + people.members.sum(axis=2) * people.sessions_member
    same(volumes.sessions[:, 0], sessions.sum(axis=1))
    lists = sessions.sum(axis=1) * people.lists_per_session
    same(volumes.clicks[:, 0], lists * told["click"])
    same(volumes.orders[:, 0], lists * told["order"])
    same(volumes.net_sales_cents[:, 0], lists * told["value"] * (1.0 - people.return_rate))
    same(volumes.members[:, 0], people.members.sum(axis=(1, 2)))


@laws
@given(world=worlds(), told=levels)
def test_the_spread_over_segments_ranks_and_bins_is_the_models(world: World, told: dict) -> None:
    looks = looks_today(world.people)
    found = at_level(world.tensor, told, looks)
    for stat in STATS:
        same(per_list(getattr(found, stat), looks), told[stat])
        ratio = getattr(found, stat) / getattr(world.tensor, stat)
        same(ratio, np.broadcast_to(ratio[:, :1, :1, :1], ratio.shape))
    same(found.cost / found.value, world.tensor.cost / world.tensor.value)


@laws
@given(world=worlds(), told=levels)
def test_what_the_log_is_silent_on_follows_what_it_tells(world: World, told: dict) -> None:
    found = at_level(world.tensor, {"click": told["click"]}, looks_today(world.people))
    same(found.order / found.click, world.tensor.order / world.tensor.click)
    same(found.value / found.click, world.tensor.value / world.tensor.click)


@laws
@given(told=levels, today=levels, factor=st.floats(0.1, 10.0))
def test_a_policys_level_is_its_ratio_to_the_lists_shown_times_today(
    told: dict, today: dict, factor: float
) -> None:
    policy = {stat: factor * draws for stat, draws in told.items()}
    found = relative_levels(policy, told, today)
    for stat in STATS:
        same(found[stat], factor * today[stat])
    below = {stat: -draws for stat, draws in told.items()}
    assert all((draws == 0).all() for draws in relative_levels(below, told, today).values())
    assert relative_levels({"click": told["click"]}, told, today).keys() == {"click"}
