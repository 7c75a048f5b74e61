"""Commands that bring data in and look at its health."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from engine.errors import UsageError
from engine.reporting import summary
from engine.reporting.text import t
from engine.store.ingest import ImportReport, ImportRequest, InputFile, Kind
from engine.workbench import checking, loading

from . import payloads
from .app import BAD_INPUT
from .options import by_kind, common, opened, pairs
from .output import locale, show, terminal_progress

KINDS: tuple[Kind, ...] = ("events", "items", "users", "memberships", "assignments", "lists")
PUBLIC = ("movielens-100k", "complete-journey", "open-bandit")


def _file_options(command: Any) -> Any:
    for kind in reversed(KINDS):
        option = click.option(
            f"--{kind}",
            kind,
            type=click.Path(path_type=Path),
            multiple=True,
            help=f"A file of {kind}: CSV, CSV.gz, Parquet or NDJSON. Repeat for more.",
        )
        command = option(command)
    return command


@click.command("import")
@_file_options
@click.option("--map", "maps", multiple=True, help="canonical=theirs; items.price=theirs.")
@click.option("--event-map", "event_maps", multiple=True, help="theirs=canonical event type.")
@click.option("--constant", "constants", multiple=True, help="column=value for every row.")
@click.option("--timezone", help="Zone of times without an offset, such as Europe/London.")
@click.option("--currency", help="ISO 4217 code of all amounts.")
@click.option("--keep-repeats", is_flag=True, help="Keep equal rows without id in one file.")
@click.option("--dry-run", is_flag=True, help="Count everything, change nothing.")
@common
@click.pass_context
def import_command(
    context: click.Context,
    /,
    database: Path,
    as_json: bool,
    maps: Sequence[str],
    event_maps: Sequence[str],
    constants: Sequence[str],
    timezone: str | None,
    currency: str | None,
    keep_repeats: bool,
    dry_run: bool,
    **files: Sequence[Path],
) -> None:
    """Load files of events, items, users, memberships, assignments and lists."""
    request = ImportRequest(
        files=_input_files(files, maps=maps, event_maps=event_maps, constants=constants),
        timezone=timezone,
        currency=currency,
        keep_repeats=keep_repeats,
        dry_run=dry_run,
    )
    folders = sorted({file.path.resolve().parent for file in request.files})
    with opened(database, folders=folders, create=True) as workspace:
        report = loading.import_files(workspace, request, terminal_progress())
    _finish(context, report, as_json=as_json)


@click.command("sample")
@click.argument("name", required=False, type=click.Choice(PUBLIC))
@common
@click.pass_context
def sample_command(context: click.Context, database: Path, as_json: bool, name: str | None) -> None:
    """Load the shipped sample, or a public data set by its NAME."""
    folders = [loading.SAMPLE_FOLDER]
    with opened(database, folders=folders, create=True) as workspace:
        report = loading.load_sample(workspace, name, terminal_progress())
    _finish(context, report, as_json=as_json)


@click.command("check")
@common
def check_command(database: Path, as_json: bool) -> None:
    """Report the health of the data and how much it can prove."""
    with opened(database) as workspace:
        report = checking.check(workspace)
    show(payloads.of_health(report), as_json=as_json, summary=summary.of_health)


def _input_files(
    files: dict[str, Sequence[Path]],
    *,
    maps: Sequence[str],
    event_maps: Sequence[str],
    constants: Sequence[str],
) -> tuple[InputFile, ...]:
    columns = by_kind(pairs(maps, "--map"), KINDS)
    fixed = by_kind(pairs(constants, "--constant"), KINDS)
    events = pairs(event_maps, "--event-map")
    given = [(kind, path) for kind in KINDS for path in files.get(kind, ())]
    if not given:
        raise UsageError("nothing_to_import")
    for kind in KINDS:
        if (columns[kind] or fixed[kind]) and not files.get(kind):
            raise UsageError("map_without_file", kind=kind)
    return tuple(
        InputFile(
            path=path,
            kind=kind,
            columns=columns[kind],
            event_map=events if kind == "events" else {},
            constants=fixed[kind],
        )
        for kind, path in given
    )


def _finish(context: click.Context, report: ImportReport, *, as_json: bool) -> None:
    payload = payloads.of_import(report)
    show(payload, as_json=as_json, summary=summary.of_import)
    lost = [file["file"] for file in payload["files"] if 0 < file["read"] == file["rejected"]]
    if lost:
        click.echo(t("cli.all_rejected", locale(), files=", ".join(lost)), err=True)
        context.exit(BAD_INPUT)
