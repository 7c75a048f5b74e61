"""Training, and the lists that came out of it: filters, rows, file."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from engine.errors import ArtifactError
from engine.ranking.rules import Rules
from engine.reporting import text as words
from engine.reporting.text import error_sentence
from engine.simulation.scenario import Scenario
from engine.store.lists import ListFilters
from engine.workbench.browsing import ListChoices, ListPage
from engine.workbench.checking import Stamp
from engine.workbench.listing import ListRequest
from engine.workbench.notes import FEW_TO_LEARN_FROM
from pages._shared import cache, rules_view, state, widgets, work
from pages._shared.text import count, day, escaped, t, training_note

ROWS_PER_PAGE = 50
PLACES = (5, 10, 20)
COLUMNS = (
    "user", "history", "rank", "item", "category", "reason", "source", "boost", "click", "order",
    "score",
)  # fmt: skip
ALL = ""


@contextmanager
def cured_by_training() -> Iterator[None]:
    """Say that a stored run is damaged, and offer to make it anew."""
    try:
        yield
    except ArtifactError as error:
        st.error(escaped(error_sentence(error, state.locale())), icon=":material/error:")
        train_button(again=True)


def train_button(*, again: bool = False) -> None:
    """Make lists for the data as it is; says what it does now, and can be stopped."""
    work.button(
        "train",
        t("train.button"),
        ":material/model_training:",
        lambda progress: cache.train(progress, again=again),
        state.remember_training,
        why=t("train.why"),
    )


def training_result(facts: Stamp) -> bool:
    """Say what this visitor's training brought while it fits the data; False when not said."""
    report = state.last_training()
    if report is None or report.run_id != facts.run_id:
        return False
    seconds = math.ceil(report.seconds["total"])
    said = t("train.done", run=report.run_id, users=count(report.users), seconds=count(seconds))
    st.success(said, icon=":material/check_circle:")
    return True


def blend(facts: Stamp) -> None:
    """Say that a log with few choices is ranked by the plain mean of the sources."""
    if facts.is_blend:
        st.info(t("quality.blend"), icon=":material/balance:")


def training_notes(facts: Stamp) -> None:
    """Say what the training could not do; `blend` says more of an order that was not learned."""
    for note in facts.notes:
        if note.code != FEW_TO_LEARN_FROM:
            widgets.note(training_note(note.code, **note.details))


def next_step(facts: Stamp) -> None:
    """After an import: train, or see what was trained."""
    st.header(t("train.title"))
    if facts.run_id is None or facts.trained_at is None:
        train_button()
        return
    if not training_result(facts):
        widgets.note(t("train.made", run=escaped(facts.run_id), day=day(facts.trained_at.date())))
    widgets.link(
        "pages/recommendations/lists.py", label=t("train.go_lists"), icon=":material/list_alt:"
    )


def filter_row(choices: ListChoices, run_id: str) -> ListFilters:
    """Ask which rows to look at; what the log does not know is not asked."""
    menus = {
        "segment": choices.segments,
        "category": choices.categories,
        "source": choices.sources,
    }
    asked = {name: options for name, options in menus.items() if options}
    first, *middle, last = st.columns(len(asked) + 2)
    with first:
        user = st.text_input(
            t("lists.user"), help=t("lists.user_help"), key=_key("user"), persist_state="session"
        )
    chosen: dict[str, str | None] = {}
    for place, (name, options) in zip(middle, asked.items(), strict=True):
        with place:
            chosen[name] = _choice(name, options, run_id)
    with last:
        least = _least_score(choices, run_id)
    return ListFilters(user=(user or "").strip() or None, min_score=least, **chosen)


def page_of_rows(
    choices: ListChoices, run_id: str, filters: ListFilters, rules: Rules
) -> pd.DataFrame:
    """Show how much fits the filters, and fifty rows of it; return the rows.

    Under rules whole lists are shown, of the people whom those rows belong to.
    """
    # a new set of filters starts on its first page
    key = f"lists_page_{run_id}_{hash(filters)}"
    page = st.session_state.get(key, 1)
    offset = (page - 1) * ROWS_PER_PAGE
    found = cache.list_rows(
        cache.database(), run_id, filters, state.locale(), ROWS_PER_PAGE, offset
    )
    if not choices.rows:
        st.info(t("lists.none_left"), icon=":material/check:")
        return found.rows
    if not found.row_count:
        st.info(t("lists.nothing"), icon=":material/filter_alt_off:")
        st.button(t("lists.clear"), on_click=_clear_filters)
        return found.rows
    st.write(_found(found, choices, filters))
    rows = found.rows
    if not rules.is_empty:
        rows = rules_view.preview(rules, rows, PLACES[-1])
        widgets.note(t("rules.on", people=count(rows["user_id"].nunique())))
    _table(rows, choices)
    pages = math.ceil(found.row_count / ROWS_PER_PAGE)
    if pages > 1:
        st.pagination(pages, key=key)
    if not choices.clicks_known:
        widgets.note(t("lists.no_chances"))
    elif not choices.orders_known:
        widgets.note(t("lists.no_orders"))
    return rows


