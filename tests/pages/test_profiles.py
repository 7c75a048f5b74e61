"""The pages on one user and on one item: findings, empty states, and what if."""

import pandas as pd
import pytest
import streamlit as st

from engine.reporting.text import LOCALES, t
from engine.workbench import item_profiles, profiles
from engine.workbench.workspace import open_workspace
from pages._shared import cache, profile_cache
from tests.pages.driver import opened, texts


def shown(app, *columns: str) -> pd.DataFrame:
    """Return the first table of the page with these columns."""
    names = {t(f"pages.profile.column.{column}") for column in columns}
    return next(table.value for table in app.dataframe if names <= set(table.value.columns))


@pytest.fixture
def sample(use, trained_sample):
    return use(trained_sample)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("page", ["user", "item"])
def test_without_data_or_run_the_page_says_what_helps(
    page, locale, tmp_path, monkeypatch, use, imported_sample
):
    monkeypatch.setenv("REVLENS_DB", str(tmp_path / "new.duckdb"))
    app = opened(f"{page}_profile", locale)
    assert app.title[0].value == t(f"pages.{page}.no_data_title", locale)
    assert [button.label for button in app.button] == [t("pages.sample.button", locale)]
    st.cache_resource.clear()
    use(imported_sample)
    app = opened(f"{page}_profile", locale)
    assert app.title[0].value == t(f"pages.{page}.no_run_title", locale)
    assert [button.label for button in app.button] == [t("pages.train.button", locale)]


def test_the_list_is_the_one_of_the_page_lists(sample):
    app = opened("user_profile")
    facts = cache.stamp()
    user_id = app.text_input(key="profile_user").value
    stored = profile_cache.list_of(facts, user_id)

    table = shown(app, "rank", "fit")
    assert table[t("pages.profile.column.item")].tolist() == stored["item"].tolist()
    assert table[t("pages.profile.column.reason")].tolist() == stored["reason"].tolist()
    assert user_id in app.title[0].value


def test_the_fit_of_a_row_is_the_one_that_is_written_out(sample):
    app = opened("user_profile")
    table = shown(app, "rank", "fit")
    first = f"{table[t('pages.profile.column.fit')].iloc[0]:.2f}"

    assert any(f"R = {first}" in header.value for header in app.header)


@pytest.mark.parametrize("locale", LOCALES)
def test_an_unknown_id_is_a_clear_sentence_with_ids_like_it(sample, locale):
    app = opened("user_profile", locale, user="u00")

    assert not app.exception and not app.error
    assert app.title[0].value == t("pages.user.unknown_title", locale, id="u00")
    assert "u00" in texts(app) and len(app.dataframe) == 0


def test_a_hostile_id_is_text(sample):
    app = opened("user_profile", user="![x](http://x.y/z.png)' or 1=1")

    assert not app.exception and not app.error
    assert "![" not in app.title[0].value


def test_somebody_new_is_reached_by_a_button_and_said_to_be_new(sample):
    app = opened("user_profile")
    label = t("pages.user.new")
    button = next(button for button in app.button if button.label == label)
    app = button.click().run()

    user_id = app.text_input(key="profile_user").value
    assert not app.exception and not app.error
    assert app.title[0].value == t("pages.user.title_new", id=user_id)
    assert t("pages.user.list_new") in texts(app)


def test_one_event_more_changes_the_list_of_somebody_new(sample):
    app = opened("user_profile")
    label = t("pages.user.new")
    app = next(button for button in app.button if button.label == label).click().run()
    app = app.button(key="what_if_add").click().run()

    assert not app.exception and not app.error
    assert t("pages.what_if.supposed", events="").split(":")[0] in texts(app)
    table = shown(app, "moved", "rank")
    moved = table[t("pages.profile.column.moved")].tolist()
    assert t("pages.what_if.is_new") in moved
    app = app.button(key="what_if_clear").click().run()
    assert not any(t("pages.profile.column.moved") in table.value for table in app.dataframe)


def test_an_event_is_forgotten_with_its_user(sample):
    app = opened("user_profile")
    app = app.button(key="what_if_add").click().run()
    label = t("pages.user.active")
    app = next(button for button in app.button if button.label == label).click().run()

    assert not any(t("pages.profile.column.moved") in table.value for table in app.dataframe)


def test_an_item_is_found_by_a_part_of_its_title_and_by_its_id(sample):
    facts = cache.stamp()
    first = profile_cache.found_items(facts, "").iloc[0]
    app = opened("item_profile", item=first["item_id"])
    assert first["item"] in app.title[0].value
    app = app.text_input(key="profile_item").set_value(first["item"][:5].lower()).run()
    assert not app.exception and first["item"][:5] in app.title[0].value
    app = app.text_input(key="profile_item").set_value("no such thing").run()
    assert app.title[0].value == t("pages.item.unknown_title", text="no such thing")


def test_who_chose_an_item_adds_up_and_few_are_not_told(sample):
    workspace = open_workspace(sample)
    found = item_profiles.find_items(workspace, "")
    for item_id in found["item_id"]:
        item = item_profiles.find_item(workspace, item_id)
        who = item_profiles.choosers(workspace, item.item_row)
        assert who.total == item.choosers
        named = who.frame[who.frame["segment"].notna()]
        assert (named["chooser_count"] >= item_profiles.FEWEST_USERS).all()
        assert who.frame["share"].sum() == pytest.approx(1.0)
    workspace.close()


def test_the_lists_of_an_item_are_those_that_are_stored(sample):
    workspace = open_workspace(sample)
    run = profiles.trained_run(workspace)
    stored = pd.read_parquet(run.folder / "lists.parquet")
    counts = stored["item_row"].value_counts()
    item_row = int(counts.index[0])

    where = item_profiles.standing(workspace, item_row)
    assert where.lists == counts.iloc[0]
    mean = stored.loc[stored["item_row"] == item_row, "rank"].mean()
    assert where.mean_rank == pytest.approx(mean)
    assert where.users == stored["user_row"].nunique()
    workspace.close()


@pytest.mark.parametrize("locale", LOCALES)
def test_an_item_that_nobody_chose_is_said_to_be_new(use, trained_orders, locale):
    database = use(trained_orders)
    workspace = open_workspace(database)
    with workspace.database.cursor() as cursor:
        cursor.execute("delete from marts.interactions where item_row = 0")
        item_id = cursor.execute("select item_id from marts.items where item_row = 0").fetchone()[0]
    workspace.close()
    app = opened("item_profile", locale, item=item_id)

    assert not app.exception and not app.error
    assert app.title[0].value == t("pages.item.title_cold", locale, item=item_id)
    assert t("pages.item.people_few", locale, fewest="10") in texts(app)
