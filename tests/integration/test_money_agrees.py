"""One number wherever it appears: simulation, tables of pages, and the file of lists."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.simulation.levers import with_lever
from engine.store import artifacts
from engine.workbench import listing, pictures, pricing
from engine.workbench.listing import ListRequest
from engine.workbench.workspace import open_workspace
from tests.commands import copied

SCENARIOS = [{}, {"ads.ad_slots": 2.5}, {"sales.causal_share": 0.6, "economics.horizon_months": 7}]
MODELS = ("ads", "membership", "sales", "total")


@pytest.fixture(scope="module")
def workspace(trained_sample, tmp_path_factory):
    opened = open_workspace(copied(trained_sample, tmp_path_factory.mktemp("agrees")))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def inputs(workspace):
    return pricing.load(workspace)


def moved(inputs, levers):
    scenario = inputs.default_scenario
    for key, value in levers.items():
        scenario = with_lever(scenario, key, value)
    return scenario


@pytest.mark.parametrize("levers", SCENARIOS)
def test_months_and_segments_add_up_to_the_simulation_to_the_cent(inputs, levers):
    found = pricing.quote(inputs, moved(inputs, levers))
    months = pictures.month_table(found.outcomes[0])
    segments = pictures.segment_table(found.outcomes[0], inputs.valuation.segments)

    for name in MODELS:
        mean = found.simulation.of(name).mean
        assert months[name].sum() == mean
        assert segments[name].sum() == mean


@pytest.mark.parametrize("levers", SCENARIOS)
def test_the_file_of_lists_is_priced_by_the_scenario_it_names(workspace, inputs, levers):
    scenario = moved(inputs, levers)
    simulated = pricing.simulate(inputs, scenario)
    text = listing.recommend_bytes(workspace, ListRequest(scenario=scenario), marked=False)
    rows = list(csv.DictReader(io.StringIO(text.decode())))
    months = scenario.economics.horizon_months

    for name in MODELS[:-1]:
        total = sum(float(row[f"expected_{name}"]) for row in rows)
        assert total * 100 * months == pytest.approx(simulated.of(name).mean, rel=1e-3, abs=5)
    assert len({row["scenario_id"] for row in rows}) == 1


def test_another_scenario_has_another_name_in_the_file(workspace, inputs):
    names = set()
    for levers in SCENARIOS:
        request = ListRequest(k=1, scenario=moved(inputs, levers))
        text = listing.recommend_bytes(workspace, request, marked=False).decode()
        names |= {row["scenario_id"] for row in csv.DictReader(io.StringIO(text))}
    assert len(names) == len(SCENARIOS)


@given(
    amounts=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40),
    total=st.integers(-(10**7), 10**7),
)
def test_apportioned_cents_add_up_whatever_the_total(amounts, total):
    cents = pictures.apportioned(np.array(amounts), total)
    assert cents.sum() == total


def test_apportioned_cents_stay_within_one_of_what_they_stand_for():
    amounts = np.array([10.4, 20.4, 30.2])
    assert (np.abs(pictures.apportioned(amounts, 61) - amounts) < 1).all()


def test_runs_of_other_data_are_forgotten(trained_sample, tmp_path):
    opened = open_workspace(copied(trained_sample, tmp_path))
    run = artifacts.current_run(opened.database)
    outdated = run.folder.parent / "outdated"
    outdated.mkdir()
    (outdated / "manifest.json").write_text('{"data_hash": "other", "run_id": "outdated"}')
    artifacts.save_run(opened.database, run.run_id, replace_hash(run.manifest), {})
    opened.close()
    assert not outdated.exists()
    assert run.folder.exists()


def replace_hash(manifest):
    return {name: value for name, value in manifest.items() if name != "data_hash"}
