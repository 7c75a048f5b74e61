"""Cut, flipped and bloated files are refused whole, and a sum beside a file is believed."""

import gzip
import hashlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.errors import DataContractError
from engine.store import ingest
from engine.store.connection import open_database

ROWS = 200
TIME = "2026-01-02T03:04:05Z"
HEAD = b"user_id,item_id,event_type,occurred_at,unit_price\n"
GOOD = b"".join(b"u%d,i,purchase,2026-01-02T03:04:05Z,1.50\n" % n for n in range(ROWS))
LINES = b"".join(
    b'{"user_id": "u%d", "event_type": "view", "occurred_at": "2026-01-02T03:04:05Z"}\n' % n
    for n in range(ROWS)
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("damage")
    db = open_database(folder / "a.duckdb", folders=[folder])
    yield db, folder
    db.close()


def orders(**options):
    columns = {
        "user_id": [f"u{n % 50}" for n in range(ROWS)],
        "item_id": [f"i{n % 7}" for n in range(ROWS)],
        "event_type": ["purchase"] * ROWS,
        "occurred_at": [TIME] * ROWS,
        "unit_price": [n / 4 for n in range(ROWS)],
        "event_id": [f"e{n}" for n in range(ROWS)],
    }
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink, **options)
    return sink.getvalue().to_pybytes()


@pytest.fixture(scope="module")
def parquet():
    return orders()


def load(shared, content, name):
    db, folder = shared
    path = folder / name
    path.write_bytes(content)
    file = ingest.InputFile(path=path, kind="events")
    request = ingest.ImportRequest(files=(file,), currency="EUR", dry_run=True)
    report = ingest.import_files(db, request).files[0]
    assert report.accepted + report.duplicate + report.rejected == report.read
    return report


def refusal(shared, content, name):
    with pytest.raises(DataContractError) as caught:
        load(shared, content, name)
    return caught.value.reason


def repeated(text, rows):
    """A column of one text: a few bytes in the file, however many rows."""
    return pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array([text]))


def bloated(rows, text):
    columns = {"user_id": text, "event_type": "view", "occurred_at": TIME}
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({name: repeated(value, rows) for name, value in columns.items()}), sink)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize("kept", [4, 8, 0.3, 0.5, 0.9, -9, -8, -4, -1])
def test_cut_parquet_is_refused(shared, parquet, kept):
    end = int(len(parquet) * kept) if isinstance(kept, float) else kept
    assert refusal(shared, parquet[:end], "e.parquet") == "file_damaged"


@pytest.mark.parametrize("content", [HEAD + GOOD, LINES], ids=["csv", "ndjson"])
@pytest.mark.parametrize("kept", [3, 12, 0.5, 0.9, -9, -4, -1])
def test_cut_gzip_is_refused(shared, content, kept):
    packed = gzip.compress(content)
    end = int(len(packed) * kept) if isinstance(kept, float) else kept
    name = "e.csv.gz" if content.startswith(HEAD) else "e.ndjson.gz"
    assert refusal(shared, packed[:end], name) == "file_damaged"


def test_each_flip_in_a_gzip_is_refused_or_changes_nothing(shared):
    packed = gzip.compress(HEAD + GOOD)
    for place in range(0, len(packed), 7):
        flipped = bytearray(packed)
        flipped[place] ^= 0x10
        try:
            report = load(shared, bytes(flipped), "e.csv.gz")
        except DataContractError as error:
            assert error.reason in ("file_damaged", "file_type"), place
        else:
            assert (report.read, report.accepted) == (ROWS, ROWS), place


