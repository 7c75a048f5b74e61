"""Two policies that ran side by side: each is foretold from the log of the other."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import _open_bandit as logs
from benchmarks.open_bandit import ESTIMATORS, TASKS, overlap, pooled
from engine.evaluation.off_policy.single import ips, value_of_actions


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> list[logs.Trial]:
    folder: Path = tmp_path_factory.mktemp("open_bandit")
    return list(logs.trials(logs.read(folder)))


def of(trials: list[logs.Trial], task: str) -> list[logs.Trial]:
    return [trial for trial in trials if trial.task == task]


def test_the_published_value_is_reproduced(trials: list[logs.Trial]) -> None:
    assert ips(of(trials, "p")[0].log).value == pytest.approx(0.00456, abs=0.0001)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("name", ["IPS", "SNIPS", "DR"])
def test_campaigns_together_are_foretold(trials: list[logs.Trial], name: str, task: str) -> None:
    found = of(trials, task)
    assert len(found) == len(logs.CAMPAIGNS)
    assert abs(pooled(found, ESTIMATORS[name])[1]) <= 2.0


def test_only_the_log_of_two_effective_rows_is_refused(trials: list[logs.Trial]) -> None:
    refused = [(t.task, t.campaign) for t in trials if overlap(t).colour == "red"]
    assert refused == [("reverse", "women")]


def test_a_log_of_two_effective_rows_has_no_value_to_tell(trials: list[logs.Trial]) -> None:
    log = of(trials, "reverse")[-1].log
    rows = np.arange(len(log.reward))
    weights = np.random.default_rng(1).exponential(size=(50, 64))
    found = value_of_actions(log, ips(log), rows, rows % 64, weights)

    assert found.ess < 3
    assert found.value is None and found.colour == "red"
