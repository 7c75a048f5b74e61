"""Commands that train, make lists and test them."""

from pathlib import Path

import click

from engine.errors import UsageError
from engine.ranking.rules import NO_RULES, Rules, from_json
from engine.ranking.settings import Effort
from engine.reporting import summary
from engine.workbench import evaluating, listing, training
from engine.workbench.evaluating import EvaluateRequest
from engine.workbench.listing import ListRequest
from engine.workbench.training import TrainRequest

from . import payloads
from .options import common, moment, names, opened
from .output import locale, show, terminal_progress


@click.command("train")
@click.option("--until", help="Learn only from events before this time (UTC unless it says).")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--threads", type=click.IntRange(1), default=2, show_default=True)
@click.option("--positives", help="Event types that count as success, separated by commas.")
@click.option(
    "--effort",
    type=click.Choice(["quick", "normal", "thorough"]),
    default="normal",
    show_default=True,
)
@common
def train_command(
    database: Path,
    as_json: bool,
    until: str | None,
    seed: int,
    threads: int,
    positives: str | None,
    effort: Effort,
) -> None:
    """Learn profiles, candidates, ranker and calibration, and make the lists."""
    request = TrainRequest(
        until=moment(until, "--until"),
        seed=seed,
        threads=threads,
        positives=names(positives),
        effort=effort,
    )
    with opened(database) as workspace:
        report = training.train(workspace, request, terminal_progress())
    show(payloads.of_training(report), as_json=as_json, summary=summary.of_training)


@click.command("recommend")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--k", type=click.IntRange(1), default=10, show_default=True, help="Rows a user.")
@click.option("--users", type=click.Path(path_type=Path), help="File with one user id a line.")
@click.option("--policy", default="ranked", show_default=True)
@click.option("--value-weight", type=click.FloatRange(0, 1), default=0.0, show_default=True)
@click.option("--include-seen", is_flag=True, help="Also list what a user already has.")
@click.option("--raw", is_flag=True, help="No guard against formulas; for machines.")
@click.option(
    "--rules",
    type=click.Path(path_type=Path),
    help="JSON file with filters, boosts, quotas and diversity.",
)
@click.option(
    "--explain",
    type=click.Path(path_type=Path, dir_okay=False),
    help="JSON file to write with all that speaks for each row.",
)
@common
def recommend_command(
    database: Path,
    as_json: bool,
    out: Path,
    k: int,
    users: Path | None,
    policy: str,
    value_weight: float,
    include_seen: bool,
    raw: bool,
    rules: Path | None,
    explain: Path | None,
) -> None:
    """Write the lists of all users, or of some, to a CSV file."""
    request = ListRequest(
        k=k,
        users=_user_ids(users),
        policy=policy,
        value_weight=value_weight,
        include_seen=include_seen,
        raw=raw,
        locale=locale(),
        rules=_rules(rules),
    )
    folders = [path.resolve().parent for path in (out, explain) if path is not None]
    for folder in folders:
        if not folder.is_dir():
            raise UsageError("folder_missing", path=str(folder))
    with opened(database, folders=folders[:1]) as workspace:
        report = listing.recommend_csv(workspace, request, out, explain)
    payload = payloads.of_record(report)
    show(payload, as_json=as_json, summary=summary.of_lists)


@click.command("evaluate")
@click.option("--test-share", type=click.FloatRange(0, 1, min_open=True, max_open=True))
@click.option("--from", "start", help="Test on events from this time on.")
@click.option("--leave-one-out", is_flag=True, help="Test on the last positive of each user.")
@click.option("--k", type=click.IntRange(1), default=10, show_default=True)
@click.option("--policies", help="Policies to compare, separated by commas.")
@click.option("--ablate", is_flag=True, help="Also train without each part of the ranker.")
@click.option("--positives", help="Event types that count as success, separated by commas.")
@common
def evaluate_command(
    database: Path,
    as_json: bool,
    test_share: float | None,
    start: str | None,
    leave_one_out: bool,
    k: int,
    policies: str | None,
    ablate: bool,
    positives: str | None,
) -> None:
    """Train on the earlier part of the log and score the later part."""
    if (test_share is not None) + (start is not None) + leave_one_out > 1:
        raise UsageError("one_split")
    request = EvaluateRequest(
        test_share=0.2 if test_share is None else test_share,
        start=moment(start, "--from"),
        leave_one_out=leave_one_out,
        k=k,
        policies=names(policies),
        ablate=ablate,
        positives=names(positives),
    )
    with opened(database) as workspace:
        result = evaluating.evaluate(workspace, request, terminal_progress())
    show(payloads.of_evaluation(result), as_json=as_json, summary=summary.of_evaluation)


def _user_ids(path: Path | None) -> tuple[str, ...] | None:
    if path is None:
        return None
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise UsageError("users_unreadable", path=str(path)) from None
    return tuple(line.strip() for line in lines if line.strip())


def _rules(path: Path | None) -> Rules:
    if path is None:
        return NO_RULES
    try:
        return from_json(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise UsageError("rules_unreadable", path=str(path)) from None
