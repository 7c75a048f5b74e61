"""Embeddings of any modality come in whole, or are refused for a reason that can be read."""

import numpy as np
import pandas as pd
import pytest

from engine.store import ingest
from engine.workbench.learning import read_learning_data
from engine.workbench.workspace import open_workspace

EVENTS = "user_id,item_id,event_type,occurred_at\nu,a,purchase,2026-01-02T03:04:05Z\n"


@pytest.fixture
def workspace(tmp_path):
    made = open_workspace(tmp_path / "a.duckdb", (tmp_path,))
    yield made
    made.close()


def load(workspace, folder, embeddings, suffix=".csv"):
    """Import an event and items ``a``, ``b``, ... with these embeddings."""
    events, items = folder / "events.csv", folder / f"items{suffix}"
    events.write_text(EVENTS)
    ids = [chr(ord("a") + place) for place in range(len(embeddings))]
    frame = pd.DataFrame({"item_id": ids, "embedding": embeddings})
    if suffix == ".csv":
        frame.to_csv(items, index=False)
    elif suffix == ".parquet":
        frame.to_parquet(items, index=False)
    else:
        frame.to_json(items, orient="records", lines=True)
    files = (
        ingest.InputFile(path=events, kind="events"),
        ingest.InputFile(path=items, kind="items"),
    )
    return ingest.import_files(workspace.database, ingest.ImportRequest(files=files)).files[1]


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".ndjson"])
def test_embeddings_reach_the_ranker(workspace, tmp_path, suffix):
    given = [[1.0, 0.0, 0.5], [0.9, 0.1, 0.5], [-1.0, 0.2, -0.5]]
    report = load(workspace, tmp_path, given, suffix)
    assert report.accepted == 3

    meaning = read_learning_data(workspace).items.meaning
    alike = meaning @ meaning.T
    assert meaning.shape == (3, 3)
    assert alike[0, 1] > 0.9 > 0 > alike[0, 2]


BAD = {
    "text": ("blue", "list_unreadable"),
    "words in the list": ("[1, blue, 3]", "list_unreadable"),
    "NaN": ("[1, nan, 3]", "number_not_finite"),
    "infinite": ("[1, inf, 3]", "number_not_finite"),
    "too large for a float": ("[1, 1e39, 3]", "number_not_finite"),
    "too short": ("[1, 2]", "length_differs"),
    "too long": ("[1, 2, 3, 4]", "length_differs"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_embedding_is_refused_and_its_neighbours_kept(workspace, tmp_path, case):
    text, reason = BAD[case]
    report = load(workspace, tmp_path, ["[1, 2, 3]", text, "[3, 2, 1]"])
    assert (report.accepted, report.rejected, report.reasons) == (2, 1, {reason: 1})
    assert np.isfinite(read_learning_data(workspace).items.meaning).all()


def test_items_without_an_embedding_are_kept(workspace, tmp_path):
    report = load(workspace, tmp_path, ["[1, 2, 3]", None, "[3, 2, 1]", "[]"])
    assert report.accepted == 4
    meaning = read_learning_data(workspace).items.meaning
    assert (np.abs(meaning).sum(axis=1) > 0).tolist() == [True, False, True, False]
