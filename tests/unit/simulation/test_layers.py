"""Where a width comes from: layers that add up (P38), and pins that take width away (P36)."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.simulation.collapse import Collapsed, mean_data, repeat_draws
from engine.simulation.compare import incremental
from engine.simulation.forecast import Chance, booked, chance_variance, level_variance
from engine.simulation.layers import ASSUMED, LAYERS, Layers, layers
from engine.simulation.model_error import ratio_error, with_ratio_error
from engine.simulation.run import MODELS, Outcome, simulate_collapsed
from engine.simulation.scenario import Scenario
from engine.simulation.traffic import traffic_of
from tests.unit.simulation.builders import World, collapsed_world, make_world, worlds

laws = settings(max_examples=200, deadline=None)
CHANCE = Chance(order_spread=1.5, history_months=6.0)
MANY = 5_000
DRAWS = 256
ROOM = 1.3
"""A pinned lever stands at its value, not at the mean of its prior, where others may do more."""


def layers_of(side: Collapsed, scenario: Scenario) -> Mapping[str, Layers]:
    return layers(side, scenario, CHANCE, simulate_collapsed(side, scenario))


def expected(outcome: Outcome) -> dict[str, np.ndarray]:
    found = incremental(outcome)
    return {**found, "total": np.sum(list(found.values()), axis=0)}


def tiled(outcome: Outcome, times: int) -> Outcome:
    """Return an outcome whose draws come so many times, for luck of their own each time."""

    def many(value: np.ndarray) -> np.ndarray:
        return np.concatenate([value] * times)

    money = {
        name: replace(model, attributed=many(model.attributed), incremental=many(model.incremental))
        for name, model in outcome.models.items()
    }
    moved = {name: many(value) for name, value in vars(outcome.volumes).items()}
    shares = many(outcome.causal_share_difference)
    volumes = replace(outcome.volumes, **moved)
    return replace(outcome, **money, volumes=volumes, causal_share_difference=shares)


def known(world: World, n_draws: int) -> Collapsed:
    """Return the lists of a world whose data are known exactly."""
    return repeat_draws(mean_data(collapsed_world(world)), n_draws)


@laws
@given(worlds())
def test_p38_layers_and_rest_are_the_variance_of_what_may_be_booked(world: World) -> None:
    side, outcome = collapsed_world(world), world.simulate()
    found = layers(side, world.scenario, CHANCE, outcome)
    draws = booked(tiled(outcome, MANY), CHANCE)
    draws["total"] = np.sum(list(draws.values()), axis=0)
    for name, each in found.items():
        whole = sum(part.variance for part in each.parts.values()) + each.rest
        # fat tails: the error of a variance is some two percent with so many draws
        np.testing.assert_allclose(draws[name].var(), whole, rtol=0.12, atol=1e-9)
        assert whole == pytest.approx(each.whole)


@laws
@given(worlds())
def test_p38_with_one_source_in_what_is_expected_no_rest_is_left(world: World) -> None:
    data, assumption = world.pinned(), known(world, 4)
    lists = with_ratio_error(assumption, ratio_error("ranked", 4))
    for side, scenario, source in (
        (collapsed_world(data), data.scenario, "data"),
        (assumption, world.scenario, "assumption"),
        (lists, data.scenario, "model"),
    ):
        spread = expected(simulate_collapsed(side, scenario))
        for name, each in layers_of(side, scenario).items():
            off = level_variance(CHANCE) * (spread[name] ** 2).mean() if source == "model" else 0.0
            own = each.parts[source].variance
            np.testing.assert_allclose(own, spread[name].var() + off, rtol=1e-6, atol=1e-4)
            assert abs(each.rest) <= 1e-6 * each.whole + 1e-4
            for other in {"data", "assumption"} - {source}:
                assert each.parts[other].variance <= 1e-9 * each.whole


@laws
@given(world=worlds(), spread=st.floats(1.0, 20.0))
def test_luck_and_a_level_that_is_off_are_those_of_the_forecast(
    world: World, spread: float
) -> None:
    chance, outcome = replace(CHANCE, order_spread=spread), world.simulate()
    luck = chance_variance(outcome, chance)
    found = layers(collapsed_world(world), world.scenario, chance, outcome)
    for name in MODELS:
        assert found[name].noise.variance == pytest.approx(luck[name].mean())
    total = sum(found[name].noise.variance for name in MODELS)
    assert found["total"].noise.variance == pytest.approx(total)
    calm = layers(collapsed_world(world), world.scenario, _grown(chance), outcome)
    for name, each in found.items():
        assert calm[name].model.variance <= each.model.variance
        assert calm[name].data == each.data


@laws
@given(world=worlds(), pins=st.sets(st.sampled_from(sorted(ASSUMED)), min_size=1))
def test_p36_pinning_never_widens_the_assumption_layer(world: World, pins: set[str]) -> None:
    side = known(world, DRAWS)
    fewer = replace(world.scenario, pinned=frozenset(pins))
    before, after = layers_of(side, world.scenario), layers_of(side, fewer)
    for name, each in after.items():
        wide = before[name].assumption.variance
        assert each.assumption.variance <= ROOM * wide + 1e-6 * before[name].whole


@laws
@given(worlds())
def test_p36_what_is_all_pinned_has_no_assumption_layer(world: World) -> None:
    for each in layers_of(collapsed_world(world), world.pinned().scenario).values():
        assert each.assumption.variance <= 1e-9 * each.whole
        assert each.assumption.half_width <= 1e-6 * each.whole**0.5


@laws
@given(world=worlds(), times=st.floats(0.1, 50.0))
def test_shares_do_not_know_the_currency(world: World, times: float) -> None:
    """Ad money alone goes with one price; its shares stay, its half-widths go along (P21)."""
    cpm = world.scenario.ads.cpm_cents
    dear = world.with_levers(ads__cpm_cents=times * cpm)
    first, second = (
        layers(collapsed_world(one), one.scenario, CHANCE, one.simulate())["ads"]
        for one in (world, dear)
    )
    for name in LAYERS:
        one, other = first.parts[name], second.parts[name]
        assert second.share(other.variance) == pytest.approx(first.share(one.variance), abs=1e-9)
        assert other.half_width == pytest.approx(times * one.half_width, rel=1e-6, abs=1e-9)


def test_lists_that_no_log_has_seen_add_to_the_error_of_the_model() -> None:
    world = make_world(2, 6, 2.0, 1.0)
    side = collapsed_world(world)
    off = with_ratio_error(side, ratio_error("ranked", side.population.n_draws))
    plain, wide = layers_of(side, world.scenario)["sales"], layers_of(off, world.scenario)["sales"]
    assert wide.model.variance > wide.level
    assert plain.model.variance == plain.level
    assert wide.data.variance == pytest.approx(plain.data.variance)
    assert wide.assumption.variance == pytest.approx(plain.assumption.variance)


def test_without_ads_there_is_no_width_to_tell() -> None:
    world = make_world(2, 6, 0.0, 1.0)
    found = layers_of(collapsed_world(world), world.scenario)["ads"]
    assert found.whole == 0.0
    assert {found.share(part.variance) for part in found.parts.values()} == {0.0}


def test_the_same_layers_come_back_and_move_no_other_traffic() -> None:
    world = make_world(3, 6, 1.0, 1.0)
    side = collapsed_world(world)
    outcome = simulate_collapsed(side, world.scenario)
    before = traffic_of.cache_info()
    first, second = (layers(side, world.scenario, CHANCE, outcome) for _ in range(2))
    assert first == second
    assert traffic_of.cache_info() == before


def _grown(chance: Chance) -> Chance:
    return replace(chance, history_months=36.0)
