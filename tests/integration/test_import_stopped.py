"""An import that is stopped leaves everything as it was, wherever it is stopped."""

from pathlib import Path

import pytest

from engine.store import queries
from engine.store.ingest import ImportRequest, InputFile
from engine.workbench import loading
from engine.workbench.workspace import Workspace, open_workspace

EVENTS = """user_id,item_id,event_type,occurred_at,unit_price,currency
u1,i1,view,2026-03-01T09:00:00Z,,
u1,i1,purchase,2026-03-01T09:05:00Z,12.50,EUR
u2,i2,purchase,2026-03-02T10:00:00Z,20.00,EUR
u3,,purchase,not a time,20.00,EUR
"""
MORE = EVENTS.replace("u1", "u7").replace("2026-03", "2026-04")
PLACES = 12
"""How many places of the import are tried."""


class Stopped(BaseException):
    """What Streamlit ends a page with is no Exception either."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stopped")
    opened = open_workspace(folder / "shop.duckdb", (folder,))
    loading.import_files(opened, request(folder, "first", EVENTS))
    yield opened
    opened.close()


def request(folder: Path, name: str, log: str) -> ImportRequest:
    path = folder / f"{name}.csv"
    path.write_text(log)
    file = InputFile(path=path, kind="events", columns={}, event_map={}, constants={})
    return ImportRequest(files=(file,))


def whole(workspace: Workspace) -> dict[str, object]:
    """Every row of every table, and the tables that there are."""
    with workspace.database.cursor() as cursor:
        tables = cursor.execute(
            "select schema_name, table_name from duckdb_tables() order by all"
        ).fetchall()
        rows = {
            f"{schema}.{name}": cursor.execute(
                f'select * from "{schema}"."{name}" order by all'
            ).fetchall()
            for schema, name in tables
        }
    return {"hash": queries.data_hash(workspace.database), **rows}


def reports(workspace: Workspace, asked: ImportRequest) -> list[tuple[float, str]]:
    """What an import reports, without doing it."""
    said: list[tuple[float, str]] = []
    with pytest.raises(Stopped):
        loading.import_files(workspace, asked, stopping_at(10**6, said, at_end=True))
    return said


def stopping_at(place: int, said: list[tuple[float, str]], *, at_end: bool = False):
    def report(share: float, step: str) -> None:
        said.append((share, step))
        if len(said) > place or (at_end and share >= 1.0):
            raise Stopped

    return report


@pytest.mark.parametrize("part", range(PLACES))
def test_a_stopped_import_changes_nothing_and_can_be_made_again(
    workspace: Workspace, tmp_path_factory, part: int
) -> None:
    asked = request(workspace.folder.parent, "more", MORE)
    before = whole(workspace)
    said = reports(workspace, asked)
    assert whole(workspace) == before
    assert len(said) >= PLACES

    with pytest.raises(Stopped):
        place = part * len(said) // PLACES
        loading.import_files(workspace, asked, stopping_at(place, []))
    assert whole(workspace) == before
    assert not workspace.database.writing.locked()


def test_after_all_these_stops_the_import_goes_through(workspace: Workspace) -> None:
    asked = request(workspace.folder.parent, "more", MORE)
    before = whole(workspace)
    for place in (0, 5, 20):
        with pytest.raises(Stopped):
            loading.import_files(workspace, asked, stopping_at(place, []))
    report = loading.import_files(workspace, asked)
    assert report.files[0].accepted == 3
    assert whole(workspace)["hash"] != before["hash"]
    assert len(whole(workspace)["raw.events"]) == len(before["raw.events"]) + 3


def test_reports_only_grow_and_end_at_the_end(workspace: Workspace) -> None:
    said: list[tuple[float, str]] = []
    asked = request(workspace.folder.parent, "again", EVENTS)
    loading.import_files(workspace, asked, lambda share, step: said.append((share, step)))
    shares = [share for share, _ in said]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert [step for step in dict.fromkeys(step for _, step in said)] == [
        "import",
        "build",
        "check",
    ]
