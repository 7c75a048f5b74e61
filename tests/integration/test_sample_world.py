"""The shipped sample is what its generator writes, and its truth makes sense."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from sample_data import make
from sample_data.world import WorldSettings

SMALL = WorldSettings(n_users=120, n_items=96, n_epochs=2)
KINDS = ("events", "items", "users", "memberships", "assignments", "lists")


def test_the_same_seed_writes_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        make.write_world(tmp_path / name, SMALL)
    for path in sorted((tmp_path / "one").iterdir()):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_the_shipped_files_hold_what_the_generator_makes():
    tables, _ = make.make_world(WorldSettings())
    for kind in KINDS:
        assert pq.read_table(make.FOLDER / f"{kind}.parquet").equals(tables[kind]), kind


def test_no_two_items_share_a_title():
    titles = pq.read_table(make.FOLDER / "items.parquet")["title"].to_pylist()
    assert len(titles) >= 600
    assert len(set(titles)) == len(titles)


def test_true_clicks_rise_from_random_to_popular_to_the_taste_of_each_user():
    truth = make.read_truth()
    gamma, theta = make.true_click_probability(truth), np.array(truth["theta"])
    random = gamma.mean() * theta.sum()
    popular = (gamma[:, np.argsort(-gamma.mean(axis=0))[: theta.size]] * theta).sum(axis=1).mean()
    oracle = (-np.sort(-gamma, axis=1)[:, : theta.size] * theta).sum(axis=1).mean()
    assert 1.5 * random < popular
    assert 1.2 * popular < oracle


@pytest.mark.parametrize("kind", KINDS)
def test_shipped_files_hold_no_repeated_row(kind):
    frame = pq.read_table(make.FOLDER / f"{kind}.parquet").to_pandas()
    keys = frame.drop(columns=[name for name in ("tags",) if name in frame])
    assert not keys.duplicated().any()
