"""Switching off each part of a trained run: measured, kept, said."""

import json

import pytest

from engine.cli.app import main
from engine.evaluation.compare import Estimate
from engine.reporting.text import LOCALES, words
from engine.workbench import ablating
from engine.workbench.quality import read_judgement
from engine.workbench.runs import ABLATION
from engine.workbench.workspace import open_workspace
from tests.commands import copied

FEW = ("als", "together", "popularity", "taste", "touch")
EVERY_PART = tuple(ablating.PARTS.items())


class StoppedError(Exception):
    """Pressed Stop."""


@pytest.fixture(scope="module")
def few_parts():
    """Some parts stand for all: each costs a training, and the benchmark takes all of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ablating, "PARTS", {name: ablating.PARTS[name] for name in FEW})
        yield


@pytest.fixture(scope="module")
def measured(few_parts, trained_orders, tmp_path_factory):
    database = copied(trained_orders, tmp_path_factory.mktemp("ablation"))
    workspace = open_workspace(database)
    steps: list[tuple[float, str]] = []
    assert ablating.read_ablation(workspace) is None
    found = ablating.ablate_run(workspace, lambda share, step: steps.append((share, step)))
    yield workspace, found, steps
    workspace.close()


def test_the_whole_is_what_the_quality_page_says(measured):
    workspace, found, _ = measured
    quality = read_judgement(workspace).quality
    ours = quality.of(quality.ours)

    assert (found.users, found.since, found.k) == (quality.users, quality.since, quality.k)
    assert all(
        estimate == Estimate(**vars(ours.values[name])) for name, estimate in found.full.items()
    )


def test_each_source_and_group_of_facts_is_switched_off_once(measured):
    _, found, steps = measured
    assert {part.name: part.kind for part in found.parts} == dict(ablating.PARTS)
    assert [step for _, step in steps if step.startswith("without_")]
    shares = [share for share, _ in steps]
    assert shares == sorted(shares) and shares[-1] == 1.0


def test_some_part_matters(measured):
    _, found, _ = measured
    assert any(part.loss["ndcg"].difference != 0 for part in found.parts)


def test_it_stays_with_the_run(measured):
    workspace, found, _ = measured
    assert ablating.read_ablation(workspace) == found
    run = ablating.trained_run(workspace)
    (run.folder / ABLATION).write_bytes(b"PK cut")
    assert ablating.read_ablation(workspace) is None, "it can be measured again"


def test_stop_leaves_the_run_as_it_is(trained_orders, tmp_path):
    database = copied(trained_orders, tmp_path)
    workspace = open_workspace(database)
    before = ablating.trained_run(workspace).manifest

    def stop(share: float, step: str) -> None:
        if step == "without_als":
            raise StoppedError

    with pytest.raises(StoppedError):
        ablating.ablate_run(workspace, stop)
    assert ablating.trained_run(workspace).manifest == before
    assert ablating.read_ablation(workspace) is None
    workspace.close()


def test_the_command_adds_what_each_part_adds(trained_orders, tmp_path, monkeypatch, capsys):
    few = {name: ablating.PARTS[name] for name in ("als", "touch")}
    monkeypatch.setattr(ablating, "PARTS", few)
    database = copied(trained_orders, tmp_path)
    said = []
    for asked in ((), ("--ablate",)):
        given = ("evaluate", "--policies", "ranked", "--json", "--db", str(database))
        assert main([*given, *asked]) == 0
        said.append(json.loads(capsys.readouterr().out))

    plain, found = said
    parts = found.pop("ablation")["parts"]
    assert json.dumps(found) == json.dumps(plain), "nothing else changes"
    assert set(parts) == set(few)
    assert set(parts["als"]["loss"]["ndcg"]) >= {"difference", "low", "high"}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("name", "kind"), EVERY_PART)
def test_every_part_has_words(name, kind, locale):
    known = words(locale)
    assert f"steps.without_{name}" in known
    assert (f"list_words.{name}" if kind == "source" else f"pages.quality.part.{name}") in known
