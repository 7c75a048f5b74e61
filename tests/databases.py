"""Databases that tests share; each is made once in a run of the tests."""

from functools import partial
from pathlib import Path

import pytest

from sample_data import make
from sample_data.world import WorldSettings
from tests.commands import copied, engine, made_once, only_json
from tests.order_log import write_order_log

SMALL = WorldSettings(n_users=400, n_items=120, n_epochs=4, n_candidates=16)
"""A sample world of every kind of row that trains in seconds."""

KINDS = ("events", "items", "users", "memberships", "assignments", "lists")


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory, worker_id):
    """A folder that all test processes of a run see."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def imported_sample(shared_folder):
    """A database of the small world, without a run."""

    def load(database: Path) -> None:
        folder = database.parent / "files"
        folder.mkdir()
        make.write_world(folder, SMALL)
        files = [part for kind in KINDS for part in (f"--{kind}", folder / f"{kind}.parquet")]
        only_json(engine(database, "import", *files, "--json"))

    return made_once(shared_folder, "imported_sample", load)


@pytest.fixture(scope="session")
def trained_sample(shared_folder, imported_sample):
    """The same with a run."""

    def train(database: Path) -> None:
        copied(imported_sample, database.parent)
        report = engine(database, "train", "--effort", "quick", "--json")
        only_json(report)
        (database.parent / "train.json").write_text(report.stdout, encoding="utf-8")

    return made_once(shared_folder, "trained_sample", train)


@pytest.fixture(scope="session")
def trained_orders(shared_folder):
    """A run on a log that holds nothing but orders."""

    def train(database: Path) -> None:
        path = database.parent / "orders.csv"
        write_order_log(path)
        only_json(engine(database, "import", "--events", path, "--currency", "EUR", "--json"))
        only_json(engine(database, "train", "--effort", "quick", "--json"))

    return made_once(shared_folder, "trained_orders", train)


@pytest.fixture(scope="module")
def sample(trained_sample, tmp_path_factory):
    """Commands on a copy of the trained small world."""
    return partial(engine, copied(trained_sample, tmp_path_factory.mktemp("sample")))


@pytest.fixture(scope="module")
def orders(trained_orders, tmp_path_factory):
    """Commands on a copy of the trained log of orders."""
    return partial(engine, copied(trained_orders, tmp_path_factory.mktemp("orders")))