def test_each_flip_in_a_parquet_file_is_refused_or_counted(shared, parquet):
    refused = 0
    for place in range(0, len(parquet), len(parquet) // 80):
        flipped = bytearray(parquet)
        flipped[place] ^= 1 << place % 8
        try:
            report = load(shared, bytes(flipped), "e.parquet")
        except DataContractError:
            refused += 1
        else:
            assert report.read == ROWS, place
    assert refused > 10


def test_a_flipped_column_name_that_is_no_text_is_damage(shared, parquet):
    assert (
        refusal(shared, parquet.replace(b"item_id", b"\xfftem_id"), "e.parquet") == "file_damaged"
    )


@pytest.fixture
def summed(shared):
    """Write a file's sum beside it for one test."""
    paths = []

    def write(name, text):
        paths.append(shared[1] / f"{name}.sha256")
        paths[-1].write_text(text)

    yield write
    for path in paths:
        path.unlink()


def test_a_flip_that_parquet_cannot_see_is_seen_by_the_sum(shared, summed):
    parquet = orders(compression="none")
    flipped = parquet.replace(b"u17", b"v17")
    assert flipped != parquet
    assert load(shared, flipped, "sum.parquet").accepted == ROWS  # nothing notices

    summed("sum.parquet", f"{hashlib.sha256(parquet).hexdigest()}  sum.parquet\n")

    assert refusal(shared, flipped, "sum.parquet") == "checksum_differs"
    assert load(shared, parquet, "sum.parquet").accepted == ROWS


@pytest.mark.parametrize("end", [-2, -42], ids=["inside the last number", "between two rows"])
def test_a_cut_that_leaves_whole_rows_is_seen_by_the_sum(shared, summed, end):
    content = HEAD + GOOD
    summed("cut.csv", hashlib.sha256(content).hexdigest())
    assert refusal(shared, content[:end], "cut.csv") == "checksum_differs"
    assert load(shared, content, "cut.csv").accepted == ROWS


SUMS = {
    "upper case": "{upper}\n",
    "binary mark": "{sum} *s.csv\n",
    "of a file since renamed": "{sum}  before.csv\n",
    "of BSD": "SHA256 (s.csv) = {sum}\n",
    "among others": "{other}  a.csv\n{sum}  s.csv\n{other}  b.csv\n",
}


@pytest.mark.parametrize("case", SUMS)
def test_a_sum_is_read_in_any_usual_form(shared, summed, case):
    content = HEAD + GOOD
    found = hashlib.sha256(content).hexdigest()
    summed("s.csv", SUMS[case].format(sum=found, upper=found.upper(), other="0" * 64))
    assert load(shared, content, "s.csv").accepted == ROWS
    assert refusal(shared, content + b"\n", "s.csv") == "checksum_differs"


@pytest.mark.parametrize(
    "text", ["", "see the wiki\n", "abc" * 30, f"{'0' * 64} a\n{'1' * 64} b\n"]
)
def test_a_file_of_sums_without_this_one_is_refused(shared, summed, text):
    summed("s.csv", text)
    assert refusal(shared, HEAD + GOOD, "s.csv") == "checksum_unreadable"


BOMBS = {
    "long text repeated": (2_000_000, "u" * 1000),
    "nothing but rows": (9_200_000, "u"),
    "few rows, huge cells": (150, "u" * 900_000),
}


@pytest.mark.parametrize("case", BOMBS)
def test_parquet_that_unpacks_to_far_more_is_refused(shared, case):
    content = bloated(*BOMBS[case])
    assert len(content) < 400_000
    assert refusal(shared, content, "bomb.parquet") == "file_too_large"


def test_parquet_keeps_to_the_longest_field_of_text_files(shared):
    assert refusal(shared, bloated(2, "u" * 1_000_001), "e.parquet") == "line_too_long"
    assert load(shared, bloated(2, "u" * 1_000_000), "e.parquet").accepted == 1


LONG = b"x" * 999_000
BLOATED = {
    "e.csv.gz": HEAD + (b"u," + LONG + b",purchase,2026-01-02T03:04:05Z,1\n") * 102,
    "e.ndjson.gz": (b'{"user_id": "u", "text": "' + LONG + b'"}\n') * 102,
}


@pytest.mark.parametrize("name", BLOATED)
def test_gzip_that_unpacks_to_far_more_is_refused(shared, name):
    assert refusal(shared, gzip.compress(BLOATED[name]), name) == "file_too_large"


@pytest.mark.parametrize("name", ["e.csv.gz", "e.ndjson.gz"])
def test_gzip_without_end_of_line_is_refused_before_it_fills_memory(shared, name):
    packed = gzip.compress(HEAD + b"x" * 50_000_000, 1)
    assert refusal(shared, packed, name) == "line_too_long"


def test_much_text_that_was_packed_as_logs_pack_is_read(shared):
    assert load(shared, gzip.compress(HEAD + GOOD), "e.csv.gz").accepted == ROWS


FORMATS = {
    "zip": (b"PK\x03\x04xxxx", "zip"),
    "program of Windows": (b"MZ\x90\0\x03\0\0\0", "exe"),
    "program of Linux": (b"\x7fELF\x02\x01\x01\0", "exe"),
    "gzip": (gzip.compress(HEAD + GOOD), "gzip"),
    "Parquet": (b"PAR1xxxxPAR1", "Parquet"),
}


@pytest.mark.parametrize("name", ["e.csv", "e.ndjson", "e.csv.gz"])
@pytest.mark.parametrize("case", FORMATS)
def test_another_format_is_named(shared, case, name):
    content, found = FORMATS[case]
    packed = gzip.compress(content) if name.endswith(".gz") else content
    with pytest.raises(DataContractError) as caught:
        load(shared, packed, name)
    assert (caught.value.reason, caught.value.details["found"]) == ("file_type", found)


def test_a_column_may_be_called_like_a_program(shared):
    head = HEAD.replace(b"\n", b",note\n")
    row = b"u,i,view,2026-01-02T03:04:05Z,,x\n"
    assert load(shared, b"MZ," + head + b"1," + row, "e.csv").accepted == 1


FALSE_PARQUET = {
    "CSV": HEAD + GOOD,
    "four bytes": b"text",
    "only the mark": b"PAR1",
    "gzip": gzip.compress(HEAD),
}


@pytest.mark.parametrize("case", FALSE_PARQUET)
def test_another_format_that_is_called_parquet_is_refused(shared, case):
    assert refusal(shared, FALSE_PARQUET[case], "e.parquet") == "file_damaged"


def test_text_that_is_called_gzip_is_refused(shared):
    assert refusal(shared, HEAD + GOOD, "e.csv.gz") == "file_damaged"
