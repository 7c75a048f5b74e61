"""What experiments of the log say: each with its error, and where it leads with its source."""

from dataclasses import replace

import numpy as np
import pytest

from engine.simulation.levers import find_lever
from engine.tensor import Population, ReactionEvidence
from engine.workbench.explained import known_value
from engine.workbench.told import told_by_log
from tests.unit.simulation.builders import make_world
from tests.unit.workbench.inputs import inputs_of

KEY = "reaction.churn_per_price"


def people(estimate: float, error: float) -> Population:
    """People of whom arms of the membership price say something, and a holdout of lists."""
    known = make_world(3, 4, 1.0, 1.0).people
    draws = estimate + error * np.linspace(-1.0, 1.0, known.n_draws)
    told = ReactionEvidence(
        draws=draws, error=error, experiment="membership_price", arms=3, users=900
    )
    held = np.full(known.n_draws, 0.6)
    return replace(known, reactions={KEY: told}, causal_share=held, causal_share_error=0.2)


def test_equal_errors_meet_in_the_middle() -> None:
    lever = find_lever(KEY)
    found = told_by_log(people(1.0, lever.prior.spread))[KEY]
    assert (found.estimate, found.error) == (pytest.approx(1.0), lever.prior.spread)
    assert found.together == pytest.approx((1.0 + lever.fallback) / 2.0)
    assert (found.experiment, found.arms, found.users) == ("membership_price", 3, 900)


def test_a_lever_with_a_settled_sign_never_starts_below_zero() -> None:
    found = told_by_log(people(-2.0, 0.05))[KEY]
    assert found.estimate == pytest.approx(-2.0)
    assert found.together == 0.0


def test_a_holdout_of_lists_is_told_beside_the_arms() -> None:
    found = told_by_log(people(1.0, 0.1))
    assert set(found) == {KEY, "sales.causal_share"}
    held = found["sales.causal_share"]
    assert (held.estimate, held.error, held.users) == (pytest.approx(0.6), 0.2, None)
    assert 0.2 < held.together < 0.6


def test_arms_that_are_too_alike_are_told_without_a_number_and_the_source_stands() -> None:
    key = "reaction.use_per_quality"
    known = make_world(3, 4, 1.0, 1.0).people
    silent = ReactionEvidence(
        draws=np.zeros(known.n_draws), error=np.inf, experiment="policy", arms=2, users=900
    )
    told = told_by_log(replace(known, reactions={key: silent}))[key]
    assert (told.estimate, told.error, told.users) == (None, None, 900)
    assert told.together == find_lever(key).fallback == 0.3


def test_without_experiments_nothing_is_told() -> None:
    assert told_by_log(None) == told_by_log(make_world(3, 4, 1.0, 1.0).people) == {}


def test_a_reaction_that_arms_speak_of_is_estimated_and_keeps_the_grade_of_its_source() -> None:
    world = make_world(3, 4, 1.0, 1.0)
    inputs = inputs_of(world)
    told = replace(inputs, known={**inputs.known, KEY: 0.8})
    grade = find_lever(KEY).grade
    assert known_value(told, world.scenario, KEY) == (0.8, "estimated", "own_arms", grade)
    source = find_lever(KEY).source_code
    assert known_value(inputs, world.scenario, KEY) == (0.6, "assumed", source, grade)
