"""One number wherever it appears: command line, months, segments, and the text of the page."""

import json
import re

import pytest
import streamlit
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

from engine.cli.app import cli
from engine.reporting import money
from engine.rng import stream
from engine.simulation.levers import find_lever, with_lever
from engine.simulation.run import MODELS
from engine.simulation.scenario import to_json
from engine.workbench import pictures, pricing
from engine.workbench.workspace import open_workspace
from tests.commands import copied
from tests.conftest import ROOT

LEVERS = {
    "ads.ad_slots": 1.0,
    "ads.cpm_cents": 0.01,
    "membership.price_cents": 0.01,
    "sales.price_ratio": 1.0,
    "sales.causal_share": 100.0,
    "reaction.use_loss_per_ad": 1.0,
    "reaction.price_elasticity": 1.0,
    "economics.horizon_months": 1.0,
}
"""Lever with a slider on the page Mix -> what its slider shows for one of the engine."""

N_SCENARIOS = 20


def drawn(number: int) -> dict[str, float]:
    """Values of some levers, each on a step of its slider."""
    rng = stream(number, "scenario of a test")
    moved = rng.choice(list(LEVERS), size=int(rng.integers(2, 7)), replace=False)
    values = {}
    for key in sorted(moved):
        lever = find_lever(key)
        steps = int(rng.integers(0, round((lever.high - lever.low) / lever.step) + 1))
        values[key] = round(lever.low + steps * lever.step, 6)
    return values


@pytest.fixture(scope="module")
def by_command(trained_sample, tmp_path_factory):
    """What ``simulate --json`` says of every scenario, with months and segments beside it."""
    database = copied(trained_sample, tmp_path_factory.mktemp("by_command"))
    workspace = open_workspace(database)
    inputs = pricing.load(workspace)
    workspace.close()
    found = []
    for number in range(N_SCENARIOS):
        scenario = inputs.default_scenario
        for key, value in drawn(number).items():
            scenario = with_lever(scenario, key, value)
        path = database.parent / f"{number}.json"
        path.write_text(to_json(scenario), encoding="utf-8")
        asked = ["simulate", "--db", str(database), "--scenario", str(path), "--json"]
        answered = CliRunner().invoke(cli, asked, catch_exceptions=False)
        outcome = pricing.quote(inputs, scenario).outcomes[0]
        months = pictures.month_table(outcome)
        segments = pictures.segment_table(outcome, inputs.valuation.segments)
        found.append((json.loads(answered.stdout), months, segments))
    return found


@pytest.fixture(scope="module")
def pages(trained_sample, tmp_path_factory):
    database = copied(trained_sample, tmp_path_factory.mktemp("pages"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REVLENS_DB", str(database))
        yield
        streamlit.cache_resource.clear()
        streamlit.cache_data.clear()


def sum_of_the_page(number: int) -> str:
    """The sentence of Mix that adds the three models up, with the sliders in the address."""
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    app.query_params["lang"] = "en"
    for key, value in drawn(number).items():
        name = key.replace(".", "_").replace("_cents", "")
        app.query_params[name] = f"{value * LEVERS[key]:g}"
    app.run()
    app.switch_page("pages/revenue/mix.py").run()
    assert not app.exception and not app.error
    return next(part.value for part in app.markdown if "Means add up" in part.value)


@pytest.mark.parametrize("number", range(N_SCENARIOS))
def test_page_months_segments_and_command_line_agree_to_the_cent(pages, by_command, number):
    answered, months, segments = by_command[number]
    said = sum_of_the_page(number).replace("\\", "")

    for name in (*MODELS, "total"):
        mean = answered[name]["mean"]
        assert months[name].sum() == segments[name].sum() == mean
        assert money.exact(mean, answered["currency"]) in said
    assert sum(answered[name]["mean"] for name in MODELS) == answered["total"]["mean"]
    assert f"over {answered['horizon_months']} months" in said


def test_the_scenarios_differ():
    assert len({re.sub(r"\s", "", str(drawn(number))) for number in range(N_SCENARIOS)}) > 15
