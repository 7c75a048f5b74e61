"""Arms of lists in a log: from files to what they say of people, told beside the prior."""

import pytest

from engine.simulation.levers import find_lever
from tests import policy_log
from tests.commands import engine, only_json

TRUTH = {
    "reaction.use_per_quality": policy_log.USE,
    "reaction.churn_per_quality": policy_log.CHURN,
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What a trained log of lists by lot says: its price, and its scenario."""
    folder = tmp_path_factory.mktemp("policy")
    database = folder / "revlens.duckdb"
    events, memberships, assignments = policy_log.write_policy_log(folder)
    files = ("--events", events, "--memberships", memberships, "--assignments", assignments)
    loaded = only_json(engine(database, "import", *files, "--currency", "EUR", "--json"))
    assert all(file["rejected"] == 0 for file in loaded["files"])
    only_json(engine(database, "train", "--effort", "quick", "--json"))
    return tuple(
        only_json(engine(database, *asked))
        for asked in (("simulate", "--json"), ("scenario", "new"))
    )


@pytest.mark.parametrize("key", sorted(TRUTH))
def test_arms_of_lists_say_how_people_react_to_their_quality(answers, key):
    told = answers[0]["told_by_log"][key]
    assert (told["experiment"], told["arms"], told["users"]) == ("policy", 2, policy_log.N_USERS)
    assert abs(told["estimate"] - TRUTH[key]) < 2.5 * told["error"]
    prior = find_lever(key)
    assert prior.fallback < told["together"] < told["estimate"]


def test_only_the_reactions_that_arms_speak_of_are_told(answers):
    assert set(answers[0]["told_by_log"]) == set(TRUTH)


@pytest.mark.parametrize("key", sorted(TRUTH))
def test_a_scenario_leaves_them_to_the_log(answers, key):
    subject, name = key.split(".")
    assert answers[1][subject][name]["value"] is None
