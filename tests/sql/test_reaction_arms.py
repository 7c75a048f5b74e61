"""Who is in which arm: one number or name each, since when and until when."""

import numpy as np
import pandas as pd
import pytest

from engine.evaluation.arms import LIST_EXPERIMENTS
from engine.evaluation.frames import arms_of
from engine.store import ingest, queries
from engine.store.connection import in_memory

EVENTS = "user_id,item_id,event_type,occurred_at\n" + "".join(
    f"{user},i,view,2026-01-02T00:00:00Z\n"
    for user in ("plain", "moved", "twice", "named", "endless", "half", "done")
)
ASSIGNMENTS = """user_id,experiment,arm,started_at,ended_at
plain,price,0.9,2026-02-01T00:00:00Z,
plain,ad_load,2,2026-02-01T00:00:00Z,
moved,price,0.9,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z
moved,price,1.1,2026-02-01T00:00:00Z,
twice,price,1,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z
twice,price,1.0,2026-02-03T00:00:00Z,
named,price,cheap,2026-02-01T00:00:00Z,
endless,price,inf,2026-02-01T00:00:00Z,
half,price,nan,2026-02-01T00:00:00Z,
half,ad_load,many,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z
half,ad_load,2,2026-02-01T00:00:00Z,
done,membership_price,4.00,2026-02-01T00:00:00Z,2026-02-10T00:00:00Z
plain,recommendations,none,2026-02-01T00:00:00Z,
plain,colour,1,2026-02-01T00:00:00Z,
plain,policy,newer,2026-02-01T00:00:00Z,
moved,policy,newer,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z
moved,policy,older,2026-02-01T00:00:00Z,
named,policy,older,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z
named,policy,older,2026-02-03T00:00:00Z,
"""


@pytest.fixture
def frame(tmp_path):
    """Rows of the query, with the name of each user."""
    files = []
    for kind, text in (("events", EVENTS), ("assignments", ASSIGNMENTS)):
        path = tmp_path / f"{kind}.csv"
        path.write_text(text)
        files.append(ingest.InputFile(path=path, kind=kind))
    db = in_memory(tmp_path / "d")
    ingest.import_files(db, ingest.ImportRequest(files=tuple(files), currency="EUR"))
    rows = queries.read_frame(db, "reaction_arms")
    names = queries.read_frame(db, "users").set_index("user_row")["user_id"]
    db.close()
    return rows.assign(user=rows["user_row"].map(names))


def test_only_who_is_in_one_arm_with_a_number_is_in_an_experiment_with_a_meaning(frame):
    numbers = frame[~frame["experiment"].isin(LIST_EXPERIMENTS)]
    found = set(zip(numbers["user"], numbers["experiment"], numbers["arm_value"], strict=True))
    assert found == {
        ("plain", "price", 0.9),
        ("plain", "ad_load", 2.0),
        ("twice", "price", 1.0),
        ("done", "membership_price", 4.0),
    }


def test_only_who_is_in_one_arm_by_name_is_in_an_experiment_of_lists(frame):
    named = frame[frame["experiment"].isin(LIST_EXPERIMENTS)]
    assert set(zip(named["user"], named["experiment"], named["arm_name"], strict=True)) == {
        ("plain", "policy", "newer"),
        ("plain", "recommendations", "none"),
        ("named", "policy", "older"),
    }


def test_an_arm_with_a_name_is_its_place_among_the_names(frame):
    arms = arms_of(frame)
    policy = arms["policy"]
    assert policy.names == ("newer", "older")
    rows = frame[frame["experiment"] == "policy"]
    by_user = dict(zip(rows["user"], policy.arm.tolist(), strict=True))
    assert by_user == {"plain": 0.0, "named": 1.0}
    assert arms["recommendations"].names == ("none",)
    assert arms["price"].names == ()
    since = dict(zip(rows["user"], policy.started_at.tolist(), strict=True))
    assert since["named"] == pd.Timestamp("2026-01-01", tz="UTC").timestamp()
    assert np.isinf(policy.ended_at).all()


def test_an_arm_runs_from_its_first_start_to_its_last_end(frame):
    arms = arms_of(frame)
    assert set(arms) == {"price", "ad_load", "membership_price", *LIST_EXPERIMENTS}
    done = arms["membership_price"]
    start = pd.Timestamp("2026-02-01", tz="UTC").timestamp()
    assert done.started_at.tolist() == [start]
    assert done.ended_at.tolist() == [start + 9 * 86_400]
    twice = frame["user"][frame["experiment"] == "price"].tolist().index("twice")
    assert arms["price"].started_at[twice] == pd.Timestamp("2026-01-01", tz="UTC").timestamp()
    assert arms["price"].ended_at[twice] == float("inf")


def test_a_log_without_such_experiments_has_no_arms(frame):
    assert arms_of(frame.iloc[:0]) == {}
