"""On the shipped sample the truth is known: lists that the product calls better earn more."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from sample_data import make
from tests.commands import copied, engine, made_once, only_json

POLICIES = ("ranked", "popularity", "random")


@pytest.fixture(scope="module")
def shipped(shared_folder, tmp_path_factory):
    """Commands on the shipped sample, trained."""

    def train(database):
        only_json(engine(database, "sample", "--json"))
        only_json(engine(database, "train", "--effort", "quick", "--json"))

    database = made_once(shared_folder, "shipped_sample", train)
    return partial(engine, copied(database, tmp_path_factory.mktemp("shipped")))


@pytest.fixture(scope="module")
def lists(shipped, tmp_path_factory):
    """Rows of the lists of each policy, with the row of user and item in the truth."""
    truth, folder = make.read_truth(), tmp_path_factory.mktemp("lists")
    found = {}
    for policy in POLICIES:
        path = folder / f"{policy}.csv"
        only_json(shipped("recommend", "--policy", policy, "--out", path, "--json"))
        rows = pd.read_csv(path)
        for name in ("user", "item"):
            rows[name] = pd.Index(truth[f"{name}_ids"]).get_indexer(rows[f"{name}_id"])
        found[policy] = rows
    return found


@pytest.fixture(scope="module")
def earned(lists):
    """True order value of one list of every user at today's prices, by policy."""
    truth = make.read_truth()
    click, order = make.true_click_probability(truth), make.true_order_probability(truth)
    looked, price = np.array(truth["theta"]), np.array(truth["item_price"])

    def value(rows):
        pair = rows["user"].to_numpy(), rows["item"].to_numpy()
        seen = looked[rows["rank"].to_numpy() - 1]
        return float((seen * click[pair] * order[pair] * price[pair[1]]).sum())

    return {policy: value(rows) for policy, rows in lists.items()}


@pytest.fixture(scope="module")
def priced(shipped):
    """What the product says that the lists sell, by policy [cents]."""
    asked = {policy: shipped("simulate", "--policy", policy, "--json") for policy in POLICIES}
    return {policy: only_json(done)["sales"]["attributed"] for policy, done in asked.items()}


def test_lists_of_the_ranker_truly_earn_more_than_popular_items_and_those_than_random(earned):
    assert 1.5 * earned["random"] < earned["popularity"]
    assert 1.5 * earned["popularity"] < earned["ranked"]


def test_the_estimate_puts_policies_in_the_order_of_the_truth(earned, priced):
    assert priced["random"] < priced["popularity"] < priced["ranked"]
    assert earned["random"] < earned["popularity"] < earned["ranked"]


def test_the_estimated_gain_over_popular_items_does_not_promise_more_than_the_truth(earned, priced):
    """The log shows what a good recommender chose, so bad lists look better than they are."""
    true = earned["ranked"] / earned["popularity"]
    estimated = priced["ranked"] / priced["popularity"]

    assert 1.1 < estimated < 1.1 * true


def test_the_chance_of_a_click_is_near_the_truth(lists):
    truth = make.read_truth()
    rows = lists["ranked"]
    true = make.true_click_probability(truth)[rows["user"], rows["item"]]

    assert rows["p_click"].mean() == pytest.approx(true.mean(), rel=0.35)
    assert np.corrcoef(rows["p_click"], true)[0, 1] > 0.2


def test_arms_drawn_by_lot_tell_how_people_react(shipped):
    """Of that world: each ad takes 3 % of visits; members are as 1/price and e^(0.05 ads)."""
    told = only_json(shipped("simulate", "--json"))["told_by_log"]
    world = make.read_truth()["settings"]
    truth = {
        "reaction.use_loss_per_ad": world["ad_annoyance"],
        "reaction.price_elasticity": world["price_elasticity"],
        "reaction.membership_elasticity": 1.0,
        "reaction.upgrade_per_ad": 0.05,
        "reaction.churn_per_price": 0.0,  # who stays does not know the price
    }
    for key, value in truth.items():
        assert abs(told[key]["estimate"] - value) < 2.5 * told[key]["error"], key
        assert told[key]["arms"] == 3
        assert told[key]["users"] == world["n_users"]
    for key in ("reaction.use_per_quality", "reaction.churn_per_quality"):
        held = told[key]  # in that world lists move neither visits nor renewals
        assert (held["experiment"], held["arms"]) == ("recommendations", 2)
        assert abs(held["estimate"]) < 2.5 * held["error"], key
    surest = told["reaction.price_elasticity"]
    assert surest["error"] < 0.25
    assert abs(surest["together"] - world["price_elasticity"]) < abs(
        2.0 - world["price_elasticity"]
    )
