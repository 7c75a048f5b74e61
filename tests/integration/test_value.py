"""The verb ``value``: the contract's keys, what is withheld, and what is refused."""

import pytest

from tests.commands import only_json, refused

ESTIMATOR = {"value", "low", "high", "ess", "ess_positive", "gate"}


def test_the_object_has_the_keys_of_the_contract(sample):
    found = only_json(sample("value", "--among", "list", "--json"))

    assert {"target", "logging", "rung", "gates", "estimators"} <= set(found)
    assert found["target"] == "ranked" and found["rung"] >= 3
    assert {"pbm_dr", "iips"} <= set(found["estimators"])
    for each in found["estimators"].values():
        assert set(each) == ESTIMATOR and each["gate"] in ("green", "amber", "red")
        numbers = [each[name] for name in ("value", "low", "high")]
        assert (None in numbers) == (each["gate"] == "red")
        assert each["gate"] == "red" or numbers[1] <= numbers[0] <= numbers[2]
    for gate in found["gates"]:
        assert gate["advice"] and gate["colour"] in ("green", "amber", "red")


def test_a_policy_over_the_whole_catalogue_is_withheld(sample):
    """The log never shows most of what it would: no number, and no interval."""
    found = only_json(sample("value", "--json"))

    overlap = next(gate for gate in found["gates"] if gate["name"] == "overlap")
    assert overlap["colour"] == "red"
    assert found["estimators"]["pbm_dr"]["value"] is None
    assert found["gain"] is None


def test_all_lists_of_the_log_were_served_by_somebody(sample):
    whole = only_json(sample("value", "--among", "list", "--json"))
    nobody = only_json(sample("value", "--among", "list", "--logging", "nobody", "--json"))

    assert whole["lists"] > 0
    assert nobody["reason"] == "nothing_shown" and nobody["lists"] == 0
    assert nobody["estimators"]["pbm_dr"]["gate"] == "red"


@pytest.mark.parametrize(("option", "value"), [("--target", "nobody"), ("--reward", "joy")])
def test_what_the_log_does_not_have_is_refused(sample, option, value):
    assert value in refused(sample("value", option, value))


def test_a_log_without_chances_is_a_red_gate_and_no_number(orders):
    found = only_json(orders("value", "--json"))

    assert found["reason"] == "no_chances" and found["rung"] == 0
    assert [(gate["name"], gate["colour"]) for gate in found["gates"]] == [("propensities", "red")]
    assert all(each["value"] is None for each in found["estimators"].values())


def test_the_summary_says_what_stands_against_a_number(sample):
    said = sample("value")
    assert said.returncode == 0 and "withheld" in said.stdout and "red:" in said.stdout
