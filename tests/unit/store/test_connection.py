"""The database is locked down once, at opening, for every cursor of it."""

import duckdb
import pytest

from engine.errors import StoreError
from engine.store.connection import in_memory, open_database


@pytest.fixture(params=["file", "memory"])
def db(request, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    if request.param == "file":
        database = open_database(tmp_path / "a.duckdb", folders=[folder])
    else:
        database = in_memory(tmp_path / "d", folders=[folder])
    yield database
    database.close()


def test_each_cursor_keeps_time_in_utc(db):
    with db.cursor() as cursor:
        zone, text = cursor.execute(
            "select current_setting('TimeZone'),"
            " cast(timestamptz '2026-07-01 00:00:00+02' as varchar)"
        ).fetchone()
    assert (zone, text) == ("UTC", "2026-06-30 22:00:00+00")


@pytest.mark.parametrize(
    "change",
    [
        "set TimeZone = 'Asia/Tokyo'",
        "set enable_external_access = true",
        "set allowed_directories = ['/']",
        "set lock_configuration = false",
        "set temp_directory = '/elsewhere'",
    ],
)
def test_no_setting_changes_after_opening(db, change):
    with db.cursor() as cursor, pytest.raises(duckdb.Error):
        cursor.execute(change)


def test_file_outside_the_named_folders_is_out_of_reach(db, tmp_path):
    (tmp_path / "data" / "in.csv").write_text("a\n1\n")
    (tmp_path / "out.csv").write_text("a\n1\n")
    with db.cursor() as cursor:
        read = "select count(*) from read_csv($path)"
        inside = cursor.execute(read, {"path": str(tmp_path / "data" / "in.csv")}).fetchone()
        assert inside == (1,)
        with pytest.raises(duckdb.PermissionException):
            cursor.execute(read, {"path": str(tmp_path / "out.csv")})


def test_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "a.duckdb"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreError) as caught:
        open_database(path)
    assert caught.value.reason == "not_a_database"


@pytest.mark.parametrize("name", ["raw", "Marts", "temp"])
def test_a_file_called_like_a_part_of_the_database_is_refused(tmp_path, name):
    with pytest.raises(StoreError) as refused:
        open_database(tmp_path / f"{name}.duckdb")
    assert refused.value.reason == "database_name_reserved"


def test_what_an_older_version_derived_is_made_anew(tmp_path):
    path = tmp_path / "a.duckdb"
    open_database(path).close()
    with duckdb.connect(path) as connection:
        connection.execute("update raw.settings set value = '2' where name = 'schema_version'")
        connection.execute("drop table intermediate.int_bots")
        connection.execute("create view intermediate.int_bots as select 1 as user_id")
        connection.execute(
            "insert into raw.users (user_id, content_key, import_id) values ('u', uuid(), 1)"
        )
    database = open_database(path)
    with database.cursor() as cursor:
        kinds = cursor.execute(
            "select table_type from information_schema.tables where table_name = 'int_bots'"
        ).fetchall()
        assert kinds == [("BASE TABLE",)]
        assert cursor.execute("select user_id from marts.users").fetchall() == [("u",)]
    database.close()
    open_database(path).close()