def download(run_id: str, filters: ListFilters, scenario: Scenario, rules: Rules) -> None:
    """Offer the lists as the file of the contract, made when the button is pressed.

    Filters that choose users choose whose lists are in it; those that choose rows would
    leave lists with holes. Rows are priced as the sliders stand.
    """
    whose = ListFilters(user=filters.user, segment=filters.segment)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        places = st.segmented_control(
            t("lists.places"), PLACES, default=10, required=True, key="lists_places"
        )
        marked = st.checkbox(t("lists.excel"), help=t("lists.excel_help"), key="lists_excel")
        found = cache.list_count(cache.database(), run_id, whose, places or PLACES[-1])
        request = ListRequest(
            k=places or PLACES[-1],
            users=None if whose.user is None else (whose.user,),
            segment=whose.segment,
            locale=state.locale(),
            scenario=scenario,
            rules=rules,
        )
        st.download_button(
            t("lists.download"),
            data=lambda: cache.lists_csv(request, marked),
            file_name=f"lists_{run_id}_top{request.k}{'' if rules.is_empty else '_rules'}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="lists_download",
            disabled=not found.rows,
        )
    amounts = {"rows": count(found.rows), "users": count(found.users), "places": request.k}
    whole = "" if filters == whose else t("lists.download_whole")
    widgets.note(" ".join([t("lists.download_says", **amounts), whole]))


def _choice(name: str, options: tuple[str, ...], run_id: str) -> str | None:
    chosen = st.selectbox(
        t(f"lists.{name}"),
        [ALL, *options],
        format_func=lambda option: _label(name, option),
        # another run has other choices; one that is gone would stop the page
        key=_key(f"{name}_{run_id}"),
        persist_state="session",
    )
    return chosen or None


def _label(name: str, option: str) -> str:
    if option == ALL:
        return t("lists.all")
    return words.t(f"list_words.{option}", state.locale()) if name == "source" else option


def _least_score(choices: ListChoices, run_id: str) -> float | None:
    low, high = choices.score_range
    low, high = math.floor(low * 100) / 100, math.ceil(high * 100) / 100
    if low >= high:
        return None
    least = st.slider(
        t("lists.min_score"),
        low,
        high,
        low,
        0.01,
        help=t("lists.min_score_help"),
        key=_key(f"score_{run_id}"),
        persist_state="session",
    )
    return least if least > low else None


def _key(name: str) -> str:
    return f"lists_filter_{name}"


def _clear_filters() -> None:
    for key in [name for name in st.session_state if str(name).startswith(_key(""))]:
        del st.session_state[key]


def _found(found: ListPage, choices: ListChoices, filters: ListFilters) -> str:
    amounts = {"rows": count(found.row_count), "users": count(found.user_count)}
    if filters != ListFilters():
        return t("lists.found", **amounts)
    if choices.users_cold:
        return t("lists.found_cold", new=count(choices.users_cold), **amounts)
    return t("lists.found_all", **amounts)


def _table(rows: pd.DataFrame, choices: ListChoices) -> None:
    badge = t("lists.new_user")
    shown = {
        "user": rows["user_id"],
        "history": [[badge] if cold else [] for cold in rows["is_cold"]],
        "rank": rows["rank"],
        "item": rows["item"],
        "category": rows["category"],
        "reason": rows["reason"],
        "source": rows["source"],
        "boost": rows["boost"],
        "click": rows["p_click"] * 100,
        "order": rows["p_purchase"] * 100,
        "score": rows["score"],
    }
    known = {
        "boost": bool((rows["boost"].fillna(1.0) != 1.0).any()),
        "history": bool(rows["is_cold"].any()),
        "category": bool(choices.categories),
        "click": choices.clicks_known,
        "order": choices.orders_known,
    }
    st.dataframe(
        pd.DataFrame({name: values for name, values in shown.items() if known.get(name, True)}),
        hide_index=True,
        height=460,
        alt=t("lists.table"),
        column_config=_columns(badge),
    )


def _columns(badge: str) -> dict[str, ColumnConfig]:
    column = st.column_config
    label = {name: t(f"lists.col_{name}") for name in COLUMNS}
    chance = {"format": "%.2f%%", "width": 88}
    return {
        "user": column.TextColumn(label["user"], pinned=True),
        "history": column.MultiselectColumn(
            label["history"], options=[badge], color="primary", width=85
        ),
        "rank": column.NumberColumn(label["rank"], width=50),
        "item": column.TextColumn(label["item"], width=180),
        "category": column.TextColumn(label["category"]),
        "score": column.NumberColumn(label["score"], format="%.2f", width=60),
        "click": column.NumberColumn(label["click"], help=t("lists.col_click_help"), **chance),
        "order": column.NumberColumn(label["order"], help=t("lists.col_order_help"), **chance),
        "source": column.TextColumn(label["source"]),
        "boost": column.NumberColumn(label["boost"], format="%.2f", width=60),
        "reason": column.TextColumn(label["reason"], width=225),
    }
