"""Simulate and scenario keep the contract of the command line."""

import json

import pytest

from engine.simulation.levers import LEVERS
from tests.commands import engine, only_json, refused

MODELS = ("ads", "membership", "sales")
MONEY = {"p10", "p50", "p90", "mean", "attributed", "incremental", "interval"}
KEYS = {
    *("run_id", "rung", "currency", "horizon_months", "policy", "baseline", *MODELS, "total"),
    *("uplift", "shares", "break_even", "books", "experiment", "details"),
    *("forecast", "evidence", "told_by_log", "present_value", "uncertainty"),
}


@pytest.fixture(scope="module")
def priced(sample):
    """What the default scenario says."""
    return only_json(sample("simulate", "--json"))


def changed(path, scenario, **values):
    """A scenario file with other values; ``ads__cpm_cents`` names ``ads.cpm_cents``."""
    other = json.loads(json.dumps(scenario))
    for name, value in values.items():
        subject, field = name.split("__")
        other[subject][field]["value"] = value
    path.write_text(json.dumps(other), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def scenario(sample):
    """The scenario of the data."""
    return only_json(sample("scenario", "new"))


def test_a_price_has_the_keys_of_the_contract(priced):
    assert set(priced) == KEYS
    assert (priced["rung"], priced["currency"], priced["horizon_months"]) == (4, "EUR", 12)
    assert (priced["policy"], priced["baseline"]) == ("ranked", "popularity")
    gain = priced["uplift"]
    extra = {"by_model", "probability_positive", "variance_shares", "against"}
    assert set(gain) == MONEY | extra
    assert gain["against"] is None
    assert set(gain["by_model"]) == set(MODELS)
    assert set(gain["variance_shares"]) == {"data", "assumption", "noise", "model"}
    assert {"causal_share"} <= set(priced["break_even"])


def test_the_test_that_would_settle_it_says_what_it_is_worth(priced):
    test = priced["experiment"]
    settling = {"effect", "users_per_arm", "weeks", "cost_cents", "smallest_effect"}
    assert set(test) == {*settling, "revenue_variation", "choice", "worth"}
    assert test["choice"] == "lists"
    worth = test["worth"]
    answer = {"perfect_cents", "smallest", "best", "reason", "sharpest_effect", "knowledge"}
    assert set(worth) == answer
    assert worth["perfect_cents"] >= 0
    assert (worth["smallest"] is None) == (worth["reason"] in {"clear", "few_users"})
    assert all(0 < known["cents"] <= worth["perfect_cents"] for known in worth["knowledge"])


def test_a_forecast_stands_around_the_estimate(priced):
    assert set(priced["forecast"]) == {*MODELS, "total"}
    for name, ends in priced["forecast"].items():
        assert ends["p10"] < priced[name]["p50"] < ends["p90"]
        assert ends["p90"] - ends["p10"] > 0.9 * (priced[name]["p90"] - priced[name]["p10"])


def test_it_says_what_makes_each_forecast_wide(priced):
    sources = {"data", "assumption", "noise", "model"}
    assert set(priced["uncertainty"]) == {*MODELS, "total"}
    for name, told in priced["uncertainty"].items():
        assert set(told["shares"]) == {*sources, "rest"}
        assert set(told["half_widths_cents"]) == sources
        assert sum(told["shares"].values()) == pytest.approx(1.0)
        assert 0 < told["level_share"] < told["shares"]["model"], "no list was ever shown"
        ends = priced["forecast"][name]
        widest = max(told["half_widths_cents"].values())
        assert 0 < widest < 0.65 * (ends["p90"] - ends["p10"])


def test_all_months_are_worth_less_today_than_their_sum(priced, sample, scenario, tmp_path):
    worth = priced["present_value"]
    assert set(worth) == {"p10", "p50", "p90", "mean", "cost_cents", "interval"}
    assert worth["p10"] < worth["p50"] < worth["p90"] < priced["total"]["p90"]
    assert worth["mean"] == pytest.approx(priced["total"]["mean"], rel=0.1)
    path = changed(
        tmp_path / "paid.json",
        scenario,
        economics__discount_rate=0.0,
        economics__cost_cents_per_month=1_000.0,
    )
    paid = only_json(sample("simulate", "--scenario", path, "--json"))
    assert paid["present_value"]["cost_cents"] == 12_000
    assert paid["present_value"]["mean"] == pytest.approx(priced["total"]["mean"] - 12_000, abs=3)
    assert paid["total"] == priced["total"], "a rate and a cost move no money"


def test_it_says_what_tells_the_events_of_both_lists(priced):
    assert set(priced["evidence"]) == {"ranked", "popularity"}
    for told in priced["evidence"].values():
        assert told["basis"] in {"model", "off_policy"}
        assert told["gates"] and all(gate["advice"] for gate in told["gates"])
        assert (told["basis"] == "model") == any(gate["colour"] == "red" for gate in told["gates"])


def test_the_first_month_of_todays_lists_is_the_month_that_was_counted(priced):
    counted, modelled = priced["books"]["counted"], priced["books"]["modelled"]
    for name, value in modelled.items():
        assert value == pytest.approx(counted[name], rel=0.05), name


def test_money_is_whole_cents_in_order_and_incremental(priced):
    amounts = [priced[name] for name in (*MODELS, "total")]
    amounts += [priced["uplift"], *priced["uplift"]["by_model"].values()]

    for money in amounts:
        cents = {name: money[name] for name in MONEY - {"interval"}}
        assert all(isinstance(value, int) for value in cents.values())
        assert money["p10"] <= money["p50"] <= money["p90"]
        assert money["mean"] == money["incremental"]
        assert money["interval"] == "estimate"


def test_the_three_models_add_up_to_the_total_to_the_cent(priced):
    for name in ("mean", "attributed"):
        assert sum(priced[model][name] for model in MODELS) == priced["total"][name]
        gain = priced["uplift"]
        assert sum(part[name] for part in gain["by_model"].values()) == gain[name]


def test_the_shares_of_the_level_sum_to_one(priced):
    assert set(priced["shares"]) == {"measured", "estimated", "assumed"}
    assert sum(priced["shares"].values()) == pytest.approx(1.0)
    shares = priced["uplift"]["variance_shares"]
    assert shares["data"] + shares["assumption"] + shares["model"] == pytest.approx(1.0)
    assert shares["model"] > 0, "no list of the ranker was ever shown"
    assert priced["uplift"]["probability_positive"] is None


def test_a_new_scenario_holds_every_lever_with_unit_source_and_grade(scenario):
    assert {"format", "seed", "pinned"} <= set(scenario)
    for lever in LEVERS:
        facts = scenario[lever.subject][lever.field]
        assert set(facts) == {"value", "unit", "source", "grade", "low", "high"}
        assert facts["grade"] in {"A", "B", "C"} and facts["unit"] and facts["source"]


def test_the_scenario_of_the_data_knows_what_the_log_shows(scenario):
    assert scenario["ads"]["ad_slots"]["value"] == pytest.approx(1.0, abs=0.3)
    assert scenario["membership"]["price_cents"]["value"] == pytest.approx(500, rel=0.1)


def test_a_written_scenario_gives_the_price_of_the_default(sample, priced, tmp_path):
    path = tmp_path / "s.json"
    only_json(sample("scenario", "new", "--out", path, "--json"))

    assert only_json(sample("simulate", "--scenario", path, "--json")) == priced


def test_a_scenario_against_itself_brings_exactly_nothing(sample, scenario, tmp_path):
    path = changed(tmp_path / "s.json", scenario, ads__ad_slots=2.0, sales__price_ratio=0.9)

    result = only_json(sample("simulate", "--scenario", path, "--against", path, "--json"))

    against = result["uplift"]["against"]
    assert [against[name] for name in ("p10", "p50", "p90", "mean", "attributed")] == [0] * 5
    assert result["uplift"]["mean"] != 0


def test_scenarios_are_compared_draw_by_draw(sample, priced, scenario, tmp_path):
    """Twice the price of an ad earns what the ads earned before, in every draw."""
    cpm = scenario["ads"]["cpm_cents"]["value"]
    path = changed(tmp_path / "dear.json", scenario, ads__cpm_cents=2 * cpm)
    base = changed(tmp_path / "base.json", scenario)

    result = only_json(sample("simulate", "--scenario", path, "--against", base, "--json"))

    against = result["uplift"]["against"]
    for name in ("p10", "p50", "p90", "mean"):
        assert against[name] == pytest.approx(priced["ads"][name], abs=1)


def test_another_policy_and_baseline_are_priced(sample, priced):
    asked = ["--policy", "current", "--baseline", "random", "--json"]

    result = only_json(sample("simulate", *asked))
    baseline = only_json(sample("simulate", "--policy", "random", "--json"))

    assert (result["policy"], result["baseline"]) == ("current", "random")
    assert result["ads"] != {} and result["sales"]["mean"] != priced["sales"]["mean"]
    more = result["total"]["attributed"] - baseline["total"]["attributed"]
    assert result["uplift"]["attributed"] == pytest.approx(more, abs=1)
    assert more != 0


def test_what_cannot_be_priced_is_refused_with_a_sentence(sample, scenario, tmp_path):
    wrong = changed(tmp_path / "wrong.json", scenario)
    content = json.loads(wrong.read_text(encoding="utf-8"))
    content["ads"]["cpm_euros"] = 5
    wrong.write_text(json.dumps(content), encoding="utf-8")

    assert "alphabet" in refused(sample("simulate", "--policy", "alphabet", "--json"))
    assert "ads.cpm_euros" in refused(sample("simulate", "--scenario", wrong, "--json"))
    assert "none.json" in refused(sample("simulate", "--scenario", tmp_path / "none.json"))
    assert "missing" in refused(sample("scenario", "new", "--out", tmp_path / "missing" / "s.json"))


def test_a_scenario_needs_no_database(tmp_path):
    fresh = only_json(engine(tmp_path / "none.duckdb", "scenario", "new"))

    assert fresh["ads"]["ad_slots"]["value"] is None
    assert not (tmp_path / "none.duckdb").exists()
