"""The Quality page: the finding, the review, the pictures' tables, and what is missing."""

import json
from pathlib import Path

import pytest
import streamlit as st

from engine.evaluation.quality import APPROACHES, METRICS
from engine.ranking.two_stage import POLICIES
from engine.reporting.text import LOCALES, t
from engine.workbench.quality import Judgement
from engine.workbench.runs import QUALITY
from pages._shared import cache, quality_cache, quality_view
from tests.pages.driver import opened, texts

EVENTS = """user_id,item_id,event_type,occurred_at
u1,i1,view,2026-03-01T09:00:00Z
u2,i2,view,2026-03-02T10:00:00Z
"""


def judged() -> Judgement:
    facts = cache.stamp()
    found = quality_cache.judgement(cache.database(), facts.run_id, facts.trained_at)
    assert isinstance(found, Judgement)
    return found


def manifest_of(database: Path) -> Path:
    (found,) = database.with_name(database.name + ".d").glob("runs/*/manifest.json")
    return found


def forget(database: Path, **changes) -> None:
    """Take the stored quality out of a run, as an older version left it."""
    path = manifest_of(database)
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest["files"][QUALITY]
    path.write_text(json.dumps({**manifest, **changes}), encoding="utf-8")


def unfilled(app) -> list[str]:
    """Words whose blanks or keys a reader would see."""
    return [part for part in texts(app).split() if "{" in part or part.startswith("pages.")]


@pytest.mark.parametrize("locale", LOCALES)
def test_without_data_the_page_says_so_and_offers_the_sample(tmp_path, monkeypatch, locale):
    monkeypatch.setenv("REVLENS_DB", str(tmp_path / "new.duckdb"))
    app = opened("quality", locale)

    assert not app.exception and not app.error
    assert app.title[0].value == t("pages.quality.no_data_title", locale)
    assert [button.label for button in app.button] == [t("pages.sample.button", locale)]
    st.cache_resource.clear()


@pytest.mark.parametrize("locale", LOCALES)
def test_without_a_run_the_page_offers_training(use, imported_sample, locale):
    use(imported_sample)
    app = opened("quality", locale)

    assert not app.exception and not app.error
    assert app.title[0].value == t("pages.quality.no_run_title", locale)
    assert [button.label for button in app.button] == [t("pages.train.button", locale)]


@pytest.mark.parametrize("locale", LOCALES)
def test_a_run_of_an_older_version_is_trained_again(use, trained_sample, locale):
    forget(use(trained_sample))
    app = opened("quality", locale)

    assert not app.exception and not app.error
    assert app.title[0].value == t("pages.quality.older_run_title", locale)
    assert [button.label for button in app.button] == [t("pages.train.button", locale)]


def test_training_again_shows_the_finding_of_a_run_that_keeps_its_name(use, imported_sample):
    database = use(imported_sample)
    made = opened("quality").button(key="train").click().run(timeout=180)
    name, title = cache.stamp().run_id, made.title[0].value
    forget(database)
    quality_cache.judgement.clear()
    cure = opened("quality")
    assert cure.title[0].value == t("pages.quality.older_run_title")

    cure.button(key="train").click().run(timeout=180)

    assert cache.stamp().run_id == name
    assert cure.title[0].value == title == t(f"pages.quality.title_{judged().review.verdict}")


@pytest.mark.parametrize("locale", LOCALES)
def test_a_log_in_which_nothing_could_be_foreseen_says_why(use, trained_sample, locale):
    forget(use(trained_sample), held_from=None)
    app = opened("quality", locale)

    assert not app.exception and not app.error
    assert app.title[0].value == t("pages.quality.nothing_to_foresee_title", locale)
    assert not app.button


def test_a_damaged_file_is_said_and_cured_by_training(use, trained_sample):
    path = manifest_of(use(trained_sample)).parent / QUALITY
    path.write_bytes(b"PK cut")
    app = opened("quality")

    assert not app.exception
    assert QUALITY.replace(".", "\\.") in app.error[0].value or QUALITY in app.error[0].value
    assert [button.label for button in app.button] == [t("pages.train.button")]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("world", ["sample", "orders"])
def test_the_title_is_the_finding_and_every_word_is_there(use, request, world, locale):
    use(request.getfixturevalue(f"trained_{world}"))
    app = opened("quality", locale)

    assert not app.exception and not app.error
    review = judged().review
    assert app.title[0].value == t(f"pages.quality.title_{review.verdict}", locale)
    assert unfilled(app) == []
    for check in review.checks:
        sentence = t(f"pages.quality.found.{check.reason}", locale)
        assert sentence.split("{")[0] in texts(app)


def test_the_figures_are_those_that_are_stored(use, trained_sample):
    use(trained_sample)
    app = opened("quality")
    quality = judged().quality
    ours, base = quality.of("ranked"), quality.of("popularity")

    shown = [metric.value for metric in app.metric]
    assert shown[:2] == [f"{p.values['ndcg'].value:.3f}" for p in (ours, base)]
    assert shown[3] == f"{quality.users:,}"


