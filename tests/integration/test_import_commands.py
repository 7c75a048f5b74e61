"""Bad files as the command line meets them: one sentence and code 2, or counts that add up."""

import gzip
import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

HEAD = "user_id,item_id,event_type,occurred_at,unit_price\n"
GOOD = "u,i,purchase,2026-01-02T03:04:05Z,1.50\n"
SAMPLE = Path(__file__).parents[2] / "sample_data" / "events.parquet"


def refusal(done, name):
    """The sentence of a refused file: it names the file, and nothing in it is a code."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    [sentence] = done.stderr.splitlines()
    assert name in sentence
    assert not {"Traceback", "_", "{"} & set(sentence.replace(name, "").split())
    return sentence


@pytest.fixture
def events(revlens, tmp_path):
    """Import one file of events by the command line."""

    def run(name, content, *options):
        path = tmp_path / name
        path.write_bytes(content)
        return revlens("import", "--events", path, "--currency", "EUR", *options)

    return run


def test_a_cut_file_is_refused(events):
    content = gzip.compress((HEAD + GOOD * 9).encode())[:-9]
    assert "damaged" in refusal(events("cut.csv.gz", content), "cut.csv.gz")


def test_a_parquet_file_that_is_not_the_one_of_its_sum_is_refused(events, tmp_path):
    content = SAMPLE.read_bytes()
    sums = f"{hashlib.sha256(content).hexdigest()}  e.parquet\n"
    (tmp_path / "e.parquet.sha256").write_text(sums)
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    assert "e.parquet.sha256" in refusal(events("e.parquet", flipped), "e.parquet")


def test_a_bomb_is_refused(events):
    row = "u," + "x" * 999_000 + ",purchase,2026-01-02T03:04:05Z,1\n"
    content = gzip.compress((HEAD + row * 102).encode())
    assert "unpacks" in refusal(events("bomb.csv.gz", content), "bomb.csv.gz")


def test_a_folder_is_refused(revlens, tmp_path):
    (tmp_path / "folder.csv").mkdir()
    done = revlens("import", "--events", tmp_path / "folder.csv")
    assert "not a file" in refusal(done, "folder.csv")


def test_a_cut_upload_counts_its_broken_row_and_keeps_the_others(events):
    done = events("cut.csv", (HEAD + GOOD + GOOD.replace("u", "v", 1)).encode()[:-9], "--json")
    [file] = json.loads(done.stdout)["files"]
    assert (done.returncode, done.stderr) == (0, "")
    assert [file[fate] for fate in ("read", "accepted", "duplicate", "rejected")] == [2, 1, 0, 1]
    assert file["reasons"] == {"field_count": 1}


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_link_to_a_file_elsewhere_is_followed(revlens, tmp_path, kind):
    (tmp_path / "far").mkdir()
    target = tmp_path / "far" / f"users.{kind}"
    users = pd.DataFrame({"user_id": ["007", "1e5"]})
    users.to_csv(target, index=False) if kind == "csv" else users.to_parquet(target)
    (tmp_path / f"link.{kind}").symlink_to(target)
    done = revlens("import", "--users", tmp_path / f"link.{kind}", "--json")
    assert done.stderr == ""
    assert json.loads(done.stdout)["accepted"] == 2
