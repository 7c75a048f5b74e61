"""Choosing a file, matching its columns and importing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import streamlit as st

from engine.store.ingest import FilePreview, InputFile, Kind
from engine.store.ingest_columns import EVENT_TYPES, KINDS
from pages._shared import cache, state, widgets, work
from pages._shared.text import escaped, t


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file that the visitor chose, and what it holds."""

    path: Path
    kind: Kind


def choose_file() -> Upload | None:
    """Ask for a file and its kind; None until both are there."""
    kind = st.selectbox(
        t("data.kind"),
        get_args(Kind),
        format_func=lambda name: t(f"kinds.{name}"),
        key="upload_kind",
    )
    file = st.file_uploader(
        t("data.upload"),
        type=["csv", "tsv", "parquet", "gz", "jsonl", "ndjson"],
        key=f"upload_{state.imports_done()}",
    )
    if file is None:
        return None
    return Upload(path=cache.keep_upload(file.file_id, file.name, file.getvalue()), kind=kind)


def match_and_import(upload: Upload) -> None:
    """Show ten rows, let the reader correct the guesses, import."""
    preview = cache.preview(upload.path, upload.kind, None)
    widgets.note(t("data.preview"))
    rows = [dict(zip(preview.columns, row, strict=False)) for row in preview.rows]
    st.dataframe(rows, hide_index=True, alt=t("data.preview"))
    widgets.note(t("match.help"))
    columns = _columns(upload.kind, preview)
    events, constants = _event_names(upload, columns) if upload.kind == "events" else ({}, {})
    with st.container(horizontal=True):
        zone = st.text_input(t("data.timezone"), help=t("data.timezone_help"), key="zone")
        currency = st.text_input(
            t("data.currency"), help=t("data.currency_help"), key="currency", max_chars=3
        )
    file = InputFile(
        path=upload.path,
        kind=upload.kind,
        columns=columns,
        event_map=events,
        constants=constants,
    )
    work.button(
        "import",
        t("data.import"),
        ":material/upload:",
        lambda progress: cache.import_file(file, zone.strip(), currency.strip().upper(), progress),
        state.remember_import,
    )


def _columns(kind: Kind, preview: FilePreview) -> dict[str, str]:
    """One choice per column of the contract; those without a guess are folded away."""
    known = KINDS[kind]
    first = [
        n for n in known.columns if n in (*known.required, *preview.guessed_columns, "item_id")
    ]
    others = [name for name in known.columns if name not in {*first, "context"}]
    with st.container(horizontal=True):
        chosen = _choices(kind, first, preview)
    with st.expander(t("match.more")), st.container(horizontal=True):
        return chosen | _choices(kind, others, preview)


def _choices(kind: Kind, names: Sequence[str], preview: FilePreview) -> dict[str, str]:
    options = [None, *preview.columns]
    picked = {
        name: st.selectbox(
            name,
            options,
            index=options.index(preview.guessed_columns.get(name)),
            format_func=lambda value: t("match.none") if value is None else value,
            key=f"match_{kind}_{name}",
            width=220,
        )
        for name in names
    }
    return {name: theirs for name, theirs in picked.items() if theirs is not None}


def _event_names(
    upload: Upload, columns: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """What the event names of the file mean, or what every row is when it has no such column."""
    if "event_type" not in columns:
        kind = st.selectbox(
            t("match.every_row"),
            EVENT_TYPES,
            index=EVENT_TYPES.index("purchase"),
            key="every_row",
            width=220,
        )
        return {}, {"event_type": kind}
    preview = cache.preview(upload.path, upload.kind, columns["event_type"])
    foreign = [name for name in preview.event_values if name not in EVENT_TYPES]
    if not foreign:
        return {}, {}
    widgets.note(t("match.events"))
    options = [None, *EVENT_TYPES]
    with st.container(horizontal=True):
        meant = {
            name: st.selectbox(
                escaped(name),
                options,
                index=options.index(preview.guessed_events.get(name)),
                format_func=lambda value: t("match.refused") if value is None else value,
                key=f"event_{name}",
                width=220,
            )
            for name in foreign
        }
    return {name: kind for name, kind in meant.items() if kind is not None}, {}