def test_another_measure_shows_other_figures_and_stays_on_the_page(use, trained_sample):
    use(trained_sample)
    app = opened("quality")
    before = [metric.value for metric in app.metric]

    app.segmented_control(key="quality_metric").set_value("hit_rate").run()

    quality = judged().quality
    value = quality.of("ranked").values["hit_rate"].value
    after = [metric.value for metric in app.metric]
    assert not app.exception
    assert after != before
    assert after[0] == quality_view.value("hit_rate", value)
    assert after[0].endswith("%") and after[2].endswith("pts")


@pytest.mark.parametrize("metric", METRICS)
def test_each_picture_has_its_table(use, trained_sample, metric):
    use(trained_sample)
    app = opened("quality")
    app.session_state["quality_metric"] = metric
    names = ("policies", "differences", "by_length", "by_group", "calibration", "reach")
    for name in names:
        app.session_state[f"quality_{name}_table"] = True
    app.run()

    assert not app.exception
    quality = judged().quality
    rows = [len(frame.value) for frame in app.dataframe]
    assert len(rows) == len(names) + 1, "and the one of all measures, which is never folded"
    assert rows.count(len(quality.policies)) == 2
    first = next(
        frame.value for frame in app.dataframe if len(frame.value) == len(quality.policies)
    )
    values = first[t("pages.quality.column.value")]
    assert values.iloc[0] == max(values)


@pytest.mark.parametrize("locale", LOCALES)
def test_lists_that_were_on_screen_are_called_flattered(use, trained_sample, locale):
    use(trained_sample)
    app = opened("quality", locale)
    share = quality_view.percent(judged().quality.of("current").shown_share)

    (said,) = app.info
    assert "**current**" in said.value
    assert share.split()[0].rstrip("%") in said.value


def test_a_log_of_orders_asks_for_the_lists_served_today(use, trained_orders):
    use(trained_orders)
    app = opened("quality")

    assert t("pages.quality.no_delivered") in texts(app)
    assert not app.info


@pytest.mark.parametrize("locale", LOCALES)
def test_every_measure_stands_beside_popular_items_with_its_interval(use, trained_sample, locale):
    use(trained_sample)
    app = opened("quality", locale)
    ours = judged().quality.of(judged().quality.ours)
    names = [t(f"pages.quality.metric.{name}", locale) for name in ours.against]
    column = t("pages.quality.column.measure", locale)
    table = next(table.value for table in app.dataframe if column in table.value.columns)

    assert sorted(table[column]) == sorted(names)
    assert {"diversity", "novelty", *METRICS} == set(ours.against)
    interval = t("pages.quality.column.interval", locale)
    assert all(any(letter.isdigit() for letter in text) for text in table[interval])


def test_what_a_list_rests_on_is_said(use, trained_sample):
    use(trained_sample)
    quality = judged().quality
    said = {
        row.name: quality_view.named_with_approach(quality, row.name) for row in quality.policies
    }

    assert set(POLICIES) <= set(APPROACHES)
    for policy, approach in {
        "ranked": "hybrid",
        "als": "collaborative",
        "latest": "collaborative",
        "content": "content",
        "segment": "group",
    }.items():
        assert t(f"pages.quality.approach.{approach}") in said[policy]
    (delivered,) = quality.delivered
    assert t("pages.quality.approach.own") in said[delivered]


def test_each_part_is_measured_on_the_page_and_stays(use, trained_orders):
    use(trained_orders)
    measuring, *others = LOCALES
    app = opened("quality", measuring)
    assert t("pages.quality.parts", measuring) in [header.value for header in app.header]
    app = app.button(key="ablate").click().run(timeout=300)
    assert not app.exception and not app.error
    facts = cache.stamp()
    found = quality_cache.ablation(cache.database(), facts.run_id, facts.trained_at)
    assert found is not None and found.users == judged().quality.users

    assert_parts_are_shown(app, measuring)
    for locale in others:
        assert_parts_are_shown(opened("quality", locale), locale)


def assert_parts_are_shown(app, locale):
    assert "ablate" not in [button.key for button in app.button]
    headers = [header.value for header in app.header]
    begins = t("pages.quality.parts_first", locale, name=" ", size="", metric="")[:2]
    none = t("pages.quality.parts_none", locale)
    assert any(none in text or text.startswith(begins) for text in headers), headers
    assert unfilled(app) == []


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("page", ["quality", "lists"])
def test_a_plain_mean_of_the_sources_is_said_to_be_one(use, trained_orders, page, locale):
    path = manifest_of(use(trained_orders))
    manifest = json.loads(path.read_text(encoding="utf-8"))
    said = t("pages.quality.blend", locale)
    assert manifest["is_blend"] is False
    assert said not in [info.value for info in opened(page, locale).info]
    st.cache_resource.clear()
    path.write_text(json.dumps({**manifest, "is_blend": True}), encoding="utf-8")

    assert said in [info.value for info in opened(page, locale).info]
