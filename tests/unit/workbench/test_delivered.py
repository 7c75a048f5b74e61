"""Lists of another recommender beside ours."""

import pytest

from engine.store.ingest import ImportRequest, InputFile
from engine.workbench import loading
from engine.workbench.learning import delivered_lists
from engine.workbench.workspace import open_workspace

ROWS = """user_id,rank,item_id,policy
u1,1,a,popularity
u1,2,b,popularity
u1,3,a,popularity
u1,1,a,mine
"""


@pytest.fixture
def delivered(tmp_path):
    path = tmp_path / "lists.csv"
    path.write_text(ROWS)
    workspace = open_workspace(tmp_path / "shop.duckdb", (tmp_path,))
    file = InputFile(path=path, kind="lists", columns={}, event_map={}, constants={})
    loading.import_files(workspace, ImportRequest(files=(file,)))
    yield delivered_lists(workspace)
    workspace.close()


def test_a_policy_named_like_ours_does_not_take_its_place(delivered):
    assert set(delivered) == {"popularity (imported)", "mine"}


def test_an_item_counts_at_its_first_place_only(delivered):
    assert delivered["popularity (imported)"].rank.tolist() == [1, 2]
