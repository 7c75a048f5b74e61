"""Paired comparisons: P26 and P35 of the specification, and where width comes from."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from engine.simulation.collapse import collapse, mean_data
from engine.simulation.compare import (
    drivers,
    incremental,
    summaries,
    summary,
    uplift,
    variance_shares,
)
from engine.simulation.run import MODELS, Outcome, simulate_collapsed
from engine.tensor import ReactionEvidence
from tests.unit.simulation.builders import PINNED, World, make_world, worlds

ROOT = Path(__file__).parents[3]
FINGERPRINT = """
from tests.unit.simulation.builders import make_world
from tests.unit.simulation.test_compare import fingerprint
print(fingerprint(make_world(7, 6, 1.5, 0.9).simulate()))
"""


def fingerprint(outcome: Outcome) -> str:
    """Return a hash of every bit of an outcome's money."""
    parts = [money.incremental for money in outcome.models.values()]
    return hashlib.sha256(
        b"".join(np.ascontiguousarray(part).tobytes() for part in parts)
    ).hexdigest()


def _same_policy(world: World) -> World:
    """Return the world whose lists are those of today."""
    return replace(world, tensor=world.today)


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_p26_lists_against_themselves_gain_exactly_nothing(world: World) -> None:
    today = _same_policy(world)
    gain = uplift(today.simulate(), today.simulate())
    assert not gain.total.any()
    assert all(not gain.by_model[name].any() for name in MODELS)
    assert gain.probability_positive == 0.0


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_p35_a_lever_moved_there_and_back_returns_the_same_bits(world: World) -> None:
    before = fingerprint(world.simulate())
    cpm = world.scenario.ads.cpm_cents
    there = world.with_levers(ads__cpm_cents=cpm + 1.0, reaction__use_loss_per_ad=0.05)
    back = there.with_levers(
        ads__cpm_cents=cpm,
        reaction__use_loss_per_ad=world.scenario.reaction.use_loss_per_ad,
    )
    assert fingerprint(there.simulate()) != before or not world.scenario.ads.ad_slots
    assert fingerprint(back.simulate()) == before


