"""The reason of a row of lists.csv is true: checked against the log, not against the engine."""

import csv
import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.ranking.two_stage import FittedRanker
from engine.reporting.text import LOCALES, t
from engine.store import queries
from engine.workbench import listing
from engine.workbench.listing import ListRequest
from engine.workbench.runs import read_ranker, trained_run
from engine.workbench.workspace import Workspace, open_workspace
from tests.commands import copied, only_json, refused

ROWS = 200
CODES = (
    "because_item", "because_interest", "because_tag", "popular_recent", "popular_ever",
    "rising", "new_item", "well_rated", "touched", "chosen", "popular_cold",
    "segment_cold", "content_cold",
)  # fmt: skip
DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class World:
    """What the log says, and where its lists are written."""

    workspace: Workspace
    folder: Path
    ranker: FittedRanker
    events: pd.DataFrame
    items: pd.DataFrame
    users: pd.DataFrame
    at: pd.Timestamp

    def of(self, user_id: str) -> pd.DataFrame:
        row = self.users.index[self.users["user_id"] == user_id][0]
        return self.events[self.events["user_row"] == row]

    def rows(self, **options: object) -> list[dict[str, str]]:
        out = self.folder / "lists.csv"
        listing.recommend_csv(self.workspace, ListRequest(**options), out)  # type: ignore[arg-type]
        with out.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def world(trained_sample, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reasons")
    workspace = open_workspace(copied(trained_sample, folder), (folder,))
    frames = {
        name: queries.read_frame(workspace.database, name)
        for name in ("interactions", "items", "users")
    }
    ranker = read_ranker(trained_run(workspace))
    yield World(
        workspace=workspace,
        folder=folder,
        ranker=ranker,
        events=frames["interactions"].assign(
            last_at=lambda frame: pd.to_datetime(frame["last_at"], utc=True)
        ),
        items=frames["items"].set_index("item_row").sort_index(),
        users=frames["users"].set_index("user_row").sort_index(),
        at=pd.Timestamp(ranker.at, unit="s", tz="UTC"),
    )
    workspace.close()


def spread(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [rows[place] for place in np.linspace(0, len(rows) - 1, ROWS).astype(int)]


def understood(sentence: str, locale: str) -> tuple[str, dict[str, str]]:
    """Return the code of a sentence and what fills its blanks."""
    for code in CODES:
        words = re.escape(t(f"list_words.{code}", locale))
        match = re.fullmatch(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", words), sentence)
        if match:
            return code, match.groupdict()
    raise AssertionError(sentence)


def chosen_counts(world: World, since: pd.Timestamp | None) -> pd.Series:
    """Users with a purchase of each item, bots left out."""
    bots = world.users.index[world.users["is_bot"]]
    bought = world.events[
        (world.events["event_type"] == "purchase") & ~world.events["user_row"].isin(bots)
    ]
    if since is not None:
        bought = bought[bought["last_at"] >= since]
    counts = bought.groupby("item_row")["user_row"].nunique()
    return counts.reindex(world.items.index, fill_value=0)


def item_row(world: World, title: str) -> set[int]:
    return set(world.items.index[world.items["title"] == title])


def is_well_rated(world: World, item: int) -> bool:
    rating = world.events.dropna(subset=["rating"]).groupby("item_row")["rating"].mean()
    return bool(rating[item] > world.events["rating"].mean())


def is_true(world: World, row: dict[str, str], code: str, blanks: dict[str, str]) -> bool:
    mine = world.of(row["user_id"])
    bought = set(mine.loc[mine["event_type"] == "purchase", "item_row"])
    item = world.items.index[world.items["item_id"] == row["item_id"]][0]
    if code == "because_item":
        return bool(item_row(world, blanks["item"]) & bought)
    if code == "because_interest":
        return bool(item_row(world, blanks["item"]) & (set(mine["item_row"]) - bought))
    if code == "because_tag":
        carried = world.items.loc[sorted(set(mine["item_row"]))]
        known = set(carried["category"]) | {tag for tags in carried["tags"] for tag in tags}
        own = {*world.items.loc[item, "tags"], world.items.loc[item, "category"]}
        return set(re.split(", ", blanks["tag"])) <= (known & own)
    if code in ("popular_recent", "popular_ever"):
        since = world.at - 30 * DAY if code == "popular_recent" else None
        counts = chosen_counts(world, since)
        return int(blanks["place"]) == 1 + int((counts > counts[item]).sum()) <= 100
    if code == "rising":
        start = pd.to_datetime(world.events["last_at"]).min()
        lately = chosen_counts(world, world.at - (world.at - start) * 0.1)
        ever = chosen_counts(world, None)
        return bool(lately[item] / lately.sum() > ever[item] / ever.sum())
    if code == "new_item":
        first = world.events.loc[world.events["item_row"] == item, "last_at"].min()
        return pd.isna(first) or first >= world.at - 30 * DAY
    if code == "well_rated":
        return is_well_rated(world, item)
    if code in ("touched", "chosen"):
        return item in (bought if code == "chosen" else set(mine["item_row"]) - bought)
    if code == "content_cold":
        return len(mine) > 0 and not bought
    return code in ("popular_cold", "segment_cold") and not bought


@pytest.mark.parametrize("locale", LOCALES)
def test_two_hundred_reasons_are_true(world, locale):
    told = []
    for row in spread(world.rows(k=20, locale=locale)):
        code, blanks = understood(row["reason"], locale)
        assert is_true(world, row, code, blanks), row
        told.append(code)
    assert {"because_item", "segment_cold"} < set(told)


def test_no_row_of_any_policy_is_without_a_reason(world):
    for policy in ("ranked", "popularity", "random", "content", "sequence", "current"):
        for locale in LOCALES:
            assert all(row["reason"] for row in world.rows(policy=policy, locale=locale)), policy


def als_score(world: World, user: int, item: int, left_out: int | None = None) -> float:
    """Solve one user anew against the items' factors, with or without an item of the past."""
    fitted = world.ranker
    factors = np.asarray(fitted.state.factors["als"].right, dtype=np.float64).T
    weight = fitted.state.preferences[user].toarray().ravel().astype(np.float64)
    if left_out is not None:
        weight[left_out] = 0.0
    confidence = fitted.settings.als_alpha * np.maximum(weight, 0.0)
    system = factors.T @ factors + fitted.settings.als_regularization * np.eye(factors.shape[1])
    side = np.zeros(factors.shape[1])
    for past in np.flatnonzero(confidence):
        system += (confidence[past] - 1.0) * np.outer(factors[past], factors[past])
        side += confidence[past] * factors[past]
    return float(factors[item] @ np.linalg.solve(system, side))


def test_without_the_named_item_als_gives_a_lower_score(world):
    row_of = {item_id: row for row, item_id in world.items["item_id"].items()}
    user_of = {user_id: row for row, user_id in world.users["user_id"].items()}
    checked = 0
    for row in spread(world.rows(policy="als", k=20)):
        code, blanks = understood(row["reason"], "en")
        if code not in ("because_item", "because_interest"):
            continue
        user, item = user_of[row["user_id"]], row_of[row["item_id"]]
        named = item_row(world, blanks["item"]) & set(world.of(row["user_id"])["item_row"])
        lowered = [
            als_score(world, user, item, left_out=past) < als_score(world, user, item)
            for past in named
        ]
        assert any(lowered), row
        checked += 1
    assert checked > ROWS / 2


def test_a_row_that_stands_higher_for_its_value_says_from_which_place(world):
    plain = {(r["user_id"], r["item_id"]): int(r["rank"]) for r in world.rows(k=100)}
    moved = 0
    for row in world.rows(k=10, value_weight=0.6):
        before = plain[row["user_id"], row["item_id"]]
        is_up = int(row["rank"]) < before
        assert (row["reason"] == t("list_words.pushed").format(place=before)) == is_up
        moved += is_up
    assert moved > 100


def test_the_file_of_why_has_one_entry_for_each_row(sample, tmp_path):
    lists, why = tmp_path / "lists.csv", tmp_path / "why.json"
    users = tmp_path / "users.txt"
    users.write_text("u00007\nu00011\n")
    command = ("recommend", "--out", lists, "--users", users, "--explain", why, "--json")
    only_json(sample(*command))
    with lists.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    entries = json.loads(why.read_text(encoding="utf-8"))
    assert len(rows) == 20
    pairs = [(row["user_id"], int(row["rank"]), row["item_id"]) for row in rows]
    assert [(e["user_id"], e["rank"], e["item_id"]) for e in entries] == pairs
    for entry in entries:
        assert entry["sources"] and all(1 <= place <= 100 for place in entry["sources"].values())
        assert list(entry["causes"].values()) == sorted(entry["causes"].values(), reverse=True)
        for past in entry["past"].values():
            assert 0 < sum(one["share"] for one in past) <= 1.00001


def test_a_file_of_why_in_no_folder_is_refused(sample, tmp_path):
    said = refused(sample("recommend", "--out", tmp_path / "a.csv", "--explain", "/nowhere/w.json"))
    assert "/nowhere" in said
