"""Laws of lists that keep to rules."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.ranking.lists import ExplainedLists
from engine.ranking.ruled import BOOSTED, NEW_BY_RULE, RuleFacts, keep_to
from engine.ranking.rules import NO_RULES, Rules

N_USERS, N_ITEMS, LONG, K = 6, 60, 25, 8

laws = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 999)


def drawn(seed: int) -> tuple[ExplainedLists, np.ndarray, RuleFacts]:
    """Lists of different lengths over items of five categories and none."""
    rng = np.random.default_rng(seed)
    length = rng.integers(1, LONG + 1, N_USERS)
    user = np.repeat(np.arange(N_USERS), length)
    rank = np.concatenate([np.arange(1, n + 1) for n in length])
    item = np.concatenate([rng.permutation(N_ITEMS)[:n] for n in length])
    worth = 1.0 / rank
    lists = ExplainedLists(
        user_row=user.astype(np.int32),
        item_row=item.astype(np.int32),
        rank=rank.astype(np.int32),
        score=worth,
        source_code=np.full(len(user), "als"),
        reason_code=np.full(len(user), "because_tag"),
        reason_item_row=np.full(len(user), -1, np.int32),
        reason_tag=np.full(len(user), "tea"),
        reason_place=np.zeros(len(user), np.int32),
        boost=np.full(len(user), np.nan),
    )
    direction = rng.normal(size=(N_ITEMS, 4)).astype(np.float32)
    facts = RuleFacts(
        is_out=np.zeros(N_ITEMS, bool),
        for_members=np.zeros(N_ITEMS, bool),
        is_member=np.arange(N_USERS) % 2 == 0,
        category=rng.integers(-1, 5, N_ITEMS).astype(np.int32),
        is_new=rng.random(N_ITEMS) < 0.15,
        factor=np.ones(N_ITEMS),
        boosted_by=np.full(N_ITEMS, "", dtype=object),
        direction=direction / np.linalg.norm(direction, axis=1, keepdims=True),
    )
    return lists, worth, facts


def items_of(lists: ExplainedLists, user: int) -> list[int]:
    return lists.item_row[lists.user_row == user].tolist()


@laws
@given(seed=seeds)
def test_without_rules_lists_are_the_same_to_the_last_bit(seed: int) -> None:
    lists, worth, facts = drawn(seed)
    found = keep_to(lists, worth, NO_RULES, facts, K)
    kept = lists.rank <= K
    for field in fields(lists):
        before, after = getattr(lists, field.name)[kept], getattr(found, field.name)
        assert before.tobytes() == after.tobytes() and before.dtype == after.dtype


@laws
@given(seed=seeds, rules=st.sampled_from([
    Rules(diversity=0.4), Rules(most_per_category=1), Rules(least_new=2), Rules(in_stock=True),
    Rules(most_per_category=2, least_new=1, diversity=0.2),
]))  # fmt: skip
def test_lists_stay_lists_of_their_own_candidates(seed: int, rules: Rules) -> None:
    lists, worth, facts = drawn(seed)
    found = keep_to(lists, worth, rules, facts, K)
    for user in range(N_USERS):
        items, whole = items_of(found, user), items_of(lists, user)
        assert len(set(items)) == len(items) == min(K, len(whole))
        assert set(items) <= set(whole)
        mine = found.user_row == user
        assert found.rank[mine].tolist() == list(range(1, len(items) + 1))
        assert (np.diff(found.score[mine]) <= 0).all(), "score orders a list"


@laws
@given(seed=seeds)
def test_no_diversity_keeps_the_order(seed: int) -> None:
    lists, worth, facts = drawn(seed)
    found = keep_to(lists, worth, Rules(in_stock=True, diversity=0.0), facts, K)
    assert (found.item_row == lists.item_row[lists.rank <= K]).all()
    assert (found.reason_code == "because_tag").all()


@laws
@given(seed=seeds, most=st.integers(1, 3))
def test_a_quota_is_exceeded_only_when_nothing_else_is_left(seed: int, most: int) -> None:
    lists, worth, facts = drawn(seed)
    found = keep_to(lists, worth, Rules(most_per_category=most), facts, K)
    for user in range(N_USERS):
        items = items_of(found, user)
        left = set(items_of(lists, user)) - set(items)
        counts = np.bincount(facts.category[items][facts.category[items] >= 0], minlength=5)
        if (counts > most).any():
            open_ = [i for i in left if facts.category[i] < 0 or counts[facts.category[i]] < most]
            assert open_ == []


@laws
@given(seed=seeds, least=st.integers(1, 3))
def test_a_list_has_the_new_items_it_is_owed_where_there_are_any(seed: int, least: int) -> None:
    lists, worth, facts = drawn(seed)
    found = keep_to(lists, worth, Rules(least_new=least), facts, K)
    for user in range(N_USERS):
        there = int(facts.is_new[items_of(lists, user)].sum())
        assert facts.is_new[items_of(found, user)].sum() >= min(least, there)
    placed = found.reason_code == NEW_BY_RULE
    assert facts.is_new[found.item_row[placed]].all()


@laws
@given(seed=seeds)
def test_what_is_out_is_on_no_list_and_what_is_for_members_on_theirs_alone(seed: int) -> None:
    lists, worth, facts = drawn(seed)
    rng = np.random.default_rng(seed)
    out, members = rng.random(N_ITEMS) < 0.2, rng.random(N_ITEMS) < 0.3
    facts = replace(facts, is_out=out, for_members=members)
    found = keep_to(lists, worth, Rules(in_stock=True), facts, K)
    assert not out[found.item_row].any()
    assert facts.is_member[found.user_row[members[found.item_row]]].all()
    for user in range(N_USERS):
        allowed = [i for i in items_of(lists, user) if not out[i]
                   and (facts.is_member[user] or not members[i])]  # fmt: skip
        assert items_of(found, user) == allowed[:K]


@laws
@given(seed=seeds, factor=st.floats(0.01, 100.0))
def test_a_boost_shows_beside_its_rows_and_orders_by_boosted_worth(
    seed: int, factor: float
) -> None:
    lists, worth, facts = drawn(seed)
    boosted = facts.category == 2
    facts = replace(facts, factor=np.where(boosted, factor, 1.0),
                    boosted_by=np.where(boosted, "ink", "").astype(object))  # fmt: skip
    found = keep_to(lists, worth, Rules(in_stock=True), facts, K)
    assert (found.boost == np.where(boosted[found.item_row], factor, 1.0)).all()
    told = found.reason_code == BOOSTED
    assert boosted[found.item_row[told]].all() and (factor > 1.0 or not told.any())
    assert (found.reason_tag[told] == "ink").all()
    assert (found.reason_place[told] > found.rank[told]).all()
    for user in range(N_USERS):
        mine = lists.user_row == user
        value = worth[mine] * facts.factor[lists.item_row[mine]]
        order = np.argsort(-value, kind="stable")[:K]
        assert items_of(found, user) == lists.item_row[mine][order].tolist()


def test_diversity_lowers_likeness_within_a_list() -> None:
    def likeness(diversity: float) -> float:
        total = 0.0
        for seed in range(20):
            lists, worth, facts = drawn(seed)
            found = keep_to(lists, worth, Rules(in_stock=True, diversity=diversity), facts, K)
            for user in range(N_USERS):
                rows = facts.direction[items_of(found, user)]
                total += float(np.triu(np.maximum(rows @ rows.T, 0.0), 1).sum())
        return total

    assert likeness(0.0) > likeness(0.3) > likeness(0.8)


def test_a_user_does_not_depend_on_who_else_is_asked_for() -> None:
    lists, worth, facts = drawn(3)
    rules = Rules(most_per_category=1, least_new=1, diversity=0.3)
    every = keep_to(lists, worth, rules, facts, K)
    mine = lists.user_row == 4
    alone = ExplainedLists(**{f.name: getattr(lists, f.name)[mine] for f in fields(lists)})
    assert items_of(keep_to(alone, worth[mine], rules, facts, K), 4) == items_of(every, 4)


@pytest.mark.parametrize("rules", [NO_RULES, Rules(diversity=0.5)])
def test_nobody_has_no_lists(rules: Rules) -> None:
    lists, worth, facts = drawn(0)
    none = ExplainedLists(**{f.name: getattr(lists, f.name)[:0] for f in fields(lists)})
    assert len(keep_to(none, worth[:0], rules, facts, K).rank) == 0
