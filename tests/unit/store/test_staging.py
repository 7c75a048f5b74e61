"""The text of a file arrives whole: each row once, in order, under its own line."""

import json

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.errors import DataContractError
from engine.store import ingest_files, ingest_limits, ingest_lines, ingest_text
from engine.store.ingest_files import stage_text

COUNT = 1_000


@pytest.fixture
def staged(tmp_path):
    """Columns and delivered rows of a file of the given name and content."""

    def run(name, content):
        path = tmp_path / name
        if isinstance(content, pa.Table):
            pq.write_table(content, path, row_group_size=max(100, content.num_rows // 10))
        else:
            path.write_bytes(content)
        with duckdb.connect(":memory:") as cursor:
            table = stage_text(cursor, path)
            return table.columns, cursor.execute("from delivered order by line").fetchall()

    return run


FILES = {
    "a.csv": b"id,x\n" + b"".join(b"%d,x\n" % n for n in range(COUNT)),
    "a.ndjson": b"".join(b'{"id": %d, "x": "x"}\n' % n for n in range(COUNT)),
    "a.parquet": pa.table({"id": range(COUNT), "x": ["x"] * COUNT}),
}


@pytest.mark.parametrize("limit", ["BATCH_ROWS", "BATCH_CELLS", "BATCH_CHARACTERS"])
@pytest.mark.parametrize("name", FILES)
def test_no_row_is_lost_between_batches(staged, monkeypatch, name, limit):
    monkeypatch.setattr(ingest_files, limit, 7)
    first = 2 if name.endswith("csv") else 1
    expected = [(n + first, None, str(n), "x") for n in range(COUNT)]
    assert staged(name, FILES[name]) == (("id", "x"), expected)


def test_an_empty_table_has_columns_and_no_rows(staged):
    assert staged("a.parquet", pa.table({"id": pa.array([], pa.string())})) == (("id",), [])
    assert staged("a.csv", b"id\n") == (("id",), [])


def test_a_batch_ends_where_its_text_fills_memory(monkeypatch):
    monkeypatch.setattr(ingest_files, "BATCH_CHARACTERS", 10)
    reading = ingest_lines.Reading()

    def rows():
        for number in range(6):
            reading.characters += 4
            yield number, None, ["abcd"]

    batches = ingest_files._batches(rows(), reading, 1)
    assert [len(batch) for batch in batches] == [3, 3]


@pytest.mark.parametrize("names", [("id", "id"), ("id", "ID")])
def test_parquet_with_a_column_twice_is_refused(staged, names):
    table = pa.table([pa.array(["a"]), pa.array(["b"])], names=names)
    with pytest.raises(DataContractError, match="column_twice"):
        staged("a.parquet", table)


def test_parquet_with_a_field_twice_inside_a_column_is_read(staged):
    table = pa.table({"geo": [{"id": 1, "at": {"id": 2}}], "user": [3]})
    columns, rows = staged("a.parquet", table)
    assert columns == ("geo", "user")
    assert json.loads(rows[0][2]) == {"id": 1, "at": {"id": 2}}
    assert rows[0][3] == "3"


def test_parquet_with_too_many_columns_is_refused(staged):
    with pytest.raises(DataContractError, match="too_many_columns"):
        staged("a.parquet", pa.table({f"c{n}": ["x"] for n in range(1_001)}))


def test_parquet_of_endless_rows_without_text_is_refused(staged, monkeypatch):
    monkeypatch.setattr(ingest_limits, "SMALL_BYTES", 1)
    monkeypatch.setattr(ingest_limits, "MAX_PACKING", 10)
    assert len(staged("a.parquet", pa.table({"id": range(COUNT)}))[1]) == COUNT
    with pytest.raises(DataContractError, match="file_too_large"):
        staged("a.parquet", pa.table({"id": [7] * (100 * COUNT)}))


def test_parquet_may_use_the_names_of_the_reader(staged):
    names = ("file_row_number", "filename", "line", "fault", "c0", "")
    columns, rows = staged("a.parquet", pa.table({name: [f"<{name}>"] * 2 for name in names}))
    assert columns == names
    assert rows == [(n, None, *(f"<{name}>" for name in names)) for n in (1, 2)]


def test_parquet_text_with_a_null_byte_is_a_fault_of_its_row(staged):
    _, rows = staged("a.parquet", pa.table({"id": ["a\0b", "c", None]}))
    assert rows == [(1, "bad_characters", "a�b"), (2, None, "c"), (3, None, None)]


def test_parquet_text_that_is_not_utf8_is_damage(staged):
    lengths, data = pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")
    table = pa.table({"id": pa.Array.from_buffers(pa.string(), 1, [None, lengths, data])})
    with pytest.raises(DataContractError, match="file_damaged"):
        staged("a.parquet", table)


@pytest.mark.parametrize("name", ["a.csv", "a.ndjson"])
def test_a_line_may_be_as_long_as_the_limit(staged, monkeypatch, name):
    content = FILES[name]
    longest = max(map(len, content.splitlines(keepends=True)))
    monkeypatch.setattr(ingest_lines, "MAX_LINE_CHARACTERS", longest + 1)
    assert len(staged(name, content)[1]) == COUNT
    monkeypatch.setattr(ingest_lines, "MAX_LINE_CHARACTERS", longest)
    with pytest.raises(DataContractError, match="line_too_long"):
        staged(name, content)


def test_a_json_field_may_be_as_long_as_the_limit(staged, monkeypatch):
    monkeypatch.setattr(ingest_text, "MAX_FIELD_CHARACTERS", 30)
    assert staged("a.ndjson", b'{"id": "' + b"x" * 30 + b'"}')[1][0][2] == "x" * 30
    with pytest.raises(DataContractError, match="line_too_long"):
        staged("a.ndjson", b'{"id": "' + b"x" * 31 + b'"}')


def test_a_file_may_unpack_to_many_times_its_size_while_small(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" * 100)
    assert ingest_limits.unpacked_limit(path) == ingest_limits.SMALL_BYTES
    monkeypatch.setattr(ingest_limits, "SMALL_BYTES", 1)
    assert ingest_limits.unpacked_limit(path) == 100 * ingest_limits.MAX_PACKING
    monkeypatch.setattr(ingest_limits, "MAX_UNPACKED_BYTES", 7)
    assert ingest_limits.unpacked_limit(path) == 7
