"""Money shared out over rows adds up to the money of the simulation."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.simulation.run import MODELS
from engine.workbench import row_values
from engine.workbench.row_values import (
    CENTS,
    Facts,
    Weighted,
    looks_by_rank,
    money_a_month,
    shared,
    spread,
    weigh,
)
from tests.unit.simulation.builders import SEGMENTS, SLOTS, World, worlds

N_USERS, N_ITEMS, PLACES = 30, 12, SLOTS + 2
MONEY = tuple(f"expected_{name}" for name in MODELS)


few = settings(max_examples=25, deadline=None)
"""A simulation for each example: a hundred of them would take seconds."""


def rows_of(seed, n_users=N_USERS):
    """Lists of ``PLACES`` rows for each user, with chances."""
    rng = np.random.default_rng(seed)
    n_rows = n_users * PLACES
    click = rng.uniform(0.05, 0.6, n_rows)
    return pd.DataFrame(
        {
            "user_row": np.repeat(np.arange(n_users), PLACES),
            "item_row": rng.integers(0, N_ITEMS, n_rows),
            "rank": np.tile(np.arange(1, PLACES + 1), n_users),
            "ranker_score": rng.normal(size=n_rows),
            "gamma": click,
            "order_probability": click * rng.uniform(0.01, 0.3, n_rows),
        }
    )


def facts_of(world: World, seed=0):
    rng = np.random.default_rng(seed)
    return Facts(
        segment=(np.arange(N_USERS) % SEGMENTS).astype(np.int32),
        visits=rng.integers(0, 9, N_USERS) + (np.arange(N_USERS) < SEGMENTS),
        looks=looks_by_rank(world.people, world.scenario),
        price_cents=np.where(np.arange(N_ITEMS) == 3, np.nan, rng.uniform(100, 9_000, N_ITEMS)),
    )


def valued(world: World, rows, facts):
    weighed = weigh(rows, facts)
    return spread(shared(weighed, weighed), money_a_month(world.simulate()))


@few
@given(world=worlds(), seed=st.integers(0, 99))
def test_the_rows_of_a_segment_add_up_to_its_money(world, seed):
    rows, facts, outcome = rows_of(seed), facts_of(world, seed), world.simulate()

    values = valued(world, rows, facts)

    segment = facts.segment[rows["user_row"]]
    for name, money in outcome.models.items():
        month = money.incremental.mean(axis=(0, 2)) / CENTS
        found = values[f"expected_{name}"].groupby(segment).sum()
        assert np.allclose(found, month, atol=1e-9), name


@few
@given(world=worlds())
def test_places_beyond_the_slots_of_a_list_earn_nothing(world):
    rows = rows_of(1)

    values = valued(world, rows, facts_of(world))

    beyond = values[rows["rank"] > SLOTS]
    assert (beyond == 0.0).all(axis=None)


@few
@given(world=worlds())
def test_places_pushed_out_by_ads_earn_nothing(world):
    world = world.with_levers(ads__ad_slots=2.0)
    rows = rows_of(1)

    values = valued(world, rows, facts_of(world))

    assert (values[rows["rank"] > SLOTS - 2] == 0.0).all(axis=None)
    assert values["expected_ads"].sum() > 0


@few
@given(world=worlds(), seed=st.integers(0, 99))
def test_ends_are_quantiles_of_the_sum_of_the_models(world, seed):
    rows, facts = rows_of(seed), facts_of(world, seed)
    weighed = weigh(rows, facts)
    shares, money = shared(weighed, weighed), money_a_month(world.simulate())

    values = spread(shares, money)

    sums = sum(shares.by_model[name] * draws[:, shares.segment] for name, draws in money.items())
    low, high = np.quantile(sums / CENTS, (0.1, 0.9), axis=0)
    size = np.abs(sums).max() / CENTS
    assert np.allclose(values["expected_low"], low, atol=1e-5 * size)
    assert np.allclose(values["expected_high"], high, atol=1e-5 * size)
    middle = values[list(MONEY)].sum(axis=1)
    assert (values["expected_low"] <= middle + 1e-5 * size).mean() > 0.95


def test_blocks_do_not_change_what_is_found(monkeypatch):
    rng = np.random.default_rng(0)
    shares = Weighted(
        segment=rng.integers(0, 3, 50), by_model={name: rng.random(50) for name in MODELS}
    )
    money = {name: rng.normal(1e3, 2e2, (64, 3)) for name in MODELS}
    whole = spread(shares, money)

    monkeypatch.setattr(row_values, "BLOCK", 7)

    pd.testing.assert_frame_equal(spread(shares, money), whole)


@few
@given(world=worlds())
def test_a_withheld_model_stays_empty_and_the_others_do_not(world):
    world = world.with_people(conversion=None)

    values = valued(world, rows_of(1), facts_of(world))

    assert values["expected_membership"].isna().all()
    others = values.drop(columns="expected_membership")
    assert not others.isna().any(axis=None)


def test_without_any_money_everything_is_empty():
    shares = Weighted(segment=np.zeros(2, int), by_model={name: np.ones(2) for name in MODELS})

    assert spread(shares, {}).isna().all(axis=None)


@few
@given(world=worlds())
def test_lists_of_some_users_are_paid_as_among_all(world):
    rows, facts = rows_of(1), facts_of(world)
    money, whole = money_a_month(world.simulate()), weigh(rows, facts)
    some = (rows["user_row"] % 4 == 0).to_numpy()

    part = spread(shared(weigh(rows[some], facts), whole), money)

    alone = spread(shared(whole, whole), money)[some].reset_index(drop=True)
    pd.testing.assert_frame_equal(part, alone)


def test_a_row_weighs_by_visits_place_chance_and_price():
    facts = Facts(
        segment=np.zeros(2, np.int32),
        visits=np.array([2.0, 6.0]),
        looks=np.array([1.0, 0.5]),
        price_cents=np.array([100.0, np.nan]),
    )
    rows = pd.DataFrame(
        {
            "user_row": [0, 0, 1, 1],
            "item_row": [0, 1, 0, 0],
            "rank": [1, 2, 2, 3],
            "gamma": [0.5, 0.4, 0.2, 0.9],
            "order_probability": [0.1, 0.1, 0.05, np.nan],
        }
    )

    found = weigh(rows, facts).by_model

    assert found["ads"].tolist() == [2.0, 1.0, 3.0, 0.0]
    assert found["membership"] == pytest.approx([1.0, 0.4, 0.6, 0.0])
    assert found["sales"] == pytest.approx([20.0, 0.0, 15.0, 0.0])


@few
@given(world=worlds())
def test_lists_that_are_all_ads_share_as_if_they_had_none(world):
    full = world.with_levers(ads__ad_slots=float(SLOTS))

    assert np.allclose(
        looks_by_rank(full.people, full.scenario), world.people.examination.mean(axis=0)
    )


@few
@given(world=worlds())
def test_half_an_ad_is_looked_past_as_a_mixture(world):
    none, half, one = (
        looks_by_rank(world.people, replace(world.scenario, ads=replace(world.scenario.ads, **ads)))
        for ads in ({"ad_slots": 0.0}, {"ad_slots": 0.5}, {"ad_slots": 1.0})
    )

    assert np.allclose(half, (none + one) / 2)
    assert np.allclose(none, world.people.examination.mean(axis=0))
