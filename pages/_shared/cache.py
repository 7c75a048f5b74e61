"""Every cache of the product, and the only way from a page to the workbench."""

import os
from pathlib import Path

import pandas as pd
import streamlit as st

from engine.progress import Progress
from engine.store.health import HealthReport
from engine.store.ingest import FilePreview, ImportReport, ImportRequest, InputFile, Kind
from engine.store.lists import ListFilters
from engine.workbench import browsing, checking, listing, loading, training, workspace
from engine.workbench.browsing import ListChoices, ListCount, ListPage
from engine.workbench.checking import Stamp
from engine.workbench.listing import ListRequest
from engine.workbench.training import TrainReport, TrainRequest
from engine.workbench.workspace import Workspace

DATABASE = "REVLENS_DB"
DEFAULT_DATABASE = ".revlens/revlens.duckdb"


def stamp() -> Stamp:
    """Sizes, dates and version of the data; read fresh, it is the key of the caches."""
    return checking.stamp(_workspace())


@st.cache_data(max_entries=4, show_spinner=False)
def health(database: str, data_version: str) -> HealthReport:
    """Gates and rung of one version of the data."""
    return checking.check(_open(database))


@st.cache_data(max_entries=4, show_spinner=False)
def months(database: str, data_version: str) -> pd.DataFrame:
    """What was counted in each month of the log."""
    return checking.months(_open(database))


def latest_whole_month(months: pd.DataFrame, facts: Stamp) -> pd.Series:
    """The month that headline figures speak of."""
    return checking.latest_whole_month(months, facts)


def load_sample(progress: Progress) -> ImportReport:
    """Load the shipped sample."""
    return loading.load_sample(_workspace(), None, progress)


def train(progress: Progress, *, again: bool = False) -> TrainReport | None:
    """Make lists for the data as it is; None when they exist and need not be made ``again``.

    The data is locked meanwhile: lists of a log that grew under the training would pass
    for lists of the grown one.
    """
    opened = _workspace()
    with opened.database.turn(progress):
        if checking.stamp(opened).run_id is not None and not again:
            return None
        return training.train(opened, TrainRequest(), progress)


@st.cache_data(max_entries=4, show_spinner=False)
def list_choices(database: str, run_id: str) -> ListChoices:
    """What filters over the lists of a run can be set to."""
    return browsing.choices(_open(database), run_id)


@st.cache_data(max_entries=64, show_spinner=False)
def list_rows(
    database: str, run_id: str, filters: ListFilters, locale: str, limit: int, offset: int
) -> ListPage:
    """One page of the lists of a run."""
    return browsing.browse(_open(database), run_id, filters, locale, limit, offset)


@st.cache_data(max_entries=16, show_spinner=False)
def list_count(database: str, run_id: str, filters: ListFilters, places: int) -> ListCount:
    """How many rows and users the first places of filtered lists have."""
    return browsing.count(_open(database), run_id, filters, places)


def lists_csv(request: ListRequest, marked: bool) -> bytes:
    """Lists as the file of the contract."""
    return listing.recommend_bytes(_workspace(), request, marked=marked)


def keep_upload(upload_id: str, name: str, content: bytes) -> Path:
    """Put an uploaded file where the locked database may read it, once.

    A folder per upload: two visitors may bring files of one name. Only the last part of
    ``name`` counts, since a browser may send a path.
    """
    path = _workspace().exchange / upload_id / Path(name).name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return path


@st.cache_data(max_entries=8, show_spinner=False)
def preview(path: Path, kind: Kind, event_column: str | None) -> FilePreview:
    """First ten rows with guessed columns; an upload has a path of its own, so it is the key."""
    return loading.preview(path, kind, event_column)


def import_file(file: InputFile, timezone: str, currency: str, progress: Progress) -> ImportReport:
    """Load one file, then forget the uploaded copy; a refused one stays to be mended."""
    request = ImportRequest(files=(file,), timezone=timezone or None, currency=currency or None)
    report = loading.import_files(_workspace(), request, progress)
    file.path.unlink(missing_ok=True)
    return report


def rejected_csv(import_id: int) -> bytes:
    """Rejected rows of one import."""
    return loading.rejected_csv(_workspace(), import_id)


def database() -> str:
    """Where the data lives."""
    return str(Path(os.environ.get(DATABASE, DEFAULT_DATABASE)).absolute())


def opened(database: str) -> Workspace:
    """The database of this process, open once for all visitors."""
    return _open(database)


def _workspace() -> Workspace:
    return _open(database())


@st.cache_resource(max_entries=2, on_release=Workspace.close, show_spinner=False)
def _open(database: str) -> Workspace:
    return workspace.open_workspace(Path(database), (loading.SAMPLE_FOLDER,))
