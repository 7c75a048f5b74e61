"""The command that says what the log knows of a policy's worth."""

from pathlib import Path
from typing import Literal

import click

from engine.reporting import summary
from engine.workbench.asked_worth import CLICK, WorthRequest, asked_worth
from engine.workbench.worth import Choice

from . import payloads
from .options import common, opened
from .output import show

Among = Literal["all", "shown", "list"]
AMONG: dict[Among, Choice] = {"all": "whole", "shown": "among_shown", "list": "reordered"}


@click.command("value")
@click.option("--target", default="ranked", show_default=True, help="Policy to value.")
@click.option("--logging", help="Only lists that this policy served.")
@click.option(
    "--among",
    type=click.Choice(list(AMONG)),
    default="all",
    show_default=True,
    help="What the target orders: all items, what a user was shown before, or today's list.",
)
@click.option("--reward", default=CLICK, show_default=True, help="click, order, value or margin.")
@common
def value_command(
    database: Path,
    as_json: bool,
    target: str,
    logging: str | None,
    among: Among,
    reward: str,
) -> None:
    """Say what the lists of a policy are worth by the chances that were logged."""
    request = WorthRequest(target=target, choice=AMONG[among], logging=logging, reward=reward)
    with opened(database) as workspace:
        found = asked_worth(workspace, request)
    show(payloads.of_worth(found), as_json=as_json, summary=summary.of_worth)