@pytest.mark.parametrize("threads", ["1", "2"])
def test_p35_processes_and_threads_do_not_change_a_bit(threads: str) -> None:
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
    ran = subprocess.run(
        [sys.executable, "-c", FINGERPRINT],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == fingerprint(make_world(7, 6, 1.5, 0.9).simulate())


def test_between_policies_the_difference_of_causal_shares_widens_the_gain() -> None:
    world = make_world(3, 6, 1.0, 1.0)
    ranked = world.simulate()
    today = _same_policy(world).simulate()
    paired = incremental(ranked)["sales"] - incremental(today)["sales"]
    sales = [outcome.sales.attributed.sum(axis=(1, 2)) for outcome in (ranked, today)]
    extra = ranked.causal_share_difference * (sales[0] + sales[1]) / 2.0
    np.testing.assert_allclose(uplift(ranked, today).by_model["sales"], paired + extra)
    assert extra.std() > 0


def test_better_lists_keep_members_and_raise_visits() -> None:
    world = make_world(5, 8, 1.0, 1.0).pinned()
    worse = replace(world.today, click=world.tensor.click * 0.5, policy="popularity")
    better, same = replace(world, today=worse), replace(world, today=world.tensor)
    assert (better.simulate().volumes.members >= same.simulate().volumes.members).all()
    assert (better.simulate().volumes.sessions > same.simulate().volumes.sessions).all()


def test_lists_earn_the_members_that_would_leave_without_them() -> None:
    world = make_world(5, 8, 1.0, 1.0).pinned()
    money = world.simulate().membership
    assert 0 < money.incremental.sum() < money.attributed.sum()
    nothing = world.with_levers(reaction__list_view_share=0.0).simulate().membership
    assert not nothing.incremental.any()


def test_withheld_models_say_why_and_hold_zero() -> None:
    world = make_world(1, 4, 1.0, 1.0).with_people(
        conversion=None, membership_price_today_cents=None, has_prices=False
    )
    outcome = world.with_levers(membership__price_cents=None).simulate()
    assert outcome.withheld == {"membership": "no_memberships", "sales": "no_prices"}
    assert not outcome.membership.attributed.any()
    assert not outcome.sales.attributed.any()
    assert outcome.ads.attributed.any()


def test_summary_is_in_whole_cents_and_in_order() -> None:
    money = summary(np.arange(101) + 0.4)
    assert (money.p10, money.p50, money.p90, money.mean) == (10, 50, 90, 50)
    total = summaries({"a": np.array([0.5, 1.6]), "b": np.array([1.4, 0.7])})["total"]
    assert total.mean == 2


def _sides(world: World):
    return (
        collapse(world.tensor, world.today, world.people),
        collapse(world.today, world.today, world.people),
    )


def test_drivers_leave_out_what_is_pinned_and_what_the_log_knows() -> None:
    world = make_world(2, 6, 2.0, 1.0)
    policy, baseline = _sides(world)
    found = drivers(policy, world.scenario, baseline)
    keys = {driver.key for driver in found}
    assert "sales.causal_share" in keys
    assert "sales.return_rate" not in keys
    widths = [abs(driver.high_cents - driver.low_cents) for driver in found]
    assert widths == sorted(widths, reverse=True)
    some = replace(world.scenario, pinned=frozenset({"sales.causal_share"}))
    assert "sales.causal_share" not in {one.key for one in drivers(policy, some, baseline)}


def test_shares_of_the_variance_sum_to_one_and_follow_the_pins() -> None:
    world = make_world(2, 6, 2.0, 1.0)
    policy, baseline = _sides(world)
    shares = variance_shares(policy, world.scenario, baseline)
    assert shares.data + shares.assumption == pytest.approx(1.0)
    assert 0 < shares.data < 1
    known = replace(world.scenario, pinned=PINNED)
    assert variance_shares(policy, known, baseline).data == pytest.approx(1.0)


def test_a_collapsed_tensor_gives_the_bits_of_the_whole_one() -> None:
    world = make_world(4, 6, 1.5, 0.9)
    policy, _ = _sides(world)
    assert fingerprint(simulate_collapsed(policy, world.scenario)) == fingerprint(world.simulate())


def test_what_a_holdout_says_narrows_what_the_causal_share_moves() -> None:
    world = make_world(2, 6, 2.0, 1.0)
    n_draws = world.people.n_draws
    held = world.with_people(causal_share=np.full(n_draws, 0.3), causal_share_error=0.01)
    widths = []
    for each in (world, held):
        found = {one.key: one for one in drivers(*_sides_of(each))}["sales.causal_share"]
        widths.append(abs(found.high_cents - found.low_cents))
    assert widths[1] < 0.3 * widths[0]


def test_a_holdout_that_says_less_than_nothing_has_drivers_all_the_same() -> None:
    world = make_world(2, 6, 2.0, 1.0)
    below = np.full(world.people.n_draws, -0.5)
    held = world.with_people(causal_share=below, causal_share_error=0.01)
    assert "sales.causal_share" in {one.key for one in drivers(*_sides_of(held))}


def _sides_of(world: World):
    policy, baseline = _sides(world)
    return policy, world.scenario, baseline


def test_what_arms_say_narrows_what_a_reaction_moves() -> None:
    world = make_world(2, 6, 2.0, 0.7)
    key = "reaction.price_elasticity"
    told = ReactionEvidence(
        draws=np.full(world.people.n_draws, 2.0), error=0.01, experiment="price", arms=2, users=99
    )
    known = world.with_people(reactions={key: told})
    widths = []
    for each in (world, known):
        found = {one.key: one for one in drivers(*_sides_of(each))}[key]
        widths.append(abs(found.high_cents - found.low_cents))
    assert 0 < widths[1] < 0.3 * widths[0]


def test_arms_count_as_data_in_what_the_width_is_made_of() -> None:
    world = make_world(2, 6, 2.0, 0.7)
    spread = np.linspace(-1.0, 1.0, world.people.n_draws)
    told = ReactionEvidence(draws=2.0 + spread, error=0.75, experiment="price", arms=2, users=99)
    known = world.with_people(reactions={"reaction.price_elasticity": told})
    assert mean_data(_sides(known)[0]).population.reactions["reaction.price_elasticity"].draws == 2
    before, after = (variance_shares(*_sides_of(one)) for one in (world, known))
    assert before.data + before.assumption == pytest.approx(1.0)
    assert after.data + after.assumption == pytest.approx(1.0)
    assert after.data != before.data
