"""The same log, seed and settings give the same lists, byte for byte, on any number of threads."""

import pytest

from engine.rng import stream
from tests.commands import only_json, process

USERS, ITEMS, RATINGS = 160, 90, 4_000
MONTHS_SECONDS = 120 * 86_400


def write_ratings(path):
    """Users of four tastes rate items, those of their own taste better."""
    rng = stream(7, "ratings")
    lines = ["user_id,item_id,event_type,occurred_at,rating"]
    moments = sorted(1_750_000_000 + rng.integers(0, MONTHS_SECONDS, RATINGS))
    for moment in moments:
        user = int(rng.integers(USERS))
        item = int(ITEMS * rng.random() ** 2)
        fits = user % 4 == item % 4
        rating = int(rng.integers(3, 6)) if fits else int(rng.integers(1, 5))
        lines.append(f"u{user},i{item},rating,{moment},{rating}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    """Make lists of the log with a seed and a number of threads, from an empty database on."""
    folder = tmp_path_factory.mktemp("ratings")
    write_ratings(folder / "log.csv")

    def made(name, seed, threads):
        database, out = folder / name / "revlens.duckdb", folder / f"{name}.csv"
        database.parent.mkdir()
        only_json(process(database, "import", "--events", folder / "log.csv", "--json"))
        asked = ["--seed", str(seed), "--threads", str(threads)]
        only_json(process(database, "train", *asked, "--json"))
        only_json(process(database, "recommend", "--raw", "--out", out, "--json"))
        return out.read_bytes()

    return made


def test_threads_change_nothing_and_the_seed_does(lists):
    one, two = lists("one", 1, 1), lists("two", 1, 2)

    assert one.count(b"\n") > 10 * USERS - USERS
    assert one == two
    assert lists("other", 2, 2) != two
