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
    scenario, other = _scenario(file), _scenario(against)
    with opened(database) as workspace:
        inputs = pricing.load(workspace, (policy, baseline))
        result = pricing.simulate(
            inputs,
            scenario or inputs.default_scenario,
            policy=policy,
            baseline=baseline,
            against=other,
            explain=True,
        )
    show(payloads.of_simulation(result), as_json=as_json, summary=summary.of_simulation)


@click.group("scenario")
def scenario_group() -> None:
    """Make scenario files."""


@scenario_group.command("new")
@click.option("--out", type=FILE, help="Write the file here; else print it.")
@common
def scenario_new(database: Path, as_json: bool, out: Path | None) -> None:
    """Write a scenario with every default, its unit, source and grade."""
    text = to_json(_default_scenario(database))
    if out is not None:
        _write(out, text)
    show(json.loads(text), as_json=as_json or out is None, summary=summary.of_scenario(str(out)))


def _default_scenario(database: Path) -> Scenario:
    """Return the defaults of a trained log where there is one, else those of the sources."""
    if not database.exists():
        return Scenario()
    with opened(database) as workspace:
        return pricing.default_scenario(workspace)


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
