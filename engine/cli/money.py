"""Commands that put money on the lists."""

import json
from pathlib import Path

import click

from engine.errors import ScenarioError, UsageError
from engine.reporting import summary
from engine.simulation.scenario import Scenario, from_json, to_json
from engine.workbench import pricing

from . import payloads
from .options import common, opened
from .output import show

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("simulate")
@click.option("--scenario", "file", type=FILE, help="A scenario file; else the defaults.")
@click.option("--against", type=FILE, help="A second scenario to compare with.")
@click.option("--policy", default="ranked", show_default=True)
@click.option("--baseline", default="popularity", show_default=True)
@common
def simulate_command(
    database: Path,
    as_json: bool,
    file: Path | None,
    against: Path | None,
    policy: str,
    baseline: str,
) -> None:
    """Value the lists under advertising, membership and product sales."""
    scenario, base = _scenario(file), _scenario(against)
    with opened(database) as workspace:
        inputs = pricing.load(workspace)
        chosen = scenario or inputs.default_scenario
        result = pricing.simulate(inputs, chosen, policy=policy, baseline=baseline)
        other = pricing.simulate(inputs, base, policy=policy, baseline=baseline) if base else None
    payload = payloads.of_simulation(result)
    if other is not None:
        payload["against"] = payloads.of_simulation(other)
    show(payload, as_json=as_json, summary=summary.of_simulation)


@click.group("scenario")
def scenario_group() -> None:
    """Make scenario files."""


@scenario_group.command("new")
@click.option("--out", type=FILE, help="Write the file here; else print it.")
@common
def scenario_new(database: Path, as_json: bool, out: Path | None) -> None:
    """Write a scenario with every default, its unit, source and grade."""
    scenario = Scenario()
    if database.exists():
        with opened(database) as workspace:
            scenario = pricing.load(workspace).default_scenario
    text = to_json(scenario)
    if out is not None:
        _write(out, text)
    as_json = as_json or out is None
    show(json.loads(text), as_json=as_json, summary=summary.of_scenario(str(out)))


def _scenario(path: Path | None) -> Scenario | None:
    if path is None:
        return None
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise ScenarioError("scenario_unreadable", path=str(path)) from None
    return from_json(text)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError:
        raise UsageError("cannot_write", path=str(path)) from None
