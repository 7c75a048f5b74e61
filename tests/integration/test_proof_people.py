"""People of worlds with a known truth come, try, join and leave as the recipe says."""

import numpy as np
import pytest

from engine.evaluation.memberships import MONTH_SECONDS
from sample_data.proof.people import (
    BEGIN,
    TRIAL_MONTHS,
    draw_stays,
    draw_visits,
    is_paying,
    panel_of,
    people_of,
    starting_chance,
)
from sample_data.proof.truth import Truth
from sample_data.proof.world import PRICE_CENTS, Recipe, draw_world

N_USERS = 20_000


@pytest.fixture(scope="module")
def crowd():
    world = draw_world(3, Recipe(n_users=50, n_items=40))
    people = panel_of(world, N_USERS)
    stays = draw_stays(world, people)
    return world, people, stays


def test_trials_start_at_the_chance_of_the_account_s_age(crowd):
    world, people, stays = crowd
    begun = (stays.started_at - BEGIN) / MONTH_SECONDS
    first = stays.is_trial & (begun >= 0.0) & (begun < 1.0)
    never = np.ones(N_USERS, dtype=bool)
    never[stays.user_row[~stays.is_trial & (begun < 0.0)]] = False
    there = never & (people.signed_up < 0.0)
    expected = starting_chance(world, people, 0)[there].sum()
    found = np.isin(stays.user_row[first], np.flatnonzero(there)).sum()
    assert abs(found - expected) < 4.0 * np.sqrt(expected)


def test_the_willing_join_first(crowd):
    world, people, _ = crowd
    a, b = world.joining
    arms = people.arms
    alike = (arms.ad_load == 1) & (arms.member_price == PRICE_CENTS)
    expected = a / (a + b + np.maximum(3.0 - people.signed_up, 0.0))
    chance = starting_chance(world, people, 3)
    assert chance[alike] == pytest.approx(expected[alike])
    old, young = people.signed_up < -18.0, people.signed_up > -3.0
    assert chance[old].mean() < 0.9 * chance[young].mean()


def test_whoever_pays_tried_before(crowd):
    world, _, stays = crowd
    paid = ~stays.is_trial
    began = dict(zip(stays.user_row[paid], stays.started_at[paid], strict=True))
    trials = zip(stays.user_row[~paid], stays.started_at[~paid], strict=True)
    led = {
        user
        for user, at in trials
        if abs(began.get(user, 0) - at - TRIAL_MONTHS * MONTH_SECONDS) < 1
    }
    assert set(began) == led
    share = paid.sum() / stays.is_trial.sum()
    assert abs(share - world.trial_to_paid) < 0.03


def test_nobody_visits_before_the_sign_up_and_ads_keep_only_free_users_away(crowd):
    world, people, stays = crowd
    visits = draw_visits(world, people, stays)
    month = (visits.at - BEGIN) / MONTH_SECONDS
    assert (month >= people.signed_up[visits.user] - 1e-3).all()
    paying = is_paying(stays, visits.user, visits.at, N_USERS)
    late = (month > 1.0) & (people.signed_up[visits.user] < 0.0)
    loads = people.arms.ad_load[visits.user]
    free = [np.sum(late & ~paying & (loads == load)) for load in (0, 2)]
    assert free[1] < free[0] * (1.0 - world.of("reaction.use_loss_per_ad"))


def test_lists_count_by_the_visits_of_people_since_they_were_learned():
    world = draw_world(3, Recipe(n_users=400, n_items=40))
    signed_up, recipe = people_of(world).signed_up, world.recipe
    lists = world.candidates[:, : recipe.n_slots]
    late = signed_up > recipe.learning_months
    assert late.any()
    since = np.where(late, signed_up, recipe.learning_months)
    visits = world.visits_a_month * (recipe.months - since)
    own = world.segment == 0
    clicks = world.click[np.arange(400)[:, None], lists]
    expected = np.average(clicks[own], axis=0, weights=visits[own])
    assert Truth(world=world)._tensor(lists).click[0, 0].sum(axis=1) == pytest.approx(expected)
