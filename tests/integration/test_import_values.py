"""No value of any column stops an import: the marts are built over what was accepted."""

import csv

import pytest

from engine.store import ingest
from engine.store.connection import open_database
from engine.store.ingest_columns import KINDS
from engine.store.queries import read_frame

TIME = "2026-01-01T00:00:00Z"
PLAIN = {
    **{"user_id": "u", "item_id": "i", "event_type": "view", "occurred_at": TIME},
    **{"started_at": TIME, "price_per_month": "1", "plan": "p", "arm": "a"},
    **{"experiment": "e", "rank": "1"},
}
ODD = (
    *("", "-1", "0", "1.5", "1e18", "-1e18", "1e36", "1e299", "1e400", "nan", "inf", "9" * 30),
    *("2147483648", "99999999999999999", "2026-01-01", TIME, "0001-01-01T00:00:00Z"),
    *("9999-12-31T00:00:00Z", "[1,2]", "[1,null]", "['a']", '["a"]', '[{"a":1}]', '{"a":1}'),
    *(
        "{",
        "[",
        '"',
        "'",
        ";",
        "a|b",
        "1;2",
        '"quoted"',
        "true",
        "null",
        "EUR",
        "=1+1",
        "-",
        "\u202e",
    ),
    *("<script>", "![x](https://example.org/x.png)", "$x^2$", "👩\u200d🚀", "a\nb", "a\rb", "\t"),
)


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    folder = tmp_path_factory.mktemp("values")
    database = open_database(folder / "a.duckdb", folders=[folder])
    yield database
    database.close()


def load(db, kind, columns, rows):
    path = db.path.parent / f"{kind}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])
    file = ingest.InputFile(path=path, kind=kind)
    request = ingest.ImportRequest(files=(file,), currency="EUR", timezone="Asia/Tokyo")
    return ingest.import_files(db, request).files[0]


@pytest.mark.parametrize("kind", KINDS)
def test_each_odd_value_of_each_column_is_counted(db, kind):
    columns = KINDS[kind].columns
    types = ("view", "rating", "purchase") if kind == "events" else ("view",)
    rows = [
        [
            odd if name == column else {**PLAIN, "event_type": event}.get(name, "")
            for name in columns
        ]
        for event in types
        for column in columns
        for odd in ODD
    ]
    report = load(db, kind, columns, rows)
    assert report.read == len(rows)
    assert report.accepted + report.duplicate + report.rejected == report.read
    assert report.accepted > 0
    assert sum(report.reasons.values()) == report.rejected


TITLES = (
    *("<script>alert(1)</script>", "[a](https://example.org)", "$x^2$ & :red[x]", "=1+1"),
    *("@sum(a)", "\u202egnp.exe", "Ünï—cödé 🛒", "a\nb"),
)


def test_titles_are_stored_as_written(db):
    load(db, "items", ("item_id", "title"), [(f"t{n}", title) for n, title in enumerate(TITLES)])
    items = read_frame(db, "items").set_index("item_id")
    assert [items.loc[f"t{n}", "title"] for n in range(len(TITLES))] == list(TITLES)


TAGS = {
    "2026": ["2026"],
    "1.5": ["1.5"],
    "true": ["true"],
    '{"a":1}': ['{"a":1}'],
    '"a"': ['"a"'],
    "a|b;c": ["a", "b", "c"],
    '["a", "b|c"]': ["a", "b|c"],
    "[1, 2]": ["1", "2"],
    "[broken": ["[broken"],
}


def test_tags_are_a_json_list_or_text_with_bars(db):
    load(db, "items", ("item_id", "tags"), [(f"g{n}", tags) for n, tags in enumerate(TAGS)])
    items = read_frame(db, "items").set_index("item_id")
    found = [list(items.loc[f"g{n}", "tags"]) for n in range(len(TAGS))]
    assert found == list(TAGS.values())
